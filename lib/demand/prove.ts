import type { CapabilityId } from "./demand";
import type { Evidence, Proof, Resource } from "./synthesized";

type Parameters = Readonly<Record<string, unknown>>;
type Prove = (parameters: Parameters, evidence: Evidence) => Proof;

/** Puts a proof together out of what was wanted and the resources that were looked at. */
function proof(wanted: string, holds: boolean, found: string, resources: readonly Resource[], files: readonly string[] = []): Proof {
  return { holds, wanted, found, addresses: resources.map(({ stack, address }) => ({ stack, address })), files };
}

function deployment(evidence: Evidence): Resource | undefined {
  return evidence.resources("kubernetes_deployment_v1").find((candidate) => candidate.get("metadata.name") === evidence.subject.service);
}

const workload: Prove = (parameters, evidence) => {
  const { service } = evidence.subject;
  const { replicas, port } = parameters;
  const wanted =
    `a Deployment "${service}" with ${replicas === undefined ? "two or more replicas" : `${replicas} replicas`}` +
    `${port === undefined ? "" : ` on port ${port}`}, its Service, and probes`;
  const found = deployment(evidence);
  if (!found) return proof(wanted, false, `no Deployment "${service}"`, []);
  const services = evidence
    .resources("kubernetes_service_v1")
    .filter((candidate) => same(candidate.list("spec.0.selector")[0], found.list("spec.0.selector.0.match_labels")[0]));
  const actual = {
    replicas: Number(found.get("spec.replicas")),
    port: found.get("spec.template.spec.container.port.container_port"),
    liveness: found.get("spec.template.spec.container.liveness_probe") !== undefined,
    readiness: found.get("spec.template.spec.container.readiness_probe") !== undefined,
  };
  const holds =
    (replicas === undefined ? actual.replicas >= 2 : actual.replicas === replicas) &&
    (port === undefined || actual.port === port) &&
    services.length > 0 &&
    actual.liveness &&
    actual.readiness;
  return proof(
    wanted,
    holds,
    `Deployment "${service}" with ${actual.replicas} replicas on port ${String(actual.port)}, ` +
      `${services.length === 0 ? "no Service" : "a Service"}, ${actual.liveness ? "a" : "no"} liveness and ${actual.readiness ? "a" : "no"} readiness probe`,
    [found, ...services],
  );
};

const cluster: Prove = (_parameters, evidence) => {
  const { cluster: name } = evidence.subject;
  const wanted = `an EKS cluster "${name}" with a managed node group, in private subnets, with no API endpoint open to the world`;
  const found = evidence.resources("aws_eks_cluster").find((candidate) => candidate.get("name") === name);
  if (!found) return proof(wanted, false, `no EKS cluster "${name}"`, []);
  const groups = evidence.resources("aws_eks_node_group").filter((group) => group.refersTo(found) || group.get("cluster_name") === name);
  // AWS opens the endpoint to 0.0.0.0/0 where neither argument says otherwise.
  const ranges = found.list("vpc_config.0.public_access_cidrs").map(String);
  const open = found.get("vpc_config.endpoint_public_access") !== false && (ranges.length === 0 || ranges.some((range) => range.endsWith("/0")));
  const sizes = groups.map((group) => `${String(group.get("scaling_config.min_size"))} to ${String(group.get("scaling_config.max_size"))} nodes`);
  return proof(
    wanted,
    groups.length > 0 && !open,
    `EKS cluster "${name}" ${String(found.get("version"))}, ${groups.length === 0 ? "no node group" : sizes.join(", ")}, ${open ? "its API open to the world" : "its API not open to the world"}`,
    [found, ...groups],
  );
};

