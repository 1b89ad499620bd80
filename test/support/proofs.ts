import { type CapabilityId, type ParametersOf } from "../../lib/demand/demand";
import { prove } from "../../lib/demand/prove";
import { Evidence, type Proof, type Synthesized } from "../../lib/demand/synthesized";
import { mutated, type Mutation } from "./mutate";

export const check = <K extends CapabilityId>(kind: K, parameters: ParametersOf[K], synthesized: Synthesized): Proof | undefined => prove({ kind, parameters }, new Evidence(synthesized));

/** A proof that holds, with all it says; and each change that must make it fail, with what it says then. */
export function proves<K extends CapabilityId>(
  kind: K,
  parameters: ParametersOf[K],
  synthesized: Synthesized,
  found: string,
  addresses: readonly string[],
  breaks: readonly (readonly [because: string, ...mutations: Mutation[]])[],
): void {
  describe(`${kind} ${JSON.stringify(parameters)}`, () => {
    test(`is proven by: ${found}`, () => {
      const proof = check(kind, parameters, synthesized);
      expect(proof?.found).toBe(found);
      expect(proof?.holds).toBe(true);
      expect(proof?.addresses.map(({ address }) => address)).toEqual(addresses);
    });
    test.each(breaks.map(([because, ...mutations]) => ({ because, mutations })))("fails with: $because", ({ because, mutations }) => {
      const proof = check(kind, parameters, mutated(synthesized, ...mutations));
      expect(proof?.found).toBe(because);
      expect(proof?.holds).toBe(false);
    });
  });
}

/** What must not be taken for a proof. */
export function refutes<K extends CapabilityId>(kind: K, parameters: ParametersOf[K], synthesized: Synthesized, because: string): void {
  test(`${kind} ${JSON.stringify(parameters)} is not proven: ${because}`, () => {
    const proof = check(kind, parameters, synthesized);
    expect(proof?.found).toBe(because);
    expect(proof?.holds).toBe(false);
  });
}

export const addressesOf = ({ stacks }: Synthesized, type: string): readonly string[] =>
  Object.values(stacks).flatMap(({ resource }) => Object.keys(resource?.[type] ?? {})).sort().map((id) => `${type}.${id}`);
