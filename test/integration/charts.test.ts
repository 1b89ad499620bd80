import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ARGOCD_APPS_CHART } from "../../lib/constructs/argo-application";
import { ARGO_CD_CHART } from "../../lib/constructs/argo-cd";
import { DATADOG_CHART } from "../../lib/constructs/datadog-agent";
import { EXTERNAL_DNS_CHART } from "../../lib/constructs/external-dns";
import { EXTERNAL_SECRETS_CHART } from "../../lib/constructs/external-secrets";
import type { ChartSource } from "../../lib/constructs/kubernetes-helm-release";
import { LOAD_BALANCER_CONTROLLER_CHART } from "../../lib/constructs/load-balancer-controller";
import { FLUENT_BIT_CHART } from "../../lib/constructs/log-shipper";
import { METRICS_SERVER_CHART } from "../../lib/constructs/metrics-server";
import { KUBE_PROMETHEUS_STACK_CHART } from "../../lib/constructs/monitoring-stack";
import { CLUSTER_AUTOSCALER_CHART } from "../../lib/constructs/node-autoscaler";
import { OTEL_COLLECTOR_CHART } from "../../lib/constructs/trace-collector";
import { argoApplicationValues, argoCdValues } from "../../lib/render/argo-cd";
import { awsLoadBalancerControllerValues } from "../../lib/render/aws-load-balancer-controller";
import { clusterAutoscalerValues } from "../../lib/render/cluster-autoscaler";
import { datadogAgentValues } from "../../lib/render/datadog";
import { externalDnsValues } from "../../lib/render/external-dns";
import { externalSecretsValues } from "../../lib/render/external-secrets";
import { fluentBitValues } from "../../lib/render/fluent-bit";
import { kubePrometheusStackValues } from "../../lib/render/kube-prometheus-stack";
import { metricsServerValues } from "../../lib/render/metrics-server";
import { otelCollectorValues } from "../../lib/render/otel-collector";
import { yaml } from "../../lib/render/yaml";
import { ControlPlane } from "./support/control-plane";
import { describeWith, setup } from "./support/shared";
import { scratch } from "./support/terraform";

const cluster = { clusterName: "shop-prod", region: "us-east-1" };

/** Every chart of others that is installed, with the values that it is given. */
const CHARTS: readonly { readonly chart: ChartSource; readonly values: object }[] = [
  { chart: ARGO_CD_CHART, values: argoCdValues() },
  { chart: ARGOCD_APPS_CHART, values: argoApplicationValues({ repoUrl: "https://github.com/example/shop.git", syncWindows: [{ kind: "deny", schedule: "0 22 * * 5", durationMinutes: 60 }] }, "argocd") },
  { chart: KUBE_PROMETHEUS_STACK_CHART, values: kubePrometheusStackValues({ applications: [{ name: "api", namespace: "shop", app: "shop-api" }] }, { storageClass: "encrypted", grafanaSecret: "grafana-admin" }) },
  { chart: LOAD_BALANCER_CONTROLLER_CHART, values: awsLoadBalancerControllerValues({}, { ...cluster, vpcId: "vpc-1", serviceAccount: "aws-load-balancer-controller" }) },
  { chart: EXTERNAL_SECRETS_CHART, values: externalSecretsValues({}, { serviceAccount: "external-secrets" }) },
  { chart: EXTERNAL_DNS_CHART, values: externalDnsValues({ domainName: "api.example.com", namespace: "shop" }, { ...cluster, hostedZoneId: "Z0123456789ABCDEFGHIJ", serviceAccount: "external-dns" }) },
  { chart: CLUSTER_AUTOSCALER_CHART, values: clusterAutoscalerValues({}, { ...cluster, serviceAccount: "cluster-autoscaler" }) },
  { chart: METRICS_SERVER_CHART, values: metricsServerValues() },
  { chart: DATADOG_CHART, values: datadogAgentValues({ clusterName: cluster.clusterName }, { apiKeySecret: "datadog-api-key", tokenSecret: "datadog-cluster-agent-token", secretsRevision: "1.1" }) },
  { chart: FLUENT_BIT_CHART, values: fluentBitValues({ logGroupName: "/aws/eks/shop-prod/pods", region: cluster.region }, { serviceAccount: "fluent-bit" }) },
  { chart: OTEL_COLLECTOR_CHART, values: otelCollectorValues({ region: cluster.region, from: ["shop"] }, { name: "otel-collector", serviceAccount: "otel-collector", port: 4318 }) },
];

