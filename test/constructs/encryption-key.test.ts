import { Testing } from "cdktf";
import { Construct } from "constructs";
import { DEFAULTS, EncryptionKey } from "../../lib/constructs/encryption-key";
import { LogGroup } from "../../lib/constructs/log-group";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

/** Statements of the key's policy, by their id. */
function policyOf(synthesized: Synthesized): Record<string, Record<string, any>> {
  return Object.fromEntries(synthesized.statements("key/policy").map((statement) => [statement["sid"], statement]));
}

describe("EncryptionKey", () => {
  test("rotates, waits before it is deleted, and is known by its alias", () => {
    // GIVEN
    const stack = emptyStack();

    // WHEN
    new EncryptionKey(stack, "key", { alias: "specweave-prod" });

    // THEN
    const synthesized = new Synthesized(stack);
    expect(synthesized.resource("aws_kms_key")).toMatchObject({
      description: "Encrypts the data of specweave-prod",
      enable_key_rotation: true,
      deletion_window_in_days: DEFAULTS.deletionWindowDays,
      tags: { Name: "specweave-prod" },
    });
    expect(synthesized.resource("aws_kms_alias")["name"]).toBe("alias/specweave-prod");
  });

  test("has the defaults that its documentation names", () => {
    expect(DEFAULTS).toEqual({ deletionWindowDays: 30, topicPublishers: [] });
  });

  test("takes its alias from where it stands, unless told", () => {
    const stack = emptyStack();
    new EncryptionKey(stack, "key");
    expect(new Synthesized(stack).resource("aws_kms_alias")["name"]).toBe("alias/stack-key");
  });

  test("leaves the time between rotations to KMS, unless told", () => {
    const [untold, told] = [emptyStack(), emptyStack()];
    new EncryptionKey(untold, "key");
    new EncryptionKey(told, "key", { rotationPeriodDays: 90 });
    expect(new Synthesized(untold).resource("aws_kms_key")).not.toHaveProperty("rotation_period_in_days");
    expect(new Synthesized(told).resource("aws_kms_key")["rotation_period_in_days"]).toBe(90);
  });

  test("is administered by this account's IAM, and used by CloudWatch Logs for this account's groups only", () => {
    const stack = emptyStack();
    new EncryptionKey(stack, "key");
    const policy = policyOf(new Synthesized(stack));
    expect(Object.keys(policy)).toEqual(["IamOfThisAccount", "LogGroupsOfThisAccount"]);
    expect(policy["IamOfThisAccount"]!["principals"]).toEqual([
      {
        type: "AWS",
        identifiers: [expect.stringMatching(/^arn:\$\{.*partition\}:iam::\$\{.*account_id\}:root$/)],
      },
    ]);
    expect(policy["LogGroupsOfThisAccount"]).toMatchObject({
      principals: [
        {
          type: "Service",
          identifiers: [expect.stringMatching(/^logs\.\$\{.*\.id\}\.amazonaws\.com$/)],
        },
      ],
      condition: [
        {
          test: "ArnLike",
          variable: "kms:EncryptionContext:aws:logs:arn",
          values: [expect.stringMatching(/:log-group:\*$/)],
        },
      ],
    });
  });

  test("lets named services publish to topics, and bounds that by the topics of this account", () => {
    const stack = emptyStack();
    new EncryptionKey(stack, "key", {
      topicPublishers: ["cloudwatch.amazonaws.com"],
    });
    expect(policyOf(new Synthesized(stack))["PublishersToTopicsOfThisAccount"]).toMatchObject({
      principals: [{ type: "Service", identifiers: ["cloudwatch.amazonaws.com"] }],
      actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
      condition: [
        {
          test: "ArnLike",
          variable: "kms:EncryptionContext:aws:sns:topicArn",
          values: [expect.stringMatching(/^arn:.*:sns:.*:\*$/)],
        },
      ],
    });
  });

  test("lets EC2 Auto Scaling use it when asked, however often, and lend it for volumes alone", () => {
    // GIVEN
    const stack = emptyStack();
    const key = new EncryptionKey(stack, "key");

    // WHEN
    key.allowAutoScaling();
    key.allowAutoScaling();

    // THEN
    const statements = new Synthesized(stack).statements("key/policy");
    expect(statements.map(({ sid }) => sid)).toEqual([
      "IamOfThisAccount",
      "LogGroupsOfThisAccount",
      "AutoScalingUsesVolumes",
      "AutoScalingLendsVolumes",
    ]);
    for (const statement of statements.slice(2)) {
      expect(statement["principals"]).toEqual([{ type: "AWS", identifiers: ["*"] }]);
      expect(statement["condition"]).toEqual(
        expect.arrayContaining([
          {
            test: "StringEquals",
            variable: "kms:CallerAccount",
            values: [expect.stringContaining("account_id")],
          },
          {
            test: "ArnEquals",
            variable: "aws:PrincipalArn",
            values: [expect.stringMatching(/role\/aws-service-role\/autoscaling\.amazonaws\.com\/AWSServiceRoleForAutoScaling$/)],
          },
        ]),
      );
    }
    expect(statements[3]!["condition"]).toContainEqual({
      test: "Bool",
      variable: "kms:GrantIsForAWSResource",
      values: ["true"],
    });
  });

  test("keeps its Terraform address wherever it stands, when that is given", () => {
    // GIVEN
    const stack = emptyStack();

    // WHEN
    const key = new EncryptionKey(new Construct(stack, "phase"), "key", { address: "data" });

    // THEN
    new LogGroup(stack, "logs", { name: "/specweave/api", encryptionKey: key });
    expect(new Synthesized(stack).address("phase/key/key")).toBe("aws_kms_key.data");
    expect(new Synthesized(stack).resource("aws_cloudwatch_log_group")["kms_key_id"]).toBe("${aws_kms_key.data.arn}");
  });

  test("throws when two keys are given one address", () => {
    const stack = emptyStack();
    new EncryptionKey(stack, "key", { address: "data" });
    expect(errorOf(() => new EncryptionKey(stack, "other", { address: "data" })).message).toBe(
      "stack/other/key: its address aws_kms_key.data is that of stack/key/key already, and Terraform would see one of the two only.\n    → Give the two keys different `address`es.",
    );
  });

  test("asks for account, region and partition once a stack, however many keys there are", () => {
    const stack = emptyStack();
    new EncryptionKey(stack, "key");
    new EncryptionKey(stack, "other");
    const synthesized = new Synthesized(stack);
    expect(["aws_caller_identity", "aws_region", "aws_partition"].map((type) => Object.keys(synthesized.dataSources(type)))).toEqual([
      ["aws-account/identity"],
      ["aws-account/region"],
      ["aws-account/partition"],
    ]);
  });

  test.each([
    [{ deletionWindowDays: 6 }, "deletionWindowDays is 6; KMS takes whole days from 7 to 30."],
    [{ deletionWindowDays: 31 }, "deletionWindowDays is 31; KMS takes whole days from 7 to 30."],
    [{ deletionWindowDays: 7.5 }, "deletionWindowDays is 7.5; KMS takes whole days from 7 to 30."],
    [{ rotationPeriodDays: 30 }, "rotationPeriodDays is 30; KMS takes whole days from 90 to 2560."],
  ])("throws when given %p", (props, problem) => {
    expect(errorOf(() => new EncryptionKey(emptyStack(), "key", props)).message).toBe(
      `stack/key: ${problem}\n    → Give a number in that range, or leave it out.`,
    );
  });

  test("reads like this in HCL", () => {
    const stack = emptyStack();
    new EncryptionKey(stack, "key", { alias: "specweave-prod" });
    expect(Testing.synthHcl(stack)).toMatchInlineSnapshot(`
      "terraform {
      required_providers {
        aws = {
      version = "6.25.0"
      source = "aws"
      }
      }


      }

      provider "aws" {
      region = "eu-central-1"
      }
      data "aws_iam_policy_document" "key_policy_55EBA191" {
      statement {
      actions = [
      "kms:*"
      ]
      resources = [
      "*"
      ]
      sid = "IamOfThisAccount"
      principals {
      identifiers = [
      "arn:\${data.aws_partition.aws-account_partition_7F42276D.partition}:iam::\${data.aws_caller_identity.aws-account_identity_87B2DE4E.account_id}:root"
      ]
      type = "AWS"
      }
      }
      statement {
      actions = [
      "kms:Encrypt",
      "kms:Decrypt",
      "kms:ReEncrypt*",
      "kms:GenerateDataKey*",
      "kms:DescribeKey"
      ]
      resources = [
      "*"
      ]
      sid = "LogGroupsOfThisAccount"
      condition {
      test = "ArnLike"
      values = [
      "arn:\${data.aws_partition.aws-account_partition_7F42276D.partition}:logs:\${data.aws_region.aws-account_region_D4DFE338.id}:\${data.aws_caller_identity.aws-account_identity_87B2DE4E.account_id}:log-group:*"
      ]
      variable = "kms:EncryptionContext:aws:logs:arn"
      }
      principals {
      identifiers = [
      "logs.\${data.aws_region.aws-account_region_D4DFE338.id}.amazonaws.com"
      ]
      type = "Service"
      }
      }
      }
      resource "aws_kms_key" "key_F64E54E4" {
      deletion_window_in_days = 30
      description = "Encrypts the data of specweave-prod"
      enable_key_rotation = true
      policy = "\${data.aws_iam_policy_document.key_policy_55EBA191.json}"
      tags = {
      Name = "specweave-prod"
      }
      }
      resource "aws_kms_alias" "key_alias_9418169B" {
      name = "alias/specweave-prod"
      target_key_id = "\${aws_kms_key.key_F64E54E4.key_id}"
      }
      data "aws_caller_identity" "aws-account_identity_87B2DE4E" {
      }
      data "aws_partition" "aws-account_partition_7F42276D" {
      }
      data "aws_region" "aws-account_region_D4DFE338" {
      }"
    `);
  });
});
