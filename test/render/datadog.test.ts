import {
  datadogAgentValues,
  datadogDashboard,
  datadogObservability,
  datadogPodLabels,
  DEFAULTS,
  SERVICE_DEFAULTS,
  type DatadogAgentProps,
} from "../../lib/render/datadog";
import { documentedDefaults } from "../support/documented-defaults";

const names = { apiKeySecret: "datadog-api-key", tokenSecret: "datadog-cluster-agent-token", secretsRevision: "1.1" };
const agent = (props: Partial<DatadogAgentProps> = {}) => datadogAgentValues({ clusterName: "specweave-prod", ...props }, names) as any;
const clusterName = "specweave-prod";

describe("datadogAgentValues", () => {
  test("collect logs, metrics and traces of the cluster, with keys that others keep", () => {
    expect(agent()).toMatchObject({
      datadog: {
        apiKeyExistingSecret: "datadog-api-key",
        clusterName: "specweave-prod",
        site: "datadoghq.com",
        tags: ["env:production"],
        logs: { enabled: true, containerCollectAll: true },
        clusterChecks: { enabled: true },
        kubeStateMetricsCore: { enabled: true },
      },
      clusterAgent: { replicas: 2, tokenExistingSecret: "datadog-cluster-agent-token", admissionController: { enabled: true, mutateUnlabelled: false, failurePolicy: "Ignore" } },
    });
  });

  test("let applications reach the agent by sockets that a driver mounts, since restricted pods may mount nothing of the node", () => {
    const { datadog, clusterAgent } = agent();
    expect(datadog.apm).toMatchObject({ socketEnabled: true, portEnabled: false });
    expect(datadog.csi).toEqual({ enabled: true });
    expect(clusterAgent.admissionController.configMode).toBe("csi");
    expect(agent({ tracing: false }).datadog.apm.socketEnabled).toBe(false);
  });

  test("have nothing random, no operator, no control from elsewhere, and no rights that nobody needs", () => {
    const { datadog, clusterAgent } = agent();
    expect(datadog.apm.instrumentation.skipKPITelemetry).toBe(true);
    expect(datadog.operator.enabled).toBe(false);
    expect(datadog.remoteConfiguration.enabled).toBe(false);
    expect(datadog.discovery.enabled).toBe(false);
    expect(datadog.kubeStateMetricsCore).toMatchObject({ collectSecretMetrics: false, collectConfigMaps: false });
    expect(clusterAgent.rbac.flareAdditionalPermissions).toBe(false);
  });

  test("start the pods anew when a key has changed", () => {
    const { clusterAgent, agents } = agent();
    for (const { podAnnotations } of [clusterAgent, agents]) expect(podAnnotations).toEqual({ "phaseline.dev/secrets-revision": "1.1" });
  });

  test("throw, with all that is wrong, when values cannot be used", () => {
    expect(() => agent({ clusterName: "{{ .Release.Name }}", environment: "Prod", site: "example.com" as never, clusterAgentReplicas: 0 })).toThrow(
      new Error(
        [
          "datadogAgent: 4 values cannot be used.",
          '  - clusterName is "{{ .Release.Name }}": it must be 1 to 80 lower-case letters, digits, hyphens and underscores, in parts separated by dots. Correct it.',
          '  - environment is "Prod": it must be the value of a tag: at most 100 lower-case letters, digits, hyphens, underscores, dots and slashes, with a letter or digit first and last. Correct it.',
          '  - site is "example.com": it must be one of datadoghq.com, us3.datadoghq.com, us5.datadoghq.com, datadoghq.eu, ap1.datadoghq.com, ap2.datadoghq.com, ddog-gov.com. Choose that of your account.',
          "  - clusterAgentReplicas is 0: it must be a whole number from 1 to 10. Choose one.",
        ].join("\n"),
      ),
    );
  });
});

describe("datadogPodLabels", () => {
  test("ask for the agent's sockets and name the service", () => {
    expect(datadogPodLabels({ service: "specweave-api", version: "a b" })).toEqual({
      "admission.datadoghq.com/enabled": "true",
      "tags.datadoghq.com/service": "specweave-api",
      "tags.datadoghq.com/env": "production",
      "tags.datadoghq.com/version": "a-b",
    });
  });
});

