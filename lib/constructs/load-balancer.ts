import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import { LbTargetGroup } from "@cdktf/provider-aws/lib/lb-target-group";
import { LbTargetGroupAttachment } from "@cdktf/provider-aws/lib/lb-target-group-attachment";
import { Wafv2WebAclAssociation } from "@cdktf/provider-aws/lib/wafv2-web-acl-association";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import { Certificate } from "./certificate";
import { ConstructError } from "./construct-error";
import { Domain } from "./domain";
import { nameOf } from "./names";
import type { INetwork } from "./network";
import { PrivateBucket } from "./private-bucket";
import { type IConnectable, SecurityGroup } from "./security-group";

/** How the world reaches the load balancer. */
export type Endpoint =
  /** By HTTPS, with a certificate that you have. The name in DNS is yours to set. */
  | { readonly kind: "certificate"; readonly certificateArn: string }
  /**
   * By HTTPS, under a name in a Route 53 zone; certificate and DNS record are made, the record only where it leads here (`record`, not to what stands before). `recordAddress` is the record's name in Terraform, "domain" unless
   * another load balancer of the stack has that one.
   */
  | { readonly kind: "domain"; readonly domainName: string; readonly hostedZoneId: string; readonly alternativeNames?: readonly string[]; readonly recordAddress?: string; readonly record?: boolean }
  /** By HTTP, in clear, under the name that AWS gives: for a first look, not for people's data. */
  | { readonly kind: "http-only" };

/** TLS 1.3 and 1.2, TLS 1.3 and 1.2 with forward secrecy and authenticated ciphers only, TLS 1.3 alone. */
export type TlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06" | "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" | "ELBSecurityPolicy-TLS13-1-3-2021-06";

/** What a fleet needs to serve behind a load balancer. */
export interface ILoadBalancer extends IConnectable {
  readonly targetGroupArn: string;
  readonly targetPort: number;
  /** Where the load balancer asks for the health of a target. */
  readonly healthCheckPath: string;
  readonly deregistrationDelaySeconds: number;
  /** What must exist before a target can be found healthy. */
  readonly ready: readonly ITerraformDependable[];
}

/** What alarms need to find the metrics. */
export interface IMeasuredLoadBalancer {
  /** `app/shop-prod/0123456789abcdef`: the metrics' dimension `LoadBalancer`. */
  readonly loadBalancerDimension: string;
  /** `targetgroup/api-0123/0123456789abcdef`: the metrics' dimension `TargetGroup`. */
  readonly targetGroupDimension: string;
}

export interface LoadBalancerProps {
  /** The load balancer stands in its public subnets. */
  readonly network: Pick<INetwork, "vpcId" | "publicSubnetIds">;
  /** There is no default, since leaving out TLS must be said. */
  readonly endpoint: Endpoint;
  /**
   * The name that AWS shows, 32 characters at most.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * Port that targets listen on. Another one makes a new target group, before the old one goes.
   * @default 3000
   */
  readonly targetPort?: number;
  /**
   * Path where a target answers 200 while it can serve.
   * @default "/health"
   */
  readonly healthCheckPath?: string;
  /**
   * Time between two questions to a target. It is healthy after two good answers and unhealthy after three bad ones.
   * @default 10
   */
  readonly healthCheckIntervalSeconds?: number;
  /**
   * Time that requests have to end when a target leaves, 0 to 3600.
   * @default 30
   */
  readonly deregistrationDelaySeconds?: number;
  /**
   * Time that a connection may say nothing, 1 to 4000. Let the application keep connections longer than this, or it closes them under requests.
   * @default 60
   */
  readonly idleTimeoutSeconds?: number;
  /**
   * Paths that are answered with 404 here, with what lies below them: what targets tell machines of their own network alone.
   * @default []
   */
  readonly privatePaths?: readonly string[];
  /** @default "ELBSecurityPolicy-TLS13-1-2-2021-06" */
  readonly tlsPolicy?: TlsPolicy;
  /**
   * Who may connect, as IPv4 ranges.
   * @default ["0.0.0.0/0"]
   */
  readonly allowedCidrs?: readonly string[];
  /**
   * Lists of ranges, kept by somebody else, that may connect by HTTPS, too: those of CloudFront, say. A list counts as many rules as it may have ranges.
   * @default []
   */
  readonly allowedPrefixLists?: readonly { readonly id: string; readonly name: string }[];
  /**
   * Days that access logs are kept for, at 0.023 USD a GB and month.
   * @default 90
   */
  readonly accessLogDays?: number;
  /**
   * AWS refuses to delete the load balancer, and with it the name that DNS records point to.
   * @default true
   */
  readonly deletionProtection?: boolean;
  /**
   * ARN of a web ACL (WAF) that looks at requests first.
   * @default - none
   */
  readonly webAclArn?: string;
}

