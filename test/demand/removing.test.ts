import { understandIncrement } from "../../lib/demand/read-increment";
import { understand } from "../../lib/demand/understand";
import { readIncrement } from "../../lib/increment/read";

const removed = (text: string) => understand(text).demands.map(({ kind, parameters }) => ({ kind, ...parameters }));

describe("what is to go", () => {
  test.each([
    ["Remove the EC2 server", "server"],
    ["Decommission the server", "server"],
    ["The EC2 instance is decommissioned", "server"],
    ["Decommission the MVP server once traffic has moved to Kubernetes", "server"],
    ["Remove the single instance of phase 1", "server"],
    ["The system SHALL decommission the EC2 fleet.", "fleet"],
    ["Tear down the fleet", "fleet"],
    ["Shut down the old EC2 instances behind the load balancer", "fleet"],
    ["Delete the read replica of the database", "read-replica"],
    ["Retire the RDS instance", "database"],
    ["Drop the RDS PostgreSQL database", "database"],
    ["The Aurora cluster shall be deleted", "aurora"],
  ])("%s: %s", (text, of) => {
    expect(removed(text)).toEqual([{ kind: "removal", of }]);
  });

  test.each([
    ["Lift the deletion protection of the RDS instance", "database"],
    ["Disable deletion protection on the EC2 fleet", "fleet"],
    ["Deletion protection of the Aurora cluster is turned off", "aurora"],
  ])("%s: %s without protection", (text, of) => {
    expect(removed(text)).toEqual([{ kind: "removal", of, step: "unprotect" }]);
  });

  test("is quoted, and a phase that is named in it is not demanded", () => {
    const text = "Decommission the MVP server once traffic has moved to Kubernetes";
    const { criteria } = understandIncrement(readIncrement("0001-a/spec.md", `- **AC-01**: ${text}\n`));
    expect(criteria[0]?.reading.demands).toEqual([{ kind: "removal", parameters: { of: "server" }, words: [text] }]);
  });
});

describe("nothing goes by words that may mean something else", () => {
  test.each([
    "Delete the server",
    "Remove the instance",
    "Remove the group",
    "Delete the server when the user clicks delete",
    "The server is deleted",
    "Remove unused EC2 instances from the inventory",
    "Decommission the server when an administrator asks for it",
    "Delete the database records of a user on request",
    "Do not remove the EC2 server",
    "Remove the EC2 server and deploy to Kubernetes",
    "Remove the EC2 server; keep the database",
    "Deletion protection is enabled for the RDS instance",
    "Delete old images with an ECR lifecycle policy",
  ])("%s", (text) => {
    expect(removed(text).filter(({ kind }) => kind === "removal")).toEqual([]);
  });

  test("a text without end is no removal, and is looked at in no time", () => {
    const text = `Remove the EC2 server${" once traffic of the mvp behind the load balancer".repeat(2000)};`;
    const start = process.cpuUsage();
    expect(removed(text).filter(({ kind }) => kind === "removal")).toEqual([]);
    const short = `Remove the ${"old the ".repeat(20)}${"of the mvp ".repeat(2)};`;
    expect(removed(short)).toEqual([]);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
  });
});

test.each(["Remove the load balancer and the EC2 instances", "Remove the EKS cluster", "Tear down the Kubernetes cluster", "Drop the production database."])(
  "%s: a wish to have less is neither read as a wish to have it nor passed over",
  (text) => {
    const { status, demands, message } = understand(text);
    expect([status, demands]).toEqual(["unsupported", []]);
    expect(message).toBe(
      'It asks to take something away, in words that can be read in several ways. Write a criterion for each thing: "Decommission the EC2 server", "Remove the EC2 fleet", "Remove the read replica", "Remove the RDS instance", "Remove the Aurora cluster", ' +
        "or add <!-- phaseline: removal of=server|fleet|read-replica|database|aurora --> with one of these; a Kubernetes cluster goes by `cdktf destroy`. If it is no matter of infrastructure, add <!-- phaseline: not-infrastructure -->.",
    );
  },
);

test("an annotation settles it", () => {
  expect(understand("Whatever", { annotation: "removal of=server" }).demands).toMatchObject([{ kind: "removal", parameters: { of: "server" } }]);
  expect(understand("Whatever", { annotation: "removal of=server step=unprotect" })).toMatchObject({ status: "unsupported", message: "Removal: the server needs no step of its own; write removal of=server." });
  expect(understand("Whatever", { annotation: "removal of=cluster" })).toMatchObject({ status: "unsupported" });
});
