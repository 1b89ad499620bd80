import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readIncrement } from "../../lib/increment/read";
import { faultsOf, read } from "./faults-of";

test("the example of the documentation holds", () => {
  const increment = readIncrement("0012-api/spec.md", "- [ ] **AC-US1-01**: Deploy the API to Kubernetes (P1)");
  expect(increment.criteria[0]?.text).toBe("Deploy the API to Kubernetes");
});

test("the project's own increment is read whole", () => {
  const file = ".specweave/increments/0012-production-infrastructure/spec.md";
  const increment = readIncrement(file, readFileSync(join(__dirname, "../..", file)));
  expect(increment).toMatchObject({ id: "0012-production-infrastructure", title: "Production Infrastructure", file, frontMatter: {}, stories: [] });
  expect(increment.criteria.map(({ id, text, priority, location }) => `${location.line}:${location.column} ${id} ${priority} ${text}`)).toEqual([
    "5:5 AC-US1-01 P1 Deploy API to Kubernetes cluster",
    "6:5 AC-US1-02 P1 Configure auto-scaling (2-10 pods)",
    "7:5 AC-US1-03 P1 Set up Prometheus metrics",
    "8:5 AC-US1-04 P1 Configure CI/CD pipeline",
  ]);
  expect(increment.stack.map(({ key, value }) => `${key}: ${value}`)).toEqual([
    "Container Platform: Kubernetes (EKS)",
    "IaC Tool: Terraform",
    "CI/CD: GitHub Actions",
    "Monitoring: Prometheus + Grafana",
  ]);
});

test.each([
  ["0012-api/spec.md", "0012-api"],
  ["a\\0042E-x\\spec.md", "0042E-x"],
  ["plans/checkout.md", "checkout"],
  ["README", "README"],
])("the id of %j is %j", (file, id) => {
  expect(readIncrement(file, "- **AC-01**: Text").id).toBe(id);
});

test.each([
  ["# Increment 0012: Production Infrastructure", "Production Infrastructure"],
  ["# Feature: Login **now**", "Login now"],
  ["# 0001 — Core", "Core"],
  ["Core\n====", "Core"],
  ["## Only a section", "0001-api"],
  ["# Requirements Document", "0001-api"],
])("the title of %j is %j", (heading, title) => {
  expect(read(`${heading}\n\n- **AC-01**: Text`).title).toBe(title);
});

test("a file without a word, and one without a criterion, are faults that show how to write one", () => {
  const example = "as in `- [ ] **AC-US1-01**: Deploy the API to a Kubernetes cluster (P1)`.";
  expect(faultsOf(" \n\n")).toBe(`0001-api/spec.md:1:1: the file is empty.\n    → Write at least one acceptance criterion, ${example}`);
  expect(faultsOf("---\nstatus: a\n---\n\n# Title\n- [ ] a task\n")).toBe(`0001-api/spec.md:5:1: no acceptance criterion was found.\n    → Write at least one, ${example}`);
});

test("all faults of a file come at once, in its order", () => {
  expect(faultsOf("---\npriority: soonish\n---\n- [?] **AC-01**: a\u0000b\n- **AC-02**: c\n- **AC-02**: d\n").match(/spec\.md:\d+:\d+/g)).toEqual([
    "spec.md:2:11",
    "spec.md:4:3",
    "spec.md:4:19",
    "spec.md:6:5",
  ]);
});
