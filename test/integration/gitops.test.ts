import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { ArgoApplication } from "../../lib/constructs/argo-application";
import { ArgoCd } from "../../lib/constructs/argo-cd";
import { DatadogAgent } from "../../lib/constructs/datadog-agent";
import { DatadogAwsIntegration } from "../../lib/constructs/datadog-aws-integration";
import { DatadogAccount, DatadogAwsAccount, DatadogObservability } from "../../lib/constructs/datadog-observability";
import { EncryptionKey } from "../../lib/constructs/encryption-key";
import { OwnerSecret } from "../../lib/constructs/owner-secret";
import { gitopsWorkflow, type GitopsWorkflowProps } from "../../lib/render/gitops-workflow";
import { describeWith, setup } from "./support/shared";
import { effective, left, plan, scratch, terraform, type Change } from "./support/terraform";

interface Versions {
  readonly apiKeyRevision?: number;
  readonly selfHeal?: boolean;
  readonly targetPercent?: number;
}

/** A platform with Argo CD and Datadog, in one stack with what both need of AWS. */
function synthesize(outdir: string, form: "json" | "hcl", { apiKeyRevision = 1, selfHeal = false, targetPercent = 99.95 }: Versions = {}): string {
  // The stack asks the environment, the app its configuration: both must say the same.
  process.env["SYNTH_HCL_OUTPUT"] = String(form === "hcl");
  const app = new App({ outdir, hclOutput: form === "hcl" });
  const stack = new TerraformStack(app, "platform");
  new LocalBackend(stack, { path: "terraform.tfstate" });
  new AwsProvider(stack, "aws", { region: "us-east-1" });
  new KubernetesProvider(stack, "kubernetes", { configPath: "kubeconfig" });
  new HelmProvider(stack, "helm");
  const encryptionKey = new EncryptionKey(stack, "key", { alias: "platform", description: "Encrypts the secrets of the platform" });
  const secret = (name: string) => new OwnerSecret(stack, name, { name: `specweave/${name}`, description: 'The "key" of ${Datadog}', encryptionKey });
  const [api, application, deploy] = [secret("datadog-api"), secret("datadog-app"), secret("deploy-key")];

  const argoCd = new ArgoCd(stack, "argo-cd", { highAvailability: true });
  new ArgoApplication(stack, "api", {
    argoCd,
    repoUrl: "git@github.com:acme/specweave.git",
    values: { image: { repository: "123456789012.dkr.ecr.us-east-1.amazonaws.com/specweave-api" }, commonAnnotations: { note: '"{{ quoted }}" ${text}' } },
    credentials: { secretId: deploy.secretArn },
    selfHeal,
    syncWindows: [{ kind: "deny", schedule: "0 22 * * 5", durationMinutes: 3480, timeZone: "Europe/Berlin" }],
    increment: "0012-production-infrastructure",
  });

  const clusterName = "specweave-prod";
  new DatadogAgent(stack, "datadog", { clusterName, apiKeySecretId: api.secretArn, apiKeyRevision, increment: "0012-production-infrastructure" });
  new DatadogAccount(stack, "datadog-account", { apiKeySecretId: api.secretArn, appKeySecretId: application.secretArn });
  new DatadogObservability(stack, "observability", { clusterName, targetPercent, notify: ["@pagerduty-api"] });
  const roleName = "specweave-datadog";
  const account = new DatadogAwsAccount(stack, "datadog-aws-account", { accountId: "123456789012", roleName });
  new DatadogAwsIntegration(stack, "datadog-aws-integration", { roleName, externalId: account.externalId });
  app.synth();
  delete process.env["SYNTH_HCL_OUTPUT"];
  return join(outdir, "stacks/platform");
}

