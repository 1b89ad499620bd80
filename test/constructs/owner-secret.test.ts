import { TerraformOutput } from "cdktf";
import { DEFAULTS, OwnerSecret } from "../../lib/constructs/owner-secret";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf, synthesized } from "../support/synth";

const encryptionKey = { keyArn: "arn:aws:kms:us-east-1:123456789012:key/1" } as never;

describe("OwnerSecret", () => {
  test("is there with a placeholder that is written once, so that what its owner fills in stays", () => {
    const stack = awsStack();
    new OwnerSecret(stack, "key", { name: "specweave/datadog-api", description: "API key of Datadog", encryptionKey });
    expect(resourceOf(stack, "aws_secretsmanager_secret")).toMatchObject({ name: "specweave/datadog-api", description: "API key of Datadog", kms_key_id: "arn:aws:kms:us-east-1:123456789012:key/1" });
    expect(resourceOf(stack, "aws_secretsmanager_secret_version")).toEqual({
      secret_id: expect.stringMatching(/^\$\{aws_secretsmanager_secret\..*\.arn\}$/),
      secret_string_wo: "to-be-filled-by-its-owner",
      secret_string_wo_version: 1,
    });
  });

  test("is read by nobody before it has a value", () => {
    const stack = awsStack();
    const { secretArn } = new OwnerSecret(stack, "key", { name: "specweave/datadog-api", description: "API key of Datadog", encryptionKey });
    new TerraformOutput(stack, "arn", { value: secretArn });
    expect(synthesized(stack)["output"].arn.value).toMatch(/^\$\{aws_secretsmanager_secret_version\..*\.arn\}$/);
  });

  test("is empty without a placeholder: who reads it before its owner filled it is stopped", () => {
    const stack = awsStack();
    const { secretArn } = new OwnerSecret(stack, "key", { name: "specweave/datadog-api", description: "API key of Datadog", encryptionKey, placeholder: false });
    new TerraformOutput(stack, "arn", { value: secretArn });
    expect(synthesized(stack)["resource"]).not.toHaveProperty("aws_secretsmanager_secret_version");
    expect(synthesized(stack)["output"].arn.value).toMatch(/^\$\{aws_secretsmanager_secret\..*\.arn\}$/);
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/constructs/owner-secret.ts", "OwnerSecretProps")).toEqual(DEFAULTS);
  });

  test.each(["a b", "", "x-Abc123"])("throws when the name is %p", (name) => {
    expect(messageOf(() => new OwnerSecret(awsStack(), "key", { name, description: "", encryptionKey }))).toBe(
      `test/key: name is ${JSON.stringify(name)}; the name of a secret has letters, digits and /_+=.@- and does not end in a hyphen and six characters.\n    → Give a name such as specweave/datadog-api.`,
    );
  });
});
