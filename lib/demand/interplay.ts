import type { CapabilityId } from "./vocabulary";

/** Things that other demands are about: named after "for" or "of", they are only what the demand is about. */
export const THINGS: ReadonlySet<CapabilityId> = new Set<CapabilityId>([
  "database", "cluster", "workload", "compute", "cache", "queue", "object-storage", "load-balancer", "containers", "registry", "environments", "network", "cdn", "dns", "pipeline", "metrics", "logs",
]);

/** Demands that, named as the purpose of something else ("policies for Secrets Manager"), are not made. */
export const PURPOSES: ReadonlySet<CapabilityId> = new Set<CapabilityId>(["secrets", "tracing", "encryption", "alerts", "dashboards", "state-backend", "backups"]);

/** What stands behind a thing, at most two words on, and only tells which credentials, which address, which name is meant. */
export const ATTRIBUTES: ReadonlySet<string> = new Set((
  "credential credentials password passwords connection connections connectivity permission permissions arn arns url urls uri uris name names id ids hostname hostnames ip ips address addresses traffic usage utilization utilisation cost costs "
  + "cpu access read write publish send pull login logsin icon user users client driver drivers sdk schema query queries migration migrations spec specs depth depths namespace"
).split(" "));
/** Words behind which it is no attribute of the thing any more. */
export const NO_ATTRIBUTE: ReadonlySet<string> = new Set("with and in on for to or is are that shall must should by from of as".split(" "));
/** "S3-compatible": not the thing itself. */
export const KIND_OF = /^-(?:compatible|style|like|specific|based|backed)\b/;

/** In front of a name: it is not wanted. */
export const DENIAL = /\b(?:no|without|not|instead of|rather than|except|excluding|kein\w*|ohne|sin|sem)(?: (?:a|an|any|the|using|use|via))? $|\bprevent\w* (?:the |an? |any )?(?:\w+ )?$/;

/** Words of Portuguese that no other of these languages has. */
export const PORTUGUESE = /\b(?:deve(?:m|ra|rao)?|com|uma|um|dos|das|nao|sera|serao|sao|usando|implantad\w+|hospedad\w+|criad\w+|configurad\w+|publicad\w+|armazenad\w+|monitorad\w+) /;

/** Behind a name: "with autoscaling disabled". */
export const SWITCHED_OFF = /^ (?:is |are |be |shall be |must be )?(?:disabled|turned off|switched off|not (?:enabled|used|required|needed|wanted|in scope))\b/;

/** A further clause that says what must not be: "…; they SHALL never appear in the logs". */
export const DENIED_CLAUSE = /[;,.] (?:and )?(?:they|it|these|this|the \w+)? ?(?:shall|must|should|may|can) (?:not|never)\b[^;.]*$/;

/** "WHEN logs are old THEN export them": the act is about what the condition names. */
export const PRONOUN = /^(?:[\w-]+ ){0,2}them\b/;

/** The subject stands for what the condition names. */
export const IT = /^(?:it|they|these|those) ?$/;

/** "WHEN the image is built", "WHEN configuring backups": the act tells how the thing is to be. */
export const MADE = /\b(?:is|are|gets|wird|werden) (?:\w+ )?(?:created|provisioned|deployed|configured|set ?up|installed|built|allocated|launched|started|defined|enabled|synthesi[sz]ed|konfiguriert|erstellt|bereitgestellt|eingerichtet|deployt)\b|^(?:when|while|if|where) (?:configuring|setting up|provisioning|deploying|creating|building|defining|enabling)\b/;

/** "When I run `docker compose up`": what is run has to be there. */
export const RUN = /\b(?:i|we|someone|developers?|operators?|engineers?) (?:runs?|executes?|starts?|deploys?|appl(?:y|ies)|calls?|requests?|hits?|curls?|quer(?:y|ies))\b/;

/** In front of a cluster: it only says where. */
export const LOCATION = /\b(?:in|within|inside|into|on|to|from|for|of) (?:the |a |an |our |each |every )?(?:\w+ )?$/;

