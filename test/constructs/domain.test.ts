import { DEFAULTS, Domain } from "../../lib/constructs/domain";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf, resourcesOf, synthesized } from "../support/synth";

describe("Domain", () => {
  test("leads a name to an address, in the zone that its name says", () => {
    const stack = awsStack();
    new Domain(stack, "name", { domainName: "shop.example.com", target: { ipv4: "203.0.113.7" } });
    expect(resourceOf(stack, "aws_route53_zone", "data")).toMatchObject({ name: "example.com", private_zone: false });
    expect(synthesized(stack)["resource"].aws_route53_record.domain).toMatchObject({ name: "shop.example.com", type: "A", ttl: 300, records: ["203.0.113.7"] });
  });

  test("leads a name to a load balancer, at the same Terraform address", () => {
    const stack = awsStack();
    new Domain(stack, "name", { domainName: "example.com", zoneId: "Z1", target: { loadBalancer: { dnsName: "lb.example", zoneId: "Z2" } } });
    expect(synthesized(stack)["resource"].aws_route53_record.domain).toEqual({
      zone_id: "Z1",
      name: "example.com",
      type: "A",
      alias: { name: "lb.example", zone_id: "Z2", evaluate_target_health: true },
    });
    expect(resourcesOf(stack, "aws_route53_zone", "data")).toEqual([]);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/domain.ts", "DomainProps")).toEqual(DEFAULTS);
  });

  test.each([
    [{ domainName: "Shop" }, 'domainName is "Shop"; a name has parts of lower-case letters, digits and dashes, and dots between them.\n    → Give a name such as "shop.example.com".'],
    [
      { domainName: "shop.example.com", zoneName: "example.org" },
      'domainName is "shop.example.com" and zoneName is "example.org", which it does not end with.\n    → Give the zone that the name belongs to.',
    ],
    [{ domainName: "shop.example.com", ttlSeconds: 1 }, "ttlSeconds is 1; sensible are 30 to 86400.\n    → Give a number in that range, or leave it out for 300."],
  ])("throws when given %j", (props, message) => {
    expect(messageOf(() => new Domain(awsStack(), "name", { target: { ipv4: "203.0.113.7" }, ...props }))).toBe(`test/name: ${message}`);
  });
});
