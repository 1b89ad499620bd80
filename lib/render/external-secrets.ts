import { Faults, shown } from "./faults";
import type { HclValue } from "./hcl";
import type { RenderedFile } from "./kubernetes-yaml";

export interface ExternalSecretsOperatorProps {
  /** Pods of it, of which one works. @default 2 */
  readonly replicas?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { replicas: 2 } as const;

/**
 * Values of the chart external-secrets.
 *
 * Without its webhook, which refuses to make and to *delete* its objects while no pod of it answers, and so blocks an apply, and a destroy for
 * good; the API server validates by the definitions alone. Without kinds for the whole cluster, and without the right to push secrets out or to take on the
 * identity of any service account.
 *
 * Source: https://github.com/external-secrets/external-secrets/blob/helm-chart-2.9.0/deploy/charts/external-secrets/values.yaml
 *
 * @throws Error that names every value that cannot be used
 */
export function externalSecretsValues(props: ExternalSecretsOperatorProps, { serviceAccount }: { readonly serviceAccount: string }): { readonly [key: string]: HclValue } {
  const { replicas } = { ...DEFAULTS, ...props };
  const faults = new Faults("externalSecrets");
  faults.unless(Number.isInteger(replicas) && replicas >= 1 && replicas <= 5, `replicas is ${shown(replicas)}: it must be a whole number from 1 to 5. Choose one.`);
  faults.throwIfAny();
  return {
    installCRDs: true,
    replicaCount: replicas,
    leaderElect: true,
    serviceAccount: { create: true, name: serviceAccount },
    rbac: { serviceAccountTokenCreate: false },
    processClusterExternalSecret: false,
    processClusterGenerator: false,
    processClusterPushSecret: false,
    processClusterStore: false,
    processPushSecret: false,
    webhook: { create: false },
    certController: { create: false },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    podDisruptionBudget: replicas > 1 ? { enabled: true, minAvailable: 1 } : { enabled: false },
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway", labelSelector: { matchLabels: { "app.kubernetes.io/name": "external-secrets" } } },
    ],
  };
}

/** A Secret of the cluster that is kept like one of AWS Secrets Manager. */
export interface SyncedSecret {
  /** Name of the Secret in Kubernetes. */
  readonly name: string;
  /** ARN of the one in Secrets Manager, whose value is a JSON object; may be a reference. */
  readonly secretArn: string;
  /**
   * Keys of the Secret, with what they hold: Go templates over the members of that object, as in `{{ .host }}`.
   * @default - the members themselves
   */
  readonly keys?: Readonly<Record<string, string>>;
}

export interface ApplicationSecretsProps {
  /** Region of the secrets; may be a reference. */
  readonly region: string;
  readonly secrets: readonly SyncedSecret[];
  /** Time between two looks at Secrets Manager. Pods that have a value in their environment keep it until they are restarted. @default 15 */
  readonly refreshMinutes?: number;
}

/** As {@link DEFAULTS}, of an application's secrets. */
export const APPLICATION_DEFAULTS = { refreshMinutes: 15 } as const;

/**
 * Keys for an application from the connection settings of a database, those that a server of the other phases gives it.
 *
 * @param rootCertificates where the image has the certificates of RDS (https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem), so that the
 * database must prove who it is; without it, the connection is encrypted and the database is taken at its word, within the VPC.
 */
export function databaseKeys(rootCertificates?: string): Readonly<Record<string, string>> {
  const [mode, query] =
    rootCertificates === undefined ? ["require", "sslmode=require"] : ["verify-full", `sslmode=verify-full&sslrootcert=${rootCertificates}`];
  const url = (host: string) => `postgresql://{{ .username | urlquery }}:{{ .password | urlquery }}@${host}:{{ .port }}/{{ .dbname | urlquery }}?${query}`;
  return {
    PGHOST: "{{ .host }}",
    PGPORT: "{{ .port }}",
    PGDATABASE: "{{ .dbname }}",
    PGUSER: "{{ .username }}",
    PGPASSWORD: "{{ .password }}",
    PGSSLMODE: mode as string,
    ...(rootCertificates === undefined ? {} : { PGSSLROOTCERT: rootCertificates }),
    DATABASE_URL: url("{{ .host }}"),
    // Without readers, the settings have no such member, and the host answers for both.
    DATABASE_READER_URL: url('{{ index . "reader_host" | default .host }}'),
  };
}

