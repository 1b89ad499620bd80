import { existsSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { App } from "cdktf";
import { PhaselineStack, statePath } from "./phaseline-stack";

/**
 * States that lie beside the project while their stacks keep them in S3 now. Terraform asks to move a state as long as it remembers where it was, in the stack's
 * directory; where that was cleared away, it would begin with an empty state and make everything again.
 */
export function unmovedStates(app: App): { readonly message: string; readonly remedy: string }[] {
  const { outdir } = app;
  return app.node.children.filter((child) => child instanceof PhaselineStack && child.state !== undefined).flatMap(({ node: { id: stack } }) => {
    const directory = join(outdir, "stacks", stack);
    const state = join(directory, statePath(outdir, stack));
    if (!existsSync(state) || existsSync(join(directory, ".terraform/terraform.tfstate"))) return [];
    const count = resourcesIn(state);
    if (count === 0) return [];
    const name = relative(process.cwd(), state);
    return [
      {
        message: `${name} holds ${count === undefined ? "a state" : `${count} resource${count === 1 ? "" : "s"}`} of the stack ${stack}, which is to keep its state in S3: Terraform would begin there with nothing, and make all of it again.`,
        remedy: `Delete the file if its state has been moved already. If not, rename it to ${name}.old, synthesize, and run \`terraform init\` and \`terraform state push ${relative(directory, state)}.old\` in ${relative(process.cwd(), directory)}.`,
      },
    ];
  });
}

/** How many resources a state holds; `undefined` where it cannot be read. */
function resourcesIn(file: string): number | undefined {
  try {
    const { resources } = JSON.parse(readFileSync(file, "utf8")) as { readonly resources?: readonly unknown[] };
    return resources?.length ?? 0;
  } catch {
    return undefined;
  }
}
