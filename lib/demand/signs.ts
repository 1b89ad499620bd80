/** A sign, in folded text, that a criterion is or is not about infrastructure. */
export interface Sign {
  readonly pattern: RegExp;
  readonly weight: number;
  /** In which part of the sentence it counts. */
  readonly part: "subject" | "act" | "any";
  /** For people: what the sign speaks for. */
  readonly of: string;
}

/** Signs of an act on infrastructure. */
export const INFRASTRUCTURE_SIGNS: readonly Sign[] = [
  { part: "subject", weight: 3, of: "infrastructure code", pattern: /\b(?:cdk|terraform|iac|stack|infrastructure|cloudformation|helm|cluster|eks|vpc|aks|gke|rds|alb|ecs|pipeline|ci|cd)\b/ },
  { part: "any", weight: 2, of: "infrastructure code", pattern: /\b(?:cdk|terraform|cloudformation|infrastructure|tfvars|helm|kubectl|devops)\b/ },
  { part: "act", weight: 2, of: "an act of provisioning", pattern: /\b(?:provision\w*|deploy(?:s|ed|ment)?|creat(?:e|es|ed)|configur(?:e|es|ed)|enabl(?:e|es|ed)|set ?up|install(?:s|ed)?|launch(?:es)?|host(?:s|ed)?|run on|runs on|attach(?:es|ed)?|spread|placed?|encrypt(?:s|ed)?|retain(?:s|ed)?|implement(?:s|ed)?|use|uses|bereitstell\w*|desplegar|einricht\w*|konfigur\w*|define[sd]?|support(?:s)?|grant|require[sd]?|maintain(?:s)?|adopt\w*)\b/ },
  { part: "any", weight: 1, of: "the cloud", pattern: /\b(?:aws|amazon|cloud|production|kubernetes|k8s|cluster|region|availability|staging|deployments?|servers?)\b/ },
  { part: "act", weight: 2, of: "a state that is checked off", pattern: /\b(?:configured|enabled|created|installed|deployed|provisioned|operational|ready|running|active|working|in place|set up|implemented|completed?|accessible|available|eingerichtet|configurad[oa]s?)\s*(?:\([^)]*\))?\.?$/ },
];

/** Signs of anything else: screens, application logic, documents, tools. */
export const OTHER_SIGNS: readonly Sign[] = [
  { part: "any", weight: 4, of: "a screen", pattern: /\b(?:button|icon|layout|modal|tooltip|page|screen|column|badge|sidebar|pane|panel shows|card|placeholder|viewport|scroll|hover|click\w*|tap(?:s|ped)?|drag|css|font|theme|landscape|sprites?|animation|toast|form field|dropdown|checkbox|menu|skeleton|heading|thumbnail|tablet|logo)s?\b/ },
  { part: "act", weight: 3, of: "a screen", pattern: /^(?:also |then |always |immediately )?(?:display|show|render|highlight|hide|list|present|visuali[sz]e|open|animate|allow the user|let the user)s?\b/ },
  { part: "any", weight: 3, of: "a document", pattern: /\b(?:documentation|documented|readme|wiki|runbooks?|guides?|diagram|adr|changelog|docs\/|tutorial|user stor(?:y|ies)|acceptance criteria|screenshots?|documentad[oa]|dokumentation|dokumentiert|presentation|comments? in code)\b/ },
  { part: "subject", weight: 3, of: "a tool", pattern: /\b(?:plugin|script|cli|command|validator|parser|linter|analy[sz]er|scanner|generator|agent|skill|extension|wizard|prompt|import|exporter|installer|updater|editor|tool|sdk|library|converter|compiler|inspector|checker|reporter|auditor|simulator)\b/ },
  { part: "subject", weight: 2, of: "a part of an application", pattern: /\b(?:user|admin|dashboard|page|component|button|form|modal|game|player|client|web application|frontend|ui|widget|view|app|customer|service worker|hook|engine|category|session|chat|bot)\b/ },
  { part: "act", weight: 3, of: "a tool's work", pattern: /^(?:also |then |always )?(?:verif(?:y|ies)|validate|detect|parse|generate|extract|report|log|print|prompt|warn|ask|return|exit|reject|parse|fetch|calculate|compute|notify the user|query|search|suggest|recommend|include|preserve|mark|process|check (?:that|if|whether)|identify|flag|skip|ignore|retry|fall ?back|invalidate|buffer|estimate)s?\b/ },
  { part: "act", weight: 3, of: "a tool's check", pattern: /\bchecks?\.?$/ },
  { part: "any", weight: 2, of: "a test or a review", pattern: /\b(?:e2e|unit|integration) tests? (?:verif\w*|for|cover\w*|pass\w*)|\b(?:load|performance) test(?:s|ing)? (?:completed?|passed|was|were|done|conducted)|\breviewed\b|\bevaluated\b|\bapproved\.?$|\bmasked\b/ },
  { part: "any", weight: 3, of: "a program's exit", pattern: /\bexit(?:s)? (?:code|non-?zero|with|status)\b|\bstatus code \d|\bhttp (?:4\d\d|5\d\d)\b|\bstdout|stderr\b|\bjson output\b/ },
  { part: "any", weight: 2, of: "application data", pattern: /\b(?:users? (?:can|may|is|are|see|receive|logs?)|customers?|payments?|invoices?|orders?|refunds?|patients?|products?|posts?|recipes?|students?|tickets?|messages?|articles?|comments?|artists?|songs?|games?|tenants?|records?|transactions?|profiles?|appointments?|subscriptions?)\b/ },
  { part: "any", weight: 2, of: "a failure handled in the program", pattern: /\b(?:circuit breaker|fallback|retry logic|error messages?|error handler|stack traces?|exceptions?|graceful\w*|timeout fallback|transaction)\b/ },
  { part: "any", weight: 1, of: "a name out of program code", pattern: /[\w-]+\.(?:json|ts|tsx|js|jsx|cjs|mjs|py|md|go|java|kt|rs|vue|css|html)\b|\w+\(\)/ },
  { part: "any", weight: 2, of: "templates and examples", pattern: /\b(?:templates? for|template file|example for|sample|mock\w*|fixture|simulat\w+|snippet|keywords?|tutorial)\b/ },
];
