import { agrees, capability, type Claim, stated } from "./capability";
import { countOf } from "./quantities";

export interface ReadReplicaParameters {
  readonly readReplicas?: number;
}

/** A copy of the database that answers reads. */
export const readReplica = capability<ReadReplicaParameters>()({
  id: "read-replica",
  title: "Read replica",
  names: [
    /\bread[- ]?(?:only )?replicas?\b/, /\breader (?:instance|endpoint)s?\b/, /\blesereplik\w*/, /\breplicas? de (?:lectura|leitura)\b/, /(?<=\b(?:aurora|rds|postgres\w*|database)\b[^.;]{0,60})\breplicas?\b/, /(?<=\b(?:aurora|cluster|writer)\b[^.;]{0,40})\breaders?\b(?! endpoint)/, /只读(?:副本|实例)/, /\breplicas? (?:to|of|for) (?:the |an? |our )?(?:primary )?(?:rds|aurora|postgres\w*|mysql|database)\b/, /\breplicas? de lectura\b|\breplicas? en lecture\b/, /リードレプリカ/, /\breads? (?:\w+ )?(?:from|against) (?:a |the )?replicas?\b(?! sets?\b)/, /\b(?:database|postgres(?:ql)?|aurora|rds|mysql) (?:read )?replicas?\b/,
    /\bread(?:-only|-heavy)? (?:traffic|quer(?:y|ies)|load|requests|operations|workload)s?\b[^.;]{0,40}\breplicas?\b/,
  ],
  hints: [],
  // Which statement goes where is the program's.
  otherSenses: [/^[^.;]{0,60}\b(?:rout|direct|dispatch)(?:e|es|ing)?\b[^.;]{0,30}\bquer(?:y|ies)\b[^.;]{0,12}\bto\b[^.;]{0,30}\breplicas?\b/],
  read: (text) => stated<ReadReplicaParameters>({ readReplicas: /\bauto-?scal/.test(text) ? undefined : countOf(text, "read(?:er)?[- ]?replicas?|readers?|reader instances?") }),
  keys: { readReplicas: "number" },
  contradiction: ({ readReplicas }) => (readReplicas ?? 0) > 15 ? { message: `it asks for ${readReplicas} read replicas, and RDS allows at most 15`, remedy: "ask for at most 15 read replicas" } : undefined,
  prove: ({ readReplicas }, evidence) => {
    const replicas = evidence.replicas();
    const [primary] = evidence.databases();
    const [cluster] = evidence.resources("aws_rds_cluster");
    const readers = evidence.readers(cluster);
    const zones = evidence.zones("data");
    const atRds: Claim = {
      wanted: `${readReplicas ?? "a"} read replica${(readReplicas ?? 1) > 1 ? "s" : ""} of the database`,
      found: `${replicas.length} read replica of the database`,
      resources: replicas,
      unless: {
        "no read replica": replicas.length > 0,
        [`${replicas.length} read replica`]: replicas.length === 0 || agrees(readReplicas, replicas.length),
        "no database that it replicates": primary !== undefined && replicas.every((replica) => replica.refersTo(primary, "replicate_source_db")),
      },
    };
    const atAurora: Claim = {
      wanted: `${readReplicas ?? "a"} reader${(readReplicas ?? 1) > 1 ? "s" : ""} of the Aurora cluster, in another zone`,
      found: `${readers.length} readers of the Aurora cluster, over ${zones} zones`,
      resources: cluster ? [cluster, ...evidence.readers(cluster, 0)] : [],
      unless: {
        "no Aurora cluster": cluster !== undefined,
        "no reader": !cluster || readers.length > 0,
        [`${readers.length} readers`]: readers.length === 0 || agrees(readReplicas, readers.length),
        "one zone": !cluster || zones >= 2,
        "a cluster that follows another database": cluster?.get("replication_source_identifier") === undefined,
      },
    };
    return [atRds, atAurora];
  },
  examples: [{ text: "Database uses 2 read replicas for reporting queries", parameters: { readReplicas: 2 } }],
});
