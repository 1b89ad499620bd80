import { add, mutated, set, without } from "../support/mutate";
import { proves, refutes } from "../support/proofs";
import { synthesize } from "../support/synthesize";

const MAIL = { alarmEmails: ["ops@example.com"] };

describe("a proof of a budget", () => {
  const monthly = "aws_budgets_budget.monthly-budget_budget";
  const budget = synthesize([["budget", { maxMonthlyUsd: 200, alertPercent: 90 }]], MAIL);
  const found = "200 USD a month, told when 90 % are spent or 100 % foreseen";
  const nobody = "no budget: nobody would be told of it; context.phaseline.alarmEmails names nobody";
  const nothing = 'no budget: it needs an amount ("AWS Budget of USD 200 per month", or context.phaseline.budget.monthlyUsd) and somebody who is told (context.phaseline.alarmEmails)';
  proves("budget", { maxMonthlyUsd: 200, alertPercent: 90 }, budget, found, [monthly], [
    [nobody, without(monthly)],
    [nobody, set(monthly, "time_unit", "ANNUALLY")],
    [nobody, set(monthly, "budget_type", "USAGE")],
    ["a limit of 250 USD", set(monthly, "limit_amount", "250")],
    ["a limit of 200 EUR", set(monthly, "limit_unit", "EUR")],
    ["nothing at 90 %", set(monthly, "notification.0.threshold", 80)],
    ["nothing at 90 %", set(monthly, "notification.0.threshold_type", "ABSOLUTE_VALUE")],
    ["nothing at 90 %, nothing is told", set(monthly, "notification", [])],
    ["nobody is told", set(monthly, "notification.1.subscriber_email_addresses", [])],
    ["what credits pay for does not count", set(monthly, "cost_types.include_credit", true)],
    ["what credits pay for does not count", set(monthly, "cost_types", undefined)],
  ]);
  proves("budget", {}, budget, found, [monthly], [[nothing, without(monthly)]]);
  refutes("budget", { maxMonthlyUsd: 300 }, budget, "a limit of 200 USD");
  refutes("budget", { maxDailyUsd: 10 }, budget, nobody);
  refutes("budget", {}, synthesize([["budget", {}]], MAIL), nothing);
  refutes("budget", { maxUsd: 15 }, synthesize([["budget", { maxUsd: 15 }]]), nobody);

  const told = synthesize([["budget", { maxDailyUsd: 10 }], ["alerts", { cost: true, channel: "sns", thresholdPercent: 80 }]]);
  const daily = "aws_budgets_budget.daily-budget_budget";
  const topic = "aws_sns_topic.alarms_topic";
  const publishing = "data.aws_iam_policy_document.alarms_policy";
  proves("budget", { maxDailyUsd: 10 }, told, "10 USD a day, told when 80 % are spent", [daily, topic], [
    ["nobody is told", set(daily, "notification.0.subscriber_sns_topic_arns", [])],
    ["a topic that budgets may not publish to", set(publishing, "statement.0.principals.0.identifiers", ["cloudwatch.amazonaws.com"])],
    ["a topic whose key budgets may not use", set("data.aws_iam_policy_document.key_policy", "statement.2.principals.0.identifiers", ["cloudwatch.amazonaws.com"])],
  ]);
  proves("alerts", { cost: true, channel: "sns", maxUsd: 10, thresholdPercent: 80 }, told, "a budget of 10 USD", [daily], [
    ["no budget that tells sns, no budget of 10 USD, nothing at 80 %", set(daily, "notification.0.subscriber_sns_topic_arns", ["arn:aws:sns:us-east-1:123456789012:other"])],
    ["no budget of 10 USD", set(daily, "limit_amount", "12")],
    ["nothing at 80 %", set(daily, "notification.0.threshold", 90)],
  ]);
  // Alarms on a server's CPU say nothing of what it costs.
  refutes("alerts", { maxUsd: 15 }, synthesize([["compute", { instances: 1 }], ["alerts", {}]], {}, {}), "no budget that tells anybody, no budget of 15 USD");
  refutes("alerts", { channel: "email" }, mutated(budget, add("aws_sns_topic_subscription.ops", { protocol: "email" })), "no alarm, no topic");
});
