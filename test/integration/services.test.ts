import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandOnFleet } from "../../lib/render/scheduled-command";
import { userData } from "../../lib/render/user-data";
import { describeWith } from "./support/shared";
import { left, plan, planned, scratch, stand, synth, terraform, type Change } from "./support/terraform";

const SETTINGS = { project: "shop", repository: "acme/shop", plainHttp: true, alarmEmails: ["ops@example.com"], jobs: { cleanup: { command: ["npm", "run", "cleanup"] } } };
const JOB = "A CronJob runs the cleanup every night at 02:00 UTC";
const SERVICES = ["Uploads are stored in a versioned S3 bucket", "SQS queue with a dead-letter queue after 3 receives", "System SHALL use ElastiCache Redis for sessions", "Create alarm for queue depth > 1000"];

/** A spec whose criteria are these lines, synthesized into `home`. */
function synthesize(home: string, form: "json" | "hcl", lines: readonly string[], settings: object = {}): string {
  mkdirSync(join(home, "increments/0001-services"), { recursive: true });
  const criteria = lines.map((line, index) => `- [ ] **AC-US1-${String(index + 1).padStart(2, "0")}**: ${line} (P1)`);
  writeFileSync(join(home, "increments/0001-services/spec.md"), `---\nincrement: 0001-services\ntitle: Services\n---\n\n### US-001: What the application uses\n\n${criteria.join("\n")}\n`);
  return join(synth(home, form, { PHASELINE_INCREMENTS: join(home, "increments"), CDKTF_CONTEXT_JSON: JSON.stringify({ phaseline: { ...SETTINGS, ...settings } }) }), "stacks");
}

const of = (changes: readonly Change[], address: string) => changes.find((change) => change.address === address)?.after as Record<string, any>;

