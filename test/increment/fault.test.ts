import { FaultsError } from "../../lib/increment/fault";

describe("FaultsError", () => {
  test("tells every fault with its place and remedy, ordered by place", () => {
    const error = new FaultsError([
      { location: { file: "b/spec.md", line: 1, column: 1 }, message: "it is empty.", remedy: "Write a criterion." },
      { location: { file: "a/spec.md", line: 9, column: 3 }, message: "AC-02 is unclear.", remedy: "Say which." },
      { location: { file: "a/spec.md", line: 7, column: 5 }, message: "AC-01 is unclear.", remedy: "Say which." },
      { message: "the directory is missing.", remedy: "Create it." },
    ]);
    expect(error.message).toBe(
      [
        "the directory is missing.",
        "    → Create it.",
        "a/spec.md:7:5: AC-01 is unclear.",
        "    → Say which.",
        "a/spec.md:9:3: AC-02 is unclear.",
        "    → Say which.",
        "b/spec.md:1:1: it is empty.",
        "    → Write a criterion.",
      ].join("\n"),
    );
  });
});
