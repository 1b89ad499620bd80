/** The longest criterion that is read; whatever stands behind is left unread, and the reading says so. */
export const MAX_CRITERION_LENGTH = 4000;

const FOLDED: Readonly<Record<string, string>> = {
  "_": " ", "`": " ", "\u00a0": " ", "\t": " ", "\r": " ", "\n": " ",
  "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00df": "s", "\u00d7": "x",
};

/**
 * Text as the patterns want it: lower case, without accents, markup and `_` as spaces, every kind of dash as `-`, full-width forms as ASCII.
 * Each UTF-16 unit gives exactly one, so that a position in the folded text is the same position in the author's.
 */
export function fold(text: string): string {
  const lower = text.toLowerCase();
  const source = lower.length === text.length ? lower : text;
  return (source.includes("*") ? source.replace(/\*\*|\*(?=[a-z])|(?<=[a-z])\*/g, (stars) => " ".repeat(stars.length)) : source).replace(/[^ -^a-~]/g, foldUnit);
}

function foldUnit(unit: string): string {
  const known = FOLDED[unit];
  if (known !== undefined) return known;
  const code = unit.charCodeAt(0);
  if (code < 0x20 || (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e)) return " ";
  if ((code >= 0x2010 && code <= 0x2015) || code === 0x2212 || code === 0x2011) return "-";
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0).toLowerCase();
  if (code < 0xc0 || code > 0x24f) return unit;
  const base = unit.normalize("NFD").charAt(0).toLowerCase();
  return base.length === 1 ? base : unit;
}
