import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, LocalBackend, TerraformStack } from "cdktf";
import { MvpPhase, type MvpPhaseProps } from "../../lib/constructs/mvp-phase";
import { describeWith } from "./support/shared";
import { effective, left, plan, run, scratch, terraform, type Change } from "./support/terraform";

const FULL: Partial<MvpPhaseProps> = {
  domain: { domainName: "shop.example.com", zoneId: "Z0123456789", certificateEmail: "ops@example.com" },
  alarmEmails: ["ops@example.com"],
  server: { ssh: { fromCidrs: ["203.0.113.7/32"], publicKey: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ops" } },
};

/** An app of somebody else, with a stack that has the phase and nothing else. */
function synth(home: string, form: "json" | "hcl", props: Partial<MvpPhaseProps> = {}, then: (phase: MvpPhase) => void = () => {}): string {
  process.env["SYNTH_HCL_OUTPUT"] = String(form === "hcl");
  try {
    const app = new App({ outdir: join(home, "out") });
    const stack = new TerraformStack(app, "shop");
    new LocalBackend(stack, { path: "terraform.tfstate" });
    new AwsProvider(stack, "aws", { region: "us-east-1" });
    then(new MvpPhase(stack, "mvp", { name: "shop-prod", application: { repository: "acme/shop" }, ...FULL, ...props }));
    app.synth();
    return join(home, "out/stacks/shop");
  } finally {
    delete process.env["SYNTH_HCL_OUTPUT"];
  }
}

function state(directory: string): { text: string; attributes: (type: string, name: string) => Record<string, unknown> } {
  const text = readFileSync(join(directory, "terraform.tfstate"), "utf8");
  const { resources } = JSON.parse(text) as { resources: { type: string; name: string; instances: { attributes: Record<string, unknown> }[] }[] };
  return { text, attributes: (type, name) => resources.find((found) => found.type === type && found.name === name)!.instances[0]!.attributes };
}

/** Synthesized JSON, changed in place. */
function edit(directory: string, change: (config: { resource: Record<string, Record<string, Record<string, any>>> }) => void): void {
  const file = join(directory, "cdk.tf.json");
  const config = JSON.parse(readFileSync(file, "utf8"));
  change(config);
  writeFileSync(file, JSON.stringify(config));
}

describeWith("terraform", "MvpPhase in real Terraform", () => {
  const plans: Record<string, readonly Change[]> = {};
  const homes: Record<string, string> = {};
  const directories: Record<string, string> = {};

  test.each(["json", "hcl"] as const)("initialises, validates, plans and applies as %s; a second plan is empty", (form) => {
    homes[form] = scratch(`mvp-${form}`);
    const directory = synth(homes[form], form);
    directories[form] = directory;
    terraform(directory, "init", "-input=false");
    terraform(directory, "validate");
    plans[form] = plan(directory);
    expect(plans[form].length).toBeGreaterThan(70);
    expect(plans[form].every(({ actions }) => actions.join() === "create")).toBe(true);
    terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
    expect(left(directory)).toEqual([]);
  });

  test("plans the same from JSON and from HCL, down to the script of the first start", () => {
    expect(plans["hcl"]).toEqual(plans["json"]);
    // Its text is known after the apply only, since it names the secret.
    const scripts = ["json", "hcl"].map((form) => state(directories[form]!).attributes("aws_instance", "server")["user_data"]);
    expect(scripts[1]).toBe(scripts[0]);
    expect(scripts[0]).toMatch(/^#!\/bin\/bash\n/);
  });

  test("keeps the password out of state and plan", () => {
    const { attributes } = state(directories["json"]!);
    expect(attributes("aws_db_instance", "database")).toMatchObject({ password: null, password_wo: null, password_wo_version: 1 });
    for (const name of ["database-password", "database-settings"]) {
      expect(attributes("aws_secretsmanager_secret_version", name)).toMatchObject({ secret_string: null, secret_string_wo: null });
    }
    const after = plans["json"]!.find(({ address }) => address === "aws_db_instance.database")!.after;
    expect(after).not.toHaveProperty("password_wo", expect.anything());
  });

  test("plans nothing for a newer image, another first start or another key: the only server stays", () => {
    const directory = synth(homes["json"]!, "json", { application: { repository: "acme/other", branch: "next" } });
    edit(directory, ({ resource }) => {
      resource["aws_instance"]!["server"]!["ami"] = "ami-newer";
      resource["aws_instance"]!["server"]!["key_name"] = "another";
    });
    expect(left(directory)).toEqual([]);
  });

  test("would replace it without that", () => {
    const directory = synth(homes["json"]!, "json", { deletionProtection: false });
    edit(directory, ({ resource }) => {
      resource["aws_instance"]!["server"]!["ami"] = "ami-newer";
      delete resource["aws_instance"]!["server"]!["lifecycle"];
    });
    expect(effective(plan(directory))).toContain("delete+create aws_instance.server");
  });

  test("refuses a plan that would replace the database", () => {
    const directory = synth(homes["json"]!, "json", { database: { username: "other" } });
    expect(run("terraform", ["plan", "-input=false", "-lock=false", "-no-color"], { cwd: directory, status: [1] })).toMatch(/^status 1\n/);
  });

  test("adds a reader to the settings, and changes nothing else", () => {
    const directory = synth(homes["json"]!, "json", {}, ({ database }) => database!.settings.setReaderHost("replica.example"));
    expect(effective(plan(directory))).toEqual(["delete+create aws_secretsmanager_secret_version.database-settings"]);
  });

  test("rotates the password in the secret, the database and the settings, in one apply", () => {
    const directory = synth(homes["json"]!, "json", { database: { passwordVersion: 2 } });
    expect(effective(plan(directory))).toEqual([
      "update aws_db_instance.database",
      "delete+create aws_secretsmanager_secret_version.database-password",
      "delete+create aws_secretsmanager_secret_version.database-settings",
    ]);
    terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
    expect(left(directory)).toEqual([]);
  });

  test("is taken down when it is told so first", () => {
    const directory = synth(homes["json"]!, "json", { deletionProtection: false, database: { passwordVersion: 2 } });
    terraform(directory, "apply", "-input=false", "-auto-approve");
    terraform(directory, "destroy", "-input=false", "-auto-approve");
    expect(JSON.parse(state(directory).text).resources).toEqual([]);
  });

  describe("the script of the first start", () => {
    const script = () => state(directories["hcl"]!).attributes("aws_instance", "server")["user_data"] as string;
    const embedded = () => [...script().matchAll(/^file '([^']+)' \d+ <<'END'\n([\s\S]*?)^END\n/gm)].map(([, path = "", text = ""]) => ({ path, text }));
    const scripts = () => [{ path: "user data", text: script() }, ...embedded().filter(({ text }) => text.startsWith("#!"))];

    test("is bash, with every script that it writes", () => {
      expect(scripts().map(({ path }) => path)).toEqual(["user data", "/usr/local/bin/app-settings", "/usr/local/bin/deploy.sh", "/usr/local/sbin/certificate"]);
      for (const { path, text } of scripts()) {
        const { status, stderr } = spawnSync("bash", ["-n"], { input: text, encoding: "utf8" });
        expect([path, status, stderr]).toEqual([path, 0, ""]);
      }
    });

    const shellcheck = spawnSync("shellcheck", ["--version"]).status === 0;
    if (!shellcheck) console.warn("skipped: shellcheck of the first start: shellcheck is not installed");
    (shellcheck ? test : test.skip)("satisfies shellcheck", () => {
      for (const { path, text } of scripts()) {
        const { stdout } = spawnSync("shellcheck", ["-"], { input: text, encoding: "utf8" });
        expect([path, stdout]).toEqual([path, ""]);
      }
    });

    const systemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
    if (!systemd) console.warn("skipped: systemd units of the first start: systemd-analyze is not installed");
    (systemd ? test : test.skip)("writes units that systemd understands", () => {
      const home = scratch("units");
      const units = embedded().filter(({ path }) => /\.(service|timer)$/.test(path));
      expect(units).toHaveLength(5);
      // Commands that are on the server only.
      const files = units.map(({ path, text }) => {
        const file = join(home, path.split("/").at(-1)!);
        writeFileSync(file, text.replace(/^ExecStart=\S+/gm, "ExecStart=/bin/true"));
        return file;
      });
      const { stderr } = spawnSync("systemd-analyze", ["verify", ...files], { encoding: "utf8", env: { ...process.env, SYSTEMD_UNIT_PATH: `${home}:` } });
      expect(stderr.split("\n").filter((line) => line.includes(home) || /\b(app|certificate|security-updates)\.(service|timer)/.test(line))).toEqual([]);
    });
  });
});
