import { Faults, shown } from "./faults";
import type { RenderedFile } from "./kubernetes-yaml";
import { yamlDocument, type GeneratedHeader } from "./yaml";

/** Which program inside the image asks for the container's health. */
export type HealthProbe = "node" | "wget" | "curl" | "none";

/** An HTTP application under Docker Compose: one image, one container a machine, no state. */
export interface ComposeApplicationProps {
  /** Name of the Compose project and prefix of its containers. @default "specweave" */
  readonly project?: string;
  /** Name of the service. @default "api" */
  readonly service?: string;
  /** Port that the application listens on, the same on the machine. @default 3000 */
  readonly port?: number;
  /** Path that answers 200 while the application can serve. @default "/health" */
  readonly healthPath?: string;
  /** What the image has to ask with: `node` needs Node 18 or newer; with `none` only the machine and the load balancer ask. @default "node" */
  readonly healthProbe?: HealthProbe;
  /** Time the application may take to start. @default 60 */
  readonly startupSeconds?: number;
  /** Time it has to end its requests. @default 30 */
  readonly stopGraceSeconds?: number;
  /** Processors it may use; a fraction is a share of one. @default 1.5 */
  readonly cpus?: number;
  /** Memory it may use. @default 1024 */
  readonly memoryMb?: number;
  /** Processes and threads it may have. @default 512 */
  readonly processes?: number;
  /** Size of the writable `/tmp`, in memory: the only place the container can write to. @default 64 */
  readonly temporaryStorageMb?: number;
  /** User and group id of the process. @default 10001 */
  readonly userId?: number;
  /**
   * Command, as words, that brings the database up to date: once a machine and deployment, before the new release takes over. It is not undone by
   * a roll-back, so the release before must live with the result, and it must do nothing where it was done. @default - none
   */
  readonly migrateCommand?: readonly string[];
  /** Environment variables; no secrets: those come to the instances from Secrets Manager. @default - none */
  readonly environment?: Readonly<Record<string, string>>;
  /** Log files a container keeps on its machine, each of at most 10 MB. @default 5 */
  readonly logFiles?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = {
  project: "specweave",
  service: "api",
  port: 3000,
  healthPath: "/health",
  healthProbe: "node",
  startupSeconds: 60,
  stopGraceSeconds: 30,
  cpus: 1.5,
  memoryMb: 1024,
  processes: 512,
  temporaryStorageMb: 64,
  userId: 10001,
  migrateCommand: [],
  environment: {},
  logFiles: 5,
} as const satisfies Required<ComposeApplicationProps>;

/** The database that developers get beside the application: the engine's version is that of the instances' database. */
export const LOCAL_POSTGRES_IMAGE = "public.ecr.aws/docker/library/postgres:17.11-alpine";

/** Variables that the Compose file reads from whoever runs it; each has a value for developers. */
export const COMPOSE_VARIABLES = {
  /** The image, with its registry and tag; for developers, the one that is built beside it. */
  image: "APP_IMAGE",
  /** The address of the machine that the port listens on; for developers, loopback alone. */
  bindAddress: "APP_BIND_ADDRESS",
  /** A file with settings and secrets, made on the machine and never part of a repository. */
  environmentFile: "APP_ENV_FILE",
  /** A file with the certificates of RDS; for developers, none. */
  certificates: "APP_RDS_CERTIFICATES",
} as const;

/** Where the certificates of RDS are, on the instances and in the container alike. */
export const CERTIFICATES_OF_RDS = "/etc/ssl/certs/rds-global-bundle.pem";

/** The service that brings the database up to date. */
export const MIGRATE_SERVICE = "migrate";

/** A Compose file, as data. Source: https://github.com/compose-spec/compose-spec/blob/main/spec.md */
export interface ComposeFile {
  readonly name?: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes?: Readonly<Record<string, Record<string, never>>>;
}

/** The part of a service that is used here. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string };
  readonly command?: readonly string[];
  readonly profiles?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: "service_healthy" }>>;
  readonly init?: boolean;
  readonly restart?: "unless-stopped";
  readonly network_mode?: "host";
  readonly pid?: "host";
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file?: readonly { readonly path: string; readonly required: boolean; readonly format: "raw" }[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: {
    readonly test: readonly string[];
    readonly interval: string;
    readonly timeout: string;
    readonly retries: number;
    readonly start_period: string;
  };
  readonly stop_grace_period?: string;
  readonly deploy?: { readonly resources: { readonly limits: { readonly cpus: string; readonly memory: string; readonly pids?: number } } };
  readonly logging?: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
}

/**
 * The Compose file of the application: the same bytes run on the instances and on a developer's machine. What differs between
 * them (image, secrets) comes from variables; there is no secret in it.
 *
 * The container has no capability, no root, no writable file system but `/tmp`, and bounds on what it can use.
 *
 * @throws Error that names every value that cannot be used
 * @example
 * composeApplication({ project: "specweave", port: 3000 })
 */
export function composeApplication(props: ComposeApplicationProps = {}): ComposeFile {
  const value = checked(props);
  const test = healthTest(value);
  const container = {
    image: `\${${COMPOSE_VARIABLES.image}:-${localImage(value)}}`,
    init: true,
    ...hardened(value.userId),
    tmpfs: [`/tmp:mode=1777,size=${value.temporaryStorageMb}m`],
    environment: { NODE_ENV: "production", PORT: String(value.port), ...literals(value.environment) },
    // Raw: a value is the rest of its line, so that no character of a password means anything.
    env_file: [{ path: `\${${COMPOSE_VARIABLES.environmentFile}:-./.env.app}`, required: false, format: "raw" as const }],
    volumes: [`\${${COMPOSE_VARIABLES.certificates}:-/dev/null}:${CERTIFICATES_OF_RDS}:ro`],
    deploy: { resources: { limits: { cpus: String(value.cpus), memory: `${value.memoryMb}M`, pids: value.processes } } },
    logging: boundedLogs(value.logFiles),
  };
  return {
    name: value.project,
    services: {
      [value.service]: {
        ...container,
        restart: "unless-stopped",
        ports: [`\${${COMPOSE_VARIABLES.bindAddress}:-127.0.0.1}:${value.port}:${value.port}`],
        ...(test ? { healthcheck: { test, interval: "10s", timeout: "5s", retries: 3, start_period: `${value.startupSeconds}s` } } : {}),
        stop_grace_period: `${value.stopGraceSeconds}s`,
      },
      // Started by name only: docker compose run --rm migrate
      ...(value.migrateCommand.length > 0 ? { [MIGRATE_SERVICE]: { ...container, command: value.migrateCommand, profiles: [MIGRATE_SERVICE] } } : {}),
    },
  };
}

/**
 * What Compose adds on a developer's machine, by the name that it looks for itself: the image is built from the Dockerfile,
 * and a PostgreSQL stands in for the database of the instances, without a password and reachable from the project only.
 *
 * @throws Error as `composeApplication`
 */
export function composeLocalOverride(props: ComposeApplicationProps = {}): ComposeFile {
  const value = checked(props);
  const database = {
    depends_on: { postgres: { condition: "service_healthy" as const } },
    // The names that instances have from the connection settings.
    environment: {
      NODE_ENV: "development",
      PGHOST: "postgres",
      PGPORT: "5432",
      PGDATABASE: "app",
      PGUSER: "app",
      PGSSLMODE: "disable",
      DATABASE_URL: "postgresql://app@postgres:5432/app?sslmode=disable",
      DATABASE_READER_URL: "postgresql://app@postgres:5432/app?sslmode=disable",
    },
  };
  return {
    services: {
      [value.service]: {
        // The files lie in cdktf.out/artifacts/compose: the project is three directories up.
        build: { context: "${APP_SOURCE:-../../..}" },
        ...database,
      },
      ...(value.migrateCommand.length > 0 ? { [MIGRATE_SERVICE]: database } : {}),
      postgres: {
        image: LOCAL_POSTGRES_IMAGE,
        restart: "unless-stopped",
        environment: { POSTGRES_DB: "app", POSTGRES_USER: "app", POSTGRES_HOST_AUTH_METHOD: "trust" },
        volumes: ["postgres:/var/lib/postgresql/data"],
        healthcheck: { test: ["CMD", "pg_isready", "-U", "app", "-d", "app"], interval: "5s", timeout: "3s", retries: 12, start_period: "30s" },
        deploy: { resources: { limits: { cpus: "1", memory: "512M" } } },
        logging: boundedLogs(value.logFiles),
      },
    },
    volumes: { postgres: {} },
  };
}

/** Both files, for a directory of their own: `docker compose up --build` in it runs the application as the instances do. */
export function composeFiles(props: ComposeApplicationProps, header: GeneratedHeader): readonly RenderedFile[] {
  return [
    { path: "compose.yaml", text: yamlDocument(composeApplication(props), header) },
    { path: "compose.override.yaml", text: yamlDocument(composeLocalOverride(props), header) },
  ];
}

/** What every container of ours gives up. */
export function hardened(userId: number): Pick<ComposeService, "user" | "read_only" | "cap_drop" | "security_opt"> {
  return { user: `${userId}:${userId}`, read_only: true, cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] };
}

