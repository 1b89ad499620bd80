import { foldEnvironments } from "../../lib/blueprint/environments";
import type { Layer } from "../../lib/blueprint/layer";
import { readSettings } from "../../lib/blueprint/settings";
import { messageOf } from "../increment/faults-of";
import { layerOf, synthesizeAll, type Asked } from "../support/synthesize";

const settings = readSettings({ project: "shop", repository: "acme/shop", domain: { name: "api.example.com" } }, "cdktf.json");
const fold = (...layers: readonly Layer[]) => foldEnvironments(layers, settings)[0]!;
const faults = (...layers: readonly Layer[]) => messageOf(() => fold(...layers));
const consentingToAll = (layer: Layer): Layer => ({ ...layer, demands: layer.demands.map(({ demand, origin }) => ({ demand, origin: { ...origin, consents: ["delete-data"] } })) });

const SERVER = layerOf("0001-server", [["compute", { instances: 1 }], ["database", { engine: "postgres" }], ["backups", { retentionDays: 14 }], ["alerts", {}], ["logs", {}]]);
const FLEET = layerOf("0005-fleet", [["compute", { instances: 3 }], ["load-balancer", { type: "application" }], ["tls", {}], ["registry", {}], ["read-replica", {}], ["object-storage", {}]]);
const CLUSTER = layerOf("0012-cluster", [["cluster", {}], ["workload", {}]]);
const removing = (increment: string, ...things: readonly object[]) => layerOf(increment, things.map((thing): Asked => ["removal", thing]));

describe("what a later increment removes in words", () => {
  test("goes, and all else stays as it is", () => {
    const before = fold(SERVER, FLEET, CLUSTER);
    const after = fold(SERVER, FLEET, CLUSTER, removing("0020-clean", { of: "server" }));
    expect(after.server).toBeUndefined();
    const { server: _server, superseded: _before, increments: _ids, ...rest } = before;
    const { superseded, increments: _more, removed, ...left } = after;
    expect(removed).toEqual(["server"]);
    expect(left).toEqual(rest);
    expect(superseded.filter(({ kind }) => !["removal"].includes(kind)).map(({ kind, from, by }) => `${from.increment}/${from.criterion} ${kind} by ${by.increment}/${by.criterion}`)).toEqual([
      "0001-server/AC-01 compute by 0020-clean/AC-01",
      "0001-server/AC-04 alerts by 0020-clean/AC-01",
      "0001-server/AC-05 logs by 0020-clean/AC-01",
    ]);
  });

  test("a fleet goes with its load balancer and certificate; its images, buckets and database stay", () => {
    const after = fold(SERVER, FLEET, CLUSTER, removing("0020-a", { of: "fleet", step: "unprotect" }), removing("0021-b", { of: "fleet" }));
    expect(Object.keys(after)).toEqual(expect.arrayContaining(["server", "cluster", "registry", "database", "objectStorage", "network"]));
    expect([after.fleet, after.ingress, after.unprotected]).toEqual([undefined, undefined, undefined]);
    expect(after.database?.value.readReplica).toBe(true);
  });

  test("what is asked for again after that stands", () => {
    const again = layerOf("0030-again", [["compute", { instances: 1 }]]);
    const after = fold(SERVER, CLUSTER, removing("0020-clean", { of: "server" }), again);
    expect(after.server?.because.map(({ increment }) => increment)).toEqual(["0030-again"]);
    expect(after.superseded.at(-1)).toMatchObject({ kind: "removal", from: { increment: "0020-clean" }, by: { increment: "0030-again" } });
  });
});

describe("what AWS protects loses its protection in an increment before", () => {
  const lift = removing("0020-lift", { of: "database", step: "unprotect" });
  const drop = removing("0021-drop", { of: "database" });
  const aurora = layerOf("0015-aurora", [["database", { engine: "aurora-postgresql" }], ["backups", { retentionDays: 14 }]]);

  test("the RDS instance and its replica stand unprotected, then they are gone", () => {
    const protection = (...layers: readonly Layer[]) => {
      const { stacks } = synthesizeAll(layers, { domain: { name: "api.example.com" } });
      return Object.values<any>(stacks["production"]!.resource!["aws_db_instance"] ?? {}).map(({ deletion_protection, lifecycle }) => [deletion_protection, lifecycle.prevent_destroy]);
    };
    expect(protection(SERVER, FLEET, aurora)).toEqual([[true, true], [true, true]]);
    expect(protection(SERVER, FLEET, aurora, lift)).toEqual([[false, false], [false, false]]);
    expect(protection(SERVER, FLEET, aurora, lift, consentingToAll(drop))).toEqual([]);
  });

  test("without that, the removal is refused", () => {
    const message =
      "0021-drop/spec.md:1:3: AC-01 removes the RDS instance, which AWS refuses to delete while it is protected; that would end an apply halfway.\n" +
      '    → Write an increment before this one, "Lift the deletion protection of the RDS instance" or <!-- phaseline: removal of=database step=unprotect -->, and apply it first.';
    expect(faults(SERVER, aurora, consentingToAll(drop))).toBe(message);
    const both = removing("0021-drop", { of: "database", step: "unprotect" }, { of: "database" });
    expect(faults(SERVER, aurora, consentingToAll(both))).toContain("AC-02 removes the RDS instance, which AWS refuses to delete");
  });

  test("without consent to lose the data, too", () => {
    expect(faults(SERVER, aurora, lift, drop)).toBe(
      "0021-drop/spec.md:1:3: AC-01 removes the RDS instance and all that is in it, which AC-02 at 0001-server/spec.md:2:3 asks for.\n" +
        "    → Move the data first; then consent beside the criterion: <!-- phaseline: consent=delete-data -->.",
    );
  });

  test.each([
    ["read-replica", FLEET],
    ["fleet", FLEET],
    ["aurora", aurora],
  ])("so does the %s", (of, layer) => {
    const message = faults(SERVER, layer, CLUSTER, consentingToAll(removing("0021-drop", { of })));
    expect(message).toContain("which AWS refuses to delete while it is protected");
    const after = fold(SERVER, layer, CLUSTER, removing("0020-lift", { of, step: "unprotect" }));
    expect(after.unprotected).toEqual([of]);
    expect(() => fold(SERVER, layer, CLUSTER, removing("0020-lift", { of, step: "unprotect" }), consentingToAll(removing("0021-drop", { of })))).not.toThrow();
  });
});

