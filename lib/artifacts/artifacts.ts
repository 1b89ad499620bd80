import { applicationProps, BOOTSTRAP_TAG, composeApplication, imageFile, resourceName, serverApplication, serverName } from "../blueprint/application";
import { architectureOf } from "../blueprint/architecture";
import type { Blueprint, Chosen, JobChoice } from "../blueprint/blueprint";
import type { Settings } from "../blueprint/settings";
import { composeFiles } from "../render/compose";
import { deployScript } from "../render/deploy-script";
import { fleetWorkflow } from "../render/fleet-workflow";
import { deployWorkflow } from "../render/github-workflow";
import { gitopsWorkflow } from "../render/gitops-workflow";
import { helmChart } from "../render/helm-chart";
import { hostApplication } from "../render/host-application";
import { kubernetesApplication } from "../render/kubernetes-application";
import { kubernetesCronJob } from "../render/kubernetes-cron-job";
import { kubernetesFiles } from "../render/kubernetes-yaml";
import { scheduledWorkflow } from "../render/scheduled-workflow";
import { loadTest } from "../render/load-test";
import { loadTestWorkflow } from "../render/load-test-workflow";
import { serverWorkflow } from "../render/server-workflow";
import { yamlDocument, type GeneratedHeader } from "../render/yaml";
import { cite } from "./trace";

/** Where the generated workflow belongs in the repository, and below `artifacts/`. */
export const WORKFLOW_PATH = ".github/workflows/deploy.yml";

/**
 * All generated files beside Terraform, by their path below `artifacts/`, of environments in the order in which a version passes through them. Where there are several environments, the workflows deploy to
 * one after the other, and all the rest is as the last one has it.
 */
export function artifacts(...blueprints: readonly Blueprint[]): Readonly<Record<string, string>> {
  const blueprint = blueprints.at(-1)!;
  return Object.fromEntries([...workflows(blueprints), ...scheduledWorkflows(blueprint), ...kubernetes(blueprint), ...compose(blueprint), ...deployScripts(blueprint), ...loadTests(blueprint)]);
}

function kubernetes(blueprint: Blueprint): [string, string][] {
  if (!blueprint.workload) return [];
  const { settings } = blueprint;
  // Which account it is, and so the registry's host, is known only when Terraform runs.
  const model = kubernetesApplication({ ...applicationProps(blueprint), image: `${settings.service.app}:${BOOTSTRAP_TAG}` });
  const head = header(blueprint, blueprint.workload, blueprint.autoscaling);
  const jobs = jobsOn(blueprint, "cluster").map(({ name, command, schedule }) => ({ name, command, schedule: schedule.cron, timeZone: schedule.timeZone }));
  const chart = blueprint.gitops ? helmChart({ ...applicationProps(blueprint), image: `${settings.service.app}:${BOOTSTRAP_TAG}`, jobs }, head) : [];
  return [
    ...kubernetesFiles(model, head).map(({ path, text }): [string, string] => [`k8s/${path}`, text]),
    ...jobs.map((job): [string, string] => [`k8s/60-cron-job-${job.name}.yaml`, yamlDocument(kubernetesCronJob(model, job), header(blueprint, blueprint.jobs))]),
    ...chart.map(({ path, text }): [string, string] => [`charts/${settings.service.name}/${path}`, text]),
  ];
}

/** One workflow for the environments that one branch is deployed to, in the same way. */
function workflows(blueprints: readonly Blueprint[]): [string, string][] {
  const last = blueprints.at(-1)!;
  const inTurn = new Map<string, Blueprint[]>();
  for (const blueprint of blueprints) {
    if (!blueprint.pipeline) continue;
    const { branch, on, through } = blueprint.pipeline.value;
    const way = JSON.stringify([branch, on, through]);
    inTurn.set(way, [...(inTurn.get(way) ?? []), blueprint]);
  }
  const groups = [...inTurn.values()];
  return groups.map((group) => [groups.length === 1 || group.includes(last) ? WORKFLOW_PATH : workflowPath(group[0]!.settings), workflow(group)]);
}

