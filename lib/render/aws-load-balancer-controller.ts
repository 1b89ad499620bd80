import { Faults, shown } from "./faults";
import type { HclValue } from "./hcl";

export interface AwsLoadBalancerControllerProps {
  /** Pods of it, of which one works. @default 2 */
  readonly replicas?: number;
  /** Name of the IngressClass that it makes and listens to. @default "alb" */
  readonly ingressClass?: string;
  /** Tags of every load balancer, target group and security group that it makes. @default - none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { replicas: 2, ingressClass: "alb" } as const;

/** What the values refer to and does not come from the person who asks. */
export interface AwsLoadBalancerControllerNames {
  /** These three may be references. */
  readonly clusterName: string;
  readonly vpcId: string;
  readonly region: string;
  readonly serviceAccount: string;
}

/**
 * Values of the chart aws-load-balancer-controller.
 *
 * Webhooks: a webhook of a controller that is not there refuses what it is asked about, so those for every Service and every Ingress of the cluster are
 * off; those that are left speak of the controller's own kinds. The price: a faulty Ingress is told by an event, not refused. The one that gives pods of labelled
 * namespaces their readiness gate is passed over while no controller answers: pods without a gate are better than none.
 *
 * Source: https://github.com/kubernetes-sigs/aws-load-balancer-controller/blob/v3.5.0/helm/aws-load-balancer-controller/values.yaml
 *
 * @throws Error that names every value that cannot be used
 */
export function awsLoadBalancerControllerValues(props: AwsLoadBalancerControllerProps, names: AwsLoadBalancerControllerNames): { readonly [key: string]: HclValue } {
  const { replicas, ingressClass, tags } = { ...DEFAULTS, ...props };
  const faults = new Faults("awsLoadBalancerController");
  faults.unless(Number.isInteger(replicas) && replicas >= 1 && replicas <= 5, `replicas is ${shown(replicas)}: it must be a whole number from 1 to 5. Choose one.`);
  faults.unless(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(ingressClass),
    `ingressClass is ${shown(ingressClass)}: it must be 1 to 63 lower-case letters, digits and hyphens. Rename it.`);
  faults.throwIfAny();
  return {
    clusterName: names.clusterName,
    // Nodes answer for their metadata to themselves only: it cannot ask them where it is.
    region: names.region,
    vpcId: names.vpcId,
    serviceAccount: { create: true, name: names.serviceAccount },
    replicaCount: replicas,
    ...(replicas > 1 ? { podDisruptionBudget: { maxUnavailable: 1 } } : {}),
    resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { memory: "256Mi" } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, runAsNonRoot: true, capabilities: { drop: ["ALL"] }, seccompProfile: { type: "RuntimeDefault" } },
    ingressClass,
    createIngressClassResource: true,
    // Pods have addresses of the VPC: straight to them, without a port on every node.
    defaultTargetType: "ip",
    enableServiceMutatorWebhook: false,
    webhookConfig: { disableIngressValidation: true },
    podMutatorWebhookConfig: { failurePolicy: "Ignore" },
    // Else each upgrade makes another certificate for the webhooks.
    keepTLSSecret: true,
    enableShield: false,
    enableWaf: false,
    // No Gateway API: its definitions are not on the cluster.
    controllerConfig: { featureGates: { NLBGatewayAPI: false, ALBGatewayAPI: false, GatewayListenerSet: false } },
    ...(tags && Object.keys(tags).length > 0 ? { defaultTags: { ...tags } } : {}),
  };
}
