import { DEFAULTS, MetricAlarm } from "../../lib/constructs/metric-alarm";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf } from "../support/synth";

const props = {
  name: "shop-cpu",
  description: "The server is busy",
  topic: { topicArn: "arn:aws:sns:us-east-1:123456789012:alarms" },
  namespace: "AWS/EC2",
  metricName: "CPUUtilization",
  dimensions: { InstanceId: "i-1" },
  when: "above",
  threshold: 80,
} as const;

describe("MetricAlarm", () => {
  test("tells when it begins and when it is over, and may act", () => {
    const stack = awsStack();
    new MetricAlarm(stack, "cpu", { ...props, actions: ["arn:aws:automate:us-east-1:ec2:reboot"] });
    expect(resourceOf(stack, "aws_cloudwatch_metric_alarm")).toEqual({
      alarm_name: "shop-cpu",
      alarm_description: "The server is busy",
      namespace: "AWS/EC2",
      metric_name: "CPUUtilization",
      dimensions: { InstanceId: "i-1" },
      statistic: "Average",
      comparison_operator: "GreaterThanThreshold",
      threshold: 80,
      period: 300,
      evaluation_periods: 3,
      treat_missing_data: "missing",
      alarm_actions: ["arn:aws:automate:us-east-1:ec2:reboot", "arn:aws:sns:us-east-1:123456789012:alarms"],
      ok_actions: ["arn:aws:sns:us-east-1:123456789012:alarms"],
    });
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/metric-alarm.ts", "MetricAlarmProps")).toEqual(DEFAULTS);
  });

  test("throws when the period is none", () => {
    expect(messageOf(() => new MetricAlarm(awsStack(), "cpu", { ...props, periodSeconds: 90 }))).toBe(
      "test/cpu: periodSeconds is 90; these metrics come once a minute or less often.\n    → Give 60 or a multiple of it.",
    );
  });
});
