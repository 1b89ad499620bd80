import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { TerraformStack } from "cdktf";
import { Construct } from "constructs";
import type { RenderedFile } from "../render/kubernetes-yaml";
import { ConstructError } from "./construct-error";
import type { ChartSource } from "./kubernetes-helm-release";

export interface LocalChartProps {
  /** Name of its directory, unique in the stack. */
  readonly name: string;
  /** Relative to the chart's directory. What varies belongs in the values of the release: Helm looks at a chart again only when its version changes. */
  readonly files: readonly RenderedFile[];
}

/**
 * A Helm chart that is written beside the stack's Terraform when the app is synthesized. It is the way for custom resources: `kubernetes_manifest`
 * would need their definitions (CRDs) before the first plan, where a release needs them only when it is installed.
 *
 * @example
 * const chart = new LocalChart(this, "chart", { name: "secrets", files: applicationSecretsChart() });
 * new HelmRelease(this, "release", { name: "secrets", namespace: "shop", chart: chart.source, values });
 *
 * @throws ConstructError when the stack has another chart of that name.
 */
export class LocalChart extends Construct {
  /** For a release in the same stack. */
  readonly source: ChartSource & { readonly path: string };

  constructor(scope: Construct, id: string, { name, files }: LocalChartProps) {
    super(scope, id);
    const stack = TerraformStack.of(this);
    const path = `./charts/${name}`;
    this.source = { path };
    const other = stack.node.findAll().find((construct) => construct !== this && isChartAt(construct, path));
    if (other) throw new ConstructError(this, `${other.node.path} is a chart of the name "${name}" already, and both would be written to one directory.`, "Give one of them another name.");

    // The public way to write a file when the app is synthesized: cdktf's assets copy files, and these are made here.
    const { synthesizer } = stack;
    stack.synthesizer = {
      synthesize(session) {
        synthesizer.synthesize(session);
        const directory = join(session.outdir, session.manifest.forStack(stack).workingDirectory, path);
        rmSync(directory, { recursive: true, force: true });
        for (const file of files) {
          mkdirSync(dirname(join(directory, file.path)), { recursive: true });
          writeFileSync(join(directory, file.path), file.text);
        }
      },
    };
  }
}

/** By shape, not by class: two copies of this library may meet in one app. */
function isChartAt(construct: object, path: string): boolean {
  return "source" in construct && typeof construct.source === "object" && construct.source !== null && "path" in construct.source && construct.source.path === path;
}
