import type { Blueprint } from "../lib/blueprint/blueprint";
import { CostBudget } from "../lib/constructs/cost-budget";
import { tagIncrements } from "./increments";
import type { Shared } from "./shared";
import { topicOf } from "./topic";

/** The budgets of the account. */
export function addBudgets(stack: Shared, blueprint: Blueprint): void {
  const { settings, budget } = blueprint;
  const { monthlyUsd, dailyUsd, topic, actualPercents, forecastPercents } = budget!.value;
  const common = {
    actualPercents,
    // Who is told by the topic is not told twice.
    ...(topic ? { topic: topicOf(stack, blueprint) } : { emails: settings.alarmEmails }),
    ...(settings.budget.scope === "project" ? { tag: { key: "Project", value: settings.project } } : {}),
  };
  const budgets = [
    ...(monthlyUsd === undefined ? [] : [new CostBudget(stack, "monthly-budget", { ...common, name: `${stack.resourceName}-monthly`, limitUsd: monthlyUsd, forecastPercents })]),
    ...(dailyUsd === undefined ? [] : [new CostBudget(stack, "daily-budget", { ...common, name: `${stack.resourceName}-daily`, limitUsd: dailyUsd, period: "daily" })]),
  ];
  for (const each of budgets) tagIncrements(each, blueprint, budget);
}
