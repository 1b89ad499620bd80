import type { TerraformJson } from "../demand/synthesized";
import { place, type Location } from "../increment/fault";
import { expression, hclBlock, hclString, type HclValue } from "../render/hcl";
import type { Fact, Scalar, Step } from "./decisive";
import { mocksOf, mockValue, type MockBlock } from "./mocks";
import { shorten } from "./trace";

/** A criterion, and what has to be so in one stack for it to be met. */
export interface Run {
  readonly name: string;
  readonly criterion: { readonly id: string; readonly text: string; readonly location: Location };
  readonly facts: readonly Fact[];
}

/** Terraform's names of runs are identifiers; criteria of other tools are called `1.2` or `R 3`. Names stay different. */
export function runNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const id of ids) {
    const plain = id.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?![A-Za-z])/, "AC-");
    let name = plain;
    for (let times = 2; taken.has(name); times++) name = `${plain}_${times}`;
    taken.add(name);
    names.set(id, name);
  }
  return names;
}

/** The name of an increment's test file below a stack's `tests/`. */
export function testFile(increment: string): string {
  return `${increment.replace(/[^A-Za-z0-9._-]/g, "_").replace(/^\./, "_")}.tftest.hcl`;
}

/**
 * A file for `terraform test`: one run a criterion, in each an assertion for everything that its proof depends on. Nothing is applied:
 * the plan of a stack that does not exist yet tells every argument, and what would be known only afterwards is given here.
 */
export function tftest(stack: TerraformJson, runs: readonly Run[]): string {
  const checks = runs.map((run) => {
    const told = run.facts.map((fact) => (fact.is.kind === "absent" || knowable(fact, stack) ? fact : thatItIsThere(fact)));
    const once = told.filter((fact, index) => fact.path.length > 0 || !told.some((other, at) => other.address === fact.address && (other.path.length > 0 || at < index)));
    return { run, asserts: once.map((fact) => assertOf(run, fact, stack)) };
  });
  const asserted = checks.filter(({ asserts }) => asserts.length > 0);
  if (asserted.length === 0) return "";
  const told = new Set(asserted.flatMap(({ run }) => run.facts.flatMap(({ is }) => (is.kind === "expression" ? is.code.match(/\bdata\.\w+\.[\w-]+/g) ?? [] : []))));
  const overridden = overrides(stack, asserted.flatMap(({ run }) => run.facts));
  const blocks = [
    ...[...mocksOf(stack, (address) => told.has(address)), ...overridden].map(({ type, labels, body }) => hclBlock(type, labels, body)),
    ...asserted.map(({ run, asserts }) =>
      [`run ${hclString(run.name)} {`, "  command = plan", ...asserts.flatMap((assert) => ["", hclBlock("assert", [], { attributes: assert }, "  ")]), "}"].join("\n"),
    ),
  ];
  return `${blocks.join("\n\n")}\n`;
}

/** What the message of an assertion begins with: whose it is. */
export function saying({ id, text, location }: Run["criterion"]): string {
  return `${id} "${shorten(text.replace(/\s+/g, " "))}" (${place(location)}): `;
}

/** What a plan cannot tell of a resource, it can tell that there is the resource. */
function thatItIsThere({ stack, address }: Fact): Fact {
  return { stack, address, path: [], is: { kind: "present", block: true } };
}

function assertOf(run: Run, fact: Fact, stack: TerraformJson): Readonly<Record<"condition" | "error_message", HclValue>> {
  const where = [...plainPath(fact.path), ...(fact.path.length === 0 ? [] : ["of"]), fact.address].join(" ");
  return {
    condition: expression(condition(fact, stack)),
    error_message: `${saying(run.criterion)}${where} ${must(fact)}.`,
  };
}

function must({ path, is }: Fact): string {
  switch (is.kind) {
    case "equal":
      return `must be ${shown(is.value)}`;
    case "not":
      return `must not be ${shown(is.value)}`;
    case "least":
      return `must be ${is.value} or more`;
    case "most":
      return `must be ${is.value} or less`;
    case "expression":
      return `must be ${shorten(is.code.replace(/\s+/g, " "))}`;
    case "says":
      return `must say ${shown(is.text)}`;
    case "present":
      return path.length === 0 ? "must be there" : "must be given";
    case "absent":
      return "must not be given";
  }
}

function shown(value: Scalar): string {
  return shorten(JSON.stringify(value));
}

/** For people: `spec.metric.0.resource.name`. */
function plainPath(path: readonly Step[]): readonly string[] {
  return path.length === 0 ? [] : [path.flatMap((step) => ("key" in step ? step.key : "index" in step ? (step.of > 1 ? String(step.index) : []) : [])).join(".")];
}

