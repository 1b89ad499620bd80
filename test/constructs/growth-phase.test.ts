import { Testing } from "cdktf";
import { GrowthPhase, type GrowthPhaseProps } from "../../lib/constructs/growth-phase";
import { MvpPhase } from "../../lib/constructs/mvp-phase";
import { parseYaml } from "../../lib/render/yaml";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

const header = { source: "spec.md", regenerate: "npm run synth" };
const domain = { kind: "domain", domainName: "api.example.com", hostedZoneId: "Z1" } as const;

function phase(props: Partial<GrowthPhaseProps> = {}) {
  const stack = emptyStack();
  return { stack, growth: new GrowthPhase(stack, "shop", { name: "shop-prod", endpoint: domain, pipeline: { repository: "example/shop" }, ...props }) };
}

function addresses(stack: ReturnType<typeof emptyStack>): Set<string> {
  const { resource } = JSON.parse(Testing.synth(stack)) as { resource: Record<string, Record<string, unknown>> };
  return new Set(Object.entries(resource).flatMap(([type, named]) => Object.keys(named).map((name) => `${type}.${name}`)));
}

describe("GrowthPhase", () => {
  test("is three servers behind a load balancer, a database with standby and replica, and monitoring", () => {
    const stack = new Synthesized(phase().stack);
    expect(stack.resource("aws_autoscaling_group")).toMatchObject({ min_size: 2, desired_capacity: 3, max_size: 6 });
    expect(stack.resource("aws_lb").name).toBe("shop-prod");
    expect(Object.values(stack.resources("aws_db_instance")).map(({ multi_az }) => multi_az)).toEqual([true, false]);
    expect(stack.resource("aws_instance").instance_type).toBe("t4g.medium");
    expect(Object.keys(stack.resources("aws_nat_gateway"))).toHaveLength(1);
  });

  test("stands in the place of an MVP without moving what it shares with it", () => {
    const mvp = emptyStack();
    new MvpPhase(mvp, "shop", { name: "shop-prod", application: { repository: "example/shop" }, domain: { domainName: "api.example.com", zoneId: "Z1" } });
    const after = addresses(phase().stack);
    const gone = [...addresses(mvp)].filter((address) => !after.has(address));
    const kept = [...addresses(mvp)].filter((address) => after.has(address));
    expect(kept).toEqual(expect.arrayContaining(["aws_kms_key.data", "aws_db_instance.database", "aws_db_subnet_group.database", "aws_route53_record.domain", "aws_secretsmanager_secret.database-settings"]));
    // What is gone is the server's own, and what watched it.
    expect(gone.filter((address) => !/\.(server|shop_(server|monitoring)_)|_from-shop-prod-server-5432_/.test(address))).toEqual([]);
  });

  test("tells the world nothing of its metrics, and its monitoring everything", () => {
    const stack = new Synthesized(phase().stack);
    expect(stack.resource("aws_lb_listener_rule").condition).toEqual([{ path_pattern: { values: ["/metrics", "/metrics/*"] } }]);
    expect(Object.keys(stack.resources("aws_vpc_security_group_ingress_rule"))).toEqual(expect.arrayContaining(["shop/fleet/security-group/from-shop-prod-monitoring-9100", "shop/fleet/security-group/from-shop-prod-monitoring-3000"]));
  });

  test("gives monitoring and alarms one objective", () => {
    const stack = new Synthesized(phase({ availability: { objectivePercent: 99.9 } }).stack);
    expect(stack.resources("aws_cloudwatch_metric_alarm")["shop/availability/burn-1h"]!["threshold"]).toBe(1.44);
    expect(Object.values(stack.resources("aws_s3_object")).find(({ key }) => key.includes("rules"))!["content"]).toContain("job:http_errors:ratio_rate1h > 0.0144");
  });

  test("does without what it is told to do without", () => {
    const stack = new Synthesized(phase({ database: "none", monitoring: false, endpoint: { kind: "http-only" } }).stack);
    for (const type of ["aws_db_instance", "aws_instance", "aws_acm_certificate", "aws_ebs_volume"]) expect([type, stack.resources(type)]).toEqual([type, {}]);
    expect(stack.resources("aws_lb_listener_rule")).toEqual({});
  });

  test("scales between the numbers that it is given", () => {
    const stack = new Synthesized(phase({ size: { min: 2, desired: 2, max: 10 }, scaling: { cpuTargetPercent: 70 } }).stack);
    expect(stack.resource("aws_autoscaling_group")).toMatchObject({ min_size: 2, max_size: 10 });
    expect(stack.resource("aws_autoscaling_policy").target_tracking_configuration.target_value).toBe(70);
  });

  test("lets everything be deleted when protection is off", () => {
    const text = Testing.synth(phase({ deletionProtection: false }).stack);
    expect(text).not.toMatch(/"(deletion_protection|prevent_destroy|enable_deletion_protection)": true/);
  });

  test("writes the workflow of its own fleet, and the Compose files", () => {
    const { growth } = phase({ servers: { instanceType: "m7i.large" } });
    expect((parseYaml(growth.workflow({ header, region: "eu-central-1" })) as any).jobs.deploy).toMatchObject({
      "runs-on": "ubuntu-24.04",
      environment: "production",
      env: { GROUP: "shop-prod", ECR_REPOSITORY: "shop-prod-api", DOCUMENT: "shop-prod-deploy", RELEASE_PARAMETER: "/shop-prod/release" },
    });
    expect(growth.composeFiles(header).map(({ path }) => path)).toEqual(["compose.yaml", "compose.override.yaml"]);
  });

  test("throws when a workflow is asked for without a role that it could take on", () => {
    const stack = emptyStack();
    const growth = new GrowthPhase(stack, "shop", { name: "shop-prod", endpoint: domain });
    expect(errorOf(() => growth.workflow({ header, region: "eu-central-1" })).message).toBe("stack/shop: it has no pipeline, and so no role that a workflow could take on.\n    → Give it `pipeline`.");
  });
});
