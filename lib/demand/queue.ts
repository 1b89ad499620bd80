import { capability, stated } from "./capability";
import { countOf, durations, inSeconds } from "./quantities";

export interface QueueParameters {
  readonly product?: "sqs" | "msk" | "mq" | "sns" | "eventbridge" | "kinesis";
  readonly visibilityTimeoutSeconds?: number;
  readonly maxReceiveCount?: number;
}

/** Messages between services: SQS, MSK, MQ. */
export const queue = capability<QueueParameters>()({
  id: "queue",
  title: "Queue",
  names: [
    /\bsqs\b/, /\bmsk\b/, /\bkafka\b/, /\brabbit ?mq\b/, /\bamazon ?mq\b/, /\bdead[- ]letter(?:s|ing)?(?: queues?)?\b/, /\bdlqs?\b/, /\b(?:message|mqtt) (?:broker|queue)s?\b/, /\bevent ?bridge\b/, /\bkinesis\b/, /\bvisibility timeout\b/, /消息队列/,
    /\bfifo queues?\b/,
  ],
  hints: [/\bmessage bus\b/, /\bqueues?\b/, /\bevent streaming\b/],
  otherSenses: [
    /\bworker threads?\b/, /\bqueue workers?\b/, /\bqueues? (?:table|page|list|metrics for|position|number)\b/, /\b(?:approval|review|needs approval|play|print|matchmaking|waiting|song|work|moderation|virtual|retry|in-memory|upload|job) ?queues?\b/, /\bqueue(?:s|d)? (?:the|a|an|for|events|metrics|requests|up)\b/,
    /\b(?:kafka|sqs|rabbitmq|message|queue) (?:consumer|producer|client|handler|listener)s?\b/,
  ],
  read: (text) => {
    const timeout = durations(text).find(({ start, end }) => /visibility (?:timeout)?[^,;.]{0,20}$/.test(text.slice(0, start)) || /^ (?:of )?visibility timeout/.test(text.slice(end)))?.value;
    const tries = /\b(?:max ?receive ?count|max(?:imum)? receives?)\D{0,8}(\d+)/.exec(text)?.[1] ?? countOf(text, "retry attempts?|retries|attempts|receives?|tries")?.toString();
    return stated<QueueParameters>({
      product: /\bsqs\b/.test(text) ? "sqs" : /\bmsk\b|\bkafka\b/.test(text) ? "msk" : /\brabbit ?mq\b|\bamazon ?mq\b|mqtt/.test(text) ? "mq" : /\bevent ?bridge\b/.test(text) ? "eventbridge" : /\bkinesis\b/.test(text) ? "kinesis" : undefined,
      visibilityTimeoutSeconds: timeout ? inSeconds(timeout) : undefined, maxReceiveCount: tries === undefined ? undefined : Number(tries),
    });
  },
  keys: { product: ["sqs", "msk", "mq", "sns", "eventbridge", "kinesis"], visibilityTimeoutSeconds: "number", maxReceiveCount: "number" },
  contradiction: ({ visibilityTimeoutSeconds }) => visibilityTimeoutSeconds !== undefined && visibilityTimeoutSeconds > 43_200
    ? { message: `its visibility timeout is ${visibilityTimeoutSeconds} seconds, and SQS allows at most 43200 (12 hours)`, remedy: "give a visibility timeout of at most 12 hours" } : undefined,
  examples: [{ text: "Create an SQS queue with visibility timeout 300 seconds and 3 retry attempts before the DLQ", parameters: { product: "sqs", visibilityTimeoutSeconds: 300, maxReceiveCount: 3 } }],
});
