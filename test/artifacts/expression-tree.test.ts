import { Fn, Testing, TerraformStack } from "cdktf";
import { encodedLiteral, unescapeTemplate, unquote, type Part } from "../../lib/artifacts/expression-tree";
import { hclString } from "../../lib/render/hcl";

/** The parts of an encoded literal, as the text that each of them is. */
function partsOf(text: string): unknown {
  const show = (part: Part): unknown => (part.children.length > 0 ? part.children.map(({ key, part: child }) => [key, show(child)]) : `${part.kind} ${text.slice(part.start, part.end)}`);
  const found = encodedLiteral(text);
  return found && [found.encoding, show(found.part)];
}

describe("an encoded literal", () => {
  test("is taken apart into members, entries and what they say", () => {
    expect(partsOf('${yamlencode({"a" = 1, "b" = {"c" = [true, "x, }"]}, d: null})}')).toEqual(["yaml", [["a", "scalar 1"], ["b", [["c", [[0, "scalar true"], [1, 'string "x, }"']]]]], ["d", "scalar null"]]]);
    expect(partsOf('${jsonencode(["\\"}", data.x.y.z[0], max(1, 2)])}')).toEqual(["json", [[0, 'string "\\"}"'], [1, "code data.x.y.z[0]"], [2, "code max(1, 2)"]]]);
    expect(partsOf('${base64encode("#!/bin/bash\\n${a.b.c["}"]} ok")}')).toEqual(["base64", 'string "#!/bin/bash\\n${a.b.c["}"]} ok"']);
    expect(partsOf('${"plain $${x}"}')).toEqual(["none", 'string "plain $${x}"']);
  });

  test("keeps in one piece what is no literal", () => {
    expect(partsOf('${jsonencode({for k, v in x : k => v})}')).toEqual(["json", "code {for k, v in x : k => v}"]);
    expect(partsOf("${jsonencode([for v in x : v])}")).toEqual(["json", "code [for v in x : v]"]);
    expect(partsOf('${jsonencode({"a" = 1})}-suffix')).toBeUndefined();
    expect(partsOf("${aws_x.y.arn}")).toBeUndefined();
    expect(partsOf("just text")).toBeUndefined();
  });

  test("is what cdktf writes for its functions", () => {
    const stack = new TerraformStack(Testing.app(), "s");
    stack.addOverride("locals.x", Fn.yamlencode({ a: { "b.c": ["one", 2, false] } }));
    expect(partsOf(JSON.parse(Testing.synth(stack)).locals.x)).toEqual(["yaml", [["a", [["b.c", [[0, 'string "one"'], [1, "scalar 2"], [2, "scalar false"]]]]]]]);
  });

  test("is read back from its quotes", () => {
    for (const text of ["plain", 'a "b" \\ c', "two\nlines\twide", "${x} %{ y }", "ünï \u0007", "$$ %"]) expect(unquote(hclString(text))).toBe(text);
    expect(unescapeTemplate("$${a} %%{b} $$ c")).toBe("${a} %{b} $$ c");
  });
});
