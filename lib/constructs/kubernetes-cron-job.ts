import { CronJobV1, type CronJobV1Config } from "@cdktf/provider-kubernetes/lib/cron-job-v1";
import { Token, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { terraformText } from "../render/hcl";
import type { KubernetesApplicationModel } from "../render/kubernetes-application";
import { kubernetesCronJob, type CronJob, type CronJobProps } from "../render/kubernetes-cron-job";
import { metadataArguments, texts } from "./kubernetes-arguments";

export interface KubernetesCronJobConfig extends CronJobProps {
  /** The application whose command it is: `KubernetesApplication.model`. */
  readonly application: KubernetesApplicationModel;
  /** As of the application: with `pipeline`, Terraform sets the image once. @default "pipeline" */
  readonly imageOwner?: "pipeline" | "terraform";
  /** The application's namespace and service account. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * A command of the application that runs by the clock, as a Terraform resource.
 *
 * @example
 * new KubernetesCronJob(stack, "cleanup", { application: api.model, name: "cleanup", command: ["npm", "run", "cleanup"], schedule: "0 2 * * *", dependsOn: [api.serviceAccount] });
 *
 * @throws Error that names every value that cannot be used
 */
export class KubernetesCronJob extends Construct {
  /** What is made, as a plain Kubernetes object. */
  readonly model: CronJob;

  constructor(scope: Construct, id: string, config: KubernetesCronJobConfig) {
    super(scope, id);
    const { application, imageOwner = "pipeline", dependsOn = [], ...props } = config;
    this.model = kubernetesCronJob(application, props);
    new CronJobV1(this, "cron-job", {
      ...cronJobArguments(this.model),
      ...(dependsOn.length > 0 ? { dependsOn: [...dependsOn] } : {}),
      ...(imageOwner === "pipeline" ? { lifecycle: { ignoreChanges: ["spec[0].job_template[0].spec[0].template[0].spec[0].container[0].image"] } } : {}),
    });
  }
}

function cronJobArguments({ metadata, spec }: CronJob): CronJobV1Config {
  const { jobTemplate } = spec;
  const { template, backoffLimit, activeDeadlineSeconds } = jobTemplate.spec;
  const pod = template.spec;
  const [container] = pod.containers;
  return {
    metadata: metadataArguments(metadata),
    spec: {
      schedule: spec.schedule,
      timezone: spec.timeZone,
      concurrencyPolicy: spec.concurrencyPolicy,
      startingDeadlineSeconds: spec.startingDeadlineSeconds,
      successfulJobsHistoryLimit: spec.successfulJobsHistoryLimit,
      failedJobsHistoryLimit: spec.failedJobsHistoryLimit,
      jobTemplate: {
        metadata: {},
        spec: {
          backoffLimit,
          activeDeadlineSeconds,
          template: {
            metadata: { labels: texts(template.metadata.labels) },
            spec: {
              restartPolicy: pod.restartPolicy,
              serviceAccountName: pod.serviceAccountName,
              automountServiceAccountToken: pod.automountServiceAccountToken,
              enableServiceLinks: pod.enableServiceLinks,
              securityContext: {
                runAsNonRoot: pod.securityContext.runAsNonRoot,
                runAsUser: String(pod.securityContext.runAsUser),
                runAsGroup: String(pod.securityContext.runAsGroup),
                seccompProfile: pod.securityContext.seccompProfile,
              },
              container: [
                {
                  name: container.name,
                  image: container.image,
                  imagePullPolicy: container.imagePullPolicy,
                  command: [...container.command],
                  ...(container.env ? { env: container.env.map(({ name, value }) => ({ name, value: Token.isUnresolved(value) ? value : terraformText(value) })) } : {}),
                  ...(container.envFrom ? { envFrom: container.envFrom.map(({ secretRef }) => ({ secretRef: { name: secretRef.name } })) } : {}),
                  resources: { requests: { ...container.resources.requests }, limits: { ...container.resources.limits } },
                  securityContext: {
                    allowPrivilegeEscalation: container.securityContext.allowPrivilegeEscalation,
                    privileged: container.securityContext.privileged,
                    readOnlyRootFilesystem: container.securityContext.readOnlyRootFilesystem,
                    runAsNonRoot: container.securityContext.runAsNonRoot,
                    capabilities: { drop: [...container.securityContext.capabilities.drop] },
                  },
                  volumeMount: container.volumeMounts.map(({ name, mountPath }) => ({ name, mountPath })),
                },
              ],
              volume: pod.volumes.map(({ name, emptyDir }) => ({ name, emptyDir: { sizeLimit: emptyDir.sizeLimit } })),
            },
          },
        },
      },
    },
  };
}