/** One that holds if the planned resource is so, whether a block of it is a list, a set or an object to its provider. */
function condition({ address, path, is }: Fact, stack: TerraformJson): string {
  if (path.length === 0) return `length(flatten([${address}])) > 0`;
  const config = configOf(address, stack);
  const several = config?.["for_each"] !== undefined ? `values(${address})[*]` : config?.["count"] !== undefined ? `${address}[*]` : undefined;
  const decoded = path.findIndex((step) => "decode" in step);
  const outer = decoded < 0 ? path : path.slice(0, decoded);
  // A splat goes through lists and sets, takes anything else for a list of one, and null for an empty one.
  const chain = outer.reduce((text, step, index) => ("key" in step ? `${text}${index === 0 ? "" : "[*]"}${member(step.key)}` : index === outer.length - 1 ? `${text}[*]` : text), several ?? address);
  const [first] = outer;
  const argument = several === undefined && outer.length === 1 && first && "key" in first ? first.key : undefined;
  if (decoded >= 0) {
    const last = outer.at(-1);
    const encoded = argument !== undefined ? chain : last && "index" in last && last.of > 1 ? `flatten(${chain})[${last.index}]` : `one(flatten(${chain}))`;
    const value = path.slice(decoded).reduce((text, step) => ("decode" in step ? `${step.decode}decode(${text})` : `${text}${"key" in step ? member(step.key) : `[${step.index}]`}`), encoded);
    return `try(${ofOne(value, is)}, false)`;
  }
  if (is.kind === "present" && is.block) return `length(flatten(${outer.length > 1 ? `try(${chain}[*], [])` : `${chain}[*]`})) > 0`;
  if (argument !== undefined) {
    // Proofs look for arguments that a resource of this type may not even know.
    if (is.kind === "absent") return `lookup(${address}, ${hclString(argument)}, null) == null`;
    return FALLIBLE.has(is.kind) ? `try(${ofOne(chain, is)}, false)` : ofOne(chain, is);
  }
  // A map without the key has no answer, either.
  const values = `flatten(${chain})`;
  switch (is.kind) {
    case "equal":
      return `try(contains(${values}, ${literal(is.value)}), false)`;
    case "not":
      return `try(!contains(${values}, ${literal(is.value)}), true)`;
    case "expression":
      return `try(contains(${values}, ${is.code}), false)`;
    case "says":
      return `try(strcontains(join("\\n", ${values}), ${hclString(is.text)}), false)`;
    case "absent":
      return `alltrue([for each in try(${values}, []) : each == null])`;
    default:
      return `anytrue([for each in try(${values}, []) : try(${ofOne("each", is)}, false)])`;
  }
}

/** What null, or a value of another type, has no answer to. An assertion without an answer would keep Terraform from the next runs. */
const FALLIBLE: ReadonlySet<Fact["is"]["kind"]> = new Set(["least", "most", "says"]);

function ofOne(value: string, is: Fact["is"]): string {
  switch (is.kind) {
    case "equal":
      return `${value} == ${literal(is.value)}`;
    case "not":
      return `${value} != ${literal(is.value)}`;
    case "least":
      return `${value} >= ${is.value}`;
    case "most":
      return `${value} <= ${is.value}`;
    case "expression":
      return `${value} == ${is.code}`;
    case "says":
      return `strcontains(${value}, ${hclString(is.text)})`;
    case "present":
      return `${value} != null`;
    case "absent":
      return `${value} == null`;
  }
}

function literal(value: Scalar): string {
  return typeof value === "string" ? hclString(value) : String(value);
}

