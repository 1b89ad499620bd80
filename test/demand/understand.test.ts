import fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MAX_CRITERION_LENGTH } from "../../lib/demand/text";
import { understand } from "../../lib/demand/understand";
import { linesOf } from "./measure";
import { anyText } from "../support/any-text";

const demands = (text: string) => understand(text).demands.map(({ kind, parameters }) => ({ kind, ...parameters }));
const message = (text: string, annotation?: string) => understand(text, annotation === undefined ? {} : { annotation }).message;

describe("the seed's criteria", () => {
  test("deploying to a Kubernetes cluster asks for the cluster and for the workload", () => {
    expect(demands("Deploy API to Kubernetes cluster")).toEqual([{ kind: "cluster", platform: "kubernetes" }, { kind: "workload", service: "api", platform: "kubernetes" }]);
  });
  test("auto-scaling states its bounds and what it counts", () => {
    expect(demands("Configure auto-scaling (2-10 pods)")).toEqual([{ kind: "autoscaling", min: 2, max: 10, of: "pods" }]);
  });
  test("Prometheus metrics name the tool", () => {
    expect(demands("Set up Prometheus metrics")).toEqual([{ kind: "metrics", tool: "prometheus" }]);
  });
  test("a CI/CD pipeline needs no more words", () => {
    expect(demands("Configure CI/CD pipeline")).toEqual([{ kind: "pipeline" }]);
  });
});

describe("what a criterion is about is not what it asks for", () => {
  test.each([
    // What something has or is: the thing stands, what it gets is asked for.
    ["EC2 instances assume an IAM role instead of using access keys", ["access"]],
    ["Database is encrypted at rest with KMS", ["encryption"]],
    // What for, whatever it is done with.
    ["Add a security group so that the bastion can talk with the cache cluster", ["access"]],
    ["The build role has IAM permissions to push images to ECR", ["access"]],
    ["The system SHALL associate a web ACL with the load balancer", ["waf"]],
    // What kind of things are meant, or what runs on a port.
    ["One public subnet for internet-facing resources (load balancers, NAT gateway)", ["network"]],
    ["Security group allows egress on 443 (HTTPS) and 5432 (PostgreSQL)", ["access"]],
    // What must not happen.
    ["The pipeline SHALL fail on vulnerabilities and prevent the image from being pushed", ["pipeline"]],
    ["THE DNS_Module SHALL tag the hosted zone with project and environment tags", ["tagging"]],
    // What the condition names is there already, unless it is what is run.
    ["WHEN the ECS service is created THEN the System SHALL configure auto-scaling with a minimum of 2 tasks and a maximum of 10 tasks", ["autoscaling"]],
    ["Given the repository, when I run `docker compose up`, then all services are reachable", ["containers"]],
    ["Create a security group for the RDS instance that allows port 5432 from the EKS nodes", ["access"]],
    ["Store the database master password in AWS Secrets Manager", ["secrets"]],
    ["Create IAM roles required for EKS cluster operation", ["access"]],
    ["RDS backups enabled", ["backups"]],
    ["THE EKS_Module SHALL apply configurable tags to all EKS resources", ["tagging"]],
    ["Grafana dashboards for the EKS cluster", ["dashboards"]],
    ["WHEN the RDS instance CPU utilization exceeds 80%, THE System SHALL send CloudWatch alerts", ["alerts"]],
  ])("%s", (text, kinds) => {
    expect(understand(text).demands.map(({ kind }) => kind)).toEqual(kinds);
  });
});

test("a region that is named belongs to every demand of the criterion", () => {
  expect(demands("Provision an RDS PostgreSQL database in eu-west-1 with daily backups")).toEqual([
    { kind: "backups", frequency: "daily", region: "eu-west-1" }, { kind: "database", engine: "postgres", region: "eu-west-1" },
  ]);
  expect(understand("Whatever", { annotation: "network region=eu-west-1" }).demands).toEqual([{ kind: "network", parameters: { region: "eu-west-1" }, words: ["network region=eu-west-1"] }]);
});

test("what is not wanted is not demanded", () => {
  expect(demands("Desired count of 1 task (no autoscaling)")).toEqual([{ kind: "workload", replicas: 1 }]);
});

