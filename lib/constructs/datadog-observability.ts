import { DashboardJson } from "@cdktf/provider-datadog/lib/dashboard-json";
import { IntegrationAwsAccount } from "@cdktf/provider-datadog/lib/integration-aws-account";
import { Monitor } from "@cdktf/provider-datadog/lib/monitor";
import { DatadogProvider } from "@cdktf/provider-datadog/lib/provider";
import { ServiceLevelObjective } from "@cdktf/provider-datadog/lib/service-level-objective";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { datadogDashboard, datadogObservability, DATADOG_SITES, type DatadogObservabilityModel, type DatadogSite, type WatchedService } from "../render/datadog";
import { terraformText } from "../render/hcl";
import { ConstructError } from "./construct-error";
import { EphemeralResource } from "./ephemeral";
import { terraformJson } from "./kubernetes-helm-release";

/*
 * Everything of Datadog's own provider is in this file: @cdktf/provider-datadog is an optional peer dependency, and who does not import this file
 * needs no such package.
 */

export interface DatadogAccountProps {
  /** Name or ARN of the secret in AWS Secrets Manager whose whole value is the API key; may be a token. */
  readonly apiKeySecretId: string;
  /** The same of the application key, by which Terraform may make monitors and dashboards. */
  readonly appKeySecretId: string;
  /** @default "datadoghq.com" */
  readonly site?: DatadogSite;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { site: "datadoghq.com" } as const;

/** As {@link DEFAULTS}, of an AWS account. */
export const AWS_ACCOUNT_DEFAULTS = { partition: "aws" } as const;

/**
 * The provider of a stack that makes something in Datadog. Its keys come from AWS Secrets Manager as ephemeral values: they are in no state and no
 * plan. The stack needs an AWS provider. Where the keys are in the environment (`DD_API_KEY`, `DD_APP_KEY`), a plain `DatadogProvider` does as well.
 *
 * @example
 * new DatadogAccount(stack, "datadog-account", { apiKeySecretId: "specweave/datadog-api", appKeySecretId: "specweave/datadog-app" });
 */
export class DatadogAccount extends Construct {
  readonly provider: DatadogProvider;

  constructor(scope: Construct, id: string, { apiKeySecretId, appKeySecretId, site = DEFAULTS.site }: DatadogAccountProps) {
    super(scope, id);
    if (!(DATADOG_SITES as readonly string[]).includes(site)) {
      throw new ConstructError(this, `site is ${JSON.stringify(site)}; the sites of Datadog are ${DATADOG_SITES.join(", ")}.`, "Choose that of your account.");
    }
    const key = (name: string, secretId: string) =>
      new EphemeralResource(this, name, {
        type: "aws_secretsmanager_secret_version",
        requiredProvider: { source: "hashicorp/aws", version: ">= 5.88.0" },
        attributes: { secret_id: secretId },
      }).get("secret_string");
    this.provider = new DatadogProvider(this, "provider", {
      // A key that came from a file may end in a line break.
      apiKey: Fn.trimspace(key("api-key", apiKeySecretId)),
      appKey: Fn.trimspace(key("app-key", appKeySecretId)),
      apiUrl: `https://api.${site}/`,
    });
  }
}

export interface DatadogObservabilityProps extends WatchedService {
  /** Id of the increment that demands it, for the tag `increment`. @default - no such tag */
  readonly increment?: string;
}

/**
 * What watches a service in Datadog: monitors, a dashboard, an objective and alerts on how fast its budget for errors goes. The stack needs a
 * {@link DatadogAccount}.
 *
 * @example
 * new DatadogObservability(stack, "observability", { clusterName: "specweave-prod", notify: ["@pagerduty-api"] });
 */
export class DatadogObservability extends Construct {
  /** What is made, as plain data. */
  readonly model: DatadogObservabilityModel;
  readonly monitors: readonly Monitor[];
  readonly objective: ServiceLevelObjective;
  readonly burnRateAlerts: readonly Monitor[];
  /** As JSON: the classes for a dashboard written out take a second to load. */
  readonly dashboard: DashboardJson;

