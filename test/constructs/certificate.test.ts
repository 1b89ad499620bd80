import { Certificate, type CertificateProps } from "../../lib/constructs/certificate";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

function synthesized(props: Partial<CertificateProps> = {}): Synthesized {
  const stack = emptyStack();
  new Certificate(stack, "certificate", { domainName: "api.example.com", hostedZoneId: "Z1", ...props });
  return new Synthesized(stack);
}

describe("Certificate", () => {
  test("is proven by a record whose key is known before AWS says what is in it", () => {
    const stack = synthesized();
    const option = (attribute: string) =>
      `\${one([for option in aws_acm_certificate.certificate_595A1307.domain_validation_options : option.${attribute} if option.domain_name == "api.example.com"])}`;
    const [[path, record]] = Object.entries(stack.resources("aws_route53_record")) as [[string, any]];
    expect(path).toBe("certificate/validation-api-example-com");
    expect({ ...record, name: record.name.replace(/certificate_\w+\./, "certificate_595A1307."), records: [record.records[0].replace(/certificate_\w+\./, "certificate_595A1307.")] }).toMatchObject({
      zone_id: "Z1",
      type: "CNAME",
      name: option("resource_record_name"),
      records: [option("resource_record_value")],
    });
    expect(stack.resource("aws_acm_certificate")).toMatchObject({ validation_method: "DNS", lifecycle: { create_before_destroy: true } });
  });

  test("has one record for a name and its wildcard", () => {
    const records = synthesized({ alternativeNames: ["*.api.example.com", "www.example.com"] }).resources("aws_route53_record");
    expect(Object.keys(records)).toEqual(["certificate/validation-api-example-com", "certificate/validation-www-example-com"]);
    expect(synthesized({ domainName: "*.example.com" }).resource("aws_route53_record").name).toContain('option.domain_name == "*.example.com"');
  });

  test.each<[string, Partial<CertificateProps>, string]>([
    ["a name is none", { domainName: "API.example.com" }, 'stack/certificate: "API.example.com" is not a domain name in lower-case letters, with a * in the first place at most.\n    → Write, for example, "api.example.com".'],
    ["a name would be more than text", { alternativeNames: ['x"].example.com'] }, 'stack/certificate: "x"].example.com" is not a domain name in lower-case letters, with a * in the first place at most.\n    → Write, for example, "api.example.com".'],
    ["a name stands there twice", { alternativeNames: ["api.example.com"] }, 'stack/certificate: the names are ["api.example.com","api.example.com"]; one stands there twice.\n    → Name each once.'],
  ])("throws when %s", (_, props, message) => {
    expect(errorOf(() => synthesized(props)).message).toBe(message);
  });
});
