import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { Construct } from "constructs";
import { resourceName } from "../lib/blueprint/application";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { datadogSecrets } from "../lib/blueprint/telemetry";
import { AwsAccount } from "../lib/constructs/aws-account";
import { ConstructError } from "../lib/constructs/construct-error";
import { incrementOf, tagIncrements } from "./increments";
import { PhaselineStack } from "./phaseline-stack";

/** Datadog's own AWS accounts, where a site has another than the usual one. Source: https://docs.datadoghq.com/integrations/amazon-web-services/ */
const DATADOG_AWS_ACCOUNTS: Readonly<Record<string, string>> = { "ap1.datadoghq.com": "417141415827" };

/**
 * What an environment has in Datadog itself: monitors, a dashboard and an objective of the API, and the role by which Datadog reads the account. A stack
 * of its own, so that what runs can be deployed by who has no application key.
 */
export class DatadogStack extends PhaselineStack {
  /** @param watched the stacks that it watches, which come first */
  constructor(scope: Construct, id: string, blueprint: Blueprint, watched: readonly PhaselineStack[]) {
    super(scope, id, blueprint.state?.value);
    const { settings, monitoring, workload, beside } = blueprint;
    const { service, datadog, environment } = settings;
    const { DatadogAccount, DatadogAwsAccount, DatadogObservability } = loadDatadog(this, blueprint);
    for (const stack of watched) this.addDependency(stack);
    new AwsProvider(this, "aws", {
      region: settings.region,
      defaultTags: [{ tags: { Project: settings.project, Environment: environment, ManagedBy: "phaseline" } }],
    });
    const { apiKey, appKey } = datadogSecrets(settings);
    new DatadogAccount(this, "datadog", { apiKeySecretId: apiKey, appKeySecretId: appKey, site: datadog.site });
    if (workload) {
      const { objectivePercent, latencyMilliseconds } = monitoring!.value;
      new DatadogObservability(this, "observability", {
        name: service.name,
        namespace: service.namespace,
        service: service.app,
        environment,
        clusterName: settings.cluster.name,
        operation: datadog.operation,
        notify: datadog.notify,
        ...(objectivePercent === undefined ? {} : { targetPercent: objectivePercent }),
        ...(latencyMilliseconds === undefined ? {} : { latencyMilliseconds }),
        ...incrementOf(monitoring, blueprint),
      });
    }
    // Datadog knows an account once: the environment that this one stands beside has told it.
    if (datadog.awsIntegration && !beside) {
      const { DatadogAwsIntegration } = require("../lib/constructs/datadog-aws-integration") as typeof import("../lib/constructs/datadog-aws-integration");
      const roleName = `${resourceName(settings)}-datadog`;
      const account = new DatadogAwsAccount(this, "datadog-aws-account", { accountId: AwsAccount.of(this).accountId, roleName, partition: partitionOf(settings.region) });
      const datadogAccountId = datadog.awsAccountId ?? DATADOG_AWS_ACCOUNTS[datadog.site];
      new DatadogAwsIntegration(this, "aws-integration", { roleName, externalId: account.externalId, ...(datadogAccountId === undefined ? {} : { datadogAccountId }) });
    }
    tagIncrements(this, blueprint, monitoring);
  }
}

/** An optional peer dependency, of which nobody needs to know who does without Datadog. */
function loadDatadog(stack: PhaselineStack, { monitoring }: Blueprint): typeof import("../lib/constructs/datadog-observability") {
  try {
    return require("../lib/constructs/datadog-observability");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    const asked = monitoring?.because[0];
    throw new ConstructError(
      stack,
      `${asked ? `${asked.increment}/${asked.criterion} asks for` : "there is"} Datadog, and the package @cdktf/provider-datadog is not installed.`,
      "Run npm install @cdktf/provider-datadog.",
    );
  }
}

function partitionOf(region: string): string {
  return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
