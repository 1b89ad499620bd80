import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { madeTests, type MadeTest } from "../../lib/artifacts/acceptance-files";
import { readOutput } from "../../lib/artifacts/output";
import type { Synthesized } from "../../lib/demand/synthesized";
import { TerraformTest, type RunResult } from "../../lib/testing/terraform-test";
import { BROKEN, type Break } from "../support/breaks";
import { mutated } from "../support/mutate";
import { describeWith, setup } from "./support/shared";
import { PROJECT, scratch, synth } from "./support/terraform";

/** Writes the stacks as they are after changes by hand. */
function change(output: string, ...changes: readonly Break[2][]): void {
  const { stacks, artifacts } = readOutput(output);
  for (const [stack, json] of Object.entries(mutated({ stacks, artifacts } as Synthesized, ...changes).stacks)) writeFileSync(join(output, "stacks", stack, "cdk.tf.json"), JSON.stringify(json));
}

/** All runs of a file in one, which tells every assertion that fails and plans once. */
function inOne({ file }: MadeTest): void {
  const [head = "", ...runs] = readFileSync(file, "utf8").split(/^(?=run ")/m);
  writeFileSync(file, head + runs.join("").replace(/\n\}\n\nrun "[\w-]+" \{\n {2}command = plan\n/g, "\n"));
}

function results(output: string, tests: readonly MadeTest[]): readonly RunResult[] {
  const terraform = new TerraformTest({ ...process.env, ...setup("terraform") });
  return tests.flatMap(({ stack, file }) => terraform.run(stack, join(output, "stacks", stack), [file]));
}

describeWith("terraform", "terraform test, of what stands and of what was changed by hand:", () => {
  test.each(BROKEN)("$title", ({ increments, breaks }) => {
    const output = synth(scratch("acceptance"), "json", { PHASELINE_INCREMENTS: increments });
    const tests = madeTests(join(output, "stacks"));
    tests.forEach(inOne);

    const before = results(output, tests);
    expect(before.filter(({ status }) => status !== "pass")).toEqual([]);
    expect(before.length).toBe(tests.length);

    change(output, ...breaks.map(([, , each]) => each));
    const failing = results(output, tests).flatMap(({ file, messages }) => messages.map((message) => `${file.replace(".tftest.hcl", "")}/${/^[\w-]+(?= ")/.exec(message)?.[0] ?? message}`));
    expect([...new Set(failing)]).toEqual(expect.arrayContaining(breaks.map(([increment, id]) => `${increment}/${id}`)));
  });
});

describeWith("terraform", "phaseline test", () => {
  const phaseline = (output: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [join(PROJECT, "bin/phaseline.js"), "test", "--output", output, ...args], { cwd: PROJECT, env: setup("terraform"), encoding: "utf8" });

  test("says of each criterion of increment 0012 that it is met, and leaves nothing behind but what Terraform keeps", () => {
    const output = synth(scratch("acceptance"), "json");
    const { status, stdout, stderr } = phaseline(output);
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toEqual([
      "0012-production-infrastructure · Production Infrastructure",
      "  ✓ AC-US1-01 (P1) Deploy API to Kubernetes cluster",
      "      proof holds, terraform test passes in production and production-platform",
      "  ✓ AC-US1-02 (P1) Configure auto-scaling (2-10 pods)",
      "      proof holds, terraform test passes in production-platform",
      "  ✓ AC-US1-03 (P1) Set up Prometheus metrics",
      "      proof holds, terraform test passes in production-platform",
      "  ✓ AC-US1-04 (P1) Configure CI/CD pipeline",
      "      proof holds, terraform test passes in production and production-platform",
      "",
      "4 criteria: 4 met",
      "",
    ]);
    expect(readdirSync(join(output, "stacks/production-platform")).sort()).toEqual([".terraform", ".terraform.lock.hcl", "cdk.tf.json", "tests"]);
  });

  test("tells what is not met by what lies there, each criterion for itself", () => {
    const output = synth(scratch("acceptance"), "json");
    change(output, ({ stacks }) => {
      const { resource } = stacks["production-platform"];
      delete resource.kubernetes_service_v1;
      resource.kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler.spec.min_replicas = 3;
    });
    const { status, stdout, stderr } = phaseline(output, "--stack", "production-platform");
    expect([status, stderr]).toEqual([1, ""]);
    const spec = ".specweave/increments/0012-production-infrastructure/spec.md";
    expect(stdout.split("\n").slice(1)).toEqual([
      "  ✗ AC-US1-01 (P1) Deploy API to Kubernetes cluster",
      `      ${spec}:5:5`,
      '      workload: Deployment "api" with 3 replicas on port 3000, no Service, a liveness and a readiness probe; wanted: a Deployment "api" with two or more replicas, its Service, and probes',
      '      production-platform: Reference to undeclared resource: A managed resource "kubernetes_service_v1" "api_service" has not been declared in the root module.',
      "  ✗ AC-US1-02 (P1) Configure auto-scaling (2-10 pods)",
      `      ${spec}:6:5`,
      "      autoscaling: HorizontalPodAutoscaler on deployment/api with min 3 and max 10 at 70 % CPU; wanted: a HorizontalPodAutoscaler on deployment/api with min 2 and max 10, and a metrics server to feed it",
      "      production-platform: spec.min_replicas of kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler must be 2.",
      "  ✓ AC-US1-03 (P1) Set up Prometheus metrics",
      "      proof holds, terraform test passes in production-platform",
      "  ✓ AC-US1-04 (P1) Configure CI/CD pipeline",
      "      proof holds, terraform test passes in production-platform",
      "",
      "4 criteria: 2 met, 2 not met",
      "",
    ]);
  });

  test("catches what no proof sees: a value that Terraform takes from another file", () => {
    const output = synth(scratch("acceptance"), "json");
    writeFileSync(join(output, "stacks/production-platform/override.tf.json"), JSON.stringify({ resource: { kubernetes_horizontal_pod_autoscaler_v2: { api_autoscaler: { spec: { min_replicas: 1, max_replicas: 10, scale_target_ref: { kind: "Deployment", name: "api" } } } } } }));
    const { status, stdout } = phaseline(output, "--stack", "production-platform", "--json");
    expect(status).toBe(1);
    const failing = JSON.parse(stdout).criteria.filter(({ verdict }: any) => verdict === "fails");
    expect(failing.map(({ id, outcome }: any) => [id, outcome])).toEqual([["AC-US1-02", "proven"]]);
    expect(failing[0].runs[0].messages[0]).toMatch(/^AC-US1-02 "Configure auto-scaling \(2-10 pods\)" \(.*spec\.md:6:5\): spec\.min_replicas of .* must be 2\.$/);
  });

  test("works on what was synthesized as HCL", () => {
    const output = synth(scratch("acceptance"), "hcl");
    const { status, stdout, stderr } = phaseline(output, "--stack", "production-platform");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("4 criteria: 4 met\n");
  });

  test("says so where a stack's providers cannot be had", () => {
    const output = synth(scratch("acceptance"), "json");
    change(output, ({ stacks }) => {
      stacks["production-platform"].terraform.required_providers.helm = { source: "hashicorp/helm", version: "99.0.0" };
    });
    const { status, stdout } = phaseline(output, "--stack", "production-platform");
    expect(status).toBe(1);
    expect(stdout).toContain("production-platform: not run: terraform init failed: ");
  });
});
