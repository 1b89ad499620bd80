import { kubernetesApplication, kubernetesObjects } from "../../lib/render/kubernetes-application";
import { kubernetesFiles } from "../../lib/render/kubernetes-yaml";
import { parseYaml } from "../../lib/render/yaml";

const header = { source: ".specweave/increments/0012-production-infrastructure/spec.md (AC-US1-01)", regenerate: "npm run synth" };

describe("kubernetesFiles", () => {
  const model = kubernetesApplication({ image: "registry.example/api:1", environment: { ODD: "yes", BRACES: "{{ .Values }} ${x}" } });
  const files = kubernetesFiles(model, header);

  test("writes one file an object, named so that kubectl applies them in order", () => {
    expect(files.map(({ path }) => path)).toEqual([
      "00-namespace.yaml",
      "10-service-account.yaml",
      "20-deployment.yaml",
      "30-service.yaml",
      "40-horizontal-pod-autoscaler.yaml",
      "50-pod-disruption-budget.yaml",
    ]);
  });

  test("says in each file exactly what the model says", () => {
    expect(files.map(({ text }) => parseYaml(text))).toEqual(kubernetesObjects(model));
  });

  test("names source and command at the head", () => {
    expect(files[4]?.text.split("\n").slice(0, 4)).toEqual([
      "# Generated from .specweave/increments/0012-production-infrastructure/spec.md (AC-US1-01).",
      "# Do not edit: change the source and run `npm run synth`.",
      "apiVersion: autoscaling/v2",
      "kind: HorizontalPodAutoscaler",
    ]);
  });

  test("writes the same text for the same model", () => {
    expect(kubernetesFiles(model, header)).toEqual(files);
  });
});
