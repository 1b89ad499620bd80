import { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import { AutoscalingPolicy } from "@cdktf/provider-aws/lib/autoscaling-policy";
import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { dependable, Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { architectureOf } from "../blueprint/architecture";
import type { ComposeApplicationProps } from "../render/compose";
import { DEPLOY_COMMAND, type FleetSettings, fleetUserData, NO_RELEASE } from "../render/fleet-user-data";
import { hclString, terraformText } from "../render/hcl";
import { NODE_EXPORTER_PORT } from "../render/metrics-host";
import { environmentOf, type IApplicationService, letUse } from "./application-service";
import { AwsAccount } from "./aws-account";
import type { IRoleHolder } from "./connection-settings";
import { ConstructError } from "./construct-error";
import type { IRegistry } from "./container-registry";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import type { GithubDeployRole } from "./github-deploy-role";
import type { ILoadBalancer } from "./load-balancer";
import { LogGroup, DEFAULTS as LOG_GROUP_DEFAULTS, type RetentionDays } from "./log-group";
import { nameOf } from "./names";
import type { INetwork } from "./network";
import { type IConnectable, SecurityGroup } from "./security-group";

/** How many instances. */
export interface FleetSize {
  /** Below this the fleet is never scaled; at this, a deployment starts one more for its time. @default 2, or `desired` where that is less */
  readonly min?: number;
  /** How many to begin with, and where nothing scales, how many there are. @default 3 */
  readonly desired?: number;
  /** Above this the fleet is never scaled. @default 6, or twice `desired` where that is more */
  readonly max?: number;
}

/** Adds and removes instances to hold a load. */
export interface FleetScaling {
  /** Average CPU use of all instances that is held, in percent. @default 60 */
  readonly cpuTargetPercent?: number;
}

/** A secret that a role can be let read: the connection settings of a database, for instance. */
export interface IReadableSecret {
  readonly secretArn: string;
  /**
   * What must exist before the secret has a value.
   * @default - nothing to wait for
   */
  readonly ready?: readonly ITerraformDependable[];
  grantRead(reader: IRoleHolder): void;
}

/** What a fleet uses of a database. */
export interface IFleetDatabase {
  readonly settings: IReadableSecret;
  allowFrom(peer: IConnectable): void;
}

export interface ServerFleetProps {
  /** The fleet stands in its private subnets, one zone after the other; they need a way out (NAT or endpoints). */
  readonly network: Pick<INetwork, "vpcId" | "privateSubnetIds" | "egress" | "natGateways">;
  /** Sends requests, and says which instance is healthy. */
  readonly loadBalancer: ILoadBalancer;
  /** Where the application's images are. */
  readonly registry: IRegistry;
  /**
   * Name of the group, and the first part of the names of what belongs to it.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /** @default - 3 instances, from 2 to 6 */
  readonly size?: FleetSize;
  /**
   * With it, Terraform sets the number of instances once and then leaves it alone.
   * @default - the number stays
   */
  readonly scaling?: FleetScaling;
  /**
   * About 12 USD a month each for t4g.small (2 GiB), 24 for t4g.medium, 60 for m7g.large (us-east-1). Another one replaces the instances,
   * one after the other.
   * @default "t4g.small"
   */
  readonly instanceType?: string;
  /**
   * A fixed image (AMI) with Amazon Linux 2023.
   * @default - the newest one whenever Terraform is applied; instances are then replaced one after the other
   */
  readonly imageId?: string;
  /** @default 30 */
  readonly rootVolumeGb?: number;
  /**
   * The application; port and health path are those of the load balancer.
   * @default - as `composeApplication`
   */
  readonly application?: Omit<ComposeApplicationProps, "port" | "healthPath">;
  /**
   * Lets containers work with the role of the instance. Without, only the machine itself can: a container that is taken over gets no credentials.
   * @default false
   */
  readonly containersUseRole?: boolean;
  /**
   * Offers the metrics of the machines to Prometheus, on port 9100, to whom `allowMetrics` names.
   * @default false
   */
  readonly nodeExporter?: boolean;
  /**
   * Ports that instances may connect to outside the VPC. 443 is needed in any case: for AWS, packages and images.
   * @default [443]
   */
  readonly egressPorts?: readonly number[];
  /**
   * Time that an instance has from its launch until its health counts.
   * @default 420
   */
  readonly gracePeriodSeconds?: number;
  /**
   * Encrypts volumes and logs.
   * @default - a key of the fleet's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /** @default 365 */
  readonly logRetentionDays?: RetentionDays;
}

export const DEFAULTS = {
  instanceType: "t4g.small",
  rootVolumeGb: 30,
  containersUseRole: false,
  nodeExporter: false,
  egressPorts: [443],
  gracePeriodSeconds: 420,
  logRetentionDays: LOG_GROUP_DEFAULTS.retentionDays,
} as const satisfies Partial<ServerFleetProps>;

export const SIZE_DEFAULTS = { min: 2, desired: 3, max: 6 } as const satisfies FleetSize;
export const SCALING_DEFAULTS = { cpuTargetPercent: 60 } as const satisfies FleetScaling;

type Decided = ServerFleetProps & Required<Pick<ServerFleetProps, keyof typeof DEFAULTS>>;

/** How long a deployment to one instance may take: leaving, pulling, starting, returning, and all of it again for a roll-back. */
const DEPLOY_TIMEOUT_SECONDS = 2700;

/**
 * Servers behind a load balancer that run the application with Docker Compose, over the zones of the network. An instance that the load
 * balancer finds unhealthy is replaced; a new one comes before the old one goes, and never are all replaced at once, neither for their
 * health nor for a new launch template.
 *
 * Images come from ECR. Which one runs is named by the parameter `releaseParameterName`, which belongs to the pipeline: Terraform makes it with "none",
 * for which instances answer the health check and nothing else, and never touches it again. There is no SSH: Session Manager opens shells, and the
 * pipeline deploys by a command (`deployDocumentName`) that takes an image and nothing else.
 *
 * @example
 * const fleet = new ServerFleet(stack, "fleet", { network, loadBalancer, registry, name: "shop-prod" });
 * fleet.useDatabase(database);
 * fleet.allowDeploy(deployRole);
 *
 * @throws ConstructError when a prop breaks a rule of EC2, or the network has no way out.
 */
export class ServerFleet extends Construct implements IConnectable, IRoleHolder {
  readonly securityGroup: SecurityGroup;
  /** The name of the Auto Scaling group, as text. */
  readonly groupName: string;
  /** The same as a reference, for what must wait for the group. */
  readonly autoScalingGroupName: string;
  readonly roleName: string;
  readonly roleArn: string;
  readonly logGroupName: string;
  /** Holds the image that instances start with. */
  readonly releaseParameterName: string;
  /** The document that deploys an image to one instance; its parameter is `Image`. */
  readonly deployDocumentName: string;
  /** What the images must be built for. */
  readonly architecture: "arm64" | "x86_64";

  private readonly port: number;
  private readonly registry: IRegistry;
  private readonly targetGroupArn: string;
  private readonly settings: SsmParameter;
  private readonly release: SsmParameter;
  private readonly document: SsmDocument;
  private readonly group: AutoscalingGroup;
  private databaseSecretArn = "";
  private readonly secrets: { prefix: string; arn: string }[] = [];
  private environment: Readonly<Record<string, string>> = {};
  private readonly containersUseRole: boolean;

  constructor(scope: Construct, id: string, given: ServerFleetProps) {
    super(scope, id);
    const props: Decided = { ...DEFAULTS, ...given };
    const size = sizeOf(props.size);
    this.groupName = nameOf(this, props.name);
    this.check(props, size);
    const { groupName: name } = this;
    const { loadBalancer } = props;
    this.port = loadBalancer.targetPort;
    this.containersUseRole = props.containersUseRole;
    this.registry = props.registry;
    this.targetGroupArn = loadBalancer.targetGroupArn;
    this.architecture = architectureOf(props.instanceType);
    const key = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: `${name}-fleet`, description: `Encrypts volumes and logs of ${name}` });
    key.allowAutoScaling?.();

    this.securityGroup = new SecurityGroup(this, "security-group", { network: props.network, name: `${name}-fleet`, description: `The servers of ${name}` });
    this.securityGroup.allowFrom(loadBalancer, this.port, "Requests from the load balancer");
    for (const port of new Set([443, ...props.egressPorts])) {
      // CKV_AWS_382 speaks of all ports; here they are named.
      this.securityGroup.allowToCidr("0.0.0.0/0", port, port === 443 ? "AWS, packages and images, and services by HTTPS" : `Services of others on port ${port}`);
    }
    const logs = new LogGroup(this, "logs", { name: `/${name}/app`, encryptionKey: key, retentionDays: props.logRetentionDays });
    this.logGroupName = logs.logGroupName;

    // CKV2_AWS_34 (encryption of parameters): names and ARNs, and the tag of an image; no secret.
    this.release = new SsmParameter(this, "release", {
      name: `/${name}/release`,
      description: `The image that servers of ${name} start with; the pipeline writes it`,
      type: "String",
      insecureValue: NO_RELEASE,
      lifecycle: { ignoreChanges: ["value", "insecure_value"] },
    });
    this.releaseParameterName = `/${name}/release`;
    this.settings = new SsmParameter(this, "settings", {
      name: `/${name}/fleet`,
      description: `What servers of ${name} work with`,
      type: "String",
      insecureValue: this.settingsValue(),
    });

    const role = this.role(logs.logGroupArn);
    this.roleName = role.role.name;
    this.roleArn = role.role.arn;
    const profile = new IamInstanceProfile(this, "profile", { name: `${name}-fleet`, role: this.roleName });

    const imageId = props.imageId ?? new DataAwsSsmParameter(this, "image", { name: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${this.architecture}` }).insecureValue;
    const template = new LaunchTemplate(this, "template", {
      name,
      description: `Servers of ${name}`,
      updateDefaultVersion: true,
      imageId,
      instanceType: props.instanceType,
      iamInstanceProfile: { arn: profile.arn },
      vpcSecurityGroupIds: [this.securityGroup.securityGroupId],
      ebsOptimized: "true",
      // By the minute: scaling and alarms see a load while it is there. About 2 USD a month and instance.
      monitoring: { enabled: true },
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // CKV_AWS_341 (one hop): a container is the second hop. Two only where containers are meant to use the role of the machine.
        httpPutResponseHopLimit: props.containersUseRole ? 2 : 1,
        instanceMetadataTags: "disabled",
      },
      blockDeviceMappings: [
        { deviceName: "/dev/xvda", ebs: { volumeType: "gp3", volumeSize: props.rootVolumeGb, encrypted: "true", kmsKeyId: key.keyArn, deleteOnTermination: "true" } },
      ],
      tagSpecifications: [
        { resourceType: "instance", tags: { Name: name } },
        { resourceType: "volume", tags: { Name: name } },
      ],
      userData: `\${base64encode(${hclString(this.userData(props))})}`,
      tags: { Name: name },
    });

    const group = new AutoscalingGroup(this, "group", {
      name,
      minSize: size.min,
      maxSize: size.max,
      desiredCapacity: size.desired,
      vpcZoneIdentifier: [...props.network.privateSubnetIds],
      targetGroupArns: [loadBalancer.targetGroupArn],
      healthCheckType: "ELB",
      healthCheckGracePeriod: props.gracePeriodSeconds,
      defaultInstanceWarmup: 120,
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      // For replacements of any kind: a new instance is in service before an old one goes, and half as many again at most.
      instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 150 },
      instanceRefresh: {
        strategy: "Rolling",
        preferences: { minHealthyPercentage: 100, maxHealthyPercentage: 150, autoRollback: true, skipMatching: true },
      },
      terminationPolicies: ["OldestLaunchTemplate", "Default"],
      metricsGranularity: "1Minute",
      enabledMetrics: ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupPendingInstances", "GroupTerminatingInstances", "GroupTotalInstances"],
      waitForCapacityTimeout: "15m",
      tag: [{ key: "Name", value: name, propagateAtLaunch: true }],
      dependsOn: [...loadBalancer.ready, ...(props.network.egress ?? []), ...role.permissions, this.settings, this.release, logs.resource],
      // Scaling decides from the first day on; what a deployment does with the number is set right by it, too.
      lifecycle: { ignoreChanges: props.scaling ? ["desired_capacity"] : [] },
    });
    this.group = group;
    this.autoScalingGroupName = group.name;
    if (props.scaling) {
      new AutoscalingPolicy(this, "cpu", {
        name: `${name}-cpu`,
        autoscalingGroupName: group.name,
        policyType: "TargetTrackingScaling",
        targetTrackingConfiguration: {
          targetValue: props.scaling.cpuTargetPercent ?? SCALING_DEFAULTS.cpuTargetPercent,
          predefinedMetricSpecification: { predefinedMetricType: "ASGAverageCPUUtilization" },
        },
      });
    }
    this.document = new SsmDocument(this, "deploy", {
      name: `${name}-deploy`,
      documentType: "Command",
      documentFormat: "JSON",
      targetType: "/AWS::EC2::Instance",
      content: terraformText(JSON.stringify(deployDocument(name), undefined, 2)),
    });
    this.deployDocumentName = this.document.name;
  }

  /**
   * Lets the fleet reach the database and read its settings, which the application gets as PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, DATABASE_URL and
   * DATABASE_READER_URL: the same as on a `SingleServer`.
   */
  useDatabase(database: IFleetDatabase): void {
    if (this.databaseSecretArn !== "") throw new ConstructError(this, "it uses a database already.", "Give the settings of the second one to `useSecret`, with a prefix of its own.");
    database.allowFrom(this);
    this.waitFor(database.settings);
    database.settings.grantRead(this);
    this.databaseSecretArn = database.settings.secretArn;
    this.settings.insecureValue = this.settingsValue();
  }

  /**
   * Gives the members of a secret's JSON to the application as environment variables.
   * @param prefix goes before each name: `key` of `MAIL` is `MAIL_KEY`
   */
  useSecret(prefix: string, secret: IReadableSecret): void {
    if (!/^[A-Z][A-Z0-9_]{0,30}$/.test(prefix) || this.secrets.some((known) => known.prefix === prefix)) {
      throw new ConstructError(this, `the prefix "${prefix}" is taken, or is not of capital letters, digits and underscores.`, "Choose another.");
    }
    this.waitFor(secret);
    secret.grantRead(this);
    this.secrets.push({ prefix, arn: secret.secretArn });
    this.settings.insecureValue = this.settingsValue();
  }

  /**
   * Lets the application use buckets, queues, caches: it finds their places in its environment, and works with them by the role of the instances. What
   * comes later reaches a running container with the next deployment.
   *
   * @throws ConstructError when containers may not use the role, it was called before, or two of the services have the same variable.
   */
  useServices(services: readonly IApplicationService[]): void {
    if (!this.containersUseRole && services.some(({ statements }) => statements.length > 0)) {
      throw new ConstructError(this, "its containers get no credentials of AWS, without which they can use no service.", "Give the fleet `containersUseRole: true`: containers then have the rights of the instance's role.");
    }
    if (Object.keys(this.environment).length > 0) throw new ConstructError(this, "it uses services already.", "Name all of them in one call.");
    this.environment = environmentOf(this, services);
    this.settings.insecureValue = this.settingsValue();
    this.group.dependsOn = [...(this.group.dependsOn ?? []), ...letUse(this, services).map(dependable)];
  }

  /** Lets a monitoring host read the metrics of the machines (where there is a node exporter) and of the application. */
  allowMetrics(peer: IConnectable, options: { readonly nodeExporter: boolean; readonly application: boolean }): void {
    if (options.nodeExporter) this.securityGroup.allowFrom(peer, NODE_EXPORTER_PORT, "Metrics of the machines");
    if (options.application) this.securityGroup.allowFrom(peer, this.port, "Metrics of the application");
  }

  /** Lets the pipeline push images and deploy them, and nothing else: one document, on instances of this group alone. */
  allowDeploy(role: GithubDeployRole): void {
    const { accountId, partition, region } = AwsAccount.of(this);
    role.allowPush(this.registry);
    role.allow("deploy-to-fleet", [
      { sid: "NoNarrowerResource", actions: ["autoscaling:DescribeAutoScalingGroups", "elasticloadbalancing:DescribeTargetHealth", "ssm:GetCommandInvocation"], resources: ["*"] },
      { actions: ["ssm:GetParameter", "ssm:PutParameter"], resources: [this.release.arn] },
      { actions: ["ssm:SendCommand"], resources: [this.document.arn] },
      {
        actions: ["ssm:SendCommand"],
        resources: [`arn:${partition}:ec2:${region}:${accountId}:instance/*`],
        // AWS itself puts this tag on the instances of a group; nobody else can.
        condition: [{ test: "StringEquals", variable: "ssm:resourceTag/aws:autoscaling:groupName", values: [this.groupName] }],
      },
    ]);
  }

  /** An instance that starts before there is a value would try until there is one; better it starts afterwards. */
  private waitFor({ ready = [] }: IReadableSecret): void {
    this.group.dependsOn = [...(this.group.dependsOn ?? []), ...ready.map(dependable)];
  }

  private settingsValue(): string {
    const settings: FleetSettings = {
      repository_url: this.registry.repositoryUrl,
      release_parameter: `/${this.groupName}/release`,
      target_group_arn: this.targetGroupArn,
      database_secret_arn: this.databaseSecretArn,
      secrets: this.secrets,
      ...(Object.keys(this.environment).length > 0 ? { environment: this.environment } : {}),
    };
    return Fn.jsonencode(settings);
  }

  private userData(props: Decided): string {
    const { loadBalancer, application } = props;
    try {
      return fleetUserData({
        groupName: this.groupName,
        settingsParameter: `/${this.groupName}/fleet`,
        logGroup: `/${this.groupName}/app`,
        application: { ...application, port: loadBalancer.targetPort, healthPath: loadBalancer.healthCheckPath },
        nodeExporter: props.nodeExporter,
        deregistrationDelaySeconds: loadBalancer.deregistrationDelaySeconds,
      });
    } catch (error) {
      throw new ConstructError(this, "its user data cannot be made.", (error as Error).message);
    }
  }

  private role(logGroupArn: string): { role: IamRole; permissions: (IamRolePolicy | IamRolePolicyAttachment)[] } {
    const { accountId, partition, region } = AwsAccount.of(this);
    const { groupName: name } = this;
    const role = new IamRole(this, "role", {
      name: `${name}-fleet`,
      description: `The servers of ${name}`,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", {
        statement: [{ principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }], actions: ["sts:AssumeRole"] }],
      }).json,
    });
    const statements: DataAwsIamPolicyDocumentStatement[] = [
      { sid: "Login", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
      { sid: "Images", actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], resources: [this.registry.repositoryArn] },
      { sid: "Settings", actions: ["ssm:GetParameter"], resources: [this.settings.arn, this.release.arn] },
      { sid: "NoNarrowerResource", actions: ["autoscaling:DescribeAutoScalingGroups", "autoscaling:DescribeAutoScalingInstances", "elasticloadbalancing:DescribeTargetHealth", "ec2:DescribeTags"], resources: ["*"] },
      {
        // An instance takes itself out of service while it is deployed to.
        sid: "Standby",
        actions: ["autoscaling:EnterStandby", "autoscaling:ExitStandby", "autoscaling:SetDesiredCapacity"],
        resources: [`arn:${partition}:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/${name}`],
      },
      { sid: "Logs", actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], resources: [logGroupArn, `${logGroupArn}:*`] },
      { sid: "Metrics", actions: ["cloudwatch:PutMetricData"], resources: ["*"], condition: [{ test: "StringEquals", variable: "cloudwatch:namespace", values: [name] }] },
    ];
    const own = new IamRolePolicy(this, "permissions", { name: "fleet", role: role.name, policy: new DataAwsIamPolicyDocument(this, "permissions-document", { statement: statements }).json });
    const sessions = new IamRolePolicyAttachment(this, "systems-manager", { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/AmazonSSMManagedInstanceCore` });
    return { role, permissions: [own, sessions] };
  }

  private check(props: Decided, size: Required<FleetSize>): void {
    const fail = (problem: string, remedy: string): never => {
      throw new ConstructError(this, problem, remedy);
    };
    if (Token.isUnresolved(this.groupName)) fail("its name is known to Terraform only, and stands in scripts.", "Give a name that is known now.");
    const sizes = `size is ${size.min} to ${size.max}, ${size.desired} to begin with`;
    if (![size.min, size.desired, size.max].every((count) => Number.isInteger(count) && count >= 1 && count <= 1000)) fail(`${sizes}; these are whole numbers from 1 to 1000.`, "Correct them.");
    if (size.min > size.desired || size.desired > size.max) fail(`${sizes}; min is the least of them and max the most.`, "Put them in order.");
    if (size.min === size.max) {
      fail(`${sizes}; a deployment takes one instance out of service at a time, and needs room below or above.`, "Lower min, or raise max, by one at least.");
    }
    const target = props.scaling?.cpuTargetPercent ?? SCALING_DEFAULTS.cpuTargetPercent;
    if (!(target >= 10 && target <= 90)) fail(`scaling.cpuTargetPercent is ${target}; below 10 it never scales in, above 90 it scales out too late.`, "Give a number from 10 to 90.");
    if (props.network.privateSubnetIds.length < 2) fail(`the network has ${props.network.privateSubnetIds.length} private subnets; a fleet stands in two zones at least.`, "Give a network over two zones or more.");
    if (props.network.natGateways === "none") fail("the private subnets of the network have no way out (natGateways is \"none\"), and a first boot gets Docker and images from there.", 'Give the network natGateways "one" or "per-az".');
    if (!/^[a-z0-9-]+\.[a-z0-9-]+$/.test(props.instanceType)) fail(`instanceType is "${props.instanceType}", which is none of EC2.`, 'Write, for example, "t4g.small".');
    if (!Number.isInteger(props.rootVolumeGb) || props.rootVolumeGb < 8 || props.rootVolumeGb > 16384) fail(`rootVolumeGb is ${props.rootVolumeGb}; it is a whole number from 8 to 16384.`, "Give a number in that range.");
    if (!Number.isInteger(props.gracePeriodSeconds) || props.gracePeriodSeconds < 60 || props.gracePeriodSeconds > 7200) fail(`gracePeriodSeconds is ${props.gracePeriodSeconds}; it is a whole number from 60 to 7200.`, "Give a number in that range.");
  }
}

function sizeOf({ min, desired = SIZE_DEFAULTS.desired, max }: FleetSize = {}): Required<FleetSize> {
  return { min: min ?? Math.min(SIZE_DEFAULTS.min, desired), desired, max: max ?? Math.max(SIZE_DEFAULTS.max, desired * 2) };
}

/** Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-schemas-features.html */
function deployDocument(name: string): object {
  return {
    schemaVersion: "2.2",
    description: `Deploys an image to one server of ${name}; if it is not healthy, the release before it is put back`,
    parameters: {
      Image: { type: "String", description: "The image, with its registry and tag", allowedPattern: "^[A-Za-z0-9][A-Za-z0-9._/:@-]{0,510}$" },
    },
    mainSteps: [
      { action: "aws:runShellScript", name: "deploy", inputs: { timeoutSeconds: String(DEPLOY_TIMEOUT_SECONDS), runCommand: [`${DEPLOY_COMMAND} '{{ Image }}'`] } },
    ],
  };
}
