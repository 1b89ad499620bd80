import { capability, stated } from "./capability";
import { durations } from "./quantities";

export interface WafParameters {
  readonly requests?: number;
  readonly minutes?: number;
  readonly requestsPerMinute?: number;
}

/** Web requests filtered before they arrive: AWS WAF. */
export const waf = capability<WafParameters>()({
  id: "waf",
  title: "WAF",
  names: [/\bwafs?\b/, /\bwafv2\b/, /\bweb application firewall\b/, /\bweb ?acls?\b/, /\baws shield\b/, /\bddos (?:protection|mitigation)\b/, /\bmanaged rules?\b|\bmanaged rule ?(?:set|group)s?\b/, /\bowasp (?:\w+ )?rule ?(?:set)?s?\b/],
  hints: [],
  read: (text) => {
    const rate = /\b(\d[\d,]*) ?(?:req(?:uest)?s?)(?: ?\/ ?| per | in | every )/.exec(text);
    const count = rate?.[1] === undefined ? undefined : Number(rate[1].replace(/,/g, ""));
    const per = rate ? text.slice(rate.index + rate[0].length, rate.index + rate[0].length + 16) : "";
    const window = durations(per)[0]?.value;
    const minute = /^(?:a )?min(?:ute)?\b/.test(per);
    return stated<WafParameters>({ requests: minute ? undefined : count, minutes: window?.unit === "minute" ? window.value : undefined, requestsPerMinute: minute ? count : undefined });
  },
  keys: { requests: "number", minutes: "number", requestsPerMinute: "number" },
  examples: [{ text: "AWS WAF protects the public endpoint with a limit of 100 req/5 min per IP", parameters: { requests: 100, minutes: 5 } }],
});
