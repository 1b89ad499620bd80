import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { fluentBitValues, type FluentBitProps } from "../render/fluent-bit";
import { ControllerRole } from "./controller-role";
import type { IEncryptionKey } from "./encryption-key";
import type { ICluster } from "./kubernetes-cluster";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";
import { LogGroup, type RetentionDays } from "./log-group";
import { nameOf } from "./names";

/** The service account that has the role. */
const SERVICE_ACCOUNT = "fluent-bit";
const NAMESPACE = "logging";

export interface PodLogsProps {
  readonly cluster: Pick<ICluster, "clusterName">;
  /** Encrypts what pods write; it must allow CloudWatch Logs of this region, as `EncryptionKey` does. */
  readonly encryptionKey: IEncryptionKey;
  /** Name of the log group. */
  readonly logGroupName: string;
  /** @default - those of `LogGroup` */
  readonly retentionDays?: RetentionDays;
  /**
   * The role's name.
   * @default - the construct's path, joined by dashes
   */
  readonly roleName?: string;
}

/**
 * Where the logs of a cluster's pods are kept, and what {@link LogShipper} may do there: make streams and write, and nothing else. It belongs to
 * the stack of the cluster. CloudWatch takes 0.50 USD a gigabyte (us-east-1).
 *
 * CKV_AWS_338 (kept for less than a year): so it is where a criterion states the days.
 *
 * @example
 * new PodLogs(stack, "pod-logs", { cluster, encryptionKey, logGroupName: "/aws/eks/specweave-prod/pods" });
 */
export class PodLogs extends Construct {
  readonly logGroup: LogGroup;
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: PodLogsProps) {
    super(scope, id);
    const { cluster, encryptionKey, logGroupName, retentionDays } = props;
    this.logGroup = new LogGroup(this, "logs", { name: logGroupName, encryptionKey, ...(retentionDays === undefined ? {} : { retentionDays }) });
    this.roleArn = new ControllerRole(this, "shipper", {
      cluster,
      name: nameOf(this, props.roleName),
      description: "Lets Fluent Bit write what pods log",
      namespace: NAMESPACE,
      serviceAccount: SERVICE_ACCOUNT,
      statements: [{ sid: "WriteLogs", actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], resources: [`${this.logGroup.logGroupArn}:*`] }],
    }).roleArn;
  }
}

export interface LogShipperConfig extends FluentBitProps {
  /** @default - version 0.58.1 of the project's own repository */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The pinned chart. */
export const FLUENT_BIT_CHART: ChartSource = { repository: "https://fluent.github.io/helm-charts", name: "fluent-bit", version: "0.58.1" };

/**
 * Fluent Bit on every node, in a namespace of its own: sends what all containers write to CloudWatch. It needs {@link PodLogs} in the stack of the
 * cluster.
 *
 * Why not the add-on amazon-cloudwatch-observability: it comes with an operator that may change every pod and Deployment, agents with the node's
 * network and files, and by default metrics and traces that are paid for; for logs it runs this same program.
 *
 * @example
 * new LogShipper(this, "log-shipper", { logGroupName: "/aws/eks/specweave-prod/pods", region: "eu-central-1" });
 */
export class LogShipper extends Construct {
  readonly namespace: NamespaceV1;
  readonly release: HelmRelease;

  constructor(scope: Construct, id: string, config: LogShipperConfig) {
    super(scope, id);
    const { chart = FLUENT_BIT_CHART, dependsOn = [], ...props } = config;
    this.namespace = new NamespaceV1(this, "namespace", {
      // Fluent Bit reads files of the node: no stricter standard lets it.
      metadata: { name: NAMESPACE, labels: { "app.kubernetes.io/managed-by": "phaseline", "pod-security.kubernetes.io/enforce": "privileged" } },
      ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
    });
    this.release = new HelmRelease(this, "release", {
      name: "fluent-bit",
      namespace: NAMESPACE,
      chart,
      values: fluentBitValues(props, { serviceAccount: SERVICE_ACCOUNT }),
      timeoutSeconds: 300,
      dependsOn: [this.namespace, ...dependsOn],
    });
  }
}
