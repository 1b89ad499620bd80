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
  names: [
    /\becr\b/, /\b(?:container|image|docker|private) registr(?:y|ies)\b/, /\bregistry images?\b/, /\belastic container registry\b/, /\bghcr\b/, /\bdocker ?hub\b/, /\bimages? (?:is |are |automatically )*(?:built and )?push(?:ed|es)?\b/, /\bpush(?:es|ed|ing)? (?:the |a )?(?:docker |container )?images?\b/, /\bimage scanning\b/, /\bscan[- ]on[- ]push\b/, /\btag (?:im)?mutability\b/, /\buntagged images\b/, /镜像仓库/,
    /\bimages? (?:are |is |shall be |must be )?(?:\w+ )?(?:tagged|versioned) (?:with|by)\b(?= (?:[\w-]+ ){0,3}(?:commit|sha|hash|digest|version|semver|semantic|git|build|release|immutable|unique|latest)\b)/,
    /\b(?:stor|push|publish|host|upload|kept|keep)\w*\b[^.;]{0,40}\bimages?\b[^.;]{0,40}\bregistr(?:y|ies)\b/, /\b(?:keep|retain)(?:s|ing)? (?:only )?(?:the )?(?:last |latest |newest |most recent )?\d+ (?:\w+ )?images\b/, /\bimage (?:retention|lifecycle) (?:polic(?:y|ies)|rules?)\b/, /\bimmutable image tags?\b|\bimage tags? (?:are |is |shall be |must be )?immutable\b/, /\bquay\.io\b|\bharbor registry\b|\bgitlab (?:container )?registry\b/, /\becrs?\b/,
    /\blifecycle (?:polic(?:y|ies)|rules?)\b[^.;]{0,40}\bimages\b/,
  ],
  hints: [/\bregistry\b(?=.*\b(?:images?|docker|containers?)\b)/, /(?<=\b(?:images?|docker|containers?)\b.{0,60})\bregistry\b/, /\bimage tags?\b/],
  otherSenses: [/\b(?:npm|pypi|maven|nuget|packages?)\b.{0,40}\bregistry\b/, /\b(?:plugin|skill|service|component|npm|package|schema|command|model|tool) registry\b/],
  read: (text) => {
    const untagged = /\b(\d+) untagged\b/.exec(text)?.[1];
    return stated<RegistryParameters>({
      untaggedImages: untagged === undefined ? undefined : Number(untagged),
      immutableTags: /\bimmutab/.test(text) ? true : undefined, scan: /\bscan/.test(text) ? true : undefined,
    });
  },
  keys: { untaggedImages: "number", immutableTags: "boolean", scan: "boolean" },
  prove: ({ untaggedImages }, evidence) => {
    const repositories = evidence.resources("aws_ecr_repository");
    const right = repositories.filter((repository) => repository.get("image_tag_mutability") === "IMMUTABLE" && repository.get("image_scanning_configuration.scan_on_push") === true);
    const policies = evidence.resources("aws_ecr_lifecycle_policy").filter((policy) => right.some((repository) => policy.refersTo(repository)));
    return {
      wanted: "an ECR repository with immutable tags and a scan on push",
      found: `ECR repository "${String(right[0]?.get("name"))}"`,
      resources: right.length > 0 ? right : repositories,
      unless: {
        "no ECR repository": repositories.length > 0,
        "a repository whose tags may change or that is not scanned": repositories.length === 0 || right.length > 0,
        [`no rule that keeps ${untaggedImages} images`]: untaggedImages === undefined || policies.some((policy) => new RegExp(`countNumber\\W+${untaggedImages}\\b`).test(policy.text("policy"))),
      },
    };
  },
  examples: [{ text: "ECR repository for images", parameters: {} }, { text: "Registry images are immutable and scanned", parameters: { immutableTags: true, scan: true } }],
});
