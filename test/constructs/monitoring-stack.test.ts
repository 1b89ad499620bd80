import { TerraformStack, Testing } from "cdktf";
import { MonitoringStack, type MonitoringStackProps } from "../../lib/constructs/monitoring-stack";

const api = { name: "api", namespace: "specweave", app: "specweave-api" };

function synth(props: MonitoringStackProps = { applications: [api] }) {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  const monitoring = new MonitoringStack(stack, "monitoring", props);
  return { monitoring, json: JSON.parse(Testing.synth(stack)), hcl: Testing.synthHcl(stack) };
}

function only<T>(named: Record<string, T>): T {
  expect(Object.keys(named)).toHaveLength(1);
  return Object.values(named)[0] as T;
}

describe("MonitoringStack", () => {
  test("installs the pinned chart into its own namespace, whole or not at all", () => {
    const release = only<any>(synth().json.resource.helm_release);
    expect(release).toMatchObject({
      name: "kube-prometheus-stack",
      namespace: "monitoring",
      repository: "https://prometheus-community.github.io/helm-charts",
      chart: "kube-prometheus-stack",
      version: "88.5.3",
      atomic: true,
      wait: true,
      timeout: 900,
    });
  });

  test("keeps Grafana's password out of plan and state: it goes into a write-only argument", () => {
    const { resource, ephemeral } = synth().json;
    const name = "monitoring_grafana-password_EC7A8868";
    expect(Object.keys(ephemeral.random_password)).toEqual([name]);
    expect(only<any>(resource.kubernetes_secret_v1)).toMatchObject({
      metadata: { name: "grafana-admin", namespace: "monitoring" },
      data_wo: { "admin-user": "admin", "admin-password": `\${ephemeral.random_password.${name}.result}` },
      data_wo_revision: 1,
    });
    expect(only<any>(resource.kubernetes_secret_v1).data).toBeUndefined();
  });

  test("writes another password when its version is raised", () => {
    expect(only<any>(synth({ adminPasswordVersion: 2 }).json.resource.kubernetes_secret_v1).data_wo_revision).toBe(2);
  });

  test("provisions the application's dashboard where Grafana looks for it", () => {
    const dashboard = only<any>(synth().json.resource.kubernetes_config_map_v1);
    expect(dashboard.metadata).toMatchObject({ name: "dashboard-specweave-api", namespace: "monitoring", labels: { grafana_dashboard: "1" } });
    expect(dashboard.data["specweave-api.json"]).toMatch(/^\$\{jsonencode\(\{"uid" = "specweave-api", /);
  });

  test("makes an encrypted storage class, or uses the one it is given", () => {
    expect(only<any>(synth().json.resource.kubernetes_storage_class_v1)).toMatchObject({
      metadata: { name: "gp3-encrypted" },
      storage_provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true" },
      volume_binding_mode: "WaitForFirstConsumer",
    });
    const { monitoring, json } = synth({ storageClassName: "mine" });
    expect(json.resource.kubernetes_storage_class_v1).toBeUndefined();
    expect(JSON.stringify(monitoring.values)).toContain('"storageClassName":"mine"');
  });

  test("without Grafana has neither password nor dashboards", () => {
    const { json, hcl } = synth({ applications: [api], grafana: false });
    expect(Object.keys(json.resource).sort()).toEqual(["helm_release", "kubernetes_namespace_v1", "kubernetes_storage_class_v1"]);
    expect(json.ephemeral).toBeUndefined();
    expect(hcl).not.toContain("ephemeral");
  });

  test("gives the chart the same values in JSON and in HCL, quotes and braces within them included", () => {
    const { json, hcl } = synth();
    const [values] = only<any>(json.resource.helm_release).values;
    expect(values).toContain('"summary" = "api in specweave has no pod that can serve"');
    expect(values).toContain('{namespace=\\"specweave\\",service=\\"api\\"}');
    expect(hcl).toContain(`"${values}"`);
  });

  test("waits for its namespace, storage class and secret", () => {
    expect(only<any>(synth().json.resource.helm_release).depends_on).toEqual([
      "kubernetes_namespace_v1.monitoring_namespace_64E21CF9",
      "kubernetes_storage_class_v1.monitoring_storage-class_663779E2",
      "kubernetes_secret_v1.monitoring_grafana-secret_C0A77839",
    ]);
  });
});
