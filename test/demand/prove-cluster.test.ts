import { set, without, reword, type Mutation } from "../support/mutate";
import { proves, refutes } from "../support/proofs";
import { SEED, synthesize, type Asked } from "../support/synthesize";

const DOMAIN = { domain: { name: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" } };
const INGRESS: Asked = ["load-balancer", { type: "ingress" }];

describe("with an Ingress, a proof of", () => {
  const exposed = synthesize([...SEED, INGRESS], DOMAIN);
  const writer = "helm_release.external-dns_release";
  const identity = "aws_eks_pod_identity_association.external-dns-role_controller_association";
  const rule = (host: string | undefined): Mutation => ({ stacks }) => {
    const { spec } = stacks["production-platform"].resource.kubernetes_ingress_v1.ingress;
    [spec.rule].flat()[0].host = host;
  };
  proves("dns", { domain: "api.example.com" }, exposed, "external-dns 1.21.1, which leads api.example.com to the load balancer of the Ingress, by a role that may change that name alone", ["kubernetes_ingress_v1.ingress", "helm_release.load-balancer-controller", writer, identity], [
    ["no Helm release of external-dns", without(writer)],
    ["external-dns looks at another namespace", reword(writer, "values", /sourceNamespace(\W+)specweave/, "sourceNamespace$1other")],
    ["external-dns leaves api.example.com alone", reword(writer, "values", /domainFilters(\W+)api\.example\.com/, "domainFilters$1www.example.com")],
    ["external-dns looks at other Ingresses", reword(writer, "values", /ingress-class(\W+)alb/, "ingress-class$1nginx")],
    ["no role by which it changes api.example.com", without(identity)],
    ["no role by which it changes api.example.com", without("aws_iam_role_policy.external-dns-role_controller_role_policy")],
    ["no role by which it changes api.example.com", set("data.aws_iam_policy_document.external-dns-role_controller_role_permissions", "statement", [])],
    ["no Helm release of aws-load-balancer-controller", without("helm_release.load-balancer-controller")],
    ["an Ingress for no name: context.phaseline.domain names none", rule(undefined)],
    ["an Ingress for www.example.com, not for api.example.com, external-dns leaves www.example.com alone, no role by which it changes www.example.com", rule("www.example.com")],
  ]);
  refutes("dns", { domain: "www.example.com" }, exposed, "an Ingress for api.example.com, not for www.example.com");
  refutes("dns", {}, synthesize([...SEED, INGRESS], { plainHttp: true }), "an Ingress for no name: context.phaseline.domain names none");
});

describe("of a namespace, a proof of", () => {
  const own = synthesize([...SEED, ["workload", { quotas: true, podSecurity: "restricted" }]]);
  const git = synthesize([...SEED, ["gitops", {}], ["workload", { quotas: true, podSecurity: "restricted" }]]);
  const [quota, limits, namespace] = ["kubernetes_resource_quota_v1.guard_quota", "kubernetes_limit_range_v1.guard_limits", "kubernetes_namespace_v1.api_namespace"];
  const breaks: readonly (readonly [string, ...Mutation[]])[] = [
    ["no quota of CPU and memory for the namespace", without(quota)],
    ["no quota of CPU and memory for the namespace", set(quota, "spec.hard", { pods: "5" })],
    ["no quota of CPU and memory for the namespace", set(quota, "metadata.namespace", "other")],
    ["no limits for containers that state none", without(limits)],
    ["a namespace that takes more than restricted pods", set(namespace, "metadata.labels", { "pod-security.kubernetes.io/enforce": "baseline" })],
  ];
  const runs = "on port 3000, a Service, a liveness and a readiness probe";
  proves("workload", { quotas: true, podSecurity: "restricted" }, own, `Deployment "api" with 3 replicas ${runs}`, ["kubernetes_deployment_v1.api_deployment", "kubernetes_service_v1.api_service", quota, limits, namespace], breaks);
  proves("workload", { quotas: true, podSecurity: "restricted" }, git, `charts/api with 3 replicas ${runs}, deployed by Argo CD`, ["helm_release.api_release", quota, limits, namespace], breaks);
  refutes("workload", { quotas: true }, synthesize(SEED), "no quota of CPU and memory for the namespace, no limits for containers that state none");

  const closed = synthesize([...SEED, ["network", { policies: true }]]);
  test("network policies need no Ingress, and let in what measures the pods", () => {
    const policies = Object.keys(closed.stacks["production-platform"]?.resource?.["kubernetes_network_policy_v1"] ?? {});
    expect(policies.sort()).toEqual(["guard_allow-dns", "guard_allow-from-monitoring", "guard_allow-pod-identity", "guard_allow-to-https", "guard_deny-all"]);
  });
});

describe("of errors on a cluster, a proof of", () => {
  const database: Asked = ["database", { engine: "aurora-postgresql" }];
  const watched = synthesize([...SEED, database, ["alerts", { errorRatePercent: 1 }]]);
  proves("alerts", { errorRatePercent: 1 }, watched, "alert rules in 1 release of Prometheus", ["helm_release.monitoring_release"], [
    // The database's alarms are there, and tell nothing of it.
    ["no alarm on what a load balancer answers", without("helm_release.monitoring_release")],
  ]);
});
