import { alertmanagerConfig, applicationDashboard, BURN_RATES, DEFAULTS, hostsDashboard, monitoringFiles, prometheusConfig, prometheusRules } from "../../lib/render/prometheus";
import { parseYaml } from "../../lib/render/yaml";

const props = { environment: "shop-prod", autoScalingGroupName: "shop-prod" };
const header = { source: "spec.md", regenerate: "npm run synth" };

interface Rule {
  readonly alert?: string;
  readonly record?: string;
  readonly expr: string;
}

function rules(of: object): Rule[] {
  return (of as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
}

describe("prometheusConfig", () => {
  test("without props is what its defaults say", () => {
    expect(prometheusConfig(props)).toEqual(prometheusConfig({ ...DEFAULTS, ...props }));
  });

  test("finds running instances of the group by the tag that AWS puts on them, once for the machine and once for the application", () => {
    const { scrape_configs: jobs } = prometheusConfig({ ...props, application: "shop", applicationPort: 8080, metricsPath: "/internal/metrics" }) as { scrape_configs: any[] };
    const filters = [
      { name: "tag:aws:autoscaling:groupName", values: ["shop-prod"] },
      { name: "instance-state-name", values: ["running"] },
    ];
    expect(jobs.find(({ job_name }) => job_name === "node").ec2_sd_configs).toEqual([{ region: "REGION_OF_THIS_HOST", port: 9100, refresh_interval: "60s", filters }]);
    expect(jobs.find(({ job_name }) => job_name === "shop")).toMatchObject({ metrics_path: "/internal/metrics", ec2_sd_configs: [{ port: 8080, filters }] });
  });

  test("does not look for metrics of an application that has none", () => {
    const files = monitoringFiles({ ...props, metricsPath: false }, header);
    expect(JSON.stringify(prometheusConfig({ ...props, metricsPath: false }))).not.toContain('"api"');
    expect(rules(prometheusRules({ ...props, metricsPath: false })).map(({ alert }) => alert)).not.toContain("ApplicationDown");
    expect(files.map(({ path }) => path)).not.toContain("grafana/dashboards/application.json");
  });

  test("tells all that cannot be used at once", () => {
    expect(() =>
      prometheusConfig({ environment: 'a"', autoScalingGroupName: "x y", application: "node", metricsPath: "metrics", durationMetric: "a{b}", statusLabel: "1", availabilityPercent: 94 }),
    ).toThrow(
      new Error(`prometheus: 7 values cannot be used.
  - environment is "a\\"": it must be 1 to 63 letters, digits, hyphens, dots and underscores. Correct it.
  - autoScalingGroupName is "x y": it must be 1 to 255 letters, digits, hyphens, dots and underscores. Correct it.
  - application is "node": that is the name of another job. Rename it.
  - metricsPath is "metrics": it must be an HTTP path that begins with a slash, or false. Correct it.
  - durationMetric is "a{b}": it must be the name of a Prometheus metric. Correct it.
  - statusLabel is "1": it must be the name of a Prometheus label. Correct it.
  - availabilityPercent is 94: it must be from 95 to less than 100, or the fastest burn could not be seen. Choose another.`),
    );
  });
});

describe("prometheusRules", () => {
  test("alert when the error budget of the objective burns, over a long and a short window", () => {
    const burn = rules(prometheusRules(props)).filter(({ alert }) => alert?.startsWith("ErrorBudgetBurn"));
    expect(burn.map(({ expr }) => expr)).toEqual([
      "job:http_errors:ratio_rate1h > 0.072 and job:http_errors:ratio_rate5m > 0.072",
      "job:http_errors:ratio_rate6h > 0.03 and job:http_errors:ratio_rate30m > 0.03",
      "job:http_errors:ratio_rate3d > 0.005 and job:http_errors:ratio_rate6h > 0.005",
    ]);
  });

  test("work out every window that an alert or a dashboard asks for", () => {
    const recorded = rules(prometheusRules(props)).flatMap(({ record }) => record ?? []);
    const asked = [...JSON.stringify([prometheusRules(props), applicationDashboard(props)]).matchAll(/job:http_errors:ratio_rate\w+/g)].map(([name]) => name);
    expect(new Set(asked)).toEqual(new Set(recorded));
    expect(recorded).toHaveLength(new Set(BURN_RATES.flatMap(({ long, short }) => [long, short])).size);
  });

  test("have a summary and a description each, under names that occur once", () => {
    const alerts = rules(prometheusRules(props)).filter(({ alert }) => alert);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const alert of alerts) expect(alert).toMatchObject({ annotations: { summary: expect.any(String), description: expect.any(String) } });
  });
});

describe("the other files", () => {
  test("hold placeholders for what only the host knows, and no address", () => {
    expect(alertmanagerConfig()).toMatchObject({ receivers: [{ sns_configs: [{ topic_arn: "TOPIC_ARN_OF_THIS_HOST", sigv4: { region: "REGION_OF_THIS_HOST" } }] }] });
    expect(JSON.stringify(monitoringFiles(props, header))).not.toMatch(/\barn:|\b10\.\d+\.\d+\.\d+/);
  });

  test("are YAML and JSON that parse", () => {
    for (const { path, text } of monitoringFiles(props, header)) expect(path.endsWith(".json") ? JSON.parse(text) : parseYaml(text)).toEqual(expect.any(Object));
  });

  test.each([["application", applicationDashboard(props)], ["hosts", hostsDashboard()]])("dashboard %s has a title and a query in every panel, none over another", (_, dashboard) => {
    const { panels } = dashboard as { panels: any[] };
    expect(new Set(panels.map(({ gridPos: { x, y } }) => `${x} ${y}`)).size).toBe(panels.length);
    for (const panel of panels) {
      expect(panel.title).toMatch(/\w/);
      expect(panel.targets.length).toBeGreaterThan(0);
    }
  });
});
