import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformElement, TerraformResource, TerraformStack, Testing } from "cdktf";
import type { IConstruct } from "constructs";

/** Resources and data sources of one type, by construct path without the stack's own id: `network/public-a`. */
export type ByPath = Record<string, Record<string, any>>;

/** A stack of its own for a test, with nothing in it but the provider. */
export function emptyStack(): TerraformStack {
  const stack = new TerraformStack(new App(), "stack");
  new AwsProvider(stack, "aws", { region: "eu-central-1" });
  return stack;
}

/** What a stack synthesizes to, ready to be asked. */
export class Synthesized {
  private readonly json: Record<string, any>;
  /** Construct path by Terraform's name for it, which is unique in a type. */
  private readonly paths: ReadonlyMap<string, string>;

  constructor(private readonly stack: TerraformStack) {
    this.json = JSON.parse(Testing.synth(stack, true));
    this.paths = new Map(
      stack.node
        .findAll()
        .filter((construct) => TerraformElement.isTerraformElement(construct))
        .map((element) => [element.friendlyUniqueId, pathOf(element)]),
    );
  }

  resources(type: string): ByPath {
    return this.byPath(this.json["resource"]?.[type]);
  }

  dataSources(type: string): ByPath {
    return this.byPath(this.json["data"]?.[type]);
  }

  /** The one resource of the type; more or fewer are an error of the test. */
  resource(type: string): Record<string, any> {
    return only(type, this.resources(type));
  }

  dataSource(type: string): Record<string, any> {
    return only(type, this.dataSources(type));
  }

  /** Statements of the policy document at a path, as `aws_iam_policy_document` takes them. */
  statements(path: string): Record<string, any>[] {
    const document = this.dataSources("aws_iam_policy_document")[path];
    if (!document)
      throw new Error(`No policy document at ${path}; there are ${Object.keys(this.dataSources("aws_iam_policy_document")).join(", ")}.`);
    return document["statement"];
  }

  /** `aws_subnet.network_public-a_…`: how others refer to the resource at a path. */
  address(path: string): string {
    const found = this.stack.node.findAll().find((construct) => TerraformResource.isTerraformResource(construct) && pathOf(construct) === path);
    if (!found) throw new Error(`No resource at ${path}.`);
    const resource = found as TerraformResource;
    return `${resource.terraformResourceType}.${resource.friendlyUniqueId}`;
  }

  types(): string[] {
    return Object.keys(this.json["resource"] ?? {}).sort();
  }

  private byPath(named: Record<string, any> = {}): ByPath {
    return Object.fromEntries(Object.entries(named).map(([name, body]) => [this.paths.get(name), body]));
  }
}

/** Without the stack's own id. */
function pathOf(construct: IConstruct): string {
  return construct.node.path.replace(/^stack\//, "");
}

function only(type: string, found: ByPath): Record<string, any> {
  const paths = Object.keys(found);
  if (paths.length !== 1) throw new Error(`There are ${paths.length} of ${type}: ${paths.join(", ")}.`);
  return found[paths[0]!]!;
}

/** The error that a function throws, with its whole message. */
export function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown.");
}

/** The HCL blocks of resources and data sources whose type and name begin so. */
export function hclBlocks(stack: TerraformStack, ...wanted: readonly [type: string, name: string][]): string {
  const all: string[] = Testing.synthHcl(stack).split(/\n(?=(?:resource|data) )/);
  return wanted
    .map(([type, name]) => all.find((block: string) => /^(?:resource|data) "(.*?)" "(.*?)"/.exec(block)?.slice(1).join(".").startsWith(`${type}.${name}`)))
    .join("\n");
}
