import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, S3Backend, TerraformStack } from "cdktf";
import { DEFAULTS, PHASE_DEFAULTS, ScaleFoundation, type ScaleFoundationProps, ScalePhase, type ScalePhaseProps, ScalePlatform, type ScalePlatformProps } from "../../lib/constructs/scale-phase";
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
    expect(associations).toEqual(expect.arrayContaining(["aws-load-balancer-controller", "cluster-autoscaler", "external-dns", "external-secrets"]));
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
      "external-dns",
      "external-secrets",
      "metrics-server",
    ]);
  });

  test("takes the Ingress away before the controller that must end it, and secrets before their operator", () => {
    const { kubernetes } = usual();
    const [ingress] = Object.values<any>(kubernetes.resource["kubernetes_ingress_v1"]!);
    expect(ingress.depends_on).toEqual([expect.stringMatching(/^helm_release\.shop_load-balancer-controller/), expect.stringMatching(/^kubernetes_namespace_v1\.shop_api_namespace/), expect.stringMatching(/^terraform_data\.shop_external-dns_farewell/)]);
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

describe("ScalePhase", () => {
  const phase = (given: Partial<ScalePhaseProps> = {}) => {
    const app = new App();
    const made = new ScalePhase(app, "production", { name: "shop-prod", region: "eu-central-1", endpoint, delivery: { kind: "pipeline" }, ...given });
    for (const stack of [made.foundationStack, made.platformStack]) stack.prepareStack();
    const read = (stack: TerraformStack) => JSON.parse(JSON.stringify(stack.toTerraform()));
    return { ...made, aws: read(made.foundationStack), kubernetes: read(made.platformStack) };
  };

  test("is both parts, in two stacks of an app, where those of the earlier phase stood", () => {
    const both = phase({ partId: "shop" });
    const { aws, kubernetes } = usual();
    expect(both.aws.resource).toEqual(aws.resource);
    expect(both.kubernetes.resource).toEqual(kubernetes.resource);
    expect([both.foundationStack.node.path, both.platformStack.node.path]).toEqual(["production", "production-platform"]);
  });

  test("deploys AWS first, and takes it away last", () => {
    const { foundationStack, platformStack } = phase();
    expect(platformStack.dependencies).toEqual([foundationStack]);
    expect(foundationStack.dependencies).toEqual([]);
  });

  test("gives each stack the backend that is asked for, and AWS what its provider is told", () => {
    const { aws, kubernetes } = phase({
      aws: { defaultTags: [{ tags: { Team: "shop" } }] },
      backend: (stack) => void new S3Backend(stack, { bucket: "states", key: stack.node.id, region: "eu-central-1", encrypt: true }),
    });
    expect([aws, kubernetes].map(({ terraform }) => terraform.backend.s3.key)).toEqual(["production", "production-platform"]);
    expect(aws.provider.aws).toEqual([{ region: "eu-central-1", default_tags: [{ tags: { Team: "shop" } }] }]);
    expect(kubernetes.provider.aws).toBeUndefined();
  });

  test("reads the credentials of a private repository on AWS, and nothing else from the cluster's stack", () => {
    const { kubernetes } = phase({ delivery: { kind: "gitops", repoUrl: "https://github.com/example/shop.git", credentials: { secretId: "shop/argo-cd" } } });
    expect(kubernetes.provider.aws).toEqual([{ region: "eu-central-1" }]);
  });

  test("lets pods read further secrets, by one list for the role and for the copies", () => {
    const encryptionKey = { keyArn: "arn:aws:kms:eu-central-1:123456789012:key/1" };
    const { aws, kubernetes } = phase({ secrets: [{ name: "mail", secretArn: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mail", encryptionKey }] });
    expect(JSON.stringify(aws.data.aws_iam_policy_document)).toContain("secret:mail");
    expect(releases(kubernetes)["application-secrets"].values[0]).toContain('"name" = "mail"');
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/scale-phase.ts", "ScalePhaseProps")).toEqual(PHASE_DEFAULTS);
  });
});

describe("ScalePlatform, where the zone of its name is known,", () => {
  test("leads the name to the load balancer, and takes the record away before external-dns goes", () => {
    const { kubernetes } = usual();
    expect(releases(kubernetes)["external-dns"].values[0]).toContain('"zone-id-filter" = "Z0123456789ABCDEFGHIJ"');
    const [ingress] = Object.values<any>(kubernetes.resource["kubernetes_ingress_v1"]!);
    expect(ingress.depends_on).toContainEqual(expect.stringMatching(/^terraform_data\.shop_external-dns_farewell/));
  });

  test("leaves the name alone where only a certificate is given", () => {
    const { aws, kubernetes, platform } = scale({ endpoint: { kind: "certificate", certificateArn: "arn:aws:acm:eu-central-1:123456789012:certificate/0" } });
    expect(platform.externalDns).toBeUndefined();
    expect(Object.keys(releases(kubernetes))).not.toContain("external-dns");
    expect(Object.values<any>(aws.resource["aws_eks_pod_identity_association"]!).map((association) => association.service_account)).not.toContain("external-dns");
  });
});
