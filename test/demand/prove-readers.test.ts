import { set, without } from "../support/mutate";
import { proves, refutes } from "../support/proofs";
import { synthesize } from "../support/synthesize";

describe("the readers of a database, a proof of", () => {
  const scale = synthesize([["database", { engine: "aurora-postgresql" }], ["read-replica", { readReplicas: 2 }], ["autoscaling", { min: 2, max: 5, cpuTargetPercent: 55, of: "readers" }]], {}, {});
  const target = "aws_appautoscaling_target.aurora_reader-scaling";
  const policy = "aws_appautoscaling_policy.aurora_reader-scaling-policy";

  proves("autoscaling", { min: 2, max: 5, cpuTargetPercent: 55, of: "readers" }, scale, "2 to 5 readers at 55 % CPU", ["aws_rds_cluster.aurora", target, policy], [
    ["no scaling of readers", without(target)],
    ["no policy", without(policy)],
    ["2 to 3 readers", set(target, "max_capacity", 3)],
    ["at 80 % CPU", set(policy, "target_tracking_scaling_policy_configuration.target_value", 80)],
  ]);
  refutes("autoscaling", { of: "readers" }, synthesize([["database", { engine: "postgres" }]], {}, {}), "no Aurora cluster: an RDS instance has the read replicas that are asked for, and no more");
});
