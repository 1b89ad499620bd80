import { capability, stated } from "./capability";

export interface ApprovalParameters {
  /** Where the gate stands. */
  readonly environment?: "production" | "staging";
}

/** A person says yes before a deployment goes on. */
export const approval = capability<ApprovalParameters>()({
  id: "approval",
  title: "Approval",
  names: [
    /\bmanual(?:ly)? approv\w+ (?:step|gate|stage|job)s?\b/, /(?<=\b(?:deploy\w*|release\w*|production|prod|promot\w+|rollout|environment|apply)\b.{0,60})\b(?:manual(?:ly)? approv\w+|approvals?|approved by|sign-?off|requires? approv\w+)/,
    /\b(?:manual(?:ly)? approv\w+|approvals?(?: gates?| steps?)?|sign-?off)\b(?=.{0,60}\b(?:deploy\w*|releas\w+|production|prod\b|promot\w+|rollout|terraform apply|environments?))/, /\bapproval gates?\b/, /\bapproves? (?:each |every |all |the )?(?:production |prod )(?:deploy\w*|releases?|rollouts?)/, /\brequired reviewers\b/, /\bmanual gate\b/, /\bgated (?:by|behind|on) (?:an? )?(?:\w+ )?(?:review|approv)\w*/,
    /\bmanuelle\w? (?:freigabe|genehmigung|bestatigung)\b/, /\b(?:environment|deployment) protection rules?\b/, /\brequir\w* (?:[\w-]+ )?reviewers?\b/, /\bgated (?:by|behind|on) (?:an? )?(?:manual|human)\b/, /\bapprov\w+ (?:is |are )?(?:required )?(?:before|prior to) (?:the )?(?:terraform )?(?:apply|deploy\w*|rollout|promotion)\b/, /\b(?:human|person|operator|maintainer|lead) (?:must|shall|has to|needs to|should) approve\b[^.;]{0,40}\b(?:deploy\w*|release|rollout|production|prod|apply)\b/, /\baprobacion manual\b/, /\baprovacao manual\b/, /\b(?:freigabe|genehmigung)\b.{0,40}\b(?:produktion|deploy\w*)/, /\b(?:approbation|validation) manuelle\b/, /\bapprovazione manuale\b/, /\bautorizacion manual\b/, /手動承認/, /承認(?:ゲート|ステップ)/, /수동 ?승인/, /ручн\S{0,6} (?:подтвержд|одобр|согласов)/, /人工(?:审批|批准|确认|審批|審核|批准)/, /手[动動](?:审批|批准|審批|核准)/,
  ],
  hints: [/\bmanual(?:ly)? approv\w+/, /\brequires? approval\b/, /\bapproval required\b/, /\bmanual (?:trigger|promotion|confirmation)\b/],
  otherSenses: [/\b(?:payment|order|refund|invoice|expense|leave|application|loan|content|post|comment|purchase|transaction|user|account|booking)s?\b.{0,40}\bapprov/, /\bapprov\w+.{0,40}\b(?:payment|order|refund|invoice|expense|loan|content|purchase|transaction)s?\b/],
  read: (text) => stated<ApprovalParameters>({ environment: /\bprod(?:uction|uktion|uccion|ucao)?\b/.test(text) ? "production" : /\bstag(?:ing|e)\b/.test(text) ? "staging" : undefined }),
  keys: { environment: ["production", "staging"] },
  prove: ({ environment }, evidence) => {
    const workflow = evidence.workflow();
    const text = evidence.artifact(workflow) ?? "";
    const jobs = [...text.matchAll(/^ {4}environment: "?([^"\n]+?)"?$/gm)].map(([, name]) => name);
    const asked = environment ?? "an environment";
    return {
      wanted: `a workflow whose deployment waits at ${environment === undefined ? "an environment" : `the environment ${environment}`} of GitHub`,
      found: `${workflow} deploys in the environment ${jobs.join(", ")}; who must approve is set on GitHub, as its required reviewers`,
      resources: [],
      unless: {
        [`no ${workflow}`]: text !== "",
        [`no job in ${asked}`]: text === "" || (environment === undefined ? jobs.length > 0 : jobs.includes(environment)),
      },
      files: text === "" ? [] : [workflow],
    };
  },
  examples: [
    { text: "Production deployments require manual approval", parameters: { environment: "production" } },
    { text: "Deploy to production with approval", parameters: { environment: "production" } },
  ],
});