test("a pronoun stands for what the condition names", () => {
  expect(demands("WHEN logs are older than 7 days THEN the system SHALL export them to S3").map(({ kind }) => kind)).toEqual(["logs", "object-storage"]);
});

describe("the reading says why", () => {
  test("with the words of the criterion, as they stand there", () => {
    expect(understand("THE System SHALL provision an Application Load Balancer with SSL termination").demands.map(({ kind, words }) => [kind, words])).toEqual([
      ["load-balancer", ["Application Load Balancer"]],
      ["tls", ["SSL"]],
    ]);
  });
  test.each([
    ["Configure auto-scaling (2-10 pods)", ["auto-scaling", "2-10 pods"]],
    ["Autoscale from 3 to 15 replicas at 70% CPU", ["Autoscale", "3 to 15 replicas", "70%"]],
    ["VPC 10.0.0.0/16 with 3 private subnets and one NAT gateway", ["VPC 10.0.0.0/16", "3 private subnets and one NAT gateway"]],
    ["Enable automated daily backups with a retention period of two weeks", ["automated daily backups", "two weeks"]],
    ["AWS Budget of $200 per month that alerts at 80%", ["AWS Budget", "$200 per month", "80%"]],
    ["Push to main triggers the deployment", ["Push to main triggers the deployment"]],
  ])("with the numbers that it takes: %s", (text, words) => {
    expect(understand(text).demands.map((demand) => demand.words)).toEqual([words]);
  });
  test("with words that are always literal parts of the text, whatever the text", () => {
    const lines = ["lines.jsonl", "documents.jsonl"].flatMap((file) => linesOf(readFileSync(join(__dirname, file), "utf8"))).map(({ text }) => text);
    for (const criterion of lines) {
      for (const { words } of understand(criterion).demands) {
        expect(words.length).toBeGreaterThan(0);
        for (const word of words) expect(criterion).toContain(word);
      }
    }
    const text = fc.oneof(anyText(), fc.tuple(fc.constantFrom(...lines), fc.string({ unit: "grapheme" }), fc.constantFrom(...lines)).map((parts) => parts.join(" ")));
    fc.assert(fc.property(text, (criterion) => {
      for (const { words } of understand(criterion).demands) for (const word of words) expect(criterion).toContain(word);
    }));
  });
  test("and says what else it speaks of, when it is no matter of infrastructure", () => {
    expect(understand("The linter flags S3 buckets without encryption")).toEqual({ status: "not-infrastructure", demands: [], message: 'It speaks of a tool or a document ("The linter flags") and a tool\'s work ("The linter flags") rather than of infrastructure (object storage, by "S3 buckets").' });
    expect(understand("Users upload a profile picture")).toEqual({ status: "not-infrastructure", demands: [], message: "No words of it name a capability of infrastructure." });
  });
});

test.each([
  "IF a cluster is in status FAILED, THEN the portal SHALL hide its login",
  "WHEN a user clicks Backup THEN the system SHALL write a ZIP file",
  "The agent can query CloudWatch logs on behalf of the user",
  "Spike: compare Datadog and Prometheus",
  "Allow admins to configure alert thresholds",
  "Unit tests for the autoscaling policy",
])("what programs, people and tests do with infrastructure is none: %s", (text) => {
  expect(understand(text).demands).toEqual([]);
});

describe("another vendor", () => {
  test("is named, with what to write instead", () => {
    expect(understand("Postgres is hosted on Neon")).toEqual({
      status: "unsupported", demands: [],
      message: 'It asks for Neon, and Phaseline provisions AWS and Kubernetes. Write instead, for example: "Provision an RDS PostgreSQL database".',
    });
  });
  test.each([
    ["Two Hetzner servers", "Hetzner"], ["Deploy to Vercel", "Vercel"], ["DNS record proxied through Cloudflare", "Cloudflare"], ["Provision an AKS cluster", "Microsoft Azure"], ["Push to gcr.io", "Google Cloud"],
    ["Deploy to Railway", "Railway"], ["Backups in Supabase", "Supabase"], ["Deploy with flyctl", "Fly.io"], ["The API runs on Render", "Render"], ["Two Heroku dynos", "Heroku"], ["A DigitalOcean droplet", "DigitalOcean"],
    ["An AliCloud DNS zone", "Alibaba Cloud"], ["Oracle Cloud instance", "Oracle Cloud"],
  ])("%s: %s", (text, vendor) => {
    expect(understand(text).status).toBe("unsupported");
    expect(message(text)).toContain(`It asks for ${vendor}, and Phaseline provisions AWS and Kubernetes.`);
  });
});

