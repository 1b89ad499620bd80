import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { TerraformStack } from "cdktf";
import { DEFAULTS, KubernetesCluster, type KubernetesClusterProps } from "../../lib/constructs/kubernetes-cluster";
import type { INetwork } from "../../lib/constructs/network";
import { NodeGroup } from "../../lib/constructs/node-group";
import { emptyStack, errorOf, hclBlocks, Synthesized } from "./support/terraform";

const encryptionKey = {
  keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1234",
};
const network: INetwork = {
  vpcId: "vpc-1",
  vpcCidr: "10.0.0.0/16",
  publicSubnetIds: ["subnet-1", "subnet-2"],
  privateSubnetIds: ["subnet-3", "subnet-4"],
  dataSubnetIds: ["subnet-5", "subnet-6"],
};

function clusterIn(stack: TerraformStack, props: Partial<KubernetesClusterProps> = {}): KubernetesCluster {
  return new KubernetesCluster(stack, "cluster", {
    name: "specweave-prod",
    network,
    encryptionKey,
    ...props,
  });
}

function synthesize(props: Partial<KubernetesClusterProps> = {}): Synthesized {
  const stack = emptyStack();
  clusterIn(stack, props);
  return new Synthesized(stack);
}

describe("KubernetesCluster", () => {
  test("has the defaults that its documentation names", () => {
    expect(DEFAULTS).toEqual({
      version: "1.35",
      publicAccessCidrs: [],
      publicAccessFromAnywhere: false,
      logRetentionDays: 365,
      deletionProtection: true,
      support: "STANDARD",
      adminPrincipalArns: [],
      addonVersions: {},
    });
  });

  test("lies in private subnets, is protected from deletion and is upgraded in time", () => {
    expect(synthesize().resource("aws_eks_cluster")).toMatchObject({
      name: "specweave-prod",
      version: DEFAULTS.version,
      deletion_protection: true,
      upgrade_policy: { support_type: "STANDARD" },
      vpc_config: { subnet_ids: ["subnet-3", "subnet-4"] },
    });
  });

  test("encrypts secrets, and keeps all five kinds of log in an encrypted group that is there first", () => {
    const synthesized = synthesize();
    expect(synthesized.resource("aws_eks_cluster")).toMatchObject({
      encryption_config: {
        provider: { key_arn: encryptionKey.keyArn },
        resources: ["secrets"],
      },
      enabled_cluster_log_types: ["api", "audit", "authenticator", "controllerManager", "scheduler"],
      depends_on: expect.arrayContaining([synthesized.address("cluster/logs/group")]),
    });
    expect(synthesized.resource("aws_cloudwatch_log_group")).toMatchObject({
      name: "/aws/eks/specweave-prod/cluster",
      kms_key_id: encryptionKey.keyArn,
      retention_in_days: 365,
    });
  });

  test("makes a key of its own when it is given none", () => {
    const stack = emptyStack();
    const cluster = new KubernetesCluster(stack, "cluster", {
      name: "specweave-prod",
      network,
    });
    const synthesized = new Synthesized(stack);
    expect(synthesized.resource("aws_kms_alias")["name"]).toBe("alias/specweave-prod");
    expect(cluster.encryptionKey).toBe(cluster.node.findChild("key"));
  });

  test("waits for its role's permissions, so that EKS can still clean up when it is destroyed", () => {
    const synthesized = synthesize();
    expect(synthesized.resource("aws_eks_cluster")["depends_on"]).toEqual([
      synthesized.address("cluster/logs/group"),
      synthesized.address("cluster/AmazonEKSClusterPolicy"),
      synthesized.address("cluster/encrypt-secrets"),
    ]);
    expect(synthesized.statements("cluster/trust")).toEqual([
      {
        principals: [{ type: "Service", identifiers: ["eks.amazonaws.com"] }],
        actions: ["sts:AssumeRole"],
      },
    ]);
    expect(synthesized.statements("cluster/encrypt-secrets-permissions")[0]!["resources"]).toEqual([encryptionKey.keyArn]);
  });

  describe("endpoint", () => {
    test("is private unless ranges are named", () => {
      const { vpc_config: config } = synthesize().resource("aws_eks_cluster");
      expect(config).toMatchObject({
        endpoint_private_access: true,
        endpoint_public_access: false,
      });
      expect(config).not.toHaveProperty("public_access_cidrs");
    });

    test("is public, too, for the ranges that are named", () => {
      expect(synthesize({ publicAccessCidrs: ["203.0.113.0/24"] }).resource("aws_eks_cluster")["vpc_config"]).toMatchObject({
        endpoint_private_access: true,
        endpoint_public_access: true,
        public_access_cidrs: ["203.0.113.0/24"],
      });
    });

    test("throws when a range is the whole internet", () => {
      expect(
        errorOf(() =>
          clusterIn(emptyStack(), {
            publicAccessCidrs: ["203.0.113.0/24", "0.0.0.0/0"],
          }),
        ).message,
      ).toBe(
        "stack/cluster: publicAccessCidrs has 0.0.0.0/0, which opens the Kubernetes API to the whole internet.\n    → Name the ranges of your offices and runners, or leave them out and use a tunnel. If it is meant, set publicAccessFromAnywhere to true.",
      );
    });

    test("takes the whole internet when that is said twice", () => {
      const cluster = synthesize({
        publicAccessCidrs: ["0.0.0.0/0"],
        publicAccessFromAnywhere: true,
      }).resource("aws_eks_cluster");
      expect(cluster["vpc_config"]["public_access_cidrs"]).toEqual(["0.0.0.0/0"]);
    });
  });

  describe("access", () => {
    test("is a matter of the EKS API alone, with no administrator by chance", () => {
      expect(synthesize().resource("aws_eks_cluster")).toMatchObject({
        access_config: {
          authentication_mode: "API",
          bootstrap_cluster_creator_admin_permissions: false,
        },
        lifecycle: {
          ignore_changes: ["access_config", "bootstrap_self_managed_addons"],
        },
      });
    });

    test("is given to who applies first, and not taken away when another one applies", () => {
      const synthesized = synthesize();
      const entry = synthesized.address("cluster/admin-deployer");
      expect(synthesized.resource("aws_eks_access_entry")).toMatchObject({
        principal_arn: expect.stringMatching(/^\$\{data\.aws_iam_session_context\..*\.issuer_arn\}$/),
        lifecycle: { ignore_changes: ["principal_arn"] },
      });
      expect(synthesized.resource("aws_eks_access_policy_association")).toMatchObject({
        principal_arn: `\${${entry}.principal_arn}`,
        policy_arn: expect.stringMatching(/:eks::aws:cluster-access-policy\/AmazonEKSClusterAdminPolicy$/),
        access_scope: { type: "cluster" },
      });
    });

    test("is given to named administrators instead, each under an address of its own whatever the order", () => {
      const arns = ["arn:aws:iam::123456789012:role/platform/admins", "arn:aws:iam::123456789012:user/ada"];
      const [there, back] = [synthesize({ adminPrincipalArns: arns }), synthesize({ adminPrincipalArns: [...arns].reverse() })];
      expect(Object.keys(there.resources("aws_eks_access_entry"))).toEqual(["cluster/admin-role-platform-admins", "cluster/admin-user-ada"]);
      expect(back.resources("aws_eks_access_entry")).toEqual(there.resources("aws_eks_access_entry"));
      expect(there.dataSources("aws_iam_session_context")).toEqual({});
    });

    test("is given to a role for one namespace", () => {
      // GIVEN
      const stack = emptyStack();
      const cluster = clusterIn(stack);

      // WHEN
      cluster.grantNamespaceEdit("arn:aws:iam::123456789012:role/deploy", "specweave");

      // THEN
      expect(new Synthesized(stack).resources("aws_eks_access_policy_association")["cluster/edit-specweave-policy"]).toMatchObject({
        policy_arn: expect.stringMatching(/\/AmazonEKSEditPolicy$/),
        access_scope: { type: "namespace", namespaces: ["specweave"] },
      });
    });

    test("is one entry for a role that edits two namespaces, since EKS takes one a principal", () => {
      const stack = emptyStack();
      const role = new IamRole(stack, "role", { assumeRolePolicy: "{}" });
      const cluster = clusterIn(stack);
      for (const namespace of ["specweave", "jobs", "specweave"]) cluster.grantNamespaceEdit(role.arn, namespace);
      const synthesized = new Synthesized(stack);
      expect(Object.keys(synthesized.resources("aws_eks_access_entry"))).toEqual(["cluster/admin-deployer", "cluster/edit-specweave"]);
      expect(synthesized.resources("aws_eks_access_policy_association")["cluster/edit-specweave-policy"]!["access_scope"]).toEqual({
        type: "namespace",
        namespaces: ["specweave", "jobs"],
      });
    });

    test("throws when two principals edit one namespace and neither has an id", () => {
      const cluster = clusterIn(emptyStack());
      cluster.grantNamespaceEdit("arn:aws:iam::123456789012:role/deploy", "specweave");
      cluster.grantNamespaceEdit("arn:aws:iam::123456789012:role/jobs", "specweave", "edit-by-jobs");
      expect(errorOf(() => cluster.grantNamespaceEdit("arn:aws:iam::123456789012:role/third", "specweave")).message).toBe(
        'stack/cluster: grantNamespaceEdit was called for the namespace "specweave" and another principal already, and both are "edit-specweave" in the tree.\n    → Give one of the calls an id of its own, as the third argument.',
      );
    });

    test("throws when a principal is a session", () => {
      const arn = "arn:aws:sts::123456789012:assumed-role/admins/ada";
      const message = `stack/cluster: "${arn}" is not the ARN of a role or a user, and EKS grants access to these only.\n    → Write arn:aws:iam::<account>:role/<path and name>: for a session (arn:aws:sts::…:assumed-role/…), that of the role which was assumed.`;
      expect(errorOf(() => clusterIn(emptyStack(), { adminPrincipalArns: [arn] })).message).toBe(message);
      expect(errorOf(() => clusterIn(emptyStack()).grantNamespaceEdit(arn, "specweave")).message).toBe(message);
    });

    test("throws when an administrator is named twice", () => {
      const arn = "arn:aws:iam::123456789012:role/admins";
      expect(errorOf(() => clusterIn(emptyStack(), { adminPrincipalArns: [arn, arn] })).message).toBe(
        `stack/cluster: adminPrincipalArns names "${arn}" twice; EKS takes one entry a principal.\n    → Leave one of them out.`,
      );
    });

    test("throws when a namespace cannot be one", () => {
      expect(errorOf(() => clusterIn(emptyStack()).grantNamespaceEdit("arn:aws:iam::123456789012:role/deploy", "Spec_Weave")).message).toBe(
        'stack/cluster: namespace is "Spec_Weave"; a namespace has at most 63 small letters, digits and dashes, with no dash at either end (and "*" for any of these).\n    → Give the name as it stands in Kubernetes.',
      );
    });
  });

  describe("add-ons", () => {
    /** Name of the add-on by path. */
    const names = (synthesized: Synthesized) => Object.keys(synthesized.resources("aws_eks_addon"));

    test("are all that a cluster made without any needs", () => {
      const synthesized = synthesize();
      expect(synthesized.resource("aws_eks_cluster")["bootstrap_self_managed_addons"]).toBe(false);
      expect(names(synthesized).sort()).toEqual(
        ["aws-ebs-csi-driver", "coredns", "eks-pod-identity-agent", "kube-proxy", "vpc-cni"].map((name) => `cluster/${name}`),
      );
    });

    test("that nodes need come before them, and those that need nodes after", () => {
      // GIVEN
      const stack = emptyStack();
      const cluster = clusterIn(stack);

      // WHEN
      new NodeGroup(stack, "workers", { name: "specweave-workers", cluster });

      // THEN
      const synthesized = new Synthesized(stack);
      const nodes = synthesized.address("workers/group");
      expect(synthesized.resource("aws_eks_node_group")["depends_on"]).toEqual(
        expect.arrayContaining(["eks-pod-identity-agent", "kube-proxy", "vpc-cni"].map((name) => synthesized.address(`cluster/${name}`))),
      );
      const addons = synthesized.resources("aws_eks_addon");
      const waiting = Object.keys(addons).filter((path) => addons[path]!["depends_on"]?.includes(nodes));
      expect(waiting.sort()).toEqual(["cluster/aws-ebs-csi-driver", "cluster/coredns"]);
    });

    test("give pods addresses by the prefix and enforce network policies", () => {
      expect(synthesize().resources("aws_eks_addon")["cluster/vpc-cni"]!["configuration_values"]).toBe(
        '${jsonencode({"enableNetworkPolicy" = "true", "env" = {"ENABLE_PREFIX_DELEGATION" = "true", "WARM_PREFIX_TARGET" = "1"}})}',
      );
    });

    test("act by pod identity, each by a role of its own that nodes and other pods do not have", () => {
      const synthesized = synthesize();
      const identities = synthesized.resources("aws_eks_pod_identity_association");
      expect(Object.keys(identities).sort()).toEqual(["cluster/aws-ebs-csi-driver-identity", "cluster/vpc-cni-identity"]);
      expect(identities["cluster/vpc-cni-identity"]).toMatchObject({
        namespace: "kube-system",
        service_account: "aws-node",
        role_arn: `\${${synthesized.address("cluster/vpc-cni-role/role")}.arn}`,
      });
      expect(identities["cluster/aws-ebs-csi-driver-identity"]).toMatchObject({
        namespace: "kube-system",
        service_account: "ebs-csi-controller-sa",
        role_arn: `\${${synthesized.address("cluster/ebs-csi-role/role")}.arn}`,
      });
      expect(synthesized.resources("aws_iam_role_policy_attachment")["cluster/vpc-cni-role/AmazonEKS_CNI_Policy"]!["policy_arn"]).toMatch(
        /:policy\/AmazonEKS_CNI_Policy$/,
      );
      for (const addon of ["vpc-cni", "aws-ebs-csi-driver"]) {
        // There before the first pod starts, which would otherwise run without the role.
        expect(synthesized.resources("aws_eks_addon")[`cluster/${addon}`]!["depends_on"]).toEqual(
          expect.arrayContaining(["eks-pod-identity-agent", `${addon}-identity`].map((id) => synthesized.address(`cluster/${id}`))),
        );
      }
    });

    test("make volumes with the cluster's key, and lend it for volumes alone", () => {
      const [use, lend] = synthesize().statements("cluster/ebs-csi-role/permissions");
      expect(use!["resources"]).toEqual([encryptionKey.keyArn]);
      expect(lend).toMatchObject({
        actions: ["kms:CreateGrant"],
        condition: [
          {
            test: "Bool",
            variable: "kms:GrantIsForAWSResource",
            values: ["true"],
          },
        ],
      });
    });

    test("have the version that is given, and otherwise the one that EKS prefers", () => {
      const addons = synthesize({
        addonVersions: { coredns: "v1.12.4-eksbuild.1" },
      }).resources("aws_eks_addon");
      expect(addons["cluster/coredns"]!["addon_version"]).toBe("v1.12.4-eksbuild.1");
      expect(addons["cluster/vpc-cni"]).not.toHaveProperty("addon_version");
    });

    test("throws when a version is not one of an add-on", () => {
      expect(errorOf(() => clusterIn(emptyStack(), { addonVersions: { coredns: "1.12.4" } })).message).toBe(
        'stack/cluster: addonVersions has "1.12.4" for coredns; a version of an add-on looks like v1.20.4-eksbuild.1.\n    → Take one from: aws eks describe-addon-versions --addon-name coredns --kubernetes-version 1.35',
      );
    });
  });

  test("lets nodes wait for the way out of the network", () => {
    const route = new IamRole(emptyStack(), "stands-for-a-route", {
      assumeRolePolicy: "{}",
    });
    expect(clusterIn(emptyStack(), { network: { ...network, egress: [route] } }).beforeNodes).toContain(route);
  });

  test.each<[Partial<KubernetesClusterProps>, string]>([
    [{ version: "1.35.2" }, 'version is "1.35.2"; EKS takes a major and a minor version.\n    → Write, for example, "1.35".'],
    [
      { publicAccessCidrs: ["203.0.113.7"] },
      'publicAccessCidrs has "203.0.113.7", which is not an IPv4 range.\n    → Write, for example, 203.0.113.7/32 for one address.',
    ],
    [
      { network: { ...network, natGateways: "none" } },
      'network has natGateways "none"; nodes in its private subnets reach neither EKS nor a registry, and never become ready.\n    → Give the network natGateways "one" or "per-az". With VPC endpoints of your own, pass an INetwork without natGateways.',
    ],
  ])("throws when given %j", (props, message) => {
    expect(errorOf(() => clusterIn(emptyStack(), props)).message).toBe(`stack/cluster: ${message}`);
  });

  test("writes the cluster and its network add-on like this in HCL", () => {
    const stack = emptyStack();
    clusterIn(stack);
    expect(hclBlocks(stack, ["aws_eks_cluster", "cluster"], ["aws_eks_addon", "cluster_vpc-cni"])).toMatchInlineSnapshot(`
      "resource "aws_eks_cluster" "cluster_A4C38409" {
      bootstrap_self_managed_addons = false
      deletion_protection = true
      enabled_cluster_log_types = [
      "api",
      "audit",
      "authenticator",
      "controllerManager",
      "scheduler"
      ]
      name = "specweave-prod"
      role_arn = "\${aws_iam_role.cluster_role_7E4D8788.arn}"
      version = "1.35"
      access_config {
      authentication_mode = "API"
      bootstrap_cluster_creator_admin_permissions = false
      }
      encryption_config {
      resources = [
      "secrets"
      ]
      provider {
      key_arn = "arn:aws:kms:eu-central-1:123456789012:key/1234"
      }
      }
      upgrade_policy {
      support_type = "STANDARD"
      }
      vpc_config {
      endpoint_private_access = true
      endpoint_public_access = false
      subnet_ids = [
      "subnet-3",
      "subnet-4"
      ]
      }
      depends_on = [
      "aws_cloudwatch_log_group.cluster_logs_group_724E2B16",
      "aws_iam_role_policy_attachment.cluster_AmazonEKSClusterPolicy_7458BE05",
      "aws_iam_role_policy.cluster_encrypt-secrets_66180DFF",
      ]
      lifecycle {
        ignore_changes = [
      "access_config",
      "bootstrap_self_managed_addons",
      ]
      }
      }
      resource "aws_eks_addon" "cluster_vpc-cni_88A11E7C" {
      addon_name = "vpc-cni"
      cluster_name = "\${aws_eks_cluster.cluster_A4C38409.name}"
      configuration_values = "\${jsonencode({"enableNetworkPolicy" = "true", "env" = {"ENABLE_PREFIX_DELEGATION" = "true", "WARM_PREFIX_TARGET" = "1"}})}"
      resolve_conflicts_on_create = "OVERWRITE"
      resolve_conflicts_on_update = "OVERWRITE"
      depends_on = [
      "aws_eks_addon.cluster_eks-pod-identity-agent_328E1DF3",
      "aws_eks_pod_identity_association.cluster_vpc-cni-identity_9B72D0E2",
      "aws_iam_role_policy_attachment.cluster_vpc-cni-role_AmazonEKS_CNI_Policy_9F13FBEE",
      ]
      }"
    `);
  });
});