/** Log files that do not fill the disk, where the CloudWatch agent can read them. */
export function boundedLogs(files: number): NonNullable<ComposeService["logging"]> {
  return { driver: "json-file", options: { "max-size": "10m", "max-file": String(files) } };
}

/** Compose reads `$` in values as a variable's beginning; doubled, it is the character. */
function literals(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, text]) => [name, text.replace(/\$/g, "$$$$")]));
}

type Values = Required<ComposeApplicationProps>;

function localImage({ project, service }: Values): string {
  return `${project}-${service}:local`;
}

function healthTest({ healthProbe, port, healthPath }: Values): readonly string[] | undefined {
  const url = `http://127.0.0.1:${port}${healthPath}`;
  switch (healthProbe) {
    case "node":
      return ["CMD", "node", "-e", `fetch("${url}").then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))`];
    case "wget":
      return ["CMD", "wget", "-q", "-O", "/dev/null", "-T", "5", url];
    case "curl":
      return ["CMD", "curl", "-fsS", "-m", "5", "-o", "/dev/null", url];
    case "none":
      return undefined;
  }
}

/** Paths go into commands, YAML and URLs alike: nothing that any of them reads as more than text. */
export const HEALTH_PATH = /^\/[A-Za-z0-9._~/-]{0,200}$/;
/** Source: https://github.com/compose-spec/compose-spec/blob/main/spec.md#name-top-level-element */
export const COMPOSE_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const SECRET_NAME = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;

