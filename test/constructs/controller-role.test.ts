import { ControllerRole } from "../../lib/constructs/controller-role";
import { awsStack, resourceOf } from "../support/synth";

describe("ControllerRole", () => {
  test("is taken on by one service account of one cluster, once it may do all that it should", () => {
    const stack = awsStack();
    new ControllerRole(stack, "dns", {
      cluster: { clusterName: "shop-prod" },
      name: "shop-dns",
      description: "Writes records",
      namespace: "kube-system",
      serviceAccount: "dns",
      statements: [{ actions: ["route53:ChangeResourceRecordSets"], resources: ["arn:aws:route53:::hostedzone/Z1"] }],
    });
    expect(resourceOf(stack, "aws_eks_pod_identity_association")).toEqual({
      cluster_name: "shop-prod",
      namespace: "kube-system",
      service_account: "dns",
      role_arn: expect.stringMatching(/^\$\{aws_iam_role\.\w+\.arn\}$/),
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\./)],
    });
    expect(resourceOf(stack, "aws_iam_role")).toMatchObject({ name: "shop-dns", description: "Writes records" });
  });
});
