import { EcrLifecyclePolicy } from "@cdktf/provider-aws/lib/ecr-lifecycle-policy";
import { EcrRepository } from "@cdktf/provider-aws/lib/ecr-repository";
import { Fn } from "cdktf";
import { Construct } from "constructs";
import { ConstructError } from "./construct-error";
import { EncryptionKey, type IEncryptionKey } from "./encryption-key";
import { fixAddress } from "./fixed-address";

/** What other constructs need of a repository. Pass an object with these to use one that you already have. */
export interface IRegistry {
  readonly repositoryName: string;
  readonly repositoryArn: string;
  /** `123456789012.dkr.ecr.eu-central-1.amazonaws.com/specweave-api`: an image's name without its tag. */
  readonly repositoryUrl: string;
}

export interface ContainerRegistryProps {
  /** Name of the repository: small letters, digits, and `._-/` between them. Changing it makes a new, empty one. */
  readonly name: string;
  /**
   * How many tagged images stay, the newest first.
   * @default 100
   */
  readonly keepTaggedImages?: number;
  /**
   * Days until an image without a tag goes: layers of pushes that broke off, and what a moved tag left.
   * @default 14
   */
  readonly expireUntaggedDays?: number;
  /**
   * Encrypts the images. A repository stays with the key that it was made with: another one means a new repository.
   * @default - a key of the repository's own, 1 USD a month
   */
  readonly encryptionKey?: IEncryptionKey;
  /**
   * Deletes the repository even while there are images in it.
   * @default false
   */
  readonly forceDelete?: boolean;
  /**
   * The repository's name in its Terraform address, which then stays wherever the construct stands: `"api"` for `aws_ecr_repository.api`.
   * @default - follows from the construct's place in the tree
   */
  readonly address?: string;
}

export const DEFAULTS = { keepTaggedImages: 100, expireUntaggedDays: 14, forceDelete: false } as const;

/**
 * An ECR repository whose tags never move, whose images are scanned on push and encrypted by your key.
 *
 * Images go by their number, never by their age: what runs may be old, but it is gone only when `keepTaggedImages` newer ones were pushed
 * without a deploy. Keep that number above the pushes between two deploys, and above how far back a roll-back may want to go. (ECR keeps an
 * untagged image that a tagged index refers to, so that multi-architecture images stay whole.)
 *
 * Terraform deletes an empty repository and, unless `forceDelete` is set, no other: the images are what a roll-back needs.
 *
 * @example
 * const registry = new ContainerRegistry(stack, "registry", { name: "specweave-api", encryptionKey: key });
 *
 * @throws ConstructError when the name or a number breaks the rules of ECR, or the address is taken.
 */
export class ContainerRegistry extends Construct implements IRegistry {
  readonly repositoryName: string;
  readonly repositoryArn: string;
  readonly repositoryUrl: string;

  constructor(scope: Construct, id: string, props: ContainerRegistryProps) {
    super(scope, id);
    const { name, keepTaggedImages, expireUntaggedDays, forceDelete } = { ...DEFAULTS, ...props };
    if (name.length < 2 || name.length > 256 || !/^[a-z0-9]+([._/-]+[a-z0-9]+)*$/.test(name)) {
      throw new ConstructError(
        this,
        `name is "${name}"; ECR takes 2 to 256 small letters and digits, with . _ - or / between them.`,
        'Give a name such as "specweave-api".',
      );
    }
    this.checkCount("keepTaggedImages", keepTaggedImages, DEFAULTS.keepTaggedImages);
    this.checkCount("expireUntaggedDays", expireUntaggedDays, DEFAULTS.expireUntaggedDays);

    const encryptionKey =
      props.encryptionKey ??
      new EncryptionKey(this, "key", { alias: `ecr-${name.replace(/[^a-z0-9]+/g, "-")}`.slice(0, 48), description: `Encrypts the images of ${name}` });
    const repository = new EcrRepository(this, "repository", {
      name,
      imageTagMutability: "IMMUTABLE",
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: "KMS", kmsKey: encryptionKey.keyArn }],
      forceDelete,
    });
    if (props.address !== undefined) fixAddress(repository, props.address, "Give the two repositories different `address`es.");
    new EcrLifecyclePolicy(this, "lifecycle", {
      repository: repository.name,
      policy: Fn.jsonencode({
        rules: [
          {
            rulePriority: 1,
            description: `Images without a tag go after ${expireUntaggedDays} days`,
            selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: expireUntaggedDays },
            action: { type: "expire" },
          },
          {
            rulePriority: 2,
            description: `The newest ${keepTaggedImages} tagged images stay`,
            selection: { tagStatus: "tagged", tagPatternList: ["*"], countType: "imageCountMoreThan", countNumber: keepTaggedImages },
            action: { type: "expire" },
          },
        ],
      }),
    });
    this.repositoryName = repository.name;
    this.repositoryArn = repository.arn;
    this.repositoryUrl = repository.repositoryUrl;
  }

  private checkCount(prop: string, count: number, usual: number): void {
    if (Number.isInteger(count) && count >= 1) return;
    throw new ConstructError(this, `${prop} is ${count}; ECR takes whole numbers from 1.`, `Leave it out for ${usual}.`);
  }
}
