import fc from "fast-check";
import { expression, hclBlock, hclExpression, hclString, hclTemplate, terraformText } from "../../lib/render/hcl";

describe("hclExpression", () => {
  test("writes every kind of value on one line and leaves out what is undefined", () => {
    expect(hclExpression({ text: "a", number: 2, yes: true, none: null, list: ["b", [1]], gone: undefined, ref: expression("var.x") })).toBe(
      '{"text" = "a", "number" = 2, "yes" = true, "none" = null, "list" = ["b", [1]], "ref" = var.x}',
    );
  });

  test("writes untrusted text as a literal", () => {
    expect(hclExpression('${file("/etc/passwd")} %{ for } \\ "q"\r\n\t\u0000')).toBe(
      '"$${file(\\"/etc/passwd\\")} %%{ for } \\\\ \\"q\\"\\r\\n\\t\\u0000"',
    );
  });

  test("throws when a number is not finite", () => {
    expect(() => hclExpression(Infinity)).toThrow(
      new Error("Infinity cannot be written in Terraform: a number must be finite. Give another number."),
    );
  });
});

describe("hclString", () => {
  test("leaves no unescaped quote, line end, interpolation or directive, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("$", "%", "{", "}", '"', "\\", "\n", "\r", "a", "é", "\ud800", "\u2028") }), (text) => {
        const literal = hclString(text).slice(1, -1);
        expect(literal.replace(/\\(u[0-9a-f]{4}|.)/g, "")).not.toMatch(/["\\\r\n\u2028]/);
        for (const found of literal.matchAll(/[$%]\{/g)) expect(literal[found.index - 1]).toBe(found[0][0]);
      }),
    );
  });
});

describe("terraformText", () => {
  test("leaves plain text alone and makes any other text a literal expression", () => {
    expect(terraformText("registry.example/api:1.0 (100 %, $5)")).toBe("registry.example/api:1.0 (100 %, $5)");
    expect(terraformText('say "${x}"')).toBe('${"say \\"$${x}\\""}');
  });
});

describe("hclTemplate", () => {
  test.each([
    ["plain", '"plain"'],
    ["", '""'],
    ["${var.a}", "var.a"],
    ['${jsonencode({"a" = "}"})}', 'jsonencode({"a" = "}"})'],
    ['say "${upper("${var.a}")}"', '"say \\"${upper("${var.a}")}\\""'],
    ["$${kept}\n", '"$${kept}\\n"'],
    ["%{ if var.a }b%{ endif }", '"%{ if var.a }b%{ endif }"'],
  ])("writes the JSON string %j as %s", (json, hcl) => {
    expect(hclTemplate(json)).toBe(hcl);
  });

  test("throws when an interpolation does not end", () => {
    expect(() => hclTemplate("a ${b")).toThrow(
      new Error('"a ${b" has an interpolation that does not end: every ${ or %{ needs its closing brace. Close it, or double the $ or % to mean the character.'),
    );
  });
});

test("hclBlock indents arguments and nested blocks", () => {
  expect(hclBlock("ephemeral", ["a_b", "c"], { attributes: { length: 32, none: undefined }, blocks: { metadata: [{ attributes: { name: "n" } }] } })).toBe(
    ['ephemeral "a_b" "c" {', "  length = 32", "  metadata {", '    name = "n"', "  }", "}"].join("\n"),
  );
});
