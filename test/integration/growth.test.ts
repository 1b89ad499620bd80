import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { GrowthPhase } from "../../lib/constructs/growth-phase";
import { fleetUserData } from "../../lib/render/fleet-user-data";
import { metricsCompose, metricsHostFiles, metricsUserData, nodeExporterCompose } from "../../lib/render/metrics-host";
import { yamlDocument } from "../../lib/render/yaml";
import { describeWith, setup } from "./support/shared";
import { left, plan, scratch, terraform, type Change } from "./support/terraform";

const header = { source: "the test", regenerate: "npm test" };
const application = { migrateCommand: ["npm", "run", "migrate"], environment: { GREETING: 'a "b" $c {{ d }}' } };

/** A stack with everything that the phase can have. */
function synthesize(home: string, form: "json" | "hcl"): string {
  const before = { cwd: process.cwd(), hcl: process.env["SYNTH_HCL_OUTPUT"] };
  try {
    // The local state lies where the app runs.
    process.chdir(home);
    if (form === "hcl") process.env["SYNTH_HCL_OUTPUT"] = "true";
    const app = new App({ outdir: join(home, "out") });
    const stack = new TerraformStack(app, "growth");
    new AwsProvider(stack, "aws", { region: "eu-central-1" });
    new GrowthPhase(stack, "shop", {
      name: "shop-prod",
      endpoint: { kind: "domain", domainName: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ", alternativeNames: ["grafana.example.com"] },
      application,
      size: { min: 2, desired: 3, max: 10 },
      scaling: { cpuTargetPercent: 60 },
      monitoring: { grafana: { hostName: "grafana.example.com", allowedCidrs: ["203.0.113.0/24"] } },
      pipeline: { repository: "example/shop" },
      alarmEmails: ["ops@example.com"],
    });
    app.synth();
  } finally {
    process.chdir(before.cwd);
    if (before.hcl === undefined) delete process.env["SYNTH_HCL_OUTPUT"];
    else process.env["SYNTH_HCL_OUTPUT"] = before.hcl;
  }
  return join(home, "out/stacks/growth");
}

describeWith("terraform", "the Growth phase in real Terraform", () => {
  const plans: Record<string, readonly Change[]> = {};

  test.each(["json", "hcl"] as const)("synthesized as %s, initialises, validates, plans and applies; a second plan is empty", (form) => {
    const directory = synthesize(scratch(`growth-${form}`), form);
    terraform(directory, "init", "-input=false");
    terraform(directory, "validate");
    plans[form] = plan(directory);
    expect(plans[form].every(({ actions }) => actions.join() === "create")).toBe(true);
    terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
    expect(left(directory)).toEqual([]);
  });

  test("the two forms plan the same resources with the same values", () => {
    expect(plans["json"]!.length).toBeGreaterThan(140);
    expect(plans["hcl"]).toEqual(plans["json"]);
  });

  test("user data arrives as it was rendered", () => {
    const after = (type: string) => plans["json"]!.find(({ address }) => address.startsWith(`${type}.`))!.after as Record<string, any>;
    const fleet = fleetUserData({ groupName: "shop-prod", settingsParameter: "/shop-prod/fleet", logGroup: "/shop-prod/app", application, nodeExporter: true });
    expect(Buffer.from(after("aws_launch_template")["user_data"], "base64").toString()).toBe(fleet);
    expect(after("aws_instance")["user_data"]).toBe(metricsUserData({ settingsParameter: "/shop-prod/monitoring", logGroup: "/shop-prod/monitoring", namespace: "shop-prod-monitoring" }));
  });
});

/** `test`, or, where a tool is missing, a skipped one whose title says why. */
function testWith(tool: readonly [string, ...string[]], title: string, body: (command: readonly [string, ...string[]]) => void): void {
  if (works(tool)) return void test(title, () => body(tool));
  console.warn(`skipped: ${title}: ${tool.join(" ")} is not installed`);
  test.skip(`${title} (skipped: ${tool.join(" ")} is not installed)`, () => {});
}

function works([name, ...args]: readonly [string, ...string[]]): boolean {
  return spawnSync(name, [...args, name.startsWith("docker") ? "version" : "--version"]).status === 0;
}

function check(cwd: string, command: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8" });
  expect({ command: [command, ...args].join(" "), status, output: status === 0 ? "" : `${stdout}${stderr}` }).toEqual({ command: [command, ...args].join(" "), status: 0, output: "" });
}

function write(directory: string, files: readonly { readonly path: string; readonly text: string }[]): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
}

