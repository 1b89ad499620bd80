import { join } from "node:path";
import { reword, set, type Mutation } from "./mutate";

/** A criterion, and a change by hand after which it is not met any more. */
export type Break = readonly [increment: string, criterion: string, change: Mutation];

export interface Broken {
  readonly title: string;
  /** A directory of increments. */
  readonly increments: string;
  readonly breaks: readonly Break[];
  /** Criteria that are met twice. @default - none */
  readonly twice?: readonly string[];
}

const example = (name: string): string => join(__dirname, "../../examples", name);

const database = "aws_db_instance.database";
const prometheus = "helm_release.monitoring_release";
const datadog = "helm_release.datadog_release";
const ofDeploy = "data.aws_iam_policy_document.deploy-role_trust";
const elsewhere = ["repo:mallory/specweave:environment:production"];

/**
 * Every example, its criteria whose proof looks at Terraform, and a change that breaks each. All changes of an example can be made
 * together. On a startup's way some criteria are met twice, by what an older phase runs and by its successor: one change does not break them.
 */
export const BROKEN: readonly Broken[] = [
  {
    title: "the increment of this project",
    increments: join(__dirname, "../../.specweave/increments"),
    breaks: [
      ["0012-production-infrastructure", "AC-US1-01", set("kubernetes_deployment_v1.api_deployment", "spec.template.spec.container.0.readiness_probe", undefined)],
      ["0012-production-infrastructure", "AC-US1-02", set("kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler", "spec.max_replicas", 12)],
      ["0012-production-infrastructure", "AC-US1-03", reword(prometheus, "values", "additionalServiceMonitors", "otherMonitors")],
      ["0012-production-infrastructure", "AC-US1-04", set(ofDeploy, "statement.0.condition.1.values", elsewhere)],
    ],
  },
  {
    title: "a startup's way",
    increments: example("journey"),
    twice: ["0005-docker-setup/AC-US1-02", "0005-docker-setup/AC-US1-03", "0005-docker-setup/AC-US1-04", "0005-docker-setup/AC-US3-01", "0005-docker-setup/AC-US3-02", "0005-docker-setup/AC-US3-03", "0008-read-replica/AC-US1-02", "0008-read-replica/AC-US1-03", "0012-kubernetes/AC-US1-03", "0012-kubernetes/AC-US1-04"],
    breaks: [
      ["0001-mvp-launch", "AC-US1-01", set("aws_instance.server", "metadata_options.http_tokens", "optional")],
      ["0001-mvp-launch", "AC-US1-02", set("aws_vpc_security_group_ingress_rule.aurora_security-group_from-specweave-production-cluster-5432", "cidr_ipv4", "0.0.0.0/0")],
      ["0001-mvp-launch", "AC-US1-04", set("aws_vpc.network_vpc", "cidr_block", "10.1.0.0/16")],
      ["0001-mvp-launch", "AC-US2-01", set("aws_sns_topic.alarms_topic", "kms_master_key_id", undefined)],
      ["0001-mvp-launch", "AC-US2-02", set("aws_cloudwatch_log_group.fleet_logs_group", "retention_in_days", 0)],
      ["0005-docker-setup", "AC-US1-01", set("aws_autoscaling_group.fleet_group", "desired_capacity", 2)],
      ["0005-docker-setup", "AC-US2-01", set(ofDeploy, "statement.0.condition.1.values", elsewhere)],
      ["0005-docker-setup", "AC-US2-02", set("aws_ecr_repository.registry_repository", "image_tag_mutability", "MUTABLE")],
      ["0008-read-replica", "AC-US1-01", set(database, "multi_az", false)],
      ["0012-kubernetes", "AC-US1-01", set("aws_eks_cluster.cluster_cluster", "vpc_config.endpoint_public_access", true)],
      ["0012-kubernetes", "AC-US1-02", set("helm_release.metrics-server", "chart", "anything")],
      ["0020-scale", "AC-US1-01", set("aws_rds_cluster.aurora", "storage_encrypted", false)],
      ["0020-scale", "AC-US1-02", set("helm_release.argo-cd_release", "chart", "flux")],
      ["0020-scale", "AC-US1-03", set("kubernetes_ingress_v1.ingress", "spec.ingress_class_name", "nginx")],
      ["0020-scale", "AC-US1-04", set("aws_eks_node_group.workers_group", "scaling_config.max_size", 30)],
      ["0020-scale", "AC-US1-05", set("helm_release.external-secrets_release", "chart", "something")],
    ],
  },
  {
    title: "what stands before an application",
    increments: example("edge"),
    breaks: [
      ["0016-edge", "AC-US1-01", set("aws_lb.load-balancer_load-balancer", "drop_invalid_header_fields", false)],
      ["0016-edge", "AC-US1-02", set("aws_cloudfront_distribution.entry-point_distribution", "default_cache_behavior.viewer_protocol_policy", "allow-all")],
      ["0016-edge", "AC-US1-03", set("aws_s3_bucket_public_access_block.assets_files_public-access", "block_public_acls", false)],
      ["0016-edge", "AC-US1-04", set("aws_wafv2_web_acl.edge-firewall_web-acl", "rule.0.statement.rate_based_statement.limit", 2000)],
      ["0016-edge", "AC-US2-01", set("aws_budgets_budget.monthly-budget_budget", "limit_amount", "500")],
      ["0016-edge", "AC-US2-02", set("aws_s3_bucket_versioning.state_bucket_versioning", "versioning_configuration.status", "Suspended")],
      ["0016-edge", "AC-US3-01", set("aws_autoscaling_policy.fleet_cpu", "policy_type", "StepScaling")],
      ["0016-edge", "AC-US3-02", set("aws_cloudwatch_metric_alarm.availability_latency", "threshold", 2)],
    ],
  },
  {
    title: "what an application uses",
    increments: example("services"),
    breaks: [
      ["0009-services", "AC-US1-01", set("aws_eks_cluster.cluster_cluster", "vpc_config.endpoint_public_access", true)],
      ["0009-services", "AC-US1-02", set("aws_s3_bucket_versioning.files-bucket_bucket_versioning", "versioning_configuration.status", "Suspended")],
      ["0009-services", "AC-US1-03", reword("aws_s3_bucket_lifecycle_configuration.files-bucket_bucket_lifecycle", "rule", '"days":90', '"days":900')],
      ["0009-services", "AC-US1-04", reword("aws_sqs_queue.queue", "redrive_policy", /(maxReceiveCount\\" = )3/, "$130")],
      ["0009-services", "AC-US1-05", set("aws_elasticache_replication_group.cache", "automatic_failover_enabled", false)],
      ["0009-services", "AC-US1-06", set("kubernetes_cron_job_v1.job-cleanup_cron-job", "spec.schedule", "0 4 * * *")],
      ["0009-services", "AC-US1-07", set("aws_cloudwatch_metric_alarm.queue_messages-alarm_alarm", "threshold", 5000)],
    ],
  },
  {
    title: "Datadog",
    increments: example("datadog"),
    breaks: [
      ["0020-datadog", "AC-US1-01", set("kubernetes_deployment_v1.api_deployment", "spec.template.spec.container.0.readiness_probe", undefined)],
      ["0020-datadog", "AC-US1-02", set("kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler", "spec.min_replicas", 1)],
      ["0020-datadog", "AC-US1-03", reword(datadog, "values", /(clusterChecks\\" = \{\\"enabled\\" = )true/, "$1false")],
      ["0020-datadog", "AC-US1-04", reword(datadog, "values", /(containerCollectAll\\" = )true/, "$1false")],
      ["0020-datadog", "AC-US1-05", reword(datadog, "values", /(socketEnabled\\" = )true/, "$1false")],
      ["0020-datadog", "AC-US1-06", set("datadog_dashboard_json.observability_dashboard", "dashboard", '${jsonencode({"title" = "none", "widgets" = []})}')],
      ["0020-datadog", "AC-US1-07", set(datadog, "chart", "something")],
      ["0020-datadog", "AC-US1-08", set("datadog_service_level_objective.observability_objective", "target_threshold", 99)],
    ],
  },
  {
    title: "what AWS tells of a cluster",
    increments: example("aws-telemetry"),
    breaks: [
      ["0013-aws-telemetry", "AC-US1-01", set("aws_eks_cluster.cluster_cluster", "vpc_config.endpoint_public_access", true)],
      ["0013-aws-telemetry", "AC-US1-02", set("kubernetes_ingress_v1.ingress", "spec.ingress_class_name", "nginx")],
      ["0013-aws-telemetry", "AC-US1-03", reword(prometheus, "values", /(grafana\\" = \{\\"enabled\\" = )true/, "$1false")],
      ["0013-aws-telemetry", "AC-US1-04", set("aws_cloudwatch_log_group.pod-logs_logs_group", "retention_in_days", 7)],
      ["0013-aws-telemetry", "AC-US1-05", set("helm_release.trace-collector_release", "chart", "something")],
    ],
  },
  {
    title: "a fleet, with all that looks after it",
    increments: join(__dirname, "fleet"),
    breaks: [
      ["0001-fleet", "AC-US1-01", set("aws_kms_key.data", "enable_key_rotation", false)],
      ["0001-fleet", "AC-US1-02", set("aws_vpc.network_vpc", "tags", {})],
      ["0001-fleet", "AC-US1-03", set("aws_route53_record.domain", "alias", undefined)],
      ["0001-fleet", "AC-US1-04", set("aws_lb_target_group.load-balancer_targets", "health_check.path", "/other")],
      ["0001-fleet", "AC-US1-05", set("aws_autoscaling_group.fleet_group", "max_size", 9)],
      ["0001-fleet", "AC-US1-06", set("aws_lb_listener.load-balancer_https", "ssl_policy", "ELBSecurityPolicy-2016-08")],
      ["0001-fleet", "AC-US1-07", set(database, "publicly_accessible", true)],
      ["0001-fleet", "AC-US1-08", set("aws_db_instance.database_replica", "replicate_source_db", "another")],
      ["0001-fleet", "AC-US1-09", set(database, "backup_retention_period", 7)],
      ["0001-fleet", "AC-US1-10", reword("aws_s3_object.metrics-host_file-prometheus-prometheus-yml", "content", "job_name: api", "job_name: web")],
      ["0001-fleet", "AC-US1-11", set("aws_instance.metrics-host_instance", "associate_public_ip_address", true)],
      ["0001-fleet", "AC-US1-12", set("aws_cloudwatch_metric_alarm.availability_burn-1h", "threshold", 20)],
      ["0001-fleet", "AC-US1-13", set(ofDeploy, "statement.0.condition.1.values", elsewhere)],
      ["0001-fleet", "AC-US1-14", set("aws_launch_template.fleet_template", "metadata_options.http_tokens", "optional")],
    ],
  },
];
