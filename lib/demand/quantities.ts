import { firstMatch, hasOneOf, mayMatch, regExp } from "./needles";

/**
 * Readers of what a criterion counts: numbers, ranges, percentages, durations, sizes, money, versions, ports, addresses.
 * All of them read folded text (see text.ts), return what stands there in the order of the text, and know no capability.
 */

/** A value, and where in the folded text it stands. */
export interface Found<T> {
  readonly value: T;
  readonly start: number;
  readonly end: number;
}

const WORDS: Readonly<Record<string, number>> = {
  zero: 0, one: 1, single: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8, nine: 9, ten: 10, eleven: 11, twelve: 12,
  fifteen: 15, twenty: 20, thirty: 30,
  zwei: 2, drei: 3, vier: 4, funf: 5, zehn: 10, dos: 2, tres: 3, dois: 2, cuatro: 4, quatro: 4, cinco: 5, deux: 2, trois: 3,
};
const NUMBER_WORDS = Object.keys(WORDS);
const NUMBER_WORD = NUMBER_WORDS.join("|");

const DIGITS = "(?:\\d{1,3}(?:,\\d{3})+|\\d+)";
const DIGITS_OR_WORD = `(?:\\d{1,3}(?:,\\d{3})+|\\d+|\\b(?:${NUMBER_WORD})\\b)`;
const DECIMAL = "(?:\\d{1,3}(?:,\\d{3})+|\\d+)(?:\\.\\d+)?";

/**
 * The source of a pattern for one whole number of this text, without capturing groups: digits, or words too where the text has
 * some, since a pattern with all those words takes long to compile. `undefined` where the text has no number at all.
 */
export function countIn(text: string): string | undefined {
  if (text !== counted.text) counted = { text, pattern: hasOneOf(NUMBER_WORDS, text) ? DIGITS_OR_WORD : hasDigit(text) ? DIGITS : undefined };
  return counted.pattern;
}

/** The last answer: a criterion's readers all ask the same. */
let counted: { readonly text: string; readonly pattern: string | undefined } = { text: "", pattern: undefined };

function hasDigit(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code >= 48 && code <= 57) return true;
  }
  return false;
}

/** `"1,000"` is 1000, `"two"` is 2, `"10k"` is 10000. */
export function toNumber(words: string): number {
  const word = WORDS[words];
  if (word !== undefined) return word;
  const multiplied = /^([\d.,]+)\s*(k|m|million|mio|thousand|tsd|mil)\b/.exec(words);
  const digits = (multiplied?.[1] ?? words).replace(/,/g, "");
  const factor = !multiplied ? 1 : /^(?:m|million|mio)$/.test(multiplied[2] ?? "") ? 1_000_000 : 1000;
  return Number.parseFloat(digits) * factor;
}

function findAll<T>(text: string, pattern: RegExp, read: (match: RegExpExecArray) => T | undefined): Found<T>[] {
  const found: Found<T>[] = [];
  if (countIn(text) === undefined || !mayMatch(pattern, text)) return found;
  for (const match of text.matchAll(pattern)) {
    const value = read(match as RegExpExecArray);
    if (value !== undefined) found.push({ value, start: match.index, end: match.index + match[0].length });
  }
  return found;
}

// ---------------------------------------------------------------------------------------------------------------- ranges

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

const UNIT_WORD = "(?:[ -]{0,2}[a-z][a-z-]{1,14}){0,2}";
const MIN_WORD = "(?:min\\w{0,11}|lower (?:limit|bound)|minimal|minimo|mindestens|wenigstens|au moins|al menos|pelo menos|最少|至少|最小)";
const MAX_WORD = "(?:max\\w{0,11}|upper (?:limit|bound)|maximal|maximo|hochstens|jusqu'a|hasta|ate|最多|至多|最大)";
const LINK = "(?: ?(?:of|:|=|is|(?:must |shall |should |set )?(?:be|to)|at|size|de|von|count|capacity|replicas|pods|instances|nodes|tasks)){0,4}[ (:='\"]{0,3}";
const NOT_IN_A_WORD = "(?<![\\w.$/:-])";
const NOT_A_PART = "(?![\\w%.-]*[\\d%])(?! ?(?:%|percent|ms\\b))";

