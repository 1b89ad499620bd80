import { agrees, capability, stated } from "./capability";
import { ingressOf } from "./ingress";

export interface DnsParameters {
  readonly domain?: string;
}

/** Names of the service: Route 53 zones and records. */
export const dns = capability<DnsParameters>()({
  id: "dns",
  title: "DNS",
  names: [
    /\broute ?-?53\b/, /\bdns (?:records?|zones?|names?|entr(?:y|ies)|failover|routing|validation|configur\w*)\b/, /\bprivate dns\b/, /\bhosted zones?\b/, /\bexternal-?dns\b/, /\ba(?:lias)? records?\b/, /\bcname\b/, /\bcustom domains?\b/, /域名解析/,
    /\b(?:[a-z0-9-]+\.)+(?:com|io|org|net|dev|app|co|cloud)\b (?:points?|resolves?) to\b/, /\b(?:domain|dns|subdomain)s?\b[^.;]{0,20}\b(?:points?|resolv\w+|pointing) (?:to|at)\b/, /\b(?:reachable|accessible|available|served|hosted) (?:at|on|under|via) (?:https?:\/\/)?(?:[a-z0-9-]+\.)+(?:com|io|org|net|dev|app|co|cloud)\b/,
  ],
  hints: [/\bdns\b/, /\bdomain\b(?= ?\/| (?:is )?(?:configured|set ?up|registered))/, /\bsub-?domains?\b/, /\bdomain names?\b/, /\b[a-z0-9-]+\.(?:io|com|org|net|dev|app) domain\b/, /\bdominios?\b/],
  otherSenses: [
    /\bdns-?prefetch\b/, /\bemail domain\b/, /\bdomain (?:model|object|event|layer|entity|service|logic|driven)\w*/,
    /\bdns validation\b/,
  ],
  read: (text) => stated<DnsParameters>({ domain: /\b((?:[a-z0-9-]+\.)+(?:io|com|org|net|dev|app|de|co|cloud|ai))\b/.exec(text)?.[1] }),
  keys: { domain: "string" },
  prove: ({ domain }, evidence) => {
    const records = evidence.resources("aws_route53_record").filter((record) => record.get("type") === "A");
    const { ingress } = ingressOf(evidence);
    const host = ingress?.list("spec.0.rule").map((rule) => rule["host"]).find((name) => name !== undefined);
    const named = records.filter((record) => agrees(domain, record.get("name")));
    return {
      wanted: `a record in Route 53${domain === undefined ? "" : ` for ${domain}`}`,
      found: `record ${records.map((record) => String(record.get("name"))).join(", ")}`,
      resources: records,
      unless: {
        [ingress
          ? `no record leads to the Ingress${host === undefined ? "" : ` for ${String(host)}`}: Terraform does not know the load balancer that the controller makes; enter its name once it is there`
          : "no record"]: records.length > 0,
        [`no record for ${domain}`]: records.length === 0 || named.length > 0,
        "a record that leads nowhere": named.every((record) => record.get("alias.name") !== undefined || record.list("records").length > 0),
      },
    };
  },
  examples: [{ text: "Create a Route 53 record for api.example.com", parameters: { domain: "api.example.com" } }],
});
