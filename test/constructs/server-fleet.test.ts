import { GithubDeployRole } from "../../lib/constructs/github-deploy-role";
import { SecurityGroup } from "../../lib/constructs/security-group";
import { DEFAULTS, ServerFleet, type ServerFleetProps } from "../../lib/constructs/server-fleet";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

const network = { vpcId: "vpc-1", privateSubnetIds: ["subnet-a", "subnet-b", "subnet-c"] };
const registry = { repositoryName: "shop-api", repositoryArn: "arn:repository", repositoryUrl: "registry/shop-api" };
const loadBalancer = {
  securityGroup: { securityGroupId: "sg-lb", groupName: "lb" },
  targetGroupArn: "arn:targets",
  targetPort: 3000,
  healthCheckPath: "/health",
  deregistrationDelaySeconds: 30,
  ready: [],
};

function synthesized(props: Partial<ServerFleetProps> = {}, then: (fleet: ServerFleet) => void = () => {}): Synthesized {
  const stack = emptyStack();
  then(new ServerFleet(stack, "fleet", { network, loadBalancer, registry, name: "shop-prod", encryptionKey: { keyArn: "arn:key" }, ...props }));
  return new Synthesized(stack);
}

describe("ServerFleet", () => {
  test("without further props is what its defaults say", () => {
    expect(synthesized().resources("aws_launch_template")).toEqual(synthesized({ ...DEFAULTS }).resources("aws_launch_template"));
  });

  test("is three instances over the zones that the load balancer finds healthy, and never all replaced at once", () => {
    expect(synthesized().resource("aws_autoscaling_group")).toMatchObject({
      min_size: 2,
      desired_capacity: 3,
      max_size: 6,
      vpc_zone_identifier: ["subnet-a", "subnet-b", "subnet-c"],
      health_check_type: "ELB",
      target_group_arns: ["arn:targets"],
      instance_maintenance_policy: { min_healthy_percentage: 100, max_healthy_percentage: 150 },
      instance_refresh: { strategy: "Rolling", preferences: { min_healthy_percentage: 100, max_healthy_percentage: 150, auto_rollback: true } },
    });
  });

  test("keeps its number where nothing scales, and leaves it alone where something does", () => {
    expect(synthesized().resources("aws_autoscaling_policy")).toEqual({});
    expect(synthesized().resource("aws_autoscaling_group").lifecycle?.ignore_changes ?? []).toEqual([]);
    const scaling = synthesized({ size: { min: 2, desired: 2, max: 10 }, scaling: { cpuTargetPercent: 70 } });
    expect(scaling.resource("aws_autoscaling_group").lifecycle.ignore_changes).toEqual(["desired_capacity"]);
    expect(scaling.resource("aws_autoscaling_policy")).toMatchObject({
      policy_type: "TargetTrackingScaling",
      target_tracking_configuration: { target_value: 70, predefined_metric_specification: { predefined_metric_type: "ASGAverageCPUUtilization" } },
    });
  });

  test("asks for tokens of the metadata service, which containers do not reach unless they are to use the role", () => {
    expect(synthesized().resource("aws_launch_template").metadata_options).toMatchObject({ http_tokens: "required", http_put_response_hop_limit: 1 });
    expect(synthesized({ containersUseRole: true }).resource("aws_launch_template").metadata_options.http_put_response_hop_limit).toBe(2);
  });

  test("encrypts its volumes and has no key pair and no public address", () => {
    const template = synthesized().resource("aws_launch_template");
    expect(template.block_device_mappings[0].ebs).toMatchObject({ encrypted: "true", kms_key_id: "arn:key", volume_type: "gp3" });
    expect(template).not.toHaveProperty("key_name");
    expect(template).not.toHaveProperty("network_interfaces");
  });

  test("leaves the release to the pipeline", () => {
    expect(synthesized().resources("aws_ssm_parameter")["fleet/release"]).toMatchObject({ name: "/shop-prod/release", insecure_value: "none", lifecycle: { ignore_changes: ["value", "insecure_value"] } });
  });

  test("opens its port to the load balancer and goes out by HTTPS, and nothing else", () => {
    const stack = synthesized();
    expect(Object.keys(stack.resources("aws_vpc_security_group_ingress_rule"))).toEqual(["fleet/security-group/from-lb-3000"]);
    expect(Object.keys(stack.resources("aws_vpc_security_group_egress_rule"))).toEqual(["fleet/security-group/to-internet-443"]);
  });

  test("takes the image of its architecture", () => {
    const image = (instanceType: string) => synthesized({ instanceType }).dataSources("aws_ssm_parameter")["fleet/image"]!["name"];
    expect(image("t4g.small")).toBe("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64");
    expect(image("c7gn.large")).toMatch(/arm64$/);
    expect(image("m7i.large")).toBe("/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64");
    expect(synthesized({ imageId: "ami-1" }).resource("aws_launch_template").image_id).toBe("ami-1");
  });

  test("uses a database and secrets: reaches, reads, and is told of them", () => {
    const seen: unknown[] = [];
    const settings = { secretArn: "arn:database", grantRead: (reader: unknown) => seen.push(reader) };
    const stack = synthesized({}, (fleet) => {
      fleet.useDatabase({ settings, allowFrom: (peer) => seen.push(peer) });
      fleet.useSecret("MAIL", { secretArn: "arn:mail", grantRead: (reader) => seen.push(reader) });
      expect(seen).toEqual([fleet, fleet, fleet]);
      expect(errorOf(() => fleet.useSecret("MAIL", settings)).message).toBe('stack/fleet: the prefix "MAIL" is taken, or is not of capital letters, digits and underscores.\n    → Choose another.');
    });
    expect(stack.resources("aws_ssm_parameter")["fleet/settings"]!["insecure_value"]).toBe(
      '${jsonencode({"repository_url" = "registry/shop-api", "release_parameter" = "/shop-prod/release", "target_group_arn" = "arn:targets", "database_secret_arn" = "arn:database", "secrets" = [{"prefix" = "MAIL", "arn" = "arn:mail"}]})}',
    );
  });

  test("lets a pipeline send one document to its own instances, and nothing else", () => {
    const stack = synthesized({}, (fleet) => fleet.allowDeploy(new GithubDeployRole(fleet.node.scope!, "role", { repository: "a/b", subject: { environment: "production" }, name: "deploy" })));
    const sends = stack.statements("role/deploy-to-fleet-permissions").filter(({ actions }) => actions.includes("ssm:SendCommand"));
    expect(sends).toHaveLength(2);
    expect(sends[0]!["resources"]).toEqual([expect.stringMatching(/^\$\{aws_ssm_document\./)]);
    expect(sends[1]).toMatchObject({ condition: [{ variable: "ssm:resourceTag/aws:autoscaling:groupName", values: ["shop-prod"] }] });
  });

  test("has a document that takes an image and nothing that a shell could read", () => {
    const content = JSON.parse(JSON.parse(/^\$\{(".*")\}$/s.exec(synthesized().resource("aws_ssm_document").content)![1]!)) as any;
    expect(content.mainSteps[0].inputs.runCommand).toEqual(["/opt/app/app deploy '{{ Image }}'"]);
    const allowed = new RegExp(content.parameters.Image.allowedPattern);
    expect(allowed.test("123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop-api:0123abcd")).toBe(true);
    for (const image of ["x'; reboot; '", "$(reboot)", "a b", "a\nb", ""]) expect(allowed.test(image)).toBe(false);
  });

  test("lets a monitoring host read the metrics", () => {
    const stack = emptyStack();
    const fleet = new ServerFleet(stack, "fleet", { network, loadBalancer, registry, name: "shop-prod", encryptionKey: { keyArn: "arn:key" }, nodeExporter: true });
    fleet.allowMetrics(new SecurityGroup(stack, "host", { network, name: "host", description: "A host" }), { nodeExporter: true, application: false });
    expect(Object.keys(new Synthesized(stack).resources("aws_vpc_security_group_ingress_rule"))).toContain("fleet/security-group/from-host-9100");
  });

  test("takes the sizes that are not given from those that are", () => {
    const sizes = (size: ServerFleetProps["size"]) => {
      const { min_size, desired_capacity, max_size } = synthesized({ size: size! }).resource("aws_autoscaling_group");
      return [min_size, desired_capacity, max_size];
    };
    expect([sizes({ desired: 1 }), sizes({ desired: 2 }), sizes({ desired: 5 }), sizes({ min: 3, max: 4 })]).toEqual([[1, 1, 6], [2, 2, 6], [2, 5, 10], [3, 3, 4]]);
  });

  const rest = "a deployment takes one instance out of service at a time";
  test.each<[string, Partial<ServerFleetProps>, string]>([
    ["sizes are out of order", { size: { min: 4, desired: 3, max: 6 } }, "stack/fleet: size is 4 to 6, 3 to begin with; min is the least of them and max the most.\n    → Put them in order."],
    ["there is no room to deploy", { size: { min: 3, desired: 3, max: 3 } }, `stack/fleet: size is 3 to 3, 3 to begin with; ${rest}, and needs room below or above.\n    → Lower min, or raise max, by one at least.`],
    ["there is no way out", { network: { ...network, natGateways: "none" } }, 'stack/fleet: the private subnets of the network have no way out (natGateways is "none"), and a first boot gets Docker and images from there.\n    → Give the network natGateways "one" or "per-az".'],
    ["the application cannot be written down", { application: { cpus: 0 } }, "stack/fleet: its user data cannot be made.\n    → composeApplication: 1 value cannot be used.\n  - cpus is 0: it must be a number from 0.01 to 1024. Choose one."],
    ["the target makes no sense", { scaling: { cpuTargetPercent: 95 } }, "stack/fleet: scaling.cpuTargetPercent is 95; below 10 it never scales in, above 90 it scales out too late.\n    → Give a number from 10 to 90."],
  ])("throws when %s", (_, props, message) => {
    expect(errorOf(() => synthesized(props)).message).toBe(message);
  });

  const bucket = { environment: { FILES_BUCKET_NAME: "files-1" }, statements: [{ actions: ["s3:GetObject"], resources: ["arn:files/*"] }] };

  test("tells the application of services in its settings, and lets the role of its instances use them", () => {
    const asked: string[] = [];
    const cache = { environment: { REDIS_HOST: "cache" }, statements: [], allowFrom: ({ securityGroup }: { securityGroup: { groupName: string } }) => void asked.push(securityGroup.groupName) };
    const stack = synthesized({ containersUseRole: true }, (fleet) => fleet.useServices([bucket, cache]));
    expect(stack.resources("aws_ssm_parameter")["fleet/settings"]?.["insecure_value"]).toMatch(/environment\W+AWS_REGION\W.*FILES_BUCKET_NAME\W+files-1\W+REDIS_HOST\W+cache/);
    expect(stack.statements("fleet/may-use-services")).toEqual([expect.objectContaining({ actions: ["s3:GetObject"], resources: ["arn:files/*"] })]);
    expect(stack.resource("aws_autoscaling_group").depends_on).toContain(stack.address("fleet/services"));
    expect(asked).toEqual(["shop-prod-fleet"]);
  });

  test.each<[string, Partial<ServerFleetProps>, (fleet: ServerFleet) => void, string]>([
    [
      "its containers have no credentials to use a service with",
      {},
      (fleet) => fleet.useServices([bucket]),
      "stack/fleet: its containers get no credentials of AWS, without which they can use no service.\n    → Give the fleet `containersUseRole: true`: containers then have the rights of the instance's role.",
    ],
    ["services are given twice", { containersUseRole: true }, (fleet) => [1, 2].forEach(() => fleet.useServices([bucket])), "stack/fleet: it uses services already.\n    → Name all of them in one call."],
    [
      "two services have a variable in common",
      { containersUseRole: true },
      (fleet) => fleet.useServices([bucket, bucket]),
      "stack/fleet: two of the services that it uses have the variable FILES_BUCKET_NAME.\n    → Give one of them another name.",
    ],
  ])("throws when %s", (_, props, then, message) => {
    expect(errorOf(() => synthesized(props, then)).message).toBe(message);
  });
});
