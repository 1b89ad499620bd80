import fc from "fast-check";

/** Names that objects have already. */
const NAMES = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty"];

/**
 * Any characters, of any plane: what `fc.string({ unit: "binary" })` is, which spends half a second on a table of all there are before it gives the first.
 * Halves of surrogate pairs, of which no UTF-8 is made, are left out.
 */
export function anyText(maxLength = 10): fc.Arbitrary<string> {
  const character = fc.nat({ max: 0x10ffff - 0x800 }).map((code) => String.fromCodePoint(code < 0xd800 ? code : code + 0x800));
  const text = fc.array(character, { maxLength }).map((characters) => characters.join(""));
  return fc.oneof({ weight: 19, arbitrary: text }, { weight: 1, arbitrary: fc.constantFrom(...NAMES) });
}
