import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CAPABILITIES } from "../../lib/demand/demand";
import { add, mutated, reword, rewordArtifact, set, without, withoutArtifact, type Mutation } from "../support/mutate";
import { addressesOf, check, proves, refutes } from "../support/proofs";
import { INCREMENT, layerOf, SEED, synthesize, synthesizeEnvironments, type Asked } from "../support/synthesize";

const DOMAIN = { domain: { name: "api.example.com" } };
const GROWTH: readonly Asked[] = [
  ["compute", { instances: 3 }],
  ["load-balancer", { type: "application" }],
  ["containers", { tool: "compose" }],
  ["autoscaling", { min: 2, max: 6, of: "instances" }],
  ["database", { engine: "postgres" }],
  ["read-replica", {}],
  ["high-availability", {}],
  ["metrics", { tool: "prometheus" }],
  ["dashboards", { tool: "grafana" }],
  ["pipeline", { tool: "github-actions" }],
  ["availability-target", { uptimePercent: 99.5 }],
];
const MVP: readonly Asked[] = [["compute", { instances: 1 }], ["database", { engine: "postgres" }], ["backups", {}], ["logs", {}], ["alerts", {}], ["metrics", { tool: "cloudwatch" }]];

const cluster = synthesize(SEED);
const fleet = synthesize(GROWTH, DOMAIN, {});
const server = synthesize(MVP, DOMAIN, {});
const network = synthesize([["network", {}]]);
const scale = synthesize(
  [
    ["cluster", {}],
    ["workload", { platform: "kubernetes", replicas: 3 }],
    ["autoscaling", { min: 2, max: 10, of: "pods" }],
    ["autoscaling", { min: 2, max: 10, of: "nodes" }],
    ["database", { engine: "aurora-postgresql" }],
    ["read-replica", { readReplicas: 1 }],
    ["backups", { retentionDays: 14 }],
    ["gitops", {}],
    ["load-balancer", { type: "ingress" }],
    ["secrets", { store: "external-secrets" }],
    ["metrics", { tool: "prometheus" }],
    ["pipeline", {}],
  ],
  DOMAIN,
);

const WORKFLOW = ".github/workflows/deploy.yml";
const api = "kubernetes_deployment_v1.api_deployment";
const container = "spec.template.spec.container";
const hpa = "kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler";
const eks = "aws_eks_cluster.cluster_cluster";
const workers = "aws_eks_node_group.workers_group";
const prometheus = "helm_release.monitoring_release";
const asg = "aws_autoscaling_group.fleet_group";
const template = "aws_launch_template.fleet_template";
const host = "aws_instance.metrics-host_instance";
const https = "aws_lb_listener.load-balancer_https";
const http = "aws_lb_listener.load-balancer_http";
const targets = "aws_lb_target_group.load-balancer_targets";
const balancer = "aws_lb.load-balancer_load-balancer";
const postgres = "aws_db_instance.database";
const deployTrust = "data.aws_iam_policy_document.deploy-role_trust";

