import { DataResource, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { DEFAULTS as VALUES_DEFAULTS, externalDnsValues, recordsOf, type ExternalDnsProps } from "../render/external-dns";
import { AwsAccount } from "./aws-account";
import { ControllerRole } from "./controller-role";
import type { ICluster } from "./kubernetes-cluster";
import { HelmRelease, type ChartSource } from "./kubernetes-helm-release";
import { nameOf } from "./names";

/** The service account that has the role. */
const SERVICE_ACCOUNT = "external-dns";
const NAMESPACE = "kube-system";

export interface ExternalDnsRoleProps {
  readonly cluster: Pick<ICluster, "clusterName">;
  /** The Route 53 zone that the name belongs to. */
  readonly hostedZoneId: string;
  /** The one name that it may change: `api.example.com`. */
  readonly domainName: string;
  /**
   * The role's name.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
}

/**
 * What {@link ExternalDns} may do on AWS: read one zone, and change in it the address of one name and the record that says whose it is. It belongs to the
 * stack of the cluster.
 *
 * @example
 * new ExternalDnsRole(stack, "external-dns-role", { cluster, hostedZoneId: "Z0123456789ABCDEFGHIJ", domainName: "api.example.com" });
 *
 * Source: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html
 */
export class ExternalDnsRole extends Construct {
  readonly roleArn: string;

  constructor(scope: Construct, id: string, props: ExternalDnsRoleProps) {
    super(scope, id);
    const { cluster, hostedZoneId, domainName } = props;
    const name = nameOf(this, props.name);
    const zone = `arn:${AwsAccount.of(this).partition}:route53:::hostedzone/${hostedZoneId}`;
    const all = (variable: string, values: readonly string[]) => ({ test: "ForAllValues:StringEquals", variable: `route53:ChangeResourceRecordSets${variable}`, values: [...values] });
    this.roleArn = new ControllerRole(this, "controller", {
      cluster,
      name,
      description: `Lets external-dns of ${name} lead ${domainName} to its load balancer`,
      namespace: NAMESPACE,
      serviceAccount: SERVICE_ACCOUNT,
      statements: [
        // CKV_AWS_356: AWS lists all zones of the account or none.
        { sid: "FindTheZone", actions: ["route53:ListHostedZones"], resources: ["*"] },
        { sid: "ReadTheZone", actions: ["route53:ListResourceRecordSets"], resources: [zone] },
        {
          sid: "ChangeTheName",
          actions: ["route53:ChangeResourceRecordSets"],
          resources: [zone],
          condition: [all("NormalizedRecordNames", recordsOf(domainName)), all("RecordTypes", ["A", "TXT"])],
        },
      ],
    }).roleArn;
  }
}

export interface ExternalDnsConfig extends ExternalDnsProps {
  readonly cluster: Pick<ICluster, "clusterName">;
  /** Region of the cluster; may be a token. */
  readonly region: string;
  /** The Route 53 zone that the name belongs to; may be a token. */
  readonly hostedZoneId: string;
  /** How long it lives on after the last Ingress is destroyed, to take the record away. @default 30 */
  readonly farewellSeconds?: number;
  /** @default - version 1.21.1 of the project's own repository */
  readonly chart?: ChartSource;
  /** The namespace with the Ingresses, where it is made in the same stack. @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** What is used for whatever is not given. */
export const DEFAULTS = { ...VALUES_DEFAULTS, farewellSeconds: 30 } as const;

/** The pinned chart. */
export const EXTERNAL_DNS_CHART: ChartSource = {
  repository: "https://kubernetes-sigs.github.io/external-dns/",
  name: "external-dns",
  version: "1.21.1",
};

/**
 * external-dns, in `kube-system`: leads a name of Route 53 to the load balancer of the Ingress that asks for it, whose own name only the load balancer
 * controller knows. It needs an {@link ExternalDnsRole} in the stack of the cluster.
 *
 * It touches no record that another one made, such as the one that led to the load balancer of servers: see the operations guide on how to move a name.
 *
 * An Ingress depends on `ready`: it is then destroyed first, and external-dns lives on for as long as it needs to take the record away. Else the record would
 * stay, lead nowhere, and keep its zone from being deleted.
 *
 * @example
 * const dns = new ExternalDns(this, "external-dns", { cluster, region: "eu-central-1", hostedZoneId, domainName: "api.example.com", namespace: "shop" });
 * new ApiIngress(this, "ingress", { controller, namespace: "shop", host: "api.example.com", tls, dependsOn: [dns.ready] });
 *
 * @throws Error that names every value that cannot be used
 */
export class ExternalDns extends Construct {
  readonly release: HelmRelease;
  /** What an Ingress waits for. */
  readonly ready: ITerraformDependable;

  constructor(scope: Construct, id: string, config: ExternalDnsConfig) {
    super(scope, id);
    const { cluster, region, hostedZoneId, farewellSeconds = DEFAULTS.farewellSeconds, chart = EXTERNAL_DNS_CHART, dependsOn, ...props } = config;
    if (!Number.isInteger(farewellSeconds) || farewellSeconds < 0 || farewellSeconds > 600) {
      throw new Error(`externalDns: farewellSeconds is ${farewellSeconds}: it must be a whole number from 0 to 600. Choose one.`);
    }
    this.release = new HelmRelease(this, "release", {
      name: "external-dns",
      namespace: NAMESPACE,
      chart,
      values: externalDnsValues(props, { clusterName: cluster.clusterName, region, hostedZoneId, serviceAccount: SERVICE_ACCOUNT }),
      timeoutSeconds: 300,
      ...(dependsOn ? { dependsOn } : {}),
    });
    // Something that is nothing, and takes its time to go.
    this.ready = new DataResource(this, "farewell", {
      dependsOn: [this.release.release],
      ...(farewellSeconds > 0 && props.policy !== "upsert-only" ? { provisioners: [{ type: "local-exec", when: "destroy", command: `sleep ${farewellSeconds}` }] } : {}),
    });
  }
}
