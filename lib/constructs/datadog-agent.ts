import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import { Fn, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { datadogAgentValues, type DatadogAgentProps } from "../render/datadog";
import type { HclValue } from "../render/hcl";
import { labelValue } from "../render/kubernetes-application";
import { EphemeralPassword } from "./ephemeral";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";
import { KubernetesSecretCopy } from "./kubernetes-secret-copy";

export interface DatadogAgentConfig extends DatadogAgentProps {
  /** Name or ARN of the secret in AWS Secrets Manager whose whole value is the API key; may be a token. `OwnerSecret` makes one. */
  readonly apiKeySecretId: string;
  /** Raise it when the API key has changed: it is written anew, and the agents start anew. @default 1 */
  readonly apiKeyRevision?: number;
  /** Raise it to give the agents another token among themselves. @default 1 */
  readonly tokenVersion?: number;
  /** Namespace, made with it. @default "datadog" */
  readonly namespace?: string;
  /** Id of the increment that demands it, for the label `phaseline.dev/increment`. @default - no such label */
  readonly increment?: string;
  /** @default - version 3.240.0 of Datadog's own repository */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** What is used for whatever is not given. */
export const DEFAULTS = { apiKeyRevision: 1, tokenVersion: 1, namespace: "datadog" } as const;

/** The pinned chart. */
export const DATADOG_CHART: ChartSource = { repository: "https://helm.datadoghq.com", name: "datadog", version: "3.240.0" };

const API_KEY_SECRET = "datadog-api-key";
const TOKEN_SECRET = "datadog-cluster-agent-token";

/**
 * Datadog's agents on every node and for the cluster: logs, metrics, traces. The API key comes from AWS Secrets Manager and is, like the agents'
 * own token, in a Secret of the namespace and in no Terraform state.
 *
 * A pod asks for traces by its labels, `datadogPodLabels`. It is the alternative to a MonitoringStack.
 *
 * @example
 * new DatadogAgent(this, "datadog", { clusterName: "specweave-prod", apiKeySecretId: "specweave/datadog-api" });
 */
export class DatadogAgent extends Construct {
  readonly namespace: NamespaceV1;
  readonly apiKey: KubernetesSecretCopy;
  readonly token: SecretV1;
  readonly release: HelmRelease;
  /** The values that the chart is given, as data: what a proof can look at. */
  readonly values: { readonly [key: string]: HclValue };

  constructor(scope: Construct, id: string, config: DatadogAgentConfig) {
    super(scope, id);
    const {
      apiKeySecretId,
      apiKeyRevision = DEFAULTS.apiKeyRevision,
      tokenVersion = DEFAULTS.tokenVersion,
      namespace = DEFAULTS.namespace,
      increment,
      chart = DATADOG_CHART,
      dependsOn = [],
      ...props
    } = config;
    this.values = datadogAgentValues(props, { apiKeySecret: API_KEY_SECRET, tokenSecret: TOKEN_SECRET, secretsRevision: `${apiKeyRevision}.${tokenVersion}` });
    const labels = {
      "app.kubernetes.io/part-of": "datadog",
      "app.kubernetes.io/managed-by": "phaseline",
      ...(increment === undefined ? {} : { "phaseline.dev/increment": labelValue(increment) }),
    };
    this.namespace = new NamespaceV1(this, "namespace", {
      // The agent reads the node's files and processes: no stricter standard lets it.
      metadata: { name: namespace, labels: { ...labels, "pod-security.kubernetes.io/enforce": "privileged" } },
      ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
    });
    this.apiKey = new KubernetesSecretCopy(this, "api-key", {
      name: API_KEY_SECRET,
      namespace,
      labels,
      secretId: apiKeySecretId,
      // A key that came from a file may end in a line break.
      data: (value) => ({ "api-key": Fn.trimspace(value) }),
      revision: apiKeyRevision,
      dependsOn: [this.namespace],
    });
    this.token = new SecretV1(this, "token", {
      metadata: { name: TOKEN_SECRET, namespace, labels },
      // At least 32 characters, letters and digits.
      dataWo: { token: new EphemeralPassword(this, "token-value", { specialCharacters: "" }).result },
      dataWoRevision: tokenVersion,
      dependsOn: [this.namespace],
    });
    this.release = new HelmRelease(this, "release", {
      name: "datadog",
      namespace,
      chart,
      values: this.values,
      dependsOn: [this.namespace, this.apiKey.secret, this.token, ...dependsOn],
    });
  }
}
