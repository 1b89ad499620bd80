import { spawn } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { helmChart, type HelmChartProps } from "../../lib/render/helm-chart";
import { kubernetesApplication, kubernetesObjects } from "../../lib/render/kubernetes-application";
import { kubernetesCronJob } from "../../lib/render/kubernetes-cron-job";
import { yaml, yamlDocument } from "../../lib/render/yaml";
import { ControlPlane } from "./support/control-plane";
import { describeWith } from "./support/shared";

const header = { source: ".specweave/increments/0012-production-infrastructure/spec.md (AC-US1-01)", regenerate: "npm run synth" };
const image = "registry.example/specweave-api:1.0.0";
const increment = "0012-production-infrastructure";
const SERVICE_MONITORS = ["--api-versions", "monitoring.coreos.com/v1/ServiceMonitor"];

/** Everything that can be asked for at once, with text that wants to be something else. */
const FULL: HelmChartProps = {
  image: `localhost:5000/team/api:2.0.0@sha256:${"0".repeat(64)}`,
  name: "shop",
  app: "Shop_1.0",
  partOf: "",
  namespace: "shop",
  increment: "0099 an {{ odd }} one",
  annotations: { "example.com/note": "{{ .Values }} ${x} a: b\n- &c *d 'e' \"f\"" },
  port: 8080,
  servicePort: 8081,
  cpuRequest: "1",
  cpuLimit: "2500m",
  healthPath: "/live?x=y",
  readinessPath: "/ready",
  livenessDelaySeconds: 0,
  userId: 1_000_650_000,
  environment: { NO: "yes", EMPTY: "", NUMBER: "1e3", BRACES: "{{ fail \"x\" }}", LINES: "a\nb: c\n", MARKS: "\u202e<&>\"'\\ \t" },
  environmentSecrets: ["database", "123"],
  autoscaling: { minReplicas: 3, maxReplicas: 12, cpuTargetPercent: 60, memoryTargetPercent: 80 },
  maxUnavailable: 2,
  podLabels: { "admission.datadoghq.com/enabled": "true" },
};

