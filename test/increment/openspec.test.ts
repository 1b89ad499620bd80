import { criteria, faultsOf, read } from "./faults-of";

const SPEC = `## ADDED Requirements

### Requirement: Autoscaling

The system SHALL scale the API
with its load.

#### Scenario: Load rises

- **GIVEN** two pods
- **WHEN** load rises
- **THEN** the HPA allows 10 replicas

#### Scenario: In a paragraph

**WHEN** load falls
**THEN** pods are removed

## REMOVED Requirements

### Requirement: Gone

It SHALL be gone.

#### Scenario: Never

- **WHEN** asked
- **THEN** silent
`;

test("an OpenSpec requirement's sentence and its scenarios are criteria; removed ones are not", () => {
  expect(criteria(SPEC)).toEqual([
    "AC-R1 | The system SHALL scale the API with its load.",
    "AC-R1-1 | GIVEN two pods, WHEN load rises, THEN the HPA allows 10 replicas",
    "AC-R1-2 | WHEN load falls THEN pods are removed",
  ]);
});

test("an OpenSpec scenario stands where its first step stands", () => {
  const { stories, criteria: found } = read(SPEC);
  expect(stories).toEqual([{ id: "R1", title: "Autoscaling", location: { file: "0001-api/spec.md", line: 3, column: 5 } }]);
  expect(found.map(({ location }) => [location.line, location.column])).toEqual([
    [5, 1],
    [10, 5],
    [16, 3],
  ]);
});

test("an OpenSpec scenario without steps is a fault", () => {
  expect(faultsOf("### Requirement: A\n\n#### Scenario: Empty\n")).toBe(
    "0001-api/spec.md:3:6: a criterion has no text.\n" +
      "    → Write what must be true after the id, as in `- [ ] **AC-US1-01**: Deploy the API to a Kubernetes cluster (P1)`.",
  );
});
