import { faultsOf, only, read } from "./faults-of";

const bytes = (...parts: (string | number[])[]): Uint8Array => Buffer.concat(parts.map((part) => Buffer.from(part as string)));

test("a byte order mark is no part of the text, nor of its columns", () => {
  expect(only("\uFEFF**AC-01**: Text").location).toEqual({ file: "0001-api/spec.md", line: 1, column: 3 });
});

test.each([
  ["CRLF", "\r\n"],
  ["CR", "\r"],
])("%s line ends change neither text nor places", (_, end) => {
  const text = "---\npriority: P1\n---\n# T\n\n- [ ] **AC-01**: One\n  goes on\n\n```\n- **AC-02**: no\n```\n";
  expect(read(text.replace(/\n/g, end))).toEqual(read(text));
});

test("columns count UTF-16 code units, as editors do", () => {
  expect(only("- ✅ 😀\n\n## Acceptance Criteria\n- ✅ AC-01: 😀 **Text**").location.column).toBe(5);
});

test.each([
  [[0x00], "U+0000 is a control character.", "Remove it; specifications are plain text with line breaks and tabs."],
  [[0x1b], "U+001B is a control character.", "Remove it; specifications are plain text with line breaks and tabs."],
  [[0xc2, 0x85], "U+0085 is a control character.", "Remove it; specifications are plain text with line breaks and tabs."],
  [[0xe2, 0x80, 0xa8], "U+2028 is an invisible line separator.", "Replace it by an ordinary line break."],
  ...[
    [[0xe2, 0x80, 0xae], "U+202E"],
    [[0xe2, 0x80, 0x8f], "U+200F"],
    [[0xe2, 0x81, 0xa6], "U+2066"],
  ].map(
    ([mark, name]) =>
      [
        mark as number[],
        `${name as string} is an invisible mark that changes the direction of text: what a reviewer sees may not be what is read.`,
        "Remove it; right-to-left letters themselves need no mark.",
      ] as [number[], string, string],
  ),
] as [number[], string, string][])("the bytes %j are refused where they stand", (mark, message, remedy) => {
  expect(faultsOf(bytes("# T\n- **AC-01**: ab", mark, "c\n"))).toBe(`0001-api/spec.md:2:16: ${message}\n    → ${remedy}`);
});

test("half a surrogate pair is refused", () => {
  expect(faultsOf("- **AC-01**: a\uD800b")).toBe("0001-api/spec.md:1:15: U+D800 is half of a surrogate pair, no character.\n    → Remove it, or write the whole character.");
});

test("right-to-left letters are read", () => {
  expect(only("- **AC-01**: פריסה של السحابة").text).toBe("פריסה של السحابة");
});

test("bytes that are no UTF-8 are refused at the first of them", () => {
  expect(faultsOf(bytes("# Ü\n- **AC-01**: für 😀 f", [0xfc], "r\n"))).toBe(
    "0001-api/spec.md:2:22: the byte 0xFC is not valid UTF-8.\n    → Save the file as UTF-8; it may have been written as Latin-1 or Windows-1252.",
  );
  expect(faultsOf(bytes("ab", [0xe2, 0x82]))).toContain("spec.md:1:3: the byte 0xE2 is not");
});

test("UTF-16 is named as such", () => {
  expect(faultsOf(Buffer.from("\uFEFF- **AC-01**: Text", "utf16le"))).toBe(
    "0001-api/spec.md:1:1: the file is encoded as UTF-16; UTF-8 is read.\n    → Save it as UTF-8 (`iconv -f UTF-16 -t UTF-8`).",
  );
});

test("expressions of other languages are kept as the text they are", () => {
  const text = '${file("/etc/passwd")} %{ for } "; rm -rf / # {{ .Values }} ${{ secrets.X }} &anchor \'quoted\'';
  expect(only(`- **AC-01**: ${text}`).text).toBe(text);
});

describe("a limit", () => {
  test("holds for the size of a file", () => {
    expect(faultsOf("x".repeat(4 * 1024 * 1024 + 1))).toBe(
      "0001-api/spec.md:1:1: the file has 4,194,305 bytes; at most 4,194,304 are read.\n    → Keep the criteria in this file and move logs, images or data elsewhere.",
    );
  });

  test("holds for lines", () => {
    expect(faultsOf("a\n".repeat(30_001))).toBe("0001-api/spec.md:30001:1: the file has 30,001 lines; at most 30,000 are read.\n    → Split it into several increments.");
  });

  test("holds for a criterion's text", () => {
    expect(faultsOf(`- **AC-01**: ${"word ".repeat(1000)}end`)).toBe(
      "0001-api/spec.md:1:5: AC-01 has 5,003 characters; at most 4,000 are read as one criterion.\n" +
        "    → Say one thing a criterion and move the rest below it or into another section.",
    );
  });

  test("holds for nesting and indentation, not for rules and blank lines", () => {
    expect(faultsOf(`- **AC-01**: Text\n\n${"> ".repeat(17)}a`)).toBe(
      "0001-api/spec.md:3:1: this line opens more than 16 lists and quotes in one another.\n    → Write it with fewer levels.",
    );
    expect(faultsOf(`- **AC-01**: Text\n\n${" ".repeat(513)}a`)).toBe(
      "0001-api/spec.md:3:1: this line is indented by more than 512 columns.\n    → Indent it by its level in the list only.",
    );
    expect(only(`- **AC-01**: Text\n\n${"- ".repeat(50)}\n${"* ".repeat(50)}\n${" ".repeat(600)}\n`).text).toBe("Text");
  });

  test("holds for lists and quotes as a whole", () => {
    expect(faultsOf(`${"- ".repeat(15)}a\n`.repeat(2500))).toBe(
      "0001-api/spec.md:2001:1: the file opens more than 30,000 lists, list items and quotes.\n    → Split it into several increments.",
    );
  });

  test("holds for faults: beyond a screenful they are counted no more", () => {
    const lines = faultsOf(`- **AC-01**: a\n${Array.from({ length: 100 }, (_, i) => `- **AC-01**: other ${i}\n`).join("")}`).split("\n");
    expect(lines).toHaveLength(102);
    expect(lines.slice(-2)).toEqual(["0001-api/spec.md:52:5: there are more faults from here on.", "    → Correct those above first."]);
  });
});
