import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, Testing } from "cdktf";

/** A stack with an AWS provider, in an app of its own. */
export function awsStack(id = "test"): TerraformStack {
  const stack = new TerraformStack(Testing.app(), id);
  new AwsProvider(stack, "aws", { region: "us-east-1" });
  return stack;
}

type Config = Record<string, any>;

/** The stack as Terraform JSON, without cdktf's comments. */
export function synthesized(stack: TerraformStack): Config {
  return JSON.parse(Testing.synth(stack), (key, value) => (key === "//" ? undefined : value));
}

/** The resources of a type, in the order of their addresses. */
export function resourcesOf(stack: TerraformStack, type: string, kind: "resource" | "data" = "resource"): Config[] {
  const found: Record<string, Config> = synthesized(stack)[kind]?.[type] ?? {};
  return Object.keys(found).sort().map((id) => found[id]!);
}

/** The one resource of a type. */
export function resourceOf(stack: TerraformStack, type: string, kind: "resource" | "data" = "resource"): Config {
  const found = resourcesOf(stack, type, kind);
  if (found.length !== 1) throw new Error(`There are ${found.length} ${type}, not one.`);
  return found[0]!;
}

/** The message of what `body` throws. */
export function messageOf(body: () => unknown): string {
  try {
    body();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("Nothing was thrown.");
}
