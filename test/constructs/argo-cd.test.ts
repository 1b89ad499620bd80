import { TerraformStack, Testing } from "cdktf";
import { ArgoCd, DEFAULTS, type ArgoCdConfig } from "../../lib/constructs/argo-cd";
import { documentedDefaults } from "../support/documented-defaults";

function synth(config?: ArgoCdConfig) {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  const argoCd = new ArgoCd(stack, "argo-cd", config);
  return { argoCd, json: JSON.parse(Testing.synth(stack)), hcl: Testing.synthHcl(stack) };
}

const only = (named: Record<string, any>): any => {
  expect(Object.keys(named)).toHaveLength(1);
  return Object.values(named)[0];
};

describe("ArgoCd", () => {
  test("installs the pinned chart into a namespace that takes restricted pods only", () => {
    const { resource } = synth().json;
    expect(only(resource.helm_release)).toMatchObject({
      name: "argocd",
      namespace: "argocd",
      repository: "https://argoproj.github.io/argo-helm",
      chart: "argo-cd",
      version: "10.1.1",
      atomic: true,
      wait: true,
      depends_on: ["kubernetes_namespace_v1.argo-cd_namespace_8475C7B2", "kubernetes_secret_v1.argo-cd_redis-secret_AE53D92F"],
    });
    expect(only(resource.kubernetes_namespace_v1).metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
  });

  test("has no password among the values, and that of Redis in a write-only argument", () => {
    const { argoCd, json } = synth();
    expect(JSON.stringify(argoCd.values)).not.toMatch(/password/i);
    const secret = only(json.resource.kubernetes_secret_v1);
    expect(secret).toMatchObject({ metadata: { name: "argocd-redis", namespace: "argocd" }, data_wo: { auth: expect.stringMatching(/^\$\{ephemeral\.random_password\./) }, data_wo_revision: 1 });
    expect(secret.data).toBeUndefined();
    expect(only(synth({ redisPasswordVersion: 2 }).json.resource.kubernetes_secret_v1).data_wo_revision).toBe(2);
  });

  test("says the same in HCL", () => {
    const { json, hcl } = synth({ highAvailability: true });
    expect(hcl).toContain(`"${only(json.resource.helm_release).values[0]}"`);
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/constructs/argo-cd.ts", "ArgoCdConfig")).toEqual(DEFAULTS);
  });
});