const autoscaling: Prove = ({ min, max, cpuTargetPercent }, evidence) => {
  const { service } = evidence.subject;
  const bounds = [min === undefined ? "" : `min ${min}`, max === undefined ? "" : `max ${max}`].filter(Boolean).join(" and ");
  const wanted =
    `a HorizontalPodAutoscaler on deployment/${service}${bounds && ` with ${bounds}`}` +
    `${cpuTargetPercent === undefined ? "" : ` at ${cpuTargetPercent} % CPU`}, and a metrics server to feed it`;
  const target = deployment(evidence);
  const found = evidence
    .resources("kubernetes_horizontal_pod_autoscaler_v2")
    .find((candidate) => candidate.get("spec.scale_target_ref.kind") === "Deployment" && candidate.get("spec.scale_target_ref.name") === service);
  if (!found || !target) return proof(wanted, false, target ? `no HorizontalPodAutoscaler on deployment/${service}` : `no Deployment "${service}"`, []);
  const source = evidence.resources("helm_release").find((release) => release.get("chart") === "metrics-server");
  const actual = {
    min: found.get("spec.min_replicas"),
    max: found.get("spec.max_replicas"),
    cpu: found
      .list("spec.0.metric")
      .map((metric) => dig(metric, "resource"))
      .filter((resource) => resource?.["name"] === "cpu")
      .map((resource) => dig(resource, "target")?.["average_utilization"])[0],
  };
  const holds =
    (min === undefined || actual.min === min) &&
    (max === undefined || actual.max === max) &&
    (cpuTargetPercent === undefined || actual.cpu === cpuTargetPercent) &&
    source !== undefined;
  return proof(
    wanted,
    holds,
    `HorizontalPodAutoscaler on deployment/${service} with min ${String(actual.min)} and max ${String(actual.max)} at ${String(actual.cpu)} % CPU, ${source ? "metrics-server" : "no metrics server"}`,
    [found, target, ...(source ? [source] : [])],
  );
};

const metrics: Prove = (_parameters, evidence) => {
  const { service } = evidence.subject;
  const wanted = `Prometheus (kube-prometheus-stack) with a ServiceMonitor for "${service}"`;
  const found = evidence.resources("helm_release").find((release) => release.get("chart") === "kube-prometheus-stack");
  if (!found) return proof(wanted, false, "no Helm release of kube-prometheus-stack", []);
  const scrapes = JSON.stringify(found.get("values") ?? "").includes("additionalServiceMonitors");
  return proof(
    wanted,
    scrapes,
    `Helm release "${String(found.get("name"))}" of kube-prometheus-stack ${String(found.get("version"))}, ${scrapes ? "with" : "without"} a ServiceMonitor`,
    [found],
  );
};

const dashboards: Prove = (_parameters, evidence) => {
  const wanted = "Grafana beside Prometheus, with an administrator's password that is in no state";
  const found = evidence.resources("helm_release").find((release) => release.get("chart") === "kube-prometheus-stack");
  if (!found) return proof(wanted, false, "no Helm release of kube-prometheus-stack", []);
  const values = JSON.stringify(found.get("values") ?? "");
  const on = /grafana/.test(values) && /existingSecret/.test(values);
  return proof(wanted, on, on ? "Grafana on, its password from a secret of its own" : "Grafana off", [found]);
};

const WORKFLOW = ".github/workflows/deploy.yml";

const pipeline: Prove = ({ branch: stated }, evidence) => {
  const { repository, service } = evidence.subject;
  const branch = String(stated ?? evidence.subject.branch);
  const wanted = `a GitHub Actions workflow that builds, pushes and rolls out "${service}" on a push to ${branch}, and an AWS role that only ${repository} may assume`;
  const text = evidence.artifact(WORKFLOW) ?? "";
  const roles = evidence.resources("aws_iam_role").filter((role) => evidence.trustOf(role).includes(`repo:${repository}:`));
  const missing = [
    ...(text === "" ? [`no ${WORKFLOW}`] : []),
    ...(text !== "" && !triggersOn(text, branch) ? [`no trigger on ${branch}`] : []),
    ...(text !== "" && !/kubectl set image/.test(text) ? ["no kubectl set image"] : []),
    ...(text !== "" && !/rollout status/.test(text) ? ["no rollout status"] : []),
    ...(roles.length === 0 ? [`no role that trusts ${repository}`] : []),
  ];
  return proof(
    wanted,
    missing.length === 0,
    missing.length === 0 ? `${WORKFLOW}, and a role that trusts ${repository} only` : missing.join(", "),
    roles,
    text === "" ? [] : [WORKFLOW],
  );
};

const registry: Prove = (_parameters, evidence) => {
  const wanted = "an ECR repository with immutable tags and a scan on push";
  const found = evidence.resources("aws_ecr_repository");
  const right = found.filter(
    (repository) =>
      repository.get("image_tag_mutability") === "IMMUTABLE" && repository.get("image_scanning_configuration.scan_on_push") === true,
  );
  return proof(
    wanted,
    right.length > 0,
    right.length > 0 ? `ECR repository "${String(right[0]?.get("name"))}"` : found.length > 0 ? "a repository whose tags may change or that is not scanned" : "no ECR repository",
    right.length > 0 ? right : found,
  );
};

