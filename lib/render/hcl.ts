/**
 * Text in Terraform's native syntax. cdktf 0.21 writes strings with quotes, backslashes or line ends into HCL unescaped,
 * and `Fn.jsonencode` and `Fn.yamlencode` do not escape them in either form; what is made here holds in both.
 *
 * Source: https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences
 */

/** A piece of Terraform expression that is to stand as it is, such as a reference. */
export interface Expression {
  readonly expression: string;
}

/** Everything that can be written as one Terraform expression. `undefined` members are left out. */
export type HclValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | Expression
  | readonly HclValue[]
  | { readonly [key: string]: HclValue };

/** Marks `text` as an expression, to be written without quotes. */
export function expression(text: string): Expression {
  return { expression: text };
}

function isExpression(value: object): value is Expression {
  const keys = Object.keys(value);
  return keys.length === 1 && keys[0] === "expression";
}

/**
 * The value as one line of Terraform expression; every string a literal, whatever it contains.
 *
 * @example
 * hclExpression({ say: 'a "b" ${c}', times: 2 }) // {"say" = "a \"b\" $${c}", "times" = 2}
 */
export function hclExpression(value: HclValue): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string") return hclString(value);
  if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error(`${value} cannot be written in Terraform: a number must be finite. Give another number.`);
    return String(value);
  }
  if (typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${(value as readonly HclValue[]).map(hclExpression).join(", ")}]`;
  if (isExpression(value)) return value.expression;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.map(([key, member]) => `${hclString(key)} = ${hclExpression(member)}`).join(", ")}}`;
}

/** The text as a quoted literal: no interpolation, no directive, one line. */
export function hclString(text: string): string {
  return `"${quoted(text.replace(/([$%])(?=\{)/g, "$1$1"))}"`;
}

/** The text as it stands between quotes; interpolations and directives stay what they are. */
function quoted(text: string): string {
  return text.replace(/["\\]|[\u0000-\u001f\u007f\u2028\u2029]|[\ud800-\udfff]/gu, (found) => {
    if (found === '"' || found === "\\") return `\\${found}`;
    if (found === "\n") return "\\n";
    if (found === "\r") return "\\r";
    if (found === "\t") return "\\t";
    const code = found.charCodeAt(0);
    if (code >= 0xd800 && code <= 0xdfff) return "\\ufffd"; // half of a pair: no character
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/**
 * A string of Terraform's JSON syntax, where every string is a template, as an expression of native syntax: `${…}` is
 * evaluated in both.
 *
 * @example
 * hclTemplate('${jsonencode({"a" = var.b})}') // jsonencode({"a" = var.b})
 * hclTemplate('say "${var.b}"')               // "say \"${var.b}\""
 */
export function hclTemplate(text: string): string {
  const parts = templateParts(text);
  const [only] = parts;
  if (parts.length === 1 && only?.code && only.text.startsWith("${")) return only.text.slice(2, -1);
  return `"${parts.map((part) => (part.code ? part.text : quoted(part.text))).join("")}"`;
}

interface TemplatePart {
  readonly text: string;
  /** An interpolation or a directive, with its braces. */
  readonly code: boolean;
}

function templateParts(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let literal = "";
  const endLiteral = () => {
    if (literal) parts.push({ text: literal, code: false });
    literal = "";
  };
  for (let at = 0; at < text.length; ) {
    if (opens(text, at)) {
      const end = closingBrace(text, at + 2);
      endLiteral();
      parts.push({ text: text.slice(at, end), code: true });
      at = end;
    } else {
      literal += text[at++];
    }
  }
  endLiteral();
  return parts;
}

/** Whether `${` or `%{` begins here; doubled (`$${`) it is the escape for itself. */
function opens(text: string, at: number): boolean {
  const first = text[at];
  return (first === "$" || first === "%") && text[at + 1] === "{" && text[at - 1] !== first;
}

/** Index after the brace that closes what begins at `from`; strings inside may nest further templates. */
function closingBrace(text: string, from: number): number {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') at = closingQuote(text, at + 1);
    else if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at + 1;
  }
  throw new Error(`${JSON.stringify(text)} has an interpolation that does not end: every \${ or %{ needs its closing brace. Close it, or double the $ or % to mean the character.`);
}

function closingQuote(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
    else if (opens(text, at)) at = closingBrace(text, at + 2) - 1;
  }
  return text.length;
}

/**
 * The text as a value for any string argument of a cdktf construct: it arrives in Terraform as it is, in JSON and in HCL.
 * Text without special characters is returned unchanged.
 *
 * @example
 * terraformText("plain")     // plain
 * terraformText("say ${x}")  // ${"say $${x}"}
 */
export function terraformText(text: string): string {
  return /^[^"\\\u0000-\u001f\u007f\u2028\u2029\ud800-\udfff]*$/u.test(text) && !/[$%]\{/.test(text) ? text : `\${${hclString(text)}}`;
}

/** The contents of a block: arguments, and nested blocks by their type. */
export interface HclBody {
  readonly attributes?: Readonly<Record<string, HclValue>>;
  readonly blocks?: Readonly<Record<string, readonly HclBody[]>>;
}

/**
 * One block, as `terraform fmt` would leave its indentation.
 *
 * @example
 * hclBlock("ephemeral", ["random_password", "db"], { attributes: { length: 32 } })
 */
export function hclBlock(type: string, labels: readonly string[], body: HclBody, indent = ""): string {
  const inner = `${indent}  `;
  const lines = [`${indent}${[type, ...labels.map(hclString)].join(" ")} {`];
  for (const [name, value] of Object.entries(body.attributes ?? {})) {
    if (value !== undefined) lines.push(`${inner}${name} = ${hclExpression(value)}`);
  }
  for (const [name, blocks] of Object.entries(body.blocks ?? {})) {
    for (const block of blocks) lines.push(hclBlock(name, [], block, inner));
  }
  lines.push(`${indent}}`);
  return lines.join("\n");
}
