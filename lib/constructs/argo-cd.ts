import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { SecretV1 } from "@cdktf/provider-kubernetes/lib/secret-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { argoCdValues, REDIS_SECRET, type ArgoCdProps } from "../render/argo-cd";
import type { HclValue } from "../render/hcl";
import { labelValue } from "../render/kubernetes-application";
import { EphemeralPassword } from "./ephemeral";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";

export interface ArgoCdConfig extends ArgoCdProps {
  /** Namespace, made with it. @default "argocd" */
  readonly namespace?: string;
  /** Raise it to give Redis another password with the next apply; then restart Argo CD's pods. @default 1 */
  readonly redisPasswordVersion?: number;
  /** Id of the increment that demands it, for the label `phaseline.dev/increment`. @default - no such label */
  readonly increment?: string;
  /** @default - version 10.1.1 of the project's own repository */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** What is used for whatever is not given. */
export const DEFAULTS = { namespace: "argocd", redisPasswordVersion: 1 } as const;

/** The pinned chart. */
export const ARGO_CD_CHART: ChartSource = { repository: "https://argoproj.github.io/argo-helm", name: "argo-cd", version: "10.1.1" };

/**
 * Argo CD, which deploys what stands in Git. Nothing of it is open to the outside: `kubectl -n argocd port-forward svc/argocd-server 8080:443`.
 *
 * No password is in a Terraform state: that of Redis is written to a Secret of the namespace only; an admin's, where one is asked for, is made by
 * Argo CD itself. When it is destroyed, its resource definitions stay, and with them what they define.
 *
 * @example
 * const argoCd = new ArgoCd(this, "argo-cd");
 * new ArgoApplication(this, "api", { argoCd, repoUrl: "https://github.com/acme/specweave.git" });
 */
export class ArgoCd extends Construct {
  readonly namespaceName: string;
  readonly namespace: NamespaceV1;
  readonly redisSecret: SecretV1;
  readonly release: HelmRelease;
  /** The values that the chart is given, as data: what a proof can look at. */
  readonly values: { readonly [key: string]: HclValue };

  constructor(scope: Construct, id: string, config: ArgoCdConfig = {}) {
    super(scope, id);
    const { namespace = DEFAULTS.namespace, redisPasswordVersion = DEFAULTS.redisPasswordVersion, chart = ARGO_CD_CHART, increment, dependsOn = [], ...props } = config;
    this.values = argoCdValues(props);
    this.namespaceName = namespace;
    const labels = {
      "app.kubernetes.io/part-of": "argocd",
      "app.kubernetes.io/managed-by": "phaseline",
      ...(increment === undefined ? {} : { "phaseline.dev/increment": labelValue(increment) }),
    };
    this.namespace = new NamespaceV1(this, "namespace", {
      metadata: { name: namespace, labels: { ...labels, "pod-security.kubernetes.io/enforce": "restricted" } },
      ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
    });
    this.redisSecret = new SecretV1(this, "redis-secret", {
      metadata: { name: REDIS_SECRET, namespace, labels },
      dataWo: { auth: new EphemeralPassword(this, "redis-password").result },
      dataWoRevision: redisPasswordVersion,
      dependsOn: [this.namespace],
    });
    this.release = new HelmRelease(this, "release", {
      name: "argocd",
      namespace,
      chart,
      values: this.values,
      dependsOn: [this.namespace, this.redisSecret, ...dependsOn],
    });
  }
}