const healthCheck: Prove = ({ path }, evidence) => {
  const { service } = evidence.subject;
  const wanted = `liveness and readiness probes on deployment/${service}${path === undefined ? "" : ` at ${String(path)}`}`;
  const found = deployment(evidence);
  if (!found) return proof(wanted, false, `no Deployment "${service}"`, []);
  const at = (probe: string) => found.get(`spec.template.spec.container.${probe}.http_get.path`);
  const liveness = at("liveness_probe");
  const readiness = at("readiness_probe");
  const right = (actual: unknown) => typeof actual === "string" && (path === undefined || actual === path);
  return proof(wanted, right(liveness) && readiness !== undefined, `liveness at ${String(liveness)}, readiness at ${String(readiness)}`, [found]);
};

/** What has to hold, by what is said when it does not: the found side of a proof. */
function judge(wanted: string, summary: string, resources: readonly Resource[], unless: Readonly<Record<string, boolean>>, files: readonly string[] = []): Proof {
  const missing = Object.entries(unless).filter(([, holds]) => !holds).map(([failure]) => failure);
  return proof(wanted, missing.length === 0, missing.length === 0 ? summary : missing.join(", "), resources, missing.length === 0 ? files : []);
}

/** The first of several ways that holds; if none does, the first that found anything, or the first. */
function anyOf(...ways: readonly Proof[]): Proof {
  return (ways.find(({ holds }) => holds) ?? ways.find(({ addresses }) => addresses.length > 0) ?? ways[0]) as Proof;
}

/** A parameter that was stated must be so; one that was not may be anything. */
function as(stated: unknown, actual: unknown): boolean {
  return stated === undefined || String(stated) === String(actual);
}

const isReplica = (instance: Resource) => instance.get("replicate_source_db") !== undefined;
const databases = (evidence: Evidence) => evidence.resources("aws_db_instance").filter((instance) => !isReplica(instance));
const fleets = (evidence: Evidence) => evidence.resources("aws_autoscaling_group");
/** The servers that run the application: the one of the first phase, not the host that measures others. */
const servers = (evidence: Evidence) => evidence.resources("aws_instance").filter((instance) => instance.id === "server");

const compute: Prove = ({ instances, instanceType }, evidence) => {
  const many = Number(instances) > 1;
  const [fleet] = fleets(evidence);
  const [server] = servers(evidence);
  const templates = evidence.resources("aws_launch_template");
  const hardened = (resource: Resource | undefined) => resource?.get("metadata_options.http_tokens") === "required";
  const ofFleet = judge(
    `${many ? `${String(instances)} EC2 instances` : "EC2 instances"} with IMDSv2 in an Auto Scaling group`,
    `Auto Scaling group of ${String(fleet?.get("desired_capacity"))} instances, IMDSv2 only`,
    fleet ? [fleet, ...templates] : [],
    {
      "no Auto Scaling group": fleet !== undefined,
      [`${String(fleet?.get("desired_capacity"))} instances`]: !fleet || !many || Number(fleet.get("desired_capacity")) === Number(instances),
      "IMDSv2 is not required": !fleet || templates.some(hardened),
      "another instance type": !fleet || templates.some((template) => as(instanceType, template.get("instance_type"))),
    },
  );
  if (many) return ofFleet;
  const ofServer = judge(`${instances === 1 ? "one EC2 instance" : "an EC2 instance"} with IMDSv2 and an encrypted disk`, `EC2 instance ${String(server?.get("instance_type"))}, IMDSv2 only, encrypted`, server ? [server] : [], {
    "no EC2 instance": server !== undefined,
    "IMDSv2 is not required": !server || hardened(server),
    "its disk is not encrypted": !server || server.get("root_block_device.encrypted") === true,
    "another instance type": !server || as(instanceType, server.get("instance_type")),
  });
  return instances === 1 ? ofServer : anyOf(ofServer, ofFleet);
};

const loadBalancer: Prove = (_parameters, evidence) => {
  const [balancer] = evidence.resources("aws_lb");
  const listeners = evidence.resources("aws_lb_listener");
  const [targets] = evidence.resources("aws_lb_target_group");
  const [fleet] = fleets(evidence);
  return judge(
    "an application load balancer in public subnets that forwards to instances which answer its health check",
    `application load balancer, ${listeners.length} listeners, health check at ${String(targets?.get("health_check.path"))}`,
    [balancer, targets, ...listeners].filter((resource) => resource !== undefined),
    {
      "no load balancer": balancer !== undefined,
      "it is internal": balancer?.get("internal") !== true,
      "no listener forwards": listeners.some((listener) => listener.list("default_action").some(({ type }) => type === "forward")),
      "no health check": targets?.get("health_check.path") !== undefined,
      "no instances behind it": !balancer || (fleet !== undefined && JSON.stringify(fleet.list("target_group_arns")).length > 2) || evidence.resources("aws_autoscaling_attachment").length > 0,
      "invalid headers are let through": !balancer || balancer.get("drop_invalid_header_fields") === true,
    },
  );
};

