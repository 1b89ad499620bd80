import { fold } from "../../lib/blueprint/fold";
import { readSettings } from "../../lib/blueprint/settings";
import { layerOf, type Asked } from "../support/synthesize";

const stateOf = (demands: readonly Asked[], settings: object = {}) => fold([layerOf("0001", demands)], readSettings({ project: "shop", repository: "acme/shop", ...settings }, "cdktf.json")).state?.value;

describe("where states are kept", () => {
  test("is beside the project, until a criterion or a setting says otherwise", () => {
    expect(stateOf([["budget", {}]])).toBeUndefined();
  });

  test("is a bucket whose name is the same on every machine, and another one for another repository or environment", () => {
    const state = stateOf([["state-backend", {}]]);
    expect(state).toEqual({ bucket: "shop-production-state-655fc9981a43", region: "us-east-1", prefix: "shop", kmsKeyId: "alias/shop-production-state", made: "now" });
    for (const settings of [{ repository: "acme/other" }, { environment: "staging" }]) expect(stateOf([["state-backend", {}]], settings)?.bucket).not.toBe(state?.bucket);
  });

  test("has a name that S3 takes, however long those of project and environment are", () => {
    expect(stateOf([["state-backend", {}]], { project: "p".repeat(40), environment: "e".repeat(40) })?.bucket).toMatch(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/);
  });

  test("is the settings' bucket where they name one, whether or not a criterion asks", () => {
    const settings = { state: { bucket: "acme-states", region: "eu-central-1", prefix: "teams/shop", kmsKeyId: "alias/terraform" } };
    expect(stateOf([], settings)).toEqual({ bucket: "acme-states", region: "eu-central-1", prefix: "teams/shop", kmsKeyId: "alias/terraform", made: "elsewhere" });
  });

  test("holds the state of the bucket's own stack once the bucket stands", () => {
    expect(stateOf([["state-backend", {}]], { state: { bootstrapped: true } })?.made).toBe("before");
  });
});
