import { cpSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describeWith, setup } from "./support/shared";
import { planned, PROJECT, scratch, stand, synth } from "./support/terraform";

describeWith("terraform", "staging and production in real Terraform", () => {
  // The one that is deployed to first is also the one that is applied first: it needs nothing of the other.
  test.each(["staging", "staging-platform"])("stack %s plans alike as JSON and HCL, applies, and then has nothing left to do", (stack) => {
    const json = stand(join(homes.json, "out/stacks", stack));
    const hcl = planned(join(homes.hcl, "out/stacks", stack));
    // The next one reads this one's state.
    cpSync(join(homes.json, `terraform.${stack}.tfstate`), join(homes.hcl, `terraform.${stack}.tfstate`));
    expect(json.length).toBeGreaterThan(5);
    expect(hcl).toEqual(json);
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
