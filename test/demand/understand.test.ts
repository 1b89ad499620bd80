import { understand } from "../../lib/demand/understand";

const demands = (text: string) => understand(text).demands.map(({ kind, parameters }) => ({ kind, ...parameters }));

describe("the seed's criteria", () => {
  test("deploying to a Kubernetes cluster asks for the cluster and for the workload", () => {
    expect(demands("Deploy API to Kubernetes cluster")).toEqual([{ kind: "cluster", platform: "kubernetes" }, { kind: "workload", service: "api", platform: "kubernetes" }]);
  });
  test("auto-scaling states its bounds and what it counts", () => {
    expect(demands("Configure auto-scaling (2-10 pods)")).toEqual([{ kind: "autoscaling", min: 2, max: 10, of: "pods" }]);
  });
  test("Prometheus metrics name the tool", () => {
    expect(demands("Set up Prometheus metrics")).toEqual([{ kind: "metrics", tool: "prometheus" }]);
  });
  test("a CI/CD pipeline needs no more words", () => {
    expect(demands("Configure CI/CD pipeline")).toEqual([{ kind: "pipeline" }]);
  });
});
