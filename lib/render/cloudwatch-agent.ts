import { Faults, shown } from "./faults";

/** A log file that the agent follows. */
export interface AgentLog {
  /** May have `*`. */
  readonly path: string;
  readonly logGroup: string;
}

export interface CloudwatchAgentProps {
  /** CloudWatch namespace of the metrics: nobody else's may be written by the host. */
  readonly namespace: string;
  /** Mount points whose use is measured. @default ["/"] */
  readonly disks?: readonly string[];
  /** @default [] */
  readonly logs?: readonly AgentLog[];
}

export const DEFAULTS = { disks: ["/"], logs: [] } as const;

/** What the agent calls what it measures. CloudWatch knows an instance's CPU and network by itself, its memory and disks not. */
export const AGENT_METRICS = { memory: "mem_used_percent", disk: "disk_used_percent", swap: "swap_used_percent" } as const;

/**
 * Dimensions of the metric of a disk. A dimension too many or too few and CloudWatch finds nothing, so alarms take them from here.
 * @param fileSystem `xfs` is what Amazon Linux 2023 formats its root volume with
 */
export function diskDimensions(instanceId: string, path = "/", fileSystem = "xfs"): Readonly<Record<string, string>> {
  return { InstanceId: instanceId, path, fstype: fileSystem };
}

/**
 * The configuration file of the CloudWatch agent: memory, swap and disks once a minute, and log files, one stream an instance.
 * Each metric is 0.30 USD a month, each GB of logs 0.50 USD. The agent makes no log group: one of its own would be kept forever, unencrypted.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Agent-Configuration-File-Details.html
 *
 * @throws Error that names every value that cannot be used
 */
export function cloudwatchAgent(props: CloudwatchAgentProps): string {
  const { namespace, disks, logs } = { ...DEFAULTS, ...props };
  const faults = new Faults("cloudwatchAgent");
  faults.unless(/^(?!AWS\/)[A-Za-z0-9/_.#-]{1,255}$/.test(namespace), `namespace is ${shown(namespace)}: it must be 1 to 255 letters, digits and /_.#-, not beginning with AWS/. Write, for example, "shop-prod".`);
  for (const disk of disks) faults.unless(/^\/[\w./-]*$/.test(disk), `disks has ${shown(disk)}: it must be the path of a mount point. Write, for example, "/".`);
  for (const { path, logGroup } of logs) {
    faults.unless(/^\/[\w./*-]+$/.test(path), `logs has the path ${shown(path)}: it must be absolute, of letters, digits and _./*-. Write, for example, "/var/log/app/*.log".`);
    faults.unless(/^[\w./#-]{1,512}$/.test(logGroup), `logs has the log group ${shown(logGroup)}: it must be 1 to 512 letters, digits and _./#-. Write, for example, "/shop-prod/app".`);
  }
  faults.throwIfAny();
  const config = {
    agent: { metrics_collection_interval: 60 },
    metrics: {
      namespace,
      // The agent fills this in, on the instance.
      append_dimensions: { InstanceId: "${aws:InstanceId}" },
      metrics_collected: {
        mem: { measurement: [AGENT_METRICS.memory] },
        swap: { measurement: [AGENT_METRICS.swap] },
        // The device's name differs from one kind of instance to the next.
        disk: { measurement: ["used_percent"], resources: disks, drop_device: true },
      },
    },
    ...(logs.length === 0
      ? {}
      : {
          logs: {
            logs_collected: {
              files: {
                collect_list: logs.map(({ path, logGroup }) => ({ file_path: path, log_group_name: logGroup, log_stream_name: "{instance_id}" })),
              },
            },
          },
        }),
  };
  return `${JSON.stringify(config)}\n`;
}
