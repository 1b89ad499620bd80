import { PrivateBucket, type PrivateBucketProps } from "../../lib/constructs/private-bucket";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

function synthesized(props: Partial<PrivateBucketProps> = {}): Synthesized {
  const stack = emptyStack();
  new PrivateBucket(stack, "bucket", { namePrefix: "shop-", encryption: { keyArn: "arn:key" }, ...props });
  return new Synthesized(stack);
}

describe("PrivateBucket", () => {
  test("is closed to the public, owned by the account, versioned and encrypted by the key", () => {
    const stack = synthesized();
    expect(stack.resource("aws_s3_bucket_public_access_block")).toMatchObject({ block_public_acls: true, block_public_policy: true, ignore_public_acls: true, restrict_public_buckets: true });
    expect(stack.resource("aws_s3_bucket_ownership_controls").rule).toMatchObject({ object_ownership: "BucketOwnerEnforced" });
    expect(stack.resource("aws_s3_bucket_versioning").versioning_configuration).toEqual({ status: "Enabled" });
    expect(stack.resource("aws_s3_bucket_server_side_encryption_configuration").rule[0]).toMatchObject({ apply_server_side_encryption_by_default: { sse_algorithm: "aws:kms", kms_master_key_id: "arn:key" } });
  });

  test("refuses what does not come by TLS, unless it is told not to", () => {
    expect(synthesized().statements("bucket/policy-document")).toEqual([expect.objectContaining({ effect: "Deny", condition: [{ test: "Bool", variable: "aws:SecureTransport", values: ["false"] }] })]);
    expect(synthesized({ tlsOnly: false }).types()).not.toContain("aws_s3_bucket_policy");
  });

  test("keeps objects unless it is told for how long, and clears up old versions in any case", () => {
    expect(synthesized().resource("aws_s3_bucket_lifecycle_configuration").rule[0]).toMatchObject({ noncurrent_version_expiration: [{ noncurrent_days: 90 }] });
    expect(synthesized().resource("aws_s3_bucket_lifecycle_configuration").rule[0]).not.toHaveProperty("expiration");
    expect(synthesized({ expireDays: 7 }).resource("aws_s3_bucket_lifecycle_configuration").rule[0]).toMatchObject({ expiration: [{ days: 7 }], noncurrent_version_expiration: [{ noncurrent_days: 7 }] });
  });

  test.each<[string, Partial<PrivateBucketProps>, string]>([
    ["the prefix is none", { namePrefix: "Shop_" }, 'stack/bucket: namePrefix is "Shop_"; S3 takes 1 to 37 lower-case letters, digits and dashes, with a letter or digit first.\n    → Shorten it.'],
    ["days are none", { expireDays: 0 }, "stack/bucket: expireDays is 0; S3 takes whole days from 1.\n    → Give another number, or leave it out to keep objects."],
  ])("throws when %s", (_, props, message) => {
    expect(errorOf(() => synthesized(props)).message).toBe(message);
  });
});
