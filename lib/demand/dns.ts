import { capability, stated } from "./capability";

export interface DnsParameters {
  readonly domain?: string;
}

/** Names of the service: Route 53 zones and records. */
export const dns = capability<DnsParameters>()({
  id: "dns",
  title: "DNS",
  names: [/\broute ?-?53\b/, /\bdns (?:records?|zones?|names?|entr(?:y|ies)|failover|routing|validation|configur\w*)\b/, /\bprivate dns\b/, /\bhosted zones?\b/, /\bexternal-?dns\b/, /\ba(?:lias)? records?\b/, /\bcname\b/, /\bcustom domains?\b/, /域名解析/],
  hints: [/\bdns\b/, /\bdomain\b(?= ?\/| (?:is )?(?:configured|set ?up|registered))/, /\bsub-?domains?\b/, /\bdomain names?\b/, /\b[a-z0-9-]+\.(?:io|com|org|net|dev|app) domain\b/, /\bdominios?\b/],
  otherSenses: [/\bdns-?prefetch\b/, /\bemail domain\b/, /\bdomain (?:model|object|event|layer|entity|service|logic|driven)\w*/],
  read: (text) => stated<DnsParameters>({ domain: /\b((?:[a-z0-9-]+\.)+(?:io|com|org|net|dev|app|de|co|cloud|ai))\b/.exec(text)?.[1] }),
  keys: { domain: "string" },
  examples: [{ text: "Create a Route 53 record for api.example.com", parameters: { domain: "api.example.com" } }],
});
