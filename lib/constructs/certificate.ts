import { AcmCertificate } from "@cdktf/provider-aws/lib/acm-certificate";
import { AcmCertificateValidation } from "@cdktf/provider-aws/lib/acm-certificate-validation";
import { Route53Record } from "@cdktf/provider-aws/lib/route53-record";
import { Construct } from "constructs";
import { ConstructError } from "./construct-error";

/** What a listener needs of a certificate. Pass an object with the ARN to use one that you already have. */
export interface ICertificate {
  readonly certificateArn: string;
}

export interface CertificateProps {
  /** `api.example.com`, or `*.example.com`. */
  readonly domainName: string;
  /** The Route 53 zone that the names are in; it must be the one that the world asks. */
  readonly hostedZoneId: string;
  /**
   * Further names in the same zone.
   * @default []
   */
  readonly alternativeNames?: readonly string[];
  /**
   * Region that it lies in: for CloudFront us-east-1, whatever the provider's is.
   * @default - the provider's
   */
  readonly region?: string;
}

export const DEFAULTS = { alternativeNames: [] } as const;

const NAME = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * A certificate of AWS, proven by records in your Route 53 zone, which renew it too as long as they stay. Free.
 *
 * A changed name makes a new certificate before the old one goes. Each name has a record with a key of its own, known before AWS says what to
 * write into it; so the first plan works, and another name touches no record of the others.
 *
 * @example
 * const certificate = new Certificate(stack, "certificate", { domainName: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" });
 *
 * @throws ConstructError when a name is no domain name or stands there twice.
 */
export class Certificate extends Construct implements ICertificate {
  /** Known only once AWS has seen the records, so that no listener is made with a certificate that is not valid yet. */
  readonly certificateArn: string;

  constructor(scope: Construct, id: string, props: CertificateProps) {
    super(scope, id);
    const names = [props.domainName, ...(props.alternativeNames ?? DEFAULTS.alternativeNames)];
    for (const name of names) {
      if (NAME.test(name) && name.length <= 253) continue;
      throw new ConstructError(this, `"${name}" is not a domain name in lower-case letters, with a * in the first place at most.`, 'Write, for example, "api.example.com".');
    }
    if (new Set(names).size !== names.length) {
      throw new ConstructError(this, `the names are ${JSON.stringify(names)}; one stands there twice.`, "Name each once.");
    }
    const region = props.region === undefined ? {} : { region: props.region };
    const certificate = new AcmCertificate(this, "certificate", {
      ...region,
      domainName: props.domainName,
      ...(names.length > 1 ? { subjectAlternativeNames: names.slice(1) } : {}),
      validationMethod: "DNS",
      tags: { Name: props.domainName },
      lifecycle: { createBeforeDestroy: true },
    });
    // A wildcard is proven by the record of its parent: one record for both.
    const proven = [...new Set(names.map((name) => name.replace(/^\*\./, "")))];
    const records = proven.map((name) => {
      const asked = names.includes(name) ? name : `*.${name}`;
      const option = (attribute: string) => {
        const options = `${certificate.terraformResourceType}.${certificate.friendlyUniqueId}.domain_validation_options`;
        return `\${one([for option in ${options} : option.${attribute} if option.domain_name == "${asked}"])}`;
      };
      return new Route53Record(this, `validation-${name.replaceAll(".", "-")}`, {
        zoneId: props.hostedZoneId,
        name: option("resource_record_name"),
        type: "CNAME",
        ttl: 300,
        records: [option("resource_record_value")],
        // Two certificates for a name, for the time that one replaces the other, are proven by the same record.
        allowOverwrite: true,
      });
    });
    this.certificateArn = new AcmCertificateValidation(this, "validation", {
      ...region,
      certificateArn: certificate.arn,
      validationRecordFqdns: records.map((record) => record.fqdn),
    }).certificateArn;
  }
}
