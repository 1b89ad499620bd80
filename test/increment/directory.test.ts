import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readArchive, readIncrements, readSpec } from "../../lib/increment/directory";
import { messageOf } from "./faults-of";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "increments-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function write(file: string, text = "- **AC-01**: Text\n"): void {
  mkdirSync(dirname(join(cwd, file)), { recursive: true });
  writeFileSync(join(cwd, file), text);
}

const ids = (options = {}): string[] => readIncrements(join(cwd, "increments"), { cwd, ...options }).map(({ id }) => id);
const faults = (options = {}): string => messageOf(() => ids(options));

test("increments come by number, however it is written, then by suffix", () => {
  for (const name of ["0100-z", "0013-v0.8.0-b", "001-core-framework", "0042E-x", "0042-x", "99999-y", "0002-Ä"]) write(`increments/${name}/spec.md`);
  expect(ids()).toEqual(["001-core-framework", "0002-Ä", "0013-v0.8.0-b", "0042-x", "0042E-x", "0100-z", "99999-y"]);
});

test("places are relative to the working directory", () => {
  write("increments/0001-a/spec.md");
  const [increment] = readIncrements(join(cwd, "increments"), { cwd });
  expect(increment).toMatchObject({ file: "increments/0001-a/spec.md", criteria: [{ location: { file: "increments/0001-a/spec.md", line: 1, column: 5 } }] });
});

test("finished increments are read on request; what is set aside never is", () => {
  for (const name of ["0003-c", "_archive/0001-a", "_working/0002-b", "_abandoned/0004-d", ".hidden/0005-e", "_archive/_old/0006-f"]) write(`increments/${name}/spec.md`);
  expect(ids()).toEqual(["0003-c"]);
  expect(ids({ archived: true })).toEqual(["0001-a", "0003-c"]);
});

test("finished increments are known by the names of their folders", () => {
  ["_archive", "_completed", "_done", "archive", "completed", "done", "drafts"].forEach((name, index) => write(`increments/${name}/000${index + 1}-a/spec.md`));
  write("increments/0009-b/spec.md");
  expect(ids()).toEqual(["0009-b"]);
  expect(ids({ archived: true })).toEqual(["0001-a", "0002-a", "0003-a", "0004-a", "0005-a", "0006-a", "0009-b"]);
});

test("the archive by itself is what can be read of it", () => {
  write("increments/_archive/0002-b/spec.md");
  write("increments/_archive/0001-a/spec.md");
  write("increments/_archive/0003-c/spec.md", "");
  write("increments/_archive/0004-d/plan.md");
  write("increments/_archive/notes.md");
  expect(readArchive(join(cwd, "increments"), { cwd }).map(({ id }) => id)).toEqual(["0001-a", "0002-b"]);
  expect(readArchive(join(cwd, "nowhere"), { cwd })).toEqual([]);
});

test("a linked folder is read like any other, and files beside the folders are ignored", () => {
  write("elsewhere/0001-a/spec.md");
  write("increments/README.md", "x");
  symlinkSync(join(cwd, "elsewhere/0001-a"), join(cwd, "increments/0001-a"));
  expect(ids()).toEqual(["0001-a"]);
});

