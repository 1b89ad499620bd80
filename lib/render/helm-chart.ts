import { Faults, shown } from "./faults";
import { kubernetesApplication, type Container, type HttpProbe, type KubernetesApplicationModel, type KubernetesApplicationProps } from "./kubernetes-application";
import { DEFAULTS as JOB_DEFAULTS, kubernetesCronJob, type CronJob, type CronJobProps } from "./kubernetes-cron-job";
import type { RenderedFile } from "./kubernetes-yaml";
import { headerComment, oneLine, yamlDocument, type GeneratedHeader } from "./yaml";

/** How the application is reached from outside the cluster. */
export interface IngressProps {
  /** Name that people call it by, as in `api.example.com`. */
  readonly host: string;
  /** @default "alb" */
  readonly className?: string;
  /** @default "/" */
  readonly path?: string;
  /** @default - for `alb`: a public load balancer that speaks TLS only and asks the readiness path; else none */
  readonly annotations?: Readonly<Record<string, string>>;
  /** Secret with the certificate. @default - none: for `alb`, the certificate of the host is found in AWS Certificate Manager */
  readonly tlsSecret?: string;
}

/** Where the Prometheus operator finds metrics. */
export interface ServiceMonitorProps {
  /** Path that answers in the Prometheus text format. @default "/metrics" */
  readonly path?: string;
  /** Time between two scrapes. @default 30 */
  readonly intervalSeconds?: number;
}

