import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { AGENT_METRICS, diskDimensions } from "../render/cloudwatch-agent";
import { logGroupsOf } from "../render/user-data";
import type { IAlarmTopic } from "./alarm-topic";
import { AwsAccount } from "./aws-account";
import type { IEncryptionKey } from "./encryption-key";
import { LogGroup, DEFAULTS as LOG_GROUP_DEFAULTS, type RetentionDays } from "./log-group";
import { MetricAlarm, type MetricAlarmProps } from "./metric-alarm";
import type { PostgresAlarmsProps } from "./postgres-instance";
import { isBurstable } from "./single-server";

/** What is watched of a server: `SingleServer` is one. */
export interface IMonitoredServer {
  readonly serverName: string;
  readonly instanceId: string;
  readonly instanceType: string;
  readonly roleName: string;
}

/** What is watched of a database: `PostgresInstance` is one. */
export interface IMonitoredDatabase {
  readonly instanceIdentifier: string;
  addAlarms(topic: IAlarmTopic, props?: PostgresAlarmsProps): void;
}

export interface HostMonitoringProps {
  readonly server: IMonitoredServer;
  /** Who is told. */
  readonly topic: IAlarmTopic;
  /** Encrypts the logs. */
  readonly encryptionKey: IEncryptionKey;
  /**
   * A database that is watched with the server.
   * @default - none
   */
  readonly database?: IMonitoredDatabase;
  /**
   * Thresholds of the database's alarms.
   * @default - those of `PostgresInstance.addAlarms`
   */
  readonly databaseAlarms?: PostgresAlarmsProps;
  /**
   * Days that logs are kept for. A GB costs 0.50 USD when it comes and 0.03 USD a month while it is kept.
   * @default 365
   */
  readonly logRetentionDays?: RetentionDays;
  /** @default 80 */
  readonly cpuPercent?: number;
  /** @default 90 */
  readonly memoryPercent?: number;
  /** @default 80 */
  readonly diskPercent?: number;
  /**
   * How many CPU credits must be left of a burstable instance. One is a full core for a minute.
   * @default 60
   */
  readonly cpuCredits?: number;
  /**
   * A dashboard with the server, the database and the application's last log lines; an account's first three are free, others 3 USD a month.
   * @default true
   */
  readonly dashboard?: boolean;
}

export const DEFAULTS = {
  logRetentionDays: LOG_GROUP_DEFAULTS.retentionDays,
  cpuPercent: 80,
  memoryPercent: 90,
  diskPercent: 80,
  cpuCredits: 60,
  dashboard: true,
} as const satisfies Partial<HostMonitoringProps>;

/**
 * Watches a server, and its database with it, by CloudWatch: log groups that forget, rights for the agent that the server's first start
 * installed, alarms, a dashboard. When the machine under the server fails, AWS starts it anew on another one; when the server itself
 * hangs, it is restarted.
 *
 * Eleven alarms with a database (an account's first ten are free, then 0.10 USD a month each), three metrics of the agent at 0.30 USD.
 *
 * @example
 * new HostMonitoring(stack, "monitoring", { server, database, topic, encryptionKey: key });
 */
export class HostMonitoring extends Construct {
  /** By what goes there. */
  readonly logGroups: Readonly<Record<"application" | "deploy" | "proxy" | "system", LogGroup>>;
  /** Empty without a dashboard. */
  readonly dashboardName: string;

  constructor(scope: Construct, id: string, given: HostMonitoringProps) {
    super(scope, id);
    const props = { ...DEFAULTS, ...given };
    const { server, topic } = props;
    const name = server.serverName;
    const groups = logGroupsOf(name);
    const group = (what: keyof typeof groups) =>
      new LogGroup(this, `${what}-logs`, { name: groups[what], encryptionKey: props.encryptionKey, retentionDays: props.logRetentionDays });
    this.logGroups = { application: group("application"), deploy: group("deploy"), proxy: group("proxy"), system: group("system") };
    this.letAgentWrite(server);
    this.alarms(props);
    props.database?.addAlarms(topic, props.databaseAlarms);
    this.dashboardName = props.dashboard
      ? new CloudwatchDashboard(this, "dashboard", { dashboardName: name, dashboardBody: Fn.jsonencode(this.dashboardBody(props)) }).dashboardName
      : "";
  }

  /** Its own namespace and its own groups: a server that is taken over can spoil no other's records, and read none. */
  private letAgentWrite(server: IMonitoredServer): void {
    const arns = Object.values(this.logGroups).map((group) => group.logGroupArn);
    new IamRolePolicy(this, "agent-policy", {
      name: "write-metrics-and-logs",
      role: server.roleName,
      policy: new DataAwsIamPolicyDocument(this, "agent-permissions", {
        statement: [
          {
            // CKV_AWS_356, CKV_AWS_111 (any resource): metrics have no ARN; the condition says which.
            actions: ["cloudwatch:PutMetricData"],
            resources: ["*"],
            condition: [{ test: "StringEquals", variable: "cloudwatch:namespace", values: [server.serverName] }],
          },
          {
            actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
            resources: arns.flatMap((arn) => [arn, `${arn}:*`]),
          },
        ],
      }).json,
    });
  }