describeWith("terraform", "Argo CD and Datadog in real Terraform", () => {
  const directories: Record<string, string> = {};
  const plans: Record<string, readonly Change[]> = {};

  afterAll(() => Object.values(directories).forEach((directory) => rmSync(join(directory, "../.."), { recursive: true, force: true })));

  test.each(["json", "hcl"] as const)("synthesized as %s initialise, validate, plan and apply; a second plan is empty", (form) => {
    const directory = (directories[form] = synthesize(scratch(form), form));
    terraform(directory, "init", "-input=false");
    const changes = (plans[form] = plan(directory));
    expect(changes.map(({ address }) => address.split(".")[0])).toEqual(expect.arrayContaining(["helm_release", "kubernetes_secret_v1", "datadog_monitor", "datadog_service_level_objective", "datadog_dashboard_json"]));
    expect(changes.every(({ actions }) => actions.join() === "create")).toBe(true);
    terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
    expect(left(directory)).toEqual([]);
  });

  test("the two forms plan the same resources with the same values", () => {
    expect(plans["hcl"]?.length).toBeGreaterThan(20);
    expect(plans["hcl"]).toEqual(plans["json"]);
  });

  test("there is no Deployment, no Service and no autoscaler: Git has them", () => {
    const types = new Set(plans["json"]?.map(({ address }) => address.split(".")[0]).filter((type) => type?.startsWith("kubernetes_")));
    expect([...types].sort()).toEqual(["kubernetes_namespace_v1", "kubernetes_secret_v1"]);
  });

  test("no key, token or password stands in the state", () => {
    const state = JSON.parse(readFileSync(stateOf("json"), "utf8"));
    const secrets = state.resources.filter(({ type }: { type: string }) => type === "kubernetes_secret_v1" || type === "aws_secretsmanager_secret_version");
    expect(secrets).toHaveLength(7);
    for (const { instances } of secrets) {
      const { data, data_wo, secret_string, secret_string_wo } = instances[0].attributes;
      expect([data ?? {}, data_wo ?? null, secret_string || null, secret_string_wo ?? null]).toEqual([{}, null, null, null]);
    }
    expect(state.resources.some(({ mode }: { mode: string }) => mode === "ephemeral")).toBe(false);
  });

  test.each<[string, Versions, readonly string[]]>([
    ["another way to heal changes the Application's release and nothing else", { selfHeal: true }, ["update helm_release.api_release"]],
    ["another API key changes its Secret and starts the agents anew", { apiKeyRevision: 2 }, ["update helm_release.datadog_release", "update kubernetes_secret_v1.datadog_api-key"]],
  ])("%s", (_, versions, expected) => {
    const directory = directories["json"] ?? "";
    synthesize(join(directory, "../.."), "json", versions);
    expect(effective(plan(directory)).map((change) => change.replace(/_[0-9A-F]{8}$/, ""))).toEqual(expected);
  });

  test("everything can be destroyed again", () => {
    const directory = directories["hcl"] ?? "";
    terraform(directory, "destroy", "-input=false", "-auto-approve");
    expect(JSON.parse(readFileSync(stateOf("hcl"), "utf8")).resources).toEqual([]);
  });

  function stateOf(form: string): string {
    return join(directories[form] ?? "", "terraform.tfstate");
  }
});

describeWith("kubernetes", "the workflow for Argo CD", () => {
  const required = {
    header: { source: ".specweave/increments/0012-production-infrastructure/spec.md", regenerate: "npm run synth" },
    region: "us-east-1",
    ecrRepository: "specweave-api",
  };

  test.each<[string, Partial<GitopsWorkflowProps>]>([
    ["as it is", {}],
    ["after tests, on runners of one's own", { testCommand: "npm ci && npm test", nodeVersion: "24", runsOn: ["self-hosted", "linux"] }],
  ])("passes actionlint %s", (_, props) => {
    const directory = scratch("workflow");
    const file = join(directory, "deploy.yml");
    writeFileSync(file, gitopsWorkflow({ ...required, ...props }));
    const { status, stdout, stderr } = spawnSync("actionlint", ["-no-color", file], { cwd: directory, env: setup("kubernetes"), encoding: "utf8" });
    expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: "" });
    rmSync(directory, { recursive: true });
  });
});