/**
 * Values of {@link applicationSecretsChart}.
 *
 * @throws Error that names every value that cannot be used
 */
export function applicationSecretsValues(props: ApplicationSecretsProps): { readonly [key: string]: HclValue } {
  const { region, secrets, refreshMinutes } = { ...APPLICATION_DEFAULTS, ...props };
  const faults = new Faults("applicationSecrets");
  faults.unless(Number.isInteger(refreshMinutes) && refreshMinutes >= 1 && refreshMinutes <= 1440,
    `refreshMinutes is ${shown(refreshMinutes)}: it must be a whole number from 1 to 1440. Choose one.`);
  secrets.forEach(({ name, keys }, index) => {
    faults.unless(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name),
      `secrets[${index}].name is ${shown(name)}: it must be 1 to 63 lower-case letters, digits and hyphens. Rename it.`);
    for (const key of Object.keys(keys ?? {})) {
      faults.unless(/^[-._a-zA-Z0-9]{1,253}$/.test(key), `secrets[${index}].keys has ${shown(key)}: a key must be letters, digits, dots, hyphens and underscores. Rename it.`);
    }
  });
  const names = secrets.map(({ name }) => name);
  const doubled = names.find((name, index) => names.indexOf(name) !== index);
  faults.unless(doubled === undefined, `secrets has ${shown(doubled)} twice: each must have a name of its own. Remove or rename one.`);
  faults.throwIfAny();
  return {
    region,
    refreshInterval: `${refreshMinutes}m`,
    secrets: secrets.map(({ name, secretArn, keys }) => ({ name, secretArn, ...(keys ? { keys: { ...keys } } : {}) })),
  };
}

/** Raise it with the templates: Helm looks at a chart again only then. */
const CHART_VERSION = "1.0.0";

/**
 * A chart that carries a SecretStore and the ExternalSecrets of one namespace. All that varies is in its values, which are printed as data: nothing of
 * them is read as a template by Helm.
 *
 * The store has no credentials: the operator's own role says which secrets there are.
 *
 * Source: https://external-secrets.io/latest/api/externalsecret/
 */
export function applicationSecretsChart(): readonly RenderedFile[] {
  return [
    {
      path: "Chart.yaml",
      text: `apiVersion: v2\nname: application-secrets\ndescription: Keeps Secrets of a namespace like those in AWS Secrets Manager\ntype: application\nversion: ${CHART_VERSION}\n`,
    },
    { path: "values.yaml", text: 'region: ""\nrefreshInterval: 15m\nsecrets: []\n' },
    {
      path: "templates/secret-store.yaml",
      text: `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: aws-secrets-manager
  namespace: {{ .Release.Namespace }}
  labels:
    app.kubernetes.io/managed-by: {{ .Release.Service }}
    app.kubernetes.io/name: {{ .Chart.Name }}
spec:
  provider:
    aws:
      service: SecretsManager
      region: {{ .Values.region | quote }}
`,
    },
    {
      path: "templates/external-secrets.yaml",
      text: `{{- range .Values.secrets }}
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata:
  name: {{ .name }}
  namespace: {{ $.Release.Namespace }}
  labels:
    app.kubernetes.io/managed-by: {{ $.Release.Service }}
    app.kubernetes.io/name: {{ $.Chart.Name }}
spec:
  refreshInterval: {{ $.Values.refreshInterval | quote }}
  secretStoreRef:
    kind: SecretStore
    name: aws-secrets-manager
  target:
    name: {{ .name }}
    creationPolicy: Owner
    deletionPolicy: Retain
    {{- with .keys }}
    template:
      engineVersion: v2
      data:
        {{- toYaml . | nindent 8 }}
    {{- end }}
  dataFrom:
    - extract:
        key: {{ .secretArn | quote }}
{{- end }}
`,
    },
  ];
}
