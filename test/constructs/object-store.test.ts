import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { CORS_DEFAULTS, DEFAULTS, ObjectStore, type ObjectStoreProps } from "../../lib/constructs/object-store";
import { documentedDefaults } from "../support/documented-defaults";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

function synthesized(props: ObjectStoreProps = {}): Synthesized {
  const stack = emptyStack();
  new ObjectStore(stack, "uploads", { name: "shop-prod", encryptionKey: { keyArn: "arn:key" }, ...props });
  return new Synthesized(stack);
}

describe("ObjectStore", () => {
  test("is a bucket that stays: at an address of its own, which no plan destroys", () => {
    const stack = synthesized();
    expect(stack.address("uploads/bucket/bucket")).toBe("aws_s3_bucket.files");
    expect(stack.resource("aws_s3_bucket")).toMatchObject({ bucket_prefix: "shop-prod-files-", force_destroy: false, lifecycle: { prevent_destroy: true } });
    expect(synthesized({ protect: false }).resource("aws_s3_bucket")).not.toHaveProperty("lifecycle");
  });

  test("keeps every object where it is, unless it is told otherwise", () => {
    const [kept] = synthesized().resource("aws_s3_bucket_lifecycle_configuration").rule;
    expect(kept).not.toHaveProperty("transition");
    expect(kept).not.toHaveProperty("expiration");
    expect(synthesized({ transitionDays: 30, expireDays: 90 }).resource("aws_s3_bucket_lifecycle_configuration").rule).toEqual([
      {
        id: "clear-up",
        status: "Enabled",
        filter: [{ prefix: "" }],
        transition: [{ days: 30, storage_class: "STANDARD_IA" }],
        expiration: [{ days: 90 }],
        noncurrent_version_expiration: [{ noncurrent_days: 90 }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      },
    ]);
  });

  test("tells the application its name, and lets it work with this bucket and its key alone", () => {
    const stack = emptyStack();
    const store = new ObjectStore(stack, "store", { name: "shop-prod", holds: "profile-images", encryptionKey: { keyArn: "arn:key" } });
    expect(Object.keys(store.environment)).toEqual(["PROFILE_IMAGES_BUCKET_NAME"]);
    new DataAwsIamPolicyDocument(stack, "uses", { statement: [...store.statements] });
    const statements = new Synthesized(stack).statements("uses");
    expect(statements.map(({ actions, resources }) => [actions.join(" "), resources.join(" ")])).toEqual([
      ["s3:ListBucket", "${aws_s3_bucket.profile-images.arn}"],
      ["s3:AbortMultipartUpload s3:DeleteObject s3:GetObject s3:PutObject", "${aws_s3_bucket.profile-images.arn}/*"],
      ["kms:Decrypt kms:GenerateDataKey", "arn:key"],
    ]);
    expect(statements[2]?.["condition"]).toEqual([{ test: "StringEquals", variable: "kms:ViaService", values: [expect.stringMatching(/^s3\.\$\{data\.aws_region\.[\w-]+\.id\}\.amazonaws\.com$/)] }]);
  });

  test("answers browsers on pages of other origins only where these are named", () => {
    expect(synthesized().types()).not.toContain("aws_s3_bucket_cors_configuration");
    expect(synthesized({ cors: { origins: ["https://shop.example.com"] } }).resource("aws_s3_bucket_cors_configuration").cors_rule).toEqual([
      { allowed_headers: ["*"], allowed_methods: ["GET", "PUT"], allowed_origins: ["https://shop.example.com"], expose_headers: ["ETag"], max_age_seconds: 3600 },
    ]);
  });

  test("shortens a long name to what S3 takes", () => {
    const prefix = synthesized({ name: "a-rather-long-name-of-a-project-in-production", holds: "profile-images" }).resource("aws_s3_bucket").bucket_prefix;
    expect(prefix).toBe("a-rather-long-name-of-profile-images-");
    expect(prefix.length).toBeLessThanOrEqual(37);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/object-store.ts", "ObjectStoreProps")).toEqual(DEFAULTS);
    expect(documentedDefaults("lib/constructs/object-store.ts", "BucketCors")).toEqual(CORS_DEFAULTS);
  });

  test.each<[string, ObjectStoreProps, string]>([
    ["its name is none", { holds: "Files" }, 'stack/uploads: holds is "Files"; it has 2 to 20 lower-case letters, digits and dashes, beginning with a letter.\n    → Write, for example, "uploads".'],
    ["S3 would refuse the move", { transitionDays: 7 }, "stack/uploads: transitionDays is 7; S3 moves nothing to STANDARD_IA before 30 days.\n    → Give 30 or more, or another storageClass."],
    [
      "objects would be deleted before they are moved",
      { transitionDays: 90, expireDays: 90 },
      "stack/uploads: transitionDays is 90 and expireDays is 90; S3 takes only what is deleted after it was moved.\n    → Give expireDays a greater number, or leave transitionDays out.",
    ],
    ["days are none", { storageClass: "GLACIER", transitionDays: 0.5 }, "stack/uploads/bucket: transition.days is 0.5; S3 takes whole days from 0.\n    → Give another number, or leave it out."],
    [
      "an origin is none",
      { cors: { origins: ["*"] } },
      'stack/uploads: cors.origins is ["*"]; an origin has a scheme and a host, and nothing after it.\n    → Write, for example, ["https://shop.example.com"].',
    ],
  ])("throws when %s", (_, props, message) => {
    expect(errorOf(() => synthesized(props)).message).toBe(message);
  });
});
