import { Faults, shown } from "./faults";

/** Sizes of a horizontal pod autoscaler. */
export interface AutoscalingProps {
  /** Least number of pods. @default 2 */
  readonly minReplicas?: number;
  /** Greatest number of pods. @default 10 */
  readonly maxReplicas?: number;
  /** Average CPU use of all pods, in percent of the request, to be held. @default 70 - none when only memory is given */
  readonly cpuTargetPercent?: number;
  /** Average memory use of all pods, in percent of the request, to be held. @default - memory is not looked at */
  readonly memoryTargetPercent?: number;
}

/** An HTTP application on Kubernetes: one image, several equal pods, no state. */
export interface KubernetesApplicationProps {
  /** Image to start with, with its tag; may be a Terraform reference. */
  readonly image: string;
  /** Name of the Deployment, the container, the Service and the rest. @default "api" */
  readonly name?: string;
  /** Value of the label `app`, by which the pods are selected; it cannot change without replacing the Deployment. @default "specweave-api" */
  readonly app?: string;
  /** Value of the label `app.kubernetes.io/part-of`. @default "specweave" */
  readonly partOf?: string;
  /** Namespace, made with it. @default "specweave" */
  readonly namespace?: string;
  /** Id of the increment that demands it, for the label `phaseline.dev/increment`. @default - no such label */
  readonly increment?: string;
  /** Annotations of every object (not of the pods: those would restart). @default - none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Labels of the pods besides those that the model has, such as an agent asks for; a change restarts the pods. @default - none */
  readonly podLabels?: Readonly<Record<string, string>>;
  /** Pods at the start; once there is an autoscaler, it decides, and its limits hold for the start too. @default 3 */
  readonly replicas?: number;
  /** Port that the container listens on. @default 3000 */
  readonly port?: number;
  /** Port of the Service. @default 80 */
  readonly servicePort?: number;
  /** CPU that a pod is promised. @default "100m" */
  readonly cpuRequest?: string;
  /** CPU that a pod may use. @default "500m" */
  readonly cpuLimit?: string;
  /** Memory that a pod is promised. @default "256Mi" */
  readonly memoryRequest?: string;
  /** Memory that a pod may use. @default "512Mi" */
  readonly memoryLimit?: string;
  /** Path that answers 200 while the process is alive. @default "/health" */
  readonly healthPath?: string;
  /** Path that answers 200 while it can serve. @default - as `healthPath` */
  readonly readinessPath?: string;
  /** Time after the container's start before liveness is first asked. @default 30 */
  readonly livenessDelaySeconds?: number;
  /** Time between two questions. @default 10 */
  readonly livenessPeriodSeconds?: number;
  /** Time an application may take to start before it is taken for dead, after `livenessDelaySeconds`. @default 150 */
  readonly startupSeconds?: number;
  /** Time a pod has to end its requests. @default 30 */
  readonly terminationGraceSeconds?: number;
  /** User and group id of the process; an image that must be another user says so here. @default 10001 */
  readonly userId?: number;
  /** Size of the writable `/tmp`, the only place the container can write to. @default "64Mi" */
  readonly temporaryStorage?: string;
  /** Environment variables; no secrets. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Names of Secrets of the namespace whose keys become environment variables. @default - none */
  readonly environmentSecrets?: readonly string[];
  /** `false`: the number of pods is `replicas`. @default - 2 to 10 pods at 70 % CPU */
  readonly autoscaling?: AutoscalingProps | false;
  /** Whether load balancers send requests to the pods themselves: a roll-out then waits until the load balancer has found each new pod healthy. @default false */
  readonly behindLoadBalancer?: boolean;
  /** How many pods a drained node may take away at once. @default 1 */
  readonly maxUnavailable?: number;
}

/** The seed's values: what is used for whatever is not given. */
export const DEFAULTS = {
  name: "api",
  app: "specweave-api",
  partOf: "specweave",
  namespace: "specweave",
  replicas: 3,
  port: 3000,
  servicePort: 80,
  cpuRequest: "100m",
  cpuLimit: "500m",
  memoryRequest: "256Mi",
  memoryLimit: "512Mi",
  healthPath: "/health",
  livenessDelaySeconds: 30,
  livenessPeriodSeconds: 10,
  startupSeconds: 150,
  terminationGraceSeconds: 30,
  userId: 10001,
  temporaryStorage: "64Mi",
  behindLoadBalancer: false,
  maxUnavailable: 1,
} as const;

