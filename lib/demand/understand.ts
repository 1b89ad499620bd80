import { annotated } from "./annotation";
import { CAPABILITY } from "./capabilities";
import { type Capability, stated } from "./capability";
import type { Demand, Placed, Reading } from "./demand";
import { INFRASTRUCTURE_SIGNS, OTHER_SIGNS, PROVISIONS, type Sign } from "./signs";
import { frame, type Frame, type Span } from "./frame";
import { ACTED_UPON, AGAINST, ASSOCIATED, ATTRIBUTES, BACKGROUND, DENIAL, DENIED_CLAUSE, FOREGROUND, FOREGROUND_CLAUSE, FOREGROUND_MARKS, IDENTIFIER, ILLUSTRATED, IT, KIND_OF, KNOWN_PLACE, LABELLED, LOCATION, MADE, MEASURE, NO_ATTRIBUTE, NOT_DELIVERED, PORTUGUESE, PRONOUN, PURPOSE_CLAUSE, PURPOSES, RULES, RUN, SERVED, SHAPES, SWITCHED_OFF, SUBORDINATE, TARGETING, TEMPLATE, THINGS, USED } from "./interplay";
import { everywhere, hasOneOf, lookAt, matches, matchesPart, mayMatch } from "./needles";
import { oneOrMany, regions } from "./quantities";
import { notTakenForDemand, removalIn } from "./removing";
import { spansOfValues } from "./stated-values";
import { STEMS } from "./stems";
import { fold, MAX_CRITERION_LENGTH } from "./text";
import { INSTEAD, otherServicesIn, vendorsIn, type Vendor } from "./vendors";
import { CAPABILITIES, type CapabilityId } from "./vocabulary";

export interface UnderstandOptions {
  /** What `<!-- phaseline: … -->` beside the criterion says. @default - the text alone decides */
  readonly annotation?: string;
}

/** In a longer match, other names stand beside each other rather than being parts of it. */
const LONGEST_NAME = 36;
/** The ground that everything stands on; nothing in particular is demanded. */
const GENERAL = /\b(?:deployed|hosted|deployable|running|runs?|deploy) (?:on|to|in|into) (?:the )?(?:aws|amazon web services)(?: cloud| platform| infrastructure)*(?: platform)?\b|\b(?:infrastructure|resources?|environments?|stack)\b.{0,40}\b(?:as[- ]code|iac|terraform|cdk|cloudformation)\b|\bterraform plan\b.{0,40}\b(?:without errors?|expected|no changes)\b/;
/** What is to be in a region, without saying what. */
const IN_REGION = /\b(?:deploy\w*|host\w*|run|runs|located|provision\w*|created|resid\w+|operat\w+|launch\w*|aws regions?)\b[^.;]{0,60}\b[a-z]{2}-(?:gov-)?[a-z]+-\d\b/;
/** Below this, a criterion is not taken for infrastructure. */
const ENOUGH = 3;
/** What it takes off that a demand is only named as a condition. */
const GIVEN = 2;
/** From here to ENOUGH, the criterion can be read both ways. */
const UNCLEAR = 2;

/** Times that one criterion may name capabilities. */
const MOST_MENTIONS = 50;

/** Characters of a criterion that a message quotes for one sign. */
const MOST_QUOTED = 40;

/** Characters that a word of background reaches over; sentences are shorter. */
const REACH = 500;

/** Words that speak for a capability. */
interface Mention extends Span {
  readonly id: CapabilityId;
  readonly strength: "name" | "hint";
  readonly part: "condition" | "subject" | "act";
}

/**
 * How one criterion is understood. Pure and deterministic: the same text gives the same reading, and every demand says which words led to it.
 * At most MAX_CRITERION_LENGTH characters are looked at.
 */
export function understand(text: string, options: UnderstandOptions = {}): Reading {
  if (options.annotation !== undefined) return checked(annotated(options.annotation), fold(options.annotation));
  const removal = removalIn(text);
  if (removal) return removal;
  const looked = text.slice(0, MAX_CRITERION_LENGTH);
  const reading = notTakenForDemand(looked, checked(read(looked), fold(looked)));
  if (text.length <= MAX_CRITERION_LENGTH) return reading;
  const cut = `Only the first ${MAX_CRITERION_LENGTH} of its ${text.length} characters were read: split it into several criteria.`;
  return { ...reading, message: reading.message === undefined ? cut : `${reading.message} ${cut}` };
}

