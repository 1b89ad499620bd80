import { TerraformStack, Testing } from "cdktf";
import { filledSecret } from "../../lib/constructs/filled-secret";
import { PLACEHOLDER } from "../../lib/constructs/owner-secret";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";

function synth(secretId: string) {
  const stack = new TerraformStack(Testing.app(), "stack");
  new SecretV1(stack, "copy", { metadata: { name: "copy" }, dataWo: { key: filledSecret(stack, "key", secretId) }, dataWoRevision: 1 });
  return { json: JSON.parse(Testing.synth(stack)), hcl: Testing.synthHcl(stack) as string };
}

const MESSAGE =
  "The secret shop/datadog waits for its owner. Write the key to a file, run: aws secretsmanager put-secret-value --secret-id shop/datadog --secret-string file://FILE, and deploy again.";

describe("filledSecret", () => {
  test("reads a secret as an ephemeral value, and stops the plan while it has its placeholder", () => {
    const { json, hcl } = synth("shop/datadog");
    expect(json.ephemeral.aws_secretsmanager_secret_version).toEqual({
      key: { secret_id: "shop/datadog", lifecycle: { postcondition: [{ condition: `\${self.secret_string != "${PLACEHOLDER}"}`, error_message: MESSAGE }] } },
    });
    expect(json.resource.kubernetes_secret_v1.copy.data_wo).toEqual({ key: "${ephemeral.aws_secretsmanager_secret_version.key.secret_string}" });
    expect(hcl).toContain(
      `ephemeral "aws_secretsmanager_secret_version" "key" {\n  secret_id = "shop/datadog"\n  lifecycle {\n    postcondition {\n      condition = self.secret_string != "${PLACEHOLDER}"\n      error_message = "${MESSAGE}"\n    }\n  }\n}`,
    );
  });

  test("says no name that may be sensitive: Terraform would then say nothing", () => {
    const [{ lifecycle }] = Object.values<any>(synth("${data.terraform_remote_state.aws.outputs.arn}").json.ephemeral.aws_secretsmanager_secret_version) as [any];
    expect(lifecycle.postcondition[0].error_message).not.toContain("${");
  });
});