/** As {@link DEFAULTS}, of the autoscaler. */
export const AUTOSCALING_DEFAULTS = { minReplicas: 2, maxReplicas: 10, cpuTargetPercent: 70 } as const;

type Labels = Readonly<Record<string, string>>;

/** Name, labels and annotations of an object. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Labels;
  readonly annotations?: Labels;
}

/** Metadata of an object in a namespace. */
export interface NamespacedMeta extends ObjectMeta {
  readonly namespace: string;
}

export interface Namespace {
  readonly apiVersion: "v1";
  readonly kind: "Namespace";
  readonly metadata: ObjectMeta;
}

export interface ServiceAccount {
  readonly apiVersion: "v1";
  readonly kind: "ServiceAccount";
  readonly metadata: NamespacedMeta;
  readonly automountServiceAccountToken: boolean;
}

export interface HttpProbe {
  readonly httpGet: { readonly path: string; readonly port: number; readonly scheme: "HTTP" };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly failureThreshold: number;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: "IfNotPresent";
  readonly ports: readonly { readonly name: string; readonly containerPort: number; readonly protocol: "TCP" }[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
  readonly envFrom?: readonly { readonly secretRef: { readonly name: string } }[];
  readonly resources: { readonly requests: Labels; readonly limits: Labels };
  readonly startupProbe: HttpProbe;
  readonly livenessProbe: HttpProbe;
  readonly readinessProbe: HttpProbe;
  readonly securityContext: {
    readonly allowPrivilegeEscalation: boolean;
    readonly privileged: boolean;
    readonly readOnlyRootFilesystem: boolean;
    readonly runAsNonRoot: boolean;
    readonly capabilities: { readonly drop: readonly string[] };
  };
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}

export interface TopologySpreadConstraint {
  readonly maxSkew: number;
  readonly topologyKey: string;
  readonly whenUnsatisfiable: "ScheduleAnyway" | "DoNotSchedule";
  readonly labelSelector: { readonly matchLabels: Labels };
  readonly matchLabelKeys: readonly string[];
}

export interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly enableServiceLinks: boolean;
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: {
    readonly runAsNonRoot: boolean;
    readonly runAsUser: number;
    readonly runAsGroup: number;
    readonly seccompProfile: { readonly type: "RuntimeDefault" };
  };
  readonly topologySpreadConstraints: readonly TopologySpreadConstraint[];
  readonly containers: readonly [Container];
  readonly volumes: readonly { readonly name: string; readonly emptyDir: { readonly sizeLimit: string } }[];
}

export interface Deployment {
  readonly apiVersion: "apps/v1";
  readonly kind: "Deployment";
  readonly metadata: NamespacedMeta;
  readonly spec: {
    readonly replicas: number;
    readonly selector: { readonly matchLabels: Labels };
    readonly strategy: { readonly type: "RollingUpdate"; readonly rollingUpdate: { readonly maxSurge: number; readonly maxUnavailable: number } };
    readonly template: { readonly metadata: { readonly labels: Labels }; readonly spec: PodSpec };
  };
}

export interface Service {
  readonly apiVersion: "v1";
  readonly kind: "Service";
  readonly metadata: NamespacedMeta;
  readonly spec: {
    readonly type: "ClusterIP";
    readonly selector: Labels;
    readonly ports: readonly { readonly name: string; readonly port: number; readonly targetPort: string; readonly protocol: "TCP" }[];
  };
}

export interface ResourceMetric {
  readonly type: "Resource";
  readonly resource: { readonly name: "cpu" | "memory"; readonly target: { readonly type: "Utilization"; readonly averageUtilization: number } };
}

export interface ScalingRules {
  readonly stabilizationWindowSeconds: number;
  readonly selectPolicy: "Max" | "Min";
  readonly policies: readonly { readonly type: "Pods" | "Percent"; readonly value: number; readonly periodSeconds: number }[];
}

