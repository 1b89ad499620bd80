import { agrees, capability, type Claim, refused, stated } from "./capability";
import { inGb, instanceTypes, oneOrMany, sizes, versionOf } from "./quantities";
import type { OneOrMany } from "./vocabulary";

const ENGINES = ["postgres", "mysql", "mariadb", "aurora-postgresql", "aurora-mysql", "dynamodb", "mongodb", "opensearch"] as const;

type Engine = (typeof ENGINES)[number];
/** Engines that one RDS instance can run; it runs one of them. */
const RELATIONAL: readonly Engine[] = ["postgres", "mysql", "mariadb", "aurora-postgresql", "aurora-mysql"];

export interface DatabaseParameters {
  /** Several only where the text names several. */
  readonly engine?: OneOrMany<Engine>;
  readonly engineVersion?: string;
  readonly instanceType?: string;
  readonly storageGb?: number;
}

/** A database that runs as a service: RDS, Aurora, DynamoDB. */
export const database = capability<DatabaseParameters>()({
  id: "database",
  title: "Database",
  names: [
    /\brds(?! ?proxy)\b/, /\baurora\b/, /\bdynamo ?db\b/, /\bdocument ?db\b/, /(?<=\b(?:managed|hosted|provision\w*|deploy\w*) (?:a |an |the )?)(?:postgres(?:ql)?|mysql|mariadb|mongodb)\b/, /\b(?:postgres(?:ql)?|mysql|mariadb) (?:rds|instance|cluster|deployments?|server|statefulset|operator)s?\b/, /\b(?:db|database) subnet groups?\b/,
    /\bdb\.[a-z]\d\w*\.\w+\b/, /\bdb instances?\b/, /\b(?:postgres(?:ql)?|mysql|mariadb),? (?:version |v)?\d{1,2}(?:\.\d+)?\b/, /\bcnpg\b/, /\bcloudnativepg\b/, /\bparameter groups?\b/, /\bproduction database\b/, /\bpostgres(?:ql)? with (?:the )?(?:postgis|pgvector|timescale\w*)\b/, /\b(?:clickhouse|influx ?db|timescale ?db|cassandra|scylla ?db|cockroach ?db|neo4j|ms ?sql|sql server) (?:database|cluster|instance|server|statefulset)s?\b/, /\bdatenbank-?(?:server|instanz|cluster)\w*/, /\b(?:instancia|servidor|cluster) de (?:la )?(?:base de datos|banco de dados)\b/, /\b(?:base de datos|banco de dados|base de donnees) (?:gestionad[oa]|administrad[oa]|gerenciad[oa]|managee)\b/, /\bdatabases?\b[^.;]{0,20}\bmanaged service\b/, /\bdatabase (?:instance|cluster|server)s?\b/, /\bredshift\b/, /\bneptune\b/,
    /\b(?:postgres(?:ql)?|mysql|mariadb|mongodb) (?:as|for) (?:the |an? |its |our )?(?:primary |main |relational |production |persistent |application )*(?:databases?|data ?store|persistence)\b/,
  ],
  hints: [/\bpostgres(?:ql)?\b/, /\bmysql\b/, /\bmariadb\b/, /\bmongodb\b/, /\bdatabases?\b/, /\bdatenbank(?:en)?\b/, /\bbases? de dat?os\b/, /\bbases? de donnees\b/, /\bbanca dati\b/, /データベース/, /\b(?:clickhouse|influx ?db|timescale ?db|cassandra|scylla ?db|cockroach ?db|neo4j|ms ?sql|sql server)\b(?! versions?\b)/, /\bbanco de dados\b/, /数据库/, /\b\d+ ?gi?b (?:of )?(?:(?:gp[23]|io[12]|ssd|general purpose|allocated) )*storage\b/],
  otherSenses: [/\b(?:drizzle|prisma|sqlalchemy|orm|sequelize|knex|typeorm|mock(?:ed)?|in-memory|injected|kysely|hibernate) (?:database|db) (?:instance|client|handle|connection)s?\b/, 
    /\b(?:stor|sav|persist|writ)\w+ (?:[\w-]+ ){0,3}(?:in|to|into) (?:the )?database\b(?! (?:instance|cluster|server|with|in|on))/, /\bdatabase (?:choice|query|queries|schema|table|record|row|migration|transaction|connection|index|indexe|indice|column|layer|operation|call|lookup|seed|model|access layer|error|name|field|entr\w+)s?\b/, /\b(?:in|from|to|into|query|update) the (?:local )?database\b/, /\bin-memory database\b/, /\bsqlite\b/, /\bmigrations? (?:run|runs|ran|applied|execute\w*|work\w*|pass\w*|succeed\w*|complete\w*) (?:\w+ly )?(?:against|on|in|to) (?:the |an? )?(?:\w+ )?(?:rds|aurora|postgres\w*|mysql|database)\b/, /\bflyway\b|\bliquibase\b|\bprisma\b/,
  ],
  read: (text) => {
    const aurora = /\baurora\b/.test(text);
    const engines = ([
      [/\bpostgres/, aurora ? "aurora-postgresql" : "postgres"], [/\bmysql\b/, aurora ? "aurora-mysql" : "mysql"], [/\bmariadb\b/, "mariadb"], [/\bdynamo ?db\b/, "dynamodb"], [/\b(?:mongodb|documentdb)\b/, "mongodb"],
    ] as const satisfies readonly (readonly [RegExp, Engine])[]).filter(([pattern]) => pattern.test(text)).map(([, engine]) => engine);
    const engine: OneOrMany<Engine> | undefined = oneOrMany<Engine>(engines.length === 0 && aurora ? ["aurora-postgresql"] : engines);
    const disk = sizes(text).find(({ value, start, end }) => /^[gt]/.test(value.unit) && /storage|disk|volume|allocat|gp[23]|size|\bdb\./.test(text.slice(Math.max(0, start - 40), end + 24)));
    return stated<DatabaseParameters>({
      engine, engineVersion: versionOf(text, "postgres(?:ql)?|mysql|mariadb|aurora(?: postgres(?:ql)?| mysql)?|mongodb|engine"),
      instanceType: instanceTypes(text).find(({ value }) => value.startsWith("db."))?.value,
      storageGb: disk ? inGb(disk.value) : undefined,
    });
  },
  keys: { engine: ENGINES, engineVersion: "string", instanceType: "string", storageGb: "number" },
  contradiction: ({ engine }, text) => {
    const relational = [engine ?? []].flat().filter((each) => RELATIONAL.includes(each));
    return relational.length > 1 && !/\bcompatib|\bmigrat|\b(?:from|not|instead of) (?:my|postgres|maria)/.test(text)
      ? { message: `it names ${relational.join(" and ")}, and one database runs one engine`, remedy: "name one of them, or write one criterion for each database" } : undefined;
  },
  prove: ({ engine, engineVersion, instanceType, storageGb }, evidence) => {
    const engines = [engine ?? []].flat();
    const foreign = engines.find((each) => !/postgres/.test(each));
    const wanted = `a private, encrypted ${foreign ?? "PostgreSQL"} database with backups and deletion protection, whose password is in no state`;
    if (foreign !== undefined) return refused(wanted, `no ${foreign}: phaseline provisions PostgreSQL on RDS`);
    const claim = (aurora: boolean): Claim => {
      const [database] = aurora ? evidence.resources("aws_rds_cluster") : evidence.databases();
      const instances = aurora ? evidence.readers(database, 0) : [database].filter((found) => found !== undefined);
      const version = String(database?.get("engine_version") ?? "");
      const beside = aurora && evidence.databases().length > 0 ? "; the application stays with the RDS instance beside it" : "";
      return {
        wanted,
        found: `${aurora ? "Aurora" : "RDS"} PostgreSQL ${version}, private, encrypted, protected${beside}`,
        resources: [database, ...(aurora ? instances : [])],
        unless: {
          "no database": database !== undefined,
          "no instance of it": !database || instances.length > 0,
          "another engine": !database || /postgres/.test(String(database.get("engine"))),
          "it is public": instances.every((instance) => instance.get("publicly_accessible") !== true),
          "it is not encrypted": !database || database.get("storage_encrypted") === true,
          "it has no backups": !database || Number(database.get("backup_retention_period")) > 0,
          "it is not protected": !database || database.get("deletion_protection") === true,
          "its password is in the state": !database || (database.get("password") === undefined && database.get("master_password") === undefined),
          [`version ${version}`]: !database || engineVersion === undefined || `${version}.`.startsWith(`${engineVersion}.`),
          "another instance class": instances.every((instance) => agrees(instanceType, instance.get("instance_class"))),
          // Aurora's storage grows as the data does.
          "another size": aurora || !database || agrees(storageGb, database.get("allocated_storage")),
        },
      };
    };
    return engines.includes("aurora-postgresql") ? claim(true) : [claim(false), claim(true)];
  },
  examples: [
    { text: "Provision an RDS PostgreSQL 16 instance of class db.t3.micro with 20 GB storage", parameters: { engine: "postgres", engineVersion: "16", instanceType: "db.t3.micro", storageGb: 20 } },
    { text: "System SHALL use RDS PostgreSQL with Multi-AZ", parameters: { engine: "postgres" }, with: ["high-availability"] },
  ],
});
