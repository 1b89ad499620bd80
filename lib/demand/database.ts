import { capability, stated } from "./capability";
import { inGb, instanceTypes, sizes, versionOf } from "./quantities";

const ENGINES = ["postgres", "mysql", "mariadb", "aurora-postgresql", "aurora-mysql", "dynamodb", "mongodb", "opensearch"] as const;

export interface DatabaseParameters {
  readonly engine?: (typeof ENGINES)[number];
  readonly engineVersion?: string;
  readonly instanceType?: string;
  readonly storageGb?: number;
}

/** A database that runs as a service: RDS, Aurora, DynamoDB. */
export const database = capability<DatabaseParameters>()({
  id: "database",
  title: "Database",
  names: [
    /\brds(?! ?proxy)\b/, /\baurora\b/, /\bdynamo ?db\b/, /\bdocument ?db\b/, /\b(?:managed|hosted|provision\w*|deploy\w*) (?:a |an |the )?(?:postgres(?:ql)?|mysql|mariadb|mongodb)\b/, /\b(?:postgres(?:ql)?|mysql|mariadb) (?:rds|instance|cluster|deployments?|server|statefulset|operator)s?\b/, /\bdb subnet groups?\b/,
    /\bdb\.[a-z]\d\w*\.\w+\b/, /\bdb instances?\b/, /\b(?:postgres(?:ql)?|mysql|mariadb),? (?:version |v)?\d{1,2}(?:\.\d+)?\b/, /\bcnpg\b/, /\bcloudnativepg\b/, /\bparameter groups?\b/, /\bproduction database\b/, /\bdatabase (?:instance|cluster|server)s?\b/, /\bredshift\b/, /\bneptune\b/,
  ],
  hints: [/\bpostgres(?:ql)?\b/, /\bmysql\b/, /\bmariadb\b/, /\bmongodb\b/, /\bdatabases?\b/, /\bdatenbank(?:en)?\b/, /\bbase de dat?os\b/, /\bbanco de dados\b/, /数据库/, /\b\d+ ?gb (?:of )?storage\b/],
  otherSenses: [
    /\bdatabase (?:query|queries|schema|table|record|row|migration|transaction|connection|index|column|layer|operation|call|lookup|seed|model|access layer|error|name|field|entr\w+)s?\b/, /\b(?:in|from|to|into|query|update) the (?:local )?database\b/, /\bin-memory database\b/, /\bsqlite\b/, /\bflyway\b|\bliquibase\b|\bprisma\b/,
  ],
  read: (text) => {
    const engine = /\baurora\b/.test(text) ? (/mysql/.test(text) ? "aurora-mysql" : "aurora-postgresql")
      : /\bpostgres/.test(text) ? "postgres" : /\bmysql\b/.test(text) ? "mysql" : /\bmariadb\b/.test(text) ? "mariadb" : /\bdynamo ?db\b/.test(text) ? "dynamodb" : /\b(?:mongodb|documentdb)\b/.test(text) ? "mongodb" : undefined;
    const disk = sizes(text).find(({ value, start, end }) => /^[gt]/.test(value.unit) && /storage|disk|volume|allocat|gp[23]|size|\bdb\./.test(text.slice(Math.max(0, start - 40), end + 24)));
    return stated<DatabaseParameters>({
      engine, engineVersion: versionOf(text, "postgres(?:ql)?|mysql|mariadb|aurora(?: postgres(?:ql)?| mysql)?|mongodb|engine"),
      instanceType: instanceTypes(text).find(({ value }) => value.startsWith("db."))?.value,
      storageGb: disk ? inGb(disk.value) : undefined,
    });
  },
  keys: { engine: ENGINES, engineVersion: "string", instanceType: "string", storageGb: "number" },
  examples: [
    { text: "Provision an RDS PostgreSQL 16 instance of class db.t3.micro with 20 GB storage", parameters: { engine: "postgres", engineVersion: "16", instanceType: "db.t3.micro", storageGb: 20 } },
    { text: "System SHALL use RDS PostgreSQL with Multi-AZ", parameters: { engine: "postgres" }, with: ["high-availability"] },
  ],
});
