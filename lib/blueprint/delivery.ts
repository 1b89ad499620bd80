import type { Demand } from "../demand/demand";
import { choice, type Asked } from "./asked";
import type { Chosen, PipelineChoice } from "./blueprint";

/** How a new version comes to run: by a pipeline, where one is asked for. A server deploys itself from Git in any case. */
export function choosePipeline(asked: Asked): Chosen<PipelineChoice> | undefined {
  const on = (["cluster", "fleet", "server"] as const).find((platform) =>
    asked.demandsOn(platform).some(({ demand }) => demand.kind === "approval" || (demand.kind === "pipeline" && !(platform === "server" && isByHand(demand)))),
  );
  return choice(on !== undefined, asked.because("pipeline", "approval"), () => ({
    on: on ?? "cluster",
    through: on === "cluster" && wantsGitops(asked) ? "gitops" : "pipeline",
    ci: "github-actions",
    branch: asked.stated<string>("pipeline", "branch") ?? asked.settings.branch,
  }));
}

/** "Deployed over SSH with git pull": somebody does that, with the script on the server. */
function isByHand({ words, parameters }: Demand): boolean {
  return words.some((word) => /\b(?:ssh|git pull|rsync|scp|scripts?)\b/i.test(word)) && !("tool" in parameters);
}

/** Whether a controller on the cluster deploys from Git. */
export function wantsGitops(asked: Asked): boolean {
  return asked.because("gitops").length > 0 || asked.preference("gitops") === "argocd";
}
