/** What an author may consent to beside a criterion, `<!-- phaseline: consent=shorter-backups -->`, and what it costs. */
export const CONSENTS = {
  "shorter-backups": "backups of the database that are older are deleted",
  "shorter-logs": "logs that are older are deleted",
  "shorter-objects": "objects in the buckets that are older are deleted",
  "no-standby": "the database is down while its zone is, and its standby is deleted",
  "delete-data": "the database and all that is in it are deleted; a final snapshot stays",
} as const;

export type Consent = keyof typeof CONSENTS;

const CONSENT = /(?:^|[,;])\s*consent=("[^"]*"|[^\s,;]*)\s*(?=[,;]|$)/g;

/** An annotation without its consents, which leave open how the criterion is read, and these. */
export function splitConsents(annotation: string): { readonly annotation?: string; readonly consents: readonly Consent[]; readonly problem?: string } {
  const written = [...annotation.matchAll(CONSENT)].flatMap(([, words = ""]) => words.replace(/^"(.*)"$/, "$1").split("|"));
  const rest = annotation.replace(CONSENT, "").replace(/^\s*[,;]\s*/, "").trim();
  const unknown = written.find((word) => !Object.hasOwn(CONSENTS, word));
  return {
    ...(rest === "" && written.length > 0 ? {} : { annotation: rest }),
    consents: written.filter((word): word is Consent => Object.hasOwn(CONSENTS, word)),
    ...(unknown === undefined ? {} : { problem: `The annotation "${annotation}" cannot be read: there is no consent "${unknown}"; write one of ${Object.keys(CONSENTS).join(", ")}.` }),
  };
}
