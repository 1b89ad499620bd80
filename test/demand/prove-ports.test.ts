import { set } from "../support/mutate";
import { check, proves, refutes } from "../support/proofs";
import { SEED, synthesize } from "../support/synthesize";

const DOMAIN = { domain: { name: "api.example.com" } };
const cluster = synthesize(SEED);
const fleet = synthesize([["compute", { instances: 3 }], ["load-balancer", { type: "application" }], ["metrics", { tool: "prometheus" }]], DOMAIN, {});
const server = synthesize([["compute", { instances: 1 }], ["metrics", { tool: "cloudwatch" }]], {}, {});

const api = "kubernetes_deployment_v1.api_deployment";
const targets = "aws_lb_target_group.load-balancer_targets";
const balancer = "aws_lb.load-balancer_load-balancer";
const chart = 'Helm release "kube-prometheus-stack" of kube-prometheus-stack 88.5.3, with a ServiceMonitor';

describe("what a criterion says of the port that metrics are read from", () => {
  proves("metrics", { tool: "prometheus", port: 3000 }, cluster, chart, ["helm_release.monitoring_release", api], [
    ["nothing that is measured listens on port 3000", set(api, "spec.template.spec.container.port.container_port", 8080)],
  ]);
  test("node-exporter's is known without a word", () => {
    expect(check("metrics", { tool: "prometheus", port: 9100 }, cluster)?.holds).toBe(true);
    expect(check("metrics", { tool: "prometheus", port: 9100 }, fleet)?.holds).toBe(true);
  });
  refutes("metrics", { tool: "prometheus", port: 9464 }, cluster, "nothing that is measured listens on port 9464");
  refutes("metrics", { tool: "prometheus", port: 9464 }, fleet, "nothing is measured on port 9464");
  refutes("metrics", { tool: "cloudwatch", port: 9464 }, server, 'CloudWatch reads no port: leave it out, or write "Prometheus metrics"');
});

describe("what a criterion says of how long something waits", () => {
  proves("health-check", { timeoutSeconds: 5 }, fleet, "health check at /health, by which the group replaces instances", [targets, "aws_autoscaling_group.fleet_group"], [
    ["a health check that waits 3 seconds", set(targets, "health_check.timeout", 3)],
  ]);
  refutes("health-check", { timeoutSeconds: 45, probes: ["readiness"] }, cluster, "a probe that waits 3 seconds");
  proves("load-balancer", { timeoutSeconds: 60 }, fleet, "application load balancer, 2 listeners, health check at /health", [balancer, targets, "aws_lb_listener.load-balancer_http", "aws_lb_listener.load-balancer_https"], [
    ["connections may be idle for 30 seconds", set(balancer, "idle_timeout", 30)],
  ]);
  refutes("load-balancer", { timeoutSeconds: 300 }, fleet, "connections may be idle for 60 seconds");
});
