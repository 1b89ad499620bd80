import { fold } from "../../lib/blueprint/fold";
import type { Layer } from "../../lib/blueprint/layer";
import { watches } from "../../lib/blueprint/monitoring";
import { readSettings } from "../../lib/blueprint/settings";
import { podTelemetry, TRACE_COLLECTOR } from "../../lib/blueprint/telemetry";
import { demandsOf, understandIncrement } from "../../lib/demand/read-increment";
import { FaultsError } from "../../lib/increment/fault";
import { readIncrement } from "../../lib/increment/read";
import { datadogPodLabels } from "../../lib/render/datadog";

const settings = readSettings({ project: "shop", repository: "acme/shop", plainHttp: true }, "cdktf.json");

/** An increment as people write it: its criteria, and the lines of its stack section. */
function increment(id: string, criteria: readonly string[], stack: readonly string[] = []): Layer {
  const text = [
    `# Increment ${id}: It`,
    "## Acceptance Criteria",
    ...criteria.map((line, index) => `- **AC-US1-0${index + 1}**: ${line} (P1)`),
    ...(stack.length > 0 ? ["## Infrastructure Stack", stack.map((line) => `- ${line}`).join("\n")] : []),
  ].join("\n\n");
  const read = understandIncrement(readIncrement(`${id}/spec.md`, text, { id }));
  expect(read.faults).toEqual([]);
  return { increment: id, demands: demandsOf(read), preferences: read.preferences };
}

const CLUSTER = ["Deploy API to Kubernetes cluster"];
const FLEET = ["ALB routes traffic to 3 EC2 instances"];
const folded = (...layers: Layer[]) => fold(layers, settings);
const toolsOf = (...layers: Layer[]) => folded(...layers).monitoring?.value.tools;
const messageOf = (...layers: Layer[]) => {
  try {
    folded(...layers);
  } catch (error) {
    if (error instanceof FaultsError) return error.message;
    throw error;
  }
  return "none";
};

describe("what measures a cluster", () => {
  test.each([
    ["what a criterion names", [...CLUSTER, "Datadog collects metrics of the cluster"], ["**Monitoring**: Prometheus + Grafana"], ["datadog"]],
    ["what the stack section names, where criteria name nothing", [...CLUSTER, "Infrastructure metrics are collected"], ["**Monitoring**: Datadog"], ["datadog"]],
    ["Prometheus, where nobody says anything", [...CLUSTER, "Infrastructure metrics are collected"], [], ["prometheus"]],
    ["Datadog, where the third phase is named", ["Phase 3: scale infrastructure"], [], ["datadog"]],
    ["Prometheus, where the third phase is named with it", ["Phase 3: scale infrastructure", "Prometheus metrics of the API"], [], ["prometheus"]],
    ["Prometheus, where the stack section of the third phase names it", ["Phase 3: scale infrastructure"], ["**Monitoring**: Prometheus + Grafana"], ["prometheus"]],
    ["both, where different things are asked of each", [...CLUSTER, "Set up Prometheus metrics", "Datadog APM for request tracing"], [], ["prometheus", "datadog"]],
    ["Datadog, where its monitors are to alert", [...CLUSTER, "Datadog monitors alert on high error rates"], [], ["datadog"]],
    ["Prometheus, where an availability is to be held, of which nothing else could tell", [...CLUSTER, "99.95% availability SLO"], [], ["prometheus"]],
    ["Datadog, where it is named for that", [...CLUSTER, "99.95% availability SLO"], ["**Monitoring**: Datadog"], ["datadog"]],
    ["Prometheus, where somebody is to be told of errors", [...CLUSTER, "Alert on-call when error rate exceeds 1%"], [], ["prometheus"]],
    ["Prometheus, where it is wanted instead of Datadog", [...CLUSTER, "Set up Prometheus metrics instead of Datadog"], [], ["prometheus"]],
  ])("is %s", (_, criteria, stack, tools) => {
    expect(toolsOf(increment("0012", criteria, stack))?.cluster).toEqual(tools);
  });

  test("keeps Prometheus, which holds what it measured, beside Datadog that a later increment asks for", () => {
    const later = increment("0020", ["Datadog collects metrics of the cluster"]);
    expect(toolsOf(increment("0012", [...CLUSTER, "Set up Prometheus metrics"]), later)?.cluster).toEqual(["prometheus", "datadog"]);
    expect(toolsOf(increment("0012", CLUSTER), later)?.cluster).toEqual(["datadog"]);
  });

  test("stays what it is for what later increments ask without a name", () => {
    const { podLogs, traces, monitoring } = folded(increment("0012", [...CLUSTER, "Datadog collects metrics of the cluster"]), increment("0020", ["Application logs are collected", "Distributed tracing of requests"]));
    expect([podLogs, traces]).toEqual([undefined, undefined]);
    expect(monitoring?.value).toMatchObject({ tools: { cluster: ["datadog"] }, datadogLogs: true });
  });

  test("is a fault where one increment wants the same of two", () => {
    expect(messageOf(increment("0012", [...CLUSTER, "Set up Prometheus metrics", "Datadog collects metrics of the cluster"]))).toBe(
      "0012/spec.md:9:5: AC-US1-03 asks for metrics by datadog, but AC-US1-02 at 0012/spec.md:7:5 asks for metrics by prometheus.\n    → Let the two criteria agree, or defer one of them.",
    );
  });

  test("is not CloudWatch", () => {
    expect(messageOf(increment("0012", [...CLUSTER, "Infrastructure metrics are collected"], ["**Monitoring**: CloudWatch"]))).toContain(
      "the infrastructure stack of 0012 names CloudWatch for monitoring, which phaseline has for logs of a Kubernetes cluster, not for its metrics.\n    → Write \"Prometheus + Grafana\" or \"Datadog\" there.",
    );
  });

  test("takes no objective that Datadog does not know", () => {
    expect(messageOf(increment("0012", [...CLUSTER, "Datadog collects metrics of the cluster", "The system SHALL maintain 90% uptime"]))).toContain("an availability of 90 % is asked for, and an objective in Datadog is more than 90 % and less than 100 %.");
  });
});