/** Of conditions that a chart leaves undecided; they come with the output. */
const HELMS_OWN_WARNINGS = /^\w+\.go:\d+: Warning: .*\n?/gm;

/** Where a chart lies: unpacked below CHARTS_DIR, or fetched from its repository. `undefined`: neither. */
function located({ name, version, repository }: Extract<ChartSource, { readonly repository: string }>, directory: string): string | undefined {
  const given = process.env["CHARTS_DIR"];
  if (given !== undefined && existsSync(join(given, name, "Chart.yaml"))) return join(given, name);
  const { status } = spawnSync("helm", ["pull", name, "--repo", repository, "--version", version, "--untar", "--untardir", directory], { env: setup("kubernetes"), timeout: 60_000 });
  return status === 0 ? join(directory, name) : undefined;
}

describeWith("kubernetes", "the charts of others, with the values of ours,", () => {
  const directory = scratch("charts");
  let server: ControlPlane;

  beforeAll(async () => {
    server = await ControlPlane.start();
  });
  afterAll(() => server?.stop());

  test.each(CHARTS.map(({ chart, values }) => [(chart as { name: string }).name, chart, values] as const))("%s renders objects that Kubernetes knows, at the pinned version", (name, chart, values) => {
    if (!("repository" in chart)) throw new Error(`${name} is no chart of a repository.`);
    const path = located(chart, directory);
    if (path === undefined) return console.warn(`skipped: ${name}: ${chart.repository} is not reached, and CHARTS_DIR names no directory with it`);
    expect(server.run("helm", ["show", "chart", path])).toMatch(new RegExp(`^version: "?${chart.version}"?$`, "m"));
    const valuesFile = join(directory, `${name}.json`);
    writeFileSync(valuesFile, JSON.stringify(values));
    const rendered = server.run("helm", ["template", name, path, "--namespace", "shop", "--kube-version", "1.35.0", "--include-crds", "--values", valuesFile]).replace(HELMS_OWN_WARNINGS, "");
    const file = join(directory, name, "rendered.yaml");
    mkdirSync(join(directory, name), { recursive: true });
    writeFileSync(file, rendered);
    expect(server.kubeconform("-ignore-missing-schemas", file)).toEqual({ status: 0, output: expect.stringMatching(/Invalid: 0, Errors: 0/) });
    for (const pod of podsOf(rendered)) expect(pod.image).toMatch(/[:@][^:@]+$/);
  });
});

describeWith("kubernetes", "external-dns on a real control plane", () => {
  test("starts, and may read the Ingresses of the application's namespace and nothing else", async () => {
    if (!("repository" in EXTERNAL_DNS_CHART)) throw new Error("It is no chart of a repository.");
    const directory = scratch("external-dns");
    const path = located(EXTERNAL_DNS_CHART, directory);
    if (path === undefined) return console.warn("skipped: its repository is not reached, and CHARTS_DIR names no directory with it");
    const server = await ControlPlane.start();
    try {
      const file = join(directory, "values.json");
      writeFileSync(file, JSON.stringify(externalDnsValues({ domainName: "api.example.com", namespace: "shop" }, { ...cluster, hostedZoneId: "Z0123456789ABCDEFGHIJ", serviceAccount: "external-dns" })));
      server.kubectl("create", "namespace", "shop");
      // Where only restricted pods may be, though kube-system takes others too.
      server.kubectl("create", "namespace", "strict");
      server.kubectl("label", "namespace", "strict", "pod-security.kubernetes.io/enforce=restricted");
      server.run("helm", ["install", "external-dns", path, "-n", "strict", "--values", file, "--wait", "--timeout", "120s"]);
      const may = (verb: string, what: string, namespace: string) => server.try("kubectl", ["auth", "can-i", verb, what, "-n", namespace, "--as", "system:serviceaccount:strict:external-dns"]).output.trim().split("\n").at(-1);
      expect([may("list", "ingresses", "shop"), may("list", "ingresses", "default"), may("get", "secrets", "shop"), may("update", "ingresses", "shop")]).toEqual(["yes", "no", "no", "no"]);
    } finally {
      server.stop();
    }
  });
});

/** The containers of everything that makes pods. */
function podsOf(rendered: string): readonly { readonly image: string }[] {
  return yaml()
    .parseAllDocuments(rendered)
    .map((document) => (document as { toJS(): any }).toJS())
    .flatMap((object) => object?.spec?.template?.spec?.containers ?? []);
}
