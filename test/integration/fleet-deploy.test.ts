import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { appCommand } from "../../lib/render/fleet-user-data";
import { fleetWorkflow } from "../../lib/render/fleet-workflow";
import { parseYaml } from "../../lib/render/yaml";

/*
 * The real scripts of a fleet: the command on an instance, and the steps of the workflow. Stubs stand in for AWS, Docker and systemd; they keep
 * what they would change in files, one a fact.
 */

const REPOSITORY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop-api";
const roots: string[] = [];
afterAll(() => roots.forEach((root) => rmSync(root, { recursive: true, force: true })));

function scratch(): string {
  const root = mkdtempSync(join(tmpdir(), "phaseline-fleet-"));
  roots.push(root);
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "calls"), "");
  return root;
}

function stub(root: string, name: string, body: string): void {
  const path = join(root, "bin", name);
  writeFileSync(path, `#!/bin/bash\ncd '${root}'\n${body}\n`);
  chmodSync(path, 0o755);
}

const jq = spawnSync("jq", ["--version"]).status === 0;
const describeWithJq = jq ? describe : describe.skip;
if (!jq) console.warn("skipped: app, on an instance: jq is not installed");

describeWithJq(`app, on an instance${jq ? "" : " (skipped: jq is not installed)"}`, () => {
  class Instance {
    readonly root = scratch();

    constructor(facts: Readonly<Record<string, string>> = {}) {
      const all = {
        lifecycle: "InService",
        parameter: `${REPOSITORY}:one`,
        sizes: "2\t3",
        healthy: `${REPOSITORY}:one\n${REPOSITORY}:two\nplaceholder`,
        settings: JSON.stringify({
          repository_url: REPOSITORY,
          release_parameter: "/shop/release",
          target_group_arn: "arn:targets",
          database_secret_arn: "arn:database",
          secrets: [{ prefix: "MAIL", arn: "arn:mail" }],
        }),
        "arn:database": JSON.stringify({ engine: "postgres", host: "db", reader_host: "reader", port: 5432, dbname: "app", username: "app", password: "a/b~c" }),
        "arn:mail": JSON.stringify({ "api-key": "k $x 'q'", unset: null }),
        ...facts,
      };
      for (const [name, text] of Object.entries(all)) writeFileSync(join(this.root, name), text);
      const args = 'echo "$(basename "$0") $*" >> calls\narg() { while [ $# -gt 1 ]; do if [ "$1" = "$flag" ]; then echo "$2"; return; fi; shift; done; }';
      stub(this.root, "aws", `${args}
case "$1 $2" in
  "ssm get-parameter") flag=--name; case "$(arg "$@")" in */release) cat parameter ;; *) cat settings ;; esac ;;
  "secretsmanager get-secret-value") flag=--secret-id; cat "$(arg "$@")" ;;
  "ecr get-login-password") echo token ;;
  "autoscaling describe-auto-scaling-instances") cat lifecycle ;;
  "autoscaling describe-auto-scaling-groups") cat sizes; echo ;;
  "autoscaling enter-standby") echo Standby > lifecycle; case "$*" in *--no-should*) printf '2\\t3' > sizes ;; esac ;;
  "autoscaling exit-standby") echo InService > lifecycle ;;
  "elbv2 describe-target-health") if grep -qx InService lifecycle && grep -qxF "$(cat running)" healthy; then echo healthy; else echo unhealthy; fi ;;
esac`);
      stub(this.root, "docker", `echo "docker $* $APP_IMAGE" >> calls
case "$*" in
  login*) cat > /dev/null ;;
  *" pull "*) ! grep -qxF "$APP_IMAGE" unpullable 2> /dev/null ;;
  *" run "*) [ ! -e migration-fails ] ;;
  *" up "*) echo "$APP_IMAGE" > running ;;
  *" down"*) rm -f running ;;
esac`);
      stub(this.root, "systemctl", `echo "systemctl $*" >> calls
case "$*" in "restart app-placeholder.service") echo placeholder > running ;; esac`);
      stub(this.root, "curl", `case "$*" in
  *api/token*) echo token ;;
  *placement/region*) echo eu-central-1 ;;
  *instance-id*) echo i-1 ;;
  *) grep -qxF "$(cat running 2> /dev/null)" healthy ;;
esac`);
      stub(this.root, "sleep", "exec /bin/sleep 0.02");
      mkdirSync(join(this.root, "app"));
      const script = appCommand({
        groupName: "shop",
        settingsParameter: "/shop/fleet",
        deregistrationDelaySeconds: 1,
        application: { startupSeconds: 1, migrateCommand: ["npm", "run", "migrate"] },
      });
      // The wait for the load balancer is five minutes on an instance.
      const local = script.replaceAll("/run/app", `${this.root}/run`).replaceAll("/var/lib/app", `${this.root}/state`).replaceAll("/opt/app", `${this.root}/app`).replaceAll("until_true 300", "until_true 1");
      writeFileSync(join(this.root, "command"), local, { mode: 0o755 });
    }

    app(...args: string[]): number | null {
      const { status, stderr } = spawnSync(join(this.root, "command"), args, { encoding: "utf8", env: { ...process.env, PATH: `${this.root}/bin:${process.env["PATH"]}` } });
      this.said = stderr;
      return status;
    }
    said = "";

    fact(name: string): string | undefined {
      return existsSync(join(this.root, name)) ? readFileSync(join(this.root, name), "utf8").trim() : undefined;
    }

    set(name: string, text: string): void {
      writeFileSync(join(this.root, name), text);
    }

    /** What was done, in order, in a word each. */
    did(): string[] {
      const words: readonly (readonly [RegExp, string])[] = [
        [/enter-standby .* --should-/, "leave"],
        [/enter-standby .* --no-should-/, "leave, with another instance in its place"],
        [/exit-standby/, "return"],
        [/set-desired-capacity .* (\d+)$/, "back to $1 instances"],
        [/compose .* pull .*:(\w+)$/, "pull $1"],
        [/compose .* run .*migrate .*:(\w+)$/, "migrate $1"],
        [/compose .* up .*:(\w+)$/, "up $1"],
      ];
      return this.fact("calls")!
        .split("\n")
        .flatMap((call) => words.flatMap(([pattern, word]) => (pattern.test(call) ? [word.replace("$1", pattern.exec(call)![1] ?? "")] : [])));
    }
  }

  test("starts the release that the parameter names", () => {
    const instance = new Instance();
    expect(instance.app("start")).toBe(0);
    expect(instance.fact("running")).toBe(`${REPOSITORY}:one`);
    expect(instance.did()).toEqual(["pull one", "up one"]);
  });

  test("answers the health check, and nothing else, before there is a release", () => {
    const instance = new Instance({ parameter: "none" });
    expect(instance.app("start")).toBe(0);
    expect(instance.fact("running")).toBe("placeholder");
    expect(instance.fact("app/placeholder.env")).toBe("PORT=3000\nHEALTH_PATH=/health");
  });

  test("gives the application its settings as variables, each on a line, in a file that only root reads", () => {
    const instance = new Instance();
    instance.app("start");
    expect(instance.fact("run/env")!.split("\n")).toEqual([
      "PGHOST=db",
      "PGPORT=5432",
      "PGDATABASE=app",
      "PGUSER=app",
      "PGPASSWORD=a/b~c",
      "PGSSLMODE=verify-full",
      "PGSSLROOTCERT=/etc/ssl/certs/rds-global-bundle.pem",
      "DATABASE_URL=postgresql://app:a%2Fb~c@db:5432/app?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds-global-bundle.pem",
      "DATABASE_READER_URL=postgresql://app:a%2Fb~c@reader:5432/app?sslmode=verify-full&sslrootcert=/etc/ssl/certs/rds-global-bundle.pem",
      "MAIL_API_KEY=k $x 'q'",
    ]);
    expect(spawnSync("stat", ["--format=%a", join(instance.root, "run/env")], { encoding: "utf8" }).stdout.trim()).toBe("600");
  });

  test("does not start with a setting that would be two", () => {
    const instance = new Instance({ "arn:mail": JSON.stringify({ key: "a\nPGHOST=evil" }) });
    expect(instance.app("start")).not.toBe(0);
    expect(instance.fact("running")).toBeUndefined();
  });

  test("deploys: pulls and migrates while it serves, leaves, takes over, returns", () => {
    const instance = new Instance();
    instance.app("start");
    expect(instance.app("deploy", `${REPOSITORY}:two`)).toBe(0);
    expect(instance.did()).toEqual(["pull one", "up one", "pull two", "migrate two", "leave", "up two", "return"]);
    expect([instance.fact("running"), instance.fact("lifecycle"), instance.fact("state/release")]).toEqual([`${REPOSITORY}:two`, "InService", `${REPOSITORY}:two`]);
  });

  test("lets another instance stand in where the group is at its smallest", () => {
    const instance = new Instance({ sizes: "2\t2" });
    instance.app("start");
    instance.app("deploy", `${REPOSITORY}:two`);
    expect(instance.did().slice(-4)).toEqual(["leave, with another instance in its place", "up two", "return", "back to 2 instances"]);
  });

  test("does nothing when the image runs and is healthy already", () => {
    const instance = new Instance();
    instance.app("start");
    expect(instance.app("deploy", `${REPOSITORY}:one`)).toBe(0);
    expect(instance.did()).toEqual(["pull one", "up one"]);
  });

  test("puts the release before it back when the image is not healthy, and fails", () => {
    const instance = new Instance();
    instance.app("start");
    expect(instance.app("deploy", `${REPOSITORY}:broken`)).toBe(1);
    expect(instance.did()).toEqual(["pull one", "up one", "pull broken", "migrate broken", "leave", "up broken", "pull one", "up one", "return"]);
    expect([instance.fact("running"), instance.fact("lifecycle"), instance.fact("state/release")]).toEqual([`${REPOSITORY}:one`, "InService", `${REPOSITORY}:one`]);
  });

  test("puts the placeholder back when the very first image is not healthy", () => {
    const instance = new Instance({ parameter: "none" });
    instance.app("start");
    expect(instance.app("deploy", `${REPOSITORY}:broken`)).toBe(1);
    expect([instance.fact("running"), instance.fact("lifecycle")]).toEqual(["placeholder", "InService"]);
  });

  test.each([
    ["cannot be pulled", { unpullable: `${REPOSITORY}:two` }],
    ["cannot migrate", { "migration-fails": "" }],
  ])("stays in service, untouched, when the image %s", (_, facts) => {
    const instance = new Instance(facts);
    instance.app("start");
    expect(instance.app("deploy", `${REPOSITORY}:two`)).not.toBe(0);
    expect(instance.did()).not.toContain("leave");
    expect(instance.fact("running")).toBe(`${REPOSITORY}:one`);
  });

  test("runs no image of another repository", () => {
    const instance = new Instance();
    instance.app("start");
    expect(instance.app("deploy", "docker.io/evil/image:two")).not.toBe(0);
    expect(instance.said).toContain(`app: docker.io/evil/image:two is not of the repository ${REPOSITORY}`);
    expect(instance.did()).toEqual(["pull one", "up one"]);
  });

  test("does not deploy to an instance that is being taken away", () => {
    const instance = new Instance();
    instance.app("start");
    instance.set("lifecycle", "Terminating:Wait");
    expect(instance.app("deploy", `${REPOSITORY}:two`)).toBe(0);
    expect(instance.fact("running")).toBe(`${REPOSITORY}:one`);
  });
});

