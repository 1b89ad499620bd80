import { capability, stated } from "./capability";
import { countOf, range, sizes, inGb } from "./quantities";

export interface WorkloadParameters {
  /** The service that runs, in the word of the text. */
  readonly service?: string;
  readonly replicas?: number;
  readonly min?: number;
  readonly max?: number;
  readonly strategy?: "rolling" | "blue-green" | "canary";
  readonly cpu?: number;
  readonly memoryGb?: number;
  readonly cpuRequest?: string;
  readonly cpuLimit?: string;
  readonly memoryRequest?: string;
  readonly memoryLimit?: string;
  readonly platform?: "kubernetes" | "ecs";
}

/** The service itself, on the platform: Deployment, ECS service, Helm release, its resources and its rollout. */
export const workload = capability<WorkloadParameters>()({
  id: "workload",
  title: "Workload",
  names: [
    /\bfargate\b(?! profile)/, /\becs (?:services?|tasks?|task definitions?|deployments?)\b/, /\b(?:on|to|using|with|use) (?:aws |amazon )?ecs\b/, /\btask definitions?\b/, /\bhelm (?:charts?|releases?|packages?)\b/, /\bhelm\b(?! version)/, /\b(?:rolling|blue-?\/?green|canary)(?: (?:update|deploy\w*|release|strateg\w+|rollout)s?)?\b/, /\bzero[- ]?down-?time\b/, /\bresource (?:requests?|limits?|quotas?)\b/, /\brequests? ?(?:and|\/|&) ?limits?\b/,
    /\bpods? (?:are |is )?(?:running|deployed|created|scheduled|ready)\b/, /\b(?:kubernetes|k8s) (?:deployments?|manifests?|services?|workloads?)\b/, /\bstateful ?sets?\b/, /\bdaemon ?sets?\b/, /\b(?:min(?:imum)?|at least|with|of|to|creates?|running|maintains?) (?:of )?\d+ (?:\w+ )?(?:replicas|pods|tasks)\b/, /\b\d+(?:-\d+)? replicas\b/, /\bmultiple replicas\b/, /\b(?:two|three|four|five|\d+) (?:(?!read)[\w-]+ )?(?:replicas|pods)\b/, /\bdesired count\b/, /\b(?:task|container|pod|service)s?\b[^.;]{0,30}\b\d+(?:\.\d+)? ?v?cpus?\b/,
    /\b\d+m(?:-\d+m)? cpu\b/, /\brun ?as ?non ?root\b/, /\bread-?only root file ?system\b/, /\bcpu: ?\d+m\b/, /\bdeploy(?:s|ed|ing|ment)? (?:the |our |all )?(?!prometheus|grafana|loki|argo|falco)(?:(?!then\b|shall\b|must\b|should\b)[\w-]+ ){0,4}?(?:to|on|in|into|onto)(?= (?:the |a |an |our )?(?:aws |amazon |[\w-]+ )?(?:kubernetes|k8s|eks|ecs|cluster)\b)/, /\b(?:run|runs|running|host\w*|operate)s? (?:the |our |all )?(?:(?!then\b|shall\b|must\b|should\b)[\w-]+ ){0,4}?(?:on|in)(?= (?:the |a |an )?(?:aws |amazon |[\w-]+ )?(?:kubernetes|k8s|eks|ecs|fargate)\b)/, /\bunterbrechungsfrei\w*/, /蓝绿(?:部署|发布)/, /金丝雀/, /滚动更新/, /零停机/,
  ],
  hints: [/\bnon-?root\b/, /\b\d+ ?(?:mib?|gib?|mb|gb) (?:of )?(?:memory|ram)\b/, /\breplicas?\b/, /\bpods?\b/, /\bdeployments?\b(?= (?:shall|creates|has|manifest|resource|spec))/],
  otherSenses: [/\bhelm (?:installed|cli|command)\b/],
  read: (text) => {
    const bounds = /\breplicas|pods|tasks/.test(text) ? range(text) : {};
    const pair = bounds.min !== undefined && bounds.max !== undefined;
    const replicas = pair ? undefined : countOf(text, "replicas?|pods?|tasks?") ?? bounds.min;
    const memory = sizes(text);
    const quantity = (what: string, kind: string) => new RegExp(`${kind}[^;.]{0,40}?\\b${what}:? ?(\\d+(?:\\.\\d+)?(?:m|mi|gi)?)\\b`).exec(text)?.[1];
    const cpuRange = /\b(\d+m) ?(?:-|to) ?(\d+m) (?:of )?cpu\b/.exec(text);
    const memoryRange = /\b(\d+[mg]i) ?(?:-|to) ?(\d+[mg]i)(?: (?:of )?memory)?\b/.exec(text);
    const unit = (value: string | undefined) => value?.replace(/([mg])i$/, (_, letter: string) => `${letter.toUpperCase()}i`);
    const given = (pattern: RegExp) => (/\brequests?\b/.test(text) && !/\blimits?\b/.test(text) ? pattern.exec(text)?.[1] : undefined);
    const vcpu = /\b(\d+(?:\.\d+)?) ?v-?cpus?\b/.exec(text)?.[1];
    const gb = memory.find(({ value, end }) => /^g/.test(value.unit) && /^ ?(?:of )?(?:memory|ram|arbeitsspeicher)/.test(text.slice(end, end + 16)));
    return stated<WorkloadParameters>({
      service: /\bdeploys? (?:the |our )?([a-z][\w-]{1,20}) (?:to|on|in|onto|into) /.exec(text)?.[1] ?? /\bruns? (?:the |our )?([a-z][\w-]{1,20}) on /.exec(text)?.[1],
      replicas, min: pair ? bounds.min : undefined, max: pair ? bounds.max : undefined,
      strategy: /\bblue-?\/? ?green\b/.test(text) ? "blue-green" : /\bcanary\b/.test(text) ? "canary" : /\brolling\b/.test(text) ? "rolling" : undefined,
      cpu: vcpu === undefined ? undefined : Number(vcpu), memoryGb: gb ? inGb(gb.value) : undefined,
      cpuRequest: unit(cpuRange?.[1] ?? quantity("cpu", "requests?") ?? given(/\b(\d+m) (?:of )?cpu\b/)), cpuLimit: unit(cpuRange?.[2] ?? quantity("cpu", "limits?")),
      memoryRequest: unit(memoryRange?.[1] ?? quantity("memory", "requests?") ?? given(/\b(\d+[mg]i) (?:of )?(?:memory|ram)\b/)), memoryLimit: unit(memoryRange?.[2] ?? quantity("memory", "limits?")),
      platform: /\becs\b|\bfargate\b/.test(text) ? "ecs" : /kubernetes|k8s|\beks\b|\bpods?\b|\bhelm\b/.test(text) ? "kubernetes" : undefined,
    });
  },
  keys: {
    service: "string", replicas: "number", min: "number", max: "number", strategy: ["rolling", "blue-green", "canary"], cpu: "number", memoryGb: "number",
    cpuRequest: "string", cpuLimit: "string", memoryRequest: "string", memoryLimit: "string", platform: ["kubernetes", "ecs"],
  },
  contradiction: ({ min, max }) => min !== undefined && max !== undefined && min > max
    ? { message: `its replicas go from ${min} to ${max}, and a minimum may not be above the maximum`, remedy: `write the smaller number first: "${max}-${min} replicas"` } : undefined,
  examples: [
    { text: "Deploy API to Kubernetes cluster", parameters: { service: "api", platform: "kubernetes" }, with: ["cluster"] },
    { text: "Run the API on EKS", parameters: { service: "api", platform: "kubernetes" }, with: ["cluster"] },
    { text: "Support blue-green deployment for zero downtime", parameters: { strategy: "blue-green" } },
  ],
});
