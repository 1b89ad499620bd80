import fc from "fast-check";
import { foldEnvironments } from "../../lib/blueprint/environments";
import type { Layer } from "../../lib/blueprint/layer";
import { TAKEN } from "../../lib/blueprint/losses";
import { readSettings } from "../../lib/blueprint/settings";
import { DEFAULTS as AURORA } from "../../lib/constructs/aurora-postgres";
import { DEFAULTS as HOST } from "../../lib/constructs/host-monitoring";
import { DEFAULTS as LOGS } from "../../lib/constructs/log-group";
import { DEFAULTS as POSTGRES } from "../../lib/constructs/postgres-instance";
import { VERSIONS as CACHE } from "../../lib/constructs/redis-cache";
import { DEFAULTS as FLEET } from "../../lib/constructs/server-fleet";
import { DEFAULTS as SERVER } from "../../lib/constructs/single-server";
import type { Consent } from "../../lib/demand/consent";
import { messageOf } from "../increment/faults-of";
import { layerOf, type Asked } from "../support/synthesize";

const settings = readSettings({ project: "shop", repository: "acme/shop" }, "cdktf.json");
const fold = (...layers: readonly Layer[]) => foldEnvironments(layers, settings)[0]!;
const faults = (...layers: readonly Layer[]) => messageOf(() => fold(...layers));

/** The same increment, with a consent beside each of its criteria. */
const consenting = (layer: Layer, ...consents: readonly Consent[]): Layer => ({
  ...layer,
  demands: layer.demands.map(({ demand, origin }) => ({ demand, origin: { ...origin, consents } })),
});

const RDS: Asked = ["database", { engine: "postgres" }];
const AURORA_DATABASE: Asked = ["database", { engine: "aurora-postgresql" }];

test("what is taken where nothing is stated is what the constructs take", () => {
  expect(TAKEN).toEqual({ storageGb: POSTGRES.storageGb, rootVolumeGb: SERVER.rootVolumeGb, postgresVersion: POSTGRES.engineVersion, logRetentionDays: LOGS.retentionDays, cacheVersion: CACHE });
  expect(AURORA.engineVersion).toBe(TAKEN.postgresVersion);
  for (const { logRetentionDays } of [POSTGRES, AURORA, HOST, FLEET]) expect(logRetentionDays).toBe(TAKEN.logRetentionDays);
});

