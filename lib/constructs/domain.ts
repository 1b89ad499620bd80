import { DataAwsRoute53Zone } from "@cdktf/provider-aws/lib/data-aws-route53-zone";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { isDomain } from "../render/user-data";
import { ConstructError } from "./construct-error";
import { fixAddress } from "./fixed-address";

/** What AWS leads to by a name of its own. */
interface Alias {
  readonly dnsName: string;
  readonly zoneId: string;
}

/** Where a name leads: to an address, or to a load balancer or a distribution, whose addresses change. */
export type DomainTarget = { readonly ipv4: string } | { readonly loadBalancer: Alias } | { readonly distribution: Alias };

export interface DomainProps {
  /** `shop.example.com`. */
  readonly domainName: string;
  readonly target: DomainTarget;
  /**
   * The public hosted zone that the name belongs to, when it is not the one of `zoneName`.
   * @default - looked up by `zoneName`
   */
  readonly zoneId?: string;
  /**
   * Name of the public hosted zone, which must exist: this makes none, since a new zone has other name servers.
   * @default - the name without its first part; for a name of two parts, the name itself
   */
  readonly zoneName?: string;
  /**
   * How long others remember the answer. Shorten it some hours before the target changes.
   * @default 300
   */
  readonly ttlSeconds?: number;
  /**
   * Terraform's name for the record (`aws_route53_record.<address>`), the same in every phase, so that a move from a server to a load balancer is an
   * update and not a gap.
   * @default "domain"
   */
  readonly address?: string;
}

export const DEFAULTS = { ttlSeconds: 300, address: "domain" } as const;

/**
 * A name in a hosted zone of Route 53 that leads to a server or to a load balancer. 0.50 USD a month for the zone, 0.40 USD a million questions; those for a load
 * balancer are free.
 *
 * @example
 * new Domain(stack, "domain", { domainName: "shop.example.com", target: { ipv4: server.publicIp } });
 *
 * @throws ConstructError when the name is none, or not of the zone.
 */
export class Domain extends Construct {
  readonly domainName: string;
  readonly zoneId: string;

  constructor(scope: Construct, id: string, given: DomainProps) {
    super(scope, id);
    const props = { ...DEFAULTS, ...given };
    const { domainName, target, zoneName = zoneOf(props.domainName) } = props;
    if (!isDomain(domainName)) {
      throw new ConstructError(this, `domainName is "${domainName}"; a name has parts of lower-case letters, digits and dashes, and dots between them.`, 'Give a name such as "shop.example.com".');
    }
    if (props.zoneId === undefined && domainName !== zoneName && !domainName.endsWith(`.${zoneName}`)) {
      throw new ConstructError(this, `domainName is "${domainName}" and zoneName is "${zoneName}", which it does not end with.`, "Give the zone that the name belongs to.");
    }
    if (!Number.isInteger(props.ttlSeconds) || props.ttlSeconds < 30 || props.ttlSeconds > 86400) {
      throw new ConstructError(this, `ttlSeconds is ${props.ttlSeconds}; sensible are 30 to 86400.`, "Give a number in that range, or leave it out for 300.");
    }
    this.zoneId = props.zoneId ?? new DataAwsRoute53Zone(this, "zone", { name: zoneName, privateZone: false }).zoneId;
    const record = new Route53Record(this, "record", {
      zoneId: this.zoneId,
      name: domainName,
      type: "A",
      ...("ipv4" in target
        ? { ttl: props.ttlSeconds, records: [target.ipv4] }
        : { alias: aliasOf(target) }),
    });
    fixAddress(record, props.address, "Give the two domains different `address`es.");
    this.domainName = Token.asString(record.fqdn);
  }
}

/** Route 53 asks load balancers for their health; of distributions it knows none. */
function aliasOf(target: Exclude<DomainTarget, { readonly ipv4: string }>) {
  const { dnsName, zoneId } = "loadBalancer" in target ? target.loadBalancer : target.distribution;
  return { name: dnsName, zoneId, evaluateTargetHealth: "loadBalancer" in target };
}

function zoneOf(domainName: string): string {
  const parts = domainName.split(".");
  return parts.length > 2 ? parts.slice(1).join(".") : domainName;
}
