import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import { nameOf } from "./names";

export interface DatadogAwsIntegrationProps {
  /** The role's name. @default - the construct's path, joined by dashes */
  readonly roleName?: string;
  /** What Datadog has to say when it takes on the role; `DatadogAwsAccount` has it, or Datadog's page of the integration. May be a token. */
  readonly externalId: string;
  /** Datadog's own AWS account; some sites have another, ap1 417141415827. @default "464622532012" */
  readonly datadogAccountId?: string;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { datadogAccountId: "464622532012" } as const;

/**
 * What Datadog may read: metrics and what there is, of the services that this project makes. No contents: no object of a bucket, no item of a
 * table, no log line, no secret.
 *
 * Source: https://docs.datadoghq.com/integrations/amazon-web-services/#aws-iam-permissions
 */
const ACTIONS = [
  "autoscaling:Describe*",
  "cloudwatch:Describe*",
  "cloudwatch:Get*",
  "cloudwatch:List*",
  "ec2:Describe*",
  "ecr:DescribeRepositories",
  "eks:DescribeCluster",
  "eks:DescribeNodegroup",
  "eks:ListClusters",
  "eks:ListNodegroups",
  "elasticloadbalancing:Describe*",
  "health:DescribeAffectedEntities",
  "health:DescribeEventDetails",
  "health:DescribeEvents",
  "rds:DescribeDBClusters",
  "rds:DescribeDBInstances",
  "rds:DescribeEvents",
  "rds:ListTagsForResource",
  "tag:GetResources",
  "tag:GetTagKeys",
  "tag:GetTagValues",
];

/**
 * The role that Datadog takes on to read the account's metrics and inventory: there is no key, and who does not know the external id is refused
 * even if Datadog asks on their behalf.
 *
 * CKV_AWS_356 (any resource): it is the inventory of whatever is there, and all that is only read.
 *
 * @example
 * new DatadogAwsIntegration(stack, "aws-integration", { externalId: "0123456789abcdef0123456789abcdef" });
 *
 * @throws ConstructError when the name, the external id or the account breaks its rule.
 */
export class DatadogAwsIntegration extends Construct {
  readonly roleArn: string;
  readonly roleName: string;

  constructor(scope: Construct, id: string, props: DatadogAwsIntegrationProps) {
    super(scope, id);
    const { externalId, datadogAccountId = DEFAULTS.datadogAccountId } = props;
    if (!Token.isUnresolved(externalId) && !/^[\w+=,.@:/-]{8,1224}$/.test(externalId)) {
      throw new ConstructError(this, `externalId is ${JSON.stringify(externalId)}; it has 8 or more letters, digits and +=,.@:/-_.`, "Copy it from Datadog's page of the AWS integration.");
    }
    if (!/^\d{12}$/.test(datadogAccountId)) {
      throw new ConstructError(this, `datadogAccountId is ${JSON.stringify(datadogAccountId)}; an AWS account has twelve digits.`, "Take the one that Datadog's documentation names for your site.");
    }
    const { partition } = AwsAccount.of(this);
    const role = new IamRole(this, "role", {
      name: nameOf(this, props.roleName),
      description: "Lets Datadog read metrics and inventory",
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", {
        statement: [
          {
            principals: [{ type: "AWS", identifiers: [`arn:${partition}:iam::${datadogAccountId}:root`] }],
            actions: ["sts:AssumeRole"],
            condition: [{ test: "StringEquals", variable: "sts:ExternalId", values: [externalId] }],
          },
        ],
      }).json,
    });
    new IamRolePolicy(this, "policy", {
      name: "read",
      role: role.name,
      policy: new DataAwsIamPolicyDocument(this, "permissions", { statement: [{ actions: ACTIONS, resources: ["*"] }] }).json,
    });
    this.roleArn = role.arn;
    this.roleName = role.name;
  }
}
