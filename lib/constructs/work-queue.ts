import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { SqsQueueRedriveAllowPolicy } from "@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import type { IAlarmTopic } from "./alarm-topic";
import type { IApplicationService } from "./application-service";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { fixAddress } from "./fixed-address";
import { MetricAlarm } from "./metric-alarm";
import { nameOf } from "./names";

export interface WorkQueueProps {
  /**
   * The queue's name, without the `.fifo` that AWS wants at the end of some: letters, digits and dashes, 70 at most. It cannot change later.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Delivers messages of a group in their order, and each once, at 300 a second. It cannot change later.
   * @default false
   */
  readonly fifo?: boolean;
  /**
   * Terraform's name for the queue (`aws_sqs_queue.<address>`, and `<address>-dead`), independent of where the construct stands. It must never change.
   * @default - "queue", or "queue-fifo"
   */
  readonly address?: string;
  /**
   * The environment variable that tells the application of the queue.
   * @default - "QUEUE_URL", or "FIFO_QUEUE_URL"
   */
  readonly variable?: string;
  /**
   * Encrypts messages.
   * @default - a key of the queue's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * How long a message that was received is kept from others, 0 to 43200: longer than it takes to work on it.
   * @default 60
   */
  readonly visibilityTimeoutSeconds?: number;
  /**
   * How often a message is received, and not deleted, until it goes to the dead letters; 1 to 1000.
   * @default 5
   */
  readonly maxReceiveCount?: number;
  /**
   * Days until a message that nobody deleted is gone, 1 to 14. Dead letters stay for 14.
   * @default 4
   */
  readonly retentionDays?: number;
  /**
   * Terraform refuses any plan that would destroy or replace the queue, and the messages in it.
   * @default true
   */
  readonly protect?: boolean;
}

export const DEFAULTS = { fifo: false, visibilityTimeoutSeconds: 60, maxReceiveCount: 5, retentionDays: 4, protect: true } as const satisfies Partial<WorkQueueProps>;

/** From when on the alarms of a queue speak. */
export interface WorkQueueAlarmsProps {
  /**
   * How old the oldest message may be.
   * @default 900
   */
  readonly oldestMessageSeconds?: number;
  /**
   * How many messages may wait.
   * @default - any number, as long as none waits for too long
   */
  readonly messages?: number;
}

export const ALARM_DEFAULTS = { oldestMessageSeconds: 900 } as const satisfies WorkQueueAlarmsProps;

type Decided = WorkQueueProps & Required<Pick<WorkQueueProps, keyof typeof DEFAULTS>>;

const DAY = 86_400;

/**
 * An SQS queue with a queue of dead letters beside it: encrypted, by TLS only, for this account alone. A million requests a month are free, then
 * 0.40 USD each (us-east-1).
 *
 * A worker receives a message, works on it and deletes it; one that it does not delete comes back, until it goes to the dead letters, where someone
 * is told of it.
 *
 * @example
 * const queue = new WorkQueue(stack, "queue", { name: "shop-prod-orders", encryptionKey: key, visibilityTimeoutSeconds: 300 });
 * queue.addAlarms(topic);
 * fleet.useServices([queue]);
 *
 * @throws ConstructError when a prop breaks a rule of SQS.
 */
