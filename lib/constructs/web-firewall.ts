import { CloudwatchLogResourcePolicy } from "@cdktf/provider-aws/lib/cloudwatch-log-resource-policy";
import { DataAwsIamPolicyDocument } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { Wafv2WebAcl, type Wafv2WebAclRule } from "@cdktf/provider-aws/lib/wafv2-web-acl";
import { Wafv2WebAclLoggingConfiguration } from "@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration";
import { numberToHclTerraform, stringToHclTerraform, Token } from "cdktf";
import { Construct } from "constructs";
import { MANAGED_RULE_GROUPS, type ManagedRuleGroup } from "../blueprint/rule-groups";
import { AwsAccount } from "./aws-account";
import { ConstructError } from "./construct-error";
import type { IEncryptionKey } from "./encryption-key";
import { LogGroup, type RetentionDays } from "./log-group";
import { nameOf } from "./names";

/** What load balancers need to be guarded. Pass an object with the ARN to use a web ACL that you already have. */
export interface IWebFirewall {
  readonly webAclArn: string;
}

/** Over how many minutes WAF can count. */
export const RATE_WINDOWS = [1, 2, 5, 10] as const;

export interface WebFirewallProps {
  /** Encrypts the logs. */
  readonly encryptionKey: IEncryptionKey;
  /**
   * The web ACL's name; another one makes another web ACL.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * What it may stand before: load balancers of this region, or distributions of CloudFront, for which it lies in us-east-1.
   * @default "regional"
   */
  readonly scope?: "regional" | "cloudfront";
  /**
   * Requests that one address may make within so many minutes, before it is refused until it makes fewer.
   * @default {"requests":2000,"windowMinutes":5}
   */
  readonly rateLimit?: { readonly requests: number; readonly windowMinutes: (typeof RATE_WINDOWS)[number] };
  /**
   * `"count"` refuses nothing and only notes what it would refuse: for the days in which one learns what one's own clients send.
   * @default "block"
   */
  readonly mode?: "block" | "count";
  /**
   * Rules that only note, by their groups: `{AWSManagedRulesCommonRuleSet: ["SizeRestrictions_BODY"]}` lets bodies of more than 8 KB through, as uploads are.
   * @default {} - all refuse
   */
  readonly countedRules?: Partial<Readonly<Record<ManagedRuleGroup, readonly string[]>>>;
  /**
   * Days that the log of refused requests is kept for.
   * @default 365
   */
  readonly logRetentionDays?: RetentionDays;
}

export const DEFAULTS = { scope: "regional", rateLimit: { requests: 2000, windowMinutes: 5 }, mode: "block", countedRules: {}, logRetentionDays: 365 } as const;

/** Headers by which a client proves who it is: they stand in no log. */
const SECRET_HEADERS = ["authorization", "cookie"] as const;

/**
 * A web application firewall for load balancers of this region, or for CloudFront: rules that AWS keeps up, a limit for each address, and a log, without credentials, of what was
 * refused or noted. Associate it by `webAclArn` of a load balancer, or by the annotation of an Ingress.
 *
 * About 10 USD a month (5 for the web ACL, 1 for each of five rules), and 0.60 a million requests.
 *
 * @example
 * const firewall = new WebFirewall(stack, "firewall", { encryptionKey: key, rateLimit: { requests: 100, windowMinutes: 5 } });
 *
 * @throws ConstructError when WAF takes no such limit, or a rule's name is none.
 */
export class WebFirewall extends Construct implements IWebFirewall {
  readonly webAclArn: string;

  constructor(scope: Construct, id: string, given: WebFirewallProps) {
    super(scope, id);
    const props = { ...DEFAULTS, ...given };
    const { rateLimit, mode } = props;
    const countedRules: NonNullable<WebFirewallProps["countedRules"]> = props.countedRules;
    const name = nameOf(this, props.name);
    this.check(rateLimit, countedRules);
    const visible = (metricName: string) => ({ cloudwatchMetricsEnabled: true, metricName, sampledRequestsEnabled: true });
    const rules = MANAGED_RULE_GROUPS.map((group, index): Wafv2WebAclRule => {
      const counted = countedRules[group] ?? [];
      return {
        name: group,
        priority: index + 1,
        overrideAction: mode === "count" ? { count: {} } : { none: {} },
        statement: { managed_rule_group_statement: { vendor_name: "AWS", name: group, ...(counted.length > 0 ? { rule_action_override: counted.map((rule) => ({ name: rule, action_to_use: { count: {} } })) } : {}) } },
        visibilityConfig: visible(group),
      };
    });
    const acl = new WebAcl(this, "web-acl", {
      name,
      description: `Guards ${name}`,
      scope: props.scope === "cloudfront" ? "CLOUDFRONT" : "REGIONAL",
      defaultAction: { allow: {} },
      rule: [
        {
          name: "rate-limit",
          priority: 0,
          action: mode === "count" ? { count: {} } : { block: {} },
          statement: { rate_based_statement: { limit: rateLimit.requests, aggregate_key_type: "IP", evaluation_window_sec: rateLimit.windowMinutes * 60 } },
          visibilityConfig: visible("rate-limit"),
        },
        ...rules,
      ],
      visibilityConfig: visible(name),
      tags: { Name: name },
    });
    this.webAclArn = acl.arn;
    this.log(acl, name, props.encryptionKey, props.logRetentionDays);
  }

