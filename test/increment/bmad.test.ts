import { criteria, read } from "./faults-of";

test("a BMAD story's numbered criteria are named by their number", () => {
  const text = `# Story 7.1: CDK Project

Status: done

## Acceptance Criteria

1. **AC1:** The project is in \`/infrastructure\`
2. **AC2: Stacks are defined**
3. **Given** the root
   **When** I run \`cdk init\`
   **Then** it has:
   - \`bin/infra.ts\`
   - \`lib/\`
4. Deploys on a tag

## Tasks / Subtasks

- [x] **Task 1** (AC: 1)
`;
  expect(criteria(text)).toEqual([
    "AC1 | The project is in /infrastructure",
    "AC2 | Stacks are defined",
    "AC3 | Given the root When I run cdk init Then it has: bin/infra.ts, lib/",
    "AC4 | Deploys on a tag",
  ]);
  expect(read(text)).toMatchObject({ frontMatter: { status: "done" }, stories: [{ id: "US7.1", title: "CDK Project" }] });
});

test("criteria of several BMAD stories in one file do not share names", () => {
  expect(criteria("### Story 1.1: A\n\n**Acceptance Criteria:**\n\n1. One\n\n### Story 1.2: B\n\n**Acceptance Criteria:**\n\n1. Two\n")).toEqual([
    "AC-US1.1-1 | One",
    "AC-US1.2-1 | Two",
  ]);
});

test("a BMAD criterion may be a heading with its steps below", () => {
  expect(criteria("## Acceptance Criteria\n\n### AC1: Structure\n- **Given** a project\n- **Then** it has modules\n\n1. **Other** list\n")).toEqual([
    "AC1 | Structure: Given a project, Then it has modules",
  ]);
});
