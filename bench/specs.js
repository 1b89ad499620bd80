// How long does a megabyte of each nasty kind take, from bytes to blueprint? `npm run --silent build && node bench/specs.js [words]` prints the
// kinds whose name contains the words (or all), the slowest first. Nothing should take a second.
require("../bin/build").build();
const { foldEnvironments } = require("../dist/lib/blueprint/environments");
const { readSettings } = require("../dist/lib/blueprint/settings");
const { explainText } = require("../dist/lib/artifacts/explain");
const { demandsOf, understandIncrement } = require("../dist/lib/demand/read-increment");
const { FaultsError } = require("../dist/lib/increment/fault");
const { readIncrement } = require("../dist/lib/increment/read");

const MEGABYTE = 1 << 20;
const fill = (unit) => unit.repeat(Math.ceil(MEGABYTE / unit.length)).slice(0, MEGABYTE);
const numbered = (line) => {
  let text = "";
  for (let number = 1; text.length < MEGABYTE; number++) text += line.replaceAll("N", number);
  return text;
};
/** A criterion of which one part goes on and on. */
const within = (unit) => `- [ ] **AC-01**: ${fill(unit)} (P1)\n`;
/** As many criteria as fit, each as long as one may be. */
const long = (unit) => numbered(`- [ ] **AC-N**: ${unit.repeat(Math.floor(3900 / unit.length))} (P1)\n`);

