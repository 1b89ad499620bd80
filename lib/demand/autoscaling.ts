import { agrees, capability, type Claim, refused, stated } from "./capability";
import { deliveryOf } from "./delivery";
import { percentages, range } from "./quantities";
import type { Evidence } from "./synthesized";

const UNITS = ["pods", "replicas", "tasks", "instances", "nodes", "workers", "servers", "containers", "machines", "readers"] as const;

/** What is counted: of several words the one that says what is added or taken away, not what that follows. */
function unitOf(text: string): (typeof UNITS)[number] | undefined {
  if (/\b(?:readers?|read[- ]replicas?)\b/.test(text) && !/\bpods?\b|\bhpa\b/.test(text)) return "readers";
  const named = (within: string) => UNITS.find((unit) => new RegExp(`\\b${unit.slice(0, -1)}s?\\b`).test(within));
  if (/\b(?:cluster|node) ?auto-?scal\w+|\bkarpenter\b/.test(text) && !/\bhpas?\b|\bhorizontal ?pod\b/.test(text)) return "nodes";
  return named(text);
}

export interface AutoscalingParameters {
  readonly min?: number;
  readonly max?: number;
  readonly cpuTargetPercent?: number;
  readonly memoryTargetPercent?: number;
  /** What is counted, in the word of the text. */
  readonly of?: (typeof UNITS)[number];
}

