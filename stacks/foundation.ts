import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput } from "cdktf";
import { Construct } from "constructs";
import { resourceName } from "../lib/blueprint/application";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { usesServices } from "../lib/blueprint/services";
import type { Settings } from "../lib/blueprint/settings";
import { AwsAccount } from "../lib/constructs/aws-account";
import { ContainerRegistry, type IRegistry } from "../lib/constructs/container-registry";
import { EncryptionKey } from "../lib/constructs/encryption-key";
import { GithubDeployRole } from "../lib/constructs/github-deploy-role";
import type { KubernetesCluster } from "../lib/constructs/kubernetes-cluster";
import { Network } from "../lib/constructs/network";
import { tagIncrements } from "./increments";
import { PhaselineStack } from "./phaseline-stack";
import type { PodServices, Shared, Surroundings } from "./shared";
import { topicPublishers } from "./topic";

/** Everything on AWS itself. Construct ids are the same in every phase: Terraform addresses, and with them the data, outlive a phase. */
export class FoundationStack extends PhaselineStack implements Shared {
  readonly resourceName: string;
  /** Where nothing stands in a network, there is none. */
  readonly network!: Network;
  readonly registry?: IRegistry;
  readonly cluster?: KubernetesCluster;
  /** What the cluster's controllers need to know of AWS, where there are any. */
  readonly surroundings?: Surroundings;
  /** What the application's pods use beside the database, if anything. */
  readonly podServices?: PodServices;
  private key?: EncryptionKey;

  constructor(scope: Construct, id: string, private readonly blueprint: Blueprint) {
    super(scope, id, blueprint.state?.value);
    const { settings } = blueprint;
    const name = resourceName(settings);
    this.resourceName = name;
    new AwsProvider(this, "aws", {
      region: settings.region,
      defaultTags: [{ tags: { Project: settings.project, Environment: settings.environment, ManagedBy: "phaseline" } }],
    });
    if (blueprint.network) {
      const { encryptionKey } = this;
      const { cidr, zones, natGateways } = blueprint.network.value;
      this.network = new Network(this, "network", { name, vpcCidr: cidr, availabilityZoneCount: zones, natGateways, encryptionKey });
      tagIncrements(this.network, blueprint, blueprint.network);
    }
    if (blueprint.registry) {
      this.registry = blueprint.beside ? sharedRegistry(this, blueprint.beside) : new ContainerRegistry(this, "registry", { name: settings.service.app, encryptionKey: this.encryptionKey });
      if (Construct.isConstruct(this.registry)) tagIncrements(this.registry, blueprint, blueprint.registry);
    }
    const role = blueprint.pipeline && this.deployRole(blueprint);
    // What is not demanded is not loaded.
    if (blueprint.cluster) {
      const { addCluster } = require("./cluster") as typeof import("./cluster");
      this.cluster = addCluster(this, blueprint, role);
    }
    const services = usesServices(blueprint) ? (require("./services") as typeof import("./services")).addServices(this, blueprint) : [];
    const database =
      blueprint.server || blueprint.fleet || blueprint.database || blueprint.aurora
        ? (require("./hosts") as typeof import("./hosts")).addHosts(this, blueprint, role, services)
        : undefined;
    if (this.cluster && (blueprint.ingress || blueprint.guard || blueprint.nodeScaling || blueprint.clusterSecrets)) {
      const { addClusterRoles } = require("./cluster-roles") as typeof import("./cluster-roles");
      this.surroundings = addClusterRoles(this, this.cluster, blueprint, database);
    }
    if (this.cluster && blueprint.workload && services.length > 0) {
      this.podServices = (require("./services") as typeof import("./services")).letPodsUse(this, this.cluster, blueprint, services);
    }
    if (blueprint.cdn?.value.assets) (require("./edge") as typeof import("./edge")).addAssets(this, blueprint);
    if (blueprint.budget) (require("./account") as typeof import("./account")).addBudgets(this, blueprint);
    if (blueprint.removed) (require("./outliving") as typeof import("./outliving")).keepOutliving(this, blueprint);
    tagIncrements(this, blueprint);
  }

  /** The environment's key, made when something is first encrypted: a budget alone needs none. */
  get encryptionKey(): EncryptionKey {
    const topicPublishing = topicPublishers(this.blueprint);
    return (this.key ??= new EncryptionKey(this, "key", {
      alias: this.resourceName,
      description: `Encrypts the data of ${this.resourceName}`,
      address: "data",
      ...(topicPublishing.length > 0 ? { topicPublishers: topicPublishing } : {}),
    }));
  }

  private deployRole(blueprint: Blueprint): GithubDeployRole {
    const { settings } = blueprint;
    const role = new GithubDeployRole(this, "deploy-role", {
      name: `${this.resourceName}-deploy`,
      repository: settings.repository,
      subject: { environment: settings.environment },
      ...providerOf(this, blueprint),
    });
    if (this.registry) role.allowPush(this.registry);
    tagIncrements(role, blueprint, blueprint.pipeline);
    new TerraformOutput(this, "deploy_role_arn", { value: role.roleArn, description: `Variable AWS_DEPLOY_ROLE_ARN of the GitHub environment ${settings.environment}` });
    return role;
  }
}

/** GitHub's provider of identities, which an account has once: where it is there already, or is made by the environment that this one stands beside. */
function providerOf(stack: FoundationStack, { settings, beside }: Blueprint): { readonly existingProviderArn?: string } {
  if (settings.githubOidcProviderArn !== undefined) return { existingProviderArn: settings.githubOidcProviderArn };
  if (!beside) return {};
  const { accountId, partition } = AwsAccount.of(stack);
  return { existingProviderArn: `arn:${partition}:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com` };
}

/** The images of the environment that this one stands beside: what ran here is what runs there, byte for byte. */
function sharedRegistry(stack: FoundationStack, { service, region }: Settings): IRegistry {
  const { accountId, partition } = AwsAccount.of(stack);
  return {
    repositoryName: service.app,
    repositoryArn: `arn:${partition}:ecr:${region}:${accountId}:repository/${service.app}`,
    repositoryUrl: `${accountId}.dkr.ecr.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/${service.app}`,
  };
}
