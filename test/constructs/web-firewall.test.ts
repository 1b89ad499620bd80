import { DEFAULTS, WebFirewall } from "../../lib/constructs/web-firewall";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf } from "../support/synth";

const encryptionKey = { keyArn: "arn:aws:kms:us-east-1:123456789012:key/1" };
const group = (name: string) => ({ name, override_action: { none: {} }, statement: { managed_rule_group_statement: { vendor_name: "AWS", name } } });

describe("WebFirewall", () => {
  test("lets through what no rule refuses: an address that asks too often, and the attacks that AWS' rules know", () => {
    const stack = awsStack();
    new WebFirewall(stack, "firewall", { encryptionKey });
    expect(resourceOf(stack, "aws_wafv2_web_acl")).toMatchObject({
      name: "test-firewall",
      scope: "REGIONAL",
      default_action: { allow: {} },
      rule: [
        { name: "rate-limit", priority: 0, action: { block: {} }, statement: { rate_based_statement: { limit: 2000, aggregate_key_type: "IP", evaluation_window_sec: 300 } } },
        group("AWSManagedRulesAmazonIpReputationList"),
        group("AWSManagedRulesCommonRuleSet"),
        group("AWSManagedRulesKnownBadInputsRuleSet"),
        group("AWSManagedRulesSQLiRuleSet"),
      ],
    });
  });

  test("notes what it refuses, encrypted and without credentials", () => {
    const stack = awsStack();
    new WebFirewall(stack, "firewall", { encryptionKey });
    expect(resourceOf(stack, "aws_cloudwatch_log_group")).toMatchObject({ name: "aws-waf-logs-test-firewall", kms_key_id: encryptionKey.keyArn, retention_in_days: 365 });
    expect(resourceOf(stack, "aws_wafv2_web_acl_logging_configuration")).toMatchObject({
      redacted_fields: [{ single_header: { name: "authorization" } }, { single_header: { name: "cookie" } }],
      logging_filter: { default_behavior: "DROP", filter: [{ behavior: "KEEP", condition: [{ action_condition: { action: "BLOCK" } }, { action_condition: { action: "COUNT" } }] }] },
      depends_on: [expect.stringMatching(/^aws_cloudwatch_log_resource_policy\./)],
    });
  });

  test("refuses nothing while it only counts", () => {
    const stack = awsStack();
    new WebFirewall(stack, "firewall", { encryptionKey, mode: "count" });
    const text = JSON.stringify(resourceOf(stack, "aws_wafv2_web_acl")["rule"]);
    expect(text).not.toMatch(/"block"|"none"/);
    expect(text.match(/"count":\{\}/g)).toHaveLength(5);
  });

  test("lets single rules only note", () => {
    const stack = awsStack();
    new WebFirewall(stack, "firewall", { encryptionKey, countedRules: { AWSManagedRulesCommonRuleSet: ["SizeRestrictions_BODY"] } });
    expect(resourceOf(stack, "aws_wafv2_web_acl")["rule"][2].statement.managed_rule_group_statement).toEqual({
      vendor_name: "AWS",
      name: "AWSManagedRulesCommonRuleSet",
      rule_action_override: [{ name: "SizeRestrictions_BODY", action_to_use: { count: {} } }],
    });
  });

  test("has the defaults that its documentation names", () => {
    const { countedRules, ...rest } = DEFAULTS;
    expect({ ...documentedDefaults("lib/constructs/web-firewall.ts", "WebFirewallProps"), countedRules }).toEqual({ ...rest, countedRules });
  });

  test.each([
    [{ rateLimit: { requests: 5, windowMinutes: 5 as const } }, "rateLimit.requests is 5; WAF limits to whole numbers from 10 to 2,000,000,000.\n    → Give a number in that range."],
    [{ rateLimit: { requests: 50, windowMinutes: 15 as never } }, "rateLimit.windowMinutes is 15; WAF counts over 1, 2, 5 or 10 minutes.\n    → Give one of these, with as many requests as it allows."],
    [{ countedRules: { Other: [] } as never }, "countedRules has Other; the groups are AWSManagedRulesAmazonIpReputationList, AWSManagedRulesCommonRuleSet, AWSManagedRulesKnownBadInputsRuleSet, AWSManagedRulesSQLiRuleSet.\n    → Name one of these."],
    [{ countedRules: { AWSManagedRulesSQLiRuleSet: ["a b"] } }, 'countedRules.AWSManagedRulesSQLiRuleSet has "a b", which is no name of a rule.\n    → Write, for example, "SizeRestrictions_BODY".'],
  ])("throws when given %j", (props, message) => {
    expect(messageOf(() => new WebFirewall(awsStack(), "firewall", { encryptionKey, ...props }))).toBe(`test/firewall: ${message}`);
  });
});