test("the last that several servers shared takes the standby of the database along, which needs a consent of its own", () => {
  const gone = removing("0021-drop", { of: "fleet" });
  expect(faults(SERVER, FLEET, removing("0020-lift", { of: "fleet", step: "unprotect" }), gone)).toBe(
    "0021-drop/spec.md:1:3: AC-01 takes away the standby of the RDS instance; the database is down while its zone is, and its standby is deleted.\n" +
      "    → Ask for it as it was, or consent beside the criterion: <!-- phaseline: consent=no-standby -->.",
  );
});

test("the scaling of its readers goes with the Aurora cluster", () => {
  const aurora = layerOf("0015-aurora", [["database", { engine: "aurora-postgresql" }], ["autoscaling", { min: 1, max: 4, of: "readers" }]]);
  const after = fold(SERVER, CLUSTER, aurora, removing("0020-lift", { of: "aurora", step: "unprotect" }), consentingToAll(removing("0021-drop", { of: "aurora" })));
  expect(after.aurora).toBeUndefined();
  expect(after.superseded.filter(({ by }) => by.increment === "0021-drop").map(({ kind }) => kind)).toEqual(["removal", "database", "autoscaling"]);
});

test("the key of the last snapshot and the zone of the domain outlive what they were made for", () => {
  const layers = [layerOf("0001-server", [["compute", { instances: 1 }], ["database", { engine: "postgres" }], ["network", {}]])];
  const lift = removing("0020-lift", { of: "database", step: "unprotect" }, { of: "server" });
  const resources = (...added: readonly Layer[]) => Object.keys(synthesizeAll([...layers, ...added], { domain: { name: "api.example.com" } }).stacks["production"]!.resource!);
  expect(resources()).toEqual(expect.arrayContaining(["aws_kms_key", "aws_route53_zone", "aws_db_instance", "aws_instance"]));
  const left = resources(lift, consentingToAll(removing("0021-drop", { of: "database" })));
  expect(left).toEqual(expect.arrayContaining(["aws_kms_key", "aws_route53_zone", "aws_vpc"]));
  expect(left.filter((type) => ["aws_db_instance", "aws_instance"].includes(type))).toEqual([]);
});

describe("a removal is refused", () => {
  test("of what nobody asked for, or what is gone already", () => {
    const message = "AC-01 removes the server, but no earlier increment asks for one that still stands.\n    → Leave it out, or write it into an increment after the one that asks for it.";
    expect(faults(CLUSTER, removing("0020-clean", { of: "server" }))).toBe(`0020-clean/spec.md:1:3: ${message}`);
    expect(faults(SERVER, CLUSTER, removing("0020-clean", { of: "server" }), removing("0021-again", { of: "server" }))).toBe(`0021-again/spec.md:1:3: ${message}`);
  });

  test("where the same increment asks for it", () => {
    const both = layerOf("0020-both", [["removal", { of: "server" }], ["compute", { instances: 1 }]]);
    expect(faults(SERVER, both)).toBe(
      "0020-both/spec.md:1:3: AC-01 removes the server, but AC-02 at 0020-both/spec.md:2:3 of the same increment asks for compute on it.\n    → Keep one of the two, or say in the other what it is about.",
    );
  });

  test("where nothing would be left to apply", () => {
    expect(faults(layerOf("0001-server", [["compute", { instances: 1 }]]), removing("0020-clean", { of: "server" }))).toBe(
      "0020-clean/spec.md:1:3: AC-01 removes the last that stands; what is not synthesized any more would be left running, and paid for.\n" +
        "    → Take the environment down with `npx cdktf destroy '*'`, and keep the increments as they are until then.",
    );
  });

  test("where it does not say of what", () => {
    expect(faults(SERVER, removing("0020-clean", {}))).toBe(
      "0020-clean/spec.md:1:3: AC-01 asks for a removal, but does not say of what.\n    → Write, for example, <!-- phaseline: removal of=server -->.",
    );
  });
});
