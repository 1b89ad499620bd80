import fc from "fast-check";
import { headerComment, parseYaml, yamlDocument } from "../../lib/render/yaml";
import { anyText } from "../support/any-text";

describe("yamlDocument", () => {
  test("reads back as it was written, whatever the strings contain", () => {
    const text = fc.oneof(
      anyText(),
      fc.constantFrom("yes", "on", "null", "~", "0x1f", "1e3", "010", "12:30", "2001-01-01", "&a", "*a", "!x", "- a", "a: b", "# c", "{{ .Values }}", "${{ secrets.X }}", "a\r\nb", "\u202e", "\ufeff", "---"),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), text), (value) => {
        expect(parseYaml(yamlDocument(value))).toEqual({ ...value });
      }),
    );
  });

  test("writes no anchors for a value that occurs twice", () => {
    const shared = { app: "x" };
    expect(yamlDocument({ a: shared, b: shared })).toBe("a:\n  app: x\nb:\n  app: x\n");
  });

  test("does not fold a long line", () => {
    expect(yamlDocument({ a: "word ".repeat(40) }).split("\n")).toHaveLength(2);
  });
});

test("headerComment keeps text from elsewhere on its line", () => {
  expect(headerComment({ source: "spec.md\nkind: Secret\u202e\u2028\0x", regenerate: "npm run synth" })).toBe(
    "# Generated from spec.md kind: Secret x.\n# Do not edit: change the source and run `npm run synth`.",
  );
});
