import { reword, set, without } from "../support/mutate";
import { addressesOf, proves, refutes } from "../support/proofs";
import { layerOf, SEED, synthesize, synthesizeAll, type Asked } from "../support/synthesize";

const API: readonly Asked[] = [["cluster", {}], ["workload", { platform: "kubernetes" }], ["autoscaling", { min: 2, max: 10, of: "pods" }]];
const datadog = synthesize(
  [...API, ["metrics", { tool: "datadog" }], ["logs", { tool: "datadog" }], ["tracing", { tool: "datadog" }], ["availability-target", { uptimePercent: 99.95 }]],
  { datadog: { notify: ["@slack-ops", "@ops@example.com"] } },
);
const aws = synthesize([...API, ["metrics", { tool: "prometheus" }], ["logs", { retentionDays: 30 }], ["tracing", { tool: "x-ray" }], ["load-balancer", { type: "ingress" }]], { plainHttp: true });
const fromGit = synthesize([...API, ["gitops", {}], ["metrics", { tool: "datadog" }], ["tracing", {}]]);
const fromGitToAws = synthesize([...API, ["gitops", {}], ["tracing", { tool: "x-ray" }]]);
const seed = synthesize(SEED);
const fleet = synthesize([["compute", { instances: 3 }], ["load-balancer", { type: "application" }], ["metrics", {}]], { plainHttp: true }, {});
const server = synthesize([["compute", { instances: 1 }], ["logs", {}], ["metrics", {}]], {}, {});

const agent = "helm_release.datadog_release";
const key = "kubernetes_secret_v1.datadog_api-key";
const api = "kubernetes_deployment_v1.api_deployment";
const objective = "datadog_service_level_objective.observability_objective";
const burnRates = ["fast", "slow"].map((speed) => `datadog_monitor.observability_burn-rate-${speed}`);
const monitors = ["autoscaler-at-maximum", "error-rate", "latency", "pods-not-ready", "unavailable"].map((id) => `datadog_monitor.observability_${id}`);
const board = "datadog_dashboard_json.observability_dashboard";
const fluentBit = "helm_release.log-shipper_release";
const group = "aws_cloudwatch_log_group.pod-logs_logs_group";
const shipper = "aws_eks_pod_identity_association.pod-logs_shipper_association";
const collector = "helm_release.trace-collector_release";
const collecting = "aws_eks_pod_identity_association.trace-collector-role_collector_association";
const template = "spec.template.metadata.labels";

