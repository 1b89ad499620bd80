import "../../lib/testing/to-satisfy-criterion";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readOutput } from "../../lib/artifacts/output";
import { CAPABILITY } from "../../lib/demand/capabilities";
import { CAPABILITIES, type CapabilityId } from "../../lib/demand/demand";
import type { Synthesized } from "../../lib/demand/synthesized";
import { BROKEN } from "../support/breaks";
import { mutated } from "../support/mutate";

const root = join(__dirname, "../..");
const scratch = mkdtempSync(join(tmpdir(), "phaseline-breaks-"));
afterAll(() => rmSync(scratch, { recursive: true }));
beforeAll(() => require("../../bin/build.js").build());

const proven = new Set<string>();

describe.each(BROKEN.map((each, index) => ({ ...each, index })))("of $title", ({ increments, breaks, twice = [], index }) => {
  const output = join(scratch, String(index));
  const spec = { spec: increments };

  beforeAll(() => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, "bin/app.js")], { cwd: root, encoding: "utf8", env: { PATH: process.env["PATH"], PHASELINE_INCREMENTS: increments, CDKTF_OUTDIR: output } });
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("every criterion whose proof looks at Terraform is broken here", () => {
    const { criteria } = JSON.parse(readFileSync(join(output, "traceability.json"), "utf8"));
    const looking = criteria.filter(({ outcome, demands }: any) => outcome === "proven" && demands.some(({ addresses }: any) => addresses.length > 0));
    expect([...breaks.map(([increment, id]) => `${increment}/${id}`), ...twice].sort()).toEqual(looking.map(({ increment, id }: any) => `${increment}/${id}`).sort());
    for (const { demands } of looking) for (const { kind } of demands) proven.add(kind);
  });

  test.each(breaks)("%s/%s is met, and not any more after a change by hand", (increment, id, change) => {
    const { stacks, artifacts } = readOutput(output);
    expect(output).toSatisfyCriterion(`${increment}/${id}`, spec);
    const changed = mutated({ stacks, artifacts } as Synthesized, change);
    const copy = join(scratch, `${index}-${increment}-${id}`);
    cpSync(output, copy, { recursive: true });
    for (const [stack, json] of Object.entries(changed.stacks)) writeFileSync(join(copy, "stacks", stack, "cdk.tf.json"), JSON.stringify(json));
    expect(copy).not.toSatisfyCriterion(`${increment}/${id}`, spec);
  });
});

test("every capability whose proof looks at Terraform is among them", () => {
  // Who approves stands in a file alone, which environments there are in the stacks' names; and what has gone is proven by nothing.
  const apart: ReadonlySet<CapabilityId> = new Set<CapabilityId>(["approval", "environments", "removal"]);
  expect(CAPABILITIES.filter((id) => CAPABILITY[id].prove !== undefined && !proven.has(id) && !apart.has(id))).toEqual([]);
});
