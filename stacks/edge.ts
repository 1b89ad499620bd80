import { DataAwsEc2ManagedPrefixList } from "@cdktf/provider-aws/lib/data-aws-ec2-managed-prefix-list";
import { TerraformOutput } from "cdktf";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { CLOUDFRONT_PREFIX_LIST, ContentDistribution } from "../lib/constructs/content-distribution";
import type { Endpoint, LoadBalancer, LoadBalancerProps } from "../lib/constructs/load-balancer";
import { edgeGuardOf } from "./guard";
import { tagIncrements } from "./increments";
import type { Shared } from "./shared";
import { zoneOf } from "./zone";

/** Files, from a bucket of their own, under `assets.` before the domain. */
export function addAssets(stack: Shared, blueprint: Blueprint): void {
  const { settings, cdn } = blueprint;
  const { domain } = settings;
  const assets = new ContentDistribution(stack, "assets", {
    name: stack.resourceName,
    origin: { kind: "assets", indexForAll: cdn!.value.indexForAll },
    ...(domain ? { domain: { domainName: `assets.${domain.name}`, hostedZoneId: zoneOf(stack, domain) } } : {}),
    ...edgeGuardOf(stack, blueprint),
  });
  tagIncrements(assets, blueprint, cdn);
  new TerraformOutput(stack, "assets_bucket", { value: assets.bucket!.bucketName, description: "Put files here: aws s3 sync DIRECTORY s3://BUCKET" });
  new TerraformOutput(stack, "assets_distribution", { value: assets.distributionId, description: "Then have what changed forgotten: aws cloudfront create-invalidation --distribution-id ID --paths '/*'" });
  new TerraformOutput(stack, "assets_url", { value: assets.url });
}

/** How a load balancer stands behind CloudFront: the domain's name leads there, and so does the only way in. */
export function behindCloudFront(stack: Shared, { settings }: Blueprint, endpoint: Endpoint): Pick<LoadBalancerProps, "endpoint" | "allowedCidrs" | "allowedPrefixLists"> {
  const list = new DataAwsEc2ManagedPrefixList(stack, "cloudfront", { name: CLOUDFRONT_PREFIX_LIST });
  return {
    endpoint: endpoint.kind === "domain" ? { ...endpoint, record: false } : endpoint,
    ...(settings.cdn.directAccess ? {} : { allowedCidrs: [] }),
    allowedPrefixLists: [{ id: list.id, name: "cloudfront" }],
  };
}

/** CloudFront before the fleet's load balancer, under the name that led to it. */
export function addEntryPoint(stack: Shared, blueprint: Blueprint, loadBalancer: LoadBalancer): void {
  const domain = blueprint.settings.domain!;
  const entry = new ContentDistribution(stack, "entry-point", {
    name: `${stack.resourceName}-entry`,
    origin: { kind: "load-balancer", dnsName: loadBalancer.dnsName },
    domain: { domainName: domain.name, hostedZoneId: zoneOf(stack, domain), recordAddress: "domain" },
    ...edgeGuardOf(stack, blueprint),
  });
  tagIncrements(entry, blueprint, blueprint.cdn);
}
