/** A sign, in folded text, that a criterion is or is not about infrastructure. */
export interface Sign {
  readonly pattern: RegExp;
  readonly weight: number;
  /** In which part of the sentence it counts; a deed is an act with a subject ("THE System SHALL …"), an item is all there is. */
  readonly part: "condition" | "subject" | "act" | "deed" | "item" | "any";
  /** It may stand beside a real demand ("use S3 for invoices"), and then counts for nothing. @default - it always counts */
  readonly incidental?: true;
  /** For people: what the sign speaks for. */
  readonly of: string;
}

const START = "^(?:also |then |always |automatically |be |have |both )*";
/** At the start of what is done, verbs of people who set up infrastructure. */
export const PROVISIONS = new RegExp(`${START}(?:provision|deploy|creat|configur|enabl|set ?up|install|launch|host|run on|attach|spread|plac|encrypt|retain|defin|grant|restrict|forward|push|allocat|execut|backed up|tag)(?:e|es|s|ed|d|ing)?\\b`);
/** Verbs that also stand in front of what a program does: "use", "provide", "send". */
const MAY_PROVISION = new RegExp(`${START}(?:us|appl|adopt|establish|maintain|implement|support|stor|send|emit|publish|ship|stream|deliver|expos|provid|rout|run|serv|distribut|add|requir|enforc|back up)(?:e|es|s|ed|d|ing|y|ied|ies)?\\b`);

/** Signs of an act on infrastructure. */
export const INFRASTRUCTURE_SIGNS: readonly Sign[] = [
  { part: "subject", weight: 3, of: "infrastructure code", pattern: /\b(?:cdk|terraform|iac|stack|infrastructure|cloudformation|helm|cluster|eks|vpc|rds|alb|ecs|pipelines?|ci|cd|deployments?|environments?(?! variables?))\b/ },
  { part: "subject", weight: 6, of: "a product of infrastructure", pattern: /\b(?:cloudwatch|grafana|datadog|kibana|prometheus|alert ?manager)\b/ },
  { part: "subject", weight: 7, of: "a part of infrastructure", pattern: /\b(?:health[- ]?checks?|(?:liveness|readiness|startup) probes?|distributed tracing|node[- ]?exporter|(?:postgres|redis|blackbox|kafka|mysql) exporter|scaledobjects?|nodepools?|hpa|autoscaler)\s*$/ },
  { part: "subject", weight: 2, of: "a system that watches", pattern: /\b(?:monitoring|observability|alert(?:ing)?)(?: system| stack| service| platform| configuration)?\s*$/ },
  { part: "any", weight: 2, of: "infrastructure code", pattern: /\b(?:cdk|terraform|cloudformation|infrastructure|tfvars|helm|kubectl|devops|iac)\b/ },
  { part: "condition", weight: 2, of: "work on infrastructure", pattern: /^(?:when|while|if) (?:configuring|setting up|provisioning|deploying)\b/ },
  { part: "condition", weight: 3, of: "a load", pattern: /\b(?:load|traffic|error rates?|latency|cpu|memory|demand|utili[sz]ation|usage|requests?|connections|queue depth|concurrency)\b.{0,40}\b(?:exceed\w*|elevated|increas\w*|decreas\w*|drops?|ris\w*|falls?|spikes?|surges?|grows?|above|below|peaks?|(?:is|are) (?:high|low))\b/ },
  { part: "condition", weight: 3, of: "an event of delivery", pattern: /^(?:when|whenever|if|once|after) (?:an? |the |any |all |every |new )?(?:developers? |required |critical |unit |integration |smoke |security |docker |container |staging |production |main )*(?:push\w*|commits?|merge\w*|pull requests?|prs?|code|ci|pipelines?|builds?|images?|containers?|deployments?|releases?|(?:tests?|scans?) (?:\w+ )?(?:pass|fail|complete|run|succeed|finish)\w*)\b/ },
  { part: "act", weight: 2, of: "a service of AWS as the target", pattern: /\b(?:to|into|in|from|via|through) (?:aws|amazon) [a-z]/ },
  { part: "act", weight: 4, of: "a product of infrastructure", pattern: /^(?:the )?(?:argo ?-?cd|flux|prometheus|grafana|alert ?manager|karpenter|velero|cloudwatch|loki|datadog|cert-?manager|cluster autoscaler|hpa) (?:\w+ly )?[a-z]+s\b/ },
  { part: "act", weight: 2, of: "a load", pattern: /\b(?:cpu|memory|disk|load|traffic|utili[sz]ation|error rate)\b.{0,30}\b(?:exceed\w*|above|over|below|drops?|increas\w*|high|low|spikes?|reach\w*)\b|\b(?:high|low|peak|increased) (?:load|traffic|demand)\b/ },
  { part: "act", weight: 2, of: "an act of provisioning", pattern: PROVISIONS },
  { part: "act", weight: 1, of: "an act that may provision", pattern: MAY_PROVISION },
  { part: "act", weight: 1, of: "an act of provisioning", pattern: /\b(?:provision\w*|deploy(?:s|ed|ment)?|configur(?:e|es|ed|acion)|enabl(?:e|es|ed)|set ?up|install(?:s|ed)?|launch(?:es)?|bereitstell\w*|desplegar|einricht\w*|konfigur\w*|implantar|automat\w+)\b/ },
  { part: "any", weight: 1, of: "the cloud", pattern: /\b(?:aws|amazon|cloud|production|kubernetes|k8s|cluster|regions?|availability|staging|deployments?|servers?)\b/ },
  { part: "item", weight: 1, of: "a short item of a check list", pattern: /^(?!(?:the|an?|users?|each|when|if|team)\b)(?:[^\s.]+\s+){0,5}[^\s.]+\.?$/ },
  { part: "item", weight: 2, of: "a state that is checked off", pattern: /\b(?:configured|enabled|created|installed|deployed|provisioned|operational|ready|running|active|working|in place|set up|set|implemented|completed?|accessible|available|live|attached|automated|defined|generated|eingerichtet|konfiguriert|configurad[oa]s?|habilitad[oa]s?|criad[oa]s?|cread[oa]s?|instalad[oa]s?|activad[oa]s?|ativad[oa]s?|configuree?s?|activee?s?|mis en place)\s*(?:\([^)]*\))?\.?$/ },
  { part: "item", weight: 2, of: "a state that is checked off", pattern: /(?:已\S{1,4}|设置|配置|部署|监控|作成|設定|構築|有効化|完成|完了|成功|正常)\s*(?:[（(][^)）]*[)）])?[。.]?$/ },
];

