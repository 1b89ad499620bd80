import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { DATABASE_SECRET } from "../lib/blueprint/application";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { watches } from "../lib/blueprint/monitoring";
import { PROMETHEUS_NAMESPACE, TRACE_COLLECTOR } from "../lib/blueprint/telemetry";
import { ApiIngress } from "../lib/constructs/api-ingress";
import { ExternalDns } from "../lib/constructs/external-dns";
import { ApplicationSecrets, ExternalSecrets } from "../lib/constructs/external-secrets";
import { LoadBalancerController } from "../lib/constructs/load-balancer-controller";
import { NamespaceGuard } from "../lib/constructs/namespace-guard";
import { NodeAutoscaler } from "../lib/constructs/node-autoscaler";
import { databaseKeys } from "../lib/render/external-secrets";
import { DEFAULTS as GUARD } from "../lib/render/namespace-guard";
import type { Surroundings } from "./shared";

/** What a cluster needs beside the application: nodes that follow the pods, a way in, and the settings of the database. */
export function addControllers(
  stack: Construct,
  blueprint: Blueprint,
  { vpcId, namespace, database, ...around }: Omit<Surroundings, "database"> & {
    readonly vpcId: string;
    readonly database?: { readonly port: number; readonly secretArn: string };
    readonly namespace?: ITerraformDependable;
    /** Ports of the data subnets that the application uses besides the database's. */
    readonly servicePorts: readonly number[];
  },
): void {
  const { service, region } = blueprint.settings;
  const { name, version } = blueprint.cluster!.value;
  const cluster = { clusterName: name };
  if (blueprint.nodeScaling) new NodeAutoscaler(stack, "node-autoscaler", { cluster, region, kubernetesVersion: version });
  if (!namespace) return;
  if (database) {
    new ApplicationSecrets(stack, "secrets", {
      operator: new ExternalSecrets(stack, "external-secrets"),
      namespace: service.namespace,
      region,
      secrets: [{ name: DATABASE_SECRET, secretArn: database.secretArn, keys: databaseKeys() }],
      dependsOn: [namespace],
    });
  }
  if (blueprint.guard) {
    new NamespaceGuard(stack, "guard", {
      namespace: service.namespace,
      app: service.app,
      port: service.port,
      ingressCidrs: blueprint.ingress ? around.publicCidrs : [],
      // What measures the pods must reach them.
      ingressNamespaces: watches(blueprint.monitoring, "cluster", "prometheus") ? [PROMETHEUS_NAMESPACE] : [],
      exitNamespaces: blueprint.traces ? [{ namespace: TRACE_COLLECTOR.namespace, ports: [TRACE_COLLECTOR.port] }] : [],
      exits: [...GUARD.exits, ...(database ? [{ name: "database", cidrs: around.dataCidrs, ports: [database.port] }] : []), ...(around.servicePorts.length > 0 ? [{ name: "services", cidrs: around.dataCidrs, ports: around.servicePorts }] : [])],
      dependsOn: [namespace],
    });
  }
  if (blueprint.ingress) addIngress(stack, blueprint, { ...around, cluster, vpcId, namespace });
}

/** The way in: the controller of load balancers, a name that leads to the one of the Ingress, and the Ingress, which goes before both. */
function addIngress(
  stack: Construct,
  { settings: { service, region } }: Blueprint,
  { cluster, vpcId, ingress, hostedZoneId, namespace }: Pick<Surroundings, "ingress" | "hostedZoneId"> & {
    readonly cluster: { readonly clusterName: string };
    readonly vpcId: string;
    readonly namespace: ITerraformDependable;
  },
): void {
  const controller = new LoadBalancerController(stack, "load-balancer-controller", { cluster, network: { vpcId }, region });
  const dns =
    hostedZoneId === undefined || ingress.host === undefined
      ? undefined
      : new ExternalDns(stack, "external-dns", { cluster, region, hostedZoneId, domainName: ingress.host, namespace: service.namespace, dependsOn: [namespace] });
  new ApiIngress(stack, "ingress", {
    ...ingress,
    controller,
    namespace: service.namespace,
    name: service.name,
    serviceName: service.name,
    healthPath: service.healthPath,
    dependsOn: [namespace, ...(dns ? [dns.ready] : [])],
  });
}
