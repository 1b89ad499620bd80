import { capability, stated } from "./capability";
import { ports } from "./quantities";
import type { Evidence } from "./synthesized";

export interface AccessParameters {
  /** Always a list: a rule about one port is a rule about a set of ports. */
  readonly ports?: readonly number[];
}

const OPEN = /\b(?:allow\w*|permit\w*|inbound|ingress|egress|open)\b(?: (?:only|inbound|egress|traffic|tcp|https?|ssh|from|on|to))* \(?(\d{2,5}(?:(?: \([^()]{1,30}\))?(?:\/|, ?| and |, and | & )\d{2,5})*)(?![\w.%]|\/\d| ?(?:gb|mb|days?|min|req))/;

function openPorts(text: string): number[] {
  return (OPEN.exec(text)?.[1]?.replace(/\([^()]*\)/g, " ").match(/\d+/g) ?? []).map(Number).filter((port) => port <= 65_535);
}

/** Who and what may reach what: IAM roles and policies, security groups, access without SSH keys. */
export const access = capability<AccessParameters>()({
  id: "access",
  title: "Access",
  names: [
    /\bsecurity[ -]?groups?\b/, /\bsgs?\b/, /\biam (?:user|role|polic|permission|instance|execution|task|access|condition|boundar|identit|principal)\w*/, /\biam\b/, /\birsa\b/, /\bpod identit(?:y|ies)\b/, /\bleast[ -]privileges?\b/, /\binstance profiles?\b/,
    /\b(?:ssm |aws )?session manager\b/, /\bbastion(?: hosts?)?\b/, /\bnot (?:be )?(?:publicly|publically) (?:accessible|reachable|exposed)\b/, /\bjump ?(?:host|box|server)s?\b/, /\b(?:github |actions )?oidc (?:provider|role|federation|trust|instead|deploy)\w*/, /\bassume[- ]?role\b/, /\bpublic(?:ly|ally)[ -]accessible\W{1,4}(?:to |set to |is |= )?(?:false|disabled|no)\b/, /\bassum\w+ (?:an? |the )?(?:aws |iam |deploy\w* )?roles?\b/, /\bport 22\b/, /\broles?\b.{0,30}\b(?:through|via|using|with) oidc\b/,
    /\bpermission boundar(?:y|ies)\b/, /\bservice control polic(?:y|ies)\b/, /\bscps?\b/, /\b(?:kubernetes |k8s |cluster )rbac\b/, /\brole ?bindings?\b/, /\bservice ?accounts?\b/, /\b(?:ecs )?(?:task|execution|node|pod|lambda) (?:(?:and|\/|&) (?:task|execution) )?(?:execution )?(?:iam )?roles?\b/,
    /\bresource polic(?:y|ies)\b/, /\bbucket polic(?:y|ies)\b/, /\baccess entries\b/, /\b(?:ip |cidr )(?:allow|white)-?list\w*/, /\binbound (?:(?:tcp|udp|https?|ssh) )?(?:traffic|rules?|access|ssh|connections?)\b/, /\bingress rules?\b/, /\bssh key ?pairs?\b/,
    /\baws (?:security group|lambda permission|iam \w+|vpc security group)\w*/, /\bgrants? [^.;]{0,60}\bpermissions? to\b/, /\b(?:attach|detach)\w* (?:an? |the )?(?:deny|allow|iam|managed|inline) polic(?:y|ies)\b/, /(?<=\b(?:through|via|using|over) (?:aws )?)ssm\b(?! (?:parameter|documents?|run))/, /\binstance roles?\b/, /\b(?:kms )?key polic(?:y|ies)\b/, /(?<=\b(?:client|site-to-site) )vpn\b/, /\bvpn\b(?= (?:is |shall be )?required\b)/, /(?<=\b(?:behind|only (?:via|through|over)|restricted to) (?:the |a |an? \w{1,20} )?)vpn\b/, /\bwireguard\b/, /\btailscale\b/,
    /\bports? (?:other than|except)\b/, /(?<=\b(?:all|any|every|no) other (?:inbound |open )?)ports?\b/, /\b(?:management|admin\w*|ssh|rdp) ports?\b/, /\b(?:restrict|limit|allow|permit|open)\w*\b[^.;]{0,40}\bto (?:the )?(?:[\w-]+ )?(?:vpn|office|corporate) (?:cidrs?|ranges?|networks?|ips?)\b/, /\b(?:iam|aws|ci|github|actions|deploy\w*|lambda|tasks?|execution|service|node|pod|instance|pipeline|runner) roles? (?:is |are )?(?:limited|scoped|restricted) to\b/,
    /\bsicherheitsgruppen?\b/, /\bgrupos? de (?:seguridad|seguranca)\b/, /安全组/, /最小权限/,
    /\b(?:ssh|rdp|inbound|ingress|access|traffic|reachable|accessible|connections?)\b[^.;]{0,40}\b(?:only|limited|restrict\w*|allow\w*|permit\w*)\b[^.;]{0,40}(?:\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:office|vpn|corporate|trusted|allow-?listed|whitelisted)\b|\bip (?:range|address)\w*|\bcidrs?\b)/, /\b(?:restrict|limit|allow|permit|deny|block|clos|disabl)\w*\b[^.;]{0,30}\b(?:ssh|rdp)\b/, /\bssh (?:is |are )?(?:disabled|restricted|limited|closed|blocked|only)\b/, /\bssh (?:password|key|root) (?:auth\w*|logins?|access)\b/, /\binbound \d{2,5}\b/, /\bingress (?:on|to) (?:ports? )?\d{2,5}\b/,
    /\bfire ?walls? (?:rules?|allows?|blocks?|denies|permits?|restrict\w*|polic\w+|configured|enabled|opens?)\b/, /\bufw\b|\biptables\b|\bnftables\b/, /(?<=\b(?:github|gitlab|actions|ci|pipelines?|workflow|runner|deploy\w*|aws)\b[^.;]{0,60})\boidc\b/, /\boidc\b(?=[^.;]{0,60}\b(?:aws|iam|github|deploy\w*|ci)\b)/, /\bno public ips?\b/, /\bno (?:public|direct|internet) (?:internet )?(?:exposure|access)\b/, /\b(?:not|never) (?:be )?(?:directly |publicly )?(?:exposed|open|reachable|accessible) (?:to|from|over|via|on) (?:the )?(?:public )?internet\b/,
    /\baws (?:sso|organizations?)\b|\bidentity center\b/, /\bmfa\b(?=[^.;]{0,40}\b(?:aws|root|iam|console)\b)/, /(?<=\b(?:aws|root|iam|console)\b[^.;]{0,40})\bmfa\b/, /\bcross-account (?:iam )?(?:roles?|access|trust)\b/, /\bread-?only access to (?:production|prod|aws|the cluster|s3|the bucket|the account)\b/, /\bonly (?:the )?(?:load balancer|alb|app\w*|api|backend|bastion|vpn|cluster|nodes|instances|service|pods|security group)s? (?:servers? |instances? )?(?:can|may) (?:reach|access|connect to|talk to)\b/,
    /\brbac\b(?=[^.;]{0,60}\b(?:cluster|namespaces?|kubernetes|k8s|pods?|service ?accounts?)\b)/,
    /(?<!\b(?:s3|buckets?)\b.{0,160})\bpublic access\b(?!.*\bbuckets?\b)[^.;]{0,40}\b(?:disabled|blocked|denied|forbidden|off)\b/,
  ],
  hints: [
    /\b(?:accessible|reachable) (?:only )?from\b.{0,40}\bonly\b/, /\b(?:only )?(?:accessible|reachable) (?:only )?from (?:within )?(?:the )?(?:\w+ )?(?:vpc|subnets?|app|application|cluster|private)/, /\bonly (?:from|via|through) (?:the )?(?:\w+ )?(?:vpc|security|bastion|vpn)/,
    /\bno (?:public|ssh|direct|root) access\b/, /\bwithout ssh\b/, /\bno ssh\b/, /\bfirewall(?: rules?)?\b/, /\b(?:ssh|vpn|database|network|administrative) access\b/, /\bmfa (?:for|on) (?:aws|root|iam)/, /\broot account\b/,
    /\bwildcard (?:permissions?|resource|actions?|principal)\b/, /\bshort-lived credentials\b/, /\bfederat\w+\b/, /\blong-lived (?:aws )?(?:access )?(?:keys|credentials)\b/,
    /\bssh keys? (?:is |are )?(?:required|only|access)\b/,
  ],
  otherSenses: [
    /\bservice ?account tokens?\b/, /\bautomount ?service ?account\w*/, /\b(?:s3 |object )?buckets?\b[^.;]{0,60}\bno public access\b/,
    /\b(?:user|admin|tenant|role)-based\b/, /\b(?:users?|admins?|managers?|editors?|viewers?) (?:may|can|cannot|shall|must|should|with)\b/, /\b(?:menu|page|screen|endpoint|route)s? (?:is |are )?(?:only )?accessible\b/,
    /\b(?:login|log ?in|sign ?in|sign-on|sso)\b[^.;]{0,30}\boidc\b(?: \w+)?/,
  ],
  read: (text) => {
    const listed = ports(text).length > 0 ? ports(text) : openPorts(text);
    return stated<AccessParameters>({ ports: listed.length > 0 ? listed : undefined });
  },
  keys: { ports: "number" },
  prove: ({ ports }, evidence) => {
    const rules = evidence.resources("aws_vpc_security_group_ingress_rule");
    const roles = evidence.resources("aws_iam_role");
    const ways = waysIn(evidence);
    const open = ways.filter(({ ranges }) => ranges.some((range) => range.endsWith("/0")));
    const openPorts = [...new Set(open.map(({ from }) => from))].sort((x, y) => x - y);
    const missing = (ports ?? []).filter((port) => !ways.some(({ from, to }) => from <= port && port <= to));
    return {
      wanted: "least privilege: security groups that name who may come in, and roles instead of keys",
      found: `${rules.length} ingress rules, open to all: ${openPorts.length === 0 ? "none" : openPorts.join(" and ")}; ${roles.length} roles, no user, no access key`,
      resources: [...rules, ...roles],
      unless: {
        "neither rules nor roles": rules.length + roles.length > 0,
        "open to all": open.every(({ from, to }) => from === to && (from === 80 || from === 443)),
        "a user": evidence.resources("aws_iam_user").length === 0,
        "an access key": evidence.resources("aws_iam_access_key").length === 0,
        "a policy that allows everything": !allowsEverything(evidence),
        [`no rule for port ${missing.join(", ")}`]: missing.length === 0,
      },
    };
  },
  examples: [
    { text: "Create a security group that allows ingress on port 5432 only from the EKS nodes", parameters: { ports: [5432] } },
    { text: "IAM roles SHALL follow the least-privilege principle", parameters: {} },
    { text: "Administer servers through SSM Session Manager, with no SSH key pairs", parameters: {} },
  ],
});

