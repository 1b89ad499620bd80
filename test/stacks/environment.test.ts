import { SEED, synthesize as synthesizeAll, type Asked } from "../support/synthesize";

type Json = Record<string, Record<string, Record<string, Record<string, unknown>>>>;

/** The Terraform JSON of each stack that these demands lead to. */
const synthesize = (demands: readonly Asked[], settings?: object) => synthesizeAll(demands, settings).stacks as Record<string, Json>;

const types = (stack: Json | undefined) => Object.keys(stack?.["resource"] ?? {});
const only = (stack: Json | undefined, type: string): Record<string, any> => Object.values(stack?.["resource"]?.[type] ?? {})[0] as Record<string, any>;

describe("the stacks of an environment", () => {
  const stacks = synthesize(SEED);
  const { production, "production-platform": platform } = stacks;

  test("are one on AWS and one on the cluster", () => {
    expect(Object.keys(stacks)).toEqual(["production", "production-platform"]);
    expect(types(production).every((type) => type.startsWith("aws_"))).toBe(true);
    expect(types(platform).every((type) => /^(kubernetes|helm)_/.test(type))).toBe(true);
  });

  test("have addresses that people can read", () => {
    expect(Object.keys(production?.["resource"]?.["aws_subnet"] ?? {})).toEqual([
      "network_public-a", "network_public-b", "network_public-c", "network_private-a", "network_private-b", "network_private-c", "network_data-a", "network_data-b", "network_data-c",
    ]);
    expect(Object.keys(platform?.["resource"]?.["kubernetes_deployment_v1"] ?? {})).toEqual(["api_deployment"]);
  });

  test("keep their state beside the project, by a path that names no machine", () => {
    expect((production as any).terraform.backend.local.path).toBe("../../../terraform.production.tfstate");
    expect(JSON.stringify((platform as any).data.terraform_remote_state)).toContain('"path":"../../../terraform.production.tfstate"');
  });

  test("name the cluster, its nodes and the registry as configured", () => {
    expect(only(production, "aws_eks_cluster")["name"]).toBe("specweave-prod");
    expect(only(production, "aws_eks_node_group")).toMatchObject({ node_group_name: "specweave-workers", scaling_config: { min_size: 2, desired_size: 3, max_size: 10 } });
    expect(only(production, "aws_ecr_repository")["name"]).toBe("specweave-api");
  });

  test("tag every resource that takes tags with the increment, and with project and environment through the provider", () => {
    const untagged = Object.entries(production?.["resource"] ?? {}).flatMap(([type, byId]) =>
      Object.entries(byId).filter(([, config]) => config["tags"] && (config["tags"] as Record<string, string>)["Increment"] !== "0012-production-infrastructure").map(([id]) => `${type}.${id}`),
    );
    expect(untagged).toEqual([]);
    expect((production as any).provider.aws[0].default_tags).toEqual([{ tags: { Project: "specweave", Environment: "production", ManagedBy: "phaseline" } }]);
  });

  test("reach the cluster with a token of the moment, which nothing stores", () => {
    const { kubernetes, helm } = (platform as any).provider;
    expect(kubernetes[0].exec[0]).toMatchObject({ command: "aws", args: ["eks", "get-token", "--cluster-name", "specweave-prod", "--region", "us-east-1"] });
    expect(helm[0].kubernetes.exec).toMatchObject({ command: "aws" });
    expect(JSON.stringify([kubernetes, helm])).not.toContain('"token"');
  });

  test("hold an API with no autoscaler to its number of replicas", () => {
    const fixed = synthesize([["workload", { replicas: 4 }]])["production-platform"];
    expect(only(fixed, "kubernetes_deployment_v1")["spec"].replicas).toBe("4");
    expect(types(fixed)).not.toContain("kubernetes_horizontal_pod_autoscaler_v2");
  });

  test("are a network alone when only a network is demanded", () => {
    const alone = synthesize([["network", { cidr: "10.9.0.0/16" }]]);
    expect(Object.keys(alone)).toEqual(["production"]);
    expect(only(alone["production"], "aws_vpc")["cidr_block"]).toBe("10.9.0.0/16");
    expect(types(alone["production"])).not.toContain("aws_nat_gateway");
    expect(types(alone["production"])).not.toContain("aws_eks_cluster");
  });

  test("are none when nothing is demanded", () => {
    expect(synthesize([])).toEqual({});
  });

  test("let the pipeline tunnel to the cluster, unless it is told that it reaches it", () => {
    const policies = (stack: Json | undefined) => JSON.stringify((stack as any)["data"]["aws_iam_policy_document"]);
    expect(policies(production)).toContain("ssm:StartSession");
    expect(policies(synthesize(SEED, { pipeline: { reach: "direct" } })["production"])).not.toContain("ssm:StartSession");
  });
});
