import { TerraformStack, Testing } from "cdktf";
import { EncryptedStorageClass } from "../../lib/constructs/kubernetes-storage-class";

const synth = (props?: ConstructorParameters<typeof EncryptedStorageClass>[2]) => {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  new EncryptedStorageClass(stack, "storage", props);
  return JSON.parse(Testing.synth(stack)).resource.kubernetes_storage_class_v1.storage;
};

describe("EncryptedStorageClass", () => {
  test("is the default class, of encrypted gp3 volumes in the zone of their pod", () => {
    expect(synth()).toEqual({
      metadata: { name: "gp3-encrypted", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
      storage_provisioner: "ebs.csi.aws.com",
      parameters: { type: "gp3", encrypted: "true" },
      reclaim_policy: "Delete",
      volume_binding_mode: "WaitForFirstConsumer",
      allow_volume_expansion: true,
    });
  });

  test("uses a key of one's own, and need not be the default", () => {
    const made = synth({ kmsKeyArn: "arn:aws:kms:us-east-1:111122223333:key/a", isDefault: false });
    expect(made.parameters.kmsKeyId).toBe("arn:aws:kms:us-east-1:111122223333:key/a");
    expect(made.metadata).toEqual({ name: "gp3-encrypted" });
  });
});
