import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn, type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import type { DatabasePassword } from "./database-password";
import type { IEncryptionKey } from "./encryption-key";
import { fixAddress } from "./fixed-address";

/** How to reach a database, but for the password. */
export interface Connection {
  readonly engine: "postgres";
  readonly host: string;
  /** Where queries that only read may go. @default - no such host */
  readonly readerHost?: string;
  readonly port: number;
  readonly databaseName: string;
  readonly username: string;
}

export interface ConnectionSettingsProps {
  /** First part of the secret's name; AWS adds a suffix. */
  readonly name: string;
  /** Terraform's name for the secret; it must stay for as long as the database lives. */
  readonly address: string;
  readonly encryptionKey: IEncryptionKey;
  readonly connection: Connection;
  readonly password: DatabasePassword;
}

/** Something with an IAM role: a server, a fleet. */
export interface IRoleHolder extends Construct {
  readonly roleName: string;
}

/**
 * One secret with all that an application needs to reach its database, as JSON: `engine`, `host`, `reader_host`, `port`, `dbname`, `username`,
 * `password`. Applications know its ARN and nothing else, so that another host (a replica, Aurora) is a rewritten secret, not a new
 * release. 0.40 USD a month. The value is write-only: in no state and no plan. It is written anew whenever one of the settings changes.
 */
export class ConnectionSettings extends Construct {
  readonly secretArn: string;
  /** What must be there before the settings can be read: wait for it where something reads them at its first start. */
  readonly ready: readonly ITerraformDependable[];

  private readonly props: ConnectionSettingsProps;
  private readonly stored: SecretsmanagerSecretVersion;
  private host: string;
  private readerHost: string | undefined;

  constructor(scope: Construct, id: string, props: ConnectionSettingsProps) {
    super(scope, id);
    this.props = props;
    this.host = props.connection.host;
    this.readerHost = props.connection.readerHost;
    const address = `${props.address}-settings`;
    const secret = new SecretsmanagerSecret(this, "secret", {
      namePrefix: `${props.name}-settings-`,
      description: `How applications reach ${props.name}: host, port, database, user and password`,
      kmsKeyId: props.encryptionKey.keyArn,
      recoveryWindowInDays: 30,
      // CKV2_AWS_57 (no automatic rotation): the value follows the database; see DatabasePassword.
    });
    fixAddress(secret, address, "Give the two databases different `address`es.");
    this.stored = new SecretsmanagerSecretVersion(this, "version", { secretId: secret.arn, ...this.value() });
    fixAddress(this.stored, address, "Give the two databases different `address`es.");
    this.secretArn = secret.arn;
    this.ready = [this.stored];
  }

  /** Tells applications of a host that answers queries which only read. */
  setReaderHost(host: string): void {
    this.readerHost = host;
    this.rewrite();
  }

  /** Sends applications to other hosts, with the same password: the cut-over from one database to another. They follow when they read the settings anew. */
  setHosts(host: string, readerHost: string): void {
    this.host = host;
    this.readerHost = readerHost;
    this.rewrite();
  }

  private rewrite(): void {
    const { secretStringWo, secretStringWoVersion } = this.value();
    this.stored.secretStringWo = secretStringWo;
    this.stored.secretStringWoVersion = secretStringWoVersion;
  }

  /** Lets a role read the settings, and decrypt them. */
  grantRead(reader: IRoleHolder): void {
    const { address, encryptionKey } = this.props;
    new IamRolePolicy(reader, `read-${address}-settings`, {
      name: `read-${address}-settings`,
      role: reader.roleName,
      policy: new DataAwsIamPolicyDocument(reader, `may-read-${address}-settings`, {
        statement: [
          { actions: ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"], resources: [this.secretArn] },
          {
            actions: ["kms:Decrypt"],
            resources: [encryptionKey.keyArn],
            condition: [{ test: "StringEquals", variable: "kms:EncryptionContext:SecretARN", values: [this.secretArn] }],
          },
        ],
      }).json,
    });
  }

  private value(): { secretStringWo: string; secretStringWoVersion: number } {
    const { connection, password } = this.props;
    const settings = {
      engine: connection.engine,
      host: this.host,
      ...(this.readerHost === undefined ? {} : { reader_host: this.readerHost }),
      port: connection.port,
      dbname: connection.databaseName,
      username: connection.username,
    };
    return {
      secretStringWo: Fn.jsonencode({ ...settings, password: password.value }),
      // Terraform cannot compare a value that it does not keep; this number stands for it: 28 bits of a hash over all but the password, and
      // the password's version.
      secretStringWoVersion: Token.asNumber(Fn.parseint(Fn.substr(Fn.sha256(Fn.jsonencode({ ...settings, password: password.version })), 0, 7), 16)),
    };
  }
}
