import { TerraformStack, Testing } from "cdktf";
import { DEFAULTS, KubernetesSecretCopy, type KubernetesSecretCopyProps } from "../../lib/constructs/kubernetes-secret-copy";
import { documentedDefaults } from "../support/documented-defaults";
import { messageOf } from "../support/synth";

const props = { name: "datadog", namespace: "datadog", secretId: "specweave/datadog-api", data: (value: string) => ({ "api-key": value }) };

function synth(more: Partial<KubernetesSecretCopyProps> = {}) {
  const stack = new TerraformStack(Testing.app(), "platform");
  new KubernetesSecretCopy(stack, "key", { ...props, ...more });
  return { json: JSON.parse(Testing.synth(stack)), hcl: Testing.synthHcl(stack) as string };
}

describe("KubernetesSecretCopy", () => {
  test("passes the value through as an ephemeral one, into a write-only argument", () => {
    const { json, hcl } = synth({ revision: 2, labels: { a: "b" } });
    const [name] = Object.keys(json.ephemeral.aws_secretsmanager_secret_version);
    expect(json.resource.kubernetes_secret_v1).toEqual({
      key: {
        metadata: { name: "datadog", namespace: "datadog", labels: { a: "b" } },
        data_wo: { "api-key": `\${ephemeral.aws_secretsmanager_secret_version.${name}.secret_string}` },
        data_wo_revision: 2,
      },
    });
    expect(hcl).toContain(`ephemeral "aws_secretsmanager_secret_version" "${name}" {\n  secret_id = "specweave/datadog-api"\n}`);
  });

  test.each([0, 1.5])("throws when the revision is %p", (revision) => {
    expect(messageOf(() => synth({ revision }))).toBe(`platform/key: revision is ${revision}; it is a whole number from 1.\n    → Raise it by one when the value has changed.`);
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/constructs/kubernetes-secret-copy.ts", "KubernetesSecretCopyProps")).toEqual(DEFAULTS);
  });
});
