import { add, mutated, rewordArtifact, set, without, withoutArtifact, type Mutation } from "../support/mutate";
import { check, proves, refutes } from "../support/proofs";
import { SEED, synthesize, type Asked } from "../support/synthesize";

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
  const several = synthesize([["budget", { maxUsd: [10, 40] }]], MAIL);
  proves("budget", { maxUsd: [10, 40] }, several, "40 USD a month, told when 25 and 100 % are spent or 100 % foreseen", [monthly], [
    ["nothing at 10 USD", set(monthly, "notification.0.threshold", 30)],
  ]);
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

describe("a proof of a state backend", () => {
  const [bucket, key] = ["aws_s3_bucket.state", "aws_kms_key.state"];
  const [versioning, encryption, access, policy] = ["versioning", "server_side_encryption_configuration", "public_access_block", "policy"].map((part) => `aws_s3_bucket_${part}.state_bucket_${{ server_side_encryption_configuration: "encryption", public_access_block: "public-access" }[part] ?? part}`) as [string, string, string, string];
  const kept = synthesize([...SEED, ["state-backend", { backend: "s3", locking: true }]]);
  const name = (kept.stacks["production-state"] as any).resource.aws_s3_bucket["state"].bucket as string;
  const backend = (stack: string, argument: string, value: unknown): Mutation => ({ stacks }) => { stacks[stack].terraform.backend.s3[argument] = value; };
  proves("state-backend", { backend: "s3", locking: true }, kept, `private, versioned, encrypted bucket "${name}", a state of its own for each stack, locked by a file beside it, which needs no DynamoDB table`, [bucket, versioning, encryption, access, policy, key], [
    ["the state of production lies elsewhere", ({ stacks }) => { stacks.production.terraform.backend = { local: { path: "x" } }; }],
    ["the state of production-platform lies elsewhere", backend("production-platform", "bucket", "another")],
    ["the state of production and of production-platform lies elsewhere", set(bucket, "bucket", "another")],
    ["no lock", backend("production", "use_lockfile", false)],
    ["no lock", backend("production-platform", "use_lockfile", undefined)],
    ["states are sent in clear", backend("production", "encrypt", false)],
    ["states are sent in clear", backend("production", "kms_key_id", undefined)],
    ["two stacks share a state", backend("production-platform", "key", "specweave/production.tfstate")],
    ["the bucket is not versioned", set(versioning, "versioning_configuration.status", "Suspended")],
    ["the bucket is not encrypted by a key", set(encryption, "rule.0.apply_server_side_encryption_by_default.sse_algorithm", "AES256")],
    ["the bucket is not encrypted by a key", without(key)],
    ["the bucket may be made public", set(access, "restrict_public_buckets", false)],
    ["the bucket takes requests in clear", without(policy)],
    ["the bucket takes requests in clear", set("data.aws_iam_policy_document.state_bucket_policy-document", "statement.0.effect", "Allow")],
    ["Terraform may destroy it", set(bucket, "lifecycle.prevent_destroy", false)],
    ["Terraform may destroy it", set(key, "lifecycle", undefined)],
  ]);
  refutes("state-backend", { workspaces: true }, kept, 'no workspaces: each environment has stacks and states of its own; write "Separate staging and production environments" and "Terraform state in S3 with locking"');
  refutes("state-backend", {}, synthesize(SEED), "no S3 bucket for states");

  const yours = synthesize(SEED, { state: { bucket: "acme-states", region: "eu-central-1", prefix: "teams/shop" } });
  proves("state-backend", {}, yours, 'bucket of yours, "acme-states", a state of its own for each stack, locked by a file beside it, which needs no DynamoDB table', [], [
    ["states are sent in clear", backend("production", "encrypt", undefined)],
  ]);
});