describe("what measures servers", () => {
  test.each([
    ["Prometheus and Grafana on a host of their own", [...FLEET, "Infrastructure metrics are collected"], ["prometheus"]],
    ["CloudWatch alone, where it is named", [...FLEET, "CloudWatch metrics of all instances"], ["cloudwatch"]],
    ["the host besides, where dashboards are wanted", [...FLEET, "CloudWatch metrics of all instances", "Provide dashboards for the infrastructure: monitoring dashboards"], ["cloudwatch", "prometheus"]],
    ["nothing, where only Datadog is asked for", [...FLEET, "Datadog collects metrics of all instances"], undefined],
  ])("is %s", (_, criteria, tools) => {
    expect(toolsOf(increment("0005", criteria))?.fleet).toEqual(tools);
  });

  test("stays, with its volume, when a cluster comes with its own", () => {
    expect(toolsOf(increment("0005", [...FLEET, "Prometheus collects metrics from all instances"]), increment("0012", [...CLUSTER, "Set up Prometheus metrics"]))).toMatchObject({ fleet: ["prometheus"], cluster: ["prometheus"] });
  });

  test("is not Datadog", () => {
    expect(messageOf(increment("0005", [...FLEET, "Infrastructure metrics are collected"], ["**Monitoring**: Datadog"]))).toContain(
      'the infrastructure stack of 0005 names Datadog for monitoring, which phaseline has on a Kubernetes cluster only.\n    → Write "Prometheus + Grafana" or "CloudWatch" there, or run the application on Kubernetes.',
    );
  });
});

describe("logs and traces of pods", () => {
  const onCluster = (...criteria: string[]) => folded(increment("0012", [...CLUSTER, ...criteria]));

  test("go to CloudWatch and X-Ray", () => {
    const { podLogs, traces, monitoring } = onCluster("Application logs are collected", "Distributed tracing of requests");
    expect([podLogs?.because, traces?.because].map((because) => because?.map(({ criterion }) => criterion))).toEqual([["AC-US1-02"], ["AC-US1-03"]]);
    expect(monitoring).toBeUndefined();
  });

  test("go to Datadog where it stands, and to CloudWatch and X-Ray where these are named", () => {
    const metrics = "Datadog collects metrics of the cluster";
    expect(onCluster(metrics, "Application logs are collected", "Distributed tracing of requests")).not.toHaveProperty("podLogs");
    const named = onCluster(metrics, "Application logs are shipped to CloudWatch Logs", "Send traces to AWS X-Ray");
    expect(named).toMatchObject({ podLogs: {}, traces: {}, monitoring: { value: { datadogLogs: false } } });
  });

  test("go to CloudWatch where a time is stated: how long Datadog keeps logs is said in Datadog", () => {
    expect(onCluster("Datadog collects metrics of the cluster", "Application logs are retained for 30 days")).toMatchObject({ podLogs: {}, logs: { value: { retentionDays: 30 } } });
  });

  test("are no matter of servers, nor of tools that there are not", () => {
    for (const blueprint of [folded(increment("0005", [...FLEET, "Distributed tracing of requests"])), onCluster("Trace requests with Jaeger tracing", "Loki collects the logs")]) {
      expect(blueprint).not.toHaveProperty("podLogs");
      expect(blueprint).not.toHaveProperty("traces");
    }
  });

  test("are asked for by what pods carry: labels for Datadog, variables for OpenTelemetry, nothing otherwise", () => {
    expect(podTelemetry(onCluster("Datadog APM for request tracing"))).toEqual({ podLabels: datadogPodLabels({ service: "shop-api", environment: "production" }) });
    const { podLabels, environment } = podTelemetry(onCluster("Send traces to AWS X-Ray"));
    expect(podLabels).toBeUndefined();
    expect(environment).toMatchObject({ OTEL_SERVICE_NAME: "shop-api", OTEL_EXPORTER_OTLP_ENDPOINT: `http://${TRACE_COLLECTOR.name}.tracing.svc.cluster.local:4318` });
    expect(podTelemetry(onCluster("Set up Prometheus metrics"))).toEqual({});
  });
});

test("watches is told of a blueprint without any monitoring, too", () => {
  expect(watches(undefined, "cluster", "datadog")).toBe(false);
});
