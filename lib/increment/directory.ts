import { readdirSync, readFileSync, statSync, type Stats } from "node:fs";
import { join, relative, sep } from "node:path";
import { FaultsError, type Fault } from "./fault";
import type { Increment } from "./increment";
import { count, LIMITS } from "./limits";
import { INCREMENT_NAME, readIncrement } from "./read";

export interface DirectoryOptions {
  /**
   * Read finished increments in `_archive` too (or `_completed`, `_done`, or one of these without the dash). `_working` and `_abandoned`
   * are never read: nobody asks for them any more, or yet.
   *
   * @default false
   */
  readonly archived?: boolean;
  /**
   * What the paths in locations are relative to.
   *
   * @default - the directory the process was started in
   */
  readonly cwd?: string;
}

/**
 * Reads all increments of a directory (`.specweave/increments`): each `NNNN-name/spec.md`, by number, then by name. Of several, some may have
 * no criterion.
 *
 * @throws FaultsError with every fault of every file
 */
export function readIncrements(directory: string, options: DirectoryOptions = {}): Increment[] {
  const cwd = options.cwd ?? process.cwd();
  const faults: Fault[] = [];
  const folders = [...foldersOf(directory, cwd, faults), ...(options.archived ? archiveOf(directory, cwd, faults) : [])].sort(byNumber);
  if (folders.length === 0 && faults.length === 0) {
    faults.push({
      message: `no increment was found in ${display(directory, cwd)}.`,
      remedy: `Create one, as in ${display(join(directory, "0001-production-infrastructure", "spec.md"), cwd)}.`,
    });
  }
  refuseSameNumbers(folders, cwd, faults);
  const readAll = (withoutCriteria: boolean): Increment[] => {
    const increments: Increment[] = [];
    for (const { name, path } of folders) {
      const file = join(path, "spec.md");
      try {
        increments.push(readIncrement(display(file, cwd), load(file, cwd), { id: name, withoutCriteria }));
      } catch (error) {
        if (!(error instanceof FaultsError)) throw error;
        faults.push(...error.faults);
      }
    }
    return increments;
  };
  // One of many may ask for nothing; where all do, something is wrong with how they are written.
  const increments = readAll(true);
  if (faults.length === 0 && increments.every(({ criteria }) => criteria.length === 0)) readAll(false);
  if (faults.length > 0) throw new FaultsError(faults);
  return increments;
}

/** The finished increments that can be read, by number. What cannot be read could not be synthesized either, when it was current. */
export function readArchive(directory: string, options: Pick<DirectoryOptions, "cwd"> = {}): Increment[] {
  const cwd = options.cwd ?? process.cwd();
  return archiveOf(directory, cwd, []).sort(byNumber).flatMap(({ name, path }) => {
    try {
      const file = join(path, "spec.md");
      return [readIncrement(display(file, cwd), load(file, cwd), { id: name })];
    } catch (error) {
      if (error instanceof FaultsError) return [];
      throw error;
    }
  });
}

/**
 * Reads one specification of any name.
 *
 * @throws FaultsError with every fault of the file
 */
export function readSpec(path: string, options: Pick<DirectoryOptions, "cwd"> = {}): Increment {
  const cwd = options.cwd ?? process.cwd();
  const bytes = load(path, cwd);
  return readIncrement(display(path, cwd), bytes);
}

