import { Faults, shown } from "./faults";

/** A command as words, each taken as it is: `["npm", "run", "migrate"]`. No shell reads it. */
export type Command = readonly string[];

/** What runs the application: packages of Amazon Linux 2023. `"none"` installs nothing and has no default commands. */
export type Runtime = "node24" | "node22" | "python3.12" | "none";

/**
 * How the server reads the repository. `"public"`: over HTTPS, without a key. `"deploy-key"`: over SSH, by a key that the server makes for itself
 * at its first start, so that its private half is on that server and nowhere else (`deploy.sh --key` prints the public half, to be registered as a
 * read-only deploy key).
 */
export type RepositoryAccess = "public" | "deploy-key";

/** An application that lives in a git repository and runs as one systemd service. */
export interface HostApplicationProps {
  /** Where it comes from: `owner/name` on GitHub, or another `https://` or `git@host:path` address. */
  readonly repository: string;
  /**
   * The branch that is deployed when none is named.
   * @default "main"
   */
  readonly branch?: string;
  /** @default "public" - for a `git@` address "deploy-key" */
  readonly repositoryAccess?: RepositoryAccess;
  /**
   * The name of the service, its user and its directories.
   * @default "app"
   */
  readonly name?: string;
  /** @default "node24" */
  readonly runtime?: Runtime;
  /**
   * Commands that make a release out of a checkout, in its directory.
   * @default - node: `npm ci`, `npm run build --if-present`; python: a virtual environment with requirements.txt
   */
  readonly install?: readonly Command[];
  /**
   * Commands that bring the database up to date, with the database's settings in the environment. They run before the new release takes over and are not
   * undone by a roll-back, so the release before must live with the result.
   * @default - node: `npm run migrate --if-present`; otherwise none
   */
  readonly migrate?: readonly Command[];
  /**
   * Command that runs the application, in a release's directory, with PORT and the database's settings in the environment.
   * @default - node: `npm start`; otherwise it must be given
   */
  readonly start?: Command;
  /**
   * Port that the application listens on, on 127.0.0.1 at least; nginx passes requests there.
   * @default 3000
   */
  readonly port?: number;
  /**
   * Path that answers with a status below 400 while the application is well.
   * @default "/health"
   */
  readonly healthPath?: string;
  /**
   * How long a new release may take to be well.
   * @default 60
   */
  readonly healthSeconds?: number;
  /**
   * Releases kept on the disk.
   * @default 3
   */
  readonly keepReleases?: number;
}

export const DEFAULTS = {
  branch: "main",
  repositoryAccess: "public",
  name: "app",
  runtime: "node24",
  port: 3000,
  healthPath: "/health",
  healthSeconds: 60,
  keepReleases: 3,
} as const;

/** With all the defaults taken and every value checked. */
export interface HostApplication extends Required<HostApplicationProps> {
  /** What `git` is given. */
  readonly remote: string;
  /** Where everything of the application lies: `/srv/<name>`. */
  readonly home: string;
  /** `/var/log/<name>`. */
  readonly logDirectory: string;
  /** The command that runs another with the database's settings, and the places of what else it uses, in the environment. */
  readonly settingsCommand: string;
}

const COMMANDS: Readonly<Record<Runtime, { readonly install: readonly Command[]; readonly migrate: readonly Command[]; readonly start: Command | undefined }>> = {
  node24: node(),
  node22: node(),
  "python3.12": {
    install: [
      ["python3.12", "-m", "venv", ".venv"],
      [".venv/bin/pip", "install", "--requirement", "requirements.txt"],
    ],
    migrate: [],
    start: undefined,
  },
  none: { install: [], migrate: [], start: undefined },
};

function node() {
  return {
    install: [
      ["npm", "ci"],
      ["npm", "run", "build", "--if-present"],
    ],
    migrate: [["npm", "run", "migrate", "--if-present"]],
    start: ["npm", "start"],
  };
}

