import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { EksNodeGroup } from "@cdktf/provider-aws/lib/eks-node-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import type { IEncryptionKey } from "./encryption-key";
import type { ICluster } from "./kubernetes-cluster";
import { nameOf } from "./names";

export interface NodeGroupProps {
  /**
   * Name of the node group.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  readonly cluster: ICluster;
  /**
   * Fewest nodes. Above the number that run, EKS refuses it until there are as many, since Terraform leaves that number alone:
   * `aws eks update-nodegroup-config --scaling-config desiredSize=…` first.
   * @default 2
   */
  readonly minSize?: number;
  /**
   * Nodes to start with. What scales the cluster changes it later, and Terraform lets it.
   * @default - 3, or the nearest that minSize and maxSize allow
   */
  readonly desiredSize?: number;
  /**
   * Most nodes. Nothing reaches it by itself: that takes the Cluster Autoscaler, which finds this group by the tags that EKS gives it.
   * @default 10
   */
  readonly maxSize?: number;
  /**
   * EC2 instance type, x86 or Graviton. Another one of the same architecture rolls through the nodes.
   * @default "m6i.large"
   */
  readonly instanceType?: string;
  /**
   * Root disk of a node in GiB, for images, logs and `emptyDir`.
   * @default 50
   */
  readonly diskSizeGib?: number;
  /**
   * Encrypts the root disks.
   * @default - the cluster's key, or the one that AWS manages for EBS where the cluster has none
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * Release of the EKS image, `1.35.0-20260601`.
   * @default - the newest for the version when the group is made or the version raised
   */
  readonly releaseVersion?: string;
  /**
   * Labels that Kubernetes gives the nodes.
   * @default {}
   */
  readonly labels?: Readonly<Record<string, string>>;
}

export const DEFAULTS = { minSize: 2, desiredSize: 3, maxSize: 10, instanceType: "m6i.large", diskSizeGib: 50, labels: {} } as const;

/** Join the cluster and get credentials for pods; pull images and nothing more; be reached through Session Manager, without SSH. */
const NODE_POLICIES = ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore"];

/**
 * A managed node group on Amazon Linux 2023. About 70 USD a month for each node of the default type, and 4 for its disk (us-east-1, on demand).
 *
 * Nodes ask for IMDSv2 tokens, and answer to the node itself only (hop limit 1), so that no pod takes on the node's role: pods have EKS Pod
 * Identity for that. (What reads its region or VPC from the instance, such as the AWS load balancer controller, must be told.)
 *
 * An update rolls: version, release, instance type, disk, key and tags of the instances, a third of the nodes at once, each drained
 * first. **Replaced** is the group when its name, its cluster, its subnets (so also when the network gets a zone) or the architecture of its
 * instance type change. The new group comes before the old one goes, and for that it needs another name: change `name` along with the
 * other, or AWS refuses the new group and all stays as it was.
 *
 * @example
 * new NodeGroup(stack, "workers", { name: "specweave-workers", cluster, minSize: 2, desiredSize: 3, maxSize: 10 });
 *
 * @throws ConstructError when sizes, disk or instance type break their rules.
 */
export class NodeGroup extends Construct {
  readonly nodeGroupName: string;
  readonly nodeGroupArn: string;
  readonly roleArn: string;
  /** The Auto Scaling group behind it, for alarms. */
  readonly autoScalingGroupName: string;

