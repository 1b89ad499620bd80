import { CONSENTS } from "../demand/consent";
import type { ReadIncrement } from "../demand/read-increment";
import { place } from "../increment/fault";

/** How each criterion is understood, for programs: demands are flat, `{kind, …parameters, words}`. */
export function explainJson({ increment, criteria }: ReadIncrement): object {
  return {
    increment: increment.id,
    criteria: criteria.map(({ criterion: { id, priority, text, location, state }, reading }) => ({
      id,
      ...(priority === undefined ? {} : { priority }),
      text,
      location: place(location),
      state,
      status: reading.status,
      demands: reading.demands.map(({ kind, parameters, words }) => ({ kind, ...parameters, words })),
      ...(reading.consents === undefined ? {} : { consents: reading.consents }),
      ...(reading.message === undefined ? {} : { message: reading.message }),
    })),
  };
}

/** The same for people. */
export function explainText({ increment, criteria, faults }: ReadIncrement): string {
  const lines = [`${increment.id} · ${increment.title}`];
  for (const { criterion, reading } of criteria) {
    const { id, priority, text, location } = criterion;
    lines.push("", `${place(location)}  ${id}${priority === undefined ? "" : ` (${priority})`}`, `  ${text}`, `  ${reading.status}${criterion.state === "deferred" ? ", but deferred by its author" : ""}`);
    for (const { kind, parameters, words } of reading.demands) {
      const stated = Object.entries(parameters).map(([key, value]) => `${key} ${String(value)}`);
      lines.push(`    ${kind}${stated.length === 0 ? "" : `: ${stated.join(", ")}`}`);
      if (words.length > 0) lines.push(`      because of ${words.map((word) => `"${word}"`).join(", ")}`);
    }
    for (const consent of reading.consents ?? []) lines.push(`    consents to ${consent}: ${CONSENTS[consent]}`);
    if (reading.message !== undefined) lines.push(`    ${reading.message}`);
  }
  for (const { location, message, remedy } of faults) lines.push("", `${location ? `${place(location)}: ` : ""}${message}`, `    → ${remedy}`);
  return `${lines.join("\n")}\n`;
}
