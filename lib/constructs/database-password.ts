import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Construct } from "constructs";
import { ConstructError } from "./construct-error";
import type { IEncryptionKey } from "./encryption-key";
import { EphemeralPassword, EphemeralResource } from "./ephemeral";
import { fixAddress } from "./fixed-address";

export interface DatabasePasswordProps {
  /** First part of the secret's name; AWS adds a suffix, so that a deleted secret does not block its name for a month. */
  readonly name: string;
  /** Terraform's name for the secret; it must stay for as long as the database lives. */
  readonly address: string;
  readonly encryptionKey: IEncryptionKey;
  /** Raise it to get another password. */
  readonly version: number;
}

/**
 * A database's master password: made once, kept in a secret of its own, and from there read back for whatever needs it, as an ephemeral
 * value. It is in no state, no plan and no output. 0.40 USD a month.
 *
 * Reading it back (instead of handing the random value around, which is another one in every run) is what makes all holders agree: an apply
 * that stops half-way is completed by the next, and the connection settings can be rewritten (a reader's host, another engine) without
 * rotating the password. So whoever plans must be allowed `secretsmanager:GetSecretValue` on this one secret.
 *
 * Why not a password that RDS manages: AWS then refuses read replicas, and Aurora replicas of the instance.
 */
export class DatabasePassword extends Construct {
  readonly secretArn: string;
  readonly version: number;
  /** A reference for write-only arguments, the only ones that take it. */
  readonly value: string;

  constructor(scope: Construct, id: string, props: DatabasePasswordProps) {
    super(scope, id);
    this.version = props.version;
    if (!Number.isInteger(props.version) || props.version < 1) {
      throw new ConstructError(this, `the version of the password is ${props.version}; it is a whole number from 1.`, "Raise it by one to rotate the password.");
    }
    const address = `${props.address}-password`;
    const secret = new SecretsmanagerSecret(this, "secret", {
      namePrefix: `${props.name}-password-`,
      description: `Master password of ${props.name}; applications read the connection settings instead`,
      kmsKeyId: props.encryptionKey.keyArn,
      // The longest that AWS offers: what a mistaken delete can be undone in.
      recoveryWindowInDays: 30,
      // CKV2_AWS_57 (no automatic rotation): rotation by a Lambda function behind Terraform's back would leave the connection settings with the old
      // password. `passwordVersion` rotates both, in one apply.
    });
    fixAddress(secret, address, "Give the two databases different `address`es.");
    const stored = new SecretsmanagerSecretVersion(this, "version", {
      secretId: secret.arn,
      secretStringWo: new EphemeralPassword(this, "generated").result,
      secretStringWoVersion: props.version,
    });
    fixAddress(stored, address, "Give the two databases different `address`es.");
    this.secretArn = secret.arn;
    // By the version's ARN, not the secret's: it is unknown until a version is written, and Terraform reads no sooner.
    this.value = new EphemeralResource(this, "stored", {
      type: "aws_secretsmanager_secret_version",
      requiredProvider: { source: "hashicorp/aws", version: ">= 5.88.0" },
      attributes: { secret_id: stored.arn },
    }).get("secret_string");
  }
}
