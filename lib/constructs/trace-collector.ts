import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { TRACE_COLLECTOR } from "../blueprint/telemetry";
import { otelCollectorValues, type OtelCollectorProps } from "../render/otel-collector";
import { ControllerRole } from "./controller-role";
import type { ICluster } from "./kubernetes-cluster";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";
import { nameOf } from "./names";

/** The service account that has the role. */
const SERVICE_ACCOUNT = TRACE_COLLECTOR.name;

export interface TraceCollectorRoleProps {
  readonly cluster: Pick<ICluster, "clusterName">;
  /**
   * The role's name.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
}

/**
 * What {@link TraceCollector} may do on AWS: give traces to X-Ray. It belongs to the stack of the cluster.
 *
 * Its permissions are for any resource: X-Ray has none to name.
 *
 * @example
 * new TraceCollectorRole(stack, "trace-collector-role", { cluster });
 */
export class TraceCollectorRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: TraceCollectorRoleProps) {
    super(scope, id);
    this.roleArn = new ControllerRole(this, "collector", {
      cluster: props.cluster,
      name: nameOf(this, props.name),
      description: "Lets the trace collector give traces to X-Ray",
      namespace: TRACE_COLLECTOR.namespace,
      serviceAccount: SERVICE_ACCOUNT,
      statements: [{ sid: "GiveTraces", actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] }],
    }).roleArn;
  }
}

export interface TraceCollectorConfig extends OtelCollectorProps {
  /** @default - version 0.170.0 of the project's own repository */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The pinned chart. */
export const OTEL_COLLECTOR_CHART: ChartSource = {
  repository: "https://open-telemetry.github.io/opentelemetry-helm-charts",
  name: "opentelemetry-collector",
  version: "0.170.0",
};

/**
 * A collector of OpenTelemetry, in a namespace of its own: takes the traces of pods and gives them to AWS X-Ray. It needs a
 * {@link TraceCollectorRole} in the stack of the cluster. An application sends to it by any OpenTelemetry SDK, with
 * `OTEL_EXPORTER_OTLP_ENDPOINT=http://otel-collector.tracing.svc.cluster.local:4318`. X-Ray takes 5 USD a million traces.
 *
 * @example
 * new TraceCollector(this, "trace-collector", { region: "eu-central-1", from: ["specweave"] });
 */
export class TraceCollector extends Construct {
  readonly namespace: NamespaceV1;
  readonly release: HelmRelease;

  constructor(scope: Construct, id: string, config: TraceCollectorConfig) {
    super(scope, id);
    const { chart = OTEL_COLLECTOR_CHART, dependsOn = [], ...props } = config;
    const { name, namespace, port } = TRACE_COLLECTOR;
    this.namespace = new NamespaceV1(this, "namespace", {
      metadata: {
        name: namespace,
        labels: {
          "app.kubernetes.io/managed-by": "phaseline",
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
      ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
    });
    this.release = new HelmRelease(this, "release", {
      name,
      namespace,
      chart,
      values: otelCollectorValues(props, { name, serviceAccount: SERVICE_ACCOUNT, port }),
      timeoutSeconds: 300,
      dependsOn: [this.namespace, ...dependsOn],
    });
  }
}
