import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SsmDocument } from "@cdktf/provider-aws/lib/ssm-document";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { hostApplication, type HostApplicationProps } from "../render/host-application";
import { terraformText } from "../render/hcl";
import { commandOnFleet, commandOnServer, type ScheduledCommand as Command } from "../render/scheduled-command";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { nameOf } from "./names";

/** Where a command runs. */
export type CommandTarget =
  /** On the one server of the application. */
  | { readonly kind: "server"; readonly server: { readonly instanceId: string }; readonly application: HostApplicationProps }
  /** On one instance of a fleet, in a container of the application. */
  | { readonly kind: "fleet"; readonly fleet: { readonly groupName: string }; readonly service: string };

export interface ScheduledCommandProps extends Command {
  readonly target: CommandTarget;
  /** When: `cron(0 2 * * ? *)` or `rate(1 hour)`, as EventBridge Scheduler writes it. */
  readonly expression: string;
  /**
   * The zone whose clock it is.
   * @default "Etc/UTC"
   */
  readonly timeZone?: string;
  /**
   * First part of the names of what belongs to it; unique in the account and region.
   * @default - the construct's path, joined by dashes
   */
  readonly prefix?: string;
  /**
   * Time after which it is ended.
   * @default 3600
   */
  readonly timeoutSeconds?: number;
  /**
   * Encrypts the schedule.
   * @default - a key of its own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
}

export const DEFAULTS = { timeZone: "Etc/UTC", timeoutSeconds: 3600 } as const satisfies Partial<ScheduledCommandProps>;

/**
 * A command of the application that runs by the clock on its servers: EventBridge Scheduler has Systems Manager run it, through a document that holds the
 * command and takes no parameter. What it says goes to the application's log; how a run ended, Run Command keeps for 30 days. Free for these numbers.
 *
 * It must do no harm if it runs twice: a fleet whose instances change in that moment may have two first ones.
 *
 * @example
 * new ScheduledCommand(stack, "cleanup", { name: "cleanup", command: ["npm", "run", "cleanup"], expression: "cron(0 2 * * ? *)", target: { kind: "fleet", fleet, service: "api" } });
 *
 * @throws ConstructError when a value breaks a rule.
 */
export class ScheduledCommand extends Construct {
  constructor(scope: Construct, id: string, given: ScheduledCommandProps) {
    super(scope, id);
    const props = { ...DEFAULTS, ...given };
    this.check(props);
    const name = nameOf(this, props.prefix === undefined ? undefined : `${props.prefix}-${props.name}`);
    const key = props.encryptionKey ?? new EncryptionKey(this, "key", { alias: name, description: `Encrypts the schedule ${name}` });
    const document = new SsmDocument(this, "document", {
      name,
      documentType: "Command",
      documentFormat: "JSON",
      targetType: "/AWS::EC2::Instance",
      content: terraformText(
        JSON.stringify(
          {
            schemaVersion: "2.2",
            description: `Runs the job ${props.name} of the application`,
            mainSteps: [{ action: "aws:runShellScript", name: "run", inputs: { timeoutSeconds: String(props.timeoutSeconds), runCommand: this.script(props).trimEnd().split("\n") } }],
          },
          undefined,
          2,
        ),
      ),
    });
    const role = this.role(name, props.target, document, key);
    new SchedulerSchedule(this, "schedule", {
      name,
      description: `Runs the job ${props.name} of the application`,
      scheduleExpression: props.expression,
      scheduleExpressionTimezone: props.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      kmsKeyArn: key.keyArn,
      target: {
        arn: `arn:${AwsAccount.of(this).partition}:scheduler:::aws-sdk:ssm:sendCommand`,
        roleArn: role.role.arn,
        input: Fn.jsonencode({ DocumentName: document.name, ...where(props.target) }),
        // Later than that, the next one is near.
        retryPolicy: { maximumEventAgeInSeconds: 900, maximumRetryAttempts: 3 },
      },
      dependsOn: [role.policy],
    });
  }

  private script({ target, name, command }: ScheduledCommandProps): string {
    try {
      const job = { name, command };
      return target.kind === "server" ? commandOnServer(hostApplication(target.application), job) : commandOnFleet({ groupName: target.fleet.groupName, service: target.service }, job);
    } catch (error) {
      throw new ConstructError(this, "its script cannot be made.", (error as Error).message);
    }
  }

  /** What the scheduler may do: send this one document to these machines. */
  private role(name: string, target: CommandTarget, document: SsmDocument, key: IEncryptionKey): { readonly role: IamRole; readonly policy: IamRolePolicy } {
    const { accountId, partition, region } = AwsAccount.of(this);
    const machines: DataAwsIamPolicyDocumentStatement =
      target.kind === "server"
        ? { actions: ["ssm:SendCommand"], resources: [`arn:${partition}:ec2:${region}:${accountId}:instance/${target.server.instanceId}`] }
        : {
            actions: ["ssm:SendCommand"],
            resources: [`arn:${partition}:ec2:${region}:${accountId}:instance/*`],
            // AWS itself puts this tag on the instances of a group; nobody else can.
            condition: [{ test: "StringEquals", variable: "ssm:resourceTag/aws:autoscaling:groupName", values: [target.fleet.groupName] }],
          };
    const role = new IamRole(this, "role", {
      name: `${name}-schedule`,
      description: `Lets EventBridge Scheduler run the job ${name}`,
      assumeRolePolicy: new DataAwsIamPolicyDocument(this, "trust", {
        statement: [
          {
            principals: [{ type: "Service", identifiers: ["scheduler.amazonaws.com"] }],
            actions: ["sts:AssumeRole"],
            condition: [{ test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] }],
          },
        ],
      }).json,
    });
    const statement = [
      { actions: ["ssm:SendCommand"], resources: [document.arn] },
      machines,
      { actions: ["kms:Decrypt"], resources: [key.keyArn], condition: [{ test: "StringEquals", variable: "kms:ViaService", values: [`scheduler.${region}.amazonaws.com`] }] },
    ];
    const policy = new IamRolePolicy(this, "policy", { name: "run", role: role.name, policy: new DataAwsIamPolicyDocument(this, "permissions", { statement }).json });
    return { role, policy };
  }

  private check({ expression, timeZone, timeoutSeconds }: ScheduledCommandProps & { readonly timeZone: string; readonly timeoutSeconds: number }): void {
    if (!/^(cron\([\dA-Z*?,/# -]+\)|rate\(\d+ (minutes?|hours?|days?)\))$/.test(expression)) {
      throw new ConstructError(this, `expression is "${expression}", which is none of EventBridge Scheduler.`, 'Write, for example, "cron(0 2 * * ? *)".');
    }
    if (!/^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z_]+)?$/.test(timeZone)) throw new ConstructError(this, `timeZone is "${timeZone}", which is none of IANA.`, 'Write, for example, "Europe/Berlin".');
    if (!Number.isInteger(timeoutSeconds) || timeoutSeconds < 60 || timeoutSeconds > 86_400) {
      throw new ConstructError(this, `timeoutSeconds is ${timeoutSeconds}; it is a whole number from 60 to 86400.`, "Give a number in that range.");
    }
  }
}

function where(target: CommandTarget): object {
  return target.kind === "server" ? { InstanceIds: [target.server.instanceId] } : { Targets: [{ Key: "tag:aws:autoscaling:groupName", Values: [target.fleet.groupName] }] };
}