export class WorkQueue extends Construct implements IApplicationService {
  readonly queueName: string;
  readonly queueUrl: string;
  readonly queueArn: string;
  readonly deadLetterQueueName: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];

  private readonly baseName: string;

  constructor(scope: Construct, id: string, given: WorkQueueProps = {}) {
    super(scope, id);
    const props: Decided = { ...DEFAULTS, ...given };
    const name = props.name ?? nameOf(this, undefined);
    this.check(props, name);
    const address = props.address ?? (props.fifo ? "queue-fifo" : "queue");
    const key = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: `${name}-queue`.slice(-48).replace(/^-/, ""), description: `Encrypts the messages of ${name}` });
    const ending = props.fifo ? ".fifo" : "";
    const common = {
      ...(props.fifo ? { fifoQueue: true, contentBasedDeduplication: true } : {}),
      kmsMasterKeyId: key.keyArn,
      kmsDataKeyReusePeriodSeconds: 300,
      // An empty answer every 20 seconds costs less than one at once, again and again.
      receiveWaitTimeSeconds: 20,
      ...(props.protect ? { lifecycle: { preventDestroy: true } } : {}),
    };
    const remedy = "Give the two queues different `address`es.";
    const dead = new SqsQueue(this, "dead", { name: `${name}-dead${ending}`, messageRetentionSeconds: 14 * DAY, ...common });
    fixAddress(dead, `${address}-dead`, remedy);
    const queue = new SqsQueue(this, "queue", {
      name: `${name}${ending}`,
      visibilityTimeoutSeconds: props.visibilityTimeoutSeconds,
      messageRetentionSeconds: props.retentionDays * DAY,
      redrivePolicy: Fn.jsonencode({ deadLetterTargetArn: dead.arn, maxReceiveCount: props.maxReceiveCount }),
      ...common,
    });
    fixAddress(queue, address, remedy);
    new SqsQueueRedriveAllowPolicy(this, "only-from-queue", { queueUrl: dead.url, redriveAllowPolicy: Fn.jsonencode({ redrivePermission: "byQueue", sourceQueueArns: [queue.arn] }) });
    for (const [part, each] of [["queue", queue], ["dead", dead]] as const) {
      new SqsQueuePolicy(this, `${part}-policy`, {
        queueUrl: each.url,
        policy: new DataAwsIamPolicyDocument(this, `${part}-policy-document`, {
          statement: [
            {
              sid: "NothingInClear",
              effect: "Deny",
              principals: [{ type: "AWS", identifiers: ["*"] }],
              actions: ["sqs:*"],
              resources: [each.arn],
              condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
            },
          ],
        }).json,
      });
    }
    this.queueName = `${name}${ending}`;
    this.deadLetterQueueName = `${name}-dead${ending}`;
    this.baseName = name;
    this.queueUrl = queue.url;
    this.queueArn = queue.arn;
    this.environment = { [props.variable ?? (props.fifo ? "FIFO_QUEUE_URL" : "QUEUE_URL")]: queue.url };
    this.statements = [
      {
        actions: ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage"],
        resources: [queue.arn],
      },
      {
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: [key.keyArn],
        condition: [{ test: "StringEquals", variable: "kms:ViaService", values: [`sqs.${AwsAccount.of(this).region}.amazonaws.com`] }],
      },
    ];
  }

  /** Tells the topic of dead letters, of messages that wait for too long, and, where a number is given, of too many. */
  addAlarms(topic: IAlarmTopic, given: WorkQueueAlarmsProps = {}): void {
    const { oldestMessageSeconds, messages } = { ...ALARM_DEFAULTS, ...given };
    const common = { topic, namespace: "AWS/SQS", statistic: "Maximum", missingData: "notBreaching" } as const;
    const queue = { QueueName: this.queueName };
    new MetricAlarm(this, "age-alarm", {
      ...common,
      name: `${this.baseName}-age`,
      description: `A message has waited in ${this.queueName} for more than ${oldestMessageSeconds} seconds. See whether workers run, and what they log.`,
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: queue,
      when: "above",
      threshold: oldestMessageSeconds,
    });
    new MetricAlarm(this, "dead-alarm", {
      ...common,
      name: `${this.baseName}-dead-letters`,
      description: `A message of ${this.queueName} failed too often and lies in ${this.deadLetterQueueName}. See what it is; after the correction, move it back (start-message-move-task).`,
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: this.deadLetterQueueName },
      when: "at-least",
      threshold: 1,
      evaluationPeriods: 1,
    });
    if (messages === undefined) return;
    new MetricAlarm(this, "messages-alarm", {
      ...common,
      name: `${this.baseName}-messages`,
      description: `More than ${messages} messages wait in ${this.queueName}. See whether there are enough workers.`,
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: queue,
      when: "above",
      threshold: messages,
    });
  }

  private check(props: Decided, name: string): void {
    if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,69}$/.test(name)) {
      throw new ConstructError(this, `name is "${name}"; a queue's has 1 to 70 letters, digits and dashes.`, 'Give a name such as "shop-prod-orders"; AWS adds .fifo by itself where it must.');
    }
    if (props.variable !== undefined && !/^[A-Z][A-Z0-9_]*$/.test(props.variable)) {
      throw new ConstructError(this, `variable is "${props.variable}"; it has capital letters, digits and underscores.`, 'Write, for example, "ORDERS_QUEUE_URL".');
    }
    for (const [prop, least, most] of [["visibilityTimeoutSeconds", 0, 43_200], ["maxReceiveCount", 1, 1000], ["retentionDays", 1, 14]] as const) {
      const value = props[prop];
      if (!Number.isInteger(value) || value < least || value > most) {
        throw new ConstructError(this, `${prop} is ${value}; SQS takes whole numbers from ${least} to ${most}.`, "Give a number in that range, or leave it out.");
      }
    }
  }
}
