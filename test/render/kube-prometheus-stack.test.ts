import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applicationDashboard, APPLICATION_DEFAULTS, DEFAULTS, kubePrometheusStackValues } from "../../lib/render/kube-prometheus-stack";

const names = { storageClass: "gp3-encrypted", grafanaSecret: "grafana-admin" };
const api = { name: "api", namespace: "specweave", app: "specweave-api" };
const values = (props: Parameters<typeof kubePrometheusStackValues>[0] = {}) => kubePrometheusStackValues(props, names) as any;

describe("kubePrometheusStackValues", () => {
  test("scrapes the application through the chart, whose definitions are not there at the first plan", () => {
    expect(values({ applications: [api] }).prometheus.additionalServiceMonitors).toEqual([
      {
        name: "specweave-api",
        namespaceSelector: { matchNames: ["specweave"] },
        selector: { matchLabels: { app: "specweave-api", "app.kubernetes.io/name": "api" } },
        endpoints: [{ port: "http", path: "/metrics", interval: "30s" }],
      },
    ]);
  });

  test("watches errors, latency, restarts, the autoscaler's limit and whether anything serves at all", () => {
    const [group] = values({ applications: [api] }).additionalPrometheusRulesMap["specweave-api"].groups;
    expect(group.rules.map(({ alert, for: time, labels }: any) => [alert, time, labels.severity])).toEqual([
      ["ApplicationUnavailable", "2m", "critical"],
      ["ApplicationErrorRateHigh", "10m", "critical"],
      ["ApplicationLatencyHigh", "10m", "warning"],
      ["ApplicationPodRestarting", "5m", "warning"],
      ["ApplicationAtMaximumReplicas", "15m", "warning"],
    ]);
    expect(group.rules[2].expr).toBe(
      'histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{namespace="specweave",service="api"}[5m]))) > 0.5',
    );
  });

  test("turns off what EKS keeps to itself", () => {
    const { kubeControllerManager, kubeScheduler, kubeEtcd, kubeProxy, defaultRules } = values();
    expect([kubeControllerManager, kubeScheduler, kubeEtcd, kubeProxy].map(({ enabled }) => enabled)).toEqual([false, false, false, false]);
    expect(defaultRules.rules).toMatchObject({ etcd: false, kubeControllerManager: false, kubeSchedulerAlerting: false, kubeProxy: false });
  });

  test("keeps metrics on an encrypted volume and fills at most 85 % of it", () => {
    const { prometheusSpec } = values({ retentionDays: 30, storageGb: 100 }).prometheus;
    expect(prometheusSpec).toMatchObject({ retention: "30d", retentionSize: "87040MiB" });
    expect(prometheusSpec.storageSpec.volumeClaimTemplate.spec).toEqual({
      storageClassName: "gp3-encrypted",
      accessModes: ["ReadWriteOnce"],
      resources: { requests: { storage: "100Gi" } },
    });
  });

  test("takes Grafana's admin password from the Secret", () => {
    expect(values().grafana.admin).toEqual({ existingSecret: "grafana-admin", userKey: "admin-user", passwordKey: "admin-password" });
  });

  test("gives Grafana a volume, which one pod at a time can hold, only where it is asked for", () => {
    expect(values().grafana).toMatchObject({ persistence: { enabled: false } });
    expect(values({ grafana: { storageGb: 10 } }).grafana).toMatchObject({
      persistence: { enabled: true, storageClassName: "gp3-encrypted", size: "10Gi" },
      deploymentStrategy: { type: "Recreate" },
    });
  });

  test("has no Grafana where it is turned off", () => {
    expect(values({ grafana: false }).grafana).toEqual({ enabled: false });
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() =>
      values({
        storageGb: 1.5,
        grafana: { storageGb: 0 },
        applications: [{ ...api, metricsPath: "metrics", statusLabel: 'code="' }, { ...api, errorRatePercent: 100 }],
      }),
    ).toThrow(
      new Error(
        [
          "kubePrometheusStack: 6 values cannot be used.",
          "  - storageGb is 1.5: it must be a whole number from 5 to 16384. Choose one.",
          "  - grafana.storageGb is 0: it must be a whole number from 1 to 16384. Choose one.",
          '  - applications[0].metricsPath is "metrics": it must be an HTTP path that begins with a slash. Correct it.',
          '  - applications[0].statusLabel is "code=\\"": it must be the name of a Prometheus label. Correct it.',
          "  - applications[1].errorRatePercent is 100: it must be more than 0 and less than 100. Choose another.",
          '  - applications has "specweave-api" twice: each must have an app label of its own. Remove or rename one.',
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    const source = readFileSync(join(__dirname, "../../lib/render/kube-prometheus-stack.ts"), "utf8");
    for (const [name, value] of Object.entries({ ...DEFAULTS, ...APPLICATION_DEFAULTS })) {
      expect(source).toContain(`@default ${JSON.stringify(value)} */\n  readonly ${name}?`);
    }
  });
});

describe("applicationDashboard", () => {
  test("draws what the alerts watch, each panel with its unit", () => {
    const { title, panels } = applicationDashboard(api) as any;
    expect(title).toBe("specweave-api");
    expect(panels.map((panel: any) => [panel.title, panel.fieldConfig.defaults.unit])).toEqual([
      ["Requests per second", "reqps"],
      ["Share of errors", "percentunit"],
      ["Duration", "s"],
      ["Pods", "short"],
      ["CPU", "short"],
      ["Memory", "bytes"],
      ["Restarts within 15 minutes", "short"],
    ]);
  });
});
