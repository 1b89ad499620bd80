/** When something runs by the clock. */
export interface Schedule {
  /** Five fields: minute, hour, day of the month, month, day of the week (0 is Sunday). */
  readonly cron: string;
  /** The zone whose clock it is, as IANA names it. */
  readonly timeZone: string;
}

/** What a criterion says of a schedule. */
export interface Stated {
  readonly schedule?: string;
  readonly everyMinutes?: number;
  readonly everyHours?: number;
  readonly period?: "hour" | "day" | "week" | "month";
  readonly weekday?: string;
}

export const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const;

/** Whose clock people mean by the abbreviation, summer and winter. */
const ZONES: Readonly<Record<string, string>> = {
  utc: "Etc/UTC", gmt: "Etc/UTC", cet: "Europe/Paris", cest: "Europe/Paris", bst: "Europe/London", est: "America/New_York", edt: "America/New_York", et: "America/New_York", cst: "America/Chicago", ct: "America/Chicago",
  pst: "America/Los_Angeles", pdt: "America/Los_Angeles", pt: "America/Los_Angeles", brt: "America/Sao_Paulo", ist: "Asia/Kolkata", jst: "Asia/Tokyo", sgt: "Asia/Singapore", hkt: "Asia/Hong_Kong", aest: "Australia/Sydney",
};

/** At night, where somebody says "nightly" and no more. */
const HOUR = 2;

const FIELDS = [[0, 59], [0, 23], [1, 31], [1, 12], [0, 7]] as const;
const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** The schedule that is stated, or why there is none: nothing says when, or a clock cannot do it. */
export function scheduleOf(stated: Stated): Schedule | "unstated" | "impossible" {
  const { schedule, everyMinutes, everyHours, period, weekday } = stated;
  const at = (cron: string, timeZone = "Etc/UTC"): Schedule => ({ cron, timeZone });
  if (schedule !== undefined) {
    const cron = cronOf(schedule);
    if (cron !== undefined) return at(cron);
    const time = timeOf(schedule);
    if (time === undefined) return "impossible";
    return at(`${time.minute} ${time.hour} ${onDays(period, weekday)}`, time.timeZone);
  }
  // What divides the hour, or the day, comes at the same distance all the time.
  if (everyMinutes !== undefined) return everyMinutes >= 1 && everyMinutes < 60 && 60 % everyMinutes === 0 ? at(everyMinutes === 1 ? "* * * * *" : `*/${everyMinutes} * * * *`) : everyMinutes === 60 ? at("0 * * * *") : "impossible";
  if (everyHours !== undefined) return everyHours >= 1 && everyHours <= 24 && 24 % everyHours === 0 ? at(everyHours === 1 ? "0 * * * *" : everyHours === 24 ? "0 0 * * *" : `0 */${everyHours} * * *`) : "impossible";
  if (period === "hour") return at("0 * * * *");
  return period === undefined && weekday === undefined ? "unstated" : at(`0 ${HOUR} ${onDays(period, weekday)}`);
}

function onDays(period: Stated["period"], weekday: string | undefined): string {
  if (weekday !== undefined) return `* * ${(WEEKDAYS as readonly string[]).indexOf(weekday)}`;
  return period === "week" ? "* * 0" : period === "month" ? "1 * *" : "* * *";
}

/** "06:00 UTC", "2 am", "14:30 CET", "midnight". */
function timeOf(text: string): { readonly hour: number; readonly minute: number; readonly timeZone: string } | undefined {
  const [, hours = "", minutes = "0", half, zone = "utc"] = /^(\d{1,2})(?::(\d{2}))? ?(am|pm)? ?([a-z]{2,4})?$/i.exec(text.trim().replace(/^midnight\b/i, "00:00").replace(/^noon\b/i, "12:00")) ?? [];
  if (ZONES[zone.toLowerCase()] === undefined) return undefined;
  if (hours === "" || (half !== undefined && (Number(hours) < 1 || Number(hours) > 12))) return undefined;
  const hour = half === undefined ? Number(hours) : (Number(hours) % 12) + (/pm/i.test(half) ? 12 : 0);
  return hour <= 23 && Number(minutes) <= 59 ? { hour, minute: Number(minutes), timeZone: ZONES[zone.toLowerCase()]! } : undefined;
}

/** Five fields that every clock understands, in numbers; nothing else becomes part of a resource. */
function cronOf(text: string): string | undefined {
  const ofAws = /^cron\((.*)\)$/i.exec(text.trim())?.[1];
  const fields = (ofAws ?? text).trim().toLowerCase().split(/\s+/);
  if (ofAws !== undefined) {
    // AWS has a year behind, counts the days of the week from 1, and writes every fifth minute as 0/5.
    if (fields.length !== 6 || fields.pop() !== "*") return undefined;
    fields[4] = (fields[4] ?? "").replace(/(?<![\d/#])\d(?!\d)/g, (day) => String(Number(day) - 1));
    for (const index of [0, 1]) fields[index] = (fields[index] ?? "").replace(/^0\//, "*/");
  }
  if (fields.length !== 5) return undefined;
  const numbers = fields.map((field, index) => fieldOf(field, index));
  return numbers.includes(undefined) ? undefined : numbers.join(" ");
}

function fieldOf(field: string, index: number): string | undefined {
  const [least, most] = FIELDS[index]!;
  if (field === "?") return "*";
  const words = index === 3 ? MONTHS : index === 4 ? WEEKDAYS.map((day) => day.slice(0, 3)) : [];
  const parts = field.split(",").map((part) => {
    const [, range = "", step] = /^([^/]+)(?:\/(\d{1,2}))?$/.exec(part) ?? [];
    const ends = range === "*" ? ["*"] : range.split("-").map((end) => (words.includes(end) ? String(words.indexOf(end) + (index === 3 ? 1 : 0)) : end));
    const fits = ends.length <= 2 && ends.every((end) => (end === "*" ? ends.length === 1 : /^\d{1,2}$/.test(end) && Number(end) >= least && Number(end) <= most));
    // A step from a single number is none that all clocks read alike.
    if (!fits || (step !== undefined && (Number(step) < 1 || (range !== "*" && ends.length === 1)))) return undefined;
    const plain = ends.map((end) => (index === 4 && end === "7" && ends.length === 1 ? "0" : end === "*" ? end : String(Number(end))));
    return `${plain.join("-")}${step === undefined ? "" : `/${Number(step)}`}`;
  });
  return parts.includes(undefined) ? undefined : parts.join(",");
}

/**
 * The same for EventBridge Scheduler, which names the days of the week and wants one of the two kinds of days left open.
 *
 * @returns nothing where both are given: one clock would run on either, and the other cannot say it.
 */
export function schedulerExpression({ cron }: Schedule): string | undefined {
  const [minute, hour, day, month, weekday] = cron.split(" ") as [string, string, string, string, string];
  if (day !== "*" && weekday !== "*") return undefined;
  const named = weekday.replace(/\d(?=[,-]|$)/g, (number) => WEEKDAYS[Number(number) % 7]!.slice(0, 3).toUpperCase());
  if (/\//.test(weekday)) return undefined;
  return `cron(${minute} ${hour} ${weekday === "*" ? day : "?"} ${month} ${weekday === "*" ? "?" : named} *)`;
}
