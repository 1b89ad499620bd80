import { decisive, type Fact } from "../../lib/artifacts/decisive";
import type { CapabilityId, ParametersOf } from "../../lib/demand/demand";
import type { Synthesized, TerraformJson } from "../../lib/demand/synthesized";
import { add, mutated, set } from "../support/mutate";
import { SEED, synthesize } from "../support/synthesize";

const cluster = synthesize(SEED);

/** What a proof depends on: `address path: how`. */
function dependsOn<K extends CapabilityId>(kind: K, parameters: ParametersOf[K], synthesized: Synthesized): readonly string[] {
  return decisive({ kind, parameters }, synthesized).map(shown);
}

function shown({ address, path, is }: Fact): string {
  const steps = path.map((step) => ("key" in step ? step.key : "index" in step ? step.index : `${step.decode}()`));
  const how = is.kind === "expression" ? is.code : is.kind === "says" ? `says ${is.text}` : "value" in is ? `${is.kind} ${JSON.stringify(is.value)}` : is.kind;
  return `${[address, steps.join(".")].filter(Boolean).join(" ")}: ${how}`;
}

function made(resource: NonNullable<TerraformJson["resource"]>): Synthesized {
  return { stacks: { production: { resource } }, artifacts: {}, environments: ["production"], subject: { service: "api", cluster: "shop", repository: "acme/shop", branch: "main", environment: "production" } };
}

describe("what a proof depends on", () => {
  const hpa = "kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler";

  test("is found for the bounds of an autoscaler, on what it scales, and by what it is fed", () => {
    expect(dependsOn("autoscaling", { min: 2, max: 10, cpuTargetPercent: 70, of: "pods" }, cluster)).toEqual([
      'kubernetes_deployment_v1.api_deployment metadata.name: equal "api"',
      `${hpa} spec.scale_target_ref.kind: equal "Deployment"`,
      `${hpa} spec.scale_target_ref.name: equal "api"`,
      'helm_release.metrics-server chart: equal "metrics-server"',
      `${hpa} spec.min_replicas: equal 2`,
      `${hpa} spec.max_replicas: equal 10`,
      `${hpa} spec.metric.0.resource.name: equal "cpu"`,
      `${hpa} spec.metric.0.resource.target.average_utilization: equal 70`,
    ]);
  });

  test("leaves out what the criterion does not state", () => {
    expect(dependsOn("autoscaling", { of: "pods" }, cluster)).not.toContain(`${hpa} spec.min_replicas: equal 2`);
  });

  test("reaches into encoded values", () => {
    expect(dependsOn("metrics", { tool: "prometheus" }, cluster)).toEqual([
      'helm_release.monitoring_release chart: equal "kube-prometheus-stack"',
      'helm_release.monitoring_release values.0.yaml().prometheus.additionalServiceMonitors.0.selector.matchLabels.app.kubernetes.io/name: equal "api"',
    ]);
  });

  const database = { engine: "postgres", backup_retention_period: 14, skip_final_snapshot: false };

  test("is a bound where more would do as well, and a number where one was stated", () => {
    const one = made({ aws_db_instance: { main: database } });
    const rest = ["aws_db_instance.main replicate_source_db: absent", "aws_db_instance.main skip_final_snapshot: equal false"];
    expect(dependsOn("backups", {}, one).toSorted()).toEqual(["aws_db_instance.main backup_retention_period: least 1", ...rest]);
    expect(dependsOn("backups", { retentionDays: 14 }, one).toSorted()).toEqual(["aws_db_instance.main backup_retention_period: equal 14", ...rest]);
  });

  test("is of one of two that would do, and not of none", () => {
    const two = made({ aws_db_instance: { main: database, other: database } });
    const owners = new Set(decisive({ kind: "backups", parameters: {} }, two).map(({ address }) => address));
    expect([...owners]).toEqual(["aws_db_instance.main"]);
  });

  test("is of the way that the proof tells, where another would do", () => {
    const fleet = { aws_autoscaling_group: { fleet: { min_size: 2, max_size: 10 } }, aws_autoscaling_policy: { cpu: { autoscaling_group_name: "${aws_autoscaling_group.fleet.name}", policy_type: "TargetTrackingScaling", target_tracking_configuration: { predefined_metric_specification: { predefined_metric_type: "ASGAverageCPUUtilization" }, target_value: 70 } } } };
    const both = structuredClone(cluster) as { stacks: Record<string, { resource: object }> } & Synthesized;
    Object.assign(both.stacks["production"]!.resource, fleet);
    expect(dependsOn("autoscaling", { min: 2, max: 10 }, both)).toContain(`${hpa} spec.min_replicas: equal 2`);
  });

  test("is of each where each has to be so", () => {
    const group = { name: "a", retention_in_days: 30, kms_key_id: "${aws_kms_key.data.arn}" };
    expect(dependsOn("logs", { retentionDays: 30 }, made({ aws_cloudwatch_log_group: { a: group, b: group } })).toSorted()).toEqual(
      ["a", "b"].flatMap((id) => [`aws_cloudwatch_log_group.${id} kms_key_id: present`, `aws_cloudwatch_log_group.${id} retention_in_days: equal 30`]),
    );
  });

  test("is of a text only the lines that matter, without the expressions in them", () => {
    const script = ["#!/bin/bash", "echo ${aws_x.y.arn}", "git clone https://github.com/acme/shop", "echo done"].join("\n");
    const server = made({ aws_instance: { server: { instance_type: "t3.small", user_data: script } } });
    expect(dependsOn("workload", {}, server)).toContain("aws_instance.server user_data: says git clone https://github.com/acme/shop");
  });

  test("is nothing where a proof does not hold, and where only files are looked at", () => {
    expect(dependsOn("autoscaling", { min: 3, of: "pods" }, cluster)).toEqual([]);
    expect(dependsOn("backups", {}, cluster)).toEqual([]);
  });

  test("makes the proof fail when it is not so", () => {
    for (const [path, value] of [["spec.min_replicas", 1], ["spec.max_replicas", 11], ["spec.scale_target_ref.name", "web"]] as const) {
      expect(dependsOn("autoscaling", { min: 2, max: 10, of: "pods" }, mutated(cluster, set(hpa, path, value)))).toEqual([]);
    }
  });

  test("changes nothing of what it is tried on", () => {
    const before = JSON.stringify(cluster);
    for (const [kind, parameters] of SEED) decisive({ kind, parameters } as never, cluster);
    expect(JSON.stringify(cluster)).toBe(before);
  });

  test("does not name what only stands beside", () => {
    const beside = mutated(cluster, add("aws_iam_role.other", { assume_role_policy: "{}" }));
    expect(dependsOn("pipeline", {}, beside)).toEqual(dependsOn("pipeline", {}, cluster));
  });
});
