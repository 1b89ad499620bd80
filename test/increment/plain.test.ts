import fc from "fast-check";
import { plain } from "../../lib/increment/plain";

const text = (source: string): string => plain(source, 0, source.length).text;

test.each([
  ["**bold** and *soft* and __bold__ and _soft_", "bold and soft and bold and soft"],
  ["***both***", "both"],
  ["`code with **stars** and <!-- marks -->`", "code with **stars** and <!-- marks -->"],
  ["``a ` b``", "a ` b"],
  ["`never closed", "`never closed"],
  ["[text](https://example.com/a_(b) \"title\") after", "text after"],
  ["![alt](image.png)", "alt"],
  ["<https://example.com/a>", "https://example.com/a"],
  ["[ ] box and [x] box", "[ ] box and [x] box"],
  ["~~gone~~ stays", "gone stays"],
  ["2 * 3 * 4 and **/*.ts", "2 * 3 * 4 and **/*.ts"],
  ["snake_case_name", "snake_case_name"],
  ["\\*not soft\\* C:\\path", "*not soft* C:\\path"],
  ["P95 &lt; 200&nbsp;ms &amp; up &#x202E;", "P95 < 200 ms & up &#x202E;"],
  ["a<br>b <br/> &nbsp; <small>c</small> <500ms", "a b <small>c</small> <500ms"],
  ["  many\t spaces\n here  ", "many spaces here"],
  ['${file("/etc/passwd")} %{ for } {{ .Values }} "; rm -rf / #', '${file("/etc/passwd")} %{ for } {{ .Values }} "; rm -rf / #'],
  ["中文**粗体**文字", "中文粗体文字"],
])("the markup of %j is taken away", (source, expected) => {
  expect(text(source)).toBe(expected);
});

test("each character knows where it stands", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("a", "b", " ", "*", "_", "`", "[", "]", "(", ")", "~", "\\", "\n", "😀"), maxLength: 60 }), (source) => {
      const result = plain(`##${source}##`, 2, 2 + source.length);
      for (let i = 0; i < result.text.length; i++) {
        const character = result.text[i] ?? "";
        const there = `##${source}##`[result.offset(i)] ?? "";
        if (character === " ") expect(there).toMatch(/\s|[*_`~\\[\]()]/);
        else expect(there).toBe(character);
      }
    }),
  );
});

test("text without markup stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."abc ${}%\"';:/#.,-0123+=|^@!?".split("")), maxLength: 80 }), (source) => {
      expect(text(source)).toBe(source.replace(/ +/g, " ").trim());
    }),
  );
});
