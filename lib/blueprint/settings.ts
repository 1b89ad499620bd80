import * as v from "valibot";
import { plainName } from "../demand/environments";
import { scheduleOf } from "../demand/schedule";
import { FaultsError, type Fault } from "../increment/fault";
import { MANAGED_RULE_GROUPS } from "./rule-groups";
import { SyncWindow } from "./sync-window";

const NAME = /^[a-z][a-z0-9-]{0,38}[a-z0-9]$/;
const name = v.pipe(v.string(), v.regex(NAME, "2 to 40 lower-case letters, digits and hyphens, beginning with a letter"));
const bucket = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,18}[a-z0-9]$/, "2 to 20 lower-case letters, digits and hyphens, beginning with a letter"));
const count = (least: number, most: number) =>
  v.pipe(
    v.number(`a whole number from ${least} to ${most}`),
    v.check((value) => Number.isInteger(value) && value >= least && value <= most, `a whole number from ${least} to ${most}`),
  );
const cidr = v.pipe(
  v.string(),
  v.regex(/^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!\/)|(?=\/))){4}\/(?:3[0-2]|[12]?\d)$/, "an IPv4 range such as 203.0.113.0/24"),
);
const region = v.pipe(v.string(), v.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "an AWS region such as us-east-1"));
const arn = v.pipe(v.string(), v.regex(/^arn:aws[a-z-]*:iam::\d{12}:[\w+=,.@/-]+$/, "the ARN of an IAM role, user or provider"));
const cpu = v.pipe(v.string(), v.regex(/^\d+m$|^\d+(\.\d+)?$/, "a Kubernetes CPU quantity such as 100m or 0.5"));
const memory = v.pipe(v.string(), v.regex(/^\d+(Ki|Mi|Gi)$/, "a Kubernetes memory quantity such as 256Mi"));
const path = v.pipe(v.string(), v.regex(/^\/[\w./-]*$/, "an HTTP path such as /health"));
const rules = v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_]{1,128}$/, "the name of a rule such as SizeRestrictions_BODY")));
const dollars = v.pipe(v.number("US dollars such as 200"), v.check((amount) => Number.isFinite(amount) && amount > 0, "US dollars such as 200"));
/** A range that must not be the whole internet; a cluster's API has no business there by default. */
const narrowCidr = v.pipe(cidr, v.check((range) => !range.endsWith("/0"), "a range narrower than the whole internet"));

const Network = v.strictObject({
  /** Range of the VPC when no criterion states one; a /16 leaves room for all three phases. */
  cidr: v.optional(cidr, "10.0.0.0/16"),
  /** Number of availability zones. */
  zones: v.optional(count(2, 4), 3),
});
const addonVersion = v.exactOptional(v.pipe(v.string(), v.regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/, "a version of an add-on such as v1.20.4-eksbuild.1")));
const Cluster = v.strictObject({
  /** Default: `<project>-<environment>`. */
  name: v.optional(name),
  /** Kubernetes minor version. */
  version: v.optional(v.pipe(v.string(), v.regex(/^1\.\d{2}$/, "a Kubernetes version such as 1.35")), "1.35"),
  /** Ranges that may reach the API server from outside the VPC; none: the endpoint is private. */
  publicAccessCidrs: v.optional(v.array(narrowCidr), []),
  /** IAM principals that administer the cluster; none: whoever applies it first. */
  adminPrincipalArns: v.optional(v.array(arn), []),
  /** Whether AWS refuses to delete the cluster until this is turned off. */
  deletionProtection: v.optional(v.boolean(), true),
  /** Versions of EKS' add-ons, raised after `version`. Default: what EKS preferred when each was made. */
  addonVersions: v.optional(v.strictObject({ "aws-ebs-csi-driver": addonVersion, coredns: addonVersion, "eks-pod-identity-agent": addonVersion, "kube-proxy": addonVersion, "vpc-cni": addonVersion }), {}),
});
const Nodes = v.strictObject({
  /** Default: `<project>-workers`. */
  name: v.optional(name),
  instanceType: v.optional(v.pipe(v.string(), v.regex(/^[a-z]\w+\.\w+$/, "an instance type such as t3.large")), "t3.large"),
  min: v.optional(count(1, 100), 2),
  desired: v.optional(count(1, 100), 3),
  max: v.optional(count(1, 100), 10),
});
const Service = v.strictObject({
  /** Name of the Deployment and Service. */
  name: v.optional(name, "api"),
  /** Label `app` and name of the ECR repository. Default: `<project>-<name>`. */
  app: v.optional(name),
  /** Kubernetes namespace. Default: the project's name. */
  namespace: v.optional(name),
  port: v.optional(count(1, 65535), 3000),
  healthPath: v.optional(path, "/health"),
  metricsPath: v.optional(path, "/metrics"),
  replicas: v.optional(count(1, 1000), 3),
  cpuRequest: v.optional(cpu, "100m"),
  cpuLimit: v.optional(cpu, "500m"),
  memoryRequest: v.optional(memory, "256Mi"),
  memoryLimit: v.optional(memory, "512Mi"),
});
const Domain = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, "a domain name such as api.example.com")),
  /** The Route 53 zone that it belongs to. Default: a zone of that name is made, which you delegate to. */
  hostedZoneId: v.exactOptional(v.pipe(v.string(), v.regex(/^Z[A-Z0-9]{5,31}$/, "the id of a hosted zone such as Z0123456789ABCDEFGHIJ"))),
});