const KINDS = {
  "ordinary criteria": numbered("- [ ] **AC-USN-01**: Deploy service N to the Kubernetes cluster (P1)\n"),
  "long criteria of ordinary words": long("Deploy the API to the EKS cluster with RDS backups kept for 7 days and CloudWatch alarms, "),
  "as many criteria as may be": Array.from({ length: 1000 }, (_, n) => `- [ ] **AC-${n}**: ${"Deploy the API to the EKS cluster with backups for the team, and tell everyone who has to know of it; ".repeat(10)} (P1)\n`).join(""),
  "criteria of different words": numbered("- [ ] **AC-N**: Keep daily RDS backups of databaseN for 7 days when userN asks tool-N (P2)\n"),
  "criteria in conditions": numbered("- AC-N: WHEN the load of service N exceeds 80% THEN THE System SHALL scale from 2 to 10 pods\n"),
  "EARS with many thens": long("when a, then b, "),
  "many commas": long("rds, "),
  "as many commas as may be": long(`${"rds, ".repeat(48)}${"lorem, ".repeat(500)}`),
  "as many words as may be": long(`${"lorem ipsum to for of ".repeat(150)}${"rds and ".repeat(48)}`),
  "many parentheses": long("(rds) "),
  "nested parentheses": long("((((("),
  "many numbers": long("10 GB for 7 days, 2-10 pods, "),
  "many dashes": long("eks-rds-"),
  "many dots": long("a.b.c. "),
  "many digits": long("0123456789"),
  "a removal that goes on": long("Remove the old EC2 server once traffic of the mvp "),
  "spaces in criteria": long("a   "),
  "words without spaces": long("kubernetes"),
  "Chinese": long("部署到集群并启用备份"),
  "emoji": long("😀 rds "),
  "nested lists": fill(Array.from({ length: 14 }, (_, depth) => `${"  ".repeat(depth)}- [ ] AC-${depth}: a\n`).join("")),
  "many small lists": fill("- a\n\n1. b\n\n* c\n\n"),
  "deeper and deeper lists": Array.from({ length: 1500 }, (_, depth) => `${" ".repeat(depth)}- a`).join("\n"),
  "one long line": fill("word "),
  "one long word": fill("a"),
  "backticks": fill("`"),
  "backtick runs of many lengths": Array.from({ length: 1400 }, (_, length) => "`".repeat(length + 1)).join(" "),
  "code spans": within("`a` "),
  "unbalanced backticks": within("`` ` "),
  "headings": fill("# "),
  "many headings": fill("###### US-001: S\n\n"),
  "stories": numbered("### US-N: Story (P1)\n\n- [ ] **AC-USN-01**: Text\n\n"),
  "closing marks of headings": `# ${fill("#")}`,
  "tables": fill("| a | b |\n|---|---|\n| c | d |\n\n"),
  "one wide table": `${fill("| a ")}\n${fill("|---")}\n`,
  "open comments": fill("<!-- "),
  "open comments in a criterion": within("<!-- "),
  "comments": within("<!-- a --> "),
  "annotations": within("<!-- phaseline: metrics --> "),
  "a long annotation": `- **AC-01**: a <!-- phaseline: ${fill("metrics, ")} -->\n`,
  "a long annotation of consents": `- **AC-01**: a <!-- phaseline: ${fill("consent=x, ")} -->\n`,
  "open fences": fill("```\n"),
  "HTML": fill("<div>\n"),
  "quotes": fill(">"),
  "quotes of lists": fill("> - a\n> - b\n\n"),
  "links": within("[a](b) "),
  "open brackets": within("[["),
  "brackets and parentheses": within("]("),
  "emphasis": within("*a_ "),
  "stars": within("*"),
  "tildes": within("~~a "),
  "entities": within("&amp;"),
  "escapes": within("\\*"),
  "setext": fill("a\n---\n"),
  "check boxes": fill("- [ ] \n"),
  "empty criteria": numbered("- [ ] **AC-N**:\n"),
  "one criterion again and again": fill("- [ ] AC-1: a\n"),
  "control characters": fill("\u0001"),
  "line ends": fill("\r\n"),
  "front matter": `---\na: ${fill("x")}\n---\n- AC-1: a\n`,
  "nested front matter": `---\na: ${fill("[")}\n---\n- AC-1: a\n`,
  "Infrastructure Stack": `## Infrastructure Stack\n\n${numbered("- **KeyN**: Kubernetes\n")}`,
  "Kiro": `### Requirement 1\n\n#### Acceptance Criteria\n\n${numbered("N. WHEN a user asks N THEN THE System SHALL deploy the API to EKS\n")}`,
  "spec-kit": numbered("- **FR-N**: System MUST run on EKS N\n"),
  "OpenSpec": numbered("### Requirement: R N\n\nThe system SHALL run on EKS.\n\n#### Scenario: S N\n\n- **WHEN** a\n- **THEN** b\n\n"),
  "BMAD": `## Acceptance Criteria\n\n${numbered("N. The API runs on EKS\n")}`,
  "arbitrary bytes": Buffer.from(Array.from({ length: MEGABYTE }, (_, index) => (index * 2654435761) >>> 24)),
};

const settings = readSettings({ project: "shop", repository: "acme/shop" }, "cdktf.json");
const judge = (bytes) => {
  try {
    const read = understandIncrement(readIncrement("0001-a/spec.md", bytes));
    explainText(read);
    foldEnvironments([{ increment: "0001-a", demands: demandsOf(read), preferences: read.preferences }], settings);
    return `${read.criteria.length} criteria`;
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return `refused: ${error.faults[0].message.slice(0, 60)}`;
  }
};

judge("- **AC-01**: Deploy the API to a Kubernetes cluster (P1)\n");
const results = Object.entries(KINDS)
  .filter(([name]) => name.toLowerCase().includes((process.argv[2] ?? "").toLowerCase()))
  .map(([name, text]) => {
    const bytes = Buffer.from(text);
    // Time of the processor: what else runs on the machine does not count.
    const start = process.cpuUsage();
    const outcome = judge(bytes);
    const { user, system } = process.cpuUsage(start);
    return { name, seconds: (user + system) / 1e6, outcome };
  });
for (const { name, seconds, outcome } of results.sort((a, b) => b.seconds - a.seconds)) console.log(`${seconds.toFixed(3)} s  ${name.padEnd(34)} ${outcome}`);