function read(original: string): Reading {
  const text = fold(original);
  lookAt(text);
  const parts = frame(text);
  const all = mentionsIn(text, parts);
  if (!all) return crowded();
  const mentions = chosen(original, text, parts, all);
  const vendors = vendorsIn(text);
  const { score, others } = weigh(text, parts, mentions, all);
  if (vendors.length > 0 && !/\b(?:aws|amazon|eks|rds|ec2|aurora|cloud ?watch|ecr|fargate|elasticache|dynamo ?db|sqs)\b/.test(text) && others.reduce((sum, { weight }) => sum + weight, 0) < 5) return otherVendor(vendors, mentions);
  const speaksOfOther = others.reduce((sum, { weight }) => sum + weight, 0) > 2;
  if (mentions.length === 0 && !speaksOfOther) {
    const named = regions(text);
    if (matches(GENERAL, text) || (named.length > 0 && matches(IN_REGION, text))) return inGeneral(named);
    const services = otherServicesIn(text);
    if (services.length > 0 && score > 0) return otherService(services);
  }
  if (mentions.length === 0) return { status: "not-infrastructure", demands: [], message: "No words of it name a capability of infrastructure." };
  if (score < UNCLEAR) return { status: "not-infrastructure", demands: [], message: `It speaks of ${spokenOf(original, text, parts, others) || "something else"} rather than of infrastructure (${meantBy(original, mentions)}).` };
  if (score < ENOUGH) return unclear(original, mentions, spokenOf(original, text, parts, others));
  return { status: "understood", demands: demandsOf(original, text, mentions) };
}

/** `undefined`: more than one criterion can mean. Each is weighed against each other, so that this bounds the time as well. */
function mentionsIn(text: string, parts: Frame): Mention[] | undefined {
  let total = 0;
  const mentions = CAPABILITIES.flatMap((id) => {
    if (!hasOneOf(STEMS[id], text)) return [];
    const { names, hints, otherSenses = [] } = CAPABILITY[id] as Capability;
    const [named, hinted] = [spansOf(names, text), spansOf(hints, text)];
    if (named.length + hinted.length === 0 || (total += named.length + hinted.length) > MOST_MENTIONS) return [];
    const foreign = spansOf(otherSenses, text);
    const mention = (strength: Mention["strength"], { start, end }: Span) => ({ id, strength, start, end, part: partOf(parts, start, end), denied: isDenied(text, id, { start, end }) });
    return [...named.map((span) => mention("name", span)), ...hinted.map((span) => mention("hint", span))]
      .filter((found) => !isInCode(text, found))
      .filter(({ strength, start, end }) => foreign.length === 0 || (strength === "name" && !foreign.some((other) => other.start < end && other.end > start)));
  });
  if (total > MOST_MENTIONS) return undefined;
  // What the act denies is not meant by the condition either: "IF autoscaling is off THEN no HPA SHALL be created".
  const acts = mentions.filter(({ part }) => part !== "condition");
  const refused = acts.length > 0 && acts.every(({ denied }) => denied);
  const meant = mentions.filter(({ denied, part }) => !denied && !(refused && part === "condition"));
  const wholes = meant.filter(({ strength, start, end }) => strength === "name" && end - start <= LONGEST_NAME);
  return meant.filter((mention) => !wholes.some((whole) => isPartOf(mention, whole)));
}

