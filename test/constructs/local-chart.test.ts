import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { LocalChart } from "../../lib/constructs/local-chart";
import { messageOf } from "../support/synth";

const files = [
  { path: "Chart.yaml", text: "apiVersion: v2\nname: secrets\nversion: 1.0.0\n" },
  { path: "templates/a.yaml", text: "a: 1\n" },
];

describe("LocalChart", () => {
  let outdir: string;
  beforeEach(() => (outdir = mkdtempSync(join(tmpdir(), "phaseline-chart-"))));
  afterEach(() => rmSync(outdir, { recursive: true }));

  test.each([
    ["JSON", false],
    ["HCL", true],
  ])("is written where its path leads from the stack's Terraform in %s, and nothing of an earlier one stays", (_, hclOutput) => {
    process.env["SYNTH_HCL_OUTPUT"] = String(hclOutput);
    const app = new App({ outdir, hclOutput });
    const stack = new TerraformStack(app, "platform");
    delete process.env["SYNTH_HCL_OUTPUT"];
    const chart = new LocalChart(stack, "chart", { name: "secrets", files });
    new LocalChart(stack, "other", { name: "other", files: files.slice(0, 1) });
    expect(chart.source).toEqual({ path: "./charts/secrets" });
    const at = (path: string) => join(outdir, "stacks/platform/charts", path);
    app.synth();
    writeFileSync(at("secrets/templates/old.yaml"), "");
    app.synth();
    expect(readFileSync(at("secrets/Chart.yaml"), "utf8")).toBe(files[0]!.text);
    expect(readFileSync(at("secrets/templates/a.yaml"), "utf8")).toBe(files[1]!.text);
    expect(existsSync(at("secrets/templates/old.yaml"))).toBe(false);
    expect(existsSync(at("other/Chart.yaml"))).toBe(true);
  });

  test("throws when the stack has another chart of that name", () => {
    const stack = new TerraformStack(new App({ outdir }), "platform");
    new LocalChart(stack, "chart", { name: "secrets", files });
    expect(messageOf(() => new LocalChart(stack, "again", { name: "secrets", files }))).toBe(
      'platform/again: platform/chart is a chart of the name "secrets" already, and both would be written to one directory.\n    → Give one of them another name.',
    );
  });
});
