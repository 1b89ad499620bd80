import { FaultsError } from "../../lib/increment/fault";
import { readIncrement } from "../../lib/increment/read";
import type { Criterion, Increment } from "../../lib/increment/increment";

/** The whole message of what a specification's reading throws. */
export function messageOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof FaultsError) return error.message;
    throw error;
  }
  throw new Error("expected faults, but it was read");
}

export function faultsOf(text: string | Uint8Array): string {
  return messageOf(() => readIncrement("0001-api/spec.md", text));
}

export function read(text: string | Uint8Array): Increment {
  return readIncrement("0001-api/spec.md", text);
}

/** `id | text` of each criterion. */
export function criteria(text: string): string[] {
  return read(text).criteria.map((criterion) => `${criterion.id} | ${criterion.text}`);
}

export function only(text: string): Criterion {
  const [first, ...rest] = read(text).criteria;
  if (!first || rest.length > 0) throw new Error(`expected one criterion, found ${rest.length + (first ? 1 : 0)}`);
  return first;
}
