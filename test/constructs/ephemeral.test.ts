import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { KubernetesProvider } from "@cdktf/provider-kubernetes/lib/provider";
import { App, Fn, TerraformStack, TerraformVariable, Testing } from "cdktf";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DEFAULTS, EphemeralPassword, EphemeralResource, requireTerraform } from "../../lib/constructs/ephemeral";

const stack = (id = "production") => new TerraformStack(Testing.app(), id);
const json = (of: TerraformStack) => JSON.parse(Testing.synth(of));

describe("EphemeralPassword", () => {
  test("is an ephemeral block with its provider and the Terraform that knows it, in JSON", () => {
    const production = stack();
    new EphemeralPassword(production, "password");
    const { ephemeral, terraform } = json(production);
    expect(ephemeral).toEqual({
      random_password: {
        password: { length: 32, special: true, min_lower: 1, min_upper: 1, min_numeric: 1, min_special: 1, override_special: "-_.~" },
      },
    });
    expect(terraform).toEqual({ required_providers: { random: { source: "hashicorp/random", version: "3.7.2" } }, required_version: ">= 1.11" });
  });

  test("is the same in HCL", () => {
    const production = stack();
    new EphemeralPassword(production, "password", { lengthCharacters: 20, specialCharacters: "" });
    expect(Testing.synthHcl(production)).toBe(`terraform {
required_providers {
  random = {
source = "hashicorp/random"
version = "3.7.2"
}
}


}

ephemeral "random_password" "password" {
  length = 20
  special = false
  min_lower = 1
  min_upper = 1
  min_numeric = 1
}

terraform {
  required_version = ">= 1.11"
}
`);
  });

  test("can be used in write-only arguments, alone and within a larger value", () => {
    const production = stack();
    const { result } = new EphemeralPassword(production, "password");
    new SecretV1(production, "secret", {
      metadata: { name: "database" },
      dataWo: { password: result, url: `postgres://app:${result}@db`, document: Fn.jsonencode({ password: result }) },
      dataWoRevision: 1,
    });
    const reference = "ephemeral.random_password.password.result";
    expect(json(production).resource.kubernetes_secret_v1.secret.data_wo).toEqual({
      password: `\${${reference}}`,
      url: `postgres://app:\${${reference}}@db`,
      document: `\${jsonencode({"password" = ${reference}})}`,
    });
    expect(Testing.synthHcl(production)).toContain(`document = "\${jsonencode({"password" = ${reference}})}"`);
  });

  test("takes any punctuation as it is meant", () => {
    const production = stack();
    new EphemeralPassword(production, "password", { specialCharacters: '${"\\%{' });
    expect(json(production).ephemeral.random_password.password.override_special).toBe('$${"\\%%{');
    expect(Testing.synthHcl(production)).toContain('override_special = "$${\\"\\\\%%{"');
  });

  test("throws when it would be short", () => {
    expect(() => new EphemeralPassword(stack(), "password", { lengthCharacters: 8 })).toThrow(
      new Error("production/password: lengthCharacters is 8; a password must have from 16 to 128 characters.\n    → Choose a whole number of them."),
    );
  });

  test("throws when letters are given as punctuation", () => {
    expect(() => new EphemeralPassword(stack(), "password", { specialCharacters: "-é" })).toThrow(
      new Error(
        'production/password: specialCharacters is "-é"; only ASCII punctuation can stand there, since letters and digits are used anyway.\n    → Remove the others.',
      ),
    );
  });

  test("documents each default as the code has it", () => {
    const source = readFileSync(join(__dirname, "../../lib/constructs/ephemeral.ts"), "utf8");
    expect(source).toContain(`@default ${DEFAULTS.lengthCharacters} */\n  readonly lengthCharacters?`);
    expect(source).toContain(`@default ${JSON.stringify(DEFAULTS.specialCharacters)} (they`);
  });
});

