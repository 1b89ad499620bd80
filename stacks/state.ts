import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { StateBucket } from "../lib/constructs/state-bucket";
import { tagIncrements } from "./increments";
import { PhaselineStack } from "./phaseline-stack";

/**
 * The bucket that the other stacks keep their states in. It must be there before any of them can begin, so it is a stack of its own, whose own state lies beside
 * the project until the settings say that the bucket stands (`state.bootstrapped`), and from then on in the bucket, too.
 *
 * No other stack depends on it: the CLI would then want it deployed with them each time.
 */
export class StateStack extends PhaselineStack {
  constructor(scope: Construct, id: string, blueprint: Blueprint) {
    const { bucket, region, kmsKeyId = "", made } = blueprint.state!.value;
    super(scope, id, made === "before" ? blueprint.state?.value : undefined);
    const { project, environment } = blueprint.settings;
    new AwsProvider(this, "aws", { region, defaultTags: [{ tags: { Project: project, Environment: environment, ManagedBy: "phaseline" } }] });
    const state = new StateBucket(this, "state", { name: bucket, keyAlias: kmsKeyId.replace(/^alias\//, "") });
    tagIncrements(state, blueprint, blueprint.state);
    new TerraformOutput(this, "state_bucket", { value: state.bucketName, description: "Keeps the states of the other stacks" });
  }
}
