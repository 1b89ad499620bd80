import type { Span } from "./frame";
import { countIn, toNumber } from "./quantities";
import { regExp } from "./needles";

/** What a number may be multiplied by on its way into a parameter: weeks to days, k to thousands, seconds to milliseconds. */
const FACTORS: readonly (readonly [RegExp, number])[] = [
  [/^ ?(?:k|thousand)\b/, 1000], [/^ ?(?:m|million|mio)\b/, 1_000_000], [/^[ -]?weeks?\b/, 7], [/^[ -]?months?\b/, 30], [/^[ -]?(?:years?|yrs?)\b/, 365],
  [/^ ?s(?:ec\w*)?\b/, 1000], [/^[ -]?min\w*/, 60], [/^[ -]?(?:hours?|hrs?|h)\b/, 60], [/^[ -]?(?:hours?|hrs?|h)\b/, 3600], [/^[ -]?s(?:ec\w*)?\b/, 1 / 60], [/^[ -]?(?:hours?|h)\b/, 1 / 24], [/^ ?t(?:i?b|b)?\b/, 1024], [/^ ?m(?:i?b|i)?\b/, 1 / 1024],
];
/** What belongs to a number for a reader: the other bound, the unit, what is counted. */
const BETWEEN = /^(?: ?(?:-+>?|–|~|\.{2,3}|→|\/|to|and|through|bis|到|至) ?)$/;
const UNITS: ReadonlySet<string> = new Set((
  "percent ms millisecond milliseconds s sec secs second seconds min mins minute minutes h hour hours day days week weeks month months year years k million gb gib gi mb mib mi tb cpu cpus vcpu vcpus usd dollars "
  + "pod pods replica replicas task tasks node nodes instance instances server servers worker workers container containers az azs user users zone zones rps session sessions connection connections subnet subnets bucket buckets gateway gateways"
).split(" "));
const IN_FRONT_OF_UNITS: ReadonlySet<string> = new Set(["public", "private", "nat", "read", "concurrent", "availability", "worker"]);

/** How long the unit is that stands at this place. */
function unitAt(text: string, at: number): number {
  const behind = text.slice(at, at + 32);
  const percent = /^\+? ?%/.exec(behind)?.[0];
  if (percent !== undefined) return percent.length;
  const [words = "", first = "", second = ""] = /^\+?[ -]?([a-z]+)(?: ([a-z]+))?/.exec(behind) ?? [];
  if (IN_FRONT_OF_UNITS.has(first) && UNITS.has(second)) return words.length;
  return UNITS.has(first) ? words.length - (second === "" ? 0 : second.length + 1) : 0;
}

/** Where the text states the values of these parameters: the numbers, with their units, and the words that are taken as they stand. */
export function spansOfValues(text: string, parameters: object): Span[] {
  const values = Object.entries(parameters).filter(([, value]) => typeof value !== "boolean").flatMap(([, value]) => [value as string | number | readonly (string | number)[]].flat());
  const numbers = values.filter((value) => typeof value === "number");
  return [...(numbers.length > 0 ? spansOfNumbers(text, numbers) : []), ...values.filter((value) => typeof value === "string").flatMap((value) => spanOfWord(text, value))];
}

function spansOfNumbers(text: string, values: readonly number[]): Span[] {
  const count = countIn(text);
  if (count === undefined) return [];
  const found = [...text.matchAll(regExp(`(?<![\\w.])${count}(?:[.,]\\d+)?`, "g"))].map(({ index, 0: words }) => ({ start: index, end: index + words.length, value: toNumber(words.replace(/,(?=\d{1,2}$)/, ".")) }));
  const stands = values.flatMap((value) => found.find((each) => each.value === value) ?? found.find(({ value: written, end }) => FACTORS.some(([unit, factor]) => Math.abs(written * factor - value) < 1e-9 && unit.test(text.slice(end, end + 12)))) ?? []);
  const spans = [...new Set(stands)].sort((a, b) => a.start - b.start).map(({ start, end }) => ({ start: /[$€]$/.test(text.slice(0, start)) ? start - 1 : start, end: end + unitAt(text, end) }));
  return spans.reduce<Span[]>((joined, span) => {
    const last = joined.at(-1);
    if (last && BETWEEN.test(text.slice(last.end, span.start))) joined[joined.length - 1] = { start: last.start, end: span.end };
    else joined.push(span);
    return joined;
  }, []);
}

function spanOfWord(text: string, value: string): Span[] {
  const word = value.toLowerCase();
  for (let start = text.indexOf(word); start >= 0; start = text.indexOf(word, start + 1)) {
    const end = start + word.length;
    if (!/[a-z0-9]/.test(text.charAt(start - 1)) && !/[a-z0-9]/.test(text.charAt(end))) return [{ start, end }];
  }
  return [];
}
