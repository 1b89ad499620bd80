import { DEFAULTS, PodIdentityRole } from "../../lib/constructs/pod-identity-role";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

describe("PodIdentityRole", () => {
  test("is taken on by EKS Pod Identity alone, which tags the session", () => {
    const stack = emptyStack();
    new PodIdentityRole(stack, "ebs-csi", { description: "Makes volumes", managedPolicies: ["service-role/AmazonEBSCSIDriverPolicy"] });
    const synthesized = new Synthesized(stack);
    expect(synthesized.statements("ebs-csi/trust")).toEqual([
      { principals: [{ type: "Service", identifiers: ["pods.eks.amazonaws.com"] }], actions: ["sts:AssumeRole", "sts:TagSession"] },
    ]);
    expect(synthesized.resource("aws_iam_role")).toMatchObject({ name: "stack-ebs-csi", description: "Makes volumes" });
    expect(synthesized.resource("aws_iam_role_policy_attachment")["policy_arn"]).toMatch(/:iam::aws:policy\/service-role\/AmazonEBSCSIDriverPolicy$/);
    expect(synthesized.types()).not.toContain("aws_iam_role_policy");
  });

  test("has permissions of its own besides, and names all of them for those who must wait", () => {
    const stack = emptyStack();
    const role = new PodIdentityRole(stack, "role", {
      description: "Reads and writes",
      managedPolicies: ["AmazonS3ReadOnlyAccess"],
      statements: [{ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::bucket/*"] }],
    });
    expect(role.permissions).toHaveLength(2);
    expect(new Synthesized(stack).statements("role/permissions")).toEqual([{ actions: ["s3:PutObject"], resources: ["arn:aws:s3:::bucket/*"] }]);
  });

  test("throws when it would be allowed nothing, which is its default", () => {
    expect(DEFAULTS).toEqual({ managedPolicies: [], statements: [] });
    expect(errorOf(() => new PodIdentityRole(emptyStack(), "role", { description: "Nothing" })).message).toBe(
      "stack/role: managedPolicies and statements are empty; the role would be allowed nothing.\n    → Give one of them.",
    );
  });
});
