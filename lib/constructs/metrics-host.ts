import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { DataAwsSubnet } from "@cdktf/provider-aws/lib/data-aws-subnet";
import { EbsVolume } from "@cdktf/provider-aws/lib/ebs-volume";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Instance } from "@cdktf/provider-aws/lib/instance";
import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { VolumeAttachment } from "@cdktf/provider-aws/lib/volume-attachment";
import { Fn, Token } from "cdktf";
import { Construct } from "constructs";
import { architectureOf } from "../blueprint/architecture";
import { AGENT_METRICS, diskDimensions } from "../render/cloudwatch-agent";
import { terraformText } from "../render/hcl";
import { DATA, metricsHostFiles, type MetricsHostSettings, metricsUserData, VOLUME_DEVICE } from "../render/metrics-host";
import { MONITORING_PORTS, type PrometheusProps } from "../render/prometheus";
import type { IAlarmTopic } from "./alarm-topic";
import { AwsAccount } from "./aws-account";
import type { IRoleHolder } from "./connection-settings";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { EphemeralPassword } from "./ephemeral";
import { fixAddress } from "./fixed-address";
import type { LoadBalancer } from "./load-balancer";
import { LogGroup, DEFAULTS as LOG_GROUP_DEFAULTS, type RetentionDays } from "./log-group";
import { MetricAlarm } from "./metric-alarm";
import { nameOf } from "./names";
import type { INetwork } from "./network";
import { PrivateBucket } from "./private-bucket";
import { type IConnectable, SecurityGroup } from "./security-group";

/** A fleet whose metrics are read: a `ServerFleet` with `nodeExporter`. */
export interface IMeasuredFleet {
  /** Name of the Auto Scaling group; it stands in files, so it must be known now. */
  readonly groupName: string;
  allowMetrics(peer: IConnectable, options: { readonly nodeExporter: boolean; readonly application: boolean }): void;
}

/** How people reach Grafana. In any case they log in. */
export type GrafanaDoor =
  /** By a port that Session Manager forwards, for those whom IAM lets: nothing listens to the network. */
  | { readonly kind: "port-forwarding" }
  /** By HTTPS, under a name of its own on the load balancer. */
  | { readonly kind: "load-balancer"; readonly loadBalancer: LoadBalancer; readonly hostName: string; readonly allowedCidrs?: readonly string[] };

export interface MetricsHostProps {
  /** The host stands in the first of its private subnets; it needs a way out (NAT or endpoints). */
  readonly network: Pick<INetwork, "vpcId" | "privateSubnetIds" | "egress" | "natGateways">;
  /** What is watched. */
  readonly fleet: IMeasuredFleet;
  /** Where alerts go. */
  readonly topic: IAlarmTopic;
  /**
   * The key that encrypts the topic's messages: the host must be allowed to use it.
   * @default - the same as `encryptionKey`
   */
  readonly topicKey?: IEncryptionKey;
  /**
   * First part of the names of what belongs to the host.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Terraform's name for the volume with the metrics (`aws_ebs_volume.<address>`). It must never change.
   * @default "monitoring"
   */
  readonly address?: string;
  /**
   * About 24 USD a month for t4g.medium (4 GiB).
   * @default "t4g.medium"
   */
  readonly instanceType?: string;
  /**
   * A fixed image (AMI) with Amazon Linux 2023.
   * @default - the newest one when the host is made; it is kept then
   */
  readonly imageId?: string;
  /**
   * Size of the volume with the metrics, dashboards and silences; 0.08 USD a GB and month. It can only grow.
   * @default 50
   */
  readonly volumeSizeGb?: number;
  /**
   * Time that metrics are kept for, as far as the volume is large enough.
   * @default 30
   */
  readonly retentionDays?: number;
  /** @default - port 3000, /metrics, 99.5 % */
  readonly watch?: Omit<PrometheusProps, "environment" | "autoScalingGroupName">;
  /** @default - by port forwarding */
  readonly grafana?: GrafanaDoor;
  /**
   * Raise it to give Grafana's `admin` another password.
   * @default 1
   */
  readonly adminPasswordVersion?: number;
  /**
   * Terraform refuses any plan that would destroy the volume with the metrics.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * Encrypts volumes, logs, configuration and the password.
   * @default - a key of the host's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /** @default 365 */
  readonly logRetentionDays?: RetentionDays;
}

