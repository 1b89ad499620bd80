import { Testing } from "cdktf";
import { ContainerRegistry, type ContainerRegistryProps, DEFAULTS } from "../../lib/constructs/container-registry";
import { emptyStack, errorOf, hclBlocks, Synthesized } from "./support/terraform";

const encryptionKey = {
  keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1234",
};

function synthesize(props: Partial<ContainerRegistryProps> = {}): Synthesized {
  const stack = emptyStack();
  new ContainerRegistry(stack, "registry", {
    name: "specweave-api",
    encryptionKey,
    ...props,
  });
  return new Synthesized(stack);
}

describe("ContainerRegistry", () => {
  test("has the defaults that its documentation names", () => {
    expect(DEFAULTS).toEqual({
      keepTaggedImages: 100,
      expireUntaggedDays: 14,
      forceDelete: false,
    });
  });

  test("never moves a tag, scans what is pushed, encrypts it, and is not deleted with images in it", () => {
    expect(synthesize().resource("aws_ecr_repository")).toMatchObject({
      name: "specweave-api",
      image_tag_mutability: "IMMUTABLE",
      image_scanning_configuration: { scan_on_push: true },
      encryption_configuration: [{ encryption_type: "KMS", kms_key: encryptionKey.keyArn }],
      force_delete: false,
    });
  });

  test("is not kept by Terraform either, so that an empty one can be destroyed", () => {
    expect(synthesize().resource("aws_ecr_repository")).not.toHaveProperty("lifecycle");
  });

  test("drops tagged images by their number and untagged ones by their age, never what runs by its age", () => {
    const policy: string = synthesize({
      keepTaggedImages: 7,
      expireUntaggedDays: 3,
    }).resource("aws_ecr_lifecycle_policy")["policy"];
    expect(policy).toContain('"selection" = {"tagStatus" = "untagged", "countType" = "sinceImagePushed", "countUnit" = "days", "countNumber" = 3}');
    expect(policy).toContain(
      '"selection" = {"tagStatus" = "tagged", "tagPatternList" = ["*"], "countType" = "imageCountMoreThan", "countNumber" = 7}',
    );
    expect(policy.match(/sinceImagePushed/g)).toHaveLength(1);
  });

  test("makes a key of its own when it is given none", () => {
    const stack = emptyStack();
    new ContainerRegistry(stack, "registry", { name: "team/api" });
    expect(new Synthesized(stack).resource("aws_kms_alias")["name"]).toBe("alias/ecr-team-api");
  });

  test("keeps its Terraform address wherever it stands, when that is given", () => {
    const synthesized = synthesize({ address: "api" });
    expect(synthesized.address("registry/repository")).toBe("aws_ecr_repository.api");
    expect(synthesized.resource("aws_ecr_lifecycle_policy")["repository"]).toBe("${aws_ecr_repository.api.name}");
  });

  test.each(["a", "API", "-api", "api-", "api:latest", "a".repeat(257)])("throws when its name is %p", (name) => {
    expect(errorOf(() => synthesize({ name })).message).toBe(
      `stack/registry: name is "${name}"; ECR takes 2 to 256 small letters and digits, with . _ - or / between them.\n    → Give a name such as "specweave-api".`,
    );
  });

  test.each([
    [{ keepTaggedImages: 0 }, "keepTaggedImages is 0; ECR takes whole numbers from 1.\n    → Leave it out for 100."],
    [{ expireUntaggedDays: 1.5 }, "expireUntaggedDays is 1.5; ECR takes whole numbers from 1.\n    → Leave it out for 14."],
  ])("throws when given %j", (props, message) => {
    expect(errorOf(() => synthesize(props)).message).toBe(`stack/registry: ${message}`);
  });

  test("reads like this in HCL", () => {
    const stack = emptyStack();
    new ContainerRegistry(stack, "registry", {
      name: "specweave-api",
      encryptionKey,
    });
    expect(Testing.synthHcl(stack)).toContain("aws_ecr_lifecycle_policy");
    expect(hclBlocks(stack, ["aws_ecr_repository", "registry"])).toMatchInlineSnapshot(`
      "resource "aws_ecr_repository" "registry_repository_BAFE171E" {
      force_delete = false
      image_tag_mutability = "IMMUTABLE"
      name = "specweave-api"
      encryption_configuration {
      encryption_type = "KMS"
      kms_key = "arn:aws:kms:eu-central-1:123456789012:key/1234"
      }
      image_scanning_configuration {
      scan_on_push = true
      }
      }"
    `);
  });
});
