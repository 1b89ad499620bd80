import type { Demand } from "../demand/demand";
import { choice, present, unique, type Asked } from "./asked";
import type { Chosen, QueueChoice } from "./blueprint";

type QueueDemand = Extract<Demand, { kind: "queue" }>;

/** A queue, and all that is said of it. */
interface Described {
  readonly name?: string;
  readonly fifo: boolean;
  readonly demands: readonly Demand[];
}

/** The queues that criteria ask for. */
export function chooseQueues(asked: Asked): Chosen<readonly QueueChoice[]> | undefined {
  const ours = asked.all.filter(({ demand }) => demand.kind === "queue" && (demand.parameters.product ?? "sqs") === "sqs");
  const described = describe(asked.layers.map(({ demands }) => demands.filter((demanded) => ours.includes(demanded)).map(({ demand }) => demand as QueueDemand)));
  const alarmMessages = asked.stated<number>("alerts", "queueDepth");
  return choice(described.length > 0, unique(ours.map(({ origin }) => origin)), () =>
    described.map(({ demands, ...queue }) => {
      const of = (parameter: "visibilityTimeoutSeconds" | "maxReceiveCount" | "retentionDays", least: number, most: number) => {
        const value = asked.stated<number>("queue", parameter, (demand) => demands.includes(demand));
        if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most)) {
          asked.fault(ours.find(({ demand }) => demands.includes(demand) && (demand as QueueDemand).parameters[parameter] === value)?.origin, {
            message: `queue is asked for ${parameter} ${value}; SQS takes whole numbers from ${least} to ${most}.`,
            remedy: "Write a number in that range, or leave it out.",
          });
        }
        return value;
      };
      return { ...queue, ...present({ visibilityTimeoutSeconds: of("visibilityTimeoutSeconds", 0, 43_200), maxReceiveCount: of("maxReceiveCount", 1, 1000), retentionDays: of("retentionDays", 1, 14), alarmMessages }) };
    }),
  );
}

/**
 * One queue for each name, and one of a kind for what names none, where no other of that kind stands. What speaks of dead letters or of a time alone, and
 * of no kind, is said of those that stand. A queue that an earlier increment asked for stays, whatever a later one calls its own.
 */
function describe(increments: readonly (readonly QueueDemand[])[]): readonly Described[] {
  const standing: { readonly name?: string; fifo: boolean; readonly demands: Demand[] }[] = [];
  for (const demands of increments) {
    for (const demand of demands) {
      const { name, fifo } = demand.parameters;
      if (name === undefined) continue;
      const known = standing.find((queue) => queue.name === name);
      if (known) known.demands.push(demand);
      else standing.push({ name, fifo: fifo === true, demands: [demand] });
      // Its kind cannot change later; within one increment another criterion may say it.
      if (known && fifo === true && known.demands.every((each) => demands.includes(each as QueueDemand))) known.fifo = true;
    }
    const nameless = demands.filter(({ parameters }) => parameters.name === undefined);
    const saysWhich = (demand: QueueDemand) => demand.parameters.fifo === true || demand.parameters.product === "sqs";
    for (const demand of [...nameless.filter(saysWhich), ...nameless.filter((each) => !saysWhich(each))]) {
      const fifo = demand.parameters.fifo === true;
      const meant = standing.filter((queue) => (saysWhich(demand) ? queue.fifo === fifo : true));
      if (meant.length === 0) standing.push({ fifo, demands: [demand] });
      for (const queue of meant) queue.demands.push(demand);
    }
  }
  return standing;
}
