import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { ArgoApplication, DEFAULTS, type ArgoApplicationConfig } from "../../lib/constructs/argo-application";
import { ArgoCd } from "../../lib/constructs/argo-cd";
import { KubernetesApplication } from "../../lib/constructs/kubernetes-application";
import { kubernetesApplication } from "../../lib/render/kubernetes-application";
import { documentedDefaults } from "../support/documented-defaults";

const repoUrl = "https://github.com/acme/specweave.git";

function synth(config: Partial<ArgoApplicationConfig> = {}) {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  const repository = new TerraformVariable(stack, "repository", { type: "string" }).stringValue;
  const argoCd = new ArgoCd(stack, "argo-cd");
  const application = new ArgoApplication(stack, "api", { argoCd, repoUrl, values: { image: { repository } }, ...config });
  return { application, json: JSON.parse(Testing.synth(stack)), hcl: Testing.synthHcl(stack) };
}

const release = (json: any): any => Object.values<any>(json.resource.helm_release).find(({ chart }) => chart === "argocd-apps");
const of = (json: any, type: string, path: string): any => Object.entries<any>(json.resource[type] ?? {}).find(([name]) => name.startsWith(path))?.[1];

describe("ArgoApplication", () => {
  test("waits for Argo CD, whose kinds Terraform then need not know when it plans", () => {
    const { json } = synth();
    expect(release(json)).toMatchObject({
      name: "api-gitops",
      namespace: "argocd",
      repository: "https://argoproj.github.io/argo-helm",
      version: "2.0.5",
      depends_on: [expect.stringMatching(/^helm_release\.argo-cd_release/), expect.stringMatching(/^kubernetes_namespace_v1\.api_namespace/)],
    });
    expect(json.resource.kubernetes_manifest).toBeUndefined();
  });

  test("makes nothing that Git has: no Deployment, no Service, no autoscaler", () => {
    expect(Object.keys(synth().json.resource).sort()).toEqual(["helm_release", "kubernetes_namespace_v1", "kubernetes_secret_v1"]);
  });

  test("lets Terraform forget, and not destroy, all but the namespace that a KubernetesApplication of the same id makes", () => {
    const { json } = synth();
    const stack = new TerraformStack(Testing.app(), "production-platform");
    new KubernetesApplication(stack, "api", { image: "api" });
    const made = Object.entries<object>(JSON.parse(Testing.synth(stack)).resource).flatMap(([type, named]) => Object.keys(named).map((id) => `${type}.${id}`));
    expect(json.removed.map(({ from }: { from: string }) => from).sort()).toEqual(made.filter((address) => !address.startsWith("kubernetes_namespace_v1.")).sort());
    expect(json.removed.every(({ lifecycle }: any) => lifecycle.destroy === false)).toBe(true);
  });

  test("has the namespace of the application's model, at the address that a KubernetesApplication of the same id has", () => {
    const { json } = synth({ increment: "0012-production-infrastructure" });
    expect(of(json, "kubernetes_namespace_v1", "api_namespace").metadata).toEqual(kubernetesApplication({ image: "api", increment: "0012-production-infrastructure" }).namespace.metadata);
    const elsewhere = synth({ makeNamespace: false });
    expect(of(elsewhere.json, "kubernetes_namespace_v1", "api_namespace")).toBeUndefined();
    expect(elsewhere.application.namespace).toBeUndefined();
  });

  test("gives the chart what only Terraform knows, in JSON and in HCL", () => {
    const { json, hcl } = synth();
    const [values] = release(json).values;
    expect(values).toContain('"valuesObject" = {"image" = {"repository" = "${var.repository}"}}');
    expect(hcl).toContain(`"${values}"`);
  });

  test.each([
    [repoUrl, { type: "git", url: repoUrl, username: "git", password: expect.stringMatching(/^\$\{ephemeral\.aws_secretsmanager_secret_version\./) }],
    ["git@github.com:acme/specweave.git", { type: "git", url: "git@github.com:acme/specweave.git", sshPrivateKey: expect.stringMatching(/^\$\{ephemeral\./) }],
  ])("reads a private repository at %s with a secret that is in no state", (url, data) => {
    const { json } = synth({ repoUrl: url, credentials: { secretId: "specweave/argo-cd", revision: 3 } });
    const secret = of(json, "kubernetes_secret_v1", "api_credentials");
    expect(secret).toMatchObject({
      metadata: { name: "repository-api", namespace: "argocd", labels: { "argocd.argoproj.io/secret-type": "repository" } },
      data_wo: data,
      data_wo_revision: 3,
    });
    expect(Object.values<any>(json.ephemeral.aws_secretsmanager_secret_version)).toEqual([{ secret_id: "specweave/argo-cd" }]);
    expect(release(json).depends_on).toHaveLength(3);
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/constructs/argo-application.ts", "ArgoApplicationConfig")).toEqual(DEFAULTS);
  });
});
