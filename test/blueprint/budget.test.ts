import { fold } from "../../lib/blueprint/fold";
import { readSettings } from "../../lib/blueprint/settings";
import { understand } from "../../lib/demand/understand";
import { layerOf } from "../support/synthesize";

/** The budget that lines of a spec lead to. */
function budgetOf(lines: readonly string[], settings: object = {}) {
  const layers = lines.map((text, index) => {
    const { demands, ...rest } = layerOf(`000${index + 1}`, understand(text).demands.map(({ kind, parameters }) => [kind, parameters] as const));
    return { ...rest, demands: demands.map((each) => ({ ...each, origin: { ...each.origin, text } })) };
  });
  return fold(layers, readSettings({ project: "shop", repository: "acme/shop", alarmEmails: ["ops@example.com"], ...settings }, "cdktf.json")).budget?.value;
}

describe("a budget", () => {
  test.each([
    ["AWS Budget of USD 200 per month that alerts at 90% of the limit", { monthlyUsd: 200, actualPercents: [90], forecastPercents: [100], topic: false }],
    // A bill's period, where none is named.
    ["Create alarm for cost > $15", { monthlyUsd: 15, actualPercents: [80], forecastPercents: [100], topic: false }],
    ["THE CDK stack SHALL create an AWS Budget with a $1/month threshold that sends an alert to the SNS alert topic when 80% of the budget is forecasted to be exceeded.", { monthlyUsd: 1, actualPercents: [80], forecastPercents: [80], topic: true }],
  ])("%s", (line, budget) => {
    expect(budgetOf([line])).toEqual(budget);
  });

  test("tells of every share that a criterion names, in order", () => {
    expect(budgetOf(["AWS Budget of USD 200 per month that alerts at 90% of the limit", "WHEN actual spending reaches 50% of any budget threshold THEN the system SHALL send budget alerts via email"])).toMatchObject({ monthlyUsd: 200, actualPercents: [50, 90] });
  });

  test("has the greatest of several amounts as its limit, and tells of each", () => {
    expect(budgetOf(["A warning at $10, a second warning at $20 and a critical alert at $40"])).toMatchObject({ monthlyUsd: 40, actualPercents: [25, 50, 100] });
  });

  test("takes its amount from the settings where no criterion states one, and otherwise from the criterion", () => {
    const settings = { budget: { monthlyUsd: 500 } };
    expect(budgetOf(["The system SHALL provide CloudWatch billing alerts"], settings)).toMatchObject({ monthlyUsd: 500 });
    expect(budgetOf(["Monthly infrastructure cost stays under $150"], settings)).toMatchObject({ monthlyUsd: 150 });
  });

  test("is not made without an amount, nor where nobody would be told", () => {
    expect(budgetOf(["The system SHALL provide CloudWatch billing alerts"])).toBeUndefined();
    expect(budgetOf(["Monthly infrastructure cost stays under $150"], { alarmEmails: [] })).toBeUndefined();
    expect(budgetOf([], { budget: { monthlyUsd: 500 } })).toBeUndefined();
  });

  test("is a fault where a daily limit has no amount", () => {
    expect(() => budgetOf(["WHEN cost thresholds are defined THEN the System SHALL create alarms for daily cost limits"], { budget: { monthlyUsd: 500 } })).toThrow(
      /AC-01 asks for a daily limit of cost, and nothing says how much that is\.\n.*Write it, as in "AWS Budget of USD 10 per day", or context\.phaseline\.budget\.dailyUsd\./,
    );
  });

  test("is a fault with more shares than AWS tells of", () => {
    expect(() => budgetOf(["AWS Budget of USD 200 per month with alerts at 50%, 60%, 70%, 80% and 90% of the limit"])).toThrow(
      /a budget is to tell of 50, 60, 70, 80, 90, 100 % of its limit; AWS tells of 5 shares at most\./,
    );
  });
});
