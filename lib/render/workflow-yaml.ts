import type { Document as YamlDocument, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { headerComment, yaml, type GeneratedHeader } from "./yaml";

/**
 * A workflow of GitHub Actions as text: YAML 1.2, in which `on` is a word. An action is given as `{uses, tag}`; its tag becomes a
 * comment beside its commit.
 */
export function workflowYaml(workflow: Readonly<Record<string, unknown>>, header: GeneratedHeader): string {
  const { Document, isMap, isScalar, isSeq, visit } = yaml();
  const document = new Document(workflow, { aliasDuplicateObjects: false }) as YamlDocument;
  visit(document, {
    Pair(_, pair: Pair) {
      if (!isScalar(pair.key)) return;
      if (pair.key.value === "uses" && isMap(pair.value)) {
        const action = pair.value as YAMLMap;
        const uses = document.createNode(action.get("uses")) as Scalar;
        uses.comment = ` ${String(action.get("tag"))}`;
        pair.value = uses;
      }
      if (pair.key.value === "steps" && isSeq(pair.value)) {
        for (const step of (pair.value as YAMLSeq).items.slice(1)) (step as YAMLMap).spaceBefore = true;
      }
      if (pair.key.value === "jobs" && isMap(pair.value)) {
        for (const { key } of (pair.value as YAMLMap).items.slice(1)) (key as Scalar).spaceBefore = true;
      }
    },
  });
  if (isMap(document.contents)) {
    for (const { key } of document.contents.items.slice(1)) (key as Scalar).spaceBefore = true;
  }
  return `${headerComment(header)}\n${document.toString({ lineWidth: 0, blockQuote: "literal" })}`;
}
