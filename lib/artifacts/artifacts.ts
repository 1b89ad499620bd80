import { applicationProps, BOOTSTRAP_TAG, composeApplication, resourceName, serverApplication } from "../blueprint/application";
import { architectureOf } from "../blueprint/architecture";
import type { Blueprint, Chosen } from "../blueprint/blueprint";
import { composeFiles } from "../render/compose";
import { deployScript } from "../render/deploy-script";
import { fleetWorkflow } from "../render/fleet-workflow";
import { deployWorkflow } from "../render/github-workflow";
import { gitopsWorkflow } from "../render/gitops-workflow";
import { helmChart } from "../render/helm-chart";
import { hostApplication } from "../render/host-application";
import { kubernetesApplication } from "../render/kubernetes-application";
import { kubernetesFiles } from "../render/kubernetes-yaml";
import type { GeneratedHeader } from "../render/yaml";
import { cite } from "./trace";

/** Where the generated workflow belongs in the repository, and below `artifacts/`. */
export const WORKFLOW_PATH = ".github/workflows/deploy.yml";

/** All generated files beside Terraform, by their path below `artifacts/`. */
export function artifacts(blueprint: Blueprint): Readonly<Record<string, string>> {
  return Object.fromEntries([...workflow(blueprint), ...kubernetes(blueprint), ...compose(blueprint), ...deployScripts(blueprint)]);
}

function kubernetes(blueprint: Blueprint): [string, string][] {
  if (!blueprint.workload) return [];
  const { settings } = blueprint;
  // Which account it is, and so the registry's host, is known only when Terraform runs.
  const model = kubernetesApplication({ ...applicationProps(blueprint), image: `${settings.service.app}:${BOOTSTRAP_TAG}` });
  const head = header(blueprint, blueprint.workload, blueprint.autoscaling);
  const chart = blueprint.gitops ? helmChart({ ...applicationProps(blueprint), image: `${settings.service.app}:${BOOTSTRAP_TAG}` }, head) : [];
  return [
    ...kubernetesFiles(model, head).map(({ path, text }): [string, string] => [`k8s/${path}`, text]),
    ...chart.map(({ path, text }): [string, string] => [`charts/${settings.service.name}/${path}`, text]),
  ];
}

function workflow(blueprint: Blueprint): [string, string][] {
  if (!blueprint.pipeline) return [];
  const { settings, pipeline } = blueprint;
  const { reach, ...runner } = settings.pipeline;
  const instanceType = blueprint.fleet?.value.instanceType;
  const common = {
    header: header(blueprint, pipeline),
    region: settings.region,
    ecrRepository: settings.service.app,
    branch: pipeline.value.branch,
    environment: settings.environment,
    ...runner,
  };
  const text =
    pipeline.value.through === "gitops"
      ? gitopsWorkflow(common)
      : pipeline.value.on === "cluster"
        ? deployWorkflow({ ...common, reach, cluster: settings.cluster.name, namespace: settings.service.namespace, deployment: settings.service.name })
        : fleetWorkflow({ ...common, autoScalingGroupName: resourceName(settings), ...(instanceType === undefined ? {} : { architecture: architectureOf(instanceType) }) });
  return [[WORKFLOW_PATH, text]];
}

/** What the fleet's instances run, for a developer's machine. */
function compose(blueprint: Blueprint): [string, string][] {
  if (!blueprint.fleet) return [];
  return composeFiles(composeApplication(blueprint), header(blueprint, blueprint.fleet)).map(({ path, text }) => [`compose/${path}`, text]);
}

/** The script that the server of the first phase deploys with, to be read; the server has its own copy. */
function deployScripts(blueprint: Blueprint): [string, string][] {
  return blueprint.server ? [["deploy.sh", deployScript(hostApplication(serverApplication(blueprint)))]] : [];
}

function header(blueprint: Blueprint, ...choices: readonly (Chosen<unknown> | undefined)[]): GeneratedHeader {
  const cited = [...new Set(choices.flatMap((choice) => cite(choice?.because ?? [])))];
  return {
    source: cited.length > 0 ? cited.join(", ") : `increment ${blueprint.increments.join(", ")}`,
    regenerate: "npm run synth",
  };
}
