import { capability, stated } from "./capability";

export interface TracingParameters {
  readonly tool?: "x-ray" | "datadog" | "tempo" | "jaeger" | "opentelemetry";
}

/** The way of one request through the services: X-Ray, Datadog APM, OpenTelemetry. */
export const tracing = capability<TracingParameters>()({
  id: "tracing",
  title: "Tracing",
  names: [/\bx-?ray\b/, /\bdistributed trac\w+/, /(?<!\bmetrics (?:via|using|with|through|by) )\b(?:open ?telemetry|otel)\b/, /\bjaeger\b/, /\btempo\b/, /\bzipkin\b/, /\b(?:datadog )?apm\b/, /\bdatadog trac\w+/, /\brequest tracing\b/, /链路追踪/],
  hints: [/\btraces\b/, /\btracing\b/],
  otherSenses: [/\bstack traces?\b/, /\b(?:chest|dental|patient|medical) x-?rays?\b/, /\bx-?ray (?:image|scan)s?\b/, /\btraceab\w+/],
  read: (text) => stated<TracingParameters>({ tool: /\bx-?ray\b/.test(text) ? "x-ray" : /\bdatadog\b/.test(text) ? "datadog" : /\btempo\b/.test(text) ? "tempo" : /\bjaeger\b/.test(text) ? "jaeger" : /\bopen ?telemetry\b|\botel\b/.test(text) ? "opentelemetry" : undefined }),
  keys: { tool: ["x-ray", "datadog", "tempo", "jaeger", "opentelemetry"] },
  examples: [{ text: "Send traces to AWS X-Ray", parameters: { tool: "x-ray" } }],
});
