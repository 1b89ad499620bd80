import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { HANDED_OVER } from "../../lib/constructs/argo-application";
import { describeWith } from "./support/shared";
import { effective, left, plan, PROJECT, scratch, synth, terraform } from "./support/terraform";

const STACKS = ["production", "production-platform"] as const;

describeWith("terraform", "a service that a pipeline deployed, handed over to Argo CD by a later increment,", () => {
  test.each(["json", "hcl"] as const)("runs on: Terraform forgets what Argo CD goes on with, and destroys nothing (%s)", (form) => {
    const home = scratch(`handover-${form}`);
    const increments = join(home, "increments");
    const add = (increment: string) => {
      cpSync(join(PROJECT, "examples/journey", increment), join(increments, increment), { recursive: true });
      synth(home, form, { PHASELINE_INCREMENTS: increments });
      for (const stack of STACKS) terraform(join(home, "out/stacks", stack), "init", "-input=false");
    };
    const apply = (stack: string) => terraform(join(home, "out/stacks", stack), "apply", "-input=false", "-auto-approve");
    const inState = () => JSON.parse(readFileSync(join(home, "terraform.production-platform.tfstate"), "utf8")).resources.map(({ type, name }: { type: string; name: string }) => `${type}.${name}`);
    const handedOver = HANDED_OVER.map(([id, type]) => `${type}.api_${id}`);

    add("0012-kubernetes");
    STACKS.forEach(apply);
    expect(inState()).toEqual(expect.arrayContaining(handedOver));

    add("0020-scale");
    apply("production");
    const platform = join(home, "out/stacks/production-platform");
    const changes = effective(plan(platform));
    expect(changes.filter((change) => /^(forget|delete)/.test(change)).sort()).toEqual(handedOver.map((address) => `forget ${address}`).sort());
    expect(changes).toContain("create helm_release.api_release");
    terraform(platform, "apply", "-input=false", "-auto-approve", "plan.bin");
    expect(inState().filter((address: string) => handedOver.includes(address))).toEqual([]);
    expect(inState()).toContain("kubernetes_namespace_v1.api_namespace");
    expect(left(platform)).toEqual([]);
  });
});
