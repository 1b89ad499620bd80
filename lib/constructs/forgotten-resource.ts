import { hclBlock, expression } from "../render/hcl";
import { ExtraBlock } from "./extra-block";
import type { Construct } from "constructs";

export interface ForgottenResourceProps {
  /** Type of the resource, as in `kubernetes_deployment_v1`. */
  readonly type: string;
}

/**
 * A resource that Terraform had, in the place and with the id of a construct that made it, and that another tool has from now on: Terraform strikes it out of its
 * state, and does not touch it. Where it never was in the state, nothing happens.
 *
 * Without it, a resource that is no longer declared is destroyed.
 *
 * @example
 * // Where `new DeploymentV1(this, "deployment", …)` stood:
 * new ForgottenResource(this, "deployment", { type: "kubernetes_deployment_v1" });
 *
 * Source: https://developer.hashicorp.com/terraform/language/block/removed
 */
export class ForgottenResource extends ExtraBlock {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: ForgottenResourceProps,
  ) {
    super(scope, id);
  }

  /** Address that the resource had: `kubernetes_deployment_v1.api_deployment`. */
  get address(): string {
    return `${this.props.type}.${this.friendlyUniqueId}`;
  }

  override toTerraform() {
    return { removed: [{ from: this.address, lifecycle: { destroy: false } }] };
  }

  override toHclTerraform() {
    return {};
  }

  override hclText(): string {
    return hclBlock("removed", [], { attributes: { from: expression(this.address) }, blocks: { lifecycle: [{ attributes: { destroy: false } }] } });
  }
}
