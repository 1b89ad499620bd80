import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import { fixAddress } from "./fixed-address";
import { nameOf } from "./names";

/** What other constructs need of a key. Pass an object with the ARN to use a key that you already have. */
export interface IEncryptionKey {
  readonly keyArn: string;
  /** Lets EC2 Auto Scaling start instances whose volumes the key encrypts. A key of your own must allow it already. */
  allowAutoScaling?(): void;
}

/** An AWS service by its principal: `cloudwatch.amazonaws.com`. */
export type ServicePrincipal = `${string}.amazonaws.com`;

export interface EncryptionKeyProps {
  /**
   * The key's alias, without `alias/`. Changing it renames; the key stays.
   * @default - the construct's path, joined by dashes
   */
  readonly alias?: string;
  /**
   * What the key is for, as the console shows it.
   * @default - names the alias
   */
  readonly description?: string;
  /**
   * Days between a deletion and its effect, 7 to 30. In that time the deletion can be cancelled; after it, all that the key
   * encrypted is lost.
   * @default 30
   */
  readonly deletionWindowDays?: number;
  /**
   * Days between rotations, 90 to 2560. Old material still decrypts.
   * @default - what KMS does by itself, 365; given once and left out again, it stays
   */
  readonly rotationPeriodDays?: number;
  /**
   * Services that publish to this account's SNS topics in their own name: for alarms that go to a topic that this key
   * encrypts, `cloudwatch.amazonaws.com`. (Services that act for their caller, as RDS, EBS and ECR do, need none.)
   * @default []
   */
  readonly topicPublishers?: readonly ServicePrincipal[];
  /**
   * The key's name in its Terraform address, which then stays wherever the construct stands: `"data"` for `aws_kms_key.data`.
   * @default - follows from the construct's place in the tree
   */
  readonly address?: string;
}

export const DEFAULTS = { deletionWindowDays: 30, topicPublishers: [] } as const;

/**
 * A KMS key that rotates, with an alias and a policy that is written out: IAM of this account decides who may use it, and
 * CloudWatch Logs of this region may for this account's log groups. 1 USD a month, and as much again for each of the first two rotations.
 *
 * It holds data as a database does: what it encrypted is lost with it. Moving the construct in the tree changes its Terraform
 * address and so replaces it: give it an `address` of its own, or write a `moved` block with the change.
 *
 * @example
 * const key = new EncryptionKey(stack, "key", { alias: "specweave-prod" });
 *
 * @throws ConstructError when a number of days is outside what KMS takes, the alias breaks its rule, or the address is taken.
 */
export class EncryptionKey extends Construct implements IEncryptionKey {
  readonly keyArn: string;
  readonly keyId: string;
  /** With `alias/` before it. */
  readonly aliasName: string;

  private readonly policy: DataAwsIamPolicyDocument;
  private readonly statements: DataAwsIamPolicyDocumentStatement[];
  private autoScalingAllowed = false;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps = {}) {
    super(scope, id);
    const { deletionWindowDays, topicPublishers } = { ...DEFAULTS, ...props };
    const alias = nameOf(this, props.alias);
    this.checkDays("deletionWindowDays", deletionWindowDays, 7, 30);
    if (props.rotationPeriodDays !== undefined) this.checkDays("rotationPeriodDays", props.rotationPeriodDays, 90, 2560);

    const { accountId, partition, region } = AwsAccount.of(this);
    this.statements = [
      {
        // The key's own administration: without this statement nobody could change the key any more. "*" is this key alone, in which checkov
        // sees every resource (CKV_AWS_109, CKV_AWS_111, CKV_AWS_356).
        sid: "IamOfThisAccount",
        principals: [{ type: "AWS", identifiers: [`arn:${partition}:iam::${accountId}:root`] }],
        actions: ["kms:*"],
        resources: ["*"],
      },
      {
        sid: "LogGroupsOfThisAccount",
        principals: [{ type: "Service", identifiers: [`logs.${region}.amazonaws.com`] }],
        actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        resources: ["*"],
        condition: [
          {
            test: "ArnLike",
            variable: "kms:EncryptionContext:aws:logs:arn",
            values: [`arn:${partition}:logs:${region}:${accountId}:log-group:*`],
          },
        ],
      },
    ];
    if (topicPublishers.length > 0) {
      this.statements.push({
        sid: "PublishersToTopicsOfThisAccount",
        principals: [{ type: "Service", identifiers: [...topicPublishers] }],
        actions: ["kms:Decrypt", "kms:GenerateDataKey*"],
        resources: ["*"],
        // Not aws:SourceAccount, which a service need not send: an alarm would then fail without a word. SNS always sends its topic.
        condition: [
          {
            test: "ArnLike",
            variable: "kms:EncryptionContext:aws:sns:topicArn",
            values: [`arn:${partition}:sns:${region}:${accountId}:*`],
          },
        ],
      });
    }
    this.policy = new DataAwsIamPolicyDocument(this, "policy", { statement: this.statements });

    // The policy is the key's own argument, not a resource beside it: who gets the ARN gets a key that may be used already.
    const key = new KmsKey(this, "key", {
      description: props.description ?? `Encrypts the data of ${alias}`,
      enableKeyRotation: true,
      ...(props.rotationPeriodDays !== undefined && { rotationPeriodInDays: props.rotationPeriodDays }),
      deletionWindowInDays: deletionWindowDays,
      policy: this.policy.json,
      tags: { Name: alias },
    });
    if (props.address !== undefined) fixAddress(key, props.address, "Give the two keys different `address`es.");
    const aliasResource = new KmsAlias(this, "alias", { name: `alias/${alias}`, targetKeyId: key.keyId });
    this.keyArn = key.arn;
    this.keyId = key.keyId;
    this.aliasName = aliasResource.name;
  }

  /**
   * Lets EC2 Auto Scaling, through its service-linked role, start instances whose volumes this key encrypts; without it they
   * end as "Client.InternalError". The role is matched by condition, since KMS refuses a principal that does not exist yet, and AWS
   * makes the role with the first group. See "Required AWS KMS key policy for use with encrypted volumes" in the EC2 Auto Scaling guide.
   */
  allowAutoScaling(): void {
    if (this.autoScalingAllowed) return;
    this.autoScalingAllowed = true;
    const { accountId, partition } = AwsAccount.of(this);
    const principals = [{ type: "AWS", identifiers: ["*"] }];
    const onlyAutoScaling = [
      { test: "StringEquals", variable: "kms:CallerAccount", values: [accountId] },
      {
        test: "ArnEquals",
        variable: "aws:PrincipalArn",
        values: [`arn:${partition}:iam::${accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`],
      },
    ];
    this.statements.push(
      {
        sid: "AutoScalingUsesVolumes",
        principals,
        actions: ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"],
        resources: ["*"],
        condition: onlyAutoScaling,
      },
      {
        sid: "AutoScalingLendsVolumes",
        principals,
        actions: ["kms:CreateGrant"],
        resources: ["*"],
        condition: [...onlyAutoScaling, { test: "Bool", variable: "kms:GrantIsForAWSResource", values: ["true"] }],
      },
    );
    this.policy.putStatement(this.statements);
  }

  private checkDays(prop: string, days: number, min: number, max: number): void {
    if (Number.isInteger(days) && days >= min && days <= max) return;
    throw new ConstructError(this, `${prop} is ${days}; KMS takes whole days from ${min} to ${max}.`, `Give a number in that range, or leave it out.`);
  }
}
