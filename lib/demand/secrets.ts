import { agrees, capability, type Claim, refused, stated } from "./capability";
import type { Resource } from "./synthesized";

export interface SecretsParameters {
  readonly store?: "secrets-manager" | "parameter-store" | "kubernetes" | "external-secrets" | "vault" | "sealed-secrets" | "sops";
  readonly passwordLength?: number;
  readonly rotationDays?: number;
}

/** Passwords and keys, kept out of code: Secrets Manager, Parameter Store, External Secrets. */
export const secrets = capability<SecretsParameters>()({
  id: "secrets",
  title: "Secrets",
  names: [
    /\brotat\w+ (?:[\w-]+ ){0,3}(?:secrets|credentials)\b/,
    /^no hard-?coded (?:secrets|credentials|passwords|keys)\b/,
    /\bsecrets ?manager\b/, /\baws secret manager\b/, /\bparameter store\b/, /\bsecure ?string\b/, /\bssm parameters?\b/, /\bexternal[- ]secrets?(?: operator)?\b/, /\b(?:kubernetes|k8s|deployment|github(?: actions| repository| environment)?|cluster) secrets?\b/, /\bsealed[- ]secrets?\b/, /\bsecret (?:rotation|store)\b/, /\bsecrets? (?:management|rotation)\b/, /\bstored securely in (?:a )?secrets?\b/, /\bhashicorp vault\b/, /\b(?:credentials|secrets?|passwords?|keys?)\b[^.;]{0,40}\b(?:stored|kept|held) in (?:the )?vault\b/, /\bsecrets? (?:are |is )?(?:injected|stored|kept|managed|mounted|rotated|created)\b/, /\brotat\w+ (?:[\w-]+ )?(?:secrets|credentials|keys)\b/, /\b(?:secrets|credentials|passwords) (?:are |is |shall be |must be )?rotated\b/, /密钥管理/,
    /\b(?:no|never|without) (?:plain-?text |hard-?coded |embedded |static |sensitive )*(?:secrets?|credentials|passwords|api keys) (?:are |is |be |shall be |must be )?(?:stored |kept )?(?:in|into|to|inside) (?:the )?(?:source|code\w*|repo\w*|git|image|version control|plain|terraform|environment files?|state|docker)/, /\b(?:secrets|credentials|passwords|api keys)\b[^.;]{0,20}\b(?:not|never) (?:be )?(?:stored|committed|hard-?coded|checked|kept|baked|written)\b/, /\b(?:loaded|read|fetched|pulled|retrieved|stored|injected|managed|sourced) (?:from|in|via|by|with) (?:aws )?(?:ssm|systems manager|vault)\b/,
    /\b(?:cluster ?)?secret ?stores?\b/, /\bsealedsecrets?\b|\bexternalsecrets?\b/, /\bopenbao\b|\binfisical\b|\bmozilla sops\b|\bsops-encrypted\b|\bsecrets store csi\b/, /\bsecrets? (?:handling|storage|injection|provider|delivery)\b/, /\brotation\b[^.;]{0,16}\b(?:secrets|credentials|passwords|api keys)\b/, /\b(?:credentials?|passwords?|db password|database password) rotation\b/,
    /\bencrypt\w* (?:all |the |kubernetes |k8s |cluster )*secrets\b/, /\bsecrets? (?:\w+ )?(?:encrypted )?at rest\b/, /\bgestion de secretos\b|\bgestao de segredos\b|\bgestion des secrets\b|\bsecrets?-?verwaltung\b|\bgeheimnisverwaltung\b/, /シークレット(?:管理|マネージャ)/,
  ],
  hints: [
    /\bsecrets\b/, /\bvault\b/, /\bcredentials (?:are |is )?(?:stored|rotated|injected)\b/, /\bno (?:hard-?coded )?(?:secrets|credentials) in (?:code|git|repo\w*)\b/,
    /\bno hard-?coded (?:secrets|credentials|passwords|keys)\b/,
  ],
  otherSenses: [/\b(?:stored|kept|set) in\s+\.env\b/, /\bsecrets? (?:are |is )?(?:stored|kept|set) in\s+\.env\b/, 
    /\bjwt\b[^.;]{0,12}\bsecrets? (?:configured|generated)/, /\bwebhook (?:url )?(?:\+ )?secrets?\b/, /\bgenerate strong\b/, /\bclient secrets?\b/,
    /\bvault (?:items?|unlocks?|entr\w+|passwords?)\b/,
  ],
  read: (text) => {
    const length = /\b(?:at least |of )?(\d+) (?:characters|chars)\b/.exec(text)?.[1];
    const rotation = /\brotat\w+ (?:[a-z]+ly )?(?:every |each |after )?(\d+) days\b/.exec(text)?.[1] ?? /\b(\d+)[- ]days? (?:automatic )?rotation\b/.exec(text)?.[1];
    return stated<SecretsParameters>({
      store: /\bsecrets? ?manager\b/.test(text) ? "secrets-manager" : /\bparameter store\b|\bssm parameter|\bsecure ?string\b/.test(text) ? "parameter-store" : /\bexternal[- ]?secrets?\b/.test(text) ? "external-secrets" : /\b(?:hashicorp vault|openbao)\b/.test(text) ? "vault" : /\bsealed[- ]?secrets?\b/.test(text) ? "sealed-secrets" : /\bsops\b/.test(text) ? "sops" : /\b(?:kubernetes|k8s) secrets?\b/.test(text) ? "kubernetes" : undefined,
      passwordLength: length === undefined ? undefined : Number(length), rotationDays: rotation === undefined ? undefined : Number(rotation),
    });
  },
  keys: { store: ["secrets-manager", "parameter-store", "kubernetes", "external-secrets", "vault", "sealed-secrets", "sops"], passwordLength: "number", rotationDays: "number" },
  prove: ({ store, rotationDays }, evidence) => {
    const wanted = "secrets in Secrets Manager, encrypted, in no state";
    if (store === "parameter-store" || store === "vault" || store === "sealed-secrets" || store === "sops") return refused(wanted, `no ${store}: phaseline keeps secrets in Secrets Manager`);
    const secrets = evidence.resources("aws_secretsmanager_secret");
    const versions = evidence.resources("aws_secretsmanager_secret_version");
    const rotations = evidence.resources("aws_secretsmanager_secret_rotation");
    const manager: Claim = {
      wanted,
      found: `${secrets.length} secrets, encrypted, written without passing through the state`,
      resources: [...secrets, ...versions],
      unless: {
        "no secret": secrets.length > 0,
        "a secret without a key of its own": secrets.every((secret) => secret.get("kms_key_id") !== undefined),
        "a secret in the state": versions.every((version) => version.get("secret_string") === undefined),
        [`no rotation every ${rotationDays} days`]: rotationDays === undefined || rotations.some((rotation) => agrees(rotationDays, rotation.get("rotation_rules.automatically_after_days"))),
      },
    };
    const [operator] = evidence.releases(/^external-secrets$/);
    const copied = (release: Resource) => (release.text("values").match(/"?secretArn"? ?[=:] ?"?\$\{[^}]*aws_secretsmanager_secret/g) ?? []).length;
    const synced = evidence.resources("helm_release").filter((release) => copied(release) > 0);
    const copies = synced.reduce((sum, release) => sum + copied(release), 0);
    const identity = evidence.resources("aws_eks_pod_identity_association").find((association) => association.get("service_account") === "external-secrets");
    const open = evidence.resources("kubernetes_secret_v1").some((secret) => secret.get("data") !== undefined);
    const cluster: Claim = {
      wanted: "External Secrets that copies secrets of Secrets Manager to the cluster, by a role of its own",
      found: `External Secrets ${String(operator?.get("version"))}, with a role that reads ${copies} of ${secrets.length} secrets in Secrets Manager; none in the state`,
      resources: [operator, ...(operator ? [...synced, identity] : [])],
      unless: {
        "no Helm release of external-secrets": operator !== undefined,
        "no secret that it copies": !operator || synced.length > 0,
        "no role by which it reads them": !operator || identity !== undefined,
        "a secret of Kubernetes in the state": !operator || !open,
        ...(operator ? manager.unless : {}),
      },
    };
    return store === "external-secrets" || store === "kubernetes" ? cluster : manager;
  },
  examples: [{ text: "Store database credentials in AWS Secrets Manager", parameters: { store: "secrets-manager" } }],
});
