import type { Blueprint } from "../../lib/blueprint/blueprint";
import { fold } from "../../lib/blueprint/fold";
import { readSettings } from "../../lib/blueprint/settings";
import { understand } from "../../lib/demand/understand";
import { messageOf } from "../support/synth";
import { layerOf } from "../support/synthesize";

/** What the lines of a spec, each an increment of its own, lead to. */
function folded(lines: readonly string[], settings: object = {}): Blueprint {
  const layers = lines.map((text, index) => {
    const { demands, ...rest } = layerOf(`000${index + 1}-x`, understand(text).demands.map(({ kind, parameters }) => [kind, parameters] as const));
    // One criterion, and so one origin.
    const origin = demands[0] && { ...demands[0].origin, text };
    return { ...rest, demands: demands.map((each) => ({ ...each, ...(origin ? { origin } : {}) })) };
  });
  return fold(layers, readSettings({ project: "shop", repository: "acme/shop", ...settings }, "cdktf.json"));
}

describe("object storage", () => {
  const of = (lines: readonly string[], settings: object = {}) => folded(lines, settings).objectStorage?.value;

  test.each<[string, object]>([
    ["Uploads are stored in a versioned S3 bucket", { buckets: ["files"], corsOrigins: [] }],
    ["THE Terraform_IaC SHALL provision two S3 buckets: one for reports and one for audio asset storage, both with versioning enabled and public access blocked", { buckets: ["files", "files-2"], corsOrigins: [] }],
    ["S3 lifecycle moves documents to IA after 30 days and deletes them after 90 days", { buckets: ["files"], transitionDays: 30, storageClass: "STANDARD_IA", expireDays: 90, corsOrigins: [] }],
    ["S3 bucket with lifecycle rule: Glacier after 90 days", { buckets: ["files"], transitionDays: 90, storageClass: "GLACIER", corsOrigins: [] }],
  ])("%s", (line, choice) => expect(of([line])).toEqual(choice));

  test("stands without a network, and without anything that runs", () => {
    expect(folded(["S3 bucket for uploads"]).network).toBeUndefined();
  });

  test("deletes nothing where a criterion only says how long things are kept", () => {
    expect(of(["Uploads are retained in S3 for 90 days"])).not.toHaveProperty("expireDays");
    expect(of(["Uploads in the S3 bucket expire: they are deleted after 90 days"])).toMatchObject({ expireDays: 90 });
  });

  test("is no place for logs and backups, which others keep", () => {
    expect(of(["WHEN logs are older than 7 days THEN the system SHALL automatically export them to S3 for cost optimization"])).toBeUndefined();
  });

  test("is called as the settings say, and the most that a criterion counts stand", () => {
    const settings = { objectStorage: { buckets: ["reports", "audio"] } };
    expect(of(["S3 bucket for uploads"], settings)).toMatchObject({ buckets: ["reports", "audio"] });
    expect(of(["Provision 3 S3 buckets", "S3 bucket for uploads"], settings)).toMatchObject({ buckets: ["reports", "audio", "files-3"] });
  });

  test("answers the origins of the settings, or else that of the domain", () => {
    const line = "S3 bucket `vertofi-documents` (encrypted, CORS, block public)";
    expect(of([line])).toMatchObject({ corsOrigins: [] });
    expect(of([line], { domain: { name: "shop.example.com" } })).toMatchObject({ corsOrigins: ["https://shop.example.com"] });
    expect(of([line], { objectStorage: { corsOrigins: ["https://app.example.com"] } })).toMatchObject({ corsOrigins: ["https://app.example.com"] });
  });

  test("is a fault where S3 would refuse it", () => {
    expect(messageOf(() => of(["S3 lifecycle moves documents to IA after 7 days"]))).toBe(
      "0001-x/spec.md:1:3: object-storage is asked to move objects to infrequent access after 7 days, which S3 does after 30 at the earliest.\n    → Write 30 days or more, or Glacier Instant Retrieval, which takes them on any day.",
    );
    expect(messageOf(() => of(["S3 lifecycle moves documents to IA after 60 days", "S3 objects are deleted after 60 days"]))).toBe(
      "0002-x/spec.md:1:3: object-storage is asked to move objects after 60 days and to delete them after 60.\n    → Let them be deleted later than they are moved.",
    );
  });
});

