import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * What the docblocks of an interface name as defaults: literals as values, behaviour (`- the construct's path`) left out.
 * @param file from the project's directory: `lib/constructs/network.ts`
 */
export function documentedDefaults(file: string, name: string): Record<string, unknown> {
  const source = readFileSync(join(__dirname, "../..", file), "utf8");
  const body = new RegExp(`^export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)^\\}`, "m").exec(source)?.[1];
  if (body === undefined) throw new Error(`${file} has no interface ${name}.`);
  const defaults: Record<string, unknown> = {};
  for (const [, comment = "", prop = ""] of body.matchAll(/\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)\?:/g)) {
    const literal = /@default ([^-\s].*?|-\d\S*)(?: - .*)?\s*$/m.exec(comment)?.[1]?.trim();
    if (literal !== undefined) defaults[prop] = JSON.parse(literal);
  }
  return defaults;
}
