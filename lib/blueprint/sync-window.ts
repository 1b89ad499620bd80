import * as v from "valibot";

const FIELD = "(\\*|[0-9A-Z]+(-[0-9A-Z]+)?)(/[0-9]+)?";
const SCHEDULE = new RegExp(`^${FIELD}(,${FIELD})*( ${FIELD}(,${FIELD})*){4}$`);
const FOUR_WEEKS = 40_320;

/** When Argo CD may deploy, as it stands in the settings. */
export const SyncWindow = v.strictObject({
  /** `allow`: only then; `deny`: not then. */
  kind: v.picklist(["allow", "deny"], '"allow" or "deny"'),
  /** When it begins, as in cron: `0 22 * * 5`. */
  schedule: v.pipe(v.string(), v.regex(SCHEDULE, "five fields of cron such as 0 22 * * 5")),
  durationMinutes: v.pipe(
    v.number(`a whole number from 1 to ${FOUR_WEEKS}`),
    v.check((minutes) => Number.isInteger(minutes) && minutes >= 1 && minutes <= FOUR_WEEKS, `a whole number from 1 to ${FOUR_WEEKS}`),
  ),
  /** Default: UTC. */
  timeZone: v.exactOptional(v.pipe(v.string(), v.check(isTimeZone, "the name of a time zone such as Europe/Berlin"))),
  /** Whether people may sync by hand all the same. Default: no. */
  manualSync: v.exactOptional(v.boolean()),
});

function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && Boolean(new Intl.DateTimeFormat("en", { timeZone: name }));
  } catch {
    return false;
  }
}
