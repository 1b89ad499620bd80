import { ALARM_DEFAULTS, DEFAULTS, WorkQueue, type WorkQueueAlarmsProps, type WorkQueueProps } from "../../lib/constructs/work-queue";
import { documentedDefaults } from "../support/documented-defaults";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

function synthesized(props: WorkQueueProps = {}, then: (queue: WorkQueue) => void = () => {}): Synthesized {
  const stack = emptyStack();
  then(new WorkQueue(stack, "orders", { name: "shop-prod-orders", encryptionKey: { keyArn: "arn:key" }, ...props }));
  return new Synthesized(stack);
}

describe("WorkQueue", () => {
  test("is an encrypted queue, and one of dead letters, that stay at their addresses", () => {
    const stack = synthesized();
    expect(stack.resources("aws_sqs_queue")).toEqual({
      "orders/queue": {
        name: "shop-prod-orders",
        visibility_timeout_seconds: 60,
        message_retention_seconds: 345600,
        receive_wait_time_seconds: 20,
        kms_master_key_id: "arn:key",
        kms_data_key_reuse_period_seconds: 300,
        redrive_policy: '${jsonencode({"deadLetterTargetArn" = aws_sqs_queue.queue-dead.arn, "maxReceiveCount" = 5})}',
        lifecycle: { prevent_destroy: true },
      },
      "orders/dead": {
        name: "shop-prod-orders-dead",
        message_retention_seconds: 1209600,
        receive_wait_time_seconds: 20,
        kms_master_key_id: "arn:key",
        kms_data_key_reuse_period_seconds: 300,
        lifecycle: { prevent_destroy: true },
      },
    });
    expect([stack.address("orders/queue"), stack.address("orders/dead")]).toEqual(["aws_sqs_queue.queue", "aws_sqs_queue.queue-dead"]);
    expect(stack.resource("aws_sqs_queue_redrive_allow_policy")).toEqual({
      queue_url: "${aws_sqs_queue.queue-dead.url}",
      redrive_allow_policy: '${jsonencode({"redrivePermission" = "byQueue", "sourceQueueArns" = [aws_sqs_queue.queue.arn]})}',
    });
  });

  test("refuses what does not come by TLS, at both queues", () => {
    const stack = synthesized();
    for (const part of ["queue", "dead"]) {
      expect(stack.statements(`orders/${part}-policy-document`)).toEqual([expect.objectContaining({ effect: "Deny", actions: ["sqs:*"], condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }] })]);
    }
  });

  test("in order, is called as AWS wants it, and stands beside one without order", () => {
    const stack = synthesized({ fifo: true });
    expect(stack.resources("aws_sqs_queue")["orders/queue"]).toMatchObject({ name: "shop-prod-orders.fifo", fifo_queue: true, content_based_deduplication: true });
    expect(stack.resources("aws_sqs_queue")["orders/dead"]).toMatchObject({ name: "shop-prod-orders-dead.fifo", fifo_queue: true });
    expect(stack.address("orders/queue")).toBe("aws_sqs_queue.queue-fifo");
  });

  test("tells the application its address, and lets it send, receive and delete", () => {
    synthesized({}, (queue) => {
      expect(Object.keys(queue.environment)).toEqual(["QUEUE_URL"]);
      expect(queue.statements[0]?.actions).toEqual(["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ReceiveMessage", "sqs:SendMessage"]);
    });
    synthesized({ fifo: true }, (queue) => expect(Object.keys(queue.environment)).toEqual(["FIFO_QUEUE_URL"]));
    synthesized({ variable: "ORDERS_QUEUE_URL" }, (queue) => expect(Object.keys(queue.environment)).toEqual(["ORDERS_QUEUE_URL"]));
  });

  const alarms = (props?: WorkQueueAlarmsProps) =>
    Object.values(synthesized({}, (queue) => queue.addAlarms({ topicArn: "arn:topic" }, props)).resources("aws_cloudwatch_metric_alarm")).map(
      ({ alarm_name: name, metric_name: metric, threshold, comparison_operator: operator, dimensions }) => `${name}: ${metric} of ${dimensions.QueueName} ${operator} ${threshold}`,
    );

  test("tells of dead letters, of messages that wait for too long, and of too many where a number is given", () => {
    expect(alarms()).toEqual([
      "shop-prod-orders-age: ApproximateAgeOfOldestMessage of shop-prod-orders GreaterThanThreshold 900",
      "shop-prod-orders-dead-letters: ApproximateNumberOfMessagesVisible of shop-prod-orders-dead GreaterThanOrEqualToThreshold 1",
    ]);
    expect(alarms({ messages: 1000, oldestMessageSeconds: 60 })).toEqual([
      "shop-prod-orders-age: ApproximateAgeOfOldestMessage of shop-prod-orders GreaterThanThreshold 60",
      "shop-prod-orders-dead-letters: ApproximateNumberOfMessagesVisible of shop-prod-orders-dead GreaterThanOrEqualToThreshold 1",
      "shop-prod-orders-messages: ApproximateNumberOfMessagesVisible of shop-prod-orders GreaterThanThreshold 1000",
    ]);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/work-queue.ts", "WorkQueueProps")).toEqual(DEFAULTS);
    expect(documentedDefaults("lib/constructs/work-queue.ts", "WorkQueueAlarmsProps")).toEqual(ALARM_DEFAULTS);
  });

  const range = (prop: string, value: number, least: number, most: number) => `stack/orders: ${prop} is ${value}; SQS takes whole numbers from ${least} to ${most}.\n    → Give a number in that range, or leave it out.`;
  test.each<[string, WorkQueueProps, string]>([
    ["its name is none", { name: "orders.fifo" }, 'stack/orders: name is "orders.fifo"; a queue\'s has 1 to 70 letters, digits and dashes.\n    → Give a name such as "shop-prod-orders"; AWS adds .fifo by itself where it must.'],
    ["its variable is none", { variable: "queueUrl" }, 'stack/orders: variable is "queueUrl"; it has capital letters, digits and underscores.\n    → Write, for example, "ORDERS_QUEUE_URL".'],
    ["the timeout is too long", { visibilityTimeoutSeconds: 43_201 }, range("visibilityTimeoutSeconds", 43_201, 0, 43_200)],
    ["nothing is ever received", { maxReceiveCount: 0 }, range("maxReceiveCount", 0, 1, 1000)],
    ["messages are kept for too long", { retentionDays: 15 }, range("retentionDays", 15, 1, 14)],
  ])("throws when %s", (_, props, message) => {
    expect(errorOf(() => synthesized(props)).message).toBe(message);
  });
});
