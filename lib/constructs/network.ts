import { DataAwsAvailabilityZones } from "@cdktf/provider-aws/lib/data-aws-availability-zones";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { DefaultSecurityGroup } from "@cdktf/provider-aws/lib/default-security-group";
import { Eip } from "@cdktf/provider-aws/lib/eip";
import { FlowLog } from "@cdktf/provider-aws/lib/flow-log";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { InternetGateway } from "@cdktf/provider-aws/lib/internet-gateway";
import { NatGateway } from "@cdktf/provider-aws/lib/nat-gateway";
import { Route } from "@cdktf/provider-aws/lib/route";
import { RouteTable } from "@cdktf/provider-aws/lib/route-table";
import { RouteTableAssociation } from "@cdktf/provider-aws/lib/route-table-association";
import { Subnet } from "@cdktf/provider-aws/lib/subnet";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import { VpcEndpoint } from "@cdktf/provider-aws/lib/vpc-endpoint";
import { Fn, type ITerraformDependable, propertyAccess, Token } from "cdktf";
import { Construct } from "constructs";
import { type PlannedSubnet, planSubnets, type SubnetPlan, type SubnetTier } from "../blueprint/cidr";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { LogGroup, DEFAULTS as LOG_GROUP_DEFAULTS, type RetentionDays } from "./log-group";
import { nameOf } from "./names";

/** What other constructs need of a network. Pass an object with these to use a VPC that you already have. */
export interface INetwork {
  readonly vpcId: string;
  readonly vpcCidr: string;
  /** One an availability zone, in the order of the zones, as the two below. */
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly dataSubnetIds: readonly string[];
  /**
   * What must exist before a machine in a private subnet reaches the internet: wait for it where a first boot downloads.
   * @default - nothing to wait for
   */
  readonly egress?: readonly ITerraformDependable[];
  /**
   * How private subnets reach the internet, as far as it is known here.
   * @default - they are taken to reach what they need
   */
  readonly natGateways?: NatGateways;
}

/** How private subnets reach the internet. */
export type NatGateways = "none" | "one" | "per-az";

export interface NetworkProps {
  /**
   * The name that AWS shows, and the first part of the names of what belongs to the network.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Address range of the VPC, /16 to /20. It cannot change later.
   * @default "10.0.0.0/16"
   */
  readonly vpcCidr?: string;
  /**
   * How many availability zones, 2 to 4. More can be added later without touching the others.
   * @default 3
   */
  readonly availabilityZoneCount?: number;
  /**
   * The zones by name, instead of the first ones of the region; their number is `availabilityZoneCount` then.
   * @default - the first zones of the region, in alphabetical order, without local zones; those that EKS does not work in come last
   */
  readonly availabilityZones?: readonly string[];
  /**
   * How private subnets reach the internet. Prices are those of us-east-1, each gateway with its address:
   *
   * - `"none"`: not at all. 0 USD; for machines in public subnets, or with VPC endpoints of your own.
   * - `"one"`: through one zone. About 37 USD a month, and 0.045 USD a GB; when that zone fails, no private subnet gets out.
   * - `"per-az"`: each zone by itself. About 110 USD a month over three zones; no traffic between zones to pay for.
   *
   * Going from one to another is an update of routes; addresses stay.
   * @default "one"
   */
  readonly natGateways?: NatGateways;
  /**
   * Encrypts the flow logs.
   * @default - a key of the network's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * Days that flow logs are kept for.
   * @default 365
   */
  readonly flowLogRetentionDays?: RetentionDays;
}

export const DEFAULTS = {
  vpcCidr: "10.0.0.0/16",
  availabilityZoneCount: 3,
  natGateways: "one",
  flowLogRetentionDays: LOG_GROUP_DEFAULTS.retentionDays,
} as const;

/** Zones, by their id, that the EKS guide excludes for control planes ("Amazon EKS networking requirements", subnet requirements). */
const ZONES_WITHOUT_EKS = ["cac1-az3", "use1-az3", "usw1-az2"];

/** How the AWS load balancer controller finds the subnets of public and of internal load balancers. */
const DISCOVERY_TAGS: Readonly<Record<SubnetTier, Readonly<Record<string, string>>>> = {
  public: { "kubernetes.io/role/elb": "1" },
  private: { "kubernetes.io/role/internal-elb": "1" },
  data: {},
};

/**
 * A VPC with public, private and data subnets over the zones, laid out once for all phases (zone and range of a subnet cannot
 * change). Subnets are known by key, `private-a`, so that no address shifts when a zone is added.
 *
 * Public subnets give no address unasked. Private subnets get out through NAT, data subnets have no way out at all. The
 * default security group is emptied, all traffic is logged, S3 is reached within AWS.
 *
 * @example
 * const network = new Network(stack, "network", { name: "specweave-prod", natGateways: "per-az" });
 *
 * @throws ConstructError when the range, the number of zones or a zone's name breaks its rule.
 */
