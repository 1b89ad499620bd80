import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { metricsServerValues, type MetricsServerProps } from "../render/metrics-server";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";

export interface MetricsServerConfig extends MetricsServerProps {
  /** @default - version 3.13.1 of the project's own repository */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The pinned chart. */
export const METRICS_SERVER_CHART: ChartSource = {
  repository: "https://kubernetes-sigs.github.io/metrics-server/",
  name: "metrics-server",
  version: "3.13.1",
};

/**
 * metrics-server, in `kube-system`: without it, a horizontal pod autoscaler knows no CPU or memory use and does nothing.
 *
 * @example
 * new MetricsServer(this, "metrics-server");
 */
export class MetricsServer extends HelmRelease {
  constructor(scope: Construct, id: string, config: MetricsServerConfig = {}) {
    const { chart = METRICS_SERVER_CHART, dependsOn, ...props } = config;
    super(scope, id, {
      name: "metrics-server",
      namespace: "kube-system",
      chart,
      values: metricsServerValues(props),
      timeoutSeconds: 300,
      ...(dependsOn ? { dependsOn } : {}),
    });
  }
}
