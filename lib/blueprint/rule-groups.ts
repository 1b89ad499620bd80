/**
 * Groups of WAF's rules that AWS writes and keeps up, in the order in which they look: addresses of known attackers, what every application should refuse (the OWASP
 * Top 10), requests made for known holes (Log4j), and SQL in what should be data. Together 1,125 of the 1,500 units that a web ACL may cost.
 *
 * Source: https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
export const MANAGED_RULE_GROUPS = ["AWSManagedRulesAmazonIpReputationList", "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet"] as const;
export type ManagedRuleGroup = (typeof MANAGED_RULE_GROUPS)[number];