export interface HorizontalPodAutoscaler {
  readonly apiVersion: "autoscaling/v2";
  readonly kind: "HorizontalPodAutoscaler";
  readonly metadata: NamespacedMeta;
  readonly spec: {
    readonly scaleTargetRef: { readonly apiVersion: "apps/v1"; readonly kind: "Deployment"; readonly name: string };
    readonly minReplicas: number;
    readonly maxReplicas: number;
    readonly metrics: readonly ResourceMetric[];
    readonly behavior: { readonly scaleUp: ScalingRules; readonly scaleDown: ScalingRules };
  };
}

export interface PodDisruptionBudget {
  readonly apiVersion: "policy/v1";
  readonly kind: "PodDisruptionBudget";
  readonly metadata: NamespacedMeta;
  readonly spec: { readonly maxUnavailable: number; readonly selector: { readonly matchLabels: Labels } };
}

export type KubernetesObject = Namespace | ServiceAccount | Deployment | Service | HorizontalPodAutoscaler | PodDisruptionBudget;

/** The objects of an application; `autoscaler` is absent where the number of pods is fixed. */
export interface KubernetesApplicationModel {
  readonly namespace: Namespace;
  readonly serviceAccount: ServiceAccount;
  readonly deployment: Deployment;
  readonly service: Service;
  readonly autoscaler?: HorizontalPodAutoscaler;
  readonly disruptionBudget: PodDisruptionBudget;
}

/**
 * The Kubernetes objects of an application, as plain data. It is what becomes YAML and Terraform: both say the same.
 *
 * Pods satisfy the Pod Security Standard `restricted`, which the namespace enforces. A new version rolls out without
 * taking a running pod away first (`maxUnavailable: 0`).
 *
 * @throws Error that names every value that cannot be used
 * @example
 * kubernetesApplication({ image: "registry.example/specweave-api:1.0.0" })
 *
 * Sources: https://kubernetes.io/docs/concepts/security/pod-security-standards/,
 * https://kubernetes.io/docs/concepts/workloads/pods/probes/,
 * https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/
 */
export function kubernetesApplication(props: KubernetesApplicationProps): KubernetesApplicationModel {
  const value = { ...DEFAULTS, ...defined(props) };
  const autoscaling = props.autoscaling === false ? undefined : autoscalingOf(props.autoscaling ?? {});
  check(value, autoscaling);

  const { name, namespace } = value;
  const selector = { app: value.app };
  const podLabels = {
    ...selector,
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/instance": value.app,
    "app.kubernetes.io/part-of": value.partOf,
  };
  const labels = {
    ...podLabels,
    "app.kubernetes.io/managed-by": "phaseline",
    ...(value.increment === undefined ? {} : { "phaseline.dev/increment": labelValue(value.increment) }),
  };
  const annotations = value.annotations && Object.keys(value.annotations).length > 0 ? { annotations: value.annotations } : {};
  const metadata: NamespacedMeta = { name, namespace, labels, ...annotations };
  const { app: _app, ...namespaceLabels } = labels;

  return {
    namespace: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: namespace, labels: { ...namespaceLabels, "app.kubernetes.io/name": namespace, ...(value.behindLoadBalancer ? READINESS_GATES : {}), ...RESTRICTED }, ...annotations },
    },
    serviceAccount: { apiVersion: "v1", kind: "ServiceAccount", metadata, automountServiceAccountToken: false },
    deployment: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: autoscaling ? clamp(value.replicas, autoscaling.minReplicas, autoscaling.maxReplicas) : value.replicas,
        selector: { matchLabels: selector },
        strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: {
          metadata: { labels: { ...value.podLabels, ...podLabels } },
          spec: {
            serviceAccountName: name,
            automountServiceAccountToken: false,
            enableServiceLinks: false,
            terminationGracePeriodSeconds: value.terminationGraceSeconds,
            securityContext: {
              runAsNonRoot: true,
              runAsUser: value.userId,
              runAsGroup: value.userId,
              seccompProfile: { type: "RuntimeDefault" },
            },
            topologySpreadConstraints: ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
              maxSkew: 1,
              topologyKey,
              whenUnsatisfiable: "ScheduleAnyway",
              labelSelector: { matchLabels: selector },
              matchLabelKeys: ["pod-template-hash"],
            })),
            containers: [container(value)],
            volumes: [{ name: "tmp", emptyDir: { sizeLimit: quantity(value.temporaryStorage) } }],
          },
        },
      },
    },
    service: {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: {
        type: "ClusterIP",
        selector,
        ports: [{ name: "http", port: value.servicePort, targetPort: "http", protocol: "TCP" }],
      },
    },
    ...(autoscaling ? { autoscaler: autoscaler(metadata, autoscaling) } : {}),
    disruptionBudget: {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata,
      spec: { maxUnavailable: value.maxUnavailable, selector: { matchLabels: selector } },
    },
  };
}

