import type { CapabilityId } from "./vocabulary";

/** Things that other demands are about: named after "for" or "of", they are only what the demand is about. */
export const THINGS: ReadonlySet<CapabilityId> = new Set<CapabilityId>([
  "database", "cluster", "workload", "compute", "cache", "queue", "object-storage", "load-balancer", "containers", "registry", "environments", "network", "cdn", "dns", "pipeline", "metrics", "logs",
]);

/** Things that, as the subject of an active sentence, only say whose demand it is: "The EC2 instances SHALL have an IAM role". */
export const ACTED_UPON: ReadonlySet<CapabilityId> = new Set<CapabilityId>(["database", "cluster", "workload", "compute", "containers", "environments", "pipeline", "network", "load-balancer"]);
/** A subject that is the name of a part of the specification's system: "THE EKS_Module SHALL …". */
export const LABELLED = /\b(?:systems?|module|stack|platform|app|application|service|solution|iac|infrastructure|template|generator|construct|project|team|operator|company)\s*$/;

/** Words behind which a thing is only what the demand is about. */
export const BACKGROUND = /\b(?:for|fur|para|of|from|required|when|while|before|after|until|unless|without|allow(?:s|ing)?|permitting|so that|to|against|based on|about|that|which|per|under|if|than|between|because|on|by the|as|whose)\b/g;
/** Words that bring a new object of the act. */
export const FOREGROUND = /\b(?:with|mit|con|com|using|via|through|in|into|inside|within|across|including|plus|behind)\b|[;.(+·]|\b(?:and|,) (?:shall |must |should )?(?:configure|enable|create|deploy|provision|use|set up|store|encrypt|push|run|install)\b/g;

/** Verbs that make "to" and "on" a target, not a purpose. */
export const TARGETING = /\b(?:deploy\w*|push\w*|publish\w*|send\w*|ship\w*|forward\w*|export\w*|stream\w*|upload\w*|writ\w+|deliver\w*|run\w*|host\w*|migrat\w+|stor\w+|promot\w+|log|logs|sync\w*|connect\w*|routes?|move\w*)\b/;

export interface Rule {
  readonly when: CapabilityId;
  readonly drops: readonly CapabilityId[];
  /** Only where the dropped capability was seen by hints alone. */
  readonly hintsOnly?: true;
  /** The dropped capability stays where this stands in the folded text. */
  readonly unless?: RegExp;
}

/** Which capability takes the words of which other to be its own. */
export const RULES: readonly Rule[] = [
  { when: "state-backend", drops: ["object-storage", "database", "encryption"] },
  { when: "approval", drops: ["environments", "pipeline", "workload"] },
  { when: "read-replica", drops: ["database"], unless: /\baurora\b|\bcluster\b|\bprovision\w*|\bcreate\b/ },
  { when: "gitops", drops: ["cluster", "workload", "pipeline", "environments"], unless: /\bmultiple environments\b/ },
  { when: "budget", drops: ["alerts"], unless: /\balarms?\b|\bvia sns\b/ },
  { when: "budget", drops: ["environments", "metrics"] },
  { when: "autoscaling", drops: ["workload", "capacity-target", "metrics"], unless: /\bfargate\b|\becs service|\bdeploy\w* .{0,40}\b(?:to|on)\b|\bhelm\b(?!.*\bhpa)/ },
  { when: "autoscaling", drops: ["cluster", "containers"], unless: /\bcluster autoscaler\b|\bkarpenter\b|\bnode ?groups?\b|\bdeploy\w* .{0,40}\bto\b|\b(?:eks|ecs|kubernetes) cluster with\b/ },
  { when: "dashboards", drops: ["metrics", "logs", "alerts", "tracing"], hintsOnly: true },
  { when: "alerts", drops: ["metrics", "logs", "dashboards"], hintsOnly: true },
  { when: "alerts", drops: ["database", "compute", "cluster", "workload", "queue", "high-availability", "capacity-target", "cache", "health-check"] },
  { when: "logs", drops: ["metrics", "containers", "workload", "cluster", "network"], hintsOnly: true },
  { when: "tracing", drops: ["metrics", "logs"], hintsOnly: true },
  { when: "registry", drops: ["containers"], unless: /\bbuil[dt]\w*\b.*\bpush/ },
  { when: "availability-target", drops: ["capacity-target"], hintsOnly: true },
  { when: "secrets", drops: ["encryption", "database", "cluster", "pipeline"], hintsOnly: true },
  { when: "cluster", drops: ["containers", "workload"], hintsOnly: true },
  { when: "workload", drops: ["containers", "cluster", "pipeline"], hintsOnly: true },
  { when: "compute", drops: ["containers"], hintsOnly: true },
  { when: "cache", drops: ["cluster"], hintsOnly: true },
  { when: "queue", drops: ["cluster"], hintsOnly: true },
  { when: "database", drops: ["cluster"], hintsOnly: true },
  { when: "network", drops: ["containers"], hintsOnly: true },
  { when: "high-availability", drops: ["workload"], hintsOnly: true },
  { when: "health-check", drops: ["workload"], hintsOnly: true },
];