/** More or fewer of something as the load asks: an HPA, a node group's or an ECS service's scaling, an Auto Scaling group. */
export const autoscaling = capability<AutoscalingParameters>()({
  id: "autoscaling",
  title: "Autoscaling",
  names: [
    /\bhpas?\b/, /\bhorizontal ?pod ?auto-?scal\w*/, /\bauto-?scal(?:ing|er|ers|e|es|ed)\b/, /\bauto scal(?:ing|er|ers|e|es|ed)\b/, /\basgs?\b/, /\bkarpenter\b/, /\bkeda\b/,
    /\bvpa\b/, /\bvertical ?pod ?auto-?scal\w*/, /\b(?:target tracking|step scaling|scaling) polic(?:y|ies)\b/, /\belastic scaling\b/, /\bscal\w+ (?:down|up|in|out|to zero)\b[^.;]{0,20}\b(?:at night|overnight|off-?(?:peak|hours)|weekends?|outside (?:of )?(?:business|working|office) hours)/, /\bscale[sd]?[ -]?(?:out|in) (?:and|\/|or) (?:scale[sd]? )?(?:in|out|down)\b/,
    /\bautomatisch\w* (?:skalier\w*|hochskalier\w*)/, /\b(?:auto)?escala\w* (?:automatic\w*|horizontal\w*)/, /\bautoescal\w*/, /\bscal(?:e|es|ed|ing)\b[\w -]{0,40}\b(?:between|from) (?:\d+|two|three) (?:and|to) \d+/, /\bscal\w+ (?:out )?horizontally\b/, /\bhorizontal(?:ly)? scal\w+/, /\bscal(?:e|es|ing) (?!to |up to )(?:[\w-]+ ){0,4}(?:pods|replicas|ecs tasks|instances|worker nodes)\b/, /\bscal(?:e|es|ing) (?:up |down |out |in )?(?:and down )?automatically\b/, /\bautomatic(?:ally)? scal(?:e|es|ing)\b/, /\bautomated scaling\b/, /\b(?:pods?|replicas?|tasks?|instances?|nodes?|workers|services?|api|application|deployment|backend) (?:shall |should |must |can |will )?(?:automatically )?scales? (?:out|up|in|down|horizontally|from|between|to)\b/, /\bscal\w+ (?:up |out |down )?to \d+ (?:pods|replicas|tasks|instances|nodes|workers)\b/, /\bskalier\w+ automatisch/, /自动(?:扩容|扩缩容|伸缩|扩展)/, /弹性伸缩/, /水平扩展/,
    /\b(?:min|max)(?:imum)?(?: number of)?-? ?(?:replicas|pods|tasks|instances|capacity|nodes)\b/, /\bscal\w+ (?:down |in )?to (?:zero|0)\b/, /\b(?:scheduled|predictive|elastic|event-driven|node|pod|cluster) scal(?:ing|er)\b/, /\bgrow(?:s|ing)? (?:up )?to \d+ (?:nodes|instances|pods|tasks|replicas)\b/, /\bscal\w+ (?:up |out |down )?to (?:at least |at most |up to |a (?:maximum|minimum) of )?\d+ (?:\w+ )?(?:pods|replicas|tasks|instances|nodes|workers|servers)\b/,
    /\bscal\w+ (?:\w+ ){0,3}(?:based on|with|on|according to) (?:[\w-]+ ){0,3}(?:load|cpu|demand|traffic|memory|queue|volume|utili[sz]ation|messages|number of (?:pending |queued |open )?(?:messages|requests|users|jobs|events|connections)|backlog size|polic(?:y|ies)|metrics?|schedules?|rps|requests?|throughput|concurrency|usage|backlog|lag)\b/, /\b(?:adjust\w*|match\w*) (?:the |compute |its )?capacity\b/, /\bcapacity (?:is |are )?(?:automatically |dynamically )?(?:adjust\w+|added|removed)\b/,
    /\b(?:add|provision|allocate|launch|spin up)s? (?:more |additional |extra |new )+(?:\w+ )?(?:resources|capacity|instances|replicas|pods|tasks|nodes|servers|workers|containers)\b/,
    /\bmin(?:imum)?(?: of)? \d+ (?:instances?|pods?|replicas?|tasks?|nodes?)\b.{0,30}\bmax(?:imum)?\b/,
    /\btarget[- ]tracking\b/, /\b(?:pods|replicas|instances|tasks|nodes|workers)\b[^.;]{0,20}\b(?:depending on|according to|as a function of) (?:the )?(?:current )?(?:load|traffic|demand|cpu|queue)\b/, /\bindependently scalable\b|\bscal(?:e|es|ed|ing) independently\b/,
    /\bnumber of (?:running )?(?:pods|replicas|instances|tasks|nodes|workers|servers|containers) (?:follows|adapts|adjusts|depends on|grows|increases|changes|varies|scales|rises)\b/, /\b(?:instances|pods|replicas|tasks|nodes|servers|workers|containers) (?:are |is |be |get |shall be |must be )+(?:automatically |dynamically )?(?:added|removed|launched|started|terminated)\b[^.;]{0,60}\b(?:load|traffic|demand|spikes?|peaks?|cpu|memory|utili[sz]ation|automatically|queue)\b/,
    /(?<=\b(?:adds?|adding|provisions?|launch(?:es)?) (?:new |more |extra |worker ){0,2})nodes\b[^.;]{0,40}\b(?:pending|unschedulable|(?:can)?not be scheduled|load|traffic)\b/, /\bs'adapte\w* automatiquement a la (?:charge|demande)\b/, /\bse adapta\w* automaticamente (?:a|à) ?(?:la )?(?:carga|demanda)\b/, /\bmontee en charge automatique\b/, /\bpass\w* sich automatisch [^.;]{0,20}\blast\b/,
    /\bscal(?:e|ing)[- ]?(?:up|out|down|in)[- ](?:triggers?|thresholds?|polic(?:y|ies)|events?|rules?|cool-?downs?|actions?|conditions?|alarms?)\b/, /\bscaled ?(?:objects?|jobs?)\b/, /\blimits? (?:on|to|for) (?:its |the |our |their )?(?:auto-?)?scaling\b/,
    /\bescalonamento (?:automatico|horizontal)\b/, /\bmise a l'echelle (?:automatique|horizontale)\b/, /\bdimensionnement automatique\b/, /\bscalabilita (?:automatica|orizzontale)\b/,
    /オート ?スケ[ーイ]/, /スケール(?:アウト|イン|アップ|ダウン)/, /自動(?:スケ|拡張|擴展|擴容|伸縮|縮放)/, /오토 ?스케일/, /자동 ?(?:확장|스케일)/, /автомасштабир/,
  ],
  hints: [
    /\b(?:add|launch|remov|terminat|increas|decreas|reduc|adjust)\w* (?:the |number of |more |additional |an? |another |second |extra |compute |server |running |pod |task )*(?:instances|replicas|pods|tasks|nodes|servers|workers|capacity)\b/,
    /\bhorizontal(?:ly)? ?(?:scal\w+)/, /\bscal\w+ (?:out )?horizontal(?:ly)?/, /\bautomatic(?:ally)? scal\w+/, /\bscal\w+ (?:up |down |out |in )?(?:automatic(?:ally)?|dynamic(?:ally)?|elastic(?:ally)?)/,
    /\bdynamic(?:ally)? scal\w+/, /\bscal(?:e|es|ing) (?:from |between )\d+/, /\bscal(?:e|es|ing) (?:the |our )?[\w -]{0,30}(?:from|between) \d+/,
    /\bscal(?:e|es|ing) (?:up|out|down|in)\b/, /\bscal(?:e|es|ing) (?:to|up to|out to) (?:\d+|zero)\b/, /\bscaling (?:min|max|limits|rules|bounds|events?)\b/,
    /\bhorizontal\w* skalier\w*/, /\bskalier\w+ horizontal/, /\bhorizontal scalability\b/, /\b(?:pods?|replicas?|tasks?|instances?|nodes?|workers?|servers?|containers?) (?:shall |should |must |can |will )?scale[sd]?\b/,
    /\bscal(?:e|es|ing) (?:[\w-]+ ){0,3}(?:pods?|replicas?|tasks?|instances?|nodes?|workers|servers?|containers|compute|computing resources|capacity)\b/,
    /\bscal\w+ (?:\w+ ){0,3}(?:to handle|to meet) (?:\w+ ){0,3}(?:load|demand|traffic|volume)/, /\belasticity\b/,
    /\bescal\w+ horizontal\w*/,
  ],
  otherSenses: [
    /\bstorage (?:with )?auto-?scaling\b|\bauto-?scaling (?:up )?to \d+ ?(?:gb|gib|tb)\b/,
    /\bscal\w+ (?:the |its |an? |each |all |any )?(?:\w+ ){0,2}(?:image|sprite|logo|font|icon|text|layout|ui|canvas|texture|model|svg|player|photo|nutrition|amount|value|axis|chart|avatar|thumbnail|recipe|ingredient|quantit\w+|damage|difficulty|star)/,
    /\b(?:connection|thread|database|db) pool(?:s|ing)?\b[^.;]{0,80}/, /\bscal\w+ (?:up )?to (?:over |more than |at least |up to )?\d[\d,.]* ?(?:k|m|million|thousand)?\+? (?:[\w-]+ ){0,2}users\b/,
    /\b(?:hpas?|auto-?scal\w+|auto scaling|scaling) (?:metrics?|status|events?|activity|history) (?:\w+ )?(?:visible|shown|displayed|available|tracked|in|on)\b/,
    /\b(?:hpas?|auto-?scal\w+|auto scaling) (?:is |are |be |set to )?(?:disabled|turned off|switched off|off|false|not (?:needed|required|enabled|used))\b/, /\bautoscaling\.enabled[:= ]{1,3}false\b/,
    /\bscal\w+ [^.;]{0,24}\bto fit\b/, /\b(?:chart|graph|image|layout|ui|font|text|window|diagram|icon|logo|sprite|view|video)s? (?:\w+ )?scal\w+(?: \w+)?/,
    /\bscale (?:factor|animation|bar|transform)\b/, /\b(?:zoom|pixel|viewport|resolution|aspect ratio|screen size|mobile|tablet|desktop|hover)\b/,
  ],
  read: (text) => {
    const { min, max } = range(text.replace(/\b(?:tls|v)? ?\d\.\d\b/g, " "));
    const loads = percentages(text);
    const memory = loads.find(({ end }) => /^ (?:average |avg )?(?:memory|mem|ram|speicher)/.test(text.slice(end, end + 24))) ?? loads.find(({ start }) => /(?:memory|mem|ram)[^%]{0,28}$/.test(text.slice(0, start)) && !/cpu[^%]{0,28}$/.test(text.slice(0, start)));
    const cpu = loads.find((load) => load !== memory && /cpu|utili[sz]ation|load|target/.test(text.slice(Math.max(0, load.start - 60), load.end + 40)));
    const single = min === undefined && max === undefined ? /\bscal\w+ (?:up |out |horizontally )?to (\d+) (?:pods|replicas|tasks|instances|nodes)/.exec(text)?.[1] : undefined;
    return stated({
      min, max: max ?? (single === undefined ? undefined : Number(single)),
      cpuTargetPercent: cpu?.value, memoryTargetPercent: memory?.value,
      of: unitOf(text),
    });
  },
  keys: { min: "number", max: "number", cpuTargetPercent: "number", memoryTargetPercent: "number", of: UNITS },
  contradiction: ({ min, max, cpuTargetPercent }) =>
    min !== undefined && max !== undefined && min > max
      ? { message: `it scales from ${min} to ${max}, and a minimum may not be above the maximum`, remedy: `write the smaller number first: "from ${max} to ${min}"` }
      : max === 0
        ? { message: "its maximum is 0, with which nothing would run", remedy: "give a maximum of at least 1" }
        : cpuTargetPercent !== undefined && (cpuTargetPercent < 1 || cpuTargetPercent > 100)
          ? { message: `its CPU target is ${cpuTargetPercent} %, which is not between 1 and 100`, remedy: "give a target such as 70 %" }
          : undefined,
  prove: (parameters, evidence) => {
    const pods = [ofPods(parameters, evidence), ofChart(parameters, evidence)];
    const [servers, nodes] = [ofServers(parameters, evidence), ofNodes(parameters, evidence)];
    switch (parameters.of) {
      case "pods": case "replicas": case "tasks": return pods;
      case "nodes": case "workers": return nodes;
      case "readers": return ofReaders(parameters, evidence);
      case "servers": case "machines": return [servers, nodes];
      default: return [...pods, servers];
    }
  },
  examples: [
    { text: "Configure auto-scaling (2-10 pods)", parameters: { min: 2, max: 10, of: "pods" } },
    { text: "Scale the API between 3 and 12 pods", parameters: { min: 3, max: 12, of: "pods" } },
    { text: "HPA scales from 2 to 10 based on CPU", parameters: { min: 2, max: 10 } },
    { text: "Autoscale from 3 to 15 replicas at 70% CPU", parameters: { min: 3, max: 15, cpuTargetPercent: 70, of: "replicas" } },
    { text: "Cluster Autoscaler adds nodes when pods are pending", parameters: { of: "nodes" }, with: ["cluster"] },
    { text: "Aurora reader auto-scaling from 2 to 5 replicas", parameters: { min: 2, max: 5, of: "readers" }, with: ["read-replica"] },
    { text: "The system SHALL scale horizontally when load rises", parameters: {} },
  ],
});

