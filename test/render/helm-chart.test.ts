import { DEFAULTS, helmChart, INGRESS_DEFAULTS, SERVICE_MONITOR_DEFAULTS, type HelmChartProps } from "../../lib/render/helm-chart";
import { kubernetesApplication } from "../../lib/render/kubernetes-application";
import { parseYaml } from "../../lib/render/yaml";
import { documentedDefaults } from "../support/documented-defaults";

const header = { source: ".specweave/increments/0012-production-infrastructure/spec.md (AC-US1-01)", regenerate: "npm run synth" };
const image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/specweave-api:1.0.0";
const files = (props: Partial<HelmChartProps> = {}) => Object.fromEntries(helmChart({ image, ...props }, header).map(({ path, text }) => [path, text]));
const values = (props?: Partial<HelmChartProps>) => parseYaml(files(props)["values.yaml"]!) as any;

/** Values that want to be something else. */
const HOSTILE = ["{{ .Release.Name }}", "{{- fail \"x\" }}", "${file(\"/etc/passwd\")}", "a: b\n- &c *d", "'; rm -rf / #", "yes", "0x10", "\u202e", "<&>"];

describe("helmChart", () => {
  test("is a chart that Helm and Argo CD know the place of every file of", () => {
    expect(Object.keys(files())).toEqual([
      "Chart.yaml",
      "values.yaml",
      "values.schema.json",
      ".helmignore",
      "templates/_helpers.tpl",
      "templates/service-account.yaml",
      "templates/deployment.yaml",
      "templates/service.yaml",
      "templates/horizontal-pod-autoscaler.yaml",
      "templates/pod-disruption-budget.yaml",
      "templates/ingress.yaml",
      "templates/service-monitor.yaml",
      "templates/tests/connection.yaml",
      "templates/NOTES.txt",
    ]);
    expect(parseYaml(files({ chartVersion: "2.0.0-rc.1" })["Chart.yaml"]!)).toEqual({
      apiVersion: "v2",
      name: "api",
      description: "api on Kubernetes: Deployment, Service, autoscaler, disruption budget",
      type: "application",
      version: "2.0.0-rc.1",
      appVersion: "1.0.0",
    });
  });

  test("by default has the seed's values, which are the model's", () => {
    const [container] = kubernetesApplication({ image }).deployment.spec.template.spec.containers;
    expect(values()).toMatchObject({
      app: "specweave-api",
      partOf: "specweave",
      image: { repository: "123456789012.dkr.ecr.us-east-1.amazonaws.com/specweave-api", tag: "1.0.0", digest: "", pullPolicy: "IfNotPresent" },
      replicaCount: 3,
      autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 10, cpuTargetPercent: 70 },
      containerPort: 3000,
      service: { port: 80 },
      resources: { requests: { cpu: "100m", memory: "256Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
      probes: { liveness: { path: "/health", initialDelaySeconds: 30, periodSeconds: 10 } },
      ingress: { enabled: false },
      serviceMonitor: { enabled: false },
    });
    expect(values().probes.startup).toEqual({ path: container.startupProbe.httpGet.path, periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 30 });
  });

  test("takes an image by tag, by digest or by both, from any registry", () => {
    const digest = `sha256:${"0".repeat(64)}`;
    const parts = (given: string) => Object.values(values({ image: given }).image).slice(0, 3);
    expect(parts("api:20240101")).toEqual(["api", "20240101", ""]);
    expect(parts("localhost:5000/team/api:1")).toEqual(["localhost:5000/team/api", "1", ""]);
    expect(parts(`registry.example/api@${digest}`)).toEqual(["registry.example/api", "", digest]);
    expect(parts(`registry.example/api:1@${digest}`)).toEqual(["registry.example/api", "1", digest]);
  });

  test("has as many pods as were asked for where there is no autoscaler", () => {
    expect(values({ replicas: 4, autoscaling: false })).toMatchObject({ replicaCount: 4, autoscaling: { enabled: false } });
  });

  test("asks for a public load balancer with TLS alone when it is to be reached by a name", () => {
    expect(values({ ingress: { host: "api.example.com" }, readinessPath: "/ready" }).ingress).toEqual({
      enabled: true,
      className: "alb",
      host: "api.example.com",
      path: "/",
      annotations: {
        "alb.ingress.kubernetes.io/scheme": "internet-facing",
        "alb.ingress.kubernetes.io/target-type": "ip",
        "alb.ingress.kubernetes.io/listen-ports": '[{"HTTP":80},{"HTTPS":443}]',
        "alb.ingress.kubernetes.io/ssl-redirect": "443",
        "alb.ingress.kubernetes.io/ssl-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
        "alb.ingress.kubernetes.io/healthcheck-path": "/ready",
        "alb.ingress.kubernetes.io/load-balancer-attributes": "routing.http.drop_invalid_header_fields.enabled=true",
      },
      tlsSecret: "",
    });
    expect(values({ ingress: { host: "api.example.com", className: "nginx", tlsSecret: "api-tls" } }).ingress).toMatchObject({ annotations: {}, tlsSecret: "api-tls" });
  });

  test("names source and command in every file, and in a template as a comment that the engine does not read", () => {
    const written = helmChart({ image }, { source: "increments/{{ .Values }}/{{{ spec.md\n{{ fail }}", regenerate: "npm run synth" });
    for (const { path, text } of written) {
      if (path === ".helmignore" || path.endsWith("NOTES.txt")) continue;
      expect(text).toContain("increments/");
      if (path.startsWith("templates/")) expect(/^# Generated.*/m.exec(text)?.[0]).toBe("# Generated from increments/{ { .Values }}/{ { { spec.md { { fail }}.");
    }
  });

  test("keeps text from elsewhere in the values, as data: no template contains any", () => {
    const plain = files();
    for (const text of HOSTILE) {
      const hostile = files({ environment: { TEXT: text }, annotations: { note: text } });
      expect(parseYaml(hostile["values.yaml"]!)).toMatchObject({ environment: { TEXT: text }, commonAnnotations: { note: text } });
      for (const [path, template] of Object.entries(plain)) if (path !== "values.yaml") expect(hostile[path]).toBe(template);
    }
  });

  test("has jobs, their values and their schema only where there are any", () => {
    expect(Object.keys(values())).not.toContain("jobs");
    const jobs = [{ name: "cleanup", command: ["npm", "run", "cleanup"], schedule: "0 2 * * *" }];
    expect(values({ jobs }).jobs).toEqual([{ ...jobs[0], timeZone: "Etc/UTC", timeoutSeconds: 3600 }]);
    expect(Object.keys(files({ jobs }))).toContain("templates/cron-jobs.yaml");
    expect(JSON.parse(files({ jobs })["values.schema.json"]!).properties.jobs.items.required).toEqual(["name", "command", "schedule", "timeZone", "timeoutSeconds"]);
    expect(() => files({ jobs: [{ ...jobs[0]!, command: ["{{ fail }}"] }] })).toThrow('command has the word "{{ fail }}"');
  });

  test("has a schema that names every value and knows no other", () => {
    const schema = JSON.parse(files()["values.schema.json"]!);
    const compare = (at: any, value: any, path: string) => {
      if (at.additionalProperties !== false) return;
      for (const key of Object.keys(value)) expect([path, key, Object.keys(at.properties).includes(key)]).toEqual([path, key, true]);
      for (const key of at.required) expect([path, key, key in value]).toEqual([path, key, true]);
      for (const [key, member] of Object.entries<any>(at.properties)) if (value[key] !== undefined) compare(member, value[key], `${path}.${key}`);
    };
    compare(schema, values(), "values");
    expect(schema.$schema).toBe("http://json-schema.org/draft-07/schema#");
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() =>
      helmChart(
        {
          image: "${aws_ecr_repository.api.repository_url}:1",
          chartVersion: "1",
          testImage: "busy box",
          ingress: { host: "https://api.example.com", className: "{{", path: "api", tlsSecret: "a/b", annotations: { "a b": "" } },
          serviceMonitor: { path: "metrics", intervalSeconds: 0 },
        },
        header,
      ),
    ).toThrow(
      new Error(
        [
          "helmChart: 10 values cannot be used.",
          '  - image is "${aws_ecr_repository.api.repository_url}:1": a chart needs the name of an image with its tag or digest, and no Terraform reference. Give one such as registry.example/api:1.0.0.',
          '  - chartVersion is "1": it must be a version such as 1.2.3. Correct it.',
          '  - testImage is "busy box": it must be the name of an image. Give one such as docker.io/library/busybox:1.37.0.',
          '  - ingress.host is "https://api.example.com": it must be a host name such as api.example.com. Correct it.',
          '  - ingress.className is "{{": it must be the name of an IngressClass such as alb. Correct it.',
          '  - ingress.path is "api": it must be an HTTP path that begins with a slash. Correct it.',
          '  - ingress.tlsSecret is "a/b": it must be the name of a Secret. Correct it.',
          '  - ingress.annotations is "a b": it must be the name of an annotation. Correct it.',
          '  - serviceMonitor.path is "metrics": it must be an HTTP path that begins with a slash. Correct it.',
          "  - serviceMonitor.intervalSeconds is 0: it must be a whole number from 1 to 3600. Choose one.",
        ].join("\n"),
      ),
    );
  });

  test("throws as the model does when it is the model's values", () => {
    expect(() => helmChart({ image, port: 0 }, header)).toThrow(
      new Error("kubernetesApplication: 1 value cannot be used.\n  - port is 0: it must be a whole number from 1 to 65535. Choose one."),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/helm-chart.ts", "HelmChartProps")).toEqual(DEFAULTS);
    expect(documentedDefaults("lib/render/helm-chart.ts", "IngressProps")).toEqual(INGRESS_DEFAULTS);
    expect(documentedDefaults("lib/render/helm-chart.ts", "ServiceMonitorProps")).toEqual(SERVICE_MONITOR_DEFAULTS);
  });
});
