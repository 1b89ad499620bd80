import { fold } from "../../lib/blueprint/fold";
import { readSettings } from "../../lib/blueprint/settings";
import { layerOf, type Asked } from "../support/synthesize";

const FLEET: readonly Asked[] = [["compute", { instances: 3 }], ["load-balancer", {}]];
const foldOf = (demands: readonly Asked[], settings: object = {}) => fold([layerOf("0001", demands)], readSettings({ project: "shop", repository: "acme/shop", ...settings }, "cdktf.json"));

describe("a CDN", () => {
  const domain = { domain: { name: "api.example.com" } };
  test.each<[readonly Asked[], object, object | undefined]>([
    [[["cdn", {}]], {}, { assets: true, application: false, indexForAll: false }],
    [[...FLEET, ["cdn", {}]], domain, { assets: false, application: true, indexForAll: false }],
    // A load balancer without a domain has no certificate that CloudFront could hold it to.
    [[...FLEET, ["cdn", {}]], {}, { assets: true, application: false, indexForAll: false }],
    [[...FLEET, ["cdn", { origin: "assets", indexForAll: true }], ["cdn", { origin: "application" }]], domain, { assets: true, application: true, indexForAll: true }],
    [[["compute", { instances: 1 }], ["cdn", { origin: "application" }]], domain, undefined],
  ])("of %j under %j serves %j", (demands, settings, cdn) => {
    expect(foldOf(demands, settings).cdn?.value).toEqual(cdn);
  });

  test("is guarded by WAF in us-east-1 only", () => {
    expect(foldOf([["cdn", {}], ["waf", {}]]).firewall).toBeDefined();
    expect(() => foldOf([["cdn", {}], ["waf", {}]], { region: "eu-central-1" })).toThrow(
      "CloudFront is to be guarded by WAF, which then lies in us-east-1 with its logs and their key; this environment is in eu-central-1.\n    → Set context.phaseline.region to us-east-1, or leave out either CloudFront or WAF.",
    );
  });
});

describe("a web application firewall", () => {
  test.each([
    [{}, { requests: 2000, windowMinutes: 5 }],
    [{ requests: 100, minutes: 10 }, { requests: 100, windowMinutes: 10 }],
    [{ requests: 100 }, { requests: 100, windowMinutes: 5 }],
    [{ requestsPerMinute: 200 }, { requests: 200, windowMinutes: 1 }],
  ])("of %j limits each address to %j", (parameters, limit) => {
    expect(foldOf([...FLEET, ["waf", parameters]]).firewall?.value).toEqual(limit);
  });

  test("stands before a load balancer or before nothing; on a cluster it brings one", () => {
    expect(foldOf([["compute", { instances: 1 }], ["waf", {}]]).firewall).toBeUndefined();
    const { firewall, ingress } = foldOf([["cluster", {}], ["waf", {}]]);
    expect([firewall?.value, ingress?.value]).toEqual([{ requests: 2000, windowMinutes: 5 }, {}]);
  });

  test.each([
    [{ requests: 100, minutes: 15 }, "at most 100 requests in 15 minutes"],
    [{ requests: 5, minutes: 5 }, "at most 5 requests in 5 minutes"],
  ])("of %j is a fault: WAF cannot count so", (parameters, said) => {
    expect(() => foldOf([...FLEET, ["waf", parameters]])).toThrow(`one address is to make ${said}; WAF counts at least 10, over 1, 2, 5 or 10 minutes.\n    → State the limit for one of these times, as in \`100 requests per 5 minutes\`.`);
  });
});
