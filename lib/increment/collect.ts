import type { Block, Item } from "./blocks";
import { readLine, type Form, type Reading } from "./criterion";
import { ACCEPTANCE, type Family } from "./family";
import type { Fault, Location } from "./fault";
import type { Criterion, CriterionState, Priority, PrioritySource, Story } from "./increment";
import { count, LIMITS } from "./limits";
import { plain, type Plain } from "./plain";
import { readPriority } from "./priority";
import type { Source } from "./source";

/** What a walk over the blocks finds. */
export interface Collected {
  readonly stories: readonly Story[];
  readonly criteria: readonly Criterion[];
}

/** A criterion in the making: what stands below it may still add to it. */
interface Draft {
  id: string | undefined;
  text: string;
  offset: number;
  state: CriterionState;
  box: number | undefined;
  inline: Priority | undefined;
  nested: Priority | undefined;
  story: OpenStory | undefined;
  annotations: string[];
  /** Defined by an id; the others count only where nothing better stands beside them. */
  named: boolean;
  marked: boolean;
  /** Its text goes on in the steps or bullets below. */
  steps: string[];
  open: boolean;
  dropped: boolean;
  number: string | undefined;
  item: Item | undefined;
  section: Section | undefined;
}

interface OpenStory {
  id: string;
  title: string;
  priority: Priority | undefined;
  level: number;
  location: Location;
  nameless: number;
}

/** A stretch of the text in which lines without an id are criteria. */
interface Section {
  level: number;
  /** Opened by `**Acceptance Criteria**:` instead of a heading: the next such label closes it. */
  label: boolean;
  drafts: Draft[];
  /** It has criteria with ids or check boxes, so that plain bullets beside them are notes. */
  firm: boolean;
}

const KEY = /^(priority|priorität|优先级)\s*[:：]\s*(\S.*)?$/iu;
/** A line of meta or a label, which begins a new piece although markdown joins it to the line before. */
const LABEL_LINE = /^\s*(?:[-*+]\s+)?(?:\*\*|__)?(?:priority|status|project|type|acceptance criteria|acceptance scenarios)\s*(?:\*\*|__)?\s*[:：]/i;
const STEP = /^(?:given|when|then|and|but|angenommen|wenn|dann|und|aber)\b/i;
/** Words that open a sentence which a step continues, so that a comma joins them. */
const CLAUSE = /^(?:given|when|if|while|where|angenommen|wenn)\b/i;
const ANNOTATION = /^phaseline:\s*/i;
/** Sections below acceptance criteria that hold something else. */
const ASIDE = /\b(?:notes?|out of scope|implementation|technical|tasks?|definition of done|dependencies|risks?|open questions|test (?:plan|scenarios?|cases?))\b/i;

