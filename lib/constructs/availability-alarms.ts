import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { LatencyTarget } from "../blueprint/blueprint";
import type { IAlarmTopic } from "./alarm-topic";
import { ConstructError } from "./construct-error";
import type { IMeasuredLoadBalancer } from "./load-balancer";
import { MetricAlarm } from "./metric-alarm";
import { nameOf } from "./names";

export interface AvailabilityAlarmsProps {
  readonly loadBalancer: IMeasuredLoadBalancer;
  readonly topic: IAlarmTopic;
  /**
   * First part of the alarms' names.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Share of requests that are to succeed within 30 days, in percent: 99.5 allows 3.6 hours of complete failure.
   * @default 99.5
   */
  readonly objectivePercent?: number;
  /**
   * Below so many requests in a window nothing is concluded from their share.
   * @default 20
   */
  readonly minimumRequests?: number;
  /**
   * 95th percentile of the targets' answers, above which it is an alarm.
   * @default 1000
   */
  readonly latencyMilliseconds?: number;
  /**
   * Times within which shares of the targets' answers come, each with an alarm of its own, instead of the one of `latencyMilliseconds`.
   * @default - the 95th percentile within `latencyMilliseconds`
   */
  readonly latencyTargets?: readonly LatencyTarget[];
  /**
   * Fewer healthy targets than these are an alarm. None at all is one in any case.
   * @default 2
   */
  readonly minimumHealthyHosts?: number;
}

export const DEFAULTS = { objectivePercent: 99.5, minimumRequests: 20, latencyMilliseconds: 1000, minimumHealthyHosts: 2 } as const;

/**
 * How fast an error budget of 30 days burns, and over which window that is looked for: an hour at 14.4 uses 2 % of it, six hours at 6 use 5 %, a day
 * at 3 uses 10 %.
 *
 * Without the second, short window of the book: it ends a page early, and CloudWatch pages once, when an alarm begins.
 *
 * Source: https://sre.google/workbook/alerting-on-slos/#5-multiple-burn-rate-alerts
 */
export const BURN_RATES = [
  { id: "burn-1h", windowHours: 1, rate: 14.4 },
  { id: "burn-6h", windowHours: 6, rate: 6 },
  { id: "burn-24h", windowHours: 24, rate: 3 },
] as const;

/**
 * An availability objective as alarms on a load balancer: that requests fail faster than the objective allows, over three windows; that targets are
 * unhealthy, too few, or gone; that answers are slow. Seven alarms, 1.50 USD a month (an alarm on a ratio counts its metrics).
 *
 * @example
 * new AvailabilityAlarms(stack, "availability", { loadBalancer, topic, objectivePercent: 99.5 });
 *
 * @throws ConstructError when the objective is not from 95 to below 100, or another number makes no sense.
 */
export class AvailabilityAlarms extends Construct {
  readonly objectivePercent: number;

