import type { Demand, Origin } from "../demand/demand";
import { choice, present, unique, type Asked } from "./asked";
import type { Blueprint } from "./blueprint";
import { loadOn, MADE_FOR } from "./capacity";
import { ofNodes } from "./compute";
import { wantsGitops } from "./delivery";

/** What stands on a cluster beside the application. */
export function chooseClusterParts(asked: Asked, { database }: { readonly database: boolean }): Pick<Blueprint, "gitops" | "ingress" | "guard" | "nodeScaling" | "clusterSecrets"> {
  const nothing = () => ({});
  const reached = asked.on("cluster", "load-balancer", "tls", "dns", "waf");
  const guarded = originsOf(asked, guardsNamespace);
  const stated = originsOf(asked, (demand) => ofNodes(demand) || boundsNodes(demand));
  // More than a fleet carries needs more nodes, too.
  const scalesNodes = stated.length === 0 && loadOn(asked, "cluster") > MADE_FOR.fleet ? asked.on("cluster", "capacity-target") : stated;
  return present({
    gitops: choice(wantsGitops(asked), asked.because("gitops"), nothing),
    ingress: choice(reached.length > 0, reached, nothing),
    // What the world reaches keeps to itself, whether that is asked for or not.
    guard: choice(reached.length > 0 || guarded.length > 0, guarded.length > 0 ? guarded : reached, nothing),
    nodeScaling: choice(scalesNodes.length > 0, scalesNodes, nothing),
    clusterSecrets: choice(database || asked.on("cluster", "secrets").length > 0, asked.because("secrets", "database"), nothing),
  });
}

function originsOf(asked: Asked, about: (demand: Demand) => boolean): readonly Origin[] {
  return unique(asked.all.filter(({ demand }) => about(demand)).map(({ origin }) => origin));
}

/** "3 nodes, from 2 to 10": numbers that nobody but an autoscaler would ever bring about. */
function boundsNodes({ kind, parameters }: Demand): boolean {
  if (kind !== "cluster") return false;
  const { min, max } = parameters as { readonly min?: number; readonly max?: number };
  return max !== undefined && max !== min;
}

function guardsNamespace({ kind, parameters }: Demand): boolean {
  const { policies, quotas } = parameters as { readonly policies?: boolean; readonly quotas?: boolean };
  return (kind === "network" && policies === true) || (kind === "workload" && quotas === true);
}
