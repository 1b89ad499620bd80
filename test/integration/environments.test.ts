import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describeWith, setup } from "./support/shared";
import { effective, plan, PROJECT, scratch, synth, terraform } from "./support/terraform";

describeWith("terraform", "staging and production in real Terraform", () => {
  // The one that is deployed to first is also the one that is applied first: it needs nothing of the other.
  test.each(["staging", "staging-platform"])("stack %s plans alike as JSON and HCL, applies, and then has nothing left to do", (stack) => {
    const changes = (["json", "hcl"] as const).map((form) => {
      const directory = join(homes[form], "out/stacks", stack);
      terraform(directory, "init", "-input=false");
      terraform(directory, "validate");
      const planned = plan(directory);
      terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
      expect(effective(plan(directory))).toEqual([]);
      return planned;
    });
    expect(changes[0]?.length).toBeGreaterThan(5);
    expect(changes[1]).toEqual(changes[0]);
  });

  const homes = { json: "", hcl: "" };
  beforeAll(() => {
    for (const form of ["json", "hcl"] as const) {
      homes[form] = scratch(form);
      synth(homes[form], form, { PHASELINE_INCREMENTS: join(PROJECT, "examples/environments") });
    }
  });
});

describeWith("kubernetes", "the workflow for staging and production", () => {
  test("passes actionlint", () => {
    const home = scratch("workflow");
    const out = synth(home, "json", { PHASELINE_INCREMENTS: join(PROJECT, "examples/environments") });
    const { status, stdout, stderr } = spawnSync("actionlint", ["-no-color", join(out, "artifacts/.github/workflows/deploy.yml")], { cwd: home, env: setup("kubernetes"), encoding: "utf8" });
    expect(`${stdout}${stderr}`).toBe("");
    expect(status).toBe(0);
  });
});
