import { ContentDistribution, DEFAULTS } from "../../lib/constructs/content-distribution";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, resourceOf, resourcesOf } from "../support/synth";

const domain = { domainName: "www.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" };

describe("ContentDistribution", () => {
  test("serves files of a private bucket that it alone may read, by HTTPS, with headers that protect browsers", () => {
    const stack = awsStack();
    new ContentDistribution(stack, "assets", { origin: { kind: "assets" } });
    const distribution = resourceOf(stack, "aws_cloudfront_distribution");
    expect(distribution).toMatchObject({
      enabled: true,
      default_root_object: "index.html",
      price_class: "PriceClass_100",
      default_cache_behavior: { viewer_protocol_policy: "redirect-to-https", allowed_methods: ["GET", "HEAD", "OPTIONS"], response_headers_policy_id: "67f7725c-6f97-4210-82d7-5512b31e9d03" },
      viewer_certificate: { cloudfront_default_certificate: true },
    });
    expect(distribution["custom_error_response"]).toBeUndefined();
    expect(resourceOf(stack, "aws_cloudfront_origin_access_control")).toMatchObject({ signing_behavior: "always", signing_protocol: "sigv4" });
    const [reads] = resourcesOf(stack, "aws_iam_policy_document", "data").flatMap(({ statement }) => statement).filter(({ sid }: { sid: string }) => sid === "CloudFrontReads");
    expect(reads).toMatchObject({ actions: ["s3:GetObject"], condition: [{ variable: "aws:SourceArn", values: [expect.stringMatching(/^\$\{aws_cloudfront_distribution\..*\.arn\}$/)] }] });
  });

  test("answers what is no file with the index, for single-page applications", () => {
    const stack = awsStack();
    new ContentDistribution(stack, "assets", { origin: { kind: "assets", indexForAll: true } });
    expect(resourceOf(stack, "aws_cloudfront_distribution")["custom_error_response"]).toMatchObject([{ error_code: 403, response_code: 200, response_page_path: "/index.html" }, { error_code: 404, response_code: 200 }]);
  });

  test("stands before a load balancer: asks it by HTTPS, under the viewer's name, for whatever viewers ask", () => {
    const stack = awsStack();
    new ContentDistribution(stack, "entry", { origin: { kind: "load-balancer", dnsName: "lb.example.com" }, domain });
    expect(resourceOf(stack, "aws_cloudfront_distribution")).toMatchObject({
      aliases: ["www.example.com"],
      origin: [{ domain_name: "lb.example.com", custom_origin_config: { origin_protocol_policy: "https-only", origin_ssl_protocols: ["TLSv1.2"] } }],
      default_cache_behavior: { allowed_methods: expect.arrayContaining(["POST", "DELETE"]), origin_request_policy_id: "216adef6-5c7f-47e4-b989-5492eafa07d3", cache_policy_id: "4cc15a8a-d715-48a4-82b8-cc0b614638fe" },
      viewer_certificate: { minimum_protocol_version: "TLSv1.2_2021", ssl_support_method: "sni-only" },
    });
  });

  test("has its certificate and its logs where CloudFront looks for them, and a name that leads to it", () => {
    const stack = awsStack();
    new ContentDistribution(stack, "entry", { origin: { kind: "assets" }, domain });
    for (const type of ["aws_acm_certificate", "aws_acm_certificate_validation", "aws_cloudwatch_log_delivery", "aws_cloudwatch_log_delivery_source", "aws_cloudwatch_log_delivery_destination"]) expect(resourceOf(stack, type)["region"]).toBe("us-east-1");
    const record = resourcesOf(stack, "aws_route53_record").find(({ type }) => type === "A");
    expect(record).toMatchObject({ name: "www.example.com", alias: { evaluate_target_health: false } });
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/content-distribution.ts", "ContentDistributionProps")).toEqual(DEFAULTS);
  });
});
