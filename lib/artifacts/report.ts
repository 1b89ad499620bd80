import { place } from "../increment/fault";
import { escapeMarkdown } from "../render/markdown";
import { shorten, type Outcome, type Trace, type TracedCriterion, type TracedDemand } from "./trace";

export const WORDS: Record<Outcome, string> = {
  proven: "proven",
  failed: "failed",
  "not-provisioned": "not provisioned",
  superseded: "superseded",
  unsupported: "unsupported",
  "not-infrastructure": "no matter of infrastructure",
  deferred: "deferred",
};

export const SIGNS: Record<Outcome, string> = {
  proven: "✓",
  failed: "✗",
  "not-provisioned": "✗",
  superseded: "↷",
  unsupported: "?",
  "not-infrastructure": "–",
  deferred: "–",
};

/** The report that people read in the terminal. */
export function toText(trace: Trace): string {
  const lines: string[] = [];
  for (const { id, title } of trace.increments) {
    lines.push(`${title === id ? id : `${id} · ${shorten(title)}`}`);
    const criteria = trace.criteria.filter(({ increment }) => increment === id);
    if (criteria.length === 0) lines.push("  – no acceptance criterion was found");
    for (const criterion of criteria) {
      const { outcome, priority, text } = criterion;
      lines.push(`  ${SIGNS[outcome]} ${criterion.id}${priority === undefined ? "" : ` (${priority})`} ${shorten(text)}`);
      for (const demand of criterion.demands) {
        lines.push(`      ${demand.kind}: ${demand.proof.found}${demand.supersededBy === undefined ? "" : ` (superseded by ${demand.supersededBy})`}`);
        if (demand.verdict !== "holds" && demand.verdict !== "superseded") lines.push(`        wanted: ${demand.proof.wanted}`);
        lines.push(...where(demand).map((address) => `        ${address}`));
      }
      if (criterion.message !== undefined) lines.push(`      ${WORDS[outcome]}: ${criterion.message}`);
    }
    lines.push("");
  }
  lines.push(tally(trace));
  return `${lines.join("\n")}\n`;
}

/** "4 criteria: 4 proven" */
export function tally({ criteria }: Pick<Trace, "criteria">): string {
  const counts = (Object.keys(WORDS) as Outcome[])
    .map((outcome) => [criteria.filter((criterion) => criterion.outcome === outcome).length, WORDS[outcome]] as const)
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`);
  return `${criteria.length} ${criteria.length === 1 ? "criterion" : "criteria"}: ${counts.join(", ")}`;
}

/** `traceability.json`: stable keys, no clock, no absolute path. */
export function toJson(trace: Trace): string {
  const criteria = trace.criteria.map((criterion) => ({ ...criterion, location: place(criterion.location) }));
  return `${JSON.stringify({ ...trace, criteria }, null, 2)}\n`;
}

/** `traceability.md`, for a reviewer; text from a spec is escaped, so that it stays text. */
export function toMarkdown(trace: Trace): string {
  const sections = trace.increments.flatMap(({ id, title, file }) => [
    `## ${escapeMarkdown(title === id ? id : `${id}: ${title}`)}`,
    "",
    `Source: \`${file}\``,
    "",
    "| criterion | priority | text | demand | Terraform | proof |",
    "|---|---|---|---|---|---|",
    ...trace.criteria.filter(({ increment }) => increment === id).flatMap(rows),
    "",
  ]);
  return [
    "<!-- Made by phaseline from the increments named below; do not edit. Regenerate: npm run synth -->",
    `# Traceability: ${trace.environment}`,
    "",
    `${tally(trace)}.`,
    "",
    ...sections,
  ].join("\n");
}

function rows(criterion: TracedCriterion): string[] {
  const { id, priority, text, outcome, message, location } = criterion;
  const head = [`${escapeMarkdown(id)} (line ${location.line})`, priority ?? "–", escapeMarkdown(shorten(text, 400))];
  if (criterion.demands.length === 0) return [row([...head, "–", "–", `${WORDS[outcome]}${message === undefined ? "" : `: ${escapeMarkdown(message)}`}`])];
  return criterion.demands.map((demand, index) =>
    row([
      ...(index === 0 ? head : ["", "", ""]),
      `${demand.kind}${parameters(demand)}`,
      where(demand).map((address) => `\`${address}\``).join("<br>") || "–",
      `${demand.verdict === "holds" ? "✓" : demand.verdict === "superseded" ? "↷" : "✗"} ${escapeMarkdown(demand.proof.found)}` +
        (demand.verdict === "fails" ? `; wanted: ${escapeMarkdown(demand.proof.wanted)}` : "") +
        (demand.supersededBy === undefined ? "" : `; superseded by ${escapeMarkdown(demand.supersededBy)}`),
    ]),
  );
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function parameters(demand: TracedDemand): string {
  const stated = Object.entries(demand.parameters).map(([key, value]) => `${key} ${escapeMarkdown(String(value))}`);
  return stated.length === 0 ? "" : ` (${stated.join(", ")})`;
}

function where({ addresses, files }: TracedDemand): readonly string[] {
  return [...addresses.map(({ stack, address }) => `${stack}: ${address}`), ...files.map((file) => `artifacts/${file}`)];
}

