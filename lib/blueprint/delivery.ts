import { choice, type Asked } from "./asked";
import type { Chosen, PipelineChoice } from "./blueprint";

/** How a new version comes to run. */
export function choosePipeline(asked: Asked): Chosen<PipelineChoice> | undefined {
  const on = (["cluster", "fleet"] as const).find((platform) => asked.on(platform, "pipeline", "approval").length > 0);
  return choice(on !== undefined, asked.because("pipeline", "approval"), () => ({
    on: on ?? "cluster",
    through: on === "cluster" && wantsGitops(asked) ? "gitops" : "pipeline",
    ci: "github-actions",
    branch: asked.stated<string>("pipeline", "branch") ?? asked.settings.branch,
  }));
}

/** Whether a controller on the cluster deploys from Git. */
export function wantsGitops(asked: Asked): boolean {
  return asked.because("gitops").length > 0 || asked.preference("gitops") === "argocd";
}
