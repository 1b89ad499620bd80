import { capability, stated } from "./capability";

export interface GitopsParameters {
  readonly tool?: "argocd" | "flux";
}

/** The cluster follows a git repository: Argo CD. */
export const gitops = capability<GitopsParameters>()({
  id: "gitops",
  title: "GitOps",
  names: [/\bargo ?-?cd\b/, /\bgit ?ops\b/, /\bflux ?cd\b/, /\bargo (?:applications?|rollouts?|sync)\b/, /\bapplication ?sets?\b/, /\bapp of apps\b/],
  hints: [],
  read: (text) => stated<GitopsParameters>({ tool: /\bargo/.test(text) ? "argocd" : /\bflux/.test(text) ? "flux" : undefined }),
  keys: { tool: ["argocd", "flux"] },
  examples: [{ text: "ArgoCD SHALL sync changes to the cluster automatically", parameters: { tool: "argocd" } }],
});
