import { TerraformStack, Testing } from "cdktf";
import { DatadogAgent, DEFAULTS, type DatadogAgentConfig } from "../../lib/constructs/datadog-agent";
import { documentedDefaults } from "../support/documented-defaults";

function synth(config: Partial<DatadogAgentConfig> = {}) {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  const agent = new DatadogAgent(stack, "datadog", { clusterName: "specweave-prod", apiKeySecretId: "specweave/datadog-api", ...config });
  return { agent, json: JSON.parse(Testing.synth(stack)), hcl: Testing.synthHcl(stack) as string };
}

const secret = (json: any, name: string): any => Object.values<any>(json.resource.kubernetes_secret_v1).find(({ metadata }) => metadata.name === name);
const release = (json: any): any => Object.values(json.resource.helm_release)[0];

describe("DatadogAgent", () => {
  test("installs the pinned chart once its namespace and Secrets are there", () => {
    expect(release(synth().json)).toMatchObject({
      name: "datadog",
      namespace: "datadog",
      repository: "https://helm.datadoghq.com",
      chart: "datadog",
      version: "3.240.0",
      atomic: true,
      depends_on: [
        expect.stringMatching(/^kubernetes_namespace_v1\.datadog_namespace/),
        expect.stringMatching(/^kubernetes_secret_v1\.datadog_api-key/),
        expect.stringMatching(/^kubernetes_secret_v1\.datadog_token/),
      ],
    });
  });

  test("keeps the API key and the agents' token out of plan and state", () => {
    const { agent, json } = synth();
    expect(Object.values(json.ephemeral.aws_secretsmanager_secret_version)).toMatchObject([{ secret_id: "specweave/datadog-api" }]);
    expect(secret(json, "datadog-api-key")).toMatchObject({ data_wo: { "api-key": expect.stringMatching(/^\$\{trimspace\(ephemeral\.aws_secretsmanager_secret_version\./) }, data_wo_revision: 1 });
    expect(secret(json, "datadog-cluster-agent-token")).toMatchObject({ data_wo: { token: expect.stringMatching(/^\$\{ephemeral\.random_password\./) }, data_wo_revision: 1 });
    expect(Object.values<any>(json.ephemeral.random_password)[0]).toMatchObject({ length: 32, special: false });
    expect(JSON.stringify(agent.values)).not.toContain("ephemeral");
  });

  test("writes a changed key anew and starts the agents anew", () => {
    const { json } = synth({ apiKeyRevision: 2, tokenVersion: 3 });
    expect(secret(json, "datadog-api-key").data_wo_revision).toBe(2);
    expect(secret(json, "datadog-cluster-agent-token").data_wo_revision).toBe(3);
    expect(release(json).values[0]).toContain('"phaseline.dev/secrets-revision" = "2.3"');
  });

  test("says the same in HCL", () => {
    const { json, hcl } = synth();
    expect(hcl).toContain(`"${release(json).values[0]}"`);
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/constructs/datadog-agent.ts", "DatadogAgentConfig")).toEqual(DEFAULTS);
  });
});
