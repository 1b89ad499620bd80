import { fold } from "../../lib/blueprint/fold";
import { readSettings } from "../../lib/blueprint/settings";
import { layerOf as layer } from "../support/synthesize";

const settings = readSettings({ project: "shop", repository: "acme/shop" }, "cdktf.json");

describe("fold", () => {
  test("provisions nothing that is not demanded or needed", () => {
    expect(fold([layer("0001-a", [])], settings)).toEqual({ settings, increments: ["0001-a"], superseded: [] });
    const network = fold([layer("0001-a", [["network", { cidr: "10.4.0.0/16" }]])], settings);
    expect(Object.keys(network).sort()).toEqual(["increments", "network", "settings", "superseded"]);
    expect(network.network?.value.cidr).toBe("10.4.0.0/16");
  });

  test("gives a workload the cluster, network and registry that it needs, and remembers who asked", () => {
    const blueprint = fold([layer("0012-prod", [["workload", {}]])], settings);
    expect(blueprint.workload?.because.map(({ criterion }) => criterion)).toEqual(["AC-01"]);
    expect(blueprint.cluster).toEqual({
      value: { name: "shop-production", version: "1.35", nodes: { min: 2, desired: 3, max: 10, instanceType: "t3.large" } },
      because: [],
    });
    expect(blueprint.network?.value.natGateways).toBe("per-az");
    expect(blueprint.registry).toBeDefined();
    expect(blueprint.pipeline).toBeUndefined();
    expect(blueprint.monitoring).toBeUndefined();
  });

  test("takes Grafana from the stack section where a criterion asks for metrics only", () => {
    const asked = layer("0012-prod", [["metrics", { tool: "prometheus" }]], { grafana: true });
    expect(fold([asked], settings).monitoring?.value).toMatchObject({ tools: { cluster: ["prometheus"] }, grafana: true });
    expect(fold([{ ...asked, preferences: {} }], settings).monitoring?.value.grafana).toBe(false);
  });

  test.each([
    [{ min: 3, max: 12 }, { minReplicas: 3, maxReplicas: 12, cpuTargetPercent: 70 }, 3],
    [{ min: 5, max: 12 }, { minReplicas: 5, maxReplicas: 12, cpuTargetPercent: 70 }, 5],
    [{ max: 1 }, { minReplicas: 1, maxReplicas: 1, cpuTargetPercent: 70 }, 1],
    [{ min: 20 }, { minReplicas: 20, maxReplicas: 20, cpuTargetPercent: 70 }, 20],
    [{ cpuTargetPercent: 60, memoryTargetPercent: 80 }, { minReplicas: 2, maxReplicas: 10, cpuTargetPercent: 60, memoryTargetPercent: 80 }, 3],
  ])("autoscaling %j keeps the workload within its bounds", (demand, choice, replicas) => {
    const blueprint = fold([layer("0001-a", [["autoscaling", demand]])], settings);
    expect(blueprint.autoscaling?.value).toEqual(choice);
    expect(blueprint.workload?.value.replicas).toBe(replicas);
  });

  test("scaling of nodes is the node group's, not the pods'", () => {
    const blueprint = fold([layer("0001-a", [["autoscaling", { min: 4, max: 8, of: "nodes" }], ["cluster", {}]])], settings);
    expect(blueprint.autoscaling).toBeUndefined();
    expect(blueprint.cluster?.value.nodes).toMatchObject({ min: 4, desired: 4, max: 8 });
  });

  test("lets a later increment supersede an earlier one, and says so", () => {
    const blueprint = fold(
      [layer("0001-a", [["autoscaling", { min: 2, max: 10 }]]), layer("0002-b", [["autoscaling", { min: 2, max: 12 }]])],
      settings,
    );
    expect(blueprint.autoscaling?.value.maxReplicas).toBe(12);
    expect(blueprint.superseded.map(({ parameter, from, by }) => [parameter, from.increment, by.increment])).toEqual([["max", "0001-a", "0002-b"]]);
  });

  test("throws when two criteria of one increment contradict each other", () => {
    expect(() => fold([layer("0001-a", [["autoscaling", { max: 10 }], ["autoscaling", { max: 12 }]])], settings)).toThrow(
      "0001-a/spec.md:2:3: AC-02 asks for autoscaling with max 12, but AC-01 at 0001-a/spec.md:1:3 asks for 10.\n    → Let the two criteria agree, or defer one of them.",
    );
  });

  test("throws when replicas and autoscaling cannot both be met", () => {
    expect(() => fold([layer("0001-a", [["workload", { replicas: 20 }], ["autoscaling", { min: 2, max: 10 }]])], settings)).toThrow(
      "0001-a/spec.md:1:3: 20 replicas are asked for, but autoscaling keeps between 2 and 10.\n    → Choose a number of replicas within the bounds of autoscaling, or leave it out.",
    );
  });

  test("throws when a range is upside down over two increments", () => {
    expect(() => fold([layer("0001-a", [["autoscaling", { min: 6, max: 10 }]]), layer("0002-b", [["autoscaling", { max: 4 }]])], settings)).toThrow(
      "0002-b/spec.md:1:3: autoscaling is asked to keep at least 6 and at most 4.\n    → State both bounds, the smaller first: `Configure auto-scaling (2-10 pods)`.",
    );
  });
});

