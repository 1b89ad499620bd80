import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { SnsTopicPolicy } from "@cdktf/provider-aws/lib/sns-topic-policy";
import { SnsTopicSubscription } from "@cdktf/provider-aws/lib/sns-topic-subscription";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey, type ServicePrincipal } from "./encryption-key";
import { nameOf } from "./names";

/** Where alarms go. Pass an object with the ARN to use a topic that you already have. */
export interface IAlarmTopic {
  readonly topicArn: string;
}

export interface AlarmTopicProps {
  /**
   * The topic's name.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Encrypts messages. The key must let CloudWatch use it, or alarms are lost without a word:
   * `new EncryptionKey(stack, "key", { topicPublishers: ALARM_PUBLISHERS })`.
   * @default - a key of the topic's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * Addresses that get every message. AWS asks each for a confirmation first; until then it gets nothing.
   * @default [] - nobody is told
   */
  readonly emails?: readonly string[];
  /**
   * Services that may publish to it, in this account's name.
   * @default ["cloudwatch.amazonaws.com"]
   */
  readonly publishers?: readonly ServicePrincipal[];
}

/** The services that publish alarms, for the policy of a key that encrypts them. */
export const ALARM_PUBLISHERS = ["cloudwatch.amazonaws.com"] as const;

export const DEFAULTS = { emails: [], publishers: ALARM_PUBLISHERS } as const;

/**
 * An encrypted SNS topic that the alarms of this account may publish to, over TLS only. 1,000 mails a month are free.
 *
 * @example
 * new AlarmTopic(stack, "alarms", { name: "shop-alarms", emails: ["ops@example.com"] });
 *
 * @throws ConstructError when an address is none.
 */
export class AlarmTopic extends Construct implements IAlarmTopic {
  readonly topicArn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicProps = {}) {
    super(scope, id);
    const name = nameOf(this, props.name);
    const { emails, publishers } = { ...DEFAULTS, ...props };
    this.checkEmails(emails);
    const key =
      props.encryptionKey ??
      new EncryptionKey(this, "key", { alias: name, description: `Encrypts the messages of ${name}`, topicPublishers: publishers });
    const topic = new SnsTopic(this, "topic", { name, kmsMasterKeyId: key.keyArn, tags: { Name: name } });
    this.topicArn = topic.arn;

    const { accountId } = AwsAccount.of(this);
    new SnsTopicPolicy(this, "topic-policy", {
      arn: topic.arn,
      policy: new DataAwsIamPolicyDocument(this, "policy", {
        statement: [
          {
            sid: "AlarmsOfThisAccount",
            principals: [{ type: "Service", identifiers: [...publishers] }],
            actions: ["sns:Publish"],
            resources: [topic.arn],
            condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] }],
          },
          {
            sid: "NothingInClear",
            effect: "Deny",
            principals: [{ type: "AWS", identifiers: ["*"] }],
            actions: ["sns:Publish"],
            resources: [topic.arn],
            condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
          },
        ],
      }).json,
    });
    for (const email of emails) {
      new SnsTopicSubscription(this, `mail-${email.replace(/[^A-Za-z0-9]+/g, "-")}`, { topicArn: topic.arn, protocol: "email", endpoint: email });
    }
  }

  private checkEmails(emails: readonly string[]): void {
    const wrong = emails.filter((email) => !Token.isUnresolved(email) && !/^[^\s@"'$%{}\\]+@[^\s@"'$%{}\\]+\.[^\s@"'$%{}\\]+$/.test(email));
    if (wrong.length > 0) {
      throw new ConstructError(this, `emails has ${wrong.map((email) => JSON.stringify(email)).join(" and ")}, to which no mail can be sent.`, "Write addresses such as ops@example.com.");
    }
    if (new Set(emails).size !== emails.length) {
      throw new ConstructError(this, `emails is ${JSON.stringify(emails)}; an address stands there twice.`, "Name each once.");
    }
  }
}
