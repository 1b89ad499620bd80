import { isAbsolute, posix, relative, resolve, sep } from "node:path";
import { App, LocalBackend, S3Backend, type S3BackendConfig, TerraformElement, TerraformOutput, type TerraformRemoteState, TerraformResource, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";
import type { StateChoice } from "../lib/blueprint/blueprint";

/**
 * A stack whose addresses a person can read and that never change by themselves: the path of construct ids, joined by `_`
 * (`aws_subnet.network_private-a`), without the hash that cdktf adds. Its state lies beside the project, under a path that is
 * the same on every machine, or in an S3 bucket.
 */
export class PhaselineStack extends TerraformStack {
  private readonly taken = new Map<string, string>();
  private sealed?: Readonly<Record<string, unknown>>;

  /** @param state the bucket that keeps its state; without one it lies beside the project */
  constructor(scope: Construct, id: string, readonly state?: StateChoice) {
    super(scope, id);
    if (state) new S3Backend(this, backendOf(state, id));
    else new LocalBackend(this, { path: statePath(App.of(this).outdir, id) });
  }

  /**
   * The Terraform JSON, which does not change any more: call it once all stacks of the app are prepared. Resolving is most of a
   * synth's time, and the proofs and `app.synth()` need the same result.
   */
  seal(): Readonly<Record<string, unknown>> {
    return (this.sealed ??= super.toTerraform() as Record<string, unknown>);
  }

  /**
   * cdktf resolves the whole stack here, to find references to other stacks and to turn them into outputs and remote states: a
   * third of a synth's own time. Ours ask for what they need of another stack by `read`, and so have nothing to be found.
   */
  override prepareStack(): void {
    this.ensureBackendExists();
  }

  /** A value of another stack, which that one puts out and this one reads from its state. */
  protected read(from: PhaselineStack, name: string, value: string): string {
    new TerraformOutput(from, name, { value, sensitive: true, description: `For ${this.node.id}` });
    this.addDependency(from);
    const id = `state-of-${from.node.id}`;
    const state =
      (this.node.tryFindChild(id) as TerraformRemoteState | undefined) ?? from.ensureBackendExists().getRemoteStateDataSource(this, id, from.node.id);
    return state.getString(name);
  }

  override toTerraform(): any {
    return this.sealed ?? super.toTerraform();
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    const within = node.scopes.slice(node.scopes.indexOf(this) + 1).map((scope) => scope.node.id);
    const id = within
      .filter((part) => part !== "Default" && part !== "Resource")
      .map((part) => part.replace(/[^A-Za-z0-9_-]/g, "-"))
      .join("_");
    // Two paths may read the same; cdktf would silently drop one of the two resources.
    const type = TerraformResource.isTerraformResource(element) ? element.terraformResourceType : element.constructor.name;
    const owner = this.taken.get(`${type}.${id}`);
    if (owner !== undefined && owner !== node.path) {
      throw new Error(`${node.path} and ${owner} would both be ${type}.${id}. Give one of the two constructs another id.`);
    }
    this.taken.set(`${type}.${id}`, node.path);
    return id;
  }
}

/** The lock is a file beside the state, which S3 writes for one at a time: Terraform no longer advises a table in DynamoDB. cdktf's type does not know it yet. */
function backendOf({ bucket, region, prefix, kmsKeyId }: StateChoice, stack: string): S3BackendConfig {
  const lock = { useLockfile: true };
  return { bucket, region, key: `${prefix}/${stack}.tfstate`, encrypt: true, ...(kmsKeyId === undefined ? {} : { kmsKeyId }), ...lock };
}

/**
 * Terraform runs in `<outdir>/stacks/<stack>`; its state is kept in the project's directory, where cdktf keeps it too, but by a
 * relative path: an absolute one would put this machine into the synthesized files.
 */
export function statePath(outdir: string, stack: string): string {
  const file = `terraform.${stack}.tfstate`;
  const home = relative(process.cwd(), resolve(outdir));
  const inside = !home.startsWith("..") && !isAbsolute(home);
  const depth = inside ? home.split(sep).filter(Boolean).length : 1;
  return posix.join(...Array.from({ length: depth + 2 }, () => ".."), file);
}