describeWith("kubernetes", "the application's chart on a real control plane", () => {
  let cluster: ControlPlane;
  let chart: string;

  beforeAll(async () => {
    cluster = await ControlPlane.start();
    chart = write("api", { image, increment });
    cluster.run("kubectl", ["apply", "-f", "-"], {}, yamlDocument(kubernetesApplication({ image }).namespace));
  });
  afterAll(() => cluster?.stop());

  test("passes helm lint --strict, in whole and in parts", () => {
    const full = write("full", { ...FULL, ingress: { host: "shop.example.com" }, serviceMonitor: {} });
    expect(cluster.run("helm", ["lint", "--strict", chart, full])).toContain("2 chart(s) linted, 0 chart(s) failed");
  });

  test("renders the objects of the model, but for the namespace, which is there before, and the number of pods, which is the autoscaler's", () => {
    expect(rendered(chart, "api", "specweave")).toEqual(ofModel({ image, increment }, "api-0.1.0"));
  });

  test.each<[string, HelmChartProps]>([
    ["everything is said, with text that wants to be something else", FULL],
    ["the number of pods is fixed", { image, replicas: 4, autoscaling: false }],
    ["memory alone is looked at", { image, autoscaling: { memoryTargetPercent: 75 } }],
  ])("renders the objects of the model where %s", (_, props) => {
    const { name = "api", namespace = "specweave" } = props;
    expect(rendered(write("other", props), name, namespace)).toEqual(ofModel(props, `${name}-0.1.0`));
  });

  test("passes kubeconform -strict, with an ingress and with the test's pod", () => {
    const file = join(cluster.directory, "rendered.yaml");
    writeFileSync(file, template(write("exposed", { image, ingress: { host: "api.example.com", tlsSecret: "api-tls" } }), "api", "specweave"));
    expect(cluster.kubeconform(file)).toEqual({ status: 0, output: "Summary: 7 resources found in 1 file - Valid: 7, Invalid: 0, Errors: 0, Skipped: 0\n" });
  });

  test("has the jobs of the model, which a namespace that takes restricted pods only takes, too", () => {
    const job = { name: "cleanup", command: ["npm", "run", "cleanup"], schedule: "*/30 8-18 * * 1-5", timeZone: "Europe/Paris" };
    const props = { image, environment: { A: "b" }, environmentSecrets: ["database"], jobs: [job, { ...job, name: "report" }] };
    const directory = write("jobs", props);
    expect(cluster.run("helm", ["lint", "--strict", directory])).toContain("1 chart(s) linted, 0 chart(s) failed");
    const [found] = rendered(directory, "api", "specweave").filter(({ kind }) => kind === "CronJob");
    const model = JSON.parse(JSON.stringify(kubernetesCronJob(kubernetesApplication(props), job))) as Json;
    for (const each of [found!, model]) each["spec"].jobTemplate.spec.template.metadata.labels = {};
    expect({ spec: found!["spec"], name: found!["metadata"].name }).toEqual({ spec: model["spec"], name: "cleanup" });
    cluster.run("kubectl", ["apply", "--dry-run=server", "-n", "specweave", "-f", "-"], {}, template(directory, "api", "specweave", "--show-only", "templates/cron-jobs.yaml"));
    expect(() => cluster.run("helm", ["template", "api", directory, "--set-json", 'jobs=[{"name":"x","command":["a; b"],"schedule":"daily","timeZone":"UTC","timeoutSeconds":60}]'])).toThrow(/jobs/);
  });

  test("has a ServiceMonitor where the cluster knows such, and else goes without", () => {
    const monitored = write("monitored", { image, serviceMonitor: { path: "/metrics" } });
    const kinds = (...args: string[]) => documents(template(monitored, "api", "specweave", ...args)).map(({ kind }) => kind);
    expect(kinds()).not.toContain("ServiceMonitor");
    expect(documents(template(monitored, "api", "specweave", ...SERVICE_MONITORS)).find(({ kind }) => kind === "ServiceMonitor")).toMatchObject({
      metadata: { name: "api", namespace: "specweave", labels: { app: "specweave-api" } },
      spec: { selector: { matchLabels: { app: "specweave-api" } }, endpoints: [{ port: "http", path: "/metrics", interval: "30s" }] },
    });
  });

  test.each<[string, readonly string[], string]>([
    ["an unknown value", ["--set", "replicas=3"], "additional properties 'replicas' not allowed"],
    ["a tag that YAML takes for a number", ["--set", "image.tag=1234567"], "got number, want string"],
    ["a quantity that is none", ["--set", "resources.limits.memory=much"], "does not match pattern"],
    ["an autoscaler with nothing to look at", ["--set", "autoscaling.cpuTargetPercent=null"], "at '/autoscaling': 'anyOf' failed"],
    ["an autoscaler whose least is more than its most", ["--set", "autoscaling.minReplicas=11"], "autoscaling.minReplicas is 11 and autoscaling.maxReplicas is 10: the least must not be more than the most. Raise maxReplicas or lower minReplicas."],
    ["an ingress without a host", ["--set", "ingress.enabled=true"], "at '/ingress': 'anyOf' failed"],
  ])("refuses %s", (_, args, message) => {
    expect(cluster.try("helm", ["template", "api", chart, ...args])).toEqual({ status: 1, output: expect.stringContaining(message) });
  });

  test("installs into a namespace that takes restricted pods only, and rolls out", () => {
    const output = helm("install", "--wait", "--timeout", "120s");
    expect(output).toContain("STATUS: deployed");
    expect(output).toContain("api runs registry.example/specweave-api:1.0.0 in namespace specweave.");
    expect(output).not.toMatch(/warning/i);
    expect(cluster.kubectl("rollout", "status", "deployment/api", "-n", "specweave", "--timeout", "120s")).toContain("successfully rolled out");
    expect(cluster.kubectl("get", "hpa", "api", "-n", "specweave", "-o", "jsonpath={.spec.minReplicas} {.spec.maxReplicas}")).toBe("2 10");
  });

  test("upgrades to another image and leaves the number of pods to the autoscaler", () => {
    cluster.kubectl("scale", "deployment/api", "-n", "specweave", "--replicas", "5");
    helm("upgrade", "--wait", "--timeout", "120s", "--set-string", "image.tag=0123456");
    expect(running()).toBe("registry.example/specweave-api:0123456 5");
  });

  test("rolls back to the image before", () => {
    cluster.run("helm", ["rollback", "api", "1", "-n", "specweave", "--wait", "--timeout", "120s"]);
    expect(running()).toBe("registry.example/specweave-api:1.0.0 5");
  });

  test("is tested by a pod that the namespace takes and the Service does not select", async () => {
    const helmTest = spawn("helm", ["test", "api", "-n", "specweave", "--timeout", "120s"], { env: cluster.env });
    const ended = new Promise<number | null>((resolve) => helmTest.on("close", resolve));
    cluster.kubectl("wait", "--for=create", "pod/api-test", "-n", "specweave", "--timeout", "60s");
    const pod = JSON.parse(cluster.kubectl("get", "pod", "api-test", "-n", "specweave", "-o", "json"));
    expect(pod.spec.containers[0].args.at(-1)).toBe("http://api:80/health");
    expect(pod.metadata.labels).not.toHaveProperty("app");
    // Nothing runs on the simulated nodes: the kubelet's part is played here.
    cluster.kubectl("wait", "--for=jsonpath={.status.phase}=Running", "pod/api-test", "-n", "specweave", "--timeout", "60s");
    cluster.kubectl("patch", "pod", "api-test", "-n", "specweave", "--subresource=status", "--type=merge", "-p", '{"status":{"phase":"Succeeded"}}');
    expect(await ended).toBe(0);
  });

  test("takes over objects that were applied as files, without replacing the Deployment", () => {
    cluster.run("helm", ["uninstall", "api", "-n", "specweave", "--wait"]);
    const [, ...objects] = kubernetesObjects(kubernetesApplication({ image, increment }));
    cluster.run("kubectl", ["apply", "-f", "-"], {}, objects.map((object) => yamlDocument(object)).join("---\n"));
    const uid = () => cluster.kubectl("get", "deployment", "api", "-n", "specweave", "-o", "jsonpath={.metadata.uid}");
    const before = uid();
    helm("install", "--wait", "--timeout", "120s", "--take-ownership");
    expect(uid()).toBe(before);
  });

  test("goes on, by server-side apply as Argo CD's, with what another tool made: same pods, same number of them, no roll-out", () => {
    cluster.run("helm", ["uninstall", "api", "-n", "specweave", "--wait"]);
    const [, ...objects] = kubernetesObjects(kubernetesApplication({ image, increment }));
    const terraform = ["--server-side", "--field-manager=Terraform", "-f", "-"];
    cluster.run("kubectl", ["apply", ...terraform], {}, objects.map((object) => yamlDocument(object)).join("---\n"));
    cluster.kubectl("rollout", "status", "deployment/api", "-n", "specweave", "--timeout", "120s");
    cluster.kubectl("scale", "deployment/api", "-n", "specweave", "--replicas", "5");
    const state = () => cluster.kubectl("get", "deployment", "api", "-n", "specweave", "-o", "jsonpath={.metadata.uid} {.spec.replicas} {.metadata.annotations.deployment\\.kubernetes\\.io/revision}");
    const before = state();
    expect(before).toMatch(/ 5 1$/);
    const chartObjects = template(chart, "api", "specweave", "--skip-tests");
    cluster.run("kubectl", ["apply", "--server-side", "--force-conflicts", "--field-manager=argocd-controller", "-f", "-"], {}, chartObjects);
    expect(state()).toBe(before);
    expect(cluster.kubectl("get", "replicasets", "-n", "specweave", "-l", "app=specweave-api", "-o", "name").trim().split("\n")).toHaveLength(1);
  });

  function write(directory: string, props: HelmChartProps): string {
    const root = join(cluster.directory, "charts", directory);
    rmSync(root, { recursive: true, force: true });
    for (const { path, text } of helmChart(props, header)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return root;
  }

  function template(path: string, release: string, namespace: string, ...args: readonly string[]): string {
    return cluster.run("helm", ["template", release, path, "--namespace", namespace, "--kube-version", "1.35", ...args]);
  }

  /** Without the test's pod. */
  function rendered(path: string, release: string, namespace: string): readonly Json[] {
    return byKind(documents(template(path, release, namespace)).filter(({ kind }) => kind !== "Pod"));
  }

  function helm(command: string, ...args: readonly string[]): string {
    return cluster.run("helm", [command, "api", chart, "-n", "specweave", ...args]);
  }

  function running(): string {
    return cluster.kubectl("get", "deployment", "api", "-n", "specweave", "-o", "jsonpath={.spec.template.spec.containers[0].image} {.spec.replicas}");
  }
});

type Json = Record<string, any>;

function documents(text: string): readonly Json[] {
  return yaml()
    .parseAllDocuments(text)
    .map((document) => (document as { toJS(): Json | null }).toJS())
    .filter((document) => document !== null);
}

function byKind(objects: readonly Json[]): readonly Json[] {
  return [...objects].sort((a, b) => (a["kind"] < b["kind"] ? -1 : 1));
}

/** The model's objects as the chart has to render them: managed by Helm, and of which chart. */
function ofModel(props: HelmChartProps, chart: string): readonly Json[] {
  const { namespace: _namespace, ...model } = kubernetesApplication(props);
  const objects = JSON.parse(JSON.stringify(Object.values(model))) as Json[];
  for (const { metadata } of objects) Object.assign(metadata.labels, { "app.kubernetes.io/managed-by": "Helm", "helm.sh/chart": chart });
  const { spec } = objects.find(({ kind }) => kind === "Deployment")!;
  if (model.autoscaler) delete spec.replicas;
  Object.assign(spec.template.metadata.labels, props.podLabels);
  // A map of values has no order: Helm sorts it.
  spec.template.spec.containers[0].env?.sort((a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1));
  return byKind(objects);
}