interface WayIn {
  readonly from: number;
  readonly to: number;
  readonly ranges: readonly string[];
}

/** All that security groups let in, in each of the three forms that the provider knows. */
function waysIn(evidence: Evidence): readonly WayIn[] {
  const way = (from: unknown, to: unknown, ...ranges: unknown[]): WayIn => ({ from: Number(from), to: Number(to), ranges: ranges.flat().filter((range) => range !== undefined).map(String) });
  return [
    ...evidence.resources("aws_vpc_security_group_ingress_rule").map((rule) => way(rule.get("from_port"), rule.get("to_port"), rule.get("cidr_ipv4"), rule.get("cidr_ipv6"))),
    ...evidence
      .resources("aws_security_group_rule")
      .filter((rule) => rule.get("type") === "ingress")
      .map((rule) => way(rule.get("from_port"), rule.get("to_port"), rule.list("cidr_blocks"), rule.list("ipv6_cidr_blocks"))),
    ...["aws_security_group", "aws_default_security_group"]
      .flatMap((type) => evidence.resources(type).flatMap((group) => group.list("ingress")))
      .map(({ from_port, to_port, cidr_blocks, ipv6_cidr_blocks }) => way(from_port, to_port, cidr_blocks, ipv6_cidr_blocks)),
  ];
}

function allowsEverything(evidence: Evidence): boolean {
  return (
    evidence.resources("aws_iam_role_policy_attachment").some((attachment) => /\/AdministratorAccess$/.test(String(attachment.get("policy_arn")))) ||
    evidence.data("aws_iam_policy_document").some((document) =>
      document.list("statement").some(({ effect, actions }) => effect !== "Deny" && [actions].flat().includes("*")),
    )
  );
}