/** Pairs of numbers that bound a count, the surest wording first. */
const pairs = (count: string): readonly { readonly source: string; readonly swapped?: true }[] => [
  { source: `\\b(?:between|zwischen|entre) (${count})${UNIT_WORD} (?:and|to|und|y|e|et) (${count})` },
  { source: `${MIN_WORD}${LINK}(${count})[^\\d]{0,40}?${MAX_WORD}${LINK}(${count})` },
  { source: `${MAX_WORD}${LINK}(${count})[^\\d]{0,40}?${MIN_WORD}${LINK}(${count})`, swapped: true },
  { source: `${MIN_WORD} ?[/-] ?${MAX_WORD}${LINK}(${count}) ?(?:[/-]|to|and) ?(${count})` },
  { source: `${NOT_IN_A_WORD}(${count})${UNIT_WORD}? ?\\(?${MIN_WORD}\\)?[^\\d]{1,20}?(${count})${UNIT_WORD}? ?\\(?${MAX_WORD}` },
  { source: `\\bat least (${count})[^\\d]{1,40}?(?:at most|up to|no more than) (${count})` },
  { source: `\\b(?:from|von|de|desde) (${count})${UNIT_WORD} (?:up to|to|through|bis|bis zu|a|hasta|ate) (${count})` },
  { source: `${NOT_IN_A_WORD}(${count}) ?(?:-+>?|–|~|\\.{2,3}|→|to|through|bis|到|至) ?(${count})${NOT_A_PART}` },
];
const atLeast = (count: string) => `(?:\\bat least|\\bno (?:fewer|less) than|\\bnot less than|≥|>=|\\b${MIN_WORD}|最少|至少)${LINK}(${count})${NOT_A_PART}`;
const orMore = (count: string) => `${NOT_IN_A_WORD}(${count})(?:\\+| or more\\b| oder mehr\\b)`;
const atMost = (count: string) => `(?:\\bat most|\\bup to|\\bno more than|\\bnot more than|≤|<=|\\b${MAX_WORD}|最多|至多|\\bbis zu)${LINK}(${count})${NOT_A_PART}`;

/** The bounds that the text sets for a count: `2-10`, `from 2 to 10`, `min 2, max 10`, `at least 3`, `up to 10`. */
export function range(text: string): Range {
  const count = countIn(text);
  if (count === undefined) return {};
  for (const { source, swapped } of pairs(count)) {
    const match = firstMatch(source, text);
    if (!match) continue;
    const [first, second] = [toNumber(match[1] ?? ""), toNumber(match[2] ?? "")];
    return swapped ? { min: second, max: first } : { min: first, max: second };
  }
  const least = firstMatch(atLeast(count), text) ?? firstMatch(orMore(count), text);
  const most = firstMatch(atMost(count), text);
  return { ...(least ? { min: toNumber(least[1] ?? "") } : {}), ...(most ? { max: toNumber(most[1] ?? "") } : {}) };
}

/** A number that stands before one of `nouns`, with at most two words between: `3 replicas`, `two healthy API pods`. */
export function countOf(text: string, nouns: string): number | undefined {
  const count = countIn(text);
  if (count === undefined || !mayMatch(nouns, text)) return undefined;
  const match = firstMatch(`${NOT_IN_A_WORD}(${count})\\+?(?:[ -](?!and\\b|or\\b|to\\b|of\\b|multi\\b)[a-z][a-z0-9./-]{1,14}){0,2}[ -](?:${nouns})\\b`, text)
    ?? firstMatch(`\\b(?:${nouns})\\b(?: ?(?:count|of|:|=|is|to|set to)){0,2} ?[(]?(${count})${NOT_A_PART}`, text);
  return match ? toNumber(match[1] ?? "") : undefined;
}

// -------------------------------------------------------------------------------------------------------------- percentages

/** `70%`, `99.95 %`, `99,9 %`, `80 percent`. */
export function percentages(text: string): Found<number>[] {
  return findAll(text, /(?<![\w.])(\d{1,3}(?:[.,]\d{1,5})?)\+? ?(?:%|percent\b|prozent\b|per cent\b|por ciento\b)/g, (match) => Number(match[1]?.replace(",", ".")));
}

// --------------------------------------------------------------------------------------------------------------- durations

export interface Duration {
  readonly value: number;
  readonly unit: "millisecond" | "second" | "minute" | "hour" | "day" | "week" | "month" | "year";
}

