import { agrees, capability, type Claim, refused, stated } from "./capability";
import { refusesPlainHttp } from "./policies";
import { countOf, durations, inDays, inSeconds } from "./quantities";
import type { Evidence, Resource } from "./synthesized";
import { unused, usersOf } from "./users";

export interface QueueParameters {
  readonly product?: "sqs" | "msk" | "mq" | "sns" | "eventbridge" | "kinesis";
  readonly name?: string;
  readonly fifo?: true;
  readonly visibilityTimeoutSeconds?: number;
  readonly maxReceiveCount?: number;
  readonly retentionDays?: number;
}

/** For people, what phaseline does not provision. */
const OTHERS = { msk: "Kafka", mq: "message broker", sns: "SNS topic", eventbridge: "event bus", kinesis: "Kinesis stream" } as const;

/** Messages between services: SQS, MSK, MQ. */
export const queue = capability<QueueParameters>()({
  id: "queue",
  title: "Queue",
  names: [
    /\bsqs\b/, /\bmsk\b/, /\bkafka\b/, /\brabbit ?mq\b/, /\bamazon ?mq\b/, /\bdead[- ]letter(?:s|ing)?(?: queues?)?\b/, /\bdlqs?\b/, /\b(?:message|mqtt) (?:broker|queue)s?\b/, /\bevent ?bridge\b/, /\bkinesis\b/, /\bvisibility timeout\b/, /消息队列/,
    /\bfifo queues?\b/,
    /\b(?:eclipse )?mosquitto\b/, /\b(?:emqx|vernemq|hivemq|activemq|redpanda|strimzi)\b/, /\bapache pulsar\b|\bpulsar (?:cluster|topics?|brokers?)\b/, /\bjetstream\b|\bnats (?:server|cluster|streaming)\b/, /\bfirehose\b/,
    /\bmessages? retention\b|\bretention of messages\b/, /\bredrive (?:polic(?:y|ies)|allow)\b/, /\bmax(?:imum)? ?receive ?count\b/, /\bcolas? de mensajes\b|\bcola sqs\b|\bfilas? de mensagens\b|\bfila sqs\b|\bfiles? d'attente de messages\b|\bnachrichtenwarteschlange\w*\b/, /メッセージキュー/,
  ],
  hints: [/\bmessage bus\b/, /\bqueues?\b/, /\bevent streaming\b/],
  otherSenses: [
    /\bworker threads?\b/, /\bqueue workers?\b/, /\bqueues? (?:table|page|list|metrics for|position|number)\b/, /\b(?:approval|review|needs approval|play|print|matchmaking|waiting|song|work|moderation|virtual|retry|in-memory|upload|job) ?queues?\b/, /\bqueue(?:s|d)? (?:the|a|an|for|events|metrics|requests|up)\b/,
    /\bevent ?bridge rules?\b(?=[^.;]{0,40}\b(?:publish|detect|match|captur|react|listen)\w*\b[^.;]{0,60}\b(?:events?|status|state|changes?)\b)/,
    // What is measured of a queue is for alarms, dashboards and what scales.
    /\b(?:(?:sqs|kafka|rabbit ?mq) )?(?:(?:queue|message|consumer) )+(?:depth|length|lag|backlog|counts?)s?\b/, /\bsqs メッセージ数/,
    /\b(?:kafka|sqs|rabbitmq|message|queue) (?:consumer|producer|client|handler|listener)s?\b/,
  ],
  read: (text) => {
    const timeout = durations(text).find(({ start, end }) => /visibility (?:timeout)?[^,;.]{0,20}$/.test(text.slice(0, start)) || /^ (?:of )?visibility timeout/.test(text.slice(end)))?.value;
    const kept = durations(text).find(({ value, start, end }) => ["hour", "day", "week"].includes(value.unit)
      && (/\b(?:retention|retain(?:s|ed|ing)?|kept|keep(?:s|ing)?)\b[^,;.]{0,30}$/.test(text.slice(Math.max(0, start - 50), start)) || /^[ -](?:message )?retention\b/.test(text.slice(end, end + 24))));
    const tries = /\b(?:max ?receive ?count|max(?:imum)? receives?)\D{0,8}(\d+)/.exec(text)?.[1] ?? countOf(text, "retry attempts?|retries|attempts|receives?|tries")?.toString();
    return stated<QueueParameters>({
      product: /\bsqs\b/.test(text) ? "sqs" : /\bmsk\b|\bkafka\b|\bredpanda\b|\bstrimzi\b/.test(text) ? "msk" : /\brabbit ?mq\b|\bamazon ?mq\b|mqtt|\bmosquitto\b|\b(?:emqx|vernemq|hivemq|activemq)\b|\bpulsar\b|\bjetstream\b|\bnats\b/.test(text) ? "mq" : /\bevent ?bridge\b/.test(text) ? "eventbridge" : /\bkinesis\b|\bfirehose\b/.test(text) ? "kinesis" : undefined,
      visibilityTimeoutSeconds: timeout ? inSeconds(timeout) : undefined, maxReceiveCount: tries === undefined ? undefined : Number(tries),
      // Underscores and markup are spaces in folded text: only a name with a dash is known to be whole.
      name: /\bqueues? (?:named|called) +["']?([a-z][a-z0-9]*(?:-[a-z0-9]+)+)(?=["']?(?:[ ,;.)]|$))/.exec(text)?.[1],
      fifo: /\bfifo\b/.test(text) ? true : undefined,
      retentionDays: kept ? inDays(kept.value) : undefined,
    });
  },
  keys: { product: ["sqs", "msk", "mq", "sns", "eventbridge", "kinesis"], name: "string", fifo: "boolean", visibilityTimeoutSeconds: "number", maxReceiveCount: "number", retentionDays: "number" },
  contradiction: ({ visibilityTimeoutSeconds }) => visibilityTimeoutSeconds !== undefined && visibilityTimeoutSeconds > 43_200
    ? { message: `its visibility timeout is ${visibilityTimeoutSeconds} seconds, and SQS allows at most 43200 (12 hours)`, remedy: "give a visibility timeout of at most 12 hours" } : undefined,
  prove: ({ product = "sqs", name, fifo, visibilityTimeoutSeconds, maxReceiveCount, retentionDays }, evidence) => {
    const wanted = `an encrypted ${fifo ? "FIFO queue" : "queue"}${name === undefined ? "" : ` "${name}"`} with dead letters, that the application may use`;
    if (product !== "sqs") return refused(wanted, `no ${OTHERS[product]}: phaseline's queues are of SQS; write \`SQS queue with a dead-letter queue\``);
    const claims = queuesOf(evidence, name, fifo).map(({ queue, dead }): Claim => {
      const policy = /maxReceiveCount\W+(\d+)/.exec(queue.text("redrive_policy"))?.[1];
      return {
        wanted,
        found: `queue "${String(queue.get("name"))}" with dead letters after ${policy} tries, encrypted${usersOf(evidence).length === 0 ? "" : ", that the application may use"}`,
        resources: [queue, dead],
        unless: {
          "no queue of dead letters": dead !== undefined,
          "a queue without a key of its own": [queue, dead].every((each) => each === undefined || each.get("kms_master_key_id") !== undefined),
          "a queue that answers plain HTTP": [queue, dead].every((each) => each === undefined || evidence.resources("aws_sqs_queue_policy").some((found) => found.refersTo(each, "queue_url") && refusesPlainHttp(evidence, found))),
          "a queue that Terraform may destroy": [queue, dead].every((each) => each === undefined || each.get("lifecycle.prevent_destroy") === true),
          [`a visibility timeout of ${String(queue.get("visibility_timeout_seconds"))} seconds`]: agrees(visibilityTimeoutSeconds, queue.get("visibility_timeout_seconds")),
          [`dead letters after ${policy} tries`]: agrees(maxReceiveCount, policy),
          [`messages kept for ${Number(queue.get("message_retention_seconds")) / 86_400} days`]: agrees(retentionDays, Number(queue.get("message_retention_seconds")) / 86_400),
          ...unused(evidence, [queue], "sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"),
        },
      };
    });
    return claims.length > 0 ? claims : { wanted, found: "", resources: [], unless: { [`no ${fifo ? "FIFO queue" : "queue"}${name === undefined ? "" : ` "${name}"`}`]: false } };
  },
  examples: [{ text: "Create an SQS queue with visibility timeout 300 seconds and 3 retry attempts before the DLQ", parameters: { product: "sqs", visibilityTimeoutSeconds: 300, maxReceiveCount: 3 } }],
});

/** The queues of the kind, each with its dead letters. In an environment beside the first one its name stands behind that of the queue. */
function queuesOf(evidence: Evidence, name: string | undefined, fifo: true | undefined): readonly { readonly queue: Resource; readonly dead: Resource | undefined }[] {
  const all = evidence.resources("aws_sqs_queue");
  const deadOf = (queue: Resource) => all.find((other) => queue.text("redrive_policy").includes(`${other.address}.arn`));
  const dead = new Set(all.map(deadOf));
  return all
    .filter((queue) => !dead.has(queue))
    .filter((queue) => fifo === undefined || queue.get("fifo_queue") === true)
    .filter((queue) => name === undefined || [name, `${name}-${queue.stack}`].includes(String(queue.get("name")).replace(/\.fifo$/, "")))
    .map((queue) => ({ queue, dead: deadOf(queue) }));
}
