import type { CapabilityId } from "../../lib/demand/demand";
import { prove } from "../../lib/demand/prove";
import { Evidence, type Synthesized } from "../../lib/demand/synthesized";
import { SEED, synthesize } from "../support/synthesize";

const seed = synthesize(SEED);
const check = (kind: CapabilityId, parameters: object, synthesized: Synthesized) => prove({ kind, parameters }, new Evidence(synthesized));

/** A copy of what was synthesized, changed by hand: as somebody's own code, or an editor, might. */
function broken(change: (synthesized: any) => void): Synthesized {
  const copy = structuredClone(seed);
  change(copy);
  return copy;
}
const remove = (stack: string, type: string) => broken(({ stacks }) => delete stacks[stack].resource[type]);
const platform = "production-platform";
const resource = (synthesized: any, stack: string, type: string): any => Object.values(synthesized.stacks[stack].resource[type])[0];

describe("proofs", () => {
  test.each<[CapabilityId, object, string, readonly string[]]>([
    ["workload", {}, 'Deployment "api" with 3 replicas on port 3000, a Service, a liveness and a readiness probe', ["kubernetes_deployment_v1.api_deployment", "kubernetes_service_v1.api_service"]],
    ["cluster", {}, 'EKS cluster "specweave-prod" 1.35, 2 to 10 nodes, its API not open to the world', ["aws_eks_cluster.cluster_cluster", "aws_eks_node_group.workers_group"]],
    ["autoscaling", { min: 2, max: 10 }, "HorizontalPodAutoscaler on deployment/api with min 2 and max 10 at 70 % CPU, metrics-server", ["kubernetes_horizontal_pod_autoscaler_v2.api_autoscaler", "kubernetes_deployment_v1.api_deployment", "helm_release.metrics-server"]],
    ["metrics", {}, 'Helm release "kube-prometheus-stack" of kube-prometheus-stack 88.5.3, with a ServiceMonitor', ["helm_release.monitoring_release"]],
    ["dashboards", {}, "Grafana on, its password from a secret of its own", ["helm_release.monitoring_release"]],
    ["pipeline", {}, ".github/workflows/deploy.yml, and a role that trusts acme/specweave only", ["aws_iam_role.deploy-role_role"]],
    ["registry", {}, 'ECR repository "specweave-api"', ["aws_ecr_repository.registry_repository"]],
    ["health-check", { path: "/health" }, "liveness at /health, readiness at /health", ["kubernetes_deployment_v1.api_deployment"]],
  ])("%s %j is proven by: %s", (kind, parameters, found, addresses) => {
    const proof = check(kind, parameters, seed);
    expect(proof?.found).toBe(found);
    expect(proof?.holds).toBe(true);
    expect(proof?.addresses.map(({ address }) => address)).toEqual(addresses);
  });

  test.each<[string, CapabilityId, object, Synthesized]>([
    ["the Deployment is gone", "workload", {}, remove(platform, "kubernetes_deployment_v1")],
    ["the Deployment has another name", "workload", {}, broken((s) => (resource(s, platform, "kubernetes_deployment_v1").metadata.name = "web"))],
    ["the Service selects other pods", "workload", {}, broken((s) => (resource(s, platform, "kubernetes_service_v1").spec.selector = { app: "web" }))],
    ["the number of replicas is another", "workload", { replicas: 5 }, seed],
    ["one replica is no service", "workload", {}, broken((s) => (resource(s, platform, "kubernetes_deployment_v1").spec.replicas = "1"))],
    ["the probes are gone", "workload", {}, broken((s) => delete container(s).readiness_probe)],
    ["the cluster is gone", "cluster", {}, remove("production", "aws_eks_cluster")],
    ["the nodes are gone", "cluster", {}, remove("production", "aws_eks_node_group")],
    ["the cluster's API is open to the world", "cluster", {}, broken((s) => (resource(s, "production", "aws_eks_cluster").vpc_config = { endpoint_public_access: true, public_access_cidrs: ["0.0.0.0/0"] }))],
    ["the cluster's API is open to the world by default", "cluster", {}, broken((s) => (resource(s, "production", "aws_eks_cluster").vpc_config = { endpoint_public_access: true }))],
    ["the autoscaler is gone", "autoscaling", { min: 2, max: 10 }, remove(platform, "kubernetes_horizontal_pod_autoscaler_v2")],
    ["the autoscaler has another maximum", "autoscaling", { min: 2, max: 12 }, seed],
    ["the autoscaler has another minimum", "autoscaling", { min: 3, max: 10 }, seed],
    ["the autoscaler has another target", "autoscaling", { cpuTargetPercent: 50 }, seed],
    ["the autoscaler scales something else", "autoscaling", {}, broken((s) => (resource(s, platform, "kubernetes_horizontal_pod_autoscaler_v2").spec.scale_target_ref.name = "web"))],
    ["nothing feeds the autoscaler", "autoscaling", {}, broken((s) => delete s.stacks[platform].resource.helm_release["metrics-server"])],
    ["Prometheus is gone", "metrics", {}, remove(platform, "helm_release")],
    ["Prometheus does not look at the API", "metrics", {}, broken((s) => (resource(s, platform, "helm_release"), (s.stacks[platform].resource.helm_release["monitoring_release"].values = ["{}"])))],
    ["Grafana is off", "dashboards", {}, broken((s) => (s.stacks[platform].resource.helm_release["monitoring_release"].values = ["grafana: {enabled: false}"]))],
    ["the workflow is gone", "pipeline", {}, broken((s) => (s.artifacts = {}))],
    ["the workflow runs on another branch", "pipeline", { branch: "release" }, seed],
    ["the role trusts another repository", "pipeline", {}, broken((s) => (s.subject.repository = "evil/specweave"))],
    ["the role is gone", "pipeline", {}, remove("production", "aws_iam_role")],
    ["tags of images may change", "registry", {}, broken((s) => (resource(s, "production", "aws_ecr_repository").image_tag_mutability = "MUTABLE"))],
    ["the registry is gone", "registry", {}, remove("production", "aws_ecr_repository")],
    ["the probe asks another path", "health-check", { path: "/ready" }, seed],
  ])("fail when %s", (_, kind, parameters, synthesized) => {
    expect(check(kind, parameters, synthesized)?.holds).toBe(false);
  });

  test("do not exist for what is not provisioned", () => {
    expect(check("queue", {}, seed)).toBeUndefined();
  });
});

function container(synthesized: unknown): any {
  const { spec } = resource(synthesized, platform, "kubernetes_deployment_v1").spec.template;
  return Array.isArray(spec.container) ? spec.container[0] : spec.container;
}