describeWith("terraform", "what an application uses, in real Terraform", () => {
  const kept = ["aws_s3_bucket.files", "aws_sqs_queue.queue", "aws_sqs_queue.queue-dead", "aws_elasticache_replication_group.cache"];

  const homes: Record<string, string> = {};

  test.each([
    ["server", "MVP runs on a single EC2 instance"],
    ["fleet", "ALB routes traffic to healthy instances"],
  ])("beside a %s is planned and applied alike in both forms, and told to the application", (platform, line) => {
    const [hcl, json] = (["hcl", "json"] as const).map((form) => {
      homes[platform] = scratch(`services-${form}`);
      const directory = join(synthesize(homes[platform], form, [line, JOB, ...SERVICES]), "production");
      return form === "json" ? stand(directory) : planned(directory);
    });
    expect(hcl).toEqual(json);
    expect(json!.map(({ address }) => address)).toEqual(expect.arrayContaining(kept));
    expect(of(json!, "aws_scheduler_schedule.job-cleanup_schedule")).toMatchObject({ schedule_expression: "cron(0 2 * * ? *)", flexible_time_window: [{ mode: "OFF" }] });
    const script = JSON.parse(of(json!, "aws_ssm_document.job-cleanup_document")["content"]).mainSteps[0].inputs.runCommand.join("\n");
    expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
    expect(of(json!, "aws_elasticache_replication_group.cache")).toMatchObject({ engine: "redis", engine_version: "7.1", transit_encryption_mode: "required", auth_token: null });
  });

  test("is kept: no plan destroys what holds data, and Terraform says by what it is kept", () => {
    // Dead letters go after the queue that they come from, which is kept first.
    for (const address of kept.filter((each) => !each.endsWith("-dead"))) {
      expect(() => terraform(join(homes["fleet"]!, "out/stacks/production"), "plan", "-destroy", "-input=false", `-target=${address}`)).toThrow(new RegExp(`Resource ${address.replace(".", "\\.")}[\\s\\S]*lifecycle\\.prevent_destroy`));
    }
  });

  test("keeps no secret in a state", () => {
    const { resources } = JSON.parse(readFileSync(join(homes["server"]!, "terraform.production.tfstate"), "utf8")) as { resources: { type: string; instances: { attributes: Record<string, unknown> }[] }[] };
    const attributes = (type: string, name: string) => resources.filter((resource) => resource.type === type).flatMap(({ instances }) => instances.map((instance) => instance.attributes[name] ?? null));
    expect(attributes("aws_elasticache_user", "passwords")).toEqual([null, null]);
    expect(attributes("aws_elasticache_replication_group", "auth_token")).toEqual([null]);
  });

  test("beside a cluster is told to the pods, and later to Argo CD, without a change of what holds data", () => {
    const home = scratch("services-cluster");
    const settings = { domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" } };
    const stacks = synthesize(home, "json", ["Deploy API to Kubernetes cluster", "Ingress with TLS exposes the API", JOB, ...SERVICES], settings);
    const foundation = stand(join(stacks, "production"));
    expect(foundation.map(({ address }) => address)).toEqual(expect.arrayContaining([...kept, "aws_eks_pod_identity_association.application-role_association"]));
    const platform = stand(join(stacks, "production-platform"));
    const { env } = of(platform, "kubernetes_deployment_v1.api_deployment")["spec"][0].template[0].spec[0].container[0];
    expect(env.map(({ name, value }: { name: string; value: string }) => [name, value !== ""])).toEqual(
      ["AWS_REGION", "FILES_BUCKET_NAME", "QUEUE_URL", "REDIS_HOST", "REDIS_PORT", "REDIS_TLS", "REDIS_READER_HOST", "REDIS_CACHE_NAME", "REDIS_USERNAME"].map((name) => [name, true]),
    );
    const job = of(platform, "kubernetes_cron_job_v1.job-cleanup_cron-job")["spec"][0];
    expect(job).toMatchObject({ schedule: "0 2 * * *", timezone: "Etc/UTC" });
    expect(job.job_template[0].spec[0].template[0].spec[0].container[0].env).toEqual(env);
    expect(of(platform, "kubernetes_network_policy_v1.guard_allow-to-services")["spec"][0].egress[0].ports).toEqual([{ port: "6379", protocol: "TCP", end_port: null }]);

    synthesize(home, "json", ["Deploy API to Kubernetes cluster", "Ingress with TLS exposes the API", "ArgoCD deploys the API to the EKS cluster from Git", ...SERVICES], settings);
    terraform(join(stacks, "production"), "init", "-input=false");
    expect(left(join(stacks, "production"))).toEqual([]);
    terraform(join(stacks, "production-platform"), "init", "-input=false");
    const release = plan(join(stacks, "production-platform")).find(({ address }) => address === "helm_release.api_release")?.after as { values: string[] };
    expect(release.values.join()).toMatch(/"QUEUE_URL": "?[^\s"]+/);
  });

  test("stands alone where nothing runs: buckets and queues need no network, a cache does", () => {
    const changes = stand(join(synthesize(scratch("services-alone"), "json", SERVICES.slice(0, 2)), "production"));
    expect(changes.filter(({ address }) => /^aws_(vpc|subnet|instance|iam_role)\b/.test(address))).toEqual([]);
    const withCache = stand(join(synthesize(scratch("services-cache"), "json", SERVICES.slice(2, 3)), "production"));
    expect(withCache.map(({ address }) => address)).toEqual(expect.arrayContaining(["aws_vpc.network_vpc", "aws_elasticache_replication_group.cache"]));
  });
});

