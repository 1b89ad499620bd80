/** What was synthesized, as plain data: a proof looks at this and at nothing else. */
export interface Synthesized {
  /** Terraform JSON by stack name. */
  readonly stacks: Readonly<Record<string, TerraformJson>>;
  /** Generated files by path below `artifacts/`. */
  readonly artifacts: Readonly<Record<string, string>>;
  readonly subject: Subject;
}

/** What the criteria's "the API", "the cluster" and "this repository" are called. */
export interface Subject {
  readonly service: string;
  readonly cluster: string;
  readonly repository: string;
  readonly branch: string;
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

  /** Whether any of its arguments refers to that resource. */
  refersTo(other: Resource): boolean {
    return this.stack === other.stack && JSON.stringify(this.config).includes(`\${${other.address}.`);
  }
}

/** Finds resources by type, over all stacks, in a fixed order. */
export class Evidence {
  constructor(readonly synthesized: Synthesized) {}

  get subject(): Subject {
    return this.synthesized.subject;
  }

  resources(type: string): readonly Resource[] {
    return Object.keys(this.synthesized.stacks)
      .sort()
      .flatMap((stack) => {
        const ofType = this.synthesized.stacks[stack]?.resource?.[type] ?? {};
        return Object.keys(ofType)
          .sort()
          .map((id) => new Resource(this, stack, type, id, ofType[id] ?? {}));
      });
  }

  artifact(path: string): string | undefined {
    return this.synthesized.artifacts[path];
  }

  /** The text of a role's trust policy, whether it stands in the role or in a policy document beside it. */
  trustOf(role: Resource): string {
    const policy = role.get("assume_role_policy");
    const document = /^\$\{data\.aws_iam_policy_document\.([\w-]+)\.json\}$/.exec(String(policy))?.[1];
    if (document === undefined) return JSON.stringify(policy ?? "");
    const data = this.synthesized.stacks[role.stack]?.["data"] as Record<string, Record<string, unknown>> | undefined;
    return JSON.stringify(data?.["aws_iam_policy_document"]?.[document] ?? "");
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

function dig(value: unknown, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(value)) return /^\d+$/.test(key) ? dig(value[Number(key)], rest) : dig(value[0], path);
  if (typeof value !== "object" || value === null) return undefined;
  if (key === "0" && !("0" in value)) return dig(value, rest);
  return dig((value as Record<string, unknown>)[key], rest);
}
