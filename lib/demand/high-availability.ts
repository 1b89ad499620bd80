import { capability, stated } from "./capability";
import { deliveryOf } from "./delivery";
import { countOf, durations, inSeconds } from "./quantities";

export interface HighAvailabilityParameters {
  readonly azCount?: number;
  readonly rtoSeconds?: number;
  readonly rpoSeconds?: number;
  readonly rpoMinutes?: number;
}

/** It goes on when a part fails: several availability zones, disruption budgets, standby and failover. */
export const highAvailability = capability<HighAvailabilityParameters>()({
  id: "high-availability",
  title: "High availability",
  names: [
    /\b(?:us-|eu-|ap-|sa-|ca-)[a-z]+-\da\b[^.;]{0,80}\b(?:us-|eu-|ap-|sa-|ca-)[a-z]+-\d[b-f]\b/,
    /\bmulti-?(?:az|zone|region)\b/, /\bmulti (?:az|region)\b/, /\bhigh(?:ly)?[- ]availab\w+/, /\b(?:multiple|several|different|all|two|three|at least \w+|\d+\+?|across) (?:or more )?(?:availability[- ]zones?|azs)\b/, /\bacross (?:\w+ ){0,4}(?:azs?|availability zones?)\b/, /\bavailability zones\b/, /\bpod ?disruption ?budgets?\b/, /\bpdbs?\b/, /\b(?:max ?unavailable|min ?available)\b(?=[^;]{0,80}\b(?:disruption|pdb|budget|drain)|(?<=\b(?:disruption|pdb|budget|drain)\b[^;]{0,80}))/, /\bvoluntary disruptions?\b/, /\b(?:dr|disaster[- ]recovery|secondary|standby|failover|backup) (?:aws )?(?:region|site|data ?cent(?:er|re))s?\b/, /\bgeo(?:graphic(?:al)?(?:ly)?)?[- ]?(?:redundan\w+|replicat\w+)\b/, /\bredundan[ct]\w+ geografica\b/, /\bzonas? de disponibili(?:dad|dade)\b/, /\bzones? de disponibilite\b/, /\bverfugbarkeitszonen?\b/, /冗長|可用性ゾーン|マルチ ?az|アベイラビリティゾーン/, /\bhigh[- ]level (?:of )?availability\b/, /\bausfallsicher\w*/, /\btoleran(?:cia|te) a (?:fallos|falhas)\b/, /\btolerance aux pannes\b/,
    /\btopology ?spread\w*(?: ?constraints?)?/, /\b(?:pod )?anti-?affinity\b/, /\bzone-redundant\b/, /\bha (?:setup|mode|configuration|cluster|deployment|nat)\b/, /(?<=\b(?:automat\w+|database|regional|region|multi-region) )fail-?overs?\b/, /\bfail(?:s|ed)? ?-?over (?:to|within|automatically|between)\b/,
    /\b(?:standby|hot standby|warm standby) (?:instance|replica|database|region)\b/, /\bhochverfugbar\w*/, /\balta disponib\w+/, /\bhaute disponib\w+/, /(?<=\b(?:surviv|tolerat|withstand)\w* (?:the )?)(?:loss|failure|outage|termination) of (?:a |an |one |any |a single |any single )?(?:k8s |kubernetes |ec2 |worker )?(?:az|availability zone|node|zone|region|instance|pod)/, /高可用/, /\bno single points? of failure\b/, /\bredundant (?:instances|servers|nodes|replicas|load balancers)\b/, /\bactive-active\b/, /\bactive-passive\b/,
    /\b(?:different|separate|distinct|several|two|three|multiple) (?:availability )?zones\b/, /\b(?:spread|distributed|scheduled|placed) (?:evenly )?(?:across|over|on) (?:\w+ ){0,2}(?:nodes|hosts|zones|azs|data ?cent(?:er|re)s|regions)\b/, /\b(?:one|a|an|any|single) (?:instance|node|pod|server|zone|az|replica)s? (?:fails|goes down|crashes|is lost|is terminated|dies|becomes unavailable)\b/,
    /\bglobal (?:tables?|databases?)\b/, /\b(?:across|in) (?:all|multiple|several|two|three|\d) (?:aws |geographic )?regions\b/,
  ],
  hints: [/\bfail-?overs?\b/, /\bha\b(?! ?(?:proxy|ha\b))/, /\bsentinel (?:or cluster|mode|deployment|set-?up|fail-?over|for|nodes)\b|(?<=\b(?:redis|valkey)\b[^.;]{0,20})\bsentinel\b/, /\bredundan(?:t|cy|cia|te|z)\b/, /\breplication\b(?! (?:groups?|lag|slots?|controllers?|factor))/, /(?<!single |one |same |an |the |per )\bavailability zones?\b/, /(?<!single |one |same |an |the |per |-)\bazs?\b(?!-)/, /\bfault[- ]toleran\w+/, /\bsurviv\w+ (?:the )?(?:loss|failure|pod|node|zone|az|instance|termination)/],
  otherSenses: [/\bfault[- ]tolerant (?:workloads?|jobs?|batch)\b/, /\b(?:microsoft|azure) sentinel\b/, /\b(?:llm|model|provider|api) (?:fail-?over|fallback)/, /\bfail over automatically to local models\b/, /\bredundant (?:code|calls?|requests?|text|data|field|import)s?\b/],
  read: (text) => {
    const times = durations(text);
    const objective = (name: string, words: string) => times.find(({ start, end }) => new RegExp(`\\b(?:${name}|${words})\\b\\)?[^,;.)]{0,20}$`).test(text.slice(Math.max(0, start - 48), start)) || new RegExp(`^ ?\\(?${name}\\b`).test(text.slice(end, end + 8)))?.value;
    const over = times.find(({ start }) => /\bfail(?:s|ed)?[- ]?over\b[^,;.]{0,24}\b(?:within|in|under|less than|at most|<|≤) ?$/.test(text.slice(Math.max(0, start - 64), start)))?.value;
    const rto = objective("rto", "recovery time(?: objective)?") ?? over;
    const rpo = objective("rpo", "recovery point(?: objective)?");
    return stated<HighAvailabilityParameters>({
      azCount: countOf(text, "azs?|availability[- ]zones?|zones|zonas|verfugbarkeitszonen"),
      rtoSeconds: rto && inSeconds(rto),
      rpoSeconds: rpo?.unit === "second" ? rpo.value : /\brpo ?(?:=|:|of) ?0\b/.test(text) ? 0 : undefined, rpoMinutes: rpo && !/second$/.test(rpo.unit) ? inSeconds(rpo) / 60 : undefined,
    });
  },
  keys: { azCount: "number", rtoSeconds: "number", rpoSeconds: "number", rpoMinutes: "number" },
  contradiction: ({ azCount }) => azCount !== undefined && azCount > 6 ? { message: `it spreads over ${azCount} availability zones, and no AWS region has more than 6`, remedy: "ask for 2 or 3 availability zones" } : undefined,
  prove: ({ azCount }, evidence) => {
    const zones = evidence.zones("private");
    const [cluster, pod, autoscaler, fleet, [database], groups] = [evidence.cluster(), evidence.deployment(), evidence.podAutoscaler(), evidence.fleet(), evidence.databases(), evidence.nodeGroups()];
    const { application, files, unless, value, template } = deliveryOf(evidence);
    const [aurora] = evidence.resources("aws_rds_cluster");
    const readers = evidence.readers(aurora);
    const [cache] = evidence.resources("aws_elasticache_replication_group");
    const budgets = evidence.selecting("kubernetes_pod_disruption_budget_v1", "spec.selector.match_labels");
    const inChart = /^kind: PodDisruptionBudget$/m.test(template("pod-disruption-budget"));
    const checked = [cluster, fleet, database, aurora, cache, ...evidence.readers(aurora, 0), ...budgets, application];
    return {
      wanted: `everything over ${azCount ?? "two"} zones or more, so that the loss of one is survived`,
      found: [`${zones} zones`, ...(database ? ["standby of the database"] : []), ...(aurora ? [`${readers.length} readers of Aurora`] : []), ...(cache ? ["standby of the cache"] : []), ...(budgets.length > 0 || inChart ? ["disruption budget"] : [])].join(", "),
      resources: checked,
      unless: {
        [zones === 1 ? "one zone" : `${zones} zones`]: zones >= (azCount ?? 2),
        "nothing that could be available": checked.some((resource) => resource !== undefined),
        "the database has no standby": !database || database.get("multi_az") === true,
        "no reader of Aurora takes over": !aurora || readers.length > 0,
        "Aurora in one zone": !aurora || evidence.zones("data") >= 2,
        "the cache has no standby": !cache || (cache.get("automatic_failover_enabled") === true && Number(cache.get("num_cache_clusters")) >= 2),
        "one node": !cluster || (groups.length > 0 && groups.every((group) => Number(group.get("scaling_config.min_size")) >= 2)),
        "nodes in one zone": groups.every((group) => group.list("subnet_ids").length >= 2),
        "one pod": !pod || Number(autoscaler?.get("spec.min_replicas") ?? pod.get("spec.replicas")) >= 2,
        "the API has no disruption budget": !pod || budgets.length > 0,
        ...(application ? unless : {}),
        "one pod in the chart": !application || Number(value("autoscaling.enabled") === true ? value("autoscaling.minReplicas") : value("replicaCount")) >= 2,
        "the chart has no disruption budget": !application || inChart,
        "one instance": !fleet || Number(fleet.get("min_size")) >= 2,
        "instances in one zone": !fleet || fleet.list("vpc_zone_identifier").length >= 2,
      },
      files,
    };
  },
  examples: [
    { text: "PodDisruptionBudget keeps one replica through voluntary disruptions", parameters: {} },
    { text: "Replicas SHALL be distributed across three availability zones", parameters: { azCount: 3 } },
  ],
});