test("the faults of all files are reported together", () => {
  write("increments/0001-a/spec.md", "");
  write("increments/0003-c/spec.md", "- **AC-01**: One\n- **AC-01**: Two\n");
  write("increments/0004-d/plan.md");
  write("increments/0005-e/spec.md");
  write("increments/005-f/spec.md");
  write("increments/drafts/spec.md");
  mkdirSync(join(cwd, "increments/0006-g/spec.md"), { recursive: true });
  expect(faults()).toBe(
    [
      "increments/0001-a/spec.md:1:1: the file is empty.",
      "    → Write at least one acceptance criterion, as in `- [ ] **AC-US1-01**: Deploy the API to a Kubernetes cluster (P1)`.",
      'increments/0003-c/spec.md:2:5: AC-01 says "Two", but line 1 defines it as "One".',
      "    → Give one of the two another id, or the same text.",
      "increments/0004-d/spec.md:1:1: the file does not exist.",
      "    → Write it, or remove the folder that should hold it.",
      "increments/0006-g/spec.md:1:1: this is no file.",
      "    → Put a markdown file here.",
      "increments/005-f/spec.md:1:1: two increments have the number 5: increments/0005-e and increments/005-f.",
      "    → Give one of them the next free number; increments build on one another in the order of their numbers.",
      "increments/drafts/spec.md:1:1: the folder drafts has no number, so that its place among the increments is unknown.",
      "    → Name it by its number, as in 0001-drafts.",
    ].join("\n"),
  );
});

test("of several increments one may have no criterion, but not all of them", () => {
  write("increments/0001-a/spec.md", "Only words.\n");
  write("increments/0002-b/spec.md", "See elsewhere.\n");
  const none = (file: string) => `${file}:1:1: no acceptance criterion was found.\n    → Write at least one, as in \`- [ ] **AC-US1-01**: Deploy the API to a Kubernetes cluster (P1)\`.`;
  expect(faults()).toBe(`${none("increments/0001-a/spec.md")}\n${none("increments/0002-b/spec.md")}`);
  write("increments/0003-c/spec.md");
  expect(ids()).toEqual(["0001-a", "0002-b", "0003-c"]);
});

test("an archived increment and a current one may not share a number", () => {
  write("increments/0001-a/spec.md");
  write("increments/_archive/0001-b/spec.md");
  expect(faults({ archived: true })).toBe(
    "increments/_archive/0001-b/spec.md:1:1: two increments have the number 1: increments/0001-a and increments/_archive/0001-b.\n" +
      "    → Give one of them the next free number; increments build on one another in the order of their numbers.",
  );
});

test.each([
  ['0001-${file("x")}', "$"], ["0001-%{if x}", "%"], ["0001-{{ x }}", "{"], ["0001-`x`", "`"], ["0001-a;b", ";"], ["0001-a # b", "#"], ["0001-a\nb", "U+000A"], ["0001-a\u202Eb", "U+202E"],
])("the folder %j is refused: its name stands in what is generated", (name, character) => {
  write(`increments/${name}/spec.md`);
  expect(faults()).toBe(
    `increments/${name.replace(/[\n\u202E]/, "\uFFFD")}:1:1: the folder's name has ${character} in it; increments' names stand in tags, labels and generated files, where that means something.\n` +
      "    → Name it in letters, digits, dots, dashes and underscores.",
  );
});

test("a directory that is missing, a file, or without increments is a fault", () => {
  const remedy = "    → Create it, or set PHASELINE_INCREMENTS to the directory that holds the increments.";
  expect(faults()).toBe(`the directory of increments increments does not exist.\n${remedy}`);
  write("file");
  expect(messageOf(() => readIncrements(join(cwd, "file"), { cwd }))).toBe(`the directory of increments file is a file, not a directory.\n${remedy}`);
  mkdirSync(join(cwd, "increments"));
  expect(faults()).toBe("no increment was found in increments.\n    → Create one, as in increments/0001-production-infrastructure/spec.md.");
});

test("one specification of any name is read by its path", () => {
  write("plans/checkout.md");
  write("increments/0007-api/spec.md");
  expect(readSpec(join(cwd, "plans/checkout.md"), { cwd })).toMatchObject({ id: "checkout", file: "plans/checkout.md" });
  expect(readSpec(join(cwd, "increments/0007-api/spec.md"), { cwd })).toMatchObject({ id: "0007-api", title: "0007-api" });
  expect(messageOf(() => readSpec(join(cwd, "none.md"), { cwd }))).toBe("none.md:1:1: the file does not exist.\n    → Write it, or remove the folder that should hold it.");
});
