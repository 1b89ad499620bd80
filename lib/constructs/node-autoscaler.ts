import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { clusterAutoscalerValues, type ClusterAutoscalerProps } from "../render/cluster-autoscaler";
import { AwsAccount } from "./aws-account";
import { ControllerRole } from "./controller-role";
import type { ICluster } from "./kubernetes-cluster";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";
import { nameOf } from "./names";

/** The service account that has the role. */
const SERVICE_ACCOUNT = "cluster-autoscaler";
const NAMESPACE = "kube-system";

export interface NodeAutoscalerRoleProps {
  readonly cluster: Pick<ICluster, "clusterName">;
  /**
   * The role's name.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
}

/**
 * What {@link NodeAutoscaler} may do on AWS: look at groups and instance types, and size the groups of this one cluster, which it knows by the
 * tags that EKS puts on them. It belongs to the stack of the cluster.
 *
 * @example
 * new NodeAutoscalerRole(stack, "node-autoscaler-role", { cluster });
 */
export class NodeAutoscalerRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: NodeAutoscalerRoleProps) {
    super(scope, id);
    const { clusterName } = props.cluster;
    const name = nameOf(this, props.name);
    const { accountId, partition, region } = AwsAccount.of(this);
    this.roleArn = new ControllerRole(this, "controller", {
      cluster: props.cluster,
      name,
      description: `Lets the Cluster Autoscaler size the node groups of ${name}`,
      namespace: NAMESPACE,
      serviceAccount: SERVICE_ACCOUNT,
      // Source: https://github.com/kubernetes/autoscaler/blob/cluster-autoscaler-1.35.0/cluster-autoscaler/cloudprovider/aws/README.md#iam-policy
      statements: [
        {
          // Asked of all at once: no narrower resource is accepted.
          sid: "Look",
          actions: [
            "autoscaling:DescribeAutoScalingGroups",
            "autoscaling:DescribeAutoScalingInstances",
            "autoscaling:DescribeLaunchConfigurations",
            "autoscaling:DescribeScalingActivities",
            "ec2:DescribeImages",
            "ec2:DescribeInstanceTypes",
            "ec2:DescribeLaunchTemplateVersions",
            "ec2:GetInstanceTypesFromInstanceRequirements",
          ],
          resources: ["*"],
        },
        { sid: "LookAtNodeGroups", actions: ["eks:DescribeNodegroup"], resources: [`arn:${partition}:eks:${region}:${accountId}:nodegroup/${clusterName}/*/*`] },
        {
          sid: "SizeGroupsOfTheCluster",
          actions: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
          resources: [`arn:${partition}:autoscaling:${region}:${accountId}:autoScalingGroup:*:autoScalingGroupName/*`],
          condition: [{ test: "StringEquals", variable: `aws:ResourceTag/k8s.io/cluster-autoscaler/${clusterName}`, values: ["owned"] }],
        },
      ],
    }).roleArn;
  }
}

export interface NodeAutoscalerConfig extends ClusterAutoscalerProps {
  readonly cluster: Pick<ICluster, "clusterName">;
  /** Region of the cluster; may be a token. */
  readonly region: string;
  /** @default - version 9.59.0 of the project's own repository */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The pinned chart. */
export const CLUSTER_AUTOSCALER_CHART: ChartSource = {
  repository: "https://kubernetes.github.io/autoscaler",
  name: "cluster-autoscaler",
  version: "9.59.0",
};

/**
 * The Cluster Autoscaler, in `kube-system`: adds nodes when pods wait for room, and drains and removes those of no use, between the least and the
 * greatest size of each node group. Without it, the greatest size is never reached. It needs a {@link NodeAutoscalerRole} in the stack of the cluster.
 *
 * Why not Karpenter: it makes instances of its own beside the managed node group, so that "3 nodes, from 2 to 10" would be nobody's numbers; it brings
 * kinds that must be there before its objects, a queue and rules for interruptions, and instances that a destroyed stack leaves behind, since Terraform does
 * not know them. It pays when instance types should follow the pods; then this construct gives way to it, and the node group stays small.
 *
 * @example
 * new NodeAutoscaler(this, "node-autoscaler", { cluster, region: "eu-central-1" });
 */
export class NodeAutoscaler extends HelmRelease {
  constructor(scope: Construct, id: string, config: NodeAutoscalerConfig) {
    const { cluster, region, chart = CLUSTER_AUTOSCALER_CHART, dependsOn, ...props } = config;
    super(scope, id, {
      name: "cluster-autoscaler",
      namespace: NAMESPACE,
      chart,
      values: clusterAutoscalerValues(props, { clusterName: cluster.clusterName, region, serviceAccount: SERVICE_ACCOUNT }),
      timeoutSeconds: 300,
      ...(dependsOn ? { dependsOn } : {}),
    });
  }
}