describe("a proof of a web application firewall", () => {
  const DOMAIN = { domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" } };
  const acl = "aws_wafv2_web_acl.firewall_web-acl";
  const logging = "aws_wafv2_web_acl_logging_configuration.firewall_logging";
  const association = "aws_wafv2_web_acl_association.load-balancer_web-acl";
  const rule = (index: number, change: (rule: any) => void): Mutation => ({ stacks }) => change(stacks.production.resource.aws_wafv2_web_acl["firewall_web-acl"].rule[index]);
  const rules: readonly (readonly [string, Mutation])[] = [
    ["nothing of AWSManagedRulesCommonRuleSet is refused", rule(2, (each) => { each.override_action = { count: {} }; })],
    ["nothing of AWSManagedRulesSQLiRuleSet is refused", rule(4, (each) => { each.statement.managed_rule_group_statement.name = "AWSManagedRulesLinuxRuleSet"; })],
    ["no limit of 100 requests for each address", rule(0, (each) => { each.statement.rate_based_statement.limit = 1000; })],
    ["no limit of 100 requests for each address", rule(0, (each) => { each.statement.rate_based_statement.evaluation_window_sec = 60; })],
    ["no limit of 100 requests for each address", rule(0, (each) => { each.statement.rate_based_statement.aggregate_key_type = "CONSTANT"; })],
    ["no limit of 100 requests for each address", rule(0, (each) => { each.action = { count: {} }; })],
    ["what it refuses is not noted", without(logging)],
    ["credentials stand in its log", set(logging, "redacted_fields", [{ single_header: { name: "cookie" } }])],
  ];
  const fleet = synthesize([["compute", { instances: 3 }], ["load-balancer", {}], ["waf", { requests: 100, minutes: 5 }]], DOMAIN, {});
  proves("waf", { requests: 100, minutes: 5 }, fleet, 'web ACL "specweave-production" with 4 managed groups, 100 requests in 5 min for each address, before load balancer "specweave-production"', [acl, association, logging], [
    ["no web ACL", without(acl)],
    ["it does not stand before every load balancer and distribution", without(association)],
    ["it does not stand before every load balancer and distribution", set(association, "resource_arn", "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/other/1")],
    ...rules,
  ]);
  refutes("waf", { countries: true }, fleet, "no rule for countries");
  refutes("waf", { bots: true }, fleet, "no Bot Control");
  refutes("waf", { requestsPerMinute: 100 }, fleet, "no limit of 100 requests for each address");
  refutes("waf", {}, synthesize([["compute", { instances: 1 }], ["waf", {}]], {}, {}), 'no load balancer for it to stand before: a single server has none; write "Application Load Balancer routes traffic to healthy instances"');

  const ingress = "kubernetes_ingress_v1.ingress";
  const cluster = synthesize([...SEED, ["waf", { requests: 100, minutes: 5 }]], DOMAIN);
  proves("waf", { requests: 100, minutes: 5 }, cluster, 'web ACL "specweave-production" with 4 managed groups, 100 requests in 5 min for each address, before Ingress "api"', [acl, ingress, logging], [
    ["it does not stand before the Ingress", ({ stacks }) => { delete stacks["production-platform"].resource.kubernetes_ingress_v1.ingress.metadata.annotations["alb.ingress.kubernetes.io/wafv2-acl-arn"]; }],
    ["it does not stand before the Ingress", without("helm_release.load-balancer-controller")],
    ...rules,
  ]);
});

describe("a proof of a capacity target", () => {
  const DOMAIN = { domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" } };
  const workflow = ".github/workflows/load-test.yml";
  const of = (asked: readonly Asked[], last: number) => `load-test/0012-production-infrastructure-AC-0${asked.length + last}.js`;
  const [asg, policy, p95] = ["aws_autoscaling_group.fleet_group", "aws_autoscaling_policy.fleet_cpu", "aws_cloudwatch_metric_alarm.availability_latency"];

  const FLEET: readonly Asked[] = [["compute", { instances: 3 }], ["load-balancer", {}]];
  const fleet = synthesize([...FLEET, ["capacity-target", { users: 1000 }], ["capacity-target", { latencyMs: 200, percentile: 95 }], ["capacity-target", { requestsPerSecond: 500 }]], DOMAIN, {});
  const users = of(FLEET, 1);
  proves("capacity-target", { users: 1000 }, fleet, `a fleet; ${users} holds it to 1000 users, when ${workflow} is started`, [asg, policy], [
    ["a load test of something else", rewordArtifact(users, /1000/g, "500")],
    ["a load test of something else", withoutArtifact(users)],
    [`no ${workflow} that runs it`, withoutArtifact(workflow)],
    [`no ${workflow} that runs it`, rewordArtifact(workflow, `SCRIPT: ${users}`, "SCRIPT: another.js")],
    [`no ${workflow} that runs it`, rewordArtifact(workflow, "workflow_dispatch:", "workflow_call:")],
    ['the fleet does not grow with the load: write "Auto-scaling (2-10 instances)"', without(policy)],
    ["no fleet", without(asg)],
  ]);
  const within = of(FLEET, 2);
  proves("capacity-target", { latencyMs: 200, percentile: 95 }, fleet, `a fleet; ${within} holds it to 95 % of answers within 200 ms, when ${workflow} is started`, [asg, p95], [
    ["a load test of something else", rewordArtifact(within, "p(95)<200", "p(95)<2000")],
    ["a load test of something else", rewordArtifact(within, "export const options", "const options")],
    ["no alarm on the 95th percentile above 200 ms", without(p95)],
    ["no alarm on the 95th percentile above 200 ms", set(p95, "threshold", 1)],
    ["no alarm on the 95th percentile above 200 ms", set(p95, "extended_statistic", "p50")],
    ["no alarm on the 95th percentile above 200 ms", set(p95, "alarm_actions", [])],
  ]);
  const rate = of(FLEET, 3);
  proves("capacity-target", { requestsPerSecond: 500 }, fleet, `a fleet; ${rate} holds it to 500 requests a second, when ${workflow} is started`, [asg, policy], [
    ["a load test of something else", rewordArtifact(rate, '"rate": 500', '"rate": 50')],
  ]);
  refutes("capacity-target", { users: 50_000 }, synthesize([...FLEET, ["capacity-target", { users: 50_000 }]], DOMAIN, {}), 'a fleet is made for 10,000 users: write "Kubernetes cluster" for more');

  const hpa = "kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler";
  const asked: readonly Asked[] = [["cluster", {}], ["workload", {}]];
  const cluster = synthesize([...asked, ["capacity-target", { users: 50_000 }]]);
  proves("capacity-target", { users: 50_000 }, cluster, `pods on a cluster; ${of(asked, 1)} holds it to 50000 users, when ${workflow} is started`, [
    "aws_eks_cluster.cluster_cluster", hpa, "kubernetes_deployment_v1.api_deployment", "helm_release.metrics-server", "aws_eks_node_group.workers_group", "helm_release.node-autoscaler",
  ], [
    ['the pods do not grow with the load: write "Configure auto-scaling (2-10 pods)"', without(hpa)],
    ['the nodes do not grow with the pods: write "Cluster Autoscaler adds nodes (2-10 nodes)"', without("helm_release.node-autoscaler")],
    ['no cluster, the nodes do not grow with the pods: write "Cluster Autoscaler adds nodes (2-10 nodes)"', without("aws_eks_cluster")],
  ]);
  refutes("capacity-target", { users: 200_000 }, synthesize([...asked, ["capacity-target", { users: 200_000 }]]), "no phase is made for more than 100,000 users at once");

  const one: readonly Asked[] = [["compute", { instances: 1 }]];
  const server = synthesize([...one, ["capacity-target", { users: 100 }]], {}, {});
  proves("capacity-target", { users: 100 }, server, `one server; ${of(one, 1)} holds it to 100 users, when ${workflow} is started`, ["aws_instance.server"], [["no load test", withoutArtifact(of(one, 1))]]);
  refutes("capacity-target", { users: 1000 }, synthesize([...one, ["capacity-target", { users: 1000 }]], {}, {}), 'a single server is made for 100 users: write "Application Load Balancer routes traffic to 2-10 instances"');
});

describe("a proof of a CDN", () => {
  const DOMAIN = { domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" } };
  const on = (address: string, argument: string, value: unknown): Mutation => ({ stacks }) => {
    const [type = "", id = ""] = address.split(".");
    const path = argument.split(".");
    const last = path.pop()!;
    path.reduce((at: any, key) => [at[key]].flat()[0], stacks.production.resource[type][id])[last] = value;
  };
  const common = (address: string, logs: string): readonly (readonly [string, Mutation])[] => [
    ["it is turned off", on(address, "enabled", false)],
    ["plain HTTP is served", on(address, "default_cache_behavior.viewer_protocol_policy", "allow-all")],
    ["an old TLS policy", on(address, "viewer_certificate.minimum_protocol_version", "TLSv1")],
    ["no headers that protect browsers", on(address, "default_cache_behavior.response_headers_policy_id", undefined)],
    ["no access logs", without(logs)],
  ];

  const files = "aws_cloudfront_distribution.assets_distribution";
  const bucket = "aws_s3_bucket.assets_files_bucket";
  const control = "aws_cloudfront_origin_access_control.assets_access";
  const document = "data.aws_iam_policy_document.assets_files_policy-document";
  const assets = synthesize([["cdn", { origin: "assets", indexForAll: true }]], DOMAIN, {});
  proves("cdn", { origin: "assets", indexForAll: true }, assets, "CloudFront before a private bucket, under assets.api.example.com", [files, bucket, control], [
    ["no distribution of files", without(files)],
    ["no bucket behind it", on(files, "origin.domain_name", "elsewhere.example.com")],
    ["the bucket may be made public", set("aws_s3_bucket_public_access_block.assets_files_public-access", "block_public_policy", false)],
    ["CloudFront does not sign what it asks the bucket", set(control, "signing_behavior", "never")],
    ["not CloudFront alone reads the bucket", set(document, "statement.1.principals", [{ type: "AWS", identifiers: ["*"] }])],
    ["not CloudFront alone reads the bucket", set(document, "statement.1.condition", undefined)],
    ["not CloudFront alone reads the bucket", without("aws_s3_bucket_policy.assets_files_policy")],
    ["paths that are no file are not answered with the index", on(files, "custom_error_response", [])],
    ...common(files, "aws_cloudwatch_log_delivery_source.assets_log-source"),
  ]);
  proves("cdn", {}, synthesize([["cdn", {}]], {}, {}), "CloudFront before a private bucket, under the name that AWS gives", [files, bucket, control], [["plain HTTP is served", on(files, "default_cache_behavior.viewer_protocol_policy", "allow-all")]]);

  const FLEET: readonly Asked[] = [["compute", { instances: 3 }], ["load-balancer", {}]];
  const entry = "aws_cloudfront_distribution.entry-point_distribution";
  const [balancer, record, way] = ["aws_lb.load-balancer_load-balancer", "aws_route53_record.domain", "aws_vpc_security_group_ingress_rule.load-balancer_security-group_from-cloudfront-443"];
  const application = synthesize([...FLEET, ["cdn", {}], ["waf", { requests: 100, minutes: 5 }]], DOMAIN, {});
  const none = 'no distribution before a load balancer: it needs a fleet ("Application Load Balancer routes traffic to healthy instances") and context.phaseline.domain; files are "static assets"';
  for (const parameters of [{ origin: "application" }, {}] as const) {
    proves("cdn", parameters, application, 'CloudFront before load balancer "specweave-production", under api.example.com, which takes requests from nobody else', [entry, balancer, record, way], [
      [none, without(entry)],
      ["the load balancer is asked in clear", on(entry, "origin.custom_origin_config.origin_protocol_policy", "match-viewer")],
      ["no name leads to it", without(record)],
      ["it may not ask the load balancer", without(way)],
      ["it may not ask the load balancer", set(way, "prefix_list_id", undefined)],
      ...common(entry, "aws_cloudwatch_log_delivery_source.entry-point_log-source"),
    ]);
  }
  refutes("cdn", { origin: "application" }, assets, none);
  refutes("cdn", { origin: "application" }, synthesize([...SEED, ["cdn", { origin: "application" }]], DOMAIN), none);
  test("says that the load balancer can still be reached without it", () => {
    const open = synthesize([...FLEET, ["cdn", {}]], { ...DOMAIN, cdn: { directAccess: true } }, {});
    expect(check("cdn", {}, open)).toMatchObject({ holds: true, found: 'CloudFront before load balancer "specweave-production", under api.example.com; the load balancer can still be reached without it' });
  });

  const acl = "aws_wafv2_web_acl.edge-firewall_web-acl";
  proves("waf", { requests: 100, minutes: 5 }, application, 'web ACL "specweave-production-edge" with 4 managed groups, 100 requests in 5 min for each address, before CloudFront', [acl, entry, "aws_wafv2_web_acl_logging_configuration.edge-firewall_logging"], [
    ["it does not stand before every load balancer and distribution", on(entry, "web_acl_id", undefined)],
    ["it does not stand before every load balancer and distribution", set(acl, "scope", "REGIONAL")],
  ]);
});
