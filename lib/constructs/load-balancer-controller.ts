import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { awsLoadBalancerControllerValues, DEFAULTS as VALUES_DEFAULTS, type AwsLoadBalancerControllerProps } from "../render/aws-load-balancer-controller";
import { AwsAccount } from "./aws-account";
import { ControllerRole } from "./controller-role";
import type { ICluster } from "./kubernetes-cluster";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";
import { nameOf } from "./names";
import type { INetwork } from "./network";

/** The service account that has the role. */
const SERVICE_ACCOUNT = "aws-load-balancer-controller";
const NAMESPACE = "kube-system";

export interface LoadBalancerControllerRoleProps {
  readonly cluster: Pick<ICluster, "clusterName" | "clusterSecurityGroupId">;
  readonly network: Pick<INetwork, "vpcId">;
  /**
   * The role's name.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
}

/** The tag that the controller puts on what it makes, with the cluster's name. */
const TAG = "elbv2.k8s.aws/cluster";

/**
 * What {@link LoadBalancerController} may do on AWS. The project's own policy lets it touch whatever any cluster's controller made; here the tag must name
 * this cluster, and of the security groups that it did not make it may open the nodes' only. It belongs to the stack of the cluster.
 *
 * @example
 * new LoadBalancerControllerRole(stack, "load-balancer-controller-role", { cluster, network });
 *
 * Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/docs/install/iam_policy.json
 */
export class LoadBalancerControllerRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: LoadBalancerControllerRoleProps) {
    super(scope, id);
    const { cluster, network } = props;
    const name = nameOf(this, props.name);
    const { accountId, partition, region } = AwsAccount.of(this);
    const ec2 = (resource: string) => `arn:${partition}:ec2:${region}:${accountId}:${resource}`;
    const elb = (resource: string) => `arn:${partition}:elasticloadbalancing:${region}:${accountId}:${resource}`;
    const ours = { test: "StringEquals", variable: `aws:ResourceTag/${TAG}`, values: [cluster.clusterName] };
    const becomesOurs = { test: "StringEquals", variable: `aws:RequestTag/${TAG}`, values: [cluster.clusterName] };
    // The tag itself stays what it is.
    const otherTags = { test: "Null", variable: `aws:RequestTag/${TAG}`, values: ["true"] };
    const tagged = [elb("targetgroup/*/*"), elb("loadbalancer/net/*/*"), elb("loadbalancer/app/*/*")];
    const listeners = [elb("listener/net/*/*/*"), elb("listener/app/*/*/*")];
    const rules = [elb("listener-rule/net/*/*/*"), elb("listener-rule/app/*/*/*")];
    this.roleArn = new ControllerRole(this, "controller", {
      cluster,
      name,
      description: `Lets the AWS Load Balancer Controller of ${name} make and change load balancers`,
      namespace: NAMESPACE,
      serviceAccount: SERVICE_ACCOUNT,
      statements: [
        {
          // CKV_AWS_356, CKV_AWS_111: reading, and web ACLs and certificates of others, for which AWS takes no narrower resource.
          sid: "Look",
          actions: [
            "acm:DescribeCertificate",
            "acm:ListCertificates",
            "ec2:DescribeAccountAttributes",
            "ec2:DescribeAddresses",
            "ec2:DescribeAvailabilityZones",
            "ec2:DescribeInstances",
            "ec2:DescribeInternetGateways",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeRouteTables",
            "ec2:DescribeSecurityGroups",
            "ec2:DescribeSubnets",
            "ec2:DescribeTags",
            "ec2:DescribeVpcPeeringConnections",
            "ec2:DescribeVpcs",
            "ec2:GetSecurityGroupsForVpc",
            "elasticloadbalancing:DescribeCapacityReservation",
            "elasticloadbalancing:DescribeListenerAttributes",
            "elasticloadbalancing:DescribeListenerCertificates",
            "elasticloadbalancing:DescribeListeners",
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            "elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeRules",
            "elasticloadbalancing:DescribeSSLPolicies",
            "elasticloadbalancing:DescribeTags",
            "elasticloadbalancing:DescribeTargetGroupAttributes",
            "elasticloadbalancing:DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetHealth",
            "elasticloadbalancing:DescribeTrustStores",
            "wafv2:GetWebACL",
            "wafv2:GetWebACLForResource",
          ],
          resources: ["*"],
        },
        {
          sid: "WebAclsOfLoadBalancers",
          actions: ["wafv2:AssociateWebACL", "wafv2:DisassociateWebACL"],
          resources: [`arn:${partition}:wafv2:${region}:${accountId}:regional/webacl/*/*`, elb("loadbalancer/app/*/*")],
        },
        {
          sid: "TheRoleOfLoadBalancing",
          actions: ["iam:CreateServiceLinkedRole"],
          resources: [`arn:${partition}:iam::${accountId}:role/aws-service-role/elasticloadbalancing.amazonaws.com/AWSServiceRoleForElasticLoadBalancing`],
          condition: [{ test: "StringEquals", variable: "iam:AWSServiceName", values: ["elasticloadbalancing.amazonaws.com"] }],
        },
        { sid: "MakeSecurityGroups", actions: ["ec2:CreateSecurityGroup"], resources: [ec2(`vpc/${network.vpcId}`), ec2("security-group/*")] },
        {
          sid: "NameSecurityGroups",
          actions: ["ec2:CreateTags"],
          resources: [ec2("security-group/*")],
          condition: [{ test: "StringEquals", variable: "ec2:CreateAction", values: ["CreateSecurityGroup"] }, becomesOurs],
        },
        { sid: "TagItsSecurityGroups", actions: ["ec2:CreateTags", "ec2:DeleteTags"], resources: [ec2("security-group/*")], condition: [ours, otherTags] },
        {
          sid: "ChangeItsSecurityGroups",
          actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:RevokeSecurityGroupIngress"],
          resources: [ec2("security-group/*")],
          condition: [ours],
        },
        {
          sid: "OpenTheNodesToItsLoadBalancers",
          actions: ["ec2:AuthorizeSecurityGroupIngress", "ec2:RevokeSecurityGroupIngress"],
          resources: [ec2(`security-group/${cluster.clusterSecurityGroupId}`)],
        },
        { sid: "MakeLoadBalancers", actions: ["elasticloadbalancing:CreateLoadBalancer", "elasticloadbalancing:CreateTargetGroup"], resources: tagged, condition: [becomesOurs] },
        {
          sid: "NameLoadBalancers",
          actions: ["elasticloadbalancing:AddTags"],
          resources: tagged,
          condition: [{ test: "StringEquals", variable: "elasticloadbalancing:CreateAction", values: ["CreateTargetGroup", "CreateLoadBalancer"] }, becomesOurs],
        },
        { sid: "TagItsLoadBalancers", actions: ["elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"], resources: tagged, condition: [ours, otherTags] },
        {
          sid: "ChangeItsLoadBalancers",
          actions: [
            "elasticloadbalancing:DeleteLoadBalancer",
            "elasticloadbalancing:DeleteTargetGroup",
            "elasticloadbalancing:ModifyCapacityReservation",
            "elasticloadbalancing:ModifyIpPools",
            "elasticloadbalancing:ModifyListenerAttributes",
            "elasticloadbalancing:ModifyLoadBalancerAttributes",
            "elasticloadbalancing:ModifyTargetGroup",
            "elasticloadbalancing:ModifyTargetGroupAttributes",
            "elasticloadbalancing:SetIpAddressType",
            "elasticloadbalancing:SetSecurityGroups",
            "elasticloadbalancing:SetSubnets",
          ],
          resources: [...tagged, ...listeners],
          condition: [ours],
        },
        {
          // Listeners and rules of older controllers have no tag, and a target group may be Terraform's: of this account and region, all the same.
          sid: "ListenersRulesAndTargets",
          actions: [
            "elasticloadbalancing:AddListenerCertificates",
            "elasticloadbalancing:AddTags",
            "elasticloadbalancing:CreateListener",
            "elasticloadbalancing:CreateRule",
            "elasticloadbalancing:DeleteListener",
            "elasticloadbalancing:DeleteRule",
            "elasticloadbalancing:ModifyListener",
            "elasticloadbalancing:ModifyRule",
            "elasticloadbalancing:RemoveListenerCertificates",
            "elasticloadbalancing:RemoveTags",
            "elasticloadbalancing:SetRulePriorities",
          ],
          resources: [...listeners, ...rules],
        },
        {
          sid: "MakeListeners",
          actions: ["elasticloadbalancing:CreateListener", "elasticloadbalancing:SetWebAcl"],
          resources: [elb("loadbalancer/app/*/*"), elb("loadbalancer/net/*/*")],
        },
        { sid: "RegisterPods", actions: ["elasticloadbalancing:DeregisterTargets", "elasticloadbalancing:RegisterTargets"], resources: [elb("targetgroup/*/*")] },
      ],
    }).roleArn;
  }
}