function member(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${hclString(key)}]`;
}

function configOf(address: string, stack: TerraformJson): Readonly<Record<string, unknown>> | undefined {
  const [block, type = "", id = ""] = address.startsWith("data.") ? address.split(".") : ["resource", ...address.split(".")];
  return (stack[block as "data"] as TerraformJson["resource"])?.[type]?.[id];
}

interface Reference {
  readonly type: string;
  readonly id: string;
  readonly attribute: string;
}

const REFERENCE = /(?<![\w.-])(data\.)?([a-z]\w*)\.([\w-]+)\.([a-z_]\w*)((?:\[[^\]]*\]|\.[\w-]+)*)/g;

/** The resources' attributes that a value is made of, followed as far as the configuration states them: what only an apply would tell. */
function unknowns(value: unknown, stack: TerraformJson, depth = 0): readonly (Reference | undefined)[] {
  const text = JSON.stringify(value) ?? "";
  if (!/[$%]\{/.test(text)) return [];
  return [...text.matchAll(REFERENCE)].flatMap(([, data, type = "", id = "", attribute = "", deeper = ""]): readonly (Reference | undefined)[] => {
    const config = configOf(`${data ?? ""}${type}.${id}`, stack);
    if (!config || depth > 8) return [];
    // A data source is not read before the resources that it is about are there.
    if (data !== undefined) return refersToResources(config, stack) ? [undefined] : [];
    const stated = deeper.split(/[.[\]]+/).filter(Boolean).reduce<unknown>(
      // A block that may stand once is written as an object, and asked for as the first of a list.
      (at, step) => (typeof at !== "object" || at === null ? undefined : step === "0" && !("0" in at) ? at : (at as Readonly<Record<string, unknown>>)[step]),
      config[attribute],
    );
    if (stated !== undefined) return unknowns(stated, stack, depth + 1);
    // What lies deeper than an attribute, or in one of many, a mock cannot be told.
    return [deeper === "" && config["count"] === undefined && config["for_each"] === undefined ? { type, id, attribute } : undefined];
  });
}

function refersToResources(config: unknown, stack: TerraformJson, depth = 0): boolean {
  return [...(JSON.stringify(config) ?? "").matchAll(REFERENCE)].some(([, data, type = "", id = ""]) => {
    const target = configOf(`${data ?? ""}${type}.${id}`, stack);
    return target !== undefined && (data === undefined || depth > 8 || refersToResources(target, stack, depth + 1));
  });
}

/** The expressions whose value an assertion needs: in a list or a set of several, those of all of them. */
function sources({ address, path, is }: Fact, stack: TerraformJson): readonly unknown[] {
  if (path.length === 0) return [];
  const decoded = path.findIndex((step) => "decode" in step);
  return [...valuesAt(configOf(address, stack), decoded < 0 ? path : path.slice(0, decoded)), ...(is.kind === "expression" ? [`\${${is.code}}`] : [])];
}

function valuesAt(value: unknown, [step, ...rest]: readonly Step[]): readonly unknown[] {
  if (step === undefined) return [value];
  if (typeof value !== "object" || value === null) return [];
  return "key" in step ? valuesAt((value as Readonly<Record<string, unknown>>)[step.key], rest) : Object.values(value).flatMap((each) => valuesAt(each, rest));
}

/** Whether a plan with mocks tells it. Ephemeral values and write-only arguments (`…_wo`) stand in no plan. */
function knowable(fact: Fact, stack: TerraformJson): boolean {
  if (fact.path.some((step) => "key" in step && step.key.endsWith("_wo"))) return false;
  return sources(fact, stack).every(
    (source) => !/\bephemeral\./.test(JSON.stringify(source) ?? "") && unknowns(source, stack).every((reference) => reference !== undefined && mockable(`${reference.type}.${reference.id}`, stack)),
  );
}

/**
 * Whether what is computed of a resource can be given. What an ephemeral resource is opened with must stay unknown: else it would be
 * opened. And of what others take apart, a mock would be an empty list, which they cannot.
 */
function mockable(address: string, stack: TerraformJson): boolean {
  if (JSON.stringify(stack["ephemeral"] ?? "").includes(`\${${address}.`)) return false;
  if (address.startsWith(`${CERTIFICATE}.`)) return true;
  const config = configOf(address, stack) ?? {};
  const within = new RegExp(`(\\bin )?(?<![\\w.-])${address.replaceAll(".", "\\.")}\\.([a-z_]\\w*)(\\[|\\.)?`, "g");
  return [...textOf(stack).matchAll(within)].every(([, member, attribute = "", deeper]) => (member === undefined && deeper === undefined) || config[attribute] !== undefined);
}

/** Its certificates' options are what records are made of; they are given, too. */
const CERTIFICATE = "aws_acm_certificate";

function optionsOf(address: string, stack: TerraformJson): Readonly<Record<string, HclValue>> {
  if (!address.startsWith(`${CERTIFICATE}.`)) return {};
  const { domain_name: name, subject_alternative_names: names } = configOf(address, stack) ?? {};
  const domains = [name, names ?? []].flat().filter((domain): domain is string => typeof domain === "string" && !domain.includes("${"));
  return { domain_validation_options: domains.map((domain) => ({ domain_name: domain, resource_record_name: `_mock.${domain}.`, resource_record_type: "CNAME", resource_record_value: "_mock.acm-validations.aws." })) };
}

const texts = new WeakMap<TerraformJson, string>();

/** The stack as one text, made once. */
function textOf(stack: TerraformJson): string {
  const known = texts.get(stack) ?? JSON.stringify(stack);
  texts.set(stack, known);
  return known;
}

/** Gives a value to what the assertions need and only an apply would tell. */
function overrides(stack: TerraformJson, facts: readonly Fact[]): readonly MockBlock[] {
  const needed = new Map<string, Reference>();
  for (const fact of facts.filter((each) => knowable(each, stack))) {
    for (const reference of sources(fact, stack).flatMap((source) => unknowns(source, stack))) {
      if (reference) needed.set(`${reference.type}.${reference.id}.${reference.attribute}`, reference);
    }
  }
  const byResource = new Map<string, Record<string, string | null>>();
  // What nobody gives, some providers compute; then it would be unknown.
  for (const { address, path, is } of facts) {
    const [step] = path;
    if (is.kind !== "absent" || path.length > 1 || !step || !("key" in step) || address.startsWith("data.") || !mockable(address, stack)) continue;
    byResource.set(address, { ...byResource.get(address), [step.key]: null });
  }
  for (const { type, id, attribute } of needed.values()) {
    const address = `${type}.${id}`;
    byResource.set(address, { ...byResource.get(address), [attribute]: mockValue(type, id, attribute) });
  }
  return [...byResource.keys()].sort().map((address) => ({
    type: "override_resource",
    labels: [],
    body: { attributes: { target: expression(address), override_during: expression("plan"), values: { ...byResource.get(address)!, ...optionsOf(address, stack) } } },
  }));
}
