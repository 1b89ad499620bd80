import { composeApplication, composeFiles, composeLocalOverride, DEFAULTS } from "../../lib/render/compose";
import { parseYaml } from "../../lib/render/yaml";

const header = { source: "spec.md", regenerate: "npm run synth" };

describe("composeApplication", () => {
  test("without props is what its defaults say", () => {
    expect(composeApplication()).toEqual(composeApplication(DEFAULTS));
  });

  test("runs a container that may write to /tmp only, has no capability and no root, and is bounded", () => {
    expect(composeApplication().services["api"]).toMatchObject({
      user: "10001:10001",
      read_only: true,
      cap_drop: ["ALL"],
      security_opt: ["no-new-privileges:true"],
      tmpfs: ["/tmp:mode=1777,size=64m"],
      deploy: { resources: { limits: { cpus: "1.5", memory: "1024M", pids: 512 } } },
      logging: { driver: "json-file", options: { "max-size": "10m", "max-file": "5" } },
    });
  });

  test("takes image, secrets and address from whoever runs it, with a value for developers", () => {
    expect(composeApplication({ project: "shop", port: 8080 }).services["api"]).toMatchObject({
      image: "${APP_IMAGE:-shop-api:local}",
      env_file: [{ path: "${APP_ENV_FILE:-./.env.app}", required: false, format: "raw" }],
      ports: ["${APP_BIND_ADDRESS:-127.0.0.1}:8080:8080"],
    });
  });

  test.each([
    ["node", ["CMD", "node", "-e", 'fetch("http://127.0.0.1:3000/health").then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))']],
    ["wget", ["CMD", "wget", "-q", "-O", "/dev/null", "-T", "5", "http://127.0.0.1:3000/health"]],
    ["curl", ["CMD", "curl", "-fsS", "-m", "5", "-o", "/dev/null", "http://127.0.0.1:3000/health"]],
  ] as const)("asks for health with %s", (healthProbe, test) => {
    expect(composeApplication({ healthProbe }).services["api"]!.healthcheck!.test).toEqual(test);
  });

  test("does not ask where the image has nothing to ask with", () => {
    expect(composeApplication({ healthProbe: "none" }).services["api"]).not.toHaveProperty("healthcheck");
  });

  test("has a service for migrations, started by name only, where there is a command", () => {
    expect(composeApplication().services).not.toHaveProperty("migrate");
    const { api, migrate } = composeApplication({ migrateCommand: ["npm", "run", "migrate"] }).services;
    expect(migrate).toMatchObject({ command: ["npm", "run", "migrate"], profiles: ["migrate"], read_only: true, image: api!.image });
    expect(migrate).not.toHaveProperty("ports");
  });

  test("writes a dollar sign so that Compose reads no variable in it", () => {
    expect(composeApplication({ environment: { GREETING: "$HOME ${x}" } }).services["api"]!.environment).toMatchObject({ GREETING: "$$HOME $${x}" });
  });

  test("tells all that cannot be used at once", () => {
    expect(() =>
      composeApplication({ project: "Shop!", port: 0, healthPath: '/x";reboot', cpus: 0, environment: { "A B": "1", DB_PASSWORD: "x", OK: "a\nb" }, migrateCommand: ["sh", "$(reboot)"] }),
    ).toThrow(
      new Error(`composeApplication: 8 values cannot be used.
  - project is "Shop!": it must be 1 to 63 lower-case letters, digits, hyphens and underscores, with a letter or digit first. Rename it.
  - migrateCommand has the word "$(reboot)": a word must be letters, digits and _@+=:,./- only. Put the rest into a script of the image.
  - healthPath is "/x\\";reboot": it must be a path of letters, digits and ._~/- that begins with a slash. Write it as in /health.
  - port is 0: it must be a whole number from 1 to 65535. Choose one.
  - cpus is 0: it must be a number from 0.01 to 1024. Choose one.
  - environment has the variable "A B": its name must be letters, digits and underscores, with no digit first. Rename it.
  - environment has the variable "DB_PASSWORD": a secret must not stand in a file. Put it into a secret of Secrets Manager, which the instances read.
  - environment.OK is "a\\nb": it must be text without line ends and control characters. Remove them.`),
    );
  });
});

describe("composeLocalOverride", () => {
  test("gives developers a PostgreSQL under the names that instances have, without a password", () => {
    const { services, volumes } = composeLocalOverride({ service: "web" });
    expect(services["web"]).toMatchObject({ depends_on: { postgres: { condition: "service_healthy" } }, environment: { PGHOST: "postgres", PGSSLMODE: "disable" } });
    expect(services["postgres"]!.environment).toEqual({ POSTGRES_DB: "app", POSTGRES_USER: "app", POSTGRES_HOST_AUTH_METHOD: "trust" });
    expect(services["postgres"]).not.toHaveProperty("ports");
    expect(volumes).toEqual({ postgres: {} });
  });
});

describe("composeFiles", () => {
  test("are two files that Compose finds by name, each with its source", () => {
    const files = composeFiles({}, header);
    expect(files.map(({ path }) => path)).toEqual(["compose.yaml", "compose.override.yaml"]);
    for (const { text } of files) expect(text).toMatch(/^# Generated from spec\.md\.\n# Do not edit: change the source and run `npm run synth`\.\n/);
    expect(parseYaml(files[0]!.text)).toEqual(composeApplication());
    expect(parseYaml(files[1]!.text)).toEqual(composeLocalOverride());
  });

  test("keep text of others text", () => {
    const environment = { A: "yes", B: "*anchor", C: "{{ .Values }}", D: "# no comment", E: "!!js/function", F: "1e3" };
    expect(parseYaml(composeFiles({ environment }, header)[0]!.text)).toMatchObject({ services: { api: { environment } } });
  });
});
