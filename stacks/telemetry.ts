import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { dependable } from "cdktf";
import type { Construct } from "constructs";
import type { Blueprint, MonitoringChoice } from "../lib/blueprint/blueprint";
import { watches } from "../lib/blueprint/monitoring";
import { datadogSecrets, podLogGroup, PROMETHEUS_NAMESPACE } from "../lib/blueprint/telemetry";
import type { ArgoApplication } from "../lib/constructs/argo-application";
import type { KubernetesApplication } from "../lib/constructs/kubernetes-application";
import { incrementOf } from "./increments";

/** What watches the cluster: Prometheus, Datadog's agents, and who takes the pods' logs and traces elsewhere. The application is there already. */
export function addTelemetry(stack: Construct, blueprint: Blueprint): void {
  const { settings, workload, monitoring, podLogs, traces } = blueprint;
  const { service, region } = settings;
  if (watches(monitoring, "cluster", "prometheus")) {
    const { MonitoringStack } = require("../lib/constructs/monitoring-stack") as typeof import("../lib/constructs/monitoring-stack");
    const { value } = monitoring!;
    new MonitoringStack(stack, "monitoring", {
      namespace: PROMETHEUS_NAMESPACE,
      ...(value.grafana ? {} : { grafana: false }),
      applications: workload ? [{ name: service.name, namespace: service.namespace, app: service.app, metricsPath: service.metricsPath, ...alertInTime(value) }] : [],
      ...incrementOf(monitoring, blueprint),
    });
  }
  if (podLogs) {
    const { LogShipper } = require("../lib/constructs/log-shipper") as typeof import("../lib/constructs/log-shipper");
    new LogShipper(stack, "log-shipper", { logGroupName: podLogGroup(settings), region });
  }
  if (traces) {
    const { TraceCollector } = require("../lib/constructs/trace-collector") as typeof import("../lib/constructs/trace-collector");
    new TraceCollector(stack, "trace-collector", { region, from: [service.namespace] });
  }
  if (watches(monitoring, "cluster", "datadog")) {
    const { DatadogAgent } = require("../lib/constructs/datadog-agent") as typeof import("../lib/constructs/datadog-agent");
    // The API key is read from Secrets Manager in each run, and written to the cluster without passing through the state.
    if (!stack.node.tryFindChild("aws")) new AwsProvider(stack, "aws", { region });
    const { release } = new DatadogAgent(stack, "datadog", {
      clusterName: settings.cluster.name,
      environment: settings.environment,
      site: settings.datadog.site,
      apiKeySecretId: datadogSecrets(settings).apiKey,
      apiKeyRevision: settings.datadog.apiKeyRevision,
      logs: monitoring!.value.datadogLogs,
      ...incrementOf(monitoring, blueprint),
    });
    // Its admission controller gives pods their way to the agent when they are made, and not later.
    const api = stack.node.tryFindChild("api") as KubernetesApplication | ArgoApplication | undefined;
    const deployed = api && ("deployment" in api ? api.deployment : api.release.release);
    if (deployed) deployed.dependsOn = [...(deployed.dependsOn ?? []), dependable(release.release)];
  }
}

/** 14.4 times the errors that an objective allows use up a month's allowance in two days: an alert that waits for more comes too late. */
function alertInTime({ objectivePercent, latencyMilliseconds }: MonitoringChoice): { readonly errorRatePercent?: number; readonly latencyMilliseconds?: number } {
  const share = objectivePercent === undefined ? 1 : Number((14.4 * (100 - objectivePercent)).toFixed(3));
  return { ...(share < 1 ? { errorRatePercent: share } : {}), ...(latencyMilliseconds === undefined ? {} : { latencyMilliseconds }) };
}