  private log(acl: Wafv2WebAcl, name: string, encryptionKey: IEncryptionKey, retentionDays: RetentionDays): void {
    const { accountId, partition, region } = AwsAccount.of(this);
    // WAF writes to groups of this beginning only.
    const group = new LogGroup(this, "logs", { name: `aws-waf-logs-${name}`, encryptionKey, retentionDays });
    const policy = new CloudwatchLogResourcePolicy(this, "delivery", {
      policyName: `aws-waf-logs-${name}`,
      policyDocument: new DataAwsIamPolicyDocument(this, "delivery-document", {
        statement: [
          {
            sid: "LogsOfThisAccount",
            principals: [{ type: "Service", identifiers: ["delivery.logs.amazonaws.com"] }],
            actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
            resources: [`${group.logGroupArn}:log-stream:*`],
            condition: [
              { test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] },
              { test: "ArnLike", variable: "aws:SourceArn", values: [`arn:${partition}:logs:${region}:${accountId}:*`] },
            ],
          },
        ],
      }).json,
    });
    new Wafv2WebAclLoggingConfiguration(this, "logging", {
      resourceArn: acl.arn,
      logDestinationConfigs: [group.logGroupArn],
      redactedFields: SECRET_HEADERS.map((header) => ({ singleHeader: { name: header } })),
      // What passes is in the access log of the load balancer; here it would cost much and say little.
      loggingFilter: {
        defaultBehavior: "DROP",
        filter: [{ behavior: "KEEP", requirement: "MEETS_ANY", condition: ["BLOCK", "COUNT"].map((action) => ({ actionCondition: { action } })) }],
      },
      dependsOn: [policy],
    });
  }

  private check(rateLimit: NonNullable<WebFirewallProps["rateLimit"]>, countedRules: NonNullable<WebFirewallProps["countedRules"]>): void {
    const { requests, windowMinutes } = rateLimit;
    if (!Number.isInteger(requests) || requests < 10 || requests > 2_000_000_000) {
      throw new ConstructError(this, `rateLimit.requests is ${requests}; WAF limits to whole numbers from 10 to 2,000,000,000.`, "Give a number in that range.");
    }
    if (!RATE_WINDOWS.includes(windowMinutes)) {
      throw new ConstructError(this, `rateLimit.windowMinutes is ${windowMinutes}; WAF counts over ${RATE_WINDOWS.slice(0, -1).join(", ")} or ${RATE_WINDOWS.at(-1)} minutes.`, "Give one of these, with as many requests as it allows.");
    }
    for (const [group, rules] of Object.entries(countedRules)) {
      if (!(MANAGED_RULE_GROUPS as readonly string[]).includes(group)) {
        throw new ConstructError(this, `countedRules has ${group}; the groups are ${MANAGED_RULE_GROUPS.join(", ")}.`, "Name one of these.");
      }
      const wrong = rules.find((rule) => !Token.isUnresolved(rule) && !/^[A-Za-z0-9_]{1,128}$/.test(rule));
      if (wrong !== undefined) throw new ConstructError(this, `countedRules.${group} has "${wrong}", which is no name of a rule.`, 'Write, for example, "SizeRestrictions_BODY".');
    }
  }
}

/** What stands in a statement: arguments, and blocks that may stand once or several times. */
interface Blocks {
  readonly [name: string]: string | number | Blocks | readonly Blocks[];
}

/** cdktf does not know what is inside a statement: as JSON it writes it as it is, in HCL it would write arguments where blocks belong. */
class WebAcl extends Wafv2WebAcl {
  protected override synthesizeHclAttributes(): { [name: string]: any } {
    const attributes = super.synthesizeHclAttributes() as { rule: { value: { statement: object }[] } };
    const statements = (this.ruleInput as readonly Wafv2WebAclRule[]).map(({ statement }) => statement as Blocks);
    const value = attributes.rule.value.map((rule, index) => ({ ...rule, statement: asBlock([statements[index]!]) }));
    return { ...attributes, rule: { ...attributes.rule, value } };
  }
}

function asBlock(bodies: readonly Blocks[]): object {
  return { isBlock: true, type: "list", storageClassType: "block", value: bodies.map((body) => Object.fromEntries(Object.entries(body).map(([name, value]) => [name, asHcl(value)]))) };
}

function asHcl(value: Blocks[string]): object {
  if (typeof value === "string") return { value: stringToHclTerraform(value), isBlock: false, type: "simple", storageClassType: "string" };
  if (typeof value === "number") return { value: numberToHclTerraform(value), isBlock: false, type: "simple", storageClassType: "number" };
  return asBlock([value].flat() as readonly Blocks[]);
}
