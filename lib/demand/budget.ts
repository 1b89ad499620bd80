import { agrees, capability, stated } from "./capability";
import { money, oneOrMany, percentages } from "./quantities";
import type { OneOrMany } from "./vocabulary";

export interface BudgetParameters {
  readonly maxMonthlyUsd?: number;
  readonly maxDailyUsd?: number;
  /** A limit without a period; of several amounts the greatest is the limit, at the others somebody is told. */
  readonly maxUsd?: OneOrMany<number>;
  readonly alertPercent?: OneOrMany<number>;
}

/** What it may cost, and who hears when it costs more. */
export const budget = capability<BudgetParameters>()({
  id: "budget",
  title: "Budget",
  names: [
    /\b(?:cloud|aws|infrastructure) spend\b/,
    /\baws budgets?\b/, /\b(?:cost|monthly|billing|cloud|infrastructure|infra|aws) budgets?(?: alerts?| alarms?)?\b/, /\bbilling al(?:arm|ert)s?\b/, /\bbudget (?:al(?:arm|ert)s?|thresholds?|limits?|notifications?|actions?)\b/, /\bcost (?:al(?:arm|ert)s?|anomal\w+|explorer|thresholds?|limits?)\b/,
    /\b(?:infrastructure|infra|cloud|aws|hosting|monthly|operating|operational|total|running) (?:\w+ )?(?:costs?|spend(?:ing)?|bill)\b.{0,50}(?:\$|\busd\b|dollars)/, /(?<=\bal(?:arm|ert)\w* (?:for|when|if|on) (?:\w+ ){0,2})(?:costs?|spend\w*|billing)\b/, /(?:\$ ?\d[\d,.]*k?|\busd ?\d[\d,.]*) ?(?:\/|per|a) ?mo(?:nth)?\b/,
    /\d(?:[.,]\d+)? ?(?:\$|usd|dollars?|us-dollar|€|eur|euros?|£) ?(?:\/|per|pro|par|por|al|im|a|ao|each) ?(?:mo\b|month|monat|mois|mes\b)/, /(?:€|£) ?\d[\d,.]* ?(?:\/|per|a|pro) ?(?:mo(?:nth)?|monat)\b/, /\bkosten(?:budget|grenze|limit|alarm\w*)\b/, /\bpresupuesto\b.{0,30}(?:aws|nube|mensual)/, /\b(?:orcamento|presupuesto|budget)s? (?:mensal|mensual|mensuel|mensile)\b/, /\b(?:cust|cost|cout)[oe]?s? (?:mensa(?:l|is)|mensual(?:es)?|mensuels?)\b/, /(?:云|雲|成本|费用|費用|月度) ?[预預]算/, /[预預]算(?:告警|警报|警報|报警|アラ|通知|上限|限额)/, /予算(?:アラ|通知|上限)/, /コスト(?:アラ|予算|上限)/, /예산 ?(?:알림|경보)/,
    /\b(?:warning|alert|alarm|notification|notified|warned)s?\b[^.;]{0,20}(?:\bus ?)?\$ ?\d/,
    /\b(?:costs?|bill|spend(?:ing)?) (?:per|a|each) month\b[^.;]{0,30}(?:\$|\busd\b|€|\beur\b|\bdollars)/,
    /\b(?:spend(?:ing)?|cost|budget|billing) al(?:erts?|arms?)\b/, /\b(?:monitor|track|control|watch)(?:s|ed|ing|led|ling)? (?:aws |cloud |infrastructure |infra |hosting )?(?:costs|spend(?:ing)?)\b/,
  ],
  hints: [/\bcost (?:tracking|visibility)\b/, /\bbudgets?\b/, /\bcredit usage\b/, /[预預予]算/, /\b(?:monthly|daily) costs?\b/, /\b(?:costs?|spend(?:ing)?) (?:exceed\w*|reach\w*|stay\w*|under|below|less than|limit)/],
  otherSenses: [
    /\b(?:error|token|performance|time|marketing|latency|byte|bundle|size|trip|travel|campaign|household|project|user'?s?|event|party|family|ad|context|thinking|disruption|retry|retries|complexity|memory|cpu|connection|frame|render\w*|power|energy|query|request|iteration|tool|test|carbon|crawl|learning|class|department|wedding|rpo|rto) budgets?\b/, /\b(?:subscriptions?|memberships?|(?:the|each|every|pro|basic|premium|paid|starter|annual|monthly) plans?|salary|rent|allowance|income|pricing|rental)\b[^.;]{0,30}(?:\$|€|£|\busd\b|\d)[^.;]{0,20}/, /\b(?:blow|break) (?:our|the|their|its) budget\b/, /\bbudget (?:category|categories|tracker|planner|page|screen|item|approved)\b/,
    /\b(?:their|your|my|user'?s|customer'?s|client'?s) (?:\w+ )?(?:spending|budgets?|expenses?)\b.*/,
  ],
  read: (text) => {
    const amounts = money(text);
    const amount = amounts.find(({ value }) => value.period === "month") ?? amounts[0];
    const share = [...new Set(percentages(text).map(({ value }) => value).filter((value) => value <= 200))];
    const monthly = amount && (amount.value.period === "month" || (amount.value.period === undefined && !/\balarm\b|\bdaily\b|\banomal\w+/.test(text) && (amounts.length === 1 || /\bmonth|\bbudgets?\b/.test(text))));
    return stated<BudgetParameters>({
      maxMonthlyUsd: monthly ? amount.value.usd : undefined,
      maxDailyUsd: amount?.value.period === "day" ? amount.value.usd : undefined,
      maxUsd: amount && !monthly && amount.value.period === undefined ? oneOrMany(amounts.filter(({ value }) => value.period === undefined).map(({ value }) => value.usd)) : undefined,
      alertPercent: share.length > 1 ? share : share[0],
    });
  },
  keys: { maxMonthlyUsd: "number", maxDailyUsd: "number", maxUsd: "number", alertPercent: "number" },
  prove: ({ maxMonthlyUsd, maxDailyUsd, maxUsd, alertPercent }, evidence) => {
    const amounts = [maxUsd ?? []].flat();
    const limit = maxDailyUsd ?? maxMonthlyUsd ?? (amounts.length > 0 ? Math.max(...amounts) : undefined);
    const period = maxDailyUsd !== undefined ? "DAILY" : limit !== undefined ? "MONTHLY" : undefined;
    const budgets = evidence.resources("aws_budgets_budget").filter((each) => each.get("budget_type") === "COST" && agrees(period, each.get("time_unit")));
    const notifications = budgets.flatMap((each) => each.list("notification"));
    const at = (type: string) => notifications.filter(({ notification_type }) => notification_type === type).map(({ threshold }) => Number(threshold));
    const untold = amounts.filter((amount) => amount !== limit && limit !== undefined && !at("ACTUAL").concat(at("FORECASTED")).includes((amount / limit) * 100));
    const topics = evidence.resources("aws_sns_topic").filter((topic) => budgets.some((each) => each.refersTo(topic, "notification")));
    const policies = evidence.data("aws_iam_policy_document").filter((policy) => policy.list("statement").some(({ principals }) => JSON.stringify(principals ?? "").includes("budgets.amazonaws.com")));
    const unsaid = [alertPercent ?? []].flat().filter((percent) => !notifications.some(({ threshold, threshold_type }) => threshold === percent && threshold_type === "PERCENTAGE"));
    const missing = limit === undefined
      ? 'no budget: it needs an amount ("AWS Budget of USD 200 per month", or context.phaseline.budget.monthlyUsd) and somebody who is told (context.phaseline.alarmEmails)'
      : "no budget: nobody would be told of it; context.phaseline.alarmEmails names nobody";
    const [first] = budgets;
    return {
      wanted: `a budget${limit === undefined ? "" : ` of ${limit} USD a ${period === "DAILY" ? "day" : "month"}`} that tells somebody${alertPercent === undefined ? "" : ` at ${[alertPercent].flat().join(" and ")} %`}`,
      found: `${budgets.map((each) => `${String(each.get("limit_amount"))} USD a ${each.get("time_unit") === "DAILY" ? "day" : "month"}`).join(" and ")}, told when ${at("ACTUAL").join(" and ")} % are spent${at("FORECASTED").length > 0 ? ` or ${at("FORECASTED").join(" and ")} % foreseen` : ""}${first?.list("cost_filter").length ? ", of what has its tag" : ""}`,
      resources: [...budgets, ...topics],
      unless: {
        [missing]: budgets.length > 0,
        [`a limit of ${String(first?.get("limit_amount"))} ${String(first?.get("limit_unit"))}`]: budgets.length === 0 || limit === undefined || budgets.some((each) => Number(each.get("limit_amount")) === limit && each.get("limit_unit") === "USD"),
        [`nothing at ${unsaid.join(" and ")} %`]: budgets.length === 0 || unsaid.length === 0,
        [`nothing at ${untold.join(" and ")} USD`]: budgets.length === 0 || untold.length === 0,
        "nothing is told": budgets.every((each) => each.list("notification").length > 0),
        "nobody is told": notifications.every(({ subscriber_email_addresses: mails, subscriber_sns_topic_arns: arns }) => [mails ?? [], arns ?? []].flat().length > 0),
        "a topic that budgets may not publish to": topics.every((topic) => policies.some((policy) => policy.refersTo(topic))),
        "a topic whose key budgets may not use": topics.every((topic) => policies.some((policy) => evidence.resources("aws_kms_key").some((key) => key.refersTo(policy, "policy") && topic.refersTo(key, "kms_master_key_id")))),
        "what credits pay for does not count": budgets.every((each) => each.get("cost_types.include_credit") === false),
      },
    };
  },
  examples: [
    { text: "AWS Budget of USD 200 per month that alerts at 80% of the limit", parameters: { maxMonthlyUsd: 200, alertPercent: 80 } },
    { text: "Monthly infrastructure cost stays under $150", parameters: { maxMonthlyUsd: 150 } },
  ],
});
