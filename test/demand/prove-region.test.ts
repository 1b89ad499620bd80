import { prove } from "../../lib/demand/prove";
import { Evidence } from "../../lib/demand/synthesized";
import { synthesize } from "../support/synthesize";

describe("a region that a criterion names", () => {
  const network = synthesize([["network", {}]]);
  const proof = (region: string | readonly string[]) => prove({ kind: "network", parameters: { region } }, new Evidence(network));

  test("is proven where the stacks are in it", () => {
    expect(proof("us-east-1")).toMatchObject({ holds: true, wanted: expect.stringMatching(/, in us-east-1$/) });
  });
  test("is not proven where they are in another", () => {
    expect(proof("eu-west-1")).toMatchObject({ holds: false, found: "the region is us-east-1" });
    expect(proof(["us-east-1", "eu-west-1"])).toMatchObject({ holds: false, found: "the region is us-east-1" });
  });
});