export interface LoadBalancerControllerConfig extends AwsLoadBalancerControllerProps {
  readonly cluster: Pick<ICluster, "clusterName">;
  readonly network: Pick<INetwork, "vpcId">;
  /** Region of the cluster; may be a token. */
  readonly region: string;
  /** @default - version 3.5.0 of the repository of EKS */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The pinned chart. */
export const LOAD_BALANCER_CONTROLLER_CHART: ChartSource = {
  repository: "https://aws.github.io/eks-charts",
  name: "aws-load-balancer-controller",
  version: "3.5.0",
};

/**
 * The AWS Load Balancer Controller, in `kube-system`: makes a load balancer for each Ingress of its class, with the pods themselves as its targets. It
 * needs a {@link LoadBalancerControllerRole} in the stack of the cluster.
 *
 * It must outlive what it made: an Ingress has a finalizer that nobody else takes away, and a load balancer that is left behind keeps the VPC from
 * being deleted. So whoever makes an Ingress depends on it (`dependsOn: [controller.release]`), and Terraform destroys the Ingress first.
 *
 * @example
 * const controller = new LoadBalancerController(this, "load-balancer-controller", { cluster, network, region: "eu-central-1" });
 */
export class LoadBalancerController extends HelmRelease {
  /** For `ingressClassName`. */
  readonly ingressClass: string;

  constructor(scope: Construct, id: string, config: LoadBalancerControllerConfig) {
    const { cluster, network, region, chart = LOAD_BALANCER_CONTROLLER_CHART, dependsOn, ...props } = config;
    super(scope, id, {
      name: "aws-load-balancer-controller",
      namespace: NAMESPACE,
      chart,
      values: awsLoadBalancerControllerValues(props, { clusterName: cluster.clusterName, vpcId: network.vpcId, region, serviceAccount: SERVICE_ACCOUNT }),
      timeoutSeconds: 300,
      ...(dependsOn ? { dependsOn } : {}),
    });
    this.ingressClass = props.ingressClass ?? VALUES_DEFAULTS.ingressClass;
  }
}