const database: Prove = ({ engine, engineVersion, instanceType, storageGb }, evidence) => {
  const foreign = typeof engine === "string" && !/postgres/.test(engine) ? engine : undefined;
  const aurora = /aurora/.test(String(engine ?? ""));
  const [found] = aurora ? evidence.resources("aws_rds_cluster") : databases(evidence);
  const version = String(found?.get("engine_version") ?? "");
  return judge(
    `a private, encrypted ${foreign ?? "PostgreSQL"} database with backups and deletion protection, whose password is in no state`,
    `${aurora ? "Aurora" : "RDS"} PostgreSQL ${version}, private, encrypted, protected`,
    found ? [found] : [],
    {
      [foreign === undefined ? "no database" : `no ${foreign}: phaseline provisions PostgreSQL on RDS`]: found !== undefined && foreign === undefined,
      "it is public": !found || found.get("publicly_accessible") !== true,
      "it is not encrypted": !found || found.get("storage_encrypted") === true,
      "it has no backups": !found || Number(found.get("backup_retention_period")) > 0,
      "it is not protected": !found || found.get("deletion_protection") === true,
      "its password is in the state": !found || (found.get("password") === undefined && found.get("master_password") === undefined),
      [`version ${version}`]: !found || engineVersion === undefined || version.startsWith(String(engineVersion)),
      "another instance class": !found || as(instanceType, found.get("instance_class")),
      "another size": !found || as(storageGb, found.get("allocated_storage")),
    },
  );
};

const readReplica: Prove = (_parameters, evidence) => {
  const found = evidence.resources("aws_db_instance").filter(isReplica);
  const [primary] = databases(evidence);
  return judge("a read replica of the database", `${found.length} read replica of the database`, found, {
    "no read replica": found.length > 0,
    "no database that it replicates": primary !== undefined && found.every((replica) => replica.refersTo(primary)),
  });
};

const backups: Prove = ({ retentionDays }, evidence) => {
  const [found] = [...databases(evidence), ...evidence.resources("aws_rds_cluster")];
  const days = Number(found?.get("backup_retention_period") ?? 0);
  return judge(
    `daily backups of the database${retentionDays === undefined ? "" : `, kept for ${String(retentionDays)} days`}, and a last one before it goes`,
    `backups kept for ${days} days, final snapshot`,
    found ? [found] : [],
    {
      "no database": found !== undefined,
      [`backups kept for ${days} days`]: !found || (retentionDays === undefined ? days > 0 : days === Number(retentionDays)),
      "no final snapshot": !found || found.get("skip_final_snapshot") !== true,
    },
  );
};

const highAvailability: Prove = (_parameters, evidence) => {
  const subnets = evidence.resources("aws_subnet").filter(({ id }) => /private/.test(id));
  const zoned = subnets.length >= 2;
  const [cluster] = evidence.resources("aws_eks_cluster");
  const [fleet] = fleets(evidence);
  const [primary] = databases(evidence);
  const spread = evidence.resources("kubernetes_pod_disruption_budget_v1");
  const checked = [cluster, fleet, primary, ...spread].filter((resource) => resource !== undefined);
  return judge(
    "everything over two zones or more, so that the loss of one is survived",
    [`${subnets.length} zones`, ...(primary ? ["standby of the database"] : []), ...(spread.length > 0 ? ["disruption budget"] : [])].join(", "),
    checked.length > 0 ? checked : subnets,
    {
      "one zone": zoned,
      "nothing that could be available": checked.length > 0 || subnets.length > 0,
      "the database has no standby": !primary || primary.get("multi_az") === true,
      "the API has no disruption budget": !cluster || !deployment(evidence) || spread.length > 0,
      "one instance": !fleet || Number(fleet.get("min_size")) >= 2,
    },
  );
};

const alarmsOf = (evidence: Evidence) => evidence.resources("aws_cloudwatch_metric_alarm");

