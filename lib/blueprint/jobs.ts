import type { Demand, Origin } from "../demand/demand";
import { scheduleOf, schedulerExpression, type Schedule } from "../demand/schedule";
import { place } from "../increment/fault";
import { choice, unique, type Asked } from "./asked";
import type { Blueprint, Chosen, JobChoice } from "./blueprint";
import type { Demanded } from "./layer";

type JobDemand = Extract<Demand, { kind: "scheduled-job" }>;

/**
 * What runs by the clock. A criterion says when; what is run stands in the settings, since no criterion does. Which job of the settings it means: the one
 * that its annotation or its text names, or the one with the same schedule, or the only one. Where there is none, the proof says what is missing.
 */
export function chooseJobs(asked: Asked, running: Pick<Blueprint, "server" | "fleet" | "workload">): Chosen<readonly JobChoice[]> | undefined {
  // Once, though the application may run on an older platform beside a newer one.
  const newest = running.workload ? "cluster" : running.fleet ? "fleet" : running.server ? "server" : undefined;
  const demands = asked.all.filter(({ demand }) => demand.kind === "scheduled-job");
  const chosen = new Map<string, { readonly job: JobChoice; readonly by: Demanded }>();
  for (const demanded of demands) {
    const { demand, origin } = demanded;
    const { parameters } = demand as JobDemand;
    const name = jobMeant(asked, demanded);
    if (name === undefined) continue;
    const { command, schedule: otherwise } = asked.settings.jobs[name]!;
    const stated = scheduleOf(parameters);
    const schedule = stated === "unstated" ? scheduleOf(otherwise === undefined ? {} : { schedule: otherwise }) : stated;
    if (schedule === "impossible") {
      asked.fault(origin, {
        message: `${origin.criterion} asks for a job at a time that no clock has: ${JSON.stringify(parameters)}.`,
        remedy: "Write a number of minutes that divides the hour, a number of hours that divides the day, a time of day (02:00 UTC) or a cron expression (0 2 * * *).",
      });
      continue;
    }
    if (schedule === "unstated") continue;
    const workflow = asked.all.some((other) => other.origin === origin && other.demand.kind === "pipeline");
    const on: JobChoice["on"] | undefined = workflow ? "workflow" : newest;
    if (on === undefined) continue;
    const job: JobChoice = { name, command, schedule, on, ...expressed(asked, origin, schedule, on) };
    const before = chosen.get(name);
    if (before && JSON.stringify(before.job) !== JSON.stringify(job)) {
      if (before.by.origin.increment === origin.increment) {
        asked.fault(origin, {
          message: `${origin.criterion} asks for the job ${name} at ${schedule.cron}, but ${before.by.origin.criterion} at ${place(before.by.origin.location)} asks for it at ${before.job.schedule.cron}.`,
          remedy: "If these are two jobs, write both into context.phaseline.jobs, and name each beside its criterion: <!-- phaseline: scheduled-job job=NAME -->.",
        });
        continue;
      }
      asked.superseded.push({ kind: "scheduled-job", parameter: "schedule", from: before.by.origin, by: origin });
    }
    chosen.set(name, { job, by: demanded });
  }
  const jobs = [...chosen.values()].map(({ job }) => job);
  return choice(jobs.length > 0, unique([...chosen.values()].map(({ by }) => by.origin)), () => jobs);
}

function jobMeant({ settings: { jobs } }: Asked, { demand, origin }: Demanded): string | undefined {
  const { parameters } = demand as JobDemand;
  const names = Object.keys(jobs);
  if (parameters.job !== undefined) return names.find((name) => name === parameters.job);
  const text = ` ${origin.text.toLowerCase().replace(/[^a-z0-9]+/g, " ")} `;
  const named = names.filter((name) => text.includes(` ${name.replace(/-/g, " ")} `));
  if (named.length > 0) return named.sort((one, other) => other.length - one.length)[0];
  const stated = JSON.stringify(scheduleOf(parameters));
  return names.find((name) => jobs[name]!.schedule !== undefined && JSON.stringify(scheduleOf({ schedule: jobs[name]!.schedule! })) === stated) ?? (names.length === 1 ? names[0] : undefined);
}

/** What only some clocks can say is a fault where those tell the time. */
function expressed(asked: Asked, origin: Origin, schedule: Schedule, on: JobChoice["on"]): { readonly expression?: string } {
  if (on === "workflow" && schedule.timeZone !== "Etc/UTC") {
    asked.fault(origin, { message: `${origin.criterion} asks for a workflow by the clock of ${schedule.timeZone}; those of GitHub go by UTC.`, remedy: "Write the time in UTC." });
  }
  if (on === "workflow" || on === "cluster") return {};
  const expression = schedulerExpression(schedule);
  if (expression !== undefined) return { expression };
  asked.fault(origin, {
    message: `${origin.criterion} asks for a job at ${schedule.cron}, which EventBridge Scheduler cannot say.`,
    remedy: "Give either the day of the month or the days of the week, and these as numbers or names.",
  });
  return {};
}
