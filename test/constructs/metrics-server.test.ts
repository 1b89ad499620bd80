import { TerraformStack, Testing } from "cdktf";
import { MetricsServer } from "../../lib/constructs/metrics-server";
import { metricsServerValues } from "../../lib/render/metrics-server";

describe("MetricsServer", () => {
  test("installs the pinned chart into kube-system", () => {
    const stack = new TerraformStack(Testing.app(), "production-platform");
    new MetricsServer(stack, "metrics-server");
    expect(JSON.parse(Testing.synth(stack)).resource.helm_release["metrics-server"]).toMatchObject({
      name: "metrics-server",
      namespace: "kube-system",
      repository: "https://kubernetes-sigs.github.io/metrics-server/",
      version: "3.13.1",
    });
  });
});

describe("metricsServerValues", () => {
  test("runs two pods, of which a drained node takes one", () => {
    expect(metricsServerValues()).toMatchObject({ replicas: 2, podDisruptionBudget: { enabled: true, maxUnavailable: 1 } });
  });

  test("has no disruption budget for a single pod, which could then never be moved", () => {
    expect(metricsServerValues({ replicas: 1 })).toMatchObject({ replicas: 1, podDisruptionBudget: { enabled: false } });
  });

  test("throws when the number of pods cannot be", () => {
    expect(() => metricsServerValues({ replicas: 0 })).toThrow(new Error("metricsServer: replicas is 0: it must be a whole number from 1 to 10. Choose one."));
  });
});
