import { criteria, read } from "./faults-of";

const REQUIREMENTS = `# Requirements Document

## Introduction

Words.

### Requirement 1: Cluster

**User Story:** As a developer, I want a cluster, so that the API runs.

#### Acceptance Criteria

1. WHEN I run the deployment THEN the system SHALL create an EKS cluster
2. THE Terraform_IaC SHALL provision a VPC with 2 public subnets
   across 2 Availability Zones
3. IF a smoke test fails
   - THEN the system SHALL roll back

### Requirement 2

#### Acceptance Criteria

1. THE System SHALL provision RDS (P1)
`;

test("a Kiro criterion is named as its tasks name it: requirement, dot, number", () => {
  expect(criteria(REQUIREMENTS)).toEqual([
    "AC-1.1 | WHEN I run the deployment THEN the system SHALL create an EKS cluster",
    "AC-1.2 | THE Terraform_IaC SHALL provision a VPC with 2 public subnets across 2 Availability Zones",
    "AC-1.3 | IF a smoke test fails, THEN the system SHALL roll back",
    "AC-2.1 | THE System SHALL provision RDS",
  ]);
});

test("a Kiro requirement is a story", () => {
  const { stories, criteria: found, title } = read(REQUIREMENTS);
  expect(stories.map(({ id, title: heading, location }) => [id, heading, location.line])).toEqual([
    ["R1", "Cluster", 7],
    ["R2", "", 19],
  ]);
  expect(found.map(({ story }) => story)).toEqual(["R1", "R1", "R1", "R2"]);
  expect(found[3]?.priority).toBe("P1");
  expect(title).toBe("0001-api");
});

test("numbered EARS sentences are criteria without a requirement's heading too", () => {
  expect(criteria("## Acceptance Criteria\n\n1. THE System SHALL scale\n2. WHEN idle, THE System SHALL shrink\n")).toEqual([
    "AC-L3 | THE System SHALL scale",
    "AC-L4 | WHEN idle, THE System SHALL shrink",
  ]);
});
