import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Token } from "cdktf";
import { Construct } from "constructs";
import type { IAlarmTopic } from "./alarm-topic";
import { ConstructError } from "./construct-error";

/** Any statistic of CloudWatch that needs no percentile. */
export type AlarmStatistic = "Average" | "Maximum" | "Minimum" | "Sum" | "SampleCount";

export interface MetricAlarmProps {
  /** Unique in the account and region. */
  readonly name: string;
  /** What is wrong and what to look at first; it stands in the message that people get. */
  readonly description: string;
  /** Who is told, both when it begins and when it is over. */
  readonly topic: IAlarmTopic;
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** @default "Average" */
  readonly statistic?: AlarmStatistic;
  /** On which side of the threshold it is an alarm. The threshold itself is one too for `"at-least"`. */
  readonly when: "above" | "below" | "at-least";
  readonly threshold: number;
  /**
   * Length of one data point: 60 or a multiple.
   * @default 300
   */
  readonly periodSeconds?: number;
  /**
   * How many data points in a row must be on the wrong side.
   * @default 3
   */
  readonly evaluationPeriods?: number;
  /**
   * What a missing data point means. `"missing"`: nothing is known, which nobody is told.
   * @default "missing"
   */
  readonly missingData?: "missing" | "breaching" | "notBreaching" | "ignore";
  /**
   * What AWS does by itself besides telling people, as ARNs: recover an instance, say.
   * @default []
   */
  readonly actions?: readonly string[];
}

export const DEFAULTS = { statistic: "Average", periodSeconds: 300, evaluationPeriods: 3, missingData: "missing", actions: [] } as const;

const COMPARISON = { above: "GreaterThanThreshold", below: "LessThanThreshold", "at-least": "GreaterThanOrEqualToThreshold" } as const;

/**
 * A CloudWatch alarm on one metric that tells a topic when it begins and when it is over. 0.10 USD a month; an account's first ten
 * are free.
 *
 * @example
 * new MetricAlarm(stack, "cpu", {
 *   name: "shop-cpu", description: "The server is busy", topic, namespace: "AWS/EC2", metricName: "CPUUtilization",
 *   dimensions: { InstanceId: server.instanceId }, when: "above", threshold: 80,
 * });
 *
 * @throws ConstructError when the period is none that CloudWatch takes.
 */
export class MetricAlarm extends Construct {
  readonly alarmArn: string;

  constructor(scope: Construct, id: string, props: MetricAlarmProps) {
    super(scope, id);
    const { statistic, periodSeconds, evaluationPeriods, missingData, actions } = { ...DEFAULTS, ...props };
    if (!Token.isUnresolved(periodSeconds) && (!Number.isInteger(periodSeconds) || periodSeconds < 60 || periodSeconds % 60 !== 0)) {
      throw new ConstructError(this, `periodSeconds is ${periodSeconds}; these metrics come once a minute or less often.`, "Give 60 or a multiple of it.");
    }
    this.alarmArn = new CloudwatchMetricAlarm(this, "alarm", {
      alarmName: props.name,
      alarmDescription: props.description,
      namespace: props.namespace,
      metricName: props.metricName,
      dimensions: { ...props.dimensions },
      statistic,
      comparisonOperator: COMPARISON[props.when],
      threshold: props.threshold,
      period: periodSeconds,
      evaluationPeriods,
      treatMissingData: missingData,
      alarmActions: [...actions, props.topic.topicArn],
      okActions: [props.topic.topicArn],
    }).arn;
  }
}
