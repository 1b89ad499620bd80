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
    return { ...rest, demands: demands.map((each) => ({ ...each, origin: { ...each.origin, text } })) };
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