  constructor(scope: Construct, id: string, given: AvailabilityAlarmsProps) {
    super(scope, id);
    const props = { ...DEFAULTS, ...given };
    const { loadBalancer, topic, objectivePercent, minimumRequests, latencyMilliseconds, minimumHealthyHosts } = props;
    const name = nameOf(this, props.name);
    if (!(objectivePercent >= 95 && objectivePercent < 100)) {
      throw new ConstructError(
        this,
        `objectivePercent is ${objectivePercent}; below 95 the fastest burn could not be seen (it would be more failures than requests), and 100 leaves nothing to burn.`,
        "Give a number from 95 to less than 100, such as 99.5.",
      );
    }
    for (const [prop, value] of Object.entries({ minimumRequests, latencyMilliseconds, minimumHealthyHosts })) {
      if (!Number.isInteger(value) || value < 1) throw new ConstructError(this, `${prop} is ${value}; it is a whole number from 1.`, "Correct it, or leave it out.");
    }
    const wrong = props.latencyTargets?.find(({ percentile, milliseconds }) => !(percentile > 0 && percentile < 100 && milliseconds > 0));
    if (wrong) throw new ConstructError(this, `latencyTargets has ${JSON.stringify(wrong)}; a percentile is more than 0 and less than 100, and a time more than 0.`, "Correct it.");
    this.objectivePercent = objectivePercent;
    const whole = { LoadBalancer: loadBalancer.loadBalancerDimension };
    const targets = { ...whole, TargetGroup: loadBalancer.targetGroupDimension };
    const tell = { alarmActions: [topic.topicArn], okActions: [topic.topicArn] };

    for (const { id: burn, windowHours, rate } of BURN_RATES) {
      const metric = (metricId: string, metricName: string) => ({
        id: metricId,
        metric: { namespace: "AWS/ApplicationELB", metricName, dimensions: whole, stat: "Sum", period: windowHours * 3600 },
        returnData: false,
      });
      const limit = Number((rate * (100 - objectivePercent)).toPrecision(6));
      new CloudwatchMetricAlarm(this, burn, {
        alarmName: `${name}-${burn}`,
        alarmDescription: `More than ${limit} % of the requests to ${name} failed within ${windowHours} h: ${rate} times what ${objectivePercent} % availability allows. Look at the last deployment, the targets and the database.`,
        metricQuery: [
          // RequestCount is of requests that reached a target; those that the load balancer fails itself come on top.
          { id: "share", label: "Failed requests, percent", expression: `IF(requests + FILL(refused, 0) >= ${minimumRequests}, 100 * (FILL(failed, 0) + FILL(refused, 0)) / (requests + FILL(refused, 0)), 0)`, returnData: true },
          metric("requests", "RequestCount"),
          metric("failed", "HTTPCode_Target_5XX_Count"),
          metric("refused", "HTTPCode_ELB_5XX_Count"),
        ],
        comparisonOperator: "GreaterThanThreshold",
        threshold: limit,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        ...tell,
      });
    }
    const hosts = (hostsId: string, metricName: string, rest: Pick<ConstructorParameters<typeof MetricAlarm>[2], "statistic" | "when" | "threshold" | "evaluationPeriods" | "missingData" | "description">) =>
      new MetricAlarm(this, hostsId, { name: `${name}-${hostsId}`, topic, namespace: "AWS/ApplicationELB", metricName, dimensions: targets, periodSeconds: 60, ...rest });
    hosts("unhealthy-hosts", "UnHealthyHostCount", {
      statistic: "Maximum",
      when: "at-least",
      threshold: 1,
      evaluationPeriods: 5,
      missingData: "notBreaching",
      description: `A target of ${name} has been unhealthy for five minutes. It is being replaced; if that happens again and again, look at the logs of the application.`,
    });
    hosts("few-healthy-hosts", "HealthyHostCount", {
      statistic: "Minimum",
      when: "below",
      threshold: minimumHealthyHosts,
      evaluationPeriods: 10,
      missingData: "breaching",
      description: `${name} has had fewer than ${minimumHealthyHosts} healthy targets for ten minutes: one more failure may take it down.`,
    });
    hosts("no-healthy-host", "HealthyHostCount", {
      statistic: "Maximum",
      when: "below",
      threshold: 1,
      evaluationPeriods: 2,
      missingData: "breaching",
      description: `${name} has no healthy target: it is down. Look at the last deployment and at the database.`,
    });
    (props.latencyTargets ?? [{ percentile: 95, milliseconds: latencyMilliseconds }]).forEach(({ percentile, milliseconds }, index) => {
      const latency = index === 0 ? "latency" : `latency-p${percentile}`;
      new CloudwatchMetricAlarm(this, latency, {
        alarmName: `${name}-${latency}`,
        alarmDescription: `The ${percentile}th percentile of the answers of ${name} has been above ${milliseconds} ms for 15 minutes.`,
        namespace: "AWS/ApplicationELB",
        metricName: "TargetResponseTime",
        dimensions: whole,
        extendedStatistic: `p${percentile}`,
        // A handful of requests has no 95th percentile.
        evaluateLowSampleCountPercentiles: "ignore",
        comparisonOperator: "GreaterThanThreshold",
        threshold: milliseconds / 1000,
        period: 300,
        evaluationPeriods: 3,
        treatMissingData: "notBreaching",
        ...tell,
      });
    });
  }
}