const alerts: Prove = ({ thresholdPercent }, evidence) => {
  const alarms = alarmsOf(evidence).filter((alarm) => alarm.list("alarm_actions").length > 0);
  const topics = evidence.resources("aws_sns_topic");
  const rules = evidence.resources("helm_release").filter((release) => JSON.stringify(release.get("values") ?? "").includes("additionalPrometheusRulesMap"));
  const thresholds = typeof thresholdPercent === "number" ? [thresholdPercent] : Array.isArray(thresholdPercent) ? thresholdPercent : [];
  return anyOf(
    judge(
      `CloudWatch alarms${thresholds.length > 0 ? ` at ${thresholds.join(" and ")} %` : ""} that tell an encrypted SNS topic`,
      `${alarms.length} alarms, told to an encrypted topic`,
      [...topics, ...alarms],
      {
        "no alarm": alarms.length > 0,
        "no topic": topics.length > 0,
        "the topic is not encrypted": topics.every((topic) => topic.get("kms_master_key_id") !== undefined),
        [`no alarm at ${thresholds.join(" or ")} %`]: thresholds.every((threshold) => alarms.some((alarm) => Number(alarm.get("threshold")) === Number(threshold) || Number(alarm.get("threshold")) === 100 - Number(threshold))),
      },
    ),
    judge("alert rules in Prometheus", `alert rules in ${rules.length} release of Prometheus`, rules, { "no alert rules": rules.length > 0 && thresholds.length === 0 }),
  );
};

const logs: Prove = ({ retentionDays, tool }, evidence) => {
  const groups = evidence.resources("aws_cloudwatch_log_group");
  const flow = evidence.resources("aws_flow_log");
  const kept = (group: Resource) => Number(group.get("retention_in_days") ?? 0);
  const foreign = ["loki", "datadog", "opensearch", "cloudtrail"].includes(String(tool)) ? String(tool) : undefined;
  return judge(
    tool === "flow-logs" ? "flow logs of the VPC in an encrypted log group" : `encrypted ${foreign ?? "CloudWatch"} logs that are kept for ${retentionDays === undefined ? "a stated time" : `${String(retentionDays)} days`}`,
    `${groups.length} encrypted log groups, kept for ${[...new Set(groups.map(kept))].sort((x, y) => x - y).join(" or ")} days`,
    tool === "flow-logs" ? [...flow, ...groups] : groups,
    {
      [foreign === undefined ? "no log group" : `no ${foreign}: phaseline sends logs to CloudWatch`]: groups.length > 0 && foreign === undefined,
      "no flow log": tool !== "flow-logs" || flow.length > 0,
      "a log group is not encrypted": groups.every((group) => group.get("kms_key_id") !== undefined),
      "logs are kept for ever": groups.every((group) => kept(group) > 0),
      "logs are kept for another time": retentionDays === undefined || groups.some((group) => kept(group) === Number(retentionDays)),
    },
  );
};

const network: Prove = ({ cidr, azCount, publicSubnets, privateSubnets, natGateways }, evidence) => {
  const [vpc] = evidence.resources("aws_vpc");
  const subnets = evidence.resources("aws_subnet");
  const of = (tier: string) => subnets.filter(({ id }) => id.includes(tier)).length;
  const nats = evidence.resources("aws_nat_gateway").length;
  const zones = Math.max(of("public"), of("private"));
  const range = String(vpc?.get("cidr_block"));
  const ranges = [cidr].flat().filter((each) => each !== undefined).map(String);
  return judge(
    `a VPC${ranges.length > 0 ? ` with CIDR ${ranges.join(" and ")}` : ""} with public and private subnets over ${azCount === undefined ? "several" : String(azCount)} zones, and flow logs`,
    `VPC ${range}, ${of("public")} public, ${of("private")} private and ${of("data")} data subnets, ${nats} NAT gateways`,
    vpc ? [vpc, ...subnets] : [],
    {
      "no VPC": vpc !== undefined,
      [`VPC ${range}`]: !vpc || ranges.length === 0 || ranges.some((each) => each === range || subnets.some((subnet) => subnet.get("cidr_block") === each)),
      [`${zones} zones`]: !vpc || (azCount === undefined ? zones >= 2 : zones === Number(azCount)),
      [`${of("public")} public subnets`]: as(publicSubnets, of("public")),
      [`${of("private")} private subnets`]: as(privateSubnets, of("private")),
      [`${nats} NAT gateways`]: as(natGateways, nats),
      "no flow logs": !vpc || evidence.resources("aws_flow_log").length > 0,
    },
  );
};

