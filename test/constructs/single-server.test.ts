import { GithubDeployRole } from "../../lib/constructs/github-deploy-role";
import { PostgresInstance } from "../../lib/constructs/postgres-instance";
import { DEFAULTS, SingleServer, type SingleServerProps, SSH_DEFAULTS } from "../../lib/constructs/single-server";
import { Construct } from "constructs";
import type { TerraformStack } from "cdktf";
import { documentedDefaults } from "../support/documented-defaults";
import { awsStack, messageOf, resourceOf, resourcesOf, synthesized } from "../support/synth";

const network = { vpcId: "vpc-1", publicSubnetIds: ["subnet-1", "subnet-2"], dataSubnetIds: ["subnet-3", "subnet-4"] };
const encryptionKey = { keyArn: "arn:aws:kms:us-east-1:123456789012:key/1" };
const publicKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl me@example.com";

function server(stack: TerraformStack, props: Partial<SingleServerProps> = {}): SingleServer {
  return new SingleServer(stack, "web", { network, encryptionKey, name: "shop-prod-server", application: { repository: "acme/shop" }, ...props });
}

function ingress(stack: TerraformStack): string[] {
  return resourcesOf(stack, "aws_vpc_security_group_ingress_rule").map(({ from_port, cidr_ipv4, prefix_list_id }) => `${from_port} ${cidr_ipv4 ?? prefix_list_id}`);
}

