import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../main";
import { answerIn } from "./support/here";

const root = join(__dirname, "..");
const journey = join(root, "examples/journey");
const steps = readdirSync(journey).sort();
const scratch = mkdtempSync(join(tmpdir(), "phaseline-examples-"));
afterAll(() => rmSync(scratch, { recursive: true }));

let projects = 0;
/** Synthesizes these increments; the trace, and the types of resources with their numbers. */
function synth(increments: readonly string[], from = journey) {
  const directory = join(scratch, String(projects++));
  mkdirSync(join(directory, ".specweave/increments"), { recursive: true });
  cpSync(join(root, "cdktf.json"), join(directory, "cdktf.json"));
  for (const increment of increments) cpSync(join(from, increment), join(directory, ".specweave/increments", increment), { recursive: true });
  expect(answerIn(directory, () => main({}))).toMatchObject({ status: 0, stderr: "" });
  const read = (path: string) => JSON.parse(readFileSync(join(directory, "cdktf.out", path), "utf8"));
  const { resource } = read("stacks/production/cdk.tf.json") as { resource: Record<string, object> };
  return { trace: read("traceability.json"), types: Object.keys(resource), artifacts: readdirSync(join(directory, "cdktf.out/artifacts")).sort() };
}

const alone = new Map<string, ReturnType<typeof synth>>();
function synthAlone(step: string): ReturnType<typeof synth> {
  const made = alone.get(step) ?? synth([step]);
  alone.set(step, made);
  return made;
}

const outcomes = (trace: { criteria: { id: string; increment: string; outcome: string }[] }) => trace.criteria.filter(({ outcome }) => outcome !== "proven");

describe("the journey under examples/", () => {
  test.each(steps)("%s alone is proven in every criterion", (step) => {
    expect(outcomes(synthAlone(step).trace)).toEqual([]);
  });

  test("an MVP has a server and a database, and pays for no NAT gateway, load balancer or cluster", () => {
    const { types, artifacts } = synthAlone("0001-mvp-launch");
    expect(types).toEqual(expect.arrayContaining(["aws_instance", "aws_db_instance", "aws_eip", "aws_cloudwatch_metric_alarm", "aws_sns_topic"]));
    for (const dear of ["aws_nat_gateway", "aws_lb", "aws_eks_cluster", "aws_autoscaling_group"]) expect(types).not.toContain(dear);
    expect(artifacts).toEqual(["deploy.sh"]);
  });

  test("growth has a fleet behind a load balancer, and no cluster", () => {
    const { types, artifacts } = synthAlone("0005-docker-setup");
    expect(types).toEqual(expect.arrayContaining(["aws_autoscaling_group", "aws_lb", "aws_acm_certificate", "aws_ecr_repository"]));
    expect(types).not.toContain("aws_eks_cluster");
    expect(artifacts).toEqual([".github", "compose"]);
  });

  test("walked from end to end, every step stays proven but for what a later one replaced", () => {
    const { trace } = synth(steps);
    expect(outcomes(trace)).toMatchObject([{ increment: "0001-mvp-launch", id: "AC-US1-03", outcome: "superseded" }]);
  });
});

describe("the environments under examples/", () => {
  test("are proven in every criterion, one stack after the other", () => {
    const { trace } = synth(["0014-staging"], join(root, "examples/environments"));
    expect(outcomes(trace)).toEqual([]);
    expect(trace.environment).toBe("staging, production");
  });
});

describe.each(["datadog", "aws-telemetry", "services"])("the increment under examples/%s", (name) => {
  test("is proven in every criterion", () => {
    const increments = join(root, "examples", name);
    const { trace } = synth(readdirSync(increments), increments);
    expect(outcomes(trace)).toEqual([]);
  });
});

test("a measuring host that stands keeps its volume when a cluster comes with its own measures", () => {
  const { types } = synth(["0005-docker-setup", "0012-kubernetes"]);
  expect(types).toEqual(expect.arrayContaining(["aws_ebs_volume", "aws_eks_cluster"]));
});

describe("the edge under examples/", () => {
  test("is proven in every criterion", () => {
    const { trace, types, artifacts } = synth(["0016-edge"], join(root, "examples/edge"));
    expect(outcomes(trace)).toEqual([]);
    expect(types).toEqual(expect.arrayContaining(["aws_cloudfront_distribution", "aws_wafv2_web_acl", "aws_budgets_budget"]));
    expect(artifacts).toEqual([".github", "compose", "load-test"]);
  });
});
