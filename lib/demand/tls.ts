import { agrees, capability, type Claim, stated } from "./capability";
import { annotation, ingressOf, portsOf } from "./ingress";
import { ports } from "./quantities";
import type { Evidence } from "./synthesized";

export interface TlsParameters {
  readonly tlsVersion?: string;
  readonly port?: number;
  /** More than one: that of HTTPS, and that which is sent there. */
  readonly ports?: readonly number[];
}

/** Encrypted connections: HTTPS, certificates. */
export const tls = capability<TlsParameters>()({
  id: "tls",
  title: "TLS",
  names: [
    /\b(?:encrypt\w*|verschlussel\w*|cifrad\w*|criptograf\w*)\b[^.;]{0,60}\bin[- ]transit\b/, /\bin[- ]transit\b[^.;]{0,30}\bencrypt\w*/, /\bat[- ]rest (?:and|&|und) (?:in[- ])?transit\b/,
    /\btls(?:v1\.[0-3])?\b/, /\bssl\b/, /\bhttps\b/, /\bacm\b/, /\bcert-?manager\b/, /\blet'?s ?encrypt\b/, /\bcertificate manager\b/, /\bmtls\b/, /\bhsts\b/, /\bzertifikat\w*/, /\bcertificados? (?:ssl|tls)\b/,
    /\bhttp(?: traffic| requests)? (?:is |are )?(?:redirect\w* )?to https\b/,
    /\bredirect\w*\b[^.;]{0,40}\b443\b/, /\bwildcard cert\w*/, /\b80 ?(?:->|→|to) ?(?:port )?443\b/, /\bamqps\b|\bmqtts\b|\bstarttls\b/, /\bport 443\b[^.;]{0,30}\bredirect\w*\b/,
  ],
  hints: [/\bcertificates?\b/, /\bcerts?\b/, /\bcertificados?\b/, /\bcertificats?\b/, /証明書|证书/, /\bwss\b/],
  otherSenses: [
    /\bcertificates? of (?:completion|achievement|origin|authenticity)\b/, /\bcertificates? (?:private )?keys?\b/, /\bcertificate lifecycle\b/, /\b(?:self-signed|course|completion|birth|gift|training|client|achievement) (?:ssl )?certificates?\b/, /\bmitm\b/, /\bhttps:\/\/|\bhttps (?:url|link|scheme|request|remote|format|clone)s?\b|\b(?:ssh|git) (?:and|or|\/) https\b|\b(?:links?|urls?|remotes?) (?:\w+ )?(?:use|uses) https\b/,
    /\b(?:ssl|certificate) pinning\b/, /\btransport security\b.*/,
  ],
  read: (text) => {
    // "port 80 → 443", "from 80 to 443": the second is no "port" of its own.
    const listened = /\b80 ?(?:->|→|to) ?(?:port )?443\b/.test(text) ? [80, 443] : ports(text);
    return stated<TlsParameters>({
      tlsVersion: /\b(?:tls|ssl\/tls)(?: protocol)?(?: version)?(?: of| is| set to|:| =| >=| ≥)?[ v]{0,2}(1\.[0-3])/.exec(text)?.[1],
      port: listened.length === 1 ? listened[0] : undefined, ports: listened.length > 1 ? listened : undefined,
    });
  },
  keys: { tlsVersion: "string", port: "number", ports: "number" },
  contradiction: ({ tlsVersion }) => tlsVersion === "1.0" || tlsVersion === "1.1" ? { message: `it asks for TLS ${tlsVersion}, which AWS load balancers and browsers have retired`, remedy: 'ask for "TLS 1.2" or "TLS 1.3"' } : undefined,
  prove: ({ tlsVersion, port, ports }, evidence) => {
    const listened = [port ?? [], ports ?? []].flat();
    const all = evidence.resources("aws_lb_listener");
    const listeners = all.filter((listener) => listener.get("protocol") === "HTTPS");
    const plain = all.filter((listener) => listener.get("protocol") === "HTTP");
    const policy = String(listeners[0]?.get("ssl_policy") ?? "");
    const least = tlsVersion === "1.3" ? /TLS13-1-3/ : /TLS13-1-[23]/;
    const server = evidence.server();
    const groups = evidence.resources("aws_security_group").filter((group) => server?.refersTo(group));
    const open = evidence.resources("aws_vpc_security_group_ingress_rule").filter((rule) => Number(rule.get("from_port")) === 443 && groups.some((group) => rule.refersTo(group, "security_group_id")));
    const secured = /ssl_certificate [^]*certbot certonly/.test(server?.text("user_data") ?? "");
    return [
      {
        wanted: `HTTPS with a certificate of ACM${tlsVersion === undefined ? "" : ` and TLS ${tlsVersion}`}, and plain HTTP sent there`,
        found: `HTTPS with ${policy}, plain HTTP redirected`,
        resources: [...listeners, ...plain],
        unless: {
          "no HTTPS listener": listeners.length > 0,
          ...silent(listened.filter((wanted) => listeners.length > 0 && !all.some((listener) => agrees(wanted, listener.get("port"))))),
          "no certificate": listeners.every((listener) => listener.get("certificate_arn") !== undefined),
          "an old policy": listeners.every((listener) => least.test(String(listener.get("ssl_policy")))),
          "plain HTTP is served": plain.every((listener) => listener.list("default_action").every(({ type }) => type === "redirect")),
        },
      },
      atIngress(evidence, least, listened),
      {
        wanted: "HTTPS on the server, with a certificate that renews itself",
        found: "HTTPS on the server, with a certificate of Let's Encrypt",
        resources: [server, ...open],
        unless: {
          "no server": server !== undefined,
          "no certificate: context.phaseline.domain names none": !server || secured,
          "port 443 is closed": !server || open.length > 0,
          "TLS 1.2 and 1.3": tlsVersion !== "1.3",
        },
      },
    ];
  },
  examples: [{ text: "HTTPS enabled with Let's Encrypt certificate", parameters: {} }, { text: "Enforce TLS 1.2 for all connections", parameters: { tlsVersion: "1.2" } }],
});

/** "Port 80 redirects to 443" names that of plain HTTP as well. */
function silent(ports: readonly number[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(ports.map((port) => [`nothing listens on port ${port}`, false]));
}

function atIngress(evidence: Evidence, least: RegExp, ports: readonly number[]): Claim {
  const { ingress, controller, unless } = ingressOf(evidence);
  const policy = annotation(ingress, "ssl-policy") ?? "";
  const listens = portsOf(ingress);
  return {
    wanted: "HTTPS with a certificate of ACM at the load balancer of the Ingress, and plain HTTP sent there",
    found: `HTTPS with ${policy} at the Ingress "${String(ingress?.get("metadata.name"))}", plain HTTP redirected`,
    resources: [ingress, ingress && controller],
    unless: {
      ...unless,
      "no HTTPS listener": !ingress || /HTTPS/.test(annotation(ingress, "listen-ports") ?? ""),
      ...silent(ports.filter((wanted) => ingress && !listens.includes(wanted))),
      "no certificate": !ingress || annotation(ingress, "certificate-arn") !== undefined,
      "an old policy": !ingress || least.test(policy),
      "plain HTTP is served": !ingress || !listens.includes(80) || annotation(ingress, "ssl-redirect") === "443",
    },
  };
}
