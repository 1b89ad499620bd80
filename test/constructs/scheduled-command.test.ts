import { DEFAULTS, ScheduledCommand, type ScheduledCommandProps } from "../../lib/constructs/scheduled-command";
import { documentedDefaults } from "../support/documented-defaults";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

const server = { kind: "server", server: { instanceId: "i-1" }, application: { repository: "acme/shop" } } as const;
const fleet = { kind: "fleet", fleet: { groupName: "shop-prod" }, service: "api" } as const;

function synthesized(props: Partial<ScheduledCommandProps> = {}): Synthesized {
  const stack = emptyStack();
  new ScheduledCommand(stack, "cleanup", { name: "cleanup", command: ["npm", "run", "cleanup"], expression: "cron(0 2 * * ? *)", prefix: "shop-prod-job", encryptionKey: { keyArn: "arn:key" }, target: server, ...props });
  return new Synthesized(stack);
}

const scriptOf = (stack: Synthesized) => (JSON.parse(JSON.parse(stack.resource("aws_ssm_document").content.slice(2, -1)) as string).mainSteps[0].inputs.runCommand as string[]).join("\n");

describe("ScheduledCommand", () => {
  test("has Systems Manager run the command by the clock, through a document without parameters", () => {
    const stack = synthesized();
    expect(stack.resource("aws_scheduler_schedule")).toMatchObject({
      name: "shop-prod-job-cleanup",
      schedule_expression: "cron(0 2 * * ? *)",
      schedule_expression_timezone: "Etc/UTC",
      flexible_time_window: { mode: "OFF" },
      kms_key_arn: "arn:key",
      target: { arn: expect.stringMatching(/:scheduler:::aws-sdk:ssm:sendCommand$/), input: expect.stringMatching(/"DocumentName" = aws_ssm_document\..*"InstanceIds" = \["i-1"\]/) },
    });
    expect(JSON.parse(JSON.parse(stack.resource("aws_ssm_document").content.slice(2, -1)) as string)).not.toHaveProperty("parameters");
  });

  test("on a server runs as the application, with its settings, once at a time, and into its log", () => {
    const script = scriptOf(synthesized());
    expect(script).toContain(`runuser --user 'app' -- env HOME='/srv/app' NODE_ENV=production PYTHONUNBUFFERED=1 '/usr/local/bin/app-settings' 'npm' 'run' 'cleanup' >> '/var/log/app/application.log' 2>&1`);
    expect(script).toContain("flock --nonblock 9");
  });

  test("on a fleet runs on the first instance in service, in a container of the running release", () => {
    const stack = synthesized({ target: fleet });
    expect(scriptOf(stack)).toContain(`sort(AutoScalingGroups[0].Instances[?LifecycleState=='InService'].InstanceId)[0]`);
    expect(scriptOf(stack)).toContain("compose.yaml run --rm --no-TTY --no-deps 'api' 'npm' 'run' 'cleanup'");
    expect(stack.resource("aws_scheduler_schedule").target.input).toMatch(/"Targets" = \[\{"Key" = "tag:aws:autoscaling:groupName", "Values" = \["shop-prod"\]\}\]/);
  });

  test("lets the scheduler send this document to these machines, and nothing else", () => {
    const statements = (stack: Synthesized) => stack.statements("cleanup/permissions");
    expect(statements(synthesized()).map(({ actions }) => actions)).toEqual([["ssm:SendCommand"], ["ssm:SendCommand"], ["kms:Decrypt"]]);
    expect(statements(synthesized())[1]?.["resources"]).toEqual([expect.stringMatching(/:instance\/i-1$/)]);
    expect(statements(synthesized({ target: fleet }))[1]?.["condition"]).toEqual([{ test: "StringEquals", variable: "ssm:resourceTag/aws:autoscaling:groupName", values: ["shop-prod"] }]);
    const trust = synthesized().statements("cleanup/trust");
    expect(trust).toEqual([expect.objectContaining({ principals: [{ type: "Service", identifiers: ["scheduler.amazonaws.com"] }], condition: [expect.objectContaining({ variable: "aws:SourceAccount" })] })]);
  });

  test("has the defaults that its documentation names", () => expect(documentedDefaults("lib/constructs/scheduled-command.ts", "ScheduledCommandProps")).toEqual(DEFAULTS));

  test.each<[string, Partial<ScheduledCommandProps>, string]>([
    ["the expression is none", { expression: "0 2 * * *" }, 'stack/cleanup: expression is "0 2 * * *", which is none of EventBridge Scheduler.\n    → Write, for example, "cron(0 2 * * ? *)".'],
    ["the zone is none", { timeZone: "cet" }, 'stack/cleanup: timeZone is "cet", which is none of IANA.\n    → Write, for example, "Europe/Berlin".'],
    ["it may run for no time", { timeoutSeconds: 1 }, "stack/cleanup: timeoutSeconds is 1; it is a whole number from 60 to 86400.\n    → Give a number in that range."],
    [
      "the command would need a shell",
      { command: ["npm", "run $(id)"] },
      'stack/cleanup: its script cannot be made.\n    → commandOnServer: 1 value cannot be used.\n  - command has the word "run $(id)": a word must be letters, digits and _@+=:,./- only, since no shell is to read it. Put the rest into a script of the application.',
    ],
  ])("throws when %s", (_, props, message) => expect(errorOf(() => synthesized(props)).message).toBe(message));
});
