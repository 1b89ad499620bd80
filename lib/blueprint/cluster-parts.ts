import { choice, present, unique, type Asked } from "./asked";
import type { Blueprint } from "./blueprint";
import { ofNodes } from "./compute";
import { wantsGitops } from "./delivery";

/** What stands on a cluster beside the application. */
export function chooseClusterParts(asked: Asked, { database }: { readonly database: boolean }): Pick<Blueprint, "gitops" | "ingress" | "nodeScaling" | "clusterSecrets"> {
  const nothing = () => ({});
  const reached = asked.on("cluster", "load-balancer", "tls", "dns", "waf");
  const scalesNodes = unique(asked.all.filter(({ demand }) => ofNodes(demand)).map(({ origin }) => origin));
  return present({
    gitops: choice(wantsGitops(asked), asked.because("gitops"), nothing),
    ingress: choice(reached.length > 0, reached, nothing),
    nodeScaling: choice(scalesNodes.length > 0, scalesNodes, nothing),
    clusterSecrets: choice(database || asked.on("cluster", "secrets").length > 0, asked.because("secrets", "database"), nothing),
  });
}
