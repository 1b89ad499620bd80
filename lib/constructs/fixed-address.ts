import { TerraformElement, TerraformResource, TerraformStack } from "cdktf";
import { ConstructError } from "./construct-error";

const fixed = new WeakMap<TerraformStack, Map<string, TerraformResource>>();

/**
 * Pins the Terraform address of a resource that holds data: it stays the same wherever in the tree the construct stands, so that
 * moving it (from one phase to the next, from a stack's top into a construct) never reads as "delete this, create that".
 *
 * Call it right after the resource was made: cdktf ignores it once one of its attributes was read.
 *
 * @param id the name in the address, such as `database` in `aws_db_instance.database`.
 * @param remedy what to do when the address is taken: cdktf would drop one of the two resources without a word.
 * @throws ConstructError when another resource was given the same address, or at synth when one has it by chance.
 */
export function fixAddress(resource: TerraformResource, id: string, remedy: string): void {
  const stack = resource.cdktfStack;
  const address = `${resource.terraformResourceType}.${id}`;
  const known = fixed.get(stack) ?? new Map<string, TerraformResource>();
  fixed.set(stack, known);
  const other = known.get(address);
  if (other !== undefined) throw new ConstructError(resource, taken(address, other), remedy);
  known.set(address, resource);
  resource.overrideLogicalId(id);
  resource.node.addValidation({
    validate: () =>
      stack.node
        .findAll()
        .filter((found) => found !== resource && TerraformElement.isTerraformElement(found) && TerraformResource.isTerraformResource(found))
        .map((found) => found as TerraformResource)
        .filter((found) => found.cdktfStack === stack && found.terraformResourceType === resource.terraformResourceType && found.friendlyUniqueId === id)
        .map((found) => `${taken(address, found)} ${remedy}`),
  });
}

function taken(address: string, other: TerraformResource): string {
  return `its address ${address} is that of ${other.node.path} already, and Terraform would see one of the two only.`;
}
