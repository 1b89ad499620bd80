import { DataAwsEc2ManagedPrefixList } from "@cdktf/provider-aws/lib/data-aws-ec2-managed-prefix-list";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DataAwsKeyPair } from "@cdktf/provider-aws/lib/data-aws-key-pair";
import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { EipAssociation } from "@cdktf/provider-aws/lib/eip-association";
import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Instance } from "@cdktf/provider-aws/lib/instance";
import { KeyPair } from "@cdktf/provider-aws/lib/key-pair";
import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { dependable, Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { architectureOf } from "../blueprint/architecture";
import type { HostApplicationProps } from "../render/host-application";
import { hclString, terraformText } from "../render/hcl";
import { DEPLOY_SCRIPT, environmentParameterOf, userData, DEFAULTS as USER_DATA_DEFAULTS } from "../render/user-data";
import { environmentOf, type IApplicationService, letUse } from "./application-service";
import { AwsAccount } from "./aws-account";
import type { IRoleHolder } from "./connection-settings";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { fixAddress } from "./fixed-address";
import type { GithubDeployRole } from "./github-deploy-role";
import { nameOf } from "./names";
import type { INetwork } from "./network";
import { type IConnectable, SecurityGroup } from "./security-group";

/** Who may log in by SSH, and by which key. Without any of it the server has no open SSH port; Session Manager works in any case, at no charge. */
export interface SshAccess {
  /**
   * Ranges of addresses that reach port 22: `["203.0.113.7/32"]`.
   * @default [] - none
   */
  readonly fromCidrs?: readonly string[];
  /**
   * Lets EC2 Instance Connect reach port 22: it sends a key that holds for a minute, to whom IAM allows it.
   * @default false
   */
  readonly instanceConnect?: boolean;
  /**
   * Allows `fromCidrs` to be (nearly) the whole internet. Every scanner there will try.
   * @default false
   */
  readonly openToTheInternet?: boolean;
  /**
   * Public half of a key, as it stands in `id_ed25519.pub`. It reaches the server at its first start.
   * @default - no key, unless `keyName` names one
   */
  readonly publicKey?: string;
  /**
   * Name of a key pair that is in EC2 already.
   * @default - no key, unless `publicKey` is given
   */
  readonly keyName?: string;
}

/** What a server uses of a database. */
export interface IServerDatabase {
  readonly settings: {
    readonly secretArn: string;
    /** @default - nothing to wait for */
    readonly ready?: readonly ITerraformDependable[];
    grantRead(reader: IRoleHolder): void;
  };
  allowFrom(peer: IConnectable): void;
}

export interface SingleServerProps {
  /** The server stands in its first public subnet, which costs no NAT gateway. */
  readonly network: Pick<INetwork, "vpcId" | "publicSubnetIds">;
  /** What runs there. */
  readonly application: HostApplicationProps;
  /**
   * Name of the server, and first part of the names of what belongs to it.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Terraform's name for the server and its address (`aws_eip.<address>`), independent of where the construct stands. It must never change.
   * @default "server"
   */
  readonly address?: string;
  /**
   * Encrypts the disk. It cannot change later.
   * @default - a key of the server's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * About 12 USD a month for t4g.small (2 GiB), 24 for t4g.medium, 6 for t4g.micro (us-east-1). A change stops the server for some minutes.
   * @default "t4g.small"
   */
  readonly instanceType?: string;
  /**
   * A fixed image (AMI) with Amazon Linux 2023, for the first start.
   * @default - the newest at the first start
   */
  readonly imageId?: string;
  /**
   * The disk; 0.08 USD a GB and month. It can grow without a stop. It holds nothing that must last: data is the database's.
   * @default 20
   */
  readonly rootVolumeGb?: number;
  /**
   * The database that the application uses: the server may reach it and read its settings.
   * @default - none
   */
  readonly database?: IServerDatabase;
  /**
   * Name that the application is reached by, over HTTPS. It must point to the server (`Domain` does that).
   * @default - HTTP only, by address
   */
  readonly domain?: string;
  /**
   * Where Let's Encrypt sends warnings.
   * @default - none are sent
   */
  readonly certificateEmail?: string;
  /**
   * Ranges of addresses that reach the application.
   * @default ["0.0.0.0/0"]
   */
  readonly fromCidrs?: readonly string[];
  /**
   * Ports that the server may connect to outside the VPC: AWS, packages, the repository, services of others. SSH (22) is added where the repository is read by a deploy key.
   * @default [80, 443]
   */
  readonly egressPorts?: readonly number[];
  /** @default - Session Manager only */
  readonly ssh?: SshAccess;
  /**
   * What happens when a burstable instance has used up its CPU credits: `"standard"` slows it down to its base line (an alarm tells before), `"unlimited"`
   * goes on and costs up to 29 USD a month more for each vCPU.
   * @default "standard"
   */
  readonly cpuCredits?: "standard" | "unlimited";
  /**
   * Metrics once a minute instead of every five; 2.10 USD a month. The alarms here look at quarters of an hour, and the status checks that recover the
   * server come every minute in any case.
   * @default false
   */
  readonly detailedMonitoring?: boolean;
  /**
   * AWS refuses to terminate the server, and Terraform refuses any plan that would destroy or replace it. To do so on purpose: set false, apply, then go on.
   * @default true
   */
  readonly terminationProtection?: boolean;
  /**
   * Swap, out of the disk: what keeps a build from being killed for want of memory; 0 for none.
   * @default 2
   */
  readonly swapGb?: number;
  /**
   * Security updates every Sunday at 04:00 UTC, with a restart of a minute or two when they need one.
   * @default true
   */
  readonly securityUpdates?: boolean;
  /**
   * Installs the CloudWatch agent; `HostMonitoring` lets it write.
   * @default true
   */
  readonly cloudwatchAgent?: boolean;
}

export const DEFAULTS = {
  address: "server",
  instanceType: "t4g.small",
  rootVolumeGb: 20,
  fromCidrs: ["0.0.0.0/0"],
  egressPorts: [80, 443],
  cpuCredits: "standard",
  detailedMonitoring: false,
  terminationProtection: true,
  ...USER_DATA_DEFAULTS,
} as const satisfies Partial<SingleServerProps>;

export const SSH_DEFAULTS = { fromCidrs: [], instanceConnect: false, openToTheInternet: false } as const satisfies SshAccess;

type Decided = SingleServerProps & Required<Pick<SingleServerProps, keyof typeof DEFAULTS>>;

const PUBLIC_KEY = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) [A-Za-z0-9+/]{60,}={0,2}( [^\s"'`$%{}\\]+)*\s*$/;

/**
 * One EC2 instance that runs an application out of its git repository, behind nginx, with a fixed address. It is set up at its first start
 * (see `userData`), and deployed by `deploy.sh` on it, by SSH or Session Manager.
 *
 * It is the only one: so neither a newer image nor another first-start script replaces it, and a plan that would is refused. Both reach
 * a server that is made anew (`terminationProtection: false`, then `terraform apply -replace=aws_instance.<address>`), which keeps the address, and the
 * data, since that is the database's. There is no data volume for the same reason. Amazon Linux brings itself up to date.
 *
 * About 18 USD a month: 12 for the instance, 3.65 for the address, 1.60 for the disk.
 *
 * @example
 * const server = new SingleServer(stack, "server", { name: "shop-prod-server", network, database, application: { repository: "acme/shop" } });
 *
 * @throws ConstructError when a prop breaks a rule; Error that names every value of the application that cannot be used.
 */
export class SingleServer extends Construct implements IConnectable, IRoleHolder {
  /** First part of its log groups' names, and the namespace of what its agent measures. */
  readonly serverName: string;
  readonly instanceId: string;
  readonly instanceType: string;
  readonly roleName: string;
  readonly securityGroup: SecurityGroup;
  /** The address that stays. */
  readonly publicIp: string;
  /** Where the application answers. */
  readonly url: string;
  /** The resource itself, for what must wait for it. */
  readonly resource: Instance;

  constructor(scope: Construct, id: string, given: SingleServerProps) {
    super(scope, id);
    const props: Decided = { ...DEFAULTS, ...given };
    const ssh = { ...SSH_DEFAULTS, ...given.ssh };
    const name = nameOf(this, props.name);
    this.check(props, ssh);
    this.serverName = name;
    this.instanceType = props.instanceType;
    const key = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: `${name}-server`, description: `Encrypts the disk of ${name}` });
    const remedy = "Give the two servers different `address`es.";

    this.securityGroup = new SecurityGroup(this, "security-group", { network: props.network, name, description: `The server ${name}` });
    this.openPorts(props, ssh);
    const role = this.role(name);
    this.roleName = role.name;
    const permissions = new IamRolePolicyAttachment(this, "session-manager", {
      role: role.name,
      policyArn: `arn:${AwsAccount.of(this).partition}:iam::aws:policy/AmazonSSMManagedInstanceCore`,
    });
    props.database?.allowFrom(this);
    props.database?.settings.grantRead(this);

    this.resource = new Instance(this, "instance", {
      ami:
        props.imageId ??
        new DataAwsSsmParameter(this, "image", {
          name: `/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architectureOf(props.instanceType)}`,
        }).insecureValue,
      instanceType: props.instanceType,
      // No public address of its own (CKV_AWS_88): the Elastic IP below.
      subnetId: props.network.publicSubnetIds[0]!,
      vpcSecurityGroupIds: [this.securityGroup.securityGroupId],
      iamInstanceProfile: new IamInstanceProfile(this, "profile", { name, role: role.name }).name,
      ...this.key(name, ssh),
      userData: template(
        userData({
          serverName: name,
          application: props.application,
          ...(props.database ? { settingsSecretArn: props.database.settings.secretArn } : {}),
          ...(props.domain === undefined ? {} : { domain: props.domain }),
          ...(props.certificateEmail === undefined ? {} : { certificateEmail: props.certificateEmail }),
          swapGb: props.swapGb,
          securityUpdates: props.securityUpdates,
          cloudwatchAgent: props.cloudwatchAgent,
        }),
      ),
      userDataReplaceOnChange: false,
      // One hop: no container or proxy on the server gets the role's credentials.
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1, instanceMetadataTags: "disabled" },
      rootBlockDevice: {
        volumeType: "gp3",
        volumeSize: props.rootVolumeGb,
        encrypted: true,
        kmsKeyId: key.keyArn,
        deleteOnTermination: true,
        tags: { Name: name },
      },
      ...(isBurstable(props.instanceType) ? { creditSpecification: { cpuCredits: props.cpuCredits } } : {}),
      ebsOptimized: true,
      // CKV_AWS_126 (no detailed monitoring): a typed choice, `detailedMonitoring`.
      monitoring: props.detailedMonitoring,
      disableApiTermination: props.terminationProtection,
      tags: { Name: name },
      // The first deployment needs the rights, and the database.
      dependsOn: [permissions, ...(props.database?.settings.ready ?? [])],
      // `key_name` with them: another key would make the server anew, too.
      lifecycle: { ignoreChanges: ["ami", "user_data", "key_name"], preventDestroy: props.terminationProtection },
    });
    fixAddress(this.resource, props.address, remedy);
    this.instanceId = this.resource.id;
    const address = new Eip(this, "address", { domain: "vpc", tags: { Name: name } });
    fixAddress(address, props.address, remedy);
    new EipAssociation(this, "address-of-server", { allocationId: address.id, instanceId: this.resource.id });
    this.publicIp = address.publicIp;
    this.url = props.domain === undefined ? `http://${this.publicIp}` : `https://${props.domain}`;
  }

  /**
   * Lets the application use buckets, queues, caches: it finds their places in its environment, and works with them by the server's role. What comes
   * later than the first start reaches the application when it starts again: with the next deployment, or `systemctl restart`.
   *
   * @throws ConstructError when it was called before, or two of the services have the same variable.
   */
  useServices(services: readonly IApplicationService[]): void {
    if (this.node.tryFindChild("environment")) throw new ConstructError(this, "it uses services already.", "Name all of them in one call.");
    // CKV2_AWS_34 (encryption of parameters): names and addresses, no secret.
    const places = new SsmParameter(this, "environment", {
      name: environmentParameterOf(this.serverName),
      description: `What the application on ${this.serverName} uses, as environment variables`,
      type: "String",
      insecureValue: Fn.jsonencode(environmentOf(this, services)),
    });
    const permissions = letUse(this, services, [{ actions: ["ssm:GetParameter"], resources: [places.arn] }]);
    this.resource.dependsOn = [...(this.resource.dependsOn ?? []), dependable(places), ...permissions.map(dependable)];
  }

  /** Lets a pipeline have the server deploy a branch of its repository, and nothing else: one document, on this server alone. */
  allowDeploy(role: GithubDeployRole): void {
    const { accountId, partition, region } = AwsAccount.of(this);
    const document = new SsmDocument(this, "deploy", {
      name: `${this.serverName}-deploy`,
      documentType: "Command",
      documentFormat: "JSON",
      targetType: "/AWS::EC2::Instance",
      content: terraformText(JSON.stringify(deployDocument(this.serverName), undefined, 2)),
    });
    role.allow("deploy-to-server", [
      { sid: "NoNarrowerResource", actions: ["ec2:DescribeInstances", "ssm:GetCommandInvocation"], resources: ["*"] },
      { actions: ["ssm:SendCommand"], resources: [document.arn, `arn:${partition}:ec2:${region}:${accountId}:instance/${this.instanceId}`] },
    ]);
  }

  private openPorts(props: Decided, ssh: SshAccess): void {
    const { securityGroup: group } = this;
    // CKV_AWS_260 (port 80 open to all): a public web server. With a domain, port 80 redirects, and answers Let's Encrypt.
    for (const cidr of props.fromCidrs) group.allowFromCidr(cidr, 80, "HTTP");
    if (props.domain !== undefined) {
      for (const cidr of props.fromCidrs) group.allowFromCidr(cidr, 443, "HTTPS");
      // Let's Encrypt asks from anywhere.
      if (!props.fromCidrs.includes("0.0.0.0/0")) group.allowFromCidr("0.0.0.0/0", 80, "Proof of the domain, for its certificate");
    }
    for (const cidr of ssh.fromCidrs ?? []) group.allowFromCidr(cidr, 22, "SSH");
    if (ssh.instanceConnect === true) {
      // CKV_AWS_24 (SSH from anywhere) takes a rule without a range for one; the range is AWS' list for this region.
      const list = new DataAwsEc2ManagedPrefixList(this, "instance-connect", { name: `com.amazonaws.${AwsAccount.of(this).region}.ec2-instance-connect` });
      group.allowFromPrefixList(list.id, 22, "EC2 Instance Connect", "instance-connect");
    }
    const { repository, repositoryAccess } = props.application;
    const gitOverSsh = repositoryAccess === "deploy-key" || repository.startsWith("git@");
    const ports = [...new Set([...props.egressPorts, ...(gitOverSsh ? [22] : [])])].sort((a, b) => a - b);
    const what: Readonly<Record<number, string>> = { 22: "The git repository", 80: "Packages, and services by HTTP", 443: "AWS, packages, the repository, and services by HTTPS" };
    for (const port of ports) group.allowToCidr("0.0.0.0/0", port, what[port] ?? `Services of others on port ${port}`);
  }

  private role(name: string): IamRole {
    return new IamRole(this, "role", {
      name,
      description: `What the server ${name} may do`,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", {
        statement: [{ principals: [{ type: "Service", identifiers: ["ec2.amazonaws.com"] }], actions: ["sts:AssumeRole"] }],
      }).json,
    });
  }

  private key(name: string, { publicKey, keyName }: SshAccess): { keyName?: string } {
    // Looked up, so that a name that is not there fails the plan and not the first start.
    if (publicKey === undefined) return keyName === undefined ? {} : { keyName: new DataAwsKeyPair(this, "key-pair", { keyName }).keyName };
    return { keyName: new KeyPair(this, "key-pair", { keyNamePrefix: `${name}-`, publicKey: publicKey.trim(), tags: { Name: name } }).keyName };
  }

  private check(props: Decided, ssh: SshAccess): void {
    const fail = (problem: string, remedy: string): never => {
      throw new ConstructError(this, problem, remedy);
    };
    if (props.network.publicSubnetIds.length === 0) {
      fail("the network has no public subnet, and the server is reached from the internet.", "Give a network with one, or a ServerFleet behind a LoadBalancer.");
    }
    if (!/^[a-z_][a-z0-9_-]*$/.test(props.address)) {
      fail(`address is "${props.address}"; a name in Terraform has lower-case letters, digits, _ and -, and begins with a letter.`, 'Give an address such as "server".');
    }
    if (!/^[a-z][a-z0-9-]*\.[a-z0-9-]+$/.test(props.instanceType)) {
      fail(`instanceType is "${props.instanceType}", which is none of EC2.`, 'Write, for example, "t4g.small".');
    }
    if (!Number.isInteger(props.rootVolumeGb) || props.rootVolumeGb < 8 || props.rootVolumeGb > 16384) {
      fail(`rootVolumeGb is ${props.rootVolumeGb}; the image needs 8, and gp3 goes up to 16384.`, "Give a number in that range, or leave it out for 20.");
    }
    const wide = (ssh.fromCidrs ?? []).filter((cidr) => !Token.isUnresolved(cidr) && /\/[0-7]$/.test(cidr));
    if (wide.length > 0 && ssh.openToTheInternet !== true) {
      fail(
        `ssh.fromCidrs has ${wide.join(" and ")}: that is the internet, and all of it would knock at port 22.`,
        "Name the ranges that you log in from, or none and use Session Manager or instanceConnect. If it must be, say so: openToTheInternet: true.",
      );
    }
    if (ssh.publicKey !== undefined && ssh.keyName !== undefined) {
      fail("ssh has both a publicKey and a keyName; the server takes one key at its first start.", "Leave one of them out.");
    }
    if (ssh.publicKey !== undefined && /PRIVATE KEY/.test(ssh.publicKey)) {
      fail("ssh.publicKey is the private half of a key; it would stand in the state for all to read.", "Give the other half, id_ed25519.pub, and make a new key if this one was ever committed.");
    }
    if (ssh.publicKey !== undefined && !Token.isUnresolved(ssh.publicKey) && !PUBLIC_KEY.test(ssh.publicKey)) {
      fail("ssh.publicKey is none that EC2 takes: one line of type (ssh-ed25519, ssh-rsa, ecdsa-sha2-…), key and comment.", "Give what stands in id_ed25519.pub.");
    }
  }
}

/** What a branch may be called is said here again: nothing else stands between a caller and the shell. */
function deployDocument(name: string): object {
  return {
    schemaVersion: "2.2",
    description: `Deploys a branch on ${name}; if it is not healthy, the release before it is put back`,
    parameters: { Branch: { type: "String", description: "The branch", allowedPattern: "^[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$" } },
    mainSteps: [{ action: "aws:runShellScript", name: "deploy", inputs: { timeoutSeconds: "1500", runCommand: [`${DEPLOY_SCRIPT} '{{ Branch }}'`] } }],
  };
}

/** Whether CPU credits are kept for it: the T families. */
export function isBurstable(instanceType: string): boolean {
  return /^t\d/.test(instanceType);
}

/**
 * A script as one Terraform expression: a quoted string in which references of ours stay references. (As plain text, cdktf would write it into HCL with
 * a line more than into JSON.)
 */
function template(script: string): string {
  const parts = script.split(/(\$\{TfToken\[[\w.]+\]\})/).map((part, i) => (i % 2 === 1 ? part : hclString(part).slice(1, -1)));
  return `\${"${parts.join("")}"}`;
}