describe("what AWS cannot do is refused, consent or not", () => {
  test.each<[string, Asked[], Asked[], string]>([
    [
      "less storage of RDS", [["database", { engine: "postgres", storageGb: 100 }]], [["database", { engine: "postgres", storageGb: 50 }]],
      "0002-b/spec.md:1:3: AC-01 lowers the storage of the RDS instance from 100 GB (AC-01 at 0001-a/spec.md:1:3) to 50 GB; RDS cannot make storage smaller.\n    → Keep the size; for less storage ask for Aurora, whose storage follows the data, and move the data.",
    ],
    [
      "a smaller volume of the server than it was made with", [["compute", { instances: 1 }]], [["compute", { instances: 1, storageGb: 10 }]],
      "0002-b/spec.md:1:3: AC-01 lowers the volume of the server from 20 GB (as it is where nothing is stated) to 10 GB; EBS cannot make a volume smaller.\n    → Keep the size.",
    ],
    [
      "an older PostgreSQL than is taken where none is stated", [RDS], [["database", { engine: "postgres", engineVersion: "16" }]],
      "0002-b/spec.md:1:3: AC-01 changes the version of PostgreSQL on RDS from 17 (as it is where nothing is stated) to 16; RDS goes to no older version.\n    → Keep the newer version; who needs the older one makes a new environment and moves the data.",
    ],
    [
      "an older Aurora", [["database", { engine: "aurora-postgresql", engineVersion: "17.6" }]], [["database", { engine: "aurora-postgresql", engineVersion: "17.4" }]],
      "0002-b/spec.md:1:3: AC-01 changes the version of Aurora PostgreSQL from 17.6 (AC-01 at 0001-a/spec.md:1:3) to 17.4; Aurora goes to no older version.\n    → Keep the newer version; who needs the older one makes a new environment and moves the data.",
    ],
    [
      "an older Kubernetes", [["cluster", { engineVersion: "1.35" }]], [["cluster", { engineVersion: "1.33" }]],
      "0002-b/spec.md:1:3: AC-01 changes the version of Kubernetes from 1.35 (AC-01 at 0001-a/spec.md:1:3) to 1.33; EKS goes to no older version.\n    → Keep the newer version; who needs the older one makes a new environment and moves the data.",
    ],
    [
      "another range of the network", [RDS, ["network", { cidr: "10.0.0.0/16" }]], [["network", { cidr: "10.4.0.0/16" }]],
      "0002-b/spec.md:1:3: AC-01 changes the address range of the network from 10.0.0.0/16 (AC-02 at 0001-a/spec.md:2:3) to 10.4.0.0/16; a VPC keeps its range, so that all that stands in it, the data too, would be made anew.\n    → Keep the range; another one takes a new environment, into which the data is moved.",
    ],
    [
      "Valkey becomes Redis", [["cache", { engine: "valkey" }]], [["cache", { engine: "redis" }]],
      "0002-b/spec.md:1:3: AC-01 changes the version of the cache from 8.1 (AC-01 at 0001-a/spec.md:1:3) to 7.1; ElastiCache goes to no older version.\n    → Keep the newer version; who needs the older one makes a new environment and moves the data.",
    ],
    [
      "fewer zones", [RDS], [["high-availability", { azCount: 2 }]],
      "0002-b/spec.md:1:3: AC-01 lowers the number of availability zones from 3 (as it is where nothing is stated) to 2; AWS deletes no subnet in which something stands.\n    → Keep the number or leave it out: what is in more zones is in these, too.",
    ],
  ])("%s", (_, before, after, message) => {
    expect(faults(layerOf("0001-a", before), layerOf("0002-b", after))).toBe(message);
    expect(faults(layerOf("0001-a", before), consenting(layerOf("0002-b", after), "shorter-backups", "delete-data", "no-standby"))).toBe(message);
    expect(() => fold(layerOf("0001-a", before))).not.toThrow();
    expect(() => fold(layerOf("0001-a", before), layerOf("0002-b", before))).not.toThrow();
  });
});

