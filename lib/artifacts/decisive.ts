import type { Demand } from "../demand/demand";
import { prove } from "../demand/prove";
import { Evidence, type Address, type Synthesized, type TerraformJson } from "../demand/synthesized";
import { encodedLiteral, unescapeTemplate, unquote, type Part } from "./expression-tree";

export type Scalar = string | number | boolean;

/** A step into a value: into an object, a list, or what an encoded text holds. */
export type Step = { readonly key: string } | { readonly index: number; readonly of: number } | { readonly decode: "yaml" | "json" | "base64" };

/** How a value has to be. */
export type Is =
  | { readonly kind: "equal" | "not"; readonly value: Scalar }
  | { readonly kind: "least" | "most"; readonly value: number }
  /** As an expression says: a reference, most often. */
  | { readonly kind: "expression"; readonly code: string }
  /** A text with this piece. */
  | { readonly kind: "says"; readonly text: string }
  | { readonly kind: "present"; readonly block: boolean }
  | { readonly kind: "absent" };

/** Something about a resource without which a proof would fail. */
export interface Fact extends Address {
  /** Empty: that it is there. */
  readonly path: readonly Step[];
  readonly is: Is;
}

/**
 * On what a proof that holds depends: the resources without which it fails, and of each the arguments and the bounds within which it
 * holds. Found by trying: each thing that the proof reads is changed for the worse, alone, and what makes the proof fail is decisive.
 * So there is no second description of a proof that could contradict it, and what a proof mentions only by the way is left out.
 */
export function decisive(demand: Pick<Demand, "kind" | "parameters">, synthesized: Synthesized): readonly Fact[] {
  const touched = new Map<string, Touched>();
  const watched = watch(synthesized.stacks, [], touched) as Synthesized["stacks"];
  const proof = prove(demand, new Evidence({ ...synthesized, stacks: watched }));
  if (!proof?.holds) return [];
  const trial: Trial = (stacks, otherwise = false) => {
    try {
      return prove(demand, new Evidence({ ...synthesized, stacks }))?.holds === true;
    } catch {
      // A proof need not bear with a number where Terraform allows a text alone.
      return otherwise;
    }
  };
  const named = new Set(proof.addresses.map(({ stack, address }) => JSON.stringify([stack, address])));
  const owners = new Map([...touched.values()].map(({ path }) => [ownerKey(path), path.slice(0, 4)]));
  // Of several that would do, those that the proof names are kept.
  const [first, rest] = [[...owners.values()].filter((path) => named.has(addressKey(path))), [...owners.values()].filter((path) => !named.has(addressKey(path)))];
  const among = (paths: readonly Path[], stacks: Stacks) => minimal(paths, (kept) => trial(paths.filter((path) => !kept.includes(path)).reduce(remove, stacks)));
  const others = among(rest, synthesized.stacks);
  const least = rest.filter((path) => !others.includes(path)).reduce(remove, synthesized.stacks);
  const kept = [...among(first, least), ...others];
  const sparse = first.filter((path) => !kept.includes(path)).reduce(remove, least);
  const read = [...touched.values()].filter(({ path }) => path.length > 4);
  const of = (owners: readonly Path[]) => {
    const keys = new Set(owners.map(ownerKey));
    return read.filter(({ path }) => keys.has(ownerKey(path)));
  };
  // Where two would do, nothing about either is decisive as long as the other stands.
  const doubled = kept.filter((path) => trial(remove(synthesized.stacks, path)));
  const facts = [...factsIn(synthesized.stacks, of([...first, ...others]), trial), ...(doubled.length === 0 ? [] : factsIn(sparse, of(doubled), trial))];
  const known = new Set(facts.map(({ stack, address }) => JSON.stringify([stack, address])));
  const there = kept.filter((path) => !known.has(addressKey(path))).map((path): Fact => ({ ...addressOf(path), path: [], is: { kind: "present", block: true } }));
  return distinct([...facts, ...there]);
}