export const DEFAULTS = {
  targetPort: 3000,
  healthCheckPath: "/health",
  healthCheckIntervalSeconds: 10,
  deregistrationDelaySeconds: 30,
  idleTimeoutSeconds: 60,
  privatePaths: [],
  tlsPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
  allowedCidrs: ["0.0.0.0/0"],
  allowedPrefixLists: [],
  accessLogDays: 90,
  deletionProtection: true,
} as const satisfies Partial<LoadBalancerProps>;

/** A further host name that leads to one machine instead of the fleet. */
export interface RouteProps {
  /** `grafana.example.com`; the certificate must cover it. */
  readonly hostName: string;
  /** The machine, and who guards it. */
  readonly instanceId: string;
  readonly target: IConnectable & { readonly securityGroup: SecurityGroup };
  readonly port: number;
  readonly healthCheckPath: string;
  /**
   * Who may come this way, as at most four IPv4 ranges.
   * @default - everybody who may connect at all
   */
  readonly allowedCidrs?: readonly string[];
}

type Decided = LoadBalancerProps & Required<Pick<LoadBalancerProps, keyof typeof DEFAULTS>>;

const PATH = /^\/[A-Za-z0-9._~/-]{0,127}$/;

/**
 * An application load balancer in the public subnets: HTTPS with TLS 1.3, HTTP redirected to it, malformed headers dropped, access logs
 * kept, protected from deletion. Targets are found healthy by asking them.
 *
 * About 18 USD a month, and 6 for each unit of traffic (25 new connections a second, or 1 GB an hour).
 *
 * By choice: no WAF unless one is given (CKV2_AWS_28: 5 USD a month and 1 a rule and million requests; `webAclArn`); port 80 is open to redirect
 * (CKV_AWS_260, CKV2_AWS_20 where there is no TLS at all); from here to the targets it is HTTP inside the VPC, between two security groups (CKV_AWS_378).
 *
 * @example
 * const loadBalancer = new LoadBalancer(stack, "load-balancer", {
 *   network,
 *   endpoint: { kind: "domain", domainName: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" },
 * });
 *
 * @throws ConstructError when a prop breaks a rule of Elastic Load Balancing.
 */
export class LoadBalancer extends Construct implements ILoadBalancer, IMeasuredLoadBalancer {
  readonly securityGroup: SecurityGroup;
  readonly loadBalancerArn: string;
  readonly targetGroupArn: string;
  readonly targetPort: number;
  readonly healthCheckPath: string;
  readonly deregistrationDelaySeconds: number;
  readonly loadBalancerDimension: string;
  readonly targetGroupDimension: string;
  /** The name that AWS gives. */
  readonly dnsName: string;
  /** For an alias record. */
  readonly hostedZoneId: string;
  /** Where to find it: `https://api.example.com`, or as near to that as is known. */
  readonly url: string;
  readonly ready: readonly ITerraformDependable[];

  private readonly loadBalancerName: string;
  private readonly listener: LbListener;
  private readonly network: LoadBalancerProps["network"];
  private readonly endpoint: Endpoint;
  private rules = 0;

