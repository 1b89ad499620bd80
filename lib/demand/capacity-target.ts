import { ofChart, ofNodes, ofPods, ofServers } from "./autoscaling";
import { capability, type Claim, stated } from "./capability";
import { durations, oneOrMany, toNumber } from "./quantities";
import type { OneOrMany } from "./vocabulary";

export interface CapacityTargetParameters {
  readonly users?: number;
  readonly requestsPerSecond?: number;
  readonly latencyMs?: OneOrMany<number>;
  readonly percentile?: OneOrMany<number>;
}

/** Where the workflow that runs the load tests lies, below `artifacts/` and in the repository. */
const WORKFLOW = ".github/workflows/load-test.yml";

/** Where a criterion states a time and no share of requests that it holds for, it is meant for nearly all: not for the slowest twentieth. */
const PERCENTILE = 95;

/** The times with their percentiles, in the order in which the criterion states them; one percentile is of all times. */
export function latenciesOf({ latencyMs, percentile }: CapacityTargetParameters): readonly { readonly percentile: number; readonly milliseconds: number }[] {
  const percentiles = [percentile ?? []].flat();
  return [latencyMs ?? []].flat().map((milliseconds, index) => ({ percentile: percentiles[index] ?? percentiles.at(-1) ?? PERCENTILE, milliseconds }));
}

/** What a load test of k6 does, read from its options, which stand there as JSON. */
function testOf(script: string): { readonly carries?: number; readonly asks?: number; readonly within: readonly string[] } {
  try {
    const { scenarios = {}, thresholds = {} } = JSON.parse(/^export const options = (\{[^]*?^\});$/m.exec(script)?.[1] ?? "{}") as {
      scenarios?: { users?: { stages?: readonly { target?: number }[] }; requests?: { rate?: number } };
      thresholds?: { http_req_duration?: readonly string[] };
    };
    const targets = scenarios.users?.stages?.map(({ target }) => target ?? 0) ?? [];
    return {
      ...(targets.length > 0 ? { carries: Math.max(...targets) } : {}),
      ...(scenarios.requests?.rate === undefined ? {} : { asks: scenarios.requests.rate }),
      within: thresholds.http_req_duration ?? [],
    };
  } catch {
    return { within: [] };
  }
}

function holds({ unless }: Claim): boolean {
  return Object.values(unless).every(Boolean);
}

// "100.000" and "100 000" are a hundred thousand: people are counted whole.
const MANY = "(\\d{1,3}(?:[,.]\\d{3})+(?!\\d)|\\d{1,3}(?: \\d{3})+(?!\\d)|\\d+(?:\\.\\d+)?)\\+? ?(k\\b|m\\b|millon(?:es)?|million(?:en|s)?|milhoes|thousand|tausend|mil\\b)?(?: (?:de |d'))?";
const PEOPLE = "(?:users?|retailers?|customers?|clients?|sessions?|visitors?|connections?|players?|students?|tenants?|merchants?|drivers?|participants?|people|devices?|nutzer\\w*|benutzer\\w*|usuarios?|utilisateurs?|用户|用戶|ユーザ|사용자|utenti|members?|viewers?|subscribers?|learners?|employees|agents|operators|shoppers|patients|requests)";

