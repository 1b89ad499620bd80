import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { TerraformStack, Testing } from "cdktf";
import { Construct } from "constructs";
import { ForgottenResource } from "../../lib/constructs/forgotten-resource";

function stackOf(make: (api: Construct) => void): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  make(new Construct(stack, "api"));
  return stack;
}

describe("ForgottenResource", () => {
  const forgets = stackOf((api) => {
    new ForgottenResource(api, "deployment", { type: "kubernetes_deployment_v1" });
    new ForgottenResource(api, "service", { type: "kubernetes_service_v1" });
  });

  test("names the address that a resource with its place and id had", () => {
    const made = JSON.parse(Testing.synth(stackOf((api) => void new DeploymentV1(api, "deployment", { metadata: {}, spec: { template: { metadata: {}, spec: {} } } }))));
    const [address] = Object.keys(made.resource.kubernetes_deployment_v1);
    expect(JSON.parse(Testing.synth(forgets)).removed[0].from).toBe(`kubernetes_deployment_v1.${address}`);
  });

  test("says in JSON and in HCL that nothing is destroyed, once for each", () => {
    const { removed } = JSON.parse(Testing.synth(forgets));
    expect(removed).toEqual([
      { from: expect.stringMatching(/^kubernetes_deployment_v1\.api_deployment/), lifecycle: { destroy: false } },
      { from: expect.stringMatching(/^kubernetes_service_v1\.api_service/), lifecycle: { destroy: false } },
    ]);
    const hcl: string = forgets.toHclTerraform()["hcl"];
    for (const { from } of removed) expect(hcl).toContain(`removed {\n  from = ${from}\n  lifecycle {\n    destroy = false\n  }\n}`);
  });
});
