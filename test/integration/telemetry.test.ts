import { cpSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describeWith } from "./support/shared";
import { effective, plan, planned, PROJECT, scratch, stand, synth, terraform } from "./support/terraform";

describeWith("terraform", "what watches the cluster in real Terraform", () => {
  describe.each([
    ["datadog", ["production", "production-platform", "production-datadog"]],
    ["aws-telemetry", ["production", "production-platform"]],
  ])("examples/%s", (example, stacks) => {
    const homes = { json: "", hcl: "" };
    beforeAll(() => {
      for (const form of ["json", "hcl"] as const) {
        homes[form] = scratch(form);
        synth(homes[form], form, { PHASELINE_INCREMENTS: join(PROJECT, "examples", example) });
      }
    });

    test.each(stacks)("stack %s plans alike as JSON and HCL where it is about what watches, applies, and then has nothing left to do", (stack) => {
      const json = stand(join(homes.json, "out/stacks", stack));
      expect(json.length).toBeGreaterThan(8);
      // Of the foundation other tests see both forms.
      if (stack !== "production") expect(planned(join(homes.hcl, "out/stacks", stack))).toEqual(json);
      // The next one reads this one's state.
      cpSync(join(homes.json, `terraform.${stack}.tfstate`), join(homes.hcl, `terraform.${stack}.tfstate`));
    });

    test("no key stands in a state", () => {
      const states = readdirSync(homes.json).filter((file) => file.endsWith(".tfstate"));
      expect(states).toHaveLength(stacks.length);
      const resources = states.flatMap((file) => JSON.parse(readFileSync(join(homes.json, file), "utf8")).resources as { type: string; instances: { attributes: Record<string, unknown> }[] }[]);
      const secrets = resources.filter(({ type }) => /secret/.test(type)).flatMap(({ instances }) => instances.map(({ attributes }) => attributes));
      expect(secrets.length).toBeGreaterThan(0);
      for (const attributes of secrets) {
        expect([attributes["secret_string"] ?? "", attributes["secret_string_wo"] ?? null, attributes["data_wo"] ?? null].map((value) => value || null)).toEqual([null, null, null]);
        expect(attributes["data"] ?? {}).toEqual({});
      }
    });
  });

  test("Datadog after Prometheus adds what it needs, and takes nothing away", () => {
    const home = scratch("after");
    const increments = join(home, "increments");
    const stacks = ["production", "production-platform"];
    cpSync(join(PROJECT, "examples/journey/0012-kubernetes"), join(increments, "0012-kubernetes"), { recursive: true });
    synth(home, "json", { PHASELINE_INCREMENTS: increments });
    for (const stack of stacks) stand(join(home, "out/stacks", stack));
    cpSync(join(PROJECT, "examples/datadog/0020-datadog"), join(increments, "0020-datadog"), { recursive: true });
    synth(home, "json", { PHASELINE_INCREMENTS: increments });
    const changes = stacks.flatMap((stack) => {
      terraform(join(home, "out/stacks", stack), "init", "-input=false");
      return effective(plan(join(home, "out/stacks", stack)));
    });
    expect(changes).toContain("create helm_release.datadog_release");
    expect(changes.filter((change) => /delete/.test(change))).toEqual([]);
    // The pods get their labels, and with them the way to the agent.
    expect(changes.filter((change) => change.startsWith("update "))).toEqual(["update helm_release.monitoring_release", "update kubernetes_deployment_v1.api_deployment"]);
  });
});
