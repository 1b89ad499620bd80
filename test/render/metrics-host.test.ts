import { DEFAULTS, IMAGES, metricsCompose, metricsHostFiles, metricsUserData, nodeExporterCompose } from "../../lib/render/metrics-host";
import { USER_DATA_MAX_BYTES } from "../../lib/render/docker-host";

const userData = { settingsParameter: "/shop/monitoring", logGroup: "/shop/monitoring", namespace: "shop-monitoring" };

describe("metricsCompose", () => {
  test("without props is what its defaults say", () => {
    expect(metricsCompose()).toEqual(metricsCompose(DEFAULTS));
  });

  test("listens on loopback alone", () => {
    const { services } = metricsCompose();
    expect(services["prometheus"]!.command).toContain("--web.listen-address=127.0.0.1:9090");
    expect(services["alertmanager"]!.command).toContain("--web.listen-address=127.0.0.1:9093");
    expect(services["node-exporter"]!.command).toContain("--web.listen-address=127.0.0.1:9100");
    expect(services["grafana"]!.environment).toMatchObject({ GF_SERVER_HTTP_ADDR: "127.0.0.1" });
  });

  test("lets a load balancer reach Grafana, and nothing else, where it has a name", () => {
    const { services } = metricsCompose({ rootUrl: "https://grafana.example.com" });
    expect(services["grafana"]!.environment).toMatchObject({ GF_SERVER_HTTP_ADDR: "0.0.0.0", GF_SERVER_ROOT_URL: "https://grafana.example.com", GF_SECURITY_COOKIE_SECURE: "true" });
    expect(services["prometheus"]).toEqual(metricsCompose().services["prometheus"]);
  });

  test("lets nobody into Grafana without a password, which is in a file and in no variable", () => {
    const { environment } = metricsCompose().services["grafana"]!;
    expect(environment).toMatchObject({ GF_AUTH_ANONYMOUS_ENABLED: "false", GF_USERS_ALLOW_SIGN_UP: "false", GF_SECURITY_ADMIN_PASSWORD__FILE: "/run/secrets/grafana-admin-password" });
    expect(Object.keys(environment!)).not.toContain("GF_SECURITY_ADMIN_PASSWORD");
  });

  test("keeps metrics within the volume and the time", () => {
    expect(metricsCompose({ retentionDays: 7, volumeSizeGb: 100 }).services["prometheus"]!.command).toEqual(
      expect.arrayContaining(["--storage.tsdb.retention.time=7d", "--storage.tsdb.retention.size=81920MB"]),
    );
  });

  test("pins every image to a version", () => {
    for (const image of Object.values(IMAGES)) expect(image).toMatch(/^[a-z.]+\/[a-z/-]+:v?\d+\.\d+\.\d+$/);
  });

  test("gives up every capability in every container", () => {
    for (const service of [...Object.values(metricsCompose().services), ...Object.values(nodeExporterCompose().services)]) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
    }
  });

  test("tells all that cannot be used at once", () => {
    expect(() => metricsCompose({ retentionDays: 3, volumeSizeGb: 9, rootUrl: "http://grafana.example.com" })).toThrow(
      new Error(`metricsCompose: 3 values cannot be used.
  - retentionDays is 3: it must be a whole number from 4 to 3650, since alerts look back three days. Choose one.
  - volumeSizeGb is 9: it must be a whole number from 10 to 16384. Choose one.
  - rootUrl is "http://grafana.example.com": it must be an https URL without a path. Write it as in https://grafana.example.com.`),
    );
  });
});

describe("metricsUserData", () => {
  test("formats the volume only when nothing at all is on it, and never by force", () => {
    const script = metricsUserData(userData);
    expect(script).toContain('blkid --probe "$device" || status=$?');
    expect(script).toContain('if ((status == 2)); then mkfs.xfs -L monitoring "$device"; fi');
    expect(script).not.toMatch(/mkfs\S* .*-f\b/);
  });

  test("does not run the monitoring without its volume", () => {
    expect(metricsUserData(userData)).toContain("ConditionPathIsMountPoint=/data");
  });

  test("is within what EC2 takes, and holds no secret", () => {
    const script = metricsUserData(userData);
    expect(Buffer.byteLength(script)).toBeLessThan(USER_DATA_MAX_BYTES);
    expect(script).not.toMatch(/arn:aws/);
  });

  test("tells what cannot stand in a script", () => {
    expect(() => metricsUserData({ ...userData, settingsParameter: "/a;reboot", namespace: "a b" })).toThrow(
      new Error(`metricsUserData: 2 values cannot be used.
  - settingsParameter is "/a;reboot": it must be the path of an SSM parameter such as /specweave/monitoring. Correct it.
  - namespace is "a b": it must be a CloudWatch namespace of letters, digits and ./_-. Correct it.`),
    );
  });
});

describe("metricsHostFiles", () => {
  test("are those of Compose, Prometheus, Alertmanager and Grafana", () => {
    const files = metricsHostFiles({ compose: {}, prometheus: { environment: "shop", autoScalingGroupName: "shop" } }, { source: "a", regenerate: "b" });
    expect(files.map(({ path }) => path)).toEqual([
      "compose.yaml",
      "prometheus/prometheus.yml",
      "prometheus/rules/phaseline.yaml",
      "alertmanager/alertmanager.yml",
      "grafana/provisioning/datasources/prometheus.yaml",
      "grafana/provisioning/dashboards/phaseline.yaml",
      "grafana/dashboards/application.json",
      "grafana/dashboards/hosts.json",
    ]);
  });
});