  private alarms(props: Required<Pick<HostMonitoringProps, keyof typeof DEFAULTS>> & HostMonitoringProps): void {
    const { server, topic } = props;
    const { instanceId, serverName: name } = server;
    const { partition, region } = AwsAccount.of(this);
    const alarm = (what: string, alarmProps: Omit<MetricAlarmProps, "name" | "topic">) => new MetricAlarm(this, `${what}-alarm`, { name: `${name}-${what}`, topic, ...alarmProps });
    const ec2 = { namespace: "AWS/EC2", dimensions: { InstanceId: instanceId } } as const;
    alarm("cpu", {
      ...ec2,
      metricName: "CPUUtilization",
      when: "above",
      threshold: props.cpuPercent,
      description: `The CPU of ${name} has been above ${props.cpuPercent} % for 15 minutes. The next larger instanceType is the quickest remedy.`,
    });
    alarm("machine", {
      ...ec2,
      metricName: "StatusCheckFailed_System",
      statistic: "Maximum",
      when: "at-least",
      threshold: 1,
      periodSeconds: 60,
      evaluationPeriods: 2,
      actions: [`arn:${partition}:automate:${region}:ec2:recover`],
      description: `The machine under ${name} has failed; AWS starts the server on another one, with the same address and disk.`,
    });
    alarm("system", {
      ...ec2,
      metricName: "StatusCheckFailed_Instance",
      statistic: "Maximum",
      when: "at-least",
      threshold: 1,
      periodSeconds: 60,
      // Later than the one above, so that a recovery is not restarted.
      evaluationPeriods: 4,
      actions: [`arn:${partition}:automate:${region}:ec2:reboot`],
      description: `The operating system of ${name} does not answer; AWS restarts it. See the log group ${logGroupsOf(name).system}.`,
    });
    alarm("memory", {
      namespace: name,
      dimensions: { InstanceId: instanceId },
      metricName: AGENT_METRICS.memory,
      when: "above",
      threshold: props.memoryPercent,
      // The one alarm that is raised by silence: without the agent nobody would know of memory, disk and logs.
      missingData: "breaching",
      description: `The memory of ${name} has been above ${props.memoryPercent} % for 15 minutes, or its CloudWatch agent is silent.`,
    });
    alarm("disk", {
      namespace: name,
      dimensions: diskDimensions(instanceId),
      metricName: AGENT_METRICS.disk,
      when: "above",
      threshold: props.diskPercent,
      description: `The disk of ${name} is more than ${props.diskPercent} % full. Raise rootVolumeGb, then grow the file system: sudo growpart /dev/nvme0n1 1 && sudo xfs_growfs /`,
    });
    if (isBurstable(server.instanceType)) {
      alarm("cpu-credits", {
        ...ec2,
        metricName: "CPUCreditBalance",
        when: "below",
        threshold: props.cpuCredits,
        // A new instance begins with few.
        evaluationPeriods: 12,
        description: `${name} has used up its CPU credits for an hour; it gets slow, or costs more (cpuCredits). The next larger instanceType has a higher base line.`,
      });
    }
  }

  private dashboardBody({ server, database }: HostMonitoringProps): object {
    const { region } = AwsAccount.of(this);
    const { instanceId, serverName: name } = server;
    const id = ["InstanceId", instanceId];
    const disk = Object.entries(diskDimensions(instanceId)).flat();
    const graph = (title: string, x: number, y: number, metrics: readonly (readonly unknown[])[], percent = false) => ({
      type: "metric",
      x,
      y,
      width: 8,
      height: 6,
      properties: { title, region, view: "timeSeries", stat: "Average", period: 300, metrics, ...(percent ? { yAxis: { left: { min: 0, max: 100 } } } : {}) },
    });
    const rds = (metric: string) => ["AWS/RDS", metric, "DBInstanceIdentifier", database?.instanceIdentifier ?? ""];
    return {
      widgets: [
        graph("Server: CPU %", 0, 0, [["AWS/EC2", "CPUUtilization", ...id]], true),
        graph("Server: memory, disk %", 8, 0, [[name, AGENT_METRICS.memory, ...id], [name, AGENT_METRICS.disk, ...disk]], true),
        graph("Server: network", 16, 0, [["AWS/EC2", "NetworkIn", ...id], ["AWS/EC2", "NetworkOut", ...id]]),
        ...(database
          ? [
              graph("Database: CPU %", 0, 6, [rds("CPUUtilization")], true),
              graph("Database: connections", 8, 6, [rds("DatabaseConnections")]),
              graph("Database: free storage", 16, 6, [rds("FreeStorageSpace")]),
            ]
          : []),
        {
          type: "log",
          x: 0,
          y: 12,
          width: 24,
          height: 8,
          properties: {
            title: "Application",
            region,
            view: "table",
            query: `SOURCE '${logGroupsOf(name).application}' | fields @timestamp, @message | sort @timestamp desc | limit 50`,
          },
        },
      ],
    };
  }
}
