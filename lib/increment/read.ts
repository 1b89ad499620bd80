import { readBlocks, type Block } from "./blocks";
import { bmad, isBmad } from "./bmad";
import { collect } from "./collect";
import type { Family, Traits } from "./family";
import { FaultsError, type Fault } from "./fault";
import { readFrontMatter, type FrontMatter } from "./front-matter";
import type { Increment, Priority } from "./increment";
import { isKiro, kiro } from "./kiro";
import { LIMITS } from "./limits";
import { readBodyMeta, type BodyValue } from "./meta";
import { isOpenspec, openspec } from "./openspec";
import { plain } from "./plain";
import { readPriority } from "./priority";
import { openSource, type Source } from "./source";
import { isSpecKit, specKit } from "./spec-kit";
import { isSpecweave, specweave } from "./specweave";
import { readStack } from "./stack";

export interface ReadOptions {
  /**
   * @default - the name of the folder, where it looks like an increment's (`0012-production-infrastructure`), else the file's
   * name without its extension
   */
  readonly id?: string;
  /**
   * Take a specification without a criterion for one that asks for nothing.
   *
   * @default false - it is a fault
   */
  readonly withoutCriteria?: boolean;
}

/** Names of folders that are increments: `0012-name`, and also `001-name`, `0042E-name`, `0013-v0.8.0-name`. */
export const INCREMENT_NAME = /^(\d+)([A-Za-z]?)-(.+)$/;

/**
 * Reads one specification. It is pure: the file's name serves messages, ids and locations only.
 *
 * @throws FaultsError with every fault of the file
 *
 * @example
 * const increment = readIncrement("0012-api/spec.md", "- [ ] **AC-US1-01**: Deploy the API to Kubernetes (P1)");
 * increment.criteria[0].text; // "Deploy the API to Kubernetes"
 */
export function readIncrement(file: string, bytes: Uint8Array | string, options: ReadOptions = {}): Increment {
  const faults: Fault[] = [];
  const increment = read(file, bytes, options.id ?? idOf(file), options.withoutCriteria ?? false, faults);
  if (faults.length > 0 || !increment) throw new FaultsError(capped(faults));
  return increment;
}

function read(file: string, bytes: Uint8Array | string, id: string, withoutCriteria: boolean, faults: Fault[]): Increment | undefined {
  const source = openSource(file, bytes, faults);
  if (!source) return undefined;
  if (source.text.trim() === "") {
    faults.push({ location: source.at(0), message: "the file is empty.", remedy: `Write at least one acceptance criterion, ${EXAMPLE}.` });
    return undefined;
  }
  const matter = readFrontMatter(source, faults);
  const blocks = readBlocks(source, matter.end, faults);
  const body = readBodyMeta(source, blocks);
  const { stories, criteria } = collect(source, blocks, chooseFamily(source, blocks), faults, statedPriority(source, matter, body, faults));
  const stack = readStack(source, blocks, faults);
  // Where something is broken already, "nothing found" would only repeat it.
  if (criteria.length === 0 && faults.length === 0 && !withoutCriteria) {
    faults.push({
      location: source.at(firstText(source.text, matter.end)),
      message: "no acceptance criterion was found.",
      remedy: `Write at least one, ${EXAMPLE}.`,
    });
  }
  const frontMatter: Record<string, unknown> = { ...matter.value };
  for (const [key, { value }] of body) frontMatter[key] ??= value;
  return { id, title: titleOf(source, blocks, matter, id), file, frontMatter, stories, criteria, stack };
}

const EXAMPLE = "as in `- [ ] **AC-US1-01**: Deploy the API to a Kubernetes cluster (P1)`";

/** The first family that recognizes itself; what bears no family's marks is read as SpecWeave. */
function chooseFamily(source: Source, blocks: readonly Block[]): Family {
  const text = (block: Block): string =>
    source.text
      .slice(block.from, Math.min(block.to, block.from + 200))
      .replace(/[*_`~]|^\s*\[.?\]\s*/g, "")
      .trimStart();
  const paragraphs = blocks.filter(({ kind }) => kind === "paragraph");
  const traits: Traits = {
    headings: blocks.filter(({ kind }) => kind === "heading").map(text),
    lines: paragraphs.map(text),
    ordered: paragraphs.filter(({ item }) => item?.number !== undefined).map(text),
  };
  const families: readonly (readonly [Family, (traits: Traits) => boolean])[] = [
    [openspec, isOpenspec],
    [specweave, isSpecweave],
    [specKit, isSpecKit],
    [kiro, isKiro],
    [bmad, isBmad],
  ];
  return families.find(([, recognizes]) => recognizes(traits))?.[0] ?? specweave;
}

/** The priority of the whole file: front matter, else a line such as `**Priority**: P1` below the title. */
function statedPriority(source: Source, matter: FrontMatter, body: Map<string, BodyValue>, faults: Fault[]): Priority | undefined {
  const stated = matter.value["priority"] ?? undefined;
  if (stated === undefined) return readPriority(body.get("priority")?.value ?? "");
  const priority = typeof stated === "string" || typeof stated === "number" ? readPriority(String(stated)) : undefined;
  if (priority === undefined) {
    const given = JSON.stringify(stated) ?? String(stated);
    faults.push({
      location: source.at(matter.at("priority")),
      message: `the priority is ${given.length > 60 ? `${given.slice(0, 59)}…` : given}, which is none.`,
      remedy: "Write `priority: P1` (`P0` to `P4`, or critical, high, medium, low).",
    });
  }
  return priority;
}

function titleOf(source: Source, blocks: readonly Block[], matter: FrontMatter, id: string): string {
  const stated = matter.value["title"];
  const heading = blocks.find(({ kind, level }) => kind === "heading" && level === 1);
  const text = typeof stated === "string" && stated.trim() !== "" ? stated : heading && plain(source.text, heading.from, heading.to).text;
  const title = (text ?? "")
    .slice(0, LIMITS.textCharacters)
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^(?:increment\s+\S{1,100}|spec(?:ification)?|feature(?: specification)?|requirements(?: document)?)\s*[:—–]\s*/i, "");
  // A template's heading says nothing about this file.
  if (/^(?:requirements?(?: document)?|spec(?:ification)?|user stor(?:y|ies))$/i.test(title)) return id;
  const number = INCREMENT_NAME.exec(id)?.[1];
  const bare = number !== undefined && title.startsWith(number) ? title.slice(number.length).replace(/^\s*[:—–-]\s*/, "") : title;
  return bare || title || id;
}

/** `0012-api/spec.md` → `0012-api`; `plans/checkout.md` → `checkout`. */
function idOf(file: string): string {
  const parts = file.split(/[\\/]/);
  const name = parts.at(-1) ?? file;
  const folder = parts.at(-2) ?? "";
  return INCREMENT_NAME.test(folder) ? folder : name.replace(/\.[^.]+$/, "") || name;
}

function firstText(text: string, from: number): number {
  const at = text.slice(from).search(/\S/);
  return at < 0 ? 0 : from + at;
}

/** A file can break a rule on each of its lines; beyond a screenful that helps nobody. */
function capped(faults: readonly Fault[]): Fault[] {
  if (faults.length <= LIMITS.faults) return [...faults];
  const ordered = new FaultsError(faults).faults;
  const next = ordered[LIMITS.faults];
  return [
    ...ordered.slice(0, LIMITS.faults),
    {
      ...(next?.location && { location: next.location }),
      message: "there are more faults from here on.",
      remedy: "Correct those above first.",
    },
  ];
}
