import { Testing } from "cdktf";
import { LoadBalancer } from "../../lib/constructs/load-balancer";
import { DEFAULTS, MetricsHost, type MetricsHostProps } from "../../lib/constructs/metrics-host";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

const network = { vpcId: "vpc-1", publicSubnetIds: ["subnet-x", "subnet-y"], privateSubnetIds: ["subnet-a", "subnet-b"] };
const topic = { topicArn: "arn:topic" };

function stackOf(props: Partial<MetricsHostProps> = {}) {
  const stack = emptyStack();
  const asked: unknown[] = [];
  const fleet = { groupName: "shop-prod", allowMetrics: (_: unknown, options: unknown) => void asked.push(options) };
  const host = new MetricsHost(stack, "metrics", { network, fleet, topic, name: "shop-prod", encryptionKey: { keyArn: "arn:key" }, ...props });
  return { stack, asked, host };
}

function synthesized(props: Partial<MetricsHostProps> = {}): Synthesized {
  return new Synthesized(stackOf(props).stack);
}

describe("MetricsHost", () => {
  test("without further props is what its defaults say", () => {
    expect(synthesized().resources("aws_instance")).toEqual(synthesized({ ...DEFAULTS }).resources("aws_instance"));
  });

  test("is a private machine that a newer image does not replace, with one hop to the metadata service", () => {
    expect(synthesized().resource("aws_instance")).toMatchObject({
      instance_type: "t4g.medium",
      subnet_id: "subnet-a",
      metadata_options: { http_tokens: "required", http_put_response_hop_limit: 1 },
      root_block_device: { encrypted: true, kms_key_id: "arn:key" },
      lifecycle: { ignore_changes: ["ami"] },
    });
  });

  test("keeps the metrics on a volume of its own that Terraform does not destroy, at an address that stays", () => {
    const { aws_ebs_volume: volumes } = JSON.parse(Testing.synth(stackOf({ volumeSizeGb: 100 }).stack)).resource;
    expect(volumes.monitoring).toMatchObject({ size: 100, type: "gp3", encrypted: true, kms_key_id: "arn:key", final_snapshot: true, lifecycle: { prevent_destroy: true, ignore_changes: ["availability_zone"] } });
    expect(synthesized().resource("aws_volume_attachment")).toMatchObject({ device_name: "/dev/sdf", stop_instance_before_detaching: true });
  });

  test("listens to nobody", () => {
    expect(synthesized().resources("aws_vpc_security_group_ingress_rule")).toEqual({});
    expect(Object.keys(synthesized().resources("aws_vpc_security_group_egress_rule"))).toEqual(["metrics/security-group/to-internet-443"]);
  });

  test("asks the fleet for its metrics, those of the application only where there are any", () => {
    expect(stackOf().asked).toEqual([{ nodeExporter: true, application: true }]);
    expect(stackOf({ watch: { metricsPath: false } }).asked).toEqual([{ nodeExporter: true, application: false }]);
  });

  test("finds instances by the least that IAM can say", () => {
    const find = synthesized().statements("metrics/permissions-document").filter(({ resources }) => resources.includes("*"));
    expect(find).toEqual([
      expect.objectContaining({ actions: ["ec2:DescribeInstances"] }),
      expect.objectContaining({ actions: ["cloudwatch:PutMetricData"], condition: [expect.objectContaining({ values: ["shop-prod-monitoring"] })] }),
    ]);
  });

  test("has Grafana's password in a secret alone: not in user data, not in a file, not in the state", () => {
    const text = Testing.synth(stackOf().stack);
    expect(JSON.parse(text).resource.aws_secretsmanager_secret_version).toMatchObject({
      [Object.keys(JSON.parse(text).resource.aws_secretsmanager_secret_version)[0]!]: { secret_string_wo: expect.stringMatching(/^\$\{ephemeral\.random_password\./), secret_string_wo_version: 1 },
    });
    expect(text.match(/ephemeral\.random_password/g)).toHaveLength(1);
  });

  test("has its files in S3, encrypted by the key, as they are rendered", () => {
    const objects = Object.values(synthesized().resources("aws_s3_object"));
    expect(objects.map(({ key }) => key)).toContain("prometheus/rules/phaseline.yaml");
    for (const object of objects) expect(object).toMatchObject({ kms_key_id: "arn:key", content: expect.stringMatching(/^\$\{"/) });
  });

  test("lets people in by the load balancer only under a name, by HTTPS", () => {
    const stack = emptyStack();
    const loadBalancer = new LoadBalancer(stack, "lb", { network, endpoint: { kind: "certificate", certificateArn: "arn:certificate" }, name: "shop" });
    new MetricsHost(stack, "metrics", {
      network,
      fleet: { groupName: "shop", allowMetrics: () => {} },
      topic,
      name: "shop",
      grafana: { kind: "load-balancer", loadBalancer, hostName: "grafana.example.com", allowedCidrs: ["203.0.113.0/24"] },
    });
    const of = new Synthesized(stack);
    expect(Object.keys(of.resources("aws_vpc_security_group_ingress_rule")).filter((path) => path.startsWith("metrics/"))).toEqual(["metrics/security-group/from-shop-load-balancer-3000"]);
    expect(Object.values(of.resources("aws_s3_object")).find(({ key }) => key === "compose.yaml")!["content"]).toContain("GF_SERVER_ROOT_URL: https://grafana.example.com");
  });

  test("is watched itself", () => {
    const alarms = synthesized().resources("aws_cloudwatch_metric_alarm");
    expect(alarms["metrics/status-alarm/alarm"]).toMatchObject({ metric_name: "StatusCheckFailed", treat_missing_data: "breaching" });
    expect(alarms["metrics/disk-alarm/alarm"]).toMatchObject({ metric_name: "disk_used_percent", dimensions: { path: "/data", fstype: "xfs" } });
  });

  test.each<[string, Partial<MetricsHostProps>, string]>([
    ["there is no way out", { network: { ...network, natGateways: "none" } }, 'stack/metrics: the private subnets of the network have no way out (natGateways is "none"), and a first boot gets Docker and images from there.\n    → Give the network natGateways "one" or "per-az".'],
    ["its files cannot be made", { retentionDays: 1 }, "stack/metrics: its configuration cannot be made.\n    → metricsCompose: 1 value cannot be used.\n  - retentionDays is 1: it must be a whole number from 4 to 3650, since alerts look back three days. Choose one."],
  ])("throws when %s", (_, props, message) => {
    expect(errorOf(() => stackOf(props)).message).toBe(message);
  });
});
