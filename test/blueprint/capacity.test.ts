import { fold } from "../../lib/blueprint/fold";
import { readSettings } from "../../lib/blueprint/settings";
import { layerOf, type Asked } from "../support/synthesize";

const FLEET: readonly Asked[] = [["compute", { instances: 3 }], ["load-balancer", {}]];
const foldOf = (demands: readonly Asked[]) => fold([layerOf("0001-load", demands)], readSettings({ project: "shop", repository: "acme/shop" }, "cdktf.json"));

describe("a load that is to be carried", () => {
  test("is one target a criterion, with each time and its share of the requests", () => {
    const targets = foldOf([...FLEET, ["capacity-target", { users: 1000 }], ["capacity-target", { latencyMs: [100, 300], percentile: [50, 99] }], ["capacity-target", { latencyMs: 500 }]]).capacity?.value;
    expect(targets?.map(({ origin: _origin, ...rest }) => rest)).toEqual([
      { name: "0001-load-AC-03", users: 1000, latencies: [] },
      { name: "0001-load-AC-04", latencies: [{ percentile: 50, milliseconds: 100 }, { percentile: 99, milliseconds: 300 }] },
      { name: "0001-load-AC-05", latencies: [{ percentile: 95, milliseconds: 500 }] },
    ]);
  });

  test("lets a fleet follow the load, where one server would not carry it", () => {
    expect(foldOf([...FLEET, ["capacity-target", { users: 100 }]]).fleet?.value.cpuTargetPercent).toBeUndefined();
    expect(foldOf([...FLEET, ["capacity-target", { requestsPerSecond: 101 }]]).fleet?.value.cpuTargetPercent).toBe(60);
  });

  test("lets pods follow the load, and nodes the pods, where it is more than a fleet carries", () => {
    const parts = (users: number) => {
      const { autoscaling, nodeScaling } = foldOf([["cluster", {}], ["workload", {}], ["capacity-target", { users }]]);
      return [autoscaling?.value.maxReplicas, nodeScaling !== undefined];
    };
    expect([parts(100), parts(1000), parts(50_000)]).toEqual([[undefined, false], [10, false], [10, true]]);
  });

  test("does not change how far pods are to scale where a criterion says it", () => {
    expect(foldOf([["cluster", {}], ["workload", {}], ["autoscaling", { min: 3, max: 4, of: "pods" }], ["capacity-target", { users: 1000 }]]).autoscaling?.value).toMatchObject({ minReplicas: 3, maxReplicas: 4 });
  });

  test("is alerted on with the shortest time for each share of the requests", () => {
    const { alarms } = foldOf([...FLEET, ["capacity-target", { latencyMs: 500, percentile: 95 }], ["capacity-target", { latencyMs: 200, percentile: 95 }], ["capacity-target", { latencyMs: 50, percentile: 50 }]]);
    expect(alarms?.value.latencyTargets).toEqual([{ percentile: 50, milliseconds: 50 }, { percentile: 95, milliseconds: 200 }]);
  });
});
