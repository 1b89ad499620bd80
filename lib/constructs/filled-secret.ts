import { Token } from "cdktf";
import type { Construct } from "constructs";
import { EphemeralResource } from "./ephemeral";
import { PLACEHOLDER } from "./owner-secret";

/**
 * The value of a secret of AWS Secrets Manager, in no state and no plan. One that still waits for its owner stops the plan, and the message says what
 * to do. The stack needs an AWS provider, and who applies must be allowed `secretsmanager:GetSecretValue` on it.
 *
 * @param secretId name or ARN; may be a token
 * @example
 * const key = filledSecret(stack, "api-key", "specweave/datadog-api");
 */
export function filledSecret(scope: Construct, id: string, secretId: string): string {
  // What a token stands for may be sensitive, and Terraform would not say any of the message then.
  const name = Token.isUnresolved(secretId) || secretId.includes("${") ? "NAME" : secretId;
  const secret = new EphemeralResource(scope, id, {
    type: "aws_secretsmanager_secret_version",
    requiredProvider: { source: "hashicorp/aws", version: ">= 5.88.0" },
    attributes: { secret_id: secretId },
    postcondition: {
      condition: `self.secret_string != "${PLACEHOLDER}"`,
      errorMessage: `The secret ${name} waits for its owner. Write the key to a file, run: aws secretsmanager put-secret-value --secret-id ${name} --secret-string file://FILE, and deploy again.`,
    },
  });
  return secret.get("secret_string");
}
