import { criteria, read } from "./faults-of";

const SPEC = `# Feature Specification: Kubernetes Deployment

**Feature Branch**: \`001-kubernetes\`
**Status**: Draft

## User Scenarios & Testing *(mandatory)*

### User Story 1 - Deploy with one command (Priority: P1)

Words.

**Why this priority**: it comes first.

**Acceptance Scenarios**:

1. **Given** a cluster, **When** I deploy, **Then** pods run
2. **Given** load, **When** it rises, **Then** pods are added

### Edge Cases

- What happens when a node fails?

## Requirements *(mandatory)*

### Functional Requirements

- **FR-001**: System MUST scale between 2 and 10 pods
- **FR-002**: System MUST keep logs [NEEDS CLARIFICATION: how long?]
- **NFR-10:** Credentials stand in Secrets Manager

### Key Entities

- **Pod**: a unit

## Success Criteria

- **SC-001**: 99.95% of requests succeed
`;

test("spec-kit's requirements, outcomes and numbered scenarios are criteria", () => {
  expect(criteria(SPEC)).toEqual([
    "AC-US1-01 | Given a cluster, When I deploy, Then pods run",
    "AC-US1-02 | Given load, When it rises, Then pods are added",
    "FR-001 | System MUST scale between 2 and 10 pods",
    "FR-002 | System MUST keep logs [NEEDS CLARIFICATION: how long?]",
    "NFR-10 | Credentials stand in Secrets Manager",
    "SC-001 | 99.95% of requests succeed",
  ]);
});

test("a spec-kit story hands its priority to its scenarios, not to the requirements after it", () => {
  const { criteria: found, title, frontMatter } = read(SPEC);
  expect(found.map(({ priority }) => priority)).toEqual(["P1", "P1", undefined, undefined, undefined, undefined]);
  expect(title).toBe("Kubernetes Deployment");
  expect(frontMatter).toEqual({ status: "Draft" });
});
