import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { describeWith, setup } from "./support/shared";
import { plan, planned, scratch, stand, synth, terraform, type Change } from "./support/terraform";

const SETTINGS = { project: "shop", repository: "acme/shop", domain: { name: "api.example.com" }, alarmEmails: ["ops@example.com"] };

/** A spec whose criteria are these lines, synthesized; the directory of a stack. */
function synthesize(form: "json" | "hcl", lines: readonly string[], settings: object = {}): string {
  return synthesizeInto(join(scratch(`edge-${form}`), "out"), form, lines, settings);
}

/** The same into an output directory that may have been written to before. */
function synthesizeInto(outdir: string, form: "json" | "hcl", lines: readonly string[], settings: object = {}): string {
  const home = dirname(outdir);
  mkdirSync(join(home, "increments/0001-edge"), { recursive: true });
  const criteria = lines.map((line, index) => `- [ ] **AC-US1-0${index + 1}**: ${line} (P1)`);
  writeFileSync(join(home, "increments/0001-edge/spec.md"), `---\nincrement: 0001-edge\ntitle: Edge\n---\n\n### US-001: The edge\n\n${criteria.join("\n")}\n`);
  return synth(home, form, { PHASELINE_INCREMENTS: join(home, "increments"), CDKTF_CONTEXT_JSON: JSON.stringify({ phaseline: { ...SETTINGS, ...settings } }) });
}

/** Plans the stack in both forms, which is the same, and applies one, of which nothing is left to do afterwards. */
function walk(stack: string, lines: readonly string[], settings: object = {}, forms: "both" | "json" = "both"): readonly Change[] {
  const json = stand(join(synthesize("json", lines, settings), "stacks", stack));
  if (forms === "both") expect(planned(join(synthesize("hcl", lines, settings), "stacks", stack))).toEqual(json);
  return json;
}

const after = (changes: readonly Change[], address: string) => changes.find((change) => change.address === address)?.after as Record<string, any>;

describeWith("terraform", "a budget in real Terraform", () => {
  test("stands alone, without a network and a key", () => {
    const changes = walk("production", ["AWS Budget of USD 200 per month that alerts at 80% of the limit"], { budget: { scope: "project" } });
    expect(changes.map(({ address }) => address)).toEqual(["aws_budgets_budget.monthly-budget_budget"]);
    expect(after(changes, "aws_budgets_budget.monthly-budget_budget")).toMatchObject({
      limit_amount: "200",
      cost_filter: [{ name: "TagKeyValue", values: ["user:Project$shop"] }],
      notification: [{ subscriber_email_addresses: ["ops@example.com"] }, { subscriber_email_addresses: ["ops@example.com"] }],
    });
  });

  test("tells an encrypted topic, where a criterion says so", () => {
    const changes = walk("production", ["AWS Budget of USD 20 per day that alerts via an SNS topic at 50% and 90%"]);
    expect(changes.map(({ address }) => address)).toEqual([
      "aws_budgets_budget.daily-budget_budget", "aws_kms_alias.key_alias", "aws_kms_key.data", "aws_sns_topic.alarms_topic", "aws_sns_topic_policy.alarms_topic-policy", "aws_sns_topic_subscription.alarms_mail-ops-example-com",
    ]);
  });
});

describeWith("terraform", "states in S3 in real Terraform", () => {
  test("have a bucket whose stack applies, and backends that Terraform reads in both forms", () => {
    const lines = ["Terraform state stored in S3 with locking", "Kubernetes cluster on EKS", "Deploy API to Kubernetes cluster"];
    const changes = walk("production-state", lines);
    expect(changes.map(({ address }) => address)).toEqual(expect.arrayContaining(["aws_kms_key.state", "aws_s3_bucket.state", "aws_s3_bucket_versioning.state_bucket_versioning"]));
    for (const form of ["json", "hcl"] as const) {
      const stacks = join(synthesize(form, lines), "stacks");
      for (const stack of ["production", "production-platform"]) {
        terraform(join(stacks, stack), "init", "-input=false", "-backend=false");
        terraform(join(stacks, stack), "validate");
      }
    }
  });
});

describeWith("terraform", "a web application firewall in real Terraform", () => {
  test("stands before the load balancer of a fleet", () => {
    const changes = walk("production", ["Application Load Balancer routes traffic to healthy instances", "AWS WAF protects the public endpoint with a limit of 100 req/5 min per IP"], {
      waf: { countedRules: { AWSManagedRulesCommonRuleSet: ["SizeRestrictions_BODY"] } },
    }, "json");
    const { rule } = after(changes, "aws_wafv2_web_acl.firewall_web-acl");
    expect(rule.map(({ name }: { name: string }) => name).sort()).toEqual(["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet", "rate-limit"]);
    const of = (wanted: string) => rule.find(({ name }: { name: string }) => name === wanted).statement[0];
    expect(of("rate-limit").rate_based_statement[0]).toMatchObject({ limit: 100, evaluation_window_sec: 300, aggregate_key_type: "IP" });
    expect(of("AWSManagedRulesCommonRuleSet").managed_rule_group_statement[0]).toMatchObject({ vendor_name: "AWS", rule_action_override: [{ name: "SizeRestrictions_BODY", action_to_use: [{ count: [{ custom_request_handling: [] }] }] }] });
    expect(changes.map(({ address }) => address)).toContain("aws_wafv2_web_acl_association.load-balancer_web-acl");
  });
});

