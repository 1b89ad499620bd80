import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { KubernetesApplication } from "../../lib/constructs/kubernetes-application";
import { KubernetesCronJob, type KubernetesCronJobConfig } from "../../lib/constructs/kubernetes-cron-job";

function synthesized(config: Partial<KubernetesCronJobConfig> = {}): Record<string, any> {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  const place = new TerraformVariable(stack, "queue", {});
  const api = new KubernetesApplication(stack, "api", { image: "registry.example/shop-api:1", environment: { QUEUE_URL: place.stringValue, NOTE: 'a "b" ${c}' }, environmentSecrets: ["database"] });
  new KubernetesCronJob(stack, "cleanup", { application: api.model, name: "cleanup", command: ["npm", "run", "cleanup"], schedule: "0 2 * * *", dependsOn: [api.serviceAccount], ...config });
  return JSON.parse(Testing.synth(stack)).resource;
}

const only = (resources: Record<string, any>): any => Object.values(resources)[0];

describe("KubernetesCronJob", () => {
  test("runs the application's image with its settings and rights, and waits for its service account", () => {
    const resource = synthesized();
    const deployment = only(resource["kubernetes_deployment_v1"]).spec.template.spec;
    const job = only(resource["kubernetes_cron_job_v1"]);
    const pod = job.spec.job_template.spec.template.spec;
    expect(job.spec).toMatchObject({ schedule: "0 2 * * *", timezone: "Etc/UTC", concurrency_policy: "Forbid" });
    expect(pod).toMatchObject({ service_account_name: deployment.service_account_name, security_context: deployment.security_context, restart_policy: "Never" });
    const [own] = deployment.container;
    expect(pod.container).toEqual([
      { name: "cleanup", command: ["npm", "run", "cleanup"], image: own.image, image_pull_policy: own.image_pull_policy, env: own.env, env_from: own.env_from, resources: own.resources, security_context: own.security_context, volume_mount: own.volume_mount },
    ]);
    expect(own.env).toEqual([{ name: "QUEUE_URL", value: "${var.queue}" }, { name: "NOTE", value: '${"a \\"b\\" $${c}"}' }]);
    expect(job.depends_on).toEqual([expect.stringMatching(/^kubernetes_service_account_v1\./)]);
  });

  test("leaves the image to the pipeline, unless it is Terraform's", () => {
    expect(only(synthesized()["kubernetes_cron_job_v1"]).lifecycle.ignore_changes).toEqual(["spec[0].job_template[0].spec[0].template[0].spec[0].container[0].image"]);
    expect(only(synthesized({ imageOwner: "terraform" })["kubernetes_cron_job_v1"])).not.toHaveProperty("lifecycle");
  });

  test("throws as its model does", () => {
    expect(() => synthesized({ schedule: "nightly" })).toThrow('schedule is "nightly": it must be five fields of cron in numbers. Write, for example, "0 2 * * *".');
  });
});