/** How many users, how many requests, how fast. */
export const capacityTarget = capability<CapacityTargetParameters>()({
  id: "capacity-target",
  title: "Capacity target",
  names: [
    new RegExp(`\\b(?:support|handle|serve|sustain|accommodate|withstand|unterstutz\\w+|soport|suport|admit|aguant|bedien)\\w*\\b[^.]{0,50}?${MANY} ?(?:[\\w-]+ ){0,3}?${PEOPLE}`),
    new RegExp(`${MANY} (?:[\\w-]+ ){0,2}concurrent ?(?:[\\w-]+ ){0,2}${PEOPLE}`), new RegExp(`concurrent (?:[\\w-]+ ){0,3}(?:by |of )?(?:up to |at least )?${MANY} ?(?:[\\w-]+ ){0,2}${PEOPLE}`),
    new RegExp(`${MANY} ?(?:rps|qps|tps|(?:requests?|messages?|events?|transactions?) ?(?:per|\\/|a) ?(?:second|sec|s)\\b|req\\/s)`),
    /\b(?:api|endpoint|service|server|request|response|retrieval|page|web|http|backend|read|write|query|p\d\d)\b[^.]{0,70}\b(?:latency|response(?: time)?s?|respond\w*|complete[sd]?|retriev\w+)\b[^.]{0,50}?(?:<|≤|<=|under|within|below|less than|not exceed|at most|in) ?\d+ ?(?:ms|milliseconds?)\b/,
    /\b(?:latency|response times?|responses?)\b[^.]{0,50}?(?:<|≤|<=|under|within|below|less than|not exceed|at most|p\d\d \w+ target of|latency target of) ?\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|seconds?)\b/,
    new RegExp(`${MANY} ?(?:gleichzeitige\\w* )?${PEOPLE.replace("|requests", "")} ?(?:simult\\w+|concurrent\\w*|contemporane\\w+|en simultane\\w*|a la vez|gleichzeitig)`), new RegExp(`${MANY} ?gleichzeitige\\w* ${PEOPLE}`),
    /\b\d{2}(?:\.\d+)? ?% of (?:[\w-]+ ){0,3}(?:requests?|responses?|queries|calls|transactions|page loads)\b[^.;]{0,40}(?:<|≤|<=|under|within|below|less than|in) ?(?:<|≤|less than |under )? ?\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|seconds?)\b/,
    /\b(?:tempos? de resposta|tiempos? de respuesta|temps de reponse|antwortzeit\w*|latencia|latence|latenz)\b[^;]{0,60}?\b\d+(?:[.,]\d+)? ?(?:ms|mili\w+|milissegundos|millisecond\w*|millisekunden|s|segundos|sekunden|secondes)\b/,
    /\d[\d,]*\+? ?(?:个|個|名|人|명)?(?:以上)?(?:的|の)?(?:并发|並發|並行|同时在线|同時在線|同時接続|同時アクセス|同時ユーザ|동시 ?(?:접속|사용))/, /(?:并发|並發|同时在线|同時在線|同時接続|同時アクセス|同時ユーザ|동시 ?(?:접속|사용))[^。；;.]{0,12}\d/,
    /(?:<|≤|<=|under|below|less than|within) ?\d+(?:\.\d+)? ?(?:ms|milliseconds?) (?:api |response |network |end-to-end |read |write |query |p\d\d )?(?:latency|response times?)\b/, /\bp(?:50|75|90|95|99)\b[^.;\d]{0,24}\b(?:latency|response times?|duration)\b ?(?:is|of|:|=|at|~)? ?(?:<|≤|<=|under|below)? ?\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|seconds?)\b/,
    /\b(?:respond\w*|complet\w*|load\w*|answer\w*)\b[^.;]{0,60}\b(?:within|under|in) \d+(?:\.\d+)? ?(?:ms|milliseconds?|s|seconds?)\b[^.;]{0,30}\bunder (?:[\w-]+ ){0,2}load\b/,
    /\bp(?:50|75|90|95|99)\b[^.;<≤]{0,30}(?:<|≤|<=|under|below|less than|within|at most) ?\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|seconds?)\b/, /\b(?:handl|sustain|absorb|withstand|support|accommodat|surviv|scal)\w*\b[^.;]{0,30}\b\d+x\b[^.;]{0,20}\b(?:load|traffic|volumes?|users|requests|growth)\b/,
  ],
  hints: [/\bconcurrent (?:users?|usage|requests?|connections?)\b/, /\bpeak (?:load|traffic)\b/, /\bthroughput\b/, /\bload of \d/, /\bunder (?:normal|peak|heavy|standard|typical|expected|nominal|regular|full|sustained|maximum|high|production) load\b/],
  otherSenses: [/\bto (?:reduce|improve|lower)\b[^.]{0,60}/, /\brate[- ]limit\w*/, /\b(?:connection|thread|worker) pool(?:s|ing)?\b.*/, /^(?:load[- ])?tests? (?:with|for|under|against)\b.*/, /\b(?:user|tenant|customer)s? (?:may|can|could|cannot) (?:have|create|invite|upload|add|own) up to\b/, /\bdebounce\w*|\banimation|\btransition (?:of|duration)|\btoast\b|\btimeout of\b/, /\bper (?:page|user|account|tenant|ip|client)\b/],
  read: (text) => {
    const users = new RegExp(`${MANY} ?(?:[a-z-]+ ){0,4}${PEOPLE.replace("|requests", "")}`).exec(text);
    const rate = new RegExp(`${MANY} ?(?:rps|qps|tps|(?:requests?|messages?|events?|transactions?) ?(?:per|\\/|a) ?(?:second|sec|s)\\b|req\\/s)`).exec(text);
    const latency = durations(text).filter(({ start, value }) => value.unit === "millisecond" || (value.unit === "second" && /latenc|latenz|respon|respuesta|resposta|reponse|antwort|complete|requests/.test(text.slice(0, start))));
    const percentile = [...text.matchAll(/\bp(50|75|90|95|99)\b|\b(50|75|90|95|99)(?:th|%)? ?percentile|\b(50|75|90|95|99)(?=(?:\.0)? ?% of (?:[\w-]+ ){0,3}(?:requests?|responses?|queries|calls|transactions))/g)].map((match) => Number(match[1] ?? match[2] ?? match[3]));
    const number = (match: RegExpExecArray | null) => (match ? toNumber(`${(match[1] ?? "").replace(/[ .](?=\d{3}(?!\d))/g, ",")}${match[2] ? ` ${/^mil[lh]/.test(match[2]) ? "million" : /^(?:mil|tausend)$/.test(match[2]) ? "thousand" : match[2]}` : ""}`) : undefined);
    return stated<CapacityTargetParameters>({
      users: number(users), requestsPerSecond: number(rate),
      latencyMs: oneOrMany(latency.map(({ value }) => value.value * (value.unit === "second" ? 1000 : 1))), percentile: oneOrMany(percentile),
    });
  },
  keys: { users: "number", requestsPerSecond: "number", latencyMs: "number", percentile: "number" },
  contradiction: ({ users, requestsPerSecond, latencyMs, percentile }) => {
    const none = Object.entries({ users, requestsPerSecond, latencyMs, percentile }).flatMap(([name, values]) => [values ?? []].flat().map((value) => ({ name, value }))).find(({ name, value }) => !(value > 0) || value > 1_000_000_000 || (name === "percentile" && value >= 100));
    return none && { message: `its ${none.name} is ${none.value}, which no test can look for`, remedy: 'give a number such as "1,000 concurrent users" or "95th percentile below 200 ms"' };
  },
  prove: (parameters, evidence) => {
    const { users, requestsPerSecond } = parameters;
    const load = Math.max(users ?? 0, requestsPerSecond ?? 0);
    const latencies = latenciesOf(parameters);
    const wanted = [users === undefined ? "" : `${users} users`, requestsPerSecond === undefined ? "" : `${requestsPerSecond} requests a second`, ...latencies.map(({ percentile, milliseconds }) => `${percentile} % of answers within ${milliseconds} ms`)].filter(Boolean);
    const scripts = Object.entries(evidence.synthesized.artifacts).filter(([path]) => /^load-test\/.*\.js$/.test(path)).map(([path, text]) => ({ path, ...testOf(text) }));
    const test = scripts.find(({ carries, asks, within }) => (users === undefined || carries === users) && (requestsPerSecond === undefined || asks === requestsPerSecond) && latencies.every(({ percentile, milliseconds }) => within.includes(`p(${percentile})<${milliseconds}`)));
    const started = /^ +workflow_dispatch:$/m.test(evidence.artifact(WORKFLOW) ?? "") && (evidence.artifact(WORKFLOW) ?? "").includes(`SCRIPT: ${test?.path ?? "?"}`);
    const tested = { "no load test": scripts.length > 0, "a load test of something else": scripts.length === 0 || test !== undefined, [`no ${WORKFLOW} that runs it`]: !test || started };
    const files = test ? [test.path, WORKFLOW] : [];
    const claim = (on: string, resources: Claim["resources"], unless: Claim["unless"]): Claim => ({
      wanted: `${wanted.join(", ") || "a stated load"}: a load test that fails without it, and a platform that is made for it`,
      found: `${on}; ${test?.path ?? "a test"} holds it to ${wanted.join(", ") || "its failures"}, when ${WORKFLOW} is started`,
      resources,
      unless: { ...unless, ...tested },
      files,
    });
    const server = evidence.server();
    const fleet = evidence.fleet();
    const servers = ofServers({}, evidence);
    const pods = [ofPods({}, evidence), ofChart({}, evidence)];
    const scaled = pods.find(holds) ?? pods[0]!;
    const nodes = ofNodes({}, evidence);
    const balancers = evidence.resources("aws_lb");
    const alarms = evidence.resources("aws_cloudwatch_metric_alarm").filter((alarm) => alarm.get("metric_name") === "TargetResponseTime" && balancers.some((balancer) => alarm.refersTo(balancer)) && alarm.list("alarm_actions").length > 0);
    const late = latencies.filter(({ percentile, milliseconds }) => !alarms.some((alarm) => alarm.get("extended_statistic") === `p${percentile}` && Number(alarm.get("threshold")) * 1000 <= milliseconds));
    return [
      claim("a fleet", [...(load > 100 ? servers.resources : [fleet]), ...(latencies.length > 0 ? alarms : [])], {
        "no fleet": fleet !== undefined,
        'a fleet is made for 10,000 users: write "Kubernetes cluster" for more': load <= 10_000,
        'the fleet does not grow with the load: write "Auto-scaling (2-10 instances)"': !fleet || load <= 100 || holds(servers),
        [`no alarm on ${late.map(({ percentile, milliseconds }) => `the ${percentile}th percentile above ${milliseconds} ms`).join(" and ")}`]: !fleet || late.length === 0,
      }),
      claim("pods on a cluster", [evidence.cluster(), ...(load > 100 ? scaled.resources : []), ...(load > 10_000 ? nodes.resources : [])], {
        "no cluster": evidence.cluster() !== undefined,
        "no phase is made for more than 100,000 users at once": load <= 100_000,
        'the pods do not grow with the load: write "Configure auto-scaling (2-10 pods)"': load <= 100 || holds(scaled),
        'the nodes do not grow with the pods: write "Cluster Autoscaler adds nodes (2-10 nodes)"': load <= 10_000 || holds(nodes),
      }),
      claim("one server", [server], {
        "no server": server !== undefined,
        'a single server is made for 100 users: write "Application Load Balancer routes traffic to 2-10 instances"': load <= 100,
      }),
    ];
  },
  examples: [
    { text: "The system SHALL support 10,000 concurrent users", parameters: { users: 10_000 } },
    { text: "API latency (p95) SHALL be < 200ms", parameters: { latencyMs: 200, percentile: 95 } },
  ],
});
