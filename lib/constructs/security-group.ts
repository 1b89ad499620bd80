import { SecurityGroup as AwsSecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { ConstructError } from "./construct-error";
import type { INetwork } from "./network";

/** What a rule needs of the group at its other end. Pass an object with these to name a group that you already have. */
export interface ISecurityGroup {
  readonly securityGroupId: string;
  /** What the group is called in the ids and descriptions of rules: letters, digits and dashes. */
  readonly groupName: string;
}

/** Anything that traffic comes from or goes to: a server, a fleet, a load balancer, a database. */
export interface IConnectable {
  readonly securityGroup: ISecurityGroup;
}

export interface SecurityGroupProps {
  /** The VPC that the group is in. */
  readonly network: Pick<INetwork, "vpcId">;
  /** First part of the group's name in AWS and its name in the rules of others; unique in the network. */
  readonly name: string;
  /** Whom it guards, as the console shows it. Changing it makes a new group before the old one goes. */
  readonly description: string;
}

/** Characters that EC2 takes in the description of a group or a rule, 255 at most. */
const DESCRIPTION = /^[A-Za-z0-9. _\-:/()#,@[\]+=&;{}!$*]{1,255}$/;
const CIDR = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!\/)|(?=\/))){4}\/(?:3[0-2]|[12]?\d)$/;

/**
 * A security group that lets nothing in or out until told, one described rule a resource. A rule between two groups of this kind
 * opens both ends. Free.
 *
 * Its name is made unique by AWS and a new group is made before the old one goes: name and description cannot change in place, and a group
 * in use cannot be deleted.
 *
 * @example
 * const database = new SecurityGroup(stack, "database", { network, name: "shop-database", description: "The database of shop" });
 * database.allowFrom(server, 5432, "PostgreSQL from the server");
 *
 * @throws ConstructError when a port, a range or a description is not one that EC2 takes.
 */
export class SecurityGroup extends Construct implements ISecurityGroup, IConnectable {
  readonly securityGroupId: string;
  readonly groupName: string;

  constructor(scope: Construct, id: string, props: SecurityGroupProps) {
    super(scope, id);
    this.groupName = props.name;
    this.checkDescription(props.description);
    this.securityGroupId = new AwsSecurityGroup(this, "group", {
      vpcId: props.network.vpcId,
      namePrefix: `${props.name}-`,
      description: props.description,
      tags: { Name: props.name },
      lifecycle: { createBeforeDestroy: true },
    }).id;
  }

  /** So that a bare group can stand where a server or a database can. */
  get securityGroup(): this {
    return this;
  }

  /**
   * Lets TCP in from the other group, and out of the other group where it is one of this kind.
   * @param port 1 to 65535
   * @param description who comes for what; EC2 shows it beside the rule
   */
  allowFrom(peer: IConnectable, port: number, description: string): void {
    const other = peer.securityGroup;
    this.check(port, description);
    new VpcSecurityGroupIngressRule(this, `from-${other.groupName}-${port}`, {
      securityGroupId: this.securityGroupId,
      referencedSecurityGroupId: other.securityGroupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description,
      tags: { Name: `from-${other.groupName}-${port}` },
    });
    if (!isOurs(other) || other === this) return;
    new VpcSecurityGroupEgressRule(other, `to-${this.groupName}-${port}`, {
      securityGroupId: other.securityGroupId,
      referencedSecurityGroupId: this.securityGroupId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description,
      tags: { Name: `to-${this.groupName}-${port}` },
    });
  }

  /**
   * Lets TCP in from a range of addresses.
   * @param key names the rule in its address; needed only where `cidr` is a reference
   */
  allowFromCidr(cidr: string, port: number, description: string, key?: string): void {
    this.check(port, description);
    new VpcSecurityGroupIngressRule(this, `from-${this.keyOf(cidr, key)}-${port}`, {
      securityGroupId: this.securityGroupId,
      cidrIpv4: cidr,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description,
      tags: { Name: `from-${this.keyOf(cidr, key)}-${port}` },
    });
  }

  /**
   * Lets TCP in from a list of ranges that somebody else keeps, such as the ones of EC2 Instance Connect.
   * @param key names the rule in its address
   */
  allowFromPrefixList(prefixListId: string, port: number, description: string, key: string): void {
    this.check(port, description);
    new VpcSecurityGroupIngressRule(this, `from-${key}-${port}`, {
      securityGroupId: this.securityGroupId,
      prefixListId,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description,
      tags: { Name: `from-${key}-${port}` },
    });
  }

  /**
   * Lets TCP out to a range of addresses. (DNS, time and instance metadata of the VPC need no rule.)
   * @param key names the rule in its address; needed only where `cidr` is a reference
   */
  allowToCidr(cidr: string, port: number, description: string, key?: string): void {
    this.check(port, description);
    new VpcSecurityGroupEgressRule(this, `to-${this.keyOf(cidr, key)}-${port}`, {
      securityGroupId: this.securityGroupId,
      cidrIpv4: cidr,
      ipProtocol: "tcp",
      fromPort: port,
      toPort: port,
      description,
      tags: { Name: `to-${this.keyOf(cidr, key)}-${port}` },
    });
  }

  private check(port: number, description: string): void {
    if (!Token.isUnresolved(port) && !(Number.isInteger(port) && port >= 1 && port <= 65535)) {
      throw new ConstructError(this, `the rule "${description}" is for port ${port}; a TCP port is a whole number from 1 to 65535.`, "Give the port that the service listens on.");
    }
    this.checkDescription(description);
  }

  private checkDescription(description: string): void {
    if (Token.isUnresolved(description) || DESCRIPTION.test(description)) return;
    throw new ConstructError(
      this,
      `the description ${JSON.stringify(description)} is not one that EC2 takes: 1 to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*.`,
      "Leave out or replace the other characters.",
    );
  }

  private keyOf(cidr: string, key: string | undefined): string {
    if (key !== undefined) return key;
    if (Token.isUnresolved(cidr)) {
      throw new ConstructError(this, "a rule is for a range that is known to Terraform only, and a rule is named after its range.", 'Give the rule a key, such as "vpc".');
    }
    if (!CIDR.test(cidr)) {
      throw new ConstructError(this, `"${cidr}" is not an IPv4 range in CIDR notation.`, "Write, for example, 203.0.113.0/24, or 203.0.113.7/32 for one address.");
    }
    return cidr === "0.0.0.0/0" ? "internet" : cidr.replace("/", "-");
  }
}

/** By shape, not by class: two copies of this library may meet in one app. */
function isOurs(group: ISecurityGroup): group is SecurityGroup {
  return "allowToCidr" in group && Construct.isConstruct(group);
}