  constructor(scope: Construct, id: string, given: LoadBalancerProps) {
    super(scope, id);
    const props: Decided = { ...DEFAULTS, ...given };
    const { endpoint } = props;
    const name = nameOf(this, props.name);
    this.check(name, props);
    this.loadBalancerName = name;
    this.network = props.network;
    this.endpoint = endpoint;
    this.targetPort = props.targetPort;
    this.healthCheckPath = props.healthCheckPath;
    this.deregistrationDelaySeconds = props.deregistrationDelaySeconds;

    this.securityGroup = new SecurityGroup(this, "security-group", { network: props.network, name: `${name}-load-balancer`, description: `The load balancer of ${name}` });
    for (const cidr of props.allowedCidrs) {
      if (endpoint.kind !== "http-only") this.securityGroup.allowFromCidr(cidr, 443, "HTTPS from the clients");
      this.securityGroup.allowFromCidr(cidr, 80, endpoint.kind === "http-only" ? "HTTP from the clients" : "HTTP from the clients, to be redirected");
    }
    for (const { id: listId, name: listName } of props.allowedPrefixLists) this.securityGroup.allowFromPrefixList(listId, 443, `HTTPS from ${listName}`, listName);

    const { accountId } = AwsAccount.of(this);
    const logs = new PrivateBucket(this, "access-logs", {
      namePrefix: `${name.toLowerCase().slice(0, 20).replace(/-$/, "")}-access-logs-`,
      // The only encryption that Elastic Load Balancing can write with.
      encryption: "s3-managed",
      expireDays: props.accessLogDays,
      // Without conditions: the service sends neither source account nor ARN in every region. The path holds it to this account.
      statements: (bucketArn) => [
        {
          sid: "AccessLogs",
          principals: [{ type: "Service", identifiers: ["logdelivery.elasticloadbalancing.amazonaws.com"] }],
          actions: ["s3:PutObject"],
          resources: [`${bucketArn}/AWSLogs/${accountId}/*`],
        },
      ],
    });
    const loadBalancer = new Lb(this, "load-balancer", {
      name,
      loadBalancerType: "application",
      internal: false,
      subnets: [...props.network.publicSubnetIds],
      securityGroups: [this.securityGroup.securityGroupId],
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableDeletionProtection: props.deletionProtection,
      idleTimeout: props.idleTimeoutSeconds,
      accessLogs: { bucket: logs.bucketName, enabled: true },
      tags: { Name: name },
      dependsOn: [...logs.ready],
    });
    this.loadBalancerArn = loadBalancer.arn;
    this.loadBalancerDimension = loadBalancer.arnSuffix;
    this.dnsName = loadBalancer.dnsName;
    this.hostedZoneId = loadBalancer.zoneId;

    const targets = this.targetGroup("targets", { prefix: "app-", port: props.targetPort, path: props.healthCheckPath, intervalSeconds: props.healthCheckIntervalSeconds });
    this.targetGroupArn = targets.arn;
    this.targetGroupDimension = targets.arnSuffix;

    const toTargets = [{ type: "forward", targetGroupArn: targets.arn }];
    if (endpoint.kind === "http-only") {
      this.listener = new LbListener(this, "http", { loadBalancerArn: loadBalancer.arn, port: 80, protocol: "HTTP", defaultAction: toTargets });
      this.url = `http://${loadBalancer.dnsName}`;
    } else {
      const certificateArn = endpoint.kind === "certificate" ? endpoint.certificateArn : new Certificate(this, "certificate", endpoint).certificateArn;
      this.listener = new LbListener(this, "https", {
        loadBalancerArn: loadBalancer.arn,
        port: 443,
        protocol: "HTTPS",
        sslPolicy: props.tlsPolicy,
        certificateArn,
        defaultAction: toTargets,
      });
      new LbListener(this, "http", {
        loadBalancerArn: loadBalancer.arn,
        port: 80,
        protocol: "HTTP",
        defaultAction: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
      });
      this.url = `https://${endpoint.kind === "domain" ? endpoint.domainName : loadBalancer.dnsName}`;
    }
    if (endpoint.kind === "domain" && endpoint.record !== false) this.alias("domain", endpoint.domainName, endpoint.hostedZoneId, endpoint.recordAddress);
    for (const path of props.privatePaths) {
      new LbListenerRule(this, `private${path.replace(/[^A-Za-z0-9]+/g, "-")}`, {
        listenerArn: this.listener.arn,
        priority: ++this.rules,
        condition: [{ pathPattern: { values: [path, `${path.replace(/\/$/, "")}/*`] } }],
        action: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", messageBody: "Not Found", statusCode: "404" } }],
      });
    }
    if (props.webAclArn !== undefined) new Wafv2WebAclAssociation(this, "web-acl", { resourceArn: loadBalancer.arn, webAclArn: props.webAclArn });
    this.ready = [this.listener];
  }

