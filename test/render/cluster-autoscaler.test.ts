import { clusterAutoscalerValues, DEFAULTS, type ClusterAutoscalerProps } from "../../lib/render/cluster-autoscaler";
import { documentedDefaults } from "../support/documented-defaults";

const names = { clusterName: "shop-prod", region: "eu-central-1", serviceAccount: "cluster-autoscaler" };
const values = (props: ClusterAutoscalerProps = {}) => clusterAutoscalerValues(props, names) as any;

describe("clusterAutoscalerValues", () => {
  test("finds the groups of the cluster by their tags", () => {
    expect(values()).toMatchObject({ cloudProvider: "aws", awsRegion: "eu-central-1", autoDiscovery: { clusterName: "shop-prod" } });
  });

  test("is of the cluster's own minor version", () => {
    expect(values().image).toEqual({ tag: "v1.35.0" });
    expect(values({ kubernetesVersion: "1.34" }).image).toEqual({ tag: "v1.34.0" });
  });

  test("takes nodes away although they run system pods or pods with an emptyDir, as every pod of ours has one", () => {
    expect(values({ unneededMinutes: 20, unneededBelowPercent: 60 }).extraArgs).toEqual({
      v: 2,
      expander: "least-waste",
      "balance-similar-node-groups": true,
      "skip-nodes-with-system-pods": false,
      "skip-nodes-with-local-storage": false,
      "scale-down-unneeded-time": "20m",
      "scale-down-utilization-threshold": 0.6,
    });
  });

  test("does not wait for the cluster's DNS, whose nodes it makes", () => {
    expect(values().dnsPolicy).toBe("Default");
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() => values({ kubernetesVersion: "1.35.2", replicas: 0, unneededMinutes: 0.5, unneededBelowPercent: 100 })).toThrow(
      new Error(
        [
          "clusterAutoscaler: 4 values cannot be used.",
          '  - kubernetesVersion is "1.35.2": it must be a major and a minor version. Write it as in 1.35.',
          "  - replicas is 0: it must be a whole number from 1 to 5. Choose one.",
          "  - unneededMinutes is 0.5: it must be a whole number from 1 to 1440. Choose one.",
          "  - unneededBelowPercent is 100: it must be a whole number from 1 to 99. Choose one.",
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/cluster-autoscaler.ts", "ClusterAutoscalerProps")).toEqual(DEFAULTS);
  });
});
