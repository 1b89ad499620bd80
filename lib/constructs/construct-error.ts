import type { IConstruct } from "constructs";

/** A construct was given props that break a rule of Terraform or of AWS. Its message names the construct, the value, the rule and the remedy. */
export class ConstructError extends Error {
  override readonly name = "ConstructError";
  readonly constructPath: string;

  /**
   * @param scope the construct that was given the props.
   * @param problem what was given and which rule it breaks, as sentences.
   * @param remedy what to do about it, as sentences.
   */
  constructor(scope: IConstruct, problem: string, readonly remedy: string) {
    super(`${scope.node.path}: ${problem}\n    → ${remedy}`);
    this.constructPath = scope.node.path;
  }
}
