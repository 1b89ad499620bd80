import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn, type ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { applicationProps, BOOTSTRAP_TAG, DATABASE_SECRET } from "../lib/blueprint/application";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { podTelemetry } from "../lib/blueprint/telemetry";
import { KubernetesApplication } from "../lib/constructs/kubernetes-application";
import { MetricsServer } from "../lib/constructs/metrics-server";
import type { FoundationStack } from "./foundation";
import { PhaselineStack } from "./phaseline-stack";

/** Everything on the cluster, through the Kubernetes and Helm providers. */
export class PlatformStack extends PhaselineStack {
  constructor(scope: Construct, id: string, blueprint: Blueprint, foundation: FoundationStack) {
    super(scope, id, blueprint.state?.value);
    const { settings } = blueprint;
    const cluster = foundation.cluster!;
    const of = (name: string, value: string) => this.read(foundation, name, value);
    // A token of the one who applies, for this run only: nothing to store, and nothing that outlives the run.
    const connection = {
      host: of("cluster_endpoint", cluster.endpoint),
      clusterCaCertificate: Fn.base64decode(of("cluster_certificate_authority", cluster.certificateAuthorityData)),
      exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "aws", args: ["eks", "get-token", "--cluster-name", settings.cluster.name, "--region", settings.region] },
    };
    new KubernetesProvider(this, "kubernetes", { ...connection, exec: [connection.exec] });
    // In version 3 of the provider it is an attribute, which cdktf would write as a block.
    new HelmProvider(this, "helm").addOverride("kubernetes", {
      host: connection.host,
      cluster_ca_certificate: connection.clusterCaCertificate,
      exec: { api_version: connection.exec.apiVersion, command: connection.exec.command, args: connection.exec.args },
    });

    const application = blueprint.workload;
    const environmentSecrets = foundation.surroundings?.database ? [DATABASE_SECRET] : [];
    const environment = {
      ...podTelemetry(blueprint).environment,
      ...Object.fromEntries(Object.entries(foundation.podServices?.environment ?? {}).map(([name, value]) => [name, of(name.toLowerCase(), value)])),
    };
    const repositoryUrl = foundation.registry ? of("repository_url", foundation.registry.repositoryUrl) : "";
    let namespace: ITerraformDependable | undefined;
    if (application && blueprint.gitops) {
      const { addGitops } = require("./gitops") as typeof import("./gitops");
      namespace = addGitops(this, blueprint, repositoryUrl, { environment, environmentSecrets });
    } else if (application) {
      const api = new KubernetesApplication(this, "api", {
        ...applicationProps(blueprint),
        image: `${repositoryUrl}:${BOOTSTRAP_TAG}`,
        environment,
        environmentSecrets,
      });
      namespace = api.namespace;
      if (blueprint.jobs) (require("./jobs") as typeof import("./jobs")).addCronJobs(this, blueprint, api);
    }
    if (application) new MetricsServer(this, "metrics-server");
    if (foundation.surroundings) {
      const { addControllers } = require("./controllers") as typeof import("./controllers");
      const { ingress, hostedZoneId, database, ...around } = foundation.surroundings;
      addControllers(this, blueprint, {
        ...around,
        servicePorts: foundation.podServices?.ports ?? [],
        vpcId: of("vpc_id", foundation.network.vpcId),
        ...(hostedZoneId === undefined ? {} : { hostedZoneId: of("hosted_zone_id", hostedZoneId) }),
        ingress: {
          ...ingress,
          ...(ingress.tls.kind === "certificate" ? { tls: { kind: "certificate", certificateArn: of("certificate_arn", ingress.tls.certificateArn) } } : {}),
          ...(ingress.webAclArn === undefined ? {} : { webAclArn: of("web_acl_arn", ingress.webAclArn) }),
        },
        ...(database ? { database: { port: database.port, secretArn: of("database_secret_arn", database.settings.secretArn) } } : {}),
        ...(namespace ? { namespace } : {}),
      });
    }
    const { addTelemetry } = require("./telemetry") as typeof import("./telemetry");
    addTelemetry(this, blueprint);
  }
}
