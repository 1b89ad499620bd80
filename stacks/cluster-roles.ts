import type { Blueprint } from "../lib/blueprint/blueprint";
import { planSubnets } from "../lib/blueprint/cidr";
import { Certificate } from "../lib/constructs/certificate";
import { ExternalDnsRole } from "../lib/constructs/external-dns";
import { ExternalSecretsRole } from "../lib/constructs/external-secrets";
import type { KubernetesCluster } from "../lib/constructs/kubernetes-cluster";
import { LoadBalancerControllerRole } from "../lib/constructs/load-balancer-controller";
import { NodeAutoscalerRole } from "../lib/constructs/node-autoscaler";
import { guardOf } from "./guard";
import { tagIncrements } from "./increments";
import type { Shared, SharedDatabase, Surroundings } from "./shared";
import { endpointOf } from "./zone";

/** The AWS side of the cluster's controllers: their roles, the certificate, and the way to the database. */
export function addClusterRoles(stack: Shared, cluster: KubernetesCluster, blueprint: Blueprint, database: SharedDatabase | undefined): Surroundings {
  const { network, encryptionKey, resourceName: name } = stack;
  if (blueprint.nodeScaling) {
    tagIncrements(new NodeAutoscalerRole(stack, "node-autoscaler-role", { cluster, name: `${name}-node-autoscaler` }), blueprint, blueprint.nodeScaling);
  }
  if (blueprint.ingress) {
    tagIncrements(new LoadBalancerControllerRole(stack, "load-balancer-controller-role", { cluster, network, name: `${name}-load-balancers` }), blueprint, blueprint.ingress);
  }
  if (database) {
    // Pods have addresses of the nodes' group: who may speak to the database within the cluster, the namespace's network policy says.
    database.allowFrom({ securityGroup: { securityGroupId: cluster.clusterSecurityGroupId, groupName: `${name}-cluster` } });
    const role = new ExternalSecretsRole(stack, "external-secrets-role", {
      cluster,
      name: `${name}-external-secrets`,
      secrets: [{ secretArn: database.settings.secretArn, encryptionKey }],
    });
    tagIncrements(role, blueprint, blueprint.clusterSecrets);
  }
  const plan = planSubnets(blueprint.network!.value.cidr, blueprint.network!.value.zones);
  return {
    ...(blueprint.ingress ? ingressOf(stack, cluster, blueprint) : { ingress: { tls: { kind: "insecure" } } }),
    publicCidrs: plan.public.map(({ cidr }) => cidr),
    dataCidrs: plan.data.map(({ cidr }) => cidr),
    ...(database ? { database } : {}),
  };
}

function ingressOf(stack: Shared, cluster: KubernetesCluster, blueprint: Blueprint): Pick<Surroundings, "ingress" | "hostedZoneId"> {
  const endpoint = endpointOf(stack, blueprint);
  const guard = guardOf(stack, blueprint);
  if (endpoint.kind === "http-only") return { ingress: { tls: { kind: "insecure" }, ...guard } };
  if (endpoint.kind === "certificate") return { ingress: { tls: { kind: "certificate", certificateArn: endpoint.certificateArn }, ...guard } };
  const { certificateArn } = new Certificate(stack, "certificate", endpoint);
  const { domainName, hostedZoneId } = endpoint;
  tagIncrements(new ExternalDnsRole(stack, "external-dns-role", { cluster, hostedZoneId, domainName, name: `${stack.resourceName}-external-dns` }), blueprint, blueprint.ingress);
  return { ingress: { tls: { kind: "certificate", certificateArn }, host: domainName, ...guard }, hostedZoneId };
}
