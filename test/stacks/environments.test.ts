import { parse } from "yaml";
import { INCREMENT, layerOf, SEED, synthesizeEnvironments, type Asked } from "../support/synthesize";

const BOTH: Asked = ["environments", { names: ["staging", "production"] }];
const FLEET: readonly Asked[] = [["load-balancer", { type: "application" }], ["compute", { instances: 3 }], ["pipeline", {}]];
const synthesize = (demands: readonly Asked[], settings: object = {}) => synthesizeEnvironments([layerOf(INCREMENT, [...demands, BOTH])], { plainHttp: true, ...settings });

describe("several environments", () => {
  const [staging, production] = synthesize(SEED);

  test("have stacks of their own, called after them", () => {
    expect(Object.keys(staging!.stacks)).toEqual(["staging", "staging-platform"]);
    expect(Object.keys(production!.stacks)).toEqual(["production", "production-platform"]);
  });

  test("share what an account has once: the images, and GitHub's provider of identities", () => {
    const [ofStaging, ofProduction] = [staging!.stacks["staging"]!.resource!, production!.stacks["production"]!.resource!];
    expect(Object.keys(ofProduction)).toEqual(expect.arrayContaining(["aws_ecr_repository", "aws_iam_openid_connect_provider"]));
    expect(Object.keys(ofStaging)).not.toEqual(expect.arrayContaining(["aws_ecr_repository"]));
    expect(Object.keys(ofStaging)).not.toContain("aws_iam_openid_connect_provider");
    const output = staging!.stacks["staging"]!["output"] as Record<string, { value: string }>;
    expect(output["repository_url"]?.value).toBe("${data.aws_caller_identity.aws-account_identity.account_id}.dkr.ecr.us-east-1.amazonaws.com/specweave-api");
  });

  test("have nothing else of the same name", () => {
    const names = (stacks: object) =>
      Object.values(stacks).flatMap(({ resource = {} }: any) => Object.entries<any>(resource).filter(([type]) => type.startsWith("aws_")).flatMap(([type, all]) => Object.values<any>(all).map(({ name, alias }) => `${type} ${name ?? alias}`)))
        // Of its role or cluster; whose are its own.
        .filter((name) => !/undefined|aws_iam_role_policy |aws_eks_node_group|\$\{/.test(name));
    const both = names(staging!.stacks).filter((name) => names(production!.stacks).includes(name));
    expect(both).toEqual([]);
  });

  test("are deployed to one after the other, by one workflow that builds once", () => {
    const { jobs } = parse(production!.artifacts[".github/workflows/deploy.yml"]!);
    expect(Object.keys(jobs)).toEqual(["deploy-staging", "deploy"]);
    expect(jobs["deploy-staging"]).toMatchObject({ environment: "staging", env: { CLUSTER: "specweave-staging", ECR_REPOSITORY: "specweave-api" } });
    expect(jobs.deploy).toMatchObject({ needs: "deploy-staging", environment: "production", env: { CLUSTER: "specweave-prod", ECR_REPOSITORY: "specweave-api" } });
    // What is in the repository already is not built again.
    expect(jobs.deploy.steps.find(({ name }: { name: string }) => name === "Build and push the image").if).toBe("steps.built.outputs.found == 'false'");
  });

  test("are deployed to by Argo CD from a file of each", () => {
    const made = synthesize([...SEED, ["gitops", {}]]);
    const workflow = parse(made[1]!.artifacts[".github/workflows/deploy.yml"]!);
    expect(workflow.on.push["paths-ignore"]).toEqual(["deploy/staging/image.yaml", "deploy/production/image.yaml"]);
    expect(Object.entries<any>(workflow.jobs).map(([id, { needs, environment, env }]) => [id, needs, environment, env.IMAGE_FILE])).toEqual([
      ["build", undefined, "staging", undefined],
      ["release-staging", "build", "staging", "deploy/staging/image.yaml"],
      ["release", "release-staging", "production", "deploy/production/image.yaml"],
    ]);
    made.forEach(({ stacks, subject: { environment } }) => {
      expect(JSON.stringify((stacks[`${environment}-platform`]!.resource as any).helm_release)).toContain(`/deploy/${environment}/image.yaml`);
    });
  });

  test("are deployed to as fleets, too", () => {
    const [, last] = synthesize(FLEET);
    const { jobs } = parse(last!.artifacts[".github/workflows/deploy.yml"]!);
    expect(Object.values<any>(jobs).map(({ env }) => env.GROUP)).toEqual(["specweave-staging", "specweave-production"]);
  });

  test("have a workflow each where their branches differ", () => {
    const layer = layerOf(INCREMENT, [...SEED.filter(([kind]) => kind !== "pipeline"), BOTH, ["pipeline", { branch: "develop" }], ["environments", { names: ["staging"] }], ["pipeline", { branch: "main" }], ["environments", { names: ["production"] }]]);
    const origins = layer.demands.map(({ origin }) => origin);
    // "Staging deploys from develop", "Production deploys from main".
    const demands = layer.demands.map(({ demand }, index) => ({ demand, origin: origins[index === 6 ? 5 : index === 8 ? 7 : index]! }));
    const [, last] = synthesizeEnvironments([{ ...layer, demands }]);
    const branches = Object.entries(last!.artifacts).filter(([path]) => path.startsWith(".github")).map(([path, text]) => [path, parse(text).on.push.branches[0]]);
    expect(branches).toEqual([
      [".github/workflows/deploy-staging.yml", "develop"],
      [".github/workflows/deploy.yml", "main"],
    ]);
  });
});
