import { existsSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { filesIn, readOutput, stacksOf } from "../artifacts/output";
import { readSettings, type Settings } from "../blueprint/settings";
import type { Reading } from "../demand/demand";
import { prove } from "../demand/prove";
import { understandIncrement } from "../demand/read-increment";
import { Evidence, type Proof, type Subject, type Synthesized, type TerraformJson } from "../demand/synthesized";
import { readIncrements, readSpec } from "../increment/directory";
import type { Criterion, Increment } from "../increment/increment";

export interface CriterionOptions {
  /**
   * The file that states the criterion, or a directory of increments.
   *
   * @default - `PHASELINE_INCREMENTS`, or `.specweave/increments`
   */
  readonly spec?: string;
  /**
   * What "the API" of the criteria is called.
   *
   * @default - `service.name` of cdktf.json, or the one Deployment there is, or "api"
   */
  readonly service?: string;
  /**
   * What their cluster is called.
   *
   * @default - `cluster.name` of cdktf.json, or the one EKS cluster there is
   */
  readonly cluster?: string;
  /**
   * The GitHub repository that deploys, `owner/name`.
   *
   * @default - `repository` of cdktf.json; without it nothing proves a pipeline
   */
  readonly repository?: string;
  /** @default - `branch` of cdktf.json, or "main" */
  readonly branch?: string;
  /**
   * Of several environments the one that is looked at: the stack of that name, and those whose names begin with it and a hyphen.
   *
   * @default - `environment` of cdktf.json, or "production"
   */
  readonly environment?: string;
  /**
   * A directory with files that Terraform does not make, such as `.github/workflows/deploy.yml`.
   *
   * @default - `artifacts` of the output directory; for stacks, none
   */
  readonly files?: string;
}

/** One demand of a criterion, held against what is there. `proof` is absent where phaseline does not provision the capability. */
export interface HeldDemand {
  readonly kind: string;
  readonly proof?: Proof;
}

export interface HeldCriterion {
  readonly increment: Increment;
  readonly criterion: Criterion;
  readonly reading: Reading;
  readonly demands: readonly HeldDemand[];
}

/** Stacks by their name, and generated files by their path. */
export type Stacks = Pick<Synthesized, "stacks" | "artifacts">;

/**
 * Holds one criterion against stacks.
 *
 * @param named its id, `AC-US1-02`, or with its increment, `0012/AC-US1-02`
 * @throws Error where there is none of that id, or there are several; FaultsError where the spec cannot be read
 */
export function holdCriterion(made: Stacks, named: string, options: CriterionOptions = {}): HeldCriterion {
  const { increment, criterion } = findCriterion(named, incrementsOf(options.spec));
  const { criteria } = understandIncrement(increment);
  const { reading } = criteria.find((each) => each.criterion.id === criterion.id)!;
  const evidence = new Evidence(synthesized(made, options));
  return {
    increment,
    criterion,
    reading,
    demands: reading.demands.map((demand) => {
      const proof = prove(demand, evidence);
      return { kind: demand.kind, ...(proof && { proof }) };
    }),
  };
}

/** What an output directory holds, or the directory of one stack, or Terraform JSON. */
export function stacksIn(given: string): Stacks {
  if (given.trimStart().startsWith("{")) return { stacks: { stack: JSON.parse(given) as TerraformJson }, artifacts: {} };
  const file = statSync(given, { throwIfNoEntry: false })?.isFile() ? given : join(given, "cdk.tf.json");
  if (existsSync(file)) return { stacks: { stack: JSON.parse(readFileSync(file, "utf8")) as TerraformJson }, artifacts: {} };
  const output = readOutput(given);
  if (output.form === "hcl") throw new Error(`${given} holds stacks as HCL, which is not read. Synthesize without --hcl.`);
  return output;
}

function incrementsOf(spec: string | undefined): readonly Increment[] {
  const path = spec ?? process.env["PHASELINE_INCREMENTS"] ?? ".specweave/increments";
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? [readSpec(path)] : readIncrements(path);
}

function findCriterion(named: string, increments: readonly Increment[]): { readonly increment: Increment; readonly criterion: Criterion } {
  const slash = named.indexOf("/");
  const [within, id] = slash < 0 ? [undefined, named] : [named.slice(0, slash), named.slice(slash + 1)];
  const among = increments.filter((increment) => within === undefined || increment.id === within || increment.id.startsWith(`${within}-`));
  const found = among.flatMap((increment) => increment.criteria.filter((criterion) => criterion.id === id).map((criterion) => ({ increment, criterion })));
  const [first] = found;
  if (first && found.length === 1) return first;
  if (first) {
    const names = found.map(({ increment }) => `"${/^\d+[A-Za-z]?(?=-)/.exec(increment.id)?.[0] ?? increment.id}/${id}"`);
    throw new Error(`${id} stands in ${found.length} increments: ${found.map(({ increment }) => increment.file).join(", ")}. Say which one: ${names.join(" or ")}.`);
  }
  const files = (among.length > 0 ? among : increments).map(({ file }) => file);
  const ids = (among.length > 0 ? among : increments).flatMap(({ criteria }) => criteria.map((criterion) => criterion.id));
  const more = ids.length > 12 ? ` and ${ids.length - 12} more` : "";
  throw new Error(`There is no criterion ${JSON.stringify(named)} in ${files.join(", ")}. There are ${ids.slice(0, 12).join(", ") || "none"}${more}.`);
}

function synthesized({ stacks, artifacts }: Stacks, options: CriterionOptions): Synthesized {
  const settings = settingsHere();
  const environment = options.environment ?? settings?.environment ?? "production";
  const names = Object.keys(stacks);
  // `staging-platform` belongs to `staging`, where there is that.
  const environments = names.filter((name) => !names.some((other) => name.startsWith(`${other}-`)));
  const own = stacksOf(environment, [...new Set([...environments, environment])], stacks);
  const looked = Object.keys(own).length > 0 ? own : stacks;
  const subject: Subject = {
    service: options.service ?? settings?.service.name ?? only(looked, "kubernetes_deployment_v1", ({ metadata }) => (metadata as Named | undefined)?.name ?? (metadata as readonly Named[] | undefined)?.[0]?.name) ?? "api",
    cluster: options.cluster ?? settings?.cluster.name ?? only(looked, "aws_eks_cluster", ({ name }) => name) ?? "cluster",
    // A proof looks for this in texts: it must not be found where nobody said what it is.
    repository: options.repository ?? settings?.repository ?? "(no repository is named)",
    branch: options.branch ?? settings?.branch ?? "main",
    environment,
  };
  const files = options.files === undefined ? {} : filesIn(options.files);
  return { stacks: looked, artifacts: { ...artifacts, ...files }, environments, subject };
}

interface Named {
  readonly name?: unknown;
}

/** The name of the one resource of a type. */
function only(stacks: Stacks["stacks"], type: string, nameOf: (config: Readonly<Record<string, unknown>>) => unknown): string | undefined {
  const all = Object.values(stacks).flatMap(({ resource }) => Object.values(resource?.[type] ?? {}));
  const name = all.length === 1 ? nameOf(all[0]!) : undefined;
  return typeof name === "string" ? name : undefined;
}

/** The settings of this project, where it has any. */
function settingsHere(): Settings | undefined {
  const file = "cdktf.json";
  if (!existsSync(file)) return undefined;
  const { context } = JSON.parse(readFileSync(file, "utf8")) as { readonly context?: { readonly phaseline?: unknown } };
  return context?.phaseline === undefined ? undefined : readSettings(context.phaseline, relative(process.cwd(), file));
}
