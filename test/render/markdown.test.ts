import fc from "fast-check";
import { escapeMarkdown } from "../../lib/render/markdown";

describe("escapeMarkdown", () => {
  test.each([
    ["Configure auto-scaling (2-10 pods)", "Configure auto-scaling \\(2-10 pods\\)"],
    ["a | b", "a \\| b"],
    ["<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert\\(1\\)&gt;"],
    ["[click](javascript:alert(1))", "\\[click\\]\\(javascript:alert\\(1\\)\\)"],
    ["see https://evil.example and www.evil.example", "see https&#58;//evil.example and www&#46;evil.example"],
    ["two\nlines", "two lines"],
    ["&lt;", "&amp;lt;"],
  ])("shows %j and nothing else", (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  test("never leaves a mark that opens a table cell, a tag, a link or a code span", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escapeMarkdown(text)).not.toMatch(/(^|[^\\])(\\\\)*[|`[\]]|[<>\n]/);
      }),
    );
  });
});
