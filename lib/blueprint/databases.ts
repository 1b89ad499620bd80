import { MAX_BACKUP_RETENTION_DAYS } from "../demand/backups";
import type { Demand } from "../demand/demand";
import { choice, present, type Asked } from "./asked";
import type { AuroraChoice, Chosen, DatabaseChoice } from "./blueprint";
import type { Layer } from "./layer";
import { ofReaders } from "./platforms";

/** What is asked of a database, whichever it is. */
const OF_DATABASES: readonly Demand["kind"][] = ["database", "read-replica", "backups"];

/** What holds the data. */
export function chooseDatabases(asked: Asked, { shared }: { readonly shared: boolean }): { readonly database?: Chosen<DatabaseChoice>; readonly aurora?: Chosen<AuroraChoice> } {
  const databases = databasesOf(asked.layers);
  const ofRds = (demand: Demand) => databases.get(demand) === "rds";
  const ofAurora = (demand: Demand) => databases.get(demand) === "aurora";
  const keptFor = (about: typeof ofRds): number | undefined => {
    const days = asked.stated<number>("backups", "retentionDays", about);
    if (days === undefined || days <= MAX_BACKUP_RETENTION_DAYS) return days;
    asked.fault(asked.of(about, "backups").at(-1), { message: `backups are asked to be kept for ${days} days, and RDS keeps automated backups for at most ${MAX_BACKUP_RETENTION_DAYS}.`, remedy: `Write "backup retention of ${MAX_BACKUP_RETENTION_DAYS} days".` });
    return MAX_BACKUP_RETENTION_DAYS;
  };
  const backedUp = keptFor(ofRds) ?? 7;
  const onRds = asked.of(ofRds, ...OF_DATABASES);
  const readers = (parameter: string) => asked.stated<number>("autoscaling", parameter, ofReaders);
  const onAurora = asked.of(ofAurora, ...OF_DATABASES);
  return present({
    database: choice(onRds.length > 0, onRds, () => ({
      ...present({
        engineVersion: asked.stated<string>("database", "engineVersion", ofRds),
        instanceClass: asked.stated<string>("database", "instanceType", ofRds),
        storageGb: asked.stated<number>("database", "storageGb", ofRds),
      }),
      backupRetentionDays: backedUp,
      // One server is lost with its zone anyway; what several servers share must not be.
      multiAz: asked.because("high-availability").length > 0 || shared,
      readReplica: asked.of(ofRds, "read-replica").length > 0,
    })),
    aurora: choice(onAurora.length > 0, onAurora, () => ({
      ...present({
        engineVersion: asked.stated<string>("database", "engineVersion", ofAurora),
        instanceClass: asked.stated<string>("database", "instanceType", ofAurora),
        readReplicas: asked.stated<number>("read-replica", "readReplicas", ofAurora) ?? readers("min"),
        maxReadReplicas: readers("max"),
        readerCpuPercent: readers("cpuTargetPercent"),
      }),
      backupRetentionDays: keptFor(ofAurora) ?? backedUp,
    })),
  });
}

/**
 * Which database each demand is about: the one that it names itself, or else the one that its increment speaks of, or else the one that
 * stands from the increments before. So Aurora takes no RDS instance's place: the demands for that one go on.
 */
export function databasesOf(layers: readonly Layer[]): ReadonlyMap<Demand, "rds" | "aurora"> {
  const databases = new Map<Demand, "rds" | "aurora">();
  let standing: "rds" | "aurora" = "rds";
  for (const { demands, preferences } of layers) {
    const asked = demands.map(({ demand }) => demand).filter(({ kind }) => OF_DATABASES.includes(kind));
    const named = asked.map(databaseNamed);
    if (named.includes("aurora") || preferences.database === "aurora") standing = "aurora";
    else if (named.includes("rds")) standing = "rds";
    asked.forEach((demand, index) => databases.set(demand, named[index] ?? standing));
  }
  return databases;
}

/** "PostgreSQL" alone may be either. */
function databaseNamed({ kind, parameters, words }: Demand): "rds" | "aurora" | undefined {
  if (kind !== "database") return undefined;
  if (/aurora/.test(String((parameters as { engine?: unknown }).engine))) return "aurora";
  return words.some((word) => /\brds\b/i.test(word)) ? "rds" : undefined;
}
