import type { Fault } from "../increment/fault";
import { place } from "../increment/fault";
import type { StackEntry } from "../increment/increment";

/** What an increment's `Infrastructure Stack` section chooses where its criteria leave it open. */
export interface StackPreferences {
  readonly platform?: "kubernetes" | "instances";
  readonly metrics?: "prometheus" | "cloudwatch" | "datadog";
  readonly grafana?: true;
  readonly ci?: "github-actions" | "gitlab-ci" | "jenkins";
  readonly gitops?: "argocd";
  readonly database?: "rds" | "aurora";
}

const CHOICES: readonly (readonly [RegExp, StackPreferences])[] = [
  [/\b(kubernetes|k8s|eks)\b/i, { platform: "kubernetes" }],
  [/\bec2\b|\bdocker[ -]compose\b/i, { platform: "instances" }],
  [/\bdatadog\b/i, { metrics: "datadog" }],
  [/\bprometheus\b/i, { metrics: "prometheus" }],
  [/\bcloudwatch\b/i, { metrics: "cloudwatch" }],
  [/\bgrafana\b/i, { grafana: true }],
  [/\bgithub[ -]actions\b/i, { ci: "github-actions" }],
  [/\bgitlab\b/i, { ci: "gitlab-ci" }],
  [/\bjenkins\b/i, { ci: "jenkins" }],
  [/\bargo ?cd\b/i, { gitops: "argocd" }],
  [/\baurora\b/i, { database: "aurora" }],
  [/\brds\b|\bpostgres(ql)?\b/i, { database: "rds" }],
];

/** Tools of other worlds: a stack that names one asks for something that Terraform on AWS made here cannot be. */
const FOREIGN: readonly (readonly [RegExp, string])[] = [
  [/\b(azure|aks|gcp|google cloud|gke|cloud run|digital ?ocean|hetzner|vercel|heroku|netlify|render|fly\.io|railway|alibaba|oracle cloud|linode)\b/i, "AWS"],
  [/\b(pulumi|cloudformation|aws cdk|bicep|crossplane|ansible)\b/i, "Terraform"],
  [/\b(nomad|docker swarm|openshift|rancher|ecs|fargate)\b/i, "Kubernetes (EKS), or Docker Compose on EC2"],
  [/\b(circleci|travis( ci)?|azure devops|bitbucket pipelines|teamcity|drone)\b/i, "GitHub Actions"],
];

/** Reads the section; entries that say nothing of infrastructure (`Language: TypeScript`) are passed over. */
export function readStack(entries: readonly StackEntry[]): { readonly preferences: StackPreferences; readonly faults: readonly Fault[] } {
  const chosen: Record<string, unknown> = {};
  const saidBy: Record<string, StackEntry> = {};
  const faults: Fault[] = [];
  for (const entry of entries) {
    for (const [pattern, instead] of FOREIGN) {
      const word = pattern.exec(entry.value)?.[0];
      if (word) {
        faults.push({
          location: entry.location,
          message: `the infrastructure stack names "${word}" (${entry.key}), which phaseline does not provision.`,
          remedy: `Write ${instead} there, or leave the line out.`,
        });
      }
    }
    for (const [pattern, choice] of CHOICES) {
      if (!pattern.test(entry.value)) continue;
      for (const [axis, value] of Object.entries(choice)) {
        const earlier = saidBy[axis];
        // One line may name two tools ("Prometheus + CloudWatch"): the first of the list above stands.
        if (earlier === entry) continue;
        if (earlier && chosen[axis] !== value) {
          faults.push({
            location: entry.location,
            message: `the infrastructure stack says "${entry.value}" (${entry.key}), but "${earlier.value}" (${earlier.key}) at ${place(earlier.location)}.`,
            remedy: "Keep one of the two lines.",
          });
          continue;
        }
        chosen[axis] = value;
        saidBy[axis] = entry;
      }
    }
  }
  return { preferences: chosen as StackPreferences, faults };
}