describe("the workflow's deployment", () => {
  const { jobs } = parseYaml(
    fleetWorkflow({ header: { source: "a", regenerate: "b" }, region: "eu-central-1", autoScalingGroupName: "shop", ecrRepository: "shop-api" }),
  ) as { jobs: { deploy: { env: Record<string, string>; steps: { id?: string; name: string; run?: string }[] } } };
  const script = (name: string) => jobs.deploy.steps.find((step) => step.name === name)!.run!;

  class Fleet {
    readonly root = scratch();

    constructor(instances: readonly string[], facts: Readonly<Record<string, string>> = {}) {
      for (const [name, text] of Object.entries({ parameter: "repository:one", instances: instances.join("\n"), unhealthy: "0", ...facts })) writeFileSync(join(this.root, name), text);
      for (const instance of instances) writeFileSync(join(this.root, instance), "repository:one");
      stub(this.root, "aws", `
arg() { local flag=$1; shift; while [ $# -gt 1 ]; do if [ "$1" = "$flag" ]; then echo "$2"; return; fi; shift; done; }
case "$1 $2" in
  "ssm get-parameter") cat parameter ;;
  "ssm put-parameter") arg --value "$@" > parameter; echo "release $(cat parameter)" >> calls; if [ -e newcomer ]; then cat newcomer >> instances; fi ;;
  "ssm send-command")
    instance=$(arg --instance-ids "$@") image=$(arg --parameters "$@"); image=\${image#Image=}
    echo "$instance $image" >> calls
    if grep -qxF "$instance $image" failing 2> /dev/null; then echo Failed > status; else echo "$image" > "$instance"; echo Success > status; fi
    if grep -qxF "$instance $image" vanishing 2> /dev/null; then sed -i "/^$instance$/d" instances; fi
    echo command-1 ;;
  "ssm get-command-invocation") case "$*" in *Status*) cat status ;; *) echo output ;; esac ;;
  "autoscaling describe-auto-scaling-groups") case "$*" in *TargetGroupARNs*) echo arn:targets ;; *) cat instances; echo ;; esac ;;
  "elbv2 describe-target-health") cat unhealthy ;;
esac`);
      stub(this.root, "sleep", "exec /bin/sleep 0.01");
    }

    step(name: string, env: Record<string, string>): number | null {
      // As GitHub runs \`shell: bash\`. Ten minutes of waiting are one second here.
      const { status } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script(name).replace("SECONDS + 600", "SECONDS + 1")], {
        encoding: "utf8",
        env: { ...process.env, ...jobs.deploy.env, ...env, PATH: `${this.root}/bin:${process.env["PATH"]}` },
      });
      return status;
    }

    deploy = () => this.step("Deploy to one instance after the other", { IMAGE: "repository:two" });
    rollBack = (previous = "repository:one") => this.step("Put the previous release back", { IMAGE: "repository:two", PREVIOUS: previous });
    calls = () => readFileSync(join(this.root, "calls"), "utf8").trim().split("\n");
  }

  test("goes from one instance to the next, and names the release when all have it", () => {
    const fleet = new Fleet(["i-1", "i-2", "i-3"]);
    expect(fleet.deploy()).toBe(0);
    expect(fleet.calls()).toEqual(["i-1 repository:two", "i-2 repository:two", "i-3 repository:two", "release repository:two"]);
  });

  test("reaches an instance that came while it deployed", () => {
    const fleet = new Fleet(["i-1"], { newcomer: "\ni-2\n" });
    expect(fleet.deploy()).toBe(0);
    expect(fleet.calls()).toEqual(["i-1 repository:two", "release repository:two", "i-2 repository:two"]);
  });

  test("stops at the first that fails, names no release, and the ones before it go back", () => {
    const fleet = new Fleet(["i-1", "i-2", "i-3"], { failing: "i-2 repository:two" });
    expect(fleet.deploy()).not.toBe(0);
    expect(fleet.rollBack()).toBe(0);
    expect(fleet.calls()).toEqual([
      "i-1 repository:two",
      "i-2 repository:two",
      "release repository:one",
      "i-1 repository:one",
      "i-2 repository:one",
      "i-3 repository:one",
    ]);
  });

  test("takes nothing out of service while another target is unhealthy, but rolls back all the same", () => {
    const fleet = new Fleet(["i-1"], { unhealthy: "1" });
    expect(fleet.deploy()).not.toBe(0);
    expect(fleet.rollBack()).toBe(0);
    expect(fleet.calls()).toEqual(["", "release repository:one", "i-1 repository:one"].filter(Boolean));
  });

  test("goes on when an instance is taken away under the deployment", () => {
    const fleet = new Fleet(["i-1", "i-2"], { failing: "i-1 repository:two", vanishing: "i-1 repository:two" });
    expect(fleet.deploy()).toBe(0);
    expect(fleet.calls()).toEqual(["i-1 repository:two", "i-2 repository:two", "release repository:two"]);
  });

  test("has nothing to go back to after the very first deployment", () => {
    const fleet = new Fleet(["i-1"]);
    expect(fleet.rollBack("none")).toBe(0);
    expect(fleet.calls()).toEqual([""]);
  });
});