describe("queues", () => {
  const of = (...lines: readonly string[]) => folded(lines).queues?.value;

  test.each<[string, readonly object[] | undefined]>([
    ["Create an SQS queue with visibility timeout 300 seconds and 3 retry attempts before the DLQ", [{ fifo: false, visibilityTimeoutSeconds: 300, maxReceiveCount: 3 }]],
    ["THE Ingestion_Stack SHALL create an SQS queue named healthsignals-openfda-shortages-queue with visibility timeout 300 seconds and 3 retry attempts before DLQ", [{ name: "healthsignals-openfda-shortages-queue", fifo: false, visibilityTimeoutSeconds: 300, maxReceiveCount: 3 }]],
    ["THE Ingestion_Stack SHALL create an SQS queue named `industrial-{env}-ingestion` with a visibility timeout of 900 seconds (15 minutes)", [{ fifo: false, visibilityTimeoutSeconds: 900 }]],
    ["WHEN the CDK stack is deployed THEN the system SHALL create an SQS queue for WhatsApp messages with dead-letter queue configured", [{ fifo: false }]],
    ["FIFO queue for payments with a DLQ", [{ fifo: true }]],
    ["SQS queue with message retention of 14 days", [{ fifo: false, retentionDays: 14 }]],
    ["WHEN the CDK stack is created THEN the system SHALL provision Amazon MSK cluster for event streaming", undefined],
    ["RabbitMQ broker on Amazon MQ", undefined],
  ])("%s", (line, choice) => expect(of(line)).toEqual(choice));

  test("of different names are different queues, and what names none is said of all", () => {
    expect(of("SQS queue named `order-events` with visibility timeout 300 seconds", "FIFO queue named `mail-queue` with visibility timeout 60 seconds", "Dead letter queue after 3 receives")).toEqual([
      { name: "order-events", fifo: false, visibilityTimeoutSeconds: 300, maxReceiveCount: 3 },
      { name: "mail-queue", fifo: true, visibilityTimeoutSeconds: 60, maxReceiveCount: 3 },
    ]);
  });

  test("with and without order are two, and dead letters alone are of the one that there is", () => {
    expect(of("Order events go through SQS", "SQS FIFO queue keeps payments in order")).toEqual([{ fifo: false }, { fifo: true }]);
    expect(of("SQS FIFO queue keeps payments in order", "Dead letter queue after 3 receives")).toEqual([{ fifo: true, maxReceiveCount: 3 }]);
  });

  test("stay when a later increment names another one", () => {
    expect(of("Order events go through SQS", "SQS queue named `mail-queue` with visibility timeout 60 seconds")).toEqual([{ fifo: false }, { name: "mail-queue", fifo: false, visibilityTimeoutSeconds: 60 }]);
    expect(of("SQS queue named `mail-queue` with visibility timeout 60 seconds", "Order events go through SQS")).toEqual([{ name: "mail-queue", fifo: false, visibilityTimeoutSeconds: 60 }]);
  });

  test("are watched where alerts are asked for, at the number of messages that is stated", () => {
    const blueprint = folded(["SQS queue for orders", "Create alarm for queue depth > 1000"]);
    expect(blueprint.queues?.value).toEqual([{ fifo: false, alarmMessages: 1000 }]);
    expect(blueprint.alarms).toBeDefined();
  });

  test("are a fault where SQS would refuse them", () => {
    expect(messageOf(() => of("SQS queue with message retention of 30 days"))).toBe("0001-x/spec.md:1:3: queue is asked for retentionDays 30; SQS takes whole numbers from 1 to 14.\n    → Write a number in that range, or leave it out.");
  });
});

describe("a cache", () => {
  const of = (...lines: readonly string[]) => folded(lines).cache?.value;

  test.each<[string, object | undefined]>([
    ["**FR-5.4**: The system SHALL use ElastiCache Redis for session and API caching", { engine: "redis", replicas: 0 }],
    ["ElastiCache cluster ready", { engine: "valkey", replicas: 0 }],
    ["ElastiCache Redis 7 with one replica", { engine: "redis", engineVersion: "7.1", replicas: 1 }],
    ["Use Valkey 8 on ElastiCache with cache.t4g.small nodes for sessions", { engine: "valkey", engineVersion: "8.1", nodeType: "cache.t4g.small", replicas: 0 }],
    ["THE System SHALL configure Redis cluster with persistence and replication", { engine: "redis", replicas: 1 }],
    ["ElastiCache Memcached for sessions", undefined],
    ["MemoryDB keeps the sessions", undefined],
  ])("%s", (line, choice) => expect(of(line)).toEqual(choice));

  test("has a standby where several share it, and stands in a network", () => {
    expect(of("Deploy API to Kubernetes cluster", "System SHALL use ElastiCache Redis")).toMatchObject({ replicas: 1 });
    expect(of("MVP runs on a single EC2 instance", "System SHALL use ElastiCache Redis")).toMatchObject({ replicas: 0 });
    expect(folded(["ElastiCache cluster ready"]).network?.value).toMatchObject({ natGateways: "none" });
  });

  test("is a fault where ElastiCache would refuse it", () => {
    expect(messageOf(() => of("ElastiCache Redis 8 for sessions"))).toBe(
      "0001-x/spec.md:1:3: cache is asked for redis 8; phaseline provisions Redis 7.0 and 7.1, after which AWS has no other, and Valkey 7.2 and 8, which know users of IAM.\n    → Write Redis 7.1, or Valkey 8, which takes the same commands.",
    );
    expect(messageOf(() => of("ElastiCache Redis with 6 replicas"))).toBe("0001-x/spec.md:1:3: cache is asked for 6 replicas; ElastiCache has 5 at the most.\n    → Write 5 or less.");
  });
});

