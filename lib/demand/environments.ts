import { capability, stated } from "./capability";

export interface EnvironmentsParameters {
  readonly names?: readonly string[];
}

const NAMES: readonly (readonly [string, RegExp])[] = [
  ["development", /\b(?:dev|development|entwicklung|desarrollo)\b/], ["test", /\b(?:test|qa|uat) (?:environment|env|,|and)/], ["staging", /\b(?:staging|stage|pre-?prod)\b/], ["production", /\b(?:prod|production|produktion|produccion|producao)\b/],
];

/** Several places where the same thing runs: development, staging, production. */
export const environments = capability<EnvironmentsParameters>()({
  id: "environments",
  title: "Environments",
  names: [
    /\b(?:dev|development|staging|stage|test|qa|uat|prod|production)(?:,? ?(?:\/|,|and|&|und|y|e) ?(?:dev|development|staging|stage|test|qa|uat|prod|production)\b)+(?: (?:environments?|accounts?|workspaces?|stacks?))?/, /\b(?:separate|multiple|isolated|distinct|all|each|github|preview|ephemeral|protected|aws|multi-?) ?environments?\b/,
    /\bstaging (?:environment|deploy\w*|urls?|cluster|account)\b/, /\bterraform workspaces?\b/, /\benvironment[- ](?:specific|configurations?|isolation|parity|promotion)\b/, /(?<=\b(?:deploy\w*|promot\w+|release\w*) (?:automatically |automatico )?(?:to|a|nach|auf|on) (?:the )?)(?:dev|development|staging|stage|test|qa)\b/, /\bstaging (?:auto-?)?deploy\w*/,
    /(?<=\b(?:deploy\w*|promot\w+)[^.;]{0,50}\bto (?:the )?)(?:dev|development|staging|qa|test) ?environment\b/, /\bisolat\w+ (?:per|by) environment\b/, /测试环境|预发布环境|生产环境/,
  ],
  hints: [/\bstaging\b/, /\b(?:deployment|cloud|dev|development|test|target) environments?\b/, /\bpre-?prod(?:uction)?\b/],
  otherSenses: [/\benvironment variables?\b/, /\bworkspace (?:folder|member|settings|name|owner|directory|root)s?\b/, /\b(?:runtime|browser|learning|node|python|virtual) environments?\b/],
  read: (text) => {
    const names = NAMES.filter(([, pattern]) => pattern.test(text)).map(([name]) => name);
    return stated<EnvironmentsParameters>({ names: names.length > 0 ? names : undefined });
  },
  keys: { names: "string" },
  prove: ({ names = [] }, evidence) => {
    // The stack of an environment is called as the environment is; that of its cluster comes behind it.
    const [made = "none"] = Object.keys(evidence.synthesized.stacks).filter((stack) => !stack.endsWith("-platform"));
    const missing = names.filter((name) => name !== made);
    return {
      wanted: names.length > 0 ? `the environment ${names.join(" and ")}` : "several environments",
      found: `the environment ${made}`,
      resources: evidence.resources("aws_vpc"),
      unless: {
        [`the environment ${made} alone: one run makes one, that of context.phaseline.environment`]: names.length === 1 && missing.length === 0,
      },
    };
  },
  examples: [{ text: "System SHALL support development, staging, production environments", parameters: { names: ["development", "staging", "production"] } }],
});
