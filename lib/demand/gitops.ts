import { capability, refused, stated } from "./capability";
import { deliveryOf } from "./delivery";

export interface GitopsParameters {
  readonly tool?: "argocd" | "flux";
}

/** The cluster follows a git repository: Argo CD. */
export const gitops = capability<GitopsParameters>()({
  id: "gitops",
  title: "GitOps",
  names: [
    /\bargo ?-?cd\b/, /\bgit ?ops\b/, /\bflux ?cd\b/, /\bargo (?:applications?|rollouts?|sync)\b/, /\bapplication ?sets?\b/, /\bapp of apps\b/,
    /\bflux (?:v?2 )?(?:shall |must |should |will |is |automatically )?(?:reconcil\w+|sync\w*|deploys?|deployed|installed|bootstrap\w*|appl(?:y|ies)|watch\w*|controllers?|kustomizations?|helmreleases?|image automation|sources?)\b/, /\b(?:via|by|using|with|through) flux\b/, /\bout ?of ?sync\b/, /\b(?:auto-?sync|self-?heal)(?:ing)? (?:enabled|is enabled|on|polic\w+|true|and prun\w+)\b/, /\bapp-of-apps\b/, /\b(?:manifests?|cluster state|desired state|deployments?) (?:\w+ ){0,3}(?:synced|synchroni[sz]ed|pulled|applied|reconciled|driven) from (?:the )?(?:\w+ )?git\b/, /\bdrift\b[^.;]{0,40}\b(?:git|desired state)\b[^.;]{0,30}\b(?:reconcil\w+|revert\w*|correct\w*)\b/, /\breconcil\w+\b[^.;]{0,40}\bgit\b/, /\bgit\b[^.;]{0,40}\b(?:source of truth|reconcil\w+)\b/,
    /\bautomated sync\b|\bsync[- ](?:polic(?:y|ies)|waves?)\b|\bprun(?:e|ing) (?:and|enabled|is)\b|\btarget ?revision\b/,
  ],
  hints: [],
  read: (text) => stated<GitopsParameters>({ tool: /\bargo/.test(text) ? "argocd" : /\bflux/.test(text) ? "flux" : undefined }),
  keys: { tool: ["argocd", "flux"] },
  prove: ({ tool }, evidence) => {
    const { service, repository } = evidence.subject;
    const wanted = `Argo CD that deploys "${service}" from a chart in ${repository}`;
    if (tool === "flux") return refused(wanted, "no Flux: phaseline deploys from Git with Argo CD");
    const { controller, application, files, unless } = deliveryOf(evidence);
    return {
      wanted,
      found: `Argo CD ${String(controller?.get("version"))}, and an Application that deploys "${service}" from ${repository}`,
      resources: [controller, application],
      unless,
      files,
    };
  },
  examples: [{ text: "ArgoCD SHALL sync changes to the cluster automatically", parameters: { tool: "argocd" } }],
});