describe("what loses data needs a consent beside the criterion", () => {
  test.each<[string, Asked[], Asked[], Consent, string]>([
    [
      "backups", [RDS, ["backups", { retentionDays: 14 }]], [["backups", { retentionDays: 3 }]], "shorter-backups",
      "0002-b/spec.md:1:3: AC-01 lowers the retention of backups on RDS from 14 days (AC-02 at 0001-a/spec.md:2:3) to 3 days; backups of the database that are older are deleted.\n    → Keep it as it is, or consent beside the criterion: <!-- phaseline: consent=shorter-backups -->.",
    ],
    [
      "backups that nobody had asked for", [RDS], [["backups", { retentionDays: 1 }]], "shorter-backups",
      "0002-b/spec.md:1:3: AC-01 lowers the retention of backups on RDS from 7 days (as it is where nothing is stated) to 1 days; backups of the database that are older are deleted.\n    → Keep it as it is, or consent beside the criterion: <!-- phaseline: consent=shorter-backups -->.",
    ],
    [
      "backups of Aurora", [AURORA_DATABASE, ["backups", { retentionDays: 35 }]], [["backups", { retentionDays: 7 }]], "shorter-backups",
      "0002-b/spec.md:1:3: AC-01 lowers the retention of backups on Aurora from 35 days (AC-02 at 0001-a/spec.md:2:3) to 7 days; backups of the database that are older are deleted.\n    → Keep it as it is, or consent beside the criterion: <!-- phaseline: consent=shorter-backups -->.",
    ],
    [
      "logs", [RDS], [["logs", { retentionDays: 30 }]], "shorter-logs",
      "0002-b/spec.md:1:3: AC-01 lowers the retention of logs from 365 days (as it is where nothing is stated) to 30 days; logs that are older are deleted.\n    → Keep it as it is, or consent beside the criterion: <!-- phaseline: consent=shorter-logs -->.",
    ],
    [
      "objects", [["object-storage", { retentionDays: 365, expires: true }]], [["object-storage", { retentionDays: 90, expires: true }]], "shorter-objects",
      "0002-b/spec.md:1:3: AC-01 lowers the time after which objects in the buckets are deleted from 365 days (AC-01 at 0001-a/spec.md:1:3) to 90 days; objects in the buckets that are older are deleted.\n    → Keep it as it is, or consent beside the criterion: <!-- phaseline: consent=shorter-objects -->.",
    ],
  ])("%s", (_, before, after, consent, message) => {
    const [earlier, later] = [layerOf("0001-a", before), layerOf("0002-b", after)];
    expect(faults(earlier, later)).toBe(message);
    expect(() => fold(earlier, consenting(later, consent))).not.toThrow();
    expect(faults(earlier, consenting(later, "delete-data"))).toBe(message);
    // What stands already needs no word.
    expect(() => fold(later)).not.toThrow();
  });

  test("the consent of another criterion does not count", () => {
    const later = layerOf("0002-b", [["backups", { retentionDays: 3 }], ["metrics", {}]]);
    const [shrinking, other] = later.demands;
    const beside = { ...later, demands: [shrinking!, { ...other!, origin: { ...other!.origin, consents: ["shorter-backups" as const] } }] };
    expect(faults(layerOf("0001-a", [RDS]), beside)).toContain("AC-01 lowers the retention of backups on RDS from 7 days");
  });

  test("all losses of all increments are told at once, each where it happens", () => {
    const message = faults(
      layerOf("0001-a", [["database", { engine: "postgres", storageGb: 100 }], ["backups", { retentionDays: 14 }]]),
      layerOf("0002-b", [["backups", { retentionDays: 3 }]]),
      layerOf("0003-c", [["database", { engine: "postgres", storageGb: 50 }]]),
    );
    expect(message.match(/^\S+: AC-\d+ lowers [^;]*;/gm)).toEqual([
      "0002-b/spec.md:1:3: AC-01 lowers the retention of backups on RDS from 14 days (AC-02 at 0001-a/spec.md:2:3) to 3 days;",
      "0003-c/spec.md:1:3: AC-01 lowers the storage of the RDS instance from 100 GB (AC-01 at 0001-a/spec.md:1:3) to 50 GB;",
    ]);
  });

  test("a loss that a still later increment makes good has happened all the same", () => {
    expect(faults(layerOf("0001-a", [RDS, ["backups", { retentionDays: 14 }]]), layerOf("0002-b", [["backups", { retentionDays: 3 }]]), layerOf("0003-c", [["backups", { retentionDays: 14 }]]))).toContain(
      "0002-b/spec.md:1:3: AC-01 lowers",
    );
  });
});

test("what grows, and what comes beside, needs no word", () => {
  const days = fc.integer({ min: 7, max: 35 });
  const gigabytes = fc.integer({ min: 20, max: 1000 });
  fc.assert(
    fc.property(fc.array(fc.tuple(days, gigabytes), { minLength: 1, maxLength: 6 }), (values) => {
      const grown = (at: 0 | 1) => values.map((value) => value[at]).sort((a, b) => a - b);
      const [backups, storage] = [grown(0), grown(1)];
      const layers = values.map((_, index) => layerOf(`000${index + 1}-x`, [["database", { engine: "postgres", storageGb: storage[index] }], ["backups", { retentionDays: backups[index] }]]));
      const { database } = fold(...layers);
      expect(database?.value).toMatchObject({ storageGb: storage.at(-1), backupRetentionDays: backups.at(-1) });
      if (new Set(storage).size > 1) expect(() => fold(...layers.toReversed().map((layer, index) => ({ ...layer, increment: `000${index + 1}-x` })))).toThrow("lowers the storage of the RDS instance");
    }),
    { numRuns: 60 },
  );
  expect(() => fold(layerOf("0001-a", [["compute", { instances: 1 }], RDS]), layerOf("0002-b", [["cluster", {}], AURORA_DATABASE, ["logs", {}]]))).not.toThrow();
});
