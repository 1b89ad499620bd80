import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { statusOf } from "../../lib/artifacts/status";
import type { Trace } from "../../lib/artifacts/trace";
import { writeBack } from "../../lib/artifacts/write-back";
import type { Increment } from "../../lib/increment/increment";
import { readSpec } from "../../lib/increment/directory";
import { messageOf } from "../increment/faults-of";

const directory = mkdtempSync(join(tmpdir(), "write-back-"));
const file = join(directory, "spec.md");
afterAll(() => rmSync(directory, { recursive: true }));

/** A trace in which these criteria are proven, and the others fail. */
function traceOf({ id, title, file, criteria }: Increment, ...proven: readonly string[]): Trace {
  const demand = { kind: "cluster" as const, parameters: {}, words: [], addresses: [], files: [], verdict: "holds" as const, proof: { wanted: "w", found: "f" } };
  return {
    environment: "production",
    increments: [{ id, title, file }],
    criteria: criteria.map((criterion) => ({ ...criterion, increment: id, outcome: proven.includes(criterion.id) ? "proven" : "failed", demands: [demand] })),
  };
}

function statusesOf(text: string, ...proven: readonly string[]) {
  writeFileSync(file, text);
  const increment = readSpec(file);
  return statusOf(traceOf(increment, ...proven), [increment])[0]!;
}

test("only what is proven is ticked, and a box that is ticked already stays so, proven or not", () => {
  const status = statusesOf("- [ ] **AC-01**: A\n- [ ] **AC-02**: B\n- [x] **AC-03**: C\n- [X] **AC-04**: D\n", "AC-01", "AC-04");
  expect(writeBack(status)).toEqual({ file: status.increment.file, ticked: ["AC-01"], withoutBox: [], otherwiseMarked: [] });
  expect(readFileSync(file, "utf8")).toBe("- [x] **AC-01**: A\n- [ ] **AC-02**: B\n- [x] **AC-03**: C\n- [X] **AC-04**: D\n");
  expect(status.criteria.map(({ tickedWithoutProof }) => tickedWithoutProof)).toEqual([false, false, true, false]);
});

test.each([
  ["a criterion moved", "\n- [ ] **AC-01**: A\n"],
  ["its text changed", "- [ ] **AC-01**: B\n"],
  ["its box changed", "- [-] **AC-01**: A\n"],
  ["it cannot be read any more", "- [ ] **AC-01**: A\n\u0000"],
])("a file in which %s since it was judged is refused", (_, text) => {
  const status = statusesOf("- [ ] **AC-01**: A\n", "AC-01");
  writeFileSync(file, text);
  expect(messageOf(() => writeBack(status))).toBe(
    `${status.increment.file}:1:1: the file was changed while its criteria were being judged; it was left as it is.\n    → Run the command again.`,
  );
  expect(readFileSync(file, "utf8")).toBe(text);
});

test("prose that changed since is kept", () => {
  const status = statusesOf("- [ ] **AC-01**: A\n\nNotes\n", "AC-01");
  writeFileSync(file, "- [ ] **AC-01**: A\n\nOther notes\n");
  writeBack(status);
  expect(readFileSync(file, "utf8")).toBe("- [x] **AC-01**: A\n\nOther notes\n");
});
