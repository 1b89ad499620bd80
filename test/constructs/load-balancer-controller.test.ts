import { TerraformStack, Testing } from "cdktf";
import { LoadBalancerController, LoadBalancerControllerRole } from "../../lib/constructs/load-balancer-controller";
import { awsStack, resourceOf, resourcesOf } from "../support/synth";

const cluster = { clusterName: "shop-prod", clusterSecurityGroupId: "sg-nodes" };
const network = { vpcId: "vpc-1" };

function statements(): Record<string, any> {
  const stack = awsStack();
  new LoadBalancerControllerRole(stack, "role", { cluster, network });
  const [found] = resourcesOf(stack, "aws_iam_policy_document", "data").map(({ statement }) => statement).filter((all) => all.length > 1);
  return Object.fromEntries(found.map((statement: any) => [statement.sid, statement]));
}

describe("LoadBalancerControllerRole", () => {
  test("changes only what bears the name of this cluster", () => {
    const found = statements();
    const ours = { test: "StringEquals", variable: "aws:ResourceTag/elbv2.k8s.aws/cluster", values: ["shop-prod"] };
    for (const sid of ["TagItsSecurityGroups", "ChangeItsSecurityGroups", "TagItsLoadBalancers", "ChangeItsLoadBalancers"]) expect(found[sid].condition).toContainEqual(ours);
    const becomes = { test: "StringEquals", variable: "aws:RequestTag/elbv2.k8s.aws/cluster", values: ["shop-prod"] };
    for (const sid of ["NameSecurityGroups", "MakeLoadBalancers", "NameLoadBalancers"]) expect(found[sid].condition).toContainEqual(becomes);
  });

  test("opens the security group of the nodes, and none besides that it did not make", () => {
    expect(statements()["OpenTheNodesToItsLoadBalancers"].resources).toEqual([expect.stringMatching(/:security-group\/sg-nodes$/)]);
    expect(statements()["MakeSecurityGroups"].resources[0]).toMatch(/:vpc\/vpc-1$/);
  });

  test("may everywhere do no more than look", () => {
    const unlimited = Object.values(statements()).filter(({ resources }) => resources.includes("*"));
    expect(unlimited.flatMap(({ actions }) => actions).filter((action) => !/:(Describe|Get|List)/.test(action))).toEqual([]);
  });

  test("is taken on by the service account that the release makes", () => {
    const stack = awsStack();
    new LoadBalancerControllerRole(stack, "role", { cluster, network, name: "shop-prod-load-balancers" });
    expect(resourceOf(stack, "aws_eks_pod_identity_association")).toMatchObject({ namespace: "kube-system", service_account: "aws-load-balancer-controller" });
    expect(resourceOf(stack, "aws_iam_role")["name"]).toBe("shop-prod-load-balancers");
  });
});

describe("LoadBalancerController", () => {
  test("installs the pinned chart into kube-system, with the role's service account", () => {
    const stack = new TerraformStack(Testing.app(), "production-platform");
    const controller = new LoadBalancerController(stack, "load-balancer-controller", { cluster, network, region: "eu-central-1" });
    const release = JSON.parse(Testing.synth(stack)).resource.helm_release["load-balancer-controller"];
    expect(release).toMatchObject({
      name: "aws-load-balancer-controller",
      namespace: "kube-system",
      repository: "https://aws.github.io/eks-charts",
      version: "3.5.0",
    });
    expect(release.values[0]).toContain('"serviceAccount" = {"create" = true, "name" = "aws-load-balancer-controller"}');
    expect(controller.ingressClass).toBe("alb");
  });
});