const secretId = v.pipe(v.string(), v.regex(/^[\w/+=.@:-]{1,256}$/, "the name of a secret"));
const Datadog = v.strictObject({
  /** Site of the account at Datadog. */
  site: v.optional(v.picklist(["datadoghq.com", "us3.datadoghq.com", "us5.datadoghq.com", "datadoghq.eu", "ap1.datadoghq.com", "ap2.datadoghq.com", "ddog-gov.com"]), "datadoghq.com"),
  /** Name of the secret in Secrets Manager with the API key. Default: one is made, `<project>-<environment>/datadog-api-key`, which its owner fills. */
  apiKeySecretId: v.exactOptional(secretId),
  /** The same of the application key, by which monitors, dashboards and objectives are made: `<project>-<environment>/datadog-app-key`. */
  appKeySecretId: v.exactOptional(secretId),
  /** Raised when the API key has changed: the agents get it with the next deployment. */
  apiKeyRevision: v.optional(count(1, 1_000_000), 1),
  /** Span of one request, as the application's tracer calls it. */
  operation: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]*(\.[a-z0-9_]+)*$/, "the name of a span such as express.request")), "web.request"),
  /** Whom monitors tell. */
  notify: v.optional(v.array(v.pipe(v.string(), v.regex(/^@[A-Za-z0-9][\w.@+-]{0,199}$/, "whom Datadog can tell, such as @slack-ops or @ops@example.com"))), []),
  /** Whether Datadog reads the account's metrics by a role; not, where it knows the account already. */
  awsIntegration: v.optional(v.boolean(), true),
  /** Datadog's own AWS account, which takes on that role. Default: the one that Datadog documents for the site. */
  awsAccountId: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{12}$/, "an AWS account of twelve digits"))),
});

/** What is different in another environment that criteria name; all the rest, account and region too, is as in the settings around it. */
const Differences = v.strictObject({
  /** Default: the settings' domain with the environment's name before it: `staging.api.example.com`. */
  domain: v.exactOptional(Domain),
  plainHttp: v.exactOptional(v.boolean()),
  /** Default: the one of the account, which the environment of the settings makes. */
  githubOidcProviderArn: v.exactOptional(arn),
  alarmEmails: v.exactOptional(v.array(v.pipe(v.string(), v.email("an e-mail address")))),
  network: v.optional(v.partial(Network), {}),
  cluster: v.optional(v.partial(Cluster), {}),
  nodes: v.optional(v.partial(Nodes), {}),
});

