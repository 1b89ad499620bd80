import { chmodSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { replaceFile } from "../../lib/increment/replace-file";
import { messageOf } from "./faults-of";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "replace-"));
});
afterEach(() => {
  chmodSync(directory, 0o755);
  rmSync(directory, { recursive: true });
});

const bytes = (text: string) => Buffer.from(text, "utf8");

test("the content is replaced, the mode stays, and nothing is left beside it", () => {
  const file = join(directory, "spec.md");
  writeFileSync(file, "before");
  chmodSync(file, 0o640);
  replaceFile(file, bytes("before"), bytes("after"));
  expect(readFileSync(file, "utf8")).toBe("after");
  expect(statSync(file).mode & 0o7777).toBe(0o640);
  expect(readdirSync(directory)).toEqual(["spec.md"]);
});

test("of a symbolic link the target is replaced, and the link stays one", () => {
  mkdirSync(join(directory, "elsewhere"));
  writeFileSync(join(directory, "elsewhere/real.md"), "before");
  symlinkSync("elsewhere/real.md", join(directory, "spec.md"));
  replaceFile(join(directory, "spec.md"), bytes("before"), bytes("after"));
  expect(lstatSync(join(directory, "spec.md")).isSymbolicLink()).toBe(true);
  expect(readFileSync(join(directory, "elsewhere/real.md"), "utf8")).toBe("after");
  expect(readdirSync(directory).sort()).toEqual(["elsewhere", "spec.md"]);
});

test("what somebody else wrote in the meantime stays", () => {
  const file = join(directory, "spec.md");
  writeFileSync(file, "theirs");
  expect(messageOf(() => replaceFile(file, bytes("before"), bytes("after")))).toBe(
    `${file}:1:1: the file was changed while its criteria were being judged; it was left as it is.\n    → Run the command again.`,
  );
  expect(readFileSync(file, "utf8")).toBe("theirs");
  expect(readdirSync(directory)).toEqual(["spec.md"]);
});

// Root may write anything.
const asUser = process.getuid?.() === 0 ? test.failing : test;
asUser("a read-only file is read-only on purpose", () => {
  const file = join(directory, "spec.md");
  writeFileSync(file, "before", { mode: 0o444 });
  expect(messageOf(() => replaceFile(file, bytes("before"), bytes("after")))).toBe(
    `${file}:1:1: the file cannot be written (EACCES).\n    → Allow this user to write it and its directory; nothing of it was changed.`,
  );
});