/** Of an environment with a branch of its own. */
function workflowPath({ environment }: Settings): string {
  return `.github/workflows/deploy-${environment}.yml`;
}

function workflow(inTurn: readonly Blueprint[]): string {
  const blueprint = inTurn.at(-1)!;
  const before = inTurn.slice(0, -1).map(({ settings }) => settings);
  const { settings } = blueprint;
  const pipeline = blueprint.pipeline!;
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
  if (pipeline.value.through === "gitops") {
    return gitopsWorkflow({ ...common, imageFile: imageFile(settings), before: before.map((stage) => ({ environment: stage.environment, imageFile: imageFile(stage) })) });
  }
  if (pipeline.value.on === "cluster") {
    return deployWorkflow({
      ...common,
      reach,
      cluster: settings.cluster.name,
      namespace: settings.service.namespace,
      deployment: settings.service.name,
      cronJobs: jobsOn(blueprint, "cluster").map(({ name }) => name),
      before: before.map((stage) => ({ environment: stage.environment, cluster: stage.cluster.name })),
    });
  }
  if (pipeline.value.on === "server") {
    const { ecrRepository: _ecrRepository, ...ofServer } = common;
    return serverWorkflow({ ...ofServer, serverName: serverName(settings), before: before.map((stage) => ({ environment: stage.environment, serverName: serverName(stage) })) });
  }
  return fleetWorkflow({
    ...common,
    autoScalingGroupName: resourceName(settings),
    ...(instanceType === undefined ? {} : { architecture: architectureOf(instanceType) }),
    before: before.map((stage) => ({ environment: stage.environment, autoScalingGroupName: resourceName(stage) })),
  });
}

function jobsOn({ jobs }: Blueprint, on: JobChoice["on"]): readonly JobChoice[] {
  return (jobs?.value ?? []).filter((job) => job.on === on);
}

/** Commands of the repository that run by the clock on GitHub's runners. */
function scheduledWorkflows(blueprint: Blueprint): [string, string][] {
  const { runsOn, nodeVersion } = blueprint.settings.pipeline;
  return jobsOn(blueprint, "workflow").map(({ name, command, schedule }) => [
    `.github/workflows/scheduled-${name}.yml`,
    scheduledWorkflow({ header: header(blueprint, blueprint.jobs), name, command, schedule: schedule.cron, ...(runsOn === undefined ? {} : { runsOn }), ...(nodeVersion === undefined ? {} : { nodeVersion }) }),
  ]);
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

/** A load test for each criterion that states a load or a time, and the workflow that runs them. */
function loadTests(blueprint: Blueprint): [string, string][] {
  if (!blueprint.capacity) return [];
  const { settings, capacity } = blueprint;
  const base = settings.domain ? { baseUrl: `https://${settings.domain.name}` } : {};
  const tests = capacity.value.map(({ name, origin, users, requestsPerSecond, latencies }) => ({
    name,
    path: `load-test/${name}.js`,
    load: Math.max(users ?? 1, requestsPerSecond ?? 1),
    text: loadTest({
      header: header(blueprint, { value: undefined, because: [origin] }),
      title: origin.text,
      latencies,
      paths: settings.loadTest.paths ?? [settings.service.healthPath],
      ...(users === undefined ? {} : { users }),
      ...(requestsPerSecond === undefined ? {} : { requestsPerSecond }),
      ...base,
    }),
  }));
  const { runsOn } = settings.pipeline;
  const workflow = loadTestWorkflow({ header: header(blueprint, capacity), tests: tests.map(({ name, path, load }) => ({ name, path, load })), ...base, ...(runsOn === undefined ? {} : { runsOn }) });
  return [...tests.map(({ path, text }): [string, string] => [path, text]), [".github/workflows/load-test.yml", workflow]];
}

function header(blueprint: Blueprint, ...choices: readonly (Chosen<unknown> | undefined)[]): GeneratedHeader {
  const cited = [...new Set(choices.flatMap((choice) => cite(choice?.because ?? [])))];
  return {
    source: cited.length > 0 ? cited.join(", ") : `increment ${blueprint.increments.join(", ")}`,
    regenerate: "npm run synth",
  };
}
