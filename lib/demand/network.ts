import { agrees, capability, stated } from "./capability";
import { firstMatch } from "./needles";
import { cidrs, countIn, countOf, oneOrMany, toNumber } from "./quantities";

export interface NetworkParameters {
  readonly cidr?: string | readonly string[];
  readonly azCount?: number;
  readonly publicSubnets?: number;
  readonly privateSubnets?: number;
  readonly natGateways?: number;
  /** Network policies, which say between pods what security groups say between machines. */
  readonly policies?: boolean;
}

/** Where it all stands: VPC, subnets, routes, NAT, endpoints, network policies. */
export const network = capability<NetworkParameters>()({
  id: "network",
  title: "Network",
  names: [
    /\bsegmented network\b/, /\bnetwork segment\w*/,
    /\bvpcs?\b/, /\bsubnets?\b/, /\bnat(?:-| )?(?:gateways?|instances?)\b/, /\binternet gateways?\b/, /\broute tables?\b/, /\b(?:vpc|interface|(?<!api )gateway|private) endpoints?\b/, /\bprivate ?link\b/, /\bnetwork ?polic(?:y|ies)\b/, /\btransit gateways?\b/, /\bvpc peering\b/, /\bnacls?\b/, /\bnetwork acls?\b/, /\belastic ips?\b/, /\bnetzwerkrichtlinie\w*/, /サブネット/, /\bsous-?reseaux?\b/, /\bsubnetze?\b/, /\benable dns (?:support|host-?names)\b/, /\bdefault[- ]deny\b/, /\bdeny all (?:ingress|egress|inbound|outbound)\b/, /\bdeny[- ](?:by[- ]default|all) (?:network )?polic\w+/, /\bsubred(?:es)?\b/, /\bsub-?redes?\b/, /子网/,
    /\bnetwork (?:isolation|segmentation)\b/, /\bservice mesh\b/, /\bistio\b/, /\bcilium\b/, /\blinkerd\b/, /\bapp mesh\b/, /\bconsul connect\b/, /\bcalico\b/,
    /\b(?:isolated|private|dedicated) networks?\b(?! (?:error|request))/, /\b(?:static|fixed|dedicated) (?:outbound |egress |public )?ips?(?: address\w*)?\b/, /\b(?:egress|outbound) (?:internet )?(?:traffic|access|rules?)\b/,
  ],
  hints: [
    /\bnetworking\b/, /\bvirtual (?:private )?(?:network|cloud)\b/, /\bprivate network\b/,
    /\bipv6\b/, /\bdual-?stack\b/,
  ],
  otherSenses: [/\bvpc[- ]cni\b/, /\bsocial network\w*/, /\bnetwork (?:error|request|call|failure|outage|timeout|tab|connection|latency)s?\b/, /\bnetworking event/],
  read: (text) => {
    const count = countIn(text);
    const both = count === undefined ? null : firstMatch(`(${count}) (private|public) (?:subnets? )?(?:and|,) (${count}) (?:private|public) subnets?`, text);
    const first = both ? toNumber(both[1] ?? "") : undefined;
    const second = both ? toNumber(both[3] ?? "") : undefined;
    const pair = /\b(?:public and private|private and public|public\/private)\b/.test(text);
    return stated<NetworkParameters>({
      cidr: oneOrMany(cidrs(text).filter((cidr) => cidr !== "0.0.0.0/0")),
      azCount: countOf(text, "azs?|availability[- ]zones?"),
      publicSubnets: both ? (both[2] === "public" ? first : second) : pair ? undefined : countOf(text, "public subnets?|subredes publicas"), privateSubnets: both ? (both[2] === "private" ? first : second) : pair ? undefined : countOf(text, "private subnets?|subredes privadas"),
      natGateways: countOf(text, "nat[- ]gateways?"),
      policies: /\bnetwork ?polic(?:y|ies)\b/.test(text) ? true : undefined,
    });
  },
  keys: { cidr: "string", azCount: "number", publicSubnets: "number", privateSubnets: "number", natGateways: "number", policies: "boolean" },
  contradiction: ({ cidr }) => {
    const wrong = [cidr ?? []].flat().find((block) => {
      const [address = "", length = ""] = block.split("/");
      return Number(length) < 16 || Number(length) > 28 || address.split(".").some((part) => Number(part) > 255);
    });
    return wrong === undefined ? undefined : { message: `its address block is ${wrong}, and a VPC or subnet of AWS is between /16 and /28`, remedy: 'give a block such as "10.0.0.0/16"' };
  },
  prove: ({ cidr, azCount, publicSubnets, privateSubnets, natGateways, policies }, evidence) => {
    const [vpc] = evidence.resources("aws_vpc");
    const subnets = evidence.resources("aws_subnet").filter((subnet) => subnet.refersTo(vpc));
    const of = (tier: string) => evidence.subnets(tier).filter((subnet) => subnet.refersTo(vpc)).length;
    const nats = evidence.resources("aws_nat_gateway").length;
    const zones = Math.min(evidence.zones("public"), evidence.zones("private"));
    const range = String(vpc?.get("cidr_block"));
    const there = [range, ...subnets.map((subnet) => subnet.get("cidr_block"))];
    const ranges = [cidr ?? []].flat();
    const rules = evidence.resources("kubernetes_network_policy_v1");
    // One that chooses every pod and names nobody is what makes the others count.
    const closed = rules.filter((rule) => rule.get("spec.ingress") === undefined && rule.get("spec.egress") === undefined && Object.keys((rule.get("spec.pod_selector") ?? {}) as object).length === 0);
    const missing = ranges.filter((each) => !there.includes(each));
    return {
      wanted: `a VPC${ranges.length > 0 ? ` with CIDR ${ranges.join(" and ")}` : ""} with public and private subnets over ${azCount ?? "several"} zones, and flow logs`,
      found: `VPC ${range}, ${of("public")} public, ${of("private")} private and ${of("data")} data subnets, ${nats} NAT gateways${policies ? `, ${rules.length} network policies` : ""}`,
      resources: [vpc, ...subnets, ...(policies ? rules : [])],
      unless: {
        "no VPC": vpc !== undefined,
        [`VPC ${range}, and nothing with ${missing.join(" or ")}`]: !vpc || missing.length === 0,
        [`${zones} zones`]: !vpc || (azCount === undefined ? zones >= 2 : zones === azCount),
        [`${of("public")} public subnets`]: !vpc || (of("public") > 0 && agrees(publicSubnets, of("public"))),
        [`${of("private")} private subnets`]: !vpc || (of("private") > 0 && agrees(privateSubnets, of("private"))),
        [`${nats} NAT gateways`]: agrees(natGateways, nats),
        "no network policies: they need a service on a cluster": policies !== true || rules.length > 0,
        "no network policy that lets nothing through but what is named": policies !== true || rules.length === 0 || closed.some((rule) => ["Ingress", "Egress"].every((type) => rule.list("spec.0.policy_types").map(String).includes(type))),
        "no flow logs": !vpc || evidence.resources("aws_flow_log").some((flow) => flow.refersTo(vpc)),
      },
    };
  },
  examples: [
    { text: "VPC 10.0.0.0/16 with 3 private subnets and one NAT gateway", parameters: { cidr: "10.0.0.0/16", privateSubnets: 3, natGateways: 1 } },
    { text: "Place containers in private subnets with NAT gateway access", parameters: {} },
  ],
});