export function ofPods({ min, max, cpuTargetPercent, memoryTargetPercent }: AutoscalingParameters, evidence: Evidence): Claim {
  const { service } = evidence.subject;
  const bounds = [min === undefined ? "" : `min ${min}`, max === undefined ? "" : `max ${max}`].filter(Boolean).join(" and ");
  const wanted =
    `a HorizontalPodAutoscaler on deployment/${service}${bounds && ` with ${bounds}`}` +
    `${cpuTargetPercent === undefined ? "" : ` at ${cpuTargetPercent} % CPU`}${memoryTargetPercent === undefined ? "" : ` at ${memoryTargetPercent} % memory`}, and a metrics server to feed it`;
  const target = evidence.deployment();
  if (!target) return refused(wanted, `no Deployment "${service}"`);
  const autoscaler = evidence.podAutoscaler();
  if (!autoscaler) return refused(wanted, `no HorizontalPodAutoscaler on deployment/${service}`);
  const [source] = evidence.releases(/^metrics-server$/);
  const [actualMin, actualMax] = [autoscaler.get("spec.min_replicas"), autoscaler.get("spec.max_replicas")];
  const share = (resource: string) =>
    autoscaler
      .list("spec.0.metric")
      .map((_, index) => [`spec.metric.${index}.resource.name`, `spec.metric.${index}.resource.target.average_utilization`] as const)
      .filter(([name]) => autoscaler.get(name) === resource)
      .map(([, utilization]) => autoscaler.get(utilization))[0];
  const [cpu, memory] = [share("cpu"), share("memory")];
  const found = `HorizontalPodAutoscaler on deployment/${service} with min ${String(actualMin)} and max ${String(actualMax)} at ${String(cpu)} % CPU${memory === undefined ? "" : ` and ${String(memory)} % memory`}`;
  return {
    wanted,
    found: `${found}, metrics-server`,
    resources: [autoscaler, target, source],
    unless: {
      [found]: agrees(min, actualMin) && agrees(max, actualMax) && agrees(cpuTargetPercent, cpu) && agrees(memoryTargetPercent, memory),
      "no share of CPU or memory that it follows": cpu !== undefined || memory !== undefined,
      "no metrics server": source !== undefined,
    },
  };
}

