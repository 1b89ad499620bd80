import "../../lib/testing/to-satisfy-criterion";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { App, TerraformStack, Testing } from "cdktf";
import { MvpPhase } from "../../lib/constructs/mvp-phase";
import { Network } from "../../lib/constructs/network";
import { messageOf } from "../support/synth";

const root = join(__dirname, "../..");
const scratch = mkdtempSync(join(tmpdir(), "phaseline-matcher-"));
afterAll(() => rmSync(scratch, { recursive: true }));
beforeAll(() => require("../../bin/build.js").build());

let specs = 0;
/** A directory of increments, `{name: criteria}`. */
function increments(all: Record<string, readonly string[]>): string {
  const directory = join(scratch, `increments-${specs++}`);
  for (const [name, criteria] of Object.entries(all)) {
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(join(directory, name, "spec.md"), `# Spec\n\n${criteria.map((criterion, index) => `- **AC-US1-0${index + 1}**: ${criterion}\n`).join("")}`);
  }
  return directory;
}

/** A message with the scratch directory taken out, and no colours. */
const plain = (body: () => unknown): string => messageOf(body).replace(/[\w./-]*phaseline-matcher-\w+/g, "…");

function own(build: (stack: TerraformStack) => void, id = "production"): App {
  const app = Testing.app();
  const stack = new TerraformStack(app, id);
  new AwsProvider(stack, "aws", { region: "eu-central-1" });
  build(stack);
  return app;
}

describe("toSatisfyCriterion on what a synth wrote", () => {
  const output = join(scratch, "out");
  beforeAll(() => {
    const { status, stderr } = spawnSync(process.execPath, [join(root, "bin/app.js")], { cwd: root, encoding: "utf8", env: { PATH: process.env["PATH"], CDKTF_OUTDIR: output } });
    expect([status, stderr]).toEqual([0, ""]);
  });

  test("passes for every criterion of increment 0012, found as the app finds it", () => {
    for (const id of ["AC-US1-01", "AC-US1-02", "AC-US1-03", "AC-US1-04"]) expect(output).toSatisfyCriterion(id);
    expect(output).toSatisfyCriterion("0012/AC-US1-02");
    expect(output).toSatisfyCriterion("0012-production-infrastructure/AC-US1-02");
  });

  test("takes the directory of a stack, a file and Terraform JSON", () => {
    for (const given of [join(output, "stacks/production-platform"), join(output, "stacks/production-platform/cdk.tf.json")]) expect(given).toSatisfyCriterion("AC-US1-02");
    const json = require(join(output, "stacks/production-platform/cdk.tf.json"));
    expect(json).toSatisfyCriterion("AC-US1-02");
    expect(JSON.stringify(json)).toSatisfyCriterion("AC-US1-02");
  });

  test("tells the criterion, its place, what was wanted, what was found and where", () => {
    const json = structuredClone(require(join(output, "stacks/production-platform/cdk.tf.json")));
    json.resource.kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler.spec.min_replicas = 3;
    expect(json).not.toSatisfyCriterion("AC-US1-02");
    expect(messageOf(() => expect(json).toSatisfyCriterion("AC-US1-02")).split("\n")).toEqual([
      "AC-US1-02 (P1) Configure auto-scaling (2-10 pods)",
      "  .specweave/increments/0012-production-infrastructure/spec.md:6:5",
      "",
      "autoscaling",
      "  wanted: a HorizontalPodAutoscaler on deployment/api with min 2 and max 10, and a metrics server to feed it",
      "  found:  HorizontalPodAutoscaler on deployment/api with min 3 and max 10 at 70 % CPU",
      "  looked at stack: kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler",
      "  looked at stack: kubernetes_deployment_v1.api_deployment",
      "  looked at stack: helm_release.metrics-server",
    ]);
  });

  test("tells what is met although it should not be", () => {
    const message = messageOf(() => expect(output).not.toSatisfyCriterion("AC-US1-03"));
    expect(message).toContain("AC-US1-03 (P1) Set up Prometheus metrics\n");
    expect(message).toContain("It should not be met, but it is.");
  });
});