describe("fold of alarms and logs", () => {
  const asking = (text: string, thresholdPercent: number | number[]) => {
    const one = layer("0001-a", [["compute", { instances: 1 }], ["alerts", { thresholdPercent }]]);
    return fold([{ ...one, demands: one.demands.map((demanded) => ({ ...demanded, origin: { ...demanded.origin, text } })) }], settings).alarms?.value;
  };

  test.each([
    ["CloudWatch alarm when CPU exceeds 75%", 75, { cpuPercent: 75 }],
    ["Alert above 90%", 90, { cpuPercent: 90 }],
    ["Alerts: CPU > 80%, memory > 85%, disk > 90%", [80, 85, 90], { cpuPercent: 80, memoryPercent: 85, diskPercent: 90 }],
    ["Alert when free disk space falls below 10%", 10, { diskPercent: 90 }],
  ])("%s sets %j", (text, given, choice) => {
    expect(asking(text, given)).toEqual(choice);
  });

  test("keeps logs for as long as is stated", () => {
    expect(fold([layer("0001-a", [["compute", {}], ["logs", { retentionDays: 30 }]])], settings).logs?.value).toEqual({ retentionDays: 30 });
  });

  test("throws where CloudWatch cannot keep them for that long, and names the next number that it can", () => {
    expect(() => fold([layer("0001-a", [["logs", { retentionDays: 45 }]])], settings)).toThrow(
      "0001-a/spec.md:1:3: logs are to be kept for 45 days, which CloudWatch cannot; it knows 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 days and some longer times.\n    → Write 60 days.",
    );
  });
});

describe("fold of databases", () => {
  const rds = layer("0001-a", [["database", { engine: "postgres", engineVersion: "16" }], ["backups", { retentionDays: 7 }]]);
  const aurora = layer("0002-b", [["database", { engine: "aurora-postgresql" }], ["read-replica", {}]]);

  test("keeps an RDS instance beside the Aurora cluster of a later increment", () => {
    const { database, aurora: cluster, superseded } = fold([rds, aurora], settings);
    expect(database?.value).toMatchObject({ engineVersion: "16", backupRetentionDays: 7, readReplica: false });
    expect(database?.because.map(({ increment }) => increment)).toEqual(["0001-a", "0001-a"]);
    expect(cluster).toMatchObject({ value: { backupRetentionDays: 7 }, because: [{ criterion: "AC-01" }, { criterion: "AC-02" }] });
    expect(superseded).toEqual([]);
  });

  test("throws where backups are to be kept for longer than RDS keeps them", () => {
    expect(() => fold([layer("0001-a", [["database", { engine: "postgres" }], ["backups", { retentionDays: 90 }]])], settings)).toThrow(
      "backups are asked to be kept for 90 days, and RDS keeps automated backups for at most 35.\n    → Write \"backup retention of 35 days\".",
    );
  });

  test("Aurora alone needs no RDS instance, whether a criterion names it or the stack section does", () => {
    for (const only of [aurora, layer("0002-b", [["database", { engine: "postgres" }]], { database: "aurora" })]) {
      expect(fold([only], settings)).toMatchObject({ aurora: { value: { backupRetentionDays: 7 } } });
      expect(fold([only], settings).database).toBeUndefined();
    }
  });

  test("what comes after Aurora and names no other database is about Aurora", () => {
    const later = layer("0003-c", [["backups", { retentionDays: 30 }], ["database", { engine: "postgres" }], ["read-replica", { readReplicas: 3 }]], { database: "rds" });
    const { database, aurora: cluster } = fold([rds, aurora, later], settings);
    expect(cluster?.value).toEqual({ backupRetentionDays: 30, readReplicas: 3 });
    expect(database?.value).toMatchObject({ backupRetentionDays: 7, readReplica: false });
  });

  test("a criterion that names RDS is about that one, even after Aurora", () => {
    const [first, second] = layer("0003-c", [["database", { engineVersion: "17" }], ["read-replica", {}]]).demands;
    const later = { increment: "0003-c", preferences: {}, demands: [{ ...first!, demand: { ...first!.demand, words: ["RDS"] } }, second!] };
    const { database, aurora: cluster, superseded } = fold([rds, aurora, later], settings);
    expect(database?.value).toMatchObject({ engineVersion: "17", readReplica: true });
    expect(cluster?.value).toEqual({ backupRetentionDays: 7 });
    expect(superseded.map(({ parameter, by }) => [parameter, by.increment])).toEqual([["engineVersion", "0003-c"]]);
  });

  test("holds the number of readers to be the database's, which neither pods nor a platform follow", () => {
    const increment = layer("0020-scale", [["database", { engine: "aurora-postgresql" }], ["read-replica", { readReplicas: 2 }], ["autoscaling", { min: 2, max: 5, of: "readers" }], ["autoscaling", { min: 3, max: 20, of: "pods" }]]);
    const blueprint = fold([increment], settings);
    expect(blueprint.aurora?.value).toEqual({ backupRetentionDays: 7, readReplicas: 2, maxReadReplicas: 5 });
    expect(blueprint.autoscaling?.value).toMatchObject({ minReplicas: 3, maxReplicas: 20 });
    expect(fold([layer("0020-scale", [["database", { engine: "aurora-postgresql" }], ["autoscaling", { min: 2, max: 5, of: "readers" }]])], settings).cluster).toBeUndefined();
  });

  test("takes 'at least two' for kept where more are kept, and 'two' not", () => {
    const increment = (word: string) => {
      const { demands, ...rest } = layer("0020-scale", [["workload", { replicas: 2 }], ["autoscaling", { min: 3, max: 20, of: "pods" }]]);
      return { ...rest, demands: demands.map((each, index) => (index === 0 ? { ...each, demand: { ...each.demand, words: [word] } } : each)) };
    };
    expect(fold([increment("at least 2 replicas")], settings).workload?.value.replicas).toBe(3);
    expect(() => fold([increment("2 replicas")], settings)).toThrow("2 replicas are asked for, but autoscaling keeps between 3 and 20.");
  });
});
