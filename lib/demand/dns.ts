import { agrees, capability, type Claim, stated } from "./capability";
import { said } from "./delivery";
import { ingressOf } from "./ingress";
import type { Evidence } from "./synthesized";

export interface DnsParameters {
  readonly domain?: string;
}

/** Names of the service: Route 53 zones and records. */
export const dns = capability<DnsParameters>()({
  id: "dns",
  title: "DNS",
  names: [
    /\broute ?-?53\b/, /\bdns (?:records?|zones?|names?|entr(?:y|ies)|failover|routing|validation|configur\w*)\b/, /\bprivate dns\b/, /\bhosted zones?\b/, /\bexternal-?dns\b/, /\ba(?:lias)? records?\b/, /\b(?:aaaa|mx|txt|srv|ns|caa|a\/aaaa) records?\b/, /\b(?:apex|root) domain\b/, /\bwww\b[^.;]{0,20}\bredirects?\b|\bredirects?\b[^.;]{0,20}\bwww\b/, /\bcname\b/, /エイリアスレコード|レコードセット|ホストゾーン|名前解決/, /\bdns (?:is |are |shall be |must be )?(?:configured|set ?up|managed|provisioned|pointed|delegated|updated|handled)\b/, /\b(?:shall |must |should )resolves? to (?:the |an? )?(?:[\w-]+ ){0,4}(?:ip(?: address)?|load balancer|alb|nlb|elb|ingress)\b/, /\b(?:public|dedicated|stable|custom) (?:host-?names?|dns)\b/, /\bregistros? dns\b/, /\b(?:dns-?(?:eintrag|eintrage|zone|zonen)|enregistrements? dns)\b/, /\bname ?servers?\b(?=.{0,40}\b(?:domain|zone|delegat|registrar)|\b)/, /\b(?:domain|dns) (?:registrar|delegation|propagation|management|hosting)\b/, /^\W*(?:custom |production )?domain (?:configuration|set-?up|registration|names?)\W*$/, /\bdns ttl\b|\bttl\b[^.;]{0,20}\bdns\b/, /\bsub-?domains? (?:per|for each|for every) /, /\bcustom domains?\b/, /域名解析/,
    /\b(?:[a-z0-9-]+\.)+(?:com|io|org|net|dev|app|co|cloud)\b (?:points?|resolves?) to\b/, /\b(?:domain|dns|subdomain)s?\b[^.;]{0,20}\b(?:points?|resolv\w+|pointing) (?:to|at)\b/, /\b(?:reachable|accessible|available|served|hosted) (?:at|on|under|via) (?:https?:\/\/)?(?:[a-z0-9-]+\.)+(?:com|io|org|net|dev|app|co|cloud)\b/,
  ],
  hints: [/\bdns\b/, /\bdomains?\b(?= ?\/| (?:is |are )?(?:configured|set ?up|registered|purchased|connected|pointed|mapped|verified)\b| (?:and|&|\+) (?:ssl|tls|https|certificates?|dns)\b)/, /\b(?:configur|set ?up|setup|register|purchas|connect|map|attach)\w* (?:the |an? |our )?(?:production|custom|public|primary|apex|root|own|staging|main) domains?\b/, /\bsub-?domains?\b/, /\bdomain names?\b/, /\b[a-z0-9-]+\.(?:io|com|org|net|dev|app) domain\b/, /\bdominios?\b/],
  otherSenses: [
    /\bdns-?prefetch\b/, /\bdns (?:lookups?|rebinding|caches?|resolvers?|quer(?:y|ies)|leaks?|timeouts?|errors?)\b/, /\benable dns (?:support|host-?names)\b/, /\bdns (?:support|host-?names|resolution)\b/, /\bhost-?names dns\b/, /\bresol\w+ (?:e host-?names )?dns\b/, /\bemail domain\b/, /\bdomain (?:model|object|event|layer|entity|service|logic|driven)\w*/,
    /\bdns validation\b/,
  ],
  read: (text) => stated<DnsParameters>({ domain: /\b((?:[a-z0-9-]+\.)+(?:io|com|org|net|dev|app|de|co|cloud|ai))\b/.exec(text)?.[1] }),
  keys: { domain: "string" },
  prove: ({ domain }, evidence) => {
    const records = evidence.resources("aws_route53_record").filter((record) => record.get("type") === "A");
    const named = records.filter((record) => agrees(domain, record.get("name")));
    return [
      {
        wanted: `a record in Route 53${domain === undefined ? "" : ` for ${domain}`}`,
        found: `record ${records.map((record) => String(record.get("name"))).join(", ")}`,
        resources: records,
        unless: {
          "no record": records.length > 0,
          [`no record for ${domain}`]: records.length === 0 || named.length > 0,
          "a record that leads nowhere": named.every((record) => record.get("alias.name") !== undefined || record.list("records").length > 0),
        },
      },
      atIngress(domain, evidence),
    ];
  },
  examples: [{ text: "Create a Route 53 record for api.example.com", parameters: { domain: "api.example.com" } }],
});

/** Which load balancer an Ingress gets, only its controller knows: external-dns makes the record. */
function atIngress(domain: string | undefined, evidence: Evidence): Claim {
  const { ingress, controller, unless } = ingressOf(evidence);
  const host = ingress?.list("spec.0.rule").map((rule) => rule["host"]).find((name) => name !== undefined);
  const [writer] = evidence.releases(/^external-dns$/);
  const says = (key: string, value: unknown) => said(writer, key, String(value));
  const identity = evidence.resources("aws_eks_pod_identity_association").find((association) => association.get("service_account") === "external-dns");
  const role = evidence.resources("aws_iam_role").find((candidate) => identity?.refersTo(candidate));
  const permissions = evidence.resources("aws_iam_role_policy").filter((policy) => policy.refersTo(role)).map((policy) => evidence.documentOf(policy));
  const may = permissions.some((text) => text.includes('"route53:ChangeResourceRecordSets"') && text.includes(`"${String(host)}"`));
  const there = ingress !== undefined && host !== undefined;
  return {
    wanted: `a record in Route 53${domain === undefined ? "" : ` for ${domain}`}, which external-dns leads to the load balancer of the Ingress`,
    found: `external-dns ${String(writer?.get("version"))}, which leads ${String(host)} to the load balancer of the Ingress, by a role that may change that name alone`,
    resources: [ingress, ingress && controller, ...(there ? [writer, identity] : [])],
    unless: {
      ...unless,
      "an Ingress for no name: context.phaseline.domain names none": !ingress || host !== undefined,
      [`an Ingress for ${String(host)}, not for ${domain}`]: !there || agrees(domain, host),
      "no Helm release of external-dns": !there || writer !== undefined,
      "external-dns looks at another namespace": !there || !writer || says("sourceNamespace", ingress.get("metadata.namespace")),
      [`external-dns leaves ${String(host)} alone`]: !there || !writer || says("domainFilters", host),
      "external-dns looks at other Ingresses": !there || !writer || says("ingress-class", ingress.get("spec.ingress_class_name")),
      [`no role by which it changes ${String(host)}`]: !there || !writer || (identity !== undefined && may),
    },
  };
}
