import {
  APPLICATION_DEFAULTS,
  applicationSecretsChart,
  applicationSecretsValues,
  databaseKeys,
  DEFAULTS,
  externalSecretsValues,
} from "../../lib/render/external-secrets";
import { documentedDefaults } from "../support/documented-defaults";

const operator = (props: Parameters<typeof externalSecretsValues>[0] = {}) => externalSecretsValues(props, { serviceAccount: "external-secrets" }) as any;
const arn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-settings-Ab1";

describe("externalSecretsValues", () => {
  test("has no webhook that would stop its objects from being made and deleted while it is away", () => {
    expect(operator()).toMatchObject({ webhook: { create: false }, certController: { create: false } });
  });

  test("brings its kinds with it, and serves those of a namespace only", () => {
    expect(operator()).toMatchObject({
      installCRDs: true,
      processClusterExternalSecret: false,
      processClusterGenerator: false,
      processClusterPushSecret: false,
      processClusterStore: false,
      processPushSecret: false,
    });
  });

  test("may not take on the identity of any service account", () => {
    expect(operator().rbac).toEqual({ serviceAccountTokenCreate: false });
  });

  test("elects one of two pods", () => {
    expect(operator()).toMatchObject({ replicaCount: 2, leaderElect: true, podDisruptionBudget: { enabled: true, minAvailable: 1 } });
    expect(operator({ replicas: 1 }).podDisruptionBudget).toEqual({ enabled: false });
  });

  test("throws when the number of pods cannot be", () => {
    expect(() => operator({ replicas: 0 })).toThrow(new Error("externalSecrets: 1 value cannot be used.\n  - replicas is 0: it must be a whole number from 1 to 5. Choose one."));
  });
});

describe("databaseKeys", () => {
  test("are those that a server of the other phases gives the application", () => {
    expect(databaseKeys()).toEqual({
      PGHOST: "{{ .host }}",
      PGPORT: "{{ .port }}",
      PGDATABASE: "{{ .dbname }}",
      PGUSER: "{{ .username }}",
      PGPASSWORD: "{{ .password }}",
      PGSSLMODE: "require",
      DATABASE_URL: "postgresql://{{ .username | urlquery }}:{{ .password | urlquery }}@{{ .host }}:{{ .port }}/{{ .dbname | urlquery }}?sslmode=require",
      DATABASE_READER_URL:
        'postgresql://{{ .username | urlquery }}:{{ .password | urlquery }}@{{ index . "reader_host" | default .host }}:{{ .port }}/{{ .dbname | urlquery }}?sslmode=require',
    });
  });

  test("make the database prove who it is where the image has the certificates of RDS", () => {
    const keys = databaseKeys("/etc/rds.pem");
    expect(keys).toMatchObject({ PGSSLMODE: "verify-full", PGSSLROOTCERT: "/etc/rds.pem" });
    expect(keys["DATABASE_URL"]).toMatch(/\?sslmode=verify-full&sslrootcert=\/etc\/rds\.pem$/);
  });
});

describe("applicationSecretsValues", () => {
  test("name each Secret, where it comes from and what it holds", () => {
    expect(applicationSecretsValues({ region: "eu-central-1", secrets: [{ name: "database", secretArn: arn, keys: { HOST: "{{ .host }}" } }, { name: "other", secretArn: "x" }] })).toEqual({
      region: "eu-central-1",
      refreshInterval: "15m",
      secrets: [
        { name: "database", secretArn: arn, keys: { HOST: "{{ .host }}" } },
        { name: "other", secretArn: "x" },
      ],
    });
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    const wrong = { region: "eu-central-1", refreshMinutes: 0, secrets: [{ name: "Database", secretArn: arn, keys: { "a b": "x" } }, { name: "x", secretArn: arn }, { name: "x", secretArn: arn }] };
    expect(() => applicationSecretsValues(wrong)).toThrow(
      new Error(
        [
          "applicationSecrets: 4 values cannot be used.",
          "  - refreshMinutes is 0: it must be a whole number from 1 to 1440. Choose one.",
          '  - secrets[0].name is "Database": it must be 1 to 63 lower-case letters, digits and hyphens. Rename it.',
          '  - secrets[0].keys has "a b": a key must be letters, digits, dots, hyphens and underscores. Rename it.',
          '  - secrets has "x" twice: each must have a name of its own. Remove or rename one.',
        ].join("\n"),
      ),
    );
  });
});

describe("applicationSecretsChart", () => {
  test("has one store without credentials, and an ExternalSecret a Secret", () => {
    const files = Object.fromEntries(applicationSecretsChart().map(({ path, text }) => [path, text]));
    expect(Object.keys(files)).toEqual(["Chart.yaml", "values.yaml", "templates/secret-store.yaml", "templates/external-secrets.yaml"]);
    expect(files["templates/secret-store.yaml"]).not.toContain("auth");
    expect(files["templates/external-secrets.yaml"]).toContain("{{- range .Values.secrets }}");
  });

  test("is of another version whenever it is another chart, since Helm looks at nothing else", () => {
    // When this fails: raise CHART_VERSION along with the templates, and then take the new snapshot.
    expect(applicationSecretsChart()).toMatchSnapshot();
  });
});

test("The defaults are those that the documentation names", () => {
  expect(documentedDefaults("lib/render/external-secrets.ts", "ExternalSecretsOperatorProps")).toEqual(DEFAULTS);
  expect(documentedDefaults("lib/render/external-secrets.ts", "ApplicationSecretsProps")).toEqual(APPLICATION_DEFAULTS);
});
