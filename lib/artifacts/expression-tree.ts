/**
 * Where the parts of a Terraform expression stand, of the kind that cdktf writes for `Fn.yamlencode`, `Fn.jsonencode` and
 * `Fn.base64encode` of a literal: objects, lists, strings, numbers. All else is `code`, and left in one piece.
 */
export interface Part {
  readonly kind: "object" | "list" | "string" | "scalar" | "code";
  /** Offsets in the text that was read. */
  readonly start: number;
  readonly end: number;
  readonly children: readonly { readonly key: string | number; readonly part: Part }[];
}

/** The function around a literal, and that literal; `undefined`: it is something else. */
export function encodedLiteral(text: string): { readonly encoding: "yaml" | "json" | "base64" | "none"; readonly part: Part } | undefined {
  const head = /^\$\{(?:(yaml|json|base64)encode\()?(?=["{[])/.exec(text);
  if (!head) return undefined;
  const part = read(text, head[0].length);
  const tail = text.slice(part.end);
  return tail === (head[1] === undefined ? "}" : ")}") ? { encoding: (head[1] as "yaml" | undefined) ?? "none", part } : undefined;
}

function read(text: string, from: number): Part {
  const start = skipSpace(text, from);
  const first = text[start];
  if (first === "{" || first === "[") return readMembers(text, start, first === "{" ? "}" : "]");
  const end = endOfValue(text, start);
  const value = text.slice(start, end);
  const kind = first === '"' && endOfString(text, start) === end ? "string" : /^(?:-?\d+(?:\.\d+)?|true|false|null)$/.test(value) ? "scalar" : "code";
  return { kind, start, end, children: [] };
}

function readMembers(text: string, start: number, close: "}" | "]"): Part {
  const children: { key: string | number; part: Part }[] = [];
  const code = (): Part => ({ kind: "code", start, end: endOfValue(text, start), children: [] });
  let at = skipSpace(text, start + 1);
  while (text[at] !== close) {
    let key: string | number = children.length;
    if (close === "}") {
      const end = text[at] === '"' ? endOfString(text, at) : at + (/^[\w-]+/.exec(text.slice(at, at + 200))?.[0].length ?? 0);
      key = text[at] === '"' ? unquote(text.slice(at, end)) : text.slice(at, end);
      at = skipSpace(text, end);
      // `{for …}` and whatever else is no plain member.
      if (text[at] !== "=" && text[at] !== ":") return code();
      at++;
    } else if (/^for\b/.test(text.slice(at, at + 4))) {
      return code();
    }
    const part = read(text, at);
    if (part.end <= at) return code();
    children.push({ key, part });
    at = skipSpace(text, part.end);
    if (text[at] === ",") at = skipSpace(text, at + 1);
    else if (text[at] !== close) return code();
  }
  return { kind: close === "}" ? "object" : "list", start, end: at + 1, children };
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (/\s/.test(text[at] ?? "")) at++;
  return at;
}

/** Where a value ends: at the comma or bracket that is not its own. */
function endOfValue(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const letter = text[at]!;
    if (letter === '"') at = endOfString(text, at) - 1;
    else if ("({[".includes(letter)) depth++;
    else if (")}]".includes(letter) && --depth < 0) return at;
    else if (letter === "," && depth === 0) return at;
  }
  return text.length;
}

/** Where a quoted string ends; its interpolations may hold strings of their own. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at + 1;
    else if ((text[at] === "$" || text[at] === "%") && text[at + 1] === text[at] && text[at + 2] === "{") at += 2;
    else if ((text[at] === "$" || text[at] === "%") && text[at + 1] === "{") {
      at = endOfValue(text, at + 2);
    }
  }
  return text.length;
}

/** What a quoted literal says. */
export function unquote(quoted: string): string {
  return unescapeTemplate(
    quoted.slice(1, -1).replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, letter: string) =>
      code === undefined ? ({ n: "\n", r: "\r", t: "\t" })[letter] ?? letter : String.fromCharCode(parseInt(code, 16)),
    ),
  );
}

/** `$${` means `${`. */
export function unescapeTemplate(text: string): string {
  return text.replace(/([$%])\1\{/g, "$1{");
}