function checked(props: ComposeApplicationProps): Values {
  const value: Values = { ...DEFAULTS, ...(Object.fromEntries(Object.entries(props).filter(([, given]) => given !== undefined)) as ComposeApplicationProps) };
  const faults = new Faults("composeApplication");
  const whole = (name: string, given: number, least: number, most: number) =>
    faults.unless(Number.isInteger(given) && given >= least && given <= most,
      `${name} is ${shown(given)}: it must be a whole number from ${least} to ${most}. Choose one.`);
  for (const key of ["project", "service"] as const) {
    faults.unless(COMPOSE_NAME.test(value[key]),
      `${key} is ${shown(value[key])}: it must be 1 to 63 lower-case letters, digits, hyphens and underscores, with a letter or digit first. Rename it.`);
  }
  faults.unless(value.service !== "postgres" && value.service !== MIGRATE_SERVICE, `service is ${shown(value.service)}: that is the name of a service beside it. Rename it.`);
  for (const word of value.migrateCommand) {
    faults.unless(/^[A-Za-z0-9_@+=:,./-]+$/.test(word),
      `migrateCommand has the word ${shown(word)}: a word must be letters, digits and _@+=:,./- only. Put the rest into a script of the image.`);
  }
  faults.unless(HEALTH_PATH.test(value.healthPath), `healthPath is ${shown(value.healthPath)}: it must be a path of letters, digits and ._~/- that begins with a slash. Write it as in /health.`);
  faults.unless(["node", "wget", "curl", "none"].includes(value.healthProbe), `healthProbe is ${shown(value.healthProbe)}: it must be node, wget, curl or none. Choose one.`);
  whole("port", value.port, 1, 65535);
  whole("startupSeconds", value.startupSeconds, 1, 3600);
  whole("stopGraceSeconds", value.stopGraceSeconds, 1, 3600);
  whole("memoryMb", value.memoryMb, 16, 1_048_576);
  whole("processes", value.processes, 1, 65536);
  whole("temporaryStorageMb", value.temporaryStorageMb, 1, 65536);
  whole("userId", value.userId, 1, 2 ** 31 - 1);
  whole("logFiles", value.logFiles, 1, 1000);
  faults.unless(Number.isFinite(value.cpus) && value.cpus >= 0.01 && value.cpus <= 1024, `cpus is ${shown(value.cpus)}: it must be a number from 0.01 to 1024. Choose one.`);
  for (const [name, text] of Object.entries(value.environment)) {
    faults.unless(/^[A-Za-z_][A-Za-z0-9_]*$/.test(name),
      `environment has the variable ${shown(name)}: its name must be letters, digits and underscores, with no digit first. Rename it.`);
    faults.unless(!SECRET_NAME.test(name),
      `environment has the variable ${shown(name)}: a secret must not stand in a file. Put it into a secret of Secrets Manager, which the instances read.`);
    faults.unless(typeof text === "string" && !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(text),
      `environment.${name} is ${shown(text)}: it must be text without line ends and control characters. Remove them.`);
  }
  faults.throwIfAny();
  return value;
}