describe("where Datadog watches the cluster, a proof of", () => {
  const agents = [
    ["no Helm release of datadog", without(agent)],
    ["no Helm release of datadog", set(agent, "chart", "another")],
    ['agents of another cluster than "specweave-prod"', reword(agent, "values", '"clusterName\\" = \\"specweave-prod', '"clusterName\\" = \\"other')],
    ["no secret with the API key", without(key)],
    ["no secret with the API key", set(key, "metadata.namespace", "default")],
    ["its API key is in the state", set(key, "data", { "api-key": "0123" })],
    ["its API key is in the state", reword(agent, "values", '\\"site\\" =', '\\"apiKey\\" = \\"0123\\", \\"site\\" =')],
    ["its API key does not come from Secrets Manager", set(key, "data_wo", { "api-key": "0123" })],
  ] as const;
  for (const tool of ["datadog", undefined] as const) {
    proves("metrics", tool ? { tool } : {}, datadog, `Datadog's agents on "specweave-prod", with cluster checks`, [agent], tool ? [...agents, ["no cluster checks", reword(agent, "values", /(clusterChecks\\" = \{\\"enabled\\" =) true/, "$1 false")]] : agents.slice(2));
  }
  proves("logs", { tool: "datadog" }, datadog, "the logs of all pods, by Datadog's agents", [agent], [
    ...agents,
    ["its agents send no logs", reword(agent, "values", /(\\"logs\\" = \{\\"enabled\\" =) true/, "$1 false")],
    ["its agents send no logs", reword(agent, "values", /(\\"containerCollectAll\\" =) true/, "$1 false")],
  ]);
  proves("logs", {}, datadog, "the logs of all pods, by Datadog's agents", [agent], [["its agents send no logs", reword(agent, "values", /(\\"containerCollectAll\\" =) true/, "$1 false")]]);
  proves("tracing", { tool: "datadog" }, datadog, 'traces of "api" by Datadog\'s agents, to which its pods are led', [agent, api], [
    ...agents,
    ["its agents take no traces", reword(agent, "values", /(\\"socketEnabled\\" =) true/, "$1 false")],
    ["no admission controller", reword(agent, "values", /(\\"admissionController\\" = \{\\"enabled\\" =) true/, "$1 false")],
    ["nothing that makes pods", without(api)],
    ['the pods of "api" do not ask for it', set(api, template, { "tags.datadoghq.com/service": "specweave-api", "tags.datadoghq.com/env": "production" })],
    ['the pods of "api" do not say of which service and environment they are', set(api, template, { "admission.datadoghq.com/enabled": "true", "tags.datadoghq.com/env": "production" })],
    ['the pods of "api" do not say of which service and environment they are', set(api, template, { "admission.datadoghq.com/enabled": "true", "tags.datadoghq.com/service": "x", "tags.datadoghq.com/env": "staging" })],
  ]);
  proves("tracing", {}, fromGit, 'traces of "api" by Datadog\'s agents, to which its pods are led', [agent, "helm_release.api_release"], [
    ['the pods of "api" do not ask for it', reword("helm_release.api_release", "values", /admission\.datadoghq\.com\/enabled\\" = \\"true/, 'admission.datadoghq.com/enabled\\" = \\"false')],
    ['the pods of "api" do not say of which service and environment they are', reword("helm_release.api_release", "values", /tags\.datadoghq\.com\/env/, "env")],
    ["nothing that makes pods", without("helm_release.api_release")],
  ]);
  for (const tool of ["datadog", undefined] as const) {
    proves("dashboards", tool ? { tool } : {}, datadog, "1 dashboard in Datadog", [board], [
      ["no dashboard in Datadog", without(board)],
      ["no dashboard in Datadog", set(board, "dashboard", "{}")],
    ]);
  }
  proves("alerts", {}, datadog, "5 monitors in Datadog", monitors, [["no monitor in Datadog", without("datadog_monitor")]]);
  for (const channel of ["slack", "email"] as const) {
    const untold = `they do not tell ${channel}: write whom under context.phaseline.datadog.notify`;
    proves("alerts", { channel }, datadog, "5 monitors in Datadog", monitors, [
      [untold, set("datadog_monitor.observability_latency", "message", "Slow.")],
      ["no monitor in Datadog", without("datadog_monitor")],
    ]);
  }
  refutes("alerts", { channel: "pagerduty" }, datadog, "they do not tell pagerduty: write whom under context.phaseline.datadog.notify");
  proves("availability-target", { uptimePercent: 99.95 }, datadog, "an objective of 99.95 % in Datadog, with 2 alerts on how fast its allowance goes", [objective, ...burnRates], [
    ["no objective in Datadog", without(objective)],
    ["no objective in Datadog", set(objective, "query", { numerator: "sum:other{*}", denominator: "sum:other{*}" })],
    ["an objective of 99 %", set(objective, "target_threshold", 99)],
    ["nobody is told when its allowance goes", ...burnRates.map((address) => without(address))],
  ]);
  refutes("logs", { tool: "datadog", retentionDays: 30 }, datadog, 'how long Datadog keeps logs, its indexes say: leave the time out, or write "logs to CloudWatch"');
});

describe("where CloudWatch and X-Ray get what pods tell, a proof of", () => {
  proves("logs", { retentionDays: 30 }, aws, "the logs of all pods in /aws/eks/specweave-prod/pods, encrypted, kept for 30 days", [fluentBit, group, shipper], [
    ["no Helm release of fluent-bit", without(fluentBit)],
    ["no log group /aws/eks/specweave-prod/pods", without(group)],
    ["no log group that it names", reword(fluentBit, "values", "log_group_name", "group")],
    ["the log group is not encrypted", set(group, "kms_key_id", undefined)],
    ["logs are kept for ever, logs are kept for another time", set(group, "retention_in_days", 0)],
    ["logs are kept for another time", set(group, "retention_in_days", 7)],
    ["it may not write there", without(shipper)],
    ["it may not write there", set(shipper, "service_account", "default")],
    ["it may not write there", set("data.aws_iam_policy_document.pod-logs_shipper_role_permissions", "statement.0.actions", ["logs:DescribeLogStreams"])],
    ["it may not write there", set("data.aws_iam_policy_document.pod-logs_shipper_role_permissions", "statement.0.resources", ["${aws_cloudwatch_log_group.cluster_logs_group.arn}:*"])],
  ]);
  proves("logs", { tool: "cloudwatch" }, aws, "the logs of all pods in /aws/eks/specweave-prod/pods, encrypted, kept for 30 days", [fluentBit, group, shipper], [["logs are kept for ever", set(group, "retention_in_days", undefined)]]);
  const address = "http://otel-collector.tracing.svc.cluster.local:4318";
  for (const tool of ["x-ray", "opentelemetry", undefined] as const) {
    proves("tracing", tool ? { tool } : {}, aws, `traces of "api" in AWS X-Ray, by an OpenTelemetry collector at ${address}`, [collector, collecting, api], [
      ["it gives nothing to X-Ray", reword(collector, "values", /\[\\"awsxray\\"\]/, '[\\"debug\\"]')],
      ["it may not give traces to X-Ray", without(collecting)],
      ["it may not give traces to X-Ray", set("data.aws_iam_policy_document.trace-collector-role_collector_role_permissions", "statement.0.actions", ["xray:PutTelemetryRecords"])],
      ["nothing that makes pods", without(api)],
      ['"api" is not told where to send them', set(api, "spec.template.spec.container.0.env", [])],
      ['"api" is not told where to send them', reword(api, "spec", address, "http://elsewhere:4318")],
      ['"api" may not reach it', without("kubernetes_network_policy_v1.guard_allow-to-tracing")],
    ]);
  }
  proves("tracing", { tool: "x-ray" }, fromGitToAws, `traces of "api" in AWS X-Ray, by an OpenTelemetry collector at ${address}`, [collector, "aws_eks_pod_identity_association.trace-collector-role_collector_association", "helm_release.api_release"], [
    ["no Helm release of opentelemetry-collector", without(collector)],
    ['"api" is not told where to send them', reword("helm_release.api_release", "values", address, "http://elsewhere:4318")],
  ]);
  const prometheus = "helm_release.monitoring_release";
  proves("metrics", { tool: "prometheus" }, aws, 'Helm release "kube-prometheus-stack" of kube-prometheus-stack 88.5.3, with a ServiceMonitor', [prometheus], [
    ['the network policies of "api" keep Prometheus out', without("kubernetes_network_policy_v1.guard_allow-from-monitoring")],
  ]);
});

describe("what is not provisioned is refused, with what to write instead:", () => {
  const onHosts = (instead: string) => `no Datadog on EC2 instances: write ${instead}, or run "api" on Kubernetes`;
  for (const hosts of [fleet, server]) {
    refutes("metrics", { tool: "datadog" }, hosts, onHosts('"Prometheus metrics" or "CloudWatch metrics"'));
    refutes("logs", { tool: "datadog" }, hosts, onHosts('"logs to CloudWatch"'));
    refutes("dashboards", { tool: "datadog" }, hosts, onHosts('"Grafana dashboards"'));
    refutes("tracing", {}, hosts, 'no traces from EC2 instances: run "api" on Kubernetes, or defer the criterion');
  }
  refutes("logs", { tool: "loki" }, server, 'no loki: write "logs to CloudWatch", or, for a cluster, "logs to Datadog"');
  refutes("tracing", { tool: "zipkin" }, aws, 'no zipkin: write "traces to AWS X-Ray", or "Datadog APM"');
  refutes("tracing", { tool: "jaeger" }, aws, 'no jaeger: write "traces to AWS X-Ray", or "Datadog APM"');
  refutes("metrics", { tool: "opentelemetry" }, seed, 'no metrics by OpenTelemetry: write "Prometheus metrics", "CloudWatch metrics", or "Datadog"');
  refutes("metrics", { tool: "cloudwatch" }, seed, 'no metrics of a cluster in CloudWatch: write "Prometheus metrics" or "Datadog"');
  refutes("alerts", { channel: "slack" }, seed, "no slack: phaseline tells alarms to an SNS topic, to which e-mail can subscribe");
});

describe("on a cluster without them,", () => {
  // The control plane's logs, and the network's, are none of the application's.
  refutes("logs", {}, seed, "no Helm release of fluent-bit");
  refutes("metrics", { tool: "datadog" }, seed, "no Helm release of datadog");
  refutes("dashboards", { tool: "datadog" }, seed, "no dashboard in Datadog");
  refutes("tracing", { tool: "x-ray" }, seed, "no Helm release of opentelemetry-collector");
});

describe("after Prometheus, Datadog", () => {
  const both = synthesizeAll([layerOf("0012", [...API, ["metrics", { tool: "prometheus" }]], { platform: "kubernetes" }), layerOf("0020", [["metrics", { tool: "datadog" }]], { platform: "kubernetes" })]);
  proves("metrics", { tool: "prometheus" }, both, 'Helm release "kube-prometheus-stack" of kube-prometheus-stack 88.5.3, with a ServiceMonitor', ["helm_release.monitoring_release"], [
    ["no Helm release of kube-prometheus-stack", without("helm_release.monitoring_release")],
  ]);
  test("stands beside it", () => {
    expect(addressesOf(both, "helm_release")).toEqual(expect.arrayContaining(["helm_release.monitoring_release", agent]));
  });
});
