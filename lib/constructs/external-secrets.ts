import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  applicationSecretsChart,
  applicationSecretsValues,
  externalSecretsValues,
  type ApplicationSecretsProps,
  type ExternalSecretsOperatorProps,
} from "../render/external-secrets";
import { ConstructError } from "./construct-error";
import { ControllerRole } from "./controller-role";
import type { IEncryptionKey } from "./encryption-key";
import type { ICluster } from "./kubernetes-cluster";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";
import { LocalChart } from "./local-chart";
import { nameOf } from "./names";

/** The service account that has the role. */
const SERVICE_ACCOUNT = "external-secrets";
const NAMESPACE = "external-secrets";

/** A secret of Secrets Manager that the cluster may read, and the key that encrypts it. */
export interface ReadableSecret {
  readonly secretArn: string;
  readonly encryptionKey: Pick<IEncryptionKey, "keyArn">;
}

export interface ExternalSecretsRoleProps {
  readonly cluster: Pick<ICluster, "clusterName">;
  /** The secrets of the environment that pods get, and no others. */
  readonly secrets: readonly ReadableSecret[];
  /**
   * The role's name.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
}

/**
 * What {@link ExternalSecrets} may do on AWS: read these secrets, and decrypt them and nothing else with their keys. It belongs to the stack of the cluster.
 *
 * @example
 * new ExternalSecretsRole(stack, "external-secrets-role", { cluster, secrets: [{ secretArn: database.settings.secretArn, encryptionKey }] });
 *
 * @throws ConstructError when there is no secret to read.
 */
export class ExternalSecretsRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: ExternalSecretsRoleProps) {
    super(scope, id);
    const { cluster, secrets } = props;
    const name = nameOf(this, props.name);
    if (secrets.length === 0) throw new ConstructError(this, "secrets is empty; the role would be allowed nothing.", "Name the secrets that pods get, or leave External Secrets out.");
    const arns = secrets.map(({ secretArn }) => secretArn);
    this.roleArn = new ControllerRole(this, "controller", {
      cluster,
      name,
      description: `Lets External Secrets of ${name} read the secrets of the environment`,
      namespace: NAMESPACE,
      serviceAccount: SERVICE_ACCOUNT,
      statements: [
        { sid: "ReadSecrets", actions: ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"], resources: arns },
        {
          sid: "DecryptThem",
          actions: ["kms:Decrypt"],
          resources: [...new Set(secrets.map(({ encryptionKey }) => encryptionKey.keyArn))],
          condition: [{ test: "StringEquals", variable: "kms:EncryptionContext:SecretARN", values: arns }],
        },
      ],
    }).roleArn;
  }
}

export interface ExternalSecretsConfig extends ExternalSecretsOperatorProps {
  /** @default - version 2.9.0 of the project's own repository */
  readonly chart?: ChartSource;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The pinned chart. */
export const EXTERNAL_SECRETS_CHART: ChartSource = {
  repository: "https://charts.external-secrets.io",
  name: "external-secrets",
  version: "2.9.0",
};

/**
 * External Secrets, in a namespace of its own: makes Secrets of what is in AWS Secrets Manager and keeps them alike, so that no value goes through
 * Terraform. It needs an {@link ExternalSecretsRole} in the stack of the cluster, and {@link ApplicationSecrets} say what is wanted.
 *
 * Its kinds go with the release, and all their objects with them: nothing of an application may depend on a cluster without it.
 *
 * @example
 * const operator = new ExternalSecrets(this, "external-secrets");
 * new ApplicationSecrets(this, "secrets", { operator, namespace: "shop", region: "eu-central-1", secrets });
 */
export class ExternalSecrets extends Construct {
  readonly namespace: NamespaceV1;
  readonly release: HelmRelease;

  constructor(scope: Construct, id: string, config: ExternalSecretsConfig = {}) {
    super(scope, id);
    const { chart = EXTERNAL_SECRETS_CHART, dependsOn = [], ...props } = config;
    this.namespace = new NamespaceV1(this, "namespace", {
      metadata: {
        name: NAMESPACE,
        labels: {
          "app.kubernetes.io/managed-by": "phaseline",
          "pod-security.kubernetes.io/enforce": "restricted",
          "pod-security.kubernetes.io/audit": "restricted",
          "pod-security.kubernetes.io/warn": "restricted",
        },
      },
      ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
    });
    this.release = new HelmRelease(this, "release", {
      name: "external-secrets",
      namespace: NAMESPACE,
      chart,
      values: externalSecretsValues(props, { serviceAccount: SERVICE_ACCOUNT }),
      timeoutSeconds: 300,
      dependsOn: [this.namespace, ...dependsOn],
    });
  }
}

export interface ApplicationSecretsConfig extends ApplicationSecretsProps {
  /** What makes the Secrets. */
  readonly operator: Pick<ExternalSecrets, "release">;
  /** Namespace that gets them; it must be there. */
  readonly namespace: string;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Secrets of a namespace that External Secrets keeps like those in Secrets Manager. They are carried by a small chart, since their kinds are not on the
 * cluster when the first plan is made.
 *
 * A pod that has a value in its environment keeps it until it is restarted: after a rotation, `kubectl rollout restart`.
 *
 * @example
 * new ApplicationSecrets(this, "secrets", {
 *   operator, namespace: "shop", region: "eu-central-1",
 *   secrets: [{ name: "database", secretArn: settings.secretArn, keys: databaseKeys() }],
 * });
 */
export class ApplicationSecrets extends Construct {
  readonly release: HelmRelease;

  constructor(scope: Construct, id: string, config: ApplicationSecretsConfig) {
    super(scope, id);
    const { operator, namespace, dependsOn = [], ...props } = config;
    const name = `${namespace}-secrets`;
    this.release = new HelmRelease(this, "release", {
      name: "application-secrets",
      namespace,
      chart: new LocalChart(this, "chart", { name, files: applicationSecretsChart() }).source,
      values: applicationSecretsValues(props),
      timeoutSeconds: 120,
      dependsOn: [operator.release.release, ...dependsOn],
    });
  }
}
