import type { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { EncryptionKey } from "./encryption-key";
import { PrivateBucket } from "./private-bucket";

export interface StateBucketProps {
  /** The bucket's name, which backends are configured with: it cannot be a reference. Another name is another bucket. */
  readonly name: string;
  /** The key's alias, without `alias/`. */
  readonly keyAlias: string;
}

/**
 * Where Terraform keeps its states, with a lock file beside each (`use_lockfile`, Terraform 1.10 and newer): a private bucket, versioned, so that an
 * earlier state can be brought back for 90 days, and encrypted by a key of its own. Terraform refuses to destroy both: who really wants to moves the states
 * out first, then empties the bucket by hand.
 *
 * About 1 USD a month, for the key.
 *
 * @example
 * new StateBucket(stack, "state", { name: "shop-production-state-1f2e3d4c", keyAlias: "shop-production-state" });
 *
 * @throws ConstructError when S3 or KMS takes no such name.
 */
export class StateBucket extends Construct {
  readonly bucketName: string;
  readonly keyArn: string;

  constructor(scope: Construct, id: string, { name, keyAlias }: StateBucketProps) {
    super(scope, id);
    const encryptionKey = new EncryptionKey(this, "key", { alias: keyAlias, description: `Encrypts the Terraform states in ${name}`, address: "state" });
    (encryptionKey.node.findChild("key") as KmsKey).lifecycle = { preventDestroy: true };
    const bucket = new PrivateBucket(this, "bucket", { name, address: "state", encryption: encryptionKey, preventDestroy: true });
    this.bucketName = bucket.bucketName;
    this.keyArn = encryptionKey.keyArn;
  }
}
