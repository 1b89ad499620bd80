import { DataAwsCallerIdentity } from "@cdktf/provider-aws/lib/data-aws-caller-identity";
import { DataAwsPartition } from "@cdktf/provider-aws/lib/data-aws-partition";
import { DataAwsRegion } from "@cdktf/provider-aws/lib/data-aws-region";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";

const accounts = new WeakMap<TerraformStack, AwsAccount>();

/**
 * The account, region and partition that a stack's AWS provider works in, read from AWS when Terraform plans: one data source of a
 * kind a stack, and only where something asks.
 */
export class AwsAccount extends Construct {
  private identity?: DataAwsCallerIdentity;
  private currentRegion?: DataAwsRegion;
  private currentPartition?: DataAwsPartition;

  /** The one of the stack that `scope` is in. */
  static of(scope: Construct): AwsAccount {
    const stack = TerraformStack.of(scope);
    const account = accounts.get(stack) ?? new AwsAccount(stack, "aws-account");
    accounts.set(stack, account);
    return account;
  }

  get accountId(): string {
    return (this.identity ??= new DataAwsCallerIdentity(this, "identity")).accountId;
  }

  /** Who applies: the ARN of a user, or of an assumed role's session. */
  get callerArn(): string {
    return (this.identity ??= new DataAwsCallerIdentity(this, "identity")).arn;
  }

  /** `eu-central-1`. Read from `id`, which the 5.x and 6.x providers agree on. */
  get region(): string {
    return (this.currentRegion ??= new DataAwsRegion(this, "region")).id;
  }

  /** `aws`, or `aws-cn`, `aws-us-gov`, …: the second part of every ARN. */
  get partition(): string {
    return (this.currentPartition ??= new DataAwsPartition(this, "partition")).partition;
  }
}
