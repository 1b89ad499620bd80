import { Faults, shown } from "./faults";
import type { Container, KubernetesApplicationModel, NamespacedMeta, PodSpec } from "./kubernetes-application";

/** A command of an application that runs by the clock. */
export interface CronJobProps {
  /** Name of the CronJob and its container. */
  readonly name: string;
  /** The command, as words; no shell reads it. */
  readonly command: readonly string[];
  /** Five fields: minute, hour, day of the month, month, day of the week. */
  readonly schedule: string;
  /** The zone whose clock it is. @default "Etc/UTC" */
  readonly timeZone?: string;
  /** Time after which it is ended. @default 3600 */
  readonly timeoutSeconds?: number;
}

export const DEFAULTS = { timeZone: "Etc/UTC", timeoutSeconds: 3600 } as const;

export type JobContainer = Pick<Container, "name" | "image" | "imagePullPolicy" | "env" | "envFrom" | "resources" | "securityContext" | "volumeMounts"> & { readonly command: readonly string[] };

export interface CronJob {
  readonly apiVersion: "batch/v1";
  readonly kind: "CronJob";
  readonly metadata: NamespacedMeta;
  readonly spec: {
    readonly schedule: string;
    readonly timeZone: string;
    readonly concurrencyPolicy: "Forbid";
    readonly startingDeadlineSeconds: number;
    readonly successfulJobsHistoryLimit: number;
    readonly failedJobsHistoryLimit: number;
    readonly jobTemplate: {
      readonly spec: {
        readonly backoffLimit: number;
        readonly activeDeadlineSeconds: number;
        readonly template: {
          readonly metadata: { readonly labels: Readonly<Record<string, string>> };
          readonly spec: Omit<PodSpec, "containers" | "topologySpreadConstraints" | "terminationGracePeriodSeconds"> & { readonly restartPolicy: "Never"; readonly containers: readonly [JobContainer] };
        };
      };
    };
  };
}

/**
 * A CronJob that runs a command of the application: the same image, settings, rights and bounds, and none of its traffic, since the Service does not
 * select it. One run at a time; a run that fails is tried twice again.
 *
 * @throws Error that names every value that cannot be used
 *
 * Source: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/
 */
export function kubernetesCronJob({ deployment }: KubernetesApplicationModel, props: CronJobProps): CronJob {
  const { name, command, schedule, timeZone, timeoutSeconds } = { ...DEFAULTS, ...props };
  check({ name, command, schedule, timeZone, timeoutSeconds });
  const { metadata, spec } = deployment;
  const { containers, topologySpreadConstraints: _spread, terminationGracePeriodSeconds: _grace, ...pod } = spec.template.spec;
  const [{ image, imagePullPolicy, env, envFrom, resources, securityContext, volumeMounts }] = containers;
  const { app: _app, ...labels } = metadata.labels;
  const { app: _selected, ...podLabels } = spec.template.metadata.labels;
  const own = { "app.kubernetes.io/name": name, "app.kubernetes.io/component": "job" };
  return {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { ...metadata, name, labels: { ...labels, ...own } },
    spec: {
      schedule,
      timeZone,
      concurrencyPolicy: "Forbid",
      startingDeadlineSeconds: 300,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 3,
      jobTemplate: {
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: timeoutSeconds,
          template: {
            metadata: { labels: { ...podLabels, ...own } },
            spec: {
              ...pod,
              restartPolicy: "Never",
              containers: [{ name, image, imagePullPolicy, command, ...(env ? { env } : {}), ...(envFrom ? { envFrom } : {}), resources, securityContext, volumeMounts }],
            },
          },
        },
      },
    },
  };
}

/** A word that means nothing to a shell, to YAML or to Terraform. */
const WORD = /^[A-Za-z0-9_@+=:,./-]+$/;

function check({ name, command, schedule, timeZone, timeoutSeconds }: Required<CronJobProps>): void {
  const faults = new Faults("kubernetesCronJob");
  faults.unless(/^[a-z]([a-z0-9-]{0,50}[a-z0-9])?$/.test(name), `name is ${shown(name)}: it must be 1 to 52 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.`);
  faults.unless(command.length > 0, "command is []: there is nothing to run. Give its words.");
  for (const word of command) faults.unless(WORD.test(word), `command has the word ${shown(word)}: a word must be letters, digits and _@+=:,./- only. Put the rest into a script of the image.`);
  faults.unless(/^([\d*,/-]+ ){4}[\d*,/-]+$/.test(schedule), `schedule is ${shown(schedule)}: it must be five fields of cron in numbers. Write, for example, "0 2 * * *".`);
  faults.unless(/^[A-Z][A-Za-z_]+(\/[A-Z][A-Za-z_]+)?$/.test(timeZone), `timeZone is ${shown(timeZone)}: it must be a zone as IANA names it. Write, for example, "Europe/Berlin".`);
  faults.unless(Number.isInteger(timeoutSeconds) && timeoutSeconds >= 60 && timeoutSeconds <= 86_400, `timeoutSeconds is ${shown(timeoutSeconds)}: it must be a whole number from 60 to 86400. Choose one.`);
  faults.throwIfAny();
}
