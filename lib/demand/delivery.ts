import type * as Yaml from "yaml";
import type { Evidence, Resource } from "./synthesized";

/** How Git says what runs: the Application of Argo CD, and the chart that it follows. */
export interface Delivery {
  /** The release of Argo CD itself. */
  readonly controller: Resource | undefined;
  /** The release with the Application of the service. */
  readonly application: Resource | undefined;
  /** The files of the chart, among the artifacts, that say it. */
  readonly files: readonly string[];
  /** What has to hold for the chart to say what runs. */
  readonly unless: Readonly<Record<string, boolean>>;
  /** A value of the chart, as its `values.yaml` has it. */
  value(path: string): unknown;
  /** A template of the chart, by its name without ending. */
  template(name: string): string;
}

/** What only the chart may say: the Application's own values would win over it. */
const OF_CHART = /"?\b(?:replicaCount|autoscaling|probes|resources|containerPort|disruptionBudget|fullnameOverride|nameOverride)\b"? ?[=:]/;

export function deliveryOf(evidence: Evidence): Delivery {
  const { service, repository } = evidence.subject;
  const controller = evidence.releases(/^argo-cd$/)[0];
  const application = evidence.releases(/^argocd-apps$/).find((release) => said(release, "releaseName", service));
  const text = application?.text("values") ?? "";
  const directory = `charts/${service}/`;
  const files = application ? ["Chart.yaml", "values.yaml", "templates/deployment.yaml"].map((file) => `${directory}${file}`).filter((path) => evidence.artifact(path) !== undefined) : [];
  const values = application ? parse(evidence.artifact(`${directory}values.yaml`)) : undefined;
  return {
    controller,
    application,
    files,
    unless: {
      "no Application of Argo CD": application !== undefined,
      "no Helm release of argo-cd": !application || controller !== undefined,
      [`an Application of another repository than ${repository}`]: !application || new RegExp(`repoURL\\\\?"? ?[=:] ?\\\\?"[^"]*github\\.com[/:]${escaped(repository)}(?:\\.git)?\\\\?"`).test(text),
      "an Application that does not follow by itself": !application || /\bautomated\\?"? ?[=:] ?\{/.test(text),
      [`no chart in ${directory}`]: !application || (values !== undefined && files.some((file) => file.endsWith("/Chart.yaml"))),
      [`no Deployment in ${directory}`]: !application || values === undefined || /^kind: Deployment$/m.test(evidence.artifact(`${directory}templates/deployment.yaml`) ?? ""),
      "values of the Application that win over the chart's": !OF_CHART.test(text),
      [`a Deployment "${service}" of Terraform's beside it`]: !application || evidence.deployment() === undefined,
    },
    value: (path) => path.split(".").reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined), values),
    template: (name) => evidence.artifact(`${directory}templates/${name}.yaml`) ?? "",
  };
}

/** Whether the values of a release have this text under that key, in HCL or in JSON. */
export function said(release: Resource | undefined, key: string, value: string): boolean {
  return new RegExp(`\\b${key}\\\\?"? ?[=:] ?\\[?\\\\?"${escaped(value)}\\\\?"`).test(release?.text("values") ?? "");
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** The last text and what it says: a proof is asked some hundred times about the same chart (decisive.ts). */
let last: { readonly text: string; readonly says: unknown } | undefined;

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  // Loaded only where there is a chart to be read.
  if (text !== last?.text) last = { text, says: (require("yaml") as typeof Yaml).parse(text) ?? undefined };
  return last.says;
}
