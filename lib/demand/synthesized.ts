/** What was synthesized, as plain data: a proof looks at this and at nothing else. */
export interface Synthesized {
  /** Terraform JSON by stack name. */
  readonly stacks: Readonly<Record<string, TerraformJson>>;
  /** Generated files by path below `artifacts/`. */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly subject: Subject;
  /** All environments that were synthesized, this one among them; `stacks` are those of this one. */
  readonly environments: readonly string[];
}

/** What the criteria's "the API", "the cluster" and "this repository" are called. */
export interface Subject {
  readonly service: string;
  readonly cluster: string;
  readonly repository: string;
  readonly branch: string;
  readonly environment: string;
}

export interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
  readonly [block: string]: unknown;
}

/** A resource of a stack. */
export interface Address {
  readonly stack: string;
  /** As Terraform writes it: `aws_eks_cluster.cluster`. */
  readonly address: string;
}

/** What was looked for and what was found. */
export interface Proof {
  readonly holds: boolean;
  readonly wanted: string;
  readonly found: string;
  /** The resources looked at, and the generated files as `artifacts/<path>`. */
  readonly addresses: readonly Address[];
  readonly files: readonly string[];
}

/** A resource with a reader that looks through blocks and references. */
export class Resource implements Address {
  constructor(
    private readonly evidence: Evidence,
    readonly stack: string,
    readonly type: string,
    readonly id: string,
    private readonly config: Readonly<Record<string, unknown>>,
  ) {}

  get address(): string {
    return `${this.type}.${this.id}`;
  }

  /**
   * The value at `a.b.c`. A block that may stand once is read the same as object and as list of one; a reference to another
   * resource's attribute becomes that attribute's value where the configuration states it.
   */
  get(path: string): unknown {
    return this.evidence.resolve(this.stack, dig(this.config, path.split(".")));
  }

  /** All the blocks (or list entries) at a path. */
  list(path: string): readonly Readonly<Record<string, unknown>>[] {
    const value = dig(this.config, path.split("."));
    return (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]) as Record<string, unknown>[];
  }

  /**
   * A text, or several, as one text: the values of a Helm release, a script, an expression. What it takes from another stack's
   * outputs stands there as that stack says it.
   */
  text(path: string): string {
    return this.evidence.followed(this.list(path).map((part: unknown) => (typeof part === "string" ? part : JSON.stringify(part))).join("\n"));
  }

  /** Whether any of its arguments, or those at a path, refers to that resource. */
  refersTo(other: Resource | undefined, path?: string): boolean {
    if (this.stack !== other?.stack) return false;
    return JSON.stringify((path === undefined ? this.config : dig(this.config, path.split("."))) ?? "").includes(`\${${other.address}.`);
  }
}

/** Finds resources by type, over all stacks, in a fixed order. */
export class Evidence {
  constructor(readonly synthesized: Synthesized) {}

  get subject(): Subject {
    return this.synthesized.subject;
  }

  resources(type: string): readonly Resource[] {
    return this.find("resource", type);
  }

  /** Data sources, which are resources that are only read. */
  data(type: string): readonly Resource[] {
    return this.find("data", type);
  }

  private find(block: "resource" | "data", type: string): readonly Resource[] {
    return Object.keys(this.synthesized.stacks)
      .sort()
      .flatMap((stack) => {
        const ofType = (this.synthesized.stacks[stack]?.[block] as TerraformJson["resource"])?.[type] ?? {};
        return Object.keys(ofType)
          .sort()
          .map((id) => new Resource(this, stack, block === "data" ? `data.${type}` : type, id, ofType[id] ?? {}));
      });
  }

  /** Every resource of every type. */
  all(): readonly Resource[] {
    const types = Object.values(this.synthesized.stacks).flatMap((stack) => Object.keys(stack.resource ?? {}));
    return [...new Set(types)].sort().flatMap((type) => this.resources(type));
  }

  /** The configurations of a provider. */
  providers(name: string): readonly Resource[] {
    return Object.entries(this.synthesized.stacks).flatMap(([stack, { provider }]) =>
      [(provider as Readonly<Record<string, unknown>> | undefined)?.[name] ?? []].flat().map((config) => new Resource(this, stack, `provider.${name}`, "default", config as Readonly<Record<string, unknown>>)),
    );
  }

  /** The cluster of the criteria. */
  cluster(): Resource | undefined {
    return this.resources("aws_eks_cluster").find((cluster) => cluster.get("name") === this.subject.cluster);
  }

  /** Its managed node groups. */
  nodeGroups(): readonly Resource[] {
    const cluster = this.cluster();
    return cluster ? this.resources("aws_eks_node_group").filter((group) => group.refersTo(cluster) || group.get("cluster_name") === cluster.get("name")) : [];
  }

  /** The Deployment of the service. */
  deployment(): Resource | undefined {
    return this.resources("kubernetes_deployment_v1").find((deployment) => deployment.get("metadata.name") === this.subject.service);
  }

  /** What of this type looks after the pods of the Deployment: the labels at that path are theirs. */
  selecting(type: string, path: string): readonly Resource[] {
    const labels = this.deployment()?.get("spec.selector.match_labels");
    return this.resources(type).filter((candidate) => sameLabels(candidate.get(path), labels));
  }

