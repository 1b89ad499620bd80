import { DEFAULTS, LogGroup } from "../../lib/constructs/log-group";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

const encryptionKey = { keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1234" };

describe("LogGroup", () => {
  test("is encrypted by the given key and keeps events for a year", () => {
    const stack = emptyStack();
    new LogGroup(stack, "logs", { name: "/specweave/api", encryptionKey });
    expect(new Synthesized(stack).resource("aws_cloudwatch_log_group")).toMatchObject({
      name: "/specweave/api",
      kms_key_id: encryptionKey.keyArn,
      retention_in_days: DEFAULTS.retentionDays,
    });
    expect(DEFAULTS).toEqual({ retentionDays: 365 });
  });

  test("keeps events for as long as it is told", () => {
    const stack = emptyStack();
    new LogGroup(stack, "logs", { name: "/specweave/api", encryptionKey, retentionDays: 30 });
    expect(new Synthesized(stack).resource("aws_cloudwatch_log_group")["retention_in_days"]).toBe(30);
  });

  test("throws when CloudWatch Logs has no such retention", () => {
    const error = errorOf(() => new LogGroup(emptyStack(), "logs", { name: "/specweave/api", encryptionKey, retentionDays: 45 as 30 }));
    expect(error.message).toBe(
      "stack/logs: retentionDays is 45; CloudWatch Logs keeps events for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days.\n    → Take the next larger one of these.",
    );
  });
});
