import type { DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { EksPodIdentityAssociation } from "@cdktf/provider-aws/lib/eks-pod-identity-association";
import { Construct } from "constructs";
import type { ICluster } from "./kubernetes-cluster";
import { PodIdentityRole } from "./pod-identity-role";

export interface ControllerRoleProps {
  readonly cluster: Pick<ICluster, "clusterName">;
  /** The role's name. */
  readonly name: string;
  /** What the role lets the controller do, as the IAM console shows it. */
  readonly description: string;
  /** The one service account that may take the role on. */
  readonly serviceAccount: string;
  readonly namespace: string;
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];
}

/**
 * What a controller on a cluster may do on AWS, and which service account takes it on, through EKS Pod Identity. It belongs to the stack of the
 * cluster, and the controller's Helm release to the one after it: pods get credentials only if the association was there before them. Free.
 *
 * @example
 * new ControllerRole(stack, "dns", { cluster, name: "shop-dns", description: "Writes records", namespace: "kube-system", serviceAccount: "dns", statements });
 */
export class ControllerRole extends Construct {
  readonly roleArn: string;
  readonly roleName: string;

  constructor(scope: Construct, id: string, { cluster, namespace, serviceAccount, ...role }: ControllerRoleProps) {
    super(scope, id);
    const { roleArn, roleName, permissions } = new PodIdentityRole(this, "role", role);
    this.roleArn = roleArn;
    this.roleName = roleName;
    new EksPodIdentityAssociation(this, "association", {
      clusterName: cluster.clusterName,
      namespace,
      serviceAccount,
      roleArn,
      dependsOn: [...permissions],
    });
  }
}
