import { CostBudget, DEFAULTS } from "../../lib/constructs/cost-budget";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf } from "../support/synth";

const emails = ["ops@example.com"];

describe("CostBudget", () => {
  test("tells when most is spent and when a month will end above it, and counts what credits pay for", () => {
    const stack = awsStack();
    new CostBudget(stack, "budget", { limitUsd: 200, emails });
    const notification = { comparison_operator: "GREATER_THAN", threshold_type: "PERCENTAGE", subscriber_email_addresses: emails };
    expect(resourceOf(stack, "aws_budgets_budget")).toEqual({
      name: "test-budget",
      budget_type: "COST",
      limit_amount: "200",
      limit_unit: "USD",
      time_unit: "MONTHLY",
      cost_types: { include_credit: false, include_refund: false },
      notification: [
        { ...notification, notification_type: "ACTUAL", threshold: 80 },
        { ...notification, notification_type: "FORECASTED", threshold: 100 },
      ],
    });
  });

  test("foresees nothing of a day", () => {
    const stack = awsStack();
    new CostBudget(stack, "budget", { limitUsd: 9.5, period: "daily", topic: { topicArn: "arn:aws:sns:us-east-1:123456789012:alarms" } });
    expect(resourceOf(stack, "aws_budgets_budget")).toMatchObject({
      time_unit: "DAILY",
      limit_amount: "9.5",
      notification: [{ notification_type: "ACTUAL", subscriber_sns_topic_arns: ["arn:aws:sns:us-east-1:123456789012:alarms"] }],
    });
  });

  test("counts what has a tag, where one is given", () => {
    const stack = awsStack();
    new CostBudget(stack, "budget", { limitUsd: 200, emails, tag: { key: "Project", value: "shop" } });
    expect(resourceOf(stack, "aws_budgets_budget")["cost_filter"]).toEqual([{ name: "TagKeyValue", values: ["user:Project$shop"] }]);
  });

  test("has the defaults that its documentation names", () => {
    const { forecastPercents: _ofMonths, ...defaults } = DEFAULTS;
    expect(documentedDefaults("lib/constructs/cost-budget.ts", "CostBudgetProps")).toEqual(defaults);
  });

  test.each([
    [{ limitUsd: 0, emails }, "limitUsd is 0; a limit is more than nothing.\n    → Give the dollars that may be spent."],
    [{ limitUsd: 5 }, "nobody would be told of it.\n    → Give emails or a topic."],
    [{ limitUsd: 5, emails, actualPercents: [80, 80] }, "actualPercents is [80,80]; shares of the limit are more than 0 and at most 1000 percent, each once.\n    → Give shares such as 50, 80 and 100."],
    [{ limitUsd: 5, emails, actualPercents: [10, 20, 30, 40, 50] }, "it tells of 6 shares of the limit; a budget tells of 1 to 5.\n    → Give fewer shares, or another budget for the rest."],
    [{ limitUsd: 5, emails, period: "daily" as const, forecastPercents: [100] }, "forecastPercents is [100]; AWS foresees the end of a month, not of a day.\n    → Leave it out."],
    [{ limitUsd: 5, emails: Array.from({ length: 11 }, (_, index) => `${index}@example.com`) }, "emails has 11 addresses; a budget tells ten at most.\n    → Give a topic, or an address of a group."],
    [{ limitUsd: 5, emails, tag: { key: "Project", value: "${data.x}" } }, 'tag is {"key":"Project","value":"${data.x}"}; AWS has no such tag.\n    → Give a key and a value of letters, digits, spaces and _.:/=+-@.'],
  ])("throws when given %j", (props, message) => {
    expect(messageOf(() => new CostBudget(awsStack(), "budget", props))).toBe(`test/budget: ${message}`);
  });
});
