import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { LaunchTemplate } from "@cdktf/provider-aws/lib/launch-template";
import { TerraformResource, TerraformVariable, Token } from "cdktf";
import { Construct } from "constructs";
import { tagAll } from "../../lib/constructs/tags";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

describe("tagAll", () => {
  test("tags every AWS resource at and below the scope, and none beside it", () => {
    // GIVEN
    const stack = emptyStack();
    const scope = new Construct(stack, "inside");
    new KmsKey(scope, "key");
    new KmsKey(stack, "beside");

    // WHEN
    tagAll(scope, { Environment: "production" });

    // THEN
    const keys = new Synthesized(stack).resources("aws_kms_key");
    expect(keys["inside/key"]!["tags"]).toEqual({ Environment: "production" });
    expect(keys["beside"]!["tags"]).toBeUndefined();
  });

  test("leaves a tag that the resource has, and adds the others", () => {
    const stack = emptyStack();
    new KmsKey(stack, "key", { tags: { Name: "own", Environment: "staging" } });
    tagAll(stack, { Environment: "production", Increment: "0012-production-infrastructure" });
    expect(new Synthesized(stack).resource("aws_kms_key")["tags"]).toEqual({
      Name: "own",
      Environment: "staging",
      Increment: "0012-production-infrastructure",
    });
  });

  test("merges in Terraform what it cannot read here", () => {
    const stack = emptyStack();
    new KmsKey(stack, "key", { tags: Token.asStringMap(new TerraformVariable(stack, "tags", { type: "map(string)" }).value) });
    tagAll(stack, { Environment: "production" });
    expect(new Synthesized(stack).resource("aws_kms_key")["tags"]).toBe('${merge({"Environment" = "production"}, var.tags)}');
  });

  test("passes over what takes no tags, data sources, and providers whose tags are another thing", () => {
    const stack = emptyStack();
    new KmsAlias(stack, "alias", { targetKeyId: "key" });
    new DataAwsRegion(stack, "region");
    const monitor = new TerraformResource(stack, "monitor", { terraformResourceType: "datadog_monitor" });
    Object.defineProperty(monitor, "tagsInput", { value: ["env:production"] });
    tagAll(stack, { Environment: "production" });
    expect(new Synthesized(stack).resource("aws_kms_alias")["tags"]).toBeUndefined();
    expect("tags" in monitor).toBe(false);
  });

  test("leaves what instances inherit alone, since another launch template replaces running nodes", () => {
    const stack = emptyStack();
    new LaunchTemplate(stack, "template", { tagSpecifications: [{ resourceType: "instance", tags: { Name: "node" } }] });
    tagAll(stack, { Increment: "0012" });
    expect(new Synthesized(stack).resource("aws_launch_template")).toMatchObject({
      tags: { Increment: "0012" },
      tag_specifications: [{ resource_type: "instance", tags: { Name: "node" } }],
    });
  });

  test.each(["", "aws:owner", "AWS:owner", "a".repeat(129), "what?"])("throws when a key is %p", (key) => {
    expect(errorOf(() => tagAll(emptyStack(), { [key]: "x" })).message).toBe(
      `stack: the tag key "${key}" is not one that AWS takes: 1 to 128 letters, digits, spaces and _.:/=+-@, not beginning with "aws:".\n    → Choose another key.`,
    );
  });

  test.each(['${file("/etc/passwd")}x', "a".repeat(257), "line\nbreak"])("throws when a value is %p", (value) => {
    expect(errorOf(() => tagAll(emptyStack(), { Increment: value })).message).toBe(
      `stack: the tag Increment has the value "${value}", which AWS refuses: a value has at most 256 letters, digits, spaces and _.:/=+-@.\n    → Leave out or replace the other characters.`,
    );
  });
});
