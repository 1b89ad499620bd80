import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { SecurityGroup } from "../../lib/constructs/security-group";

const network = { vpcId: "vpc-1" };

function newStack(): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "test");
  new AwsProvider(stack, "aws", { region: "us-east-1" });
  return stack;
}

function group(stack: TerraformStack, name: string): SecurityGroup {
  return new SecurityGroup(stack, name, { network, name, description: `The ${name} of shop` });
}

function resources(stack: TerraformStack, type: string): Record<string, unknown>[] {
  return Object.values((JSON.parse(Testing.synth(stack)).resource[type] ?? {}) as Record<string, Record<string, unknown>>).map(({ "//": _, ...rest }) => rest);
}

describe("SecurityGroup", () => {
  test("is made before the group that it replaces goes, under a name that AWS makes unique", () => {
    const stack = newStack();
    group(stack, "server");
    expect(resources(stack, "aws_security_group")).toEqual([
      {
        vpc_id: "vpc-1",
        name_prefix: "server-",
        description: "The server of shop",
        tags: { Name: "server" },
        lifecycle: { create_before_destroy: true },
      },
    ]);
  });

  test("opens both ends of a rule between two groups, and nothing else", () => {
    const stack = newStack();
    const server = group(stack, "server");
    const database = group(stack, "database");
    database.allowFrom(server, 5432, "PostgreSQL from the server");
    const rule = { ip_protocol: "tcp", from_port: 5432, to_port: 5432, description: "PostgreSQL from the server" };
    const logicalId = (suffix: string) => Object.keys(JSON.parse(Testing.synth(stack)).resource.aws_security_group).find((id) => id.startsWith(suffix));
    const id = (name: string) => `\${aws_security_group.${logicalId(name)}.id}`;
    expect(resources(stack, "aws_vpc_security_group_ingress_rule")).toEqual([
      { ...rule, security_group_id: id("database"), referenced_security_group_id: id("server"), tags: { Name: "from-server-5432" } },
    ]);
    expect(resources(stack, "aws_vpc_security_group_egress_rule")).toEqual([
      { ...rule, security_group_id: id("server"), referenced_security_group_id: id("database"), tags: { Name: "to-database-5432" } },
    ]);
  });

  test("leaves the other end alone when that group is somebody else's", () => {
    const stack = newStack();
    group(stack, "database").allowFrom({ securityGroup: { securityGroupId: "sg-1", groupName: "bastion" } }, 5432, "PostgreSQL from the bastion");
    expect(resources(stack, "aws_vpc_security_group_ingress_rule")).toHaveLength(1);
    expect(resources(stack, "aws_vpc_security_group_egress_rule")).toEqual([]);
  });

  test("names a rule after its range", () => {
    const stack = newStack();
    const server = group(stack, "server");
    server.allowFromCidr("203.0.113.0/24", 22, "SSH from the office");
    server.allowToCidr("0.0.0.0/0", 443, "HTTPS to anywhere");
    expect(resources(stack, "aws_vpc_security_group_ingress_rule")).toMatchObject([{ cidr_ipv4: "203.0.113.0/24", tags: { Name: "from-203.0.113.0-24-22" } }]);
    expect(resources(stack, "aws_vpc_security_group_egress_rule")).toMatchObject([{ cidr_ipv4: "0.0.0.0/0", tags: { Name: "to-internet-443" } }]);
  });

  test("throws when the port is none", () => {
    const stack = newStack();
    expect(() => group(stack, "server").allowFromCidr("10.0.0.0/8", 70000, "all")).toThrow(
      new Error('test/server: the rule "all" is for port 70000; a TCP port is a whole number from 1 to 65535.\n    → Give the port that the service listens on.'),
    );
  });

  test("throws when the range is none", () => {
    const stack = newStack();
    expect(() => group(stack, "server").allowFromCidr("10.0.0.0", 22, "SSH")).toThrow(
      new Error('test/server: "10.0.0.0" is not an IPv4 range in CIDR notation.\n    → Write, for example, 203.0.113.0/24, or 203.0.113.7/32 for one address.'),
    );
  });

  test("throws when EC2 would refuse the description", () => {
    const stack = newStack();
    expect(() => group(stack, "server").allowFromCidr("10.0.0.0/8", 22, 'the "office"')).toThrow(
      new Error(
        'test/server: the description "the \\"office\\"" is not one that EC2 takes: 1 to 255 letters, digits, spaces and ._-:/()#,@[]+=&;{}!$*.\n' +
          "    → Leave out or replace the other characters.",
      ),
    );
  });
});
