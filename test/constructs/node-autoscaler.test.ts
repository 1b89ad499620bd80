import { TerraformStack, Testing } from "cdktf";
import { NodeAutoscaler, NodeAutoscalerRole } from "../../lib/constructs/node-autoscaler";
import { awsStack, resourceOf, resourcesOf } from "../support/synth";

const cluster = { clusterName: "shop-prod" };

describe("NodeAutoscalerRole", () => {
  test("sizes the groups that EKS tagged for this cluster, and no others", () => {
    const stack = awsStack();
    new NodeAutoscalerRole(stack, "node-autoscaler-role", { cluster, name: "shop-prod-node-autoscaler" });
    const [statements] = resourcesOf(stack, "aws_iam_policy_document", "data").map(({ statement }) => statement).filter((all) => all.length === 3);
    expect(statements[2]).toMatchObject({
      actions: ["autoscaling:SetDesiredCapacity", "autoscaling:TerminateInstanceInAutoScalingGroup"],
      condition: [{ test: "StringEquals", variable: "aws:ResourceTag/k8s.io/cluster-autoscaler/shop-prod", values: ["owned"] }],
    });
    expect(statements[1].resources[0]).toMatch(/:nodegroup\/shop-prod\/\*\/\*$/);
    const unlimited = statements.filter(({ resources }: any) => resources.includes("*")).flatMap(({ actions }: any) => actions);
    expect(unlimited.filter((action: string) => !/:(Describe|Get)/.test(action))).toEqual([]);
  });

  test("is taken on by the service account that the release makes", () => {
    const stack = awsStack();
    new NodeAutoscalerRole(stack, "node-autoscaler-role", { cluster });
    expect(resourceOf(stack, "aws_eks_pod_identity_association")).toMatchObject({ cluster_name: "shop-prod", namespace: "kube-system", service_account: "cluster-autoscaler" });
    expect(resourceOf(stack, "aws_iam_role")["name"]).toBe("test-node-autoscaler-role");
  });
});

describe("NodeAutoscaler", () => {
  test("installs the pinned chart into kube-system, with the role's service account", () => {
    const stack = new TerraformStack(Testing.app(), "production-platform");
    new NodeAutoscaler(stack, "node-autoscaler", { cluster, region: "eu-central-1", kubernetesVersion: "1.34" });
    const release = JSON.parse(Testing.synth(stack)).resource.helm_release["node-autoscaler"];
    expect(release).toMatchObject({
      name: "cluster-autoscaler",
      namespace: "kube-system",
      repository: "https://kubernetes.github.io/autoscaler",
      chart: "cluster-autoscaler",
      version: "9.59.0",
    });
    expect(release.values[0]).toContain('"serviceAccount" = {"create" = true, "name" = "cluster-autoscaler"}');
    expect(release.values[0]).toContain('"tag" = "v1.34.0"');
  });
});