/** Walks over a document and collects its stories and criteria, in the order of the text. */
export function collect(source: Source, blocks: readonly Block[], family: Family, faults: Fault[], fallback?: Priority): Collected {
  const drafts: Draft[] = [];
  const stories: OpenStory[] = [];
  const owners = new Map<Item, Draft>();
  const groups = new Set<Item>();
  let story: OpenStory | undefined;
  let section: Section | undefined;
  let level = 0;
  let skipping = 0;
  /** The heading or paragraph that defines a criterion: lists and steps below it are its details. */
  let loose: Draft | undefined;
  /** What the block before belongs to: a comment directly below is about it. */
  let adjacent: Draft | undefined;
  let requirement: OpenStory | undefined;

  for (const block of blocks) {
    if (skipping > 0 && !(block.kind === "heading" && block.level <= skipping)) continue;
    skipping = 0;
    switch (block.kind) {
      case "heading":
        heading(block);
        break;
      case "comment":
        comment(block);
        break;
      case "paragraph":
        if (block.item) inItem(block, block.item);
        else paragraph(block);
        break;
      case "html":
        adjacent = undefined;
    }
  }
  return finish();

  function heading(block: Block): void {
    const piece = plain(source.text, block.from, block.to);
    const { text } = piece;
    level = block.level;
    adjacent = undefined;
    loose = undefined;
    requirement = undefined;
    if (family.skips?.(text)) {
      skipping = block.level;
      story = undefined;
      section = undefined;
      return;
    }
    if (family.scenario?.(text)) {
      loose = begin({ text: "", start: 0, state: "open", marked: true }, piece, undefined);
      loose.open = true;
      return;
    }
    const reading = idLike(text) ? readLine(piece, "heading", family.ids) : undefined;
    if (reading?.id !== undefined) {
      loose = begin(reading, piece, undefined);
      adjacent = loose;
      annotate(piece, loose);
      return;
    }
    const found = family.story(text);
    if (found) {
      const id = family.scenario ? `${found.id}${stories.length + 1}` : found.id;
      story = stories.find((known) => known.id === id);
      if (!story) {
        story = { id, title: found.title, priority: found.priority, level: block.level, location: source.at(piece.offset(0)), nameless: 0 };
        stories.push(story);
      } else story.level = block.level;
      if (family.scenario) requirement = story;
      if (section && (section.label || section.level >= block.level)) section = undefined;
      annotate(piece, undefined);
      return;
    }
    const acceptance = ACCEPTANCE.test(text);
    if (story && (acceptance ? block.level < story.level : block.level <= story.level)) story = undefined;
    if (acceptance) section = { level: block.level, label: false, drafts: [], firm: false };
    else if (section && (section.label || section.level >= block.level || ASIDE.test(text))) section = undefined;
    annotate(piece, undefined);
  }

  function paragraph(block: Block): void {
    adjacent = undefined;
    for (const [from, to] of pieces(block)) {
      const piece = plain(source.text, from, to);
      if (piece.text === "") {
        annotate(piece, adjacent ?? loose);
        continue;
      }
      const key = KEY.exec(piece.text);
      if (key) {
        const priority = readPriority(key[2] ?? "");
        if (loose) loose.nested ??= priority;
        else if (story) story.priority ??= priority;
        continue;
      }
      if (ACCEPTANCE.test(piece.text) && /[:：]$|(?:criteria|scenarios?|tests?)$/i.test(piece.text)) {
        section = { level, label: true, drafts: [], firm: false };
        loose = undefined;
        continue;
      }
      const reading = read(piece, "paragraph");
      if (reading?.id !== undefined) {
        loose = begin(reading, piece, undefined);
        adjacent = loose;
        annotate(piece, loose);
        continue;
      }
      if (requirement && /\b(?:SHALL|MUST)\b/.test(piece.text)) {
        adjacent = begin({ text: piece.text, start: 0, state: "open", marked: true }, piece, undefined);
        adjacent.id = `AC-${requirement.id}`;
        requirement = undefined;
        annotate(piece, adjacent);
        continue;
      }
      if (loose && STEP.test(piece.text)) {
        addStep(loose, piece);
        adjacent = loose;
      } else if (section?.label && piece.boldTo > 0 && /[:：]$/.test(piece.text)) section = undefined;
      annotate(piece, adjacent);
    }
  }

  function inItem(block: Block, item: Item): void {
    adjacent = owner(item);
    for (const [from, to] of pieces(block)) {
      const piece = plain(source.text, from, to);
      if (piece.text !== "") itemLine(piece, item);
      annotate(piece, adjacent);
    }
  }

  function itemLine(piece: Plain, item: Item): void {
    const own = owners.get(item);
    const above = own ?? owner(item.parent) ?? loose;
    adjacent = above;
    const key = KEY.exec(piece.text);
    if (key) {
      const priority = readPriority(key[2] ?? "");
      if (above) above.nested ??= priority;
      else if (story) story.priority ??= priority;
      return;
    }
    const reading = read(piece, "item");
    if (!reading) return;
    if (reading.id !== undefined) {
      adjacent = claim(begin(reading, piece, item), item);
      return;
    }
    if (above) {
      const child = above === loose || item.parent === above.item || own !== undefined;
      // `Functional:` with check boxes below groups criteria and is none.
      if (reading.marked && !above.named && !own && above.text.endsWith(":") && section?.drafts.includes(above)) {
        above.dropped = true;
        if (above.item) {
          owners.delete(above.item);
          groups.add(above.item);
        }
        nameless(reading, piece, item);
        return;
      }
      if (child && (STEP.test(piece.text) || above.open)) addStep(above, piece);
      return;
    }
    if (section && (item.depth === 1 || (item.parent && groups.has(item.parent)))) nameless(reading, piece, item);
  }

  function nameless(reading: Reading, piece: Plain, item: Item): void {
    if (!section) return;
    const before = section.drafts.at(-1);
    // Given, When and Then as bullets side by side are one criterion.
    if (before && !before.named && !reading.marked && item.number === undefined && before.item?.depth === item.depth) {
      const sentence = [before.text, ...before.steps].join(" ");
      const follows = /^(?:then|and|but|dann|und|aber)\b/i.test(piece.text) || (/^(?:when|wenn)\b/i.test(piece.text) && /^(?:given|angenommen)\b/i.test(before.text));
      if (follows && STEP.test(before.text) && !/\bSHALL\b/.test(sentence)) {
        addStep(before, piece);
        adjacent = claim(before, item);
        return;
      }
    }
    const draft = begin(reading, piece, item);
    draft.number = item.number;
    section.drafts.push(draft);
    adjacent = claim(draft, item);
  }

  function read(piece: Plain, form: Form): Reading | undefined {
    const reading = readLine(piece, form, family.ids);
    if (reading?.unknownBox !== undefined) {
      faults.push({
        location: source.at(piece.offset(0)),
        message: `the check box \`[${reading.unknownBox}]\` of ${reading.id} has no meaning.`,
        remedy: "Write `[ ]` for open, `[x]` for done, `[~]` for in progress or `[-]` for deferred.",
      });
    }
    return reading;
  }

  function begin(reading: Reading, piece: Plain, item: Item | undefined): Draft {
    const draft: Draft = {
      id: reading.id,
      text: reading.text,
      offset: piece.offset(reading.start),
      state: reading.state,
      box: boxOf(reading, piece),
      inline: reading.priority,
      nested: undefined,
      story,
      annotations: [],
      named: reading.id !== undefined,
      // Who numbers criteria counts them; a number is as good as a check box.
      marked: reading.marked || item?.number !== undefined,
      steps: [],
      open: reading.text === "" || /[:：]$/.test(reading.text),
      dropped: false,
      number: undefined,
      item,
      section,
    };
    if (section && (draft.named || draft.marked)) section.firm = true;
    drafts.push(draft);
    return draft;
  }

  function boxOf({ box }: Reading, piece: Plain): number | undefined {
    if (box === undefined) return undefined;
    const at = piece.offset(box);
    const { text } = source;
    return text[at] === "[" && text[at + 2] === "]" && text[at - 1] !== "\\" && !piece.inCode(at) ? at : undefined;
  }

  function claim(draft: Draft, item: Item): Draft {
    owners.set(item, draft);
    return draft;
  }

  function owner(item: Item | undefined): Draft | undefined {
    for (let at = item; at; at = at.parent) {
      const draft = owners.get(at);
      if (draft) return draft;
    }
    return undefined;
  }

  function addStep(draft: Draft, piece: Plain): void {
    if (draft.text === "" && draft.steps.length === 0 && !draft.named) draft.offset = piece.offset(0);
    draft.steps.push(piece.text);
  }

  function comment(block: Block): void {
    const raw = source.text.slice(block.from, block.to);
    const body = /^<!--([\s\S]*?)-->/.exec(raw)?.[1]?.replace(/\s+/g, " ").trim() ?? "";
    if (ANNOTATION.test(body)) attach(body, block.from, owner(block.item) ?? adjacent);
  }

  function annotate(piece: Plain, draft: Draft | undefined): void {
    for (const { body, offset } of piece.comments) {
      const line = body.replace(/\s+/g, " ");
      if (ANNOTATION.test(line)) attach(line, offset, draft);
    }
  }

  function attach(body: string, offset: number, draft: Draft | undefined): void {
    if (draft) draft.annotations.push(body.replace(ANNOTATION, ""));
    else {
      faults.push({
        location: source.at(offset),
        message: "this annotation stands at no criterion.",
        remedy: "Put it at the end of the criterion's line or on the line directly below it.",
      });
    }
  }

  /** A paragraph's lines, joined where they wrap and split where a new criterion or meta line begins. */
  function pieces(block: Block): [number, number][] {
    const { text } = source;
    const result: [number, number][] = [];
    let from = block.from;
    for (let at = text.indexOf("\n", from); at >= 0 && at < block.to; at = text.indexOf("\n", at + 1)) {
      const next = text.slice(at + 1, Math.min(block.to, at + 200));
      if (LABEL_LINE.test(next) || (idLike(next) && readLine(plain(text, at + 1, lineEnd(at + 1, block.to)), "paragraph", family.ids)?.id)) {
        result.push([from, at]);
        from = at + 1;
      }
    }
    result.push([from, block.to]);
    return result;
  }

  function lineEnd(at: number, limit: number): number {
    const end = source.text.indexOf("\n", at);
    return end < 0 || end > limit ? limit : end;
  }

  function finish(): Collected {
    const taken = new Map<string, { text: string; head: string; location: Location }>();
    const criteria: Criterion[] = [];
    for (const draft of drafts) {
      if (!counts(draft)) continue;
      const location = source.at(draft.offset);
      const text = joined(draft);
      const id = draft.id ?? makeId(draft, location.line);
      if (text === "") {
        faults.push({
          location,
          message: `${draft.id ?? "a criterion"} has no text.`,
          remedy: `Write what must be true after the id, as in \`- [ ] **${draft.id ?? "AC-US1-01"}**: Deploy the API to a Kubernetes cluster (P1)\`.`,
        });
        continue;
      }
      if (text.length > LIMITS.textCharacters) {
        faults.push({
          location,
          message: `${draft.id ?? "this criterion"} has ${count(text.length)} characters; at most ${count(LIMITS.textCharacters)} are read as one criterion.`,
          remedy: "Say one thing a criterion and move the rest below it or into another section.",
        });
        continue;
      }
      const first = taken.get(id);
      if (first && draft.id !== undefined) {
        // Specifications list their criteria again in summaries: the first defines.
        // … often without the steps.
        if (same(first.text, text) || same(first.head, draft.text)) continue;
        faults.push({
          location,
          message: `${id} says "${brief(text)}", but line ${first.location.line} defines it as "${brief(first.text)}".`,
          remedy: "Give one of the two another id, or the same text.",
        });
        continue;
      }
      if (criteria.length === LIMITS.criteria) {
        faults.push({ location, message: `the file has more than ${count(LIMITS.criteria)} criteria.`, remedy: "Split it into several increments." });
        break;
      }
      taken.set(id, { text, head: draft.text, location });
      criteria.push({ id, text, ...priorityOf(draft), state: draft.state, ...(draft.story && { story: draft.story.id }), location, ...(draft.box !== undefined && { box: { mark: source.text[draft.box + 1] ?? "", location: source.at(draft.box) } }), ...annotationOf(draft) });
    }
    return { stories: stories.map(asStory), criteria };

    function makeId(draft: Draft, line: number): string {
      const at = draft.story;
      const position = at ? ++at.nameless : criteria.length + 1;
      const made = family.nameless?.({
        ...(at && { story: at.id }),
        position,
        ...(draft.number !== undefined && { number: draft.number }),
        stories: stories.length,
      });
      return made !== undefined && !taken.has(made) ? made : `AC-L${line}`;
    }
  }

  /** Notes beside named or ticked criteria are no criteria. */
  function counts(draft: Draft): boolean {
    if (draft.dropped) return false;
    return draft.named || draft.marked || draft.id !== undefined || !draft.section?.firm;
  }

  function priorityOf(draft: Draft): { priority?: Priority; prioritySource?: PrioritySource } {
    if (draft.inline) return { priority: draft.inline, prioritySource: "inline" };
    if (draft.nested) return { priority: draft.nested, prioritySource: "nested" };
    if (draft.story?.priority) return { priority: draft.story.priority, prioritySource: "story" };
    return fallback ? { priority: fallback, prioritySource: "front-matter" } : {};
  }
}

