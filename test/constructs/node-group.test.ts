import { EncryptionKey } from "../../lib/constructs/encryption-key";
import type { ICluster } from "../../lib/constructs/kubernetes-cluster";
import { DEFAULTS, NodeGroup, type NodeGroupProps } from "../../lib/constructs/node-group";
import { emptyStack, errorOf, hclBlocks, Synthesized } from "./support/terraform";

const cluster: ICluster = {
  clusterName: "specweave-prod",
  clusterArn: "arn:aws:eks:eu-central-1:123456789012:cluster/specweave-prod",
  endpoint: "https://cluster.invalid",
  certificateAuthorityData: "",
  clusterSecurityGroupId: "sg-1",
  version: "1.35",
  nodeSubnetIds: ["subnet-1", "subnet-2"],
};

function synthesize(props: Partial<NodeGroupProps> = {}): Synthesized {
  const stack = emptyStack();
  new NodeGroup(stack, "workers", {
    name: "specweave-workers",
    cluster,
    ...props,
  });
  return new Synthesized(stack);
}

describe("NodeGroup", () => {
  test("has the defaults that its documentation names", () => {
    expect(DEFAULTS).toEqual({
      minSize: 2,
      desiredSize: 3,
      maxSize: 10,
      instanceType: "m6i.large",
      diskSizeGib: 50,
      labels: {},
    });
  });

  test("joins the cluster at the cluster's version, in its subnets, on Amazon Linux 2023", () => {
    expect(synthesize().resource("aws_eks_node_group")).toMatchObject({
      node_group_name: "specweave-workers",
      cluster_name: "specweave-prod",
      subnet_ids: ["subnet-1", "subnet-2"],
      version: "1.35",
      ami_type: "AL2023_x86_64_STANDARD",
    });
  });

  describe("size", () => {
    test("starts at 3 between 2 and 10, and what scales the cluster may change it", () => {
      expect(synthesize().resource("aws_eks_node_group")).toMatchObject({
        scaling_config: { min_size: 2, desired_size: 3, max_size: 10 },
        lifecycle: { ignore_changes: ["scaling_config[0].desired_size"] },
      });
    });

    test.each([
      [{ minSize: 5 }, { min_size: 5, desired_size: 5, max_size: 10 }],
      [
        { minSize: 1, maxSize: 2 },
        { min_size: 1, desired_size: 2, max_size: 2 },
      ],
      [
        { minSize: 0, desiredSize: 0, maxSize: 1 },
        { min_size: 0, desired_size: 0, max_size: 1 },
      ],
    ])("starts as near to 3 as %j allows", (sizes, scaling) => {
      expect(synthesize(sizes).resource("aws_eks_node_group")["scaling_config"]).toEqual(scaling);
    });

    test.each([
      { minSize: 4, desiredSize: 3, maxSize: 10 },
      { minSize: 2, desiredSize: 11, maxSize: 10 },
      { minSize: 0, desiredSize: 0, maxSize: 0 },
      { minSize: -1, desiredSize: 3, maxSize: 10 },
      { minSize: 2, desiredSize: 2.5, maxSize: 10 },
    ])("throws when it is %j", (sizes) => {
      expect(errorOf(() => synthesize(sizes)).message).toBe(
        `stack/workers: minSize is ${sizes.minSize}, desiredSize is ${sizes.desiredSize}, maxSize is ${sizes.maxSize}; they are whole numbers with 0 ≤ minSize ≤ desiredSize ≤ maxSize and 1 ≤ maxSize.\n    → Put them in that order, for example 2, 3 and 10.`,
      );
    });
  });

  test("updates a third of the nodes at once and repairs sick ones", () => {
    expect(synthesize().resource("aws_eks_node_group")).toMatchObject({
      update_config: { max_unavailable_percentage: 33 },
      node_repair_config: { enabled: true },
    });
  });

  test("makes the new group before the old one goes, where it must be replaced", () => {
    expect(synthesize().resource("aws_eks_node_group")["lifecycle"]["create_before_destroy"]).toBe(true);
  });

  describe("instance", () => {
    test("answers metadata to the node itself only, by token, and is watched closely", () => {
      expect(synthesize().resource("aws_launch_template")).toMatchObject({
        metadata_options: {
          http_endpoint: "enabled",
          http_tokens: "required",
          http_put_response_hop_limit: 1,
        },
        monitoring: { enabled: true },
      });
    });

    test("has its type in the launch template, so that another type rolls instead of replacing the group", () => {
      const synthesized = synthesize({ instanceType: "m7i.xlarge" });
      const template = synthesized.address("workers/template");
      expect(synthesized.resource("aws_launch_template")["instance_type"]).toBe("m7i.xlarge");
      expect(synthesized.resource("aws_eks_node_group")["launch_template"]).toEqual({
        id: `\${${template}.id}`,
        version: `\${${template}.latest_version}`,
      });
      expect(synthesized.resource("aws_eks_node_group")).not.toHaveProperty("instance_types");
    });

    test.each(["t4g.small", "m7g.large", "c6gn.xlarge", "x2gd.medium", "im4gn.large", "g5g.xlarge", "a1.large"])(
      "runs the ARM image on %s",
      (instanceType) => {
        expect(synthesize({ instanceType }).resource("aws_eks_node_group")["ami_type"]).toBe("AL2023_ARM_64_STANDARD");
      },
    );

    test.each(["t3.large", "m6i.large", "g4dn.xlarge", "g5.xlarge", "p4d.24xlarge", "m6a.large", "u-6tb1.metal"])(
      "runs the x86 image on %s",
      (instanceType) => {
        expect(synthesize({ instanceType }).resource("aws_eks_node_group")["ami_type"]).toBe("AL2023_x86_64_STANDARD");
      },
    );

    test("names itself, its disk and its interface after the group", () => {
      expect(synthesize().resource("aws_launch_template")["tag_specifications"]).toEqual(
        ["instance", "volume", "network-interface"].map((resource_type) => ({
          resource_type,
          tags: { Name: "specweave-workers" },
        })),
      );
    });

    test.each(["m6i", "large", "M6I.large", '${file("x")}.large '])("throws when its type is %p", (instanceType) => {
      expect(errorOf(() => synthesize({ instanceType })).message).toBe(
        `stack/workers: instanceType is "${instanceType}", which is not the form of an EC2 instance type.\n    → Write, for example, "m6i.large".`,
      );
    });
  });

  describe("disk", () => {
    const diskOf = (synthesized: Synthesized) => synthesized.resource("aws_launch_template")["block_device_mappings"];

    test("is encrypted gp3, by the key of AWS where the cluster has none", () => {
      expect(diskOf(synthesize())).toEqual([
        {
          device_name: "/dev/xvda",
          ebs: {
            volume_type: "gp3",
            volume_size: 50,
            encrypted: "true",
            delete_on_termination: "true",
          },
        },
      ]);
    });

    test("is encrypted by the cluster's key, which then lets Auto Scaling use it", () => {
      // GIVEN
      const stack = emptyStack();
      const encryptionKey = new EncryptionKey(stack, "key");

      // WHEN
      new NodeGroup(stack, "workers", {
        cluster: { ...cluster, encryptionKey },
      });

      // THEN
      const synthesized = new Synthesized(stack);
      expect(diskOf(synthesized)[0]["ebs"]["kms_key_id"]).toBe(`\${${synthesized.address("key/key")}.arn}`);
      expect(synthesized.statements("key/policy").map(({ sid }) => sid)).toContain("AutoScalingLendsVolumes");
    });

    test.each([19, 20.5, 16_385])("throws when it has %p GiB", (diskSizeGib) => {
      expect(errorOf(() => synthesize({ diskSizeGib })).message).toBe(
        `stack/workers: diskSizeGib is ${diskSizeGib}; a root disk has 20 (the EKS image) to 16384 GiB (gp3), in whole numbers.\n    → Leave it out for 50.`,
      );
    });
  });

  test("may join the cluster, pull images and be reached through Session Manager, and nothing else", () => {
    const synthesized = synthesize();
    expect(Object.values(synthesized.resources("aws_iam_role_policy_attachment")).map(({ policy_arn: arn }) => arn.replace(/^.*\//, ""))).toEqual([
      "AmazonEC2ContainerRegistryPullOnly",
      "AmazonEKSWorkerNodePolicy",
      "AmazonSSMManagedInstanceCore",
    ]);
    expect(synthesized.resource("aws_eks_node_group")["depends_on"]).toEqual(
      expect.arrayContaining(
        ["workers/AmazonEKSWorkerNodePolicy", "workers/AmazonEC2ContainerRegistryPullOnly"].map((path) => synthesized.address(path)),
      ),
    );
  });

  test("works with a cluster of one's own, that tells no order", () => {
    expect(synthesize().resource("aws_eks_node_group")["depends_on"]).toHaveLength(3);
  });

  test("labels nodes when asked", () => {
    expect(synthesize({ labels: { pool: "general" } }).resource("aws_eks_node_group")["labels"]).toEqual({ pool: "general" });
    expect(synthesize().resource("aws_eks_node_group")).not.toHaveProperty("labels");
  });

  test("stays at a release of the image when one is given", () => {
    expect(synthesize({ releaseVersion: "1.35.0-20260601" }).resource("aws_eks_node_group")["release_version"]).toBe("1.35.0-20260601");
  });

  test("reads like this in HCL", () => {
    const stack = emptyStack();
    new NodeGroup(stack, "workers", { name: "specweave-workers", cluster });
    expect(hclBlocks(stack, ["aws_eks_node_group", "workers"])).toMatchInlineSnapshot(`
      "resource "aws_eks_node_group" "workers_group_CFEF7E2A" {
      ami_type = "AL2023_x86_64_STANDARD"
      cluster_name = "specweave-prod"
      node_group_name = "specweave-workers"
      node_role_arn = "\${aws_iam_role.workers_role_6E5104C6.arn}"
      subnet_ids = [
      "subnet-1",
      "subnet-2"
      ]
      version = "1.35"
      launch_template {
      id = "\${aws_launch_template.workers_template_1C7C5B03.id}"
      version = "\${aws_launch_template.workers_template_1C7C5B03.latest_version}"
      }
      node_repair_config {
      enabled = true
      }
      scaling_config {
      desired_size = 3
      max_size = 10
      min_size = 2
      }
      update_config {
      max_unavailable_percentage = 33
      }
      depends_on = [
      "aws_iam_role_policy_attachment.workers_AmazonEKSWorkerNodePolicy_0BAF1CD7",
      "aws_iam_role_policy_attachment.workers_AmazonEC2ContainerRegistryPullOnly_EEC8037E",
      "aws_iam_role_policy_attachment.workers_AmazonSSMManagedInstanceCore_1EAE0869",
      ]
      lifecycle {
        create_before_destroy = true
        ignore_changes = [
      "scaling_config[0].desired_size",
      ]
      }
      }"
    `);
  });
});
