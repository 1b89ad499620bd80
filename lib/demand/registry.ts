import { capability, stated } from "./capability";

export interface RegistryParameters {
  readonly untaggedImages?: number;
  readonly immutableTags?: true;
  readonly scan?: true;
}

/** Where images are kept: ECR. */
export const registry = capability<RegistryParameters>()({
  id: "registry",
  title: "Registry",
  names: [/\becr\b/, /\b(?:container|image|docker|private) registr(?:y|ies)\b/, /\bregistry images?\b/, /\belastic container registry\b/, /\bghcr\b/, /\bdocker ?hub\b/, /\bimages? (?:is |are |automatically )*(?:built and )?push(?:ed|es)?\b/, /\bpush(?:es|ed|ing)? (?:the |a )?(?:docker |container )?images?\b/, /\bimage scanning\b/, /\bscan[- ]on[- ]push\b/, /\btag (?:im)?mutability\b/, /\buntagged images\b/, /镜像仓库/],
  hints: [/\bregistry\b/, /\bimage tags?\b/],
  otherSenses: [/\b(?:plugin|skill|service|component|npm|package|schema|command|model|tool) registry\b/],
  read: (text) => {
    const untagged = /\b(\d+) untagged\b/.exec(text)?.[1];
    return stated<RegistryParameters>({
      untaggedImages: untagged === undefined ? undefined : Number(untagged),
      immutableTags: /\bimmutab/.test(text) ? true : undefined, scan: /\bscan/.test(text) ? true : undefined,
    });
  },
  keys: { untaggedImages: "number", immutableTags: "boolean", scan: "boolean" },
  examples: [{ text: "ECR repository for images", parameters: {} }, { text: "Registry images are immutable and scanned", parameters: { immutableTags: true, scan: true } }],
});
