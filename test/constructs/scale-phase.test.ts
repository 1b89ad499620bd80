import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { DEFAULTS, ScaleFoundation, type ScaleFoundationProps, ScalePlatform, type ScalePlatformProps } from "../../lib/constructs/scale-phase";
import { documentedDefaults } from "../support/documented-defaults";

const endpoint = { kind: "domain", domainName: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" } as const;

function scale(foundationProps: Partial<ScaleFoundationProps> = {}, platformProps: Partial<ScalePlatformProps> = {}) {
  const app = new App();
  const aws = new TerraformStack(app, "production");
  new AwsProvider(aws, "aws", { region: "eu-central-1" });
  const foundation = new ScaleFoundation(aws, "shop", { name: "shop-prod", endpoint, ...foundationProps });
  const kubernetes = new TerraformStack(app, "production-platform");
  const platform = new ScalePlatform(kubernetes, "shop", { foundation, region: "eu-central-1", delivery: { kind: "pipeline" }, ...platformProps });
  for (const stack of [aws, kubernetes]) stack.prepareStack();
  const read = (stack: TerraformStack) => JSON.parse(JSON.stringify(stack.toTerraform())) as { resource: Record<string, Record<string, any>>; provider: any; ephemeral?: any };
  return { foundation, platform, aws: read(aws), kubernetes: read(kubernetes) };
}
/** With nothing but what must be given; made once, since it is hundreds of constructs. */
let made: ReturnType<typeof scale> | undefined;
const usual = () => (made ??= scale());
const releases = ({ resource }: { resource: Record<string, Record<string, any>> }) =>
  Object.fromEntries(Object.values(resource["helm_release"]!).map((release: any) => [release.name, release]));

describe("ScaleFoundation", () => {
  test("has a way out in each zone, since 99.95 % leaves no room for one that is lost", () => {
    const { aws } = usual();
    expect(Object.keys(aws.resource["aws_nat_gateway"]!)).toHaveLength(3);
  });

  test("keeps the data where the earlier phases had it", () => {
    const { aws } = usual();
    expect(Object.keys(aws.resource["aws_kms_key"]!)).toEqual(["data"]);
    expect(Object.keys(aws.resource["aws_rds_cluster"]!)).toEqual(["database"]);
    expect(Object.keys(aws.resource["aws_secretsmanager_secret"]!)).toEqual(["database-password", "database-settings"]);
  });

  test("lets the nodes' group reach the database, and the secrets' reader read its settings", () => {
    const { aws } = usual();
    expect(Object.values(aws.resource["aws_vpc_security_group_ingress_rule"]!)).toContainEqual(
      expect.objectContaining({ from_port: 5432, description: "PostgreSQL from shop-prod-cluster" }),
    );
    const associations = Object.values(aws.resource["aws_eks_pod_identity_association"]!).map((association: any) => association.service_account);
    expect(associations).toEqual(expect.arrayContaining(["aws-load-balancer-controller", "cluster-autoscaler", "external-secrets"]));
  });

  test("gives a pipeline images to push, and the cluster only where it is asked for", () => {
    const push = scale({ pipeline: { repository: "example/shop" } }).aws.resource;
    expect(Object.keys(push["aws_eks_access_entry"]!)).toHaveLength(1);
    const both = scale({ pipeline: { repository: "example/shop", kubectl: true } }).aws.resource;
    expect(Object.values(both["aws_eks_access_policy_association"]!)).toContainEqual(
      expect.objectContaining({ access_scope: { type: "namespace", namespaces: ["specweave"] } }),
    );
  });

  test("does without a database, and then without External Secrets", () => {
    const { aws, platform } = scale({ database: "none" });
    expect(aws.resource).not.toHaveProperty("aws_rds_cluster");
    expect(platform.externalSecrets).toBeUndefined();
  });

  test("takes a network that is there", () => {
    const network = { vpcId: "vpc-1", vpcCidr: "10.1.0.0/16", publicSubnetIds: ["a", "b"], privateSubnetIds: ["c", "d"], dataSubnetIds: ["e", "f"] };
    const { aws, foundation } = scale({ network });
    expect(aws.resource).not.toHaveProperty("aws_vpc");
    expect(foundation.publicCidrs).toEqual(["10.1.0.0/16"]);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/scale-phase.ts", "ScaleFoundationProps")).toEqual({ secrets: [], namespace: "specweave", alarmEmails: [], deletionProtection: true });
    expect(documentedDefaults("lib/constructs/scale-phase.ts", "ScalePipeline")).toEqual({ environment: DEFAULTS.environment, kubectl: DEFAULTS.kubectl });
  });
});

describe("ScalePlatform", () => {
  test("connects with a token of the one who applies, and stores none", () => {
    const { kubernetes } = usual();
    expect(kubernetes.provider.kubernetes[0].exec).toEqual([
      { api_version: "client.authentication.k8s.io/v1beta1", command: "aws", args: ["eks", "get-token", "--cluster-name", expect.stringContaining("terraform_remote_state"), "--region", "eu-central-1"] },
    ]);
    expect(kubernetes.provider.helm[0].kubernetes.exec.command).toBe("aws");
    expect(scale({}, { connect: false }).kubernetes).not.toHaveProperty("provider");
  });

  test("installs what nodes, load balancers, secrets and the autoscaler of pods need", () => {
    expect(Object.keys(releases(usual().kubernetes)).sort()).toEqual([
      "application-secrets",
      "aws-load-balancer-controller",
      "cluster-autoscaler",
      "external-secrets",
      "metrics-server",
    ]);
  });

  test("takes the Ingress away before the controller that must end it, and secrets before their operator", () => {
    const { kubernetes } = usual();
    const [ingress] = Object.values<any>(kubernetes.resource["kubernetes_ingress_v1"]!);
    expect(ingress.depends_on).toEqual([expect.stringMatching(/^helm_release\.shop_load-balancer-controller/), expect.stringMatching(/^kubernetes_namespace_v1\.shop_api_namespace/)]);
    expect(releases(kubernetes)["application-secrets"].depends_on).toEqual([
      expect.stringMatching(/^helm_release\.shop_external-secrets/),
      expect.stringMatching(/^kubernetes_namespace_v1\.shop_api_namespace/),
    ]);
  });

  test("leads the domain to the application with the certificate of the part on AWS", () => {
    const [ingress] = Object.values<any>(usual().kubernetes.resource["kubernetes_ingress_v1"]!);
    expect(ingress.metadata.annotations["alb.ingress.kubernetes.io/certificate-arn"]).toMatch(/^\$\{data\.terraform_remote_state\./);
    expect(ingress.spec.rule[0].host).toBe("api.example.com");
  });

  test("gives the application the database's settings as a Secret that Terraform never sees", () => {
    const { kubernetes } = usual();
    const [deployment] = Object.values<any>(kubernetes.resource["kubernetes_deployment_v1"]!);
    expect(deployment.spec.template.spec.container[0].env_from).toEqual([{ secret_ref: { name: "database" } }]);
    expect(kubernetes.resource).not.toHaveProperty("kubernetes_secret_v1");
  });

  test("lets in the load balancer's subnets, and out to the database's", () => {
    const policies = Object.values<any>(usual().kubernetes.resource["kubernetes_network_policy_v1"]!);
    const cidrs = (name: string, way: "ingress" | "egress", end: "from" | "to") =>
      policies.find(({ metadata }) => metadata.name === name).spec[way][0][end].map((peer: any) => peer.ip_block.cidr);
    expect(cidrs("allow-from-load-balancer", "ingress", "from")).toEqual(["10.0.128.0/22", "10.0.132.0/22", "10.0.136.0/22"]);
    expect(cidrs("allow-to-database", "egress", "to")).toEqual(["10.0.144.0/24", "10.0.145.0/24", "10.0.146.0/24"]);
  });

  test("leaves the Deployment to Argo CD, and the namespace at the address that it had", () => {
    const { kubernetes, platform } = scale({}, { delivery: { kind: "gitops", repoUrl: "https://github.com/example/shop.git" } });
    expect(kubernetes.resource).not.toHaveProperty("kubernetes_deployment_v1");
    expect(platform.application).toBeUndefined();
    const address = (stack: typeof kubernetes) => Object.keys(stack.resource["kubernetes_namespace_v1"]!).find((id) => id.startsWith("shop_api_namespace"));
    expect(address(kubernetes)).toBe(address(usual().kubernetes));
    const application = releases(kubernetes)["api-gitops"].values[0];
    expect(application).toContain('"environmentSecrets" = ["database"]');
    expect(application).toContain('"ingress" = {"enabled" = false}');
    expect(kubernetes.resource["kubernetes_ingress_v1"]).toBeDefined();
  });
});
