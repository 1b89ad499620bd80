import { layerOf, synthesize, synthesizeEnvironments, type Asked } from "../support/synthesize";

const WATCHED: readonly Asked[] = [["cluster", {}], ["workload", { platform: "kubernetes" }], ["metrics", { tool: "datadog" }], ["availability-target", { uptimePercent: 99.9 }]];
const stacksOf = (demands: readonly Asked[], settings: object = {}) => synthesize(demands, settings).stacks as Record<string, any>;
const only = (stack: any, type: string, block = "resource"): any => Object.values(stack[block]?.[type] ?? {})[0];

describe("an environment that Datadog watches", () => {
  const stacks = stacksOf(WATCHED);
  const { production, "production-platform": platform, "production-datadog": datadog } = stacks;

  test("has a third stack, so that who has no application key can deploy the other two", () => {
    expect(Object.keys(stacks)).toEqual(["production", "production-platform", "production-datadog"]);
    for (const stack of [production, platform]) expect(Object.keys(stack.provider)).not.toContain("datadog");
  });

  test("has secrets that wait for their owner, and reads them in each run, into no state", () => {
    expect(Object.values<any>(production.resource.aws_secretsmanager_secret).map(({ name }) => name)).toEqual(["specweave-production/datadog-api-key", "specweave-production/datadog-app-key"]);
    // Empty: no agent starts with a placeholder for a key.
    expect(production.resource).not.toHaveProperty("aws_secretsmanager_secret_version");
    expect(Object.values<any>(platform.ephemeral.aws_secretsmanager_secret_version).map(({ secret_id }) => secret_id)).toEqual(["specweave-production/datadog-api-key"]);
    expect(datadog.provider.datadog[0]).toMatchObject({ api_key: expect.stringMatching(/^\$\{trimspace\(ephemeral\./), app_key: expect.stringMatching(/^\$\{trimspace\(ephemeral\./) });
  });

  test("takes the owner's own secrets, site and key's revision", () => {
    const own = stacksOf(WATCHED, { datadog: { site: "datadoghq.eu", apiKeySecretId: "ops/datadog", appKeySecretId: "ops/datadog-app", apiKeyRevision: 3 } });
    expect(own["production"].resource.aws_secretsmanager_secret).toBeUndefined();
    expect(only(own["production-platform"], "aws_secretsmanager_secret_version", "ephemeral").secret_id).toBe("ops/datadog");
    expect(own["production-platform"].resource.kubernetes_secret_v1["datadog_api-key"].data_wo_revision).toBe(3);
    expect(own["production-platform"].resource.helm_release.datadog_release.values[0]).toContain('"site" = "datadoghq.eu"');
    expect(own["production-datadog"].provider.datadog[0].api_url).toBe("https://api.datadoghq.eu/");
  });

  test("watches the API by the objective that a criterion states, and tells whom the settings name", () => {
    const { resource } = stacksOf(WATCHED, { datadog: { operation: "express.request", notify: ["@slack-ops"] } })["production-datadog"];
    const objective = only({ resource }, "datadog_service_level_objective");
    expect(objective).toMatchObject({ target_threshold: 99.9, query: { denominator: "sum:trace.express.request.hits{env:production,service:specweave-api}.as_count()" } });
    for (const { message } of Object.values<any>(resource.datadog_monitor)) expect(message).toContain("\\n\\n@slack-ops");
  });

  test("lets Datadog read the account by a role, with the id that Datadog made up", () => {
    expect(only(datadog, "datadog_integration_aws_account")).toMatchObject({ auth_config: { aws_auth_config_role: { role_name: "specweave-production-datadog" } }, aws_partition: "aws" });
    expect(JSON.stringify(datadog.data.aws_iam_policy_document)).toContain("${datadog_integration_aws_account.datadog-aws-account.auth_config.aws_auth_config_role.external_id}");
    expect(JSON.stringify(datadog.data.aws_iam_policy_document)).toContain(":iam::464622532012:root");
    const without = stacksOf(WATCHED, { datadog: { awsIntegration: false } })["production-datadog"];
    expect(without.resource).not.toHaveProperty("datadog_integration_aws_account");
    expect(without.resource).not.toHaveProperty("aws_iam_role");
    const elsewhere = (settings: object) => JSON.stringify(stacksOf(WATCHED, { datadog: settings })["production-datadog"].data);
    expect(elsewhere({ site: "ap1.datadoghq.com" })).toContain(":iam::417141415827:root");
    expect(elsewhere({ awsAccountId: "111122223333" })).toContain(":iam::111122223333:root");
  });

  test("makes pods after the admission controller that gives them their way to the agent, by Terraform or from Git", () => {
    expect(platform.resource.kubernetes_deployment_v1.api_deployment.depends_on).toContain("helm_release.datadog_release");
    const git = stacksOf([...WATCHED, ["gitops", {}]])["production-platform"].resource;
    expect(git.helm_release.api_release.depends_on).toContain("helm_release.datadog_release");
    expect(git.helm_release.api_release.values[0]).toContain('"podLabels" = {"admission.datadoghq.com/enabled" = "true"');
  });

  test("has one AWS provider, whoever else reads a secret", () => {
    const { provider } = stacksOf([...WATCHED, ["gitops", {}]], { gitops: { credentialsSecretId: "ops/git" } })["production-platform"];
    expect(provider.aws).toHaveLength(1);
  });

  test("tells Datadog of its account once, whatever environments there are", () => {
    const environments = synthesizeEnvironments([layerOf("0012", [...WATCHED, ["environments", { names: ["staging", "production"] }]], { platform: "kubernetes" })]);
    const accounts = environments.flatMap(({ stacks: all }) => Object.keys(all).filter((id) => (all[id] as any).resource?.datadog_integration_aws_account));
    expect(accounts).toEqual(["production-datadog"]);
    expect(environments.flatMap(({ stacks: all }) => Object.keys(all))).toEqual(expect.arrayContaining(["staging-datadog"]));
  });

  test("says what to install where the provider's package is not there", () => {
    jest.isolateModules(() => {
      jest.doMock("../../lib/constructs/datadog-observability", () => {
        throw Object.assign(new Error("Cannot find module '@cdktf/provider-datadog/lib/monitor'"), { code: "MODULE_NOT_FOUND" });
      });
      const again = require("../support/synthesize") as typeof import("../support/synthesize");
      expect(() => again.synthesize(WATCHED)).toThrow(
        "production-datadog: 0012-production-infrastructure/AC-03 asks for Datadog, and the package @cdktf/provider-datadog is not installed.\n    → Run npm install @cdktf/provider-datadog.",
      );
      jest.dontMock("../../lib/constructs/datadog-observability");
    });
  });
});

describe("an environment without Datadog", () => {
  test("has neither its stack, nor its secrets, nor its provider", () => {
    const stacks = stacksOf([["cluster", {}], ["workload", { platform: "kubernetes" }], ["metrics", { tool: "prometheus" }], ["logs", {}], ["tracing", { tool: "x-ray" }]]);
    expect(JSON.stringify(stacks)).not.toMatch(/datadog/i);
    expect(Object.keys(stacks["production-platform"].resource.helm_release)).toEqual(expect.arrayContaining(["log-shipper_release", "trace-collector_release"]));
  });

  test("with an ingress, lets Prometheus in and traces out, past the guard of the namespace", () => {
    const policies = (demands: readonly Asked[]) => Object.keys(stacksOf([["cluster", {}], ["workload", {}], ["load-balancer", { type: "ingress" }], ...demands], { plainHttp: true })["production-platform"].resource.kubernetes_network_policy_v1);
    expect(policies([["metrics", {}], ["tracing", {}]])).toEqual(expect.arrayContaining(["guard_allow-from-monitoring", "guard_allow-to-tracing"]));
    expect(policies([])).not.toEqual(expect.arrayContaining([expect.stringMatching(/monitoring|tracing/)]));
  });
});
