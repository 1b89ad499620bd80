import { ConstructError } from "../../lib/constructs/construct-error";
import { layerOf, synthesize, synthesizeAll, type Asked } from "../support/synthesize";

const domain = { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" };
const SERVER: Asked[] = [["compute", { instances: 1 }], ["database", {}], ["alerts", {}]];
const FLEET: Asked[] = [["load-balancer", { type: "application" }], ["autoscaling", { min: 2, max: 8, of: "instances" }], ["pipeline", {}], ["metrics", { tool: "prometheus" }]];

/** On hosts: nothing here prefers a cluster. */
const on = (demands: readonly Asked[], settings: object = { domain }) => synthesize(demands, settings, {});
const resources = (demands: readonly Asked[], settings?: object) => on(demands, settings).stacks["production"]?.resource as Record<string, Record<string, any>>;

describe("hosts in the foundation", () => {
  test("a single server has its database, its alarms and its name, and neither NAT nor load balancer", () => {
    const found = resources(SERVER);
    expect(Object.keys(found["aws_instance"] ?? {})).toEqual(["server"]);
    expect(Object.keys(found["aws_db_instance"] ?? {})).toEqual(["database"]);
    expect(found["aws_route53_record"]?.["domain"]).toMatchObject({ name: "api.example.com", zone_id: domain.hostedZoneId });
    expect(found["aws_nat_gateway"]).toBeUndefined();
    expect(found["aws_lb"]).toBeUndefined();
  });

  test("a database alone comes without a server", () => {
    const found = resources([["database", { engineVersion: "16", instanceType: "db.t4g.small" }], ["backups", { retentionDays: 14 }]]);
    expect(found["aws_instance"]).toBeUndefined();
    expect(found["aws_db_instance"]?.["database"]).toMatchObject({ engine_version: "16", instance_class: "db.t4g.small", backup_retention_period: 14, multi_az: false });
  });

  test("a fleet has the sizes demanded, one way out, and a host that measures it", () => {
    const found = resources(FLEET);
    expect(found["aws_autoscaling_group"]?.["fleet_group"]).toMatchObject({ min_size: 2, max_size: 8, desired_capacity: 3 });
    expect(Object.keys(found["aws_nat_gateway"] ?? {})).toHaveLength(1);
    expect(Object.keys(found["aws_instance"] ?? {})).toEqual(["metrics-host_instance"]);
  });

  test("a fleet's database has a standby and lets the fleet in", () => {
    const found = resources([...FLEET, ["database", {}], ["read-replica", {}]]);
    expect(found["aws_db_instance"]?.["database"]).toMatchObject({ multi_az: true });
    expect(Object.keys(found["aws_db_instance"] ?? {})).toEqual(["database", "database_replica"]);
  });

  test("a fleet's workflow names the group that Terraform makes", () => {
    const { artifacts, stacks } = on(FLEET);
    const { name } = (stacks["production"]?.resource as any).aws_autoscaling_group.fleet_group;
    expect(artifacts[".github/workflows/deploy.yml"]).toContain(`: ${name}\n`);
    expect(Object.keys(artifacts)).toEqual([".github/workflows/deploy.yml", "compose/compose.yaml", "compose/compose.override.yaml"]);
  });

  test("a server stands beside the fleet that follows it, under one database", () => {
    const found = resources([["compute", { instances: 1 }], ...FLEET, ["database", {}]]);
    expect(found["aws_autoscaling_group"]).toBeDefined();
    expect(Object.keys(found["aws_db_instance"] ?? {})).toEqual(["database"]);
  });

  test("everything that takes tags carries the increment", () => {
    const untagged = Object.entries(resources([...FLEET, ...SERVER])).flatMap(([type, byId]) =>
      Object.entries(byId).filter(([, { tags }]) => tags && tags.Increment === undefined).map(([id]) => `${type}.${id}`),
    );
    expect(untagged).toEqual([]);
  });

  test("throws when a load balancer has neither a domain nor leave to do without TLS", () => {
    expect(() => on(FLEET, {})).toThrow(ConstructError);
    expect(() => on(FLEET, {})).toThrow(
      'production: 0012-production-infrastructure/AC-01 asks for a load balancer, and cdktf.json names no domain for its certificate.\n    → Write context.phaseline.domain, as in {"name": "api.example.com", "hostedZoneId": "Z…"}, or "plainHttp": true for one that does without TLS.',
    );
    expect(resources(FLEET, { plainHttp: true })["aws_lb_listener"]).toBeDefined();
  });

  test("makes the zone of a domain that names none", () => {
    expect(Object.keys(resources(FLEET, { domain: { name: "api.example.com" } })["aws_route53_zone"] ?? {})).toEqual(["zone"]);
    expect(resources(FLEET)["aws_route53_zone"]).toBeUndefined();
  });
});

describe("Aurora after an RDS instance", () => {
  const rds = layerOf("0008-rds", [["database", {}], ["read-replica", {}], ["backups", { retentionDays: 14 }]]);
  const aurora = layerOf("0020-aurora", [["cluster", {}], ["workload", {}], ["database", { engine: "aurora-postgresql" }], ["read-replica", { readReplicas: 1 }]]);
  const found = (...layers: readonly (typeof rds)[]) => synthesizeAll(layers, { domain }).stacks["production"]?.resource as Record<string, Record<string, any>>;
  const both = found(rds, aurora);
  const names = (resources: typeof both, type: string) => Object.keys(resources[type] ?? {}).sort();

  test("leaves the instance and its replica as they were", () => {
    const before = found(rds);
    expect(names(both, "aws_db_instance")).toEqual(["database", "database_replica"]);
    for (const [type, byId] of Object.entries(before)) expect(names(both, type)).toEqual(expect.arrayContaining(Object.keys(byId)));
    const { multi_az: _, ...instance } = both["aws_db_instance"]!["database"];
    expect(before["aws_db_instance"]?.["database"]).toMatchObject(instance);
  });

  test("stands beside it, of the size demanded, with the backups that stand, under names of its own", () => {
    expect(both["aws_rds_cluster"]?.["aurora"]).toMatchObject({ cluster_identifier: "specweave-production-aurora", backup_retention_period: 14, tags: { Increment: "0020-aurora" } });
    expect(names(both, "aws_rds_cluster_instance")).toEqual(["aurora-1", "aurora-2"]);
    const secrets = Object.values(both["aws_secretsmanager_secret"] ?? {}).map(({ name_prefix }) => name_prefix);
    expect(new Set(secrets).size).toBe(4);
    const groups = Object.values(both["aws_db_subnet_group"] ?? {}).map(({ name }) => name);
    expect(new Set(groups).size).toBe(2);
  });

  test("has the same addresses when it stands alone", () => {
    const alone = found(aurora);
    for (const type of ["aws_rds_cluster", "aws_rds_cluster_instance"]) expect(names(alone, type)).toEqual(names(both, type));
    expect(alone["aws_db_instance"]).toBeUndefined();
  });

  test("lets the cluster reach both, and leaves the pods with the data that they have", () => {
    const rules = names(both, "aws_vpc_security_group_ingress_rule").filter((id) => id.endsWith("cluster-5432"));
    expect(rules).toEqual(["aurora_security-group_from-specweave-production-cluster-5432", "database_security-group_from-specweave-production-cluster-5432"]);
    const { stacks } = synthesizeAll([rds, aurora], { domain });
    expect(JSON.stringify(stacks["production"]?.["data"])).not.toContain("aws_secretsmanager_secret.aurora-settings");
    expect(JSON.stringify(stacks["production"]?.["data"])).toContain("aws_secretsmanager_secret.database-settings");
  });
});