describe("the files of the Growth phase, before the tools that read them", () => {
  const home = scratch("growth-files");
  const prometheus = { environment: "shop-prod", autoScalingGroupName: "shop-prod" };
  const app = new App({ outdir: scratch("growth-app") });
  const phase = new GrowthPhase(new TerraformStack(app, "growth"), "shop", {
    name: "shop-prod",
    endpoint: { kind: "http-only" },
    application,
    pipeline: { repository: "example/shop" },
  });
  const script = (text: string, path: string) => new RegExp(`/dev/stdin ${path} <<'END_OF_FILE'\\n([^]*?\\n)END_OF_FILE\\n`).exec(text)![1]!;
  const fleet = fleetUserData({ groupName: "shop-prod", settingsParameter: "/shop-prod/fleet", logGroup: "/shop-prod/app", application, nodeExporter: true });
  const metrics = metricsUserData({ settingsParameter: "/shop-prod/monitoring", logGroup: "/shop-prod/monitoring", namespace: "shop-prod-monitoring" });
  const scripts = ["fleet.sh", "app.sh", "metrics.sh", "monitoring.sh"];

  beforeAll(() => {
    write(join(home, "scripts"), [
      { path: "fleet.sh", text: fleet },
      { path: "app.sh", text: script(fleet, "/opt/app/app") },
      { path: "metrics.sh", text: metrics },
      { path: "monitoring.sh", text: script(metrics, "/opt/monitoring/monitoring") },
    ]);
    write(join(home, "compose"), phase.composeFiles(header));
    write(join(home, "exporter"), [{ path: "compose.yaml", text: yamlDocument(nodeExporterCompose()) }]);
    write(join(home, "metrics"), metricsHostFiles({ compose: {}, prometheus }, header));
    write(join(home, "metrics-public"), [{ path: "compose.yaml", text: yamlDocument(metricsCompose({ rootUrl: "https://grafana.example.com" })) }]);
    const known = (text: string) => text.replaceAll("TOPIC_ARN_OF_THIS_HOST", "arn:aws:sns:eu-central-1:123456789012:alarms").replaceAll("REGION_OF_THIS_HOST", "eu-central-1");
    write(join(home, "known"), metricsHostFiles({ compose: {}, prometheus }, header).map(({ path, text }) => ({ path, text: known(text) })));
  });

  test("bash reads every script", () => {
    for (const file of scripts) check(join(home, "scripts"), "bash", "-n", file);
  });

  testWith(["shellcheck"], "shellcheck has nothing to say of any script", ([command]) => check(join(home, "scripts"), command, "--severity=style", ...scripts));

  testWith(works(["docker", "compose"]) ? ["docker", "compose"] : ["docker-compose"], "Compose accepts every file, with and without what developers have beside it", ([command, ...args]) => {
    check(join(home, "compose"), command, ...args, "--file", "compose.yaml", "config", "--quiet");
    for (const directory of ["compose", "exporter", "metrics", "metrics-public"]) check(join(home, directory), command, ...args, "config", "--quiet");
    check(join(home, "compose"), command, ...args, "--profile", "migrate", "config", "--quiet");
  });

  testWith(["promtool"], "promtool accepts configuration and rules, and the rules alert when they should", ([command]) => {
    check(join(home, "known/prometheus"), command, "check", "config", "--syntax-only", "prometheus.yml");
    check(join(home, "known/prometheus"), command, "check", "rules", "rules/phaseline.yaml");
    // Ten requests a second, of which one fails from the first minute on; then an instance that is gone.
    write(join(home, "known/prometheus"), [
      {
        path: "test.yaml",
        text: yamlDocument({
          rule_files: ["rules/phaseline.yaml"],
          evaluation_interval: "1m",
          tests: [
            {
              interval: "1m",
              input_series: [
                { series: 'http_request_duration_seconds_count{job="api",instance="i-1",status_code="200"}', values: "0+540x120" },
                { series: 'http_request_duration_seconds_count{job="api",instance="i-1",status_code="500"}', values: "0+60x120" },
                { series: 'up{job="api",instance="i-1"}', values: "1x120" },
              ],
              alert_rule_test: [
                { alertname: "ErrorBudgetBurn1h", eval_time: "70m", exp_alerts: [{ exp_labels: { severity: "critical", job: "api" }, exp_annotations: annotations("1h", "10%", 14.4) }] },
                { alertname: "ApplicationDown", eval_time: "70m", exp_alerts: [] },
              ],
            },
            {
              interval: "1m",
              input_series: [{ series: 'http_request_duration_seconds_count{job="api",instance="i-1",status_code="200"}', values: "0+600x120" }],
              promql_expr_test: [{ expr: "job:http_errors:ratio_rate1h", eval_time: "70m", exp_samples: [{ labels: 'job:http_errors:ratio_rate1h{job="api"}', value: 0 }] }],
              alert_rule_test: [{ alertname: "ErrorBudgetBurn1h", eval_time: "70m", exp_alerts: [] }],
            },
            {
              interval: "1m",
              input_series: [{ series: 'up{job="api",instance="i-1"}', values: "1x5 0x10" }],
              alert_rule_test: [
                {
                  alertname: "ApplicationDown",
                  eval_time: "10m",
                  exp_alerts: [
                    {
                      exp_labels: { severity: "critical", job: "api", instance: "i-1" },
                      exp_annotations: {
                        summary: "api on i-1 does not answer",
                        description: "/metrics could not be read for three minutes. The load balancer replaces the instance if its health check fails too.",
                      },
                    },
                  ],
                },
              ],
            },
          ],
        }),
      },
    ]);
    check(join(home, "known/prometheus"), command, "test", "rules", "test.yaml");
  });

  testWith(["amtool"], "amtool accepts the configuration of Alertmanager", ([command]) => check(join(home, "known/alertmanager"), command, "check-config", "alertmanager.yml"));
});

function annotations(window: string, share: string, rate: number) {
  return {
    summary: `api uses up its error budget at ${rate} times the rate that 99.5 % availability allows`,
    description: `${share} of the requests of the last ${window} failed. Look at the last deployment first.`,
  };
}

describeWith("kubernetes", "the workflow of the Growth phase", () => {
  test("passes actionlint", () => {
    const home = scratch("growth-workflow");
    const phase = new GrowthPhase(new TerraformStack(new App({ outdir: scratch("growth-app") }), "growth"), "shop", {
      name: "shop-prod",
      endpoint: { kind: "http-only" },
      pipeline: { repository: "example/shop" },
    });
    const file = ".github/workflows/deploy.yml";
    write(home, [{ path: file, text: phase.workflow({ header, region: "eu-central-1", testCommand: "npm ci && npm test", nodeVersion: "24" }) }]);
    const { status, stdout, stderr } = spawnSync("actionlint", ["-no-color", file], { cwd: home, env: setup("kubernetes"), encoding: "utf8" });
    expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: "" });
  });
});
