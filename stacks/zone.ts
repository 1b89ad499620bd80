import { Route53Zone } from "@cdktf/provider-aws/lib/route53-zone";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { ConstructError } from "../lib/constructs/construct-error";
import type { Endpoint } from "../lib/constructs/load-balancer";
import type { Shared } from "./shared";

/**
 * How the world reaches the application: under the settings' domain, or, if they say so, without TLS.
 *
 * @throws ConstructError where they say neither.
 */
export function endpointOf(stack: Shared, { settings, fleet, ingress }: Blueprint): Endpoint {
  if (settings.domain) return { kind: "domain", domainName: settings.domain.name, hostedZoneId: zoneOf(stack, settings.domain) };
  if (settings.plainHttp) return { kind: "http-only" };
  const asked = (fleet ?? ingress)?.because[0];
  throw new ConstructError(
    stack,
    `${asked ? `${asked.increment}/${asked.criterion} asks for` : "there is"} a load balancer, and cdktf.json names no domain for its certificate.`,
    'Write context.phaseline.domain, as in {"name": "api.example.com", "hostedZoneId": "Z…"}, or "plainHttp": true for one that does without TLS.',
  );
}

/**
 * The zone of the domain: where none is named, one is made, whose name servers are to be entered at the registrar, or in the zone above.
 *
 * CKV2_AWS_38 (DNSSEC): signing needs the zone above to carry a record that only its owner can enter; signed without it, nobody could resolve the
 * name. CKV2_AWS_39 (query logs): they can be kept in us-east-1 only, and tell who looked a public name up.
 */
export function zoneOf(stack: Shared, { name, hostedZoneId }: { readonly name: string; readonly hostedZoneId?: string }): string {
  if (hostedZoneId !== undefined) return hostedZoneId;
  return ((stack.node.tryFindChild("zone") as Route53Zone | undefined) ?? new Route53Zone(stack, "zone", { name, comment: `Made by phaseline for ${name}` })).zoneId;
}