/** Signs of anything else: screens, application logic, documents, tools. */
export const OTHER_SIGNS: readonly Sign[] = [
  { part: "any", weight: 4, of: "a screen", pattern: /(?<!pagerduty )\b(?!pages? (?:the )?(?:on-?call|engineers?|ops|operators?|sres?|someone|us|people|team)\b)(?:button|icon|layout|modal|tooltip|page|screen|column|badge|sidebar|pane|card|placeholder|viewport|scroll|hover|(?<!\b(?:one|single)[- ])click(?!house)\w*|tap(?:s|ped)?|drag|css|font|theme|landscape|sprites?|animation|padding|margin(?! of)|pixel|flex-wrap|tailwind|toast|form field|dropdown|checkbox|menu|skeleton|heading|thumbnail|tablet|logo)s?\b/ },
  { part: "act", weight: 4, of: "a screen", pattern: /^(?!.*\b(?:in|on) (?:grafana|cloudwatch|datadog|kibana)\b)(?:also |then |always |immediately )?(?:display|show|render|highlight|hide|list|present|visuali[sz]e|open|animate|allow the user|let the user)s?\b/ },
  { part: "act", weight: 4, of: "a procedure on paper", pattern: /\b(?:procedures?|plans?|strategy|strategies|process)\b.{0,20}\b(?:verified|tested|documented|reviewed|understood|approved|written)\b/ },
  { part: "any", weight: 5, of: "a procedure on paper", pattern: /\b(?:disaster recovery|fail-?over|back-?ups?|restores?|roll-?backs?)\b(?!.*\bconfigured).{0,60}\b(?:tested|validated|rehearsed|drills?)\b/ },
  { part: "act", weight: 4, of: "program logic", pattern: /\b(?:logic|handlers?|algorithm|function|validation|integration) (?:is |are )?implemented\b/ },
  { part: "any", weight: 4, of: "a message to the user", pattern: /\b(?:alert|notif(?:y|ies)|warn|inform|email|remind)s? (?:the |each |every |all )?(?:user|customer|patient|player|driver|parent|student|tenant|member|owner|guest)s?\b/ },
  { part: "act", weight: 9, of: "a document", pattern: /^(?:also |then )?(?:provide|include|contain|document|describe|explain|specify|list|detail|outline|cover|recommend|show)s? (?:[\w-]+ ){0,5}?(?:instructions?|steps|step-by-step|examples?|explanations?|guidance|commands|comparisons?|estimates?|recommendations?|checklists?|sections?|diagrams?|tables?|screenshots|best practices|troubleshooting|walkthroughs?|how to|rationale)\b/ },
  { part: "deed", weight: 9, of: "a document", pattern: /^(?:also |then )?(?:document|describe|explain|mention|illustrate)\b/ },
  { part: "item", weight: 9, of: "a document", pattern: /^\s*\S+\.(?:md|mdx|rst|txt|adoc) +(?:also )?(?!is\b|are\b)\w+s\b/ },
  { part: "subject", weight: 8, of: "a document", pattern: /\b(?:documentation|document|guide|readme|tutorial|manual|estimation|estimate|handbook|course|lesson|chapter|presentation|diagram|report)s?(?:\.md)?\s*$/ },
  { part: "subject", weight: 5, of: "a person", pattern: /^(?:the |an? |each |every |any |all )?(?:[\w-]+ )?(?:users|customers?|students?|players?|patients?|drivers?|members?|guests?|visitors?|teachers?|parents?|buyers?|sellers?|shoppers?|learners?|employees?|managers|admins|reviewers?|authors?)\s*$/ },
  { part: "any", weight: 5, of: "a person", pattern: /^(?:the |an? |each |every |any |all )?(?:users?|customers?|students?|players?|patients?|drivers?|members?|guests?|visitors?|teachers?|parents?|buyers?|sellers?|shoppers?|learners?|employees?|managers?|admins?|authors?) (?:can|cannot|may|could|are able to|is able to|sets?|sees?|receives?|views?|creates?|adds?|selects?|enters?|uploads?(?! (?:are|is|shall|should|must|will|to|go|in|stored|kept|saved|persisted|live|land)\b)|opens?)\b/ },
  { part: "act", weight: 3, incidental: true, of: "what a program does with it", pattern: /^(?:the |an? |each |every |all )?(?:[\w-]+ ){1,3}(?:shows?|displays?|contains?|lists|follows|shares?|asks|updates|sorts|filters|validates|describes?|mentions?|compares|opens|closes|remembers|renders)\b/ },
  { part: "act", weight: 4, of: "a test", pattern: /^(?:all |the )?(?:unit|integration|e2e|end-to-end|acceptance|contract|property|regression|component) tests? (?:use|start|need|require|connect|exist|check|simulate|spin up|replace)\w*\b/ },
  { part: "item", weight: 8, of: "a tool or a document", pattern: /^(?:the |an? |this |each |our )?(?:[\w-]+ ){0,2}?(?:plugin|scanner|skill|wizard|linter|cli|extension|editor|parser|generator|validator|analy[sz]er|crawler|calculator|tutorial|course|lesson|simulator|bot|tool|chatbot|assistant|library|sdk|(?<!\b(?:cloudwatch|datadog|ssm|monitoring|elastic|node|log|otel|trace|inspector) )agent) (?:also |automatically |only )?(?!is\b|was\b|has\b|runs\b|deployments?\b)[a-z]+[^siu\W]s\b/ },
  { part: "act", weight: 6, of: "a tool or a document", pattern: /^(?:the |a |an |this |each |our )?(?:[\w-]+ ){0,3}?(?:plugin|scanner|skill|tour|wizard|linter|cli|extension|editor|command|parser|scripts?|agent|tool|chatbot|assistant|generator|library|sdk|readme|validator|analy[sz]er|docs?|documentation|course|tutorial|lesson|diagram|lab|guide|report|index|search) (?:[\w-]+ )?(?:explains?|shows?|reports?|detects?|flags?|lists?|recommends?|suggests?|validates?|checks|warns?|prints?|parses|asks|covers?|describes?|includes?|maps|mentions?)\b/ },
  { part: "any", weight: 3, of: "a limit in the program", pattern: /^(?!.*\b(?:waf|web acl|redis)\b).*\brate[- ]limit/ },
  { part: "any", weight: 6, of: "a backup made once", pattern: /\bback-?up of [^.;]{0,40}\b(?:created|taken|made)\b/ },
  { part: "deed", weight: 6, of: "the outputs of a stack", pattern: /^(?:output|export)\b.{0,40}\b(?:outputs?|identifiers?|ids?|arns?|urls?|values|names?|endpoints?|addresses)\b/ },
  { part: "any", weight: 4, of: "a ticket", pattern: /\b(?:follow-?up|jira|github) (?:ticket|issue|story)\b/ },
  { part: "any", weight: 3, of: "a document", pattern: /\b(?:documentation|documented|readme|wiki|guides?|diagram|adr|changelog|docs\/|tutorial|user stor(?:y|ies)|acceptance criteria|documentad[oa]|dokumentation|dokumentiert|presentation|playbooks?)\b|^\s*(?:\w+ )?runbooks?\b/ },
  { part: "subject", weight: 3, of: "a tool", pattern: /\b(?:plugin|scripts?|cli|command|validator|parser|linter|analy[sz]er|scanner|generator|agent|skill|extension|wizard|prompt|import|(?<!node |postgres |redis |kafka |mysql |blackbox |cloudwatch |otel |metrics )exporter|installer|updater|generated|editor|tool|sdk|library|converter|compiler|inspector|checker|reporter|auditor|simulator)\b/ },
  { part: "subject", weight: 2, of: "a part of an application", pattern: /\b(?:user|admin|dashboard|page|component|button|form|modal|game|player|client|frontend|ui|widget|view|customer|service worker|hook|category|session|chat|bot)\b/ },
  { part: "deed", weight: 4, of: "a tool's work", pattern: /^(?:also |then |always )?(?:parse|extract|capture|log(?! (?:[\w-]+ ){0,4}?to (?:cloudwatch|datadog|loki|s3|splunk|stdout))|print|prompt|warn|ask|return(?! (?:within|(?:an? |the )?(?:http )?(?:status )?(?:code )?(?:2\d\d|ok|healthy)))|exit|reject|fetch|calculate|compute|notify the user|query|search|suggest|recommend|preserve|mark|process|identify|flag|skip|ignore|retry|fall ?back|invalidate|buffer|estimate|list|accept|respect|handle(?! (?:[\w-]+ ){0,3}\d)|sanitize|transform|load(?! (?:balanc|(?:[\w-]+ ){0,6}from (?:the )?(?:aws )?(?:secrets? ?manager|parameter store|ssm|vault)))|rank|score|ingest|normali[sz]e|enrich|classify|summari[sz]e)\b/ },
  { part: "deed", weight: 4, of: "program logic", pattern: /^(?:also |then |always )?(?:write|insert|upsert|resume|re-?try|enqueue|dequeue|wait)\b/ },
  { part: "any", weight: 4, of: "program logic", pattern: /\brout(?:e|es|ed|ing) (?:[\w-]+ ){0,3}(?:queries|reads)\b/ },
  { part: "deed", weight: 3, of: "program logic", pattern: /^(?:also |then |automatically )?(?:remove|delete|clean ?up|purge|destroy) (?:\w+ ){0,2}(?:stale|orphaned|unused|dangling|leftover)\b/ },
  { part: "deed", weight: 7, of: "program logic", pattern: /^(?:also |then |automatically )?reconnect\b/ },
  { part: "condition", weight: 4, of: "program logic", pattern: /\bcache (?:hit|miss|entry)\b|\b(?:data|update|import|sync|save|write|migration|validation|operation|generation|installation)\w* (?:\w+ )?fails?\b/ },
  { part: "subject", weight: 8, of: "a setting of the program", pattern: /\b(?:variables?|parameter|property|field|column|attribute|header|flag|option|argument|connection string|connection pools?)\s*$/ },
  { part: "deed", weight: 6, of: "a tool's work", pattern: /^(?:also |then |always )?(?:verify|validate|detect|generate(?! (?:\w+ )?(?:alerts?|alarms?)\b)|report|output|check|initiali[sz]e|instantiate)\b/ },
  { part: "subject", weight: 1, incidental: true, of: "a part of an application", pattern: /\b(?:service|backend)\s*$/ },
  { part: "subject", weight: 3, of: "a part of an application", pattern: /\b(?:logger|recorder)\s*$/ },
  { part: "subject", weight: 1, incidental: true, of: "a part of an application", pattern: /\b(?:engine|manager|handler|controller|tracker|watcher|orchestrator|worker|processor|notifier|scheduler|repository)\s*$/ },
  { part: "act", weight: 4, of: "a tool's work", pattern: /^(?:[\w-]+ ){0,3}(?:verifies|validates|detects|parses|extracts|generates|compares|recogni[sz]es|converts|prints|prompts|warns|returns(?! (?:http )?(?:2|ok\b|healthy|all deps))|rejects|fetches|calculates|computes|maps|suggests|recommends|marks|identifies|flags|ignores|invalidates|estimates)\b/ },
  { part: "deed", weight: 3, of: "a reaction of the program", pattern: /^(?:be )?(?:applied|begin|start|finish|complete|processed|reflected|updated|delivered)\w* .{0,40}within \d+ ?(?:s\b|sec|min)/ },
  { part: "any", weight: 5, of: "a conversation with the user", pattern: /\b(?:is|are|be) (?:asked|prompted|told|shown|presented|warned|informed)\b/ },
  { part: "act", weight: 5, of: "what people may do", pattern: /^(?:also |then )?(?:allow|let|enable|permit)s? (?:the |an? |all |any |each |authori[sz]ed |only )?(?:[\w-]+ )?(?:users?|admins?|administrators?|customers?|managers?|members?|owners?|operators|people|teams?|clients|developers)\b.{0,20}\bto\b/ },
  { part: "item", weight: 5, of: "a tool's work", pattern: /^(?:checks|lists|shows|generates|parses|explains|compares|renders|recogni[sz]es|converts|suggests|recommends|summari[sz]es|displays|works with|understands|analy[sz]es|translates)\b/ },
  { part: "item", weight: 6, of: "work on paper", pattern: /^(?:spike|research|evaluate|investigate|compare|explore|decide|discuss|study|learn|review|draft|present|brainstorm)\b/ },
  { part: "any", weight: 4, of: "something to read or to learn", pattern: /\b(?:blog posts?|marketing|quiz(?:zes)?|lessons?|courses?|comparison|whitepaper|newsletter|slides?|training (?:modules?|sessions?|materials?)|trained on|landing page)\b/ },
  { part: "any", weight: 3, of: "a medium of the user's", pattern: /\b(?:nas|usb|sd card|icloud|google drive|dropbox|local disk)\b/ },
  { part: "any", weight: 4, of: "a setting of the program", pattern: /\bnode env\b|\bdotenv\b/ },
  { part: "any", weight: 4, of: "a name out of program code", pattern: /\b(?:self|this)\. ?[a-z]/ },
  { part: "any", weight: 4, of: "a form", pattern: /\b(?:the|a|in|this) forms?\b(?! of)|\bforms? (?:accepts?|validates?|shows?)\b/ },
  { part: "any", weight: 5, of: "a test", pattern: /^(?:unit|integration|e2e|end-to-end|regression|component|contract) tests? (?:for|of)\b|^tests? (?:verif\w+|covers?|asserts?)\b/ },
  { part: "condition", weight: 3, incidental: true, of: "what a user does", pattern: /^(?:when|whenever|if|once|after|given) (?:an? |the |any |all )?(?:\w+ )?(?:users?|customers?|players?|visitors?|students?|patients?|admins?|guests?|members?|tenants?) (?!(?:traffic|load|requests?|count|growth|sessions?|demand|numbers?|increas\w*|grows?|exceeds?|rises?)\b)/ },
  { part: "deed", weight: 4, of: "a change of the screen", pattern: /^(?:be )?(?:mov|appear|disappear|dismiss|sort|group|select|toggl|expand|collaps|refresh|redrawn|refetch)\w*\b/ },
  { part: "condition", weight: 3, of: "work on one's own machine", pattern: /\b(?:locally|local (?:and|development|machine|environment)|localhost)\b/ },
  { part: "deed", weight: 7, of: "the inputs and outputs of a module", pattern: /^(?:declare|accept|expose|pass|define|provide|output|export|emit|take|receive|reference)\b.{0,60}\b(?:variables?|outputs?|inputs?|parameters?|arguments?|var\.\w+)\b/ },
  { part: "any", weight: 4, of: "a file for the user", pattern: /\b(?:export|download|import|upload)\w*\b[^.;]{0,40}\b(?:as|to|in|from) (?:an? )?(?:csv|json|pdf|excel|xlsx|markdown|zip)\b/ },
  { part: "item", weight: 5, of: "a test or a document", pattern: /^(?:unit |e2e |integration )?(?:tests?|docs?|documentation|readme|guide|wiki):/ },
  { part: "any", weight: 2, of: "a tool", pattern: /\bmcp servers?\b/ },
  { part: "any", weight: 3, of: "a tool", pattern: /\bmcp (?:tools?|clients?)\b|\bllms?\b|\bai agents?\b|\bvs ?code\b|\bpre-commit\b|\bcli (?:command|flag|option|tool)s?\b|\b(?:settings|yaml|env) files?\b|^(?:the |an? )?config\w* files?\b/ },
  { part: "act", weight: 5, of: "a tool", pattern: /^(?:the |an? )?(?:ai |[\w-]+ )?(?:agent|assistant|bot|tool|cli|plugin|extension|skill|model|sdk|library) (?:can|may|could|will)\b/ },
  { part: "act", weight: 4, of: "a test", pattern: /\btested (?:in|by|under|against)\b/ },
  { part: "item", weight: 9, of: "a document", pattern: /^\s*(?:document|describe|explain|write (?:down|up)) / },
  { part: "item", weight: 5, of: "a test", pattern: /^\s*test (?:with|that|for|the|on|in|if|whether)\b/ },
  { part: "any", weight: 5, of: "a screen", pattern: /\bcrud\b/ },
  { part: "any", weight: 4, of: "a procedure on paper", pattern: /\b(?:test|verify|validate|rehears|exercis|document)\w* (?:the |all )?(?:disaster recovery|restor\w+|fail-?over|back-?ups?) (?:procedures?|plans?|process(?:es)?|drills?)\b/ },
  { part: "act", weight: 4, of: "a screen", pattern: /^(?!.*\b(?:in|on) (?:grafana|cloudwatch|datadog|kibana)\b).*\b(?:is|are|be) (?:\w+ly )?(?:displayed|shown|rendered|listed|printed|highlighted)\b/ },
  { part: "any", weight: 6, of: "a program's exit", pattern: /\bfail\w* with (?:an? |the )?(?:\w+ )?(?:error|message)\b/ },
  { part: "any", weight: 3, of: "files of the repository", pattern: /\b(?:in|under|within|into) (?:the |a |an )?\S+ (?:director(?:y|ies)|folders?)\b/ },
  { part: "any", weight: 2, of: "the program's data model", pattern: /\b(?:flyway|liquibase|alembic|prisma|knex|schema|db|database) migrations?\b/ },
  { part: "act", weight: 3, of: "what a check finds", pattern: /\bfindings?\b|\bviolations?\b|\b(?:is|are) (?:reported|flagged|detected)\b/ },
  { part: "item", weight: 4, of: "a tool on one's own machine", pattern: /\bcli\b.*\binstalled\b/ },
  { part: "any", weight: 5, of: "something taken away", pattern: /\b(?:removed from|deleted from|deprecated|renamed)\b/ },
  { part: "act", weight: 4, of: "a wish on a condition", pattern: /\bif (?:configured|available|enabled|applicable)\b/ },
  { part: "act", weight: 6, of: "a tool's check", pattern: /(?<!health |readiness |liveness |startup |status |security |quality |pass(?:es)? |ci )\bchecks?\.?$/ },
  { part: "act", weight: 5, of: "a test", pattern: /\b(?:e2e|unit|integration) tests? (?:verif\w*|cover\w*|mock\w*|assert\w*)/ },
  { part: "act", weight: 2, of: "a test or a review", pattern: /\b(?:load|performance) test(?:s|ing)? (?:completed?|passed|was|were|done|conducted)|\b(?:reviewed|evaluated|masked)\b|\bapproved\.?$/ },
  { part: "any", weight: 4, of: "a message to the user", pattern: /\b(?:clear|descriptive|helpful|friendly) error\b/ },
  { part: "any", weight: 4, of: "a setting of the program", pattern: /\bconfigurable (?:through|via|by|using|with) environment variables\b/ },
  { part: "any", weight: 3, of: "a program's exit", pattern: /\bexit(?:s)? (?:code|non-?zero|with|status)\b|\bstatus code \d|\bhttp (?:4\d\d|5\d\d)\b|\bjson output\b/ },
  { part: "any", weight: 3, incidental: true, of: "a program's output", pattern: /\bstdout\b|\bstderr\b/ },
  { part: "any", weight: 2, incidental: true, of: "application data", pattern: /\b(?:users? (?:can|may|is|are|see|receive|logs?)|customers?(?![- ]managed)|payments?|invoices?|orders?|refunds?|patients?|products?|recipes?|students?|tickets?|articles?|artists?|songs?|games?|tenants?|transactions?|profiles?|appointments?|subscriptions?|wallets?)\b/ },
  { part: "any", weight: 2, of: "a failure handled in the program", pattern: /\b(?:circuit breaker|fallback|retry logic|error messages?|error handler|stack traces?|exceptions?|graceful\w*|timeout fallback|exponential backoff)\b/ },
  { part: "any", weight: 1, of: "a name out of program code", pattern: /[\w-]+\.(?:json|md|html|js)\b|\w+\(\)/ },
  { part: "any", weight: 3, of: "a name out of program code", pattern: /(?<![\w-]|\b(?:run|runs|execute|executes|invoke|invokes|running|start|starts) {1,2})[\w-]+\.(?:tsx?|jsx|[cm]js|py|go|java|kt|rs|vue|css|prisma|swift|dart)\b(?!\/)|(?<![\w/.-])(?:src|lib|apps?|packages|plugins|components|internal)\/[\w@.*-]|(?<![\w\/.-])tests?\/[\w-]+[.\/]/ },
  { part: "any", weight: 3, of: "a route of the program", pattern: /\b(?:get|post|put|patch|delete) +\/(?!\S*(?:health|ready|live|metrics|status))\S/ },
  { part: "any", weight: 2, of: "an option of a command", pattern: /^(?!.*\b(?:docker|kubectl|helm|terraform|aws|eksctl|prom|exporter|compose)\b).*\s--[a-z]{2}/ },
  { part: "any", weight: 3, of: "data of the program", pattern: /\breturns? +\{|\{ ?"?\w+"?: / },
  { part: "any", weight: 5, of: "templates", pattern: /(?<!\b(?:dashboard|dashboard json) )\btemplates? for\b/ },
  { part: "item", weight: 4, of: "templates", pattern: /^(?:generated|templates?) (?:\w+ ){0,2}(?:includes?|supports?|uses?|are|is|follows?|validated|contains?)\b/ },
  { part: "any", weight: 2, of: "templates and examples", pattern: /\b(?:template file|example for|sample|mock\w*|fixture|simulat\w+|mimic\w*|emulat\w+|localstack|snippet|keywords?|tutorial)\b/ },
];
