import { CONSENTS, splitConsents } from "../../lib/demand/consent";
import { demandsOf, understandIncrement } from "../../lib/demand/read-increment";
import { readIncrement } from "../../lib/increment/read";

const read = (line: string) => understandIncrement(readIncrement("0001-a/spec.md", `- **AC-01**: ${line}\n`));
const readingOf = (line: string) => read(line).criteria[0]!.reading;

test.each([
  ["consent=shorter-backups", { consents: ["shorter-backups"] }],
  ['consent="shorter-backups|shorter-logs"', { consents: ["shorter-backups", "shorter-logs"] }],
  ["backups retentionDays=3, consent=shorter-backups", { annotation: "backups retentionDays=3", consents: ["shorter-backups"] }],
  ["consent=shorter-backups; backups retentionDays=3", { annotation: "backups retentionDays=3", consents: ["shorter-backups"] }],
  ["consent=shorter-logs, consent=no-standby", { consents: ["shorter-logs", "no-standby"] }],
  ["not-infrastructure", { annotation: "not-infrastructure", consents: [] }],
  ["", { annotation: "", consents: [] }],
])("%j is %j", (annotation, expected) => {
  expect(splitConsents(annotation)).toEqual(expected);
});

test("a consent leaves to the text how the criterion is read, and stays with its demands", () => {
  const { demands, consents } = readingOf("Keep database backups for 3 days <!-- phaseline: consent=shorter-backups -->");
  expect([demands.map(({ kind, parameters }) => ({ kind, ...parameters })), consents]).toEqual([[{ kind: "backups", retentionDays: 3 }], ["shorter-backups"]]);
  expect(demandsOf(read("Keep database backups for 3 days <!-- phaseline: consent=shorter-backups -->"))[0]?.origin.consents).toEqual(["shorter-backups"]);
});

test("a consent stands beside another annotation of the same criterion", () => {
  const { demands, consents } = readingOf("Whatever <!-- phaseline: backups retentionDays=3 --> <!-- phaseline: consent=shorter-backups -->");
  expect([demands.map(({ kind }) => kind), consents]).toEqual([["backups"], ["shorter-backups"]]);
});

test("a consent that does not exist is said, with those that do", () => {
  expect(readingOf("Keep database backups for 3 days <!-- phaseline: consent=everything -->")).toEqual({
    status: "unsupported",
    demands: [],
    message: `The annotation "consent=everything" cannot be read: there is no consent "everything"; write one of ${Object.keys(CONSENTS).join(", ")}.`,
  });
  expect(readingOf("Keep database backups for 3 days <!-- phaseline: consent=constructor -->").status).toBe("unsupported");
});