/** In front of an environment: something is done to what stands there. */
export const AGAINST = /\bagainst (?:the |our )?$/;

/** In front of a thing that is there already. */
export const KNOWN_PLACE = /\b(?:in|within|into|inside|to|from|on|with) (?:the |an? |its |our )?(?:existing|same|default|current) (?:aws |eks |rds |kubernetes )?$/;

/** Things that, as the subject of an active sentence, only say whose demand it is: "The EC2 instances SHALL have an IAM role". */
export const ACTED_UPON: ReadonlySet<CapabilityId> = new Set<CapabilityId>(["database", "cluster", "workload", "compute", "environments", "network", "object-storage", "cache", "registry", "alerts"]);
/** What is demanded of a thing and shapes the thing itself: with it, the subject is demanded as well. "The Redis cluster SHALL fail over to its replica." */
export const SHAPES: { readonly [Id in CapabilityId]?: readonly CapabilityId[] } = {
  network: ["cluster", "database", "cache", "queue"],
  "high-availability": ["database", "cache", "queue"],
  autoscaling: ["cluster", "database"],
};

/** What a pipeline does not deliver: "THE Pipeline SHALL tag all AWS resources" says whose resources these are. */
export const NOT_DELIVERED: ReadonlySet<CapabilityId> = new Set<CapabilityId>([
  "state-backend", "scheduled-job", "tagging", "autoscaling", "access", "secrets", "network", "dns", "backups", "database", "encryption", "waf", "budget", "metrics", "logs",
]);

/** A subject that is the name of a part of the specification's system: "THE EKS_Module SHALL …". */
export const LABELLED = /\b(?:systems?|module|stack|platform|app|application|service|solution|iac|infrastructure|template|generator|construct|project|team|operator|company)\s*$/;

/** A subject that the author has made a name of: "THE Disaster_Recovery SHALL …". */
export const IDENTIFIER = /[A-Za-z]_[A-Za-z]/;

/** Words behind which a thing is only what the demand is about. */
export const BACKGROUND: readonly string[] = [
  "for", "fur", "para", "of", "der", "des", "do", "da", "del", "du", "from", "required", "when", "while", "before", "after", "until", "unless", "without", "allow", "allows", "allowing", "permitting", "so that",
  "to", "against", "same as", "similar to", "matching", "showing", "displaying", "covering", "covers", "based on", "about", "that", "which", "per", "under", "if", "than", "between", "because", "on", "by the", "whose", "during", "referencing", "tracking", "reporting",
];
/** Words that bring a new object of the act. */
export const FOREGROUND: readonly string[] = [
  "with", "mit", "con", "com", "using", "via", "through", "in", "into", "inside", "within", "across", "including", "plus", "behind", "supported by", "to use",
];
/** Marks and clauses that do the same. */
export const FOREGROUND_MARKS = ";.(+·";
export const FOREGROUND_CLAUSE = /\b(?:and|,) (?:shall |must |should )?(?:configure|enable|create|deploy|provision|use|set up|store|encrypt|push|run|install)\b/;

/** Words of a clause that only says more about what stands before it: no verb in it is the act. */
export const SUBORDINATE: readonly string[] = ["allow", "allows", "allowing", "permitting", "so that", "that", "which", "whose"];
/** "7 days of backups": the number is of the thing. */
export const MEASURE = /\b(?:\d+|days?|weeks?|months?|years?|hours?|copies) $/;

