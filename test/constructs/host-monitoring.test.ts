import type { TerraformStack } from "cdktf";
import { DEFAULTS, HostMonitoring, type HostMonitoringProps } from "../../lib/constructs/host-monitoring";
import { cloudwatchAgent } from "../../lib/render/cloudwatch-agent";
import { userData } from "../../lib/render/user-data";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, resourceOf, resourcesOf } from "../support/synth";

const server = { serverName: "shop-prod-server", instanceId: "i-1", instanceType: "t4g.small", roleName: "shop-prod-server" };
const topic = { topicArn: "arn:aws:sns:us-east-1:123456789012:alarms" };
const encryptionKey = { keyArn: "arn:aws:kms:us-east-1:123456789012:key/1" };

function monitoring(stack: TerraformStack, props: Partial<HostMonitoringProps> = {}): HostMonitoring {
  return new HostMonitoring(stack, "monitoring", { server, topic, encryptionKey, ...props });
}

describe("HostMonitoring", () => {
  test("makes the log groups that the server's agent writes to", () => {
    const stack = awsStack();
    monitoring(stack, { logRetentionDays: 30 });
    const groups = resourcesOf(stack, "aws_cloudwatch_log_group").map(({ name, retention_in_days, kms_key_id }) => [name, retention_in_days, kms_key_id]);
    expect(groups).toEqual(["application", "deploy", "proxy", "system"].map((what) => [`/shop-prod-server/${what}`, 30, encryptionKey.keyArn]));
    const script = userData({ serverName: server.serverName, application: { repository: "acme/shop" } });
    for (const [name] of groups) expect(script).toContain(`"log_group_name":"${name}"`);
  });

  test("lets the agent write to its own namespace and groups", () => {
    const stack = awsStack();
    monitoring(stack);
    const [metrics, logs] = resourcesOf(stack, "aws_iam_policy_document", "data")[0]!["statement"];
    expect(metrics).toEqual({
      actions: ["cloudwatch:PutMetricData"],
      resources: ["*"],
      condition: [{ test: "StringEquals", variable: "cloudwatch:namespace", values: ["shop-prod-server"] }],
    });
    expect(logs.actions).toEqual(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]);
    expect(logs.resources).toHaveLength(8);
  });

  test("raises alarms on what the agent measures, under its names", () => {
    const stack = awsStack();
    monitoring(stack);
    const alarms = resourcesOf(stack, "aws_cloudwatch_metric_alarm").map(({ alarm_name, namespace, metric_name, comparison_operator, threshold, dimensions }) => [
      alarm_name,
      namespace,
      metric_name,
      comparison_operator,
      threshold,
      dimensions,
    ]);
    const instance = { InstanceId: "i-1" };
    expect(alarms).toEqual([
      ["shop-prod-server-cpu", "AWS/EC2", "CPUUtilization", "GreaterThanThreshold", 80, instance],
      ["shop-prod-server-cpu-credits", "AWS/EC2", "CPUCreditBalance", "LessThanThreshold", 60, instance],
      ["shop-prod-server-disk", "shop-prod-server", "disk_used_percent", "GreaterThanThreshold", 80, { ...instance, path: "/", fstype: "xfs" }],
      ["shop-prod-server-machine", "AWS/EC2", "StatusCheckFailed_System", "GreaterThanOrEqualToThreshold", 1, instance],
      ["shop-prod-server-memory", "shop-prod-server", "mem_used_percent", "GreaterThanThreshold", 90, instance],
      ["shop-prod-server-system", "AWS/EC2", "StatusCheckFailed_Instance", "GreaterThanOrEqualToThreshold", 1, instance],
    ]);
    const measured = JSON.parse(cloudwatchAgent({ namespace: "shop-prod-server" })).metrics;
    expect(Object.keys(measured.append_dimensions)).toEqual(["InstanceId"]);
    expect(measured.metrics_collected.disk.drop_device).toBe(true);
  });

  test("has AWS recover a failed machine and restart a server that hangs", () => {
    const stack = awsStack();
    monitoring(stack);
    const actions = resourcesOf(stack, "aws_cloudwatch_metric_alarm").flatMap(({ metric_name, alarm_actions }) =>
      alarm_actions.length === 2 ? [[metric_name, alarm_actions[0].replace(/\$\{[^}]+\}/g, "*")]] : [],
    );
    expect(actions).toEqual([
      ["StatusCheckFailed_System", "arn:*:automate:*:ec2:recover"],
      ["StatusCheckFailed_Instance", "arn:*:automate:*:ec2:reboot"],
    ]);
  });

  test("watches the database with the server", () => {
    const stack = awsStack();
    const told: unknown[][] = [];
    monitoring(stack, { database: { instanceIdentifier: "shop-prod", addAlarms: (...given) => void told.push(given) }, databaseAlarms: { cpuPercent: 70 } });
    expect(told).toEqual([[topic, { cpuPercent: 70 }]]);
    expect(resourceOf(stack, "aws_cloudwatch_dashboard")["dashboard_body"]).toContain('"Database: connections"');
  });

  test("has no alarm on credits where the type has none, and no dashboard where none is wanted", () => {
    const stack = awsStack();
    monitoring(stack, { server: { ...server, instanceType: "m7g.medium" }, dashboard: false });
    expect(resourcesOf(stack, "aws_cloudwatch_metric_alarm")).toHaveLength(5);
    expect(resourcesOf(stack, "aws_cloudwatch_dashboard")).toEqual([]);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/host-monitoring.ts", "HostMonitoringProps")).toEqual(DEFAULTS);
  });
});
