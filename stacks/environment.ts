import type { Construct } from "constructs";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { watches } from "../lib/blueprint/monitoring";
import { usesServices } from "../lib/blueprint/services";
import { FoundationStack } from "./foundation";
import type { PhaselineStack } from "./phaseline-stack";

/**
 * The stacks of an environment: `<environment>` on AWS, and `<environment>-platform` on the cluster that the first one makes; where Datadog watches
 * it, `<environment>-datadog` too. Where the states are kept in a bucket, `<environment>-state` makes it.
 * They have states of their own, since a provider must not be configured from resources of its own state.
 *
 * What a phase does not use is not loaded: that keeps the synth short.
 */
export function environmentStacks(scope: Construct, blueprint: Blueprint): readonly PhaselineStack[] {
  const { environment } = blueprint.settings;
  const state = stateStack(scope, blueprint);
  if (!blueprint.network && !blueprint.budget && !blueprint.cdn && !usesServices(blueprint)) return state;
  const foundation = new FoundationStack(scope, environment, blueprint);
  if (!foundation.cluster) return [foundation, ...state];
  const { PlatformStack } = require("./platform") as typeof import("./platform");
  const platform = new PlatformStack(scope, `${environment}-platform`, blueprint, foundation);
  if (!watches(blueprint.monitoring, "cluster", "datadog")) return [foundation, platform, ...state];
  const { DatadogStack } = require("./datadog") as typeof import("./datadog");
  return [foundation, platform, new DatadogStack(scope, `${environment}-datadog`, blueprint, [foundation, platform]), ...state];
}

function stateStack(scope: Construct, blueprint: Blueprint): readonly PhaselineStack[] {
  if (!blueprint.state || blueprint.state.value.made === "elsewhere") return [];
  const { StateStack } = require("./state") as typeof import("./state");
  return [new StateStack(scope, `${blueprint.settings.environment}-state`, blueprint)];
}
