import { Faults, shown } from "./faults";
import type { HclValue } from "./hcl";

export interface ExternalDnsProps {
  /** Name that Ingresses of the namespace may ask for, and no other: `api.example.com`. */
  readonly domainName: string;
  /** Namespace whose Ingresses it looks at, and no other. */
  readonly namespace: string;
  /**
   * `sync`: it takes away a record that it made once no Ingress asks for it; or `upsert-only`: what it made stays, and leads to a load balancer
   * that is gone. Records that others made it touches in neither case. @default "sync"
   */
  readonly policy?: "sync" | "upsert-only";
  /** Class of the Ingresses that it looks at. @default "alb" */
  readonly ingressClass?: string;
  /** Time between two looks at the zone; a change of an Ingress is looked at within seconds in any case. @default 60 */
  readonly intervalSeconds?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { policy: "sync", ingressClass: "alb", intervalSeconds: 60 } as const;

/** What the values refer to and does not come from the person who asks. */
export interface ExternalDnsNames {
  /** These three may be references. */
  readonly clusterName: string;
  readonly region: string;
  readonly hostedZoneId: string;
  readonly serviceAccount: string;
}

/**
 * What is put before a name for the TXT record that says to whom it belongs. It ends in a dot: so the record is below the name, and in its zone even
 * where the name is the zone's own.
 */
const OWNERSHIP = "external-dns-%{record_type}.";

/** The records that are made for a name: itself, and the one that says who made it (alias records are of type CNAME to external-dns). */
export function recordsOf(domainName: string): readonly string[] {
  return [domainName, `${OWNERSHIP.replace("%{record_type}", "cname")}${domainName}`];
}

/**
 * Values of the chart external-dns for Route 53: one zone, one name, the Ingresses of one namespace, and only records that carry the cluster's name as
 * their owner's.
 *
 * @throws Error that names every value that cannot be used
 *
 * Sources: https://github.com/kubernetes-sigs/external-dns/blob/external-dns-helm-chart-1.21.1/charts/external-dns/values.yaml,
 * https://github.com/kubernetes-sigs/external-dns/blob/v0.21.0/docs/registry/txt.md
 */
export function externalDnsValues(props: ExternalDnsProps, names: ExternalDnsNames): { readonly [key: string]: HclValue } {
  const value = { ...DEFAULTS, ...props };
  const faults = new Faults("externalDns");
  faults.unless(/^(?=.{4,230}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(value.domainName),
    `domainName is ${shown(value.domainName)}: it must be a domain name in lower-case letters, without wildcards. Write it as in api.example.com.`);
  for (const key of ["namespace", "ingressClass"] as const) {
    faults.unless(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value[key]), `${key} is ${shown(value[key])}: it must be 1 to 63 lower-case letters, digits and hyphens. Rename it.`);
  }
  faults.unless(["sync", "upsert-only"].includes(value.policy), `policy is ${shown(value.policy)}: it must be "sync" or "upsert-only". Choose one.`);
  faults.unless(Number.isInteger(value.intervalSeconds) && value.intervalSeconds >= 15 && value.intervalSeconds <= 3600,
    `intervalSeconds is ${shown(value.intervalSeconds)}: it must be a whole number from 15 to 3600. Choose one.`);
  faults.throwIfAny();
  return {
    fullnameOverride: "external-dns",
    provider: { name: "aws" },
    // Nodes answer for their metadata to themselves only: it cannot ask them where it is.
    env: [{ name: "AWS_REGION", value: names.region }],
    serviceAccount: { create: true, name: names.serviceAccount },
    // It reads Ingresses of that namespace, by a Role there: nothing of the rest of the cluster.
    namespaced: true,
    sourceNamespace: value.namespace,
    sources: ["ingress"],
    policy: value.policy,
    registry: "txt",
    txtOwnerId: names.clusterName,
    txtPrefix: OWNERSHIP,
    domainFilters: [value.domainName],
    // Alias records of A: the load balancer has no IPv6 addresses.
    managedRecordTypes: ["A"],
    interval: `${value.intervalSeconds}s`,
    triggerLoopOnEvent: true,
    extraArgs: {
      "zone-id-filter": names.hostedZoneId,
      // The zone may be that of the name, or one above it.
      "aws-zone-match-parent": true,
      "ingress-class": value.ingressClass,
    },
    resources: { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "128Mi" } },
  };
}
