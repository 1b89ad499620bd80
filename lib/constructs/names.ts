import { Token } from "cdktf";
import type { Construct } from "constructs";
import { ConstructError } from "./construct-error";

/** The longest name that leaves room for the suffixes that constructs append, within the 64 characters of an IAM role's name. */
const MAX_LENGTH = 48;

/**
 * The name that AWS shows, checked: what was given, or the construct's path joined by dashes, which is unique in an app.
 *
 * @throws ConstructError when it has other characters than letters, digits and dashes, or more than 48 of them.
 */
export function nameOf(scope: Construct, given: string | undefined): string {
  const name = given ?? scope.node.path.replace(/[^A-Za-z0-9]+/g, "-").replace(/^-|-$/g, "");
  if (Token.isUnresolved(name)) return name;
  if (name.length > MAX_LENGTH || !/^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/.test(name)) {
    throw new ConstructError(
      scope,
      `name is "${name}"${given === undefined ? ", from the construct's path" : ""}; a name has 1 to ${MAX_LENGTH} letters, digits and dashes, with no dash at either end.`,
      'Give a name such as "specweave-prod".',
    );
  }
  return name;
}