  /** The autoscaler of the Deployment. */
  podAutoscaler(): Resource | undefined {
    return this.resources("kubernetes_horizontal_pod_autoscaler_v2").find(
      (autoscaler) => autoscaler.get("spec.scale_target_ref.kind") === "Deployment" && autoscaler.get("spec.scale_target_ref.name") === this.subject.service,
    );
  }

  releases(chart: RegExp): readonly Resource[] {
    return this.resources("helm_release").filter((release) => chart.test(String(release.get("chart"))));
  }

  /** The server that runs the application: the one of the first phase, not a host that measures others. */
  server(): Resource | undefined {
    return this.resources("aws_instance").find(({ id }) => id === "server");
  }

  /** The group of servers that run the application. */
  fleet(): Resource | undefined {
    return this.resources("aws_autoscaling_group")[0];
  }

  /** What the machines of a group are made from. */
  templateOf(group: Resource | undefined): Resource | undefined {
    return this.resources("aws_launch_template").find((template) => group?.refersTo(template));
  }

  /** Databases that take writes: no replicas. */
  databases(): readonly Resource[] {
    return this.resources("aws_db_instance").filter((instance) => instance.get("replicate_source_db") === undefined);
  }

  replicas(): readonly Resource[] {
    return this.resources("aws_db_instance").filter((instance) => instance.get("replicate_source_db") !== undefined);
  }

  /** The instances of an Aurora cluster, but for the first that many. */
  readers(cluster: Resource | undefined, but = 1): readonly Resource[] {
    return this.resources("aws_rds_cluster_instance").filter((instance) => instance.refersTo(cluster)).slice(but);
  }

  /** The subnets of a tier: public, private or data. */
  subnets(tier: string): readonly Resource[] {
    return this.resources("aws_subnet").filter(({ id }) => id.includes(tier));
  }

  /** How many zones the subnets of a tier are in. */
  zones(tier: string): number {
    return new Set(this.subnets(tier).map((subnet) => subnet.get("availability_zone"))).size;
  }

  artifact(path: string): string | undefined {
    return this.synthesized.artifacts[path];
  }

  /** The workflow that deploys to this environment, by its path below `artifacts/`. */
  workflow(): string {
    const deploying = new RegExp(`^ {4}environment: "?${this.subject.environment}"?$`, "m");
    const paths = Object.keys(this.synthesized.artifacts).filter((path) => path.startsWith(".github/workflows/deploy")).sort();
    return paths.find((path) => deploying.test(this.synthesized.artifacts[path] ?? "")) ?? ".github/workflows/deploy.yml";
  }

  /** The text of a role's trust policy, whether it stands in the role or in a policy document beside it. */
  trustOf(role: Resource): string {
    return this.documentOf(role, "assume_role_policy");
  }

  /** The text of a policy, likewise. */
  documentOf(holder: Resource, path = "policy"): string {
    const policy = holder.get(path);
    const document = /^\$\{data\.aws_iam_policy_document\.([\w-]+)\.json\}$/.exec(String(policy))?.[1];
    if (document === undefined) return JSON.stringify(policy ?? "");
    const data = this.synthesized.stacks[holder.stack]?.["data"] as Record<string, Record<string, unknown>> | undefined;
    return JSON.stringify(data?.["aws_iam_policy_document"]?.[document] ?? "");
  }

  /** A text with its references to other stacks' outputs replaced by what those are. */
  followed(text: string): string {
    return text.replace(/data\.terraform_remote_state\.[\w-]+\.outputs\.([\w-]+)/g, (reference, name: string) => {
      const outputs = Object.values(this.synthesized.stacks).map((stack) => (stack["output"] as Record<string, { value?: unknown }> | undefined)?.[name]?.value);
      const value = outputs.find((found) => typeof found === "string");
      return typeof value === "string" ? value.replace(/^\$\{(.*)\}$/, "$1") : reference;
    });
  }

  /** Follows a value that is nothing but a reference, as far as the configuration states it. */
  resolve(stack: string, value: unknown, depth = 0): unknown {
    const match = typeof value === "string" && depth < 8 ? /^\$\{([a-z]\w*)\.([\w-]+)\.([\w.[\]]+)\}$/.exec(value) : null;
    if (!match) return value;
    const [, type = "", id = "", path = ""] = match;
    const config = this.synthesized.stacks[stack]?.resource?.[type]?.[id];
    const target = config === undefined ? undefined : dig(config, path.replace(/\[(\d+)\]/g, ".$1").split("."));
    return target === undefined ? value : this.resolve(stack, target, depth + 1);
  }
}

function sameLabels(some: unknown, others: unknown): boolean {
  const flat = (labels: unknown) => JSON.stringify(Object.entries((labels ?? {}) as object).sort());
  return some !== undefined && flat(some) === flat(others);
}

function dig(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(value)) return /^\d+$/.test(key) ? dig(value[Number(key)], rest) : dig(value[0], path);
  if (typeof value !== "object" || value === null) return undefined;
  if (key === "0" && !("0" in value)) return dig(value, rest);
  return dig((value as Record<string, unknown>)[key], rest);
}
