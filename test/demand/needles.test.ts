import fc from "fast-check";
import { lexicon } from "../../lib/demand/lexicon";
import { clausesOf, matchesPart, mayMatch, needlesOf } from "../../lib/demand/needles";

describe("needlesOf", () => {
  test.each<[RegExp, readonly string[] | undefined]>([
    [/\bhpas?\b/, ["hpa"]],
    [/\bauto-?scal(?:ing|e)\b/, ["auto"]],
    [/\b(?:eks|ecs) clusters?\b/, [" cluster"]],
    [/\b(?:elasticache|redis)\b/, ["elasticache", "redis"]],
    [/colou?r/, ["colo"]],
    [/a+bc/, ["bc"]],
    [/(?<!un)encrypted(?= at rest)/, ["encrypted"]],
    [/[a-z]+/, undefined],
    [/cat|\w+/, undefined],
    [/(?:cat)?dog/, ["dog"]],
    [/(?:cat){2}x/, ["cat"]],
    [/\/health\.json/, ["/health.json"]],
    [/\u0041bcd/, ["bcd"]],
  ])("%s must contain one of %j", (pattern, needles) => {
    expect(needlesOf(pattern.source)).toEqual(needles);
  });

  test("takes the rarest of all that a match must have, which clausesOf tells", () => {
    expect(clausesOf("\\bscal(?:e|ing)\\b[\\w -]{0,40}\\b(?:between|from) (?:\\d+|two) pods?")).toEqual([["scal"], ["e", "ing"], ["between", "from"], [" "], [" pod"]]);
    expect(needlesOf("\\bscal(?:e|ing)\\b[\\w -]{0,40}\\b(?:between|from) (?:\\d+|two) pods?")).toEqual(["scal"]);
  });

  const patterns = lexicon();

  test("is never wrong: what a pattern of the lexicons matches has one of its needles", () => {
    const indexes = fc.integer({ min: 0, max: patterns.length - 1 });
    fc.assert(
      fc.property(indexes.chain((index) => fc.tuple(fc.constant(index), fc.stringMatching(simplified(patterns[index] as RegExp)))), ([index, text]) => {
        const pattern = patterns[index] as RegExp;
        if (new RegExp(pattern.source).test(text)) expect([pattern.source, text, mayMatch(pattern, text)]).toEqual([pattern.source, text, true]);
      }),
      { numRuns: 2000 },
    );
  });

  test("looks for a pattern in a part of a text as it would in the part alone", () => {
    const text = "keep backups for 7 days, no daily backups";
    expect([/^backups\b/, /\bdaily\b/, /^keep\b/].map((pattern) => matchesPart(pattern, text, 5, 23))).toEqual([true, false, false]);
    expect(matchesPart(/\bdaily backups$/, text, 5)).toBe(true);
  });

  test("leaves few patterns that have to be tried on a given line", () => {
    const left = patterns.filter((pattern) => mayMatch(pattern, "configure auto-scaling (2-10 pods)"));
    expect(left.length / patterns.length).toBeLessThan(0.2);
  });
});

/** Without what the generator of strings cannot do: looking around. */
function simplified(pattern: RegExp): RegExp {
  const withoutLookaround = pattern.source.replace(/\(\?<?[=!](?:[^()\\]|\\.|\((?:[^()\\]|\\.)*\))*\)/g, "");
  try {
    fc.stringMatching(new RegExp(withoutLookaround));
    return new RegExp(withoutLookaround);
  } catch {
    return /x/;
  }
}
