import { AwsProvider, type AwsProviderConfig } from "@cdktf/provider-aws/lib/provider";
import { HelmProvider } from "@cdktf/provider-helm/lib/provider";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { Fn, TerraformStack, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { planSubnets } from "../blueprint/cidr";
import type { ApiIngressProps } from "../render/api-ingress";
import type { ArgoApplicationProps } from "../render/argo-cd";
import { databaseKeys, type SyncedSecret } from "../render/external-secrets";
import { DEFAULTS as APPLICATION_DEFAULTS, type KubernetesApplicationProps } from "../render/kubernetes-application";
import { DEFAULTS as GUARD_DEFAULTS, type NamespaceGuardProps } from "../render/namespace-guard";
import { ALARM_PUBLISHERS, AlarmTopic } from "./alarm-topic";
import { ApiIngress } from "./api-ingress";
import { ArgoApplication, type RepositoryCredentials } from "./argo-application";
import { ArgoCd, type ArgoCdConfig } from "./argo-cd";
import { type AuroraAlarmsProps, AuroraPostgres, type AuroraPostgresProps } from "./aurora-postgres";
import { Certificate } from "./certificate";
import { ContainerRegistry } from "./container-registry";
import { EncryptionKey } from "./encryption-key";
import { ExternalDns, ExternalDnsRole } from "./external-dns";
import { ApplicationSecrets, ExternalSecrets, ExternalSecretsRole, type ReadableSecret } from "./external-secrets";
import { GithubDeployRole, type GithubDeployRoleProps } from "./github-deploy-role";
import { KubernetesApplication } from "./kubernetes-application";
import { KubernetesCluster, type KubernetesClusterProps } from "./kubernetes-cluster";
import type { Endpoint } from "./load-balancer";
import { LoadBalancerController, LoadBalancerControllerRole } from "./load-balancer-controller";
import { MetricsServer } from "./metrics-server";
import { nameOf } from "./names";
import { NamespaceGuard } from "./namespace-guard";
import { DEFAULTS as NETWORK_DEFAULTS, type INetwork, Network, type NetworkProps } from "./network";
import { NodeAutoscaler, NodeAutoscalerRole } from "./node-autoscaler";
import { NodeGroup, type NodeGroupProps } from "./node-group";

/** How GitHub Actions pushes images, and deploys where Git does not. */
export interface ScalePipeline extends Pick<GithubDeployRoleProps, "repository" | "immutableIds" | "existingProviderArn"> {
  /** The GitHub environment whose jobs may. @default "production" */
  readonly environment?: string;
  /** Whether its jobs deploy by `kubectl`, through a node: what Argo CD does not need. @default false */
  readonly kubectl?: boolean;
}

export interface ScaleFoundationProps {
  /**
   * First part of all names: lower-case letters, digits and dashes, 32 at most. Keep it from phase to phase.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /** How the world reaches the application; leaving out TLS must be said. */
  readonly endpoint: Endpoint;
  /** Or a network that you have. @default - 10.0.0.0/16 over three zones, each with its own way out */
  readonly network?: Omit<NetworkProps, "name" | "encryptionKey"> | INetwork;
  /** @default - see `KubernetesCluster`; named as the phase */
  readonly cluster?: Omit<KubernetesClusterProps, "network" | "encryptionKey" | "deletionProtection">;
  /** @default - 3 nodes of m6i.large, from 2 to 10; see `NodeGroup` */
  readonly nodes?: Omit<NodeGroupProps, "cluster" | "encryptionKey">;
  /** `"none"`: the application has none. @default - a serverless writer and two readers; see `AuroraPostgres` */
  readonly database?: Omit<AuroraPostgresProps, "network" | "name" | "encryptionKey"> | "none";
  /** @default - those of `AuroraPostgres` */
  readonly databaseAlarms?: AuroraAlarmsProps;
  /** Secrets that pods get besides the connection settings of the database. @default [] */
  readonly secrets?: readonly ReadableSecret[];
  /** Name of the ECR repository. @default - `NAME-api` */
  readonly registryName?: string;
  /** Namespace of the application. @default "specweave" */
  readonly namespace?: string;
  /** @default - no role: push images yourself */
  readonly pipeline?: ScalePipeline;
  /** Who is told of alarms. @default [] - nobody */
  readonly alarmEmails?: readonly string[];
  /**
   * AWS and Terraform refuse to delete what holds data or what others stand on.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

export const DEFAULTS = { secrets: [], namespace: APPLICATION_DEFAULTS.namespace, alarmEmails: [], deletionProtection: true, environment: "production", kubectl: false } as const;

/**
 * From month 12, up to 100,000 users, 99.95 %, the part on AWS: a cluster whose nodes come and go, Aurora over three zones, a registry, and the roles of what
 * runs on the cluster. {@link ScalePlatform} is the part on the cluster, in another stack: a provider must not be configured from resources of its own state.
 *
 * About 1,000 USD a month (us-east-1): Aurora 530, three nodes 220, NAT 110, EKS 73, keys, logs and alarms the rest; the load balancer of the platform 25.
 *
 * What it shares with `MvpPhase` and `GrowthPhase` has the same ids: put it in the place of one with the same id and name, and network, alarms, registry
 * and deploy role stay what they are. The data goes from one database to the other: see `AuroraPostgresProps.replicationSourceArn`.
 *
 * @example
 * const foundation = new ScaleFoundation(aws, "shop", {
 *   name: "shop-prod",
 *   endpoint: { kind: "domain", domainName: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" },
 *   pipeline: { repository: "example/shop" },
 * });
 * new ScalePlatform(kubernetes, "shop", {
 *   foundation, region: "eu-central-1",
 *   delivery: { kind: "gitops", repoUrl: "https://github.com/example/shop.git" },
 * });
 *
 * @throws ConstructError when a prop breaks a rule.
 */
export class ScaleFoundation extends Construct {
  readonly name: string;
  readonly encryptionKey: EncryptionKey;
  readonly network: INetwork;
  readonly alarmTopic: AlarmTopic;
  readonly cluster: KubernetesCluster;
  readonly nodes: NodeGroup;
  /** Absent where the application has none. */
  readonly database: AuroraPostgres | undefined;
  readonly registry: ContainerRegistry;
  readonly deployRole: GithubDeployRole | undefined;
  /** Where load balancers for the world stand. */
  readonly publicCidrs: readonly string[];
  /** Where databases stand. */
  readonly dataCidrs: readonly string[];
  readonly namespace: string;
  /** By what the load balancer proves who it is, and under which name. */
  readonly ingress: Pick<ApiIngressProps, "tls" | "host">;
  /** The zone of that name; absent where there is none, or its zone is not known. */
  readonly hostedZoneId: string | undefined;
  /** Kubernetes' version, as it was asked for. */
  readonly kubernetesVersion: string;
  /** Whether there is anything in Secrets Manager that pods get. */
  readonly hasSecrets: boolean;

  constructor(scope: Construct, id: string, given: ScaleFoundationProps) {
    super(scope, id);
    const props = { ...DEFAULTS, ...given };
    const { endpoint, deletionProtection, pipeline } = props;
    const name = nameOf(this, props.name).toLowerCase();
    this.name = name;
    this.namespace = props.namespace;

    const key = new EncryptionKey(this, "key", { alias: name, description: `Encrypts the data of ${name}`, address: "data", topicPublishers: ALARM_PUBLISHERS });
    this.encryptionKey = key;
    const { network, publicCidrs, dataCidrs } = this.networkOf(props.network, name, key);
    this.network = network;
    this.publicCidrs = publicCidrs;
    this.dataCidrs = dataCidrs;
    this.alarmTopic = new AlarmTopic(this, "alarms", { name: `${name}-alarms`, encryptionKey: key, emails: props.alarmEmails });
    this.registry = new ContainerRegistry(this, "registry", { name: props.registryName ?? `${name}-api`, encryptionKey: key });
    this.ingress = this.ingressOf(endpoint);
    this.hostedZoneId = endpoint.kind === "domain" ? endpoint.hostedZoneId : undefined;

    this.cluster = new KubernetesCluster(this, "cluster", { name, ...props.cluster, network, encryptionKey: key, deletionProtection });
    this.kubernetesVersion = this.cluster.version;
    this.nodes = new NodeGroup(this, "workers", { name: `${name}-workers`, ...props.nodes, cluster: this.cluster });
    new NodeAutoscalerRole(this, "node-autoscaler-role", { cluster: this.cluster, name: `${name}-node-autoscaler` });
    new LoadBalancerControllerRole(this, "load-balancer-controller-role", { cluster: this.cluster, network, name: `${name}-load-balancers` });
    if (endpoint.kind === "domain") {
      const { domainName, hostedZoneId } = endpoint;
      new ExternalDnsRole(this, "external-dns-role", { cluster: this.cluster, hostedZoneId, domainName, name: `${name}-external-dns` });
    }

    this.database = props.database === "none" ? undefined : new AuroraPostgres(this, "aurora", { deletionProtection, ...props.database, network, name, encryptionKey: key });
    this.database?.addAlarms(this.alarmTopic, props.databaseAlarms);
    // Pods have addresses of the nodes' group: who may speak to the database within the cluster, the namespace's network policy says.
    this.database?.allowFrom({ securityGroup: { securityGroupId: this.cluster.clusterSecurityGroupId, groupName: `${name}-cluster` } });

    const secrets = [...(this.database ? [{ secretArn: this.database.settings.secretArn, encryptionKey: key }] : []), ...props.secrets];
    this.hasSecrets = secrets.length > 0;
    if (this.hasSecrets) new ExternalSecretsRole(this, "external-secrets-role", { cluster: this.cluster, name: `${name}-external-secrets`, secrets });

    if (pipeline !== undefined) {
      const { environment = DEFAULTS.environment, kubectl = DEFAULTS.kubectl, ...github } = pipeline;
      this.deployRole = new GithubDeployRole(this, "deploy-role", { ...github, subject: { environment }, name: `${name}-deploy` });
      this.deployRole.allowPush(this.registry);
      if (kubectl) {
        this.deployRole.allowDescribe(this.cluster);
        this.deployRole.allowTunnel(this.cluster);
        this.cluster.grantNamespaceEdit(this.deployRole.roleArn, this.namespace);
      }
    }
  }

  private networkOf(
    given: ScaleFoundationProps["network"],
    name: string,
    encryptionKey: EncryptionKey,
  ): { network: INetwork; publicCidrs: readonly string[]; dataCidrs: readonly string[] } {
    // Of a network that is there already, only the whole range is known.
    if (isNetwork(given)) return { network: given, publicCidrs: [given.vpcCidr], dataCidrs: [given.vpcCidr] };
    const network = new Network(this, "network", { natGateways: "per-az", ...given, name, encryptionKey });
    const plan = planSubnets(given?.vpcCidr ?? NETWORK_DEFAULTS.vpcCidr, network.availabilityZones.length);
    return { network, publicCidrs: plan.public.map(({ cidr }) => cidr), dataCidrs: plan.data.map(({ cidr }) => cidr) };
  }

  private ingressOf(endpoint: Endpoint): Pick<ApiIngressProps, "tls" | "host"> {
    if (endpoint.kind === "http-only") return { tls: { kind: "insecure" } };
    if (endpoint.kind === "certificate") return { tls: { kind: "certificate", certificateArn: endpoint.certificateArn } };
    const { certificateArn } = new Certificate(this, "certificate", endpoint);
    return { tls: { kind: "certificate", certificateArn }, host: endpoint.domainName };
  }
}

/** Who deploys the application. */
export type ScaleDelivery =
  /** Argo CD, from the chart in Git: Terraform makes no Deployment. */
  | ({ readonly kind: "gitops"; readonly argoCd?: ArgoCdConfig; readonly credentials?: RepositoryCredentials } & Omit<ArgoApplicationProps, "namespace" | "name">)
  /** A pipeline, by `kubectl set image`: Terraform makes the Deployment, and leaves its image alone from then on. */
  | { readonly kind: "pipeline"; readonly imageTag?: string };

export interface ScalePlatformProps {
  /** The part on AWS, in another stack. */
  readonly foundation: ScaleFoundation;
  /** Region of the cluster. */
  readonly region: string;
  readonly delivery: ScaleDelivery;
  /**
   * The application, as its image runs. With Argo CD, the chart in Git says the rest, and this only what others must know of it: its names, its port and its
   * path of health.
   * @default - port 3000, /health; see `KubernetesApplication`
   */
  readonly application?: Omit<KubernetesApplicationProps, "image" | "namespace" | "environmentSecrets">;
  /** Keys of the Secret `database` and what they hold. @default - PGHOST, DATABASE_URL and so on; see `databaseKeys` */
  readonly databaseKeys?: Readonly<Record<string, string>>;
  /** Further Secrets; the foundation must be told of them too. @default [] */
  readonly secrets?: readonly SyncedSecret[];
  /** @default - see `ApiIngress` */
  readonly ingress?: Omit<ApiIngressProps, "namespace" | "tls" | "host" | "name" | "serviceName" | "ingressClass" | "healthPath">;
  /** What the namespace is allowed besides the load balancer, the database, and HTTPS to anywhere. @default - see `NamespaceGuard` */
  readonly guard?: Omit<NamespaceGuardProps, "namespace" | "app" | "port" | "ingressCidrs">;
  /**
   * Whether the providers `kubernetes` and `helm` of the stack are made here, with a token of who applies (`aws eks get-token`).
   * @default true
   */
  readonly connect?: boolean;
}

export const PLATFORM_DEFAULTS = { secrets: [], connect: true } as const;

/** The Secret with the database's settings. */
export const DATABASE_SECRET = "database";

/**
 * The part of the phase on the cluster: controllers for nodes, load balancers and secrets, metrics for the autoscaler, and the application in a namespace
 * that keeps to itself, deployed by Argo CD or by a pipeline.
 *
 * Everything comes in one apply from nothing: what needs kinds of others comes as a Helm release after theirs. And it goes in the order back: Ingress
 * before the load balancer controller, secrets before External Secrets, everything before the cluster.
 *
 * @throws Error or ConstructError when a prop breaks a rule.
 */
export class ScalePlatform extends Construct {
  readonly namespaceName: string;
  readonly loadBalancerController: LoadBalancerController;
  readonly nodeAutoscaler: NodeAutoscaler;
  /** Absent where there is no secret. */
  readonly externalSecrets: ExternalSecrets | undefined;
  /** Where a pipeline deploys. */
  readonly application: KubernetesApplication | undefined;
  /** Where Argo CD deploys. */
  readonly argoApplication: ArgoApplication | undefined;
  readonly guard: NamespaceGuard;
  /** Absent where the name, or its zone, is not known. */
  readonly externalDns: ExternalDns | undefined;
  readonly ingress: ApiIngress;

  constructor(scope: Construct, id: string, given: ScalePlatformProps) {
    super(scope, id);
    const props = { ...PLATFORM_DEFAULTS, ...given };
    const { foundation, region, delivery } = props;
    const { cluster, network, namespace, database } = foundation;
    this.namespaceName = namespace;
    if (props.connect) this.connect(cluster, region);

    new MetricsServer(this, "metrics-server");
    this.nodeAutoscaler = new NodeAutoscaler(this, "node-autoscaler", { cluster, region, kubernetesVersion: foundation.kubernetesVersion });
    this.loadBalancerController = new LoadBalancerController(this, "load-balancer-controller", { cluster, network, region });
    this.externalSecrets = foundation.hasSecrets ? new ExternalSecrets(this, "external-secrets") : undefined;

    const application = { ...APPLICATION_DEFAULTS, behindLoadBalancer: true, ...props.application, namespace };
    const secrets: readonly SyncedSecret[] = [
      ...(database ? [{ name: DATABASE_SECRET, secretArn: database.settings.secretArn, keys: props.databaseKeys ?? databaseKeys() }] : []),
      ...props.secrets,
    ];
    const made = this.deploy(delivery, application, secrets.map(({ name }) => name), foundation.registry.repositoryUrl);
    this.application = made.application;
    this.argoApplication = made.argoApplication;
    const { namespace: namespaceResource } = made;

    const { exits = GUARD_DEFAULTS.exits, ...guard } = props.guard ?? {};
    this.guard = new NamespaceGuard(this, "guard", {
      ...guard,
      namespace,
      app: application.app,
      port: application.port,
      ingressCidrs: foundation.publicCidrs,
      exits: [...exits, ...(database ? [{ name: "database", cidrs: foundation.dataCidrs, ports: [database.port] }] : [])],
      dependsOn: [namespaceResource],
    });
    if (this.externalSecrets && secrets.length > 0) {
      new ApplicationSecrets(this, "secrets", { operator: this.externalSecrets, namespace, region, secrets, dependsOn: [namespaceResource] });
    }
    const { host } = foundation.ingress;
    if (foundation.hostedZoneId !== undefined && host !== undefined) {
      this.externalDns = new ExternalDns(this, "external-dns", { cluster, region, hostedZoneId: foundation.hostedZoneId, domainName: host, namespace, dependsOn: [namespaceResource] });
    }
    // Terraform's in both ways of delivery: it knows the certificate, and it lets the controller live until the load balancer is gone.
    this.ingress = new ApiIngress(this, "ingress", {
      ...props.ingress,
      ...foundation.ingress,
      controller: this.loadBalancerController,
      namespace,
      name: application.name,
      serviceName: application.name,
      healthPath: application.readinessPath ?? application.healthPath,
      dependsOn: [namespaceResource, ...(this.externalDns ? [this.externalDns.ready] : [])],
    });
  }

  /** With a token of the one who applies, for this run only: nothing to store, and nothing that outlives the run. */
  private connect(cluster: KubernetesCluster, region: string): void {
    const args = ["eks", "get-token", "--cluster-name", cluster.clusterName, "--region", region];
    const apiVersion = "client.authentication.k8s.io/v1beta1";
    const certificate = Fn.base64decode(cluster.certificateAuthorityData);
    new KubernetesProvider(this, "kubernetes", { host: cluster.endpoint, clusterCaCertificate: certificate, exec: [{ apiVersion, command: "aws", args }] });
    // In version 3 of the provider it is an attribute, which cdktf would write as a block.
    new HelmProvider(this, "helm").addOverride("kubernetes", {
      host: cluster.endpoint,
      cluster_ca_certificate: certificate,
      exec: { api_version: apiVersion, command: "aws", args },
    });
  }

  private deploy(
    delivery: ScaleDelivery,
    application: Omit<KubernetesApplicationProps, "image"> & Required<Pick<KubernetesApplicationProps, "name" | "namespace" | "partOf" | "behindLoadBalancer">>,
    environmentSecrets: readonly string[],
    repositoryUrl: string,
  ): { application?: KubernetesApplication; argoApplication?: ArgoApplication; namespace: ITerraformDependable } {
    if (delivery.kind === "pipeline") {
      // CKV_K8S_35 (secrets as files): the application reads its environment in every phase; a rotation restarts its pods. CKV_K8S_15 and 43 (pull policy
      // and digest): tags of the registry never move, so a tag names one image as a digest does, and what a node has is the right one.
      const made = new KubernetesApplication(this, "api", { ...application, image: `${repositoryUrl}:${delivery.imageTag ?? "bootstrap"}`, environmentSecrets });
      return { application: made, namespace: made.namespace };
    }
    const { kind: _kind, argoCd: config, values, ...git } = delivery;
    const argoCd = new ArgoCd(this, "argo-cd", config);
    const made = new ArgoApplication(this, "api", {
      ...git,
      argoCd,
      name: application.name,
      namespace: application.namespace,
      partOf: application.partOf,
      behindLoadBalancer: application.behindLoadBalancer,
      // The Ingress is Terraform's: it knows the certificate, and which Secrets there are.
      values: { image: { repository: repositoryUrl }, environmentSecrets, ingress: { enabled: false }, ...values },
    });
    return { argoApplication: made, namespace: made.namespace! };
  }
}

export interface ScalePhaseProps extends Omit<ScaleFoundationProps, "secrets">, Omit<ScalePlatformProps, "foundation" | "connect" | "secrets"> {
  /** Further secrets of Secrets Manager that the pods get. @default [] */
  readonly secrets?: readonly (ReadableSecret & SyncedSecret)[];
  /** Id of both parts in their stacks: that of the `MvpPhase` or `GrowthPhase` whose place they take. @default "scale" */
  readonly partId?: string;
  /** What the AWS provider is told besides the region: a role to take on, tags for everything. @default - nothing */
  readonly aws?: Omit<AwsProviderConfig, "region" | "alias">;
  /** Gives each stack its backend: `(stack) => new S3Backend(stack, { key: stack.node.id, … })`. @default - the state lies beside the app */
  readonly backend?: (stack: TerraformStack) => void;
}

export const PHASE_DEFAULTS = { secrets: [], partId: "scale" } as const;

/**
 * The whole phase in one line: the stack `<id>` with {@link ScaleFoundation}, and `<id>-platform` with {@link ScalePlatform}. `cdktf deploy '*'` makes both from nothing,
 * in order; `cdktf destroy '*'` takes both away, in the order back.
 *
 * The other phases are one stack. This one is two, since a provider must not be configured from resources of its own state; so it stands in an app, not in a stack.
 *
 * @example
 * new ScalePhase(app, "production", {
 *   name: "shop-prod",
 *   region: "eu-central-1",
 *   endpoint: { kind: "domain", domainName: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" },
 *   pipeline: { repository: "example/shop" },
 *   delivery: { kind: "gitops", repoUrl: "https://github.com/example/shop.git" },
 * });
 *
 * @throws Error or ConstructError when a prop breaks a rule.
 */
export class ScalePhase {
  /** On AWS. */
  readonly foundationStack: TerraformStack;
  /** On the cluster. */
  readonly platformStack: TerraformStack;
  readonly foundation: ScaleFoundation;
  readonly platform: ScalePlatform;

  constructor(app: Construct, id: string, given: ScalePhaseProps) {
    const { partId, aws, backend, region, delivery, application, databaseKeys: keys, ingress, guard, secrets, ...foundation } = { ...PHASE_DEFAULTS, ...given };
    const stack = (name: string): TerraformStack => {
      const made = new TerraformStack(app, name);
      backend?.(made);
      return made;
    };
    this.foundationStack = stack(id);
    this.platformStack = stack(`${id}-platform`);
    new AwsProvider(this.foundationStack, "aws", { ...aws, region });
    // By it, the credentials of a private repository are read, in each run.
    if (delivery.kind === "gitops" && delivery.credentials !== undefined) new AwsProvider(this.platformStack, "aws", { ...aws, region });
    this.foundation = new ScaleFoundation(this.foundationStack, partId, { ...foundation, secrets });
    this.platform = new ScalePlatform(this.platformStack, partId, {
      foundation: this.foundation,
      region,
      delivery,
      secrets,
      ...(application === undefined ? {} : { application }),
      ...(keys === undefined ? {} : { databaseKeys: keys }),
      ...(ingress === undefined ? {} : { ingress }),
      ...(guard === undefined ? {} : { guard }),
    });
  }
}

function isNetwork(network: ScaleFoundationProps["network"]): network is INetwork {
  return network !== undefined && "vpcId" in network;
}
