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
  const described = describe(ours.map(({ demand }) => demand as QueueDemand));
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
 * One queue for each name, and, for what names none: all of those, or else one of the kind. What speaks of dead letters alone, and of no kind,
 * is said of the queue that there is.
 */
function describe(demands: readonly QueueDemand[]): readonly Described[] {
  const names = [...new Set(demands.map(({ parameters }) => parameters.name).filter((name) => name !== undefined))];
  const nameless = demands.filter(({ parameters }) => parameters.name === undefined);
  const named = names.map((name) => {
    const own = demands.filter(({ parameters }) => parameters.name === name);
    return { name, fifo: own.some(({ parameters }) => parameters.fifo === true), demands: own };
  });
  const ordered = nameless.filter(({ parameters }) => parameters.fifo === true);
  const others = nameless.filter(({ parameters }) => parameters.fifo !== true);
  const firstIn = ordered.length > 0 && !named.some(({ fifo }) => fifo) ? [{ fifo: true, demands: ordered }] : [];
  const standard = others.some(({ parameters }) => parameters.product === "sqs") || (others.length > 0 && firstIn.length === 0) ? [{ fifo: false, demands: others }] : [];
  if (named.length > 0) return [...named.map((queue) => ({ ...queue, demands: [...queue.demands, ...others, ...(queue.fifo ? ordered : [])] })), ...firstIn];
  return [...standard, ...firstIn.map((queue) => (standard.length > 0 ? queue : { ...queue, demands: [...queue.demands, ...others] }))];
}
