import { Faults, shown } from "./faults";
import type { HclValue } from "./hcl";

export interface ArgoCdProps {
  /**
   * Two of every part that answers, and a Redis of three behind a proxy: Argo CD goes on while a node is lost. Without it, a lost part
   * is started anew; what it has deployed runs on meanwhile. @default false
   */
  readonly highAvailability?: boolean;
  /**
   * The account `admin`, whose password Argo CD makes itself and keeps in the cluster. Without it, Argo CD is operated with the rights
   * that one has on the cluster: `argocd login --core`, `argocd admin dashboard`. @default false
   */
  readonly adminAccount?: boolean;
  /** The controller that makes Applications out of ApplicationSets. @default false */
  readonly applicationSets?: boolean;
  /** Time between two looks at the Git repository. @default 120 */
  readonly pollSeconds?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { highAvailability: false, adminAccount: false, applicationSets: false, pollSeconds: 120 } as const;

type Values = { readonly [key: string]: HclValue };

/** Secret that the chart's Redis and all who speak with it read its password from, under the key `auth`; the name is the chart's. */
export const REDIS_SECRET = "argocd-redis";

/**
 * Values of the chart argo-cd: reached by port forwarding alone, no password among the values, no part that nobody asked for, and
 * between the pods of its namespace only the traffic that it needs.
 *
 * @throws Error that names every value that cannot be used
 *
 * Source: https://github.com/argoproj/argo-helm/blob/argo-cd-10.1.1/charts/argo-cd/values.yaml
 */
export function argoCdValues(props: ArgoCdProps = {}): Values {
  const value = { ...DEFAULTS, ...defined(props) };
  const faults = new Faults("argoCd");
  faults.unless(Number.isInteger(value.pollSeconds) && value.pollSeconds >= 30 && value.pollSeconds <= 3600,
    `pollSeconds is ${shown(value.pollSeconds)}: it must be a whole number from 30 to 3600. Choose one.`);
  faults.throwIfAny();

  const { highAvailability } = value;
  const part = (cpu: string, memoryRequest: string, memoryLimit: string): Values => ({
    resources: { requests: { cpu, memory: memoryRequest }, limits: { memory: memoryLimit } },
  });
  const replicated: Values = highAvailability ? { replicas: 2, pdb: { enabled: true, maxUnavailable: 1 } } : { replicas: 1 };
  return {
    // Without its definitions, every Application would be gone, and with it what says what runs.
    crds: { install: true, keep: true },
    // The chart has no policy for the pods of the replicated Redis: all denied, nobody would reach it.
    global: { networkPolicy: { create: true, defaultDenyIngress: !highAvailability } },
    configs: {
      cm: {
        "admin.enabled": value.adminAccount,
        "exec.enabled": false,
        "users.anonymous.enabled": false,
        "timeout.reconciliation": `${value.pollSeconds}s`,
        // The label of that name is the application's own; an annotation does not get in its way.
        "application.resourceTrackingMethod": "annotation",
      },
      params: { "server.insecure": false },
      // Who is not named may do nothing.
      rbac: { "policy.default": "" },
      secret: { createSecret: true },
    },
    controller: { replicas: 1, ...part("250m", "512Mi", "1Gi") },
    server: { ...replicated, service: { type: "ClusterIP" }, ingress: { enabled: false }, ...part("50m", "128Mi", "256Mi") },
    // It reads Git and renders charts: it has nothing to ask of the cluster, and so no account there.
    repoServer: { ...replicated, serviceAccount: { create: false }, automountServiceAccountToken: false, ...part("50m", "256Mi", "512Mi") },
    applicationSet: value.applicationSets ? { ...replicated, ...part("50m", "128Mi", "256Mi") } : { replicas: 0 },
    // Nobody signs in by another service, and nobody is told of what happens.
    dex: { enabled: false },
    notifications: { enabled: false },
    ...(highAvailability ? redisHa(part) : { redis: part("50m", "64Mi", "256Mi") }),
    // The Secret is there before, and no job that may write Secrets runs with every upgrade.
    redisSecretInit: { enabled: false },
  };
}

/** Three that choose their leader; on nodes of their own where there are as many, since a group may be down to two. */
function redisHa(part: (cpu: string, memoryRequest: string, memoryLimit: string) => Values): Values {
  return {
    "redis-ha": {
      enabled: true,
      hardAntiAffinity: false,
      redis: part("50m", "64Mi", "256Mi"),
      sentinel: part("10m", "32Mi", "64Mi"),
      init: part("10m", "32Mi", "64Mi"),
      splitBrainDetection: part("10m", "32Mi", "64Mi"),
      haproxy: { hardAntiAffinity: false, ...part("20m", "64Mi", "128Mi") },
    },
  };
}

/** When a sync may happen. */
export interface SyncWindow {
  /** `allow`: only then; `deny`: not then. */
  readonly kind: "allow" | "deny";
  /** When it begins, as in cron: `0 22 * * 5`. */
  readonly schedule: string;
  readonly durationMinutes: number;
  /** As in `Europe/Berlin`. @default "UTC" */
  readonly timeZone?: string;
  /** Whether people may sync by hand all the same. @default false */
  readonly manualSync?: boolean;
}

export interface ArgoApplicationProps {
  /** Name of the Application, its project and its Helm release, and with the generated chart of the Deployment. @default "api" */
  readonly name?: string;
  /** Git repository: `https://…`, `ssh://…` or `git@host:path`. */
  readonly repoUrl: string;
  /** Directory of the chart in it. @default "charts/api" */
  readonly path?: string;
  /** Branch, tag or commit that is deployed. @default "main" */
  readonly revision?: string;
  /** File in it that says which image runs; the pipeline writes it, and until then the chart's own tag counts. @default "deploy/production/image.yaml" */
  readonly imageFile?: string;
  /** Values for the chart that only Terraform knows, such as the registry; they win over every file. @default - none */
  readonly values?: Values;
  /** @default "specweave" */
  readonly namespace?: string;
  /** Whether what is no longer in Git is deleted. @default true */
  readonly prune?: boolean;
  /** Whether what was changed on the cluster is put back at once; else with the next commit. @default false */
  readonly selfHeal?: boolean;
  /** When it may sync. @default - at any time */
  readonly syncWindows?: readonly SyncWindow[];
  /**
   * What becomes of the application when it is no longer declared: `orphan`, it runs on, until its namespace goes; or `cascade`, Argo CD
   * deletes it first, which must still run then. @default "orphan"
   */
  readonly onDelete?: "orphan" | "cascade";
}

/** As {@link DEFAULTS}, of an Application. */
export const APPLICATION_DEFAULTS = {
  name: "api",
  path: "charts/api",
  revision: "main",
  imageFile: "deploy/production/image.yaml",
  namespace: "specweave",
  prune: true,
  selfHeal: false,
  onDelete: "orphan",
} as const;

/** As {@link DEFAULTS}, of a sync window. */
export const SYNC_WINDOW_DEFAULTS = { timeZone: "UTC", manualSync: false } as const;

/** The kinds that an application's chart may have, by the group of their API: everything that the generated one has. */
const KINDS: readonly (readonly [group: string, kind: string])[] = [
  ["", "ServiceAccount"],
  ["", "Service"],
  ["apps", "Deployment"],
  ["autoscaling", "HorizontalPodAutoscaler"],
  ["policy", "PodDisruptionBudget"],
  ["networking.k8s.io", "Ingress"],
  ["monitoring.coreos.com", "ServiceMonitor"],
];

const CLUSTER = "https://kubernetes.default.svc";

/**
 * Values of the chart argocd-apps: the Application and a project of its own, which may take from this repository alone, put into this
 * namespace alone, and make no kinds but those of the chart.
 *
 * @param argoNamespace namespace of Argo CD itself
 * @throws Error that names every value that cannot be used
 *
 * Sources: https://github.com/argoproj/argo-helm/blob/argocd-apps-2.0.5/charts/argocd-apps/values.yaml,
 * https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/
 */
export function argoApplicationValues(props: ArgoApplicationProps, argoNamespace: string): Values {
  const value = { ...APPLICATION_DEFAULTS, ...defined(props) };
  const windows = (props.syncWindows ?? []).map((window) => ({ ...SYNC_WINDOW_DEFAULTS, ...defined(window) }));
  check(value, windows);
  const { name, namespace, repoUrl } = value;
  const destination = { server: CLUSTER, namespace };
  return {
    projects: {
      [name]: {
        namespace: argoNamespace,
        description: `What may be deployed to ${namespace}`,
        sourceRepos: [repoUrl],
        destinations: [destination],
        namespaceResourceWhitelist: KINDS.map(([group, kind]) => ({ group, kind })),
        ...(windows.length > 0
          ? {
              syncWindows: windows.map(({ kind, schedule, durationMinutes, timeZone, manualSync }) => ({
                kind, schedule, duration: `${durationMinutes}m`, timeZone, applications: [name], manualSync,
              })),
            }
          : {}),
      },
    },
    applications: {
      [name]: {
        namespace: argoNamespace,
        project: name,
        ...(value.onDelete === "cascade" ? { finalizers: ["resources-finalizer.argocd.argoproj.io"] } : {}),
        source: {
          repoURL: repoUrl,
          path: value.path,
          targetRevision: value.revision,
          helm: {
            releaseName: name,
            // From the repository's root; before the pipeline's first run there is none.
            valueFiles: [`/${value.imageFile}`],
            ignoreMissingValueFiles: true,
            ...(value.values === undefined ? {} : { valuesObject: value.values }),
          },
        },
        destination,
        syncPolicy: {
          automated: { prune: value.prune, selfHeal: value.selfHeal, allowEmpty: false },
          // The namespace is Terraform's. What another tool applied before is taken over field by field.
          syncOptions: ["CreateNamespace=false", "ServerSideApply=true", "PruneLast=true"],
          retry: { limit: 5, backoff: { duration: "10s", factor: 2, maxDuration: "5m" } },
        },
        revisionHistoryLimit: 10,
      },
    },
  };
}

/** Whether Git speaks to it over SSH; else by HTTPS. */
export function speaksSsh(repoUrl: string): boolean {
  return !repoUrl.startsWith("https://");
}

const DNS_LABEL = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
const PATH = /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w.][\w./-]*$/;
const REPOSITORY = /^(https:\/\/|ssh:\/\/([\w.-]+@)?)[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?(\/[\w.~-]+)+$|^[\w.-]+@[A-Za-z0-9][A-Za-z0-9.-]*:[\w.~-]+(\/[\w.~-]+)*$/;
/** Source: https://git-scm.com/docs/git-check-ref-format */
const REVISION = /^(?!.*(\.\.|\/\/|\/$|\.$|\.lock$))[A-Za-z0-9][\w./-]{0,99}$/;
const CRON_FIELD = "(\\*|[0-9A-Z]+(-[0-9A-Z]+)?)(/[0-9]+)?";
const CRON = new RegExp(`^${CRON_FIELD}(,${CRON_FIELD})*( ${CRON_FIELD}(,${CRON_FIELD})*){4}$`);

type Checked = ArgoApplicationProps & { readonly [K in keyof typeof APPLICATION_DEFAULTS]: NonNullable<ArgoApplicationProps[K]> };

function check(value: Checked, windows: readonly Required<SyncWindow>[]): void {
  const faults = new Faults("argoApplication");
  const matches = (name: string, given: unknown, pattern: RegExp, rule: string) =>
    faults.unless(typeof given === "string" && pattern.test(given), `${name} is ${shown(given)}: it must be ${rule}. Correct it.`);
  const oneOf = (name: string, given: unknown, allowed: readonly unknown[]) =>
    faults.unless(allowed.includes(given), `${name} is ${shown(given)}: it must be ${allowed.map(shown).join(" or ")}. Choose one.`);
  const label = "1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last";
  matches("name", value.name, DNS_LABEL, label);
  matches("repoUrl", value.repoUrl, REPOSITORY, "the address of a Git repository without a password, such as https://github.com/acme/specweave.git or git@github.com:acme/specweave.git");
  matches("path", value.path, PATH, "a path inside the repository");
  matches("revision", value.revision, REVISION, "a branch, a tag or a commit, without wildcards");
  matches("imageFile", value.imageFile, /^(?!\/)(?!.*(^|\/)\.\.(\/|$))[\w.][\w./-]*\.ya?ml$/, "a path inside the repository that ends in .yaml");
  matches("namespace", value.namespace, DNS_LABEL, label);
  for (const key of ["prune", "selfHeal"] as const) oneOf(key, value[key], [true, false]);
  oneOf("onDelete", value.onDelete, ["orphan", "cascade"]);
  windows.forEach((window, index) => {
    const at = (key: string) => `syncWindows[${index}].${key}`;
    oneOf(at("kind"), window.kind, ["allow", "deny"]);
    matches(at("schedule"), window.schedule, CRON, "five fields of cron such as 0 22 * * 5");
    faults.unless(Number.isInteger(window.durationMinutes) && window.durationMinutes >= 1 && window.durationMinutes <= 40_320,
      `${at("durationMinutes")} is ${shown(window.durationMinutes)}: it must be a whole number from 1 to 40320, which is four weeks. Choose one.`);
    faults.unless(isTimeZone(window.timeZone), `${at("timeZone")} is ${shown(window.timeZone)}: it must be the name of a time zone such as Europe/Berlin. Correct it.`);
    oneOf(at("manualSync"), window.manualSync, [true, false]);
  });
  faults.throwIfAny();
}

function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}

/** Without the members that are `undefined`. */
function defined<T extends object>(props: T): T {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as T;
}
