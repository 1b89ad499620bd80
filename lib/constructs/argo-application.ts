import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { APPLICATION_DEFAULTS, argoApplicationValues, speaksSsh, type ArgoApplicationProps } from "../render/argo-cd";
import type { HclValue } from "../render/hcl";
import { kubernetesApplication } from "../render/kubernetes-application";
import type { ArgoCd } from "./argo-cd";
import { ForgottenResource } from "./forgotten-resource";
import { namespaceArguments } from "./kubernetes-arguments";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";
import { KubernetesSecretCopy } from "./kubernetes-secret-copy";

/** How Argo CD may read a private repository. */
export interface RepositoryCredentials {
  /**
   * Name or ARN of a secret in AWS Secrets Manager whose whole value is a private key that may read (a deploy key), where the repository's address
   * is of SSH, or else a token that may read its contents.
   */
  readonly secretId: string;
  /** Raise it when the secret's value has changed. @default 1 */
  readonly revision?: number;
}

export interface ArgoApplicationConfig extends ArgoApplicationProps {
  /** What deploys it. */
  readonly argoCd: Pick<ArgoCd, "namespaceName" | "release">;
  /** @default - the repository is public */
  readonly credentials?: RepositoryCredentials;
  /** `false`: the namespace is there already, and `dependsOn` names it. @default true */
  readonly makeNamespace?: boolean;
  /** Value of the namespace's label `app.kubernetes.io/part-of`. @default - as of a KubernetesApplication */
  readonly partOf?: string;
  /** As of a KubernetesApplication. @default - as there */
  readonly behindLoadBalancer?: boolean;
  /** Id of the increment that demands it, for the label `phaseline.dev/increment`. @default - no such label */
  readonly increment?: string;
  /** @default - version 2.0.5 of the project's own repository */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** What is used for whatever is not given. */
export const DEFAULTS = { makeNamespace: true } as const;

/** The pinned chart. */
export const ARGOCD_APPS_CHART: ChartSource = { repository: "https://argoproj.github.io/argo-helm", name: "argocd-apps", version: "2.0.5" };

/** What a KubernetesApplication makes and a chart has, by the ids that it has there. */
export const HANDED_OVER = [
  ["service-account", "kubernetes_service_account_v1"],
  ["deployment", "kubernetes_deployment_v1"],
  ["service", "kubernetes_service_v1"],
  ["autoscaler", "kubernetes_horizontal_pod_autoscaler_v2"],
  ["disruption-budget", "kubernetes_pod_disruption_budget_v1"],
] as const;

/**
 * An application that Argo CD deploys from Git, in place of a KubernetesApplication: it has the namespace and the Application, and Git has all
 * the rest. So the Deployment has one owner, Argo CD; its image has one, the file in Git that the pipeline writes; and its number of pods has
 * one, the autoscaler.
 *
 * Where a KubernetesApplication of the same id stood before, what it made runs on: Terraform forgets it, and Argo CD goes on with it, since the chart's objects have the
 * same names and select the same pods. Let the chart and the image's file be in Git before: else the chart's own tag is what it deploys.
 *
 * The Application comes in a Helm release that waits for Argo CD's: Terraform needs to know nothing of its kind when it plans.
 *
 * @example
 * new ArgoApplication(this, "api", {
 *   argoCd,
 *   repoUrl: "https://github.com/acme/specweave.git",
 *   values: { image: { repository: registry.repositoryUrl } },
 *   syncWindows: [{ kind: "deny", schedule: "0 22 * * 5", durationMinutes: 3480 }],
 * });
 */
export class ArgoApplication extends Construct {
  /** Absent where it is made elsewhere. */
  readonly namespace?: NamespaceV1;
  /** Absent where the repository is public. */
  readonly credentials?: KubernetesSecretCopy;
  readonly release: HelmRelease;
  /** The values that the chart is given, as data: what a proof can look at. */
  readonly values: { readonly [key: string]: HclValue };

  constructor(scope: Construct, id: string, config: ArgoApplicationConfig) {
    super(scope, id);
    const { argoCd, credentials, makeNamespace = DEFAULTS.makeNamespace, partOf, behindLoadBalancer, increment, chart = ARGOCD_APPS_CHART, dependsOn = [], ...props } = config;
    const { name = APPLICATION_DEFAULTS.name, namespace = APPLICATION_DEFAULTS.namespace, repoUrl } = props;
    this.values = argoApplicationValues(props, argoCd.namespaceName);

    if (makeNamespace) {
      const model = kubernetesApplication({ image: name, name, namespace, ...(partOf === undefined ? {} : { partOf }), ...(behindLoadBalancer === undefined ? {} : { behindLoadBalancer }), ...(increment === undefined ? {} : { increment }) });
      this.namespace = new NamespaceV1(this, "namespace", {
        ...namespaceArguments(model.namespace),
        ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
      });
    }
    for (const [each, type] of HANDED_OVER) new ForgottenResource(this, each, { type });
    if (credentials) {
      this.credentials = new KubernetesSecretCopy(this, "credentials", {
        ...credentials,
        name: `repository-${name.slice(0, 48)}`.replace(/-+$/, ""),
        namespace: argoCd.namespaceName,
        labels: { "argocd.argoproj.io/secret-type": "repository", "app.kubernetes.io/managed-by": "phaseline" },
        data: (value) => ({ type: "git", url: repoUrl, ...(speaksSsh(repoUrl) ? { sshPrivateKey: value } : { username: "git", password: value }) }),
        dependsOn: [argoCd.release.release],
      });
    }
    this.release = new HelmRelease(this, "release", {
      name: `${name.slice(0, 48)}-gitops`,
      namespace: argoCd.namespaceName,
      chart,
      values: this.values,
      dependsOn: [argoCd.release.release, ...(this.namespace ? [this.namespace] : []), ...(this.credentials ? [this.credentials.secret] : []), ...dependsOn],
    });
  }
}
