import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWith } from "./support/shared";
import { effective, left, plan, planned, PROJECT, run, scratch, stand, synth, terraform, type Change } from "./support/terraform";

const STACKS = ["production", "production-platform"] as const;

describeWith("terraform", "increment 0012 in real Terraform", () => {
  const plans: Record<string, Record<string, readonly Change[]>> = {};
  const homes: Record<string, string> = {};

  describe.each(["json", "hcl"] as const)("synthesized as %s", (form) => {
    beforeAll(() => {
      homes[form] = scratch(form);
      synth(homes[form], form);
      plans[form] = {};
    });

    test.each(STACKS)("stack %s initialises, validates, plans and applies; a second plan is empty", (stack) => {
      const directory = join(homes[form] ?? "", "out/stacks", stack);
      terraform(directory, "init", "-input=false");
      terraform(directory, "validate");
      const changes = plan(directory);
      plans[form]![stack] = changes;
      expect(changes.length).toBeGreaterThan(stack === "production" ? 50 : 8);
      expect(changes.every(({ actions }) => actions.join() === "create")).toBe(true);
      terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
      expect(left(directory)).toEqual([]);
    });
  });

  test.each(STACKS)("the two forms of stack %s plan the same resources with the same values", (stack) => {
    expect(plans["hcl"]?.[stack]?.length).toBeGreaterThan(0);
    expect(plans["hcl"]?.[stack]).toEqual(plans["json"]?.[stack]);
  });

  test("no password stands in a state or a plan", () => {
    const state = readFileSync(join(homes["json"] ?? "", "terraform.production-platform.tfstate"), "utf8");
    const secret = JSON.parse(state).resources.find(({ type }: { type: string }) => type === "kubernetes_secret_v1");
    expect(secret.instances[0].attributes.data_wo ?? null).toBeNull();
    expect(secret.instances[0].attributes.data ?? {}).toEqual({});
  });

  test("another range of the autoscaler changes the autoscaler and nothing else", () => {
    const home = homes["json"] ?? "";
    const increments = join(home, "increments");
    cpSync(join(PROJECT, ".specweave/increments"), increments, { recursive: true });
    const spec = join(increments, "0012-production-infrastructure/spec.md");
    writeFileSync(spec, readFileSync(spec, "utf8").replace("2-10 pods", "3-12 pods"));
    synth(home, "json", { PHASELINE_INCREMENTS: increments });
    const changed = STACKS.map((stack) => effective(plan(join(home, "out/stacks", stack))));
    expect(changed).toEqual([[], ["update kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler"]]);
  });

  test("what the autoscaler and the pipeline set is left alone", () => {
    const home = homes["hcl"] ?? "";
    const file = join(home, "terraform.production-platform.tfstate");
    const state = JSON.parse(readFileSync(file, "utf8"));
    const deployment = state.resources.find(({ type }: { type: string }) => type === "kubernetes_deployment_v1").instances[0].attributes;
    deployment.spec[0].replicas = "7";
    deployment.spec[0].template[0].spec[0].container[0].image = "registry.example/specweave-api:0123456789abcdef";
    writeFileSync(file, JSON.stringify(state));
    expect(left(join(home, "out/stacks/production-platform"))).toEqual([]);
  });
});

describeWith("terraform", "the journey under examples/ in real Terraform", () => {
  const steps = readdirSync(join(PROJECT, "examples/journey")).sort();

  test.each([...steps.slice(0, -1).map((step) => [step]), steps])("%s ... plans alike as JSON and HCL, applies, and then has nothing left to do", (...increments) => {
    const changes = (["json", "hcl"] as const).map((form) => {
      const home = scratch(form);
      for (const increment of increments) cpSync(join(PROJECT, "examples/journey", increment), join(home, "increments", increment), { recursive: true });
      const directory = join(synth(home, form, { PHASELINE_INCREMENTS: join(home, "increments") }), "stacks/production");
      return form === "json" ? stand(directory) : planned(directory);
    });
    expect(changes[0]?.length).toBeGreaterThan(40);
    expect(changes[1]).toEqual(changes[0]);
  });
});

describeWith("terraform", "the cdktf CLI", () => {
  test("deploys both stacks from nothing and destroys them again", () => {
    const home = scratch("cli");
    const project = join(home, "app");
    mkdirSync(project);
    for (const name of ["cdktf.json", ".specweave"]) cpSync(join(PROJECT, name), join(project, name), { recursive: true });
    const config = JSON.parse(readFileSync(join(project, "cdktf.json"), "utf8"));
    writeFileSync(join(project, "cdktf.json"), JSON.stringify({ ...config, app: `node ${join(PROJECT, "bin/app.js")}` }));
    const cdktf = (...args: string[]) =>
      run(join(PROJECT, "node_modules/.bin/cdktf"), args, { cwd: project, env: { CI: "true", FORCE_COLOR: "0" } });
    const deployed = cdktf("deploy", "*", "--auto-approve", "--skip-provider-lock");
    expect(deployed).toMatch(/Apply complete! Resources: \d+ added, 0 changed, 0 destroyed/);
    const resources = (stack: string) => JSON.parse(readFileSync(join(project, `terraform.${stack}.tfstate`), "utf8")).resources.length;
    expect(resources("production")).toBeGreaterThan(50);
    expect(resources("production-platform")).toBeGreaterThan(8);
    cdktf("destroy", "*", "--auto-approve", "--skip-provider-lock");
    expect([resources("production"), resources("production-platform")]).toEqual([0, 0]);
  });
});
