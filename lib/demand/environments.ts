import { capability, stated } from "./capability";

export interface EnvironmentsParameters {
  readonly names?: readonly string[];
}

/** What people write for the same: an environment that the settings call `prod` is the criteria's production. */
const SHORT: Readonly<Record<string, string>> = { dev: "development", qa: "test", uat: "test", stage: "staging", "pre-prod": "staging", preprod: "staging", prod: "production", live: "production" };

/** `prod` is production. */
export function plainName(name: string): string {
  return SHORT[name] ?? name;
}

/** The environments that demands name. */
export function namesOf({ parameters: { names = [] } }: { readonly parameters: EnvironmentsParameters }): readonly string[] {
  // An annotation that gives one gives a word, not a list.
  return [names].flat().map(plainName);
}

const NAMES: readonly (readonly [string, RegExp])[] = [
  ["development", /\b(?:dev|development|entwicklung|desarrollo)\b/], ["test", /\b(?:test|qa|uat) (?:environment|env|,|and)/], ["staging", /\b(?:staging|stage|pre-?prod)\b/], ["production", /\b(?:prod|production|produktion|produccion|producao)\b/],
];

/** Several places where the same thing runs: development, staging, production. */
export const environments = capability<EnvironmentsParameters>()({
  id: "environments",
  title: "Environments",
  names: [
    /\bstate(?: files?)? (?:per|by|for each) environment\b/, /\benvironments? based on (?:the )?(?:git )?branch/, /\bper[- ]environment (?:state|stacks?|tfvars|values|config\w*|namespaces?)\b/, /\bnamespaces? isolation per environment\b/,
    /\b(?:dev|development|staging|stage|test|qa|uat|prod|production)(?:,? ?(?:\/|,|and|&|und|y|e) ?(?:dev|development|staging|stage|test|qa|uat|prod|production)\b)+(?: (?:environments?|accounts?|workspaces?|stacks?))?/, /\b(?:separate|multiple|isolated|distinct|all|each|github|preview|ephemeral|protected|aws|multi-?) ?environments?\b/,
    /\bstaging (?:environment|deploy\w*|urls?|cluster|account)\b/, /\bterraform workspaces?\b/, /\b(?:staging|test|qa|uat|pre-?prod|preview) (?:environment |env )?(?:shall |must |should |will )(?:be )?(?:automatically |continuously )?(?:re)?deploy\w*/, /(?<=\b(?:vpcs?|accounts?|clusters?|namespaces?|networks?|subscriptions?|projects?|stacks?|databases?|buckets?|paths?|roles?|state files?|workspaces?|tfvars|values|overlays?|instances?|resources|infrastructure|secrets)(?: \w+){0,3} )(?:(?:for|per) (?:the |each |every |all |separate )*(?:dev|development|staging|stage|qa|uat|pre-?prod|test(?! \w)|environments?)|in (?:the )?(?:staging|qa|uat|pre-?prod))\b(?! (?:variables?|tags?|names?|branch|deploy\w*|smoke|urls?|data|only|workflows?))/, /(?<=\bauto(?:matic\w*)?[- ]?(?:re)?deploy\w* (?:to )?(?:the )?)(?:dev|development|staging|stage|test|qa|alpha|beta|preview)\b/, /(?<=\b(?:deploy\w*|promot\w+|release\w*) (?:automatically )?to (?:the )?)(?:alpha|beta|integration|sandbox|nonprod|non-production|uat|preprod|pre-production)\b/, /\b(?:separate|dedicated|isolated|distinct|different) (?:aws )?(?:accounts?|vpcs?|clusters?|namespaces?|stacks?|roles?) (?:for|per) (?:each |every )?(?:environment|stage|staging|dev\w*|prod\w*)\b/, /\b(?:dev|development|staging|qa|prod|production) (?:values|overlays?|tfvars)\b(?= (?:must|shall|should|override|set|define|are|is|use|uses|with))/, /\bnon-?prod(?:uction)? (?:and prod\w*|environments?|accounts?)\b/, /\b(?:entornos?|ambientes?) (?:de )?(?:desarrollo|desenvolvimento|pruebas|testes?|homologacao|staging|produccion|producao|separados?|aislados?|isolados?)\b/, /\b(?:environnements?|umgebungen?) (?:de )?(?:dev\w*|staging|test|preprod\w*|prod\w*|recette)\b|\b(?:test|staging|entwicklungs|produktions|mehrere|getrennte) ?-?umgebung(?:en)?\b|\bhomolog(?:acao|ation)\b/, /(?:ステージング|検証|テスト)環境/, /\benvironment[- ](?:specific|configurations?|isolation|parity|promotion)\b/, /(?<=\b(?:deploy\w*|promot\w+|release\w*) (?:automatically |automatico )?(?:to|a|nach|auf|on) (?:the )?)(?:dev|development|staging|stage|test|qa)\b/, /\bstaging (?:auto-?)?deploy\w*/,
    /(?<=\b(?:deploy\w*|promot\w+)[^.;]{0,50}\bto (?:the |an? )?)(?:dev|development|staging|qa|test) ?environment\b/, /\bisolat\w+ (?:per|by) environment\b/, /测试环境|预发布环境|生产环境/,
  ],
  hints: [/\bstaging\b/, /\b(?:deployment|cloud|dev|development|test|target) environments?\b/, /\bpre-?prod(?:uction)?\b/],
  otherSenses: [/\bstaging (?:options?|areas?|tables?|changes|files?|director\w+|buffers?|index|folders?|zones?|queues?)\b/, /\b(?:git|intelligent|file|data|selective|auto) staging\b/, 
    /\blocal (?:dev\w* |test )?environments?\b/, /\benvironment variables?\b/, /\bworkspace (?:folder|member|settings|name|owner|directory|root)s?\b/, /\b(?:runtime|browser|learning|node|python|virtual) environments?\b/,
    /\bdev(?:elopment)? environments? (?:shall|must|should|will) (?:run|use|support|work|require)\b.*/,
  ],
  read: (text) => {
    const names = NAMES.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
    return stated<EnvironmentsParameters>({ names: names.length > 0 ? names : undefined });
  },
  keys: { names: "string" },
  prove: ({ names = [] }, evidence) => {
    const { environments: made } = evidence.synthesized;
    const { environment } = evidence.subject;
    const vpcs = evidence.resources("aws_vpc");
    const missing = namesOf({ parameters: { names } }).filter((name) => !made.map(plainName).includes(name));
    return {
      wanted: names.length > 0 ? `the environment ${[names].flat().join(" and ")}` : "several environments",
      found: `the environment${made.length === 1 ? "" : "s"} ${made.join(" and ")}${made.length === 1 ? "" : ", each with stacks, a state and a network of its own"}`,
      resources: vpcs,
      unless: {
        [`no environment ${missing.join(" and ")}`]: missing.length === 0,
        [`the environment ${environment} alone: name those that are to be, such as staging and production`]: names.length > 0 || made.length > 1,
        [`no network of ${environment}`]: vpcs.length > 0,
      },
    };
  },
  examples: [{ text: "System SHALL support development, staging, production environments", parameters: { names: ["development", "staging", "production"] } }],
});
