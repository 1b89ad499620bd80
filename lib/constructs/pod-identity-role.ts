import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import { nameOf } from "./names";

export interface PodIdentityRoleProps {
  /**
   * The role's name.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /** What the role lets pods do, as the IAM console shows it. */
  readonly description: string;
  /**
   * Policies of AWS, by the end of their ARN: `AmazonEKS_CNI_Policy`, `service-role/AmazonEBSCSIDriverPolicy`.
   * @default []
   */
  readonly managedPolicies?: readonly string[];
  /**
   * What the role may do besides.
   * @default []
   */
  readonly statements?: readonly DataAwsIamPolicyDocumentStatement[];
}

export const DEFAULTS = { managedPolicies: [], statements: [] } as const;

/**
 * A role that pods take on through EKS Pod Identity. Which service account takes it on is said where it is associated: in
 * an add-on, or with `aws_eks_pod_identity_association`.
 *
 * @example
 * new PodIdentityRole(stack, "ebs-csi", {
 *   description: "Lets the EBS CSI driver make volumes",
 *   managedPolicies: ["service-role/AmazonEBSCSIDriverPolicy"],
 * });
 *
 * @throws ConstructError when the role would be allowed nothing, or its name breaks its rule.
 */
export class PodIdentityRole extends Construct {
  readonly roleArn: string;
  readonly roleName: string;
  /** What must exist before the role may do all that it should: wait for it where pods start at once. */
  readonly permissions: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: PodIdentityRoleProps) {
    super(scope, id);
    const { managedPolicies, statements } = { ...DEFAULTS, ...props };
    if (managedPolicies.length + statements.length === 0) {
      throw new ConstructError(this, "managedPolicies and statements are empty; the role would be allowed nothing.", "Give one of them.");
    }
    const role = new IamRole(this, "role", {
      name: nameOf(this, props.name),
      description: props.description,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", {
        statement: [{ principals: [{ type: "Service", identifiers: ["pods.eks.amazonaws.com"] }], actions: ["sts:AssumeRole", "sts:TagSession"] }],
      }).json,
    });
    const { partition } = AwsAccount.of(this);
    const attachments = managedPolicies.map(
      (policy) =>
        new IamRolePolicyAttachment(this, policy.replace(/^.*\//, ""), {
          role: role.name,
          policyArn: `arn:${partition}:iam::aws:policy/${policy}`,
        }),
    );
    this.permissions =
      statements.length === 0
        ? attachments
        : [
            ...attachments,
            new IamRolePolicy(this, "policy", {
              name: "permissions",
              role: role.name,
              policy: new DataAwsIamPolicyDocument(this, "permissions", { statement: [...statements] }).json,
            }),
          ];
    this.roleArn = role.arn;
    this.roleName = role.name;
  }
}
