import type { Synthesized } from "../../lib/demand/synthesized";

/** A change by hand to what was synthesized, as somebody's own code, or an editor, might make it. */
export type Mutation = (synthesized: any) => void;

/** A copy that was changed. Throws when the change changes nothing: a test with it could not fail. */
export function mutated(synthesized: Synthesized, ...mutations: readonly Mutation[]): Synthesized {
  const copy = structuredClone(synthesized);
  for (const mutation of mutations) {
    const before = JSON.stringify(copy);
    mutation(copy);
    if (JSON.stringify(copy) === before) throw new Error("This mutation changes nothing.");
  }
  return copy;
}

/** Removes all resources of a type, or the one with this address. */
export const without = (address: string): Mutation => (synthesized) => {
  const [type = "", id] = address.split(".");
  for (const { resource = {} } of Object.values<any>(synthesized.stacks)) {
    if (id === undefined) delete resource[type];
    else delete resource[type]?.[id];
  }
};

/** Sets an argument of a resource; `undefined` takes it away. */
export const set = (address: string, path: string, value: unknown): Mutation => (synthesized) => {
  const keys = path.split(".");
  const last = keys.pop()!;
  const block = keys.reduce((at, key) => (/^\d+$/.test(key) ? [at].flat()[Number(key)] : inside(at)[key]), find(synthesized, address));
  if (value === undefined) delete inside(block)[last];
  else inside(block)[last] = value;
};

/** Replaces words in an argument of a resource, wherever in it they stand. */
export const reword = (address: string, path: string, from: string | RegExp, to: string): Mutation => (synthesized) => {
  const resource = find(synthesized, address);
  resource[path] = JSON.parse(JSON.stringify(resource[path]).replace(from, to));
};

/** Adds a resource to the first stack. */
export const add = (address: string, config: object): Mutation => ({ stacks }) => {
  const [type = "", id = ""] = address.split(".");
  const stack: any = Object.values(stacks)[0];
  stack.resource = { ...stack.resource, [type]: { ...stack.resource?.[type], [id]: config } };
};

export const rewordArtifact = (path: string, from: string | RegExp, to: string): Mutation => ({ artifacts }) => {
  artifacts[path] = artifacts[path].replace(from, to);
};

export const withoutArtifact = (path: string): Mutation => ({ artifacts }) => {
  delete artifacts[path];
};

function find(synthesized: any, address: string): any {
  const [type = "", id = ""] = address.replace(/^data\./, "").split(".");
  const block = address.startsWith("data.") ? "data" : "resource";
  const found = Object.values<any>(synthesized.stacks).map((stack) => stack[block]?.[type]?.[id]).find((resource) => resource !== undefined);
  if (!found) throw new Error(`There is no ${address} to change.`);
  return found;
}

/** A block that may stand once is written as an object or as a list of one. */
const inside = (block: any): any => (Array.isArray(block) && block.length === 1 ? block[0] : block);
