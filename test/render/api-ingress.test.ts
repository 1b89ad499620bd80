import { apiIngress, DEFAULTS, type ApiIngressProps } from "../../lib/render/api-ingress";
import { documentedDefaults } from "../support/documented-defaults";

const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/1";
const ingress = (props: Partial<ApiIngressProps> = {}) => apiIngress({ namespace: "shop", tls: { kind: "certificate", certificateArn }, ...props });
const annotation = (name: string, props: Partial<ApiIngressProps> = {}) => ingress(props).metadata.annotations[`alb.ingress.kubernetes.io/${name}`];

describe("apiIngress", () => {
  test("speaks TLS with a policy of today, and sends HTTP there", () => {
    expect(JSON.parse(annotation("listen-ports")!)).toEqual([{ HTTP: 80 }, { HTTPS: 443 }]);
    expect([annotation("certificate-arn"), annotation("ssl-redirect"), annotation("ssl-policy")]).toEqual([certificateArn, "443", "ELBSecurityPolicy-TLS13-1-2-2021-06"]);
  });

  test("finds the certificate by the host where it is told to", () => {
    const props: Partial<ApiIngressProps> = { tls: { kind: "discover" }, host: "api.example.com" };
    expect(annotation("certificate-arn", props)).toBeUndefined();
    expect(annotation("ssl-redirect", props)).toBe("443");
    expect(ingress(props).spec.rules[0]!.host).toBe("api.example.com");
  });

  test("speaks in clear only where that is said", () => {
    const props: Partial<ApiIngressProps> = { tls: { kind: "insecure" } };
    expect(JSON.parse(annotation("listen-ports", props)!)).toEqual([{ HTTP: 80 }]);
    expect([annotation("ssl-redirect", props), annotation("ssl-policy", props)]).toEqual([undefined, undefined]);
  });

  test("asks pods for their health, drops invalid headers and lets requests end", () => {
    expect(annotation("target-type")).toBe("ip");
    expect(annotation("healthcheck-path", { healthPath: "/ready" })).toBe("/ready");
    expect(annotation("load-balancer-attributes")).toBe("routing.http.drop_invalid_header_fields.enabled=true,idle_timeout.timeout_seconds=60");
    expect(annotation("target-group-attributes")).toBe("deregistration_delay.timeout_seconds=25");
  });

  test("keeps access logs and asks a firewall where there is one", () => {
    const props = { accessLogsBucket: "logs", webAclArn: "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/x/1", loadBalancerName: "shop" };
    expect(annotation("load-balancer-attributes", props)).toMatch(/,access_logs\.s3\.enabled=true,access_logs\.s3\.bucket=logs$/);
    expect(annotation("wafv2-acl-arn", props)).toBe(props.webAclArn);
    expect(annotation("load-balancer-name", props)).toBe("shop");
  });

  test("is for the world, or for the VPC, or for named ranges", () => {
    expect([annotation("scheme"), annotation("inbound-cidrs")]).toEqual(["internet-facing", "0.0.0.0/0"]);
    expect(annotation("scheme", { public: false })).toBe("internal");
    expect(annotation("inbound-cidrs", { allowedCidrs: ["203.0.113.0/24", "198.51.100.7/32"] })).toBe("203.0.113.0/24,198.51.100.7/32");
  });

  test("leads to the Service, but for the metrics, which are not for the world", () => {
    expect(ingress().spec).toEqual({
      ingressClassName: "alb",
      rules: [
        {
          http: {
            paths: [
              { path: "/metrics", pathType: "Prefix", backend: { service: { name: "not-here", port: { name: "use-annotation" } } } },
              { path: "/", pathType: "Prefix", backend: { service: { name: "api", port: { name: "http" } } } },
            ],
          },
        },
      ],
    });
    expect(JSON.parse(annotation("actions.not-here")!)).toEqual({
      type: "fixed-response",
      fixedResponseConfig: { contentType: "text/plain", statusCode: "404", messageBody: "Not found" },
    });
    expect(annotation("actions.not-here", { privatePaths: [] })).toBeUndefined();
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() =>
      ingress({
        namespace: "Shop",
        tls: { kind: "discover" },
        allowedCidrs: ["10.0.0.0"],
        healthPath: "health",
        privatePaths: ["/"],
        loadBalancerName: "internal-shop",
        idleTimeoutSeconds: 0,
        deregistrationDelaySeconds: -1,
      }),
    ).toThrow(
      new Error(
        [
          "apiIngress: 8 values cannot be used.",
          '  - namespace is "Shop": it must be 1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.',
          "  - tls is discovered and host is missing: the certificate is found by the host. Name it, or give the certificate.",
          '  - allowedCidrs[0] is "10.0.0.0": it must be an IPv4 range. Write it as in 203.0.113.0/24.',
          '  - healthPath is "health": it must be an HTTP path that begins with a slash. Write it as in /health.',
          '  - privatePaths[0] is "/": it must be an HTTP path that begins with a slash and is not the root. Write it as in /metrics.',
          '  - loadBalancerName is "internal-shop": it must be 1 to 32 letters, digits and hyphens, and not begin with "internal-". Rename it.',
          "  - idleTimeoutSeconds is 0: it must be a whole number from 1 to 4000. Choose one.",
          "  - deregistrationDelaySeconds is -1: it must be a whole number from 0 to 3600. Choose one.",
        ].join("\n"),
      ),
    );
    expect(() => ingress({ allowedCidrs: [], host: "API" })).toThrow(
      new Error(
        [
          "apiIngress: 2 values cannot be used.",
          '  - host is "API": it must be a domain name in lower-case letters. Write it as in api.example.com.',
          "  - allowedCidrs is []: nobody could reach it, and the controller takes an empty list for everybody. Name ranges.",
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/api-ingress.ts", "ApiIngressProps")).toEqual(DEFAULTS);
  });
});
