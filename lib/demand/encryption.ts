import { capability, type Claim, stated } from "./capability";
import { annotation, ingressOf } from "./ingress";

export interface EncryptionParameters {
  readonly scope?: "at-rest" | "in-transit" | "both";
}

/** Data that is unreadable without a key: KMS, encrypted storage. */
export const encryption = capability<EncryptionParameters>()({
  id: "encryption",
  title: "Encryption",
  names: [
    /\bkms\b/, /\bcustomer[- ]managed keys?\b/, /\bcmks?\b/, /\bencrypt\w*[^.;]{0,40}?\bat[- ]rest\b/, /\bat[- ]rest encrypt\w*/, /\b(?:storage|disk|volume|ebs|s3|bucket|rds|envelope|database|server-side|aes-?256) encrypt\w*/, /\bencrypted(?= (?:backups?|snapshots?|logs|queues?|topics?|tables?|secrets|file ?systems?|efs|redis|parameters?|storage|volumes?|ebs|s3|rds|buckets?|disks?|at|database)\b)/, /\bsse-(?:s3|kms)\b/,
    /\bencrypt\w* (?:all )?(?:data|s3|buckets?|rds|databases?|ebs|volumes?|secrets?)\b/, /\bencrypt\w*[^.;]{0,30}\bin[- ]transit\b/, /\bverschlussel\w+/, /\bchiffre(?:ment|es?|s)? (?:des? donnees )?au repos\b/, /\bcifrado (?:en reposo|de discos?|de volumenes|de datos)\b/, /\bcriptograf(?:ad[oa]s?|ia) em (?:repouso|transito)\b/, /(?<=\b(?:logs?|backups?|snapshots?|queues?|topics?|efs|pvcs?|etcd) )encryption\b/, /暗号化/, /加密/, /\bluks\b/, /\bcifrad[oa]s? en reposo\b/, /\bcriptografia em repouso\b/, /(?<=\b(?:volumes?|buckets?|storage|databases?|disks?|snapshots?|queues?|backups?|logs) (?:are |is |shall be |must be |should be )?)encrypted\b/, /静态加密/, /加密存储/,
  ],
  hints: [/\bencrypt(?:ion|ed|s)?\b/],
  otherSenses: [/\bencrypt\w* (?:\w+ ){0,3}(?:with|using) (?:the |each |a |their )?(?:user|tenant|customer|client)(?:'s)?\b(?![- ]managed)/, /\bencrypt\w* (?:(?:the|each|all|audio|video|uploaded|user|pdf) )*files?\b(?!.*\b(?:at rest|kms|s3)\b).*/, /\b(?:api keys?|(?:banking|personal|payment|card|account) (?:info\w*|data|details|numbers?)|card numbers?|account numbers?|pii|private keys?|seed phrases?|passwords?|tokens?|credentials|(?:sensitive |pii |specific )?(?:fields?|columns|attributes)|messages?|notes?|files)\b(?: \([^)]*\))? (?:\w+ ){0,2}(?:must |shall |should |will )?(?:be |are |is )encrypted(?: at[- ]rest)?/, /\bencrypt\w* (?:\w+ ){0,2}(?:api keys?|credentials|tokens?|passwords?|fields?|columns|card numbers?|pii|notes?|messages?)\b/, /\b(?:m?tls|ssl|https|wss|ssh)[ -]encrypt\w*/, /\b(?:private keys?|passwords?|tokens?|fields?|messages?|notes?)\b (?:\w+ )?(?:must |shall |should )?be encrypted/,/\bencrypt\w* (?:the |a |an |each |user )?(?:messages?|passwords?|payload|file|field|token|cookie|note|chat)s?\b/, /\bend-to-end encrypt\w*/, /\bencrypt\w* end-to-end\b.*/, /\bbcrypt\b|\bargon2\b/],
  read: (text) => {
    const rest = /\bat[- ]rest\b/.test(text);
    const transit = /\bin[- ]transit\b/.test(text);
    return stated<EncryptionParameters>({ scope: rest && transit ? "both" : rest ? "at-rest" : transit ? "in-transit" : undefined });
  },
  keys: { scope: ["at-rest", "in-transit", "both"] },
  prove: ({ scope }, evidence) => {
    const keys = evidence.resources("aws_kms_key");
    const databases = [...evidence.resources("aws_db_instance"), ...evidence.resources("aws_rds_cluster")];
    const groups = evidence.resources("aws_cloudwatch_log_group");
    const listeners = evidence.resources("aws_lb_listener");
    const https = listeners.filter((listener) => listener.get("protocol") === "HTTPS");
    const parameters = [...evidence.resources("aws_db_parameter_group"), ...evidence.resources("aws_rds_cluster_parameter_group")];
    const { ingress } = ingressOf(evidence);
    const secured = ingress !== undefined && annotation(ingress, "ssl-redirect") === "443" && annotation(ingress, "certificate-arn") !== undefined;
    const forced = parameters.filter((group) => group.list("parameter").some(({ name, value }) => name === "rds.force_ssl" && String(value) === "1"));
    const atRest: Claim = {
      wanted: "a KMS key that rotates, and everything that holds data encrypted with it",
      found: `${keys.length} rotating KMS key, ${databases.length} databases and ${groups.length} log groups encrypted`,
      resources: [...keys, ...databases],
      unless: {
        "no key": keys.length > 0,
        "a key that does not rotate": keys.every((key) => key.get("enable_key_rotation") === true),
        "a database in clear": databases.every((database) => database.get("storage_encrypted") === true),
        "a log group in clear": groups.every((group) => group.get("kms_key_id") !== undefined),
        "a volume in clear": evidence.resources("aws_ebs_volume").every((volume) => volume.get("encrypted") === true),
        "a cluster whose secrets are in clear": evidence.resources("aws_eks_cluster").every((cluster) => cluster.get("encryption_config.provider.key_arn") !== undefined),
      },
    };
    const inTransit: Claim = {
      wanted: "nothing taken in clear: HTTPS at the load balancer, TLS at the database",
      found: `${https.length + (secured ? 1 : 0)} HTTPS listener, ${forced.length} databases that refuse plain connections`,
      resources: [...listeners, ingress, ...parameters],
      unless: {
        "nothing that takes connections": https.length + forced.length > 0 || ingress !== undefined,
        "an Ingress in clear": ingress === undefined || secured,
        "a listener in clear": listeners.every((listener) => https.includes(listener) || listener.list("default_action").every(({ type }) => type === "redirect")),
        "a database that takes plain connections": databases.every((database) => forced.some((group) => database.refersTo(group))),
      },
    };
    if (scope !== "both") return scope === "in-transit" ? inTransit : atRest;
    return {
      wanted: `${atRest.wanted}; ${inTransit.wanted}`,
      found: `${atRest.found}; ${inTransit.found}`,
      resources: [...atRest.resources, ...inTransit.resources],
      unless: { ...atRest.unless, ...inTransit.unless },
    };
  },
  examples: [{ text: "Encrypt all data at rest using AWS KMS", parameters: { scope: "at-rest" } }],
});