  /**
   * Leads a further host name to one machine, by HTTPS only. With a domain, its DNS record is made.
   *
   * @throws ConstructError when there is no TLS, or the name or the ranges break a rule.
   */
  route(id: string, props: RouteProps): void {
    if (this.endpoint.kind === "http-only") {
      throw new ConstructError(this, `${props.hostName} would be reached in clear, and with it whoever logs in there.`, "Give the load balancer a certificate or a domain.");
    }
    if (!Token.isUnresolved(props.hostName) && !/^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(props.hostName)) {
      throw new ConstructError(this, `hostName is "${props.hostName}", which is not a domain name in lower-case letters.`, 'Write, for example, "grafana.example.com".');
    }
    const cidrs = props.allowedCidrs ?? [];
    if (cidrs.length > 4) {
      throw new ConstructError(this, `allowedCidrs has ${cidrs.length} ranges; a rule takes five values, one of which is the host name.`, "Join ranges.");
    }
    const targets = this.targetGroup(`${id}-targets`, { prefix: `${id.replace(/[^A-Za-z0-9]/g, "").slice(0, 5)}-`, port: props.port, path: props.healthCheckPath, intervalSeconds: 30 });
    new LbTargetGroupAttachment(this, `${id}-attachment`, { targetGroupArn: targets.arn, targetId: props.instanceId, port: props.port });
    new LbListenerRule(this, `${id}-rule`, {
      listenerArn: this.listener.arn,
      priority: 100 + ++this.rules,
      condition: [{ hostHeader: { values: [props.hostName] } }, ...(cidrs.length > 0 ? [{ sourceIp: { values: [...cidrs] } }] : [])],
      action: [{ type: "forward", targetGroupArn: targets.arn }],
    });
    props.target.securityGroup.allowFrom(this, props.port, `${id} by way of the load balancer`);
    if (this.endpoint.kind === "domain") this.alias(`${id}-domain`, props.hostName, this.endpoint.hostedZoneId);
  }

  /** As `Domain` does it for a single server: the same record in Terraform, so that moving here is an update. */
  private alias(id: string, domainName: string, zoneId: string, address = id): void {
    new Domain(this, id, { domainName, zoneId, address, target: { loadBalancer: { dnsName: this.dnsName, zoneId: this.hostedZoneId } } });
  }

  private targetGroup(id: string, { prefix, port, path, intervalSeconds }: { prefix: string; port: number; path: string; intervalSeconds: number }): LbTargetGroup {
    return new LbTargetGroup(this, id, {
      // Port and protocol cannot change, and a group in use cannot be deleted: the next one comes first, under a name of its own.
      namePrefix: prefix,
      vpcId: this.network.vpcId,
      targetType: "instance",
      port,
      protocol: "HTTP",
      deregistrationDelay: String(this.deregistrationDelaySeconds),
      loadBalancingAlgorithmType: "least_outstanding_requests",
      healthCheck: { path, protocol: "HTTP", matcher: "200", interval: intervalSeconds, timeout: 5, healthyThreshold: 2, unhealthyThreshold: 3 },
      tags: { Name: this.loadBalancerName },
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private check(name: string, props: Decided): void {
    const fail = (problem: string, remedy: string): never => {
      throw new ConstructError(this, problem, remedy);
    };
    const whole = (prop: string, given: number, least: number, most: number) => {
      if (!Number.isInteger(given) || given < least || given > most) fail(`${prop} is ${given}; it is a whole number from ${least} to ${most}.`, "Give a number in that range, or leave it out.");
    };
    if (!Token.isUnresolved(name) && (name.length > 32 || name.startsWith("internal-"))) {
      fail(`name is "${name}"; a load balancer's has at most 32 characters and does not begin with "internal-".`, "Give a shorter name.");
    }
    if (props.network.publicSubnetIds.length < 2) {
      fail(`the network has ${props.network.publicSubnetIds.length} public subnets; a load balancer stands in two zones at least.`, "Give a network over two zones or more.");
    }
    if (!["certificate", "domain", "http-only"].includes(props.endpoint.kind)) {
      fail(`endpoint.kind is "${props.endpoint.kind}"; it is "certificate", "domain" or "http-only".`, "Choose one.");
    }
    whole("targetPort", props.targetPort, 1, 65535);
    whole("healthCheckIntervalSeconds", props.healthCheckIntervalSeconds, 6, 300);
    whole("deregistrationDelaySeconds", props.deregistrationDelaySeconds, 0, 3600);
    whole("idleTimeoutSeconds", props.idleTimeoutSeconds, 1, 4000);
    whole("accessLogDays", props.accessLogDays, 1, 36500);
    for (const path of [props.healthCheckPath, ...props.privatePaths]) {
      if (!PATH.test(path)) fail(`"${path}" is not a path of letters, digits and ._~/- that begins with a slash, of at most 128 characters.`, 'Write, for example, "/health".');
    }
  }
}
