import { capability, stated } from "./capability";
import { clock, durations } from "./quantities";

export interface ScheduledJobParameters {
  /** A cron expression or a time of day, as written. */
  readonly schedule?: string;
  readonly everyMinutes?: number;
  readonly everyHours?: number;
}

/** Something that runs by the clock: CronJob, EventBridge Scheduler. */
export const scheduledJob = capability<ScheduledJobParameters>()({
  id: "scheduled-job",
  title: "Scheduled job",
  names: [
    /\bcron ?jobs?\b/, /\beventbridge (?:schedule[rd]?|rule|cron)s?\b/, /\bscheduled (?:task|job|lambda|ecs task|workflow)s?\b/, /\bruns? (?:daily|nightly|hourly|weekly) at\b/, /\bcron (?:schedule|expression|trigger)s?\b/, /(?<![\w*])(?:\*|\d{1,2})(?:\/\d{1,2})? (?:\*|\d{1,2})(?:\/\d{1,2})? (?:\*|\?|\d{1,2}) \* (?:\*|\?|[0-7])(?![\w*])/, /\bschedul\w+\b.{0,30}\beventbridge\b/, /\beventbridge\b.{0,30}\bschedul\w+/, /\bcloudwatch events\b/, /定时任务/,
    /\b(?:runs?|execut\w+|schedul\w+) (?:a |an |the )?(?:nightly|daily|hourly|weekly|monthly) (?:[\w-]+ ){0,3}(?:jobs?|process(?:es)?|tasks?|batch|checks?|cleanups?)\b/, /\b(?:jobs?|batch) (?:\w+ )?runs? (?:every|each) (?:night|day|hour|week|month|\d+)/,
  ],
  hints: [
    /\bcron\b/, /\bnightly\b/, /\b(?:on|by) a (?:\w+ )?schedule\b/,
    /\b(?:jobs?|batch\w*) (?:\w+ )?runs? (?:every|each|daily|nightly|hourly|weekly|monthly|at)\b/, /\b(?:nightly|hourly|daily|weekly|monthly) (?:\w+ ){0,2}(?:job|batch)s?\b/,
  ],
  otherSenses: [/\benv of a cronjob\b/],
  read: (text) => {
    const every = durations(text).find(({ start }) => /(?:every|each|alle) $/.test(text.slice(Math.max(0, start - 8), start)))?.value;
    return stated<ScheduledJobParameters>({ schedule: clock(text), everyMinutes: every?.unit === "minute" ? every.value : undefined, everyHours: every?.unit === "hour" ? every.value : undefined });
  },
  keys: { schedule: "string", everyMinutes: "number", everyHours: "number" },
  examples: [{ text: "CronJob cleans up expired exports every 30 minutes", parameters: { everyMinutes: 30 } }],
});
