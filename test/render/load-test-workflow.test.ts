import { loadTestWorkflow, DEFAULTS } from "../../lib/render/load-test-workflow";
import { parseYaml } from "../../lib/render/yaml";
import { documentedDefaults } from "../support/documented-defaults";
import { messageOf } from "../support/synth";

const header = { source: "0001-load/AC-US1-01", regenerate: "npm run synth" };
const workflow = (load: number, more: object = {}) => parseYaml(loadTestWorkflow({ header, tests: [{ name: "0001-AC-1", path: "load-test/0001-AC-1.js", load }], ...more })) as any;

describe("the workflow of load tests", () => {
  test("is started by hand, with what is tested and where", () => {
    const { on, permissions, jobs } = workflow(100, { baseUrl: "https://api.example.com" });
    expect(on).toEqual({
      workflow_dispatch: {
        inputs: {
          test: { description: "What is tested", type: "choice", required: true, options: ["0001-AC-1"] },
          url: { description: "Where the application is", type: "string", required: true, default: "https://api.example.com" },
        },
      },
    });
    expect(permissions).toEqual({ contents: "read" });
    expect(jobs["test-1"]).toMatchObject({ if: "inputs.test == '0001-AC-1'", env: { SCRIPT: "load-test/0001-AC-1.js", SHARES: "1", SEGMENTS: "0,1" } });
  });

  test.each([[2500, 1], [2501, 2], [10_000, 4], [100_000, 20]])("shares a load of %d between %d runners", (load, shares) => {
    const { env, strategy } = workflow(load).jobs["test-1"];
    expect(strategy.matrix.share).toHaveLength(shares);
    expect(env.SEGMENTS.split(",")).toHaveLength(shares + 1);
  });

  test("takes what is typed in from the environment, never into a script", () => {
    const { steps } = workflow(100).jobs["test-1"];
    expect(steps.flatMap(({ run }: { run?: string }) => run ?? []).join("\n")).not.toContain("${{");
  });

  test("has the default that its documentation names", () => {
    expect(documentedDefaults("lib/render/load-test-workflow.ts", "LoadTestWorkflowProps")).toEqual(DEFAULTS);
  });

  test("names every value that cannot be used", () => {
    expect(messageOf(() => loadTestWorkflow({ header, tests: [{ name: "a' || true", path: "../x.js", load: 0 }], runsOn: "a b", baseUrl: "x" }))).toBe(
      [
        "loadTestWorkflow: 5 values cannot be used.",
        '  - tests[0].name is "a\' || true": it must be letters, digits, dots, hyphens and underscores. Rename it.',
        '  - tests[0].path is "../x.js": it must be a path inside the repository. Correct it.',
        "  - tests[0].load is 0: it must be a whole number from 1. Correct it.",
        '  - runsOn is "a b": it must be the label of a runner: letters, digits, dots, hyphens and underscores. Correct it.',
        '  - baseUrl is "x": it must be an address such as https://api.example.com. Correct it.',
      ].join("\n"),
    );
  });
});
