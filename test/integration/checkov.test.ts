import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT, scratch, synth } from "./support/terraform";

/*
 * checkov, a scanner of infrastructure for what commonly goes wrong, over the Terraform of increment 0012. What it finds is fixed,
 * or stands here with the reason why it stays. CHECKOV names another command than `checkov`.
 */

interface Accepted {
  readonly check: string;
  /** As checkov names it: `resource.<name>` or `data.<name>`. */
  readonly resource: string;
  readonly reason: string;
}

const KEY_POLICY = "In a key's own policy \"*\" is that key alone, and without kms:* for this account's IAM nobody could change the key any more.";

const ACCEPTED: Readonly<Record<string, readonly Accepted[]>> = {
  production: [
    { check: "CKV_AWS_109", resource: "data.key_policy", reason: KEY_POLICY },
    { check: "CKV_AWS_111", resource: "data.key_policy", reason: KEY_POLICY },
    { check: "CKV_AWS_356", resource: "data.key_policy", reason: KEY_POLICY },
    ...["data.network_zones", "data.network_all-zones"].map((resource) => ({
      check: "CKV_AWS_394",
      resource,
      reason: "A zone that AWS adds moves nothing: the number of subnets is fixed, and they ignore changes of their zone.",
    })),
    {
      check: "CKV_AWS_339",
      resource: "resource.cluster_cluster",
      reason: "Releases of checkov before 3.3 end at Kubernetes 1.33; EKS supports the version that the cluster has.",
    },
  ],
  "production-platform": [
    {
      check: "CKV_K8S_43",
      resource: "resource.api_deployment",
      reason: "The image is the pipeline's, by the commit's sha, in a registry whose tags never move: the tag names one image as a digest does.",
    },
    {
      check: "CKV_K8S_15",
      resource: "resource.api_deployment",
      reason: "Tags never move, so what a node has is the right image; asking the registry again would only let a start fail with it.",
    },
  ],
};

const CHECKOV = process.env["CHECKOV"] ?? "checkov";

interface Report {
  readonly results: { readonly failed_checks: readonly { readonly check_id: string; readonly check_name: string; readonly resource: string }[] };
  readonly summary: { readonly passed: number; readonly parsing_errors: number };
}

describeWithCheckov("increment 0012 under checkov", () => {
  const home = scratch("checkov");
  beforeAll(() => synth(home, "json"));

  test.each([
    ["production", 200],
    ["production-platform", 25],
  ])("stack %s fails no check but those that are accepted, with a reason", (stack, least) => {
    const { results, summary } = scan(join(home, "out/stacks", stack), join(home, "scanned", stack));
    expect(summary.parsing_errors).toBe(0);
    expect(summary.passed).toBeGreaterThan(least);
    const accepted = ACCEPTED[stack] ?? [];
    const open = results.failed_checks.filter(({ check_id, resource }) => !accepted.some((each) => each.check === check_id && each.resource === resource));
    expect(open.map(({ check_id, check_name, resource }) => `${check_id} ${resource}: ${check_name}`)).toEqual([]);
  });
});

/** Checks that fail on the way there by choice, and the file that says why where it makes the choice. */
const BY_CHOICE: Readonly<Record<string, string>> = {
  CKV_AWS_109: "lib/constructs/encryption-key.ts",
  CKV_AWS_111: "lib/constructs/encryption-key.ts",
  CKV_AWS_356: "lib/constructs/encryption-key.ts",
  CKV_AWS_338: "lib/constructs/log-shipper.ts",
  CKV_AWS_394: "lib/constructs/network.ts",
  CKV_AWS_126: "lib/constructs/single-server.ts",
  CKV_AWS_133: "lib/constructs/read-replica.ts",
  CKV_AWS_144: "lib/constructs/private-bucket.ts",
  CKV_AWS_145: "lib/constructs/private-bucket.ts",
  CKV_AWS_157: "lib/constructs/postgres-instance.ts",
  CKV_AWS_18: "lib/constructs/private-bucket.ts",
  CKV_AWS_260: "lib/constructs/load-balancer.ts",
  CKV2_AWS_28: "lib/constructs/load-balancer.ts",
  CKV_AWS_305: "lib/constructs/content-distribution.ts",
  CKV_AWS_310: "lib/constructs/content-distribution.ts",
  CKV_AWS_374: "lib/constructs/content-distribution.ts",
  CKV_AWS_86: "lib/constructs/content-distribution.ts",
  CKV2_AWS_32: "lib/constructs/content-distribution.ts",
  CKV2_AWS_47: "lib/constructs/content-distribution.ts",
  CKV2_AWS_34: "lib/constructs/server-fleet.ts",
  CKV2_AWS_50: "lib/constructs/redis-cache.ts",
  CKV_AWS_341: "lib/constructs/server-fleet.ts",
  CKV2_AWS_8: "lib/constructs/aurora-postgres.ts",
  CKV2_AWS_38: "stacks/zone.ts",
  CKV2_AWS_39: "stacks/zone.ts",
  CKV2_AWS_57: "lib/constructs/connection-settings.ts",
  CKV2_AWS_62: "lib/constructs/private-bucket.ts",
};

describeWithCheckov("MVP and Growth under checkov", () => {
  test.each(["0001-mvp-launch", "0005-docker-setup", "0008-read-replica"])("%s fails no check but those whose choice is explained where it is made", (step) => {
    const home = scratch("checkov");
    cpSync(join(PROJECT, "examples/journey", step), join(home, "increments", step), { recursive: true });
    synth(home, "json", { PHASELINE_INCREMENTS: join(home, "increments") });
    const { results, summary } = scan(join(home, "out/stacks/production"), join(home, "scanned"));
    expect(summary.parsing_errors).toBe(0);
    expect(summary.passed).toBeGreaterThan(100);
    expect(unexplained(results.failed_checks)).toEqual([]);
  });
});

