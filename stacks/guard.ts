import type { Blueprint } from "../lib/blueprint/blueprint";
import type { WebFirewall, WebFirewallProps } from "../lib/constructs/web-firewall";
import { tagIncrements } from "./increments";
import type { Shared } from "./shared";

/** What guards a load balancer, as a prop: the environment's one web ACL, made where it is first asked for, or nothing. */
export function guardOf(stack: Shared, blueprint: Blueprint): { readonly webAclArn?: string } {
  return guard(stack, blueprint, "firewall", { name: stack.resourceName });
}

/** The same for CloudFront, whose web ACLs are of a scope of their own. */
export function edgeGuardOf(stack: Shared, blueprint: Blueprint): { readonly webAclArn?: string } {
  return guard(stack, blueprint, "edge-firewall", { name: `${stack.resourceName}-edge`, scope: "cloudfront" });
}

function guard(stack: Shared, blueprint: Blueprint, id: string, props: Pick<WebFirewallProps, "name" | "scope">): { readonly webAclArn?: string } {
  if (!blueprint.firewall) return {};
  const there = stack.node.tryFindChild(id) as WebFirewall | undefined;
  if (there) return { webAclArn: there.webAclArn };
  // What is not demanded is not loaded.
  const { WebFirewall } = require("../lib/constructs/web-firewall") as typeof import("../lib/constructs/web-firewall");
  const { countedRules } = blueprint.settings.waf;
  const firewall = new WebFirewall(stack, id, { ...props, encryptionKey: stack.encryptionKey, rateLimit: blueprint.firewall.value, countedRules });
  tagIncrements(firewall, blueprint, blueprint.firewall);
  return { webAclArn: firewall.webAclArn };
}
