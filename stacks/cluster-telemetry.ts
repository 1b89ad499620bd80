import type { Blueprint } from "../lib/blueprint/blueprint";
import { watches } from "../lib/blueprint/monitoring";
import type { RetentionDays } from "../lib/blueprint/retention";
import { datadogSecrets, podLogGroup } from "../lib/blueprint/telemetry";
import type { KubernetesCluster } from "../lib/constructs/kubernetes-cluster";
import { PodLogs } from "../lib/constructs/log-shipper";
import { OwnerSecret } from "../lib/constructs/owner-secret";
import { TraceCollectorRole } from "../lib/constructs/trace-collector";
import { tagIncrements } from "./increments";
import type { Shared } from "./shared";

/** The AWS side of what a cluster's pods tell: where their logs are kept, who may give traces to X-Ray, and the secrets for Datadog's keys. */
export function addClusterTelemetry(stack: Shared, cluster: KubernetesCluster, blueprint: Blueprint): void {
  const { encryptionKey, resourceName } = stack;
  const { settings, podLogs, traces, logs, monitoring } = blueprint;
  if (podLogs) {
    const kept = new PodLogs(stack, "pod-logs", {
      cluster,
      encryptionKey,
      logGroupName: podLogGroup(settings),
      roleName: `${resourceName}-pod-logs`,
      ...(logs ? { retentionDays: logs.value.retentionDays as RetentionDays } : {}),
    });
    tagIncrements(kept, blueprint, podLogs);
  }
  if (traces) tagIncrements(new TraceCollectorRole(stack, "trace-collector-role", { cluster, name: `${resourceName}-trace-collector` }), blueprint, traces);
  if (!watches(monitoring, "cluster", "datadog")) return;
  const { apiKey, appKey } = datadogSecrets(settings);
  const keys = [
    { id: "datadog-api-key", name: apiKey, theirs: settings.datadog.apiKeySecretId, description: "API key of Datadog, by which the agents send" },
    { id: "datadog-app-key", name: appKey, theirs: settings.datadog.appKeySecretId, description: "Application key of Datadog, by which Terraform makes monitors" },
  ];
  for (const { id, name, theirs, description } of keys) {
    // Empty until its owner fills it: a plan of what needs the key stops, and no agent starts with a wrong one.
    if (theirs === undefined) tagIncrements(new OwnerSecret(stack, id, { name, description, encryptionKey, placeholder: false }), blueprint, monitoring);
  }
}