type Stacks = Synthesized["stacks"];
type Path = readonly string[];
type Trial = (stacks: Stacks, otherwise?: boolean) => boolean;

/** Something that a proof looked at: stack, block, type, name, and the way from there. */
interface Touched {
  readonly path: Path;
  readonly value: unknown;
  /** It was read as a part of something that was written as text, where a proof looks for words. */
  readonly asText: boolean;
}

const BLOCKS: ReadonlySet<string> = new Set(["resource", "data"]);

/** Arguments of Terraform itself, which no expression can read. */
const META: ReadonlySet<string> = new Set(["//", "lifecycle", "depends_on", "provider", "connection", "provisioner", "count", "for_each"]);

/** A view that notes what is read through it. */
function watch(value: unknown, path: Path, touched: Map<string, Touched>): unknown {
  if (typeof value !== "object" || value === null) return value;
  // `JSON.stringify` asks for `toJSON` first, and then once for each member.
  let written = 0;
  return new Proxy(value, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      if (key === "toJSON") written = Object.keys(target).length;
      if (typeof key === "symbol" || typeof found === "function" || key === "toJSON" || (Array.isArray(target) && !/^\d+$/.test(key))) return found;
      const asText = written > 0;
      if (asText) written--;
      const at = [...path, key];
      if (at.length > 1 && !BLOCKS.has(at[1]!)) return found;
      const name = JSON.stringify(at);
      if (at.length > 3 && !META.has(at[4] ?? "") && !(found === undefined && key in Object.prototype) && !(asText && touched.has(name))) touched.set(name, { path: at, value: found, asText });
      return META.has(at[4] ?? "") ? found : watch(found, at, touched);
    },
  });
}

function factsIn(stacks: Stacks, read: readonly Touched[], trial: Trial): readonly Fact[] {
  const scalars: Fact[] = [];
  const blocks: Touched[] = [];
  for (const each of read) {
    if (typeof each.value === "object" && each.value !== null) blocks.push(...(each.asText ? [] : [each]));
    else scalars.push(...constraints(each, stacks, trial).map((found) => ({ ...addressOf(each.path), ...found, path: [...stepsOf(each.path, stacks), ...found.path] })));
  }
  // That a block is there needs no saying where something in it is said.
  const deep = new Set(scalars.map((fact) => JSON.stringify([fact.stack, fact.address, plain(fact.path)])));
  const within = (path: Path) => {
    const { stack, address } = addressOf(path);
    const start = JSON.stringify([stack, address, path.slice(4)]).slice(0, -2);
    return [...deep].some((key) => key.startsWith(start));
  };
  const present: Fact[] = [];
  for (const { path, value } of blocks.sort((one, other) => other.path.length - one.path.length)) {
    if (within(path) || present.some((fact) => JSON.stringify([fact.stack, fact.address, plain(fact.path)]).startsWith(JSON.stringify([...Object.values(addressOf(path)), path.slice(4)]).slice(0, -2)))) continue;
    const gone = Array.isArray(value) ? change(stacks, path, []) : remove(stacks, path);
    if (!trial(gone)) present.push({ ...addressOf(path), path: stepsOf(path, stacks), is: { kind: "present", block: true } });
  }
  return [...scalars, ...present];
}

function plain(path: readonly Step[]): readonly string[] {
  return path.map((step) => ("key" in step ? step.key : "index" in step ? String(step.index) : `${step.decode}()`));
}

type Found = Pick<Fact, "path" | "is">;

const ELSE = "something else";
/** The worst that a range of addresses can be. */
const WORLD = "0.0.0.0/0";