export const DEFAULTS = {
  address: "monitoring",
  instanceType: "t4g.medium",
  volumeSizeGb: 50,
  retentionDays: 30,
  adminPasswordVersion: 1,
  deletionProtection: true,
  logRetentionDays: LOG_GROUP_DEFAULTS.retentionDays,
} as const satisfies Partial<MetricsHostProps>;

type Decided = MetricsHostProps & Required<Pick<MetricsHostProps, keyof typeof DEFAULTS>>;

/**
 * A private machine with Prometheus, Alertmanager and Grafana under Docker Compose. It finds the instances of a fleet through EC2, alerts by way of
 * SNS, and shows dashboards that are made with it. About 30 USD a month.
 *
 * The metrics lie on a volume of their own: the machine can be made anew, which another user data does, and finds them again. Configuration lies in S3, from
 * where the machine fetches it every five minutes, so that another rule does not need another machine.
 *
 * Nothing of it is public. By default Grafana is reached with
 *
 *     aws ssm start-session --target INSTANCE --document-name AWS-StartPortForwardingSession --parameters portNumber=3000,localPortNumber=3000
 *
 * then http://localhost:3000, as `admin`, with the password in the secret `grafanaSecretArn`. (Prometheus is on port 9090 alike.)
 *
 * @example
 * const monitoring = new MetricsHost(stack, "monitoring", { network, fleet, topic, name: "shop-prod" });
 *
 * @throws ConstructError when a prop breaks a rule of EC2 or Prometheus, or the network has no way out.
 */
export class MetricsHost extends Construct implements IConnectable, IRoleHolder {
  readonly securityGroup: SecurityGroup;
  readonly instanceId: string;
  readonly roleName: string;
  /** Its text is the password of Grafana's `admin`; in no state and no plan. */
  readonly grafanaSecretArn: string;
  readonly volumeId: string;

