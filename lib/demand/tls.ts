import { capability, stated } from "./capability";
import { ports } from "./quantities";

export interface TlsParameters {
  readonly tlsVersion?: string;
  readonly port?: number;
}

/** Encrypted connections: HTTPS, certificates. */
export const tls = capability<TlsParameters>()({
  id: "tls",
  title: "TLS",
  names: [/\btls\b/, /\bssl\b/, /\bhttps\b/, /\bacm\b/, /\bcert-?manager\b/, /\blet'?s ?encrypt\b/, /\bcertificate manager\b/, /\bmtls\b/, /\bhsts\b/, /\bzertifikat\w*/, /\bcertificados? (?:ssl|tls)\b/],
  hints: [/\bcertificates?\b/, /\bcerts?\b/],
  otherSenses: [/\b(?:self-signed|course|completion|birth|gift|training|client|achievement) (?:ssl )?certificates?\b/, /\bmitm\b/, /\bhttps:\/\/|\bhttps (?:url|link|scheme|request)s?\b/],
  read: (text) => stated<TlsParameters>({
    tlsVersion: /\b(?:tls|ssl\/tls)[ v]{0,2}(1\.[0-3])/.exec(text)?.[1],
    port: ports(text)[0],
  }),
  keys: { tlsVersion: "string", port: "number" },
  contradiction: ({ tlsVersion }) => tlsVersion === "1.0" || tlsVersion === "1.1" ? { message: `it asks for TLS ${tlsVersion}, which AWS load balancers and browsers have retired`, remedy: 'ask for "TLS 1.2" or "TLS 1.3"' } : undefined,
  examples: [{ text: "HTTPS enabled with Let's Encrypt certificate", parameters: {} }, { text: "Enforce TLS 1.2 for all connections", parameters: { tlsVersion: "1.2" } }],
});