/** What Terraform, shells, YAML or HTML read as more than a letter, and what nobody sees. */
const UNSAFE_NAME = /[\p{C}\p{Zl}\p{Zp}$%{}`"'<>|;\\*?!#&]/u;

interface Folder {
  readonly name: string;
  readonly path: string;
}

function foldersOf(directory: string, cwd: string, faults: Fault[]): Folder[] {
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (error) {
    const why = code(error) === "ENOENT" ? "does not exist" : code(error) === "ENOTDIR" ? "is a file, not a directory" : `cannot be read (${code(error)})`;
    faults.push({
      message: `the directory of increments ${display(directory, cwd)} ${why}.`,
      remedy: "Create it, or set PHASELINE_INCREMENTS to the directory that holds the increments.",
    });
    return [];
  }
  const folders: Folder[] = [];
  for (const name of names) {
    const path = join(directory, name);
    if (/^[._]/.test(name) || !stat(path)?.isDirectory()) continue;
    const unsafe = /^\d/.test(name) ? UNSAFE_NAME.exec(name)?.[0] : undefined;
    if (unsafe !== undefined) {
      const shown = /\p{C}|\p{Z}/u.test(unsafe) ? `U+${unsafe.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}` : unsafe;
      faults.push({
        location: { file: display(path, cwd).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "\uFFFD"), line: 1, column: 1 },
        message: `the folder's name has ${shown} in it; increments' names stand in tags, labels and generated files, where that means something.`,
        remedy: "Name it in letters, digits, dots, dashes and underscores.",
      });
    } else if (INCREMENT_NAME.test(name)) folders.push({ name, path });
    else if (stat(join(path, "spec.md"))) {
      faults.push({
        location: { file: display(join(path, "spec.md"), cwd), line: 1, column: 1 },
        message: `the folder ${name} has no number, so that its place among the increments is unknown.`,
        remedy: `Name it by its number, as in 0001-${name}.`,
      });
    }
  }
  return folders;
}

/** Where finished increments are put away. */
const FINISHED = ["_archive", "_completed", "_done", "archive", "completed", "done"];

function archiveOf(directory: string, cwd: string, faults: Fault[]): Folder[] {
  return FINISHED.map((name) => join(directory, name))
    .filter((archive) => stat(archive)?.isDirectory())
    .flatMap((archive) => foldersOf(archive, cwd, faults));
}

function refuseSameNumbers(folders: readonly Folder[], cwd: string, faults: Fault[]): void {
  const seen = new Map<string, Folder>();
  for (const folder of folders) {
    const { digits, suffix } = numberOf(folder.name);
    const key = digits + suffix;
    const first = seen.get(key);
    if (first) {
      faults.push({
        location: { file: display(join(folder.path, "spec.md"), cwd), line: 1, column: 1 },
        message: `two increments have the number ${digits}${suffix}: ${display(first.path, cwd)} and ${display(folder.path, cwd)}.`,
        remedy: "Give one of them the next free number; increments build on one another in the order of their numbers.",
      });
    } else seen.set(key, folder);
  }
}

/** By number, however many digits it has, then by name: the same on every machine and in every locale. */
function byNumber(one: Folder, other: Folder): number {
  const a = numberOf(one.name);
  const b = numberOf(other.name);
  return a.digits.length - b.digits.length || compare(a.digits, b.digits) || compare(a.suffix, b.suffix) || compare(one.name, other.name);
}

function numberOf(name: string): { digits: string; suffix: string } {
  const match = INCREMENT_NAME.exec(name);
  return { digits: (match?.[1] ?? "").replace(/^0+(?=\d)/, ""), suffix: (match?.[2] ?? "").toUpperCase() };
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function load(path: string, cwd: string): Uint8Array {
  const location = { file: display(path, cwd), line: 1, column: 1 };
  const found = stat(path);
  if (!found) {
    throw new FaultsError([{ location, message: "the file does not exist.", remedy: "Write it, or remove the folder that should hold it." }]);
  }
  if (!found.isFile()) {
    throw new FaultsError([{ location, message: "this is no file.", remedy: "Put a markdown file here." }]);
  }
  // Nothing of a file this size is read into memory.
  if (found.size > LIMITS.fileBytes) {
    throw new FaultsError([
      {
        location,
        message: `the file has ${count(found.size)} bytes; at most ${count(LIMITS.fileBytes)} are read.`,
        remedy: "Keep the criteria in this file and move logs, images or data elsewhere.",
      },
    ]);
  }
  try {
    return readFileSync(path);
  } catch (error) {
    throw new FaultsError([{ location, message: `the file cannot be read (${code(error)}).`, remedy: "Allow this user to read it." }]);
  }
}

function stat(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function code(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown";
}

/** Relative to `cwd`, with forward slashes. */
function display(path: string, cwd: string): string {
  return (relative(cwd, path) || ".").split(sep).join("/");
}