const SERVICES = ["Uploads are stored in a versioned S3 bucket", "SQS queue with a dead-letter queue after 3 receives", "System SHALL use ElastiCache Redis for sessions", "A CronJob runs the cleanup every night at 02:00 UTC"];

describeWithCheckov("what applications use under checkov", () => {
  test.each([
    ["a server", "MVP runs on a single EC2 instance"],
    ["a fleet", "ALB routes traffic to healthy instances"],
    ["a cluster", "Deploy API to Kubernetes cluster"],
  ])("beside %s fails no check but those whose choice is explained where it is made", (_, platform) => {
    const home = scratch("checkov");
    mkdirSync(join(home, "increments/0001-services"), { recursive: true });
    writeFileSync(join(home, "increments/0001-services/spec.md"), `# Increment 0001: Services\n\n## Acceptance Criteria\n\n${[platform, ...SERVICES].map((line, index) => `- **AC-US1-0${index + 1}**: ${line} (P1)`).join("\n")}\n`);
    synth(home, "json", { PHASELINE_INCREMENTS: join(home, "increments") });
    const { results, summary } = scan(join(home, "out/stacks/production"), join(home, "scanned"));
    expect(summary.parsing_errors).toBe(0);
    expect(unexplained(results.failed_checks)).toEqual([]);
    const ofBucket = results.failed_checks.filter(({ resource }) => resource === "aws_s3_bucket.files").map(({ check_id }) => check_id);
    const source = readFileSync(join(PROJECT, "lib/constructs/object-store.ts"), "utf8");
    expect(ofBucket.filter((check) => !source.includes(check))).toEqual([]);
  });
});

describeWithCheckov("examples/edge under checkov", () => {
  test.each([
    ["production", 200],
    ["production-state", 30],
  ])("stack %s fails no check but those whose choice is explained where it is made", (stack, least) => {
    const home = scratch("checkov");
    synth(home, "json", { PHASELINE_INCREMENTS: join(PROJECT, "examples/edge") });
    const { results, summary } = scan(join(home, "out/stacks", stack), join(home, "scanned"));
    expect(summary.parsing_errors).toBe(0);
    expect(summary.passed).toBeGreaterThan(least);
    expect(unexplained(results.failed_checks)).toEqual([]);
  });
});

describeWithCheckov("what watches a cluster under checkov", () => {
  test.each([
    ["datadog", "production", 100],
    ["datadog", "production-datadog", 25],
    ["aws-telemetry", "production", 100],
  ])("examples/%s fails, in stack %s, no check but those whose choice is explained where it is made", (example, stack, least) => {
    const home = scratch("checkov");
    synth(home, "json", { PHASELINE_INCREMENTS: join(PROJECT, "examples", example) });
    const { results, summary } = scan(join(home, "out/stacks", stack), join(home, "scanned"));
    expect(summary.parsing_errors).toBe(0);
    expect(summary.passed).toBeGreaterThan(least);
    expect(unexplained(results.failed_checks)).toEqual([]);
  });
});

describeWithCheckov("Scale under checkov", () => {
  test.each([
    ["production", 200],
    ["production-platform", 1],
  ])("stack %s fails no check but those whose choice is explained where it is made", (stack, least) => {
    const home = scratch("checkov");
    cpSync(join(PROJECT, "examples/journey/0020-scale"), join(home, "increments/0020-scale"), { recursive: true });
    synth(home, "json", { PHASELINE_INCREMENTS: join(home, "increments") });
    const { results, summary } = scan(join(home, "out/stacks", stack), join(home, "scanned"));
    expect(summary.parsing_errors).toBe(0);
    expect(summary.passed).toBeGreaterThan(least);
    expect(unexplained(results.failed_checks)).toEqual([]);
  });
});

function unexplained(failed: Report["results"]["failed_checks"]): readonly string[] {
  return [...new Set(failed.map(({ check_id }) => check_id))].filter((check) => {
    const file = BY_CHOICE[check];
    return file === undefined || !readFileSync(join(PROJECT, file), "utf8").includes(check.replace(/^CKV_AWS_/, ""));
  });
}

/** Scans a copy without what checkov's reader of JSON does not know: `terraform.required_version`, ephemeral and removed blocks. */
function scan(stack: string, copy: string): Report {
  const synthesized = JSON.parse(readFileSync(join(stack, "cdk.tf.json"), "utf8"));
  delete synthesized.terraform.required_version;
  delete synthesized.ephemeral;
  delete synthesized.removed;
  mkdirSync(copy, { recursive: true });
  writeFileSync(join(copy, "cdk.tf.json"), JSON.stringify(synthesized, null, 2));
  const args = ["--directory", copy, "--framework", "terraform_json", "--output", "json", "--quiet", "--compact", "--skip-download"];
  const { status, stdout, stderr } = spawnSync(CHECKOV, args, { encoding: "utf8", maxBuffer: 1 << 28 });
  // 1 says that a check failed.
  if (status !== 0 && status !== 1) throw new Error(`checkov ended with ${status}:\n${stderr}`);
  return JSON.parse(stdout);
}

function describeWithCheckov(title: string, body: () => void): void {
  const { status, error } = spawnSync(CHECKOV, ["--version"], { encoding: "utf8" });
  const reason = status === 0 ? undefined : error ? `${CHECKOV} is not installed (pip install checkov)` : `${CHECKOV} --version ended with ${status}`;
  if (reason === undefined) return describe(title, body);
  console.warn(`skipped: ${title}: ${reason}`);
  describe.skip(`${title} (skipped: ${reason})`, body);
}
