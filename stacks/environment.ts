import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn, TerraformOutput } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import type { Blueprint, Chosen } from "../lib/blueprint/blueprint";
import { applicationProps } from "../lib/blueprint/application";
import { ContainerRegistry } from "../lib/constructs/container-registry";
import { EncryptionKey } from "../lib/constructs/encryption-key";
import { GithubDeployRole } from "../lib/constructs/github-deploy-role";
import { KubernetesApplication } from "../lib/constructs/kubernetes-application";
import { KubernetesCluster } from "../lib/constructs/kubernetes-cluster";
import { MetricsServer } from "../lib/constructs/metrics-server";
import { MonitoringStack } from "../lib/constructs/monitoring-stack";
import { Network } from "../lib/constructs/network";
import { NodeGroup } from "../lib/constructs/node-group";
import { tagAll } from "../lib/constructs/tags";
import { PhaselineStack } from "./phaseline-stack";

/**
 * The stacks of an environment: `<environment>` on AWS, and `<environment>-platform` on the cluster that the first one makes.
 * They have states of their own, since a provider must not be configured from resources of its own state.
 */
export function environmentStacks(scope: Construct, blueprint: Blueprint): readonly PhaselineStack[] {
  if (!blueprint.network) return [];
  const foundation = new FoundationStack(scope, blueprint.settings.environment, blueprint);
  return foundation.cluster ? [foundation, new PlatformStack(scope, `${blueprint.settings.environment}-platform`, blueprint, foundation)] : [foundation];
}

/** Everything on AWS itself. Construct ids are the same in every phase: Terraform addresses, and with them the data, outlive a phase. */
export class FoundationStack extends PhaselineStack {
  readonly cluster?: KubernetesCluster;
  readonly registry?: ContainerRegistry;

  /** cdktf resolves a stack here to find what it needs of other stacks, which is a third of a synth's own time: this one needs nothing. */
  override prepareStack(): void {
    this.ensureBackendExists();
  }

  constructor(scope: Construct, id: string, blueprint: Blueprint) {
    super(scope, id);
    const { settings } = blueprint;
    const name = `${settings.project}-${settings.environment}`;
    new AwsProvider(this, "aws", {
      region: settings.region,
      defaultTags: [{ tags: { Project: settings.project, Environment: settings.environment, ManagedBy: "phaseline" } }],
    });
    const encryptionKey = new EncryptionKey(this, "key", { alias: name, description: `Encrypts the data of ${name}` });

    const network = new Network(this, "network", {
      name,
      vpcCidr: blueprint.network!.value.cidr,
      availabilityZoneCount: blueprint.network!.value.zones,
      natGateways: blueprint.network!.value.natGateways,
      encryptionKey,
    });
    tagIncrements(network, blueprint, blueprint.network!);

    if (blueprint.cluster) {
      const { name: clusterName, version, nodes } = blueprint.cluster.value;
      this.cluster = new KubernetesCluster(this, "cluster", {
        name: clusterName,
        version,
        network,
        encryptionKey,
        publicAccessCidrs: settings.cluster.publicAccessCidrs,
        adminPrincipalArns: settings.cluster.adminPrincipalArns,
        deletionProtection: settings.cluster.deletionProtection,
      });
      const group = new NodeGroup(this, "workers", {
        cluster: this.cluster,
        name: settings.nodes.name,
        instanceType: nodes.instanceType,
        minSize: nodes.min,
        desiredSize: nodes.desired,
        maxSize: nodes.max,
      });
      tagIncrements(this.cluster, blueprint, blueprint.cluster);
      tagIncrements(group, blueprint, blueprint.cluster);
    }
    if (blueprint.registry) {
      this.registry = new ContainerRegistry(this, "registry", { name: settings.service.app, encryptionKey });
      tagIncrements(this.registry, blueprint, blueprint.registry);
    }
    if (blueprint.pipeline && this.cluster && this.registry) {
      const role = new GithubDeployRole(this, "deploy-role", {
        name: `${name}-deploy`,
        repository: settings.repository,
        subject: { environment: settings.environment },
        ...(settings.githubOidcProviderArn === undefined ? {} : { existingProviderArn: settings.githubOidcProviderArn }),
      });
      role.allowPush(this.registry);
      role.allowDescribe(this.cluster);
      if (settings.pipeline.reach === "ssm-tunnel") role.allowTunnel(this.cluster);
      this.cluster.grantNamespaceEdit(role.roleArn, settings.service.namespace);
      tagIncrements(role, blueprint, blueprint.pipeline);
      new TerraformOutput(this, "deploy_role_arn", { value: role.roleArn, description: `Variable AWS_DEPLOY_ROLE_ARN of the GitHub environment ${settings.environment}` });
    }
    tagIncrements(this, blueprint);
  }
}

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
    if (blueprint.monitoring) {
      const { service } = settings;
      new MonitoringStack(this, "monitoring", {
        ...(blueprint.monitoring.value.grafana ? {} : { grafana: false }),
        applications: application ? [{ ...application, metricsPath: service.metricsPath }] : [],
        ...increment(blueprint.monitoring, blueprint),
      });
    }
  }
}

/**
 * Tags resources with the increment that first demanded them, or, where a choice only follows from others, with the first one
 * folded. A tag that is there already stays: the innermost construct is to be tagged first.
 */
function tagIncrements(scope: IConstruct, blueprint: Blueprint, choice?: Chosen<unknown>): void {
  const { increment: id } = increment(choice, blueprint);
  if (id !== undefined) tagAll(scope, { Increment: id });
}

function increment(choice: Chosen<unknown> | undefined, blueprint: Blueprint): { readonly increment?: string } {
  const id = choice?.because[0]?.increment ?? blueprint.increments[0];
  return id === undefined ? {} : { increment: id };
}
