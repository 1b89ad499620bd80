import { capability, stated } from "./capability";
import { money, percentages } from "./quantities";

export interface BudgetParameters {
  readonly maxMonthlyUsd?: number;
  readonly maxDailyUsd?: number;
  /** A limit without a period. */
  readonly maxUsd?: number;
  readonly alertPercent?: number | readonly number[];
}

/** What it may cost, and who hears when it costs more. */
export const budget = capability<BudgetParameters>()({
  id: "budget",
  title: "Budget",
  names: [
    /\baws budgets?\b/, /\b(?:cost|monthly|billing|cloud|infrastructure|infra|aws) budgets?(?: alerts?| alarms?)?\b/, /\bbilling al(?:arm|ert)s?\b/, /\bbudget (?:al(?:arm|ert)s?|thresholds?|limits?|notifications?|actions?)\b/, /\bcost (?:al(?:arm|ert)s?|anomal\w+|explorer|thresholds?|limits?)\b/,
    /\b(?:infrastructure|infra|cloud|aws|hosting|monthly|operating|operational|total|running) (?:\w+ )?(?:costs?|spend(?:ing)?|bill)\b.{0,50}(?:\$|\busd\b|dollars)/, /(?<=\bal(?:arm|ert)\w* (?:for|when|if|on) (?:\w+ ){0,2})(?:costs?|spend\w*|billing)\b/, /(?:\$ ?\d[\d,.]*k?|\busd ?\d[\d,.]*) ?(?:\/|per|a) ?mo(?:nth)?\b/,
    /\bcredit usage\b/, /\bkosten(?:budget|grenze|limit|alarm\w*)\b/, /\bpresupuesto\b.{0,30}(?:aws|nube|mensual)/, /预算/,
    /\b(?:spend(?:ing)?|cost|budget|billing) al(?:erts?|arms?)\b/,
  ],
  hints: [/\bbudgets?\b/, /\b(?:monthly|daily) costs?\b/, /\b(?:costs?|spend(?:ing)?) (?:exceed\w*|reach\w*|stay\w*|under|below|less than|limit)/],
  otherSenses: [/\b(?:error|token|performance|time|marketing|latency|byte|bundle|size|trip|travel|campaign|household|project|user'?s?|event|party|family|ad|context|thinking) budgets?\b/, /\bbudget (?:category|categories|tracker|planner|page|screen|item|approved)\b/],
  read: (text) => {
    const amounts = money(text);
    const amount = amounts.find(({ value }) => value.period === "month") ?? amounts[0];
    const share = percentages(text).map(({ value }) => value).filter((value) => value <= 200);
    const monthly = amount && (amount.value.period === "month" || (amount.value.period === undefined && !/\balarm\b|\bdaily\b/.test(text)));
    return stated<BudgetParameters>({
      maxMonthlyUsd: monthly ? amount.value.usd : undefined,
      maxDailyUsd: amount?.value.period === "day" ? amount.value.usd : undefined,
      maxUsd: amount && !monthly && amount.value.period === undefined ? amount.value.usd : undefined,
      alertPercent: share.length > 1 ? share : share[0],
    });
  },
  keys: { maxMonthlyUsd: "number", maxDailyUsd: "number", maxUsd: "number", alertPercent: "number" },
  examples: [
    { text: "AWS Budget of USD 200 per month that alerts at 80% of the limit", parameters: { maxMonthlyUsd: 200, alertPercent: 80 } },
    { text: "Monthly infrastructure cost stays under $150", parameters: { maxMonthlyUsd: 150 } },
  ],
});
