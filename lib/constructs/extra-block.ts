import { TerraformElement, type TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";

const EXTRA_BLOCK = Symbol.for("phaseline/ExtraBlock");

/**
 * A top-level Terraform block that cdktf 0.21 has no class for. In JSON it takes part like any element; in HCL, where cdktf
 * drops what it does not know, the stack's public `toHclTerraform()` is wrapped once, and appends it.
 */
export abstract class ExtraBlock extends TerraformElement {
  constructor(scope: Construct, id: string, elementType?: string) {
    super(scope, id, elementType);
    Object.defineProperty(this, EXTRA_BLOCK, { value: true });
    appendExtraBlocks(this.cdktfStack);
  }

  static isExtraBlock(construct: IConstruct): construct is ExtraBlock {
    return EXTRA_BLOCK in construct;
  }

  /** The block as HCL text; may contain tokens. */
  abstract hclText(): string;
}

function appendExtraBlocks(stack: TerraformStack): void {
  if (EXTRA_BLOCK in stack) return;
  Object.defineProperty(stack, EXTRA_BLOCK, { value: true });
  const toHclTerraform = stack.toHclTerraform.bind(stack);
  stack.toHclTerraform = () => {
    const rendered = toHclTerraform();
    const blocks = extraBlocks(stack).map((block) => block.hclText());
    return { ...rendered, hcl: `${[String(rendered["hcl"]).replace(/\n+$/, ""), ...blocks].join("\n\n")}\n` };
  };
}

function extraBlocks(stack: TerraformStack): ExtraBlock[] {
  return stack.node
    .findAll()
    .filter(ExtraBlock.isExtraBlock)
    .filter((block) => block.cdktfStack === stack);
}
