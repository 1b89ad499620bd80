import {
  dependable,
  DefaultTokenResolver,
  ref,
  StringConcat,
  TerraformStack,
  Token,
  Tokenization,
  type IResolvable,
  type IResolveContext,
  type ITerraformDependable,
  type TerraformProvider,
} from "cdktf";
import type { Construct } from "constructs";
import { expression, hclBlock, hclTemplate, type HclBody, type HclValue } from "../render/hcl";
import { ConstructError } from "./construct-error";
import { ExtraBlock } from "./extra-block";

/** A provider as `required_providers` names it. */
export interface RequiredProvider {
  /** @default - the type's first word: `random` of `random_password` */
  readonly localName?: string;
  /** As in `hashicorp/random`. */
  readonly source: string;
  /** Version or constraint, as in `3.7.2`. */
  readonly version: string;
}

export interface EphemeralResourceConfig {
  /** Type of the ephemeral resource, as in `random_password`. */
  readonly type: string;
  /** Written to `required_providers` if the stack has no construct of this provider. */
  readonly requiredProvider: RequiredProvider;
  /** Arguments by their Terraform names; strings may contain tokens. @default - none */
  readonly attributes?: Readonly<Record<string, unknown>>;
  /** Nested blocks by their Terraform names. @default - none */
  readonly blocks?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
  /** @default - the provider's default configuration */
  readonly provider?: TerraformProvider;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * An `ephemeral` block: a value that Terraform works out anew in each run and writes neither to the plan nor to the state.
 * It can stand only in write-only arguments (`…_wo`), in provider configurations and in other ephemeral blocks. Terraform
 * 1.11 or newer is required by it.
 *
 * @example
 * const token = new EphemeralResource(this, "token", { type: "random_password", requiredProvider: { source: "hashicorp/random", version: "3.7.2" }, attributes: { length: 20 } });
 * new DbInstance(this, "db", { passwordWo: token.get("result"), passwordWoVersion: 1 });
 *
 * Source: https://developer.hashicorp.com/terraform/language/block/ephemeral
 */
export class EphemeralResource extends ExtraBlock {
  constructor(
    scope: Construct,
    id: string,
    private readonly config: EphemeralResourceConfig,
  ) {
    super(scope, id, `ephemeral.${config.type}`);
    requireTerraform(this.cdktfStack);
  }

  /** Reference to an attribute, `${ephemeral.TYPE.NAME.attribute}` once resolved. It is of use in this stack only. */
  get(attribute: string): string {
    return Token.asString(new EphemeralReference(this, attribute));
  }

  /** Its address: `ephemeral.random_password.name`. */
  get address(): string {
    return `ephemeral.${this.config.type}.${this.friendlyUniqueId}`;
  }

  override toTerraform() {
    const { type, attributes, blocks, provider, dependsOn } = this.config;
    return {
      ...this.providerRequirement(),
      ephemeral: {
        [type]: {
          [this.friendlyUniqueId]: {
            ...attributes,
            ...blocks,
            ...(provider ? { provider: provider.fqn } : {}),
            ...(dependsOn ? { depends_on: dependsOn.map(dependable) } : {}),
          },
        },
      },
    };
  }

  override toHclTerraform() {
    return this.providerRequirement();
  }

  override hclText(): string {
    const { type, attributes = {}, blocks = {}, provider, dependsOn } = this.config;
    const body = (members: Readonly<Record<string, unknown>>): HclBody => ({ attributes: this.hclValues(members) });
    return hclBlock("ephemeral", [type, this.friendlyUniqueId], {
      attributes: {
        ...this.hclValues(attributes),
        ...(provider ? { provider: expression(this.resolved(provider.fqn) as string) } : {}),
        ...(dependsOn ? { depends_on: dependsOn.map((element) => expression(this.resolved(dependable(element)) as string)) } : {}),
      },
      blocks: Object.fromEntries(Object.entries(blocks).map(([name, bodies]) => [name, bodies.map(body)])),
    });
  }

  private hclValues(members: Readonly<Record<string, unknown>>): Record<string, HclValue> {
    return templates(this.resolved(members)) as Record<string, HclValue>;
  }

  private resolved(value: unknown): unknown {
    return Tokenization.resolve(value, { scope: this, resolver: new DefaultTokenResolver(new StringConcat()), preparing: false });
  }

  private providerRequirement(): Record<string, unknown> {
    const { type, requiredProvider } = this.config;
    const { localName = type.split("_", 1)[0] as string, source, version } = requiredProvider;
    const declared = this.cdktfStack.allProviders().some((provider) => provider.terraformResourceType === localName);
    return declared ? {} : { terraform: { required_providers: { [localName]: { source, version } } } };
  }
}

/** Its text is known only at synth: until then the logical id may be overridden. */
class EphemeralReference implements IResolvable {
  readonly creationStack: string[] = [];

