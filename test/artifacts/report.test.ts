import { toJson, toMarkdown, toText } from "../../lib/artifacts/report";
import { requireProven, type Trace, type TracedCriterion } from "../../lib/artifacts/trace";

const base = { increment: "0012-prod", priority: "P1", state: "open" as const };
const at = (line: number) => ({ file: "0012-prod/spec.md", line, column: 5 });

const proven: TracedCriterion = {
  ...base,
  id: "AC-01",
  text: "Configure auto-scaling (2-10 pods)",
  location: at(5),
  outcome: "proven",
  demands: [
    {
      kind: "autoscaling",
      parameters: { min: 2, max: 10 },
      words: ["auto-scaling", "2-10 pods"],
      addresses: [{ stack: "production-platform", address: "kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler" }],
      files: [],
      verdict: "holds",
      proof: { wanted: "an HPA with min 2 and max 10", found: "an HPA with min 2 and max 10" },
    },
  ],
};
const failed: TracedCriterion = {
  ...base,
  id: "AC-02",
  text: "Set up | <b>metrics</b>",
  location: at(6),
  outcome: "failed",
  demands: [
    {
      kind: "metrics",
      parameters: {},
      words: [],
      addresses: [],
      files: [],
      verdict: "fails",
      proof: { wanted: "Prometheus", found: "no Helm release of kube-prometheus-stack" },
    },
  ],
};
const foreign: TracedCriterion = { ...base, id: "AC-03", text: "Deploy to Hetzner", location: at(7), outcome: "unsupported", message: "Hetzner is another vendor.", demands: [] };
const button: TracedCriterion = { ...base, id: "AC-04", text: "The button is blue", location: at(8), outcome: "not-infrastructure", demands: [] };

const trace = (...criteria: readonly TracedCriterion[]): Trace => ({
  environment: "production",
  increments: [{ id: "0012-prod", title: "Production", file: "0012-prod/spec.md" }],
  criteria,
});

describe("the report", () => {
  test("tells people each criterion, what it became and its proof", () => {
    expect(toText(trace(proven, failed, foreign, button))).toBe(
      [
        "0012-prod · Production",
        "  ✓ AC-01 (P1) Configure auto-scaling (2-10 pods)",
        "      autoscaling: an HPA with min 2 and max 10",
        "        production-platform: kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler",
        "  ✗ AC-02 (P1) Set up | <b>metrics</b>",
        "      metrics: no Helm release of kube-prometheus-stack",
        "        wanted: Prometheus",
        "  ? AC-03 (P1) Deploy to Hetzner",
        "      unsupported: Hetzner is another vendor.",
        "  – AC-04 (P1) The button is blue",
        "",
        "4 criteria: 1 proven, 1 failed, 1 unsupported, 1 no matter of infrastructure",
        "",
      ].join("\n"),
    );
  });

  test("is valid JSON with every place as file:line:column", () => {
    const { criteria } = JSON.parse(toJson(trace(proven)));
    expect(criteria[0]).toMatchObject({ id: "AC-01", location: "0012-prod/spec.md:5:5", demands: [{ kind: "autoscaling", verdict: "holds" }] });
  });

  test("keeps text from a spec inside its table cell", () => {
    const row = toMarkdown(trace(failed)).split("\n").find((line) => line.includes("AC-02"));
    expect(row).toBe(
      "| AC-02 (line 6) | P1 | Set up \\| &lt;b&gt;metrics&lt;/b&gt; | metrics | – | ✗ no Helm release of kube-prometheus-stack; wanted: Prometheus |",
    );
  });
});

describe("requireProven", () => {
  test("passes when every P1 criterion is proven or no matter of infrastructure", () => {
    expect(() => requireProven(trace(proven, button))).not.toThrow();
  });

  test("tells of every P1 criterion that failed or is not understood what was wanted, what was found and what to do", () => {
    expect(() => requireProven(trace(failed, foreign, proven))).toThrow(
      [
        '0012-prod/spec.md:6:5: AC-02 (P1) "Set up | <b>metrics</b>" asks for metrics. Wanted: Prometheus. Found: no Helm release of kube-prometheus-stack.',
        "    → Correct the stack, or the criterion at 0012-prod/spec.md:6:5; `npx phaseline explain` tells how it is understood.",
        '0012-prod/spec.md:7:5: AC-03 (P1) "Deploy to Hetzner" is not supported: Hetzner is another vendor.',
        "    → Reword it, defer it with `[-]`, or give it a priority below P1.",
      ].join("\n"),
    );
  });

  test.each(["P2", undefined])("lets a criterion of priority %s fail", (priority) => {
    const { priority: _, ...rest } = failed;
    expect(() => requireProven(trace(priority === undefined ? rest : { ...rest, priority }))).not.toThrow();
  });
});