describe("EphemeralResource", () => {
  const token = { type: "kubernetes_token_request_v1", requiredProvider: { source: "hashicorp/kubernetes", version: "2.38.0" } };

  test("leaves the provider's requirement to its construct where there is one", () => {
    const production = stack();
    new KubernetesProvider(production, "kubernetes");
    new EphemeralResource(production, "token", token);
    expect(json(production).terraform.required_providers).toEqual({ kubernetes: { source: "kubernetes", version: "2.38.0" } });
    expect(Testing.synthHcl(production)).not.toContain("hashicorp/kubernetes");
  });

  test("has arguments with tokens, nested blocks, a provider and dependencies in both forms", () => {
    const production = stack();
    const name = new TerraformVariable(production, "name", { type: "string" });
    const provider = new KubernetesProvider(production, "kubernetes", { alias: "other" });
    const secret = new SecretV1(production, "secret", { metadata: { name: "x" } });
    new EphemeralResource(production, "token", {
      ...token,
      attributes: { note: `for "${name.stringValue}"`, list: ["a", Fn.upper(name.stringValue)], map: { deep: true } },
      blocks: { metadata: [{ name: name.stringValue }], spec: [{ audiences: ["api"] }] },
      provider,
      dependsOn: [secret],
    });
    expect(json(production).ephemeral.kubernetes_token_request_v1.token).toEqual({
      note: 'for "${var.name}"',
      list: ["a", "${upper(var.name)}"],
      map: { deep: true },
      metadata: [{ name: "${var.name}" }],
      spec: [{ audiences: ["api"] }],
      provider: "kubernetes.other",
      depends_on: ["kubernetes_secret_v1.secret"],
    });
    expect(/^ephemeral [^]*?^}\n/m.exec(Testing.synthHcl(production))?.[0]).toBe(`ephemeral "kubernetes_token_request_v1" "token" {
  note = "for \\"\${var.name}\\""
  list = ["a", upper(var.name)]
  map = {"deep" = true}
  provider = kubernetes.other
  depends_on = [kubernetes_secret_v1.secret]
  metadata {
    name = var.name
  }
  spec {
    audiences = ["api"]
  }
}
`);
  });

  test("follows an overridden logical id", () => {
    const production = stack();
    const resource = new EphemeralResource(production, "token", token);
    const reference = resource.get("token");
    resource.overrideLogicalId("other");
    new SecretV1(production, "secret", { metadata: { name: "x" }, dataWo: { token: reference }, dataWoRevision: 1 });
    expect(json(production).resource.kubernetes_secret_v1.secret.data_wo).toEqual({ token: "${ephemeral.kubernetes_token_request_v1.other.token}" });
  });

  test("is written once however often the stack is synthesized, and only in its own stack", () => {
    const app = new App();
    const [one, two] = [new TerraformStack(app, "one"), new TerraformStack(app, "two")];
    new EphemeralPassword(one, "a");
    new EphemeralPassword(one, "b");
    Testing.synthHcl(one);
    expect(Testing.synthHcl(one).match(/^ephemeral .*/gm)).toEqual(['ephemeral "random_password" "a" {', 'ephemeral "random_password" "b" {']);
    expect(Testing.synthHcl(two)).not.toContain("ephemeral");
  });

  test("throws at synth when another stack uses it", () => {
    const app = new App();
    const password = new EphemeralPassword(new TerraformStack(app, "one"), "password");
    const two = new TerraformStack(app, "two");
    new SecretV1(two, "secret", { metadata: { name: "x" }, dataWo: { password: password.result }, dataWoRevision: 1 });
    expect(() => Testing.synth(two)).toThrow(
      "one/password: it is ephemeral and cannot be used in the stack two: what is in no state cannot be passed to another stack.\n" +
        "    → Make an ephemeral resource there, or pass the ARN of a secret that holds the value.",
    );
  });
});

describe("requireTerraform", () => {
  test("is said once, in JSON and in HCL", () => {
    const production = stack();
    requireTerraform(production);
    requireTerraform(production);
    expect(json(production).terraform).toEqual({ required_version: ">= 1.11" });
    expect(Testing.synthHcl(production)).toBe('\n\nterraform {\n  required_version = ">= 1.11"\n}\n');
  });

  test("holds all constraints when there are several", () => {
    const production = stack();
    requireTerraform(production, "< 2");
    requireTerraform(production);
    expect(json(production).terraform.required_version).toBe("< 2, >= 1.11");
  });
});
