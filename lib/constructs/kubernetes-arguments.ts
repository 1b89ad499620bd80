import type { DeploymentV1Config, DeploymentV1SpecTemplateSpecContainer } from "@cdktf/provider-kubernetes/lib/deployment-v1";
import type { HorizontalPodAutoscalerV2Config } from "@cdktf/provider-kubernetes/lib/horizontal-pod-autoscaler-v2";
import type { NamespaceV1Config } from "@cdktf/provider-kubernetes/lib/namespace-v1";
import type { PodDisruptionBudgetV1Config } from "@cdktf/provider-kubernetes/lib/pod-disruption-budget-v1";
import type { ServiceAccountV1Config } from "@cdktf/provider-kubernetes/lib/service-account-v1";
import type { ServiceV1Config } from "@cdktf/provider-kubernetes/lib/service-v1";
import { Token } from "cdktf";
import { terraformText } from "../render/hcl";
import type * as k8s from "../render/kubernetes-application";

/*
 * Kubernetes objects as arguments of the Terraform provider: field by field, nothing added and nothing left out. Lists are
 * named in the singular there, and "number or string" is a string.
 */

export function namespaceArguments({ metadata }: k8s.Namespace): NamespaceV1Config {
  return { metadata: metadataArguments(metadata) };
}

export function serviceAccountArguments(account: k8s.ServiceAccount): ServiceAccountV1Config {
  return { metadata: metadataArguments(account.metadata), automountServiceAccountToken: account.automountServiceAccountToken };
}

export function deploymentArguments({ metadata, spec }: k8s.Deployment): DeploymentV1Config {
  const pod = spec.template.spec;
  const { rollingUpdate } = spec.strategy;
  return {
    metadata: metadataArguments(metadata),
    spec: {
      replicas: String(spec.replicas),
      selector: { matchLabels: texts(spec.selector.matchLabels) },
      strategy: {
        type: spec.strategy.type,
        rollingUpdate: { maxSurge: String(rollingUpdate.maxSurge), maxUnavailable: String(rollingUpdate.maxUnavailable) },
      },
      template: {
        metadata: { labels: texts(spec.template.metadata.labels) },
        spec: {
          serviceAccountName: pod.serviceAccountName,
          automountServiceAccountToken: pod.automountServiceAccountToken,
          enableServiceLinks: pod.enableServiceLinks,
          terminationGracePeriodSeconds: pod.terminationGracePeriodSeconds,
          securityContext: {
            runAsNonRoot: pod.securityContext.runAsNonRoot,
            runAsUser: String(pod.securityContext.runAsUser),
            runAsGroup: String(pod.securityContext.runAsGroup),
            seccompProfile: pod.securityContext.seccompProfile,
          },
          topologySpreadConstraint: pod.topologySpreadConstraints.map((constraint) => ({
            maxSkew: constraint.maxSkew,
            topologyKey: constraint.topologyKey,
            whenUnsatisfiable: constraint.whenUnsatisfiable,
            labelSelector: [{ matchLabels: texts(constraint.labelSelector.matchLabels) }],
            matchLabelKeys: [...constraint.matchLabelKeys],
          })),
          container: pod.containers.map(container),
          volume: pod.volumes.map(({ name, emptyDir }) => ({ name, emptyDir: { sizeLimit: emptyDir.sizeLimit } })),
        },
      },
    },
  };
}

export function serviceArguments({ metadata, spec }: k8s.Service): ServiceV1Config {
  return {
    metadata: metadataArguments(metadata),
    spec: {
      type: spec.type,
      selector: texts(spec.selector),
      port: spec.ports.map(({ name, port, targetPort, protocol }) => ({ name, port, targetPort, protocol })),
    },
  };
}

export function autoscalerArguments({ metadata, spec }: k8s.HorizontalPodAutoscaler): HorizontalPodAutoscalerV2Config {
  const rules = ({ stabilizationWindowSeconds, selectPolicy, policies }: k8s.ScalingRules) => [
    { stabilizationWindowSeconds, selectPolicy, policy: policies.map(({ type, value, periodSeconds }) => ({ type, value, periodSeconds })) },
  ];
  return {
    metadata: metadataArguments(metadata),
    spec: {
      scaleTargetRef: spec.scaleTargetRef,
      minReplicas: spec.minReplicas,
      maxReplicas: spec.maxReplicas,
      metric: spec.metrics.map(({ type, resource }) => ({ type, resource: { name: resource.name, target: resource.target } })),
      behavior: { scaleUp: rules(spec.behavior.scaleUp), scaleDown: rules(spec.behavior.scaleDown) },
    },
  };
}

export function disruptionBudgetArguments({ metadata, spec }: k8s.PodDisruptionBudget): PodDisruptionBudgetV1Config {
  return {
    metadata: metadataArguments(metadata),
    spec: { maxUnavailable: String(spec.maxUnavailable), selector: { matchLabels: texts(spec.selector.matchLabels) } },
  };
}

function container(from: k8s.Container): DeploymentV1SpecTemplateSpecContainer {
  const { securityContext } = from;
  return {
    name: from.name,
    image: from.image,
    imagePullPolicy: from.imagePullPolicy,
    port: from.ports.map(({ name, containerPort, protocol }) => ({ name, containerPort, protocol })),
    ...(from.env ? { env: from.env.map(({ name, value }) => ({ name, value: Token.isUnresolved(value) ? value : terraformText(value) })) } : {}),
    ...(from.envFrom ? { envFrom: from.envFrom.map(({ secretRef }) => ({ secretRef: { name: secretRef.name } })) } : {}),
    resources: { requests: { ...from.resources.requests }, limits: { ...from.resources.limits } },
    startupProbe: probe(from.startupProbe),
    livenessProbe: probe(from.livenessProbe),
    readinessProbe: probe(from.readinessProbe),
    securityContext: {
      allowPrivilegeEscalation: securityContext.allowPrivilegeEscalation,
      privileged: securityContext.privileged,
      readOnlyRootFilesystem: securityContext.readOnlyRootFilesystem,
      runAsNonRoot: securityContext.runAsNonRoot,
      capabilities: { drop: [...securityContext.capabilities.drop] },
    },
    volumeMount: from.volumeMounts.map(({ name, mountPath }) => ({ name, mountPath })),
  };
}

function probe({ httpGet, initialDelaySeconds, ...times }: k8s.HttpProbe) {
  return {
    httpGet: { path: terraformText(httpGet.path), port: String(httpGet.port), scheme: httpGet.scheme },
    ...(initialDelaySeconds === undefined ? {} : { initialDelaySeconds }),
    ...times,
  };
}

/** Name, labels and annotations of an object. */
export function metadataArguments({ name, namespace, labels, annotations }: k8s.ObjectMeta) {
  return {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    labels: texts(labels),
    ...(annotations === undefined ? {} : { annotations: texts(annotations) }),
  };
}

/** Labels and the like, each a literal. */
export function texts(map: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, terraformText(value)]));
}