/** Cheap test before a line is taken apart. */
function idLike(text: string): boolean {
  return /^\W{0,16}(?:AC|TC|FR|NFR|SC|REQ)[-\d]/.test(text);
}

/** The text with the steps below it, as one sentence. */
function joined(draft: Draft): string {
  let text = draft.text;
  for (const step of draft.steps) {
    if (text === "") text = step;
    else if (text === draft.text && !/[:：,;]$/.test(text)) text += `${CLAUSE.test(text) ? "," : ":"} ${step}`;
    else text += `${/[:：,;.]$/.test(text) ? "" : ","} ${step}`;
  }
  return text;
}

function same(one: string, other: string): boolean {
  const bare = (text: string): string => text.toLowerCase().replace(/[\s.:]{1,9}$/u, "");
  return bare(one) === bare(other);
}

/** Long texts are cut in messages, between characters. */
function brief(text: string): string {
  const characters = [...text.slice(0, 200)];
  return characters.length > 80 ? `${characters.slice(0, 79).join("")}…` : text;
}

function asStory({ id, title, priority, location }: OpenStory): Story {
  return { id, title, ...(priority && { priority }), location };
}

function annotationOf({ annotations }: Draft): { annotation?: string } {
  return annotations.length > 0 ? { annotation: annotations.join("; ") } : {};
}
