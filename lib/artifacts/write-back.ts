import { readFileSync } from "node:fs";
import { FaultsError } from "../increment/fault";
import type { Criterion, Increment } from "../increment/increment";
import { readIncrement } from "../increment/read";
import { changed, replaceFile } from "../increment/replace-file";
import { tick } from "../increment/tick";
import { isProven, type IncrementStatus, type Written } from "./status";

/**
 * Ticks the open boxes of what is proven, in the place that defines the criterion, and changes nothing else. Boxes are never unticked;
 * where a file lists a criterion again further down, that list is its author's.
 *
 * @throws FaultsError where the file is not what was judged any more, or may not be written
 */
export function writeBack({ increment, criteria }: IncrementStatus): Written {
  const { file } = increment;
  const proven = criteria.filter(({ traced }) => isProven(traced));
  const ids = (box: IncrementStatus["criteria"][number]["box"]) => proven.filter((criterion) => criterion.box === box).map(({ traced }) => traced.id);
  const ticked = ids("open");
  if (ticked.length > 0) {
    const bytes = readFileSync(file);
    if (JSON.stringify(criteriaOf(increment, bytes)) !== JSON.stringify(increment.criteria)) throw new FaultsError([changed(file)]);
    const boxes = increment.criteria.filter(({ id }) => ticked.includes(id)).flatMap(({ box }) => (box ? [box.location] : []));
    replaceFile(file, bytes, tick(bytes, boxes));
  }
  return { file, ticked, withoutBox: ids("none"), otherwiseMarked: ids("other") };
}

/** What the file says now; a file that cannot be read any more has changed for sure. */
function criteriaOf({ file, id }: Increment, bytes: Uint8Array): readonly Criterion[] | undefined {
  try {
    return readIncrement(file, bytes, { id }).criteria;
  } catch (error) {
    if (error instanceof FaultsError) return undefined;
    throw error;
  }
}
