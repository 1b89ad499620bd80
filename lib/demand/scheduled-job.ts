import { capability, type Claim, stated } from "./capability";
import { deliveryOf } from "./delivery";
import { clock, durations } from "./quantities";
import { scheduleOf, schedulerExpression, WEEKDAYS } from "./schedule";
import type { Evidence, Resource } from "./synthesized";

export interface ScheduledJobParameters {
  /** A cron expression or a time of day, as written. */
  readonly schedule?: string;
  readonly everyMinutes?: number;
  readonly everyHours?: number;
  /** "Nightly", "weekly". */
  readonly period?: "hour" | "day" | "week" | "month";
  readonly weekday?: (typeof WEEKDAYS)[number];
  /** Which job of the settings it is; an annotation may say it. */
  readonly job?: string;
}

/** Something that runs by the clock: CronJob, EventBridge Scheduler. */
export const scheduledJob = capability<ScheduledJobParameters>()({
  id: "scheduled-job",
  title: "Scheduled job",
  names: [
    /\bcron ?jobs?\b/, /\b(?:nightly|hourly|daily|weekly|monthly) (?:\w+ ){0,2}(?:job|batch)s? (?:at|on) /, /\beventbridge (?:schedule[rd]?|rule|cron)s?\b/, /\bscheduled (?:task|job|lambda|ecs task|workflow)s?\b/, /\bruns? (?:daily|nightly|hourly|weekly) at\b/, /\bcron (?:schedule|expression|trigger)s?\b/, /(?<![\w*])(?:\*|\d{1,2})(?:\/\d{1,2})? (?:\*|\d{1,2})(?:\/\d{1,2})? (?:\*|\?|\d{1,2}) \* (?:\*|\?|[0-7])(?![\w*])/, /\bschedul\w+\b.{0,30}\beventbridge\b/, /\beventbridge\b.{0,30}\bschedul\w+/, /\bcloudwatch events\b/, /定时任务/,
    /\b(?:runs?|execut\w+|schedul\w+) (?:a |an |the )?(?:nightly|daily|hourly|weekly|monthly) (?:[\w-]+ ){0,3}(?:jobs?|process(?:es)?|tasks?|batch|checks?|cleanups?)\b/, /\b(?:jobs?|batch) (?:\w+ )?runs? (?:every|each|on) (?:night|day|hour|week|month|(?:sun|mon|tues|wednes|thurs|fri|satur)days?\b|\d+)/,
    /\b(?:run|start|execut|trigger|invok|launch|stopp?)(?:s|e|es|ed|ing)?\b[^.;]{0,40}\bat \d{1,2}(?::\d{2})?(?: ?[ap]m)? (?:utc|gmt)\b/,
    /\b(?:nightly|hourly|daily|weekly|monthly) (?:[\w-]+ ){0,2}(?:jobs?|batch|runs?)\b(?=[^.;]{0,60}\b(?:\d{1,2}:\d{2}|\d{1,2} ?(?:am|pm)|midnight)\b)/,
    // When the clock of AWS or of a cluster is to strike.
    /(?<=\b(?:eventbridge|cron ?jobs?)\b[^.;]{0,80})\b(?:every \d+ (?:minutes?|hours?|days?|weeks?)|daily|nightly|hourly|weekly|monthly)\b/, /\b(?:every \d+ (?:minutes?|hours?|days?|weeks?)|daily|nightly|hourly|weekly|monthly|on a schedule)\b(?=[^.;]{0,80}\beventbridge\b)/,
    /\b(?:cron|rate)\([\d*][^()]{2,40}\)/, /\btriggered (?:daily|nightly|hourly|weekly|monthly)\b/, /(?:毎日|毎晩|毎週|毎時|平日)[^。、]{0,16}(?:実行|起動|停止|バッチ)/, /\btareas? programadas?\b|\btarefas? agendadas?\b|\btaches? planifiees?\b|\bgeplante (?:aufgabe|task|job)s?n?\b/,
  ],
  hints: [
    /\bcron\b/, /\bnightly\b/, /\b(?:on|by) a (?:\w+ )?schedule\b/,
    /\b(?:jobs?|batch\w*) (?:\w+ )?runs? (?:every|each|daily|nightly|hourly|weekly|monthly|at)\b/, /\b(?:nightly|hourly|daily|weekly|monthly) (?:\w+ ){0,2}(?:job|batch)s?\b/,
  ],
  otherSenses: [
    /\benv of a cronjob\b/,
    // A rule on events, not on the clock.
    /\beventbridge rules?\b(?=[^.;]{0,40}\b(?:publish|detect|forward|rout|match|captur|filter|react|listen)\w*\b[^.;]{0,60}\b(?:events?|status|state|changes?)\b)/,
    /\bback-?ups? (?:\w+ )?(?:runs?|are|is|taken) (?:\w+ )?nightly\b/,
  ],
  read: (text) => {
    const every = durations(text).find(({ start }) => /(?:every |each |alle |\brate\()$/.test(text.slice(Math.max(0, start - 8), start)))?.value;
    return stated<ScheduledJobParameters>({ schedule: clock(text), everyMinutes: every?.unit === "minute" ? every.value : undefined, everyHours: every?.unit === "hour" ? every.value : undefined, period: periodOf(text), weekday: WEEKDAYS.find((day) => new RegExp(`\\b${day}s?\\b`).test(text)) });
  },
  keys: { schedule: "string", everyMinutes: "number", everyHours: "number", period: ["hour", "day", "week", "month"], weekday: WEEKDAYS, job: "string" },
  prove: (parameters, evidence) => {
    const schedule = scheduleOf(parameters);
    const when = typeof schedule === "object" ? `at ${schedule.cron}, by the clock of ${schedule.timeZone}` : "by the clock";
    const wanted = `a command of the application${parameters.job === undefined ? "" : ` (${parameters.job})`} that runs ${when}`;
    const runs = [...onCluster(evidence), ...inChart(evidence), ...onMachines(evidence), ...inWorkflows(evidence)].filter(({ name }) => parameters.job === undefined || name === parameters.job);
    const claims = runs.map((run): Claim => ({
      wanted,
      found: `the job ${run.name} ${run.where}, at ${run.at}: ${run.command}`,
      resources: run.resources,
      files: run.files ?? [],
      unless: { [`the job ${run.name} at ${run.at}`]: typeof schedule !== "object" || run.isAt(schedule), [`the job ${run.name} has no command`]: run.command !== "", ...run.unless },
    }));
    const missing = `no job${parameters.job === undefined ? "" : ` ${parameters.job}`}: no criterion says what is run; context.phaseline.jobs does, as in {"${parameters.job ?? "cleanup"}": {"command": ["npm", "run", "cleanup"]${schedule === "unstated" ? ', "schedule": "02:00 UTC"' : ""}}}, and something must run the application`;
    return claims.length > 0 ? claims : { wanted, found: "", resources: [], unless: { [missing]: false } };
  },
  examples: [{ text: "CronJob cleans up expired exports every 30 minutes", parameters: { everyMinutes: 30 } }],
});

function periodOf(text: string): ScheduledJobParameters["period"] {
  if (/\bhourly\b|\bevery hour\b/.test(text)) return "hour";
  if (/\b(?:nightly|daily)\b|\bevery (?:day|night)\b/.test(text)) return "day";
  if (/\bweekly\b|\bevery week\b/.test(text)) return "week";
  return /\bmonthly\b|\bevery month\b/.test(text) ? "month" : undefined;
}

/** A command that runs by the clock, wherever that is. */
interface Run {
  readonly name: string;
  readonly where: string;
  readonly at: string;
  readonly command: string;
  isAt(schedule: { readonly cron: string; readonly timeZone: string }): boolean;
  readonly resources: readonly (Resource | undefined)[];
  readonly files?: readonly string[];
  readonly unless: Readonly<Record<string, boolean>>;
}

function onCluster(evidence: Evidence): readonly Run[] {
  const api = evidence.deployment();
  const container = "spec.template.spec.container";
  return evidence.resources("kubernetes_cron_job_v1").map((job) => {
    const own = (path: string) => job.get(`spec.job_template.spec.template.spec.${path}`);
    const same = (mine: unknown, other: unknown) => JSON.stringify(mine) === JSON.stringify(other);
    return {
      name: String(job.get("metadata.name")),
      where: "on the cluster",
      at: `${String(job.get("spec.schedule"))} ${String(job.get("spec.timezone"))}`,
      command: job.list("spec.job_template.spec.template.spec.container.command").join(" "),
      isAt: ({ cron, timeZone }) => job.get("spec.schedule") === cron && job.get("spec.timezone") === timeZone,
      resources: [job],
      unless: {
        "no Deployment whose command it is": api !== undefined,
        "it runs another image than the application": !api || same(own("container.image"), api.get(`${container}.image`)),
        "it has other settings than the application": !api || (same(own("container.env"), api.get(`${container}.env`)) && same(own("container.env_from"), api.get(`${container}.env_from`))),
        "it has other rights than the application": !api || own("service_account_name") === api.get("spec.template.spec.service_account_name"),
        "two runs at a time": job.get("spec.concurrency_policy") === "Forbid",
        "it is suspended": job.get("spec.suspend") !== true,
      },
    };
  });
}

function inChart(evidence: Evidence): readonly Run[] {
  const { application, files, unless, value, template } = deliveryOf(evidence);
  const jobs = value("jobs");
  if (!application || !Array.isArray(jobs)) return [];
  return (jobs as { name: string; schedule: string; timeZone: string; command: string[] }[]).map(({ name, schedule, timeZone, command }) => ({
    name,
    where: `in charts/${evidence.subject.service}`,
    at: `${schedule} ${timeZone}`,
    command: command.join(" "),
    isAt: (wanted) => wanted.cron === schedule && wanted.timeZone === timeZone,
    resources: [application],
    files,
    unless: { ...unless, "no CronJob in the chart": /^kind: CronJob$/m.test(template("cron-jobs")) },
  }));
}

function onMachines(evidence: Evidence): readonly Run[] {
  return evidence.resources("aws_scheduler_schedule").map((schedule) => {
    const document = evidence.resources("aws_ssm_document").find((found) => schedule.text("target.input").includes(`${found.address}.`));
    const role = evidence.resources("aws_iam_role").find((found) => schedule.refersTo(found, "target.role_arn"));
    const policies = evidence.resources("aws_iam_role_policy").filter((policy) => policy.refersTo(role, "role"));
    const permissions = evidence.data("aws_iam_policy_document").filter((found) => policies.some((policy) => policy.refersTo(found, "policy")));
    const script = document?.text("content") ?? "";
    const server = evidence.server();
    const where = server && schedule.text("target.input").includes(`${server.address}.`) ? "on the server" : "on the fleet";
    const fleet = evidence.fleet()?.get("name");
    return {
      name: /Runs the job ([\w-]+) of/.exec(String(schedule.get("description")))?.[1] ?? schedule.id,
      where,
      at: `${String(schedule.get("schedule_expression"))} ${String(schedule.get("schedule_expression_timezone"))}`,
      command: [...(/(?:-settings'|--no-deps '[\w-]+') ((?:'[^']*' )+)/.exec(script)?.[1] ?? "").matchAll(/'([^']*)'/g)].map(([, word]) => word).join(" "),
      isAt: (wanted) => schedule.get("schedule_expression") === schedulerExpression(wanted) && schedule.get("schedule_expression_timezone") === wanted.timeZone,
      resources: [schedule, document],
      unless: {
        "no document that says what is run": document !== undefined,
        "it is not sent": /:scheduler:::aws-sdk:ssm:sendCommand$/.test(String(schedule.get("target.arn"))),
        "no machine that it is sent to": where === "on the server" || (fleet !== undefined && schedule.text("target.input").includes(`"${String(fleet)}"`)),
        "the scheduler may not send it": permissions.some((found) => found.list("statement").some(({ actions, resources }) => [actions].flat().includes("ssm:SendCommand") && JSON.stringify(resources ?? "").includes(`\${${document?.address}.`))),
        "it is off": schedule.get("state") !== "DISABLED",
      },
    };
  });
}

function inWorkflows(evidence: Evidence): readonly Run[] {
  return Object.entries(evidence.synthesized.artifacts)
    .filter(([path]) => path.startsWith(".github/workflows/scheduled-"))
    .map(([path, text]) => {
      const cron = /^ +- cron: "?([^"\n]+?)"?$/m.exec(text)?.[1] ?? "";
      return {
        name: path.replace(/^.*\/scheduled-|\.yml$/g, ""),
        where: "in a workflow of GitHub Actions",
        at: `${cron} Etc/UTC`,
        command: /^ +run: (.+)$/m.exec(text)?.[1] ?? "",
        isAt: (wanted: { readonly cron: string; readonly timeZone: string }) => wanted.cron === cron && wanted.timeZone === "Etc/UTC",
        resources: [],
        files: [path],
        unless: { "it may write to the repository": /^permissions:\n +contents: read$/m.test(text) },
      };
    });
}