  constructor(scope: Construct, id: string, given: MetricsHostProps) {
    super(scope, id);
    const props: Decided = { ...DEFAULTS, ...given };
    const name = nameOf(this, props.name);
    this.check(name, props);
    const watch: PrometheusProps = { ...props.watch, environment: name, autoScalingGroupName: props.fleet.groupName };
    const door = props.grafana ?? { kind: "port-forwarding" };
    const key = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: `${name}-monitoring`, description: `Encrypts what the monitoring of ${name} keeps` });

    this.securityGroup = new SecurityGroup(this, "security-group", { network: props.network, name: `${name}-monitoring`, description: `The monitoring host of ${name}` });
    this.securityGroup.allowToCidr("0.0.0.0/0", 443, "AWS, packages and images");
    props.fleet.allowMetrics(this, { nodeExporter: true, application: watch.metricsPath !== false });
    const logs = new LogGroup(this, "logs", { name: `/${name}/monitoring`, encryptionKey: key, retentionDays: props.logRetentionDays });

    const secret = new SecretsmanagerSecret(this, "grafana-secret", {
      namePrefix: `${name}-grafana-`,
      description: `Password of admin in the Grafana of ${name}`,
      kmsKeyId: key.keyArn,
      // CKV2_AWS_57 (no automatic rotation): `adminPasswordVersion` rotates it, and the host tells Grafana within five minutes.
      recoveryWindowInDays: 7,
    });
    const stored = new SecretsmanagerSecretVersion(this, "grafana-secret-version", {
      secretId: secret.arn,
      secretStringWo: new EphemeralPassword(this, "grafana-password").result,
      secretStringWoVersion: props.adminPasswordVersion,
    });
    this.grafanaSecretArn = secret.arn;

    const bucket = new PrivateBucket(this, "configuration", {
      namePrefix: `${name.toLowerCase().slice(0, 24).replace(/-$/, "")}-monitoring-`,
      encryption: key,
      // Terraform writes what lies in it: rules and dashboards, no secrets.
      forceDestroy: true,
      tlsOnly: false,
    });
    const files = this.files(props, watch, door).map(
      ({ path, text }) =>
        new S3Object(this, `file-${path.replace(/[^A-Za-z0-9]+/g, "-")}`, { bucket: bucket.bucketName, key: path, content: terraformText(text), kmsKeyId: key.keyArn, dependsOn: [...bucket.ready] }),
    );
    const settingsValue: MetricsHostSettings = { configuration_bucket: bucket.bucketName, alarm_topic_arn: props.topic.topicArn, grafana_secret_arn: secret.arn };
    // CKV2_AWS_34 (encryption of parameters): a name and two ARNs; no secret.
    const settings = new SsmParameter(this, "settings", { name: `/${name}/monitoring`, description: `What the monitoring host of ${name} works with`, type: "String", insecureValue: Fn.jsonencode(settingsValue) });

    const { partition } = AwsAccount.of(this);
    const role = new IamRole(this, "role", {
      name: `${name}-monitoring`,
      description: `The monitoring host of ${name}`,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", {
        statement: [{ principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }], actions: ["sts:AssumeRole"] }],
      }).json,
    });
    this.roleName = role.name;
    const topicKey = props.topicKey ?? key;
    const permissions = [
      new IamRolePolicyAttachment(this, "systems-manager", { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/AmazonSSMManagedInstanceCore` }),
      new IamRolePolicy(this, "permissions", {
        name: "monitoring",
        role: role.name,
        policy: new DataAwsIamPolicyDocument(this, "permissions-document", {
          statement: [
            // All that Prometheus asks EC2; it has no narrower resource.
            { sid: "FindInstances", actions: ["ec2:DescribeInstances"], resources: ["*"] },
            { sid: "ListConfiguration", actions: ["s3:ListBucket"], resources: [bucket.bucketArn] },
            { sid: "ReadConfiguration", actions: ["s3:GetObject"], resources: [`${bucket.bucketArn}/*`] },
            { sid: "Settings", actions: ["ssm:GetParameter"], resources: [settings.arn] },
            { sid: "Password", actions: ["secretsmanager:GetSecretValue"], resources: [secret.arn] },
            { sid: "Alerts", actions: ["sns:Publish"], resources: [props.topic.topicArn] },
            { sid: "Decrypt", actions: ["kms:Decrypt"], resources: [key.keyArn] },
            { sid: "EncryptAlerts", actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [topicKey.keyArn] },
            { sid: "Logs", actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], resources: [logs.logGroupArn, `${logs.logGroupArn}:*`] },
            { sid: "Metrics", actions: ["cloudwatch:PutMetricData"], resources: ["*"], condition: [{ test: "StringEquals", variable: "cloudwatch:namespace", values: [`${name}-monitoring`] }] },
          ],
        }).json,
      }),
    ];
    const profile = new IamInstanceProfile(this, "profile", { name: `${name}-monitoring`, role: role.name });

    const subnetId = props.network.privateSubnetIds[0]!;
    const volume = new EbsVolume(this, "volume", {
      availabilityZone: new DataAwsSubnet(this, "subnet", { id: subnetId }).availabilityZone,
      type: "gp3",
      size: props.volumeSizeGb,
      encrypted: true,
      kmsKeyId: key.keyArn,
      finalSnapshot: true,
      // CKV2_AWS_9 (AWS Backup): metrics of a month, of which CloudWatch has its own. Deleting leaves a snapshot.
      tags: { Name: `${name}-monitoring` },
      lifecycle: { preventDestroy: props.deletionProtection, ignoreChanges: ["availability_zone"] },
    });
    fixAddress(volume, props.address, "Give the two monitoring hosts different `address`es.");
    this.volumeId = volume.id;

    const instance = new Instance(this, "instance", {
      ami: props.imageId ?? new DataAwsSsmParameter(this, "image", { name: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architectureOf(props.instanceType)}` }).insecureValue,
      instanceType: props.instanceType,
      subnetId,
      vpcSecurityGroupIds: [this.securityGroup.securityGroupId],
      iamInstanceProfile: profile.name,
      ebsOptimized: true,
      // CKV_AWS_126 (detailed monitoring, 2 USD a month): Prometheus looks at this host twice a minute, and status checks come every minute in any case.
      monitoring: false,
      // One hop is enough: what works with the role shares the network of the machine.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1, instanceMetadataTags: "disabled" },
      rootBlockDevice: { volumeType: "gp3", volumeSize: 20, encrypted: true, kmsKeyId: key.keyArn, deleteOnTermination: true },
      userData: terraformText(this.userData(name)),
      userDataReplaceOnChange: true,
      tags: { Name: `${name}-monitoring` },
      dependsOn: [...(props.network.egress ?? []), ...permissions, ...files, settings, stored, logs.resource],
      // A newer image is no reason to make the host anew.
      lifecycle: { ignoreChanges: props.imageId === undefined ? ["ami"] : [] },
    });
    this.instanceId = instance.id;
    new VolumeAttachment(this, "attachment", { deviceName: VOLUME_DEVICE, instanceId: instance.id, volumeId: volume.id, stopInstanceBeforeDetaching: true });
    if (door.kind === "load-balancer") {
      door.loadBalancer.route("grafana", {
        hostName: door.hostName,
        instanceId: instance.id,
        target: this,
        port: MONITORING_PORTS.grafana,
        healthCheckPath: "/api/health",
        ...(door.allowedCidrs === undefined ? {} : { allowedCidrs: door.allowedCidrs }),
      });
    }
    this.alarms(name, props.topic);
  }

  /** Who watches is watched, too. */
  private alarms(name: string, topic: IAlarmTopic): void {
    new MetricAlarm(this, "status-alarm", {
      name: `${name}-monitoring-status`,
      description: `The monitoring host of ${name} does not pass its checks, or is gone: no alerts come from it. AWS recovers it if its hardware failed.`,
      topic,
      namespace: "AWS/EC2",
      metricName: "StatusCheckFailed",
      dimensions: { InstanceId: this.instanceId },
      statistic: "Maximum",
      when: "at-least",
      threshold: 1,
      periodSeconds: 60,
      evaluationPeriods: 5,
      missingData: "breaching",
    });
    new MetricAlarm(this, "disk-alarm", {
      name: `${name}-monitoring-disk`,
      description: `The volume of the monitoring host of ${name} is nearly full. See volumeSizeGb and retentionDays.`,
      topic,
      namespace: `${name}-monitoring`,
      metricName: AGENT_METRICS.disk,
      dimensions: diskDimensions(this.instanceId, DATA),
      statistic: "Maximum",
      when: "above",
      threshold: 90,
    });
  }

  private files(props: Decided, prometheus: PrometheusProps, door: GrafanaDoor) {
    const compose = {
      retentionDays: props.retentionDays,
      volumeSizeGb: props.volumeSizeGb,
      ...(door.kind === "load-balancer" ? { rootUrl: `https://${door.hostName}` } : {}),
    };
    try {
      return metricsHostFiles({ compose, prometheus }, { source: this.node.path, regenerate: "cdktf deploy" });
    } catch (error) {
      throw new ConstructError(this, "its configuration cannot be made.", (error as Error).message);
    }
  }

  private userData(name: string): string {
    try {
      return metricsUserData({ settingsParameter: `/${name}/monitoring`, logGroup: `/${name}/monitoring`, namespace: `${name}-monitoring` });
    } catch (error) {
      throw new ConstructError(this, "its user data cannot be made.", (error as Error).message);
    }
  }

  private check(name: string, props: Decided): void {
    const fail = (problem: string, remedy: string): never => {
      throw new ConstructError(this, problem, remedy);
    };
    if (Token.isUnresolved(name)) fail("its name is known to Terraform only, and stands in scripts.", "Give a name that is known now.");
    if (props.network.privateSubnetIds.length < 1) fail("the network has no private subnet.", "Give a network with one.");
    if (props.network.natGateways === "none") fail('the private subnets of the network have no way out (natGateways is "none"), and a first boot gets Docker and images from there.', 'Give the network natGateways "one" or "per-az".');
    if (!/^[a-z0-9-]+\.[a-z0-9-]+$/.test(props.instanceType)) fail(`instanceType is "${props.instanceType}", which is none of EC2.`, 'Write, for example, "t4g.medium".');
    if (!Number.isInteger(props.adminPasswordVersion) || props.adminPasswordVersion < 1) fail(`adminPasswordVersion is ${props.adminPasswordVersion}; it is a whole number from 1.`, "Raise it by one to rotate the password.");
  }
}
