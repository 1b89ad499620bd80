import { capability, stated } from "./capability";
import { ports } from "./quantities";

export interface LoadBalancerParameters {
  readonly type?: "application" | "network" | "ingress";
  readonly port?: number | readonly number[];
}

/** One door for many servers: ALB, NLB, Ingress. */
export const loadBalancer = capability<LoadBalancerParameters>()({
  id: "load-balancer",
  title: "Load balancer",
  names: [/\balbs?\b/, /\bnlbs?\b/, /\bload[- ]?balanc\w+/, /\btarget groups?\b/, /\bingress(?:es| ?class| ?controllers?| resources?)?\b(?! (?:rules?|on port|from|traffic))/, /\bgateway api\b/, /\btraefik\b/, /\bnginx[- ]ingress\b/, /\blastverteil\w+/, /\bbalanceador(?:es)? de carga\b/, /\btraffic (?:is |are |shall be |must be )?(?:balanced|distributed|spread) (?:across|between|among)\b/, /\b(?:balanc|distribut)\w+ (?:incoming |inbound |the )?(?:traffic|requests|load) (?:across|between|among)\b/, /负载均衡/, /\broutes? traffic to (?:\w+ ){0,2}(?:tasks|pods|instances)\b/],
  hints: [/\breverse proxy\b/, /\bdistribut\w+ traffic\b/],
  otherSenses: [/\bload[- ]balanc\w+ (?:of )?(?:tickets|work|cases|conversations|players)\b/],
  read: (text) => {
    const listed = ports(text);
    return stated<LoadBalancerParameters>({
      type: /\balbs?\b|application load/.test(text) ? "application" : /\bnlbs?\b|network load/.test(text) ? "network" : /\bingress\b/.test(text) ? "ingress" : undefined,
      port: listed.length > 1 ? listed : listed[0],
    });
  },
  keys: { type: ["application", "network", "ingress"], port: "number" },
  examples: [
    { text: "Configure Application Load Balancer with SSL termination", parameters: { type: "application" }, with: ["tls"] },
    { text: "Service accessible via LoadBalancer", parameters: {} },
  ],
});
