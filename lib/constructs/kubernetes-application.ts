import { DeploymentV1 } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import { HorizontalPodAutoscalerV2 } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import { NamespaceV1 } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import { PodDisruptionBudgetV1 } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import { ServiceAccountV1 } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import { ServiceV1 } from "@cdktf/provider-kubernetes/lib/service-v1";
import { Construct } from "constructs";
import { kubernetesApplication, type KubernetesApplicationModel, type KubernetesApplicationProps } from "../render/kubernetes-application";
import {
  autoscalerArguments,
  deploymentArguments,
  disruptionBudgetArguments,
  namespaceArguments,
  serviceAccountArguments,
  serviceArguments,
} from "./kubernetes-arguments";

/** {@link KubernetesApplicationProps}, and who owns what changes at run time. */
export interface KubernetesApplicationConfig extends KubernetesApplicationProps {
  /**
   * Who decides which image runs after the first apply: `pipeline` (with `kubectl set image`; Terraform ignores it and
   * does not wait for the first roll-out, for which there may be no image yet) or `terraform`. @default "pipeline"
   */
  readonly imageOwner?: "pipeline" | "terraform";
}

/**
 * An HTTP application on Kubernetes, as Terraform resources of the same model that is written as YAML.
 *
 * The autoscaler owns the number of pods, and the pipeline the image: Terraform sets both once and looks at them no more.
 * Everything else is Terraform's.
 *
 * @example
 * new KubernetesApplication(stack, "api", { image: `${registry.repositoryUrl}:bootstrap`, autoscaling: { minReplicas: 2, maxReplicas: 10 } });
 */
export class KubernetesApplication extends Construct {
  /** What is made, as plain Kubernetes objects. */
  readonly model: KubernetesApplicationModel;
  readonly namespace: NamespaceV1;
  readonly serviceAccount: ServiceAccountV1;
  readonly deployment: DeploymentV1;
  readonly service: ServiceV1;
  /** Absent where the number of pods is fixed. */
  readonly autoscaler?: HorizontalPodAutoscalerV2;
  readonly disruptionBudget: PodDisruptionBudgetV1;

  constructor(scope: Construct, id: string, config: KubernetesApplicationConfig) {
    super(scope, id);
    const { imageOwner = "pipeline", ...props } = config;
    const model = kubernetesApplication(props);
    this.model = model;

    this.namespace = new NamespaceV1(this, "namespace", namespaceArguments(model.namespace));
    const dependsOn = [this.namespace];
    this.serviceAccount = new ServiceAccountV1(this, "service-account", { ...serviceAccountArguments(model.serviceAccount), dependsOn });
    const ignoreChanges = [
      ...(model.autoscaler ? ["spec[0].replicas"] : []),
      ...(imageOwner === "pipeline" ? ["spec[0].template[0].spec[0].container[0].image"] : []),
    ];
    this.deployment = new DeploymentV1(this, "deployment", {
      ...deploymentArguments(model.deployment),
      waitForRollout: imageOwner === "terraform",
      dependsOn: [this.namespace, this.serviceAccount],
      ...(ignoreChanges.length > 0 ? { lifecycle: { ignoreChanges } } : {}),
    });
    this.service = new ServiceV1(this, "service", { ...serviceArguments(model.service), dependsOn });
    if (model.autoscaler) {
      this.autoscaler = new HorizontalPodAutoscalerV2(this, "autoscaler", { ...autoscalerArguments(model.autoscaler), dependsOn: [this.deployment] });
    }
    this.disruptionBudget = new PodDisruptionBudgetV1(this, "disruption-budget", { ...disruptionBudgetArguments(model.disruptionBudget), dependsOn });
  }
}
