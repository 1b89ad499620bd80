import { IngressV1 } from "@cdktf/provider-kubernetes/lib/ingress-v1";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { apiIngress, type ApiIngressProps, type Ingress } from "../render/api-ingress";
import { terraformText } from "../render/hcl";
import type { LoadBalancerController } from "./load-balancer-controller";

export interface ApiIngressConfig extends Omit<ApiIngressProps, "ingressClass"> {
  /** What makes the load balancer, and takes it away again: it stays until the Ingress is gone. */
  readonly controller: Pick<LoadBalancerController, "release" | "ingressClass">;
  /** Waits until there is a load balancer, and so tells `hostname` in the same apply. @default false */
  readonly waitForLoadBalancer?: boolean;
  /** The namespace and the Service, where they are made in the same stack. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** What is used for whatever is not given. */
export const DEFAULTS = { waitForLoadBalancer: false } as const;

/**
 * The way from the world to an application: an Ingress of which the AWS Load Balancer Controller makes an Application Load Balancer, about 20 USD a month
 * and 6 for each load unit.
 *
 * Its order of life: controller, then Ingress; on the way back Ingress, and only when its finalizer is through, the controller.
 *
 * @example
 * new ApiIngress(this, "ingress", { controller, namespace: "shop", host: "api.example.com", tls: { kind: "certificate", certificateArn } });
 *
 * @throws Error that names every value that cannot be used
 */
export class ApiIngress extends Construct {
  /** What is made, as a plain Kubernetes object. */
  readonly model: Ingress;
  readonly ingress: IngressV1;
  /** DNS name of the load balancer, known once the controller has made it: what the host's CNAME or alias record leads to. */
  readonly hostname: string;

  constructor(scope: Construct, id: string, config: ApiIngressConfig) {
    super(scope, id);
    const { controller, waitForLoadBalancer = DEFAULTS.waitForLoadBalancer, dependsOn = [], ...props } = config;
    this.model = apiIngress({ ...props, ingressClass: controller.ingressClass });
    const { metadata, spec } = this.model;
    this.ingress = new IngressV1(this, "Default", {
      waitForLoadBalancer,
      metadata: { ...metadata, annotations: Object.fromEntries(Object.entries(metadata.annotations).map(([key, text]) => [key, textOf(text)])) },
      spec: {
        ingressClassName: spec.ingressClassName,
        rule: spec.rules.map(({ host, http }) => ({
          ...(host === undefined ? {} : { host }),
          http: { path: http.paths.map(({ path, pathType, backend }) => ({ path, pathType, backend: { service: { name: backend.service.name, port: backend.service.port } } })) },
        })),
      },
      dependsOn: [controller.release, ...dependsOn],
    });
    this.hostname = this.ingress.status.get(0).loadBalancer.get(0).ingress.get(0).hostname;
  }
}

/** JSON of ours is escaped for HCL; references stay what they are. */
function textOf(text: string): string {
  return text.includes("${") ? text : terraformText(text);
}