/** The same where Argo CD owns the Deployment. */
export function ofChart({ min, max, cpuTargetPercent, memoryTargetPercent }: AutoscalingParameters, evidence: Evidence): Claim {
  const { service } = evidence.subject;
  const { application, files, unless, value, template } = deliveryOf(evidence);
  const [source] = evidence.releases(/^metrics-server$/);
  const [least, most, cpu, memory] = ["minReplicas", "maxReplicas", "cpuTargetPercent", "memoryTargetPercent"].map((key) => value(`autoscaling.${key}`) ?? undefined);
  const found = `HorizontalPodAutoscaler in charts/${service} with min ${String(least)} and max ${String(most)} at ${String(cpu)} % CPU${memory === undefined ? "" : ` and ${String(memory)} % memory`}`;
  const on = value("autoscaling.enabled") === true && /^kind: HorizontalPodAutoscaler$/m.test(template("horizontal-pod-autoscaler"));
  return {
    wanted: `a HorizontalPodAutoscaler in the chart "${service}" that Argo CD deploys, and a metrics server to feed it`,
    found: `${found}, metrics-server`,
    resources: [application, application && source],
    unless: {
      ...unless,
      [`no HorizontalPodAutoscaler in charts/${service}`]: !application || on,
      [found]: !application || !on || (agrees(min, least) && agrees(max, most) && agrees(cpuTargetPercent, cpu) && agrees(memoryTargetPercent, memory)),
      "no share of CPU or memory that it follows": !application || !on || cpu !== undefined || memory !== undefined,
      "no metrics server": !application || source !== undefined,
    },
    files,
  };
}

