import { kubernetesObjects, type KubernetesApplicationModel, type KubernetesObject } from "./kubernetes-application";
import { yamlDocument, type GeneratedHeader } from "./yaml";

/** A file to be written. */
export interface RenderedFile {
  /** Relative to the directory of such files. */
  readonly path: string;
  readonly text: string;
}

const FILE_NAMES: Record<KubernetesObject["kind"], string> = {
  Namespace: "00-namespace",
  ServiceAccount: "10-service-account",
  Deployment: "20-deployment",
  Service: "30-service",
  HorizontalPodAutoscaler: "40-horizontal-pod-autoscaler",
  PodDisruptionBudget: "50-pod-disruption-budget",
};

/** The model as YAML files, one an object, numbered: `kubectl apply -f DIRECTORY` reads them in the order of their names. */
export function kubernetesFiles(model: KubernetesApplicationModel, header: GeneratedHeader): readonly RenderedFile[] {
  return kubernetesObjects(model).map((object) => ({
    path: `${FILE_NAMES[object.kind]}.yaml`,
    text: yamlDocument(object, header),
  }));
}
