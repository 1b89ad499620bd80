import { applicationProps } from "../blueprint/application";
import type { Blueprint, Chosen } from "../blueprint/blueprint";
import { deployWorkflow } from "../render/github-workflow";
import { kubernetesApplication } from "../render/kubernetes-application";
import { kubernetesFiles } from "../render/kubernetes-yaml";
import type { GeneratedHeader } from "../render/yaml";
import { cite } from "./trace";

/** Where the generated workflow belongs in the repository, and below `artifacts/`. */
export const WORKFLOW_PATH = ".github/workflows/deploy.yml";

/** The tag that no build has: what the Deployment starts with until the pipeline's first run. */
export const BOOTSTRAP_TAG = "bootstrap";

/** All generated files beside Terraform, by their path below `artifacts/`. */
export function artifacts(blueprint: Blueprint): Readonly<Record<string, string>> {
  return Object.fromEntries([...workflow(blueprint), ...kubernetes(blueprint)]);
}

function kubernetes(blueprint: Blueprint): [string, string][] {
  if (!blueprint.workload) return [];
  const { settings } = blueprint;
  // Which account it is, and so the registry's host, is known only when Terraform runs.
  const model = kubernetesApplication({ ...applicationProps(blueprint), image: `${settings.service.app}:${BOOTSTRAP_TAG}` });
  return kubernetesFiles(model, header(blueprint, blueprint.workload, blueprint.autoscaling)).map(({ path, text }) => [`k8s/${path}`, text]);
}

function workflow(blueprint: Blueprint): [string, string][] {
  if (!blueprint.pipeline) return [];
  const { settings, pipeline } = blueprint;
  const text = deployWorkflow({
    header: header(blueprint, pipeline),
    region: settings.region,
    cluster: settings.cluster.name,
    ecrRepository: settings.service.app,
    namespace: settings.service.namespace,
    deployment: settings.service.name,
    branch: pipeline.value.branch,
    environment: settings.environment,
    ...settings.pipeline,
  });
  return [[WORKFLOW_PATH, text]];
}

function header(blueprint: Blueprint, ...choices: readonly (Chosen<unknown> | undefined)[]): GeneratedHeader {
  const cited = [...new Set(choices.flatMap((choice) => cite(choice?.because ?? [])))];
  return {
    source: cited.length > 0 ? cited.join(", ") : `increment ${blueprint.increments.join(", ")}`,
    regenerate: "npm run synth",
  };
}