const DURATION_UNITS: readonly (readonly [Duration["unit"], string])[] = [
  ["millisecond", "ms|milliseconds?|millisekunden|milis{1,2}egundos?|millisecondes?"],
  ["second", "s|secs?|seconds?|sekunden?|segundos?|secondes?|秒"],
  ["minute", "m|mins?|minutes?|minuten?|minutos?|分钟|分"],
  ["hour", "h|hrs?|hours?|stunden?|horas?|heures?|小时"],
  ["day", "d|days?|tagen?|tage|dias?|jours?|天|日"],
  ["week", "w|weeks?|wochen?|semanas?|semaines?|周"],
  ["month", "months?|monaten?|monate|mes|meses|mois|个月|月"],
  ["year", "y|yrs?|years?|jahren?|jahre|anos?|annees?|ans|年"],
];
const duration = (text: string): RegExp => regExp(
  `(?<![\\w.$])(${DECIMAL}${countIn(text) === DIGITS ? "" : `|\\b(?:${NUMBER_WORD})`})[ -]?(?:${DURATION_UNITS.map(([, words]) => `(${words})`).join("|")})(?![a-z0-9])`, "g");

/** `7 days`, `5-minute`, `30s`, `35-day`, `two weeks`. */
export function durations(text: string): Found<Duration>[] {
  return findAll(text, duration(text), (match) => {
    const unit = DURATION_UNITS.find((_, index) => match[index + 2] !== undefined)?.[0];
    return unit && { value: toNumber(match[1] ?? ""), unit };
  });
}

const SECONDS: Readonly<Record<Duration["unit"], number>> = {
  millisecond: 0.001, second: 1, minute: 60, hour: 3600, day: 86_400, week: 604_800, month: 2_592_000, year: 31_536_000,
};

export function inSeconds({ value, unit }: Duration): number {
  return Math.round(value * SECONDS[unit] * 1000) / 1000;
}

/** Months as 30 days and years as 365, as retention settings count them. */
export function inDays({ value, unit }: Duration): number {
  if (unit === "month") return value * 30;
  if (unit === "year") return value * 365;
  return (value * SECONDS[unit]) / 86_400;
}

// ------------------------------------------------------------------------------------------------------------- other units

export interface Size {
  readonly value: number;
  readonly unit: "ki" | "mi" | "gi" | "ti" | "kb" | "mb" | "gb" | "tb";
}

/** `20 GB`, `512Mi`, `50 GiB`, `1TB`. */
export function sizes(text: string): Found<Size>[] {
  return findAll(text, regExp(`(?<![\\w.])(${DECIMAL})[ -]?([kmgt])(ib?|b)\\b`, "g"), (match) => {
    const binary = match[3] !== "b";
    return { value: toNumber(match[1] ?? ""), unit: `${match[2]}${binary ? "i" : "b"}` as Size["unit"] };
  });
}

export function inGb({ value, unit }: Size): number {
  const power = { k: -2, m: -1, g: 0, t: 1 }[unit.charAt(0) as "k" | "m" | "g" | "t"];
  return value * 1024 ** power;
}

export interface Money {
  readonly usd: number;
  readonly period?: "day" | "month" | "year";
}