describe("jobs", () => {
  const API = "Deploy API to Kubernetes cluster";
  const cleanup = { cleanup: { command: ["npm", "run", "cleanup"] } };
  const of = (lines: readonly string[], jobs: object = cleanup) => folded(lines, { plainHttp: true, jobs }).jobs?.value;
  const job = (cron: string, more: object = {}) => ({ name: "cleanup", command: ["npm", "run", "cleanup"], schedule: { cron, timeZone: "Etc/UTC" }, on: "cluster", ...more });

  test.each([
    ["A CronJob runs every night at 02:00 UTC", "0 2 * * *"],
    ["CronJob cleans up expired exports every 30 minutes", "*/30 * * * *"],
    ["EventBridge Scheduler triggers the export task every 6 hours", "0 */6 * * *"],
    ["Cleanup job on the schedule 0 3 * * *", "0 3 * * *"],
    ["A CronJob runs weekly on Sunday at 03:00 UTC", "0 3 * * 0"],
    ["Nightly CronJob cleans up exports", "0 2 * * *"],
  ])("%s", (line, cron) => expect(of([API, line])).toEqual([job(cron)]));

  test("run on the newest platform that runs the application, once", () => {
    const line = "A CronJob runs every night at 02:00 UTC";
    const expression = "cron(0 2 * * ? *)";
    expect(of(["MVP runs on a single EC2 instance", line])).toEqual([job("0 2 * * *", { on: "server", expression })]);
    expect(of(["MVP runs on a single EC2 instance", "ALB routes traffic to healthy instances", line])).toEqual([job("0 2 * * *", { on: "fleet", expression })]);
    expect(of(["MVP runs on a single EC2 instance", line, API])).toEqual([job("0 2 * * *")]);
  });

  test("are workflows of GitHub where the criterion speaks of a pipeline", () => {
    expect(of([API, "GitHub Actions workflow runs daily at 06:00 UTC"])).toEqual([job("0 6 * * *", { on: "workflow" })]);
  });

  test("are the ones that a criterion names, or that have its schedule, or the only one", () => {
    const jobs = { cleanup: { command: ["a"] }, "nightly-report": { command: ["b"] }, sync: { command: ["c"], schedule: "04:00 UTC" } };
    const names = (line: string) => of([API, line], jobs)?.map(({ name }) => name);
    expect(names("CronJob for the nightly report at 01:00 UTC")).toEqual(["nightly-report"]);
    expect(names("A CronJob runs every night at 04:00 UTC")).toEqual(["sync"]);
    expect(names("A CronJob runs every night at 05:00 UTC")).toBeUndefined();
  });

  test("take their time from the settings where the criterion states none, and are not made without one", () => {
    expect(of([API, "A scheduled task cleans up exports"])).toBeUndefined();
    expect(of([API, "A scheduled task cleans up exports"], { cleanup: { command: ["npm", "run", "cleanup"], schedule: "04:30 UTC" } })).toEqual([job("30 4 * * *")]);
  });

  test("are not made where no command is said, nor where nothing runs", () => {
    expect(of([API, "A CronJob runs every night at 02:00 UTC"], {})).toBeUndefined();
    expect(of(["A CronJob runs every night at 02:00 UTC", "S3 bucket for uploads"].slice(1))).toBeUndefined();
  });

  test("are a fault at a time that no clock has, or that a clock cannot say", () => {
    expect(messageOf(() => of([API, "CronJob cleans up expired exports every 45 minutes"]))).toBe(
      '0002-x/spec.md:1:3: AC-01 asks for a job at a time that no clock has: {"everyMinutes":45}.\n    → Write a number of minutes that divides the hour, a number of hours that divides the day, a time of day (02:00 UTC) or a cron expression (0 2 * * *).',
    );
    expect(messageOf(() => of(["MVP runs on a single EC2 instance", "Cleanup job on the schedule 0 3 1 * 1"]))).toBe(
      "0002-x/spec.md:1:3: AC-01 asks for a job at 0 3 1 * 1, which EventBridge Scheduler cannot say.\n    → Give either the day of the month or the days of the week, and these as numbers or names.",
    );
    expect(messageOf(() => of([API, "GitHub Actions workflow runs daily at 06:00 CET"]))).toBe("0002-x/spec.md:1:3: AC-01 asks for a workflow by the clock of Europe/Paris; those of GitHub go by UTC.\n    → Write the time in UTC.");
  });
});
