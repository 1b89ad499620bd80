import { DEFAULTS, namespaceGuard, type NamespaceGuardProps } from "../../lib/render/namespace-guard";
import { documentedDefaults } from "../support/documented-defaults";

const guard = (props: Partial<NamespaceGuardProps> = {}) => namespaceGuard({ namespace: "shop", app: "shop-api", ...props });
const policies = (props: Partial<NamespaceGuardProps> = {}) => Object.fromEntries(guard(props).networkPolicies.map(({ metadata, spec }) => [metadata.name, spec]));

describe("namespaceGuard", () => {
  test("denies all that is not named", () => {
    expect(policies()["deny-all"]).toEqual({ podSelector: {}, policyTypes: ["Ingress", "Egress"] });
    expect(Object.keys(policies())).toEqual(["deny-all", "allow-dns", "allow-pod-identity", "allow-to-https"]);
  });

  test("lets every pod ask the cluster's DNS and EKS for its credentials", () => {
    expect(policies()["allow-dns"]!.egress).toEqual([
      {
        to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } }, podSelector: { matchLabels: { "k8s-app": "kube-dns" } } }],
        ports: [
          { protocol: "UDP", port: 53 },
          { protocol: "TCP", port: 53 },
        ],
      },
    ]);
    expect(policies()["allow-pod-identity"]!.egress).toEqual([{ to: [{ ipBlock: { cidr: "169.254.170.23/32" } }], ports: [{ protocol: "TCP", port: 80 }] }]);
  });

  test("lets the load balancer and named namespaces reach the application, on its port", () => {
    const found = policies({ port: 8080, ingressCidrs: ["10.0.0.0/20", "10.0.16.0/20"], ingressNamespaces: ["monitoring"] });
    expect(found["allow-from-load-balancer"]).toEqual({
      podSelector: { matchLabels: { app: "shop-api" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/20" } }, { ipBlock: { cidr: "10.0.16.0/20" } }], ports: [{ protocol: "TCP", port: 8080 }] }],
    });
    expect(found["allow-from-monitoring"]!.ingress).toEqual([
      { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }], ports: [{ protocol: "TCP", port: 8080 }] },
    ]);
  });

  test("lets pods out where they are told to, and nowhere else", () => {
    const found = policies({ exits: [{ name: "database", cidrs: ["10.0.192.0/24"], ports: [5432] }] });
    expect(Object.keys(found)).toEqual(["deny-all", "allow-dns", "allow-pod-identity", "allow-to-database"]);
    expect(found["allow-to-database"]!.egress).toEqual([{ to: [{ ipBlock: { cidr: "10.0.192.0/24" } }], ports: [{ protocol: "TCP", port: 5432 }] }]);
  });

  test("lets pods reach those of named namespaces, at named ports", () => {
    expect(policies({ exitNamespaces: [{ namespace: "tracing", ports: [4318] }] })["allow-to-tracing"]!.egress).toEqual([
      { to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "tracing" } } }], ports: [{ protocol: "TCP", port: 4318 }] },
    ]);
  });

  test("takes references for ranges", () => {
    expect(policies({ ingressCidrs: ["${TfToken[TOKEN.1]}"] })).toHaveProperty("allow-from-load-balancer");
  });

  test("leaves the namespace its share of the cluster, and no node port", () => {
    expect(guard({ maxPods: 20, maxCpuCores: 4, maxMemoryGib: 8 }).quota.spec.hard).toEqual({
      pods: "20",
      "requests.cpu": "4",
      "limits.cpu": "16",
      "requests.memory": "8Gi",
      "limits.memory": "16Gi",
      "services.loadbalancers": "0",
      "services.nodeports": "0",
    });
  });

  test("gives containers that say nothing a small share, which the quota would refuse otherwise", () => {
    expect(guard().limits.spec.limits).toEqual([{ type: "Container", default: { cpu: "500m", memory: "256Mi" }, defaultRequest: { cpu: "50m", memory: "64Mi" } }]);
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() =>
      guard({
        namespace: "Shop",
        app: "a b",
        port: 0,
        ingressCidrs: ["10.0.0.0"],
        ingressNamespaces: ["load-balancer"],
        exits: [
          { name: "x", cidrs: ["anywhere"], ports: [] },
          { name: "x", cidrs: ["10.0.0.0/8"], ports: [70000] },
        ],
        exitNamespaces: [{ namespace: "x", ports: [] }],
        maxPods: 0,
        maxCpuCores: 0.5,
        maxMemoryGib: -1,
      }),
    ).toThrow(
      new Error(
        [
          "namespaceGuard: 13 values cannot be used.",
          '  - namespace is "Shop": it must be 1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.',
          '  - app is "a b": it must be a label value: at most 63 letters, digits, hyphens, dots and underscores. Rename it.',
          "  - port is 0: it must be a whole number from 1 to 65535. Choose one.",
          '  - ingressCidrs[0] is "10.0.0.0": it must be an IPv4 range. Write it as in 10.0.0.0/16.',
          '  - exits[0].cidrs[0] is "anywhere": it must be an IPv4 range. Write it as in 10.0.0.0/16.',
          "  - exits[0].ports is []: it would be open to all. Name them.",
          "  - exits[1].ports is 70000: it must be a whole number from 1 to 65535. Choose one.",
          "  - exitNamespaces[0].ports is []: it would be open to all. Name them.",
          "  - maxPods is 0: it must be a whole number from 1 to 10000. Choose one.",
          "  - maxCpuCores is 0.5: it must be a whole number from 1 to 10000. Choose one.",
          "  - maxMemoryGib is -1: it must be a whole number from 1 to 100000. Choose one.",
          '  - ingressNamespaces has the name "load-balancer" twice: each names a policy of its own. Remove or rename one.',
          '  - exits has the name "x" twice: each names a policy of its own. Remove or rename one.',
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/namespace-guard.ts", "NamespaceGuardProps")).toEqual(DEFAULTS);
  });
});
