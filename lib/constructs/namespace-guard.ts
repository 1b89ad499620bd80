import { LimitRangeV1 } from "@cdktf/provider-kubernetes/lib/limit-range-v1";
import { NetworkPolicyV1, type NetworkPolicyV1SpecIngressFrom } from "@cdktf/provider-kubernetes/lib/network-policy-v1";
import { ResourceQuotaV1 } from "@cdktf/provider-kubernetes/lib/resource-quota-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { namespaceGuard, type NamespaceGuardModel, type NamespaceGuardProps, type Peer, type PolicyPort } from "../render/namespace-guard";

export interface NamespaceGuardConfig extends NamespaceGuardProps {
  /** The namespace itself, where it is made in the same stack. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Keeps an application's namespace to itself: no traffic in or out but what is named, no more than its share of the cluster. Network policies are enforced
 * by the VPC CNI add-on, as `KubernetesCluster` configures it. Pod Security is the namespace's own, by its labels.
 *
 * @example
 * new NamespaceGuard(this, "guard", {
 *   namespace: "shop", app: "shop-api", ingressCidrs: ["10.0.0.0/20"],
 *   exits: [{ name: "https", cidrs: ["0.0.0.0/0"], ports: [443] }, { name: "database", cidrs: ["10.0.192.0/24"], ports: [5432] }],
 * });
 *
 * @throws Error that names every value that cannot be used
 */
export class NamespaceGuard extends Construct {
  /** What is made, as plain Kubernetes objects. */
  readonly model: NamespaceGuardModel;
  readonly networkPolicies: readonly NetworkPolicyV1[];
  readonly quota: ResourceQuotaV1;
  readonly limits: LimitRangeV1;

  constructor(scope: Construct, id: string, config: NamespaceGuardConfig) {
    super(scope, id);
    const { dependsOn, ...props } = config;
    const after = dependsOn ? { dependsOn: [...dependsOn] } : {};
    this.model = namespaceGuard(props);
    this.networkPolicies = this.model.networkPolicies.map(
      ({ metadata, spec }) =>
        new NetworkPolicyV1(this, metadata.name, {
          metadata,
          spec: {
            podSelector: spec.podSelector.matchLabels ? { matchLabels: { ...spec.podSelector.matchLabels } } : {},
            policyTypes: [...spec.policyTypes],
            ...(spec.ingress ? { ingress: spec.ingress.map(({ from, ports }) => ({ from: from.map(peer), ports: ports.map(policyPort) })) } : {}),
            ...(spec.egress ? { egress: spec.egress.map(({ to, ports }) => ({ to: to.map(peer), ports: ports.map(policyPort) })) } : {}),
          },
          ...after,
        }),
    );
    const { quota, limits } = this.model;
    this.quota = new ResourceQuotaV1(this, "quota", { metadata: quota.metadata, spec: { hard: { ...quota.spec.hard } }, ...after });
    this.limits = new LimitRangeV1(this, "limits", {
      metadata: limits.metadata,
      spec: { limit: limits.spec.limits.map((limit) => ({ type: limit.type, default: { ...limit.default }, defaultRequest: { ...limit.defaultRequest } })) },
      ...after,
    });
  }
}

function peer(from: Peer): NetworkPolicyV1SpecIngressFrom {
  if ("ipBlock" in from) return { ipBlock: { ...from.ipBlock } };
  return {
    namespaceSelector: { matchLabels: { ...from.namespaceSelector.matchLabels } },
    ...(from.podSelector ? { podSelector: { matchLabels: { ...from.podSelector.matchLabels } } } : {}),
  };
}

/** "Number or name" is a string in Terraform. */
function policyPort({ protocol, port }: PolicyPort) {
  return { protocol, port: String(port) };
}