describe("toSatisfyCriterion on somebody's own app", () => {
  const spec = increments({
    "0001-own": ["VPC with public and private subnets", "Run the API on a single EC2 instance", "Daily database backups kept for 7 days", "CloudWatch alarms that notify by SNS", "Scale the web between 2 and 10 pods"],
  });

  test("passes for the constructs in it, and fails without them", () => {
    const network = own((stack) => void new Network(stack, "network", { name: "shop" }));
    expect(network).toSatisfyCriterion("AC-US1-01", { spec });
    expect(own((stack) => void new SnsTopic(stack, "topic", {}))).not.toSatisfyCriterion("AC-US1-01", { spec });
  });

  test("passes for a whole phase, whatever its resources are called", () => {
    const app = own((stack) => void new MvpPhase(stack, "mvp", { name: "shop-prod", application: { repository: "acme/shop" } }));
    for (const id of ["AC-US1-01", "AC-US1-02", "AC-US1-03", "AC-US1-04"]) expect(app).toSatisfyCriterion(id, { spec, repository: "acme/shop" });
    expect(app).toSatisfyCriterion("AC-US1-03", { spec });
  });

  const scaled = (stack: TerraformStack, max: number) => {
    new KubernetesProvider(stack, "kubernetes", {});
    stack.addOverride("resource.kubernetes_deployment_v1.front", { metadata: { name: "web" }, spec: { selector: { match_labels: { app: "web" } } } });
    stack.addOverride("resource.helm_release.metrics", { name: "metrics", chart: "metrics-server" });
    new HorizontalPodAutoscalerV2(stack, "scaling", {
      metadata: { name: "web" },
      spec: { minReplicas: 2, maxReplicas: max, scaleTargetRef: { kind: "Deployment", name: "web" }, metric: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }] },
    });
  };

  test("takes the names that the criteria's words stand for: stated, or of what there is but one", () => {
    const app = own((stack) => scaled(stack, 10));
    expect(app).toSatisfyCriterion("AC-US1-05", { spec, service: "web" });
    expect(plain(() => expect(app).toSatisfyCriterion("AC-US1-05", { spec, service: "shop" }))).toContain('found:  no Deployment "shop"');
    const elsewhere = process.cwd();
    process.chdir(scratch);
    try {
      expect(app).toSatisfyCriterion("AC-US1-05", { spec });
    } finally {
      process.chdir(elsewhere);
    }
  });

  test("catches a change by hand", () => {
    expect(plain(() => expect(own((stack) => scaled(stack, 12))).toSatisfyCriterion("AC-US1-05", { spec, service: "web" }))).toBe(
      [
        "AC-US1-05 Scale the web between 2 and 10 pods",
        "  …/increments-0/0001-own/spec.md:7:5",
        "",
        "autoscaling",
        "  wanted: a HorizontalPodAutoscaler on deployment/web with min 2 and max 10, and a metrics server to feed it",
        "  found:  HorizontalPodAutoscaler on deployment/web with min 2 and max 12 at 70 % CPU",
        "  looked at production: kubernetes_horizontal_pod_autoscaler_v2.scaling",
        "  looked at production: kubernetes_deployment_v1.front",
        "  looked at production: helm_release.metrics",
      ].join("\n"),
    );
  });

  test("looks at one environment of several", () => {
    const app = Testing.app();
    for (const [id, max] of [["staging", 4], ["production", 10]] as const) scaled(new TerraformStack(app, id), max);
    const options = { spec, service: "web" };
    expect(app).toSatisfyCriterion("AC-US1-05", { ...options, environment: "production" });
    expect(app).not.toSatisfyCriterion("AC-US1-05", { ...options, environment: "staging" });
  });

  test("follows references from one stack to another, again and again", () => {
    const app = Testing.app();
    const [base, top] = [new TerraformStack(app, "production"), new TerraformStack(app, "production-platform")];
    for (const stack of [base, top]) new AwsProvider(stack, "aws", { region: "eu-central-1" });
    const topic = new SnsTopic(base, "topic", {});
    new Network(base, "network", { name: "shop" });
    new SnsTopic(top, "copy", { displayName: topic.arn });
    for (let times = 0; times < 3; times++) expect(app).toSatisfyCriterion("AC-US1-01", { spec });
    expect(base).toSatisfyCriterion("AC-US1-01", { spec });
    expect(top).not.toSatisfyCriterion("AC-US1-01", { spec });
  });
});

describe("toSatisfyCriterion says what is wrong with the question", () => {
  const app = own((stack) => void new SnsTopic(stack, "topic", {}));

  test("no such criterion", () => {
    const spec = increments({ "0001-own": ["Encrypt all data at rest", "Deploy API to Kubernetes cluster"] });
    expect(plain(() => expect(app).toSatisfyCriterion("AC-US9-99", { spec }))).toMatch(/^There is no criterion "AC-US9-99" in …\/increments-\d\/0001-own\/spec\.md\. There are AC-US1-01, AC-US1-02\.$/);
    expect(plain(() => expect(app).toSatisfyCriterion("0007/AC-US1-01", { spec }))).toContain('There is no criterion "0007/AC-US1-01"');
  });

  test("a criterion of two increments", () => {
    const spec = increments({ "0001-own": ["Encrypt all data at rest"], "0012-more": ["Encrypt all data at rest"] });
    expect(plain(() => expect(app).toSatisfyCriterion("AC-US1-01", { spec }))).toMatch(
      /^AC-US1-01 stands in 2 increments: …\/increments-\d\/0001-own\/spec\.md, …\/increments-\d\/0012-more\/spec\.md\. Say which one: "0001\/AC-US1-01" or "0012\/AC-US1-01"\.$/,
    );
    expect(app).not.toSatisfyCriterion("0012/AC-US1-01", { spec });
  });

  test("a criterion that nothing can prove, of both answers", () => {
    const spec = increments({ "0001-own": ["The login button is blue", "Deploy the worker to Hetzner Cloud"] });
    for (const assertion of [expect(app), expect(app).not]) {
      expect(plain(() => assertion.toSatisfyCriterion("AC-US1-01", { spec }))).toMatch(/^AC-US1-01 The login button is blue\n {2}…\/increments-\d\/0001-own\/spec\.md:3:5\n\nThis criterion is no matter of infrastructure: nothing can prove it\./);
      expect(plain(() => assertion.toSatisfyCriterion("AC-US1-02", { spec }))).toContain("This criterion is unsupported: nothing can prove it. It asks for Hetzner");
    }
  });

  test("what is no infrastructure", () => {
    const spec = increments({ "0001-own": ["Encrypt all data at rest"] });
    for (const given of [42, {}, undefined, Testing.app()]) {
      expect(plain(() => expect(given).toSatisfyCriterion("AC-US1-01", { spec }))).toBe("toSatisfyCriterion takes an app with stacks, a stack, the directory of a synth, a stack's directory, or Terraform JSON.");
    }
    expect(plain(() => expect(join(scratch, "none")).toSatisfyCriterion("AC-US1-01", { spec }))).toContain("holds no finished synth.");
  });
});
