import { closeSync, fchmodSync, fchownSync, fsyncSync, openSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, accessSync, constants } from "node:fs";
import { basename, dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import { FaultsError, type Fault } from "./fault";

/**
 * Replaces a file's content at once: who reads it sees the old content or the new one, never a part. It keeps its mode and, where that
 * is allowed, its owner; of a symbolic link the target is replaced.
 *
 * @param path from the working directory, as people call it
 * @param expected what is replaced: content that somebody wrote in the meantime stays
 * @throws FaultsError where the file is not as expected, or may not be written
 */
export function replaceFile(path: string, expected: Uint8Array, content: Uint8Array): void {
  const target = realpathSync(path);
  const scratch = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString("hex")}.tmp`);
  try {
    // A rename asks for the directory's permission only; a file that is read-only is so on purpose.
    accessSync(target, constants.W_OK);
    const { mode, uid, gid } = statSync(target);
    const file = openSync(scratch, "wx", 0o600);
    try {
      writeFileSync(file, content);
      own(file, uid, gid);
      fchmodSync(file, mode & 0o7777);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (!readFileSync(target).equals(expected)) throw new FaultsError([changed(path)]);
    renameSync(scratch, target);
  } catch (error) {
    rmSync(scratch, { force: true });
    if (error instanceof FaultsError) throw error;
    throw new FaultsError([
      {
        location: { file: path, line: 1, column: 1 },
        message: `the file cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)}).`,
        remedy: "Allow this user to write it and its directory; nothing of it was changed.",
      },
    ]);
  }
}

export function changed(path: string): Fault {
  return {
    location: { file: path, line: 1, column: 1 },
    message: "the file was changed while its criteria were being judged; it was left as it is.",
    remedy: "Run the command again.",
  };
}

function own(file: number, uid: number, gid: number): void {
  try {
    fchownSync(file, uid, gid);
  } catch {
    // Only root gives files away.
  }
}
