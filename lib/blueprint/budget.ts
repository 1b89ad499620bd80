import type { Demand } from "../demand/demand";
import { greatest } from "../demand/quantities";
import type { OneOrMany } from "../demand/vocabulary";
import { choice, present, unique, type Asked } from "./asked";
import type { BudgetChoice, Chosen } from "./blueprint";

/** Nearly all of it is spent; more than all of it will be. */
const SHARES = { actual: 80, forecast: 100 } as const;

/** A budget tells of five shares at most. */
const MOST_SHARES = 5;

/**
 * What it may cost. There is no budget without an amount, which criteria or settings state, nor without somebody who is told: the proof says what is
 * missing then.
 */
export function chooseBudget(asked: Asked): Chosen<BudgetChoice> | undefined {
  const budgeted = asked.because("budget");
  // An alert beside a budget, in one criterion, is that budget's.
  const alone = (demand: Demand) => ofCost(demand) && asked.all.some((each) => each.demand === demand && !budgeted.includes(each.origin));
  const demands = asked.all.filter(({ demand }) => demand.kind === "budget" || alone(demand));
  const because = unique(demands.map(({ origin }) => origin));
  const { budget, alarmEmails } = asked.settings;
  const topic = because.some(({ text }) => /\bsns\b|\btopic\b/i.test(text)) || asked.all.some(({ demand, origin }) => demand.kind === "alerts" && !toldByMail(demand) && because.includes(origin));
  const dailyUsd = asked.stated<number>("budget", "maxDailyUsd") ?? budget.dailyUsd;
  // A limit that names no period is a month's, as bills are.
  const monthlyUsd = asked.stated<number>("budget", "maxMonthlyUsd") ?? greatest(asked.stated<OneOrMany<number>>("budget", "maxUsd")) ?? asked.stated<number>("alerts", "maxUsd", alone) ?? budget.monthlyUsd;
  const daily = because.find(({ text }) => /\bdaily\b/i.test(text));
  if (daily && dailyUsd === undefined) {
    asked.fault(daily, {
      message: `${daily.criterion} asks for a daily limit of cost, and nothing says how much that is.`,
      remedy: 'Write it, as in "AWS Budget of USD 10 per day", or context.phaseline.budget.dailyUsd.',
    });
  }
  const shares = demands.flatMap(({ demand, origin }) =>
    percentsOf(demand).map((percent) => ({ percent, foreseen: /\bforecast|\bprojected\b|\bpredicted\b/i.test(origin.text) })),
  );
  const of = (foreseen: boolean, otherwise: number): readonly number[] => {
    const stated = [...new Set(shares.filter((share) => share.foreseen === foreseen).map(({ percent }) => percent))].sort((a, b) => a - b);
    return stated.length > 0 ? stated : [otherwise];
  };
  const actualPercents = of(false, SHARES.actual);
  const forecastPercents = of(true, SHARES.forecast);
  if (actualPercents.length + forecastPercents.length > MOST_SHARES) {
    asked.fault(because.at(-1), {
      message: `a budget is to tell of ${[...actualPercents, ...forecastPercents].join(", ")} % of its limit; AWS tells of ${MOST_SHARES} shares at most.`,
      remedy: "Leave out some of them.",
    });
  }
  const possible = (monthlyUsd !== undefined || dailyUsd !== undefined) && (topic || alarmEmails.length > 0);
  return choice(because.length > 0 && possible, because, () => ({ ...present({ monthlyUsd, dailyUsd }), actualPercents, forecastPercents, topic }));
}

/** An alert on what is spent. */
function ofCost({ kind, parameters }: Demand): boolean {
  return kind === "alerts" && ("cost" in parameters || "maxUsd" in parameters);
}

/** Budgets write e-mails themselves. */
function toldByMail({ parameters }: Demand): boolean {
  return !("channel" in parameters) || parameters.channel === "email";
}

function percentsOf({ parameters }: Demand): readonly number[] {
  const { alertPercent, thresholdPercent, maxUsd } = parameters as Readonly<Record<string, OneOrMany<number> | undefined>>;
  const amounts = [maxUsd ?? []].flat();
  const shares = amounts.length > 1 ? amounts.map((amount) => (amount / Math.max(...amounts)) * 100) : [];
  return [alertPercent ?? thresholdPercent ?? shares].flat();
}
