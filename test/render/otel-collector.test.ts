import { DEFAULTS, otelCollectorValues, type OtelCollectorProps } from "../../lib/render/otel-collector";
import { documentedDefaults } from "../support/documented-defaults";

const names = { name: "otel-collector", serviceAccount: "otel-collector", port: 4318 };
const values = (more: Partial<OtelCollectorProps> = {}) => otelCollectorValues({ region: "eu-central-1", from: ["shop"], ...more }, names) as any;

describe("otelCollectorValues", () => {
  test("takes traces over HTTP and gives them to X-Ray, and nothing else", () => {
    const { alternateConfig, ports } = values();
    expect(alternateConfig.service.pipelines).toEqual({ traces: { receivers: ["otlp"], processors: ["memory_limiter", "batch"], exporters: ["awsxray"] } });
    expect(Object.keys(alternateConfig.receivers)).toEqual(["otlp"]);
    expect(alternateConfig.exporters).toEqual({ awsxray: { region: "eu-central-1", local_mode: true } });
    expect(Object.entries<any>(ports).filter(([, { enabled }]) => enabled).map(([name]) => name)).toEqual(["otlp-http"]);
  });

  test("is open to the namespaces that are named, and to no other", () => {
    expect(values({ from: ["shop", "jobs"] }).networkPolicy).toEqual({
      enabled: true,
      allowIngressFrom: ["shop", "jobs"].map((name) => ({ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } } })),
    });
  });

  test("satisfies the Pod Security Standard restricted, and survives a node", () => {
    const { podSecurityContext, securityContext, serviceAccount, replicaCount, podDisruptionBudget } = values();
    expect(podSecurityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
    expect(serviceAccount.automountServiceAccountToken).toBe(false);
    expect([replicaCount, podDisruptionBudget]).toEqual([2, { enabled: true, maxUnavailable: 1 }]);
    expect(values({ replicas: 1 }).podDisruptionBudget).toEqual({ enabled: false });
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() => values({ region: "here", from: ["a b"], replicas: 0 })).toThrow(
      new Error(
        [
          "otelCollector: 3 values cannot be used.",
          '  - region is "here": it must be an AWS region. Write it as in us-east-1.',
          "  - replicas is 0: it must be a whole number from 1 to 10. Choose one.",
          '  - from has "a b": it must be the name of a namespace. Correct it.',
        ].join("\n"),
      ),
    );
    expect(() => values({ from: [] })).toThrow("from is []: nobody could send anything. Name the namespaces of the applications.");
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/otel-collector.ts", "OtelCollectorProps")).toEqual(DEFAULTS);
  });
});
