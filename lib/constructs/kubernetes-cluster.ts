import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsIamSessionContext } from "@cdktf/provider-aws/lib/data-aws-iam-session-context";
import { EksAccessEntry } from "@cdktf/provider-aws/lib/eks-access-entry";
import { EksAccessPolicyAssociation } from "@cdktf/provider-aws/lib/eks-access-policy-association";
import { EksAddon } from "@cdktf/provider-aws/lib/eks-addon";
import { EksCluster } from "@cdktf/provider-aws/lib/eks-cluster";
import { EksPodIdentityAssociation } from "@cdktf/provider-aws/lib/eks-pod-identity-association";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { DefaultTokenResolver, dependable, Fn, type ITerraformDependable, StringConcat, Token, Tokenization } from "cdktf";
import { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { LogGroup, DEFAULTS as LOG_GROUP_DEFAULTS, type RetentionDays } from "./log-group";
import { nameOf } from "./names";
import type { INetwork } from "./network";
import { PodIdentityRole } from "./pod-identity-role";

/** What other constructs need of a cluster. Pass an object with these to use a cluster that you already have. */
export interface ICluster {
  readonly clusterName: string;
  readonly clusterArn: string;
  /** `https://…` of the Kubernetes API. */
  readonly endpoint: string;
  /** Base64 of the PEM certificate that the API's own is signed with. */
  readonly certificateAuthorityData: string;
  /** The group that EKS puts nodes and control plane in: what databases let in. */
  readonly clusterSecurityGroupId: string;
  /** Kubernetes' major and minor version, `1.35`. */
  readonly version: string;
  /** Where nodes go. */
  readonly nodeSubnetIds: readonly string[];
  /**
   * Encrypts what nodes keep on their disks.
   * @default - the key that AWS manages for EBS
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * What must exist before a node can become ready.
   * @default - nothing
   */
  readonly beforeNodes?: readonly ITerraformDependable[];
  /** Tells the cluster of nodes that what needs nodes has to wait for. */
  afterNodes?(nodes: ITerraformDependable): void;
}

/** The add-ons of EKS without which a cluster of this kind does not work. */
export type AddonName = "aws-ebs-csi-driver" | "coredns" | "eks-pod-identity-agent" | "kube-proxy" | "vpc-cni";

export interface KubernetesClusterProps {
  /**
   * Name of the cluster. Changing it makes a new cluster.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /** The cluster goes into its private subnets. A zone that the network gets later reaches the cluster in place, and replaces its node groups. */
  readonly network: INetwork;
  /**
   * Kubernetes' major and minor version. Raise it by one minor version at a time; it cannot be lowered.
   * @default "1.35"
   */
  readonly version?: string;
  /**
   * IPv4 ranges that reach the Kubernetes API over the internet (it asks for credentials all the same). Without any, only
   * what is in the VPC reaches it, be it through a tunnel: see `GithubDeployRole.allowTunnel`.
   * @default []
   */
  readonly publicAccessCidrs?: readonly string[];
  /**
   * Takes `0.0.0.0/0` in `publicAccessCidrs`: the whole internet.
   * @default false
   */
  readonly publicAccessFromAnywhere?: boolean;
  /**
   * Encrypts Kubernetes secrets, control-plane logs, and the volumes of nodes and pods. Secrets stay with the key that the cluster was
   * made with: another one means a new cluster.
   * @default - a key of the cluster's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * Days that control-plane logs are kept for.
   * @default 365
   */
  readonly logRetentionDays?: RetentionDays;
  /**
   * EKS refuses to delete the cluster. Set it to false, and apply, before a wanted destroy.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * What happens 14 months after EKS got the version: `"STANDARD"`, EKS raises it by one; `"EXTENDED"`, it stays for 12 months more, and
   * the cluster costs 438 USD a month instead of 73.
   * @default "STANDARD"
   */
  readonly support?: "STANDARD" | "EXTENDED";
  /**
   * ARNs of roles or users that administer the whole cluster: of the role itself, not of a session (`arn:aws:sts::…:assumed-role/…`).
   * Without any, it is who applies first; a later one who applies does not become an administrator and does not take the first one's place.
   * @default []
   */
  readonly adminPrincipalArns?: readonly string[];
  /**
   * Versions of add-ons, `v1.20.4-eksbuild.1`. One that is not given is the one that EKS prefers for the cluster's version when the
   * add-on is made, and stays until it is given here: look at them when you raise `version`.
   * @default {}
   */
  readonly addonVersions?: Readonly<Partial<Record<AddonName, string>>>;
}

export const DEFAULTS = {
  version: "1.35",
  publicAccessCidrs: [],
  publicAccessFromAnywhere: false,
  logRetentionDays: LOG_GROUP_DEFAULTS.retentionDays,
  deletionProtection: true,
  support: "STANDARD",
  adminPrincipalArns: [],
  addonVersions: {},
} as const;

/** All that there are: https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html */
const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"];

const ACCESS_POLICY = { admin: "AmazonEKSClusterAdminPolicy", edit: "AmazonEKSEditPolicy" } as const;

/** What encrypting and decrypting with a key takes. */
const KEY_USE = ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*"];

interface PodIdentity {
  readonly role: PodIdentityRole;
  readonly serviceAccount: string;
}

interface Grant {
  readonly principal: string;
  readonly namespaces: string[];
  readonly association: EksAccessPolicyAssociation;
}

/**
 * An EKS cluster in private subnets: API private unless ranges are named, all logs kept, secrets encrypted, access by entries of the
 * EKS API alone, and the add-ons that every pod relies on, each with no more rights than it needs. 73 USD a month without nodes.
 *
 * It needs a `NodeGroup` in the same apply: CoreDNS and the EBS CSI driver wait for nodes to run on. Nodes wait for the network add-ons
 * in turn, since no node becomes ready without them.
 *
 * @example
 * const cluster = new KubernetesCluster(stack, "cluster", { name: "specweave-prod", network });
 * new NodeGroup(stack, "workers", { name: "specweave-workers", cluster });
 * cluster.grantNamespaceEdit(deployRole.roleArn, "specweave");
 *
 * @throws ConstructError when a prop breaks its rule, or the network has no way to the images that nodes start with.
 */
export class KubernetesCluster extends Construct implements ICluster {
  readonly clusterName: string;
  readonly clusterArn: string;
  readonly endpoint: string;
  readonly certificateAuthorityData: string;
  readonly clusterSecurityGroupId: string;
  readonly version: string;
  readonly nodeSubnetIds: readonly string[];
  readonly encryptionKey: IEncryptionKey;
  readonly beforeNodes: readonly ITerraformDependable[];

  private readonly addonVersions: Readonly<Partial<Record<AddonName, string>>>;
  private readonly waitingForNodes: EksAddon[] = [];
  private readonly grants: Grant[] = [];

  constructor(scope: Construct, id: string, props: KubernetesClusterProps) {
    super(scope, id);
    const { network, version, publicAccessCidrs, logRetentionDays, deletionProtection, support, adminPrincipalArns, addonVersions } = {
      ...DEFAULTS,
      ...props,
    };
    const name = nameOf(this, props.name);
    this.check(props);
    this.addonVersions = addonVersions;
    this.version = version;
    this.nodeSubnetIds = network.privateSubnetIds;
    this.encryptionKey =
      props.encryptionKey ?? new EncryptionKey(this, "key", { alias: name, description: `Encrypts secrets, logs and volumes of the cluster ${name}` });

    const logs = new LogGroup(this, "logs", {
      // Where EKS writes to: it makes the group itself, unencrypted, where it finds none.
      name: `/aws/eks/${name}/cluster`,
      retentionDays: logRetentionDays,
      encryptionKey: this.encryptionKey,
    });
    const role = this.clusterRole(name);
    const cluster = new EksCluster(this, "cluster", {
      name,
      roleArn: role.arn,
      version,
      enabledClusterLogTypes: LOG_TYPES,
      bootstrapSelfManagedAddons: false,
      deletionProtection,
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: false },
      upgradePolicy: { supportType: support },
      encryptionConfig: { provider: { keyArn: this.encryptionKey.keyArn }, resources: ["secrets"] },
      vpcConfig: {
        subnetIds: [...network.privateSubnetIds],
        endpointPrivateAccess: true,
        endpointPublicAccess: publicAccessCidrs.length > 0,
        ...(publicAccessCidrs.length > 0 && { publicAccessCidrs: [...publicAccessCidrs] }),
      },
      // Heeded when a cluster is made and never after ("API" has no way back): a difference later would replace the cluster for nothing.
      lifecycle: { ignoreChanges: ["access_config", "bootstrap_self_managed_addons"] },
      dependsOn: [logs.resource, ...role.permissions],
    });
    this.clusterName = cluster.name;
    this.clusterArn = cluster.arn;
    this.endpoint = cluster.endpoint;
    this.certificateAuthorityData = cluster.certificateAuthority.get(0).data;
    this.clusterSecurityGroupId = cluster.vpcConfig.clusterSecurityGroupId;

    if (adminPrincipalArns.length === 0) this.admin("deployer");
    for (const [i, arn] of adminPrincipalArns.entries()) this.admin(adminKey(arn, i), arn);

    const { network: networkAddons, ready } = this.addonsBeforeNodes(name);
    this.addonsAfterNodes(name, ready);
    this.beforeNodes = [...networkAddons, ...(network.egress ?? [])];
  }

  /**
   * Lets a role or user read and change what is in one namespace, and nothing else in the cluster: enough for `kubectl set image` and
   * `rollout status`. For the same principal again, adds the namespace.
   *
   * @param principalArn of the role itself, not of a session.
   * @param namespace its name, or a pattern such as `api-*`.
   * @param id names the grant in the construct tree, where two principals edit one namespace.
   * @throws ConstructError when the namespace's name cannot be one, or another principal was granted it under the same id.
   */
  grantNamespaceEdit(principalArn: string, namespace: string, id = `edit-${namespace}`): void {
    if (!Token.isUnresolved(namespace) && !/^[a-z0-9*]([a-z0-9*-]{0,61}[a-z0-9*])?$/.test(namespace)) {
      throw new ConstructError(
        this,
        `namespace is "${namespace}"; a namespace has at most 63 small letters, digits and dashes, with no dash at either end (and "*" for any of these).`,
        "Give the name as it stands in Kubernetes.",
      );
    }
    this.checkPrincipal(principalArn);
    const principal = referenceOf(this, principalArn);
    const grant = this.grants.find((known) => known.principal === principal);
    if (grant) {
      if (!grant.namespaces.includes(namespace)) grant.namespaces.push(namespace);
      grant.association.putAccessScope({ type: "namespace", namespaces: [...grant.namespaces] });
      return;
    }
    if (this.node.tryFindChild(id)) {
      throw new ConstructError(this, `grantNamespaceEdit was called for the namespace "${namespace}" and another principal already, and both are "${id}" in the tree.`, "Give one of the calls an id of its own, as the third argument.");
    }
    this.grants.push({ principal, namespaces: [namespace], association: this.access(id, principalArn, ACCESS_POLICY.edit, { type: "namespace", namespaces: [namespace] }) });
  }

  /** Makes the add-ons that need nodes wait for these; `NodeGroup` calls it. */
  afterNodes(nodes: ITerraformDependable): void {
    for (const addon of this.waitingForNodes) addon.dependsOn = [...(addon.dependsOn ?? []), dependable(nodes)];
  }

  /** The role by which the control plane acts: EC2 and load balancers by AWS' own policy, and its one key. */
  private clusterRole(name: string): { arn: string; permissions: ITerraformDependable[] } {
    const role = new IamRole(this, "role", {
      name: `${name}-cluster`,
      description: `Control plane of the cluster ${name}`,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", {
        statement: [{ principals: [{ type: "Service", identifiers: ["eks.amazonaws.com"] }], actions: ["sts:AssumeRole"] }],
      }).json,
    });
    return {
      arn: role.arn,
      permissions: [
        new IamRolePolicyAttachment(this, "AmazonEKSClusterPolicy", {
          role: role.name,
          policyArn: `arn:${AwsAccount.of(this).partition}:iam::aws:policy/AmazonEKSClusterPolicy`,
        }),
        new IamRolePolicy(this, "encrypt-secrets", {
          name: "encrypt-secrets",
          role: role.name,
          policy: new DataAwsIamPolicyDocument(this, "encrypt-secrets-permissions", {
            statement: [
              { actions: ["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"], resources: [this.encryptionKey.keyArn] },
            ],
          }).json,
        }),
      ],
    };
  }

  private admin(key: string, principalArn?: string): void {
    if (principalArn !== undefined) this.checkPrincipal(principalArn);
    const id = `admin-${key}`;
    if (this.node.tryFindChild(id)) {
      throw new ConstructError(this, `adminPrincipalArns names "${principalArn}" twice; EKS takes one entry a principal.`, "Leave one of them out.");
    }
    const arn = principalArn ?? new DataAwsIamSessionContext(this, "deployer", { arn: AwsAccount.of(this).callerArn }).issuerArn;
    this.access(id, arn, ACCESS_POLICY.admin, { type: "cluster" }, { keepPrincipal: principalArn === undefined });
  }

  private access(
    id: string,
    principalArn: string,
    policy: string,
    accessScope: { type: "cluster" } | { type: "namespace"; namespaces: string[] },
    { keepPrincipal = false } = {},
  ): EksAccessPolicyAssociation {
    const entry = new EksAccessEntry(this, id, {
      clusterName: this.clusterName,
      principalArn,
      type: "STANDARD",
      // Who applies is another one next time; replacing the entry would lock the first one out.
      ...(keepPrincipal && { lifecycle: { ignoreChanges: ["principal_arn"] } }),
    });
    return new EksAccessPolicyAssociation(this, `${id}-policy`, {
      clusterName: entry.clusterName,
      // The entry's, not the given one: it is the entry that remembers.
      principalArn: entry.principalArn,
      policyArn: `arn:${AwsAccount.of(this).partition}:eks::aws:cluster-access-policy/${policy}`,
      accessScope,
    });
  }

  /**
   * DaemonSets, which EKS calls active while there are no nodes. kube-proxy is among them, since the network plugin reaches the API through a
   * Service address, and that is kube-proxy's work: nodes that wait for it would wait for ever.
   */
  private addonsBeforeNodes(name: string): { network: EksAddon[]; ready: EksAddon } {
    const agent = this.addon("eks-pod-identity-agent");
    const cniRole = new PodIdentityRole(this, "vpc-cni-role", {
      name: `${name}-vpc-cni`,
      description: `Lets pods of the cluster ${name} get addresses of the VPC`,
      managedPolicies: ["AmazonEKS_CNI_Policy"],
    });
    const cni = this.addon("vpc-cni", {
      // Prefixes of 16 addresses: a node takes 110 pods, where it would take 29 (m6i.large) with single addresses.
      configuration: { enableNetworkPolicy: "true", env: { ENABLE_PREFIX_DELEGATION: "true", WARM_PREFIX_TARGET: "1" } },
      podIdentity: { role: cniRole, serviceAccount: "aws-node" },
      dependsOn: [agent],
    });
    return { network: [agent, this.addon("kube-proxy"), cni], ready: agent };
  }

  /** EKS waits until their pods run, and fails after 20 minutes without a node. */
  private addonsAfterNodes(name: string, agent: EksAddon): void {
    const csiRole = new PodIdentityRole(this, "ebs-csi-role", {
      name: `${name}-ebs-csi`,
      description: `Lets the EBS CSI driver of the cluster ${name} make encrypted volumes`,
      managedPolicies: ["service-role/AmazonEBSCSIDriverPolicy"],
      statements: [
        { actions: KEY_USE, resources: [this.encryptionKey.keyArn] },
        {
          actions: ["kms:CreateGrant"],
          resources: [this.encryptionKey.keyArn],
          condition: [{ test: "Bool", variable: "kms:GrantIsForAWSResource", values: ["true"] }],
        },
      ],
    });
    this.waitingForNodes.push(
      this.addon("coredns"),
      this.addon("aws-ebs-csi-driver", { podIdentity: { role: csiRole, serviceAccount: "ebs-csi-controller-sa" }, dependsOn: [agent] }),
    );
  }

  private addon(
    addonName: AddonName,
    options: {
      readonly configuration?: object;
      readonly podIdentity?: PodIdentity;
      readonly dependsOn?: readonly ITerraformDependable[];
    } = {},
  ): EksAddon {
    const { configuration, podIdentity, dependsOn = [] } = options;
    const addonVersion = this.addonVersions[addonName];
    return new EksAddon(this, addonName, {
      clusterName: this.clusterName,
      addonName,
      ...(addonVersion !== undefined && { addonVersion }),
      // What Terraform says holds, over what somebody changed by hand.
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      ...(configuration && { configurationValues: Fn.jsonencode(configuration) }),
      dependsOn: [...dependsOn, ...(podIdentity ? [this.podIdentity(addonName, podIdentity), ...podIdentity.role.permissions] : [])],
    });
  }

  /**
   * A resource of its own, made before the add-on, so that its first pods have the role already. On AWS the add-on's own block comes to the
   * same association; some emulations of AWS answer to the block in a form that the provider cannot read.
   */
  private podIdentity(addonName: AddonName, { role, serviceAccount }: PodIdentity): EksPodIdentityAssociation {
    return new EksPodIdentityAssociation(this, `${addonName}-identity`, {
      clusterName: this.clusterName,
      namespace: "kube-system",
      serviceAccount,
      roleArn: role.roleArn,
    });
  }

  private check(props: KubernetesClusterProps): void {
    const { network, version, publicAccessCidrs, publicAccessFromAnywhere, addonVersions } = { ...DEFAULTS, ...props };
    if (!Token.isUnresolved(version) && !/^1\.\d{2}$/.test(version)) {
      throw new ConstructError(this, `version is "${version}"; EKS takes a major and a minor version.`, `Write, for example, "${DEFAULTS.version}".`);
    }
    if (network.natGateways === "none") {
      throw new ConstructError(
        this,
        'network has natGateways "none"; nodes in its private subnets reach neither EKS nor a registry, and never become ready.',
        'Give the network natGateways "one" or "per-az". With VPC endpoints of your own, pass an INetwork without natGateways.',
      );
    }
    for (const cidr of publicAccessCidrs) {
      if (Token.isUnresolved(cidr)) continue;
      if (!/^\d{1,3}(\.\d{1,3}){3}\/([0-9]|[12][0-9]|3[0-2])$/.test(cidr)) {
        throw new ConstructError(this, `publicAccessCidrs has "${cidr}", which is not an IPv4 range.`, "Write, for example, 203.0.113.7/32 for one address.");
      }
      if (cidr.endsWith("/0") && !publicAccessFromAnywhere) {
        throw new ConstructError(
          this,
          `publicAccessCidrs has ${cidr}, which opens the Kubernetes API to the whole internet.`,
          "Name the ranges of your offices and runners, or leave them out and use a tunnel. If it is meant, set publicAccessFromAnywhere to true.",
        );
      }
    }
    for (const [addon, addonVersion] of Object.entries<string>(addonVersions)) {
      if (Token.isUnresolved(addonVersion) || /^v\d+\.\d+\.\d+-eksbuild\.\d+$/.test(addonVersion)) continue;
      throw new ConstructError(
        this,
        `addonVersions has "${addonVersion}" for ${addon}; a version of an add-on looks like v1.20.4-eksbuild.1.`,
        `Take one from: aws eks describe-addon-versions --addon-name ${addon} --kubernetes-version ${version}`,
      );
    }
  }

  private checkPrincipal(arn: string): void {
    if (Token.isUnresolved(arn) || /^arn:[a-z-]+:iam::\d{12}:(role|user)\/\S+$/.test(arn)) return;
    throw new ConstructError(
      this,
      `"${arn}" is not the ARN of a role or a user, and EKS grants access to these only.`,
      "Write arn:aws:iam::<account>:role/<path and name>: for a session (arn:aws:sts::…:assumed-role/…), that of the role which was assumed.",
    );
  }
}

/** What a string will read in Terraform: the same for two references to one attribute, whose tokens differ. */
function referenceOf(scope: Construct, text: string): string {
  return String(Tokenization.resolve(text, { scope, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false }));
}

/** `role-platform-admins`: of the ARN itself, so that the order of the list does not matter; of the position only where the ARN is not known yet. */
function adminKey(arn: string, position: number): string {
  return Token.isUnresolved(arn) ? String(position) : arn.replace(/^.*:/, "").replace(/[^A-Za-z0-9-]+/g, "-");
}
