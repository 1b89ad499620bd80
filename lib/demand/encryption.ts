import { capability, stated } from "./capability";

export interface EncryptionParameters {
  readonly scope?: "at-rest" | "in-transit" | "both";
}

/** Data that is unreadable without a key: KMS, encrypted storage. */
export const encryption = capability<EncryptionParameters>()({
  id: "encryption",
  title: "Encryption",
  names: [
    /\bkms\b/, /\bcustomer[- ]managed keys?\b/, /\bcmks?\b/, /\bencrypt\w*[^.;]{0,40}?\bat[- ]rest\b/, /\bat[- ]rest encrypt\w*/, /\b(?:storage|disk|volume|ebs|s3|bucket|rds|envelope|database|server-side|aes-?256) encrypt\w*/, /\bencrypted(?= (?:storage|volumes?|ebs|s3|rds|buckets?|disks?|at|database)\b)/, /\bsse-(?:s3|kms)\b/,
    /\bencrypt\w* (?:all )?(?:data|s3|buckets?|rds|databases?|ebs|volumes?|secrets?)\b/, /\bencrypt\w*[^.;]{0,30}\bin[- ]transit\b/, /\bverschlussel\w+/, /\bcifrad[oa]s? en reposo\b/, /\bcriptografia em repouso\b/, /(?<=\b(?:volumes?|buckets?|storage|databases?|disks?|snapshots?|queues?|backups?|logs) (?:are |is |shall be |must be |should be )?)encrypted\b/, /静态加密/, /加密存储/,
  ],
  hints: [/\bencrypt(?:ion|ed|s)?\b/],
  otherSenses: [/\b(?:tls|ssl|https) encrypt\w*/, /\b(?:private keys?|passwords?|tokens?|fields?|messages?|notes?)\b (?:\w+ )?(?:must |shall |should )?be encrypted/,/\bencrypt\w* (?:the |a |an |each |user )?(?:messages?|passwords?|payload|file|field|token|cookie|note|chat)s?\b/, /\bend-to-end encrypt\w*/, /\bbcrypt\b|\bargon2\b/],
  read: (text) => {
    const rest = /\bat[- ]rest\b/.test(text);
    const transit = /\bin[- ]transit\b/.test(text);
    return stated<EncryptionParameters>({ scope: rest && transit ? "both" : rest ? "at-rest" : transit ? "in-transit" : undefined });
  },
  keys: { scope: ["at-rest", "in-transit", "both"] },
  examples: [{ text: "Encrypt all data at rest using AWS KMS", parameters: { scope: "at-rest" } }],
});
