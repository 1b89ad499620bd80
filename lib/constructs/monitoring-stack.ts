import { ConfigMapV1 } from "@cdktf/provider-kubernetes/lib/config-map-v1";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { HclValue } from "../render/hcl";
import { applicationDashboard, kubePrometheusStackValues, type KubePrometheusStackProps } from "../render/kube-prometheus-stack";
import { labelValue } from "../render/kubernetes-application";
import { EphemeralPassword } from "./ephemeral";
import { HelmRelease, terraformJson, type ChartSource } from "./kubernetes-helm-release";
import { EncryptedStorageClass } from "./kubernetes-storage-class";

export interface MonitoringStackProps extends KubePrometheusStackProps {
  /** Namespace, made with it. @default "monitoring" */
  readonly namespace?: string;
  /** Existing storage class for all volumes. @default - an encrypted gp3 class is made */
  readonly storageClassName?: string;
  /** ARN of the KMS key of the volumes, where the class is made here. @default - the account's key for EBS */
  readonly kmsKeyArn?: string;
  /** Raise it to give Grafana another admin password with the next apply. @default 1 */
  readonly adminPasswordVersion?: number;
  /** Id of the increment that demands it, for the label `phaseline.dev/increment`. @default - no such label */
  readonly increment?: string;
  /** @default - version 88.5.3 of the community's repository */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** What is used for whatever is not given. */
export const DEFAULTS = { namespace: "monitoring", adminPasswordVersion: 1 } as const;

/** The pinned chart. */
export const KUBE_PROMETHEUS_STACK_CHART: ChartSource = {
  repository: "https://prometheus-community.github.io/helm-charts",
  name: "kube-prometheus-stack",
  version: "88.5.3",
};

const GRAFANA_SECRET = "grafana-admin";

/**
 * Prometheus, Alertmanager and, unless turned off, Grafana, with volumes, alerts and dashboards for the cluster and for the
 * applications named. The admin password of Grafana lies in a Secret of the namespace and in no Terraform state:
 * `kubectl -n monitoring get secret grafana-admin -o jsonpath='{.data.admin-password}' | base64 -d`.
 *
 * @example
 * new MonitoringStack(this, "monitoring", {
 *   applications: [{ name: "api", namespace: "specweave", app: "specweave-api" }],
 *   retentionDays: 15,
 * });
 */
export class MonitoringStack extends Construct {
  readonly namespace: NamespaceV1;
  /** Absent where an existing class is used. */
  readonly storageClass?: EncryptedStorageClass;
  /** Grafana's admin credentials; absent without Grafana. */
  readonly grafanaSecret?: SecretV1;
  /** One an application; none without Grafana. */
  readonly dashboards: readonly ConfigMapV1[];
  readonly release: HelmRelease;
  /** The values that the chart is given, as data: what a proof can look at. */
  readonly values: { readonly [key: string]: HclValue };

  constructor(scope: Construct, id: string, props: MonitoringStackProps = {}) {
    super(scope, id);
    const { namespace = DEFAULTS.namespace, adminPasswordVersion = DEFAULTS.adminPasswordVersion, chart = KUBE_PROMETHEUS_STACK_CHART } = props;
    const labels = {
      "app.kubernetes.io/part-of": "monitoring",
      "app.kubernetes.io/managed-by": "phaseline",
      ...(props.increment === undefined ? {} : { "phaseline.dev/increment": labelValue(props.increment) }),
    };
    const dependsOn = [...(props.dependsOn ?? [])];

    this.namespace = new NamespaceV1(this, "namespace", {
      // The node exporter reads the node's files and network: no stricter standard lets it.
      metadata: { name: namespace, labels: { ...labels, "pod-security.kubernetes.io/enforce": "privileged" } },
      ...(dependsOn.length > 0 ? { dependsOn } : {}),
    });
    if (props.storageClassName === undefined) {
      this.storageClass = new EncryptedStorageClass(this, "storage-class", props.kmsKeyArn === undefined ? {} : { kmsKeyArn: props.kmsKeyArn });
    }
    const grafana = props.grafana !== false;
    if (grafana) {
      const password = new EphemeralPassword(this, "grafana-password");
      this.grafanaSecret = new SecretV1(this, "grafana-secret", {
        metadata: { name: GRAFANA_SECRET, namespace, labels },
        dataWo: { "admin-user": "admin", "admin-password": password.result },
        dataWoRevision: adminPasswordVersion,
        dependsOn: [this.namespace],
      });
    }
    this.dashboards = (grafana ? (props.applications ?? []) : []).map(
      (application) =>
        new ConfigMapV1(this, `dashboard-${application.app}`, {
          // Grafana's sidecar loads every ConfigMap with this label.
          metadata: { name: `dashboard-${application.app}`, namespace, labels: { ...labels, grafana_dashboard: "1" } },
          data: { [`${application.app}.json`]: terraformJson(applicationDashboard(application)) },
          dependsOn: [this.namespace],
        }),
    );
    this.values = kubePrometheusStackValues(props, {
      storageClass: this.storageClass?.storageClassName ?? (props.storageClassName as string),
      grafanaSecret: GRAFANA_SECRET,
    });
    this.release = new HelmRelease(this, "release", {
      name: "kube-prometheus-stack",
      namespace,
      chart,
      values: this.values,
      timeoutSeconds: 900,
      dependsOn: [
        this.namespace,
        ...(this.storageClass ? [this.storageClass.storageClass] : []),
        ...(this.grafanaSecret ? [this.grafanaSecret] : []),
        ...dependsOn,
      ],
    });
  }
}
