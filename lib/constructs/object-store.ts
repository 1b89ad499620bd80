import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3BucketCorsConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-cors-configuration";
import { Construct } from "constructs";
import type { IApplicationService } from "./application-service";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { nameOf } from "./names";
import { PrivateBucket, type StorageClass } from "./private-bucket";

/** Pages of other origins that may use the bucket from a browser, by addresses that the application signed. */
export interface BucketCors {
  /** Origins, as browsers name them: `https://shop.example.com`. */
  readonly origins: readonly string[];
  /** @default ["GET", "PUT"] */
  readonly methods?: readonly ("GET" | "HEAD" | "POST" | "PUT")[];
  /**
   * For how long a browser remembers the answer.
   * @default 3600
   */
  readonly maxAgeSeconds?: number;
}

export const CORS_DEFAULTS = { methods: ["GET", "PUT"], maxAgeSeconds: 3600 } as const satisfies Omit<Required<BucketCors>, "origins">;

export interface ObjectStoreProps {
  /**
   * First part of the bucket's name; AWS makes the rest unique in the world.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * What lies in it: letters, digits and dashes. Part of the bucket's name, and of the variable that tells the application of it: `files` for
   * `FILES_BUCKET_NAME`. It must never change.
   * @default "files"
   */
  readonly holds?: string;
  /**
   * Terraform's name for the bucket (`aws_s3_bucket.<address>`), independent of where the construct stands. It must never change.
   * @default - as `holds`
   */
  readonly address?: string;
  /**
   * Encrypts the objects.
   * @default - a key of the bucket's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * Days until an object moves to `storageClass`; 30 at the least for infrequent access.
   * @default - objects stay where they are
   */
  readonly transitionDays?: number;
  /** @default "STANDARD_IA" */
  readonly storageClass?: StorageClass;
  /**
   * Days until an object is deleted.
   * @default - objects stay; old versions go after 90 days
   */
  readonly expireDays?: number;
  /** @default - browsers may use it from no page of another origin */
  readonly cors?: BucketCors;
  /**
   * Terraform refuses any plan that would destroy or replace the bucket. (AWS deletes no bucket that has objects in it, in any case.)
   * @default true
   */
  readonly protect?: boolean;
}

export const DEFAULTS = { holds: "files", storageClass: "STANDARD_IA", protect: true } as const satisfies Partial<ObjectStoreProps>;

type Decided = ObjectStoreProps & Required<Pick<ObjectStoreProps, keyof typeof DEFAULTS>>;

/**
 * A bucket for an application's files: uploads, documents, images. Closed to the public, by TLS only, encrypted, versioned: what is overwritten or deleted
 * can be had back for 90 days. 0.023 USD a GB and month (us-east-1), and some cents for every thousand writes.
 *
 * The application knows it by `<HOLDS>_BUCKET_NAME`, and may list, read, write and delete objects, by its role. For people to load a file from a browser, it
 * signs an address; the bucket itself stays closed.
 *
 * Not done, by choice: a copy in another region (CKV_AWS_144: twice the price, and a decision about where data may be), access logs of the bucket
 * (CKV_AWS_18: CloudTrail's data events say the same, for those who need it), events (CKV2_AWS_62: nothing waits for an object).
 *
 * @example
 * const uploads = new ObjectStore(stack, "uploads", { name: "shop-prod", holds: "uploads", encryptionKey: key });
 * fleet.useService(uploads);
 *
 * @throws ConstructError when a prop breaks a rule of S3.
 */
export class ObjectStore extends Construct implements IApplicationService {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];

  constructor(scope: Construct, id: string, given: ObjectStoreProps = {}) {
    super(scope, id);
    const props: Decided = { ...DEFAULTS, ...given };
    const { holds, cors } = props;
    this.check(props);
    const name = nameOf(this, props.name);
    const key = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: `${name}-${holds}`.slice(0, 48), description: `Encrypts the bucket ${holds} of ${name}` });
    const bucket = new PrivateBucket(this, "bucket", {
      // S3 takes 37 characters before its own.
      namePrefix: `${name.toLowerCase().slice(0, 35 - holds.length).replace(/-+$/, "")}-${holds}-`,
      address: props.address ?? holds,
      preventDestroy: props.protect,
      encryption: key,
      ...(props.transitionDays === undefined ? {} : { transition: { days: props.transitionDays, storageClass: props.storageClass } }),
      ...(props.expireDays === undefined ? {} : { expireDays: props.expireDays }),
    });
    this.bucketName = bucket.bucketName;
    this.bucketArn = bucket.bucketArn;
    if (cors) {
      const { origins, methods, maxAgeSeconds } = { ...CORS_DEFAULTS, ...cors };
      new S3BucketCorsConfiguration(this, "cors", {
        bucket: bucket.bucketName,
        corsRule: [{ allowedOrigins: [...origins], allowedMethods: [...methods], allowedHeaders: ["*"], exposeHeaders: ["ETag"], maxAgeSeconds }],
      });
    }
    const { region } = AwsAccount.of(this);
    this.environment = { [`${holds.toUpperCase().replace(/-/g, "_")}_BUCKET_NAME`]: bucket.bucketName };
    this.statements = [
      { actions: ["s3:ListBucket"], resources: [bucket.bucketArn] },
      { actions: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"], resources: [`${bucket.bucketArn}/*`] },
      {
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: [key.keyArn],
        condition: [{ test: "StringEquals", variable: "kms:ViaService", values: [`s3.${region}.amazonaws.com`] }],
      },
    ];
  }

  private check({ holds, transitionDays, storageClass, expireDays, cors }: Decided): void {
    if (!/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/.test(holds)) {
      throw new ConstructError(this, `holds is "${holds}"; it has 2 to 20 lower-case letters, digits and dashes, beginning with a letter.`, 'Write, for example, "uploads".');
    }
    if (transitionDays !== undefined && /_IA$/.test(storageClass) && transitionDays < 30) {
      throw new ConstructError(this, `transitionDays is ${transitionDays}; S3 moves nothing to ${storageClass} before 30 days.`, "Give 30 or more, or another storageClass.");
    }
    if (transitionDays !== undefined && expireDays !== undefined && expireDays <= transitionDays) {
      throw new ConstructError(this, `transitionDays is ${transitionDays} and expireDays is ${expireDays}; S3 takes only what is deleted after it was moved.`, "Give expireDays a greater number, or leave transitionDays out.");
    }
    const wrong = cors?.origins.filter((origin) => !/^https?:\/\/[A-Za-z0-9.-]+(:\d+)?$/.test(origin)) ?? [];
    if (cors && (cors.origins.length === 0 || wrong.length > 0)) {
      throw new ConstructError(this, `cors.origins is ${JSON.stringify(cors.origins)}; an origin has a scheme and a host, and nothing after it.`, 'Write, for example, ["https://shop.example.com"].');
    }
  }
}
