import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { artifacts } from "../../lib/artifacts/artifacts";
import { synthesizedOf } from "../../lib/artifacts/trace";
import { foldEnvironments } from "../../lib/blueprint/environments";
import type { Layer } from "../../lib/blueprint/layer";
import { readSettings } from "../../lib/blueprint/settings";
import type { Demand } from "../../lib/demand/demand";
import type { Synthesized } from "../../lib/demand/synthesized";
import { environmentStacks } from "../../stacks/environment";

export type Asked = readonly [Demand["kind"], object];

/** What the criteria of increment 0012 ask for. */
export const SEED: readonly Asked[] = [
  ["workload", {}],
  ["cluster", {}],
  ["autoscaling", { min: 2, max: 10, of: "pods" }],
  ["metrics", { tool: "prometheus" }],
  ["pipeline", {}],
];

export const INCREMENT = "0012-production-infrastructure";

/** An increment whose n-th criterion, AC-0n on line n, makes the n-th demand. */
export function layerOf(increment: string, demands: readonly Asked[], preferences: Layer["preferences"] = {}): Layer {
  return {
    increment,
    preferences,
    demands: demands.map(([kind, parameters], index) => ({
      demand: { kind, parameters, words: [] } as unknown as Demand,
      origin: { increment, criterion: `AC-0${index + 1}`, text: "…", priority: "P1", location: { file: `${increment}/spec.md`, line: index + 1, column: 3 } },
    })),
  };
}

/** Everything that these demands are synthesized to, in memory. */
export function synthesize(demands: readonly Asked[], settings: object = {}, preferences: Layer["preferences"] = { platform: "kubernetes", grafana: true }): Synthesized {
  return synthesizeAll([layerOf(INCREMENT, demands, preferences)], settings);
}

/** The same of several increments, one after the other. */
export function synthesizeAll(layers: readonly Layer[], settings: object = {}): Synthesized {
  return synthesizeEnvironments(layers, settings).at(-1)!;
}

/** The same of every environment that they name, in the order in which a version passes through them. */
export function synthesizeEnvironments(layers: readonly Layer[], settings: object = {}): readonly Synthesized[] {
  const parsed = readSettings({ project: "specweave", repository: "acme/specweave", cluster: { name: "specweave-prod" }, ...settings }, "cdktf.json");
  const blueprints = foldEnvironments(layers, parsed);
  const outdir = mkdtempSync(join(tmpdir(), "phaseline-"));
  try {
    const app = new App({ outdir, stackTraces: false });
    const stacks = blueprints.map((blueprint) => environmentStacks(app, blueprint));
    stacks.flat().forEach((stack) => stack.prepareStack());
    const files = artifacts(...blueprints);
    const environments = blueprints.filter((_, index) => stacks[index]!.length > 0).map((blueprint) => blueprint.settings.environment);
    return blueprints.map((blueprint, index) =>
      synthesizedOf(blueprint, { stacks: Object.fromEntries(stacks[index]!.map((stack) => [stack.node.id, stack.toTerraform()])), artifacts: files, environments }),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}
