import type { Blueprint } from "../lib/blueprint/blueprint";
import { watches } from "../lib/blueprint/monitoring";
import type { RetentionDays } from "../lib/blueprint/retention";
import type { GithubDeployRole } from "../lib/constructs/github-deploy-role";
import { KubernetesCluster } from "../lib/constructs/kubernetes-cluster";
import { NodeGroup } from "../lib/constructs/node-group";
import { tagIncrements } from "./increments";
import type { Shared } from "./shared";

/** The EKS cluster with its nodes, in the foundation's network. */
export function addCluster(stack: Shared, blueprint: Blueprint, deployRole: GithubDeployRole | undefined): KubernetesCluster {
  const { settings } = blueprint;
  const { network, encryptionKey } = stack;
  const { name, version, nodes } = blueprint.cluster!.value;
  const cluster = new KubernetesCluster(stack, "cluster", {
    name,
    version,
    network,
    encryptionKey,
    publicAccessCidrs: settings.cluster.publicAccessCidrs,
    adminPrincipalArns: settings.cluster.adminPrincipalArns,
    deletionProtection: settings.cluster.deletionProtection,
    addonVersions: settings.cluster.addonVersions,
    ...(blueprint.logs ? { logRetentionDays: blueprint.logs.value.retentionDays as RetentionDays } : {}),
  });
  const group = new NodeGroup(stack, "workers", {
    cluster,
    name: settings.nodes.name,
    instanceType: nodes.instanceType,
    minSize: nodes.min,
    desiredSize: nodes.desired,
    maxSize: nodes.max,
  });
  if (deployRole && blueprint.pipeline?.value.on === "cluster") {
    deployRole.allowDescribe(cluster);
    if (settings.pipeline.reach === "ssm-tunnel") deployRole.allowTunnel(cluster);
    cluster.grantNamespaceEdit(deployRole.roleArn, settings.service.namespace);
  }
  tagIncrements(cluster, blueprint, blueprint.cluster);
  tagIncrements(group, blueprint, blueprint.cluster);
  if (blueprint.podLogs || blueprint.traces || watches(blueprint.monitoring, "cluster", "datadog")) {
    (require("./cluster-telemetry") as typeof import("./cluster-telemetry")).addClusterTelemetry(stack, cluster, blueprint);
  }
  return cluster;
}
