import type { Mutation } from "../support/mutate";
import { mutated, reword, rewordArtifact, set, without, withoutArtifact } from "../support/mutate";
import { addressesOf, proves, refutes } from "../support/proofs";
import { INCREMENT, layerOf, synthesize, synthesizeAll, type Asked } from "../support/synthesize";

const HTTP = { plainHttp: true };
const SERVER: Asked = ["compute", { instances: 1 }];
const FLEET: Asked = ["load-balancer", { type: "application" }];
const CLUSTER: Asked = ["workload", {}];

/** The same services on every platform that runs the application, each by itself and all of them at once. */
const on = (...services: readonly Asked[]) => ({
  server: synthesize([SERVER, ...services], HTTP, {}),
  fleet: synthesize([FLEET, ...services], HTTP, {}),
  cluster: synthesize([CLUSTER, ...services], HTTP),
  gitops: synthesize([CLUSTER, ["gitops", {}], ...services], HTTP),
});

/** Changes of the second stack's environment of the API. */
const environmentOfPods = (change: (environment: { name: string; value: string }[]) => void): Mutation => ({ stacks }) =>
  change([stacks["production-platform"].resource.kubernetes_deployment_v1.api_deployment.spec.template.spec.container].flat()[0].env);

/** What keeps the application on each platform from a service: it does not know its place, its role may not, or it has no role. */
const hindrances = (places: readonly string[], platform: "server" | "fleet" | "cluster" | "gitops"): readonly (readonly [string, ...Mutation[]])[] => {
  const [told, may] = [`the application on the ${platform === "gitops" ? "cluster" : platform} is not told of it`, `the application on the ${platform === "gitops" ? "cluster" : platform} may not use it`];
  const other = (text: string) => places.reduce((all, place) => all.split(place).join("other"), text);
  if (platform === "server") {
    return [
      [told, ({ stacks }) => { const parameter = stacks.production.resource.aws_ssm_parameter.server_environment; parameter.insecure_value = other(parameter.insecure_value); }],
      [told, set("aws_ssm_parameter.server_environment", "name", "/elsewhere")],
      [told, without("aws_ssm_parameter.server_environment")],
      [may, without("aws_iam_role_policy.server_services")],
      [may, set("aws_iam_role_policy.server_services", "role", "another")],
      [may, set("data.aws_iam_policy_document.server_may-use-services", "statement", [])],
    ];
  }
  if (platform === "fleet") {
    return [
      [told, ({ stacks }) => { const parameter = stacks.production.resource.aws_ssm_parameter.fleet_settings; parameter.insecure_value = other(parameter.insecure_value); }],
      [may, without("aws_iam_role_policy.fleet_services")],
      [may, set("data.aws_iam_policy_document.fleet_may-use-services", "statement", [])],
      ["containers of the fleet get no credentials", set("aws_launch_template.fleet_template", "metadata_options.http_put_response_hop_limit", 1)],
    ];
  }
  const toldPods: Mutation = platform === "cluster" ? environmentOfPods((environment) => environment.splice(0)) : reword("helm_release.api_release", "values", /environment(\W+)\{/, "surroundings$1{");
  return [
    [told, toldPods],
    [may, without("aws_eks_pod_identity_association.application-role_association")],
    [may, set("aws_eks_pod_identity_association.application-role_association", "service_account", "another")],
    [may, without("aws_iam_role_policy.application-role_role_policy")],
    [may, set("data.aws_iam_policy_document.application-role_role_permissions", "statement", [])],
  ];
};

describe("a proof of object storage", () => {
  const stacks = on(["object-storage", { buckets: 2, transitionDays: 30, retentionDays: 90, expires: true, cors: true }]);
  const reports = "aws_s3_bucket.files";
  const of = (part: string) => `aws_s3_bucket_${part}.files-bucket_bucket_${{ public_access_block: "public-access", server_side_encryption_configuration: "encryption", lifecycle_configuration: "lifecycle" }[part] ?? part}`;
  const found = "2 buckets, private, encrypted, versioned, that the application may use";
  const buckets = [reports, "aws_s3_bucket.files-2"];
  const lifecycle = of("lifecycle_configuration");

  proves("object-storage", { buckets: 2, versioning: true, transitionDays: 30, storageClass: "infrequent-access", retentionDays: 90, expires: true }, stacks.server, found, buckets, [
    ["no bucket", without("aws_s3_bucket")],
    ["1 of 2 buckets", without("aws_s3_bucket.files-2")],
    ["a bucket that is open to the public", set(of("public_access_block"), "block_public_policy", false)],
    ["a bucket that is open to the public", without("aws_s3_bucket_public_access_block")],
    ["a bucket without a key of its own", set(of("server_side_encryption_configuration"), "rule.0.apply_server_side_encryption_by_default.sse_algorithm", "AES256")],
    ["a bucket without a key of its own", set(of("server_side_encryption_configuration"), "rule.0.apply_server_side_encryption_by_default.kms_master_key_id", undefined)],
    ["a bucket without versions", set(of("versioning"), "versioning_configuration.status", "Suspended")],
    ["a bucket that answers plain HTTP", without(of("policy"))],
    ["a bucket that answers plain HTTP", set("data.aws_iam_policy_document.files-bucket_bucket_policy-document", "statement.0.effect", "Allow")],
    ["a bucket that answers plain HTTP", set("data.aws_iam_policy_document.files-bucket_bucket_policy-document", "statement.0.condition", [])],
    ["a bucket that Terraform may destroy", set(reports, "lifecycle", undefined)],
    ["a bucket that Terraform may destroy", set(reports, "force_destroy", true)],
    ["no move to infrequent-access after 30 days", set(lifecycle, "rule.0.transition", undefined)],
    ["no move to infrequent-access after 30 days", set(lifecycle, "rule.0.transition.0.days", 60)],
    ["no move to infrequent-access after 30 days", set(lifecycle, "rule.0.transition.0.storage_class", "GLACIER")],
    ["no deletion after 90 days", set(lifecycle, "rule.0.expiration.0.days", 91)],
    ["no move to infrequent-access after 30 days, no deletion after 90 days", set(lifecycle, "rule.0.status", "Disabled")],
    ...hindrances([`${reports}.`], "server"),
  ]);
  for (const platform of ["fleet", "cluster", "gitops"] as const) proves("object-storage", { buckets: 2 }, stacks[platform], found, buckets, hindrances([`${reports}.`], platform));

  const kept = synthesize([["object-storage", {}]]);
  proves("object-storage", { retentionDays: 365 }, kept, "1 bucket, private, encrypted, versioned", [reports], [
    ["objects do not stay for 365 days", set(lifecycle, "rule.0.expiration", [{ days: 30 }])],
    ["no bucket", set(reports, "lifecycle", undefined)],
  ]);
  const origins = synthesize([["object-storage", { cors: true }]], { domain: { name: "shop.example.com" } });
  const noOrigin = "no CORS rule: context.phaseline.objectStorage.corsOrigins names no origin, and there is no domain";
  proves("object-storage", { cors: true }, origins, "1 bucket, private, encrypted, versioned", [reports], [
    [noOrigin, without("aws_s3_bucket_cors_configuration")],
    [noOrigin, set("aws_s3_bucket_cors_configuration.files-bucket_cors", "cors_rule.0.allowed_origins", ["*"])],
  ]);
  refutes("object-storage", { cors: true }, kept, noOrigin);
  refutes("object-storage", { buckets: 2 }, kept, "1 of 2 buckets");
  refutes("object-storage", { holds: "logs" }, stacks.server, "no bucket for logs: CloudWatch keeps logs; write `Application logs are kept for 90 days`");
  refutes("object-storage", { holds: "backups" }, stacks.server, "no bucket for backups: RDS keeps backups of its own; write `Automated backups are kept for 14 days`");
  // Buckets of the load balancer's logs are none of the application's.
  refutes("object-storage", { product: "minio" }, stacks.server, "no MinIO: phaseline keeps objects in S3; write `Files are stored in an S3 bucket`");
  refutes("object-storage", {}, synthesize([FLEET], HTTP, {}), "no bucket");
  refutes("object-storage", {}, mutated(synthesize([FLEET], HTTP, {}), set("aws_s3_bucket.load-balancer_access-logs_bucket", "lifecycle", { prevent_destroy: true })), "no bucket");
});

describe("a proof of a queue", () => {
  const stacks = on(["queue", { product: "sqs", visibilityTimeoutSeconds: 300, maxReceiveCount: 3, retentionDays: 7 }]);
  const queue = "aws_sqs_queue.queue";
  const dead = "aws_sqs_queue.queue-dead";
  const found = (tries: number, name = "specweave-production-queue") => `queue "${name}" with dead letters after ${tries} tries, encrypted, that the application may use`;

  proves("queue", { product: "sqs", visibilityTimeoutSeconds: 300, maxReceiveCount: 3, retentionDays: 7 }, stacks.server, found(3), [queue, dead], [
    ["no queue", without("aws_sqs_queue")],
    ["no queue of dead letters, dead letters after undefined tries", set(queue, "redrive_policy", undefined)],
    ["no queue of dead letters", without(dead)],
    ["a queue without a key of its own", set(dead, "kms_master_key_id", undefined)],
    ["a queue without a key of its own", set(queue, "kms_master_key_id", undefined)],
    ["a queue that answers plain HTTP", without("aws_sqs_queue_policy.queue_dead-policy")],
    ["a queue that answers plain HTTP", set("data.aws_iam_policy_document.queue_queue-policy-document", "statement.0.effect", "Allow")],
    ["a queue that Terraform may destroy", set(queue, "lifecycle.prevent_destroy", false)],
    ["a visibility timeout of 30 seconds", set(queue, "visibility_timeout_seconds", 30)],
    ["dead letters after 9 tries", reword(queue, "redrive_policy", /(maxReceiveCount\W+)3/, "$19")],
    ["messages kept for 1 days", set(queue, "message_retention_seconds", 86_400)],
    ...hindrances([`${queue}.`], "server"),
  ]);
  for (const platform of ["fleet", "cluster", "gitops"] as const) proves("queue", {}, stacks[platform], found(3), [queue, dead], hindrances([`${queue}.`], platform));

  const two = synthesize([SERVER, ["queue", { fifo: true, name: "order-events" }], ["queue", { name: "mail-queue", product: "sqs" }]], HTTP, {});
  proves("queue", { name: "order-events", fifo: true }, two, found(5, "order-events.fifo"), ["aws_sqs_queue.order-events", "aws_sqs_queue.order-events-dead"], [
    ['no FIFO queue "order-events"', set("aws_sqs_queue.order-events", "name", "events.fifo")],
    ['no FIFO queue "order-events"', set("aws_sqs_queue.order-events", "fifo_queue", undefined)],
  ]);
  proves("queue", { name: "mail-queue" }, two, found(5, "mail-queue"), ["aws_sqs_queue.mail-queue", "aws_sqs_queue.mail-queue-dead"], [['no queue "mail-queue"', without("aws_sqs_queue.mail-queue")]]);
  refutes("queue", { fifo: true }, stacks.server, "no FIFO queue");
  refutes("queue", { product: "msk" }, stacks.server, "no Kafka: phaseline's queues are of SQS; write `SQS queue with a dead-letter queue`");
  refutes("queue", { product: "mq" }, stacks.server, "no message broker: phaseline's queues are of SQS; write `SQS queue with a dead-letter queue`");
  refutes("queue", { product: "eventbridge" }, stacks.server, "no event bus: phaseline's queues are of SQS; write `SQS queue with a dead-letter queue`");

  const alarmed = synthesize([SERVER, ["queue", {}], ["alerts", { queueDepth: 1000 }]], HTTP, {});
  const depth = "aws_cloudwatch_metric_alarm.queue_messages-alarm_alarm";
  proves("alerts", { queueDepth: 1000 }, alarmed, "9 alarms, told to an encrypted topic", ["aws_sns_topic.alarms_topic", ...addressesOf(alarmed, "aws_cloudwatch_metric_alarm")], [["no alarm at 1000 messages", without(depth)]]);
});

describe("a proof of a cache", () => {
  const stacks = on(["cache", { engine: "redis", engineVersion: "7", replicas: 1, instanceType: "cache.t4g.small" }]);
  const cache = "aws_elasticache_replication_group.cache";
  const found = "Redis 7.1 with 1 standing by, private, encrypted, signed in to by IAM; the application may use it";
  const way = (platform: string, from: string): readonly (readonly [string, ...Mutation[]])[] => {
    const rule = `aws_vpc_security_group_ingress_rule.cache_security-group_from-specweave-production-${from}-6379`;
    const because = `the application on the ${platform} does not reach it`;
    return [
      [because, without(rule)],
      [because, set(rule, "from_port", 6380)],
      [because, set(rule, "referenced_security_group_id", "sg-other")],
    ];
  };

  proves("cache", { engine: "redis", engineVersion: "7", replicas: 1, instanceType: "cache.t4g.small" }, stacks.server, found, [cache], [
    ["no cache", without(cache)],
    ["another engine", set(cache, "engine", "valkey")],
    ["version 6.2", set(cache, "engine_version", "6.2")],
    ["another node type", set(cache, "node_type", "cache.t4g.micro")],
    ["2 standing by", set(cache, "num_cache_clusters", 3)],
    ["a standby that does not take over", set(cache, "automatic_failover_enabled", false)],
    ["it is not encrypted", set(cache, "at_rest_encryption_enabled", "false")],
    ["it is not encrypted", set(cache, "kms_key_id", undefined)],
    ["it takes plain connections", set(cache, "transit_encryption_mode", "preferred")],
    ["its password is in the state", set(cache, "auth_token", "open-sesame-open-sesame")],
    ["a user that needs no token", set("aws_elasticache_user.cache_user", "authentication_mode.type", "no-password-required")],
    ["a user that needs no token", set("aws_elasticache_user.cache_default-user", "access_string", "on ~* +@all")],
    ["its password is in the state", set("aws_elasticache_user.cache_user", "passwords", ["open-sesame-open-sesame"])],
    ["it is outside the data subnets", set("aws_elasticache_subnet_group.cache", "subnet_ids.0", "${aws_subnet.network_public-a.id}")],
    ["it is outside the data subnets", without("aws_elasticache_subnet_group.cache")],
    ["Terraform may destroy it", set(cache, "lifecycle", undefined)],
    ...hindrances([`${cache}.`], "server"),
    ...way("server", "server"),
    ["the application on the server does not reach it", without("aws_vpc_security_group_egress_rule.server_security-group_to-specweave-production-cache-6379")],
  ]);
  proves("cache", {}, stacks.fleet, found, [cache], [...hindrances([`${cache}.`], "fleet"), ...way("fleet", "fleet")]);
  proves("cache", {}, stacks.cluster, found, [cache], [...hindrances([`${cache}.`], "cluster"), ...way("cluster", "cluster")]);
  proves("cache", {}, stacks.gitops, found, [cache], [...hindrances([`${cache}.`], "gitops"), ...way("cluster", "cluster")]);

  const guarded = synthesize([CLUSTER, ["load-balancer", { type: "ingress" }], ["cache", {}]], HTTP);
  proves("cache", {}, guarded, found.replace("Redis 7.1", "Valkey 8.1"), [cache], [["the application on the cluster does not reach it", without("kubernetes_network_policy_v1.guard_allow-to-services")]]);

  const open = synthesize([FLEET, ["cache", { engine: "valkey" }]], { ...HTTP, cache: { access: "network" } }, {});
  proves("cache", {}, open, "Valkey 8.1 with 1 standing by, private, encrypted, open to who reaches it; the application may use it", [cache], way("fleet", "fleet"));

  const alone = synthesize([["cache", {}]]);
  proves("cache", { replicas: 0 }, alone, "Valkey 8.1 with no standby, private, encrypted, signed in to by IAM", [cache], [["no cache", without(cache)]]);
  refutes("cache", { replicas: 1 }, alone, "0 standing by");
  refutes("cache", { engine: "memcached" }, alone, "no Memcached: phaseline's caches are Valkey or Redis; write `ElastiCache Valkey`");
  refutes("cache", { product: "memorydb" }, alone, "no MemoryDB: phaseline's caches are of ElastiCache; write `ElastiCache Valkey`, and keep what must not be lost in the database");
  refutes("cache", { product: "dax" }, alone, "no DAX: phaseline provisions no DynamoDB; write `ElastiCache Valkey`");

  proves("high-availability", {}, stacks.fleet, "3 zones, standby of the cache", ["aws_autoscaling_group.fleet_group", cache], [
    ["the cache has no standby", set(cache, "automatic_failover_enabled", false)],
    ["the cache has no standby", set(cache, "num_cache_clusters", 1)],
  ]);
});

describe("a proof of a scheduled job", () => {
  const JOBS = { ...HTTP, jobs: { cleanup: { command: ["npm", "run", "cleanup"] } } };
  const asked: Asked = ["scheduled-job", { schedule: "02:00 UTC" }];
  const nothing = 'no job: no criterion says what is run; context.phaseline.jobs does, as in {"cleanup": {"command": ["npm", "run", "cleanup"]}}, and something must run the application';
  const nothingAndNoTime = nothing.replace('"cleanup"]}}', '"cleanup"], "schedule": "02:00 UTC"}}');

  const cronJob = "kubernetes_cron_job_v1.job-cleanup_cron-job";
  const pod = "spec.job_template.spec.template.spec";
  const onCluster = synthesize([CLUSTER, ["object-storage", {}], asked], JOBS);
  proves("scheduled-job", { schedule: "02:00 UTC", job: "cleanup" }, onCluster, "the job cleanup on the cluster, at 0 2 * * * Etc/UTC: npm run cleanup", [cronJob], [
    [nothing.replace("no job:", "no job cleanup:"), without(cronJob)],
    [nothing.replace("no job:", "no job cleanup:"), set(cronJob, "metadata.name", "another")],
    ["the job cleanup at 0 3 * * * Etc/UTC", set(cronJob, "spec.schedule", "0 3 * * *")],
    ["the job cleanup at 0 2 * * * Europe/Paris", set(cronJob, "spec.timezone", "Europe/Paris")],
    ["the job cleanup has no command", set(cronJob, `${pod}.container.0.command`, [])],
    ["it runs another image than the application", set(cronJob, `${pod}.container.0.image`, "busybox")],
    ["it has other settings than the application", set(cronJob, `${pod}.container.0.env`, undefined)],
    ["it has other rights than the application", set(cronJob, `${pod}.service_account_name`, "default")],
    ["two runs at a time", set(cronJob, "spec.concurrency_policy", "Allow")],
    ["it is suspended", set(cronJob, "spec.suspend", true)],
    ["no Deployment whose command it is", without("kubernetes_deployment_v1.api_deployment")],
  ]);

  const values = "charts/api/values.yaml";
  const inChart = synthesize([CLUSTER, ["gitops", {}], asked], JOBS);
  proves("scheduled-job", { schedule: "02:00 UTC" }, inChart, "the job cleanup in charts/api, at 0 2 * * * Etc/UTC: npm run cleanup", ["helm_release.api_release"], [
    ["the job cleanup at 0 4 * * * Etc/UTC", rewordArtifact(values, /(schedule: "?)0 2/, "$10 4")],
    ["no CronJob in the chart", withoutArtifact("charts/api/templates/cron-jobs.yaml")],
    [nothing, without("helm_release.api_release")],
    [nothing, rewordArtifact(values, /^jobs:$/m, "others:")],
  ]);

  const schedule = "aws_scheduler_schedule.job-cleanup_schedule";
  const document = "aws_ssm_document.job-cleanup_document";
  const onFleet = synthesize([FLEET, asked], JOBS, {});
  const onServer = synthesize([SERVER, asked], JOBS, {});
  const on = (where: string) => `the job cleanup on the ${where}, at cron(0 2 * * ? *) Etc/UTC: npm run cleanup`;
  const common: readonly (readonly [string, ...Mutation[]])[] = [
    [nothing, without(schedule)],
    ["the job cleanup at cron(0 5 * * ? *) Etc/UTC", set(schedule, "schedule_expression", "cron(0 5 * * ? *)")],
    ["the job cleanup at cron(0 2 * * ? *) Asia/Tokyo", set(schedule, "schedule_expression_timezone", "Asia/Tokyo")],
    ["the job cleanup has no command, no document that says what is run, the scheduler may not send it", without(document)],
    ["it is not sent", set(schedule, "target.arn", "arn:aws:lambda:us-east-1:123456789012:function:other")],
    ["the scheduler may not send it", set("data.aws_iam_policy_document.job-cleanup_permissions", "statement.0.actions", ["ssm:GetParameter"])],
    ["the scheduler may not send it", without("aws_iam_role_policy.job-cleanup_policy")],
    ["it is off", set(schedule, "state", "DISABLED")],
  ];
  proves("scheduled-job", { schedule: "02:00 UTC" }, onServer, on("server"), [schedule, document], common);
  proves("scheduled-job", { schedule: "02:00 UTC" }, onFleet, on("fleet"), [schedule, document], [...common, ["no machine that it is sent to", reword(schedule, "target", "specweave-production", "another")]]);

  const workflow = ".github/workflows/scheduled-cleanup.yml";
  const byGithub = synthesize([CLUSTER], JOBS);
  const layer = layerOf(INCREMENT, [CLUSTER, ["pipeline", {}], asked], { platform: "kubernetes" });
  const onGithub = synthesizeAll([{ ...layer, demands: layer.demands.map((demanded, index) => (index === 2 ? { ...demanded, origin: layer.demands[1]!.origin } : demanded)) }], JOBS);
  proves("scheduled-job", { schedule: "02:00 UTC" }, onGithub, "the job cleanup in a workflow of GitHub Actions, at 0 2 * * * Etc/UTC: npm run cleanup", [], [
    [nothing, withoutArtifact(workflow)],
    ["the job cleanup at 0 6 * * * Etc/UTC", rewordArtifact(workflow, "cron: 0 2", "cron: 0 6")],
    ["the job cleanup has no command", rewordArtifact(workflow, "run: npm run cleanup", "name: nothing")],
    ["it may write to the repository", rewordArtifact(workflow, "contents: read", "contents: write")],
  ]);
  refutes("scheduled-job", { schedule: "02:00 UTC" }, byGithub, nothing);
  refutes("scheduled-job", {}, synthesize([CLUSTER, ["scheduled-job", {}]], JOBS), nothingAndNoTime);
  refutes("scheduled-job", { schedule: "02:00 UTC" }, synthesize([CLUSTER, asked], HTTP), nothing);
  refutes("scheduled-job", { schedule: "02:00 UTC" }, synthesize([asked, ["object-storage", {}]], JOBS, {}), nothing);
});
