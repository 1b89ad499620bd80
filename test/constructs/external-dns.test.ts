import { TerraformStack, Testing } from "cdktf";
import { DEFAULTS, ExternalDns, type ExternalDnsConfig, ExternalDnsRole } from "../../lib/constructs/external-dns";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf, resourcesOf } from "../support/synth";

const cluster = { clusterName: "shop-prod" };
const zone = { hostedZoneId: "Z0123456789ABCDEFGHIJ", domainName: "api.example.com" };

function release(config: Partial<ExternalDnsConfig> = {}) {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  new ExternalDns(stack, "external-dns", { cluster, region: "eu-central-1", namespace: "shop", ...zone, ...config });
  return { json: JSON.parse(Testing.synth(stack)), hcl: Testing.synthHcl(stack) as string };
}

describe("ExternalDnsRole", () => {
  test("changes the address of one name, and the record that says whose it is, in one zone", () => {
    const stack = awsStack();
    new ExternalDnsRole(stack, "external-dns-role", { cluster, ...zone });
    const [statements] = resourcesOf(stack, "aws_iam_policy_document", "data").map(({ statement }) => statement).filter((all) => all.length === 3);
    expect(statements[2]).toEqual({
      sid: "ChangeTheName",
      actions: ["route53:ChangeResourceRecordSets"],
      resources: [expect.stringMatching(/:route53:::hostedzone\/Z0123456789ABCDEFGHIJ$/)],
      condition: [
        { test: "ForAllValues:StringEquals", variable: "route53:ChangeResourceRecordSetsNormalizedRecordNames", values: ["api.example.com", "external-dns-cname.api.example.com"] },
        { test: "ForAllValues:StringEquals", variable: "route53:ChangeResourceRecordSetsRecordTypes", values: ["A", "TXT"] },
      ],
    });
    const unlimited = statements.filter(({ resources }: any) => resources.includes("*")).flatMap(({ actions }: any) => actions);
    expect(unlimited).toEqual(["route53:ListHostedZones"]);
  });

  test("is taken on by the service account that the release makes", () => {
    const stack = awsStack();
    new ExternalDnsRole(stack, "external-dns-role", { cluster, ...zone });
    expect(resourceOf(stack, "aws_eks_pod_identity_association")).toMatchObject({ cluster_name: "shop-prod", namespace: "kube-system", service_account: "external-dns" });
  });
});

describe("ExternalDns", () => {
  test("installs the pinned chart into kube-system, with the role's service account", () => {
    const { json } = release();
    const [installed] = Object.values<any>(json.resource.helm_release);
    expect(installed).toMatchObject({
      name: "external-dns",
      namespace: "kube-system",
      repository: "https://kubernetes-sigs.github.io/external-dns/",
      chart: "external-dns",
      version: "1.21.1",
    });
    expect(installed.values[0]).toContain('"serviceAccount" = {"create" = true, "name" = "external-dns"}');
    // As Terraform reads it: no directive.
    expect(installed.values[0]).toContain('"txtPrefix" = "external-dns-%%{record_type}."');
  });

  test("lives on when the Ingresses are gone, to take their record away", () => {
    const { json, hcl } = release();
    const [farewell] = Object.values<any>(json.resource.terraform_data);
    expect(farewell).toEqual({ depends_on: [expect.stringMatching(/^helm_release\.external-dns_release/)], provisioner: [{ "local-exec": { when: "destroy", command: "sleep 30" } }] });
    expect(hcl).toContain('command = "sleep 30"');
  });

  test("does not wait where it leaves records behind", () => {
    const [farewell] = Object.values<any>(release({ policy: "upsert-only" }).json.resource.terraform_data);
    expect(farewell.provisioner).toBeUndefined();
  });

  test("throws when it would wait for no time or for too long", () => {
    expect(messageOf(() => release({ farewellSeconds: -1 }))).toBe("externalDns: farewellSeconds is -1: it must be a whole number from 0 to 600. Choose one.");
  });

  test("documents each default as the code has it", () => {
    expect({ ...documentedDefaults("lib/render/external-dns.ts", "ExternalDnsProps"), ...documentedDefaults("lib/constructs/external-dns.ts", "ExternalDnsConfig") }).toEqual(DEFAULTS);
  });
});
