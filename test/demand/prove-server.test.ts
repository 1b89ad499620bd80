import { rewordArtifact, set, without, withoutArtifact, type Mutation } from "../support/mutate";
import { proves, refutes } from "../support/proofs";
import { INCREMENT, layerOf, synthesize, synthesizeAll, type Asked } from "../support/synthesize";

const MVP: readonly Asked[] = [["compute", { instances: 1 }], ["alerts", {}]];
const server = "aws_instance.server";
const WORKFLOW = ".github/workflows/deploy.yml";

describe("a single server, a proof of", () => {
  const piped = synthesize([...MVP, ["pipeline", { tool: "github-actions" }]], {}, {});
  const role = "aws_iam_role.deploy-role_role";
  proves("pipeline", { tool: "github-actions", branch: "main" }, piped, `${WORKFLOW}, and a role that trusts acme/specweave only`, [role], [
    ["no document that deploys", without("aws_ssm_document")],
    ["no deployment by Systems Manager", rewordArtifact(WORKFLOW, /ssm send-command/g, "ssm list")],
    ["no trigger on main", rewordArtifact(WORKFLOW, "- main", "- other")],
    [`no role that trusts acme/specweave`, without(role)],
  ]);
  refutes("pipeline", { tool: "jenkins" }, piped, "no jenkins: phaseline writes workflows for GitHub Actions");

  const byHand = (() => {
    const layer = layerOf(INCREMENT, [...MVP, ["pipeline", {}]]);
    // "Application deployed over SSH with git pull".
    const demands = layer.demands.map((each, index) => (index === 2 ? { ...each, demand: { ...each.demand, words: ["git pull"] } } : each));
    return synthesizeAll([{ ...layer, demands }]);
  })();
  test("deployed by hand, it has no pipeline beside", () => {
    expect(byHand.artifacts[WORKFLOW]).toBeUndefined();
    expect(byHand.stacks["production"]!.resource).not.toHaveProperty("aws_ssm_document");
  });
  proves("pipeline", {}, byHand, "deploy.sh on the server pulls main, and goes back if the new release is not well", [server], [
    ["no deploy.sh", withoutArtifact("deploy.sh")],
    ["a server without deploy.sh", set(server, "user_data", "#!/bin/bash")],
    ["no way back", rewordArtifact("deploy.sh", /--rollback/g, "--back")],
  ]);
  refutes("pipeline", { branch: "develop" }, byHand, "main is pulled");
  refutes("pipeline", { tool: "github-actions" }, byHand, `no ${WORKFLOW}, nothing to deploy to, no role that trusts acme/specweave`);

  const healthy = synthesize([...MVP, ["health-check", { path: "/healthz" }]], {}, {});
  const alarms: Mutation = ({ stacks }) => { for (const alarm of Object.values<any>(stacks.production.resource.aws_cloudwatch_metric_alarm)) alarm.alarm_actions = []; };
  const recovery = ["aws_cloudwatch_metric_alarm.host-monitoring_machine-alarm_alarm", "aws_cloudwatch_metric_alarm.host-monitoring_system-alarm_alarm"];
  proves("health-check", { path: "/healthz" }, healthy, "/healthz must answer before a release stays, and status checks recover the server", [server, ...recovery], [
    ["no status check that recovers it", alarms],
    ["no release is checked", withoutArtifact("deploy.sh")],
    ["releases are checked elsewhere than at /healthz", rewordArtifact("deploy.sh", "/healthz", "/other")],
  ]);
  refutes("health-check", { port: 9000 }, healthy, "the application does not listen on 9000");
});
