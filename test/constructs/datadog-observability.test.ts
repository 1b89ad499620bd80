import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { TerraformOutput, TerraformStack, Testing } from "cdktf";
import { AWS_ACCOUNT_DEFAULTS, DatadogAccount, DatadogAwsAccount, DatadogObservability, DEFAULTS, type DatadogObservabilityProps } from "../../lib/constructs/datadog-observability";
import { documentedDefaults } from "../support/documented-defaults";
import { messageOf } from "../support/synth";

function synth(props: Partial<DatadogObservabilityProps> = {}) {
  const stack = new TerraformStack(Testing.app(), "production-observability");
  new DatadogAccount(stack, "account", { apiKeySecretId: "specweave/datadog-api", appKeySecretId: "specweave/datadog-app", site: "datadoghq.eu" });
  const observability = new DatadogObservability(stack, "watch", { clusterName: "specweave-prod", ...props });
  return { observability, json: JSON.parse(Testing.synth(stack, true)), hcl: Testing.synthHcl(stack) as string };
}

const monitor = (json: any, id: string): any => Object.entries<any>(json.resource.datadog_monitor).find(([name]) => name.startsWith(`watch_${id}_`))?.[1];

describe("DatadogAccount", () => {
  test("takes its keys from Secrets Manager, as values that are in no state", () => {
    const { json, hcl } = synth();
    expect(json.provider.datadog).toEqual([
      {
        api_key: expect.stringMatching(/^\$\{trimspace\(ephemeral\.aws_secretsmanager_secret_version\.account_api-key_\w+\.secret_string\)\}$/),
        app_key: expect.stringMatching(/^\$\{trimspace\(ephemeral\.aws_secretsmanager_secret_version\.account_app-key_\w+\.secret_string\)\}$/),
        api_url: "https://api.datadoghq.eu/",
      },
    ]);
    expect(hcl).toContain(`ephemeral "aws_secretsmanager_secret_version" "account_app-key_`);
  });

  test("throws when Datadog has no such site", () => {
    const stack = new TerraformStack(Testing.app(), "test");
    expect(messageOf(() => new DatadogAccount(stack, "account", { apiKeySecretId: "a", appKeySecretId: "b", site: "evil.example" as never }))).toBe(
      'test/account: site is "evil.example"; the sites of Datadog are datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, ap1.datadoghq.com, ap2.datadoghq.com, ddog-gov.com.\n    → Choose that of your account.',
    );
  });
});

describe("DatadogObservability", () => {
  test("makes a monitor of each in the model, with the model's own words", () => {
    const { observability, json } = synth({ increment: "0012 Production" });
    for (const { id, query, message, critical } of observability.model.monitors) {
      expect(monitor(json, id)).toMatchObject({ type: "query alert", query, monitor_thresholds: { critical: String(critical) } });
      expect(monitor(json, id).message).toBe(message);
    }
    expect(monitor(json, "error-rate").tags).toEqual(["env:production", "service:specweave-api", "managed-by:phaseline", "increment:0012-production"]);
    expect(monitor(json, "unavailable").on_missing_data).toBe("show_and_notify_no_data");
  });

  test("has an objective of 99.95 %, and alerts on its budget whose threshold is that of the query", () => {
    const { json, hcl } = synth();
    const [id] = Object.keys(json.resource.datadog_service_level_objective);
    expect(json.resource.datadog_service_level_objective[id!]).toMatchObject({
      type: "metric",
      target_threshold: 99.95,
      timeframe: "30d",
      thresholds: [
        { timeframe: "7d", target: 99.95, warning: 99.975 },
        { timeframe: "30d", target: 99.95, warning: 99.975 },
      ],
    });
    expect(monitor(json, "burn-rate-fast")).toMatchObject({
      type: "slo alert",
      query: `\${format("burn_rate(%q).over(%q).long_window(%q).short_window(%q) > 14.4", datadog_service_level_objective.${id}.id, "30d", "1h", "5m")}`,
      monitor_thresholds: { critical: "14.4" },
    });
    expect(hcl).toContain(monitor(json, "burn-rate-slow").query);
  });

  test("has a dashboard with the objective in it, in JSON and in HCL", () => {
    const { json, hcl } = synth();
    const { dashboard } = Object.values<any>(json.resource.datadog_dashboard_json)[0];
    expect(dashboard).toMatch(/^\$\{jsonencode\(\{"title" = "specweave-api \(production\)", .*"slo_id" = "\$\{datadog_service_level_objective\./);
    expect(hcl).toContain(dashboard);
  });
});

describe("DatadogAwsAccount", () => {
  test("gives the external id that Datadog made up", () => {
    const stack = new TerraformStack(Testing.app(), "test");
    const account = new DatadogAwsAccount(stack, "account", { accountId: "123456789012", roleName: "specweave-datadog" });
    new TerraformOutput(stack, "external-id", { value: account.externalId });
    const json = JSON.parse(Testing.synth(stack));
    expect(json.resource.datadog_integration_aws_account.account).toMatchObject({ aws_account_id: "123456789012", auth_config: { aws_auth_config_role: { role_name: "specweave-datadog" } } });
    expect(json.output["external-id"].value).toBe("${datadog_integration_aws_account.account.auth_config.aws_auth_config_role.external_id}");
  });
});

test("The file documents each default as the code has it", () => {
  expect(documentedDefaults("lib/constructs/datadog-observability.ts", "DatadogAccountProps")).toEqual(DEFAULTS);
  expect(documentedDefaults("lib/constructs/datadog-observability.ts", "DatadogAwsAccountProps")).toEqual(AWS_ACCOUNT_DEFAULTS);
});

test("No other file needs Datadog's provider, which is an optional peer dependency", () => {
  const root = join(__dirname, "../..");
  const sources = ["lib", "stacks"].flatMap((room) => readdirSync(join(root, room), { recursive: true, encoding: "utf8" }).map((path) => join(room, path)));
  const using = sources.filter((path) => path.endsWith(".ts") && readFileSync(join(root, path), "utf8").includes('"@cdktf/provider-datadog'));
  expect(using).toEqual(["lib/constructs/datadog-observability.ts"]);
});
