import { CloudfrontDistribution, type CloudfrontDistributionConfig } from "@cdktf/provider-aws/lib/cloudfront-distribution";
import { CloudfrontOriginAccessControl } from "@cdktf/provider-aws/lib/cloudfront-origin-access-control";
import { CloudwatchLogDelivery } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery";
import { CloudwatchLogDeliveryDestination } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery-destination";
import { CloudwatchLogDeliverySource } from "@cdktf/provider-aws/lib/cloudwatch-log-delivery-source";
import { Lazy } from "cdktf";
import { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import { Certificate } from "./certificate";
import { Domain } from "./domain";
import { nameOf } from "./names";
import { PrivateBucket } from "./private-bucket";

/** Where CloudFront's certificates, web ACLs and logs lie, wherever the rest does. */
const HOME = "us-east-1";

/**
 * Policies that AWS keeps: what is cached, what the origin is told, and which headers browsers get beside (HSTS, no framing, no guessing of types).
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
const POLICIES = {
  cachingOptimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
  asTheOriginSays: "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
  allOfTheViewer: "216adef6-5c7f-47e4-b989-5492eafa07d3",
  securityHeaders: "67f7725c-6f97-4210-82d7-5512b31e9d03",
} as const;

/** The ranges from which CloudFront asks an origin. */
export const CLOUDFRONT_PREFIX_LIST = "com.amazonaws.global.cloudfront.origin-facing";

/** What is served. */
export type Origin =
  /** Files of a bucket that the distribution makes, and that nobody else reads. `indexForAll`: paths that are no file are answered with `index.html`, as single-page applications want. */
  | { readonly kind: "assets"; readonly indexForAll?: boolean }
  /** An application behind a load balancer, whose certificate is for the distribution's own domain name. What may be cached, it says itself. */
  | { readonly kind: "load-balancer"; readonly dnsName: string };

export interface ContentDistributionProps {
  readonly origin: Origin;
  /**
   * First part of names.
   * @default - the construct's path, joined by dashes
   */
  readonly name?: string;
  /**
   * The name under which it is reached, in a Route 53 zone; certificate and record are made. `recordAddress` is the record's name in Terraform.
   * @default - the name that CloudFront gives, with CloudFront's certificate, which speaks TLS 1.0, too
   */
  readonly domain?: { readonly domainName: string; readonly hostedZoneId: string; readonly recordAddress?: string };
  /**
   * ARN of a web ACL of CloudFront's own scope.
   * @default - none
   */
  readonly webAclArn?: string;
  /**
   * Which of CloudFront's places serve: the first class is North America and Europe, the last all.
   * @default "PriceClass_100"
   */
  readonly priceClass?: "PriceClass_100" | "PriceClass_200" | "PriceClass_All";
  /**
   * Days that access logs are kept for.
   * @default 90
   */
  readonly accessLogDays?: number;
}

export const DEFAULTS = { priceClass: "PriceClass_100", accessLogDays: 90 } as const;

/**
 * A CloudFront distribution: HTTPS only, TLS 1.2 and newer, headers that protect browsers, and access logs. Files come from a private bucket that CloudFront alone
 * may read; an application from a load balancer, by HTTPS.
 *
 * Free up to 1 TB and 10 million requests a month; then about 0.085 USD a GB.
 *
 * By choice: access logs by CloudWatch's delivery, since the older way (CKV_AWS_86) needs a bucket with ACLs; no second origin (CKV_AWS_310: a load balancer is over several
 * zones, a bucket over all); no country is shut out (CKV_AWS_374); no WAF unless one is given (CKV_AWS_68; CKV2_AWS_47 stays even with WebFirewall, which refuses what Log4j
 * is attacked with); what is at the root, an application says itself (CKV_AWS_305). The headers are a policy that AWS keeps, which CKV2_AWS_32 does not know.
 *
 * @example
 * new ContentDistribution(stack, "assets", { origin: { kind: "assets" } });
 *
 * @throws ConstructError when a name or a number breaks a rule.
 */
export class ContentDistribution extends Construct {
  readonly distributionArn: string;
  /** For invalidations. */
  readonly distributionId: string;
  /** The name that CloudFront gives. */
  readonly dnsName: string;
  /** `https://assets.example.com`, or as near to that as is known. */
  readonly url: string;
  /** The bucket of an origin of files. */
  readonly bucket?: PrivateBucket;

  constructor(scope: Construct, id: string, props: ContentDistributionProps) {
    super(scope, id);
    const { priceClass, accessLogDays, origin, domain } = { ...DEFAULTS, ...props };
    const name = nameOf(this, props.name);
    const files = origin.kind === "assets";
    if (files) this.bucket = this.makeBucket(name, () => distribution.arn);
    const distribution: CloudfrontDistribution = new CloudfrontDistribution(this, "distribution", {
      enabled: true,
      comment: name,
      httpVersion: "http2and3",
      isIpv6Enabled: true,
      priceClass,
      ...(domain ? { aliases: [domain.domainName] } : {}),
      ...(props.webAclArn === undefined ? {} : { webAclId: props.webAclArn }),
      ...(origin.kind === "assets" ? this.ofFiles(name, origin.indexForAll === true) : ofLoadBalancer(origin.dnsName)),
      restrictions: { geoRestriction: { restrictionType: "none" } },
      viewerCertificate: domain
        ? { acmCertificateArn: new Certificate(this, "certificate", { domainName: domain.domainName, hostedZoneId: domain.hostedZoneId, region: HOME }).certificateArn, sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" }
        : { cloudfrontDefaultCertificate: true },
      tags: { Name: name },
    });
    this.distributionArn = distribution.arn;
    this.distributionId = distribution.id;
    this.dnsName = distribution.domainName;
    this.url = `https://${domain?.domainName ?? distribution.domainName}`;
    if (domain) {
      const { domainName, hostedZoneId, recordAddress } = domain;
      new Domain(this, "domain", { domainName, zoneId: hostedZoneId, ...(recordAddress === undefined ? { address: `${id}-domain` } : { address: recordAddress }), target: { distribution: { dnsName: distribution.domainName, zoneId: distribution.hostedZoneId } } });
    }
    this.keepLogs(name, distribution, accessLogDays);
  }

  /** It holds what everybody may read, if only by CloudFront: keys of S3 itself are enough. */
  private makeBucket(name: string, distributionArn: () => string): PrivateBucket {
    return new PrivateBucket(this, "files", {
      namePrefix: `${name.toLowerCase().slice(0, 28).replace(/-$/, "")}-assets-`,
      encryption: "s3-managed",
      statements: (bucketArn) => [
        {
          sid: "CloudFrontReads",
          principals: [{ type: "Service", identifiers: ["cloudfront.amazonaws.com"] }],
          actions: ["s3:GetObject"],
          resources: [`${bucketArn}/*`],
          condition: [{ test: "StringEquals", variable: "aws:SourceArn", values: [Lazy.stringValue({ produce: distributionArn })] }],
        },
      ],
    });
  }

  private ofFiles(name: string, indexForAll: boolean): Pick<CloudfrontDistributionConfig, "origin" | "defaultCacheBehavior" | "defaultRootObject" | "customErrorResponse"> {
    const access = new CloudfrontOriginAccessControl(this, "access", { name: `${name}-assets`, originAccessControlOriginType: "s3", signingBehavior: "always", signingProtocol: "sigv4" });
    return {
      defaultRootObject: "index.html",
      origin: [{ originId: "files", domainName: this.bucket!.regionalDomainName, originAccessControlId: access.id }],
      defaultCacheBehavior: {
        targetOriginId: "files",
        viewerProtocolPolicy: "redirect-to-https",
        allowedMethods: ["GET", "HEAD", "OPTIONS"],
        cachedMethods: ["GET", "HEAD"],
        compress: true,
        cachePolicyId: POLICIES.cachingOptimized,
        responseHeadersPolicyId: POLICIES.securityHeaders,
      },
      // Who may not list a bucket is told 403 of what is not there.
      ...(indexForAll ? { customErrorResponse: [403, 404].map((errorCode) => ({ errorCode, responseCode: 200, responsePagePath: "/index.html", errorCachingMinTtl: 10 })) } : {}),
    };
  }

  private keepLogs(name: string, distribution: CloudfrontDistribution, expireDays: number): void {
    const { accountId, partition } = AwsAccount.of(this);
    const logs = new PrivateBucket(this, "access-logs", {
      namePrefix: `${name.toLowerCase().slice(0, 20).replace(/-$/, "")}-cdn-logs-`,
      encryption: "s3-managed",
      expireDays,
      statements: (bucketArn) => [
        {
          sid: "AccessLogs",
          principals: [{ type: "Service", identifiers: ["delivery.logs.amazonaws.com"] }],
          actions: ["s3:PutObject"],
          resources: [`${bucketArn}/AWSLogs/${accountId}/CloudFront/*`],
          condition: [
            { test: "StringEquals", variable: "s3:x-amz-acl", values: ["bucket-owner-full-control"] },
            { test: "StringEquals", variable: "aws:SourceAccount", values: [accountId] },
            { test: "ArnLike", variable: "aws:SourceArn", values: [`arn:${partition}:logs:${HOME}:${accountId}:delivery-source:*`] },
          ],
        },
      ],
    });
    const source = new CloudwatchLogDeliverySource(this, "log-source", { region: HOME, name: `${name}-cdn`, logType: "ACCESS_LOGS", resourceArn: distribution.arn });
    const destination = new CloudwatchLogDeliveryDestination(this, "log-destination", {
      region: HOME,
      name: `${name}-cdn`,
      outputFormat: "json",
      deliveryDestinationConfiguration: [{ destinationResourceArn: logs.bucketArn }],
      dependsOn: [...logs.ready],
    });
    new CloudwatchLogDelivery(this, "log-delivery", { region: HOME, deliverySourceName: source.name, deliveryDestinationArn: destination.arn });
  }
}

function ofLoadBalancer(dnsName: string): Pick<CloudfrontDistributionConfig, "origin" | "defaultCacheBehavior"> {
  return {
    origin: [{ originId: "load-balancer", domainName: dnsName, customOriginConfig: { httpPort: 80, httpsPort: 443, originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] } }],
    defaultCacheBehavior: {
      targetOriginId: "load-balancer",
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
      cachedMethods: ["GET", "HEAD"],
      compress: true,
      cachePolicyId: POLICIES.asTheOriginSays,
      // With the name that the viewer asked for, which is the one that the load balancer's certificate is for.
      originRequestPolicyId: POLICIES.allOfTheViewer,
      responseHeadersPolicyId: POLICIES.securityHeaders,
    },
  };
}
