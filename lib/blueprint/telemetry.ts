import type { Blueprint } from "./blueprint";
import { watches } from "./monitoring";
import type { Settings } from "./settings";

/** Where on the cluster pods send their traces, if not to Datadog. */
export const TRACE_COLLECTOR = { name: "otel-collector", namespace: "tracing", port: 4318 } as const;

/** Where Prometheus is on the cluster. */
export const PROMETHEUS_NAMESPACE = "monitoring";

/** What a pod of the API carries so that its traces are found: labels for Datadog's admission controller, or variables that every OpenTelemetry SDK reads. */
export function podTelemetry({ settings, monitoring, traces }: Blueprint): {
  readonly podLabels?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
} {
  const { service, environment } = settings;
  const { name, namespace, port } = TRACE_COLLECTOR;
  return {
    ...(watches(monitoring, "cluster", "datadog")
      ? { podLabels: { "admission.datadoghq.com/enabled": "true", "tags.datadoghq.com/service": service.app, "tags.datadoghq.com/env": environment } }
      : {}),
    ...(traces
      ? {
          environment: {
            OTEL_SERVICE_NAME: service.app,
            OTEL_RESOURCE_ATTRIBUTES: `deployment.environment.name=${environment}`,
            OTEL_EXPORTER_OTLP_ENDPOINT: `http://${name}.${namespace}.svc.cluster.local:${port}`,
            OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
            OTEL_TRACES_EXPORTER: "otlp",
            // The collector takes traces and nothing else.
            OTEL_METRICS_EXPORTER: "none",
            OTEL_LOGS_EXPORTER: "none",
          },
        }
      : {}),
  };
}

/** Names of the secrets with Datadog's keys: the owner's own, or those that are made for them to fill. */
export function datadogSecrets({ project, environment, datadog }: Settings): { readonly apiKey: string; readonly appKey: string } {
  return {
    apiKey: datadog.apiKeySecretId ?? `${project}-${environment}/datadog-api-key`,
    appKey: datadog.appKeySecretId ?? `${project}-${environment}/datadog-app-key`,
  };
}

/** The log group with what the pods of a cluster write. */
export function podLogGroup({ cluster }: Settings): string {
  return `/aws/eks/${cluster.name}/pods`;
}