const ENDS_TOKEN = /[\s"'()[\]{},;<>]/;

/** "GET /queue", "push-deploy.sh": a route or a file of the program that is called so. */
function isInCode(text: string, { strength, start, end }: Span & Pick<Mention, "strength">): boolean {
  if ((start === 0 || ENDS_TOKEN.test(text.charAt(start - 1))) && (end === text.length || ENDS_TOKEN.test(text.charAt(end)))) return false;
  const before = /[^\s"'()[\]{},;<>]{0,80}$/.exec(text.slice(Math.max(0, start - 80), start))?.[0] ?? "";
  const after = /^[^\s"'()[\]{},;<>]{0,80}/.exec(text.slice(end, end + 80))?.[0] ?? "";
  const token = `${before}${text.slice(start, end)}${after}`;
  return (strength === "hint" && /^\/[a-z]/.test(token)) || /^[\w./~@*-]+\.(?:sh|[cm]?[jt]sx?|py|md|jsonl?|log)[.:]?$/.test(token);
}

function spansOf(patterns: readonly RegExp[], text: string): Span[] {
  const spans: Span[] = [];
  for (const pattern of patterns) {
    if (!mayMatch(pattern, text)) continue;
    const all = everywhere(pattern);
    // `matchAll` would make a new pattern each time.
    all.lastIndex = 0;
    for (let match = all.exec(text); match; match = all.exec(text)) {
      if (match[0] === "") all.lastIndex++;
      else spans.push({ start: match.index, end: match.index + match[0].length });
    }
  }
  return spans;
}

/** "cloudwatch" in "cloudwatch alarm" is a part of that name, and so is "fargate" in "ECS Fargate cluster". */
function isPartOf(mention: Mention, whole: Mention): boolean {
  if (whole.start > mention.start || whole.end < mention.end || whole.id === mention.id) return false;
  return mention.strength === "hint" || (THINGS.has(mention.id) && mention.id !== "environments" && mention.id !== "pipeline" && whole.end - whole.start > mention.end - mention.start);
}

/** "no autoscaling", "not EC2": named to say that it is not wanted. */
function isDenied(text: string, id: CapabilityId, { start, end }: Span): boolean {
  if (id !== "access" && matchesPart(SWITCHED_OFF, text, end, end + 32)) return true;
  if (start === 0) return false;
  // In Portuguese, "no RDS" is "in RDS".
  const denied = id !== "access" && matchesPart(DENIAL, text, Math.max(0, start - 24), start) && !(text.endsWith(" no ", start) && matches(PORTUGUESE, text));
  return denied || matchesPart(DENIED_CLAUSE, text, Math.max(0, start - 120), start);
}

function partOf({ condition, subject }: Frame, start: number, end: number): Mention["part"] {
  if (start < condition.end && start >= condition.start && end <= condition.end) return "condition";
  return end <= subject.end && start >= subject.start ? "subject" : "act";
}

const ARTICLE = /^(?:the |an? |each |every |all )?$/;

/** The mentions that are demands, without those that only say what a demand is about. */
function chosen(original: string, text: string, parts: Frame, all: readonly Mention[]): readonly Mention[] {
  const ofSystem = parts.subject.end > parts.subject.start && LABELLED.test(text.slice(parts.subject.start, parts.subject.end));
  const labelled = ofSystem || (parts.subject.end > parts.subject.start && IDENTIFIER.test(original.slice(parts.subject.start, parts.subject.end)));
  const meant = matchesPart(PRONOUN, text, parts.act.start, parts.act.end);
  const it = IT.test(text.slice(parts.subject.start, parts.subject.end));
  const foreground = new Set(all.filter((mention) => !isBackground(text, parts, mention)));
  const acted = all.filter((mention) => mention.part === "act" && foreground.has(mention));
  const acts = acted.map(({ id }) => id);
  const ofDelivery = !acted.some(({ id, strength }) => strength === "name" && NOT_DELIVERED.has(id)) || acted.some(({ id, strength }) => strength === "name" && !NOT_DELIVERED.has(id));
  // "THE Security_Groups SHALL …": named by what it is, not after what it is about, as in "THE Backup_Service SHALL …".
  const isSubject = ({ strength, start, end }: Mention) => !ofSystem && strength === "name" && end >= parts.subject.end - 1 && ARTICLE.test(text.slice(parts.subject.start, start));
  const isOwn = (mention: Mention) => (mention.id === "pipeline" ? ofDelivery : !labelled || mention.id === "gitops" || isSubject(mention)) && (parts.passive || !ACTED_UPON.has(mention.id));
  // "WHEN the ALB is deployed THEN it SHALL be placed …"
  const made = matchesPart(MADE, text, parts.condition.start, parts.condition.end) && !text.startsWith("given", parts.condition.start) && acted.every(({ strength }) => strength === "hint");
  const isMeant = ({ id, strength }: Mention) => meant || (made && strength === "name") || (it && strength === "name" && (parts.passive || !ACTED_UPON.has(id)));
  const isDone = (mention: Mention) => mention.part === "act" || (mention.part === "condition" && isMeant(mention)) || (mention.part === "subject" && (isOwn(mention) || acts.some((id) => SHAPES[id]?.includes(mention.id))));
  // "THE Monitoring_System SHALL …": the name of a system is no hint; that of a thing is, as in "THE Documents_Bucket SHALL …".
  const told = all.filter(({ part, strength, end }) => !(labelled && part === "subject" && strength === "hint" && end < parts.subject.end - 1));
  const head = told.filter((mention) => !isAttribute(text, mention));
  const heads = new Set(head);
  const meaning = told.filter((mention) => mention.strength === "name" || heads.has(mention));
  const done = head.filter(isDone);
  const front = new Set(done.filter((mention) => foreground.has(mention) && !isModifier(text, mention, done)).map(({ id }) => id));
  const fronted = done.filter(({ id }) => front.has(id));
  const weaker = fronted.every(({ strength }) => strength === "hint") && done.some(({ strength }) => strength === "name");
  const candidates = [weaker ? [] : fronted, done, head.filter(({ part }) => part === "subject"), head, meaning];
  let kept: readonly Mention[] = candidates.find((mentions) => mentions.length > 0) ?? [];
  const located = kept.filter((mention) => mention.id === "cluster" && matchesPart(LOCATION, text, Math.max(0, mention.start - 24), mention.start));
  // "On EKS" is where a service runs; "to the EKS cluster" says that there is one.
  if (kept.some(({ id }) => id !== "cluster")) kept = kept.filter((mention) => !located.includes(mention) || (kept.some(({ id }) => id === "workload") && /\bclusters?\b/.test(text.slice(mention.start, mention.end + 9))));
  return untaken(text, parts, kept);
}

/** Without those whose words another takes to be its own. */
function untaken(text: string, parts: Frame, mentions: readonly Mention[]): readonly Mention[] {
  let kept = mentions;
  // What holds a rule back has to be done, not only to be the case.
  const doing = kept.some(({ part }) => part === "condition") ? 0 : parts.condition.end;
  let ids = new Set(kept.map(({ id }) => id));
  for (const rule of RULES) {
    if (!ids.has(rule.when) || !rule.drops.some((id) => ids.has(id)) || (rule.only && !matches(rule.only, text)) || (rule.unless && matchesPart(rule.unless, text, doing))) continue;
    kept = kept.filter(({ id }) => !rule.drops.includes(id) || (rule.hintsOnly && kept.some((other) => other.id === id && other.strength === "name")));
    ids = new Set(kept.map(({ id }) => id));
  }
  return kept;
}

/** "RDS password", "EC2 public IP": a thing that only tells which password, which address. */
function isAttribute(text: string, { id, end }: Mention): boolean {
  if (!THINGS.has(id)) return false;
  if (text[end] === "-") return matchesPart(KIND_OF, text, end, end + 16);
  if (text[end] !== " ") return false;
  const words = text.slice(end, end + 48).split(" ", 6);
  for (let at = 1; at < words.length; at++) {
    const word = words[at] as string;
    const [, letters = "", rest = ""] = /^([a-z]*)(.*)$/.exec(word) ?? [];
    // Permissions are told in more words: "ECR push + EC2 deploy permissions".
    if (letters.startsWith("permission") || (at <= 3 && ATTRIBUTES.has(letters))) return true;
    if (NO_ATTRIBUTE.has(word) || !/^[a-z0-9+/&-]*$/.test(rest)) return false;
  }
  return false;
}

const CLAUSES: readonly RegExp[] = [PURPOSE_CLAUSE, ILLUSTRATED, ASSOCIATED, KNOWN_PLACE];

function isBackground(text: string, parts: Frame, mention: Mention): boolean {
  if (!THINGS.has(mention.id) && !PURPOSES.has(mention.id)) return false;
  // "A VPC for each environment": these are made as well.
  if (mention.part === "condition" || (mention.id === "environments" && !matches(AGAINST, text.slice(0, mention.start)))) return false;
  const begin = Math.max(mention.part === "act" ? parts.act.start : parts.subject.start, mention.start - REACH);
  const part = text.slice(begin, mention.start);
  const before = withoutParentheses(part);
  // What is nowhere in the text is not in a part of it, unless the part was changed.
  const may = (pattern: RegExp) => mayMatch(pattern, before === part ? text : before);
  if (CLAUSES.some((pattern) => may(pattern) && pattern.test(before))) return true;
  const back = lastOf(before, BACKGROUND_PHRASES);
  if (!back || isForegroundFrom(before, back.start)) return false;
  if ((back.word === "to" || back.word === "on") && may(TARGETING) && TARGETING.test(hasOneOf(SUBORDINATE, before === part ? text : before) ? before.slice(0, lastOf(before, SUBORDINATE_PHRASES)?.start) : before)) return false;
  if (back.word === "of" && may(MEASURE) && MEASURE.test(before.slice(0, back.start))) return false;
  if (back.word === "from" && may(SERVED) && SERVED.test(before)) return false;
  if (back.word === "for" && may(TEMPLATE) && TEMPLATE.test(before.slice(0, back.start))) return false;
  return THINGS.has(mention.id) || !(before.includes(",", back.start) || (may(USED) && USED.test(before)));
}

/** What stands in parentheses says nothing about what follows them. */
function withoutParentheses(text: string): string {
  return text.includes(")") ? text.replace(/\([^()]*\)/g, (inside) => ".".padEnd(inside.length)) : text;
}

/** Words and phrases, the longer ones first, by the word they end in; and by its last letter how long such words are, a bit each. */
interface Phrases {
  readonly ending: ReadonlyMap<string, readonly string[]>;
  readonly lengths: Uint32Array;
}

function byLastWord(phrases: readonly string[]): Phrases {
  const ending = new Map<string, string[]>();
  const lengths = new Uint32Array(128);
  for (const phrase of phrases.toSorted((a, b) => b.length - a.length)) {
    const last = phrase.slice(phrase.lastIndexOf(" ") + 1);
    ending.set(last, [...(ending.get(last) ?? []), phrase]);
    const letter = last.charCodeAt(last.length - 1);
    lengths[letter] = (lengths[letter] ?? 0) | (1 << last.length);
  }
  return { ending, lengths };
}

const BACKGROUND_PHRASES = byLastWord(BACKGROUND);
const FOREGROUND_PHRASES = byLastWord(FOREGROUND);
const SUBORDINATE_PHRASES = byLastWord(SUBORDINATE);

/** The last of the phrases that stands in the text as words of its own; of those that end together, the longest. What ends before `from` is not looked at. */
function lastOf(text: string, { ending, lengths }: Phrases, from = 0): { readonly word: string; readonly start: number } | undefined {
  for (let end = text.length; end > from; end--) {
    if (!isWordUnit(text, end - 1)) continue;
    let begin = end - 1;
    while (begin > 0 && isWordUnit(text, begin - 1)) begin--;
    // A shift takes its distance modulo 32: a longer word is looked up in vain.
    const words = ((lengths[text.charCodeAt(end - 1)] ?? 0) >> (end - begin)) & 1 ? ending.get(text.slice(begin, end)) : undefined;
    for (const word of words ?? []) {
      const start = end - word.length;
      if (start >= 0 && text.startsWith(word, start) && !isWordUnit(text, start - 1)) return { word, start };
    }
    end = begin;
  }
  return undefined;
}

function isWordUnit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

/** Whether a new object of the act is brought in this text, from this place on. */
function isForegroundFrom(text: string, from: number): boolean {
  for (const mark of FOREGROUND_MARKS) if (text.includes(mark, from)) return true;
  const last = lastOf(text, FOREGROUND_PHRASES, from);
  return (last !== undefined && last.start >= from) || matches(FOREGROUND_CLAUSE, text.slice(from));
}

/** "RDS backups": the first word only says of what. */
function isModifier(text: string, mention: Mention, all: readonly Mention[]): boolean {
  if (!THINGS.has(mention.id)) return false;
  return all.some((other) => other.id !== mention.id && (other.id !== "health-check" || mention.id === "cluster") && other.start >= mention.end && other.start - mention.end <= 3
    && !(other.strength === "hint" && mention.strength === "name" && other.id !== "encryption") && !(THINGS.has(other.id) && mention.strength === "name")
    && /^(?:'s)?[ -]?$/.test(text.slice(mention.end, other.start)) && !/^(?:multi|encrypt|highly|accessible|enabled|across|spread|distributed|in )/.test(text.slice(other.start, other.end)));
}

/** Where in the text the signs of each part are looked for. */
function spansOfSigns(text: string, parts: Frame): Readonly<Record<"subject" | "act" | "condition" | "any", Span>> {
  const { start, end } = parts.indicative ? { start: parts.subject.start, end: parts.act.end } : parts.act;
  const denied = /^(?:not|never) /.exec(text.slice(start, start + 8))?.[0].length ?? 0;
  return {
    subject: parts.indicative ? { start, end: start } : parts.subject,
    act: { start: start + denied, end },
    condition: parts.condition,
    any: { start: 0, end: text.length },
  };
}

/** Which of the spans above a sign counts in. */
function placeOf({ part }: Sign): "subject" | "act" | "condition" | "any" {
  return part === "deed" || part === "item" ? "act" : part;
}

function weigh(text: string, parts: Frame, mentions: readonly Mention[], all: readonly Mention[]): { score: number; others: readonly Sign[] } {
  const given = mentions.every(({ part }) => part === "condition");
  const spans = spansOfSigns(text, parts);
  const [subject, act, condition] = (["subject", "act", "condition"] as const).map((part) => text.slice(spans[part].start, spans[part].end)) as [string, string, string];
  const heard = { subject, act, condition: given ? "" : condition, any: text };
  const isItem = subject === "" && parts.condition.start === parts.condition.end;
  const seen = (sign: Sign) => (sign.part !== "deed" || subject !== "") && (sign.part !== "item" || isItem) && mayMatch(sign.pattern, text) && matches(sign.pattern, heard[placeOf(sign)]);
  const signs = INFRASTRUCTURE_SIGNS.filter(seen);
  // "An SQS queue SHALL capture failed messages": a product does what a tool does otherwise.
  const isProduct = subject !== "" && all.some(({ id, part, strength, end }) => part === "subject" && strength === "name" && id !== "environments" && id !== "health-check" && end >= spans.subject.end - 1);
  const others = OTHER_SIGNS.filter((sign) => seen(sign) && !(sign.of === "a tool" && matches(PROVISIONS, act)) && !(isProduct && placeOf(sign) === "act" && (sign.of === "a tool's work" || sign.of === "a screen")));
  // "WHEN configuring auto-scaling, … scale down": the condition has named what the act only hints at.
  const ids = new Set(mentions.map(({ id }) => id));
  const names = all.filter(({ strength, id }) => strength === "name" && ids.has(id));
  const strong = joined(names).length;
  const named = new Set(names.map(({ id }) => id));
  const weak = new Set([...ids].filter((id) => !named.has(id)));
  // "Backups kept for 30 days": a number makes a demand of a word that says little.
  const measured = strong === 0 && [...weak].some((id) => Object.values(CAPABILITY[id].read(text)).some((value) => typeof value === "number")) ? 1 : 0;
  const total = (list: readonly Sign[]) => list.reduce((sum, { weight }) => sum + weight, 0);
  // Named in the condition alone, it is there already.
  const less = given && !matches(PRONOUN, act) && !matches(RUN, condition) && !matches(MADE, condition) ? GIVEN : 0;
  return { score: Math.min(strong, 2) * 3 - less + Math.min(weak.size, 3) + measured + total(signs) - total(others.filter(({ incidental }) => !(incidental && names.length > 0))), others };
}

function demandsOf(original: string, text: string, mentions: readonly Mention[]): Demand[] {
  const placed = stated<Placed>({ region: oneOrMany(regions(text)) });
  return CAPABILITIES.filter((id) => mentions.some((mention) => mention.id === id)).map((id) => {
    const parameters = { ...CAPABILITY[id].read(text), ...placed };
    const spans = joined([...mentions.filter((mention) => mention.id === id), ...spansOfValues(text, parameters)]);
    return { kind: id, parameters, words: [...new Set(spans.map(({ start, end }) => original.slice(start, end).trim()))] } as Demand;
  });
}

/** The spans in the order of the text, those that touch or overlap as one. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last && span.start <= last.end + 1) result[result.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else result.push({ start: span.start, end: span.end });
  }
  return result;
}

/** A reading whose demands contradict themselves is not understood: the message says which rule is broken. */
function checked(reading: Reading, text: string): Reading {
  const faults = reading.demands.flatMap((demand) => {
    const { title, contradiction } = CAPABILITY[demand.kind] as Capability;
    const broken = contradiction?.(demand.parameters, text);
    return broken ? [`${title}: ${broken.message}; ${broken.remedy}.`] : [];
  });
  return faults.length === 0 ? reading : { status: "unsupported", demands: [], message: faults.join(" ") };
}

function inGeneral(named: readonly string[]): Reading {
  if (named.length === 0) return { status: "understood", demands: [], message: "It asks for AWS and infrastructure as code in general, which is met by all that Phaseline writes." };
  return { status: "understood", demands: [], regions: named, message: `It asks for AWS in ${list(named)} and for nothing in particular, which is met when the stacks are there.` };
}

function otherVendor(vendors: readonly Vendor[], mentions: readonly Mention[]): Reading {
  const names = list(vendors.map(({ name }) => name));
  const instead = [...new Set(mentions.flatMap(({ id }) => INSTEAD[id] ?? []))].slice(0, 2);
  return { status: "unsupported", demands: [], message: `It asks for ${names}, and Phaseline provisions AWS and Kubernetes. Write instead, for example: ${list((instead.length > 0 ? instead : ["Deploy the service to the EKS cluster"]).map((line) => `"${line}"`))}.` };
}

function otherService(services: readonly Vendor[]): Reading {
  return { status: "unsupported", demands: [], message: `It asks for ${list(services.map(({ name }) => name))}, which Phaseline does not provision. Run the service on the cluster instead ("Deploy the service to the EKS cluster"), or write a construct of your own and add <!-- phaseline: not-infrastructure --> here.` };
}

function unclear(original: string, mentions: readonly Mention[], spoken: string): Reading {
  const ids = CAPABILITIES.filter((id) => mentions.some((mention) => mention.id === id));
  const example = CAPABILITY[ids[0] ?? "pipeline"].examples[0]?.text ?? "";
  return {
    status: "unsupported", demands: [],
    message: `It can be read in two ways: as a demand for infrastructure (${meantBy(original, mentions)}), or as something that the application itself does${spoken === "" ? "" : `: it speaks of ${spoken}`}. ` +
      `For the first, name what is to be provisioned, such as "${example}", or add <!-- phaseline: ${ids.join(", ")} -->; for the second, add <!-- phaseline: not-infrastructure -->.`,
  };
}

/** The capabilities that the words can mean, and the words. */
function meantBy(original: string, mentions: readonly Mention[]): string {
  const titles = CAPABILITIES.filter((id) => mentions.some((mention) => mention.id === id)).map((id) => CAPABILITY[id].title.toLowerCase());
  return `${list(titles)}, by ${list(joined(mentions).map(({ start, end }) => `"${original.slice(start, end).trim()}"`))}`;
}

/** What the signs speak for, each with the words that say so. */
function spokenOf(original: string, text: string, parts: Frame, signs: readonly Sign[]): string {
  const spans = spansOfSigns(text, parts);
  const words = new Map<string, Span[]>();
  for (const sign of signs) {
    const { start, end } = spans[placeOf(sign)];
    const match = sign.pattern.exec(text.slice(start, end));
    if (match) words.set(sign.of, [...(words.get(sign.of) ?? []), { start: start + match.index, end: start + match.index + match[0].length }]);
  }
  return list([...words].map(([of, found]) => {
    const quoted = joined(found).map(({ start, end }) => shortened(original.slice(start, end).trim())).filter(Boolean);
    return quoted.length === 0 ? of : `${of} (${quoted.map((each) => `"${each}"`).join(", ")})`;
  }));
}

function shortened(words: string): string {
  return words.length <= MOST_QUOTED ? words : `${words.slice(0, MOST_QUOTED).replace(/\s+\S*$/, "")} …`;
}

function crowded(): Reading {
  return { status: "unsupported", demands: [], message: `It names capabilities of infrastructure more than ${MOST_MENTIONS} times, which no single criterion can mean: split it into several criteria.` };
}

function list(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
