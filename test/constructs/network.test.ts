import { DEFAULTS, Network, type NetworkProps } from "../../lib/constructs/network";
import { emptyStack, errorOf, hclBlocks, Synthesized } from "./support/terraform";

const encryptionKey = {
  keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1234",
};

function synthesize(props: NetworkProps = {}): Synthesized {
  const stack = emptyStack();
  new Network(stack, "network", {
    name: "specweave-prod",
    encryptionKey,
    ...props,
  });
  return new Synthesized(stack);
}

describe("Network", () => {
  test("has the defaults that its documentation names", () => {
    expect(DEFAULTS).toEqual({
      vpcCidr: "10.0.0.0/16",
      availabilityZoneCount: 3,
      natGateways: "one",
      flowLogRetentionDays: 365,
    });
  });

  describe("subnets", () => {
    test("lie in three tiers over three zones, each under a key that stays with it", () => {
      const synthesized = synthesize();
      expect(synthesized.resource("aws_vpc")).toMatchObject({
        cidr_block: "10.0.0.0/16",
        enable_dns_hostnames: true,
        enable_dns_support: true,
      });
      const subnets = synthesized.resources("aws_subnet");
      expect(Object.fromEntries(Object.entries(subnets).map(([path, subnet]) => [path, subnet["cidr_block"]]))).toEqual({
        "network/public-a": "10.0.128.0/22",
        "network/public-b": "10.0.132.0/22",
        "network/public-c": "10.0.136.0/22",
        "network/private-a": "10.0.0.0/19",
        "network/private-b": "10.0.32.0/19",
        "network/private-c": "10.0.64.0/19",
        "network/data-a": "10.0.144.0/24",
        "network/data-b": "10.0.145.0/24",
        "network/data-c": "10.0.146.0/24",
      });
      expect(subnets["network/public-a"]!["tags"]["Name"]).toBe("specweave-prod-public-a");
    });

    test("give no public address, and are not replaced when AWS' list of zones changes", () => {
      for (const subnet of Object.values(synthesize().resources("aws_subnet"))) {
        expect(subnet).toMatchObject({
          map_public_ip_on_launch: false,
          lifecycle: { ignore_changes: ["availability_zone"] },
        });
      }
    });

    test("lie in the first zones of the region, and where EKS does not work only when there are no others", () => {
      const synthesized = synthesize();
      const regular = { state: "available", filter: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] };
      const { "network/zones": withEks, "network/all-zones": all } = synthesized.dataSources("aws_availability_zones");
      expect(withEks).toMatchObject({ ...regular, exclude_zone_ids: ["cac1-az3", "use1-az3", "usw1-az2"] });
      expect(all).toMatchObject(regular);
      expect(all).not.toHaveProperty("exclude_zone_ids");
      const zones = ["a", "b", "c"].map((letter) => synthesized.resources("aws_subnet")[`network/data-${letter}`]!["availability_zone"]);
      const names = /^\$\{distinct\(concat\(data\.aws_availability_zones\.network_zones_\w+\.names, data\.aws_availability_zones\.network_all-zones_\w+\.names\)\)\.(\d)\}$/;
      expect(zones.map((zone) => names.exec(zone)?.[1])).toEqual(["0", "1", "2"]);
    });

    test("lie in the zones that are named, and AWS is not asked then", () => {
      const synthesized = synthesize({
        availabilityZones: ["eu-central-1a", "eu-central-1c"],
      });
      expect(synthesized.dataSources("aws_availability_zones")).toEqual({});
      expect(Object.values(synthesized.resources("aws_subnet")).map((subnet) => subnet["availability_zone"])).toEqual([
        "eu-central-1a",
        "eu-central-1c",
        "eu-central-1a",
        "eu-central-1c",
        "eu-central-1a",
        "eu-central-1c",
      ]);
    });

    test("keep address and range when a zone is added", () => {
      const [two, three] = [synthesize({ availabilityZoneCount: 2 }), synthesize({ availabilityZoneCount: 3 })];
      for (const type of ["aws_subnet", "aws_route_table", "aws_route_table_association"]) {
        expect(three.resources(type)).toMatchObject(two.resources(type));
      }
    });

    test("tell the AWS load balancer controller which are public and which internal", () => {
      const subnets = synthesize().resources("aws_subnet");
      expect(subnets["network/public-b"]!["tags"]).toEqual({
        Name: "specweave-prod-public-b",
        "kubernetes.io/role/elb": "1",
      });
      expect(subnets["network/private-b"]!["tags"]).toEqual({
        Name: "specweave-prod-private-b",
        "kubernetes.io/role/internal-elb": "1",
      });
      expect(subnets["network/data-b"]!["tags"]).toEqual({
        Name: "specweave-prod-data-b",
      });
    });
  });

  describe("routes", () => {
    test("lead private subnets out through one gateway by default", () => {
      const synthesized = synthesize();
      expect(Object.keys(synthesized.resources("aws_nat_gateway"))).toEqual(["network/nat-a"]);
      const nat = `\${${synthesized.address("network/nat-a")}.id}`;
      const routes = synthesized.resources("aws_route");
      expect(["a", "b", "c"].map((letter) => routes[`network/private-${letter}-internet`]!["nat_gateway_id"])).toEqual([nat, nat, nat]);
    });

    test("lead each zone out by itself when asked", () => {
      const synthesized = synthesize({ natGateways: "per-az" });
      const routes = synthesized.resources("aws_route");
      for (const letter of ["a", "b", "c"]) {
        expect(routes[`network/private-${letter}-internet`]!["nat_gateway_id"]).toBe(`\${${synthesized.address(`network/nat-${letter}`)}.id}`);
        expect(synthesized.resources("aws_nat_gateway")[`network/nat-${letter}`]!["subnet_id"]).toBe(
          `\${${synthesized.address(`network/public-${letter}`)}.id}`,
        );
      }
    });

    test("change in place when gateways are added: tables, associations and the first gateway stay", () => {
      const [one, each] = [synthesize({ natGateways: "one" }), synthesize({ natGateways: "per-az" })];
      for (const type of ["aws_route_table", "aws_route_table_association", "aws_subnet", "aws_nat_gateway", "aws_eip"]) {
        expect(each.resources(type)).toMatchObject(one.resources(type));
      }
      expect(Object.keys(each.resources("aws_route"))).toEqual(Object.keys(one.resources("aws_route")));
    });

    test("leave private subnets no way out when asked, and cost nothing", () => {
      const stack = emptyStack();
      const network = new Network(stack, "network", {
        name: "specweave-prod",
        encryptionKey,
        natGateways: "none",
      });
      const synthesized = new Synthesized(stack);
      expect(synthesized.types()).not.toContain("aws_nat_gateway");
      expect(synthesized.types()).not.toContain("aws_eip");
      expect(Object.keys(synthesized.resources("aws_route"))).toEqual(["network/public-internet"]);
      expect([network.egress, network.natPublicIps]).toEqual([[], []]);
    });

    test.each(["none", "one", "per-az"] as const)("give data subnets no way out, with natGateways %p", (natGateways) => {
      const synthesized = synthesize({ natGateways });
      const table = `\${${synthesized.address("network/data-routes")}.id}`;
      const associations = synthesized.resources("aws_route_table_association");
      expect(["a", "b", "c"].map((letter) => associations[`network/data-${letter}-association`]!["route_table_id"])).toEqual([table, table, table]);
      expect(Object.values(synthesized.resources("aws_route")).map((route) => route["route_table_id"])).not.toContain(table);
      expect(synthesized.resource("aws_vpc_endpoint")["route_table_ids"]).not.toContain(table);
    });

    test("reach S3 within AWS from public and private subnets", () => {
      const endpoint = synthesize().resource("aws_vpc_endpoint");
      expect(endpoint).toMatchObject({
        vpc_endpoint_type: "Gateway",
        service_name: expect.stringMatching(/^com\.amazonaws\.\$\{.*\}\.s3$/),
      });
      expect(endpoint["route_table_ids"]).toHaveLength(4);
    });
  });

  test("empties the default security group", () => {
    const group = synthesize().resource("aws_default_security_group");
    expect(group).not.toHaveProperty("ingress");
    expect(group).not.toHaveProperty("egress");
  });

  test("logs all traffic to an encrypted group, by a role that can write there and is taken on for this account only", () => {
    const synthesized = synthesize({ flowLogRetentionDays: 90 });
    expect(synthesized.resource("aws_flow_log")).toMatchObject({
      traffic_type: "ALL",
      log_destination_type: "cloud-watch-logs",
    });
    expect(synthesized.resource("aws_cloudwatch_log_group")).toMatchObject({
      name: "/aws/vpc/specweave-prod/flow-logs",
      kms_key_id: encryptionKey.keyArn,
      retention_in_days: 90,
    });
    expect(synthesized.statements("network/flow-logs-trust")).toMatchObject([
      {
        principals: [{ type: "Service", identifiers: ["vpc-flow-logs.amazonaws.com"] }],
        condition: [{ test: "StringEquals", variable: "aws:SourceAccount" }],
      },
    ]);
    const group = `\${${synthesized.address("network/flow-logs/group")}.arn}`;
    expect(synthesized.statements("network/flow-logs-permissions")[0]!["resources"]).toEqual([group, `${group}:*`]);
  });

  test("makes a key for its logs when it is given none", () => {
    const stack = emptyStack();
    new Network(stack, "network", { name: "specweave-prod" });
    expect(new Synthesized(stack).resource("aws_kms_alias")["name"]).toBe("alias/specweave-prod-flow-logs");
  });

  test("tells others its parts, in the order of the zones", () => {
    const network = new Network(emptyStack(), "network");
    expect([network.publicSubnetIds, network.privateSubnetIds, network.dataSubnetIds].map((ids) => ids.length)).toEqual([3, 3, 3]);
    expect([network.availabilityZones.length, network.egress.length, network.natPublicIps.length]).toEqual([3, 3, 1]);
  });

  test.each<[NetworkProps, string]>([
    [
      { vpcCidr: "10.0.0.0/24" },
      "the address plan cannot be made.\n    → The VPC range 10.0.0.0/24 is a /24; a plan needs /16 to /20 (AWS makes no larger VPC, and a smaller one has no room for the data subnets). Use 10.0.0.0/16, or any range of that size that your networks do not use.",
    ],
    [
      { availabilityZones: ["eu-central-1a"] },
      "the address plan cannot be made.\n    → 1 availability zones were asked for; a plan has 2 to 4. Ask for 3, or for 2 where the region has no more (EKS and RDS want two at least).",
    ],
    [
      { availabilityZones: ["eu-central-1a", "eu-central-1a"] },
      'availabilityZones is ["eu-central-1a","eu-central-1a"]; a zone stands there twice, and its failure would take two subnets at once.\n    → Name each zone once.',
    ],
    [
      {
        availabilityZones: ["eu-central-1a", "eu-central-1b"],
        availabilityZoneCount: 3,
      },
      'availabilityZones is ["eu-central-1a","eu-central-1b"] and availabilityZoneCount is 3; the number of names is the number of zones.\n    → Leave out availabilityZoneCount.',
    ],
  ])("throws when given %j", (props, message) => {
    expect(errorOf(() => new Network(emptyStack(), "network", props)).message).toBe(`stack/network: ${message}`);
  });

  test("writes a subnet and its route like this in HCL", () => {
    const stack = emptyStack();
    new Network(stack, "network", { name: "specweave-prod", encryptionKey });
    expect(hclBlocks(stack, ["aws_subnet", "network_public-a"], ["aws_nat_gateway", "network_nat-a"], ["aws_route", "network_private-b-internet"]))
      .toMatchInlineSnapshot(`
      "resource "aws_subnet" "network_public-a_A182901C" {
      availability_zone = "\${distinct(concat(data.aws_availability_zones.network_zones_2241F3F0.names, data.aws_availability_zones.network_all-zones_E96A360B.names)).0}"
      cidr_block = "10.0.128.0/22"
      map_public_ip_on_launch = false
      tags = {
      Name = "specweave-prod-public-a"
      "kubernetes.io/role/elb" = "1"
      }
      vpc_id = "\${aws_vpc.network_vpc_4E8F0223.id}"
      lifecycle {
        ignore_changes = [
      "availability_zone",
      ]
      }
      }
      resource "aws_nat_gateway" "network_nat-a_D6562ADB" {
      allocation_id = "\${aws_eip.network_nat-a-address_01EE5510.id}"
      subnet_id = "\${aws_subnet.network_public-a_A182901C.id}"
      tags = {
      Name = "specweave-prod-nat-a"
      }
      depends_on = [
      "aws_route.network_public-internet_720760D7",
      ]
      }
      resource "aws_route" "network_private-b-internet_F5876836" {
      destination_cidr_block = "0.0.0.0/0"
      nat_gateway_id = "\${aws_nat_gateway.network_nat-a_D6562ADB.id}"
      route_table_id = "\${aws_route_table.network_private-b-routes_B4642E17.id}"
      }"
    `);
  });
});
