import { DEFAULTS, externalDnsValues, recordsOf, type ExternalDnsProps } from "../../lib/render/external-dns";
import { documentedDefaults } from "../support/documented-defaults";

const names = { clusterName: "shop-prod", region: "eu-central-1", hostedZoneId: "Z0123456789ABCDEFGHIJ", serviceAccount: "external-dns" };
const values = (props: Partial<ExternalDnsProps> = {}) => externalDnsValues({ domainName: "api.example.com", namespace: "shop", ...props }, names) as any;

describe("externalDnsValues", () => {
  test("looks at the Ingresses of one namespace, by a Role there", () => {
    expect(values()).toMatchObject({ namespaced: true, sourceNamespace: "shop", sources: ["ingress"], extraArgs: { "ingress-class": "alb" } });
  });

  test("writes one name, into one zone, which may be above the name", () => {
    expect(values()).toMatchObject({ domainFilters: ["api.example.com"], managedRecordTypes: ["A"], extraArgs: { "zone-id-filter": names.hostedZoneId, "aws-zone-match-parent": true } });
  });

  test("marks what it makes as the cluster's, and takes nothing else away", () => {
    expect(values()).toMatchObject({ registry: "txt", txtOwnerId: "shop-prod", policy: "sync" });
    expect(values({ policy: "upsert-only" }).policy).toBe("upsert-only");
  });

  test("puts the mark below the name, where it is in the zone even if that has the name itself", () => {
    expect(values().txtPrefix).toBe("external-dns-%{record_type}.");
    expect(recordsOf("example.com")).toEqual(["example.com", "external-dns-cname.example.com"]);
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() => values({ domainName: "*.Example.com", namespace: "a b", ingressClass: "", policy: "create-only" as "sync", intervalSeconds: 5 })).toThrow(
      new Error(
        [
          "externalDns: 5 values cannot be used.",
          '  - domainName is "*.Example.com": it must be a domain name in lower-case letters, without wildcards. Write it as in api.example.com.',
          '  - namespace is "a b": it must be 1 to 63 lower-case letters, digits and hyphens. Rename it.',
          '  - ingressClass is "": it must be 1 to 63 lower-case letters, digits and hyphens. Rename it.',
          '  - policy is "create-only": it must be "sync" or "upsert-only". Choose one.',
          "  - intervalSeconds is 5: it must be a whole number from 15 to 3600. Choose one.",
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/external-dns.ts", "ExternalDnsProps")).toEqual(DEFAULTS);
  });
});
