import { agrees, capability, refused, stated } from "./capability";
import { countOf, durations, inDays } from "./quantities";
import { refusesPlainHttp } from "./policies";
import type { Evidence, Resource } from "./synthesized";
import { STORAGE_CLASSES } from "./storage-classes";
import { unused, usersOf } from "./users";

/** What others than the application write, and what keeps that instead. */
const INSTEAD = {
  logs: "CloudWatch keeps logs; write `Application logs are kept for 90 days`",
  backups: "RDS keeps backups of its own; write `Automated backups are kept for 14 days`",
} as const;

export interface ObjectStorageParameters {
  readonly buckets?: number;
  readonly transitionDays?: number;
  readonly retentionDays?: number;
  /** Whether what is older than `retentionDays` is deleted. */
  readonly expires?: true;
  readonly versioning?: true;
  readonly storageClass?: keyof typeof STORAGE_CLASSES;
  /** Whether pages of other origins use it from a browser. */
  readonly cors?: true;
  /** A product other than S3. */
  readonly product?: "minio";
  /** What it is for, where that is not the application's files. */
  readonly holds?: keyof typeof INSTEAD;
}

/** Files by key: S3 buckets. */
export const objectStorage = capability<ObjectStorageParameters>()({
  id: "object-storage",
  title: "Object storage",
  names: [
    /\btransition\w*\b[^.;]{0,40}\bstorage (?:class|tier)\w*/,
    /\bs3\b/, /\bobject storage\b/, /\bpublic access\b[^.;]{0,30}\bbuckets?\b/, /\bobject store\b/, /\bglacier\b/, /\bobjektspeicher\b/, /对象存储/,
    /\bbuckets? (?:\w+ ){0,4}(?:versioning|lifecycle|replication)\b/,
    /\binfrequent(?:ly)?[- ]access(?:ed)?\b/, /\bintelligent[- ]tiering\b/, /\b(?:cold|colder|archiv\w+|lower-cost|cheaper|cheap) storage (?:tier|class)(?:es|s)?\b/, /\blifecycle\b[^.;]{0,40}\bobjects?\b/, /\bobjects? (?:\w+ ){0,3}lifecycle\b/, /\b(?:delet|expir|transition|archiv)\w* objects? (?:after|older|that)\b/,
    /\bobjects? (?:are |is |shall be |must be )?(?:\w+ )?(?:deleted|expired?s?|transitioned|archived) (?:after|older)\b/, /\bnon-?current (?:object )?versions?\b/, /\bincomplete multipart uploads?\b/, /\bblock(?: all)? ?public ?access\b/, /\bminio\b/, /\balmacenamiento de objetos\b/, /\barmazenamento de objetos\b/, /\bstockage (?:d')?objets?\b/, /オブジェクトストレージ/,
  ],
  hints: [/\bbuckets?\b/, /\bobject lock\b/, /\bblob storage\b/],
  otherSenses: [/\b(?:token|leaky)[- ]bucket\b/, /\b(?:hourly|daily|weekly|monthly|minute|score|size|price|latency) buckets?\b/, /\b(?:third|time|age|hash|skill|priority|rate|histogram) buckets?\b/, /\bbuckets? (?:sort|list)\b/],
  read: (text) => {
    const times = durations(text).filter(({ value }) => ["day", "week", "month", "year"].includes(value.unit));
    const transition = times.find(({ start }) => /(?:transition|move|archiv|\bia\b|glacier|infrequent)[^,;.]{0,70}$/.test(text.slice(Math.max(0, start - 100), start)) && !/(?:delet|expir|remov)[^,;]{0,40}$/.test(text.slice(Math.max(0, start - 60), start)));
    const kept = times.find((time) => time !== transition && /delet|expir|remov|retain|reten|keep|older than/.test(text.slice(Math.max(0, time.start - 60), time.end + 24)));
    return stated<ObjectStorageParameters>({
      buckets: countOf(text, "s3 buckets?|buckets?"),
      transitionDays: transition ? inDays(transition.value) : undefined, retentionDays: kept ? inDays(kept.value) : undefined,
      expires: kept && /\b(?:delet|expir|remov|purg)/.test(text) ? true : undefined,
      versioning: /\bversion(?:ing|ed)\b/.test(text) ? true : undefined,
      storageClass: transition === undefined ? undefined : storageClassOf(text),
      cors: /\bcors\b/.test(text) ? true : undefined, product: /\bminio\b/.test(text) && !/\bs3\b(?! ?[- ]compatible)/.test(text) ? "minio" : undefined,
      holds: /\b(?:upload|document|image|photo|video|audio|asset|file|media|report|attachment|object storage)s?\b/.test(text) ? undefined : /\blogs?\b/.test(text) ? "logs" : /\bback-?ups?\b/.test(text) ? "backups" : undefined,
    });
  },
  keys: {
    buckets: "number", transitionDays: "number", retentionDays: "number", expires: "boolean", versioning: "boolean", cors: "boolean",
    storageClass: Object.keys(STORAGE_CLASSES), product: ["minio"], holds: Object.keys(INSTEAD),
  },
  contradiction: ({ transitionDays, retentionDays, expires }) => transitionDays !== undefined && retentionDays !== undefined && expires && retentionDays <= transitionDays
    ? { message: `it moves objects after ${transitionDays} days and deletes them after ${retentionDays}`, remedy: "let objects be deleted later than they are moved" } : undefined,
  prove: ({ buckets: count = 1, transitionDays, retentionDays, expires, storageClass, cors, product, holds }, evidence) => {
    const wanted = `${count === 1 ? "a private, encrypted bucket" : `${count} private, encrypted buckets`} that the application may use`;
    if (product !== undefined) return refused(wanted, "no MinIO: phaseline keeps objects in S3; write `Files are stored in an S3 bucket`");
    if (holds !== undefined) return refused(wanted, `no bucket for ${holds}: ${INSTEAD[holds]}`);
    const buckets = bucketsOf(evidence);
    const of = (type: string, bucket: Resource) => evidence.resources(type).find((part) => part.refersTo(bucket, "bucket"));
    const every = (type: string, holds: (part: Resource) => boolean) => buckets.map((bucket) => of(type, bucket)).every((part) => part !== undefined && holds(part));
    const ages = (holds: (all: ReturnType<typeof agesOf>) => boolean) => buckets.every((bucket) => holds(agesOf(of("aws_s3_bucket_lifecycle_configuration", bucket))));
    return {
      wanted,
      found: `${buckets.length} ${buckets.length === 1 ? "bucket" : "buckets"}, private, encrypted, versioned${usersOf(evidence).length === 0 ? "" : ", that the application may use"}`,
      resources: buckets,
      unless: {
        "no bucket": buckets.length > 0,
        [`${buckets.length} of ${count} buckets`]: buckets.length === 0 || buckets.length >= count,
        "a bucket that is open to the public": every("aws_s3_bucket_public_access_block", (part) => ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].every((key) => part.get(key) === true)),
        "a bucket without a key of its own": every("aws_s3_bucket_server_side_encryption_configuration", (part) => {
          const by = part.get("rule.apply_server_side_encryption_by_default") as { sse_algorithm?: string; kms_master_key_id?: string } | undefined;
          return by?.sse_algorithm === "aws:kms" && by.kms_master_key_id !== undefined;
        }),
        "a bucket without versions": every("aws_s3_bucket_versioning", (part) => part.get("versioning_configuration.status") === "Enabled"),
        "a bucket that answers plain HTTP": every("aws_s3_bucket_policy", (policy) => refusesPlainHttp(evidence, policy)),
        "a bucket that Terraform may destroy": buckets.every((bucket) => bucket.get("lifecycle.prevent_destroy") === true && bucket.get("force_destroy") !== true),
        [`no move ${storageClass === undefined ? "" : `to ${storageClass} `}after ${transitionDays} days`]: transitionDays === undefined ||
          ages((all) => all.some(({ movedAfter, movedTo }) => movedAfter === transitionDays && agrees(storageClass && STORAGE_CLASSES[storageClass], movedTo))),
        [`no deletion after ${retentionDays} days`]: retentionDays === undefined || expires !== true || ages((all) => all.some(({ deletedAfter }) => deletedAfter === retentionDays)),
        [`objects do not stay for ${retentionDays} days`]: retentionDays === undefined || expires === true || ages((all) => all.every(({ deletedAfter }) => deletedAfter === undefined || Number(deletedAfter) >= retentionDays)),
        "no CORS rule: context.phaseline.objectStorage.corsOrigins names no origin, and there is no domain": cors === undefined || every("aws_s3_bucket_cors_configuration", (part) => part.list("cors_rule").some(({ allowed_origins: origins }) => Array.isArray(origins) && origins.length > 0 && !origins.includes("*"))),
        ...unused(evidence, buckets, "s3:GetObject", "s3:PutObject"),
      },
    };
  },
  examples: [
    { text: "Provision two S3 buckets with versioning enabled", parameters: { buckets: 2, versioning: true } },
    { text: "S3 lifecycle moves documents to IA after 30 days and deletes them after 90 days", parameters: { transitionDays: 30, retentionDays: 90, expires: true, storageClass: "infrequent-access" } },
  ],
});

