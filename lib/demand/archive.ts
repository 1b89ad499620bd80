import { readArchive } from "../increment/directory";
import { FaultsError } from "../increment/fault";
import { demandsOf, understandIncrement } from "./read-increment";

/**
 * Whether finished increments stand with the others. To put an increment away is housekeeping, and must not take its database along: where
 * one asks for infrastructure and nobody says which way it is meant, that is a fault.
 *
 * @param directory of the increments
 * @param stated by a setting or the environment
 * @throws FaultsError naming the finished increments that ask for infrastructure
 */
export function includesArchive(directory: string, stated: boolean | undefined): boolean {
  if (stated !== undefined) return stated;
  const asking = readArchive(directory).filter((increment) => demandsOf(understandIncrement(increment)).length > 0);
  const [first] = asking;
  if (!first) return false;
  const named = asking.slice(0, 5).map(({ id }) => id);
  throw new FaultsError([
    {
      location: { file: first.file, line: 1, column: 1 },
      message: `${asking.length === 1 ? "an archived increment asks" : `${asking.length} archived increments ask`} for infrastructure (${named.join(", ")}${asking.length > named.length ? ", …" : ""}), and it is not said whether it still stands. Without it, the next apply would remove what it made.`,
      remedy: 'Write `"increments": { "archived": true }` into context.phaseline of cdktf.json to keep it, or `false` if none of it was ever applied or all of it is to go.',
    },
  ]);
}
