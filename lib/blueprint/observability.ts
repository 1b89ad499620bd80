import { greatest } from "../demand/quantities";
import type { OneOrMany } from "../demand/vocabulary";
import { choice, present, type Asked } from "./asked";
import type { Blueprint } from "./blueprint";
import { latencyTargets } from "./capacity";
import { chooseMonitoring } from "./monitoring";
import { RETENTION_DAYS } from "./retention";

/** Who looks at what runs, how long it is remembered, and who is told. */
export function chooseObservability(
  asked: Asked,
  { watched, cluster }: { readonly watched: boolean; readonly cluster: boolean },
): Pick<Blueprint, "monitoring" | "podLogs" | "traces" | "alarms" | "logs"> {
  const objective = present({ objectivePercent: greatest(asked.stated<OneOrMany<number>>("availability-target", "uptimePercent")) });
  const latencies = latencyTargets(asked);
  const most = latencies.find(({ percentile }) => percentile === 95);
  const kept = asked.stated<number>("logs", "retentionDays", ({ parameters }) => (parameters as { tool?: string }).tool !== "flow-logs");
  return present({
    ...chooseMonitoring(asked, { cluster, ...(most ? { latencyMilliseconds: most.milliseconds } : {}) }),
    alarms: choice(
      [...asked.on("server", "alerts", "logs", "metrics", "dashboards"), ...asked.on("fleet", "alerts", "availability-target", "capacity-target", "metrics", "dashboards")].length > 0 ||
        (watched && asked.because("alerts").length > 0),
      asked.because("alerts", "availability-target"),
      () => ({ ...objective, ...(latencies.length > 0 ? { latencyTargets: latencies } : {}), ...thresholds(asked) }),
    ),
    logs: choice(kept !== undefined, asked.because("logs"), () => ({ retentionDays: retentionOf(kept!, asked) })),
  });
}

/** CloudWatch keeps logs for some numbers of days and no others. */
function retentionOf(days: number, asked: Asked): number {
  const nearest = RETENTION_DAYS.find((each) => each >= days);
  if (nearest !== days) {
    asked.fault(asked.because("logs").at(-1), {
      message: `logs are to be kept for ${days} days, which CloudWatch cannot; it knows ${RETENTION_DAYS.slice(0, 12).join(", ")} days and some longer times.`,
      remedy: nearest === undefined ? `Write ${RETENTION_DAYS.at(-1)} days at the most.` : `Write ${nearest} days.`,
    });
  }
  return days;
}

/** What each threshold is of: the criterion's own word next to it, or else the CPU, of which people speak most. */
function thresholds({ all }: Asked): { cpuPercent?: number; memoryPercent?: number; diskPercent?: number } {
  const found: { cpuPercent?: number; memoryPercent?: number; diskPercent?: number } = {};
  for (const { demand, origin } of all) {
    if (demand.kind !== "alerts") continue;
    for (const percent of [demand.parameters.thresholdPercent ?? []].flat()) {
      const before = origin.text.slice(0, origin.text.search(new RegExp(`\\b${percent}(?!\\d)`)));
      const word = [...before.matchAll(/\b(cpu|memory|ram|disk|storage)\b/gi)].at(-1)?.[1]?.toLowerCase() ?? "cpu";
      if (word === "cpu") found.cpuPercent = percent;
      else if (/memory|ram/.test(word)) found.memoryPercent = percent;
      // "falls below 10 %" is said of what is free.
      else found.diskPercent = /\b(free|below|less|under|remaining)\b/i.test(before) ? 100 - percent : percent;
    }
  }
  return found;
}
