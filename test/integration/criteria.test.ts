import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { linesOf, measure } from "../demand/measure";

/** Labelled criteria of public projects; they are not part of the repository. */
const FILE = join(__dirname, "../../../shared/criteria/dev.jsonl");
const here = existsSync(FILE);
if (!here) console.warn(`Skipped: the labelled criteria are not there (${FILE}).`);

(here ? describe : describe.skip)("criteria of real projects", () => {
  const found = here ? measure(linesOf(readFileSync(FILE, "utf8"))) : undefined;

  test("at least 95 % of the infrastructure is read with exactly the right capabilities", () => {
    expect(found).toMatchObject({ wrong: expect.any(Array) });
    if (found && found.right < 0.95) throw new Error(`${(found.right * 100).toFixed(1)} %:\n${found.wrong.join("\n")}`);
  });
  test("at most 2 % of the rest is taken for infrastructure", () => {
    if (found && found.taken > 0.02) throw new Error(`${(found.taken * 100).toFixed(1)} %:\n${found.wrong.join("\n")}`);
  });
  test("at least 98 % of what is understood has its parameters right", () => {
    if (found && found.parameters < 0.98) throw new Error(`${(found.parameters * 100).toFixed(1)} %:\n${found.wrong.join("\n")}`);
  });
});
