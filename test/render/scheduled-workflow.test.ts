import {
  DEFAULTS,
  scheduledWorkflow,
  type ScheduledWorkflowProps,
} from "../../lib/render/scheduled-workflow";
import { documentedDefaults } from "../support/documented-defaults";
import { messageOf } from "../support/synth";

const rendered = (props: Partial<ScheduledWorkflowProps> = {}) =>
  scheduledWorkflow({
    header: { source: "0001/AC-01", regenerate: "npm run synth" },
    name: "report",
    command: ["npm", "run", "report"],
    schedule: "0 6 * * *",
    ...props,
  });

describe("scheduledWorkflow", () => {
  test("runs the command by the clock, or by hand, with the right to read the repository alone", () => {
    expect(rendered({ nodeVersion: "24" })).toMatchInlineSnapshot(`
      "# Generated from 0001/AC-01.
      # Do not edit: change the source and run \`npm run synth\`.
      name: report

      on:
        schedule:
          - cron: 0 6 * * *
        workflow_dispatch: {}

      permissions:
        contents: read

      concurrency:
        group: report
        cancel-in-progress: false

      defaults:
        run:
          shell: bash

      jobs:
        report:
          runs-on: ubuntu-24.04
          timeout-minutes: 60
          steps:
            - name: Check out the commit
              uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
              with:
                persist-credentials: false

            - name: Set up Node.js
              uses: actions/setup-node@820762786026740c76f36085b0efc47a31fe5020 # v7.0.0
              with:
                node-version: "24"

            - name: Run report
              run: npm run report
      "
    `);
  });

  test("has the defaults that its documentation names", () =>
    expect(
      documentedDefaults(
        "lib/render/scheduled-workflow.ts",
        "ScheduledWorkflowProps"
      )
    ).toEqual(DEFAULTS));

  test("lets no text become shell or an expression", () => {
    expect(
      messageOf(() =>
        rendered({
          name: "a b",
          command: ["echo", "${{ secrets.X }}"],
          schedule: "daily",
          runsOn: "x y",
          nodeVersion: "latest",
        })
      )
    ).toBe(`scheduledWorkflow: 5 values cannot be used.
  - name is "a b": it must be 1 to 52 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.
  - command has the word "\${{ secrets.X }}": a word must be letters, digits and _@+=:,./- only. Put the rest into a script of the repository.
  - schedule is "daily": it must be five fields of cron in numbers. Write, for example, "0 2 * * *".
  - runsOn is "x y": it must be the label of a runner: letters, digits, dots, hyphens and underscores. Correct it.
  - nodeVersion is "latest": it must be a Node.js version such as 24. Correct it.`);
  });
});
