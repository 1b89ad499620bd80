import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn } from "cdktf";
import type { Construct } from "constructs";
import { applicationProps } from "../lib/blueprint/application";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { KubernetesApplication } from "../lib/constructs/kubernetes-application";
import { MetricsServer } from "../lib/constructs/metrics-server";
import { MonitoringStack } from "../lib/constructs/monitoring-stack";
import type { FoundationStack } from "./foundation";
import { incrementOf } from "./increments";
import { PhaselineStack } from "./phaseline-stack";

/** Everything on the cluster, through the Kubernetes and Helm providers. */
export class PlatformStack extends PhaselineStack {
  constructor(scope: Construct, id: string, blueprint: Blueprint, foundation: FoundationStack) {
    super(scope, id);
    const { settings } = blueprint;
    const cluster = foundation.cluster!;
    // A token of the one who applies, for this run only: nothing to store, and nothing that outlives the run.
    const connection = {
      host: cluster.endpoint,
      clusterCaCertificate: Fn.base64decode(cluster.certificateAuthorityData),
      exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", args: ["eks", "get-token", "--cluster-name", settings.cluster.name, "--region", settings.region] },
    };
    new KubernetesProvider(this, "kubernetes", { ...connection, exec: [connection.exec] });
    // In version 3 of the provider it is an attribute, which cdktf would write as a block.
    new HelmProvider(this, "helm").addOverride("kubernetes", {
      host: connection.host,
      cluster_ca_certificate: connection.clusterCaCertificate,
      exec: { api_version: connection.exec.apiVersion, command: connection.exec.command, args: connection.exec.args },
    });

    const application = blueprint.workload && { name: settings.service.name, namespace: settings.service.namespace, app: settings.service.app };
    if (application) {
      new KubernetesApplication(this, "api", {
        ...applicationProps(blueprint),
        image: `${foundation.registry!.repositoryUrl}:bootstrap`,
      });
      new MetricsServer(this, "metrics-server");
    }
    if (blueprint.monitoring?.value.on === "cluster") {
      const { service } = settings;
      new MonitoringStack(this, "monitoring", {
        ...(blueprint.monitoring.value.grafana ? {} : { grafana: false }),
        applications: application ? [{ ...application, metricsPath: service.metricsPath }] : [],
        ...incrementOf(blueprint.monitoring, blueprint),
      });
    }
  }
}
