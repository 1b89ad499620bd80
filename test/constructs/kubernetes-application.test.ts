import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { KubernetesApplication, type KubernetesApplicationConfig } from "../../lib/constructs/kubernetes-application";
import { kubernetesObjects } from "../../lib/render/kubernetes-application";
import { kubernetesObjectsOf } from "./support/kubernetes-objects";

const image = "registry.example/specweave-api:1.0.0";

function stackWith(config: Partial<KubernetesApplicationConfig> = {}) {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  const application = new KubernetesApplication(stack, "api", { image, ...config });
  return { stack, application, json: () => JSON.parse(Testing.synth(stack)), hcl: () => Testing.synthHcl(stack) };
}

function only<T>(named: Record<string, T>): T {
  expect(Object.keys(named)).toHaveLength(1);
  return Object.values(named)[0] as T;
}

const byKind = (a: { kind: string }, b: { kind: string }) => a.kind.localeCompare(b.kind);

describe("KubernetesApplication", () => {
  test.each<[string, Partial<KubernetesApplicationConfig>]>([
    ["by default", {}],
    ["with a fixed number of pods", { autoscaling: false, replicas: 5 }],
    [
      "with everything set",
      {
        name: "web",
        app: "shop-web",
        partOf: "shop",
        namespace: "shop",
        increment: "0099-everything",
        annotations: { "phaseline.dev/criteria": 'AC-1 "${file("/etc/passwd")}" %{ for } \\ \u202e' },
        port: 8080,
        servicePort: 8080,
        readinessPath: "/ready",
        environment: { QUOTED: 'a "b" \\ c\nd', TEMPLATE: "${x} %{y} {{ z }}" },
        environmentSecrets: ["database", "mail"],
        autoscaling: { minReplicas: 3, maxReplicas: 12, cpuTargetPercent: 60, memoryTargetPercent: 80 },
        maxUnavailable: 2,
      },
    ],
  ])("says in Terraform what its model says in YAML, %s", (_, config) => {
    const { application, stack } = stackWith(config);
    expect(kubernetesObjectsOf(Testing.synth(stack)).sort(byKind)).toEqual([...kubernetesObjects(application.model)].sort(byKind));
  });

  test("leaves the number of pods to the autoscaler and the image to the pipeline, and nothing else", () => {
    const deployment = only<any>(stackWith().json().resource.kubernetes_deployment_v1);
    expect(deployment.lifecycle).toEqual({ ignore_changes: ["spec[0].replicas", "spec[0].template[0].spec[0].container[0].image"] });
  });

  test("owns the number of pods where there is no autoscaler, and the image where it is told so", () => {
    const { resource } = stackWith({ autoscaling: false, imageOwner: "terraform" }).json();
    expect(only<any>(resource.kubernetes_deployment_v1).lifecycle).toBeUndefined();
    expect(resource.kubernetes_horizontal_pod_autoscaler_v2).toBeUndefined();
  });

  test("waits for the roll-out only where Terraform chose the image: a pipeline has not built one yet", () => {
    expect(only<any>(stackWith().json().resource.kubernetes_deployment_v1).wait_for_rollout).toBe(false);
    expect(only<any>(stackWith({ imageOwner: "terraform" }).json().resource.kubernetes_deployment_v1).wait_for_rollout).toBe(true);
  });

  test("makes the namespace first and the autoscaler last", () => {
    const { resource } = stackWith().json();
    expect(only<any>(resource.kubernetes_deployment_v1).depends_on).toEqual([
      "kubernetes_namespace_v1.api_namespace_43685618",
      "kubernetes_service_account_v1.api_service-account_12B5ECDE",
    ]);
    expect(only<any>(resource.kubernetes_horizontal_pod_autoscaler_v2).depends_on).toEqual(["kubernetes_deployment_v1.api_deployment_3C116365"]);
  });

  test("takes an image that is known only to Terraform", () => {
    const stack = new TerraformStack(Testing.app(), "production-platform");
    const registry = new TerraformVariable(stack, "registry", { type: "string" });
    new KubernetesApplication(stack, "api", { image: `${registry.stringValue}:bootstrap` });
    const deployment = only<any>(JSON.parse(Testing.synth(stack)).resource.kubernetes_deployment_v1);
    expect(deployment.spec.template.spec.container[0].image).toBe("${var.registry}:bootstrap");
    expect(Testing.synthHcl(stack)).toContain('image = "${var.registry}:bootstrap"');
  });

  test("writes untrusted text into HCL as a literal", () => {
    const hcl = stackWith({ annotations: { note: 'a "b" ${file("/etc/passwd")}' } }).hcl();
    expect(hcl).toContain('note = "${"a \\"b\\" $${file(\\"/etc/passwd\\")}"}"');
  });

  test("throws at once when the model cannot be made", () => {
    expect(() => stackWith({ port: 0 })).toThrow(
      new Error("kubernetesApplication: 1 value cannot be used.\n  - port is 0: it must be a whole number from 1 to 65535. Choose one."),
    );
  });
});
