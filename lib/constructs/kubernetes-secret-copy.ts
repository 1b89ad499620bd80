import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { ConstructError } from "./construct-error";
import { EphemeralResource } from "./ephemeral";

export interface KubernetesSecretCopyProps {
  /** Name of the Secret on the cluster. */
  readonly name: string;
  readonly namespace: string;
  /** @default - none */
  readonly labels?: Readonly<Record<string, string>>;
  /** Name or ARN of the secret in AWS Secrets Manager; may be a token. */
  readonly secretId: string;
  /** What the Secret contains, with the whole value of the one in Secrets Manager in its place. */
  readonly data: (value: string) => Readonly<Record<string, string>>;
  /** Raise it when the value in Secrets Manager has changed: nothing else tells Terraform, which never keeps the value. @default 1 */
  readonly revision?: number;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** What is used for whatever is not given. */
export const DEFAULTS = { revision: 1 } as const;

/**
 * A Secret on the cluster with a value from AWS Secrets Manager, which passes through Terraform as an ephemeral value: it is in no state, no
 * plan and no output. Who applies must be allowed `secretsmanager:GetSecretValue` on it; the stack needs an AWS provider.
 *
 * @example
 * new KubernetesSecretCopy(this, "key", { name: "datadog", namespace: "datadog", secretId: "specweave/datadog-api", data: (value) => ({ "api-key": value }) });
 *
 * @throws ConstructError when the revision is no whole number from 1.
 */
export class KubernetesSecretCopy extends Construct {
  readonly secret: SecretV1;

  constructor(scope: Construct, id: string, props: KubernetesSecretCopyProps) {
    super(scope, id);
    const { name, namespace, labels, secretId, data, revision = DEFAULTS.revision, dependsOn = [] } = props;
    if (!Number.isInteger(revision) || revision < 1) {
      throw new ConstructError(this, `revision is ${revision}; it is a whole number from 1.`, "Raise it by one when the value has changed.");
    }
    const stored = new EphemeralResource(this, "stored", {
      type: "aws_secretsmanager_secret_version",
      requiredProvider: { source: "hashicorp/aws", version: ">= 5.88.0" },
      attributes: { secret_id: secretId },
    });
    this.secret = new SecretV1(this, "Default", {
      metadata: { name, namespace, ...(labels ? { labels } : {}) },
      dataWo: data(stored.get("secret_string")),
      dataWoRevision: revision,
      ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
    });
  }
}
