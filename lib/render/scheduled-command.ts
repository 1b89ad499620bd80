import { CERTIFICATES_OF_RDS, COMPOSE_VARIABLES } from "./compose";
import { Faults, shown } from "./faults";
import { INSTANCE_METADATA } from "./docker-host";
import type { HostApplication } from "./host-application";

/** A command of the application, as words; no shell reads it. */
export interface ScheduledCommand {
  /** Letters, digits and dashes. */
  readonly name: string;
  readonly command: readonly string[];
}

/** A word that means nothing to a shell. */
const WORD = /^[A-Za-z0-9_@+=:,./-]+$/;

/**
 * The script that runs a command of the application on its server, as its user and with its settings, and writes what it says into the application's log.
 * One run at a time.
 *
 * @throws Error that names every value that cannot be used
 */
export function commandOnServer(app: HostApplication, job: ScheduledCommand): string {
  check("commandOnServer", job);
  const words = job.command.map((word) => `'${word}'`).join(" ");
  return `\
${oneAtATime(job)}if [ ! -e '${app.home}/current' ]; then echo 'there is no release yet'; exit 0; fi
cd '${app.home}/current'
runuser --user '${app.name}' -- env HOME='${app.home}' NODE_ENV=production PYTHONUNBUFFERED=1 '${app.settingsCommand}' ${words} >> '${app.logDirectory}/application.log' 2>&1 9>&-
`;
}

/**
 * The same for an instance of a fleet, in a container of the running release. Every instance gets the command; the first of those in service runs it,
 * and the others do nothing.
 *
 * @throws Error that names every value that cannot be used
 */
export function commandOnFleet({ groupName, service }: { readonly groupName: string; readonly service: string }, job: ScheduledCommand): string {
  check("commandOnFleet", job);
  const words = job.command.map((word) => `'${word}'`).join(" ");
  return `\
${oneAtATime(job)}${INSTANCE_METADATA}
instance=$(metadata meta-data/instance-id)
first=$(aws autoscaling describe-auto-scaling-groups --auto-scaling-group-names '${groupName}' \\
  --query "sort(AutoScalingGroups[0].Instances[?LifecycleState=='InService'].InstanceId)[0]" --output text)
if [ "$instance" != "$first" ]; then echo "$first runs it"; exit 0; fi
image=$(cat /var/lib/app/release 2> /dev/null || true)
if [ -z "$image" ]; then echo 'there is no release yet'; exit 0; fi
export ${COMPOSE_VARIABLES.image}="$image" ${COMPOSE_VARIABLES.environmentFile}=/run/app/env ${COMPOSE_VARIABLES.bindAddress}=0.0.0.0 ${COMPOSE_VARIABLES.certificates}=${CERTIFICATES_OF_RDS}
docker compose --project-directory /opt/app --file /opt/app/compose.yaml run --rm --no-TTY --no-deps '${service}' ${words} 9>&-
`;
}

/** The beginning of a script that ends where the run before it is not over. */
function oneAtATime({ name }: ScheduledCommand): string {
  return `\
#!/bin/bash
set -euo pipefail
exec 9> '/run/${name}.lock'
flock --nonblock 9 || { echo 'the run before is not over'; exit 75; }
`;
}

function check(what: string, { name, command }: ScheduledCommand): void {
  const faults = new Faults(what);
  faults.unless(/^[a-z][a-z0-9-]{0,46}[a-z0-9]$/.test(name), `name is ${shown(name)}: it must be 2 to 48 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Rename it.`);
  faults.unless(command.length > 0, "command is []: there is nothing to run. Give its words.");
  for (const word of command) faults.unless(WORD.test(word), `command has the word ${shown(word)}: a word must be letters, digits and _@+=:,./- only, since no shell is to read it. Put the rest into a script of the application.`);
  faults.throwIfAny();
}
