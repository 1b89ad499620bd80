import fc from "fast-check";
import { planSubnets, type SubnetPlan } from "../../lib/blueprint/cidr";

interface Range {
  readonly start: number;
  readonly size: number;
}

/** Reads a range by other means than the code under test does: the URL parser's own IPv4 arithmetic. */
function range(cidr: string): Range {
  const [address, prefix] = cidr.split("/") as [string, string];
  const bytes = new URL(`http://${address}`).hostname.split(".").map(Number);
  return { start: new DataView(Uint8Array.from(bytes).buffer).getUint32(0), size: 2 ** (32 - Number(prefix)) };
}

const subnets = (plan: SubnetPlan) => [...plan.public, ...plan.private, ...plan.data];

const vpcCidrs = fc
  .record({ address: fc.integer({ min: 0, max: 2 ** 32 - 1 }), prefix: fc.integer({ min: 16, max: 20 }) })
  .map(({ address, prefix }) => {
    const base = address - (address % 2 ** (32 - prefix));
    return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join(".")}/${prefix}`;
  });
const zoneCounts = fc.integer({ min: 2, max: 4 });

describe("planSubnets", () => {
  test("cuts a /16 over three zones into large private, small public and smaller data subnets", () => {
    // WHEN
    const plan = planSubnets("10.0.0.0/16", 3);

    // THEN
    expect(plan).toEqual({
      vpcCidr: "10.0.0.0/16",
      private: [
        { key: "private-a", tier: "private", zone: 0, cidr: "10.0.0.0/19" },
        { key: "private-b", tier: "private", zone: 1, cidr: "10.0.32.0/19" },
        { key: "private-c", tier: "private", zone: 2, cidr: "10.0.64.0/19" },
      ],
      public: [
        { key: "public-a", tier: "public", zone: 0, cidr: "10.0.128.0/22" },
        { key: "public-b", tier: "public", zone: 1, cidr: "10.0.132.0/22" },
        { key: "public-c", tier: "public", zone: 2, cidr: "10.0.136.0/22" },
      ],
      data: [
        { key: "data-a", tier: "data", zone: 0, cidr: "10.0.144.0/24" },
        { key: "data-b", tier: "data", zone: 1, cidr: "10.0.145.0/24" },
        { key: "data-c", tier: "data", zone: 2, cidr: "10.0.146.0/24" },
      ],
      reserved: ["10.0.96.0/19", "10.0.140.0/22", "10.0.147.0/24", "10.0.148.0/22", "10.0.152.0/21", "10.0.160.0/19", "10.0.192.0/18"],
    });
  });

  test("gives the smallest range, a /20, data subnets of /28, the smallest that AWS makes", () => {
    const plan = planSubnets("192.168.16.0/20", 4);
    expect(plan.data.map(({ cidr }) => cidr)).toEqual(["192.168.25.0/28", "192.168.25.16/28", "192.168.25.32/28", "192.168.25.48/28"]);
  });

  test("covers the whole range, subnets and reserve together, without an overlap", () => {
    fc.assert(
      fc.property(vpcCidrs, zoneCounts, (vpcCidr, azCount) => {
        // GIVEN
        const vpc = range(vpcCidr);

        // WHEN
        const plan = planSubnets(vpcCidr, azCount);

        // THEN
        const parts = [...subnets(plan).map(({ cidr }) => cidr), ...plan.reserved].map(range).sort((a, b) => a.start - b.start);
        let next = vpc.start;
        for (const part of parts) {
          expect(part.start).toBe(next);
          next += part.size;
        }
        expect(next).toBe(vpc.start + vpc.size);
      }),
    );
  });

  test("aligns every subnet to its size and keeps it within what AWS allows, /16 to /28", () => {
    fc.assert(
      fc.property(vpcCidrs, zoneCounts, (vpcCidr, azCount) => {
        for (const { start, size } of subnets(planSubnets(vpcCidr, azCount)).map(({ cidr }) => range(cidr))) {
          expect(start % size).toBe(0);
          expect(size).toBeGreaterThanOrEqual(16);
          expect(size).toBeLessThanOrEqual(65_536);
        }
      }),
    );
  });

  test("adds subnets for an added zone and leaves the others as they were", () => {
    fc.assert(
      fc.property(vpcCidrs, fc.integer({ min: 2, max: 3 }), (vpcCidr, azCount) => {
        const [few, more] = [planSubnets(vpcCidr, azCount), planSubnets(vpcCidr, azCount + 1)];
        expect(more.public.slice(0, azCount)).toEqual(few.public);
        expect(more.private.slice(0, azCount)).toEqual(few.private);
        expect(more.data.slice(0, azCount)).toEqual(few.data);
      }),
    );
  });

  test("gives every subnet a key of its own and one subnet of each tier to each zone", () => {
    fc.assert(
      fc.property(vpcCidrs, zoneCounts, (vpcCidr, azCount) => {
        const plan = planSubnets(vpcCidr, azCount);
        expect(new Set(subnets(plan).map(({ key }) => key)).size).toBe(3 * azCount);
        for (const tier of ["public", "private", "data"] as const) {
          expect(plan[tier].map(({ key }) => key)).toEqual(["a", "b", "c", "d"].slice(0, azCount).map((letter) => `${tier}-${letter}`));
          expect(plan[tier].map(({ zone }) => zone)).toEqual([0, 1, 2, 3].slice(0, azCount));
        }
      }),
    );
  });

  test.each([
    [1, "1 availability zones were asked for; a plan has 2 to 4. Ask for 3, or for 2 where the region has no more (EKS and RDS want two at least)."],
    [5, "5 availability zones were asked for; a plan has 2 to 4. Ask for 3, or for 2 where the region has no more (EKS and RDS want two at least)."],
    [2.5, "2.5 availability zones were asked for; a plan has 2 to 4. Ask for 3, or for 2 where the region has no more (EKS and RDS want two at least)."],
  ])("throws when asked for %p zones", (azCount, message) => {
    expect(() => planSubnets("10.0.0.0/16", azCount)).toThrow(new Error(message));
  });

  test.each([
    ["10.0.0.0/8", "The VPC range 10.0.0.0/8 is a /8; a plan needs /16 to /20 (AWS makes no larger VPC, and a smaller one has no room for the data subnets). Use 10.0.0.0/16, or any range of that size that your networks do not use."],
    ["10.0.0.0/21", "The VPC range 10.0.0.0/21 is a /21; a plan needs /16 to /20 (AWS makes no larger VPC, and a smaller one has no room for the data subnets). Use 10.0.0.0/16, or any range of that size that your networks do not use."],
    ["10.0.1.0/16", "The range 10.0.1.0/16 does not start at its network address; AWS would take another range than the one written. Write 10.0.0.0/16."],
    ...["10.0.0.0", "10.0.0/16", "10.0.0.256/16", "10.0.0.0/33", "10.00.0.0/16", "::/16", "${file(\"/etc/passwd\")}", ""].map((text): [string, string] => [
      text,
      `"${text}" is not an IPv4 range in CIDR notation: four numbers from 0 to 255 without leading zeros, a slash, a prefix length. Write, for example, 10.0.0.0/16.`,
    ]),
  ])("throws when the range is %p", (vpcCidr, message) => {
    expect(() => planSubnets(vpcCidr, 3)).toThrow(new Error(message));
  });
});
