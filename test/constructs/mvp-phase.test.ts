import type { TerraformStack } from "cdktf";
import { DEFAULTS, MvpPhase, type MvpPhaseProps } from "../../lib/constructs/mvp-phase";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, resourceOf, resourcesOf, synthesized } from "../support/synth";

function phase(stack: TerraformStack, props: Partial<MvpPhaseProps> = {}): MvpPhase {
  return new MvpPhase(stack, "mvp", { name: "shop-prod", application: { repository: "acme/shop" }, ...props });
}

describe("MvpPhase", () => {
  test("needs a name and a repository, and is one server, one database, a network and its watch", () => {
    const stack = awsStack();
    phase(stack);
    const counted = Object.fromEntries(
      Object.entries(synthesized(stack)["resource"] as Record<string, object>)
        .filter(([type]) => /^aws_(instance|db_instance|eip|vpc|subnet|nat_gateway|lb|kms_key|sns_topic|secretsmanager_secret|cloudwatch_dashboard|cloudwatch_metric_alarm)$/.test(type))
        .map(([type, found]) => [type, Object.keys(found).length]),
    );
    expect(counted).toEqual({
      aws_cloudwatch_dashboard: 1,
      aws_cloudwatch_metric_alarm: 11,
      aws_db_instance: 1,
      aws_eip: 1,
      aws_instance: 1,
      aws_kms_key: 1,
      aws_secretsmanager_secret: 2,
      aws_sns_topic: 1,
      aws_subnet: 9,
      aws_vpc: 1,
    });
  });

  test("keeps the data where the next phase finds it", () => {
    const stack = awsStack();
    phase(stack);
    const { resource } = synthesized(stack);
    expect([Object.keys(resource.aws_db_instance), Object.keys(resource.aws_kms_key), Object.keys(resource.aws_secretsmanager_secret)]).toEqual([
      ["database"],
      ["data"],
      ["database-password", "database-settings"],
    ]);
  });

  test("serves a domain by HTTPS", () => {
    const stack = awsStack();
    const { server } = phase(stack, { domain: { domainName: "shop.example.com", certificateEmail: "ops@example.com" } });
    expect(server.url).toBe("https://shop.example.com");
    expect(resourceOf(stack, "aws_route53_record")).toMatchObject({ name: "shop.example.com", records: ["${aws_eip.server.public_ip}"] });
    expect(resourceOf(stack, "aws_instance")["user_data"]).toContain("--email 'ops@example.com'");
  });

  test("can be taken down by one switch", () => {
    const stack = awsStack();
    phase(stack, { deletionProtection: false });
    expect(resourceOf(stack, "aws_db_instance")["deletion_protection"]).toBe(false);
    expect(resourceOf(stack, "aws_instance")["disable_api_termination"]).toBe(false);
  });

  test("uses a network, a key and a topic that are there already", () => {
    const stack = awsStack();
    phase(stack, {
      network: { vpcId: "vpc-1", vpcCidr: "10.0.0.0/16", publicSubnetIds: ["subnet-1"], privateSubnetIds: [], dataSubnetIds: ["subnet-2", "subnet-3"] },
      encryptionKey: { keyArn: "arn:aws:kms:us-east-1:123456789012:key/1" },
      alarmTopic: { topicArn: "arn:aws:sns:us-east-1:123456789012:alarms" },
    });
    const types = Object.keys(synthesized(stack)["resource"]);
    expect(types).not.toEqual(expect.arrayContaining(["aws_vpc"]));
    expect(types).not.toEqual(expect.arrayContaining(["aws_kms_key"]));
    expect(types).not.toEqual(expect.arrayContaining(["aws_sns_topic"]));
  });

  test("does without a database", () => {
    const stack = awsStack();
    expect(phase(stack, { database: "none" }).database).toBeUndefined();
    expect(resourcesOf(stack, "aws_db_instance")).toEqual([]);
    expect(resourcesOf(stack, "aws_cloudwatch_metric_alarm")).toHaveLength(6);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/mvp-phase.ts", "MvpPhaseProps")).toEqual(DEFAULTS);
  });
});
