/** The parts of a criterion, as spans of the folded text: under which condition, who, does what. */
export interface Frame {
  readonly condition: Span;
  readonly subject: Span;
  readonly act: Span;
  /** "X SHALL be deployed": the subject is what is provisioned; not so in "X SHALL be encrypted". */
  readonly passive: boolean;
  /** The sentence states what is so, without "shall" or "must": such sentences describe programs and screens as often. */
  readonly indicative?: true;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

const LABEL = /^[\s✅☑✔•>-]*(?:[a-z]{1,12}(?:-[a-z0-9]{1,10}){0,4}[-.]?\d{1,4}[a-z]?(?:[.-]\d{1,3}){0,3} {0,3}[:|]|\d{1,3}(?:\.\d{1,3}){1,3}\.?|\d{1,3}[.)])? {0,4}:?\s*/;
const OPENING = /^(?:and|but|then|also|und|y|e|dann|entonces)[ ,:]+(?!\d)/;
const CONDITION = /^(?:for (?:any|each|every|all)(?= [^,]{1,80},)|given|when(?:ever)?|if|while|where|once|after|wenn|falls|sobald|cuando|quando|dado|si|se|在|当|如果)(?![a-z])/;
const THEN = /(?:^|[\s,;])(?:then|dann|entonces|então|entao|那么|则)(?=[\s,:])[\s,:]*/g;
const MODAL = /\b(?:shall|must|should|will|needs? to|has to|have to|is able to|soll(?:te|en)?|muss|mussen|debe(?:ra|n)?|deve(?:ra|m)?|doit|doivent|devra|devront)\b ?/;
/** "Database is encrypted", "EC2 instances assume a role": the same without a modal verb. */
const INDICATIVE = /^(?:the |a |an |each |all |every |any |our )?(?:[\w/()-]+ ){1,4}?(?=(?:is|are|has|have|assumes?)\b)/;
const SUBJECT_AND_MODAL = /,? (?=(?:the |a |an |each |all |every |our |das |der |die |el |la )?(?:[\w/()-]+ ){0,6}?(?:shall|must|should|will|may)\b)/;
const PASSIVE = /^(?:also |then |always |only |each )?be (?:\w+ly )?(?:deployed|provisioned|configured|created|installed|run|hosted|launched|placed|distributed|spread|set up|implemented|used|defined|enabled|available|in place|supported|established|built|managed|present|set|specified|applied|attached|running|live|operational|reachable|scheduled|containeri[sz]ed|internet-facing|internal)\b/;

/** Takes EARS, Given/When/Then and MUST sentences apart; a line of none of these forms is all act. */
export function frame(text: string): Frame {
  let start = LABEL.exec(text)?.[0].length ?? 0;
  start += OPENING.exec(text.slice(start))?.[0].length ?? 0;
  let condition: Span = { start, end: start };
  if (CONDITION.test(text.slice(start))) {
    const end = conditionEnd(text, start);
    condition = { start, end: end.condition };
    start = end.act;
  }
  const rest = text.slice(start);
  const modal = MODAL.exec(rest);
  const before = modal ? rest.slice(0, modal.index) : "";
  const indicative = modal ? undefined : INDICATIVE.exec(rest)?.[0];
  if (indicative !== undefined) {
    const act = start + indicative.length + (/^(?:is|are) /.exec(rest.slice(indicative.length))?.[0].length ?? 0);
    return { condition, subject: { start, end: start + indicative.length }, act: { start: act, end: text.length }, passive: PASSIVE.test(`be ${text.slice(act)}`), indicative: true };
  }
  if (!modal || before.length > 110 || /\b(?:that|which|so|until|because|to)\b|[;.] /.test(before)) return { condition, subject: { start, end: start }, act: { start, end: text.length }, passive: false };
  const act = start + modal.index + modal[0].length;
  return { condition, subject: { start, end: start + modal.index }, act: { start: act, end: text.length }, passive: PASSIVE.test(text.slice(act)) };
}

function conditionEnd(text: string, start: number): { condition: number; act: number } {
  let last: RegExpMatchArray | undefined;
  for (const match of text.slice(start).matchAll(THEN)) last ??= match;
  if (last?.index !== undefined) return { condition: start + last.index, act: start + last.index + last[0].length };
  const rest = text.slice(start);
  const subject = SUBJECT_AND_MODAL.exec(rest);
  if (subject) return { condition: start + subject.index, act: start + subject.index + subject[0].length };
  const comma = rest.lastIndexOf(", when ") >= 0 ? rest.indexOf(", ", rest.lastIndexOf(", when ") + 2) : rest.search(/, |，/);
  return comma < 0 ? { condition: start, act: start } : { condition: start + comma, act: start + comma + 1 };
}