export class Network extends Construct implements INetwork {
  readonly vpcId: string;
  readonly vpcCidr: string;
  readonly natGateways: NatGateways;
  /** In the order of the subnets. */
  readonly availabilityZones: readonly string[];
  readonly publicSubnetIds: readonly string[];
  readonly privateSubnetIds: readonly string[];
  readonly dataSubnetIds: readonly string[];
  readonly egress: readonly ITerraformDependable[];
  /** The addresses that private subnets are seen with from outside: what others put on their allow lists. */
  readonly natPublicIps: readonly string[];

  private readonly networkName: string;

  constructor(scope: Construct, id: string, props: NetworkProps = {}) {
    super(scope, id);
    const { vpcCidr, natGateways, flowLogRetentionDays } = { ...DEFAULTS, ...props };
    this.networkName = nameOf(this, props.name);
    this.natGateways = natGateways;
    const plan = this.plan(vpcCidr, props.availabilityZones?.length ?? props.availabilityZoneCount ?? DEFAULTS.availabilityZoneCount);
    this.availabilityZones = this.zones(plan.public.length, props);

    const vpc = new Vpc(this, "vpc", {
      cidrBlock: plan.vpcCidr,
      enableDnsSupport: true,
      enableDnsHostnames: true,
      tags: { Name: this.networkName },
    });
    this.vpcId = vpc.id;
    this.vpcCidr = vpc.cidrBlock;
    new DefaultSecurityGroup(this, "default-security-group", { vpcId: vpc.id, tags: this.named("default-closed") });

    const subnets = {
      public: plan.public.map((subnet) => this.subnet(vpc, subnet)),
      private: plan.private.map((subnet) => this.subnet(vpc, subnet)),
      data: plan.data.map((subnet) => this.subnet(vpc, subnet)),
    };
    this.publicSubnetIds = subnets.public.map((subnet) => subnet.id);
    this.privateSubnetIds = subnets.private.map((subnet) => subnet.id);
    this.dataSubnetIds = subnets.data.map((subnet) => subnet.id);

    const gateway = new InternetGateway(this, "internet-gateway", { vpcId: vpc.id, tags: this.named() });
    const publicTable = this.routeTable(vpc, "public", plan.public, subnets.public);
    const internetRoute = new Route(this, "public-internet", {
      routeTableId: publicTable.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
    this.routeTable(vpc, "data", plan.data, subnets.data);

    // One table a zone, however many gateways there are: more gateways then change routes, not associations.
    const privateTables = plan.private.map((planned, i) => this.routeTable(vpc, planned.key, [planned], subnets.private.slice(i, i + 1)));
    const nats = subnets.public
      .slice(0, { none: 0, one: 1, "per-az": subnets.public.length }[natGateways])
      .map((subnet, i) => this.natGateway(`nat-${letterOf(plan.public[i]!)}`, subnet, internetRoute));
    this.natPublicIps = nats.map(({ address }) => address.publicIp);
    this.egress =
      nats.length === 0
        ? []
        : privateTables.map(
            (table, i) =>
              new Route(this, `${plan.private[i]!.key}-internet`, {
                routeTableId: table.id,
                destinationCidrBlock: "0.0.0.0/0",
                natGatewayId: (nats[i] ?? nats[0]!).gateway.id,
              }),
          );

    // Free, and image layers come from S3: without it they pay for NAT. Data subnets keep no way out, so not theirs.
    new VpcEndpoint(this, "s3", {
      vpcId: vpc.id,
      serviceName: `com.amazonaws.${AwsAccount.of(this).region}.s3`,
      vpcEndpointType: "Gateway",
      routeTableIds: [publicTable, ...privateTables].map((table) => table.id),
      tags: this.named("s3"),
    });
    this.flowLogs(vpc, flowLogRetentionDays, props.encryptionKey);
  }

  private plan(vpcCidr: string, zoneCount: number): SubnetPlan {
    try {
      return planSubnets(vpcCidr, zoneCount);
    } catch (error) {
      throw new ConstructError(this, "the address plan cannot be made.", (error as Error).message);
    }
  }

  private zones(count: number, { availabilityZones, availabilityZoneCount }: NetworkProps): readonly string[] {
    if (!availabilityZones) {
      // checkov CKV_AWS_394 wants zones pinned by their id. A zone that AWS adds moves nothing here: the number of subnets is fixed, and they
      // ignore changes of their zone.
      const regular = { state: "available", filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] };
      const withEks = new DataAwsAvailabilityZones(this, "zones", { ...regular, excludeZoneIds: ZONES_WITHOUT_EKS });
      const all = new DataAwsAvailabilityZones(this, "all-zones", regular);
      // Last, not left out: where the others are too few (an emulation of AWS has three zones, and calls one of them use1-az3), there is a
      // network all the same, and EKS itself refuses such a zone where it means it.
      const names = Fn.distinct(Fn.concat([withEks.names, all.names]));
      // An index, not Fn.element: that one wraps around, and two subnets would share a zone without a word.
      return Array.from({ length: count }, (_, i) => Token.asString(propertyAccess(names, [i])));
    }
    const given = JSON.stringify(availabilityZones);
    if (availabilityZoneCount !== undefined && availabilityZoneCount !== availabilityZones.length) {
      throw new ConstructError(
        this,
        `availabilityZones is ${given} and availabilityZoneCount is ${availabilityZoneCount}; the number of names is the number of zones.`,
        "Leave out availabilityZoneCount.",
      );
    }
    if (new Set(availabilityZones).size !== availabilityZones.length) {
      throw new ConstructError(this, `availabilityZones is ${given}; a zone stands there twice, and its failure would take two subnets at once.`, "Name each zone once.");
    }
    return availabilityZones;
  }

  private subnet(vpc: Vpc, planned: PlannedSubnet): Subnet {
    return new Subnet(this, planned.key, {
      vpcId: vpc.id,
      cidrBlock: planned.cidr,
      availabilityZone: this.availabilityZones[planned.zone]!,
      mapPublicIpOnLaunch: false,
      tags: { ...this.named(planned.key), ...DISCOVERY_TAGS[planned.tier] },
      // A zone that AWS adds or takes from its list must not replace the subnet, with all that is in it.
      lifecycle: { ignoreChanges: ["availability_zone"] },
    });
  }

  private routeTable(vpc: Vpc, key: string, planned: readonly PlannedSubnet[], subnets: readonly Subnet[]): RouteTable {
    const table = new RouteTable(this, `${key}-routes`, { vpcId: vpc.id, tags: this.named(key) });
    planned.forEach((subnet, i) => {
      new RouteTableAssociation(this, `${subnet.key}-association`, { subnetId: subnets[i]!.id, routeTableId: table.id });
    });
    return table;
  }

  private natGateway(key: string, subnet: Subnet, internetRoute: Route): { gateway: NatGateway; address: Eip } {
    const address = new Eip(this, `${key}-address`, { domain: "vpc", tags: this.named(key), dependsOn: [internetRoute] });
    const gateway = new NatGateway(this, key, {
      allocationId: address.id,
      subnetId: subnet.id,
      tags: this.named(key),
      dependsOn: [internetRoute],
    });
    return { gateway, address };
  }

  private flowLogs(vpc: Vpc, retentionDays: RetentionDays, encryptionKey?: IEncryptionKey): void {
    const logs = new LogGroup(this, "flow-logs", {
      name: `/aws/vpc/${this.networkName}/flow-logs`,
      retentionDays,
      encryptionKey:
        encryptionKey ??
        new EncryptionKey(this, "key", { alias: `${this.networkName}-flow-logs`, description: `Encrypts the flow logs of ${this.networkName}` }),
    });
    const { accountId, partition, region } = AwsAccount.of(this);
    const role = new IamRole(this, "flow-logs-role", {
      name: `${this.networkName}-flow-logs`,
      description: `Lets VPC flow logs of ${this.networkName} be written to CloudWatch`,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "flow-logs-trust", {
        statement: [
          {
            principals: [{ type: "Service", identifiers: ["vpc-flow-logs.amazonaws.com"] }],
            actions: ["sts:AssumeRole"],
            condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] }],
          },
        ],
      }).json,
    });
    const policy = new IamRolePolicy(this, "flow-logs-policy", {
      name: "write-flow-logs",
      role: role.name,
      policy: new DataAwsIamPolicyDocument(this, "flow-logs-permissions", {
        statement: [
          {
            actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            resources: [logs.logGroupArn, `${logs.logGroupArn}:*`],
          },
          {
            // Asked of all groups at once: no narrower resource is accepted.
            actions: ["logs:DescribeLogGroups"],
            resources: [`arn:${partition}:logs:${region}:${accountId}:log-group:*`],
          },
        ],
      }).json,
    });
    new FlowLog(this, "flow-log", {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestinationType: "cloud-watch-logs",
      logDestination: logs.logGroupArn,
      iamRoleArn: role.arn,
      tags: this.named("flow-log"),
      dependsOn: [policy],
    });
  }

  private named(part?: string): Record<string, string> {
    return { Name: part === undefined ? this.networkName : `${this.networkName}-${part}` };
  }
}

function letterOf(subnet: PlannedSubnet): string {
  return subnet.key.slice(-1);
}
