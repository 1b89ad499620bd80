import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ConstructError } from "./construct-error";
import type { IEncryptionKey } from "./encryption-key";
import { fixAddress } from "./fixed-address";

/** Where an object that is seldom asked for costs less, and reading it more. */
export type StorageClass = "DEEP_ARCHIVE" | "GLACIER" | "GLACIER_IR" | "INTELLIGENT_TIERING" | "ONEZONE_IA" | "STANDARD_IA";

export interface PrivateBucketProps {
  /**
   * First part of the bucket's name, at most 37 lower-case letters, digits and dashes; AWS makes the rest unique in the world.
   * @default - the whole name is given
   */
  readonly namePrefix?: string;
  /**
   * The whole name, 3 to 63 lower-case letters, digits and dashes, which nobody else in the world may have. Another name is another bucket.
   * @default - AWS makes one from the prefix
   */
  readonly name?: string;
  /**
   * Encrypts the objects. `"s3-managed"`: with keys of S3 itself, for services that can write no other way (access logs of
   * load balancers).
   */
  readonly encryption: IEncryptionKey | "s3-managed";
  /**
   * Days until an object goes; old versions go after as many.
   * @default - objects stay; old versions go after 90 days
   */
  readonly expireDays?: number;
  /**
   * Moves objects to another storage class after that many days.
   * @default - they stay where they are
   */
  readonly transition?: { readonly days: number; readonly storageClass: StorageClass };
  /**
   * Terraform's name for the bucket (`aws_s3_bucket.<address>`), which then stays wherever the construct stands.
   * @default - follows from the construct's place in the tree
   */
  readonly address?: string;
  /**
   * Terraform refuses any plan that would destroy or replace the bucket.
   * @default false
   */
  readonly preventDestroy?: boolean;
  /**
   * Lets a destroy take the objects along. Right where Terraform itself writes them.
   * @default false
   */
  readonly forceDestroy?: boolean;
  /**
   * Refuses whatever does not come by TLS. Not for objects that Terraform writes, where it may be given an endpoint that speaks none (an emulator).
   * @default true
   */
  readonly tlsOnly?: boolean;
  /**
   * What else the bucket's policy says.
   * @default - nothing
   */
  readonly statements?: (bucketArn: string) => readonly DataAwsIamPolicyDocumentStatement[];
}

export const DEFAULTS = { oldVersionDays: 90, forceDestroy: false, tlsOnly: true } as const;

/**
 * An S3 bucket that nobody outside the account reads: no ACLs, no public policy, by TLS only, encrypted, versioned, and cleared up.
 *
 * Not done, by choice: access logs of the bucket itself (CKV_AWS_18: of a bucket for logs they would be logs of logs), a copy in another
 * region (CKV_AWS_144: what lies here can be made again or may be lost with the region), events (CKV2_AWS_62: nothing waits for an
 * object).
 *
 * @example
 * new PrivateBucket(stack, "configuration", { namePrefix: "shop-configuration-", encryption: key });
 *
 * @throws ConstructError when the prefix or the number of days is not one that S3 takes.
 */
export class PrivateBucket extends Construct {
  readonly bucketName: string;
  readonly bucketArn: string;
  /** Where S3 itself answers for it, for CloudFront. */
  readonly regionalDomainName: string;
  /** What must exist before anything is written: the policy that allows it, above all. */
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    if ((props.name === undefined) === (props.namePrefix === undefined)) {
      throw new ConstructError(this, `name is ${props.name} and namePrefix is ${props.namePrefix}; a bucket has the one or the other.`, "Give one of them.");
    }
    if (props.name !== undefined && !/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(props.name)) {
      throw new ConstructError(this, `name is "${props.name}"; S3 takes 3 to 63 lower-case letters, digits and dashes, with no dash at either end.`, "Correct it.");
    }
    if (props.namePrefix !== undefined && (props.namePrefix.length > 37 || !/^[a-z0-9][a-z0-9-]*$/.test(props.namePrefix))) {
      throw new ConstructError(this, `namePrefix is "${props.namePrefix}"; S3 takes 1 to 37 lower-case letters, digits and dashes, with a letter or digit first.`, "Shorten it.");
    }
    if (props.expireDays !== undefined && !(Number.isInteger(props.expireDays) && props.expireDays >= 1)) {
      throw new ConstructError(this, `expireDays is ${props.expireDays}; S3 takes whole days from 1.`, "Give another number, or leave it out to keep objects.");
    }
    if (props.transition !== undefined && !(Number.isInteger(props.transition.days) && props.transition.days >= 0)) {
      throw new ConstructError(this, `transition.days is ${props.transition.days}; S3 takes whole days from 0.`, "Give another number, or leave it out.");
    }
    const bucket = new S3Bucket(this, "bucket", {
      ...(props.name === undefined ? { bucketPrefix: props.namePrefix! } : { bucket: props.name }),
      forceDestroy: props.forceDestroy ?? DEFAULTS.forceDestroy,
      ...(props.preventDestroy === true ? { lifecycle: { preventDestroy: true } } : {}),
    });
    if (props.address !== undefined) fixAddress(bucket, props.address, "Give the two buckets different `address`es.");
    const publicAccess = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket: bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const ownership = new S3BucketOwnershipControls(this, "ownership", { bucket: bucket.id, rule: { objectOwnership: "BucketOwnerEnforced" } });
    const { encryption } = props;
    const encrypted = new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket: bucket.id,
      rule: [
        encryption === "s3-managed"
          ? // CKV_AWS_145 (a KMS key): for services that cannot use one.
            { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: encryption.keyArn }, bucketKeyEnabled: true },
      ],
    });
    const versioning = new S3BucketVersioningA(this, "versioning", { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } });
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: bucket.id,
      rule: [
        {
          id: "clear-up",
          status: "Enabled",
          filter: [{ prefix: "" }],
          ...(props.transition === undefined ? {} : { transition: [{ days: props.transition.days, storageClass: props.transition.storageClass }] }),
          ...(props.expireDays === undefined ? {} : { expiration: [{ days: props.expireDays }] }),
          noncurrentVersionExpiration: [{ noncurrentDays: props.expireDays ?? DEFAULTS.oldVersionDays }],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
      ],
      dependsOn: [versioning],
    });
    const statement = [...(props.tlsOnly ?? DEFAULTS.tlsOnly ? [inClear(bucket.arn)] : []), ...(props.statements?.(bucket.arn) ?? [])];
    const policy =
      statement.length === 0
        ? []
        : [
            new S3BucketPolicy(this, "policy", {
              bucket: bucket.id,
              policy: new DataAwsIamPolicyDocument(this, "policy-document", { statement }).json,
              // S3 refuses a policy while it still looks at whether it is public.
              dependsOn: [publicAccess],
            }),
          ];
    this.bucketName = bucket.id;
    this.bucketArn = bucket.arn;
    this.regionalDomainName = bucket.bucketRegionalDomainName;
    this.ready = [...policy, publicAccess, ownership, encrypted, versioning];
  }
}

function inClear(bucketArn: string): DataAwsIamPolicyDocumentStatement {
  return {
    sid: "NothingInClear",
    effect: "Deny",
    principals: [{ type: "AWS", identifiers: ["*"] }],
    actions: ["s3:*"],
    resources: [bucketArn, `${bucketArn}/*`],
    condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }],
  };
}