  constructor(scope: Construct, id: string, { increment, ...service }: DatadogObservabilityProps) {
    super(scope, id);
    const model = datadogObservability(service);
    this.model = model;
    const tags = [...model.tags, ...(increment === undefined ? [] : [`increment:${increment.toLowerCase().replace(/[^a-z0-9_./-]+/g, "-").slice(0, 100)}`])];

    this.monitors = model.monitors.map(
      ({ id: monitorId, name, query, message, critical, priority, missingDataIsBad }) =>
        new Monitor(this, monitorId, {
          type: "query alert",
          name: terraformText(name),
          query: terraformText(query),
          message: terraformText(message),
          monitorThresholds: { critical: String(critical) },
          priority: String(priority),
          onMissingData: missingDataIsBad ? "show_and_notify_no_data" : "default",
          requireFullWindow: false,
          includeTags: true,
          tags,
        }),
    );
    const { slo } = model;
    this.objective = new ServiceLevelObjective(this, "objective", {
      type: "metric",
      name: terraformText(slo.name),
      description: terraformText(slo.description),
      query: { numerator: slo.good, denominator: slo.total },
      thresholds: ["7d", "30d"].map((timeframe) => ({ timeframe, target: slo.targetPercent, warning: slo.warningPercent })),
      timeframe: "30d",
      targetThreshold: slo.targetPercent,
      warningThreshold: slo.warningPercent,
      tags,
    });
    this.burnRateAlerts = model.burnRates.map(
      ({ id: monitorId, name, message, rate, longWindow, shortWindow, priority }) =>
        new Monitor(this, monitorId, {
          type: "slo alert",
          name: terraformText(name),
          // Every quote by %q: cdktf would not escape one that stands beside a token.
          query: Fn.format(`burn_rate(%q).over(%q).long_window(%q).short_window(%q) > ${rate}`, [this.objective.id, "30d", longWindow, shortWindow]),
          message: terraformText(message),
          monitorThresholds: { critical: String(rate) },
          priority: String(priority),
          tags,
        }),
    );
    this.dashboard = new DashboardJson(this, "dashboard", { dashboard: terraformJson(datadogDashboard(model, this.objective.id)) });
  }
}

export interface DatadogAwsAccountProps {
  /** The AWS account, of twelve digits; may be a token. */
  readonly accountId: string;
  /** Name of the role that Datadog takes on in it, as `DatadogAwsIntegration` makes it. */
  readonly roleName: string;
  /** @default "aws" */
  readonly partition?: string;
}

/**
 * The AWS account as Datadog knows it. It gives the external id that the role must ask for: Datadog makes it up, so that nobody else's account can
 * name the role.
 *
 * @example
 * const account = new DatadogAwsAccount(stack, "aws-account", { accountId: "123456789012", roleName: "specweave-datadog" });
 * new DatadogAwsIntegration(stack, "aws-integration", { roleName: "specweave-datadog", externalId: account.externalId });
 */
export class DatadogAwsAccount extends Construct {
  readonly account: IntegrationAwsAccount;
  readonly externalId: string;

  constructor(scope: Construct, id: string, { accountId, roleName, partition = AWS_ACCOUNT_DEFAULTS.partition }: DatadogAwsAccountProps) {
    super(scope, id);
    this.account = new IntegrationAwsAccount(this, "Default", {
      awsAccountId: accountId,
      awsPartition: partition,
      authConfig: { awsAuthConfigRole: { roleName } },
      awsRegions: { includeAll: true },
      logsConfig: { lambdaForwarder: {} },
      metricsConfig: { enabled: true, automuteEnabled: true, namespaceFilters: {} },
      resourcesConfig: { cloudSecurityPostureManagementCollection: false, extendedCollection: false },
      tracesConfig: { xrayServices: {} },
    });
    this.externalId = this.account.authConfig.awsAuthConfigRole.externalId;
  }
}
