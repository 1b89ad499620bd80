import { Construct } from "constructs";
import { ConstructError } from "../../lib/constructs/construct-error";
import { nameOf } from "../../lib/constructs/names";
import { emptyStack, errorOf } from "./support/terraform";

describe("nameOf", () => {
  test("takes what was given", () => {
    expect(nameOf(emptyStack(), "specweave-prod")).toBe("specweave-prod");
  });

  test("falls back to the construct's path, in letters that AWS takes", () => {
    const scope = new Construct(new Construct(emptyStack(), "phase_1"), "network");
    expect(nameOf(scope, undefined)).toBe("stack-phase-1-network");
  });

  test.each(["specweave_prod", "-specweave", "specweave-", "", '${file("/etc/passwd")}x', "a".repeat(49)])("throws when the name is %p", (name) => {
    const error = errorOf(() => nameOf(new Construct(emptyStack(), "network"), name));
    expect(error).toBeInstanceOf(ConstructError);
    expect(error.message).toBe(
      `stack/network: name is "${name}"; a name has 1 to 48 letters, digits and dashes, with no dash at either end.\n    → Give a name such as "specweave-prod".`,
    );
  });

  test("says so when it is the path that makes too long a name", () => {
    const scope = new Construct(emptyStack(), "n".repeat(60));
    expect(errorOf(() => nameOf(scope, undefined)).message).toBe(
      `stack/${"n".repeat(60)}: name is "stack-${"n".repeat(
        60,
      )}", from the construct's path; a name has 1 to 48 letters, digits and dashes, with no dash at either end.\n    → Give a name such as "specweave-prod".`,
    );
  });
});
