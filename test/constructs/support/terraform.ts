import { App, TerraformStack, Testing } from "cdktf";

/** Resources and data sources of one type, by construct path without the stack's own id: `network/public-a`. */
export type ByPath = Record<string, Record<string, any>>;

/** A stack of its own for a test, with nothing in it. */
export function emptyStack(): TerraformStack {
  return new TerraformStack(new App({ stackTraces: false, skipValidation: false }), "stack");
}

/** What a stack synthesizes to, ready to be asked. */
export class Synthesized {
  private readonly json: Record<string, any>;

  constructor(stack: TerraformStack) {
    this.json = JSON.parse(Testing.synth(stack, true));
  }

  resources(type: string): ByPath {
    return byPath(this.json["resource"]?.[type]);
  }

  dataSources(type: string): ByPath {
    return byPath(this.json["data"]?.[type]);
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
    if (!document) throw new Error(`No policy document at ${path}; there are ${Object.keys(this.dataSources("aws_iam_policy_document")).join(", ")}.`);
    return document["statement"];
  }

  types(): string[] {
    return Object.keys(this.json["resource"] ?? {}).sort();
  }
}

function byPath(named: Record<string, any> = {}): ByPath {
  return Object.fromEntries(
    Object.values(named).map(({ "//": about, ...body }) => [about.metadata.path.replace(/^stack\//, ""), { ...body, "//": about }]),
  );
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
