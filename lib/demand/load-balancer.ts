import { agrees, capability, type Claim, refused, stated } from "./capability";
import { annotation, ingressOf, portsOf } from "./ingress";
import { ports, timeoutSeconds } from "./quantities";

export interface LoadBalancerParameters {
  readonly type?: "application" | "network" | "ingress";
  readonly port?: number | readonly number[];
  /** How long a connection may be idle. */
  readonly timeoutSeconds?: number;
}

/** One door for many servers: ALB, NLB, Ingress. */
export const loadBalancer = capability<LoadBalancerParameters>()({
  id: "load-balancer",
  title: "Load balancer",
  names: [
    /\balbs?\b/, /\bnlbs?\b/, /\bload[- ]?balanc\w+/, /\btarget groups?\b/, /\b(?:https?|tcp|alb|nlb) listeners?\b(?= (?:on|for|rules?|that|with)\b)/, /(?<!\b(?:deny(?:ing)?|denied|denies|block(?:ed|s|ing)?|default-deny|restrict(?:ed|s)?|allow(?:ed|s)?|permit(?:s|ted)?|network|egress(?: and|,|\/| or)) (?:all |by default |any )?|egress\/)\bingress(?:es| ?class| ?controllers?| resources?)?\b(?! (?:rules?|on (?:port|\d)|from|to|traffic|access|polic|(?:and|or|&) egress|is denied|is blocked|denied|by default)|\/egress|, egress)/, /\bgateway api\b/, /\blisteners? (?:on )?(?:port )?\d{2,4}\b|\bport \d{2,4} listeners?\b/, /\bhttproutes?\b/, /\bgateway ?class(?:es)?\b/, /\bhaproxy\b/, /\bbehind (?:an? |the )?(?:\w+ )?(?:edge|reverse)[- ]prox(?:y|ies)\b/, /\btraefik\b/, /\bnginx[- ]ingress\b/, /\blastverteil\w+/, /\bbalance(?:ador(?:es)?|amento|o) de carga\b/, /\brepartiteurs? de charges?\b|\bequilibr\w+ de charges?\b|\brepartition de charge\b/, /ロードバランサー?/, /\bbilanciament\w+ del carico\b|\bbilanciatore di carico\b/, /\bload-?balanced\b/, /\belbs?\b(?! (?:accounts?|logs?|status|codes?|health)\b)/, /\btraffic (?:is |are |shall be |must be )?(?:balanced|distributed|spread) (?:across|between|among)\b/, /\b(?:balanc|distribut)\w+ (?:incoming |inbound |the )?(?:traffic|requests|load) (?:\w+ly )?(?:across|between|among)\b/, /负载均衡/, /\broutes? traffic to (?:\w+ ){0,2}(?:tasks|pods|instances)\b/,
    /\b(?:path|host|header)-based (?:routing|rules?)\b/, /\b(?:requests|connections|load) (?:is |are |shall be |must be )?(?:balanced|distributed|spread) (?:\w+ly )?(?:across|between|among|over)\b/, /\b(?:nginx|haproxy|envoy|caddy)\b(?: as)?(?: an?| the)? (?:reverse[- ]proxy|load[- ]balanc\w+|ingress)\b/, /\breverse[- ]proxy (?:in front of|configured|routes?|forwards?|terminates?)\b/, /\bconnection draining\b|\bderegistration delay\b|\bsticky sessions?\b|\bsession affinity\b/,
    /(?<![\w*])\/[\w-]*\/?\*? (?:is |are )?(?:routed|forwarded|proxied) to\b/,
  ],
  hints: [/\breverse proxy\b/, /\bdistribut\w+ traffic\b/],
  otherSenses: [/\bload[- ]balanc\w+\b[^.;]{0,60}\b(?:across|between|among|over|for) (?:[\w-]+ ){0,3}(?:gpus?|cameras|accounts|llms?|models|providers|agents|api keys|tokens|threads)\b/, /\bload[- ]balanc\w+ (?:of )?(?:tickets|work|cases|conversations|players)\b/],
  read: (text) => {
    const listed = ports(text);
    return stated<LoadBalancerParameters>({
      type: /\balbs?\b|application load/.test(text) ? "application" : /\bnlbs?\b|network load/.test(text) ? "network" : /\bingress\b/.test(text) ? "ingress" : undefined,
      port: listed.length > 1 ? listed : listed[0],
      timeoutSeconds: timeoutSeconds(text, "idle time-?out"),
    });
  },
  keys: { type: ["application", "network", "ingress"], port: "number", timeoutSeconds: "number" },
  prove: ({ type, port, timeoutSeconds }, evidence) => {
    const wanted = "an application load balancer in public subnets that forwards to instances which answer its health check";
    if (type === "network") return refused(wanted, "no network load balancer: phaseline provisions application load balancers");
    const [balancer] = evidence.resources("aws_lb");
    const listeners = evidence.resources("aws_lb_listener").filter((listener) => listener.refersTo(balancer));
    const targets = evidence.resources("aws_lb_target_group").find((group) => listeners.some((listener) => listener.refersTo(group)));
    const fleet = evidence.fleet();
    const missing = [port ?? []].flat().filter((each) => !listeners.some((listener) => Number(listener.get("port")) === each));
    const atFleet: Claim = {
      wanted,
      found: `application load balancer, ${listeners.length} listeners, health check at ${String(targets?.get("health_check.path"))}`,
      resources: [balancer, targets, ...listeners],
      unless: {
        "no load balancer": balancer !== undefined,
        "an ingress was asked for": type !== "ingress",
        "another type": !balancer || balancer.get("load_balancer_type") === "application",
        "it is internal": balancer?.get("internal") !== true,
        "not in public subnets": !balancer || balancer.list("subnets").every((subnet) => String(subnet).includes("public")),
        "no listener forwards": !balancer || listeners.some((listener) => listener.refersTo(targets) && listener.list("default_action").some((action) => action["type"] === "forward")),
        [`no listener on port ${missing.join(", ")}`]: !balancer || missing.length === 0,
        // A minute is AWS's own time.
        [`connections may be idle for ${String(balancer?.get("idle_timeout") ?? 60)} seconds`]: !balancer || agrees(timeoutSeconds, balancer.get("idle_timeout") ?? 60),
        "no health check": !balancer || targets?.get("health_check.path") !== undefined,
        "no instances behind it": !balancer || fleet?.refersTo(targets, "target_group_arns") === true || evidence.resources("aws_autoscaling_attachment").some((attachment) => attachment.refersTo(targets) && attachment.refersTo(fleet)),
        "invalid headers are let through": !balancer || balancer.get("drop_invalid_header_fields") === true,
      },
    };
    const { service } = evidence.subject;
    const { ingress, controller, unless } = ingressOf(evidence);
    const idle = /\bidle_timeout\.timeout_seconds=(\d+)/.exec(annotation(ingress, "load-balancer-attributes") ?? "")?.[1] ?? "60";
    const closed = [port ?? []].flat().filter((each) => !portsOf(ingress).includes(each));
    return [
      atFleet,
      {
        wanted: `an Ingress to "${service}" that the AWS Load Balancer Controller makes a public load balancer of`,
        found: `Ingress "${String(ingress?.get("metadata.name"))}" on ports ${portsOf(ingress).join(" and ")}, health check at ${String(annotation(ingress, "healthcheck-path"))}, AWS Load Balancer Controller`,
        resources: [ingress, ingress && controller],
        unless: {
          ...unless,
          "the load balancer is internal": !ingress || annotation(ingress, "scheme") === "internet-facing",
          [`no listener on port ${closed.join(", ")}`]: !ingress || (closed.length === 0 && portsOf(ingress).length > 0),
          [`connections may be idle for ${idle} seconds`]: !ingress || agrees(timeoutSeconds, idle),
          "no health check": !ingress || annotation(ingress, "healthcheck-path") !== undefined,
          "invalid headers are let through": !ingress || (annotation(ingress, "load-balancer-attributes") ?? "").includes("routing.http.drop_invalid_header_fields.enabled=true"),
        },
      },
    ];
  },
  examples: [
    { text: "Configure Application Load Balancer with SSL termination", parameters: { type: "application" }, with: ["tls"] },
    { text: "Service accessible via LoadBalancer", parameters: {} },
  ],
});