/** The objects in the order in which they can be applied. */
export function kubernetesObjects(model: KubernetesApplicationModel): readonly KubernetesObject[] {
  const { namespace, serviceAccount, deployment, service, autoscaler: hpa, disruptionBudget } = model;
  return [namespace, serviceAccount, deployment, service, ...(hpa ? [hpa] : []), disruptionBudget];
}

/**
 * The AWS Load Balancer Controller gives pods of such a namespace a readiness gate. Without it, a roll-out takes the last old pod away once the new ones
 * answer the kubelet, which may be before the load balancer sends anything to them.
 *
 * Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/v3.5/deploy/pod_readiness_gate/
 */
const READINESS_GATES: Labels = { "elbv2.k8s.aws/pod-readiness-gate-inject": "enabled" };

/** Sources: the Pod Security admission labels, https://kubernetes.io/docs/concepts/security/pod-security-admission/ */
const RESTRICTED: Labels = {
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/audit": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
};

type Values = Omit<KubernetesApplicationProps, keyof typeof DEFAULTS> & { readonly [K in keyof typeof DEFAULTS]: NonNullable<KubernetesApplicationProps[K]> };
type Autoscaling = { readonly minReplicas: number; readonly maxReplicas: number; readonly cpuTargetPercent?: number; readonly memoryTargetPercent?: number };

function container(value: Values): Container {
  const ask = (path: string) => ({ httpGet: { path, port: value.port, scheme: "HTTP" as const } });
  const environment = Object.entries(value.environment ?? {}).map(([name, text]) => ({ name, value: text }));
  const secrets = (value.environmentSecrets ?? []).map((name) => ({ secretRef: { name } }));
  return {
    name: value.name,
    image: value.image,
    imagePullPolicy: "IfNotPresent",
    ports: [{ name: "http", containerPort: value.port, protocol: "TCP" }],
    ...(environment.length > 0 ? { env: environment } : {}),
    ...(secrets.length > 0 ? { envFrom: secrets } : {}),
    resources: {
      requests: { cpu: quantity(value.cpuRequest), memory: quantity(value.memoryRequest) },
      limits: { cpu: quantity(value.cpuLimit), memory: quantity(value.memoryLimit) },
    },
    // Until the first answer, neither of the other two probes is asked: a slow start is no death.
    startupProbe: { ...ask(value.healthPath), periodSeconds: 5, timeoutSeconds: 3, failureThreshold: Math.ceil(value.startupSeconds / 5) },
    livenessProbe: {
      ...ask(value.healthPath),
      initialDelaySeconds: value.livenessDelaySeconds,
      periodSeconds: value.livenessPeriodSeconds,
      timeoutSeconds: 5,
      failureThreshold: 3,
    },
    readinessProbe: { ...ask(value.readinessPath ?? value.healthPath), periodSeconds: 5, timeoutSeconds: 3, failureThreshold: 3 },
    securityContext: {
      allowPrivilegeEscalation: false,
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      capabilities: { drop: ["ALL"] },
    },
    volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
  };
}

function autoscalingOf(props: AutoscalingProps): Autoscaling {
  const given = defined(props);
  const { cpuTargetPercent, ...limits } = AUTOSCALING_DEFAULTS;
  return { ...limits, ...(given.memoryTargetPercent === undefined ? { cpuTargetPercent } : {}), ...given };
}

