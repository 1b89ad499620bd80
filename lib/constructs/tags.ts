import { Fn, TerraformResource, Token } from "cdktf";
import type { IConstruct } from "constructs";
import { ConstructError } from "./construct-error";

/** Characters of a key or value that every AWS service takes: the common set of the AWS tagging guide. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

type Tagged = TerraformResource & { tags?: Record<string, string>; readonly tagsInput?: Record<string, string> };

/**
 * Puts the tags on every AWS resource at and below `scope` that takes tags. A tag that a resource already has stays. Not an
 * Aspect: what exists now is tagged now, so call it last.
 *
 * What instances and volumes inherit through a launch template stays as the construct set it, since a changed launch template
 * replaces every running node.
 *
 * @example
 * tagAll(stack, { Environment: "production", Increment: "0012-production-infrastructure" });
 *
 * @throws ConstructError when a key or a value breaks the rules of AWS for tags.
 */
export function tagAll(scope: IConstruct, tags: Readonly<Record<string, string>>): void {
  checkTags(scope, tags);
  for (const construct of scope.node.findAll()) {
    if (!isTagged(construct)) continue;
    const own = construct.tagsInput ?? {};
    construct.tags = Token.isUnresolved(own) ? Token.asStringMap(Fn.merge([tags, own])) : { ...tags, ...own };
  }
}

/** By type name, too: other providers (Datadog) have a `tags` that is a list. */
function isTagged(construct: IConstruct): construct is Tagged {
  return TerraformResource.isTerraformResource(construct) && construct.terraformResourceType.startsWith("aws_") && "tagsInput" in construct;
}

/** Whether every AWS service takes it as a tag's key or value. */
export function isTagText(text: string): boolean {
  return TAG_TEXT.test(text);
}

function checkTags(scope: IConstruct, tags: Readonly<Record<string, string>>): void {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128 || key.toLowerCase().startsWith("aws:") || !TAG_TEXT.test(key)) {
      throw new ConstructError(
        scope,
        `the tag key "${key}" is not one that AWS takes: 1 to 128 letters, digits, spaces and _.:/=+-@, not beginning with "aws:".`,
        "Choose another key.",
      );
    }
    if (Token.isUnresolved(value)) continue;
    if (value.length > 256 || !TAG_TEXT.test(value)) {
      throw new ConstructError(
        scope,
        `the tag ${key} has the value "${value}", which AWS refuses: a value has at most 256 letters, digits, spaces and _.:/=+-@.`,
        "Leave out or replace the other characters.",
      );
    }
  }
}