export function ofServers({ min, max, cpuTargetPercent, memoryTargetPercent }: AutoscalingParameters, evidence: Evidence): Claim {
  const fleet = evidence.fleet();
  const policy = evidence.resources("aws_autoscaling_policy").find((candidate) => candidate.refersTo(fleet));
  const size = `min ${String(fleet?.get("min_size"))} and max ${String(fleet?.get("max_size"))}`;
  const target = policy?.get("target_tracking_configuration.target_value");
  return {
    wanted: `an Auto Scaling group with ${min === undefined ? "" : `min ${min} and `}${max === undefined ? "a maximum" : `max ${max}`} that follows the CPU`,
    found: `Auto Scaling group with ${size}, at ${String(target)} % CPU`,
    resources: [fleet, policy],
    unless: {
      "no Auto Scaling group": fleet !== undefined,
      [size]: !fleet || (agrees(min, fleet.get("min_size")) && agrees(max, fleet.get("max_size"))),
      "no scaling policy": !fleet || policy?.get("policy_type") === "TargetTrackingScaling",
      "a policy that does not follow the CPU": !policy || policy.get("target_tracking_configuration.predefined_metric_specification.predefined_metric_type") === "ASGAverageCPUUtilization",
      "no policy for memory": memoryTargetPercent === undefined,
      "another target": !policy || agrees(cpuTargetPercent, target),
    },
  };
}

/** Aurora Auto Scaling: the readers that the cluster always has, and those that it adds. */
function ofReaders({ min, max, cpuTargetPercent }: AutoscalingParameters, evidence: Evidence): Claim {
  const [cluster] = evidence.resources("aws_rds_cluster");
  const target = evidence.resources("aws_appautoscaling_target").find((candidate) => candidate.get("scalable_dimension") === "rds:cluster:ReadReplicaCount");
  const policy = evidence.resources("aws_appautoscaling_policy").find((candidate) => candidate.refersTo(target));
  const bounds = `${String(target?.get("min_capacity"))} to ${String(target?.get("max_capacity"))} readers`;
  const cpu = policy?.get("target_tracking_scaling_policy_configuration.target_value");
  return {
    wanted: `an Aurora cluster of ${min ?? "some"} to ${max ?? "more"} readers, that follow their CPU`,
    found: `${bounds} at ${String(cpu)} % CPU`,
    resources: [cluster, target, policy],
    unless: {
      "no Aurora cluster: an RDS instance has the read replicas that are asked for, and no more": cluster !== undefined,
      "no scaling of readers": !cluster || target !== undefined,
      [bounds]: !target || (agrees(min, target.get("min_capacity")) && agrees(max, target.get("max_capacity"))),
      "no policy": !target || policy !== undefined,
      [`at ${String(cpu)} % CPU`]: !policy || agrees(cpuTargetPercent, cpu),
    },
  };
}

export function ofNodes({ min, max }: AutoscalingParameters, evidence: Evidence): Claim {
  const [group] = evidence.nodeGroups();
  const size = `${String(group?.get("scaling_config.min_size"))} to ${String(group?.get("scaling_config.max_size"))} nodes`;
  const scaler = evidence.releases(/autoscaler|karpenter/);
  return {
    wanted: `a node group of ${min ?? "some"} to ${max ?? "more"} nodes, and an autoscaler for it`,
    found: size,
    resources: [group, ...scaler],
    unless: {
      "no node group": group !== undefined,
      [size]: !group || (agrees(min, group.get("scaling_config.min_size")) && agrees(max, group.get("scaling_config.max_size"))),
      "no autoscaler of nodes": !group || scaler.length > 0,
    },
  };
}