  constructor(scope: Construct, id: string, props: NodeGroupProps) {
    super(scope, id);
    const { cluster, minSize, maxSize, instanceType, diskSizeGib, labels } = { ...DEFAULTS, ...props };
    const desiredSize = props.desiredSize ?? Math.min(Math.max(DEFAULTS.desiredSize, minSize), maxSize);
    const name = nameOf(this, props.name);
    this.check({ minSize, desiredSize, maxSize }, diskSizeGib, instanceType);
    const encryptionKey = props.encryptionKey ?? cluster.encryptionKey;
    encryptionKey?.allowAutoScaling?.();

    const { role, permissions } = this.role(name);
    const template = this.launchTemplate(name, { instanceType, diskSizeGib, ...(encryptionKey && { encryptionKey }) });
    const group = new EksNodeGroup(this, "group", {
      nodeGroupName: name,
      clusterName: cluster.clusterName,
      nodeRoleArn: role.arn,
      subnetIds: [...cluster.nodeSubnetIds],
      version: cluster.version,
      ...(props.releaseVersion !== undefined && { releaseVersion: props.releaseVersion }),
      amiType: isGraviton(instanceType) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD",
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      scalingConfig: { minSize, desiredSize, maxSize },
      updateConfig: { maxUnavailablePercentage: 33 },
      nodeRepairConfig: { enabled: true },
      ...(Object.keys(labels).length > 0 && { labels: { ...labels } }),
      lifecycle: { createBeforeDestroy: true, ignoreChanges: ["scaling_config[0].desired_size"] },
      dependsOn: [...permissions, ...(cluster.beforeNodes ?? [])],
    });
    cluster.afterNodes?.(group);
    this.nodeGroupName = group.nodeGroupName;
    this.nodeGroupArn = group.arn;
    this.roleArn = role.arn;
    this.autoScalingGroupName = group.resources.get(0).autoscalingGroups.get(0).name;
  }

  private role(name: string): { role: IamRole; permissions: IamRolePolicyAttachment[] } {
    const role = new IamRole(this, "role", {
      // A prefix: the role of the next group exists beside this one's. IAM leaves 38 characters for it.
      namePrefix: `${name.slice(0, 37)}-`,
      description: `Nodes of the node group ${name}`,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", {
        statement: [{ principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }], actions: ["sts:AssumeRole"] }],
      }).json,
    });
    const { partition } = AwsAccount.of(this);
    const permissions = NODE_POLICIES.map(
      (policy) => new IamRolePolicyAttachment(this, policy, { role: role.name, policyArn: `arn:${partition}:iam::aws:policy/${policy}` }),
    );
    return { role, permissions };
  }

  private launchTemplate(
    name: string,
    { instanceType, diskSizeGib, encryptionKey }: { instanceType: string; diskSizeGib: number; encryptionKey?: IEncryptionKey },
  ): LaunchTemplate {
    return new LaunchTemplate(this, "template", {
      namePrefix: `${name}-`,
      description: `Nodes of the node group ${name}`,
      // Here and not in the group, where another type would replace the group.
      instanceType,
      updateDefaultVersion: true,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
      monitoring: { enabled: true },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: diskSizeGib,
            encrypted: "true",
            deleteOnTermination: "true",
            ...(encryptionKey && { kmsKeyId: encryptionKey.keyArn }),
          },
        },
      ],
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags: { Name: name } })),
      tags: { Name: name },
    });
  }

  private check(sizes: { minSize: number; desiredSize: number; maxSize: number }, diskSizeGib: number, instanceType: string): void {
    const { minSize, desiredSize, maxSize } = sizes;
    const whole = Object.values(sizes).every((size) => Number.isInteger(size));
    if (!whole || minSize < 0 || maxSize < 1 || minSize > desiredSize || desiredSize > maxSize) {
      throw new ConstructError(
        this,
        `minSize is ${minSize}, desiredSize is ${desiredSize}, maxSize is ${maxSize}; they are whole numbers with 0 ≤ minSize ≤ desiredSize ≤ maxSize and 1 ≤ maxSize.`,
        `Put them in that order, for example ${DEFAULTS.minSize}, ${DEFAULTS.desiredSize} and ${DEFAULTS.maxSize}.`,
      );
    }
    if (!Number.isInteger(diskSizeGib) || diskSizeGib < 20 || diskSizeGib > 16_384) {
      throw new ConstructError(
        this,
        `diskSizeGib is ${diskSizeGib}; a root disk has 20 (the EKS image) to 16384 GiB (gp3), in whole numbers.`,
        `Leave it out for ${DEFAULTS.diskSizeGib}.`,
      );
    }
    if (!Token.isUnresolved(instanceType) && !/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(instanceType)) {
      throw new ConstructError(this, `instanceType is "${instanceType}", which is not the form of an EC2 instance type.`, `Write, for example, "${DEFAULTS.instanceType}".`);
    }
  }
}

/** By AWS' naming: a "g" after the generation's number is Graviton (m7g, c6gn, x2gd); a1 is the one older. */
function isGraviton(instanceType: string): boolean {
  return /^([a-z]+\d+[a-z]*g[a-z]*|a1)\./.test(instanceType);
}