  constructor(
    private readonly resource: EphemeralResource,
    private readonly attribute: string,
  ) {}

  resolve(context: IResolveContext): unknown {
    const from = TerraformStack.of(context.scope);
    if (from !== this.resource.cdktfStack) {
      throw new ConstructError(
        this.resource,
        `it is ephemeral and cannot be used in the stack ${from.node.id}: what is in no state cannot be passed to another stack.`,
        "Make an ephemeral resource there, or pass the ARN of a secret that holds the value.",
      );
    }
    return ref(`${this.resource.address}.${this.attribute}`, this.resource.cdktfStack);
  }

  toString(): string {
    return Token.asString(this);
  }

  toJSON(): string {
    return `<ephemeral ${this.resource.node.path}.${this.attribute}>`;
  }
}

/** Every string as native syntax has to write it to mean the same as in JSON. */
function templates(value: unknown): HclValue {
  if (typeof value === "string") return expression(hclTemplate(value));
  if (Array.isArray(value)) return value.map(templates);
  if (typeof value !== "object" || value === null) return value as HclValue;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, templates(member)]));
}

export interface EphemeralPasswordProps {
  /** @default 32 */
  readonly lengthCharacters?: number;
  /** Which characters besides letters and digits; none if empty. @default "-_.~" (they need no quoting in a URL or a shell) */
  readonly specialCharacters?: string;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { lengthCharacters: 32, specialCharacters: "-_.~" } as const;

/**
 * A random password that is in no state and no plan. It is another one in each run: pass it to write-only arguments with a
 * version, which are written only when their version changes, and write all that must hold the same password in one apply.
 *
 * @example
 * const password = new EphemeralPassword(this, "password");
 * new SecretV1(this, "admin", { metadata: { name: "admin" }, dataWo: { password: password.result }, dataWoRevision: 1 });
 */
export class EphemeralPassword extends EphemeralResource {
  constructor(scope: Construct, id: string, props: EphemeralPasswordProps = {}) {
    const { lengthCharacters = DEFAULTS.lengthCharacters, specialCharacters = DEFAULTS.specialCharacters } = props;
    const special = specialCharacters.length > 0;
    super(scope, id, {
      type: "random_password",
      requiredProvider: { source: "hashicorp/random", version: "3.7.2" },
      attributes: {
        length: lengthCharacters,
        special,
        min_lower: 1,
        min_upper: 1,
        min_numeric: 1,
        ...(special ? { min_special: 1, override_special: specialCharacters.replace(/([$%])(?=\{)/g, "$1$1") } : {}),
      },
    });
    if (!Number.isInteger(lengthCharacters) || lengthCharacters < 16 || lengthCharacters > 128) {
      throw new ConstructError(this, `lengthCharacters is ${lengthCharacters}; a password must have from 16 to 128 characters.`, "Choose a whole number of them.");
    }
    if (!/^[!-/:-@[-`{-~]*$/.test(specialCharacters)) {
      throw new ConstructError(
        this,
        `specialCharacters is ${JSON.stringify(specialCharacters)}; only ASCII punctuation can stand there, since letters and digits are used anyway.`,
        "Remove the others.",
      );
    }
  }

  /** Reference to the password. */
  get result(): string {
    return this.get("result");
  }
}

/** Ephemeral resources and write-only arguments need it. */
export const TERRAFORM_WITH_EPHEMERAL = ">= 1.11";

const REQUIRED_TERRAFORM = "required-terraform";

class RequiredTerraform extends ExtraBlock {
  private readonly constraints = new Set<string>();

  constructor(stack: TerraformStack) {
    super(stack, REQUIRED_TERRAFORM);
  }

  add(constraint: string): void {
    this.constraints.add(constraint);
  }

  private get version(): string {
    return [...this.constraints].sort().join(", ");
  }

  override toTerraform() {
    return { terraform: { required_version: this.version } };
  }

  /** A module may have several `terraform` blocks, and cdktf's own cannot hold the version in HCL. */
  override hclText(): string {
    return hclBlock("terraform", [], { attributes: { required_version: this.version } });
  }
}

/**
 * States which Terraform the stack needs, in JSON and in HCL. Asked again with another constraint, all of them must hold.
 *
 * @example
 * requireTerraform(stack, ">= 1.11");
 */
export function requireTerraform(stack: TerraformStack, constraint: string = TERRAFORM_WITH_EPHEMERAL): void {
  const found = stack.node.tryFindChild(REQUIRED_TERRAFORM) as RequiredTerraform | undefined;
  (found ?? new RequiredTerraform(stack)).add(constraint);
}
