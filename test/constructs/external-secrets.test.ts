import { TerraformStack, Testing } from "cdktf";
import { ApplicationSecrets, ExternalSecrets, ExternalSecretsRole } from "../../lib/constructs/external-secrets";
import { databaseKeys } from "../../lib/render/external-secrets";
import { awsStack, messageOf, resourceOf, resourcesOf } from "../support/synth";

const cluster = { clusterName: "shop-prod" };
const key = { keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1" };
const secret = (name: string) => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`;

describe("ExternalSecretsRole", () => {
  test("reads the secrets that it is told of, and decrypts them and nothing else", () => {
    const stack = awsStack();
    new ExternalSecretsRole(stack, "role", { cluster, secrets: [{ secretArn: secret("a"), encryptionKey: key }, { secretArn: secret("b"), encryptionKey: key }] });
    const [statements] = resourcesOf(stack, "aws_iam_policy_document", "data").map(({ statement }) => statement).filter((all) => all.length === 2);
    expect(statements).toEqual([
      { sid: "ReadSecrets", actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], resources: [secret("a"), secret("b")] },
      {
        sid: "DecryptThem",
        actions: ["kms:Decrypt"],
        resources: [key.keyArn],
        condition: [{ test: "StringEquals", variable: "kms:EncryptionContext:SecretARN", values: [secret("a"), secret("b")] }],
      },
    ]);
    expect(resourceOf(stack, "aws_eks_pod_identity_association")).toMatchObject({ namespace: "external-secrets", service_account: "external-secrets" });
  });

  test("throws when there is no secret to read", () => {
    expect(messageOf(() => new ExternalSecretsRole(awsStack(), "role", { cluster, secrets: [] }))).toBe(
      "test/role: secrets is empty; the role would be allowed nothing.\n    → Name the secrets that pods get, or leave External Secrets out.",
    );
  });
});

describe("ExternalSecrets", () => {
  const platform = () => {
    const stack = new TerraformStack(Testing.app(), "production-platform");
    const operator = new ExternalSecrets(stack, "external-secrets");
    new ApplicationSecrets(stack, "secrets", {
      operator,
      namespace: "shop",
      region: "eu-central-1",
      secrets: [{ name: "database", secretArn: secret("a"), keys: databaseKeys() }],
    });
    return JSON.parse(Testing.synth(stack)).resource;
  };

  test("installs the pinned chart into a namespace of restricted pods", () => {
    const { kubernetes_namespace_v1, helm_release } = platform();
    const [namespace] = Object.values<any>(kubernetes_namespace_v1);
    expect(namespace.metadata.labels["pod-security.kubernetes.io/enforce"]).toBe("restricted");
    const operator = Object.values<any>(helm_release).find(({ name }) => name === "external-secrets");
    expect(operator).toMatchObject({ namespace: "external-secrets", repository: "https://charts.external-secrets.io", version: "2.9.0" });
  });

  test("has an application's secrets carried by a chart beside the stack, which needs no kind at the first plan and goes before the operator", () => {
    const { helm_release, ...others } = platform();
    const secrets = Object.values<any>(helm_release).find(({ name }) => name === "application-secrets");
    expect(secrets).toMatchObject({ namespace: "shop", chart: "./charts/shop-secrets", dependency_update: false });
    expect(secrets).not.toHaveProperty("repository");
    expect(secrets.depends_on).toEqual([expect.stringMatching(/^helm_release\.external-secrets_/)]);
    expect(secrets.values[0]).toContain('"PGHOST" = "{{ .host }}"');
    expect(others).not.toHaveProperty("kubernetes_manifest");
  });
});
