import { StateBucket } from "../../lib/constructs/state-bucket";
import { awsStack, messageOf, resourceOf } from "../support/synth";

describe("StateBucket", () => {
  const stack = awsStack();
  new StateBucket(stack, "state", { name: "shop-production-state-1f2e3d4c", keyAlias: "shop-production-state" });

  test("is private, versioned, and encrypted by a key of its own", () => {
    expect(resourceOf(stack, "aws_s3_bucket")).toMatchObject({ bucket: "shop-production-state-1f2e3d4c", force_destroy: false });
    expect(resourceOf(stack, "aws_s3_bucket_versioning")).toMatchObject({ versioning_configuration: { status: "Enabled" } });
    expect(resourceOf(stack, "aws_s3_bucket_server_side_encryption_configuration")["rule"][0].apply_server_side_encryption_by_default).toMatchObject({ sse_algorithm: "aws:kms", kms_master_key_id: "${aws_kms_key.state.arn}" });
    expect(resourceOf(stack, "aws_kms_alias")["name"]).toBe("alias/shop-production-state");
  });

  test("is not destroyed by Terraform, nor is its key", () => {
    for (const type of ["aws_s3_bucket", "aws_kms_key"]) expect(resourceOf(stack, type)["lifecycle"]).toEqual({ prevent_destroy: true });
  });

  test("throws when S3 takes no such name", () => {
    expect(messageOf(() => new StateBucket(awsStack(), "state", { name: "Shop", keyAlias: "shop" }))).toBe('test/state/bucket: name is "Shop"; S3 takes 3 to 63 lower-case letters, digits and dashes, with no dash at either end.\n    → Correct it.');
  });
});