describe("the settings of an application on a server", () => {
  const home = scratch("settings");
  const script = (withDatabase: boolean) => {
    const text = userData({ serverName: "shop-server", application: { repository: "acme/shop" }, ...(withDatabase ? { settingsSecretArn: "arn:aws:secretsmanager:eu-central-1:1:secret:shop" } : {}) });
    return /^file '\/usr\/local\/bin\/app-settings' 0755 <<'END'\n([\s\S]*?)^END\n/m.exec(text)![1]!;
  };
  /** Runs the script with an `aws` that answers so; the environment that a command has under it. */
  function run(withDatabase: boolean, answers: { readonly parameter: string; readonly status?: number }) {
    const secret = JSON.stringify({ host: "db", port: 5432, dbname: "app", username: "app", password: "it's $(a) \"secret\"" });
    const stub = (name: string, text: string) => {
      writeFileSync(join(home, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(home, name), 0o755);
    };
    writeFileSync(join(home, "secret"), secret);
    writeFileSync(join(home, "parameter"), answers.parameter);
    stub("aws", `case $1 in secretsmanager) cat ${home}/secret;; ssm) cat ${home}/parameter; exit ${answers.status ?? 0};; esac`);
    stub("curl", "echo eu-central-1");
    writeFileSync(join(home, "settings"), script(withDatabase));
    const { status, stdout, stderr } = spawnSync("bash", [join(home, "settings"), "env", "-0"], { env: { PATH: `${home}:${process.env["PATH"]}` }, encoding: "utf8" });
    return { status, stderr, environment: Object.fromEntries(stdout.split("\0").filter(Boolean).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])) };
  }

  test("are the database's and the places of services, with every character as it is", () => {
    const { status, environment } = run(true, { parameter: '{"QUEUE_URL":"https://sqs/1/a\'b $(id)","AWS_REGION":"eu-central-1"}' });
    expect(status).toBe(0);
    expect(environment).toMatchObject({ PGPASSWORD: "it's $(a) \"secret\"", PGPORT: "5432", DATABASE_READER_URL: expect.stringContaining("@db:5432/app?sslmode=verify-full"), QUEUE_URL: "https://sqs/1/a'b $(id)", AWS_REGION: "eu-central-1" });
  });

  test("are there without a database, and without any service", () => {
    expect(run(false, { parameter: '{"FILES_BUCKET_NAME":"files"}' }).environment).toMatchObject({ FILES_BUCKET_NAME: "files" });
    expect(run(false, { parameter: "An error occurred (ParameterNotFound) when calling GetParameter", status: 254 }).status).toBe(0);
  });

  test("are not guessed: where they cannot be read, nothing is run", () => {
    expect(run(true, { parameter: "An error occurred (AccessDeniedException)", status: 254 })).toMatchObject({ status: 1, stderr: "An error occurred (AccessDeniedException)\n", environment: {} });
    expect(run(false, { parameter: "no json" }).status).not.toBe(0);
  });
});

describe("a job on a fleet", () => {
  /** Runs the job's script on the instance i-1 of those in service; what Docker was told. */
  function run(first: string, image: string) {
    const home = scratch("job");
    const stub = (name: string, text: string) => {
      writeFileSync(join(home, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(home, name), 0o755);
    };
    stub("aws", `echo ${first}`);
    stub("curl", 'case "$*" in *instance-id*) echo i-1;; *) echo eu-central-1;; esac');
    stub("docker", `echo "$APP_IMAGE $*" > ${home}/told`);
    writeFileSync(join(home, "release"), image);
    const script = commandOnFleet({ groupName: "shop-prod", service: "api" }, { name: "cleanup", command: ["npm", "run", "cleanup"] }).replace("/var/lib/app/release", join(home, "release")).replace("/run/cleanup.lock", join(home, "lock"));
    const { status, stdout } = spawnSync("bash", ["-c", script], { env: { PATH: `${home}:${process.env["PATH"]}` }, encoding: "utf8" });
    const told = spawnSync("cat", [join(home, "told")], { encoding: "utf8" }).stdout.trim();
    return { status, said: stdout.trim(), told };
  }

  test("runs on the first instance in service, in the image that runs there", () => {
    expect(run("i-1", "registry/shop-api:1")).toEqual({ status: 0, said: "", told: "registry/shop-api:1 compose --project-directory /opt/app --file /opt/app/compose.yaml run --rm --no-TTY --no-deps api npm run cleanup" });
  });

  test("does nothing on the others, nor before the first release", () => {
    expect(run("i-0", "registry/shop-api:1")).toEqual({ status: 0, said: "i-0 runs it", told: "" });
    expect(run("i-1", "")).toEqual({ status: 0, said: "there is no release yet", told: "" });
  });
});
