import { BudgetsBudget } from "@cdktf/provider-aws/lib/budgets-budget";
import { Construct } from "constructs";
import type { IAlarmTopic } from "./alarm-topic";
import { ConstructError } from "./construct-error";
import { nameOf } from "./names";
import { isTagText } from "./tags";

/** The service that tells a topic of a budget: the topic's policy and the key that encrypts it must let it. */
export const BUDGET_PUBLISHERS = ["budgets.amazonaws.com"] as const;

export interface CostBudgetProps {
  /** US dollars that may be spent in a period. */
  readonly limitUsd: number;
  /** @default "monthly" */
  readonly period?: "monthly" | "daily";
  /**
   * The budget's name; another one makes another budget.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Shares of the limit, in percent, at which spent money is told.
   * @default [80]
   */
  readonly actualPercents?: readonly number[];
  /**
   * Shares of the limit, in percent, at which it is told that a month will end above them. AWS foresees no days.
   * @default - 100 for a month, none for a day
   */
  readonly forecastPercents?: readonly number[];
  /**
   * Addresses that are told, ten at most; AWS asks them for no confirmation.
   * @default []
   */
  readonly emails?: readonly string[];
  /**
   * The topic that is told. It and its key must let {@link BUDGET_PUBLISHERS} publish.
   * @default - none
   */
  readonly topic?: IAlarmTopic;
  /**
   * Counts only what has this tag. The tag must be an active cost allocation tag of the payer's account ("Cost allocation tags" in the billing
   * console): until then the budget counts nothing and tells nothing.
   * @default - all that the account spends
   */
  readonly tag?: { readonly key: string; readonly value: string };
}

export const DEFAULTS = { period: "monthly", actualPercents: [80], forecastPercents: [100], emails: [] } as const;

const UNIT = { monthly: "MONTHLY", daily: "DAILY" } as const;

/**
 * What may be spent, and who hears of it before it is: an AWS Budget, at most a day behind. Credits and refunds are left out of account, so that what
 * credits pay for counts as spent: who lives on them would else hear nothing before they are used up. An account's budgets that only tell are free.
 *
 * @example
 * new CostBudget(stack, "budget", { limitUsd: 200, emails: ["ops@example.com"] });
 *
 * @throws ConstructError when the limit or a share is no positive number, or nobody would be told, or more than AWS can tell.
 */
export class CostBudget extends Construct {
  readonly budgetName: string;

  constructor(scope: Construct, id: string, props: CostBudgetProps) {
    super(scope, id);
    const period = props.period ?? DEFAULTS.period;
    const actual = props.actualPercents ?? DEFAULTS.actualPercents;
    const forecast = props.forecastPercents ?? (period === "daily" ? [] : DEFAULTS.forecastPercents);
    const emails = props.emails ?? DEFAULTS.emails;
    this.check(props, actual, forecast, emails);
    const notification = (type: "ACTUAL" | "FORECASTED") => (threshold: number) => ({
      comparisonOperator: "GREATER_THAN",
      threshold,
      thresholdType: "PERCENTAGE",
      notificationType: type,
      ...(emails.length > 0 ? { subscriberEmailAddresses: [...emails] } : {}),
      ...(props.topic ? { subscriberSnsTopicArns: [props.topic.topicArn] } : {}),
    });
    const { name } = new BudgetsBudget(this, "budget", {
      name: nameOf(this, props.name),
      budgetType: "COST",
      limitAmount: String(props.limitUsd),
      limitUnit: "USD",
      timeUnit: UNIT[period],
      costTypes: { includeCredit: false, includeRefund: false },
      ...(props.tag ? { costFilter: [{ name: "TagKeyValue", values: [`user:${props.tag.key}$${props.tag.value}`] }] } : {}),
      notification: [...actual.map(notification("ACTUAL")), ...forecast.map(notification("FORECASTED"))],
    });
    this.budgetName = name;
  }

  private check({ limitUsd, period, topic, tag }: CostBudgetProps, actual: readonly number[], forecast: readonly number[], emails: readonly string[]): void {
    const fail = (problem: string, remedy: string): never => {
      throw new ConstructError(this, problem, remedy);
    };
    if (!(Number.isFinite(limitUsd) && limitUsd > 0)) fail(`limitUsd is ${limitUsd}; a limit is more than nothing.`, "Give the dollars that may be spent.");
    for (const [prop, shares] of Object.entries({ actualPercents: actual, forecastPercents: forecast })) {
      if (shares.some((share) => !(share > 0 && share <= 1000)) || new Set(shares).size !== shares.length) {
        fail(`${prop} is ${JSON.stringify(shares)}; shares of the limit are more than 0 and at most 1000 percent, each once.`, "Give shares such as 50, 80 and 100.");
      }
    }
    if (period === "daily" && forecast.length > 0) fail(`forecastPercents is ${JSON.stringify(forecast)}; AWS foresees the end of a month, not of a day.`, "Leave it out.");
    const count = actual.length + forecast.length;
    if (count < 1 || count > 5) fail(`it tells of ${count} shares of the limit; a budget tells of 1 to 5.`, "Give fewer shares, or another budget for the rest.");
    if (emails.length === 0 && !topic) fail("nobody would be told of it.", "Give emails or a topic.");
    if (emails.length > 10) fail(`emails has ${emails.length} addresses; a budget tells ten at most.`, "Give a topic, or an address of a group.");
    if (tag && !(isTagText(tag.key) && isTagText(tag.value) && tag.key !== "" && tag.value !== "")) fail(`tag is ${JSON.stringify(tag)}; AWS has no such tag.`, "Give a key and a value of letters, digits, spaces and _.:/=+-@.");
  }
}
