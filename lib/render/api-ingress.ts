import { Faults, shown } from "./faults";
import type { NamespacedMeta } from "./kubernetes-application";

/**
 * How people reach the application, and by what the load balancer proves who it is:
 *
 * - `certificate`: by the certificate of this ARN, which may be a reference.
 * - `discover`: by the certificate for the host that AWS Certificate Manager has. None is an error that only an event of the Ingress tells.
 * - `insecure`: not at all; everything is sent in clear. For a trial.
 */
export type IngressTls = { readonly kind: "certificate"; readonly certificateArn: string } | { readonly kind: "discover" } | { readonly kind: "insecure" };

/** What ciphers and versions are spoken, by AWS' names. */
export type IngressTlsPolicy = "ELBSecurityPolicy-TLS13-1-2-2021-06" | "ELBSecurityPolicy-TLS13-1-2-Res-2021-06" | "ELBSecurityPolicy-TLS13-1-3-2021-06";

export interface ApiIngressProps {
  readonly namespace: string;
  readonly tls: IngressTls;
  /** Name that people call it by, as in `api.example.com`; required to discover a certificate. @default - any name */
  readonly host?: string;
  /** @default "api" */
  readonly name?: string;
  /** Service that requests go to. @default "api" */
  readonly serviceName?: string;
  /** Name of the Service's port. @default "http" */
  readonly servicePort?: string;
  /** @default "alb" */
  readonly ingressClass?: string;
  /** Name of the load balancer, 32 characters at most; another one replaces it. @default - made by the controller */
  readonly loadBalancerName?: string;
  /** `false`: only from within the VPC. @default true */
  readonly public?: boolean;
  /** Ranges that may reach the load balancer. @default ["0.0.0.0/0"] */
  readonly allowedCidrs?: readonly string[];
  /** Path that answers 200 while a pod can serve. @default "/health" */
  readonly healthPath?: string;
  /** Requests to these paths and what is below them are answered with 404, since they are for the cluster alone. @default ["/metrics"] */
  readonly privatePaths?: readonly string[];
  /** @default "ELBSecurityPolicy-TLS13-1-2-2021-06" */
  readonly tlsPolicy?: IngressTlsPolicy;
  /** Time without a byte after which a connection is closed. @default 60 */
  readonly idleTimeoutSeconds?: number;
  /** Time that a pod which goes is given to end its requests; the pods' own should be longer. @default 25 */
  readonly deregistrationDelaySeconds?: number;
  /** ARN of a regional web ACL; may be a reference. @default - none (20 USD a month and more) */
  readonly webAclArn?: string;
  /** Bucket for access logs, which must let load balancers of the region write; may be a reference. @default - no access logs */
  readonly accessLogsBucket?: string;
}

/** What is used for whatever is not given. */
export const DEFAULTS = {
  name: "api",
  serviceName: "api",
  servicePort: "http",
  ingressClass: "alb",
  public: true,
  allowedCidrs: ["0.0.0.0/0"],
  healthPath: "/health",
  privatePaths: ["/metrics"],
  tlsPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
  idleTimeoutSeconds: 60,
  deregistrationDelaySeconds: 25,
} as const;

export interface IngressPath {
  readonly path: string;
  readonly pathType: "Prefix";
  readonly backend: { readonly service: { readonly name: string; readonly port: { readonly name: string } } };
}

