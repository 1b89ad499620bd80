import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFAULTS, loadTest, loadTestOptions } from "../../lib/render/load-test";
import { documentedDefaults } from "../support/documented-defaults";
import { messageOf } from "../support/synth";

const header = { source: "0001-load/AC-US1-01", regenerate: "npm run synth" };

/** Whether a JavaScript engine reads it as a module. */
function reads(script: string): string {
  const directory = mkdtempSync(join(tmpdir(), "phaseline-"));
  try {
    writeFileSync(join(directory, "test.mjs"), script);
    return spawnSync(process.execPath, ["--check", join(directory, "test.mjs")], { encoding: "utf8" }).stderr;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

describe("a load test", () => {
  test("lets so many users come, and looks whether they are answered", () => {
    expect(loadTestOptions({ users: 1000 })).toEqual({
      scenarios: { users: { executor: "ramping-vus", exec: "visit", startVUs: 0, stages: [{ duration: "1m", target: 1000 }, { duration: "5m", target: 1000 }, { duration: "30s", target: 0 }], gracefulRampDown: "30s" } },
      thresholds: { http_req_failed: ["rate<0.01"] },
    });
  });

  test("lets so many requests come each second, however slow the answers are, and misses none", () => {
    expect(loadTestOptions({ requestsPerSecond: 500, minutes: 2 })).toEqual({
      scenarios: { requests: { executor: "constant-arrival-rate", exec: "ask", rate: 500, timeUnit: "1s", duration: "2m", preAllocatedVUs: 500, maxVUs: 2000 } },
      thresholds: { http_req_failed: ["rate<0.01"], dropped_iterations: ["count==0"] },
    });
  });

  test("holds answers to their times, with a few users where nobody is counted", () => {
    const { scenarios, thresholds } = loadTestOptions({ latencies: [{ percentile: 50, milliseconds: 100 }, { percentile: 95, milliseconds: 200 }] });
    expect(thresholds["http_req_duration"]).toEqual(["p(50)<100", "p(95)<200"]);
    expect(scenarios["users"]).toMatchObject({ stages: [{ target: 10 }, { target: 10 }, { target: 0 }] });
  });

  test("is JavaScript, whatever the criterion says", () => {
    const title = 'Handle 10 users */ ${process.exit(1)}\nimport "evil"; \u2028 throw 1 // \u202e `';
    const script = loadTest({ header: { ...header, source: "0001\n/x" }, title, users: 10, baseUrl: "https://api.example.com" });
    expect(reads(script)).toBe("");
    expect(script.split("\n").slice(0, 5)).toEqual([
      "// Generated from 0001 /x.",
      "// Do not edit: change the source and run `npm run synth`.",
      "//",
      '// Handle 10 users */ ${process.exit(1)} import "evil";   throw 1 //   `',
      'import http from "k6/http";',
    ]);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/render/load-test.ts", "LoadTestProps")).toMatchObject({ paths: DEFAULTS.paths, minutes: DEFAULTS.minutes, failurePercent: DEFAULTS.failurePercent });
  });

  test("names every value that cannot be used", () => {
    expect(messageOf(() => loadTest({ header, title: "", users: 0, latencies: [{ percentile: 100, milliseconds: 0 }], baseUrl: 'https://a"', paths: ["x"], minutes: 90 }))).toBe(
      [
        "loadTest: 6 values cannot be used.",
        "  - users is 0: it must be a whole number from 1 to 1000000000. Choose one.",
        "  - minutes is 90: it must be a whole number from 1 to 60. Choose one.",
        "  - latencies[0].percentile is 100: it must be more than 0 and less than 100. Choose one such as 95.",
        "  - latencies[0].milliseconds is 0: it must be more than 0. Correct it.",
        '  - baseUrl is "https://a\\"": it must be an address such as https://api.example.com. Correct it.',
        '  - paths[0] is "x": it must be an HTTP path such as /health. Correct it.',
      ].join("\n"),
    );
  });
});
