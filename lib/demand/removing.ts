import type { Demand, Reading } from "./demand";
import { REMOVABLE, type Removable } from "./removable";
import { fold } from "./text";

const WHO = "(?:(?:the |our )?(?:system|platform|infrastructure|stack|team|operators?|we) (?:shall|must|should|will) )?";
/** These are said of nothing but infrastructure; the others of rows in a table, too. */
const STRONG = "decommission|retire|dismantle|tear down";
const VERB = `(?:${STRONG}|remove|delete|destroy|terminate|shut down|drop)`;
const STRONGLY = new RegExp(`^(?:${STRONG}|decommissioned|retired|dismantled|torn down)$`);
const DONE = "(?:decommissioned|retired|dismantled|torn down|removed|deleted|destroyed|terminated|shut down|dropped)";
const WHICH = "(?<which>(?:(?:the|our|its|old|former|previous|legacy|existing|single|first|mvp|growth|phase[ -][12]|application|app|production|both|all) )*)";
/** Where it stands, and when it is to happen: nothing that could change what is meant. */
const TAIL = "(?: (?:(?:of|in|from) (?:the )?(?:mvp|growth|first|second|phase[ -][12]|production|database|rds instance|rds database|environment)(?: (?:phase|environment))?|behind the load balancer)){0,2}(?:,? (?:once|after|now that) (?<when>[^.;]*))?\\.?";
const MOVED = /\b(?:traffic|cut-?over|migrat\w+|moved|kubernetes|eks|cluster|fleet|aurora|data)\b/;

const NOUNS: readonly (readonly [Removable, RegExp])[] = [
  ["read-replica", /^(?:rds |database |postgres(?:ql)? )?read replicas?$/],
  ["database", /^rds (?:postgres(?:ql)? )?(?:instance|database|db)$|^rds$/],
  ["aurora", /^aurora(?: postgres(?:ql)?)?(?: (?:cluster|database|db))?$/],
  ["fleet", /^(?:ec2|server|instance|docker compose) fleet$|^ec2 (?:instances|servers)$|^auto ?scaling group$|^fleet$/],
  ["server", /^ec2 (?:server|instance|host|machine)$|^server$|^instance$/],
];
/** Alone they could be anything, so that the verb or what stands before them has to say which. */
const VAGUE = /^(?:fleet|server|instance)$/;
const OF_A_PHASE = /\b(?:mvp|single|phase[ -]1|growth|phase[ -]2)\b/;

const REMOVED = new RegExp(`^${WHO}(?<verb>${VERB}) ${WHICH}(?<noun>[a-z0-9 -]+?)${TAIL}$`);
const IS_REMOVED = new RegExp(`^${WHICH}(?<noun>[a-z0-9 -]+?) (?:is|are|shall be|must be|should be|will be) (?<verb>${DONE})${TAIL}$`);
const UNPROTECTED = new RegExp(`^${WHO}(?:lift|remove|disable|turn off|switch off) (?:the )?(?:deletion|termination) protection (?:of|from|on|for) ${WHICH}(?<noun>[a-z0-9 -]+?)\\.?$`);
const IS_UNPROTECTED = new RegExp(`^(?:the )?(?:deletion|termination) protection (?:of|on|for) ${WHICH}(?<noun>[a-z0-9 -]+?) (?:is|shall be|must be) (?:lifted|removed|disabled|turned off|switched off)\\.?$`);

/** Longer texts say more than that one thing goes. */
const LONGEST = 200;
/** Cheap test before a line is taken apart. */
const MAY_REMOVE = /remov|decommission|retire|dismantl|t(?:ea|or)[rn]|delete|destroy|terminat|shut|drop|lift|disable|off/i;

/** A criterion that asks for nothing but that something goes, in words that can mean nothing else. */
export function removalIn(text: string): Reading | undefined {
  if (text.length > LONGEST || !MAY_REMOVE.test(text)) return undefined;
  const folded = fold(text).replace(/\s+/g, " ").trim();
  const unprotects = UNPROTECTED.exec(folded) ?? IS_UNPROTECTED.exec(folded);
  const { noun = "", which = "", verb = "", when } = (unprotects ?? REMOVED.exec(folded) ?? IS_REMOVED.exec(folded))?.groups ?? {};
  const of = NOUNS.find(([, names]) => names.test(noun))?.[0];
  const clear = unprotects !== null || !VAGUE.test(noun) || STRONGLY.test(verb) || OF_A_PHASE.test(which);
  if (of === undefined || !clear || (when !== undefined && !MOVED.test(when))) return undefined;
  const demand = { kind: "removal", parameters: { of, ...(unprotects && { step: "unprotect" }) }, words: [text.trim()] } as Demand;
  return { status: "understood", demands: [demand] };
}

const TAKES_AWAY = new RegExp(`^${WHO}(?:${STRONG}|remove|delete|destroy|drop) (?:(?:an?|the|our|its|old|former|previous|legacy|existing|unused|all|any|both|single|mvp) )*(?:ec2|rds|aurora|eks|kubernetes|k8s|postgres\\w*|servers?|databases?|fleet|load balancer|alb|read replicas?|cluster|vpc|nat)\\b`);
/** "The group", "the server" alone may be the program's own. */
const THING = "(?:(?:an?|the|our|its|old|former|previous|legacy|existing|unused|all|any|both|single|growth|application) )*(?:(?:(?:ec2|rds|aurora|eks|kubernetes|k8s|postgres\\w*|read|load|auto ?scaling|production|mvp) )+(?:servers?|instances?|databases?|fleet|balancers?|replicas?|clusters?|groups?)|ec2|rds|aurora|eks|alb|vpc|nat gateways?)";
const TAKES_THINGS_AWAY = new RegExp(`^${WHO}(?:${STRONG}|remove|delete|destroy|drop) ${THING}(?:(?:,| and|, and) ${THING}){0,4}\\.?$`);
const THINGS: readonly Demand["kind"][] = ["compute", "cluster", "database", "read-replica", "load-balancer", "network", "workload"];

/** What asks to take a thing away in other words must neither be read as a wish to have it, nor be passed over. */
export function notTakenForDemand(text: string, reading: Reading): Reading {
  if (text.length > LONGEST || !MAY_REMOVE.test(text)) return reading;
  const folded = fold(text).replace(/\s+/g, " ").trim();
  const demanded = reading.demands.some(({ kind }) => THINGS.includes(kind)) && TAKES_AWAY.test(folded);
  if (!demanded && !TAKES_THINGS_AWAY.test(folded)) return reading;
  return {
    status: "unsupported",
    demands: [],
    message:
      'It asks to take something away, in words that can be read in several ways. Write a criterion for each thing: "Decommission the EC2 server", "Remove the EC2 fleet", "Remove the read replica", "Remove the RDS instance", "Remove the Aurora cluster", ' +
      `or add <!-- phaseline: removal of=${REMOVABLE.join("|")} --> with one of these; a Kubernetes cluster goes by \`cdktf destroy\`. If it is no matter of infrastructure, add <!-- phaseline: not-infrastructure -->.`,
  };
}