function storageClassOf(text: string): keyof typeof STORAGE_CLASSES | undefined {
  if (/\bdeep archive\b/.test(text)) return "deep-archive";
  if (/\bglacier instant\b/.test(text)) return "glacier-instant";
  if (/\bglacier\b/.test(text)) return "glacier";
  if (/\bintelligent[- ]tiering\b/.test(text)) return "intelligent-tiering";
  return /\bia\b|\binfrequent/.test(text) ? "infrequent-access" : undefined;
}

/** The application's own: those that it is told of; where nothing runs yet, those that are kept. */
function bucketsOf(evidence: Evidence): readonly Resource[] {
  const users = usersOf(evidence);
  return evidence.resources("aws_s3_bucket").filter((bucket) => (users.length === 0 ? bucket.get("lifecycle.prevent_destroy") === true : users.some((user) => user.told(bucket) || user.allowed(bucket, "s3:PutObject"))));
}

/** What happens to objects by their age. */
function agesOf(lifecycle: Resource | undefined): readonly { readonly movedAfter?: unknown; readonly movedTo?: unknown; readonly deletedAfter?: unknown }[] {
  const first = (block: unknown) => ([block].flat()[0] ?? {}) as Readonly<Record<string, unknown>>;
  return (lifecycle?.list("rule") ?? [])
    .filter(({ status }) => status === "Enabled")
    .map(({ transition, expiration }) => ({ movedAfter: first(transition)["days"], movedTo: first(transition)["storage_class"], deletedAfter: first(expiration)["days"] }));
}