test("a service of AWS that no capability stands for is refused by name", () => {
  expect(understand("THE CDK_Stack SHALL create a Lambda function with Python 3.11")).toEqual({
    status: "unsupported", demands: [],
    message: 'It asks for AWS Lambda, which Phaseline does not provision. Run the service on the cluster instead ("Deploy the service to the EKS cluster"), or write a construct of your own and add <!-- phaseline: not-infrastructure --> here.',
  });
});

test("infrastructure as code in general is met, and demands nothing more", () => {
  expect(understand("All infrastructure SHALL be defined in Terraform")).toEqual({
    status: "understood", demands: [], message: "It asks for AWS and infrastructure as code in general, which is met by all that Phaseline writes.",
  });
});

describe("an ambiguous line", () => {
  const text = "System SHALL use Redis for rate limiting";
  test("is reported with its two readings and how to write each", () => {
    expect(understand(text)).toEqual({
      status: "unsupported", demands: [],
      message: 'It can be read in two ways: as a demand for infrastructure (cache, by "Redis"), or as something that the application itself does. For the first, name what is to be provisioned, such as "Use ElastiCache Redis for session caching", or add <!-- phaseline: cache -->; for the second, add <!-- phaseline: not-infrastructure -->.',
    });
  });
  test("tells what speaks for the other reading", () => {
    expect(message("Kafka is mocked in the sample")).toContain('as a demand for infrastructure (queue, by "Kafka"), or as something that the application itself does: it speaks of templates and examples ("mocked"). For the first,');
  });
  test("is settled by an annotation, either way", () => {
    expect(understand(text, { annotation: "cache engine=redis" })).toEqual({ status: "understood", demands: [{ kind: "cache", parameters: { engine: "redis" }, words: ["cache engine=redis"] }] });
    expect(understand(text, { annotation: "not-infrastructure" })).toEqual({ status: "not-infrastructure", demands: [], message: "It is annotated as no matter of infrastructure." });
  });
});

describe("an annotation", () => {
  test("gives capabilities with their parameters, in the order of the vocabulary", () => {
    expect(understand("Whatever", { annotation: "metrics tool=prometheus, autoscaling min=2 max=10, budget alertPercent=50|80" }).demands).toEqual([
      { kind: "autoscaling", parameters: { min: 2, max: 10 }, words: ["autoscaling min=2 max=10"] },
      { kind: "budget", parameters: { alertPercent: [50, 80] }, words: ["budget alertPercent=50|80"] },
      { kind: "metrics", parameters: { tool: "prometheus" }, words: ["metrics tool=prometheus"] },
    ]);
  });
  test("that cannot be read is refused with all that is wrong with it", () => {
    expect(message("x", "autoscaling min=two speed=3, cache engine=mongo")).toBe(
      'The annotation "autoscaling min=two speed=3, cache engine=mongo" cannot be read: autoscaling min=two: min is a number; autoscaling has no parameter "speed"; it has min, max, cpuTargetPercent, memoryTargetPercent, of; cache engine=mongo: engine is one of redis, valkey, memcached.');
    expect(message("x", "storage")).toMatch(/^The annotation "storage" cannot be read: "storage" is no capability; write not-infrastructure or one of access, alerts, /);
    expect(message("x", " ")).toBe('The annotation "" cannot be read: it is empty.');
    expect(message("x", "autoscaling __proto__=1")).toContain('autoscaling has no parameter "__proto__"');
  });
  test("is held to the same rules as the text", () => {
    expect(message("x", "autoscaling min=10 max=2")).toBe('Autoscaling: it scales from 10 to 2, and a minimum may not be above the maximum; write the smaller number first: "from 2 to 10".');
  });
});

