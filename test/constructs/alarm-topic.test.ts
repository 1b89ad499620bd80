import { ALARM_PUBLISHERS, AlarmTopic, DEFAULTS } from "../../lib/constructs/alarm-topic";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf, resourcesOf } from "../support/synth";

describe("AlarmTopic", () => {
  test("is encrypted by a key that CloudWatch may use, since alarms would else be lost without a word", () => {
    const stack = awsStack();
    new AlarmTopic(stack, "alarms");
    expect(resourceOf(stack, "aws_sns_topic")).toMatchObject({ name: "test-alarms", kms_master_key_id: expect.stringContaining("aws_kms_key.") });
    const identifiers = resourcesOf(stack, "aws_iam_policy_document", "data").flatMap(({ statement }) => statement.flatMap((one: any) => one.principals[0].identifiers));
    expect(identifiers.filter((identifier: string) => identifier === ALARM_PUBLISHERS[0])).toHaveLength(2);
  });

  test("takes messages from alarms of this account, and none in clear", () => {
    const stack = awsStack();
    new AlarmTopic(stack, "alarms", { encryptionKey: { keyArn: "arn:aws:kms:us-east-1:123456789012:key/1" } });
    expect(resourceOf(stack, "aws_iam_policy_document", "data")["statement"]).toMatchObject([
      { sid: "AlarmsOfThisAccount", actions: ["sns:Publish"], condition: [{ variable: "aws:SourceAccount" }] },
      { sid: "NothingInClear", effect: "Deny", condition: [{ variable: "aws:SecureTransport", values: ["false"] }] },
    ]);
  });

  test("tells each address", () => {
    const stack = awsStack();
    new AlarmTopic(stack, "alarms", { emails: ["ops@example.com"] });
    expect(resourceOf(stack, "aws_sns_topic_subscription")).toMatchObject({ protocol: "email", endpoint: "ops@example.com" });
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/alarm-topic.ts", "AlarmTopicProps")).toEqual(DEFAULTS);
  });

  test.each([
    [["ops", "a@b.example"], 'emails has "ops", to which no mail can be sent.\n    → Write addresses such as ops@example.com.'],
    [["a@b.example", "a@b.example"], 'emails is ["a@b.example","a@b.example"]; an address stands there twice.\n    → Name each once.'],
  ])("throws when given %j", (emails, message) => {
    expect(messageOf(() => new AlarmTopic(awsStack(), "alarms", { emails }))).toBe(`test/alarms: ${message}`);
  });
});
