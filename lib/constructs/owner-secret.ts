import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Construct } from "constructs";
import { terraformText } from "../render/hcl";
import { ConstructError } from "./construct-error";
import type { IEncryptionKey } from "./encryption-key";

export interface OwnerSecretProps {
  /** Name by which people find it, as in `specweave/datadog-api`. */
  readonly name: string;
  /** What belongs into it, as the console shows it. */
  readonly description: string;
  readonly encryptionKey: IEncryptionKey;
  /** Whether something stands in it until its owner fills it. Without, whoever reads it too early is stopped. @default true */
  readonly placeholder?: boolean;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { placeholder: true } as const;

/** What stands in it until its owner fills it. */
export const PLACEHOLDER = "to-be-filled-by-its-owner";

/**
 * A secret of AWS Secrets Manager that Terraform makes and a person fills: so that a first deployment finds it, it has a placeholder, which
 * Terraform writes once and never again. What is filled in is in no state and no plan:
 * `aws secretsmanager put-secret-value --secret-id NAME --secret-string file://key`. 0.40 USD a month.
 *
 * CKV2_AWS_57 (no automatic rotation): who issues the key rotates it.
 *
 * @example
 * new OwnerSecret(this, "datadog-api-key", { name: "specweave/datadog-api", description: "API key of Datadog", encryptionKey: key });
 *
 * @throws ConstructError when the name is not one that Secrets Manager takes.
 */
export class OwnerSecret extends Construct {
  readonly secretArn: string;

  constructor(scope: Construct, id: string, props: OwnerSecretProps) {
    super(scope, id);
    // A hyphen and six characters at the end are what AWS itself appends in the ARN.
    if (!/^[A-Za-z0-9/_+=.@-]{1,512}$/.test(props.name) || /-[A-Za-z0-9]{6}$/.test(props.name)) {
      throw new ConstructError(
        this,
        `name is ${JSON.stringify(props.name)}; the name of a secret has letters, digits and /_+=.@- and does not end in a hyphen and six characters.`,
        "Give a name such as specweave/datadog-api.",
      );
    }
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: props.name,
      description: terraformText(props.description),
      kmsKeyId: props.encryptionKey.keyArn,
      // Its name is free again at once: who destroys it has the key elsewhere.
      recoveryWindowInDays: 0,
    });
    if (!(props.placeholder ?? DEFAULTS.placeholder)) {
      this.secretArn = secret.arn;
      return;
    }
    const placeholder = new SecretsmanagerSecretVersion(this, "placeholder", {
      secretId: secret.arn,
      secretStringWo: PLACEHOLDER,
      secretStringWoVersion: 1,
    });
    // The same ARN as the secret's, but unknown until there is a value: who reads it in the same apply reads no sooner.
    this.secretArn = placeholder.arn;
  }
}
