/** What a subnet is for: load balancers and NAT, machines that run things, or databases. */
export type SubnetTier = "public" | "private" | "data";

export interface PlannedSubnet {
  /** Tier and zone letter, `private-a`: the name that stays with the subnet whatever happens to the others. */
  readonly key: string;
  readonly tier: SubnetTier;
  /** Position of the availability zone, from 0. The letter of `key` follows it; AWS' own zone letters may differ. */
  readonly zone: number;
  readonly cidr: string;
}

export interface SubnetPlan {
  readonly vpcCidr: string;
  /** One an availability zone, in the order of the zones. */
  readonly public: readonly PlannedSubnet[];
  readonly private: readonly PlannedSubnet[];
  readonly data: readonly PlannedSubnet[];
  /** What no subnet of this plan takes, as the largest aligned blocks, ascending: room for what nobody has thought of. */
  readonly reserved: readonly string[];
}

/**
 * Every plan sets aside four zones of each tier, however many are asked for, so that a zone can be added later without
 * moving a subnet (a subnet's CIDR cannot change).
 */
const ZONES = ["a", "b", "c", "d"] as const;

/**
 * How many bits longer than the VPC's prefix a subnet's is. In a /16: private /19 (8,187 addresses, since with the VPC CNI
 * every pod takes one), public /22, data /24; 27/64 of the VPC stay free. In a /20, the smallest, data subnets are /28, which
 * is the smallest subnet that AWS makes.
 */
const LAYOUT: readonly { readonly tier: SubnetTier; readonly extraBits: number }[] = [
  { tier: "private", extraBits: 3 },
  { tier: "public", extraBits: 6 },
  { tier: "data", extraBits: 8 },
];

const VPC_PREFIX = { min: 16, max: 20 } as const;
const ZONE_COUNT = { min: 2, max: ZONES.length } as const;

/**
 * Cuts a VPC's address range into public, private and data subnets over the zones, with room for every phase: the same range
 * gives the same subnets, and more zones add subnets without changing one.
 *
 * @example
 * planSubnets("10.0.0.0/16", 3).private.map((subnet) => subnet.cidr);
 * // ["10.0.0.0/19", "10.0.32.0/19", "10.0.64.0/19"]
 *
 * @param vpcCidr an IPv4 range, /16 to /20, that starts at its network address.
 * @param azCount 2 to 4.
 * @throws Error when either breaks its rule; the message says what was given, the rule and the remedy.
 */
export function planSubnets(vpcCidr: string, azCount: number): SubnetPlan {
  if (!Number.isInteger(azCount) || azCount < ZONE_COUNT.min || azCount > ZONE_COUNT.max) {
    throw new Error(
      `${azCount} availability zones were asked for; a plan has ${ZONE_COUNT.min} to ${ZONE_COUNT.max}. ` +
        "Ask for 3, or for 2 where the region has no more (EKS and RDS want two at least).",
    );
  }
  const vpc = parseCidr(vpcCidr);
  if (vpc.prefix < VPC_PREFIX.min || vpc.prefix > VPC_PREFIX.max) {
    throw new Error(
      `The VPC range ${vpcCidr} is a /${vpc.prefix}; a plan needs /${VPC_PREFIX.min} to /${VPC_PREFIX.max} ` +
        "(AWS makes no larger VPC, and a smaller one has no room for the data subnets). Use 10.0.0.0/16, or any range of that size that your networks do not use.",
    );
  }

  let next = vpc.base;
  const tiers = LAYOUT.map(({ tier, extraBits }) => {
    const prefix = vpc.prefix + extraBits;
    const start = next;
    next += ZONES.length * sizeOf(prefix);
    return ZONES.map((letter, zone): PlannedSubnet => ({
      key: `${tier}-${letter}`,
      tier,
      zone,
      cidr: formatCidr({ base: start + zone * sizeOf(prefix), prefix }),
    }));
  });
  const planned = (tier: SubnetTier) => tiers.flat().filter((subnet) => subnet.tier === tier && subnet.zone < azCount);
  const unplanned = tiers.flat().filter((subnet) => subnet.zone >= azCount);
  return {
    vpcCidr,
    public: planned("public"),
    private: planned("private"),
    data: planned("data"),
    reserved: largestBlocks([
      ...unplanned.map(({ cidr }) => rangeOf(parseCidr(cidr))),
      { start: next, end: vpc.base + sizeOf(vpc.prefix) },
    ]).map(formatCidr),
  };
}

/** Addresses as numbers below 2^32: within what a double holds exactly, so no bit operations (theirs are signed). */
interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

interface Range {
  readonly start: number;
  /** The first address after the range. */
  readonly end: number;
}

function sizeOf(prefix: number): number {
  return 2 ** (32 - prefix);
}

function rangeOf({ base, prefix }: Cidr): Range {
  return { start: base, end: base + sizeOf(prefix) };
}

function parseCidr(text: string): Cidr {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  const [octets, prefix] = match ? [match.slice(1, 5).map(Number), Number(match[5])] : [[], 33];
  if (!match || prefix > 32 || octets.some((octet, i) => octet > 255 || String(octet) !== match[i + 1])) {
    throw new Error(
      `"${text}" is not an IPv4 range in CIDR notation: four numbers from 0 to 255 without leading zeros, a slash, a prefix length. Write, for example, 10.0.0.0/16.`,
    );
  }
  const address = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const base = address - (address % sizeOf(prefix));
  if (base !== address) {
    throw new Error(
      `The range ${text} does not start at its network address; AWS would take another range than the one written. Write ${formatCidr({ base, prefix })}.`,
    );
  }
  return { base, prefix };
}

function formatCidr({ base, prefix }: Cidr): string {
  return `${[2 ** 24, 2 ** 16, 2 ** 8, 1].map((weight) => Math.floor(base / weight) % 256).join(".")}/${prefix}`;
}

/** Covers the ranges with as few aligned blocks as there can be, ascending. */
function largestBlocks(ranges: readonly Range[]): Cidr[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last?.end === start) last.end = end;
    else merged.push({ start, end });
  }
  return merged.flatMap(({ start, end }) => {
    const blocks: Cidr[] = [];
    for (let base = start; base < end; ) {
      let prefix = 32;
      while (prefix > 0 && base % sizeOf(prefix - 1) === 0 && base + sizeOf(prefix - 1) <= end) prefix--;
      blocks.push({ base, prefix });
      base += sizeOf(prefix);
    }
    return blocks;
  });
}
