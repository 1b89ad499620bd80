import { Testing } from "cdktf";
import { AvailabilityAlarms, type AvailabilityAlarmsProps, DEFAULTS } from "../../lib/constructs/availability-alarms";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

const loadBalancer = { loadBalancerDimension: "app/shop/1", targetGroupDimension: "targetgroup/shop/2" };
const topic = { topicArn: "arn:topic" };

function alarms(props: Partial<AvailabilityAlarmsProps> = {}): Record<string, any> {
  const stack = emptyStack();
  new AvailabilityAlarms(stack, "availability", { loadBalancer, topic, name: "shop", ...props });
  return new Synthesized(stack).resources("aws_cloudwatch_metric_alarm");
}

describe("AvailabilityAlarms", () => {
  test("without further props is what its defaults say", () => {
    expect(alarms()).toEqual(alarms({ ...DEFAULTS }));
  });

  test.each([
    [99.5, [7.2, 3, 1.5]],
    [99.95, [0.72, 0.3, 0.15]],
  ])("an objective of %f percent becomes limits on the share of failures over an hour, six and a day", (objectivePercent, limits) => {
    const of = alarms({ objectivePercent });
    const burn = ["burn-1h", "burn-6h", "burn-24h"].map((id) => of[`availability/${id}`]);
    expect(burn.map(({ threshold }) => threshold)).toEqual(limits);
    expect(burn.map(({ metric_query }) => metric_query[1].metric.period)).toEqual([3600, 21600, 86400]);
  });

  test("counts what targets fail and what the load balancer fails, over all requests, where there are enough", () => {
    const [share, ...metrics] = alarms({ minimumRequests: 50 })["availability/burn-1h"].metric_query;
    expect(share).toEqual({
      id: "share",
      label: "Failed requests, percent",
      expression: "IF(requests + FILL(refused, 0) >= 50, 100 * (FILL(failed, 0) + FILL(refused, 0)) / (requests + FILL(refused, 0)), 0)",
      return_data: true,
    });
    expect(metrics.map(({ id, metric, return_data }: any) => [id, metric.metric_name, metric.stat, return_data])).toEqual([
      ["requests", "RequestCount", "Sum", false],
      ["failed", "HTTPCode_Target_5XX_Count", "Sum", false],
      ["refused", "HTTPCode_ELB_5XX_Count", "Sum", false],
    ]);
  });

  test("tells of targets that are unhealthy, too few or gone, and of slow answers", () => {
    const of = alarms({ minimumHealthyHosts: 3, latencyMilliseconds: 250 });
    expect(of["availability/unhealthy-hosts/alarm"]).toMatchObject({ metric_name: "UnHealthyHostCount", threshold: 1, treat_missing_data: "notBreaching" });
    expect(of["availability/few-healthy-hosts/alarm"]).toMatchObject({ metric_name: "HealthyHostCount", statistic: "Minimum", threshold: 3 });
    expect(of["availability/no-healthy-host/alarm"]).toMatchObject({ metric_name: "HealthyHostCount", threshold: 1, treat_missing_data: "breaching", evaluation_periods: 2 });
    expect(of["availability/latency"]).toMatchObject({ metric_name: "TargetResponseTime", extended_statistic: "p95", threshold: 0.25 });
  });

  test("tells of each time that answers are to keep, where several are given", () => {
    const of = alarms({ latencyTargets: [{ percentile: 50, milliseconds: 100 }, { percentile: 99, milliseconds: 900 }] });
    expect(of["availability/latency"]).toMatchObject({ alarm_name: "shop-latency", extended_statistic: "p50", threshold: 0.1 });
    expect(of["availability/latency-p99"]).toMatchObject({ alarm_name: "shop-latency-p99", extended_statistic: "p99", threshold: 0.9 });
  });

  test("tells the topic when an alarm begins and when it is over, each under a name of its own", () => {
    const all = Object.values(alarms());
    expect(all).toHaveLength(7);
    expect(new Set(all.map(({ alarm_name }) => alarm_name)).size).toBe(7);
    for (const alarm of all) expect(alarm).toMatchObject({ alarm_actions: ["arn:topic"], ok_actions: ["arn:topic"] });
  });

  test("is the same in HCL", () => {
    const stack = emptyStack();
    new AvailabilityAlarms(stack, "availability", { loadBalancer, topic, name: "shop" });
    expect(/resource "aws_cloudwatch_metric_alarm" "availability_burn-1h_\w+" \{\n([^]*?\n)\}(?=\n\n|\nresource|\n*$)/.exec(Testing.synthHcl(stack))![1]).toMatchSnapshot();
  });

  test.each<[string, Partial<AvailabilityAlarmsProps>, string]>([
    [
      "nothing is left to fail",
      { objectivePercent: 100 },
      "stack/availability: objectivePercent is 100; below 95 the fastest burn could not be seen (it would be more failures than requests), and 100 leaves nothing to burn.\n    → Give a number from 95 to less than 100, such as 99.5.",
    ],
    [
      "a percentile is of everything",
      { latencyTargets: [{ percentile: 100, milliseconds: 900 }] },
      'stack/availability: latencyTargets has {"percentile":100,"milliseconds":900}; a percentile is more than 0 and less than 100, and a time more than 0.\n    → Correct it.',
    ],
    ["a number makes no sense", { minimumHealthyHosts: 0 }, "stack/availability: minimumHealthyHosts is 0; it is a whole number from 1.\n    → Correct it, or leave it out."],
  ])("throws when %s", (_, props, message) => {
    expect(errorOf(() => alarms(props)).message).toBe(message);
  });
});