function autoscaler(metadata: NamespacedMeta, autoscaling: Autoscaling): HorizontalPodAutoscaler {
  const metric = (name: "cpu" | "memory", percent: number | undefined): ResourceMetric[] =>
    percent === undefined ? [] : [{ type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization: percent } } }];
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata,
    spec: {
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: metadata.name },
      minReplicas: autoscaling.minReplicas,
      maxReplicas: autoscaling.maxReplicas,
      metrics: [...metric("cpu", autoscaling.cpuTargetPercent), ...metric("memory", autoscaling.memoryTargetPercent)],
      // Quick up, slow down: a burst is met within a minute, a lull of less than five takes nothing away.
      behavior: {
        scaleUp: {
          stabilizationWindowSeconds: 0,
          selectPolicy: "Max",
          policies: [
            { type: "Percent", value: 100, periodSeconds: 60 },
            { type: "Pods", value: 4, periodSeconds: 60 },
          ],
        },
        scaleDown: { stabilizationWindowSeconds: 300, selectPolicy: "Max", policies: [{ type: "Percent", value: 50, periodSeconds: 60 }] },
      },
    },
  };
}

/** Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names */
const DNS_LABEL = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$/;
const ANNOTATION_KEY = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;
const HTTP_PATH = /^\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/?]*$/;

