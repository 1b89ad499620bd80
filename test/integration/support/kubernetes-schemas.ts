import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/*
 * JSON schemas for `kubeconform -strict` out of what an API server says of itself at /openapi/v2: kubeconform's own are on
 * the network. Each kind has a file `<kind>[-<group>]-<version>.json` that refers to `definitions.json`.
 */

interface Definition {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly "x-kubernetes-group-version-kind"?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}

/** Where kubeconform finds them: the value of `-schema-location`. */
export function schemaLocation(directory: string): string {
  return join(directory, "{{ .ResourceKind }}{{ .KindSuffix }}.json");
}

/** Writes the schemas, unless they are there already: `directory` should be named after the server's version. */
export function writeSchemas(directory: string, openapi: () => string): void {
  if (existsSync(directory)) return;
  const { definitions } = JSON.parse(openapi()) as { definitions: Record<string, Definition> };
  const unfinished = `${directory}.${process.pid}`;
  mkdirSync(unfinished, { recursive: true });
  const strict = Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, strictly(name, definition)]));
  writeFileSync(join(unfinished, "definitions.json"), JSON.stringify({ definitions: strict }));
  for (const [name, definition] of Object.entries(definitions)) {
    for (const { group, version, kind } of definition["x-kubernetes-group-version-kind"] ?? []) {
      // As kubeconform does: of the group only what stands before the first dot.
      const file = [kind.toLowerCase(), ...(group ? [group.split(".")[0]] : []), version].join("-");
      writeFileSync(join(unfinished, `${file}.json`), JSON.stringify({ $ref: `definitions.json#/definitions/${name}` }));
    }
  }
  try {
    renameSync(unfinished, directory);
  } catch (error) {
    // Another process was first, with the same.
    if (!existsSync(directory)) throw error;
    rmSync(unfinished, { recursive: true });
  }
}

function strictly(name: string, definition: Definition): unknown {
  // The server accepts numbers for these; its description, of an older form, says only "string".
  if (name.endsWith(".resource.Quantity") || name.endsWith(".util.intstr.IntOrString")) return { oneOf: [{ type: "string" }, { type: "number" }] };
  const schema = JSON.parse(JSON.stringify(definition).replaceAll('"$ref":"#/', '"$ref":"definitions.json#/')) as object;
  return definition.properties ? { ...schema, additionalProperties: false } : schema;
}