/** {@link KubernetesApplicationProps}, and what only a chart can leave to those who install it. */
export interface HelmChartProps extends KubernetesApplicationProps {
  /** Version of the chart itself, by semantic versioning. @default "0.1.0" */
  readonly chartVersion?: string;
  /** @default - not reached from outside the cluster */
  readonly ingress?: IngressProps;
  /** Left out by the chart where the cluster does not know ServiceMonitors. @default - none */
  readonly serviceMonitor?: ServiceMonitorProps;
  /** Commands of the application that run by the clock. @default - none */
  readonly jobs?: readonly CronJobProps[];
  /** Image with `wget` for `helm test`. @default "docker.io/library/busybox:1.37.0" */
  readonly testImage?: string;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { chartVersion: "0.1.0", testImage: "docker.io/library/busybox:1.37.0" } as const;

/** As {@link DEFAULTS}, of the ingress. */
export const INGRESS_DEFAULTS = { className: "alb", path: "/" } as const;

/** As {@link DEFAULTS}, of the ServiceMonitor. */
export const SERVICE_MONITOR_DEFAULTS = { path: "/metrics", intervalSeconds: 30 } as const;

/**
 * The application as a Helm chart, of the same model as its YAML files and its Terraform resources: installed as release
 * {@link KubernetesApplicationProps.name}, it makes the objects that {@link kubernetesApplication} describes, in a namespace
 * that is there already. With the autoscaler, the Deployment says no number of pods, so that no upgrade resets it.
 *
 * All text from elsewhere stands in `values.yaml`, as data: a template never contains any.
 *
 * @param header named at the head of every file
 * @returns the files, relative to the chart's directory
 * @throws Error that names every value that cannot be used
 * @example
 * helmChart({ image: "registry.example/specweave-api:1.0.0" }, { source: "increment 0012", regenerate: "npm run synth" })
 *
 * Sources: https://helm.sh/docs/chart_best_practices/, https://helm.sh/docs/topics/charts/#schema-files
 */
export function helmChart(props: HelmChartProps, header: GeneratedHeader): readonly RenderedFile[] {
  const model = kubernetesApplication(props);
  const image = checked(props);
  // Comments of a template are read by the template engine too.
  const comment = headerComment(header).replace(/\{(?=\{)/g, "{ ");
  const { name } = model.deployment.metadata;
  const jobs = (props.jobs ?? []).map((job) => kubernetesCronJob(model, job));
  const templates = { ...templatesOf(name, model), ...(jobs.length > 0 ? { "cron-jobs.yaml": cronJobsTemplate(name, jobs[0]!) } : {}) };
  return [
    { path: "Chart.yaml", text: yamlDocument(chartOf(name, props, image), header) },
    { path: "values.yaml", text: valuesText(valuesOf(props, model, image), header) },
    { path: "values.schema.json", text: `${JSON.stringify({ $comment: oneLine(`Generated from ${header.source} by ${header.regenerate}`), ...(jobs.length > 0 ? SCHEMA_WITH_JOBS : SCHEMA) }, null, 2)}\n` },
    { path: ".helmignore", text: "*.orig\n*.swp\n.DS_Store\n.git/\n" },
    ...Object.entries(templates).map(([path, text]) => ({ path: `templates/${path}`, text: path === "NOTES.txt" ? text : commented(text, comment) })),
  ];
}

/** A file that may be left out as a whole says nothing then, not even a comment. */
function commented(template: string, comment: string): string {
  const [, condition = "", rest] = /^(\{\{- if .*\n)?([^]*)$/.exec(template) as RegExpExecArray;
  return `${condition}${comment}\n${rest}`;
}

/** An image by its parts; a tag, a digest or both. */
interface Image {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/** Source: https://github.com/distribution/reference/blob/v0.6.0/reference.go */
const PART = "[a-z0-9]+([._-]+[a-z0-9]+)*";
const REPOSITORY = `(${PART}(:[0-9]+)?/)?${PART}(/${PART})*`;
const TAG = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
const DIGEST = "sha256:[0-9a-f]{64}";
const IMAGE = new RegExp(`^(?<repository>${REPOSITORY})(:(?<tag>${TAG}))?(@(?<digest>${DIGEST}))?$`);

type Values = { readonly [key: string]: unknown };

function chartOf(name: string, { chartVersion = DEFAULTS.chartVersion }: HelmChartProps, image: Image): Values {
  return {
    apiVersion: "v2",
    name,
    description: `${name} on Kubernetes: Deployment, Service, autoscaler, disruption budget`,
    type: "application",
    version: chartVersion,
    // What the chart was written for; which image runs, the values say.
    appVersion: image.tag || "0",
  };
}

/** From the model's objects, so that chart and model cannot say different things. */
function valuesOf(props: HelmChartProps, model: KubernetesApplicationModel, image: Image): Values {
  const { metadata, spec } = model.deployment;
  const pod = spec.template.spec;
  const [container] = pod.containers;
  const increment = metadata.labels["phaseline.dev/increment"];
  return {
    nameOverride: "",
    fullnameOverride: "",
    app: metadata.labels["app"],
    partOf: metadata.labels["app.kubernetes.io/part-of"],
    commonLabels: increment === undefined ? {} : { "phaseline.dev/increment": increment },
    commonAnnotations: metadata.annotations ?? {},
    podLabels: props.podLabels ?? {},
    podAnnotations: {},
    image: { ...image, pullPolicy: container.imagePullPolicy },
    replicaCount: spec.replicas,
    autoscaling: autoscalingOf(model),
    disruptionBudget: { maxUnavailable: model.disruptionBudget.spec.maxUnavailable },
    containerPort: container.ports[0]?.containerPort,
    service: { port: model.service.spec.ports[0]?.port },
    resources: container.resources,
    probes: probesOf(container),
    environment: Object.fromEntries((container.env ?? []).map(({ name, value }) => [name, value])),
    environmentSecrets: (container.envFrom ?? []).map(({ secretRef }) => secretRef.name),
    terminationGraceSeconds: pod.terminationGracePeriodSeconds,
    userId: pod.securityContext.runAsUser,
    temporaryStorage: pod.volumes[0]?.emptyDir.sizeLimit,
    ingress: ingressOf(props.ingress, container),
    serviceMonitor: { enabled: props.serviceMonitor !== undefined, ...SERVICE_MONITOR_DEFAULTS, ...props.serviceMonitor, labels: {} },
    ...(props.jobs && props.jobs.length > 0 ? { jobs: props.jobs.map((job) => ({ ...JOB_DEFAULTS, ...job, command: [...job.command] })) } : {}),
    test: { image: props.testImage ?? DEFAULTS.testImage },
  };
}

function autoscalingOf({ autoscaler, deployment }: KubernetesApplicationModel): Values {
  const { replicas } = deployment.spec;
  if (!autoscaler) return { enabled: false, minReplicas: replicas, maxReplicas: replicas };
  const { minReplicas, maxReplicas, metrics } = autoscaler.spec;
  const targets = metrics.map(({ resource }) => [`${resource.name}TargetPercent`, resource.target.averageUtilization]);
  return { enabled: true, minReplicas, maxReplicas, ...Object.fromEntries(targets) };
}

function probesOf({ startupProbe, livenessProbe, readinessProbe }: Container): Values {
  const values = ({ httpGet, ...times }: HttpProbe) => ({ path: httpGet.path, ...times });
  return { startup: values(startupProbe), liveness: values(livenessProbe), readiness: values(readinessProbe) };
}

function ingressOf(props: IngressProps | undefined, { readinessProbe }: Container): Values {
  const { host = "", className, path, annotations, tlsSecret = "" } = { ...INGRESS_DEFAULTS, ...props };
  const byDefault = className === "alb" ? loadBalancerAnnotations(readinessProbe.httpGet.path) : {};
  return { enabled: props !== undefined, className, host, path, annotations: annotations ?? byDefault, tlsSecret };
}

/** Source: https://kubernetes-sigs.github.io/aws-load-balancer-controller/latest/guide/ingress/annotations/ */
function loadBalancerAnnotations(healthPath: string): Readonly<Record<string, string>> {
  const annotations = {
    scheme: "internet-facing",
    "target-type": "ip",
    "listen-ports": '[{"HTTP":80},{"HTTPS":443}]',
    "ssl-redirect": "443",
    "ssl-policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "healthcheck-path": healthPath,
    "load-balancer-attributes": "routing.http.drop_invalid_header_fields.enabled=true",
  };
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [`alb.ingress.kubernetes.io/${key}`, value]));
}

/** What the values mean, where their names do not tell. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  fullnameOverride: "Name of every object; otherwise the release's name, with the chart's where it is not part of it.",
  app: "Label `app` by which pods are selected: it cannot change without replacing the Deployment, and is one release's only in a namespace.",
  podLabels: "Labels and annotations of the pods only; a change restarts them.",
  image: "A digest, where there is one, decides which image it is; the tag then only tells people.",
  replicaCount: "Number of pods where autoscaling is not enabled.",
  autoscaling: "At least one target; `null` takes one away.",
  environmentSecrets: "Names of Secrets of the namespace whose keys become environment variables.",
  temporaryStorage: "Size of /tmp, the only place the container can write to.",
  ingress: "The annotations are for the AWS Load Balancer Controller, which finds the host's certificate in AWS Certificate Manager.",
  serviceMonitor: "Made only where the cluster knows ServiceMonitors; the labels are for a Prometheus that selects by them.",
  test: "Image with wget for `helm test`.",
};

function valuesText(values: Values, header: GeneratedHeader): string {
  const sections = Object.entries(values).map(([key, value]) => {
    const explanation = EXPLANATIONS[key];
    return `${explanation === undefined ? "" : `\n# ${explanation}\n`}${yamlDocument({ [key]: value })}`;
  });
  return `${headerComment(header)}\n# Values of an environment belong in a file of their own: helm upgrade --values FILE.\n${sections.join("")}`;
}

const moved = (lines: string, spaces: number) => lines.replace(/^/gm, " ".repeat(spaces));
const indented = (value: unknown, spaces: number) => moved(yamlDocument(value).trimEnd(), spaces);

/** What every container of the application has: its settings, from values and from Secrets, and its resources. */
const CONTAINER_SETTINGS = `\
{{- with $.Values.environment }}
env:
  {{- range $name, $value := . }}
  - name: {{ $name | quote }}
    value: {{ $value | toJson }}
  {{- end }}
{{- end }}
{{- with $.Values.environmentSecrets }}
envFrom:
  {{- range . }}
  - secretRef:
      name: {{ . | quote }}
  {{- end }}
{{- end }}
resources:
  {{- range $kind := list "requests" "limits" }}
  {{ $kind }}:
    {{- range $name, $amount := get $.Values.resources $kind }}
    {{ $name }}: {{ $amount | toString | quote }}
    {{- end }}
  {{- end }}`;

/** @param n the chart's name, a DNS label, the prefix of the named templates */
function templatesOf(n: string, model: KubernetesApplicationModel): Readonly<Record<string, string>> {
  const [container] = model.deployment.spec.template.spec.containers;
  const metadata = `\
metadata:
  name: {{ include "${n}.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${n}.labels" . | nindent 4 }}
  {{- with .Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
`;
  const restricted = `\
          securityContext:
${indented(container.securityContext, 12)}
`;
  return {
    "_helpers.tpl": `\
{{- define "${n}.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "${n}.selectorLabels" -}}
app: {{ .Values.app | quote }}
{{- end -}}

{{- define "${n}.podLabels" -}}
{{ include "${n}.selectorLabels" . }}
app.kubernetes.io/name: {{ default .Chart.Name .Values.nameOverride | quote }}
app.kubernetes.io/instance: {{ .Values.app | quote }}
app.kubernetes.io/part-of: {{ .Values.partOf | quote }}
{{- end -}}

{{- define "${n}.managementLabels" -}}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | quote }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "${n}.labels" -}}
{{ include "${n}.podLabels" . }}
{{ include "${n}.managementLabels" . }}
{{- end -}}

{{- define "${n}.image" -}}
{{- .Values.image.repository -}}
{{- with .Values.image.tag }}:{{ . }}{{ end -}}
{{- with .Values.image.digest }}@{{ . }}{{ end -}}
{{- end -}}

{{- /* Called with the probe's values and the port. */ -}}
{{- define "${n}.probe" -}}
httpGet:
  path: {{ .probe.path | quote }}
  port: {{ .port | int64 }}
  scheme: HTTP
{{- range $key := list "initialDelaySeconds" "periodSeconds" "timeoutSeconds" "failureThreshold" }}
{{- if hasKey $.probe $key }}
{{ $key }}: {{ get $.probe $key | int64 }}
{{- end }}
{{- end }}
{{- end -}}
`,
    "service-account.yaml": `\
apiVersion: v1
kind: ServiceAccount
${metadata}automountServiceAccountToken: false
`,
    "deployment.yaml": `\
apiVersion: apps/v1
kind: Deployment
${metadata}spec:
  {{- if not .Values.autoscaling.enabled }}
  replicas: {{ .Values.replicaCount | int64 }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "${n}.selectorLabels" . | nindent 6 }}
  strategy:
${indented(model.deployment.spec.strategy, 4)}
  template:
    metadata:
      labels:
        {{- include "${n}.podLabels" . | nindent 8 }}
        {{- with .Values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      {{- with .Values.podAnnotations }}
      annotations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "${n}.fullname" . }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .Values.terminationGraceSeconds | int64 }}
      securityContext:
        runAsNonRoot: true
        runAsUser: {{ .Values.userId | int64 }}
        runAsGroup: {{ .Values.userId | int64 }}
        seccompProfile:
          type: RuntimeDefault
      topologySpreadConstraints:
        {{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
        - maxSkew: 1
          topologyKey: {{ . }}
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "${n}.selectorLabels" $ | nindent 14 }}
          matchLabelKeys:
            - pod-template-hash
        {{- end }}
      containers:
        - name: ${n}
          image: {{ include "${n}.image" . | quote }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          ports:
            - name: http
              containerPort: {{ .Values.containerPort | int64 }}
              protocol: TCP
${moved(CONTAINER_SETTINGS, 10)}
          startupProbe:
            {{- include "${n}.probe" (dict "probe" .Values.probes.startup "port" .Values.containerPort) | nindent 12 }}
          livenessProbe:
            {{- include "${n}.probe" (dict "probe" .Values.probes.liveness "port" .Values.containerPort) | nindent 12 }}
          readinessProbe:
            {{- include "${n}.probe" (dict "probe" .Values.probes.readiness "port" .Values.containerPort) | nindent 12 }}
${restricted}          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir:
            sizeLimit: {{ .Values.temporaryStorage | quote }}
`,
    "service.yaml": `\
apiVersion: v1
kind: Service
${metadata}spec:
  type: ClusterIP
  selector:
    {{- include "${n}.selectorLabels" . | nindent 4 }}
  ports:
    - name: http
      port: {{ .Values.service.port | int64 }}
      targetPort: http
      protocol: TCP
`,
    "horizontal-pod-autoscaler.yaml": `\
{{- if .Values.autoscaling.enabled }}
{{- if gt (.Values.autoscaling.minReplicas | int64) (.Values.autoscaling.maxReplicas | int64) }}
{{- fail (printf "autoscaling.minReplicas is %d and autoscaling.maxReplicas is %d: the least must not be more than the most. Raise maxReplicas or lower minReplicas." (.Values.autoscaling.minReplicas | int64) (.Values.autoscaling.maxReplicas | int64)) }}
{{- end }}
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
${metadata}spec:
  scaleTargetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: {{ include "${n}.fullname" . }}
  minReplicas: {{ .Values.autoscaling.minReplicas | int64 }}
  maxReplicas: {{ .Values.autoscaling.maxReplicas | int64 }}
  metrics:
    {{- range $name := list "cpu" "memory" }}
    {{- with get $.Values.autoscaling (printf "%sTargetPercent" $name) }}
    - type: Resource
      resource:
        name: {{ $name }}
        target:
          type: Utilization
          averageUtilization: {{ . | int64 }}
    {{- end }}
    {{- end }}
  behavior:
${indented(behaviorOf(model), 4)}
{{- end }}
`,
    "pod-disruption-budget.yaml": `\
apiVersion: policy/v1
kind: PodDisruptionBudget
${metadata}spec:
  maxUnavailable: {{ .Values.disruptionBudget.maxUnavailable | int64 }}
  selector:
    matchLabels:
      {{- include "${n}.selectorLabels" . | nindent 6 }}
`,
    "ingress.yaml": `\
{{- if .Values.ingress.enabled }}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "${n}.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${n}.labels" . | nindent 4 }}
  {{- with mustMerge (dict) .Values.ingress.annotations .Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: {{ .Values.ingress.className | quote }}
  {{- with .Values.ingress.tlsSecret }}
  tls:
    - hosts:
        - {{ $.Values.ingress.host | quote }}
      secretName: {{ . | quote }}
  {{- end }}
  rules:
    - host: {{ .Values.ingress.host | quote }}
      http:
        paths:
          - path: {{ .Values.ingress.path | quote }}
            pathType: Prefix
            backend:
              service:
                name: {{ include "${n}.fullname" . }}
                port:
                  name: http
{{- end }}
`,
    "service-monitor.yaml": `\
{{- if and .Values.serviceMonitor.enabled (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor") }}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ include "${n}.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "${n}.labels" . | nindent 4 }}
    {{- with .Values.serviceMonitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with .Values.commonAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  selector:
    matchLabels:
      {{- include "${n}.selectorLabels" . | nindent 6 }}
  endpoints:
    - port: http
      path: {{ .Values.serviceMonitor.path | quote }}
      interval: {{ printf "%ds" (.Values.serviceMonitor.intervalSeconds | int64) }}
{{- end }}
`,
    "tests/connection.yaml": `\
apiVersion: v1
kind: Pod
metadata:
  name: {{ printf "%s-test" (include "${n}.fullname" . | trunc 58 | trimSuffix "-") }}
  namespace: {{ .Release.Namespace }}
  # Without the label by which the Service selects: it serves nobody.
  labels:
    {{- include "${n}.managementLabels" . | nindent 4 }}
    app.kubernetes.io/component: test
  annotations:
    helm.sh/hook: test
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
spec:
  restartPolicy: Never
  automountServiceAccountToken: false
  enableServiceLinks: false
  activeDeadlineSeconds: 120
  securityContext:
    runAsNonRoot: true
    runAsUser: {{ .Values.userId | int64 }}
    runAsGroup: {{ .Values.userId | int64 }}
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: wget
      image: {{ .Values.test.image | quote }}
      imagePullPolicy: IfNotPresent
      command:
        - wget
      args:
        - -q
        - -T
        - "10"
        - -O
        - /dev/null
        - {{ printf "http://%s:%d%s" (include "${n}.fullname" .) (.Values.service.port | int64) .Values.probes.readiness.path | quote }}
      resources:
        requests:
          cpu: 10m
          memory: 16Mi
        limits:
          cpu: 100m
          memory: 32Mi
${restricted.replace(/^ {4}/gm, "")}`,
    "NOTES.txt": `\
{{ include "${n}.fullname" . }} runs {{ include "${n}.image" . }} in namespace {{ .Release.Namespace }}.

Follow the roll-out:
  kubectl rollout status deployment/{{ include "${n}.fullname" . }} --namespace {{ .Release.Namespace }}
Ask it:
  helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }}
{{- if .Values.ingress.enabled }}
  curl https://{{ .Values.ingress.host }}{{ .Values.probes.readiness.path }}
{{- else }}
  kubectl port-forward service/{{ include "${n}.fullname" . }} 8080:{{ .Values.service.port | int64 }} --namespace {{ .Release.Namespace }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled (not (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1/ServiceMonitor")) }}

The cluster knows no ServiceMonitors: no metrics are scraped. Install the Prometheus operator, then upgrade this release.
{{- end }}
`,
  };
}

/** How the autoscaler moves is the same whatever its limits: of the model's own, or, where that has none, of another one. */
function behaviorOf(model: KubernetesApplicationModel) {
  return (model.autoscaler ?? kubernetesApplication({ image: "image" }).autoscaler)!.spec.behavior;
}

const DNS_LABEL = "^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$";
const LABEL_VALUE = "^([A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?$";
const LABEL_KEY = "^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$";
const HTTP_PATH = "^/[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*$";
const SECRET_NAME = "^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$";
const HOST = "^(\\*\\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$";

const whole = (minimum: number, maximum: number) => ({ type: "integer", minimum, maximum });
const text = (pattern: string) => ({ type: "string", pattern });
const object = (properties: Values, optional: readonly string[] = []) => ({
  type: "object",
  additionalProperties: false,
  properties,
  required: Object.keys(properties).filter((key) => !optional.includes(key)),
});
const labels = { type: "object", propertyNames: { pattern: LABEL_KEY }, additionalProperties: text(LABEL_VALUE) };
const annotations = { type: "object", propertyNames: { pattern: LABEL_KEY }, additionalProperties: { type: "string" } };
const amounts = object({ cpu: { type: ["string", "number"], pattern: "^[0-9]+m$|^[0-9]+(\\.[0-9]{1,3})?$" }, memory: text("^[0-9]+(Ki|Mi|Gi)$") });
const probe = object(
  { path: text(HTTP_PATH), initialDelaySeconds: whole(0, 3600), periodSeconds: whole(1, 3600), timeoutSeconds: whole(1, 3600), failureThreshold: whole(1, 3600) },
  ["initialDelaySeconds"],
);
const target = { type: ["integer", "null"], minimum: 1, maximum: 1000 };

/** Every value, within the limits that the model has. Draft 7 is what all versions of Helm 3 read. */
const SCHEMA = {
  $schema: "http://json-schema.org/draft-07/schema#",
  ...object(
    {
      // Helm passes it to every chart that another one contains.
      global: { type: "object" },
      nameOverride: text(`^$|${DNS_LABEL}`),
      fullnameOverride: text(`^$|${DNS_LABEL}`),
      app: text("^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$"),
      partOf: text(LABEL_VALUE),
      commonLabels: labels,
      commonAnnotations: annotations,
      podLabels: labels,
      podAnnotations: annotations,
      image: object({
        repository: text(`^${REPOSITORY}$`),
        tag: text(`^(${TAG})?$`),
        digest: text(`^(${DIGEST})?$`),
        pullPolicy: { enum: ["IfNotPresent", "Always", "Never"] },
      }),
      replicaCount: whole(1, 1000),
      autoscaling: {
        ...object(
          { enabled: { type: "boolean" }, minReplicas: whole(1, 1000), maxReplicas: whole(1, 1000), cpuTargetPercent: target, memoryTargetPercent: target },
          ["cpuTargetPercent", "memoryTargetPercent"],
        ),
        anyOf: [
          { properties: { enabled: { const: false } } },
          { required: ["cpuTargetPercent"], properties: { cpuTargetPercent: { type: "integer" } } },
          { required: ["memoryTargetPercent"], properties: { memoryTargetPercent: { type: "integer" } } },
        ],
      },
      disruptionBudget: object({ maxUnavailable: whole(1, 1000) }),
      containerPort: whole(1, 65535),
      service: object({ port: whole(1, 65535) }),
      resources: object({ requests: amounts, limits: amounts }),
      probes: object({ startup: probe, liveness: probe, readiness: probe }),
      environment: { type: "object", propertyNames: { pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }, additionalProperties: { type: "string" } },
      environmentSecrets: { type: "array", items: text(SECRET_NAME) },
      terminationGraceSeconds: whole(1, 3600),
      userId: whole(1, 2 ** 31 - 1),
      temporaryStorage: text("^[0-9]+(Ki|Mi|Gi)$"),
      ingress: {
        ...object({
          enabled: { type: "boolean" },
          className: text(SECRET_NAME),
          host: text(`^$|${HOST}`),
          path: text(HTTP_PATH),
          annotations,
          tlsSecret: text(`^$|${SECRET_NAME}`),
        }),
        anyOf: [{ properties: { enabled: { const: false } } }, { properties: { host: { minLength: 1 } } }],
      },
      serviceMonitor: object({ enabled: { type: "boolean" }, path: text(HTTP_PATH), intervalSeconds: whole(1, 3600), labels }),
      test: object({ image: text("^[^\\s]+$") }),
    },
    ["global"],
  ),
};

const SCHEMA_WITH_JOBS = {
  ...SCHEMA,
  properties: {
    ...SCHEMA.properties,
    jobs: {
      type: "array",
      items: object({
        name: text("^[a-z]([a-z0-9-]{0,50}[a-z0-9])?$"),
        command: { type: "array", minItems: 1, items: text("^[A-Za-z0-9_@+=:,./-]+$") },
        schedule: text("^([0-9*,/-]+ ){4}[0-9*,/-]+$"),
        timeZone: text("^[A-Z][A-Za-z_]+(/[A-Z][A-Za-z_]+)?$"),
        timeoutSeconds: whole(60, 86_400),
      }),
    },
  },
};

/** One CronJob for each of the values; the pods are the Deployment's, but for its traffic. */
function cronJobsTemplate(n: string, { spec }: CronJob): string {
  const pod = spec.jobTemplate.spec.template.spec;
  return `\
{{- range .Values.jobs }}
---
apiVersion: batch/v1
kind: CronJob
metadata:
  name: {{ .name }}
  namespace: {{ $.Release.Namespace }}
  labels:
    {{- include "${n}.managementLabels" $ | nindent 4 }}
    app.kubernetes.io/name: {{ .name }}
    app.kubernetes.io/component: job
spec:
  schedule: {{ .schedule | quote }}
  timeZone: {{ .timeZone | quote }}
  concurrencyPolicy: ${spec.concurrencyPolicy}
  startingDeadlineSeconds: ${spec.startingDeadlineSeconds}
  successfulJobsHistoryLimit: ${spec.successfulJobsHistoryLimit}
  failedJobsHistoryLimit: ${spec.failedJobsHistoryLimit}
  jobTemplate:
    spec:
      backoffLimit: ${spec.jobTemplate.spec.backoffLimit}
      activeDeadlineSeconds: {{ .timeoutSeconds | int64 }}
      template:
        metadata:
          # Without the label by which the Service selects: it serves nobody.
          labels:
            {{- include "${n}.managementLabels" $ | nindent 12 }}
            app.kubernetes.io/name: {{ .name }}
            app.kubernetes.io/component: job
        spec:
          restartPolicy: ${pod.restartPolicy}
          serviceAccountName: {{ include "${n}.fullname" $ }}
          automountServiceAccountToken: false
          enableServiceLinks: false
          securityContext:
            runAsNonRoot: true
            runAsUser: {{ $.Values.userId | int64 }}
            runAsGroup: {{ $.Values.userId | int64 }}
            seccompProfile:
              type: RuntimeDefault
          containers:
            - name: {{ .name }}
              image: {{ include "${n}.image" $ | quote }}
              imagePullPolicy: {{ $.Values.image.pullPolicy }}
              command:
                {{- range .command }}
                - {{ . | quote }}
                {{- end }}
${moved(CONTAINER_SETTINGS, 14)}
              securityContext:
${indented(pod.containers[0].securityContext, 16)}
              volumeMounts:
                - name: tmp
                  mountPath: /tmp
          volumes:
            - name: tmp
              emptyDir:
                sizeLimit: {{ $.Values.temporaryStorage | quote }}
{{- end }}
`;
}

/** Checks what the model does not know; the image's parts. */
function checked(props: HelmChartProps): Image {
  const faults = new Faults("helmChart");
  const matches = (name: string, given: unknown, pattern: string, rule: string) =>
    faults.unless(typeof given === "string" && new RegExp(pattern).test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  const { chartVersion = DEFAULTS.chartVersion, testImage = DEFAULTS.testImage, ingress, serviceMonitor } = props;

  const parts = IMAGE.exec(props.image)?.groups;
  faults.unless(parts !== undefined && (parts["tag"] ?? parts["digest"]) !== undefined,
    `image is ${shown(props.image)}: a chart needs the name of an image with its tag or digest, and no Terraform reference. Give one such as registry.example/api:1.0.0.`);
  matches("chartVersion", chartVersion, "^(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)\\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?$", "a version such as 1.2.3");
  faults.unless(IMAGE.test(testImage), `testImage is ${shown(testImage)}: it must be the name of an image. Give one such as ${DEFAULTS.testImage}.`);
  if (ingress) {
    const { host, className, path, tlsSecret, annotations: notes = {} } = { ...INGRESS_DEFAULTS, ...ingress };
    matches("ingress.host", host, HOST, "a host name such as api.example.com");
    matches("ingress.className", className, SECRET_NAME, "the name of an IngressClass such as alb");
    matches("ingress.path", path, HTTP_PATH, "an HTTP path that begins with a slash");
    if (tlsSecret !== undefined) matches("ingress.tlsSecret", tlsSecret, SECRET_NAME, "the name of a Secret");
    for (const key of Object.keys(notes)) matches("ingress.annotations", key, LABEL_KEY, "the name of an annotation");
  }
  if (serviceMonitor) {
    const { path, intervalSeconds } = { ...SERVICE_MONITOR_DEFAULTS, ...serviceMonitor };
    matches("serviceMonitor.path", path, HTTP_PATH, "an HTTP path that begins with a slash");
    faults.unless(Number.isInteger(intervalSeconds) && intervalSeconds >= 1 && intervalSeconds <= 3600,
      `serviceMonitor.intervalSeconds is ${shown(intervalSeconds)}: it must be a whole number from 1 to 3600. Choose one.`);
  }
  faults.throwIfAny();
  return { repository: parts!["repository"] as string, tag: parts!["tag"] ?? "", digest: parts!["digest"] ?? "" };
}