/**
 * What no acceptance criterion says and every environment needs: names, sizes, region, repository. It stands in `cdktf.json`
 * under `context.phaseline`; criteria override sizes, never names.
 */
const Schema = v.strictObject({
  /** Prefix of the names of all that has no name of its own here. */
  project: name,
  /** Name of the environment; its stacks are `<environment>` and `<environment>-platform`. */
  environment: v.optional(name, "production"),
  /** What is different in the other environments that criteria name, by their names: `{"staging": {"nodes": {"min": 1, "desired": 1}}}`. */
  environments: v.optional(v.record(name, Differences), {}),
  /** AWS region. */
  region: v.optional(region, "us-east-1"),
  /** GitHub repository `owner/name`: the only one that may deploy. */
  repository: v.pipe(v.string(), v.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/, "a GitHub repository such as acme/shop")),
  /** Branch that deploys when no criterion names one. */
  branch: v.optional(v.pipe(v.string(), v.regex(/^(?!.*\.\.)[A-Za-z0-9][\w./-]{0,99}$/, "a branch such as main")), "main"),
  /** Where this account has an OIDC provider for GitHub already (an account can have one only): its ARN. */
  githubOidcProviderArn: v.optional(arn),
  /** Name under which the world reaches the application. Default: none. */
  domain: v.exactOptional(Domain),
  /** Whether a load balancer may do without TLS, where there is no domain. */
  plainHttp: v.optional(v.boolean(), false),
  /** Who is told of alarms. */
  alarmEmails: v.optional(v.array(v.pipe(v.string(), v.email("an e-mail address"))), []),
  budget: v.optional(
    v.strictObject({
      /** US dollars a month, where a criterion asks for a budget and states no amount. */
      monthlyUsd: v.exactOptional(dollars),
      /** US dollars a day, likewise. */
      dailyUsd: v.exactOptional(dollars),
      /** What counts: all that the account spends, or what has the tag `Project`, which must be an active cost allocation tag. */
      scope: v.optional(v.picklist(["account", "project"]), "account"),
    }),
    {},
  ),
  increments: v.exactOptional(
    v.strictObject({
      /** Whether finished increments in `_archive` stand with the others. Default: it has to be stated where one asks for infrastructure. */
      archived: v.exactOptional(v.boolean()),
    }),
  ),
  loadTest: v.optional(
    v.strictObject({
      /** Paths that load tests ask for. Default: `service.healthPath`. */
      paths: v.exactOptional(v.pipe(v.array(path), v.minLength(1, "at least one path"))),
    }),
    {},
  ),
  cdn: v.optional(
    v.strictObject({
      /** Whether the load balancer behind CloudFront can still be reached without it: while the name changes over to CloudFront. */
      directAccess: v.optional(v.boolean(), false),
    }),
    {},
  ),
  waf: v.optional(
    v.strictObject({
      /** Rules that only note, by the groups that they belong to. */
      countedRules: v.optional(v.record(v.picklist(MANAGED_RULE_GROUPS), rules), {}),
    }),
    {},
  ),
  state: v.optional(
    v.strictObject({
      /** A bucket of yours for Terraform's states. Default: one is made, where a criterion asks for it. */
      bucket: v.exactOptional(v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, "the name of a bucket"))),
      /** Its region. Default: that of the environment. */
      region: v.exactOptional(region),
      /** In front of the states' names in the bucket. Default: the project. */
      prefix: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w-]+(\/[\w-]+)*$/, "a path such as teams/shop"))),
      /** The key that encrypts them in a bucket of yours. Default: what the bucket does. */
      kmsKeyId: v.exactOptional(v.pipe(v.string(), v.regex(/^(arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:(key|alias)\/[\w/-]+|alias\/[\w/-]+)$/, "the ARN of a KMS key, or an alias such as alias/terraform"))),
      /** Whether the bucket that is made stands: then the stack that makes it keeps its state there, too. */
      bootstrapped: v.optional(v.boolean(), false),
    }),
    {},
  ),
  network: v.optional(Network, {}),
  cluster: v.optional(Cluster, {}),
  nodes: v.optional(Nodes, {}),
  service: v.optional(Service, {}),
  /** Commands that run by the clock where a criterion asks for it, by their names. */
  jobs: v.optional(
    v.record(
      bucket,
      v.strictObject({
        /** The command, as words; no shell reads it. */
        command: v.pipe(v.array(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_@+=:,./-]+$/, "a word of letters, digits and _@+=:,./-"))), v.minLength(1, 'at least one word, as in ["npm", "run", "cleanup"]')),
        /** When, where no criterion says it: `02:00 UTC` or `0 2 * * *`. */
        schedule: v.exactOptional(v.pipe(v.string(), v.check((schedule) => typeof scheduleOf({ schedule }) === "object", "a time such as 02:00 UTC, or five fields of cron such as 0 2 * * *"))),
      }),
    ),
    {},
  ),
  cache: v.optional(
    v.strictObject({
      /** `iam`: by tokens that the application signs; `network`: whatever reaches the cache may use it, for clients that cannot sign. */
      access: v.optional(v.picklist(["iam", "network"]), "iam"),
    }),
    {},
  ),
  objectStorage: v.optional(
    v.strictObject({
      /** What each bucket holds, in the order in which they were made: part of its name, which cannot change. Default: `files`, `files-2` and so on. */
      buckets: v.optional(v.array(bucket), []),
      /** Origins whose pages use the buckets from a browser, where a criterion asks for CORS. Default: that of the domain. */
      corsOrigins: v.optional(v.array(v.pipe(v.string(), v.regex(/^https?:\/\/[A-Za-z0-9.-]+(:\d+)?$/, "an origin such as https://shop.example.com"))), []),
    }),
    {},
  ),
  datadog: v.optional(Datadog, {}),
  gitops: v.optional(
    v.strictObject({
      /** Directory of the chart in the repository. Default: `charts/<service.name>`. */
      path: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w.-]+(\/[\w.-]+)*$/, "a directory such as charts/api"))),
      /** Name of the secret in Secrets Manager by which Argo CD reads a private repository. Default: the repository is public. */
      credentialsSecretId: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w/+=.@:-]{1,256}$/, "the name of a secret"))),
      /** Raised when the value of that secret has changed: Argo CD gets it with the next deployment. */
      credentialsRevision: v.exactOptional(count(1, 1_000_000)),
      /** Whether what was changed on the cluster is put back at once; else with the next commit. */
      selfHeal: v.optional(v.boolean(), false),
      /** Whether what is no longer in Git is deleted. */
      prune: v.optional(v.boolean(), true),
      /** When it may sync. Default: at any time. */
      syncWindows: v.optional(v.array(SyncWindow), []),
      /** Two of every part of Argo CD, and a Redis of three: it goes on while a node is lost. */
      highAvailability: v.optional(v.boolean(), false),
    }),
    {},
  ),
  pipeline: v.optional(
    v.strictObject({
      /** Label of the runner. Default: `ubuntu-24.04`. */
      runsOn: v.exactOptional(v.pipe(v.string(), v.regex(/^[\w.-]{1,60}$/, "the label of a runner such as ubuntu-24.04"))),
      /** How it reaches the cluster: through a node by Session Manager, or directly, where the runner stands in the VPC or the endpoint is open to it. */
      reach: v.optional(v.picklist(["ssm-tunnel", "direct"]), "ssm-tunnel"),
      /** Command that must succeed before anything is built. Default: none. */
      testCommand: v.exactOptional(v.pipe(v.string(), v.regex(/^[^\n\r]{1,200}$/, "one line"))),
      /** Node.js version for that command. Default: the runner's. */
      nodeVersion: v.exactOptional(v.pipe(v.string(), v.regex(/^\d{2}$/, "a major version such as 24"))),
    }),
    {},
  ),
});