export interface Ingress {
  readonly apiVersion: "networking.k8s.io/v1";
  readonly kind: "Ingress";
  readonly metadata: NamespacedMeta & { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: {
    readonly ingressClassName: string;
    readonly rules: readonly { readonly host?: string; readonly http: { readonly paths: readonly IngressPath[] } }[];
  };
}

/** Name of the action by which a private path is answered; the controller reads it from the annotation of that name. */
const REFUSE = "not-here";

/**
 * The Ingress of an application for the AWS Load Balancer Controller, as plain data: TLS with a policy of today, HTTP sent to HTTPS, invalid headers
 * dropped, pods asked for their health, the metrics not for the world.
 *
 * No deletion protection on the load balancer: the controller could not delete it either, and the Ingress would hang in its finalizer.
 *
 * @throws Error that names every value that cannot be used
 *
 * Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/guide/ingress/annotations/
 */
export function apiIngress(props: ApiIngressProps): Ingress {
  const value = { ...DEFAULTS, ...props };
  check(value);
  const { tls, host, serviceName, servicePort, privatePaths, accessLogsBucket, webAclArn, loadBalancerName } = value;
  const attributes = {
    "routing.http.drop_invalid_header_fields.enabled": "true",
    "idle_timeout.timeout_seconds": String(value.idleTimeoutSeconds),
    ...(accessLogsBucket === undefined ? {} : { "access_logs.s3.enabled": "true", "access_logs.s3.bucket": accessLogsBucket }),
  };
  const annotations: Record<string, string> = {
    scheme: value.public ? "internet-facing" : "internal",
    "target-type": "ip",
    "inbound-cidrs": value.allowedCidrs.join(","),
    "healthcheck-path": value.healthPath,
    "healthcheck-interval-seconds": "10",
    "healthcheck-timeout-seconds": "5",
    "healthy-threshold-count": "2",
    "unhealthy-threshold-count": "3",
    "success-codes": "200",
    "load-balancer-attributes": pairs(attributes),
    "target-group-attributes": pairs({ "deregistration_delay.timeout_seconds": String(value.deregistrationDelaySeconds) }),
    ...(tls.kind === "insecure"
      ? { "listen-ports": '[{"HTTP":80}]' }
      : { "listen-ports": '[{"HTTP":80},{"HTTPS":443}]', "ssl-redirect": "443", "ssl-policy": value.tlsPolicy }),
    ...(tls.kind === "certificate" ? { "certificate-arn": tls.certificateArn } : {}),
    ...(loadBalancerName === undefined ? {} : { "load-balancer-name": loadBalancerName }),
    ...(webAclArn === undefined ? {} : { "wafv2-acl-arn": webAclArn }),
    ...(privatePaths.length === 0
      ? {}
      : { [`actions.${REFUSE}`]: '{"type":"fixed-response","fixedResponseConfig":{"contentType":"text/plain","statusCode":"404","messageBody":"Not found"}}' }),
  };
  const to = (path: string, name: string, port: string): IngressPath => ({ path, pathType: "Prefix", backend: { service: { name, port: { name: port } } } });
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: value.name,
      namespace: value.namespace,
      labels: { "app.kubernetes.io/name": value.name, "app.kubernetes.io/managed-by": "phaseline" },
      annotations: Object.fromEntries(Object.entries(annotations).map(([key, text]) => [`alb.ingress.kubernetes.io/${key}`, text])),
    },
    spec: {
      ingressClassName: value.ingressClass,
      rules: [
        {
          ...(host === undefined ? {} : { host }),
          http: { paths: [...privatePaths.map((path) => to(path, REFUSE, "use-annotation")), to("/", serviceName, servicePort)] },
        },
      ],
    },
  };
}

function pairs(attributes: Readonly<Record<string, string>>): string {
  return Object.entries(attributes)
    .map(([key, text]) => `${key}=${text}`)
    .join(",");
}

const LABEL = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const CIDR = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!\/)|(?=\/))){4}\/(?:3[0-2]|[12]?\d)$/;
const PATH = /^\/[A-Za-z0-9\-._~/]*$/;

type Decided = ApiIngressProps & Required<Pick<ApiIngressProps, keyof typeof DEFAULTS>>;

function check(value: Decided): void {
  const faults = new Faults("apiIngress");
  const whole = (name: "idleTimeoutSeconds" | "deregistrationDelaySeconds", least: number, most: number) =>
    faults.unless(Number.isInteger(value[name]) && value[name] >= least && value[name] <= most,
      `${name} is ${shown(value[name])}: it must be a whole number from ${least} to ${most}. Choose one.`);
  for (const key of ["namespace", "name", "serviceName"] as const) {
    faults.unless(LABEL.test(value[key]), `${key} is ${shown(value[key])}: it must be 1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.`);
  }
  faults.unless(value.host === undefined || /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/.test(value.host),
    `host is ${shown(value.host)}: it must be a domain name in lower-case letters. Write it as in api.example.com.`);
  faults.unless(value.tls.kind !== "discover" || value.host !== undefined, "tls is discovered and host is missing: the certificate is found by the host. Name it, or give the certificate.");
  faults.unless(value.allowedCidrs.length > 0, "allowedCidrs is []: nobody could reach it, and the controller takes an empty list for everybody. Name ranges.");
  value.allowedCidrs.forEach((cidr, index) => faults.unless(CIDR.test(cidr), `allowedCidrs[${index}] is ${shown(cidr)}: it must be an IPv4 range. Write it as in 203.0.113.0/24.`));
  faults.unless(PATH.test(value.healthPath), `healthPath is ${shown(value.healthPath)}: it must be an HTTP path that begins with a slash. Write it as in /health.`);
  value.privatePaths.forEach((path, index) => {
    faults.unless(PATH.test(path) && path !== "/", `privatePaths[${index}] is ${shown(path)}: it must be an HTTP path that begins with a slash and is not the root. Write it as in /metrics.`);
  });
  faults.unless(value.loadBalancerName === undefined || (/^[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(value.loadBalancerName) && !value.loadBalancerName.startsWith("internal-")),
    `loadBalancerName is ${shown(value.loadBalancerName)}: it must be 1 to 32 letters, digits and hyphens, and not begin with "internal-". Rename it.`);
  whole("idleTimeoutSeconds", 1, 4000);
  whole("deregistrationDelaySeconds", 0, 3600);
  faults.throwIfAny();
}