const access: Prove = ({ ports }, evidence) => {
  const rules = evidence.resources("aws_vpc_security_group_ingress_rule");
  const open = rules.filter((rule) => String(rule.get("cidr_ipv4") ?? rule.get("cidr_ipv6") ?? "").endsWith("/0"));
  const roles = evidence.resources("aws_iam_role");
  const openPorts = open.map((rule) => Number(rule.get("from_port")));
  return judge(
    "least privilege: security groups that name who may come in, and roles instead of keys",
    `${rules.length} ingress rules, open to all: ${openPorts.length === 0 ? "none" : [...new Set(openPorts)].sort((x, y) => x - y).join(" and ")}; ${roles.length} roles, no user, no access key`,
    [...rules, ...roles],
    {
      "neither rules nor roles": rules.length + roles.length > 0,
      "open to all": openPorts.every((port) => port === 80 || port === 443),
      "an access key": evidence.resources("aws_iam_access_key").length === 0,
      [`no rule for port ${[ports].flat().join(", ")}`]: ports === undefined || (ports as readonly number[]).every((port) => rules.some((rule) => Number(rule.get("from_port")) <= port && port <= Number(rule.get("to_port")))),
    },
  );
};

const encryption: Prove = (_parameters, evidence) => {
  const keys = evidence.resources("aws_kms_key");
  const instances = [...databases(evidence), ...evidence.resources("aws_rds_cluster")];
  const groups = evidence.resources("aws_cloudwatch_log_group");
  return judge(
    "a KMS key that rotates, and everything that holds data encrypted with it",
    `${keys.length} rotating KMS key, ${instances.length} databases and ${groups.length} log groups encrypted`,
    [...keys, ...instances],
    {
      "no key": keys.length > 0,
      "a key that does not rotate": keys.every((key) => key.get("enable_key_rotation") === true),
      "a database in clear": instances.every((instance) => instance.get("storage_encrypted") === true),
      "a log group in clear": groups.every((group) => group.get("kms_key_id") !== undefined),
      "a cluster whose secrets are in clear": evidence.resources("aws_eks_cluster").every((found) => found.get("encryption_config.provider.key_arn") !== undefined),
    },
  );
};

const secrets: Prove = ({ store }, evidence) => {
  const found = evidence.resources("aws_secretsmanager_secret");
  const versions = evidence.resources("aws_secretsmanager_secret_version");
  const wanted = "secrets in Secrets Manager, encrypted, in no state";
  if (store !== undefined && store !== "secrets-manager") return proof(wanted, false, `no ${String(store)}: phaseline keeps secrets in Secrets Manager`, []);
  return judge(wanted, `${found.length} secrets, encrypted, written without passing through the state`, [...found, ...versions], {
    "no secret": found.length > 0,
    "a secret without a key of its own": found.every((secret) => secret.get("kms_key_id") !== undefined),
    "a secret in the state": versions.every((version) => version.get("secret_string") === undefined),
  });
};

const tls: Prove = ({ tlsVersion }, evidence) => {
  const listeners = evidence.resources("aws_lb_listener").filter((listener) => listener.get("protocol") === "HTTPS");
  const policy = String(listeners[0]?.get("ssl_policy") ?? "");
  const plain = evidence.resources("aws_lb_listener").filter((listener) => listener.get("protocol") === "HTTP");
  return judge(
    `HTTPS with a certificate of ACM${tlsVersion === undefined ? "" : ` and TLS ${String(tlsVersion)}`}, and plain HTTP sent there`,
    `HTTPS with ${policy}, plain HTTP redirected`,
    [...listeners, ...plain],
    {
      "no HTTPS listener": listeners.length > 0,
      "no certificate": listeners.every((listener) => listener.get("certificate_arn") !== undefined),
      "an old policy": listeners.every((listener) => /TLS13/.test(String(listener.get("ssl_policy")))),
      "plain HTTP is served": plain.every((listener) => listener.list("default_action").every(({ type }) => type === "redirect")),
    },
  );
};

const dns: Prove = ({ domain }, evidence) => {
  const found = evidence.resources("aws_route53_record").filter((record) => record.get("type") === "A");
  return judge(`a record in Route 53${domain === undefined ? "" : ` for ${String(domain)}`}`, `record ${found.map((record) => String(record.get("name"))).join(", ")}`, found, {
    "no record": found.length > 0,
    [`no record for ${String(domain)}`]: domain === undefined || found.some((record) => record.get("name") === domain),
  });
};

const containers: Prove = ({ tool }, evidence) => {
  const compose = Object.keys(evidence.synthesized.artifacts).filter((path) => /compose\.ya?ml$/.test(path));
  const images = evidence.resources("aws_ecr_repository");
  const pod = deployment(evidence);
  return anyOf(
    judge("a Docker Compose file that the instances and developers run, and a registry for its images", `${compose.join(", ")}, ECR`, [...fleets(evidence), ...images], {
      "no Compose file": compose.length > 0,
      "no registry": images.length > 0,
    }, compose),
    judge("containers on Kubernetes from a registry of one's own", "a Deployment, ECR", [pod, ...images].filter((resource) => resource !== undefined), {
      "no Deployment": pod !== undefined,
      "no registry": images.length > 0,
      "Docker Compose was asked for": tool !== "compose",
    }),
  );
};