describe("a criterion that contradicts itself is not understood, and says which rule it breaks", () => {
  test.each([
    ["Scale from 10 to 2 pods", 'Autoscaling: it scales from 10 to 2, and a minimum may not be above the maximum; write the smaller number first: "from 2 to 10".'],
    ["HPA with a CPU target of 140%", "Autoscaling: its CPU target is 140 %, which is not between 1 and 100; give a target such as 70 %."],
    ["Database backups kept for 40 days", 'Backups: it keeps backups for 40 days, and RDS keeps automated backups for at most 35; write "backup retention of 35 days", or name where the longer ones are kept: "monthly backups kept for 365 days in S3".'],
    ["RDS PostgreSQL and MySQL instance", "Database: it names postgres and mysql, and one database runs one engine; name one of them, or write one criterion for each database."],
    ["VPC with CIDR 10.0.0.0/8", 'Network: its address block is 10.0.0.0/8, and a VPC or subnet of AWS is between /16 and /28; give a block such as "10.0.0.0/16".'],
    ["Maintain 100% uptime SLA", 'Availability target: it asks for an uptime of 100 %, which no service can promise; give a target such as "99.9% uptime".'],
    ["TLS 1.0 on every listener", 'TLS: it asks for TLS 1.0, which AWS load balancers and browsers have retired; ask for "TLS 1.2" or "TLS 1.3".'],
    ["SQS queue with a visibility timeout of 13 hours", "Queue: its visibility timeout is 46800 seconds, and SQS allows at most 43200 (12 hours); give a visibility timeout of at most 12 hours."],
    ["EKS node group with 6 to 3 nodes", 'Cluster: its nodes go from 6 to 3, and a minimum may not be above the maximum; write the smaller number first: "from 3 to 6 nodes".'],
    ["Subnets across 9 availability zones", "High availability: it spreads over 9 availability zones, and no AWS region has more than 6; ask for 2 or 3 availability zones."],
  ])("%s", (text, expected) => {
    expect(understand(text)).toEqual({ status: "unsupported", demands: [], message: expected });
  });
});

describe("hostile text", () => {
  const bombs = ["a", "- ", "1 2 ", "deploy ", "alert when ", "rds encrypted at rest with ", "0-9-", "from 2 ", "((((", "scale ", "when when, ", "\u0000", "1,000,", "a-b-c-1-", "min max ", "aurora ", "replicas ", "alarm for x ", "\u202e", "🦀", "$1 ", "${file('/etc/passwd')} "];
  test.each(bombs)("a megabyte of %j is read in well under a second, and the reading says how much was read", (bomb) => {
    const text = bomb.repeat(Math.ceil(1_000_000 / bomb.length));
    const start = performance.now();
    const reading = understand(text);
    expect(performance.now() - start).toBeLessThan(800);
    expect(reading.message).toContain(`Only the first ${MAX_CRITERION_LENGTH} of its ${text.length} characters were read: split it into several criteria.`);
  });
  test("any text gives a reading, and the same one each time", () => {
    fc.assert(fc.property(anyText(400), (text) => {
      expect(understand(text)).toEqual(understand(text));
    }));
  });
  test("any annotation gives a reading", () => {
    fc.assert(fc.property(anyText(100), (annotation) => {
      expect(["understood", "unsupported", "not-infrastructure"]).toContain(understand("x", { annotation }).status);
    }));
  });
});

test("markup, case, dashes and line ends make no difference", () => {
  for (const text of ["configure AUTO-SCALING (2-10 pods)", "**Configure** auto–scaling (2–10 pods)", "Configure\tauto-scaling\r\n(2-10 `pods`)", "AC-US1-02: Configure auto-scaling (2-10 pods)"]) {
    expect(demands(text)).toEqual([{ kind: "autoscaling", min: 2, max: 10, of: "pods" }]);
  }
});

test("a region is asked of all, where nothing in particular is demanded", () => {
  expect(understand("THE System SHALL be deployed in the eu-west-1 region")).toEqual({
    status: "understood", demands: [], regions: ["eu-west-1"], message: "It asks for AWS in eu-west-1 and for nothing in particular, which is met when the stacks are there.",
  });
  expect(understand("THE System SHALL list customers in eu-west-1")).toMatchObject({ status: "not-infrastructure" });
});
