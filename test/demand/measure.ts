import type { Reading } from "../../lib/demand/demand";
import { understand } from "../../lib/demand/understand";

/** A line, and what people read in it. */
export interface Labelled {
  readonly text: string;
  readonly kind: "infrastructure" | "other-provider" | "not-infrastructure";
  readonly capabilities: readonly string[];
  readonly parameters?: Readonly<Record<string, unknown>>;
}

export interface Measure {
  /** Of the infrastructure lines: understood, with exactly the right capabilities. */
  readonly right: number;
  /** Of the others: taken for infrastructure. */
  readonly taken: number;
  /** Of the rightly understood: all stated parameters are there, with their values. */
  readonly parameters: number;
  /** One line each: what was wanted, what was read. */
  readonly wrong: readonly string[];
}

export function measure(lines: readonly Labelled[]): Measure {
  const wrong: string[] = [];
  const ours = lines.filter(({ kind }) => kind === "infrastructure");
  const others = lines.filter(({ kind }) => kind !== "infrastructure");
  const right = ours.filter((line) => {
    const reading = understand(line.text);
    const read = kinds(reading);
    const same = read.join() === [...line.capabilities].sort().join() && (line.capabilities.length === 0 || reading.status === "understood");
    if (!same) wrong.push(`wanted [${line.capabilities.join(", ")}], read ${reading.status} [${read.join(", ")}]: ${line.text}`);
    return same;
  });
  const taken = others.filter((line) => {
    const reading = understand(line.text);
    if (reading.status === "understood") wrong.push(`${line.kind}, read as [${kinds(reading).join(", ")}]: ${line.text}`);
    return reading.status === "understood";
  });
  const stating = right.filter((line) => {
    const missing = Object.entries(line.parameters ?? {}).filter(([key, value]) => !values(understand(line.text), key).includes(JSON.stringify(value)));
    for (const [key, value] of missing) wrong.push(`wanted ${key} ${JSON.stringify(value)}, read ${values(understand(line.text), key).join(" and ") || "none"}: ${line.text}`);
    return missing.length === 0;
  });
  return { right: share(right, ours), taken: share(taken, others), parameters: share(stating, right), wrong };
}

function kinds(reading: Reading): string[] {
  return reading.demands.map(({ kind }) => kind).sort();
}

function values(reading: Reading, key: string): string[] {
  return reading.demands.flatMap(({ parameters }) => Object.entries(parameters).filter(([name]) => name === key).map(([, value]) => JSON.stringify(value)));
}

function share(part: readonly unknown[], whole: readonly unknown[]): number {
  return whole.length === 0 ? 0 : part.length / whole.length;
}

export function linesOf(jsonLines: string): Labelled[] {
  return jsonLines.trim().split("\n").map((line) => JSON.parse(line) as Labelled);
}