const fleetAutoscaling: Prove = ({ min, max, cpuTargetPercent }, evidence) => {
  const [fleet] = fleets(evidence);
  const [policy] = evidence.resources("aws_autoscaling_policy");
  const size = `min ${String(fleet?.get("min_size"))} and max ${String(fleet?.get("max_size"))}`;
  return judge(
    `an Auto Scaling group with ${min === undefined ? "" : `min ${String(min)} and `}${max === undefined ? "a maximum" : `max ${String(max)}`} that follows the CPU`,
    `Auto Scaling group with ${size}, at ${String(policy?.get("target_tracking_configuration.target_value"))} % CPU`,
    [fleet, policy].filter((resource) => resource !== undefined),
    {
      "no Auto Scaling group": fleet !== undefined,
      [size]: !fleet || (as(min, fleet.get("min_size")) && as(max, fleet.get("max_size"))),
      "no scaling policy": policy?.get("policy_type") === "TargetTrackingScaling",
      "another target": as(cpuTargetPercent, policy?.get("target_tracking_configuration.target_value")),
    },
  );
};

const nodeAutoscaling: Prove = ({ min, max }, evidence) => {
  const [group] = evidence.resources("aws_eks_node_group");
  const size = `${String(group?.get("scaling_config.min_size"))} to ${String(group?.get("scaling_config.max_size"))} nodes`;
  const scaler = evidence.resources("helm_release").filter((release) => /autoscaler|karpenter/.test(String(release.get("chart"))));
  return judge(`a node group of ${String(min ?? "some")} to ${String(max ?? "more")} nodes, and an autoscaler for it`, size, [group, ...scaler].filter((resource) => resource !== undefined), {
    "no node group": group !== undefined,
    [size]: !group || (as(min, group.get("scaling_config.min_size")) && as(max, group.get("scaling_config.max_size"))),
    "no autoscaler of nodes": scaler.length > 0,
  });
};

const hostMetrics: Prove = ({ tool }, evidence) => {
  const host = evidence.resources("aws_instance").find(({ id }) => id.startsWith("metrics-host"));
  const volumes = evidence.resources("aws_ebs_volume");
  const alarms = alarmsOf(evidence);
  const prometheus = judge("a private host with Prometheus and Grafana, whose data outlives it", "a private host with Prometheus and Grafana on an encrypted volume", [host, ...volumes].filter((resource) => resource !== undefined), {
    "no host for Prometheus": host !== undefined,
    "it has a public address": host?.get("associate_public_ip_address") !== true,
    "no encrypted volume": volumes.some((volume) => volume.get("encrypted") === true),
  });
  const cloudwatch = judge("metrics in CloudWatch, with alarms", `${alarms.length} metrics of CloudWatch watched`, alarms, { "nothing is measured by CloudWatch": alarms.length > 0 });
  return tool === "prometheus" ? prometheus : tool === "cloudwatch" ? cloudwatch : anyOf(prometheus, cloudwatch);
};

const hostDashboards: Prove = ({ tool }, evidence) => {
  const boards = evidence.resources("aws_cloudwatch_dashboard");
  const cloudwatch = judge("a CloudWatch dashboard", `${boards.length} CloudWatch dashboard`, boards, { "no CloudWatch dashboard": boards.length > 0 });
  const grafana = hostMetrics({ tool: "prometheus" }, evidence);
  return tool === "grafana" ? grafana : tool === "cloudwatch" ? cloudwatch : anyOf(grafana, cloudwatch);
};

const fleetHealth: Prove = ({ path }, evidence) => {
  const [targets] = evidence.resources("aws_lb_target_group");
  const [fleet] = fleets(evidence);
  const asked = targets?.get("health_check.path");
  return judge(`a health check${path === undefined ? "" : ` at ${String(path)}`} by the load balancer that replaces what fails it`, `health check at ${String(asked)}, by which the group replaces instances`, [targets, fleet].filter((resource) => resource !== undefined), {
    "no health check": asked !== undefined,
    [`health check at ${String(asked)}`]: as(path, asked),
    "instances are not replaced by it": fleet?.get("health_check_type") === "ELB",
  });
};