describe("SingleServer", () => {
  test("is one instance that no newer image, script or key replaces", () => {
    const stack = awsStack();
    server(stack);
    expect(synthesized(stack)["resource"].aws_instance.server).toEqual({
      ami: expect.stringMatching(/^\$\{data\.aws_ssm_parameter\.web_image_\w+\.insecure_value\}$/),
      instance_type: "t4g.small",
      subnet_id: "subnet-1",
      vpc_security_group_ids: [expect.stringContaining("aws_security_group.")],
      iam_instance_profile: expect.stringContaining("aws_iam_instance_profile."),
      user_data: expect.stringMatching(/^\$\{"#!\/bin\/bash\\n/),
      user_data_replace_on_change: false,
      metadata_options: { http_endpoint: "enabled", http_tokens: "required", http_put_response_hop_limit: 1, instance_metadata_tags: "disabled" },
      root_block_device: {
        volume_type: "gp3",
        volume_size: 20,
        encrypted: true,
        kms_key_id: encryptionKey.keyArn,
        delete_on_termination: true,
        tags: { Name: "shop-prod-server" },
      },
      credit_specification: { cpu_credits: "standard" },
      ebs_optimized: true,
      monitoring: false,
      disable_api_termination: true,
      tags: { Name: "shop-prod-server" },
      depends_on: [expect.stringContaining("aws_iam_role_policy_attachment.")],
      lifecycle: { ignore_changes: ["ami", "user_data", "key_name"], prevent_destroy: true },
    });
  });

  test.each([
    ["t4g.small", "arm64"],
    ["m7g.large", "arm64"],
    ["c7gn.large", "arm64"],
    ["t3.small", "x86_64"],
    ["m7i.large", "x86_64"],
  ])("starts %s with an image for %s", (instanceType, architecture) => {
    const stack = awsStack();
    server(stack, { instanceType });
    expect(resourceOf(stack, "aws_ssm_parameter", "data")["name"]).toBe(`/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-${architecture}`);
  });

  test("has an address that stays, known by the same name wherever the construct stands", () => {
    const addresses = [(stack: TerraformStack) => stack, (stack: TerraformStack) => new Construct(stack, "mvp")].map((place) => {
      const stack = awsStack();
      new SingleServer(place(stack), "web", { network, encryptionKey, name: "shop", application: { repository: "acme/shop" } });
      const { resource } = synthesized(stack);
      return [Object.keys(resource.aws_eip), Object.keys(resource.aws_instance)];
    });
    expect(addresses).toEqual([
      [["server"], ["server"]],
      [["server"], ["server"]],
    ]);
  });

  test("opens port 80 and no other, and lets out to the web only", () => {
    const stack = awsStack();
    server(stack);
    expect(ingress(stack)).toEqual(["80 0.0.0.0/0"]);
    expect(resourcesOf(stack, "aws_vpc_security_group_egress_rule").map(({ from_port }) => from_port)).toEqual([443, 80]);
    expect(resourcesOf(stack, "aws_key_pair")).toEqual([]);
  });

  test("lets out to the repository by SSH where a key reads it", () => {
    const stack = awsStack();
    server(stack, { application: { repository: "git@git.example.com:acme/shop.git" } });
    expect(resourcesOf(stack, "aws_vpc_security_group_egress_rule").map(({ from_port }) => from_port).sort()).toEqual([22, 443, 80]);
  });

  test("opens port 443 too when there is a domain, and lets its proof through from anywhere", () => {
    const stack = awsStack();
    const web = server(stack, { domain: "shop.example.com", fromCidrs: ["203.0.113.0/24"] });
    expect(ingress(stack).sort()).toEqual(["443 203.0.113.0/24", "80 0.0.0.0/0", "80 203.0.113.0/24"]);
    expect(web.url).toBe("https://shop.example.com");
  });

  test("opens SSH to the ranges that are named, and takes the public half of a key", () => {
    const stack = awsStack();
    server(stack, { ssh: { fromCidrs: ["203.0.113.7/32"], publicKey: `${publicKey}\n` } });
    expect(ingress(stack)).toContain("22 203.0.113.7/32");
    expect(resourceOf(stack, "aws_key_pair")).toMatchObject({ key_name_prefix: "shop-prod-server-", public_key: publicKey });
  });

  test("opens SSH to EC2 Instance Connect by AWS' own list of its ranges", () => {
    const stack = awsStack();
    server(stack, { ssh: { instanceConnect: true, keyName: "ops" } });
    expect(resourceOf(stack, "aws_ec2_managed_prefix_list", "data")["name"]).toMatch(/^com\.amazonaws\.\$\{data\.aws_region\.[^}]+\}\.ec2-instance-connect$/);
    expect(ingress(stack)).toContainEqual(expect.stringMatching(/^22 \$\{data\.aws_ec2_managed_prefix_list\.\w+-\w+\.id\}$|^22 \$\{data\.aws_ec2_managed_prefix_list/));
    expect(resourceOf(stack, "aws_key_pair", "data")["key_name"]).toBe("ops");
    expect(resourceOf(stack, "aws_instance")["key_name"]).toMatch(/^\$\{data\.aws_key_pair\..+\.key_name\}$/);
  });

  test.each(["0.0.0.0/0", "128.0.0.0/1"])("throws when SSH is opened to %s", (cidr) => {
    expect(messageOf(() => server(awsStack(), { ssh: { fromCidrs: ["203.0.113.7/32", cidr] } }))).toBe(
      `test/web: ssh.fromCidrs has ${cidr}: that is the internet, and all of it would knock at port 22.\n` +
        "    → Name the ranges that you log in from, or none and use Session Manager or instanceConnect. If it must be, say so: openToTheInternet: true.",
    );
  });

  test("opens SSH to the internet only when it is said in so many words", () => {
    const stack = awsStack();
    server(stack, { ssh: { fromCidrs: ["0.0.0.0/0"], openToTheInternet: true } });
    expect(ingress(stack)).toContain("22 0.0.0.0/0");
  });

  test("reaches its database, reads its settings, and waits for both before it starts", () => {
    const stack = awsStack();
    const database = new PostgresInstance(stack, "database", { network, encryptionKey, name: "shop-prod" });
    server(stack, { database });
    const { resource } = synthesized(stack);
    expect(resource.aws_instance.server.depends_on).toContain("aws_secretsmanager_secret_version.database-settings");
    expect(resource.aws_instance.server.user_data).toContain("readonly secret='${aws_secretsmanager_secret.database-settings.arn}'");
    expect(ingress(stack)).toContain("5432 undefined");
    expect(resourceOf(stack, "aws_iam_role_policy")["name"]).toBe("read-database-settings");
  });

  test("shows the shell what is the shell's", () => {
    const stack = awsStack();
    server(stack);
    // "$${" is how Terraform writes "${".
    expect(resourceOf(stack, "aws_instance")["user_data"]).toContain('rm -rf \\"$${release:?}\\"');
  });

  test("has no CPU credits where the type has none", () => {
    const stack = awsStack();
    server(stack, { instanceType: "m7g.medium" });
    expect(resourceOf(stack, "aws_instance")).not.toHaveProperty("credit_specification");
  });

  test("can be taken down on purpose, and only then", () => {
    const stack = awsStack();
    server(stack, { terminationProtection: false });
    expect(resourceOf(stack, "aws_instance")).toMatchObject({ disable_api_termination: false, lifecycle: { prevent_destroy: false } });
  });

  test("may do nothing but be managed, until it is given more", () => {
    const stack = awsStack();
    server(stack);
    expect(resourceOf(stack, "aws_iam_role_policy_attachment")["policy_arn"]).toMatch(/:iam::aws:policy\/AmazonSSMManagedInstanceCore$/);
    expect(resourcesOf(stack, "aws_iam_role_policy")).toEqual([]);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/constructs/single-server.ts", "SingleServerProps")).toEqual(DEFAULTS);
    expect(documentedDefaults("lib/constructs/single-server.ts", "SshAccess")).toEqual(SSH_DEFAULTS);
  });

  test.each<[string, Partial<SingleServerProps>, string]>([
    [
      "a network without a public subnet",
      { network: { vpcId: "vpc-1", publicSubnetIds: [] } },
      "the network has no public subnet, and the server is reached from the internet.\n    → Give a network with one, or a ServerFleet behind a LoadBalancer.",
    ],
    ["a type of RDS", { instanceType: "db.t4g.small" }, 'instanceType is "db.t4g.small", which is none of EC2.\n    → Write, for example, "t4g.small".'],
    ["a disk smaller than the image", { rootVolumeGb: 5 }, "rootVolumeGb is 5; the image needs 8, and gp3 goes up to 16384.\n    → Give a number in that range, or leave it out for 20."],
    ["two keys", { ssh: { publicKey, keyName: "ops" } }, "ssh has both a publicKey and a keyName; the server takes one key at its first start.\n    → Leave one of them out."],
    [
      "a private key",
      { ssh: { publicKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Blbg==" } },
      "ssh.publicKey is the private half of a key; it would stand in the state for all to read.\n    → Give the other half, id_ed25519.pub, and make a new key if this one was ever committed.",
    ],
    [
      "something that is no key",
      { ssh: { publicKey: "ssh-dss AAAA" } },
      "ssh.publicKey is none that EC2 takes: one line of type (ssh-ed25519, ssh-rsa, ecdsa-sha2-…), key and comment.\n    → Give what stands in id_ed25519.pub.",
    ],
  ])("throws when given %s", (_, props, message) => {
    expect(messageOf(() => server(awsStack(), props))).toBe(`test/web: ${message}`);
  });

  test("tells the application of services when it starts, and lets its role use them", () => {
    const stack = awsStack();
    const used = server(stack);
    const bucket = { environment: { FILES_BUCKET_NAME: "files-1" }, statements: [{ actions: ["s3:GetObject"], resources: ["arn:files/*"] }] };
    used.useServices([bucket]);
    const parameter = resourceOf(stack, "aws_ssm_parameter");
    expect(parameter).toMatchObject({ name: "/shop-prod-server/environment", type: "String", insecure_value: expect.stringMatching(/^\$\{jsonencode\(\{"AWS_REGION" = data\.aws_region\.[\w-]+\.id, "FILES_BUCKET_NAME" = "files-1"\}\)\}$/) });
    const [document] = resourcesOf(stack, "aws_iam_policy_document", "data").filter((each) => JSON.stringify(each).includes("s3:GetObject"));
    expect(document?.["statement"]).toEqual([
      { actions: ["ssm:GetParameter"], resources: [expect.stringMatching(/^\$\{aws_ssm_parameter\./)] },
      { actions: ["s3:GetObject"], resources: ["arn:files/*"] },
    ]);
    expect(resourceOf(stack, "aws_instance").depends_on).toEqual(expect.arrayContaining([expect.stringMatching(/^aws_ssm_parameter\./), expect.stringMatching(/^aws_iam_role_policy\./)]));
    expect(messageOf(() => used.useServices([bucket]))).toBe("test/web: it uses services already.\n    → Name all of them in one call.");
  });

  test("lets a pipeline send one document to this server, and nothing else", () => {
    const stack = awsStack();
    server(stack).allowDeploy(new GithubDeployRole(stack, "role", { repository: "acme/shop", subject: { environment: "production" }, name: "deploy" }));
    const { data } = synthesized(stack);
    const { statement } = Object.entries<any>(data.aws_iam_policy_document).find(([id]) => id.includes("deploy-to-server"))![1];
    expect(statement).toEqual([
      { sid: "NoNarrowerResource", actions: ["ec2:DescribeInstances", "ssm:GetCommandInvocation"], resources: ["*"] },
      { actions: ["ssm:SendCommand"], resources: [expect.stringMatching(/^\$\{aws_ssm_document\./), expect.stringMatching(/:instance\/\$\{aws_instance\.server\.id\}$/)] },
    ]);
    const content = JSON.parse(JSON.parse(/^\$\{(".*")\}$/s.exec(resourceOf(stack, "aws_ssm_document")["content"])![1]!));
    expect(content.mainSteps[0].inputs.runCommand).toEqual(["/usr/local/bin/deploy.sh '{{ Branch }}'"]);
    const allowed = new RegExp(content.parameters.Branch.allowedPattern);
    for (const branch of ["main", "release/2026.11"]) expect(allowed.test(branch)).toBe(true);
    for (const branch of ["x'; reboot; '", "$(reboot)", "a b", "a\nb", "--rollback", ""]) expect(allowed.test(branch)).toBe(false);
  });
});
