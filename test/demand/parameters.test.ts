import fc from "fast-check";
import type { CapabilityId } from "../../lib/demand/demand";
import { understand } from "../../lib/demand/understand";

const of = (kind: CapabilityId, text: string) => understand(text).demands.find((demand) => demand.kind === kind)?.parameters;
const few = fc.integer({ min: 1, max: 15 });
const bounds = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 21, max: 90 }));
const percent = fc.integer({ min: 20, max: 95 });
const days = fc.integer({ min: 2, max: 35 });
const minutes = fc.integer({ min: 2, max: 59 });

/** Holds for any values what the wording says of them. */
function reads<T>(kind: CapabilityId, values: fc.Arbitrary<T>, wordings: readonly ((values: T) => string)[], expected: (values: T) => object): void {
  test.each(wordings.map((write) => ({ write, example: write(fc.sample(values, { numRuns: 1, seed: 7 })[0] as T) })))(`${kind}: $example`, ({ write }) => {
    fc.assert(fc.property(values, (value) => {
      expect(of(kind, write(value))).toMatchObject(expected(value));
    }), { numRuns: 25 });
  });
}

describe("bounds of what scales", () => {
  reads("autoscaling", bounds, [
    ([min, max]) => `Auto-scaling (${min}-${max} pods)`,
    ([min, max]) => `Scale the API from ${min} to ${max} replicas`,
    ([min, max]) => `Auto Scaling Group of between ${min} and ${max} instances`,
    ([min, max]) => `THE ECS_Service SHALL autoscale with a minimum of ${min} and a maximum of ${max} tasks`,
    ([min, max]) => `HPA with minReplicas ${min} and maxReplicas ${max}`,
    ([min, max]) => `Auto Scaling Group: min=${min} max=${max}`,
    ([min, max]) => `Horizontal pod autoscaler (min: ${min}, max: ${max}, CPU 70%)`,
  ], ([min, max]) => ({ min, max }));
  reads("autoscaling", few, [(min) => `Auto Scaling Group with at least ${min} instances`, (min) => `Auto-scaling: no fewer than ${min} tasks`], (min) => ({ min }));
  reads("autoscaling", few, [(max) => `Scale automatically up to ${max} pods`, (max) => `Services SHALL scale horizontally to ${max} pods`], (max) => ({ max }));
  reads("cluster", bounds, [([min, max]) => `EKS node group with min ${min} and max ${max} nodes`, ([min, max]) => `Managed node group of ${min}-${max} t3.medium nodes`], ([min, max]) => ({ min, max }));
  reads("workload", bounds, [([min, max]) => `Kubernetes deployment with ${min} to ${max} replicas`], ([min, max]) => ({ min, max }));
});

describe("shares", () => {
  reads("autoscaling", percent, [(share) => `HPA targets ${share}% CPU`, (share) => `Target tracking auto scaling at ${share} percent CPU utilization`], (cpuTargetPercent) => ({ cpuTargetPercent }));
  reads("autoscaling", fc.tuple(percent, percent), [([cpu, memory]) => `HPA scales at ${cpu}% CPU and ${memory}% memory`], ([cpuTargetPercent, memoryTargetPercent]) => ({ cpuTargetPercent, memoryTargetPercent }));
  reads("alerts", percent, [(share) => `CloudWatch alarm when CPU exceeds ${share}%`], (thresholdPercent) => ({ thresholdPercent }));
  reads("alerts", fc.integer({ min: 1, max: 20 }), [(rate) => `Alert when the error rate exceeds ${rate}%`], (errorRatePercent) => ({ errorRatePercent }));
  reads("budget", fc.tuple(fc.integer({ min: 101, max: 9000 }), percent), [([usd, share]) => `AWS Budget of $${usd} per month that alerts at ${share}%`], ([maxMonthlyUsd, alertPercent]) => ({ maxMonthlyUsd, alertPercent }));
  reads("availability-target", fc.constantFrom(99, 99.5, 99.9, 99.95, 99.99), [(share) => `${share}% uptime`, (share) => `THE Service SHALL be available ${share} % of the time`, (share) => `Uptime SLA of ${String(share).replace(".", ",")}%`], (uptimePercent) => ({ uptimePercent }));
});

describe("durations", () => {
  reads("backups", days, [(kept) => `Automated backups retained for ${kept} days`, (kept) => `Daily backups with ${kept}-day retention`, (kept) => `RDS backup retention period: ${kept} days`], (retentionDays) => ({ retentionDays }));
  reads("backups", fc.integer({ min: 1, max: 5 }), [(weeks) => `Database backups kept for ${weeks} weeks`], (weeks) => ({ retentionDays: weeks * 7 }));
  reads("backups", fc.tuple(minutes, fc.integer({ min: 1, max: 12 })), [([rpo, rto]) => `Disaster recovery with an RPO of ${rpo} minutes and an RTO of ${rto} hours`], ([rpoMinutes, hours]) => ({ rpoMinutes, rtoSeconds: hours * 3600 }));
  reads("logs", days, [(kept) => `CloudWatch Logs retention of ${kept} days`, (kept) => `Log groups keep logs for ${kept} days`], (retentionDays) => ({ retentionDays }));
  reads("alerts", minutes, [(period) => `CloudWatch alarm when CPU is above 80% for ${period} minutes`, (period) => `Alert when error rates exceed 5% over a ${period}-minute window`], (periodMinutes) => ({ periodMinutes }));
  reads("queue", fc.integer({ min: 1, max: 700 }), [(seconds) => `SQS queue with a visibility timeout of ${seconds} seconds`, (seconds) => `SQS queue with ${seconds} seconds visibility timeout`], (visibilityTimeoutSeconds) => ({ visibilityTimeoutSeconds }));
  reads("scheduled-job", minutes, [(every) => `CronJob runs every ${every} minutes`], (everyMinutes) => ({ everyMinutes }));
  reads("secrets", days, [(every) => `Secrets are rotated every ${every} days`], (rotationDays) => ({ rotationDays }));
  reads("capacity-target", fc.integer({ min: 50, max: 900 }), [(ms) => `p95 latency under ${ms}ms`, (ms) => `API responds within ${ms} ms (p95)`, (ms) => `95th percentile API latency below ${ms}ms`], (latencyMs) => ({ latencyMs, percentile: 95 }));
});