type Parsed = v.InferOutput<typeof Schema>;

/** The settings with every name decided. */
export interface Settings extends Omit<Parsed, "cluster" | "nodes" | "service" | "githubOidcProviderArn"> {
  readonly cluster: Parsed["cluster"] & { readonly name: string };
  readonly nodes: Parsed["nodes"] & { readonly name: string };
  readonly service: Parsed["service"] & { readonly app: string; readonly namespace: string };
  readonly githubOidcProviderArn?: string;
}

/** What a person writes: only `project` and `repository` are required. */
export type SettingsInput = v.InferInput<typeof Schema>;

/**
 * @param input the value of `context.phaseline`
 * @param file the file it came from, named in the faults
 * @throws FaultsError with every setting that is unknown, missing or out of its range
 */
export function readSettings(input: unknown, file: string): Settings {
  const result = v.safeParse(Schema, input ?? {});
  const faults: Fault[] = result.success ? [] : result.issues.map((issue) => settingFault(issue, file));
  if (!result.success) throw new FaultsError(faults);
  const parsed = result.output;
  const others = Object.entries(parsed.environments).map(([other, { nodes }]) => [`environments.${other}.nodes`, merged(parsed.nodes, nodes)] as const);
  const disordered = [["nodes", parsed.nodes] as const, ...others].filter(([, { min, desired, max }]) => !(min <= desired && desired <= max));
  if (disordered.length > 0) {
    throw new FaultsError(
      disordered.map(([key, { min, desired, max }]) => ({
        message: `${file}: context.phaseline.${key} has min ${min}, desired ${desired} and max ${max}: they must not decrease in this order.`,
        remedy: "Choose sizes with min ≤ desired ≤ max.",
      })),
    );
  }
  const { githubOidcProviderArn, ...rest } = parsed;
  return {
    ...rest,
    ...(githubOidcProviderArn === undefined ? {} : { githubOidcProviderArn }),
    cluster: { ...parsed.cluster, name: parsed.cluster.name ?? `${parsed.project}-${parsed.environment}` },
    nodes: { ...parsed.nodes, name: parsed.nodes.name ?? `${parsed.project}-workers` },
    service: {
      ...parsed.service,
      app: parsed.service.app ?? `${parsed.project}-${parsed.service.name}`,
      namespace: parsed.service.namespace ?? parsed.project,
    },
  };
}

