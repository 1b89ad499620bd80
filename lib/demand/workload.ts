import { agrees, capability, type Claim, refused, stated } from "./capability";
import { deliveryOf } from "./delivery";
import { namespaceHolds } from "./namespace";
import { countOf, range, sizes, inGb } from "./quantities";
import type { Evidence } from "./synthesized";

export interface WorkloadParameters {
  /** The service that runs, in the word of the text. */
  readonly service?: string;
  readonly replicas?: number;
  readonly min?: number;
  readonly max?: number;
  readonly strategy?: "rolling" | "blue-green" | "canary";
  readonly cpu?: number;
  readonly memoryGb?: number;
  readonly cpuRequest?: string;
  readonly cpuLimit?: string;
  readonly memoryRequest?: string;
  readonly memoryLimit?: string;
  readonly platform?: "kubernetes" | "ecs";
  /** The share of the cluster that its namespace may use. */
  readonly quotas?: boolean;
  /** Kubernetes' strictest standard, held by its namespace. */
  readonly podSecurity?: "restricted";
}

/** The service itself, on the platform: Deployment, ECS service, Helm release, its resources and its rollout. */
export const workload = capability<WorkloadParameters>()({
  id: "workload",
  title: "Workload",
  names: [
    /\b(?:pods?|containers?) crash\w*[^.;]{0,60}\brestart\w*/, /\breplac\w* unhealthy (?:instances|pods|containers|tasks)\b/,
    /\bfargate\b(?! profile)/, /\becs (?:services?|tasks?|task definitions?|deployments?)\b/, /\b(?:on|to|using|with|use) (?:aws |amazon )?ecs\b/, /\btask definitions?\b/, /\b(?:kubernetes|k8s) helm charts?\b/, /\bhelm (?:charts?|releases?|packages?)\b/, /\bhelm\b(?! version)/, /\b(?:rolling(?! (?:back|window|average|basis|dice|total|log))|blue-?\/?green|canary)(?: (?:update|deploy\w*|release|strateg\w+|rollout)s?)?\b/, /\bzero[- ]?down-?time\b/, /\bresources?[ .](?:requests?|limits?)\b/, /\brequests? ?(?:and|\/|&) ?limits?\b/,
    /\bpods? (?:are |is )?(?:running|deployed|created|ready)\b/, /\b(?:kubernetes|k8s) (?:deployments?|manifests?|services?|workloads?)\b/, /\brollingupdate\b|\bmax ?(?:unavailable|surge)\b/, /\bstateful ?sets?\b/, /\bdaemon ?sets?\b/, /\b(?:min(?:imum)?|at least|with|of|to|creates?|running|maintains?) (?:of )?\d+ (?:(?!read)\w+ )?(?:replicas|pods|tasks)\b/, /\b\d+(?:-\d+)? replicas\b/, /\bmultiple replicas\b/, /\b(?:two|three|four|five|\d+) (?:(?!read)[\w-]+ )?(?:replicas|pods)\b/, /\bdesired count\b/, /\b(?:task|container|pod|service)s?\b[^.;]{0,30}\b\d+(?:\.\d+)? ?v?cpus?\b/,
    /\b\d+m(?:-\d+m)? cpu\b/, /\brun ?as ?non ?root\b/, /\bread-?only root file ?system\b/, /\bcpu: ?\d+m\b/, /\bdeploy(?:s|ed|ing|ment)? (?:the |our |all )?(?!(?:in-cluster |managed )?(?:prometheus|grafana|loki|argo|falco|redis|valkey|memcached|postgres|mysql|mongo|kafka|rabbit|keda|karpenter|istio|cert-?manager|external|ingress|nginx|metrics|fluent|datadog|velero|jaeger|otel|opentelemetry))(?:(?!then\b|shall\b|must\b|should\b)[\w(),-]+ ){0,7}?(?:to|on|in|into|onto)(?= (?:the |a |an |our )?(?:aws |amazon |[\w-]+ )?(?:kubernetes|k8s|eks|ecs|cluster)\b)/, /\b(?:run|runs|running|host\w*|operate)s? (?:the |our |all )?(?:(?!then\b|shall\b|must\b|should\b)[\w-]+ ){0,4}?(?:on|in)(?= (?:the |a |an )?(?:aws |amazon |[\w-]+ )?(?:kubernetes|k8s|eks|ecs|fargate)\b)/, /\bunterbrechungsfrei\w*/, /蓝绿(?:部署|发布)/, /金丝雀/, /滚动更新/, /零停机/,
    /\b(?:cpu|memory) (?:limits?|requests?)\b/, /\b(?:at least|minimum(?: of)?) (?:\d+|two|three|four|five) (?:\w+ )?(?:replicas|pods|tasks)\b/, /\bruns? (?:as )?non-?root\b(?: users?)?|\brun(?:s|ning)? as (?:an? )?(?:\w+ )?non-?root\b(?: users?)?/,
    /\bruns? in (?:its own |an? |separate |their own )(?:dedicated )?pods?\b/,
    /\bdeployments?, (?:and )?services?\b/,
    /\bresource ?quotas?\b/, /\blimit ?ranges?\b/, /\bpod ?security (?:standards?|admission)\b/,
    /\bpersistent ?volume ?claims?\b|\bpvcs?\b/,
    /\breplica ?(?:count)?s?\b['"]? ?(?:[:=≥]|>=|set to|of|to) ?\(?\d+\b/, /\blimit\w* (?:the )?(?:resources?|cpu|memory) (?:consumption|usage|use)\b/, /\b(?:cpu|memory) (?:quotas?|caps?|allocations?)\b/, /\bblue (?:and|&|or) green\b/, /\bseccomp\b/, /\bdrop(?:s|ped|ping)? (?:all )?(?:linux )?capabilities\b/, /\ballow ?privilege ?escalation\b|\bprivilege escalation (?:is )?(?:disabled|disallowed|denied)\b/, /\b(?:pod|container) ?security ?contexts?\b|\bsecuritycontext\b/, /\b(?:deploy\w*|releas\w*|rollouts?|updates?|upgrades?)\b[^.;]{0,32}\b(?:no|without(?: any)?) (?:service )?(?:down-?time|interruptions?)\b/, /\b(?:no|without(?: any)?) (?:service )?(?:down-?time|interruptions?)\b[^.;]{0,24}\b(?:deploy\w*|releases?|rollouts?|updates?|upgrades?)\b/, /\b(?:new|green) versions?\b[^.;]{0,40}\balongside\b/, /\bmore than one (?:container running|pod|replica)s?\b|\b(?:multiple|several|two or more) pods\b/,
    /タスク定義/, /ローリング(?:アップデート|更新|デプロイ)/, /ブルー[\/・]?グリーン/, /カナリア/, /\d+ ?(?:タスク|レプリカ|ポッド)/, /\bdespliegue (?:azul|canario|progresivo)\b|\bsin tiempo de inactividad\b|\bsem tempo de inatividade\b|\bsans interruption (?:de|du) service\b|\bmise a jour progressive\b/,
    /\b(?:deployment|service)\b[^.;]{0,40}\bmanifests?\b|\bmanifests? \((?:deployment|service)/, /\bcluster ?ip\b/,
  ],
  hints: [/\bnon-?root\b/, /\b\d+(?:\.\d+)? ?[mg]i\b/, /\b\d+ ?(?:mib?|gib?|mb|gb) (?:of )?(?:memory|ram)\b/, /\breplicas?\b/, /\bpods?\b/, /\bdeployments?\b(?= (?:shall|creates|has|manifest|resource|spec))/],
  otherSenses: [/\blambda(?: functions?| handlers?)?\b[^.;]{0,60}\b(?:memory|mb|timeout|concurren\w+)\b/, 
    /\bhelm (?:installed|cli|command)\b/, /\bhelm[ -](?:values|templates?) (?:files? )?(?:are |is |shall be |must be |should be )?(?:stored|placed|located|kept|live)\b/, /\bkubectl (?:exec|logs|describe|delete)\b[^.;]*/, /\bpvcs? (?:storage |disk )?(?:utili[sz]ation|usage)\b/, /\bread[- ]?(?:only )?replica(?:s| pools?)?\b|\bquer(?:y|ies)\b[^.;]{0,12}\bto\b[^.;]{0,30}\breplicas?\b/,
    // What others than the service are installed by.
    /\b(?:prometheus|grafana|loki|promtail|tempo|jaeger|argo-? ?cd|cert-manager|external[- ]secrets(?: operator)?(?: \(eso\))?|karpenter|velero|metrics-server|ingress-nginx|nginx ingress|traefik|istio|keda|fluent-? ?bit|datadog agent|kube-prometheus-stack|redis|postgresql|kafka|rabbitmq)\b(?: {1,2}\w+)?(?: {1,2}(?:using|via|with|by|through|from|in))?(?: {1,2}(?:the|its|an?))?(?: {1,2}(?:official|upstream|community))?(?: {1,2}kube-prometheus-stack)?[ -]{1,2}helm(?: charts?| releases?)?\b/,
  ],
  read: (text) => {
    const bounds = /\breplicas|pods|tasks|タスク|レプリカ|ポッド/.test(text) ? range(text) : {};
    const pair = bounds.min !== undefined && bounds.max !== undefined;
    const replicas = pair ? undefined : countOf(text.replace(/\bread(?:er)?[- ](?:only )?replicas?\b|\b\d+ ?(?:v?cpu|[mg]i?b?\b|millicores?)/g, " "), "replicas?|replica ?count|desired ?count|pods?|tasks?") ?? bounds.min;
    const memory = sizes(text);
    const amount = "(\\d+(?:\\.\\d+)?(?:m|mi|gi)?)\\b";
    // "limits: cpu 500m", "CPU limit of 500m", "limited to 500m CPU"
    const quantity = (what: string, kind: string) =>
      [`${kind}[^;.]{0,40}?\\b${what}:? ?${amount}`, `\\b${what} ${kind}:? ?(?:of |to |is |= ?)?${amount}`, `${kind}[^;.,]{0,24}?\\b${amount} (?:of )?${what}\\b`]
        .map((pattern) => new RegExp(pattern).exec(text)?.[1]).find((found) => found !== undefined);
    const cpuRange = /\b(\d+m) ?(?:-|to) ?(\d+m) (?:of )?cpu\b/.exec(text);
    const memoryRange = /\b(\d+[mg]i) ?(?:-|to) ?(\d+[mg]i)(?: (?:of )?memory)?\b/.exec(text);
    const unit = (value: string | undefined) => value?.replace(/([mg])i$/, (_, letter: string) => `${letter.toUpperCase()}i`);
    const given = (pattern: RegExp) => (/\brequests?\b/.test(text) && !/\blimits?\b/.test(text) ? pattern.exec(text)?.[1] : undefined);
    const vcpu = /\b(\d+(?:\.\d+)?) ?v-?cpus?\b/.exec(text)?.[1];
    // ECS counts 1024 units for a vCPU.
    const units = /\bcpu(?: of|:| =)? ?(256|512|1024|2048|4096|8192|16384)(?: units)?\b|\b(256|512|1024|2048|4096|8192|16384) cpu units\b/.exec(text);
    // "512 MB of memory", "memory 1 GB", "0.25 vCPU, 0.5 GB"
    const gb = memory.find(({ value, start, end }) => ((/^g/.test(value.unit) || (/^mb/.test(value.unit) && /\b(?:tasks?|fargate|ecs)\b/.test(text))) && /^ ?(?:of )?(?:memory|ram|arbeitsspeicher)/.test(text.slice(end, end + 16)))
      || (/^[gm]b/.test(value.unit) && /\b(?:memory|ram)(?: of|:| =)? ?$|\bv?cpus?(?: \([^()]{0,16}\))?(?:,| and| \/|\/| \+| &)? ?$/.test(text.slice(Math.max(0, start - 24), start))));
    return stated<WorkloadParameters>({
      service: /\bdeploys? (?:the |our )?(?!(?:it|them|this|that|each|every|all|to|on)\b)([a-z][\w-]{1,20}) (?:to|on|in|onto|into) /.exec(text)?.[1] ?? /\bruns? (?:the |our )?([a-z][\w-]{1,20}) on /.exec(text)?.[1],
      replicas, min: pair ? bounds.min : undefined, max: pair ? bounds.max : undefined,
      strategy: /\bblue-?\/? ?green\b/.test(text) ? "blue-green" : /\bcanary\b/.test(text) ? "canary" : /\brolling\b/.test(text) ? "rolling" : undefined,
      cpu: vcpu !== undefined ? Number(vcpu) : units ? Number(units[1] ?? units[2]) / 1024 : undefined, memoryGb: gb ? inGb(gb.value) : undefined,
      cpuRequest: unit(cpuRange?.[1] ?? quantity("cpu", "requests?") ?? given(/\b(\d+m) (?:of )?cpu\b/)), cpuLimit: unit(cpuRange?.[2] ?? quantity("cpu", "limit(?:s|ed to)?")),
      memoryRequest: unit(memoryRange?.[1] ?? quantity("memory", "requests?") ?? given(/\b(\d+[mg]i) (?:of )?(?:memory|ram)\b/)), memoryLimit: unit(memoryRange?.[2] ?? quantity("memory", "limit(?:s|ed to)?")),
      platform: /\becs\b|\bfargate\b/.test(text) ? "ecs" : /kubernetes|k8s|\beks\b|\bpods?\b|\bhelm\b/.test(text) ? "kubernetes" : undefined,
      quotas: /\bresource ?quotas?\b|\blimit ?ranges?\b/.test(text) ? true : undefined,
      podSecurity: /\bpod ?security (?:standards?|admission)\b/.test(text) && !/\bbaseline\b/.test(text) ? "restricted" : undefined,
    });
  },
  keys: {
    service: "string", replicas: "number", min: "number", max: "number", strategy: ["rolling", "blue-green", "canary"], cpu: "number", memoryGb: "number",
    cpuRequest: "string", cpuLimit: "string", memoryRequest: "string", memoryLimit: "string", platform: ["kubernetes", "ecs"], quotas: "boolean", podSecurity: ["restricted"],
  },
  contradiction: ({ min, max }) => min !== undefined && max !== undefined && min > max
    ? { message: `its replicas go from ${min} to ${max}, and a minimum may not be above the maximum`, remedy: `write the smaller number first: "${max}-${min} replicas"` } : undefined,
  prove: (parameters, evidence) => {
    if (parameters.platform === "ecs") return refused("the service on ECS", "no ECS: phaseline runs services on EKS or EC2");
    const pods = [onCluster(parameters, evidence), fromGit(parameters, evidence)];
    return parameters.platform === "kubernetes" || parameters.quotas === true || parameters.podSecurity !== undefined ? pods : [...pods, onFleet(parameters, evidence), onServer(parameters, evidence)];
  },
  examples: [
    { text: "Deploy API to Kubernetes cluster", parameters: { service: "api", platform: "kubernetes" }, with: ["cluster"] },
    { text: "Run the API on EKS", parameters: { service: "api", platform: "kubernetes" } },
    { text: "Support blue-green deployment for zero downtime", parameters: { strategy: "blue-green" } },
  ],
});

function onCluster({ replicas, min, max, strategy, quotas, podSecurity, ...sizes }: WorkloadParameters, evidence: Evidence): Claim {
  const { service } = evidence.subject;
  const wanted = `a Deployment "${service}" with ${replicas === undefined ? "two or more replicas" : `${replicas} replicas`}, its Service, and probes`;
  const pod = evidence.deployment();
  if (!pod) return refused(wanted, `no Deployment "${service}"`);
  const services = evidence.selecting("kubernetes_service_v1", "spec.selector");
  const inPod = (path: string) => pod.get(`spec.template.spec.container.${path}`);
  const count = Number(pod.get("spec.replicas"));
  const autoscaler = evidence.podAutoscaler();
  const [least, most] = [Number(autoscaler?.get("spec.min_replicas") ?? count), Number(autoscaler?.get("spec.max_replicas") ?? count)];
  const [liveness, readiness] = [inPod("liveness_probe") !== undefined, inPod("readiness_probe") !== undefined];
  const [cpu, memory] = [inPod("resources.limits.cpu"), inPod("resources.limits.memory")];
  const found =
    `Deployment "${service}" with ${count} replicas on port ${String(inPod("port.container_port"))}, ` +
    `${services.length === 0 ? "no Service" : "a Service"}, ${liveness ? "a" : "no"} liveness and ${readiness ? "a" : "no"} readiness probe`;
  const namespace = namespaceHolds(String(pod.get("metadata.namespace")), { ...(quotas ? { quotas } : {}), ...(podSecurity ? { podSecurity } : {}) }, evidence);
  return {
    wanted,
    found,
    resources: [pod, ...services, ...namespace.resources],
    unless: {
      ...namespace.unless,
      [found]: (replicas === undefined ? count >= 2 : count === replicas || (autoscaler !== undefined && least >= replicas)) && services.length > 0 && liveness && readiness,
      [`${least} to ${most} replicas`]: least >= (min ?? 0) && most <= (max ?? Infinity),
      [`the strategy is ${String(pod.get("spec.strategy.type"))}`]: strategy === undefined || (strategy === "rolling" && pod.get("spec.strategy.type") === "RollingUpdate"),
      [`${String(cpu)} CPU and ${String(memory)} at most, ${String(inPod("resources.requests.cpu"))} and ${String(inPod("resources.requests.memory"))} requested`]:
        agrees(sizes.cpuRequest, inPod("resources.requests.cpu")) &&
        agrees(sizes.cpuLimit, cpu) &&
        agrees(sizes.memoryRequest, inPod("resources.requests.memory")) &&
        agrees(sizes.memoryLimit, memory) &&
        agrees(sizes.cpu, cores(cpu)) &&
        agrees(sizes.memoryGb, gigabytes(memory)),
    },
  };
}

/** The same where Argo CD owns the Deployment. */
function fromGit({ replicas, min, max, strategy, quotas, podSecurity, ...sizes }: WorkloadParameters, evidence: Evidence): Claim {
  const { service } = evidence.subject;
  const { application, files, unless, value, template } = deliveryOf(evidence);
  const [count, scaled] = [Number(value("replicaCount")), value("autoscaling.enabled") === true];
  const [least, most] = scaled ? [Number(value("autoscaling.minReplicas")), Number(value("autoscaling.maxReplicas"))] : [count, count];
  const deployment = template("deployment");
  const probed = (kind: string) => value(`probes.${kind}.path`) !== undefined && deployment.includes(`${kind}Probe:`);
  const [cpu, memory] = [value("resources.limits.cpu"), value("resources.limits.memory")];
  const found =
    `charts/${service} with ${count} replicas on port ${String(value("containerPort"))}, ${template("service") === "" ? "no" : "a"} Service, ` +
    `${probed("liveness") ? "a" : "no"} liveness and ${probed("readiness") ? "a" : "no"} readiness probe`;
  const name = /\bdestination\W+\{[^}]*\bnamespace\W+([a-z0-9-]+)/.exec(application?.text("values") ?? "")?.[1];
  const namespace = namespaceHolds(name, { ...(quotas ? { quotas } : {}), ...(podSecurity ? { podSecurity } : {}) }, evidence);
  return {
    wanted: `a chart "${service}" that Argo CD deploys, with ${replicas === undefined ? "two or more replicas" : `${replicas} replicas`}, a Service, and probes`,
    found: `${found}, deployed by Argo CD`,
    resources: [application, ...namespace.resources],
    unless: {
      ...unless,
      ...(application ? namespace.unless : {}),
      [found]: !application || ((replicas === undefined ? least >= 2 : count === replicas || (scaled && least >= replicas)) && template("service") !== "" && probed("liveness") && probed("readiness")),
      [`${least} to ${most} replicas`]: !application || (least >= (min ?? 0) && most <= (max ?? Infinity)),
      [`no ${strategy} strategy`]: !application || strategy === undefined || (strategy === "rolling" && /^ +type: RollingUpdate$/m.test(deployment)),
      [`${String(cpu)} CPU and ${String(memory)} at most, ${String(value("resources.requests.cpu"))} and ${String(value("resources.requests.memory"))} requested`]:
        !application ||
        (agrees(sizes.cpuRequest, value("resources.requests.cpu")) &&
          agrees(sizes.cpuLimit, cpu) &&
          agrees(sizes.memoryRequest, value("resources.requests.memory")) &&
          agrees(sizes.memoryLimit, memory) &&
          agrees(sizes.cpu, cores(cpu)) &&
          agrees(sizes.memoryGb, gigabytes(memory))),
    },
    files,
  };
}

function cores(cpu: unknown): number {
  return /m$/.test(String(cpu)) ? parseInt(String(cpu), 10) / 1000 : Number(cpu);
}

function gigabytes(memory: unknown): number {
  return /Mi$/.test(String(memory)) ? parseInt(String(memory), 10) / 1024 : parseInt(String(memory), 10);
}

/** What a fleet and a server let nobody say: how the rollout goes, and what a container may use. */
const ofPods = ({ strategy, cpu, memoryGb, cpuRequest, cpuLimit, memoryRequest, memoryLimit }: WorkloadParameters) =>
  [strategy, cpu, memoryGb, cpuRequest, cpuLimit, memoryRequest, memoryLimit].filter((value) => value !== undefined);

function onFleet(parameters: WorkloadParameters, evidence: Evidence): Claim {
  const { service } = evidence.subject;
  const { replicas, min, max } = parameters;
  const fleet = evidence.fleet();
  // The pipeline deploys to one instance after the other.
  const asked = ofPods(parameters).filter((value) => value !== "rolling");
  const count = Number(fleet?.get("desired_capacity"));
  return {
    wanted: `"${service}" on ${replicas ?? "two or more"} instances behind a load balancer`,
    found: `Auto Scaling group of ${count} instances behind a load balancer`,
    resources: [fleet],
    unless: {
      "no Auto Scaling group": fleet !== undefined,
      [`${count} instances`]: !fleet || (replicas === undefined ? count >= 2 : count === replicas),
      [`${String(fleet?.get("min_size"))} to ${String(fleet?.get("max_size"))} instances`]: !fleet || (Number(fleet.get("min_size")) >= (min ?? 0) && Number(fleet.get("max_size")) <= (max ?? Infinity)),
      "no load balancer in front of them": !fleet || evidence.resources("aws_lb_target_group").some((targets) => fleet?.refersTo(targets, "target_group_arns")),
      [`no ${asked.join(", ")} on EC2 instances`]: asked.length === 0,
    },
  };
}

function onServer(parameters: WorkloadParameters, evidence: Evidence): Claim {
  const { service, repository } = evidence.subject;
  const server = evidence.server();
  return {
    wanted: `"${service}" of ${repository} on a server`,
    found: `EC2 instance ${String(server?.get("instance_type"))} that runs ${repository}`,
    resources: [server],
    unless: {
      "no EC2 instance": server !== undefined,
      "one server": Math.max(parameters.replicas ?? 1, parameters.min ?? 1) === 1,
      [`no ${repository} on it`]: !server || server.text("user_data").includes(repository),
      [`no ${ofPods(parameters).join(", ")} on an EC2 instance`]: ofPods(parameters).length === 0,
    },
  };
}
