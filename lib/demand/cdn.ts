import { capability, type Claim, stated } from "./capability";
import type { Resource } from "./synthesized";

export interface CdnParameters {
  readonly product?: "cloudfront";
  /** What is served: files, or the application itself. */
  readonly origin?: "assets" | "application";
  /** Paths that are no file are answered with the index, as single-page applications want. */
  readonly indexForAll?: true;
}

/** Content served from the edge: CloudFront. */
export const cdn = capability<CdnParameters>()({
  id: "cdn",
  title: "CDN",
  names: [/\bcloud ?front\b/, /\bcdns?\b/, /\bcontent delivery network\b/, /\bedge (?:caching|locations?|distribution)\b/, /内容分发|內容傳遞|コンテンツ配信/, /\bred(?:e)? de (?:distribuicao|distribucion|entrega) de contenidos?\b/, /\breseau de diffusion de contenu\b/, /\b(?:cach\w+|served|delivered) (?:\w+ ){0,3}(?:at|from) (?:the )?edge\b/, /\bedge cach(?:e|es|ed|ing)\b/, /\bstatic (?:assets?|files|content|resources)\b[^.;]{0,40}\b(?:cached? (?:for )?\d|cached at|immutable|cache-control)\b/],
  hints: [],
  otherSenses: [/\bimport\w* [^.;]{0,30}\bfrom (?:a |the )?cdn\b/, /\b(?:from|via) (?:a |the )?(?:jsdelivr|unpkg|cdnjs)\b/, /\bcdn (?:link|script|url|import|domain|egress)s?\b/, /\b(?:csp|content[- ]security[- ]policy)\b.*/, /\bcdn\b.*\b(?:csp|content[- ]security[- ]policy)\b/, /\b(?:from|via) (?:a |the )?\S+\.\w+ cdn\b/],
  read: (text) => stated<CdnParameters>({
    product: /\bcloud ?front\b/.test(text) ? "cloudfront" : undefined,
    origin: /\bstatic\b|\bassets?\b|\bfront-?end\b|\bimages?\b|\bmedia\b|\bindex\.html\b|\bspa\b|\bsingle[- ]page\b|\bs3\b/.test(text) ? "assets" : /\bapi\b|\bapplications?\b|\bback-?end\b|\bentry point\b|\bload balancer\b|\balb\b|\bdynamic\b/.test(text) ? "application" : undefined,
    indexForAll: /\bindex\.html\b|\bspa\b|\bsingle[- ]page\b/.test(text) ? true : undefined,
  }),
  keys: { product: ["cloudfront"], origin: ["assets", "application"], indexForAll: "boolean" },
  prove: ({ origin, indexForAll }, evidence) => {
    const distributions = evidence.resources("aws_cloudfront_distribution");
    const policies = evidence.resources("aws_s3_bucket_policy");
    const deliveries = evidence.resources("aws_cloudwatch_log_delivery_source");
    const common = (distribution: Resource | undefined): Claim["unless"] => ({
      "it is turned off": !distribution || distribution.get("enabled") === true,
      "plain HTTP is served": !distribution || /^(redirect-to-https|https-only)$/.test(String(distribution.get("default_cache_behavior.viewer_protocol_policy"))),
      "an old TLS policy": !distribution || distribution.get("viewer_certificate.cloudfront_default_certificate") === true || /^TLSv1\.[23]_/.test(String(distribution.get("viewer_certificate.minimum_protocol_version"))),
      "no headers that protect browsers": !distribution || distribution.get("default_cache_behavior.response_headers_policy_id") !== undefined,
      "no access logs": !distribution || deliveries.some((delivery) => delivery.refersTo(distribution, "resource_arn")),
    });
    const bucketOf = (distribution: Resource) => evidence.resources("aws_s3_bucket").find((bucket) => distribution.refersTo(bucket, "origin"));
    const files = distributions.find((distribution) => bucketOf(distribution) !== undefined) ?? (distributions.some((distribution) => evidence.resources("aws_lb").some((balancer) => distribution.refersTo(balancer))) ? undefined : distributions[0]);
    const bucket = files && bucketOf(files);
    const access = evidence.resources("aws_s3_bucket_public_access_block").find((block) => block.refersTo(bucket, "bucket"));
    const control = evidence.resources("aws_cloudfront_origin_access_control").find((candidate) => files?.refersTo(candidate, "origin"));
    const policy = policies.find((candidate) => candidate.refersTo(bucket, "bucket"));
    const documents = evidence.data("aws_iam_policy_document").filter((document) => policy?.refersTo(document));
    const readers = documents.flatMap((document) => document.list("statement")).filter(({ effect }) => effect !== "Deny");
    const onlyIt = readers.length > 0 && readers.every(({ principals, condition }) => JSON.stringify(principals).includes("cloudfront.amazonaws.com") && JSON.stringify(condition ?? "").includes(`\${${files?.address}.`));
    const errors = files?.list("custom_error_response") ?? [];
    const assets: Claim = {
      wanted: "a CloudFront distribution of files in a private bucket",
      found: `CloudFront before a private bucket, under ${named(files)}`,
      resources: [files, bucket, control],
      unless: {
        "no distribution of files": files !== undefined,
        "no bucket behind it": !files || bucket !== undefined,
        "the bucket may be made public": !bucket || ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].every((argument) => access?.get(argument) === true),
        "CloudFront does not sign what it asks the bucket": !bucket || control?.get("signing_behavior") === "always",
        "not CloudFront alone reads the bucket": !bucket || onlyIt,
        "paths that are no file are not answered with the index": !files || indexForAll !== true || [403, 404].every((code) => errors.some((each) => Number(each["error_code"]) === code && Number(each["response_code"]) === 200 && each["response_page_path"] === "/index.html")),
        ...common(files),
      },
    };
    const balancers = evidence.resources("aws_lb");
    const entry = distributions.find((distribution) => balancers.some((balancer) => distribution.refersTo(balancer, "origin")));
    const balancer = balancers.find((candidate) => entry?.refersTo(candidate, "origin"));
    const groups = evidence.resources("aws_security_group").filter((group) => balancer?.refersTo(group, "security_groups"));
    const ways = evidence.resources("aws_vpc_security_group_ingress_rule").filter((rule) => groups.some((group) => rule.refersTo(group, "security_group_id")));
    const record = evidence.resources("aws_route53_record").find((candidate) => candidate.refersTo(entry, "alias"));
    const application: Claim = {
      wanted: "a CloudFront distribution before the application's load balancer",
      found: `CloudFront before load balancer "${String(balancer?.get("name"))}", under ${named(entry)}${ways.every(fromCloudFront) ? ", which takes requests from nobody else" : "; the load balancer can still be reached without it"}`,
      resources: [entry, balancer, record, ...ways],
      unless: {
        'no distribution before a load balancer: it needs a fleet ("Application Load Balancer routes traffic to healthy instances") and context.phaseline.domain; files are "static assets"': entry !== undefined,
        "the load balancer is asked in clear": !entry || entry.get("origin.custom_origin_config.origin_protocol_policy") === "https-only",
        "no name leads to it": !entry || record !== undefined,
        "it may not ask the load balancer": !entry || ways.some(fromCloudFront),
        ...common(entry),
      },
    };
    return origin === "assets" ? assets : origin === "application" ? application : [application, assets];
  },
  examples: [{ text: "Serve static assets through CloudFront", parameters: { product: "cloudfront", origin: "assets" } }, { text: "CloudFront is the entry point of the application", parameters: { product: "cloudfront", origin: "application" } }],
});

function fromCloudFront(rule: Resource): boolean {
  return String(rule.get("prefix_list_id")).includes("managed_prefix_list") && Number(rule.get("from_port")) === 443;
}

/** The name under which it is reached. */
function named(distribution: Resource | undefined): string {
  const [name] = (distribution?.list("aliases") ?? []) as readonly unknown[];
  return name === undefined ? "the name that AWS gives" : String(name);
}
