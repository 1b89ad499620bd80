import type { Evidence, Resource } from "./synthesized";

/** The way in to the pods: an Ingress, and the controller that makes a load balancer of it. */
export interface WayIn {
  readonly ingress: Resource | undefined;
  readonly controller: Resource | undefined;
  /** What has to hold for requests to come in. */
  readonly unless: Readonly<Record<string, boolean>>;
}

export function ingressOf(evidence: Evidence): WayIn {
  const { service } = evidence.subject;
  const ingress = evidence.resources("kubernetes_ingress_v1").find((candidate) => candidate.list("spec.0.rule").some((rule) => JSON.stringify(rule).includes(`"service":{"name":"${service}"`)));
  const controller = evidence.releases(/^aws-load-balancer-controller$/)[0];
  return {
    ingress,
    controller,
    unless: {
      [`no Ingress to "${service}"`]: ingress !== undefined,
      "no Helm release of aws-load-balancer-controller": !ingress || controller !== undefined,
      "an Ingress of another controller": !ingress || ingress.get("spec.ingress_class_name") === "alb",
    },
  };
}

/** What an annotation tells the controller. */
export function annotation(ingress: Resource | undefined, key: string): string | undefined {
  const annotations = ingress?.get("metadata.annotations") as Readonly<Record<string, unknown>> | undefined;
  const text = annotations?.[`alb.ingress.kubernetes.io/${key}`];
  return text === undefined ? undefined : String(text);
}

/** The ports that the load balancer listens on. */
export function portsOf(ingress: Resource | undefined): readonly number[] {
  return [...(annotation(ingress, "listen-ports") ?? "").matchAll(/HTTPS?\W+(\d+)/g)].map(([, port]) => Number(port));
}
