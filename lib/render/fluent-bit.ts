import { Faults, shown } from "./faults";
import type { HclValue } from "./hcl";

export interface FluentBitProps {
  /** Name of the log group. */
  readonly logGroupName: string;
  /** Region of the log group. */
  readonly region: string;
  /** Memory that a node's logs may take before they are sent; then it reads no further until some are. @default 20 */
  readonly bufferMebibytes?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { bufferMebibytes: 20 } as const;

/**
 * Values of the chart fluent-bit that send what all containers write to one log group of CloudWatch, a stream each.
 *
 * It remembers on the node how far it has read, so that a restart sends nothing twice. Files of containers are root's: it is root, with no
 * capability and a file system that it cannot write to. A pod can neither take its logs out nor choose how they are read.
 *
 * @throws Error that names every value that cannot be used
 *
 * Sources: https://github.com/fluent/helm-charts/blob/fluent-bit-0.58.1/charts/fluent-bit/values.yaml,
 * https://docs.fluentbit.io/manual/pipeline/outputs/cloudwatch
 */
export function fluentBitValues(props: FluentBitProps, { serviceAccount }: { readonly serviceAccount: string }): { readonly [key: string]: HclValue } {
  const { logGroupName, region, bufferMebibytes } = { ...DEFAULTS, ...props };
  const faults = new Faults("fluentBit");
  // They become lines of a configuration, which the chart reads as a template too.
  faults.unless(/^[\w./#-]{1,512}$/.test(logGroupName), `logGroupName is ${shown(logGroupName)}: it must be letters, digits and _-/.#, at most 512. Rename it.`);
  faults.unless(/^[a-z]{2}(-[a-z]+)+-\d$/.test(region), `region is ${shown(region)}: it must be an AWS region. Write it as in us-east-1.`);
  faults.unless(Number.isInteger(bufferMebibytes) && bufferMebibytes >= 5 && bufferMebibytes <= 200, `bufferMebibytes is ${shown(bufferMebibytes)}: it must be a whole number from 5 to 200. Choose one.`);
  faults.throwIfAny();

  const stateDirectory = "/var/lib/fluent-bit";
  return {
    fullnameOverride: "fluent-bit",
    serviceAccount: { create: true, name: serviceAccount },
    // It would start another image, without a pinned version.
    testFramework: { enabled: false },
    priorityClassName: "system-node-critical",
    tolerations: [{ operator: "Exists" }],
    podSecurityContext: { seccompProfile: { type: "RuntimeDefault" } },
    securityContext: { runAsUser: 0, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } },
    resources: { requests: { cpu: "50m", memory: "64Mi" }, limits: { memory: `${128 + 2 * bufferMebibytes}Mi` } },
    daemonSetVolumes: [
      { name: "varlog", hostPath: { path: "/var/log" } },
      { name: "state", hostPath: { path: stateDirectory, type: "DirectoryOrCreate" } },
    ],
    daemonSetVolumeMounts: [
      { name: "varlog", mountPath: "/var/log", readOnly: true },
      { name: "state", mountPath: stateDirectory },
    ],
    config: {
      inputs: section("INPUT", {
        Name: "tail",
        Tag: "kube.*",
        Path: "/var/log/containers/*.log",
        // Its own: a fault in sending would be logged, and sent, and logged.
        Exclude_Path: "/var/log/containers/fluent-bit-*.log",
        "multiline.parser": "docker, cri",
        DB: `${stateDirectory}/containers.db`,
        Mem_Buf_Limit: `${bufferMebibytes}MB`,
        Skip_Long_Lines: "On",
        Refresh_Interval: "10",
      }),
      filters: section("FILTER", {
        Name: "kubernetes",
        Match: "kube.*",
        Merge_Log: "On",
        Keep_Log: "Off",
        Annotations: "Off",
        Buffer_Size: "0",
        "K8S-Logging.Parser": "Off",
        "K8S-Logging.Exclude": "Off",
      }),
      outputs: section("OUTPUT", {
        Name: "cloudwatch_logs",
        Match: "kube.*",
        region,
        log_group_name: logGroupName,
        log_stream_template: "$kubernetes['namespace_name'].$kubernetes['pod_name'].$kubernetes['container_name']",
        // Where it is not known whose a line is.
        log_stream_prefix: "unknown-",
        // One that it makes would be unencrypted, and kept for ever.
        auto_create_group: "false",
        Retry_Limit: "10",
      }),
    },
  };
}

/** A section of Fluent Bit's classic configuration. */
function section(name: string, settings: Readonly<Record<string, string>>): string {
  return [`[${name}]`, ...Object.entries(settings).map(([key, value]) => `    ${key} ${value}`), ""].join("\n");
}