/** Letters, digits and punctuation that mean nothing to a shell, to systemd or to nginx. */
const WORD = /^[A-Za-z0-9_@+=:,./-]+$/;
const NAME = /^[a-z][a-z0-9-]{0,29}[a-z0-9]$/;
const BRANCH = /^(?!.*(?:\.\.|\/\/|\.lock$|\/$|\.$))[A-Za-z0-9][A-Za-z0-9._/-]{0,99}$/;
const GITHUB = /^[A-Za-z0-9][A-Za-z0-9-]{0,38}\/[A-Za-z0-9._-]{1,100}$/;
const HTTPS = /^https:\/\/[A-Za-z0-9.-]+(?::\d+)?\/[A-Za-z0-9._~/-]+$/;
const SSH = /^git@[A-Za-z0-9.-]+:[A-Za-z0-9._~/-]+$/;
const FILE = /^\/[A-Za-z0-9._/-]+$/;
const PATH = /^\/[A-Za-z0-9._~/-]*$/;

/**
 * Checks every value, since each becomes part of a script that root runs, and takes the defaults.
 *
 * @throws Error that names every value that cannot be used
 */
export function hostApplication(props: HostApplicationProps): HostApplication {
  const given = { ...DEFAULTS, ...props };
  const { repository, runtime, name } = given;
  const faults = new Faults("application");
  const overSsh = SSH.test(repository);
  const access = props.repositoryAccess ?? (overSsh ? "deploy-key" : DEFAULTS.repositoryAccess);
  faults.unless(
    GITHUB.test(repository) || HTTPS.test(repository) || overSsh || FILE.test(repository),
    `repository is ${shown(repository)}: it must be owner/name on GitHub, or an https:// or git@host:path address. Write, for example, "acme/shop".`,
  );
  faults.unless(
    !(overSsh && access === "public") && !(HTTPS.test(repository) && access === "deploy-key"),
    `repositoryAccess is ${shown(access)} and repository is ${shown(repository)}: a deploy key works over SSH only. Write git@host:path for it, https:// for public.`,
  );
  faults.unless(BRANCH.test(given.branch), `branch is ${shown(given.branch)}: it must be letters, digits, dots, dashes and slashes. Write, for example, "main".`);
  faults.unless(NAME.test(name) && name !== "root" && name !== "nginx", `name is ${shown(name)}: it must be 2 to 31 lower-case letters, digits and dashes, beginning with a letter. Write, for example, "app".`);
  const known = Object.hasOwn(COMMANDS, runtime);
  faults.unless(known, `runtime is ${shown(runtime)}: it must be one of ${Object.keys(COMMANDS).join(", ")}.`);
  const defaults = COMMANDS[known ? runtime : "none"];
  const commands = { install: props.install ?? defaults.install, migrate: props.migrate ?? defaults.migrate, start: props.start ?? defaults.start ?? [] };
  faults.unless(commands.start.length > 0, `start is not given, and the runtime ${shown(runtime)} has no default for it. Give the words of the command, such as ["python3", "serve.py"].`);
  for (const [prop, command] of [
    ...commands.install.map((words) => ["install", words] as const),
    ...commands.migrate.map((words) => ["migrate", words] as const),
    ["start", commands.start] as const,
  ]) {
    for (const word of command) {
      faults.unless(
        WORD.test(word),
        `${prop} has the word ${shown(word)}: a word must be letters, digits and _@+=:,./- only, since no shell reads it. Put the rest into a script of the repository.`,
      );
    }
    faults.unless(prop === "start" || command.length > 0, `${prop} has a command without words. Remove it.`);
  }
  const whole = (prop: "port" | "healthSeconds" | "keepReleases", least: number, most: number) =>
    faults.unless(Number.isInteger(given[prop]) && given[prop] >= least && given[prop] <= most, `${prop} is ${shown(given[prop])}: it must be a whole number from ${least} to ${most}.`);
  whole("port", 1024, 65535);
  whole("healthSeconds", 1, 900);
  whole("keepReleases", 2, 20);
  faults.unless(PATH.test(given.healthPath), `healthPath is ${shown(given.healthPath)}: it must be a path of letters, digits and ._~/-. Write, for example, "/health".`);
  faults.throwIfAny();
  return {
    ...given,
    ...commands,
    repositoryAccess: access,
    remote: GITHUB.test(repository) ? (access === "deploy-key" ? `git@github.com:${repository}.git` : `https://github.com/${repository}.git`) : repository,
    home: `/srv/${name}`,
    logDirectory: `/var/log/${name}`,
    settingsCommand: `/usr/local/bin/${name}-settings`,
  };
}
