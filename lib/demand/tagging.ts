import { capability, stated } from "./capability";

export interface TaggingParameters {
  readonly tags?: readonly string[];
}

/** Labels on every resource: whose it is, what it costs. */
export const tagging = capability<TaggingParameters>()({
  id: "tagging",
  title: "Tagging",
  names: [/\b(?:resource|cost[- ]allocation|cost[- ]center|cost[- ]tracking|cost|default|aws|mandatory|common|consistent|configurable|standard|required|proper|appropriate) tags?\b/, /\b(?:resources?|infrastructure|instances?|buckets?|volumes?|stacks?) (?:\w+ ){0,3}tagged\b/, /\btagging (?:strategy|policy|standard|for|convention)\b/, /\b(?:resource|consistent|mandatory|cost) tagging\b/, /\bresources (?:must |shall |should |will )?(?:carry|have|get|receive|include)\b[^.;]{0,60}\btags?\b/, /\btags? (?:all|every|each|to all) (?:\w+ )?resources?\b/, /\bsupports tagging\b/, /\b(?:every|all|each) resources?\b.{0,40}\btags?\b/, /资源标签/, /\btag(?:s|ged)? (?:all |every |each )?(?:aws |cloud )?resources? (?:with|by|for)\b/, /\bcarr(?:y|ies) (?:the |a |an )?tags?\b/, /\b(?:etiquet|tagea|taguea|marca)\w*\b[^.;]{0,24}\brecursos\b|\brecursos\b[^.;]{0,30}\b(?:etiquetados|tags|etiquetas|tagueados|marcados)\b/, /\bressourcen\b[^.;]{0,40}\b(?:tags?|getaggt|etikettiert|gekennzeichnet)\b/, /\bressources\b[^.;]{0,30}\b(?:tags?|taguees|etiquetees|etiquettes)\b/, /リソース.{0,6}タグ/],
  hints: [/\btags\b/, /\btagged with\b/, /\btagging\b/],
  otherSenses: [/\bimages? (?:are |is |shall be |must be )?(?:\w+ )?tagged\b/, /\btags? (?:are |is |must be )?(?:im)?mutable\b/, /\bimmutable tags?\b/, /\btags? (?:can|may) be\b/, /\btag (?:an? |the |each |their )?(?:note|post|user|item|photo|task|ticket)s?\b/, /\b(?:image|git|html|meta|script|version|user|post|photo|release|proper(?! tagging strategy)|blog|product|note|custom|question|skill) (?:image )?tag(?:s|ging)?\b/, /\btags? (?:push|input|filter|cloud|list|page|chips?)\b/],
  read: (text) => {
    const listed = /\btags? ?(?:\(|:|such as|like|including) ?((?:[a-z][\w-]{1,20}(?:, ?| and |, and )){1,8}[a-z][\w-]{1,20})/.exec(text)?.[1];
    return stated<TaggingParameters>({ tags: listed?.split(/, ?and |, ?| and /) });
  },
  keys: { tags: "string" },
  prove: ({ tags = [] }, evidence) => {
    const plain = (key: string) => key.toLowerCase().replace(/[^a-z]/g, "");
    const providers = evidence.providers("aws");
    const keys = providers.map((provider) => Object.keys((provider.get("default_tags.tags") ?? {}) as object));
    const tagged = evidence.all().filter((resource) => resource.get("tags") !== undefined);
    const missing = tags.filter((tag) => ![...keys.flat(), "Increment"].some((key) => plain(tag).startsWith(plain(key))));
    return {
      wanted: "tags with project, environment and increment on everything",
      found: "default tags of the provider, and the increment on each resource",
      resources: evidence.resources("aws_vpc"),
      unless: {
        "no default tags": keys.length > 0 && keys.every((some) => some.includes("Project") && some.includes("Environment")),
        "no resources": tagged.length > 0,
        "a resource without its increment": tagged.every((resource) => resource.get("tags.Increment") !== undefined),
        [`no tag ${missing.join(", ")}`]: missing.length === 0,
      },
    };
  },
  examples: [{ text: "All resources tagged with increment ID", parameters: {} }],
});
