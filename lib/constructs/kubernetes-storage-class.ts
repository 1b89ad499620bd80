import { StorageClassV1 } from "@cdktf/provider-kubernetes/lib/storage-class-v1";
import { Construct } from "constructs";

export interface EncryptedStorageClassProps {
  /** @default "gp3-encrypted" */
  readonly name?: string;
  /** ARN of a KMS key that the EBS CSI driver's role may use; may be a token. @default - the account's key for EBS */
  readonly kmsKeyArn?: string;
  /** Whether claims that name no class get this one. @default true */
  readonly isDefault?: boolean;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { name: "gp3-encrypted", isDefault: true } as const;

/**
 * EBS volumes of type gp3, encrypted, made in the zone of the pod that claims them, and able to grow. The EBS CSI driver
 * must be installed.
 *
 * @example
 * new EncryptedStorageClass(this, "storage-class");
 *
 * Source: https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md
 */
export class EncryptedStorageClass extends Construct {
  /** Its name, for claims. */
  readonly storageClassName: string;
  readonly storageClass: StorageClassV1;

  constructor(scope: Construct, id: string, props: EncryptedStorageClassProps = {}) {
    super(scope, id);
    const { name = DEFAULTS.name, isDefault = DEFAULTS.isDefault, kmsKeyArn } = props;
    this.storageClassName = name;
    this.storageClass = new StorageClassV1(this, "Default", {
      metadata: {
        name,
        ...(isDefault ? { annotations: { "storageclass.kubernetes.io/is-default-class": "true" } } : {}),
      },
      storageProvisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true", ...(kmsKeyArn === undefined ? {} : { kmsKeyId: kmsKeyArn }) },
      reclaimPolicy: "Delete",
      volumeBindingMode: "WaitForFirstConsumer",
      allowVolumeExpansion: true,
    });
  }
}
