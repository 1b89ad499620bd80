import type { Demand } from "./demand";

export type Phase = "mvp" | "growth" | "scale";

/** How a phase is named: by its number, or by its name where that cannot mean anything else ("growth" alone can). */
const NAMES: readonly (readonly [Phase, RegExp])[] = [
  ["mvp", /\bphase[ -]?(?:1|one|i)\b|\bmvp\b(?=.{0,40}\b(?:phase|infrastructure|environment|stack|deploy\w*|ec2|instance|server|launch\w*|provision\w*|set ?up|runs?|aws)\b)|\b(?:deploy|launch|provision|set ?up|run)\w*\b.{0,30}\bmvp\b/i],
  ["growth", /\bphase[ -]?(?:2|two|ii)\b|\bgrowth[ -](?:phase|stage|infrastructure|environment|stack|setup)\b/i],
  ["scale", /\bphase[ -]?(?:3|three|iii)\b|\bscale[ -](?:phase|stage|infrastructure|environment|stack|setup)\b/i],
];

/** "Phase 1 of the migration script" is about something else. */
const ABOUT_SOMETHING_ELSE = /\bphase[ -]?(?:\d|one|two|three|i{1,3})\b.{0,20}\b(?:of the|feature|ui|migration|tests?|tasks?|documentation|plan)\b/i;

/** What each phase consists of, in the words of the vocabulary. */
const PRESETS: Readonly<Record<Phase, readonly (readonly [Demand["kind"], object])[]>> = {
  mvp: [["compute", { instances: 1 }], ["database", { engine: "postgres" }], ["backups", {}], ["logs", {}], ["alerts", {}]],
  growth: [
    ["compute", { instances: 3 }],
    ["load-balancer", { type: "application" }],
    ["containers", { tool: "compose" }],
    ["database", { engine: "postgres" }],
    ["read-replica", {}],
    ["high-availability", {}],
    ["metrics", { tool: "prometheus" }],
    ["dashboards", { tool: "grafana" }],
    ["pipeline", { tool: "github-actions" }],
    ["availability-target", { uptimePercent: 99.5 }],
  ],
  scale: [
    ["cluster", { platform: "kubernetes" }],
    ["workload", { platform: "kubernetes" }],
    ["autoscaling", { min: 2, max: 10, of: "pods" }],
    ["database", { engine: "aurora-postgresql" }],
    ["autoscaling", { of: "nodes" }],
    ["gitops", {}],
    ["load-balancer", { type: "ingress" }],
    ["secrets", {}],
    // Of Datadog, unless the increment names another tool.
    ["metrics", {}],
    ["logs", {}],
    ["tracing", {}],
    ["pipeline", {}],
    ["availability-target", { uptimePercent: 99.95 }],
  ],
};

/** The phase that a text names, and the words that name it. */
export function phaseIn(text: string): { readonly phase: Phase; readonly words: string } | undefined {
  if (!/phase|mvp|growth|scale/i.test(text)) return undefined;
  if (ABOUT_SOMETHING_ELSE.test(text)) return undefined;
  for (const [phase, name] of NAMES) {
    const words = name.exec(text.slice(0, 4000))?.[0];
    if (words !== undefined) return { phase, words };
  }
  return undefined;
}

/** The demands of a phase: a named preset, no more. */
export function demandsOfPhase(phase: Phase, words: string): readonly Demand[] {
  return PRESETS[phase].map(([kind, parameters]) => ({ kind, parameters, words: [words] }) as Demand);
}