describe("datadogObservability", () => {
  test("watches errors, slowness, pods, the autoscaler's end and the nodes", () => {
    const { monitors } = datadogObservability({ clusterName, notify: ["@pagerduty-api", "@ops@example.com"] });
    expect(Object.fromEntries(monitors.map(({ id, query }) => [id, query]))).toEqual({
      "error-rate":
        "sum(last_10m):( sum:trace.web.request.errors{env:production,service:specweave-api}.as_count() / sum:trace.web.request.hits{env:production,service:specweave-api}.as_count() ) * 100 > 1",
      latency: "avg(last_10m):p95:trace.web.request{env:production,service:specweave-api} > 0.5",
      unavailable: "max(last_5m):sum:kubernetes_state.deployment.replicas_available{kube_cluster_name:specweave-prod,kube_namespace:specweave,kube_deployment:api} < 1",
      "pods-not-ready":
        "min(last_15m):sum:kubernetes_state.deployment.replicas_desired{kube_cluster_name:specweave-prod,kube_namespace:specweave,kube_deployment:api} - sum:kubernetes_state.deployment.replicas_available{kube_cluster_name:specweave-prod,kube_namespace:specweave,kube_deployment:api} > 0",
      "autoscaler-at-maximum":
        "min(last_15m):avg:kubernetes_state.hpa.current_replicas{kube_cluster_name:specweave-prod,kube_namespace:specweave,horizontalpodautoscaler:api} - avg:kubernetes_state.hpa.max_replicas{kube_cluster_name:specweave-prod,kube_namespace:specweave,horizontalpodautoscaler:api} >= 0",
      "node-pressure":
        "max(last_10m):sum:kubernetes_state.node.by_condition{kube_cluster_name:specweave-prod AND status:true AND condition IN (memorypressure,diskpressure,pidpressure)} by {node,condition} > 0",
    });
    for (const { message } of monitors) expect(message).toMatch(/\n\n@pagerduty-api @ops@example\.com$/);
  });

  test("has in every query the threshold that it names", () => {
    const { monitors } = datadogObservability({ clusterName, errorRatePercent: 2.5, latencyMilliseconds: 250 });
    for (const { query, critical } of monitors) expect(Number(/[<>]=? (\S+)$/.exec(query)?.[1])).toBe(critical);
  });

  test("holds 99.95 % of requests, and tells when the budget of 30 days goes too fast", () => {
    const { slo, burnRates } = datadogObservability({ clusterName });
    expect(slo).toMatchObject({ targetPercent: 99.95, warningPercent: 99.975, total: "sum:trace.web.request.hits{env:production,service:specweave-api}.as_count()" });
    // What a rate uses up of 30 days within its long window: 2 % within an hour, 5 % within six.
    expect(burnRates.map(({ rate, longWindow }) => Math.round((rate * Number.parseInt(longWindow, 10) * 100) / 720))).toEqual([2, 5]);
    expect(burnRates.map(({ shortWindow }) => shortWindow)).toEqual(["5m", "30m"]);
  });

  test("draws the objective and what the monitors watch", () => {
    const { title, widgets } = datadogDashboard(datadogObservability({ clusterName, operation: "express.request" }), "abc") as any;
    expect(title).toBe("specweave-api (production)");
    expect(widgets[0].definition).toMatchObject({ type: "slo", slo_id: "abc" });
    expect(widgets.slice(1).map(({ definition }: any) => definition.title)).toEqual([
      "Requests", "Share of errors in percent", "Duration in seconds", "Pods", "CPU", "Memory", "Restarts", "Nodes under pressure",
    ]);
    expect(widgets[1].definition.requests[0].q).toContain("trace.express.request.hits{");
  });

  test("throws, with all that is wrong, when values could become part of a query", () => {
    expect(() =>
      datadogObservability({ clusterName: "a} by {b", name: "*", operation: "web request", errorRatePercent: 0, latencyMilliseconds: Number.NaN, targetPercent: 100, notify: ["everybody", "@a b"] }),
    ).toThrow(
      new Error(
        [
          "datadogObservability: 8 values cannot be used.",
          '  - name is "*": it must be the value of a tag: at most 100 lower-case letters, digits, hyphens, underscores, dots and slashes, with a letter or digit first and last. Correct it.',
          '  - clusterName is "a} by {b": it must be the value of a tag: at most 100 lower-case letters, digits, hyphens, underscores, dots and slashes, with a letter or digit first and last. Correct it.',
          '  - operation is "web request": it must be the name of a span such as web.request. Correct it.',
          "  - errorRatePercent is 0: it must be more than 0 and less than 100. Choose another.",
          "  - latencyMilliseconds is null: it must be more than 0 and less than 600000. Choose another.",
          "  - targetPercent is 100: it must be more than 90 and less than 100. Choose another.",
          '  - notify has "everybody": it must be whom Datadog can tell, such as @pagerduty-api or @ops@example.com. Correct it.',
          '  - notify has "@a b": it must be whom Datadog can tell, such as @pagerduty-api or @ops@example.com. Correct it.',
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/datadog.ts", "DatadogAgentProps")).toEqual(DEFAULTS);
    expect(documentedDefaults("lib/render/datadog.ts", "WatchedService")).toEqual(SERVICE_DEFAULTS);
  });
});
