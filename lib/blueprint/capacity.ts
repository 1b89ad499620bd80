import { latenciesOf, type CapacityTargetParameters } from "../demand/capacity-target";
import type { Demand } from "../demand/demand";
import { choice, unique, type Asked } from "./asked";
import type { Chosen, LatencyTarget, LoadTarget, Platform } from "./blueprint";

/**
 * How many people one server, a fleet and a cluster are made for (the phases' own numbers). A user makes a request a second, so that as many requests a second are
 * as much load.
 */
export const MADE_FOR: Readonly<Record<Platform, number>> = { server: 100, fleet: 10_000, cluster: 100_000 };

/** What load is to be carried, and how fast: one target a criterion, each of which is tested by itself. */
export function chooseCapacity(asked: Asked): Chosen<readonly LoadTarget[]> | undefined {
  const demands = asked.all.filter(({ demand }) => demand.kind === "capacity-target");
  const because = unique(demands.map(({ origin }) => origin));
  return choice(because.length > 0, because, () =>
    because.map((origin) => {
      const own = demands.filter((demanded) => demanded.origin === origin).map(({ demand }) => demand);
      const most = (values: readonly (number | undefined)[]) => values.reduce((a, b) => (a === undefined || (b ?? 0) > a ? b : a), undefined);
      const users = most(own.map((demand) => of(demand).users));
      const requestsPerSecond = most(own.map((demand) => of(demand).requestsPerSecond));
      return {
        name: `${origin.increment}-${origin.criterion}`.replace(/[^A-Za-z0-9._-]+/g, "-"),
        origin,
        ...(users === undefined ? {} : { users: Math.ceil(users) }),
        ...(requestsPerSecond === undefined ? {} : { requestsPerSecond: Math.ceil(requestsPerSecond) }),
        latencies: own.flatMap((demand) => latenciesOf(of(demand))),
      };
    }),
  );
}

/** The load that is asked of a platform: users, or as many requests a second. */
export function loadOn(asked: Asked, platform: Platform): number {
  return Math.max(0, ...asked.demandsOn(platform).map(({ demand }) => (demand.kind === "capacity-target" ? Math.max(of(demand).users ?? 0, of(demand).requestsPerSecond ?? 0) : 0)));
}

/** How fast answers are to be, of all criteria: for each share of requests the shortest time that is stated. */
export function latencyTargets(asked: Asked): readonly LatencyTarget[] {
  const all = asked.all.flatMap(({ demand }) => (demand.kind === "capacity-target" ? latenciesOf(demand.parameters) : []));
  return [...new Set(all.map(({ percentile }) => percentile))].sort((a, b) => a - b).map((percentile) => ({
    percentile,
    milliseconds: Math.min(...all.filter((each) => each.percentile === percentile).map(({ milliseconds }) => milliseconds)),
  }));
}

function of({ parameters }: Demand): CapacityTargetParameters {
  return parameters as CapacityTargetParameters;
}