/** A clause of purpose: all that follows in it is what for, whatever it is done with. */
export const PURPOSE_CLAUSE = /\b(?:so that|such that|in order to|so as to|permissions? to)\b[^.;]*$/;
/** In front of a parenthesis that only says what kind of things are meant, or which port. */
export const ILLUSTRATED = /\b(?:resources?|secrets?|credentials|services|plane|data|components?|workloads?|applications?|dienste|servicios|servicos|\d{2,5}) \([^()]*$/;
/** "Associate a web ACL with the load balancer": what stands behind this "with" is what something is for. */
export const ASSOCIATED = /\b(?:associat|integrat)\w*\b[^.;,]*\bwith (?:\w+ ){0,2}$/;

/** In front of "from", what makes it the source and no purpose. */
export const SERVED = /\b(?:serv|host|retriev|inject|fetch|pull|deploy)\w*\b/;
/** In front of "for": the code for a thing is the thing. */
export const TEMPLATE = /\b(?:modules?|templates?|terraform)(?: are| is)?(?: created| defined)? $/;
export const USED = /\buses?\b/;

/** Verbs that make "to" and "on" a target, not a purpose. */
export const TARGETING = /\b(?:deploy\w*|push\w*|publish\w*|send\w*|ship\w*|forward\w*|export\w*|stream\w*|upload\w*|archiv\w+|writ\w+|deliver\w*|run\w*|host\w*|migrat\w+|stor\w+|promot\w+|log|logs|sync\w*|connect\w*|routes?(?! 53)|static (?:assets|files|site|website)|move\w*|scoped|visible|back(?:ed|ing|s)? up)\b/;

export interface Rule {
  readonly when: CapabilityId;
  readonly drops: readonly CapabilityId[];
  /** Only where the dropped capability was seen by hints alone. */
  readonly hintsOnly?: true;
  /** The rule holds only where this stands in the folded text. @default - everywhere */
  readonly only?: RegExp;
  /** The dropped capability stays where this stands in the folded text. */
  readonly unless?: RegExp;
}

/** Monitoring as a demand beside others, not as what the others are for. */
const MONITORING = /\bmonitoring(?:,| and| et| y| e| und| with| &|\/)|(?:,|and|&) monitoring\b|\bmetrics(?:,| and| &|\/)|(?:,|and|&) metrics\b|(?:,| e| y| et| und) metri(?:cas|ques|ken)\b|\bmetri(?:cas|ques|ken)(?:,| e| y| et| und) /;

/** What is installed by a chart is what is asked for, not the chart. */
const BY_HELM = /\b(?:via|using|with|through|by|as) (?:[\w./-]+ ){0,4}helm\b|\bhelm (?:charts?|releases?)\b/;

/** Which capability takes the words of which other to be its own. */
export const RULES: readonly Rule[] = [
  { when: "workload", drops: ["pipeline"], hintsOnly: true },
  { when: "workload", drops: ["containers"], only: /\b(?:runs?|running|using|from|with) (?:the |an? |its |our )?(?:[\w-]+ ){0,4}images?\b/, unless: /\bbuil[dt]|\bdockerfile/ },
  { when: "containers", drops: ["registry", "workload"], hintsOnly: true, only: /\b(?:docker\w*|compose|images?)\b/ },
  { when: "load-balancer", drops: ["workload"], hintsOnly: true },
  { when: "load-balancer", drops: ["containers"], hintsOnly: true },
  { when: "metrics", drops: ["containers"], hintsOnly: true },
  { when: "backups", drops: ["high-availability"], only: /\b(?:replicat|cop)\w* (?:\w+ ){0,2}(?:backups?|snapshots?)\b|\b(?:backups?|snapshots?) (?:\w+ ){0,3}(?:replicated|copied)\b/ },
  { when: "dns", drops: ["high-availability"], hintsOnly: true, only: /\bttl\b/ },
  { when: "access", drops: ["dns", "database", "object-storage", "queue", "cache", "registry", "secrets", "logs"], only: /\b(?:roles?|polic\w+|permissions?)\b[^.;]{0,20}\bto access\b/ },
  { when: "metrics", drops: ["database", "cache", "queue", "load-balancer", "workload", "cluster", "compute", "containers"], only: /\bscrap\w+ (?:[\w-]+ ){0,4}?(?:from|jobs? for|targets?:?)\b|\bcollect\w* (?:[\w-]+ ){0,2}metrics from\b/ },
  { when: "metrics", drops: ["network"], only: /\b(?:cilium|istio|calico)\b/, unless: /\b(?:vpcs?|subnets?|polic(?:y|ies)|mesh)\b/ },
  { when: "dashboards", drops: ["network"], only: /\b(?:cilium|istio|calico)\b/, unless: /\b(?:vpcs?|subnets?|polic(?:y|ies)|mesh)\b/ },
  { when: "tracing", drops: ["dashboards"], only: /\bdata ?source\b/, unless: /\bdashboards?\b/ },
  { when: "network", drops: ["compute"], only: /\bnat instances?\b/ },
  { when: "containers", drops: ["workload"], only: /\b(?:docker|dockerfiles?|images?|compose)\b[^.;]{0,60}\b(?:non-?root|uid)\b/, unless: /\b(?:pods?|kubernetes|k8s|deployments?|security ?context)\b/ },
  { when: "network", drops: ["load-balancer", "workload", "database", "compute", "cluster", "cache"], only: /\bsubnets? \([^()]{0,40}\bonly\)/ },
  { when: "metrics", drops: ["capacity-target"], only: /\bmetrics (?:\w+ )?(?:for|including|such as|on|about|like)\b|\bmetrics ?[(:]/, unless: /\bsupports?\b|\bhandles?\b|\bsustain/ },
  { when: "alerts", drops: ["load-balancer", "cdn"], only: /\b(?:alarms?|alerts?)\b[^;]{0,80}\b(?:albs?|nlbs?|elbs?|load balancers?|cloudfront)\b/, unless: /\b(?:albs?|load balancers?) (?:with|and)\b/ },
  { when: "cache", drops: ["compute"], unless: /\bec2\b|\binstances\b/ },
  { when: "network", drops: ["cluster", "encryption"], only: /\bnetwork ?polic(?:y|ies)\b|\bservice mesh\b|\bdefault[- ]deny\b/, unless: /\b(?:provision|creat)\w* (?:[\w-]+ ){0,3}clusters?\b|\bat rest\b|\bkms\b|\bnode groups?\b|\bendpoints?\b/ },
  { when: "load-balancer", drops: ["compute"], only: /\b(?:across|between|among|over|to) (?:[\w-]+ ){0,3}instances\b/, unless: /\b(?:launch|provision|creat)\w* (?:[\w-]+ ){0,3}(?:ec2|instances?)\b|\bauto ?scaling\b/ },
  ...(["logs", "metrics", "tracing"] as const).map((when): Rule => ({ when, drops: ["workload", "cluster"], only: /\b(?:daemon|stateful) ?sets?\b/ })),
  { when: "dashboards", drops: ["metrics"], only: /\bdata ?sources?\b|\bgrafana\b[^.;]{0,20}\bconnect\w* (?:to|with) prometheus\b/, unless: MONITORING },
  { when: "dashboards", drops: ["metrics", "autoscaling", "database", "cluster", "workload", "cache", "queue", "gitops", "network", "capacity-target"], only: /\bdashboards? (?:[\w-]+ )?(?:for|showing|covering|of|with|must be|shall be)\b/, unless: /\bprometheus\b|\bcollect|\bmetrics(?:,| and| &)|\balert/ },
  ...(["metrics", "dashboards", "logs", "load-balancer", "tracing"] as const).map((when): Rule => ({ when, drops: ["workload"], only: BY_HELM, unless: /\b(?:templates? for|deployments?,|backend|frontend|api|application|app|agent)\b/ })),
  { when: "dashboards", drops: ["alerts"], only: /\bdashboards?\b[^.;]{0,60}\b(?:burn rates?|error budgets?)\b/, unless: /\balert|\balarm|\bnotif|\bpage/ },
  { when: "scheduled-job", drops: ["containers"], hintsOnly: true },
  { when: "tls", drops: ["database", "cache", "queue"], hintsOnly: true, only: /\bconnections? (?:to|between|with)\b/ },
  { when: "encryption", drops: ["database", "object-storage", "queue", "cache", "logs"], only: /\bat rest\b ?[:(][^.;]{0,80}\b(?:s3|rds|ebs|dynamodb|databases?|sqs|volumes?)\b/ },
  { when: "scheduled-job", drops: ["queue"], unless: /\bsqs\b|\bqueues?\b/ },
  { when: "state-backend", drops: ["object-storage", "database", "encryption", "pipeline"] },
  { when: "approval", drops: ["pipeline"], unless: /\broll-?backs?\b|\bpipelines? (?:with|including|includes|has|have)\b|\b(?:up)?on (?:every |each |an? |the )?(?:merge|push|commit)|\b(?:lors|apres|bei|beim|al|cada|no|ao|a chaque|apos)\b[^.;]{0,12}\b(?:merge|push|commit)/ },
  { when: "approval", drops: ["environments", "workload"], unless: /\b(?:up)?on (?:every |each |an? |the )?(?:merge|push|commit)/ },
  { when: "read-replica", drops: ["database"], unless: /\baurora\b|\bcluster\b|\bprovision\w*|\bcreate\b|\b(?:postgres\w*|mysql|mariadb|rds|databases?|instance)\b[^.;]{0,20} with (?:[\w-]+ ){0,4}(?:read )?replicas?\b/ },
  { when: "gitops", drops: ["health-check"], hintsOnly: true },
  { when: "gitops", drops: ["cluster", "workload", "pipeline", "environments"], unless: /\bmultiple environments\b|\bisolated\b.*\benvironment/ },
  { when: "budget", drops: ["alerts"], unless: /\balarms?\b|\bvia sns\b/ },
  { when: "budget", drops: ["environments", "metrics", "pipeline"] },
  { when: "autoscaling", drops: ["workload", "capacity-target", "metrics"], unless: /\bfargate\b|(?<!\b(?:through|via|for|of) (?:the )?)\becs service|\bdeploy\w* .{0,40}\b(?:to|on)\b|\bhelm\b(?!.*\bhpa)/ },
  { when: "autoscaling", drops: ["containers"] },
  { when: "cluster", drops: ["autoscaling", "registry"], hintsOnly: true },
  // The bounds of a node group are its own.
  { when: "cluster", drops: ["autoscaling"], only: /\bnode ?(?:groups?|pools?)\b/, unless: /\bscal\w+|\bauto-?scal\w*|\bkarpenter\b|\bkeda\b|\bhpa\b|\basgs?\b/ },
  { when: "autoscaling", drops: ["cluster"], hintsOnly: true },
  { when: "backups", drops: ["database", "cluster"], hintsOnly: true, unless: /\b(?:postgres\w*|mysql|mariadb|mongodb)\b/ },
  { when: "containers", drops: ["database", "cache", "queue"], hintsOnly: true, only: /\bcompose\b/ },
  { when: "registry", drops: ["tagging"], hintsOnly: true },
  { when: "pipeline", drops: ["containers"], only: /\bscan/, unless: /\bbuil[dt]/ },
  // What a scanner looks for.
  { when: "pipeline", drops: ["access", "object-storage", "encryption", "network", "secrets", "tagging"], only: /\bmisconfigur\w+|\b(?:tfsec|checkov|tflint|kics|terrascan|conftest|gitleaks|trufflehog|detect-secrets)\b/ },
  { when: "cluster", drops: ["compute"], unless: /\bec2 instances?\b|launch template/ },
  { when: "database", drops: ["compute"], unless: /\bec2\b|launch template/ },
  { when: "high-availability", drops: ["backups"], unless: /back-?ups?|snapshots?|restor|point-in-time|disaster/ },
  { when: "access", drops: ["tls"], unless: /\b(?:ssl|tls|certificates?|redirect|encrypt\w*)\b/ },
  { when: "pipeline", drops: ["alerts", "health-check"], hintsOnly: true },
  { when: "pipeline", drops: ["health-check"], only: /\b(?:smoke|roll(?:s|ed)?[ -]?backs?)/ },
  { when: "pipeline", drops: ["workload", "cluster"], only: /^(?:.{0,12}\b)?(?:the )?(?:[\w-]+ ){0,3}(?:workflow|pipeline) (?:shall|must|should|will)\b/, unless: /\b(?:blue|canary|rolling|zero)\b/ },
  { when: "pipeline", drops: ["workload", "cluster"], only: /^(?:the )?(?:ci|pipeline|gitlab ci|github actions|jenkins|ci\/cd|workflow|ci\/cd pipeline) [a-z]+s\b/, unless: /\b(?:blue|canary|rolling|zero)\b/ },
  { when: "workload", drops: ["registry"], only: /\becr images?\b/, unless: /\brepositor|\bpush/ },
  { when: "registry", drops: ["pipeline"], hintsOnly: true, unless: /automat|\bon (?:every |each )?(?:push|merge|commit)/ },
  { when: "load-balancer", drops: ["health-check", "autoscaling"], hintsOnly: true },
  { when: "tracing", drops: ["alerts"] },
  { when: "read-replica", drops: ["dashboards", "workload"], hintsOnly: true },
  { when: "availability-target", drops: ["metrics"], hintsOnly: true, unless: MONITORING },
  { when: "object-storage", drops: ["logs"], hintsOnly: true, only: /\blifecycle\b/ },
  { when: "logs", drops: ["high-availability"], only: /\bcloud ?trail\b/ },
  { when: "workload", drops: ["compute"], only: /\bfargate\b/, unless: /\bec2\b/ },
  { when: "tagging", drops: ["environments", "budget"] },
  { when: "tagging", drops: ["pipeline", "workload"], only: /\b(?:shall|must|should) tag\b|^tag\b|\bcarr(?:y|ies)\b[^.;]{0,24}\btags?\b/ },
  { when: "tagging", drops: ["dns", "network", "compute", "database", "object-storage", "cluster", "queue", "registry", "load-balancer"], only: /\b(?:shall|must|should) tag\b|^tag\b/ },
  { when: "registry", drops: ["tagging"], unless: /\bresources?\b/ },
  { when: "access", drops: ["secrets"], only: /\boidc\b/ },
  { when: "network", drops: ["encryption"], only: /\bendpoints?\b[^.;]{0,40}\b(?:for|to)\b[^.;]{0,60}\bkms\b/ },
  { when: "network", drops: ["object-storage", "database", "registry", "queue", "secrets", "logs", "compute", "metrics"], only: /\bendpoints?\b/, unless: /\b(?:buckets?|(?<!route )tables?|instances?|repositor\w+|databases?)\b/ },
  { when: "secrets", drops: ["pipeline"], only: /\bgithub (?:actions |repository |environment )?secrets?\b/, unless: /\bpipelines?\b|\bworkflow (?:shall|must|should|will|runs)\b/ },
  { when: "tls", drops: ["load-balancer"], only: /\bredirect\w*\b[^.;]{0,40}\bhttps\b|\bhttps redirect/, unless: /\b(?:provision|creat|deploy|configur|implement)\w* (?:an? |the )?(?:internet-facing |public |aws )?(?:alb|load balancer|application load)/ },
  { when: "tls", drops: ["cdn"], only: /\bredirect\w*\b[^.;]{0,40}\bhttps\b|\bcertificates?\b[^.;]{0,30}\bfor (?:the )?cloud ?front\b|\bcloud ?front ?(?:用|向け)/, unless: /\b(?:provision|creat|deploy|configur|defin|implement)\w* (?:an? |the )?(?:amazon |aws )?cloud ?front\b/ },
  { when: "logs", drops: ["access"], unless: /security group/ },
  { when: "dashboards", drops: ["logs", "tracing", "capacity-target"], hintsOnly: true },
  { when: "dashboards", drops: ["metrics"], hintsOnly: true, unless: MONITORING },
  { when: "alerts", drops: ["logs"], hintsOnly: true, unless: /\blogs(?:,| and| &|\/)|(?:,|and|&|,? and) logs\b/ },
  { when: "alerts", drops: ["metrics"], hintsOnly: true, unless: MONITORING },
  { when: "alerts", drops: ["queue"], unless: /\b(?:queues?|dlqs?) (?:and|with|und|mit|y|e|et|&|\+) (?:al(?:arm|ert)\w*|cloudwatch)/ },
  { when: "alerts", drops: ["database", "compute", "cluster", "workload", "high-availability", "capacity-target", "cache", "health-check"] },
  { when: "alerts", drops: ["backups", "tls", "pipeline"], hintsOnly: true },
  { when: "logs", drops: ["containers", "workload", "cluster", "network"], hintsOnly: true },
  { when: "logs", drops: ["metrics"], hintsOnly: true, unless: MONITORING },
  { when: "tracing", drops: ["metrics"], hintsOnly: true, unless: MONITORING },
  { when: "tracing", drops: ["logs"], hintsOnly: true, unless: /\blogs(?:,| and| &|\/)|(?:,|and|&|:) logs\b/ },
  { when: "registry", drops: ["containers"], unless: /\bbuilt\b.*\bpush/ },
  { when: "pipeline", drops: ["containers"], hintsOnly: true },
  { when: "availability-target", drops: ["capacity-target"], hintsOnly: true },
  // "Tempo de resposta" is a time.
  { when: "capacity-target", drops: ["tracing"], only: /\btempo (?:de|medio|maximo)\b/ },
  { when: "secrets", drops: ["database", "cluster", "pipeline", "containers"], hintsOnly: true },
  { when: "secrets", drops: ["workload"], unless: /\bfargate\b|\becs service|\bdeploy\w* .{0,40}\b(?:to|on)\b|\bv?cpus?\b/ },
  { when: "secrets", drops: ["encryption"], unless: /\bkms keys?\b|\bencrypt/ },
  { when: "metrics", drops: ["workload", "cluster"], only: /\b(?:prometheus|grafana|datadog|otel|opentelemetry|cloudwatch)\b[^,;.]{0,40}\b(?:deployed|installed|running)\b/ },
  { when: "cluster", drops: ["containers", "workload"], hintsOnly: true },
  { when: "workload", drops: ["containers", "cluster"], hintsOnly: true },
  { when: "compute", drops: ["containers", "workload"], hintsOnly: true },
  { when: "cache", drops: ["cluster", "workload"], hintsOnly: true },
  { when: "encryption", drops: ["compute"], hintsOnly: true },
  { when: "access", drops: ["workload"], hintsOnly: true },
  { when: "access", drops: ["database", "compute", "cluster", "load-balancer", "object-storage"], only: /\bnot (?:be )?public(?:ly|ally)\b/, unless: /\bsubnets?\b|\bprovision|\bcreate/ },
  { when: "encryption", drops: ["database", "object-storage", "queue", "cache", "logs"], only: /\bencrypt\w*[^()]*\([^)]*\b(?:s3|rds|ebs|dynamodb|databases?|sqs)\b/ },
  { when: "cluster", drops: ["workload"], only: /\becs cluster\b.*\bfargate\b.*\b(?:launch type|capacity)\b/ },
  { when: "access", drops: ["pipeline"], only: /\boidc\b/, unless: /\b(?:builds?|tests?|deploys? (?:on|to)|deployments? (?:via|through|using|by|with))\b/ },
  { when: "logs", drops: ["metrics"], unless: /metric|monitor|observab|prometheus/ },
  { when: "tracing", drops: ["metrics"], unless: /metric|monitor|observab|prometheus/ },
  { when: "dashboards", drops: ["metrics"], unless: /metric|monitor|observab|prometheus/ },
  { when: "queue", drops: ["cluster"], hintsOnly: true },
  { when: "database", drops: ["cluster", "workload"], hintsOnly: true },
  { when: "network", drops: ["containers"], hintsOnly: true },
  { when: "high-availability", drops: ["workload"], hintsOnly: true },
  { when: "high-availability", drops: ["workload"], only: /\bvoluntary disruptions?\b/ },
  { when: "health-check", drops: ["workload", "containers", "cluster"], hintsOnly: true },
];
