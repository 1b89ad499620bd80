import { Faults, shown } from "./faults";
import { CHECKOUT, RULES } from "./github-actions";
import { workflowYaml } from "./workflow-yaml";
import type { GeneratedHeader } from "./yaml";

export interface LoadTestWorkflowProps {
  /** Where the file comes from: increments and criteria. */
  readonly header: GeneratedHeader;
  /** The tests: each with its path in the repository, and the users, or requests a second, that it stands for. */
  readonly tests: readonly { readonly name: string; readonly path: string; readonly load: number }[];
  /** Where the application is. @default - whoever starts the test says it */
  readonly baseUrl?: string;
  /** Label of the runner; it needs Go. @default "ubuntu-24.04" */
  readonly runsOn?: string;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { runsOn: "ubuntu-24.04" } as const;

/** By Go's checksum database, a version is one content for ever. */
export const K6 = "go.k6.io/k6@v1.8.1";

/** Users that one runner plays with ease, and runners that GitHub gives at a time on its smallest plan. */
const A_RUNNER = 2500;
const RUNNERS = 20;

/**
 * The text of `.github/workflows/load-test.yml`: started by hand, with the test to run and the address that it goes to. Much load is shared between runners, each of
 * which plays its segment of it.
 *
 * What is typed in comes into shell scripts as environment variables only, never as `${{ … }}` inside them.
 *
 * @throws Error that names every value that cannot be used
 */
export function loadTestWorkflow(props: LoadTestWorkflowProps): string {
  const value = { ...DEFAULTS, ...(Object.fromEntries(Object.entries(props).filter(([, given]) => given !== undefined)) as unknown as LoadTestWorkflowProps) };
  const { tests, baseUrl, runsOn } = value;
  const faults = new Faults("loadTestWorkflow");
  faults.unless(tests.length > 0, "tests is []: nothing would be run. Name a test.");
  tests.forEach(({ name, path, load }, index) => {
    faults.unless(/^[A-Za-z0-9][\w.-]*$/.test(name), `tests[${index}].name is ${shown(name)}: it must be letters, digits, dots, hyphens and underscores. Rename it.`);
    faults.unless(RULES.buildContext[0].test(path), `tests[${index}].path is ${shown(path)}: it must be ${RULES.buildContext[1]}. Correct it.`);
    faults.unless(Number.isInteger(load) && load >= 1, `tests[${index}].load is ${shown(load)}: it must be a whole number from 1. Correct it.`);
  });
  faults.unless(RULES.runsOn[0].test(runsOn), `runsOn is ${shown(runsOn)}: it must be ${RULES.runsOn[1]}. Correct it.`);
  faults.unless(baseUrl === undefined || /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(baseUrl), `baseUrl is ${shown(baseUrl)}: it must be an address such as https://api.example.com. Correct it.`);
  faults.throwIfAny();
  return workflowYaml(
    {
      name: "Load test",
      on: {
        workflow_dispatch: {
          inputs: {
            test: { description: "What is tested", type: "choice", required: true, options: tests.map(({ name }) => name) },
            url: { description: "Where the application is", type: "string", required: true, ...(baseUrl === undefined ? {} : { default: baseUrl }) },
          },
        },
      },
      permissions: { contents: "read" },
      concurrency: { group: "load-test", "cancel-in-progress": false },
      defaults: { run: { shell: "bash" } },
      jobs: Object.fromEntries(
        tests.map(({ name, path, load }, index) => {
          const shares = Math.min(RUNNERS, Math.ceil(load / A_RUNNER));
          return [
            `test-${index + 1}`,
            {
              name: `${name} (\${{ matrix.share }} of ${shares})`,
              if: `inputs.test == '${name}'`,
              "runs-on": runsOn,
              "timeout-minutes": 30,
              strategy: { "fail-fast": false, matrix: { share: Array.from({ length: shares }, (_, share) => share + 1) } },
              env: { BASE_URL: "${{ inputs.url }}", SCRIPT: path, SHARE: "${{ matrix.share }}", SHARES: String(shares), SEGMENTS: segments(shares) },
              steps: [
                CHECKOUT,
                { name: "Install k6", run: INSTALL },
                { name: "Run the test", run: RUN },
              ],
            },
          ];
        }),
      ),
    },
    props.header,
  );
}

/** Where the shares begin and end, as k6 writes it: `0,1/3,2/3,1`. */
function segments(shares: number): string {
  return [0, ...Array.from({ length: shares - 1 }, (_, index) => `${index + 1}/${shares}`), 1].join(",");
}

const INSTALL = `\
go install ${K6}
echo "$(go env GOPATH)/bin" >> "$GITHUB_PATH"
`;

const RUN = `\
case "$BASE_URL" in
  https://* | http://*) ;;
  *) echo "::error::$BASE_URL is no address such as https://api.example.com"; exit 1 ;;
esac
k6 run --no-usage-report --execution-segment "$((SHARE - 1))/$SHARES:$SHARE/$SHARES" --execution-segment-sequence "$SEGMENTS" "$SCRIPT"
`;
