import { capability, refused, stated } from "./capability";
import { xrayTraces } from "./cluster-telemetry";
import { datadogTraces, orDatadog } from "./datadog";

export interface TracingParameters {
  readonly tool?: "x-ray" | "datadog" | "tempo" | "jaeger" | "zipkin" | "signoz" | "honeycomb" | "opentelemetry";
}

/** The way of one request through the services: X-Ray, Datadog APM, OpenTelemetry. */
export const tracing = capability<TracingParameters>()({
  id: "tracing",
  title: "Tracing",
  names: [/\bx-?ray\b/, /\bdistributed trac\w+/, /(?<!\bmetrics (?:via|using|with|through|by) )\b(?:open ?telemetry|otel)\b/, /\bjaeger\b/, /\btempo\b/, /\bzipkin\b/, /\b(?:datadog )?apm\b/, /\bdatadog trac\w+/, /\brequest trac(?:ing|es)\b/, /链路追踪/, /\btrac(?:es|ed|ing)\b[^.;]{0,24}\bend[- ]to[- ]end\b/, /\btraces? (?:sampling|stores?|backends?|exporters?|collectors?|retention|visuali[sz]ation|pipeline)\b/, /\bexport\w* (?:\w+ ){0,2}(?:spans|traces)\b/, /\b(?:spans|traces)\b[^.;]{0,24}\b(?:exported|otlp)\b/, /\bsampling\b[^.;]{0,24}\btraces\b/, /\btraces (?:are |is |shall be |must be )?sampled\b/, /\b(?:signoz|honeycomb|lightstep|aws distro for otel)\b/, /\btrazado distribuido\b|\btrazabilidad distribuida\b|\brastreamento distribuido\b|\btracage distribue\b|\bverteiltes tracing\b/, /分散トレーシング/],
  hints: [/\btraces\b/, /\btracing\b/],
  otherSenses: [/\bstack traces?\b/, /\b(?:chest|dental|patient|medical) x-?rays?\b/, /\bx-?ray (?:image|scan)s?\b/, /\btraceab\w+/],
  read: (text) => stated<TracingParameters>({ tool: /\bx-?ray\b/.test(text) ? "x-ray" : /\bdatadog\b/.test(text) ? "datadog" : /\btempo\b/.test(text) ? "tempo" : /\bjaeger\b/.test(text) ? "jaeger" : /\bzipkin\b/.test(text) ? "zipkin" : /\bsignoz\b/.test(text) ? "signoz" : /\bhoneycomb\b/.test(text) ? "honeycomb" : /\bopen ?telemetry\b|\botel\b/.test(text) ? "opentelemetry" : undefined }),
  keys: { tool: ["x-ray", "datadog", "tempo", "jaeger", "zipkin", "signoz", "honeycomb", "opentelemetry"] },
  prove: ({ tool }, evidence) => {
    const wanted = `traces of "${evidence.subject.service}"`;
    if (tool !== undefined && ["tempo", "jaeger", "zipkin", "signoz", "honeycomb"].includes(tool)) return refused(`${wanted} in ${tool}`, `no ${tool}: write "traces to AWS X-Ray", or "Datadog APM"`);
    if (!evidence.cluster()) {
      return refused(wanted, `no traces from EC2 instances: run "${evidence.subject.service}" on Kubernetes, or defer the criterion`);
    }
    return tool === "datadog" ? datadogTraces(evidence) : tool === undefined ? orDatadog(evidence, [xrayTraces(evidence)], datadogTraces(evidence)) : xrayTraces(evidence);
  },
  examples: [{ text: "Send traces to AWS X-Ray", parameters: { tool: "x-ray" } }],
});