describe("sizes and counts", () => {
  reads("database", fc.integer({ min: 20, max: 900 }), [(size) => `RDS PostgreSQL with ${size} GB of storage`, (size) => `RDS with ${size}GB gp3 storage`], (storageGb) => ({ storageGb }));
  reads("compute", fc.integer({ min: 8, max: 900 }), [(size) => `EC2 instance with a ${size} GB gp3 volume`, (size) => `EC2 root volume of ${size}GB`], (storageGb) => ({ storageGb }));
  reads("workload", fc.tuple(fc.integer({ min: 100, max: 400 }), fc.integer({ min: 500, max: 900 })), [
    ([request, limit]) => `Pod requests ${request}m CPU and ${request}Mi memory, limits ${limit}m CPU and ${limit}Mi memory`,
    ([request, limit]) => `Requests SHALL be cpu: ${request}m, memory: ${request}Mi; resource limits SHALL be cpu: ${limit}m, memory: ${limit}Mi`,
  ], ([request, limit]) => ({ cpuRequest: `${request}m`, memoryRequest: `${request}Mi`, cpuLimit: `${limit}m`, memoryLimit: `${limit}Mi` }));
  reads("workload", fc.integer({ min: 300, max: 900 }), [(limit) => `Pod memory limit of ${limit}Mi`], (limit) => ({ memoryLimit: `${limit}Mi` }));
  reads("workload", few, [(replicas) => `Kubernetes Deployment with ${replicas} replicas`, (replicas) => `ECS service runs ${replicas} tasks`], (replicas) => ({ replicas }));
  reads("high-availability", fc.integer({ min: 2, max: 6 }), [(azCount) => `Deployed across ${azCount} availability zones`, (azCount) => `Runs in at least ${azCount} AZs`], (azCount) => ({ azCount }));
  reads("network", fc.tuple(few, few), [([open, closed]) => `VPC with ${open} public and ${closed} private subnets`], ([publicSubnets, privateSubnets]) => ({ publicSubnets, privateSubnets }));
  reads("read-replica", fc.integer({ min: 2, max: 15 }), [(readReplicas) => `Add ${readReplicas} read replicas to the database`], (readReplicas) => ({ readReplicas }));
  reads("capacity-target", fc.integer({ min: 100, max: 90_000 }), [(users) => `Support ${users} concurrent users`, (users) => `The system SHALL support ${users.toLocaleString("en-US")} concurrent users`], (users) => ({ users }));
});

describe("names of things", () => {
  reads("network", fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 16, max: 28 })), [([octet, length]) => `VPC with CIDR block 10.${octet}.0.0/${length}`], ([octet, length]) => ({ cidr: `10.${octet}.0.0/${length}` }));
  reads("access", fc.uniqueArray(fc.integer({ min: 1024, max: 65_535 }), { minLength: 2, maxLength: 3 }), [
    (ports) => `Security group allows inbound traffic on ports ${ports.join(", ")}`,
    (ports) => `Security group allows inbound traffic on ports ${ports.slice(0, -1).map((port) => `${port} (API)`).join(", ")}, and ${ports.at(-1)} (HTTPS)`,
    (ports) => `Security group allows egress on ${ports.map((port) => `${port} (TCP)`).join(" and ")}`,
  ], (ports) => ({ ports }));
  reads("database", fc.integer({ min: 12, max: 17 }), [(version) => `RDS PostgreSQL ${version}`, (version) => `RDS Postgres version ${version}.4`], (version) => ({ engine: "postgres", engineVersion: expect.stringMatching(new RegExp(`^${version}(\\.4)?$`)) }));
  reads("cluster", fc.integer({ min: 28, max: 36 }), [(minor) => `EKS cluster version 1.${minor}`, (minor) => `Kubernetes 1.${minor} cluster`], (minor) => ({ engineVersion: `1.${minor}` }));
  reads("compute", fc.constantFrom("t3.small", "t4g.medium", "m7g.large", "c6i.2xlarge"), [(type) => `One EC2 instance of type ${type}`], (instanceType) => ({ instanceType, instances: 1 }));
  reads("pipeline", fc.constantFrom("main", "develop", "master"), [(name) => `Deploy automatically on push to ${name}`, (name) => `Every merge to the \`${name}\` branch triggers a deployment`], (name) => ({ branch: name }));
  reads("scheduled-job", fc.tuple(fc.integer({ min: 10, max: 23 }), fc.integer({ min: 10, max: 59 })), [([hour, minute]) => `CronJob runs every day at ${hour}:${minute} UTC`], ([hour, minute]) => ({ schedule: `${hour}:${minute} UTC` }));
  reads("database", fc.constantFrom("eu-central-1", "us-east-1", "ap-southeast-2"), [(region) => `Provision an RDS PostgreSQL database in ${region}`, (region) => `RDS PostgreSQL in the \`${region}\` region`], (region) => ({ region }));
});