/** The settings of another environment: the same but for its names, and what is said to be different. */
export function settingsOf(settings: Settings, environment: string): Settings {
  const differences = Object.entries(settings.environments).find(([key]) => plainName(key) === environment)?.[1] ?? { network: {}, cluster: {}, nodes: {} };
  const { domain, network, cluster, nodes, ...rest } = differences;
  const under = domain ?? (settings.domain && { ...settings.domain, name: `${environment}.${settings.domain.name}` });
  return {
    ...settings,
    ...rest,
    environment,
    ...(under === undefined ? {} : { domain: under }),
    network: merged(settings.network, network),
    cluster: merged({ ...settings.cluster, name: `${settings.project}-${environment}` }, cluster),
    nodes: merged(settings.nodes, nodes),
  };
}

function merged<T extends object>(all: T, some: { readonly [K in keyof T]?: T[K] | undefined }): T {
  return { ...all, ...(Object.fromEntries(Object.entries(some).filter(([, value]) => value !== undefined)) as Partial<T>) };
}

function settingFault(issue: v.BaseIssue<unknown>, file: string): Fault {
  const key = ["context", "phaseline", ...(issue.path ?? []).map((item) => String(item.key))].join(".");
  if (issue.type === "strict_object" && issue.expected === "never") {
    return { message: `${file}: ${key} is no setting that phaseline knows.`, remedy: "Remove it or correct its spelling; the README lists all settings." };
  }
  if (issue.input === undefined) {
    return { message: `${file}: ${key} is missing.`, remedy: `Write it into ${file}; the README shows an example.` };
  }
  const rule = /^Invalid/.test(issue.message) ? `${issue.expected ?? "another value"}` : issue.message;
  return { message: `${file}: ${key} is ${issue.received}.`, remedy: `It must be ${rule}.` };
}
