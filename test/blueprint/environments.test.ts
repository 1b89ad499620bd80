import { foldEnvironments } from "../../lib/blueprint/environments";
import { readSettings } from "../../lib/blueprint/settings";
import { layerOf as layer, type Asked } from "../support/synthesize";

const settings = (given: object = {}) => readSettings({ project: "shop", repository: "acme/shop", ...given }, "cdktf.json");
const named = (...names: string[]): Asked => ["environments", { names }];
const environmentsOf = (...parameters: Parameters<typeof foldEnvironments>) => foldEnvironments(...parameters).map((blueprint) => blueprint.settings.environment);

describe("foldEnvironments", () => {
  test("makes the environment of the settings where no criterion names one, as fold does", () => {
    const [only, ...others] = foldEnvironments([layer("0001-a", [["cluster", {}]])], settings());
    expect(others).toEqual([]);
    expect(only?.settings.environment).toBe("production");
    expect(only?.beside).toBeUndefined();
  });

  test("makes those that criteria name, in the order in which a version passes through them", () => {
    expect(environmentsOf([layer("0001-a", [named("production", "staging"), named("development")])], settings())).toEqual(["development", "staging", "production"]);
  });

  test("knows the short name of the settings for what the criteria call by its full name", () => {
    expect(environmentsOf([layer("0001-a", [named("staging", "production")])], settings({ environment: "prod" }))).toEqual(["staging", "prod"]);
  });

  test("makes all environments of the same criteria, with names and a domain of their own", () => {
    const [staging, production] = foldEnvironments(
      [layer("0001-a", [named("staging", "production"), ["cluster", { nodes: 4 }]])],
      settings({ domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" }, cluster: { name: "main" } }),
    );
    expect(staging?.cluster?.value).toEqual({ ...production?.cluster?.value, name: "shop-staging" });
    expect(production?.cluster?.value.name).toBe("main");
    expect(staging?.settings.domain).toEqual({ name: "staging.api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" });
    expect(staging?.beside).toBe(production?.settings);
  });

  test("takes what the settings say is different", () => {
    const [staging] = foldEnvironments(
      [layer("0001-a", [named("staging"), ["cluster", {}]])],
      settings({ environments: { stage: { nodes: { min: 1, desired: 1, max: 2 }, domain: { name: "stage.example.org" }, network: { cidr: "10.9.0.0/16" } } } }),
    );
    expect(staging?.cluster?.value.nodes).toEqual({ min: 1, desired: 1, max: 2, instanceType: "t3.large" });
    expect(staging?.network?.value).toMatchObject({ cidr: "10.9.0.0/16", zones: 3 });
    expect(staging?.settings.domain).toEqual({ name: "stage.example.org" });
  });

  test("holds a criterion that names environments to be about these only", () => {
    const increment = layer("0001-a", [named("staging", "production"), ["cluster", {}], ["pipeline", { branch: "main" }], ["pipeline", { branch: "develop" }], named("staging")]);
    // The last two are one criterion: "Staging deploys from develop".
    const [, , , branch, where] = increment.demands;
    const demands = [...increment.demands.slice(0, 4), { ...where!, origin: branch!.origin }];
    const [staging, production] = foldEnvironments([{ ...increment, demands: demands.filter((_, index) => index !== 2) }], settings());
    expect(staging?.pipeline?.value.branch).toBe("develop");
    expect(production?.pipeline).toBeUndefined();
  });

  test("refuses a name that no resource could be named after", () => {
    expect(() => foldEnvironments([layer("0001-a", [named("Staging ${x}")])], settings())).toThrow(
      'the environment "Staging ${x}" cannot be: resources are named after it, in 2 to 20 lower-case letters, digits and hyphens, beginning with a letter.',
    );
  });

  test("refuses sizes of another environment that decrease", () => {
    expect(() => settings({ environments: { staging: { nodes: { min: 4 } } } })).toThrow(
      "cdktf.json: context.phaseline.environments.staging.nodes has min 4, desired 3 and max 10: they must not decrease in this order.",
    );
  });
});
