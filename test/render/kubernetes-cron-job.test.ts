import { kubernetesApplication } from "../../lib/render/kubernetes-application";
import { DEFAULTS, kubernetesCronJob, type CronJobProps } from "../../lib/render/kubernetes-cron-job";
import { documentedDefaults } from "../support/documented-defaults";
import { messageOf } from "../support/synth";

const application = kubernetesApplication({ image: "registry/shop-api:1", name: "api", app: "shop-api", namespace: "shop", environment: { QUEUE_URL: "https://queue" }, environmentSecrets: ["database"] });
const job = (props: Partial<CronJobProps> = {}) => kubernetesCronJob(application, { name: "cleanup", command: ["npm", "run", "cleanup"], schedule: "0 2 * * *", ...props });

describe("kubernetesCronJob", () => {
  test("runs one at a time, ends what hangs, and tries again what fails", () => {
    expect(job().spec).toMatchObject({ schedule: "0 2 * * *", timeZone: "Etc/UTC", concurrencyPolicy: "Forbid", jobTemplate: { spec: { backoffLimit: 2, activeDeadlineSeconds: 3600 } } });
    expect(job({ timeZone: "Europe/Paris", timeoutSeconds: 600 }).spec).toMatchObject({ timeZone: "Europe/Paris", jobTemplate: { spec: { activeDeadlineSeconds: 600 } } });
  });

  test("is the application by image, settings, rights and bounds", () => {
    const own = application.deployment.spec.template.spec;
    const pod = job().spec.jobTemplate.spec.template.spec;
    expect(pod).toMatchObject({ serviceAccountName: "api", securityContext: own.securityContext, volumes: own.volumes, restartPolicy: "Never" });
    const { image, env, envFrom, resources, securityContext, volumeMounts } = own.containers[0];
    expect(pod.containers).toEqual([{ name: "cleanup", command: ["npm", "run", "cleanup"], imagePullPolicy: "IfNotPresent", image, env, envFrom, resources, securityContext, volumeMounts }]);
  });

  test("takes none of its traffic, and counts for nothing that looks after its pods", () => {
    const { labels } = job().spec.jobTemplate.spec.template.metadata;
    expect(labels).toMatchObject({ "app.kubernetes.io/name": "cleanup", "app.kubernetes.io/component": "job" });
    expect(labels).not.toHaveProperty("app");
    expect(job().metadata).toMatchObject({ name: "cleanup", namespace: "shop" });
  });

  test("has the defaults that its documentation names", () => expect(documentedDefaults("lib/render/kubernetes-cron-job.ts", "CronJobProps")).toEqual(DEFAULTS));

  test("throws when values cannot be used, and names them all", () => {
    expect(messageOf(() => job({ name: "Clean", command: ["npm", "run; id"], schedule: "nightly", timeZone: "CET;", timeoutSeconds: 1 }))).toBe(`kubernetesCronJob: 5 values cannot be used.
  - name is "Clean": it must be 1 to 52 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.
  - command has the word "run; id": a word must be letters, digits and _@+=:,./- only. Put the rest into a script of the image.
  - schedule is "nightly": it must be five fields of cron in numbers. Write, for example, "0 2 * * *".
  - timeZone is "CET;": it must be a zone as IANA names it. Write, for example, "Europe/Berlin".
  - timeoutSeconds is 1: it must be a whole number from 60 to 86400. Choose one.`);
    expect(messageOf(() => job({ command: [] }))).toContain("command is []: there is nothing to run. Give its words.");
  });
});
