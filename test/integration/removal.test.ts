import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWith } from "./support/shared";
import { effective, plan, scratch, synth, terraform } from "./support/terraform";

const home = scratch("removal");
const increments = join(home, "increments");

/** Adds an increment, synthesizes all of them, and plans the stack on AWS. */
function add(name: string, ...criteria: readonly string[]): readonly string[] {
  mkdirSync(join(increments, name), { recursive: true });
  writeFileSync(join(increments, name, "spec.md"), criteria.map((text, index) => `- **AC-0${index + 1}**: ${text} (P1)\n`).join(""));
  const directory = join(synth(home, "json", { PHASELINE_INCREMENTS: increments }), "stacks/production");
  terraform(directory, "init", "-input=false");
  const changes = effective(plan(directory));
  terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
  return changes;
}

const destroyed = (changes: readonly string[]) => changes.filter((change) => change.includes("delete"));

describeWith("terraform", "what is removed in words, in real Terraform", () => {
  test("stands at first, beside what comes after it", () => {
    expect(destroyed(add("0001-mvp", "MVP runs on a single EC2 instance", "RDS PostgreSQL database", "Automated backups are kept for 14 days"))).toEqual([]);
    expect(destroyed(add("0002-aurora", "Aurora PostgreSQL cluster with a reader in another zone", "Aurora backups are kept for 14 days"))).toEqual([]);
  });

  test("the server goes, and what is its own; the RDS instance loses its protection, and nothing of it goes", () => {
    const changes = add("0003-clean", "Decommission the EC2 server", "Lift the deletion protection of the RDS instance");
    expect(changes).toContain("update aws_db_instance.database");
    expect(destroyed(changes)).toContain("delete aws_instance.server");
    expect(destroyed(changes).filter((change) => !/server|host-monitoring|domain/.test(change))).toEqual([]);
  });

  test("then the RDS instance goes with a consent, and Aurora, the network and the keys are left alone", () => {
    const changes = add("0004-drop", "Remove the RDS instance <!-- phaseline: consent=delete-data -->");
    expect(destroyed(changes)).toContain("delete aws_db_instance.database");
    // The zone of the domain stands since the server was removed, and so does the key of the last snapshot.
    expect(changes.filter((change) => /route53|aurora|aws_vpc\.|aws_subnet\.|aws_kms_/.test(change) && !change.startsWith("update"))).toEqual([]);
    expect(destroyed(changes).filter((change) => !/database/.test(change))).toEqual([]);
  });
});