const MONEY = /(?:(?:us)?\$ ?|\busd ?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(k\b)?|(?<![\w.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(k)? ?(?:usd\b|us dollars?\b|dollars?\b|\$)/g;

/** `$200`, `USD 10.00`, `1,500 USD`, `$1/month`: dollars only, since a budget in another currency would be a guess. */
export function money(text: string): Found<Money>[] {
  return findAll(text, MONEY, (match) => {
    const digits = `${match[1] ?? match[4] ?? ""}${match[2] ?? match[5] ?? ""}`.replace(/,/g, "");
    const usd = Number(digits) * (match[3] || match[6] ? 1000 : 1);
    const behind = text.slice(match.index + match[0].length, match.index + match[0].length + 24);
    const before = text.slice(Math.max(0, match.index - 40), match.index);
    const period = /^ ?(?:\/|per|a|each|pro) ?(?:day|tag)|^ daily/.test(behind) ? "day"
      : /^ ?(?:\/|per|a|each|pro|im) ?(?:mo\b|month|monat)|^ monthly/.test(behind) ? "month"
      : /^ ?(?:\/|per|a|each|pro) ?(?:year|yr|jahr)|^ (?:yearly|annual)/.test(behind) ? "year"
      : /\bdaily\b/.test(before) ? "day" : /\bmonth(?:ly)?\b|monatlich/.test(before) ? "month" : /\b(?:yearly|annual)\b/.test(before) ? "year" : undefined;
    return { usd, ...(period ? { period } : {}) };
  });
}

/** `db.t3.micro`, `t3.medium`, `m5.2xlarge`, `cache.r6g.large`. */
export function instanceTypes(text: string): Found<string>[] {
  return findAll(text, /\b((?:db|cache)\.)?([a-z]{1,3}\d[a-z]{0,3}(?:-[a-z0-9]+)?\.(?:nano|micro|small|medium|large|xlarge|\d{1,2}xlarge|metal))\b/g,
    (match) => match[0]);
}

/** `port 5432`, `ports 80 and 443`, `:8080`, in the order of the text, each once. */
export function ports(text: string): number[] {
  const found = new Set<number>();
  if (!hasDigit(text)) return [];
  for (const match of text.matchAll(/\b(?:ports?|puerto|porta)s?(?: number)?[ :=#]{1,3}(\d{2,5}(?:(?: \([^()]{1,30}\))?(?:(?<=ports.{0,80}), ?| and | or |\/|, and | & )\d{2,5}\b(?! [a-z]{3,}s\b))*)|(?:localhost|0\.0\.0\.0|\bon |:\/\/[\w.-]{1,40}|(?:^|[\s(])(?=:\d{4,5}(?:\/[a-z]|\s|$))):(\d{2,5})\b|\b(?:tcp|udp)[ /:](\d{2,5})\b/g)) {
    for (const digits of (match[1] ?? match[2] ?? match[3] ?? "").replace(/\([^()]*\)/g, " ").match(/\d+/g) ?? []) {
      const port = Number(digits);
      if (port > 0 && port <= 65_535) found.add(port);
    }
  }
  return [...found];
}

/** `timeoutSeconds: 5`, `a 5-second timeout`, `timeout of 5s`; `name` is what the timeout is called in the text. */
export function timeoutSeconds(text: string, name = "(?<!idle )time-?out"): number | undefined {
  if (!hasDigit(text) || !mayMatch("time", text)) return undefined;
  const setting = firstMatch(`${name} ?seconds[^\\w.;]{0,4}(\\d+)`, text)?.[1];
  if (setting !== undefined) return Number(setting);
  const found = durations(text).find(({ start, end }) => regExp(`${name}(?: of| is| to| set to|:|=|\\(){0,2} {0,4}$`).test(text.slice(Math.max(0, start - 40), start)) || regExp(`^ {0,4}${name}`).test(text.slice(end, end + 24)));
  return found && inSeconds(found.value);
}

/** `10.0.0.0/16`. */
export function cidrs(text: string): string[] {
  if (!text.includes("/") || !hasDigit(text)) return [];
  return [...text.matchAll(/(?<![\d.])(\d{1,3}(?:\.\d{1,3}){3}\/\d{1,2})(?![\d/])/g)].flatMap((match) => match[1] ?? []);
}

/** `eu-central-1`, `us-gov-west-1`. */
export function regions(text: string): string[] {
  if (!hasDigit(text)) return [];
  return [...new Set([...text.matchAll(/\b(?:us|eu|ap|sa|ca|me|af|il|mx)-(?:gov-)?(?:north|south|east|west|central|northeast|northwest|southeast|southwest)-\d\b/g)].map(([region]) => region))];
}

/** A version behind one of `names`: `PostgreSQL 16`, `Postgres version 15.3`, `Kubernetes v1.33`. */
export function versionOf(text: string, names: string): string | undefined {
  if (!hasDigit(text) || !mayMatch(names, text)) return undefined;
  return firstMatch(`\\b(?:${names})(?: (?:engine|database|db|server|cluster|minor|major))?,?(?: version| ver\\.?| v\\.?)?[ :=(v]{0,3}(\\d{1,2}(?:\\.\\d{1,2}){0,2})(?:\\+|\\.x)?(?![\\w%-]|\\.\\d| ?(?:gb|gib|mb|days?|replicas?|nodes?|pods?)\\b| ?%)`, text)?.[1]
    ?? firstMatch(`\\bversion (\\d{1,2}(?:\\.\\d{1,2}){0,2}) of (?:${names})`, text)?.[1];
}

/** The git branch that is named as a trigger: `push to main`, `merge to the develop branch`, `` `main` branch``; not the environment that is deployed to. */
export function branch(text: string): string | undefined {
  const name = "(main|master|develop|development|dev|trunk|production|staging|release(?:/[\\w.*-]+)?)";
  const onto = `(?: (?:code|made|pushed|merged))?[ ]{1,2}(?:in ?to|to|on|a|auf|in|nach|onto|de|de rama|vers|dans|sur|para|na|no|en|hacia)[ ]{1,2}(?:the |la |den |a |o )?(?:branche |rama |branch |branch-)?['"]? ?`;
  const patterns = [
    `\\b(?:push(?:es|ed)?|merge[sd]?|merging|commit(?:s|ted)?|changes)${onto}${name} ?['"]?\\b(?! environment)`, `['"]?\\b${name}\\b['"]?[ ]{1,2}branch\\b`, `\\bbranch(?:es)?[ :=]{1,2}['"]?${name}\\b`,
    `\\b(?:prs?|pull requests?|merge requests?)(?: opened| created)? (?:to|into|against|targeting|on|auf|gegen|nach|hacia|contra|vers|sur|para)[ ]{1,2}(?:the |la )?['"]? ?${name} ?['"]?\\b(?! environment)`,
    `\\bon (main|master|develop) (?:merge|push|commit)`, `\\b(main|master|develop)[- ](?:merge|push)`, `\\bdeploy(?:s|ed)?${onto}(main|master|trunk)\\b`,
  ];
  for (const pattern of patterns) {
    const found = firstMatch(pattern, text)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

const ZONE = "utc|gmt|cet|cest|est|edt|et(?! ?\\d)|pst|pdt|pt|cst|ct|bst|ist|jst|sgt|hkt|aest|brt";

/** A schedule as it is written: a cron expression, also as AWS writes it, `06:00 UTC`, `02:30`, `midnight`. Of several times that in UTC, which is the same all the year. */
export function clock(text: string): string | undefined {
  if (!text.includes("*") && !hasDigit(text) && !/\b(?:midnight|noon)\b/.test(text)) return undefined;
  const ofAws = /\bcron\(((?:[\d*?,/a-z#-]{1,20} ){5}[\d*,/-]{1,12})\)/.exec(text)?.[1];
  if (ofAws !== undefined) return `cron(${ofAws})`;
  const cron = /(?<![\w*/])((?:\*|\d{1,2})(?:[/,-]\d{1,2})* (?:\*|\d{1,2})(?:[/,-]\d{1,2})* (?:\*|\?|\d{1,2})(?:[/,-]\d{1,2})* (?:\*|\d{1,2}|[a-z]{3})(?:[/,-]\d{1,2})* (?:\*|\?|\d|[a-z]{3})(?:[/,-](?:\d|[a-z]{3}))*)(?![\w*/])/.exec(text)?.[1];
  if (cron) return cron;
  const times = [...text.matchAll(regExp(`\\b(\\d{1,2}:\\d{2}(?: ?(?:am|pm)\\b)?|\\d{1,2} ?(?:am|pm))(?: ?(${ZONE})\\b)?`, "g"))];
  const time = times.find(([, , zone]) => zone === "utc" || zone === "gmt") ?? times[0];
  const named = firstMatch(`\\b(midnight|noon)(?: (${ZONE})\\b)?`, text);
  if (!time && named) return `${named[1]}${named[2] ? ` ${named[2].toUpperCase()}` : ""}`;
  return time ? `${(time[1] ?? "").toUpperCase()}${time[2] ? ` ${time[2].toUpperCase()}` : ""}` : undefined;
}

/** One value as it is, several as a list, none as undefined. */
export function oneOrMany<T extends string | number>(values: readonly T[]): T | readonly T[] | undefined {
  return values.length > 1 ? values : values[0];
}

/** Of several numbers the greatest. */
export function greatest(values: number | readonly number[] | undefined): number | undefined {
  return values === undefined ? undefined : Math.max(...[values].flat());
}
