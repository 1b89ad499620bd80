import type { Blueprint } from "./blueprint";
import type { Settings } from "./settings";
import { podTelemetry } from "./telemetry";

/** The tag that no build has: what the Deployment starts with until the pipeline's first run. */
export const BOOTSTRAP_TAG = "bootstrap";

/** The Kubernetes Secret with the settings of the database. */
export const DATABASE_SECRET = "database";

/** What the blueprint says of the API, in the words of the application's model: for the Terraform resources and the YAML files alike. */
export function applicationProps(blueprint: Blueprint) {
  const { settings, workload, autoscaling } = blueprint;
  if (!workload) throw new Error("The blueprint has no workload.");
  const increment = (autoscaling?.because[0] ?? workload.because[0])?.increment ?? blueprint.increments[0];
  return {
    name: settings.service.name,
    app: settings.service.app,
    partOf: settings.project,
    namespace: settings.service.namespace,
    ...(increment === undefined ? {} : { increment }),
    ...workload.value,
    ...(blueprint.ingress ? { behindLoadBalancer: true } : {}),
    ...podTelemetry(blueprint),
    autoscaling: autoscaling?.value ?? (false as const),
  };
}

/** The same for a host that runs it with Docker Compose. */
export function composeApplication({ settings }: Blueprint) {
  return { project: settings.project, service: settings.service.name, port: settings.service.port, healthPath: settings.service.healthPath };
}

/** The same for a host that runs it from git. */
export function serverApplication({ settings }: Blueprint) {
  return { repository: settings.repository, branch: settings.branch, port: settings.service.port, healthPath: settings.service.healthPath };
}

/** First part of the names of all that has no name of its own. */
export function resourceName({ project, environment }: Settings): string {
  return `${project}-${environment}`;
}

/** The name of the single server. Not the fleet's: for a while both stand side by side. */
export function serverName(settings: Settings): string {
  return `${resourceName(settings)}-server`;
}

/** The file in Git that says which image runs in an environment: the pipeline writes it, and Argo CD follows it. */
export function imageFile({ environment }: Settings): string {
  return `deploy/${environment}/image.yaml`;
}
