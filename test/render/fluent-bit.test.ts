import { DEFAULTS, fluentBitValues, type FluentBitProps } from "../../lib/render/fluent-bit";
import { documentedDefaults } from "../support/documented-defaults";

const values = (more: Partial<FluentBitProps> = {}) => fluentBitValues({ logGroupName: "/aws/eks/shop-prod/pods", region: "eu-central-1", ...more }, { serviceAccount: "fluent-bit" }) as any;

describe("fluentBitValues", () => {
  test("sends what all containers write, but its own, to one group that it does not make", () => {
    const { inputs, filters, outputs } = values().config;
    expect(inputs).toContain("    Path /var/log/containers/*.log\n    Exclude_Path /var/log/containers/fluent-bit-*.log\n");
    expect(outputs).toContain("    region eu-central-1\n    log_group_name /aws/eks/shop-prod/pods\n");
    expect(outputs).toContain("    auto_create_group false\n");
    expect(filters).toContain("    K8S-Logging.Parser Off\n    K8S-Logging.Exclude Off\n");
  });

  test("runs on every node, as root without capabilities, and writes only what it has read", () => {
    const { securityContext, tolerations, daemonSetVolumeMounts, testFramework } = values();
    expect(securityContext).toEqual({ runAsUser: 0, allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } });
    expect(tolerations).toEqual([{ operator: "Exists" }]);
    expect(daemonSetVolumeMounts.filter(({ readOnly }: any) => readOnly !== true)).toEqual([{ name: "state", mountPath: "/var/lib/fluent-bit" }]);
    expect(testFramework).toEqual({ enabled: false });
  });

  test("may use as much memory as its buffer needs", () => {
    expect(values({ bufferMebibytes: 50 })).toMatchObject({ resources: { limits: { memory: "228Mi" } }, config: { inputs: expect.stringContaining("Mem_Buf_Limit 50MB") } });
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() => values({ logGroupName: "a\n[OUTPUT] {{ .Values }}", region: "here", bufferMebibytes: 1 })).toThrow(
      new Error(
        [
          "fluentBit: 3 values cannot be used.",
          '  - logGroupName is "a\\n[OUTPUT] {{ .Values }}": it must be letters, digits and _-/.#, at most 512. Rename it.',
          '  - region is "here": it must be an AWS region. Write it as in us-east-1.',
          "  - bufferMebibytes is 1: it must be a whole number from 5 to 200. Choose one.",
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/fluent-bit.ts", "FluentBitProps")).toEqual(DEFAULTS);
  });
});