describeWith("terraform", "CloudFront in real Terraform", () => {
  const FLEET = "Application Load Balancer routes traffic to healthy instances";
  const ENTRY = [FLEET, "THE system SHALL deploy a CloudFront distribution as the entry point", "AWS WAF protects the public endpoint"];

  test("serves files from a private bucket, alone", () => {
    const changes = walk("production", ["Serve static assets through CloudFront", "CloudFront SHALL serve `index.html` with HTTP 200 (not 404)"]);
    expect(changes.map(({ address }) => address).filter((address) => /distribution|access_control|vpc|kms/.test(address))).toEqual(["aws_cloudfront_distribution.assets_distribution", "aws_cloudfront_origin_access_control.assets_access"]);
    expect(after(changes, "aws_acm_certificate.assets_certificate_certificate")).toMatchObject({ region: "us-east-1", domain_name: "assets.api.example.com" });
  });

  test("is the one way to a fleet, guarded by WAF", () => {
    expect(after(walk("production", ENTRY), "aws_wafv2_web_acl.edge-firewall_web-acl")).toMatchObject({ scope: "CLOUDFRONT" });
  });

  test("takes over the name that led to a load balancer, and replaces nothing", () => {
    const home = synthesize("json", [FLEET]);
    const directory = join(home, "stacks/production");
    terraform(directory, "init", "-input=false");
    plan(directory);
    terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
    synthesizeInto(home, "json", ENTRY);
    const changes = plan(directory);
    expect(changes.find(({ address }) => address === "aws_route53_record.domain")?.actions).toEqual(["update"]);
    expect(changes.filter(({ actions }) => actions.includes("delete")).map(({ address }) => address)).toEqual([
      "aws_vpc_security_group_ingress_rule.load-balancer_security-group_from-internet-443", "aws_vpc_security_group_ingress_rule.load-balancer_security-group_from-internet-80",
    ]);
  });
});

describe("load tests, before the tools that read them", () => {
  const lines = ["Application Load Balancer routes traffic to healthy instances", "The system SHALL support 10,000 concurrent users", "API latency (p95) SHALL be < 200ms", "The API SHALL handle 50 requests per second"];
  const k6 = process.env["K6"] ?? "k6";
  const here = spawnSync(k6, ["version"]).status === 0;
  if (!here) console.warn(`skipped: k6 runs the load tests: ${k6} is not installed (go install go.k6.io/k6@v1.8.1; K6 names another command)`);

  (here ? test : test.skip)(`k6 runs them, each with its segment, and fails where answers are too slow${here ? "" : " (skipped: k6 is not installed)"}`, async () => {
    const files = join(synthesize("json", lines), "artifacts/load-test");
    let delay = 0;
    const server = createServer((_, response) => void setTimeout(() => response.end("ok"), delay)).listen(0, "127.0.0.1");
    await once(server, "listening");
    try {
      const { port } = server.address() as AddressInfo;
      const run = async (file: string) => {
        const script = join(scratch("k6"), file);
        // The same in seconds.
        writeFileSync(script, readFileSync(join(files, file), "utf8").replace(/"duration": "\d+(?:m|s)"/g, '"duration": "2s"').replace(/: 10000\b/g, ": 20"));
        const args = ["run", "--quiet", "--no-usage-report", "--execution-segment", "1/4:2/4", "--execution-segment-sequence", "0,1/4,2/4,3/4,1", script];
        const [status] = await once(spawn(k6, args, { env: { ...process.env, BASE_URL: `http://127.0.0.1:${port}` }, stdio: "ignore" }), "exit");
        return status as number;
      };
      for (const file of ["0001-edge-AC-US1-02.js", "0001-edge-AC-US1-03.js", "0001-edge-AC-US1-04.js"]) expect([file, await run(file)]).toEqual([file, 0]);
      delay = 300;
      // k6's own code for a threshold that was crossed.
      expect(await run("0001-edge-AC-US1-03.js")).toBe(99);
    } finally {
      server.close();
    }
  });

  describeWith("kubernetes", "their workflow", () => {
    test("passes actionlint", () => {
      const cwd = join(synthesize("json", lines), "artifacts");
      const { status, stdout, stderr } = spawnSync("actionlint", ["-no-color", ".github/workflows/load-test.yml"], { cwd, env: setup("kubernetes"), encoding: "utf8" });
      expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: "" });
    });
  });
});
