import { capability, type Claim, stated } from "./capability";
import { durations, inDays, inSeconds } from "./quantities";

export interface BackupsParameters {
  readonly retentionDays?: number;
  /** How much may be lost. */
  readonly rpoMinutes?: number;
  /** How long it may take until the data is back. */
  readonly rtoSeconds?: number;
  /** How often, where that is not once a day or less. */
  readonly everyMinutes?: number;
  readonly frequency?: "hourly" | "daily" | "weekly" | "monthly";
}

/** The longest retention of automated RDS backups. */
export const MAX_BACKUP_RETENTION_DAYS = 35;

/** Where only these can be meant. */
const OF_RDS = /\brds\b|\baurora\b|\bdatabases?\b|\bdb\b|\bpostgres\w*|\bmysql\b|\bmariadb\b|\bautomat\w+ (?:\w+ )?(?:back-?ups|snapshots)\b/;

/** What RDS may lose of the last minutes. */
const MINUTES_LOST = 5;

/** Backups that RDS does not make keep no such bound. */
const ELSEWHERE = /\baws backup\b|\bs3\b|\bvelero\b|\betcd\b|\bbackup vault\b|\bdynamo ?db\b|\bebs\b|\befs\b/;

/** Copies of the data, and how long they are kept. */
export const backups = capability<BackupsParameters>()({
  id: "backups",
  title: "Backups",
  names: [
    /\b(?:rds|database|db|postgres(?:ql)?|mysql|aurora|dynamodb|etcd|velero|ebs|ami|ec2|volume|instance|efs|automated|automatic|daily|nightly|hourly|weekly|scheduled|regular|incremental|aws|point-in-time|cross-region|encrypted|offsite|off-site|on-demand|full|differential|logical|physical|continuous|geo-redundant|remote|production|nas) (?:database |db |automated |automatic |daily |full )?(?:backups?|snapshots?)\b/,
    /\bbackups? (?:retention|policy|policies|plan|window|vault|schedule|strategy)\b/, /\bpoint-?in-?time[ -]?recovery\b/, /\bpitr\b/, /\bdisaster recovery\b/, /\brecovery point objective\b/, /\brpo\b/, /\baws backup\b/, /\bvelero\b/, /\bfinal snapshot\b/,
    /\bpg ?dump\b/, /\bwal[- ]archiv\w+/, /\bdatensicherung\w*/, /\bcopias? de seguridad\b/, /\bsauvegardes?\b/, /\b(?:taglich|nachtlich|automatisch|regelmassig)\w* (?:\w+ )?(?:backups?|sicherung\w*)/, /\bbackups? (?:diari\w+|automatic[oa]s?|automatiques?|quotidien\w*)/, /\brespaldos? (?:diari|automatic)\w+/, /\brestor\w+ (?:of |from )(?:a |the )?(?:backups?|snapshots?)\b/, /\bback-?ups? (?:and|&|\/) (?:recovery|restor\w+|disaster)/, /备份/, /\bdeletion ?policy: ?snapshot\b/, /\bretain\w* backups?\b/, /\bback(?:s|ed|ing)? up (?:the |all |our )?(?:[\w-]+ )?(?:databases?|rds|postgres\w*|volumes?|etcd)\b/,
    /\b(?:restor|recover)\w* to (?:any|a (?:specific|given|previous|chosen)) (?:point|moment|time|second)\b/, /\bback(?:s|ed|ing)? up (?:every|each|daily|nightly|hourly|weekly|to s3|automatically)\b/,
    /\brecover\w* from (?:an? |the )?(?:back-?ups?|snapshots?|disasters?)\b/, /\brecovery time objective\b/, /\brto\b(?! ?<? ?\d+ ?s)/,
    /\b(?:replicat|cop(?:y|ie))\w* (?:the )?back-?ups\b|\bback-?ups (?:\w+ )?(?:replicated|copied) (?:to|in|across)\b/,
    /(?<=\bencrypt\w* (?:all |every |each |the |any )?(?:\w{1,20} )?)back-?ups?\b/, /\bback-?ups? (?:files )?(?:(?:is|are|shall be|must be|should be) )?encrypted\b/, /\b(?:stor|keep|retain|sav|archiv|upload|ship)\w* (?:all |the |\d+ )?(?:\w+ )?back-?ups (?:in|on|at|for|to|off)\b/, /\bback-?ups\b[^.;]{0,40}\b(?:off-?site|separate (?:\w+ )?(?:regions?|accounts?|locations?)|another (?:region|account)|different (?:region|account)s?)\b/,
    /\bdr process\b/, /\bdr plans?\b/, /\bdr strateg(?:y|ies)\b/, /\bdr drills?\b/, /\bretain\w* (?:\w+ ){0,2}(?:back-?ups|snapshots)\b/, /\b(?:mongodump|mysqldump|pgbackrest|barman|wal-g|restic|borg ?backup|xtrabackup|kasten)\b/, /\bcopias? de seguranca\b/, /\bbackups? di(?:ari|aria)\w*\b/, /\bsicherungskopien?\b/,
    /\b(?:database|db|sql|postgres\w*|mysql|mongodb|nightly|daily|hourly|weekly|scheduled|automated) dumps?\b/, /\bback-?ups? (?:[\w-]+ ){0,3}(?:restorable|restored|recoverable)\b/, /\b(?:workloads?|systems?|services?|databases?|environments?|platform|production|infrastructure|cluster)\b[^.;]{0,20}\b(?:restored|recovered|recoverable|restorable)\b[^.;]{0,20}\b(?:within|in under|in less than) \d+ ?(?:h|hours?|days?)\b/,
    /\bdata loss\b[^.;\d]{0,24}\d+ ?(?:min\w*|h|hours?)\b/, /\bsnapshots? (?:(?:are|is|shall be|must be|be) )?(?:taken|created|made) (?:every|each|daily|hourly|nightly|weekly|automatically)\b/, /自動バックアップ/, /バックアップ(?:保持|設定|期間|を?(?:取得|保持|有効))/, /備份/, /자동 ?백업/, /백업 ?(?:보존|보관|정책)/, /резервн\S{0,4} копи/,
  ],
  hints: [/\bback(?:-| )?ups?\b/, /\bbacked up\b/, /\bsnapshots?\b/, /\brestor(?:e|able|ed) from\b/, /\brespaldos?\b/, /バックアップ/, /백업/],
  otherSenses: [
    /\bback-?up of [^.;]{0,40}\b(?:created|taken|made)\b/, /\bback(?:ed)?[- ]?ups?\b[^.;]{0,30}\bbefore (?:merg|migrat|delet|mak|chang|updat|mov|renam|overwrit|modif|install|any (?:change|migration|modification))\w*/,
    /\b(?:create|creates|creating|exports?|imports?|downloads?|uploads?|make|makes|keep|keeps|restore|restores|delete|deletes) (?:an? |the |its )?(?:timestamped |local )?backup (?:copy |file |of (?:the |its |each |any )?(?:original |existing |current )?(?:file|config\w*|directory|folder|settings|state file|document))/, /\b\.bak\b/, /(?<!\bencrypt\w* (?:all |the |every |each )?)\bbackup (?:file|folder|directory|copy|code|key|phrase|plan for|option|model|provider|camera|generator)s?\b/,
    /\bsnapshot test\w*/, /\b(?:jest|dom|ui|html|visual|audit|market|portfolio|inventory|price|page|state) snapshots?\b/, /\bfall ?back\b/, /\bbackup codes?\b/, /\buser(?:'s)? (?:data )?backups?\b/, /\bback-?ups? of (?:all )?(?:the )?(?:user|customer|account|profile|project|note|setting)\w*\b/,
    /\b(?:export|import|download|upload)\w* (?:an? |the )?(?:full |local |encrypted )?back-?ups?\b/,
    /\bthe backup (?:shall|must|should|will)\b(?!.*\b\d+ ?(?:days|weeks|months|hours)\b)/,
  ],
  read: (text) => {
    const times = durations(text);
    const near = (start: number, end: number, pattern: RegExp): boolean => pattern.test(text.slice(Math.max(0, start - 48), start)) || pattern.test(text.slice(end, end + 28));
    const retained = times.find(({ start, end, value }) => ["day", "week", "month", "year"].includes(value.unit) && (near(start, end, /reten|retain|keep|kept|backups?|snapshots?|stored|aufbewahr|recovery|pitr|保持|保存|保留|備份|バックアップ|보관|보존|retencion|retencao|conserv|mantid/) || /\brestor\w*\b.*\b(?:last|past|previous|preceding) $/.test(text.slice(0, start))));
    const objective = (name: string) => times.find(({ start, end }) => new RegExp(`(?:\\b${name}\\b|${name === "rpo" ? "(?:recovery point|data loss)" : "recovery time"})[^,;.]{0,28}$`).test(text.slice(Math.max(0, start - 48), start)) || new RegExp(`^ ?\\(?${name}\\b`).test(text.slice(end, end + 8)));
    const often = times.find(({ start, value }) => (value.unit === "minute" || value.unit === "hour") && /\b(?:every|each|cada|alle|toutes les|once (?:in|per|every)) $/.test(text.slice(0, start)));
    // "7 daily backups are kept": as many days.
    const copies = /\b(?:retain|keep|kept|retention|last|exactly)/.test(text) ? /(?<![\w.])(\d{1,3}) (?:most recent |latest )?(daily|weekly|monthly)\b/.exec(text) : undefined;
    const rpo = objective("rpo")?.value;
    const rto = (objective("rto") ?? times.find(({ start }) => /\b(?:restor|recover)\w+\b[^.;]{0,30}\b(?:within|in under|in less than) $/.test(text.slice(0, start))))?.value;
    return stated<BackupsParameters>({
      retentionDays: retained ? inDays(retained.value) : copies ? Number(copies[1]) * { daily: 1, weekly: 7, monthly: 30 }[copies[2] as "daily" | "weekly" | "monthly"] : undefined,
      rpoMinutes: rpo && inSeconds(rpo) / 60, rtoSeconds: rto && inSeconds(rto),
      everyMinutes: often ? inSeconds(often.value) / 60 : /\bhourly\b|\bevery hour\b|\bcada hora\b|\bstundlich\w*|\btoutes les heures\b/.test(text) ? 60 : undefined,
      frequency: /\bhourly\b|every hour/.test(text) ? "hourly" : /\bdaily\b|\bnightly\b|every day|taglich/.test(text) ? "daily" : /\bweekly\b/.test(text) ? "weekly" : /\bmonthly\b/.test(text) ? "monthly" : undefined,
    });
  },
  keys: { retentionDays: "number", rpoMinutes: "number", rtoSeconds: "number", everyMinutes: "number", frequency: ["hourly", "daily", "weekly", "monthly"] },
  contradiction: ({ retentionDays }, text) => retentionDays !== undefined && retentionDays > MAX_BACKUP_RETENTION_DAYS && OF_RDS.test(text) && !ELSEWHERE.test(text)
    ? { message: `it keeps backups for ${retentionDays} days, and RDS keeps automated backups for at most ${MAX_BACKUP_RETENTION_DAYS}`, remedy: `write "backup retention of ${MAX_BACKUP_RETENTION_DAYS} days", or name where the longer ones are kept: "monthly backups kept for 365 days in S3"` }
    : undefined,
  prove: ({ retentionDays, everyMinutes }, evidence) => {
    const databases = [...evidence.databases(), ...evidence.resources("aws_rds_cluster")];
    return (databases.length > 0 ? databases : [undefined]).map((database): Claim => {
      const days = Number(database?.get("backup_retention_period") ?? 0);
      return {
        wanted: `daily backups of the database${retentionDays === undefined ? "" : `, kept for ${retentionDays} days`}, and a last one before it goes`,
        found: `backups kept for ${days} days, final snapshot`,
        resources: [database],
        unless: {
          "no database": database !== undefined,
          [`backups kept for ${days} days`]: !database || (retentionDays === undefined ? days > 0 : days === retentionDays),
          // RDS keeps the transaction logs of every five minutes beside the copies of each day.
          [`no backups every ${everyMinutes} minutes: RDS restores to any moment until five minutes ago`]: (everyMinutes ?? MINUTES_LOST) >= MINUTES_LOST,
          "no final snapshot": !database || database.get("skip_final_snapshot") !== true,
        },
      };
    });
  },
  examples: [
    { text: "Enable automated daily backups with a retention period of at least 7 days", parameters: { retentionDays: 7, frequency: "daily" } },
    { text: "Achieve a recovery point objective (RPO) of 15 minutes for critical data", parameters: { rpoMinutes: 15 } },
  ],
});
