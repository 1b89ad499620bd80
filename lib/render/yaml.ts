import type * as Yaml from "yaml";

/** Where a generated file comes from and how to make it again: the comment at its head. */
export interface GeneratedHeader {
  /** What to edit instead: the increment, the criteria. */
  readonly source: string;
  /** The command that writes the file. */
  readonly regenerate: string;
}

/** The `yaml` package is loaded when the first file is written: apps that write none do not pay for it. */
export function yaml(): typeof Yaml {
  return require("yaml") as typeof Yaml;
}

/**
 * One YAML document. Strings that YAML could read as something else are quoted; no anchors, no aliases, no folding; the
 * same value gives the same text.
 */
export function yamlDocument(value: unknown, header?: GeneratedHeader): string {
  const text = yaml().stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, version: "1.1" });
  return header === undefined ? text : `${headerComment(header)}\n${text}`;
}

/** The header as comment lines. Text from elsewhere stays on its line: line ends and control characters become spaces. */
export function headerComment(header: GeneratedHeader): string {
  return [`Generated from ${header.source}.`, `Do not edit: change the source and run \`${header.regenerate}\`.`]
    .map((line) => `# ${oneLine(line)}`)
    .join("\n");
}

/** The text without line ends, control and direction-changing characters, which could end a comment or hide text in it. */
export function oneLine(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g, " ");
}

/** The parsed value of one YAML document. */
export function parseYaml(text: string): unknown {
  return yaml().parse(text);
}
