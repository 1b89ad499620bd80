import { agrees, capability, stated } from "./capability";
import { annotation, ingressOf } from "./ingress";
import { durations } from "./quantities";
import type { Resource } from "./synthesized";

export interface WafParameters {
  readonly requests?: number;
  readonly minutes?: number;
  readonly requestsPerMinute?: number;
  /** Whether it refuses whole countries. */
  readonly countries?: true;
  /** Whether it tells robots from people, which AWS charges for. */
  readonly bots?: true;
}

/** What an application is to be guarded by, whatever it is: AWS' rules against the commonest attacks. */
const GROUPS = ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet"];

/** A block that may stand once is written as an object or as a list of one. */
function first(block: unknown): Readonly<Record<string, unknown>> {
  return ([block].flat()[0] ?? {}) as Record<string, unknown>;
}

/** Web requests filtered before they arrive: AWS WAF. */
export const waf = capability<WafParameters>()({
  id: "waf",
  title: "WAF",
  names: [/\bwafs?\b/, /\bwafv2\b/, /\bweb application firewall\b/, /\bweb ?acls?\b/, /\baws shield\b/, /\bddos (?:protection|mitigation)\b/, /\bmanaged rules?\b|\bmanaged rule ?(?:set|group)s?\b/, /\bowasp (?:\w+ )?rule ?(?:set)?s?\b/, /\bcore rule ?sets?\b/, /\bmodsecurity\b/, /\bbot control\b/, /\baws ?managed ?rules\w*\b/, /\b(?:application|app)[- ]layer firewall\b/, /\bip reputation (?:list|rule)s?\b/, /\bgeo-?(?:block(?:ing)?|match)(?: rules?)?\b/,
    /\bfirewall de aplicac\w+ web\b|\bpare-feu applicatif\b|\bwebanwendungsfirewall\b/,
    // Its rules count addresses in windows of some minutes; a program counts its users in seconds or one minute.
    /\brate[- ](?:limit(?:ing)?|based) rules?\b/, /\brate[- ]limit\w*\b(?=[^;]{0,60}\b(?:5|five|10|ten)[- ]?min\w*\b[^.;]{0,16}\bips?\b)/, /\b\d[\d,]* ?(?:req|requests)? ?(?:\/|per|in|every) ?(?:5|five|10|ten)[- ]?min(?:ute)?s?\b[^.;]{0,16}\b(?:per|each|from a single|by|source) (?:source |client )?ips?\b/, /\b(?:block|ban|throttl)\w* (?:\w+ )?(?:ips|ip addresses)\b(?= (?:that )?(?:exceed|above|over|sending|making))/, /\b\d[\d,]* (?:requests )?(?:per|in) (?:5|five|10|ten) min(?:ute)?s\b/,
  ],
  hints: [],
  otherSenses: [/\bwaf (?:metrics|dashboards?|alarms?)\b/],
  read: (text) => {
    const rate = /\b(\d[\d,]*) ?(?:req(?:uest)?s?)(?: ?\/ ?| per | in | every )/.exec(text) ?? /\b(\d[\d,]*)(?: ?\/ ?| per | in | every )(?=(?:\d+|five|ten)[ -]?min)/.exec(text);
    const count = rate?.[1] === undefined ? undefined : Number(rate[1].replace(/,/g, ""));
    const per = rate ? text.slice(rate.index + rate[0].length, rate.index + rate[0].length + 16) : "";
    const window = durations(per)[0]?.value;
    const minute = /^(?:a )?min(?:ute)?\b/.test(per);
    return stated<WafParameters>({ requests: minute ? undefined : count, minutes: window?.unit === "minute" ? window.value : undefined, requestsPerMinute: minute ? count : undefined, countries: /\bgeo-?(?:block|match|restrict|fenc)/.test(text) ? true : undefined, bots: /\bbot control\b/.test(text) ? true : undefined });
  },
  keys: { requests: "number", minutes: "number", requestsPerMinute: "number", countries: "boolean", bots: "boolean" },
  prove: ({ requests, minutes, requestsPerMinute, countries, bots }, evidence) => {
    const limit = requestsPerMinute ?? requests;
    const window = requestsPerMinute === undefined ? minutes : 1;
    const wanted = `a web ACL with AWS' managed rules${limit === undefined ? "" : ` and a limit of ${limit} requests${window === undefined ? "" : ` in ${window} min`} for each address`}, before the load balancer`;
    const associations = evidence.resources("aws_wafv2_web_acl_association");
    const balancers = evidence.resources("aws_lb");
    const { ingress, controller } = ingressOf(evidence);
    const noted = evidence.followed(annotation(ingress, "wafv2-acl-arn") ?? "");
    const distributions = evidence.resources("aws_cloudfront_distribution");
    // A load balancer that only CloudFront asks is guarded there.
    const behind = (balancer: Resource) => distributions.some((distribution) => distribution.refersTo(balancer, "origin"));
    const ownBalancers = balancers.filter((balancer) => !behind(balancer));
    const acls = evidence.resources("aws_wafv2_web_acl");
    const atEdge = (acl: Resource) => distributions.some((distribution) => distribution.refersTo(acl, "web_acl_id"));
    const guards = (acl: Resource) => noted.includes(`${acl.address}.`) || associations.some((each) => each.refersTo(acl, "web_acl_arn"));
    const acl = acls.find(guards) ?? acls.find(atEdge) ?? acls[0];
    const unguarded = [
      ...ownBalancers.filter((balancer) => !associations.some((each) => each.refersTo(balancer, "resource_arn") && each.refersTo(acl, "web_acl_arn"))),
      ...distributions.filter((distribution) => !acls.some((each) => each.get("scope") === "CLOUDFRONT" && distribution.refersTo(each, "web_acl_id"))),
    ];
    const rules = acl?.list("rule") ?? [];
    const managed = rules.filter((rule) => "none" in first(rule["override_action"])).map((rule) => String(first(first(rule["statement"])["managed_rule_group_statement"])["name"]));
    const absent = GROUPS.filter((group) => !managed.includes(group));
    const rates = rules.filter((rule) => "block" in first(rule["action"])).map((rule) => first(first(rule["statement"])["rate_based_statement"]));
    const rate = rates.find((each) => each["aggregate_key_type"] === "IP" && agrees(limit, each["limit"]) && (window === undefined || Number(each["evaluation_window_sec"]) === window * 60));
    const logging = evidence.resources("aws_wafv2_web_acl_logging_configuration").find((each) => each.refersTo(acl, "resource_arn"));
    const redacted = logging?.list("redacted_fields").map((field) => String(first(field["single_header"])["name"])) ?? [];
    return {
      wanted,
      found: `web ACL "${String(acl?.get("name"))}" with ${managed.length} managed groups, ${String(rate?.["limit"])} requests in ${Number(rate?.["evaluation_window_sec"]) / 60} min for each address, before ${[...ownBalancers.map((balancer) => `load balancer "${String(balancer.get("name"))}"`), ...(distributions.length > 0 ? ["CloudFront"] : []), ...(ingress ? [`Ingress "${String(ingress.get("metadata.name"))}"`] : [])].join(" and ")}`,
      resources: [acl, ...associations, ...(acl && atEdge(acl) ? distributions : []), noted === "" ? undefined : ingress, logging],
      unless: {
        'no load balancer for it to stand before: a single server has none; write "Application Load Balancer routes traffic to healthy instances"': balancers.length > 0 || ingress !== undefined || distributions.length > 0,
        "no web ACL": (balancers.length === 0 && !ingress && distributions.length === 0) || acl !== undefined,
        "it does not stand before every load balancer and distribution": !acl || unguarded.length === 0,
        "it does not stand before the Ingress": !acl || !ingress || (noted.includes(`${acl.address}.`) && controller !== undefined),
        [`nothing of ${absent.join(", ")} is refused`]: !acl || absent.length === 0,
        [`no limit of ${limit ?? "any number of"} requests for each address`]: !acl || rate !== undefined,
        "no rule for countries": !acl || countries === undefined || rules.some((rule) => "geo_match_statement" in first(rule["statement"])),
        "no Bot Control": !acl || bots === undefined || managed.includes("AWSManagedRulesBotControlRuleSet"),
        "what it refuses is not noted": !acl || logging !== undefined,
        "credentials stand in its log": !logging || ["authorization", "cookie"].every((header) => redacted.includes(header)),
      },
    };
  },
  examples: [{ text: "AWS WAF protects the public endpoint with a limit of 100 req/5 min per IP", parameters: { requests: 100, minutes: 5 } }],
});