const fleetPipeline: Prove = ({ branch: stated }, evidence) => {
  const { repository } = evidence.subject;
  const branch = String(stated ?? evidence.subject.branch);
  const text = evidence.artifact(WORKFLOW) ?? "";
  const roles = evidence.resources("aws_iam_role").filter((role) => evidence.trustOf(role).includes(`repo:${repository}:`));
  return judge(
    `a GitHub Actions workflow that builds, pushes and deploys to the instances on a push to ${branch}, and an AWS role that only ${repository} may assume`,
    `${WORKFLOW}, and a role that trusts ${repository} only`,
    roles,
    {
      [`no ${WORKFLOW}`]: text !== "",
      [`no trigger on ${branch}`]: text === "" || triggersOn(text, branch),
      "no deployment by Systems Manager": text === "" || /ssm send-command/.test(text),
      [`no role that trusts ${repository}`]: roles.length > 0,
    },
    [WORKFLOW],
  );
};

const availabilityTarget: Prove = ({ uptimePercent }, evidence) => {
  const alarms = alarmsOf(evidence).filter(({ id }) => id.startsWith("availability"));
  const said = alarms.some((alarm) => uptimePercent === undefined || JSON.stringify(alarm.get("alarm_description") ?? "").includes(`${String(uptimePercent)} %`) || JSON.stringify(alarm.get("alarm_description") ?? "").includes(`${String(uptimePercent)}%`));
  const rules = evidence.resources("helm_release").filter((release) => JSON.stringify(release.get("values") ?? "").includes("ErrorRateHigh"));
  return anyOf(
    judge(`alarms on an availability of ${String(uptimePercent ?? "a stated")} %, measured at the load balancer`, `${alarms.length} alarms on the availability that the load balancer measures`, alarms, {
      "no alarm on availability": alarms.length > 0,
      "alarms on another objective": said,
    }),
    judge("alert rules on the error rate", "alert rules on the error rate", rules, { "no alert on the error rate": rules.length > 0 }),
  );
};

const tagging: Prove = (_parameters, evidence) => {
  const provider = JSON.stringify(Object.values(evidence.synthesized.stacks).map((stack) => stack["provider"] ?? {}));
  const vpcs = evidence.resources("aws_vpc");
  return judge("tags with project, environment and increment on everything", "default tags of the provider, and the increment on each resource", vpcs, {
    "no default tags": /"default_tags":\[\{"tags":\{[^}]*"Project"/.test(provider),
    "no resources": Object.values(evidence.synthesized.stacks).some((stack) => stack.resource !== undefined),
  });
};

const PROOFS: Partial<Record<CapabilityId, Prove>> = {
  access,
  alerts,
  autoscaling: (parameters, evidence) =>
    /node|worker/.test(String(parameters["of"])) ? nodeAutoscaling(parameters, evidence) : anyOf(autoscaling(parameters, evidence), fleetAutoscaling(parameters, evidence)),
  "availability-target": availabilityTarget,
  backups,
  cluster,
  compute,
  containers,
  dashboards: (parameters, evidence) => anyOf(dashboards(parameters, evidence), hostDashboards(parameters, evidence)),
  database,
  dns,
  encryption,
  "health-check": (parameters, evidence) => anyOf(healthCheck(parameters, evidence), fleetHealth(parameters, evidence)),
  "high-availability": highAvailability,
  "load-balancer": loadBalancer,
  logs,
  metrics: (parameters, evidence) => anyOf(metrics(parameters, evidence), hostMetrics(parameters, evidence)),
  network,
  pipeline: (parameters, evidence) => anyOf(pipeline(parameters, evidence), fleetPipeline(parameters, evidence)),
  "read-replica": readReplica,
  registry,
  secrets,
  tagging,
  tls,
  workload: (parameters, evidence) => anyOf(workload(parameters, evidence), compute({}, evidence)),
};

/** Holds a demand against what was synthesized; `undefined`: phaseline does not provision this capability yet. */
export function prove(demand: { readonly kind: CapabilityId; readonly parameters: object }, evidence: Evidence): Proof | undefined {
  return PROOFS[demand.kind]?.(demand.parameters as Parameters, evidence);
}

function triggersOn(workflow: string, branch: string): boolean {
  return new RegExp(`branches:\\s*(\\[\\s*"?|\\n\\s*-\\s*"?)${escape(branch)}"?\\s`).test(workflow);
}

function same(a: unknown, b: unknown): boolean {
  const flat = (value: unknown) => JSON.stringify(Object.entries((value ?? {}) as object).sort());
  return a !== undefined && flat(a) === flat(b);
}

function dig(value: unknown, key: string): Record<string, unknown> | undefined {
  const inner = (value as Record<string, unknown> | undefined)?.[key];
  return (Array.isArray(inner) ? inner[0] : inner) as Record<string, unknown> | undefined;
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