function constraints({ path, value, asText }: Touched, stacks: Stacks, trial: Trial): readonly Found[] {
  const breaks = (other: unknown) => !trial(other === undefined ? remove(stacks, path) : change(stacks, path, other));
  const one = (is: Is): readonly Found[] => [{ path: [], is }];
  if (value === undefined || value === null) {
    const bad = (other: unknown) => !trial(change(stacks, path, other), true);
    const [flag, text] = [bad(true), bad(ELSE)];
    if (flag && text) return one({ kind: "absent" });
    if (flag) return one({ kind: "not", value: true });
    return bad(WORLD) ? one({ kind: "not", value: WORLD }) : [];
  }
  if (asText && typeof value !== "string") return [];
  if (typeof value === "boolean") return breaks(!value) ? one({ kind: "equal", value }) : breaks(undefined) ? one({ kind: "present", block: false }) : [];
  if (typeof value === "number") return bounds(value, breaks).flatMap(one);
  if (typeof value !== "string") return [];
  if (!breaks(ELSE)) return asText ? [] : breaks(undefined) ? one({ kind: "present", block: false }) : breaks(WORLD) ? one({ kind: "not", value: WORLD }) : [];
  const encoded = encodedLiteral(value);
  if (encoded) {
    const found = inParts(encoded.part, value, (text) => breaks(text));
    return encoded.encoding === "none" ? found : found.map((each) => ({ ...each, path: [{ decode: encoded.encoding as "yaml" }, ...each.path] }));
  }
  const code = /^\$\{([^{}]*)\}$/.exec(value)?.[1];
  if (code !== undefined) return one({ kind: "expression", code });
  if (value.length < 100 && !/[\n]|[$%]\{/.test(value)) return one({ kind: "equal", value });
  return pieces(value, (text) => breaks(text)).map((text) => ({ path: [], is: { kind: "says", text: unescapeTemplate(text) } }));
}

/** Between which numbers it may be. */
function bounds(value: number, breaks: (other: unknown) => boolean): readonly Is[] {
  const far = (Math.abs(value) + 1) * 1000;
  const down = [value - 1, 0].find((other) => other < value && breaks(other));
  const up = [value + 1, value * 2 + 1, far].find((other) => other > value && breaks(other));
  if (down === undefined && up === undefined) return breaks(undefined) ? [{ kind: "present", block: false }] : [];
  if (!Number.isInteger(value)) return [{ kind: "equal", value }];
  const least = down === undefined ? undefined : edge(down, value, breaks);
  const most = up === undefined ? undefined : edge(up, value, breaks);
  if (least === most && least !== undefined) return [{ kind: "equal", value }];
  return [...(least === undefined ? [] : [{ kind: "least" as const, value: least }]), ...(most === undefined ? [] : [{ kind: "most" as const, value: most }])];
}

/** The last good number on the way to a bad one. */
function edge(bad: number, good: number, breaks: (other: unknown) => boolean): number {
  let [worse, better] = [Math.trunc(bad), good];
  while (Math.abs(worse - better) > 1) {
    const middle = Math.trunc((worse + better) / 2);
    if (breaks(middle)) worse = middle;
    else better = middle;
  }
  return better;
}

/** What matters in an encoded literal: the smallest parts that must not be taken away. */
function inParts(part: Part, text: string, breaks: (text: string) => boolean): readonly Found[] {
  const splice = (replacement: string) => text.slice(0, part.start) + replacement + text.slice(part.end);
  const source = text.slice(part.start, part.end);
  if (part.kind === "object" || part.kind === "list") {
    const below = part.children.flatMap(({ key, part: child }) => {
      const without = text.slice(0, child.start) + (child.kind === "string" ? '""' : "null") + text.slice(child.end);
      if (!breaks(without)) return [];
      const step: Step = typeof key === "string" ? { key } : { index: key, of: part.children.length };
      return inParts(child, text, breaks).map((found) => ({ ...found, path: [step, ...found.path] }));
    });
    return below.length > 0 ? below : [{ path: [], is: { kind: "expression", code: source } }];
  }
  if (part.kind === "code") return [{ path: [], is: { kind: "expression", code: source } }];
  if (part.kind === "scalar") {
    if (source === "null") return [{ path: [], is: { kind: "absent" } }];
    return breaks(splice(/^[tf]/.test(source) ? String(source !== "true") : String(Number(source) + 1))) ? [{ path: [], is: { kind: "equal", value: JSON.parse(source) as Scalar } }] : [{ path: [], is: { kind: "present", block: false } }];
  }
  if (source.length < 100 && !/\\n|[$%]\{/.test(source)) return [{ path: [], is: { kind: "equal", value: unquote(source) } }];
  return pieces(source.slice(1, -1), (inner) => breaks(splice(`"${inner}"`))).map((piece) => ({ path: [], is: { kind: "says", text: unquote(`"${piece}"`) } }));
}

/** The least lines of a text with which it still does, each cut where an expression stands in it. */
function pieces(text: string, breaks: (text: string) => boolean): readonly string[] {
  const lines = text.split(/(?<=\n|(?<!\\)\\n)/);
  const blank = (line: string) => /(?:\n|\\n)$/.exec(line)?.[0] ?? "";
  const needed = minimal(lines.map((_, index) => index), (kept) => {
    const keep = new Set(kept);
    return !breaks(lines.map((line, index) => (keep.has(index) ? line : blank(line))).join(""));
  });
  return needed.flatMap((index) => (lines[index] ?? "").replace(/(?:\n|\\n)$/, "").split(/(?<![$%])[$%]\{[^}]*\}/)).map((piece) => piece.trim()).filter((piece) => piece.length > 1);
}

/** A smallest part of the items with which it holds, found in far fewer trials than there are items (QuickXplain). */
function minimal<T>(items: readonly T[], holds: (kept: readonly T[]) => boolean): readonly T[] {
  if (items.length === 0 || holds([])) return [];
  const search = (base: readonly T[], added: boolean, among: readonly T[]): readonly T[] => {
    if (added && holds(base)) return [];
    if (among.length === 1) return among;
    const [left, right] = [among.slice(0, among.length >> 1), among.slice(among.length >> 1)];
    const ofRight = search([...base, ...left], left.length > 0, right);
    const ofLeft = search([...base, ...ofRight], ofRight.length > 0, left);
    return [...ofLeft, ...ofRight];
  };
  return search([], false, items);
}

function change(stacks: Stacks, path: Path, value: unknown): Stacks {
  return alter(stacks, path, value) as Stacks;
}

function remove(stacks: Stacks, path: Path): Stacks {
  return alter(stacks, path, undefined) as Stacks;
}

/** A copy in which one thing is different; all else is shared. */
function alter(node: unknown, path: Path, value: unknown): unknown {
  const [key = "", ...rest] = path;
  if (Array.isArray(node)) {
    const copy = [...(node as unknown[])];
    if (rest.length > 0) copy[Number(key)] = alter(copy[Number(key)], rest, value);
    else if (value === undefined) copy.splice(Number(key), 1);
    else copy[Number(key)] = value;
    return copy;
  }
  const copy: Record<string, unknown> = { ...(node as Record<string, unknown>) };
  if (rest.length > 0) copy[key] = alter(copy[key], rest, value);
  else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

function addressOf([stack = "", block, type = "", id = ""]: Path): Address {
  return { stack, address: `${block === "data" ? "data." : ""}${type}.${id}` };
}

function addressKey(path: Path): string {
  const { stack, address } = addressOf(path);
  return JSON.stringify([stack, address]);
}

function ownerKey(path: Path): string {
  return JSON.stringify(path.slice(0, 4));
}

function stepsOf(path: Path, stacks: Stacks): readonly Step[] {
  let node: unknown = path.slice(0, 4).reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], stacks as Readonly<Record<string, TerraformJson>>);
  return path.slice(4).map((key): Step => {
    const step: Step = Array.isArray(node) ? { index: Number(key), of: node.length } : { key };
    node = (node as Record<string, unknown> | undefined)?.[key];
    return step;
  });
}

function distinct(facts: readonly Fact[]): readonly Fact[] {
  return [...new Map(facts.map((fact) => [JSON.stringify([fact.stack, fact.address, plain(fact.path), fact.is]), fact])).values()];
}
