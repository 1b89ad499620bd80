import { Faults, shown } from "./faults";
import { ACTIONS, CHECKOUT, RULES, type Step } from "./github-actions";
import { workflowYaml } from "./workflow-yaml";
import type { GeneratedHeader } from "./yaml";

export interface ScheduledWorkflowProps {
  /** Where the file comes from: increment and criteria. */
  readonly header: GeneratedHeader;
  /** Name of the job. */
  readonly name: string;
  /** The command, as words, in a checkout of the repository. */
  readonly command: readonly string[];
  /** Five fields of cron, by UTC. */
  readonly schedule: string;
  /** Label of the runner. @default "ubuntu-24.04" */
  readonly runsOn?: string;
  /** Node.js version, as in `24`. @default - that of the runner */
  readonly nodeVersion?: string;
}

export const DEFAULTS = { runsOn: "ubuntu-24.04" } as const;

/**
 * A workflow of GitHub Actions that runs a command of the repository by the clock, or by hand. It may read the repository and nothing else: no secret,
 * no access to AWS.
 *
 * GitHub runs schedules of the default branch only, some minutes late when many are due, and stops those of a public repository after 60 days without a commit.
 *
 * @throws Error that names every value that cannot be used
 */
export function scheduledWorkflow(props: ScheduledWorkflowProps): string {
  const { name, command, schedule, runsOn, nodeVersion, header } = { ...DEFAULTS, ...props };
  const faults = new Faults("scheduledWorkflow");
  faults.unless(/^[a-z]([a-z0-9-]{0,50}[a-z0-9])?$/.test(name), `name is ${shown(name)}: it must be 1 to 52 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.`);
  faults.unless(command.length > 0, "command is []: there is nothing to run. Give its words.");
  for (const word of command) faults.unless(/^[A-Za-z0-9_@+=:,./-]+$/.test(word), `command has the word ${shown(word)}: a word must be letters, digits and _@+=:,./- only. Put the rest into a script of the repository.`);
  faults.unless(/^([\d*,/-]+ ){4}[\d*,/-]+$/.test(schedule), `schedule is ${shown(schedule)}: it must be five fields of cron in numbers. Write, for example, "0 2 * * *".`);
  faults.unless(RULES.runsOn[0].test(runsOn), `runsOn is ${shown(runsOn)}: it must be ${RULES.runsOn[1]}. Correct it.`);
  faults.unless(nodeVersion === undefined || RULES.nodeVersion[0].test(nodeVersion), `nodeVersion is ${shown(nodeVersion)}: it must be ${RULES.nodeVersion[1]}. Correct it.`);
  faults.throwIfAny();
  return workflowYaml(
    {
      name,
      on: { schedule: [{ cron: schedule }], workflow_dispatch: {} },
      permissions: { contents: "read" },
      concurrency: { group: name, "cancel-in-progress": false },
      defaults: { run: { shell: "bash" } },
      jobs: {
        [name]: {
          "runs-on": runsOn,
          "timeout-minutes": 60,
          steps: [
            CHECKOUT,
            ...(nodeVersion === undefined ? [] : [{ name: "Set up Node.js", uses: ACTIONS.setupNode, with: { "node-version": nodeVersion } }]),
            { name: `Run ${name}`, run: command.join(" ") },
          ] satisfies Step[],
        },
      },
    },
    header,
  );
}
