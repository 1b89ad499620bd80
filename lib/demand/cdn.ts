import { capability, stated } from "./capability";

export interface CdnParameters {
  readonly product?: "cloudfront";
}

/** Content served from the edge: CloudFront. */
export const cdn = capability<CdnParameters>()({
  id: "cdn",
  title: "CDN",
  names: [/\bcloud ?front\b/, /\bcdns?\b/, /\bcontent delivery network\b/, /\bedge (?:caching|locations?|distribution)\b/, /内容分发/],
  hints: [],
  otherSenses: [/\b(?:from|via) (?:a |the )?(?:jsdelivr|unpkg|cdnjs)\b/, /\bcdn (?:link|script|url|import)s?\b/],
  read: (text) => stated<CdnParameters>({ product: /\bcloud ?front\b/.test(text) ? "cloudfront" : undefined }),
  keys: { product: ["cloudfront"] },
  examples: [{ text: "Serve static assets through CloudFront", parameters: { product: "cloudfront" } }],
});
