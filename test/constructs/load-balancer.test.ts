import { Testing } from "cdktf";
import { DEFAULTS, LoadBalancer, type LoadBalancerProps } from "../../lib/constructs/load-balancer";
import { SecurityGroup } from "../../lib/constructs/security-group";
import { emptyStack, errorOf, Synthesized } from "./support/terraform";

const network = { vpcId: "vpc-1", publicSubnetIds: ["subnet-a", "subnet-b"] };
const certificate = { kind: "certificate", certificateArn: "arn:certificate" } as const;
const domain = { kind: "domain", domainName: "api.example.com", hostedZoneId: "Z1" } as const;

function synthesized(props: Partial<LoadBalancerProps> = {}, then: (loadBalancer: LoadBalancer) => void = () => {}): Synthesized {
  const stack = emptyStack();
  then(new LoadBalancer(stack, "lb", { network, endpoint: certificate, name: "shop-prod", ...props }));
  return new Synthesized(stack);
}

describe("LoadBalancer", () => {
  test("without further props is what its defaults say", () => {
    expect(synthesized().resources("aws_lb")).toEqual(synthesized({ ...DEFAULTS }).resources("aws_lb"));
  });

  test("drops malformed headers, is protected, and writes access logs that go after 90 days", () => {
    const stack = synthesized();
    expect(stack.resource("aws_lb")).toMatchObject({
      load_balancer_type: "application",
      internal: false,
      drop_invalid_header_fields: true,
      enable_deletion_protection: true,
      access_logs: { enabled: true },
    });
    expect(stack.resource("aws_s3_bucket_lifecycle_configuration").rule[0]).toMatchObject({ expiration: [{ days: 90 }] });
    expect(stack.statements("lb/access-logs/policy-document").map(({ sid }) => sid)).toEqual(["NothingInClear", "AccessLogs"]);
  });

  test("speaks TLS 1.3 and redirects HTTP to it", () => {
    const listeners = synthesized().resources("aws_lb_listener");
    expect(listeners["lb/https"]).toMatchObject({ port: 443, protocol: "HTTPS", ssl_policy: "ELBSecurityPolicy-TLS13-1-2-2021-06", certificate_arn: "arn:certificate" });
    expect(listeners["lb/http"]).toMatchObject({ port: 80, default_action: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", status_code: "HTTP_301" } }] });
  });

  test("speaks HTTP alone only when told so", () => {
    const stack = synthesized({ endpoint: { kind: "http-only" } });
    expect(Object.keys(stack.resources("aws_lb_listener"))).toEqual(["lb/http"]);
    expect(stack.resource("aws_lb_listener").default_action).toEqual([expect.objectContaining({ type: "forward" })]);
    expect(stack.resource("aws_vpc_security_group_ingress_rule")).toMatchObject({ from_port: 80, cidr_ipv4: "0.0.0.0/0" });
  });

  test("with a domain has a certificate and the record that a single server had", () => {
    const stack = synthesized({ endpoint: domain });
    expect(stack.resource("aws_acm_certificate")).toMatchObject({ domain_name: "api.example.com", validation_method: "DNS" });
    expect(stack.resources("aws_route53_record")["lb/domain/record"]).toMatchObject({ name: "api.example.com", type: "A", alias: { evaluate_target_health: true } });
    const app = emptyStack();
    new LoadBalancer(app, "lb", { network, endpoint: domain, name: "shop" });
    expect(Object.keys(JSON.parse(Testing.synth(app)).resource.aws_route53_record)).toContain("domain");
  });

  test("finds targets healthy by asking them, and lets their requests end", () => {
    expect(synthesized({ targetPort: 8080, healthCheckPath: "/ready", deregistrationDelaySeconds: 15 }).resource("aws_lb_target_group")).toMatchObject({
      port: 8080,
      deregistration_delay: "15",
      health_check: { path: "/ready", matcher: "200", interval: 10, healthy_threshold: 2, unhealthy_threshold: 3 },
      lifecycle: { create_before_destroy: true },
    });
  });

  test("answers private paths, and what lies below them, itself", () => {
    expect(synthesized({ privatePaths: ["/metrics"] }).resource("aws_lb_listener_rule")).toMatchObject({
      condition: [{ path_pattern: { values: ["/metrics", "/metrics/*"] } }],
      action: [{ type: "fixed-response", fixed_response: { status_code: "404" } }],
    });
  });

  test("leads another host name to one machine, for whom it is open", () => {
    const stack = emptyStack();
    const host = new SecurityGroup(stack, "host", { network, name: "host", description: "A host" });
    new LoadBalancer(stack, "lb", { network, endpoint: domain, name: "shop" }).route("grafana", {
      hostName: "grafana.example.com",
      instanceId: "i-1",
      target: { securityGroup: host },
      port: 3000,
      healthCheckPath: "/api/health",
      allowedCidrs: ["203.0.113.0/24"],
    });
    const of = new Synthesized(stack);
    expect(of.resource("aws_lb_listener_rule").condition).toEqual([{ host_header: { values: ["grafana.example.com"] } }, { source_ip: { values: ["203.0.113.0/24"] } }]);
    expect(of.resource("aws_lb_target_group_attachment")).toMatchObject({ target_id: "i-1", port: 3000 });
    expect(Object.keys(of.resources("aws_vpc_security_group_ingress_rule"))).toContain("host/from-shop-load-balancer-3000");
    expect(Object.keys(of.resources("aws_route53_record"))).toContain("lb/grafana-domain/record");
  });

  test.each<[string, Partial<LoadBalancerProps>, string]>([
    ["its name is too long", { name: "a".repeat(33) }, `stack/lb: name is "${"a".repeat(33)}"; a load balancer's has at most 32 characters and does not begin with "internal-".\n    → Give a shorter name.`],
    ["there is one zone", { network: { vpcId: "vpc-1", publicSubnetIds: ["subnet-a"] } }, "stack/lb: the network has 1 public subnets; a load balancer stands in two zones at least.\n    → Give a network over two zones or more."],
    ["a path is none", { privatePaths: ["metrics"] }, 'stack/lb: "metrics" is not a path of letters, digits and ._~/- that begins with a slash, of at most 128 characters.\n    → Write, for example, "/health".'],
    ["a time is none", { deregistrationDelaySeconds: 3601 }, "stack/lb: deregistrationDelaySeconds is 3601; it is a whole number from 0 to 3600.\n    → Give a number in that range, or leave it out."],
  ])("throws when %s", (_, props, message) => {
    expect(errorOf(() => synthesized(props)).message).toBe(message);
  });

  test("throws when a log-in would be reached in clear", () => {
    const route = (loadBalancer: LoadBalancer) =>
      loadBalancer.route("grafana", { hostName: "grafana.example.com", instanceId: "i-1", target: { securityGroup: undefined as never }, port: 3000, healthCheckPath: "/" });
    expect(errorOf(() => synthesized({ endpoint: { kind: "http-only" } }, route)).message).toBe(
      "stack/lb: grafana.example.com would be reached in clear, and with it whoever logs in there.\n    → Give the load balancer a certificate or a domain.",
    );
  });
});
