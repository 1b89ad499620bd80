import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { Construct } from "constructs";
import { RETENTION_DAYS, type RetentionDays } from "../blueprint/retention";
import { ConstructError } from "./construct-error";
import type { IEncryptionKey } from "./encryption-key";

export { RETENTION_DAYS, type RetentionDays };

export interface LogGroupProps {
  /** `/aws/eks/specweave-prod/cluster`. Services that write to a group of a fixed name decide it; changing it makes a new, empty group. */
  readonly name: string;
  /** It must allow CloudWatch Logs of this region, as `EncryptionKey` does. */
  readonly encryptionKey: IEncryptionKey;
  /**
   * Days that events are kept for.
   * @default 365
   */
  readonly retentionDays?: RetentionDays;
}

export const DEFAULTS = { retentionDays: 365 } as const;

/**
 * A CloudWatch log group, encrypted by a key of yours, that forgets after a year unless told otherwise.
 *
 * @example
 * new LogGroup(stack, "logs", { name: "/specweave/api", encryptionKey: key });
 *
 * @throws ConstructError when CloudWatch Logs has no such retention.
 */
export class LogGroup extends Construct {
  readonly logGroupArn: string;
  readonly logGroupName: string;
  /** The resource itself, for `dependsOn`: a service that finds no group makes one of its own, unencrypted and forever. */
  readonly resource: CloudwatchLogGroup;

  constructor(scope: Construct, id: string, props: LogGroupProps) {
    super(scope, id);
    const retentionDays = props.retentionDays ?? DEFAULTS.retentionDays;
    if (!RETENTION_DAYS.includes(retentionDays)) {
      throw new ConstructError(
        this,
        `retentionDays is ${retentionDays}; CloudWatch Logs keeps events for ${RETENTION_DAYS.slice(0, -1).join(", ")} or ${RETENTION_DAYS.at(-1)} days.`,
        "Take the next larger one of these.",
      );
    }
    this.resource = new CloudwatchLogGroup(this, "group", {
      name: props.name,
      retentionInDays: retentionDays,
      kmsKeyId: props.encryptionKey.keyArn,
    });
    this.logGroupArn = this.resource.arn;
    this.logGroupName = this.resource.name;
  }
}
