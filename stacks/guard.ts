import type { Blueprint } from "../lib/blueprint/blueprint";
import type { WebFirewall } from "../lib/constructs/web-firewall";
import { tagIncrements } from "./increments";
import type { Shared } from "./shared";

/** What guards a load balancer, as a prop: the environment's one web ACL, made where it is first asked for, or nothing. */
export function guardOf(stack: Shared, blueprint: Blueprint): { readonly webAclArn?: string } {
  if (!blueprint.firewall) return {};
  const there = stack.node.tryFindChild("firewall") as WebFirewall | undefined;
  if (there) return { webAclArn: there.webAclArn };
  // What is not demanded is not loaded.
  const { WebFirewall } = require("../lib/constructs/web-firewall") as typeof import("../lib/constructs/web-firewall");
  const { countedRules } = blueprint.settings.waf;
  const firewall = new WebFirewall(stack, "firewall", { name: stack.resourceName, encryptionKey: stack.encryptionKey, rateLimit: blueprint.firewall.value, countedRules });
  tagIncrements(firewall, blueprint, blueprint.firewall);
  return { webAclArn: firewall.webAclArn };
}