describe("a proof of", () => {
  const rule = addressesOf(fleet, "aws_vpc_security_group_ingress_rule").find((address) => address.includes("5432"))!;
  proves("access", { ports: [5432] }, fleet, "6 ingress rules, open to all: 80 and 443; 5 roles, no user, no access key", [...addressesOf(fleet, "aws_vpc_security_group_ingress_rule"), ...addressesOf(fleet, "aws_iam_role")], [
    ["neither rules nor roles, no rule for port 5432", without("aws_vpc_security_group_ingress_rule"), without("aws_iam_role")],
    ["no rule for port 5432", without(rule)],
    ["no rule for port 5432", set(rule, "from_port", 5433)],
    ["no rule for port 5432", set(rule, "to_port", 5431)],
    ["open to all", set(rule, "cidr_ipv4", "0.0.0.0/0")],
    ["open to all", set(rule, "cidr_ipv6", "::/0")],
    ["open to all", set("aws_vpc_security_group_ingress_rule.load-balancer_security-group_from-internet-80", "to_port", 443)],
    ["open to all", set("aws_security_group.fleet_security-group_group", "ingress", [{ from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] }])],
    ["open to all", add("aws_security_group_rule.ssh", { type: "ingress", from_port: 22, to_port: 22, cidr_blocks: ["0.0.0.0/0"] })],
    ["a user", add("aws_iam_user.deployer", { name: "deployer" })],
    ["an access key", add("aws_iam_access_key.deployer", { user: "deployer" })],
    ["a policy that allows everything", set("data.aws_iam_policy_document.fleet_permissions-document", "statement.0.actions", ["*"])],
    ["a policy that allows everything", set("aws_iam_role_policy_attachment.fleet_systems-manager", "policy_arn", "arn:aws:iam::aws:policy/AdministratorAccess")],
  ]);

  const topic = "aws_sns_topic.alarms_topic";
  const diskAlarm = "aws_cloudwatch_metric_alarm.host-monitoring_disk-alarm_alarm";
  proves("alerts", { thresholdPercent: 90 }, server, "11 alarms, told to an encrypted topic", [topic, ...addressesOf(server, "aws_cloudwatch_metric_alarm")], [
    ["no alarm, no topic, no alarm at 90 %", without("aws_sns_topic"), without("aws_cloudwatch_metric_alarm")],
    ["no alarm, no alarm at 90 %", without("aws_cloudwatch_metric_alarm")],
    ["the topic is not encrypted", set(topic, "kms_master_key_id", undefined)],
    ["no alarm at 90 %", set("aws_cloudwatch_metric_alarm.host-monitoring_memory-alarm_alarm", "threshold", 95)],
    ["no alarm at 90 %", set("aws_cloudwatch_metric_alarm.host-monitoring_memory-alarm_alarm", "alarm_actions", [])],
  ]);
  proves("alerts", { channel: "email" }, mutated(server, add("aws_sns_topic_subscription.ops", { protocol: "email" })), "11 alarms, told to an encrypted topic", [topic, ...addressesOf(server, "aws_cloudwatch_metric_alarm")], [
    ["nobody is told by e-mail: context.phaseline.alarmEmails of cdktf.json names nobody", without("aws_sns_topic_subscription")],
    ["nobody is told by e-mail: context.phaseline.alarmEmails of cdktf.json names nobody", set("aws_sns_topic_subscription.ops", "protocol", "sqs")],
  ]);
  proves("alerts", { queueDepth: 1000 }, mutated(server, set(diskAlarm, "metric_name", "ApproximateNumberOfMessagesVisible"), set(diskAlarm, "threshold", 1000)), "11 alarms, told to an encrypted topic", [topic, ...addressesOf(server, "aws_cloudwatch_metric_alarm")], [
    ["no alarm at 1000 messages", set(diskAlarm, "threshold", 900)],
    ["no alarm at 1000 messages", set(diskAlarm, "metric_name", "disk_used_percent")],
  ]);
  proves("alerts", {}, cluster, "alert rules in 1 release of Prometheus", [prometheus], [
    ["no alert rules", without(prometheus)],
    ["no alert rules", reword(prometheus, "values", "additionalPrometheusRulesMap", "otherRules")],
  ]);
  refutes("alerts", { thresholdPercent: 80 }, cluster, "no alarm, no topic, no alarm at 80 %");
  // The database's alarm on 72 connections is none on 72 %.
  refutes("alerts", { thresholdPercent: 72 }, server, "no alarm at 72 %");
  refutes("alerts", { channel: "slack" }, server, "no slack: phaseline tells alarms to an SNS topic, to which e-mail can subscribe");

  const seedPods = "HorizontalPodAutoscaler on deployment/api with min";
  proves("autoscaling", { min: 2, max: 10, cpuTargetPercent: 70, of: "pods" }, cluster, `${seedPods} 2 and max 10 at 70 % CPU, metrics-server`, [hpa, api, "helm_release.metrics-server"], [
    ["no HorizontalPodAutoscaler on deployment/api", without(hpa)],
    ['no Deployment "api"', without(api)],
    ["no metrics server", without("helm_release.metrics-server")],
    [`${seedPods} 3 and max 10 at 70 % CPU`, set(hpa, "spec.min_replicas", 3)],
    [`${seedPods} 2 and max 12 at 70 % CPU`, set(hpa, "spec.max_replicas", 12)],
    [`${seedPods} 2 and max 10 at 50 % CPU`, set(hpa, "spec.metric.0.resource.target.average_utilization", 50)],
    ["no HorizontalPodAutoscaler on deployment/api", set(hpa, "spec.scale_target_ref.name", "web")],
    ["no HorizontalPodAutoscaler on deployment/api", set(hpa, "spec.scale_target_ref.kind", "StatefulSet")],
  ]);
  proves("autoscaling", { of: "pods" }, cluster, `${seedPods} 2 and max 10 at 70 % CPU, metrics-server`, [hpa, api, "helm_release.metrics-server"], [
    [`no share of CPU or memory that it follows`, set(hpa, "spec.metric", [])],
  ]);
  const byMemory = mutated(cluster, (s) => s.stacks["production-platform"].resource.kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler.spec.metric.push({ type: "Resource", resource: { name: "memory", target: { average_utilization: 80 } } }));
  proves("autoscaling", { memoryTargetPercent: 80 }, byMemory, `${seedPods} 2 and max 10 at 70 % CPU and 80 % memory, metrics-server`, [hpa, api, "helm_release.metrics-server"], [
    [`${seedPods} 2 and max 10 at 70 % CPU and 90 % memory`, set(hpa, "spec.metric.1.resource.target.average_utilization", 90)],
    [`${seedPods} 2 and max 10 at 70 % CPU`, set(hpa, "spec.metric.1.resource.name", "disk")],
  ]);
  const cpuPolicy = "aws_autoscaling_policy.fleet_cpu";
  proves("autoscaling", { min: 2, max: 6, cpuTargetPercent: 60, of: "servers" }, fleet, "Auto Scaling group with min 2 and max 6, at 60 % CPU", [asg, cpuPolicy], [
    ["no Auto Scaling group", without(asg)],
    ["no scaling policy", without(cpuPolicy)],
    ["no scaling policy", set(cpuPolicy, "autoscaling_group_name", "another")],
    ["no scaling policy", set(cpuPolicy, "policy_type", "StepScaling")],
    ["a policy that does not follow the CPU", set(cpuPolicy, "target_tracking_configuration.predefined_metric_specification.predefined_metric_type", "ASGAverageNetworkIn")],
    ["another target", set(cpuPolicy, "target_tracking_configuration.target_value", 80)],
    ["min 1 and max 6", set(asg, "min_size", 1)],
    ["min 2 and max 9", set(asg, "max_size", 9)],
  ]);
  const scaled = mutated(cluster, add("helm_release.autoscaler", { chart: "cluster-autoscaler" }));
  proves("autoscaling", { min: 2, max: 10, of: "nodes" }, scaled, "2 to 10 nodes", [workers, "helm_release.autoscaler"], [
    ["no autoscaler of nodes", without("helm_release.autoscaler")],
    ["no autoscaler of nodes", set("helm_release.autoscaler", "chart", "descheduler")],
    ["no node group", without(workers)],
    ["no node group", without(eks)],
    ["3 to 10 nodes", set(workers, "scaling_config.min_size", 3)],
    ["2 to 5 nodes", set(workers, "scaling_config.max_size", 5)],
  ]);
  refutes("autoscaling", { min: 2, max: 6, of: "pods" }, fleet, 'no Deployment "api"');
  refutes("autoscaling", { memoryTargetPercent: 80, of: "instances" }, fleet, "no policy for memory");

  const burn = (period: string) => `aws_cloudwatch_metric_alarm.availability_burn-${period}`;
  const availability = addressesOf(fleet, "aws_cloudwatch_metric_alarm").filter((address) => address.includes(".availability_"));
  proves("availability-target", { uptimePercent: 99.5 }, fleet, "7 alarms on the availability that the load balancer measures", availability, [
    ["no alarm on availability", without(burn("1h")), without(burn("6h")), without(burn("24h"))],
    ["no alarm on availability", without("aws_cloudwatch_metric_alarm")],
    ["no alarm on availability", without(balancer)],
    ["alarms on another objective", set(burn("1h"), "threshold", 14.4)],
    ["no alarm on availability", set(burn("1h"), "alarm_actions", []), set(burn("6h"), "alarm_actions", []), set(burn("24h"), "alarm_actions", [])],
  ]);
  proves("availability-target", {}, cluster, 'an alert when more than 1 % of requests to "api" fail', [prometheus], [
    ["no alarm on availability", without(prometheus)],
    ["no alert on the error rate", reword(prometheus, "values", "ApplicationErrorRateHigh", "ApplicationSlow")],
    ["no alert on the error rate", reword(prometheus, "values", /service=([\\"]*)api/g, "service=$1web")],
  ]);
  refutes("availability-target", { uptimePercent: 99.95 }, fleet, "alarms on another objective");
  refutes("availability-target", { uptimePercent: 99.5 }, server, "no alarm on availability");

  proves("backups", { retentionDays: 7 }, fleet, "backups kept for 7 days, final snapshot", [postgres], [
    ["no database", without("aws_db_instance")],
    ["backups kept for 3 days", set(postgres, "backup_retention_period", 3)],
    ["no final snapshot", set(postgres, "skip_final_snapshot", true)],
  ]);
  proves("backups", { everyMinutes: 60 }, fleet, "backups kept for 7 days, final snapshot", [postgres], [["no database", without("aws_db_instance")]]);
  refutes("backups", { everyMinutes: 1 }, fleet, "no backups every 1 minutes: RDS restores to any moment until five minutes ago");
  proves("availability-target", { uptimePercent: [99, 99.5] }, fleet, "7 alarms on the availability that the load balancer measures", availability, [["alarms on another objective", set(availability[0] as string, "threshold", 50)]]);
  proves("backups", {}, server, "backups kept for 7 days, final snapshot", [postgres], [["backups kept for 0 days", set(postgres, "backup_retention_period", undefined)]]);

  const found = 'EKS cluster "specweave-prod" 1.35, 2 to 10 nodes, its API not open to the world';
  const bounded = synthesize([...SEED, ["cluster", { min: 2, max: 10 }]]);
  proves("cluster", { engineVersion: "1.35", instanceType: "t3.large", nodes: 3, min: 2, max: 10 }, bounded, found, [eks, workers], [
    ["no autoscaler of nodes, without which there are never more or fewer", without("helm_release.node-autoscaler")],
    ['no EKS cluster "specweave-prod"', without(eks)],
    ['no EKS cluster "specweave-prod"', set(eks, "name", "another")],
    ["no node group", without(workers)],
    ["no node group", set(workers, "cluster_name", "another"), set(workers, "depends_on", []), set(workers, "node_role_arn", "arn")],
    ["version 1.30", set(eks, "version", "1.30")],
    ["2 to 10 nodes, 5 to begin with", set(workers, "scaling_config.desired_size", 5)],
    ["1 to 10 nodes, 3 to begin with", set(workers, "scaling_config.min_size", 1)],
    ["2 to 20 nodes, 3 to begin with", set(workers, "scaling_config.max_size", 20)],
    ["another instance type", set("aws_launch_template.workers_template", "instance_type", "t3.nano")],
    ["a subnet that is not private", set(eks, "vpc_config.subnet_ids", ["${aws_subnet.network_public-a.id}"])],
    ["a subnet that is not private", set(workers, "subnet_ids", ["${aws_subnet.network_public-a.id}"])],
    ["its API open to the world", set(eks, "vpc_config.endpoint_public_access", true)],
    ["its API open to the world", set(eks, "vpc_config.endpoint_public_access", undefined)],
    ["its API open to the world", set(eks, "vpc_config.endpoint_public_access", true), set(eks, "vpc_config.public_access_cidrs", ["0.0.0.0/0"])],
  ]);
  refutes("cluster", { platform: "ecs" }, cluster, "no ECS: phaseline provisions clusters on EKS");

  proves("compute", { instances: 3, instanceType: "t4g.small", storageGb: 30 }, fleet, "Auto Scaling group of 3 instances, IMDSv2 only", [asg, template], [
    ["no Auto Scaling group", without(asg)],
    ["no launch template", without(template)],
    ["IMDSv2 is not required", set(template, "metadata_options.http_tokens", "optional")],
    ["its disk is not encrypted", set(template, "block_device_mappings.ebs.encrypted", "false")],
    ["another instance type", set(template, "instance_type", "t3.micro")],
    ["a disk of 8 GB", set(template, "block_device_mappings.ebs.volume_size", 8)],
    ["2 instances", set(asg, "desired_capacity", 2)],
  ]);
  proves("compute", { instances: 1, instanceType: "t4g.small", storageGb: 20 }, server, "EC2 instance t4g.small, IMDSv2 only, encrypted", ["aws_instance.server"], [
    ["no EC2 instance", without("aws_instance.server")],
    ["IMDSv2 is not required", set("aws_instance.server", "metadata_options.http_tokens", "optional")],
    ["its disk is not encrypted", set("aws_instance.server", "root_block_device.encrypted", false)],
    ["another instance type", set("aws_instance.server", "instance_type", "t3.micro")],
    ["a disk of 8 GB", set("aws_instance.server", "root_block_device.volume_size", 8)],
  ]);
  proves("compute", {}, cluster, 'node group "specweave-workers", IMDSv2 only, encrypted', [workers, "aws_launch_template.workers_template"], [
    ["no EC2 instance", without(workers), without("aws_launch_template")],
    ["no launch template", without("aws_launch_template")],
    ["IMDSv2 is not required", set("aws_launch_template.workers_template", "metadata_options.http_tokens", "optional")],
  ]);
  // The host of Prometheus is a server, too, but no application runs there.
  refutes("compute", { instances: 1 }, fleet, "no EC2 instance");
  refutes("compute", { instances: 3 }, cluster, "no Auto Scaling group");

  const registry = "aws_ecr_repository.registry_repository";
  proves("containers", { tool: "compose", port: 3000 }, fleet, "compose/compose.yaml, ECR", [asg, registry], [
    ["no Compose file, no port 3000", withoutArtifact("compose/compose.yaml")],
    ["no instances that run it", without(asg)],
    ["no registry", without(registry)],
    ["no port 3000", rewordArtifact("compose/compose.yaml", /\b3000\b/g, "8080")],
  ]);
  proves("containers", { port: 3000 }, cluster, "a Deployment, ECR", [api, registry], [
    ["no Compose file, no port 3000", without(api)],
    ["no registry", without(registry)],
    ["an image from elsewhere", set(api, `${container}.image`, "docker.io/acme/api")],
    ["no port 3000", set(api, `${container}.port.container_port`, 8080)],
  ]);
  refutes("containers", { tool: "compose" }, cluster, "no Compose file");
  refutes("containers", {}, server, "no Compose file, no registry");

  const grafanaSecret = "kubernetes_secret_v1.monitoring_grafana-secret";
  proves("dashboards", { tool: "grafana" }, cluster, "Grafana on, its password from a secret of its own", [prometheus], [
    ["no Helm release of kube-prometheus-stack", without(prometheus)],
    ["Grafana off", reword(prometheus, "values", /(grafana[\\"]* = {[\\"]*enabled[\\"]* = )true/, "$1false")],
    ["no secret with its password", without(grafanaSecret)],
    ["no secret with its password", set(grafanaSecret, "metadata.name", "another")],
    ["its password is in the state", set(grafanaSecret, "data", { "admin-password": "admin" })],
  ]);
  const dashboardFiles = addressesOf(fleet, "aws_s3_object").filter((address) => address.includes("grafana-dashboards"));
  proves("dashboards", { tool: "grafana" }, fleet, "Grafana on a private host, with 2 dashboards", [host, ...dashboardFiles], [
    ["no host for Grafana", without(host)],
    ["it has a public address", set(host, "associate_public_ip_address", true)],
    ["no dashboards", without("aws_s3_object")],
  ]);
  proves("dashboards", {}, server, "1 CloudWatch dashboard", ["aws_cloudwatch_dashboard.host-monitoring_dashboard"], [["no Helm release of kube-prometheus-stack", without("aws_cloudwatch_dashboard")]]);
  refutes("dashboards", { tool: "grafana" }, server, "no Helm release of kube-prometheus-stack");
  refutes("dashboards", { tool: "cloudwatch" }, cluster, "no CloudWatch dashboard");

  proves("database", { engine: "postgres", engineVersion: "17", instanceType: "db.t4g.micro", storageGb: 20 }, server, "RDS PostgreSQL 17, private, encrypted, protected", [postgres], [
    ["no database", without("aws_db_instance")],
    ["another engine", set(postgres, "engine", "mysql")],
    ["it is public", set(postgres, "publicly_accessible", true)],
    ["it is not encrypted", set(postgres, "storage_encrypted", false)],
    ["it has no backups", set(postgres, "backup_retention_period", 0)],
    ["it is not protected", set(postgres, "deletion_protection", false)],
    ["its password is in the state", set(postgres, "password", "secret")],
    ["version 16", set(postgres, "engine_version", "16")],
    ["another instance class", set(postgres, "instance_class", "db.r6g.large")],
    ["another size", set(postgres, "allocated_storage", 100)],
  ]);
  const aurora = mutated(
    network,
    add("aws_rds_cluster.database", { engine: "aurora-postgresql", engine_version: "17.4", storage_encrypted: true, backup_retention_period: 7, deletion_protection: true }),
    add("aws_rds_cluster_instance.writer", { cluster_identifier: "${aws_rds_cluster.database.id}", instance_class: "db.r6g.large", publicly_accessible: false }),
  );
  proves("database", { engine: "aurora-postgresql", engineVersion: "17", instanceType: "db.r6g.large" }, aurora, "Aurora PostgreSQL 17.4, private, encrypted, protected", ["aws_rds_cluster.database", "aws_rds_cluster_instance.writer"], [
    ["no database", without("aws_rds_cluster.database")],
    ["no instance of it", without("aws_rds_cluster_instance")],
    ["it is public", set("aws_rds_cluster_instance.writer", "publicly_accessible", true)],
    ["another instance class", set("aws_rds_cluster_instance.writer", "instance_class", "db.t4g.medium")],
    ["its password is in the state", set("aws_rds_cluster.database", "master_password", "secret")],
  ]);
  refutes("database", { engineVersion: "1" }, server, "version 17");
  refutes("database", { engine: "mysql" }, server, "no mysql: phaseline provisions PostgreSQL on RDS");
  refutes("database", { engine: ["postgres", "mongodb"] }, server, "no mongodb: phaseline provisions PostgreSQL on RDS");
  refutes("database", { engine: "aurora-postgresql" }, server, "no database");

  const record = addressesOf(fleet, "aws_route53_record").find((address) => !address.includes("validation"))!;
  proves("dns", { domain: "api.example.com" }, fleet, "record api.example.com", [record], [
    ["no record", without(record)],
    ["no record", set(record, "type", "TXT")],
    ["no record for api.example.com", set(record, "name", "www.example.com")],
    ["a record that leads nowhere", set(record, "alias", undefined)],
  ]);
  proves("dns", {}, server, "record api.example.com", addressesOf(server, "aws_route53_record"), [["a record that leads nowhere", set(addressesOf(server, "aws_route53_record")[0]!, "records", [])]]);
  refutes("dns", {}, cluster, "no record");

  const everyDatabase = addressesOf(fleet, "aws_db_instance");
  proves("encryption", { scope: "at-rest" }, fleet, "1 rotating KMS key, 2 databases and 7 log groups encrypted", ["aws_kms_key.data", ...everyDatabase], [
    ["no key", without("aws_kms_key")],
    ["a key that does not rotate", set("aws_kms_key.data", "enable_key_rotation", false)],
    ["a database in clear", set(postgres, "storage_encrypted", false)],
    ["a database in clear", set(everyDatabase[1]!, "storage_encrypted", undefined)],
    ["a log group in clear", set("aws_cloudwatch_log_group.fleet_logs_group", "kms_key_id", undefined)],
    ["a volume in clear", set("aws_ebs_volume.monitoring", "encrypted", false)],
  ]);
  proves("encryption", {}, cluster, "1 rotating KMS key, 0 databases and 2 log groups encrypted", ["aws_kms_key.data"], [
    ["a cluster whose secrets are in clear", set(eks, "encryption_config", undefined)],
  ]);
  const ways = [http, https, "aws_db_parameter_group.database_parameters"];
  proves("encryption", { scope: "in-transit" }, fleet, "1 HTTPS listener, 1 databases that refuse plain connections", ways, [
    ["nothing that takes connections", without("aws_lb_listener"), without("aws_db_parameter_group"), without("aws_db_instance")],
    ["a listener in clear", set(http, "default_action.0.type", "forward")],
    ["a listener in clear", set(https, "protocol", "HTTP")],
    ["a database that takes plain connections", set("aws_db_parameter_group.database_parameters", "parameter", [])],
    ["a database that takes plain connections", set(postgres, "parameter_group_name", "default.postgres17")],
  ]);
  proves("encryption", { scope: "both" }, fleet, "1 rotating KMS key, 2 databases and 7 log groups encrypted; 1 HTTPS listener, 1 databases that refuse plain connections", ["aws_kms_key.data", ...everyDatabase, ...ways], [
    ["a database in clear", set(postgres, "storage_encrypted", false)],
    ["a listener in clear", set(https, "protocol", "HTTP")],
  ]);
  refutes("encryption", { scope: "in-transit" }, cluster, "nothing that takes connections");

  proves("health-check", { path: "/health", port: 3000 }, cluster, "liveness at /health, readiness at /health", [api], [
    ['no Deployment "api"', without(api)],
    ["liveness at /ready, readiness at /health", set(api, `${container}.liveness_probe.http_get.path`, "/ready")],
    ["liveness at /health, readiness at /ready", set(api, `${container}.readiness_probe.http_get.path`, "/ready")],
    ["liveness at undefined, readiness at /health", set(api, `${container}.liveness_probe`, undefined)],
    ["a probe on port 8080", set(api, `${container}.liveness_probe.http_get.port`, "8080")],
  ]);
  proves("health-check", {}, cluster, "liveness at /health, readiness at /health", [api], [["liveness at /health, readiness at undefined", set(api, `${container}.readiness_probe`, undefined)]]);
  proves("health-check", { probes: ["startup"] }, cluster, "startup at /health", [api], [["startup at undefined", set(api, `${container}.startup_probe`, undefined)]]);
  proves("health-check", { path: "/health", port: 3000 }, fleet, "health check at /health, by which the group replaces instances", [targets, asg], [
    ["no health check", set(targets, "health_check", undefined)],
    ["health check at /", set(targets, "health_check.path", "/")],
    ["health check on port 8080", set(targets, "port", 8080)],
    ["instances are not replaced by it", set(asg, "health_check_type", "EC2")],
    ["instances are not replaced by it", set(asg, "target_group_arns", [])],
    ["instances are not replaced by it", without(asg)],
  ]);
  refutes("health-check", { probes: ["liveness"] }, fleet, 'no Deployment "api"');

  const budget = "kubernetes_pod_disruption_budget_v1.api_disruption-budget";
  proves("high-availability", { azCount: 3 }, cluster, "3 zones, disruption budget", [eks, budget], [
    ["one zone", without("aws_subnet.network_private-b"), without("aws_subnet.network_private-c")],
    ["2 zones", without("aws_subnet.network_private-c")],
    ["2 zones", set("aws_subnet.network_private-c", "availability_zone", cluster.stacks["production"]!.resource!["aws_subnet"]!["network_private-a"]!["availability_zone"])],
    ["the API has no disruption budget", without(budget)],
    ["the API has no disruption budget", set(budget, "spec.selector.match_labels", { app: "web" })],
    ["one node", set(workers, "scaling_config.min_size", 1)],
    ["one node", without(workers)],
    ["nodes in one zone", set(workers, "subnet_ids", ["${aws_subnet.network_private-a.id}"])],
    ["one pod", set(hpa, "spec.min_replicas", 1)],
    ["one pod", without(hpa), set(api, "spec.replicas", "1")],
  ]);
  proves("high-availability", {}, fleet, "3 zones, standby of the database", [asg, postgres], [
    ["nothing that could be available", without(asg), without("aws_db_instance")],
    ["the database has no standby", set(postgres, "multi_az", false)],
    ["one instance", set(asg, "min_size", 1)],
    ["instances in one zone", set(asg, "vpc_zone_identifier", ["${aws_subnet.network_private-a.id}"])],
  ]);
  refutes("high-availability", {}, network, "nothing that could be available");
  refutes("high-availability", {}, server, "the database has no standby");

  proves("load-balancer", { type: "application", port: [80, 443] }, fleet, "application load balancer, 2 listeners, health check at /health", [balancer, targets, http, https], [
    ["no load balancer", without(balancer)],
    ["another type", set(balancer, "load_balancer_type", "network")],
    ["it is internal", set(balancer, "internal", true)],
    ["not in public subnets", set(balancer, "subnets", ["${aws_subnet.network_private-a.id}"])],
    ["no listener forwards, no listener on port 80, 443, no health check, no instances behind it", without("aws_lb_listener")],
    ["no listener forwards, no health check, no instances behind it", without(https), add("aws_lb_listener.other", { port: 443, load_balancer_arn: "${aws_lb.load-balancer_load-balancer.arn}" })],
    ["no listener on port 80", without(http)],
    ["no listener forwards", set(https, "default_action.0.type", "fixed-response")],
    ["no health check", set(targets, "health_check", undefined)],
    ["no instances behind it", set(asg, "target_group_arns", [])],
    ["invalid headers are let through", set(balancer, "drop_invalid_header_fields", false)],
  ]);
  const attached = mutated(fleet, set(asg, "target_group_arns", []), add("aws_autoscaling_attachment.fleet", { autoscaling_group_name: "${aws_autoscaling_group.fleet_group.name}", lb_target_group_arn: "${aws_lb_target_group.load-balancer_targets.arn}" }));
  proves("load-balancer", {}, attached, "application load balancer, 2 listeners, health check at /health", [balancer, targets, http, https], [
    ["no instances behind it", without("aws_autoscaling_attachment")],
    ["no instances behind it", set("aws_autoscaling_attachment.fleet", "autoscaling_group_name", "another")],
    ["no instances behind it", set("aws_autoscaling_attachment.fleet", "lb_target_group_arn", "another")],
  ]);
  refutes("load-balancer", { type: "network" }, fleet, "no network load balancer: phaseline provisions application load balancers");
  refutes("load-balancer", { type: "ingress" }, fleet, "an ingress was asked for");
  refutes("load-balancer", {}, server, "no load balancer");

  const flowLogs = "aws_cloudwatch_log_group.network_flow-logs_group";
  const serverLogs = addressesOf(server, "aws_cloudwatch_log_group").filter((address) => address !== flowLogs);
  proves("logs", { retentionDays: 365, tool: "cloudwatch" }, server, "6 encrypted log groups, kept for 365 days", serverLogs, [
    ["no log group", without("aws_cloudwatch_log_group")],
    ["a log group is not encrypted", set(serverLogs[0]!, "kms_key_id", undefined)],
    ["logs are kept for ever, logs are kept for another time", set(serverLogs[0]!, "retention_in_days", undefined)],
    ["logs are kept for another time", set(serverLogs[0]!, "retention_in_days", 30)],
  ]);
  proves("logs", {}, server, "6 encrypted log groups, kept for 365 days", serverLogs, [["logs are kept for ever", set(serverLogs[0]!, "retention_in_days", 0)]]);
  proves("logs", { tool: "flow-logs" }, network, "1 encrypted log groups, kept for 365 days", ["aws_flow_log.network_flow-log", flowLogs], [
    ["no log group", without("aws_flow_log")],
    ["no log group", without(flowLogs)],
    ["a log group is not encrypted", set(flowLogs, "kms_key_id", undefined)],
  ]);
  // The network's own records are no application's logs.
  refutes("logs", {}, network, "no log group");

  const release = 'Helm release "kube-prometheus-stack" of kube-prometheus-stack 88.5.3';
  proves("metrics", { tool: "prometheus" }, cluster, `${release}, with a ServiceMonitor`, [prometheus], [
    ["no Helm release of kube-prometheus-stack", without(prometheus)],
    ["no Helm release of kube-prometheus-stack", set(prometheus, "chart", "prometheus-node-exporter")],
    [`${release}, without a ServiceMonitor for "api"`, reword(prometheus, "values", "additionalServiceMonitors", "none")],
    [`${release}, without a ServiceMonitor for "api"`, reword(prometheus, "values", /(app\.kubernetes\.io\/name[\\"]* = [\\"]*)api/, "$1web")],
  ]);
  const volume = "aws_ebs_volume.monitoring";
  const scrapes = "aws_s3_object.metrics-host_file-prometheus-prometheus-yml";
  proves("metrics", { tool: "prometheus" }, fleet, "a private host with Prometheus and Grafana on an encrypted volume", [host, volume], [
    ["no Helm release of kube-prometheus-stack", without(host)],
    ["it has a public address", set(host, "associate_public_ip_address", true)],
    ["no encrypted volume", set(volume, "encrypted", false)],
    ["no encrypted volume", without(volume)],
    ["no encrypted volume", without("aws_volume_attachment")],
    ['"api" is not measured', without(scrapes)],
    ['"api" is not measured', reword(scrapes, "content", "job_name: api", "job_name: web")],
  ]);
  const watched = addressesOf(server, "aws_cloudwatch_metric_alarm").filter((address) => address.includes(".host-monitoring_"));
  proves("metrics", { tool: "cloudwatch" }, server, "6 metrics of CloudWatch watched", watched, [
    ["nothing is measured by CloudWatch", without("aws_cloudwatch_metric_alarm")],
    ["nothing is measured by CloudWatch", without("aws_instance.server")],
  ]);
  // Alarms of the server are no Prometheus; alarms of the database measure no application.
  refutes("metrics", { tool: "prometheus" }, server, "no Helm release of kube-prometheus-stack");
  refutes("metrics", {}, mutated(server, ...watched.map(without)), "no Helm release of kube-prometheus-stack");

  const vpc = "aws_vpc.network_vpc";
  const subnets = addressesOf(cluster, "aws_subnet");
  const laidOut = "VPC 10.0.0.0/16, 3 public, 3 private and 3 data subnets, 3 NAT gateways";
  proves("network", { cidr: ["10.0.0.0/16", "10.0.0.0/19"], azCount: 3, publicSubnets: 3, privateSubnets: 3, natGateways: 3 }, cluster, laidOut, [vpc, ...subnets], [
    ["no VPC", without(vpc)],
    ["VPC 10.9.0.0/16, and nothing with 10.0.0.0/16", set(vpc, "cidr_block", "10.9.0.0/16")],
    ["VPC 10.0.0.0/16, and nothing with 10.0.0.0/19", set("aws_subnet.network_private-a", "cidr_block", "10.0.200.0/24")],
    ["2 zones, 2 public subnets", without("aws_subnet.network_public-a")],
    ["2 zones, 2 private subnets", without("aws_subnet.network_private-b")],
    ["2 private subnets", set("aws_subnet.network_private-b", "vpc_id", "another")],
    ["2 NAT gateways", without("aws_nat_gateway.network_nat-a")],
    ["no flow logs", without("aws_flow_log")],
    ["no flow logs", set("aws_flow_log.network_flow-log", "vpc_id", "another")],
  ]);
  proves("network", {}, network, "VPC 10.0.0.0/16, 3 public, 3 private and 3 data subnets, 0 NAT gateways", [vpc, ...subnets], [
    ["0 zones, 0 private subnets", ...["a", "b", "c"].map((zone) => without(`aws_subnet.network_private-${zone}`))],
    ["1 zones", set("aws_subnet.network_public-a", "availability_zone", "a"), set("aws_subnet.network_public-b", "availability_zone", "a"), set("aws_subnet.network_public-c", "availability_zone", "a")],
  ]);
  refutes("network", { cidr: ["10.0.0.0/16", "10.1.0.0/16"] }, network, "VPC 10.0.0.0/16, and nothing with 10.1.0.0/16");

  const trusted = `${WORKFLOW}, and a role that trusts acme/specweave only`;
  const delivers: readonly (readonly [string, Mutation])[] = [
    [`no ${WORKFLOW}`, withoutArtifact(WORKFLOW)],
    ["no trigger on main", rewordArtifact(WORKFLOW, "- main", "- mainline")],
    ["no image is built and pushed", rewordArtifact(WORKFLOW, "push: true", "push: false")],
    ["no image is built and pushed", rewordArtifact(WORKFLOW, "docker/build-push-action", "docker/bake-action")],
    ["no role that trusts acme/specweave", without("aws_iam_role")],
    ["no role that trusts acme/specweave", reword(deployTrust, "statement", "repo:acme/specweave:", "repo:evil/specweave:")],
    ["a role that trusts others, too", reword(deployTrust, "statement", '"repo:acme/specweave:', '"repo:evil/specweave:*","repo:acme/specweave:')],
  ];
  proves("pipeline", { branch: "main", tool: "github-actions" }, cluster, trusted, ["aws_iam_role.deploy-role_role"], [
    ...delivers,
    ["no kubectl set image", rewordArtifact(WORKFLOW, "kubectl set image", "echo")],
    ["no kubectl set image", rewordArtifact(WORKFLOW, "DEPLOYMENT: api", "DEPLOYMENT: web")],
    ["no rollout status", rewordArtifact(WORKFLOW, /rollout status/g, "rollout history")],
    ["nothing to deploy to", without(api)],
  ]);
  proves("pipeline", {}, fleet, trusted, ["aws_iam_role.deploy-role_role"], [
    ...delivers,
    ["no deployment by Systems Manager", rewordArtifact(WORKFLOW, /ssm send-command/g, "ssm describe")],
    ["nothing to deploy to", without(asg)],
  ]);
  refutes("pipeline", { branch: "release" }, cluster, "no trigger on release");
  refutes("pipeline", { signs: true }, cluster, "images are not signed");
  refutes("pipeline", { sbom: true }, cluster, "no SBOM is written");
  refutes("pipeline", { tool: "jenkins" }, cluster, "no jenkins: phaseline writes workflows for GitHub Actions");

  const replica = everyDatabase[1]!;
  proves("read-replica", { readReplicas: 1 }, fleet, "1 read replica of the database", [replica], [
    ["no read replica", without(replica)],
    ["2 read replica", add("aws_db_instance.third", { replicate_source_db: "${aws_db_instance.database.arn}" })],
    ["no database that it replicates", set(replica, "replicate_source_db", "another")],
    ["no database that it replicates", without(postgres)],
  ]);
  refutes("read-replica", { readReplicas: 2 }, fleet, "1 read replica");
  refutes("read-replica", {}, server, "no read replica");

  proves("registry", { immutableTags: true, scan: true, untaggedImages: 14 }, cluster, 'ECR repository "specweave-api"', [registry], [
    ["no ECR repository, no rule that keeps 14 images", without(registry)],
    ["a repository whose tags may change or that is not scanned, no rule that keeps 14 images", set(registry, "image_tag_mutability", "MUTABLE")],
    ["a repository whose tags may change or that is not scanned, no rule that keeps 14 images", set(registry, "image_scanning_configuration.scan_on_push", false)],
    ["no rule that keeps 14 images", without("aws_ecr_lifecycle_policy")],
    ["no rule that keeps 14 images", reword("aws_ecr_lifecycle_policy.registry_lifecycle", "policy", /(countNumber\W+)14/, "$199")],
  ]);

  const secrets = addressesOf(server, "aws_secretsmanager_secret");
  const versions = addressesOf(server, "aws_secretsmanager_secret_version");
  const rotated = mutated(server, add("aws_secretsmanager_secret_rotation.password", { rotation_rules: { automatically_after_days: 30 } }));
  proves("secrets", { store: "secrets-manager", rotationDays: 30 }, rotated, "2 secrets, encrypted, written without passing through the state", [...secrets, ...versions], [
    ["no secret", without("aws_secretsmanager_secret")],
    ["a secret without a key of its own", set(secrets[0]!, "kms_key_id", undefined)],
    ["a secret in the state", set(versions[0]!, "secret_string", "open")],
    ["no rotation every 30 days", set("aws_secretsmanager_secret_rotation.password", "rotation_rules.automatically_after_days", 90)],
  ]);
  refutes("secrets", { rotationDays: 30 }, server, "no rotation every 30 days");
  for (const store of ["parameter-store", "vault", "sealed-secrets", "sops"] as const) refutes("secrets", { store }, server, `no ${store}: phaseline keeps secrets in Secrets Manager`);

  const defaultTags: (key: string) => Mutation = (key) => ({ stacks }) => delete stacks.production.provider.aws[0].default_tags[0].tags[key];
  proves("tagging", { tags: ["project", "environment", "increment id"] }, fleet, "default tags of the provider, and the increment on each resource", [vpc], [
    ["no default tags, no tag project", defaultTags("Project")],
    ["no default tags, no tag environment", defaultTags("Environment")],
    ["a resource without its increment", set(postgres, "tags.Increment", undefined)],
    ["no resources", ({ stacks }) => delete stacks.production.resource],
  ]);
  refutes("tagging", { tags: ["cost-center"] }, fleet, "no tag cost-center");

  proves("tls", { tlsVersion: "1.2", port: 443 }, fleet, "HTTPS with ELBSecurityPolicy-TLS13-1-2-2021-06, plain HTTP redirected", [https, http], [
    ["no HTTPS listener", without("aws_lb_listener")],
    ["nothing listens on port 443", set(https, "port", 8443)],
    ["no certificate", set(https, "certificate_arn", undefined)],
    ["an old policy", set(https, "ssl_policy", "ELBSecurityPolicy-TLS13-1-0-2021-06")],
    ["plain HTTP is served", set(http, "default_action.0.type", "forward")],
  ]);
  const port443 = addressesOf(server, "aws_vpc_security_group_ingress_rule").filter((address) => address.includes("443"));
  proves("tls", {}, server, "HTTPS on the server, with a certificate of Let's Encrypt", ["aws_instance.server", ...port443], [
    ["no HTTPS listener", without("aws_instance.server"), ...port443.map(without)],
    ["port 443 is closed", ...port443.map(without)],
    ["no certificate: context.phaseline.domain names none", reword("aws_instance.server", "user_data", "certbot certonly", "true")],
  ]);
  proves("tls", { ports: [80, 443] }, fleet, "HTTPS with ELBSecurityPolicy-TLS13-1-2-2021-06, plain HTTP redirected", [https, http], [
    ["nothing listens on port 80", set(http, "port", 8080)],
    ["nothing listens on port 80, nothing listens on port 443", set(http, "port", 8080), set(https, "port", 8443)],
  ]);
  refutes("tls", { tlsVersion: "1.3" }, fleet, "an old policy");
  refutes("tls", { tlsVersion: "1.3" }, server, "TLS 1.2 and 1.3");
  refutes("tls", {}, cluster, "no HTTPS listener");

  const runs = 'Deployment "api" with 3 replicas on port 3000, a Service, a liveness and a readiness probe';
  const service = "kubernetes_service_v1.api_service";
  const sizes = (cpu: string, memory: string, cpuRequest: string, memoryRequest: string) => `${cpu} CPU and ${memory} at most, ${cpuRequest} and ${memoryRequest} requested`;
  proves(
    "workload",
    { platform: "kubernetes", replicas: 3, min: 2, max: 10, strategy: "rolling", cpuRequest: "100m", cpuLimit: "500m", memoryRequest: "256Mi", memoryLimit: "512Mi", cpu: 0.5, memoryGb: 0.5 },
    cluster,
    runs,
    [api, service],
    [
      ['no Deployment "api"', without(api)],
      ['no Deployment "api"', set(api, "metadata.name", "web")],
      [runs.replace("a Service", "no Service"), without(service)],
      [runs.replace("a Service", "no Service"), set(service, "spec.selector", { app: "web" })],
      [runs.replace("3 replicas", "5 replicas"), set(api, "spec.replicas", "5")],
      [runs.replace("a liveness", "no liveness"), set(api, `${container}.liveness_probe`, undefined)],
      [runs.replace("a readiness", "no readiness"), set(api, `${container}.readiness_probe`, undefined)],
      ["1 to 10 replicas", set(hpa, "spec.min_replicas", 1)],
      ["2 to 20 replicas", set(hpa, "spec.max_replicas", 20)],
      ["the strategy is Recreate", set(api, "spec.strategy.type", "Recreate")],
      [sizes("500m", "512Mi", "50m", "256Mi"), set(api, `${container}.resources.requests.cpu`, "50m")],
      [sizes("500m", "512Mi", "100m", "64Mi"), set(api, `${container}.resources.requests.memory`, "64Mi")],
      [sizes("1", "512Mi", "100m", "256Mi"), set(api, `${container}.resources.limits.cpu`, "1")],
      [sizes("500m", "1Gi", "100m", "256Mi"), set(api, `${container}.resources.limits.memory`, "1Gi")],
    ],
  );
  proves("workload", {}, cluster, runs, [api, service], [[runs.replace("3 replicas", "1 replicas"), set(api, "spec.replicas", "1")]]);
  proves("workload", { replicas: 3, min: 2, max: 6, strategy: "rolling" }, fleet, "Auto Scaling group of 3 instances behind a load balancer", [asg], [
    ['no Deployment "api"', without(asg)],
    ["2 instances", set(asg, "desired_capacity", 2)],
    ["1 to 6 instances", set(asg, "min_size", 1)],
    ["2 to 9 instances", set(asg, "max_size", 9)],
    ["no load balancer in front of them", set(asg, "target_group_arns", [])],
  ]);
  proves("workload", {}, fleet, "Auto Scaling group of 3 instances behind a load balancer", [asg], [["1 instances", set(asg, "desired_capacity", 1)]]);
  proves("workload", {}, server, "EC2 instance t4g.small that runs acme/specweave", ["aws_instance.server"], [
    ['no Deployment "api"', without("aws_instance.server")],
    ["no acme/specweave on it", reword("aws_instance.server", "user_data", /acme\/specweave/g, "acme/other")],
  ]);
  refutes("workload", { replicas: 2 }, server, "one server");
  refutes("workload", { strategy: "rolling" }, server, "no rolling on an EC2 instance");
  refutes("workload", { strategy: "blue-green" }, fleet, "no blue-green on EC2 instances");
  refutes("workload", { strategy: "canary" }, cluster, "the strategy is RollingUpdate");
  refutes("workload", { platform: "kubernetes" }, fleet, 'no Deployment "api"');
  refutes("workload", { platform: "ecs" }, cluster, "no ECS: phaseline runs services on EKS or EC2");
  // A machine that happens to be there runs no application.
  refutes("workload", {}, mutated(network, add("aws_instance.bastion", { metadata_options: { http_tokens: "required" }, root_block_device: { encrypted: true } })), 'no Deployment "api"');
});

describe("where Git says what runs, a proof of", () => {
  const argoCd = "helm_release.argo-cd_release";
  const application = "helm_release.api_release";
  const chart = (file: string) => `charts/api/${file}`;
  const values = chart("values.yaml");
  const ownDeployment = add(api, { metadata: { name: "api" } });
  const noApplication: readonly (readonly [string, ...Mutation[]])[] = [
    ["an Application of another repository than acme/specweave", reword(application, "values", /acme\/specweave/g, "acme/other")],
    ["an Application that does not follow by itself", reword(application, "values", "automated", "manual")],
    ["no Helm release of argo-cd", without(argoCd)],
    ["values of the Application that win over the chart's", reword(application, "values", "environmentSecrets", "probes")],
  ];

  proves("gitops", { tool: "argocd" }, scale, 'Argo CD 10.1.1, and an Application that deploys "api" from acme/specweave', [argoCd, application], [
    ...noApplication,
    ["no Application of Argo CD", without(application)],
    ["no Application of Argo CD", reword(application, "values", /releaseName(\W+)api/, "releaseName$1web")],
    ["no chart in charts/api/", withoutArtifact(values)],
    ["no chart in charts/api/", withoutArtifact(chart("Chart.yaml"))],
    ["no Deployment in charts/api/", withoutArtifact(chart("templates/deployment.yaml"))],
    ['a Deployment "api" of Terraform\'s beside it', ownDeployment],
  ]);
  refutes("gitops", { tool: "flux" }, scale, "no Flux: phaseline deploys from Git with Argo CD");
  refutes("gitops", {}, cluster, "no Application of Argo CD");

  const runs = "charts/api with 3 replicas on port 3000, a Service, a liveness and a readiness probe";
  const asked = { platform: "kubernetes", replicas: 3, min: 2, max: 10, strategy: "rolling", cpuRequest: "100m", cpuLimit: "500m", memoryRequest: "256Mi", memoryLimit: "512Mi", cpu: 0.5, memoryGb: 0.5 } as const;
  proves("workload", asked, scale, `${runs}, deployed by Argo CD`, [application], [
    ...noApplication,
    [runs.replace("3 replicas", "4 replicas"), rewordArtifact(values, "replicaCount: 3", "replicaCount: 4")],
    [runs.replace("a Service", "no Service"), withoutArtifact(chart("templates/service.yaml"))],
    [runs.replace("a liveness", "no liveness"), rewordArtifact(chart("templates/deployment.yaml"), "livenessProbe:", "otherProbe:")],
    [runs.replace("a readiness", "no readiness"), rewordArtifact(values, /(readiness:\n +)path/, "$1way")],
    ["1 to 10 replicas", rewordArtifact(values, "minReplicas: 2", "minReplicas: 1")],
    ["2 to 20 replicas", rewordArtifact(values, "maxReplicas: 10", "maxReplicas: 20")],
    ["no rolling strategy", rewordArtifact(chart("templates/deployment.yaml"), "type: RollingUpdate", "type: Recreate")],
    ["1 CPU and 512Mi at most, 100m and 256Mi requested", rewordArtifact(values, "cpu: 500m", 'cpu: "1"')],
  ]);
  proves("workload", {}, scale, `${runs}, deployed by Argo CD`, [application], [[runs, rewordArtifact(values, "minReplicas: 2", "minReplicas: 1")]]);
  refutes("workload", { strategy: "canary" }, scale, "no canary strategy");

  const scaled = "HorizontalPodAutoscaler in charts/api with min 2 and max 10 at 70 % CPU";
  proves("autoscaling", { of: "pods", min: 2, max: 10, cpuTargetPercent: 70 }, scale, `${scaled}, metrics-server`, [application, "helm_release.metrics-server"], [
    ...noApplication,
    [scaled.replace("min 2", "min 3"), rewordArtifact(values, "minReplicas: 2", "minReplicas: 3")],
    [scaled.replace("max 10", "max 12"), rewordArtifact(values, "maxReplicas: 10", "maxReplicas: 12")],
    [scaled.replace("70 %", "50 %"), rewordArtifact(values, "cpuTargetPercent: 70", "cpuTargetPercent: 50")],
    ["no HorizontalPodAutoscaler in charts/api", rewordArtifact(values, "enabled: true", "enabled: false")],
    ["no HorizontalPodAutoscaler in charts/api", withoutArtifact(chart("templates/horizontal-pod-autoscaler.yaml"))],
    ["no metrics server", without("helm_release.metrics-server")],
  ]);
  proves("autoscaling", { of: "nodes", min: 2, max: 10 }, scale, "2 to 10 nodes", [workers, "helm_release.node-autoscaler"], [
    ["no autoscaler of nodes", without("helm_release.node-autoscaler")],
    ["2 to 20 nodes", set(workers, "scaling_config.max_size", 20)],
  ]);

  proves("health-check", { probes: ["liveness", "readiness"], path: "/health", port: 3000 }, scale, "charts/api: liveness at /health, readiness at /health", [application], [
    ...noApplication,
    ["charts/api: liveness at /health, readiness at /ready", rewordArtifact(values, /(readiness:\n +path: )\/health/, "$1/ready")],
    ["charts/api: liveness at undefined, readiness at /health", rewordArtifact(chart("templates/deployment.yaml"), "livenessProbe:", "otherProbe:")],
    ["probes on port 8080", rewordArtifact(values, "containerPort: 3000", "containerPort: 8080")],
  ]);

  proves("metrics", { tool: "prometheus" }, scale, 'Helm release "kube-prometheus-stack" of kube-prometheus-stack 88.5.3, with a ServiceMonitor', [prometheus], [
    ["no Helm release of kube-prometheus-stack", without(prometheus)],
    ['Helm release "kube-prometheus-stack" of kube-prometheus-stack 88.5.3, without a ServiceMonitor for "api"', reword(prometheus, "values", "additionalServiceMonitors", "otherMonitors")],
  ]);

  proves("pipeline", { branch: "main", tool: "github-actions" }, scale, `${WORKFLOW}, and a role that trusts acme/specweave only`, ["aws_iam_role.deploy-role_role"], [
    ["no image's tag written to Git", rewordArtifact(WORKFLOW, /git push/g, "git log")],
    ["Argo CD does not read deploy/other.yaml", rewordArtifact(WORKFLOW, /IMAGE_FILE: .*/, "IMAGE_FILE: deploy/other.yaml")],
    ["Argo CD does not follow main", reword(application, "values", /targetRevision(\W+)main/, "targetRevision$1next")],
    ["no image is built and pushed", rewordArtifact(WORKFLOW, "push: true", "push: false")],
  ]);
  proves("approval", { environment: "production" }, scale, `${WORKFLOW} deploys in the environment production; who must approve is set on GitHub, as its required reviewers`, [], [
    [`no ${WORKFLOW}`, withoutArtifact(WORKFLOW)],
    ["no job in production", rewordArtifact(WORKFLOW, /environment: "?production"?/g, "environment: playground")],
  ]);
  proves("approval", {}, fleet, `${WORKFLOW} deploys in the environment production; who must approve is set on GitHub, as its required reviewers`, [], [
    ["no job in an environment", rewordArtifact(WORKFLOW, /environment: "?production"?/g, "name: deploy")],
  ]);
  refutes("approval", { environment: "staging" }, scale, "no job in staging");
  proves("environments", { names: ["production"] }, scale, "the environment production", [`aws_vpc.network_vpc`], [
    ["no environment production", (synthesized) => { synthesized.environments = []; }],
    ["no network of production", without("aws_vpc")],
  ]);
  const staged = synthesizeEnvironments([layerOf(INCREMENT, [...SEED, ["environments", { names: ["staging", "production"] }]])])[0]!;
  const two = "the environments staging and production, each with stacks, a state and a network of its own";
  proves("environments", { names: ["staging", "production"] }, staged, two, ["aws_vpc.network_vpc"], [
    ["no environment staging", (synthesized) => { synthesized.environments = ["production"]; }],
    ["no network of staging", without("aws_vpc")],
  ]);
  proves("environments", {}, staged, two, ["aws_vpc.network_vpc"], [
    ["the environment staging alone: name those that are to be, such as staging and production", (synthesized) => { synthesized.environments = ["staging"]; }],
  ]);
  refutes("environments", { names: ["staging", "production"] }, scale, "no environment staging");
  refutes("environments", {}, scale, "the environment production alone: name those that are to be, such as staging and production");

  const ingress = "kubernetes_ingress_v1.ingress";
  const controller = "helm_release.load-balancer-controller";
  const note = (key: string, value: unknown): Mutation => ({ stacks }) => { stacks["production-platform"].resource.kubernetes_ingress_v1.ingress.metadata.annotations[`alb.ingress.kubernetes.io/${key}`] = value; };
  proves("load-balancer", { type: "ingress", port: [80, 443] }, scale, 'Ingress "api" on ports 80 and 443, health check at /health, AWS Load Balancer Controller', [ingress, controller], [
    ["no Helm release of aws-load-balancer-controller", without(controller)],
    ["an Ingress of another controller", set(ingress, "spec.ingress_class_name", "nginx")],
    ["the load balancer is internal", note("scheme", "internal")],
    ["no listener on port 443", note("listen-ports", '[{"HTTP":80}]')],
    ["no health check", note("healthcheck-path", undefined)],
    ["invalid headers are let through", note("load-balancer-attributes", "")],
    ['no Ingress to "api"', without(ingress)],
  ]);
  const secured = 'HTTPS with ELBSecurityPolicy-TLS13-1-2-2021-06 at the Ingress "api", plain HTTP redirected';
  proves("tls", { tlsVersion: "1.2", port: 443 }, scale, secured, [ingress, controller], [
    ["no Helm release of aws-load-balancer-controller", without(controller)],
    ["no HTTPS listener, nothing listens on port 443", note("listen-ports", '[{"HTTP":80}]')],
    ["no certificate", note("certificate-arn", undefined)],
    ["an old policy", note("ssl-policy", "ELBSecurityPolicy-2016-08")],
    ["plain HTTP is served", note("ssl-redirect", undefined)],
  ]);

  proves("containers", { port: 3000 }, scale, "a chart that Argo CD deploys, ECR", [application, "aws_ecr_repository.registry_repository"], [
    ...noApplication,
    ["no registry", without("aws_ecr_repository")],
    ['no Compose file, no port 3000', without(application)],
    ["an image from elsewhere", reword(application, "values", /outputs\.repository_url/g, "outputs.elsewhere")],
    ["no port 3000", rewordArtifact(values, "containerPort: 3000", "containerPort: 8080")],
  ]);
  const policies = addressesOf(scale, "kubernetes_network_policy_v1");
  const denies = "kubernetes_network_policy_v1.guard_deny-all";
  const strict = "no network policy that lets nothing through but what is named";
  proves("network", { policies: true }, scale, "VPC 10.0.0.0/16, 3 public, 3 private and 3 data subnets, 3 NAT gateways, 7 network policies", ["aws_vpc.network_vpc", ...addressesOf(scale, "aws_subnet"), ...policies], [
    ["no network policies: they need a service on a cluster", without("kubernetes_network_policy_v1")],
    [strict, without(denies)],
    [strict, set(denies, "spec.policy_types", ["Ingress"])],
    [strict, set(denies, "spec.egress", [{}])],
    [strict, set(denies, "spec.pod_selector", { match_labels: { app: "web" } })],
  ]);
  refutes("network", { policies: true }, cluster, "no network policies: they need a service on a cluster");
  proves("availability-target", { uptimePercent: 99.9 }, scale, 'an alert when more than 1 % of requests to "api" fail', [prometheus], [["no alert on the error rate", reword(prometheus, "values", "ErrorRateHigh", "Slow")]]);
  proves("availability-target", { uptimePercent: 99.95 }, synthesize([...SEED, ["availability-target", { uptimePercent: 99.95 }]]), 'an alert when more than 0.72 % of requests to "api" fail', [prometheus], [
    ["an alert at 1 % of errors, which is late for 99.95 %", reword(prometheus, "values", /> 0\.0072/g, "> 0.01")],
  ]);
  refutes("availability-target", { uptimePercent: 99.95 }, scale, "an alert at 1 % of errors, which is late for 99.95 %");
  proves("access", {}, scale, `1 ingress rules, open to all: none; ${addressesOf(scale, "aws_iam_role").length} roles, no user, no access key`, [...addressesOf(scale, "aws_vpc_security_group_ingress_rule"), ...addressesOf(scale, "aws_iam_role")], [
    ["open to all", set(addressesOf(scale, "aws_vpc_security_group_ingress_rule")[0]!, "cidr_ipv4", "0.0.0.0/0")],
  ]);

  const operator = "helm_release.external-secrets_release";
  const identity = "aws_eks_pod_identity_association.external-secrets-role_controller_association";
  const copied = "External Secrets 2.9.0, with a role that reads 1 of 2 secrets in Secrets Manager; none in the state";
  for (const store of ["external-secrets", "kubernetes"] as const) {
    proves("secrets", { store }, scale, copied, [operator, "helm_release.secrets_release", identity], [
      ["no Helm release of external-secrets", without(operator)],
      ["no secret that it copies", without("helm_release.secrets_release")],
      ["no role by which it reads them", without(identity)],
      ["a secret of Kubernetes in the state", set("kubernetes_secret_v1.argo-cd_redis-secret", "data", { auth: "open" })],
      ["a secret without a key of its own", set("aws_secretsmanager_secret.aurora-settings", "kms_key_id", undefined)],
      ["a secret in the state", set("aws_secretsmanager_secret_version.aurora-settings", "secret_string", "open")],
    ]);
  }
  refutes("secrets", { store: "kubernetes" }, cluster, "no Helm release of external-secrets");
});

describe("with Aurora, a proof of", () => {
  const aurora = "aws_rds_cluster.aurora";
  const [writer, reader] = ["aws_rds_cluster_instance.aurora-1", "aws_rds_cluster_instance.aurora-2"];
  for (const engine of ["aurora-postgresql", "postgres"] as const) {
    proves("database", { engine, engineVersion: "17" }, scale, "Aurora PostgreSQL 17, private, encrypted, protected", [aurora, writer, reader], [
      ["no instance of it", without("aws_rds_cluster_instance")],
      ["it is public", set(reader, "publicly_accessible", true)],
      ["it is not encrypted", set(aurora, "storage_encrypted", false)],
      ["it has no backups", set(aurora, "backup_retention_period", 0)],
      ["it is not protected", set(aurora, "deletion_protection", false)],
      ["its password is in the state", set(aurora, "master_password", "secret")],
      ["version 16.4", set(aurora, "engine_version", "16.4")],
    ]);
  }
  refutes("database", { engine: "aurora-mysql" }, scale, "no aurora-mysql: phaseline provisions PostgreSQL on RDS");

  test("says that the application stays with an RDS instance beside it", () => {
    const both = mutated(scale, add("aws_db_instance.database", { engine: "postgres" }));
    expect(check("database", { engine: "aurora-postgresql" }, both)?.found).toBe("Aurora PostgreSQL 17, private, encrypted, protected; the application stays with the RDS instance beside it");
  });

  proves("read-replica", { readReplicas: 1 }, scale, "1 readers of the Aurora cluster, over 3 zones", [aurora, writer, reader], [
    ["no reader", without(reader)],
    ["2 readers", add("aws_rds_cluster_instance.aurora-3", { cluster_identifier: "${aws_rds_cluster.aurora.id}" })],
    ["one zone", without("aws_subnet.network_data-b"), without("aws_subnet.network_data-c")],
    ["a cluster that follows another database", set(aurora, "replication_source_identifier", "arn:aws:rds:us-east-1:123456789012:db:old")],
  ]);
  proves("backups", { retentionDays: 14 }, scale, "backups kept for 14 days, final snapshot", [aurora], [
    ["backups kept for 7 days", set(aurora, "backup_retention_period", 7)],
    ["no final snapshot", set(aurora, "skip_final_snapshot", true)],
    ["no database", without(aurora)],
  ]);
  proves("high-availability", { azCount: 3 }, scale, "3 zones, 1 readers of Aurora, disruption budget", [eks, aurora, writer, reader, "helm_release.api_release"], [
    ["no reader of Aurora takes over", without(reader)],
    ["Aurora in one zone", without("aws_subnet.network_data-b"), without("aws_subnet.network_data-c")],
    ["one pod in the chart", rewordArtifact("charts/api/values.yaml", "minReplicas: 2", "minReplicas: 1")],
    ["the chart has no disruption budget", withoutArtifact("charts/api/templates/pod-disruption-budget.yaml")],
    ["one node", set(workers, "scaling_config.min_size", 1)],
  ]);
  const parameters = "aws_rds_cluster_parameter_group.aurora_parameters";
  proves("encryption", { scope: "in-transit" }, scale, "1 HTTPS listener, 1 databases that refuse plain connections", ["kubernetes_ingress_v1.ingress", parameters], [
    ["a database that takes plain connections", set(parameters, "parameter", [])],
    ["an Ingress in clear", ({ stacks }) => { delete stacks["production-platform"].resource.kubernetes_ingress_v1.ingress.metadata.annotations["alb.ingress.kubernetes.io/ssl-redirect"]; }],
  ]);
  proves("encryption", { scope: "at-rest" }, scale, "1 rotating KMS key, 1 databases and 3 log groups encrypted", ["aws_kms_key.data", aurora], [["a database in clear", set(aurora, "storage_encrypted", false)]]);
});

test("every capability has a proof, which is broken here or in another file of this directory", () => {
  const files = readdirSync(__dirname).filter((file) => /^prove.*\.test\.ts$/.test(file));
  const broken = new Set(files.flatMap((file) => [...readFileSync(join(__dirname, file), "utf8").matchAll(/\bproves\(\s*"([\w-]+)"/g)].map(([, kind]) => kind)));
  expect([...broken].sort()).toEqual([...CAPABILITIES]);
});
