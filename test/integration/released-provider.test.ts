import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setup, SHARED } from "./support/shared";
import { PROJECT, run, scratch, synth } from "./support/terraform";

/**
 * The provider as AWS and HashiCorp release it, one major version behind: its own code looks at names, enumerations and JSON
 * policies, which a schema cannot. What it does not know yet is listed here, and nothing else may be wrong.
 */
const UNKNOWN_TO_5 = ['No argument or block type is named "deletion_protection".'];

const binary = (process.env["AWS_PROVIDER_BINARY"] ?? spawnSync("find", ["/", "-xdev", "-name", "terraform-provider-aws_v5*", "-type", "f"], { encoding: "utf8" }).stdout.split("\n")[0]) || undefined;
const reason = !existsSync(join(SHARED, "terraform/setup")) ? "the other providers are not there" : binary === undefined ? "no released AWS provider is on this machine (AWS_PROVIDER_BINARY names one)" : undefined;
if (reason !== undefined) console.warn(`skipped: the released AWS provider: ${reason}`);

(reason === undefined ? describe : describe.skip)(`the released AWS provider${reason === undefined ? "" : ` (skipped: ${reason})`}`, () => {
  const journey = join(PROJECT, "examples/journey");
  const mirror = scratch("mirror");
  const config = join(mirror, "terraformrc");

  beforeAll(() => {
    const known = dirname(String(setup("terraform")["TF_CLI_CONFIG_FILE"]));
    // Filed under the version that the bindings ask for.
    const platform = join(mirror, "registry.terraform.io/hashicorp/aws/6.25.0", readdirSync(join(known, "registry.terraform.io/hashicorp/aws/6.25.0"))[0] ?? "");
    mkdirSync(platform, { recursive: true });
    symlinkSync(String(binary), join(platform, "terraform-provider-aws_v6.25.0_x5"));
    const from = (path: string, which: string) => `  filesystem_mirror {\n    path    = "${path}"\n    ${which} = ["registry.terraform.io/hashicorp/aws"]\n  }\n`;
    writeFileSync(config, `disable_checkpoint = true\nprovider_installation {\n${from(mirror, "include")}${from(known, "exclude")}}\n`);
  });

  test.each(readdirSync(journey).sort())("finds nothing wrong with %s but what it does not know yet", (step) => {
    const home = scratch("released");
    cpSync(join(journey, step), join(home, "increments", step), { recursive: true });
    const directory = join(synth(home, "json", { PHASELINE_INCREMENTS: join(home, "increments") }), "stacks/production");
    const env = { TF_CLI_CONFIG_FILE: config };
    run("terraform", ["init", "-input=false", "-no-color"], { cwd: directory, env });
    const { diagnostics } = JSON.parse(run("terraform", ["validate", "-json"], { cwd: directory, env, status: [0, 1] }).replace(/^status \d+\n/, "")) as {
      diagnostics: { severity: string; summary: string; detail: string; address?: string }[];
    };
    const wrong = diagnostics.filter(({ severity, detail }) => severity === "error" && !UNKNOWN_TO_5.includes(detail));
    expect(wrong.map(({ summary, detail, address }) => `${address ?? ""}: ${summary}: ${detail}`)).toEqual([]);
  });

  test.each(readdirSync(journey).sort())("plans %s for its own tests, which pass", (step) => {
    const home = scratch("released");
    cpSync(join(journey, step), join(home, "increments", step), { recursive: true });
    const directory = join(synth(home, "json", { PHASELINE_INCREMENTS: join(home, "increments") }), "stacks/production");
    const stack = JSON.parse(readFileSync(join(directory, "cdk.tf.json"), "utf8"));
    // What it does not know yet.
    for (const cluster of Object.values<Record<string, unknown>>(stack.resource.aws_eks_cluster ?? {})) delete cluster["deletion_protection"];
    writeFileSync(join(directory, "cdk.tf.json"), JSON.stringify(stack));
    const env = { TF_CLI_CONFIG_FILE: config };
    run("terraform", ["init", "-input=false", "-no-color", "-backend=false"], { cwd: directory, env });
    expect(run("terraform", ["test", "-no-color"], { cwd: directory, env })).toMatch(/Success! [1-9]\d* passed, 0 failed\./);
  });
});