function check(value: Values, autoscaling: Autoscaling | undefined): void {
  const faults = new Faults("kubernetesApplication");
  const whole = (name: string, given: number, least: number, most: number) =>
    faults.unless(
      Number.isInteger(given) && given >= least && given <= most,
      `${name} is ${shown(given)}: it must be a whole number from ${least} to ${most}. Choose one.`,
    );
  const matches = (name: string, given: string, pattern: RegExp, rule: string) =>
    faults.unless(typeof given === "string" && pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Rename it.`);
  const label = "1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last";

  faults.unless(typeof value.image === "string" && value.image.length > 0 && !/\s/.test(value.image),
    `image is ${shown(value.image)}: it must name an image, without white space. Give one such as registry.example/api:1.0.0.`);
  for (const key of ["name", "namespace"] as const) matches(key, value[key], DNS_LABEL, label);
  for (const key of ["app", "partOf"] as const) {
    matches(key, value[key], LABEL_VALUE, "a label value: at most 63 letters, digits, hyphens, dots and underscores, with a letter or digit first and last");
  }
  for (const key of ["healthPath", ...(value.readinessPath === undefined ? [] : (["readinessPath"] as const))] as const) {
    const given = value[key] as string;
    faults.unless(HTTP_PATH.test(given), `${key} is ${shown(given)}: it must be an HTTP path that begins with a slash. Write it as in /health.`);
  }
  for (const key of Object.keys(value.annotations ?? {})) {
    faults.unless(ANNOTATION_KEY.test(key), `annotations has the key ${shown(key)}: it must be a name of at most 63 characters, after an optional domain and a slash. Rename it.`);
  }
  for (const [key, label] of Object.entries(value.podLabels ?? {})) {
    faults.unless(ANNOTATION_KEY.test(key), `podLabels has the key ${shown(key)}: it must be a name of at most 63 characters, after an optional domain and a slash. Rename it.`);
    matches(`podLabels[${shown(key)}]`, label, LABEL_VALUE, "a label value: at most 63 letters, digits, hyphens, dots and underscores, with a letter or digit first and last");
  }
  for (const key of Object.keys(value.environment ?? {})) {
    faults.unless(/^[A-Za-z_][A-Za-z0-9_]*$/.test(key), `environment has the variable ${shown(key)}: its name must be letters, digits and underscores, with no digit first. Rename it.`);
  }
  for (const secret of value.environmentSecrets ?? []) matches("environmentSecrets", secret, /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, "the name of a Secret");
  whole("replicas", value.replicas, 1, 1000);
  whole("port", value.port, 1, 65535);
  whole("servicePort", value.servicePort, 1, 65535);
  whole("livenessDelaySeconds", value.livenessDelaySeconds, 0, 3600);
  whole("livenessPeriodSeconds", value.livenessPeriodSeconds, 1, 3600);
  whole("startupSeconds", value.startupSeconds, 5, 3600);
  whole("terminationGraceSeconds", value.terminationGraceSeconds, 1, 3600);
  whole("userId", value.userId, 1, 2 ** 31 - 1);
  whole("maxUnavailable", value.maxUnavailable, 1, 1000);

  const amounts: Record<string, number | undefined> = {};
  const cpu = "a CPU quantity such as 100m or 0.5";
  const memory = "a memory quantity such as 256Mi or 1Gi";
  for (const [key, pattern, rule] of [
    ["cpuRequest", CPU, cpu], ["cpuLimit", CPU, cpu], ["memoryRequest", MEMORY, memory], ["memoryLimit", MEMORY, memory], ["temporaryStorage", MEMORY, memory],
  ] as const) {
    const given = value[key];
    const amount = typeof given === "string" && pattern.test(given) ? amountOf(given) : 0;
    amounts[key] = amount > 0 ? amount : undefined;
    faults.unless(amount > 0, `${key} is ${shown(given)}: it must be ${rule}, and more than nothing. Correct it.`);
  }
  for (const kind of ["cpu", "memory"] as const) {
    const [request, limit] = [amounts[`${kind}Request`], amounts[`${kind}Limit`]];
    faults.unless(request === undefined || limit === undefined || request <= limit,
      `${kind}Request is ${value[`${kind}Request`]} and ${kind}Limit is ${value[`${kind}Limit`]}: a pod cannot be promised more than it may use. Raise the limit or lower the request.`);
  }
  if (autoscaling) {
    const { minReplicas, maxReplicas, cpuTargetPercent, memoryTargetPercent } = autoscaling;
    whole("autoscaling.minReplicas", minReplicas, 1, 1000);
    whole("autoscaling.maxReplicas", maxReplicas, 1, 1000);
    faults.unless(minReplicas <= maxReplicas,
      `autoscaling.minReplicas is ${minReplicas} and autoscaling.maxReplicas is ${maxReplicas}: the least must not be more than the most. Raise maxReplicas or lower minReplicas.`);
    if (cpuTargetPercent !== undefined) whole("autoscaling.cpuTargetPercent", cpuTargetPercent, 1, 1000);
    if (memoryTargetPercent !== undefined) whole("autoscaling.memoryTargetPercent", memoryTargetPercent, 1, 1000);
  }
  faults.throwIfAny();
}

/**
 * Any text as a label value: what a label cannot contain becomes a hyphen, and a text of more than 63 characters is cut
 * and ends in a checksum, so that two texts stay two.
 */
export function labelValue(text: string): string {
  const clean = trim(text.replace(/[^A-Za-z0-9_.-]+/g, "-"));
  return clean.length <= 63 ? clean : `${trim(clean.slice(0, 54))}-${checksum(text)}`;
}

function trim(text: string): string {
  return text.replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
}

/** FNV-1a, 32 bits, as eight hexadecimal digits. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, "0");
}

const CPU = /^\d+m$|^\d+(\.\d{1,3})?$/;
const MEMORY = /^\d+(Ki|Mi|Gi)$/;
const BYTES = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 } as const;

/** In millicores or bytes. */
function amountOf(given: string): number {
  const unit = given.slice(-2) as keyof typeof BYTES;
  if (unit in BYTES) return Number(given.slice(0, -2)) * BYTES[unit];
  return given.endsWith("m") ? Number(given.slice(0, -1)) : Math.round(Number(given) * 1000);
}

/** As the API server writes it (`1000m` as `1`, `1024Mi` as `1Gi`): written otherwise, a plan would never be empty. */
function quantity(given: string): string {
  const amount = amountOf(given);
  if (!/i$/.test(given)) return amount % 1000 === 0 ? String(amount / 1000) : `${amount}m`;
  const unit = (["Gi", "Mi", "Ki"] as const).find((each) => amount % BYTES[each] === 0) ?? "Ki";
  return `${amount / BYTES[unit]}${unit}`;
}

function clamp(given: number, least: number, most: number): number {
  return Math.min(Math.max(given, least), most);
}

/** Without the members that are `undefined`. */
function defined<T extends object>(props: T): T {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as T;
}
