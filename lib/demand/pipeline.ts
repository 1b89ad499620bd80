import { capability, type Claim, stated } from "./capability";
import { deliveryOf, said } from "./delivery";
import { branch } from "./quantities";
import type { Evidence, Resource } from "./synthesized";

export interface PipelineParameters {
  readonly branch?: string;
  readonly tool?: "github-actions" | "gitlab-ci" | "jenkins" | "codepipeline";
  /** Whether it signs the images that it builds. */
  readonly signs?: true;
  /** Whether it lists what is in them. */
  readonly sbom?: true;
}

/** From a push to a running service: build, test, deploy, roll back. */
export const pipeline = capability<PipelineParameters>()({
  id: "pipeline",
  title: "Pipeline",
  names: [
    /\bdeploy\w* triggers? on\b/, /\bbuil(?:d|t|ds) (?:in|by|on) ci\b/,
    /\bci ?\/ ?cd\b/, /\bci\b(?= (?:pipeline|runs?|workflow|job|builds?|tests?|checks?|must|shall|fails?|passes|triggers?))/, /\bcd (?:pipeline|triggers?)\b/, /\bgithub actions?\b/, /\bgitlab[- ]ci\b/, /\bjenkins(?:file)?\b/, /\bcode ?pipeline\b/, /\bcode ?build\b/, /\bcode ?deploy\b/, /\bcircle ?ci\b/,
    /\b(?:deployment|build|delivery|release|automated) pipelines?\b/, /\bcontinuous (?:integration|delivery|deployment)\b/, /\bauto(?:matic(?:ally)?|mated)?[- ]?deploy\w*/, /\bdeploy\w* (?:\w+ ){0,3}automatic(?:ally|o)?\b/, /\b(?:automatic|automated|one-click|quick|instant|fast) roll-?backs?\b/, /\bautomatically roll(?:s|ed)? ?-?back\b/,
    /\broll(?:s|ed)? ?-?back\b[^.;]{0,40}\b(?:deploy\w*|release|(?:previous|prior|last|stable|good) (?:\w+ )?(?:version|image|revision)s?|revision)/, /\b(?:fail\w* deploy\w*|deploy\w* fail\w*|deployment|release)\b[^.;]{0,24}\broll-?backs?\b/, /\broll-?backs?\b[^.;]{0,40}\b(?:fail\w* (?:deploy\w*|smoke|health)|deploy\w*)/, /\bsmoke[- ]tests?\b/,
    /\b(?:on|every|each|per)(?: pull requests?| prs?)\b/, /(?:\bpull requests?|(?<![^ ])prs?) (?:is |are )?(?:blocked|gated)\b/, /\bblock\w* (?:the )?(?:deploy\w*|merg\w+|prs?|pull requests?)\b/, /\bscan\w* (?:the |all |each |every )?(?:docker |container )?images?\b(?=.*\b(?:trivy|grype|snyk|clair|vulnerab\w*|cves?|security)\b)/, /\b(?:trivy|grype)\b|\bsnyk (?:scan\w*|check|test|job)\b/, /\bbefore merg\w+/, /\bprevents? merging\b/, /\b(?:push|merge|commit|tag)\w*\b[^.;]{0,40}\b(?:trigger|deploy|build|run|publish)\w*/, /\b(?:code|commits?|changes|prs?|pull requests?) (?:is|are) (?:pushed|opened|merged|updated)\b[^.;]{0,70}\b(?:trigger|deploy|build|run|publish|lint|upload|execut)\w*/, /\b(?:trigger|deploy|build|built|run|publish|push)\w*\b[^.;]{0,50}\bon (?:every |each )?(?:push|merge|commit|tag)\w*/, /\bbuild failures?\b/, /\bdeploy\w* (?:success|fail)\w*/, /\btests? run automatically\b/, /\bscan\w* (?:\w+ )?(?:for )?(?:vulnerabilit\w+|cves?)\b/, /\bvulnerabilit\w+ scan\w*/, /\b(?:block|fail|halt|stop|prevent)\w* (?:the )?(?:build|deploy\w*|pipeline|release)/, /\b(?:ci|cd|deployment|build|release) pipelines?\b/,
    /\broll(?:ing|s|ed)?[ -]?back to (?:the |a |an |any )?(?:previous|prior|last|earlier|known|stable)(?:ly)?\b[^.;]{0,30}\b(?:releases?|deploy\w*|builds?|images?|revisions?|artifacts?)\b/, /\b(?:ci|cd|deploy\w*|build|release|tests?|pipeline|pr|publish)(?:-[a-z]+)*\.ya?ml\b(?= (?:\w+ly )?(?:runs?|builds?|deploys?|validates?|executes?|tests?|lints?|pushes|publishes|triggers?)\b)/, /\bautomatically (?:updated|redeployed|rebuilt|released|published)\b[^.;]{0,30}\b(?:when|on|after|upon)\b[^.;]{0,24}\b(?:merge|push|commit)\w*/,
    /\bon (?:every|each) (?:deploy(?:ment)?|release|build)\b/, /\bsequential deploy\w*|\bdeploy\w* (?:locks?|concurrency|freeze|windows?)\b|\b(?:concurrent|overlapping|parallel) deploy\w*/, /\bmigrations?\b[^.;]{0,30}\b(?:runs?|executed?|applied)\b[^.;]{0,16}\b(?:before|prior to|during|as part of) (?:the |each |every |any )?(?:\w+ )?(?:deploy\w*|releases?|rollouts?)\b/, /\bmigrations?\b[^.;]{0,40}\bbefore (?:the |a )?new (?:version|release|code|image)\b/, /\brevert\w* to (?:the |a |an )?(?:previous|prior|last|earlier)\b[^.;]{0,24}\b(?:releases?|deploy\w*|images?|builds?|revisions?)\b/, /\b(?:bei|fur) jede[mnr] (?:pull request|pr|push|merge|commit)\b|\bjeder pull request\b|\ben cada (?:pull request|pr|push|merge|commit)\b|\b(?:em|a) cada (?:pull request|pr|push|merge|commit)\b|\ba chaque (?:pull request|pr|push|merge|commit)\b/, /\b(?:prs?|pull requests?) (?:shall |must |should |will |cannot |can not )?(?:be )?(?:blocked|gated|merged unless)\b/,
    /\b(?:main|master|develop|dev|staging|release|trunk|testing)\b['\"]? {1,2}(?:branch )?(?:auto-?)?deploys? to\b/, /(?<=\b(?:built|tested|scanned|linted|generated|signed|verified|validated|caught)(?: \w+)? (?:in|by|on) )ci\b/, /\bcosign\b|\bimage signing\b|\bsign(?:ed|s)? (?:the |all |container |docker )*images?\b|\bimages? (?:are |is |shall be |must be )signed\b|\bsboms?\b/, /\bbranch protection\b/, /\b(?:every|each) (?:commit|push|merge)\b[^.;]{0,24}\b(?:linted|tested|built|deployed|scanned|checked|validated)\b/, /\b(?:deploy\w*|releases?|merges?) (?:is |are |shall be |must be )?gated (?:by|on|behind)\b/, /\bno (?:prs?|pull requests?) (?:may|can|shall|is|are|gets?) (?:be )?merged\b/, /\b(?:ci|cd|deploy\w*|build|release|the|full|whole) pipeline (?:completes|finishes|runs|takes)\b[^.;]{0,24}\bmin(?:ute)?s?\b/, /\b(?:tfsec|checkov|tflint|kube-?linter|kubeconform|hadolint|gitleaks|trufflehog)\b/, /\bci\b(?= (?:scans?|validates|enforces|publishes|pushes|deploys|verifies|generates|lints|signs|blocks|gates|executes|compiles|checks (?:out|for)))/,
    /\bdespliegues? automatic\w+\b|\bintegracion continua\b|\bentrega continua\b|\bintegracao continua\b|\bdeploys? automatic\w+\b|\bintegration continue\b|\bdeploiement (?:continu|automatique)\b|\bautomatisches? (?:deployment|bereitstellung)\b|継続的(?:インテグレーション|デリバリー|デプロイ)|自動デプロイ/,
    /\bdeploy\w*[^.;]{0,30}\bmerge\b/, /\bmerge\b[^.;]{0,30}\bdeploy\w*/, /\b(?:workflow|pipeline)\b(?= (?:shall|must|should|will) (?:also )?(?:build|(?:re)?deploy|push|run|execute|test|register|update|smoke|publish|fail|halt|stop|trigger|promote|scan|invalidate|authenticate|lint))/, /\b(?:deploy|build|release|ci|cd|test)(?:-[a-z]+)* (?:job|workflow)\b/, /\bmerg\w+ (?:is |are )?(?:blocked|prevented|gated)\b/, /\bci (?:is|must be) green\b/, /^(?:the |our )?(?:ci |cd |ci\/cd |build |deploy\w* )?pipeline (?:automatically )?(?:builds|deploys|pushes|runs|publishes|executes|tests)\b/, /\bdeployment (?:scripts?|notifications?|automation)\b/, /持续(?:集成|部署|交付)/, /流水线/, /\bdespliegue continuo\b/, /\bimplantacao automatica\b/,
    /\bdeploy\w*\b[^.;]{0,30}\b(?:by|via|over|with|using|through) (?:ssh|rsync|scp|git pull)\b/, /\bgit pull\b/, /\b(?:one|single)[- ](?:command|click|step) (?:deploy\w*|releases?)\b/, /\b(?:runs?|running|executed?|executes|enforced|automated|validated)\b[^.;]{0,30} in ci\b/, /\b(?:build|pipeline|deploy\w*|merge|release)s? (?:fails?|(?:is |are )?blocked|stops?|halts?|aborts?) (?:if|when|on|unless)\b/, /\bdeploy\w* (?:time |duration )?(?:takes?|completes?|completed|finish\w*) (?:in|within|less than|under|at most) /, /\bdeploy\w* (?:is |are |must be |shall be )?(?:fully )?automated\b/, /\bdeploy(?:ment)? scripts?\b/,
    /\b(?:deploy\w*|releases?)\b[^.;]{0,24}\broll(?:s|ed|ing)?[ -]?back\b/, /\b(?:by|via|through|from) ci\b/,
    /\.github\/workflows\b/, /\b(?:scan\w*|tests?|lint\w*|checks?) in ci\b/,
    /\b(?:deploy\w*|releas\w*)\b[^.;]{0,20}\b(?:with|in|by) (?:one|a single|1) (?:click|command|step)\b/,
  ],
  hints: [/\bquality gates?\b/, /(?<=^[^a-z]{0,8}|\b(?:the|an?|une?|le|la|el|die|der|eine|ci|cd|ci\/cd|ci-cd|cicd|build|deploy\w*|release|delivery|devops|infra\w*|test|jenkins|gitlab|automat\w+|existing|next|same|full|complete|new|our|each|every|all|single|main|production|staging|merge|publish|current|aws|code|container|docker|image|via|in|by|for|of|to|and|with|when) {1,2})pipelines?\b/, /\bworkflows?\b/, /\bcode coverage reports?\b/, /\b(?:run|execute|perform)s? (?:all |the |a |full |comprehensive |automated )*(?:[\w-]+,? (?:and )?){0,5}(?:tests?|test suites?|scans?|scanning|linting|analysis)\b/, /\b(?:automated|automatic) builds?\b/, /\btests? against (?:node|python|java|go)\b/,  /\bdeploy (?:success|fail)/, /\bbuild failures?\b/, /\broll-?backs?\b/, /\btests? run automatically\b/, /\bautomated (?:tests?|builds?|testing)\b/, /\bterraform (?:fmt|validate|validation|plan)\b/, /\b(?:vulnerabilit\w+|security|image|container) scan\w*/, /\bfailed (?:tests|checks|builds)\b/, /\bbuild(?:s|ing)? (?:and|&) (?:push|test|deploy)\w*/, /\bautomat\w+ (?:\w+ ){0,3}(?:deploy\w*|push\w*|build\w*|test\w*)/],
  otherSenses: [
    /\bgithub actions?\b(?= (?:[\w-]+ ){0,3}(?:assumes?|authenticates?)\b[^.;]{0,40}\b(?:roles?|aws|credentials)\b)(?!.*\b(?:builds?|tests?|deploys?|push\w*)\b)/, /\bautomat\w+ (?:restor\w*|recovery|fail-?over|back-?up|dr) (?:\w+ )?(?:tests?|drills?)\b/, /\bpipeline (?:tasks|workers?|containers?|metrics|status|events?|execution|notifications?)\b/,
    /\b(?:standard|express|step functions?) workflows?\b/, /\bci\/cd environments?\b|\bnon-interactive\b.*/, /^\s*terraform (?:fmt|validate|init|plan)\b(?!.*\b(?:pull|prs?|ci|pipeline|push)\b)/, /\bversion(?:ing|s)? (?:and|&|\/) roll-?backs?\b/,
    /\broll-?backs? (?:the |all |any |its |to )?(?:transaction|change|update|migration|database|state|file|operation|partial|write)s?\b/, /\btransactions?\b[^.;]{0,30}\broll/, /\b(?:data|ml|rendering|processing|etl|sales|agent|llm|inference|ingestion|rag|image|audio|video|graphics|training|content|asset|hiring|transform\w*) pipelines?\b/,
    /\b(?:user|approval|business|document|content|publishing|ticket|kanban|agent|agentic|order|editorial|booking|user's|onboarding|claim|review) workflows?\b/,
  ],
  read: (text) => stated<PipelineParameters>({
    branch: branch(text),
    tool: /\bgithub actions?\b/.test(text) ? "github-actions" : /\bgitlab\b/.test(text) ? "gitlab-ci" : /\bjenkins/.test(text) ? "jenkins" : /\bcode ?(?:pipeline|build|deploy)\b/.test(text) ? "codepipeline" : undefined,
    signs: /\bcosign\b|\bsign(?:ed|s)? (?:the |all |container |docker )*images?\b|\bimage signing\b|\bimages? (?:are |is |shall be |must be )signed\b/.test(text) ? true : undefined,
    sbom: /\bsboms?\b/.test(text) ? true : undefined,
  }),
  keys: { branch: "string", tool: ["github-actions", "gitlab-ci", "jenkins", "codepipeline"], signs: "boolean", sbom: "boolean" },
  prove: ({ branch: stated, tool, signs, sbom }, evidence) => {
    const { repository, service } = evidence.subject;
    const branch = stated ?? evidence.subject.branch;
    const workflow = evidence.workflow();
    const text = evidence.artifact(workflow) ?? "";
    const repositories = (role: Resource) => [...evidence.trustOf(role).matchAll(/repo:([^:"]*)/g)].map(([, name]) => name);
    const roles = evidence.resources("aws_iam_role").filter((role) => repositories(role).includes(repository));
    const built = { "no image is built and pushed": text === "" || /docker\/build-push-action@[^]*?push: true/.test(text) };
    const claim = (does: string, target: Resource | undefined, steps: Claim["unless"]): Claim => ({
      wanted: `a GitHub Actions workflow that ${does} on a push to ${branch}, and an AWS role that only ${repository} may assume`,
      found: `${workflow}, and a role that trusts ${repository} only`,
      resources: [...roles],
      unless: {
        [`no ${tool}: phaseline writes workflows for GitHub Actions`]: tool === undefined || tool === "github-actions",
        [`no ${workflow}`]: text !== "",
        [`no trigger on ${branch}`]: text === "" || triggersOn(text, branch),
        "images are not signed": signs === undefined || text === "" || /\bcosign sign\b/.test(text),
        "no SBOM is written": sbom === undefined || text === "" || /\bsbom\b/i.test(text),
        "nothing to deploy to": target !== undefined,
        ...steps,
        [`no role that trusts ${repository}`]: roles.length > 0,
        "a role that trusts others, too": roles.every((role) => repositories(role).every((name) => name === repository)),
      },
      files: text === "" ? [] : [workflow],
    });
    const { application } = deliveryOf(evidence);
    const image = /^ +IMAGE_FILE: "?([^"\s]+)/m.exec(text)?.[1] ?? "";
    return [
      claim(`builds, pushes and rolls out "${service}"`, evidence.deployment(), {
        ...built,
        "no kubectl set image": text === "" || (/kubectl set image/.test(text) && new RegExp(`DEPLOYMENT: "?${service}"?\\s`).test(text)),
        "no rollout status": text === "" || /rollout status/.test(text),
      }),
      claim("builds, pushes and tells Argo CD by Git which image runs", application, {
        ...built,
        "no image's tag written to Git": text === "" || (image !== "" && /git push /.test(text)),
        [`Argo CD does not read ${image}`]: !application || image === "" || said(application, "valueFiles", `/${image}`),
        [`Argo CD does not follow ${branch}`]: !application || said(application, "targetRevision", branch),
      }),
      claim("builds, pushes and deploys to the instances", evidence.fleet(), { ...built, "no deployment by Systems Manager": text === "" || /ssm send-command/.test(text) }),
      claim("has the server deploy", evidence.server(), {
        "no deployment by Systems Manager": text === "" || (/ssm send-command/.test(text) && /^ +SERVER: /m.test(text)),
        "no document that deploys": evidence.server() === undefined || evidence.resources("aws_ssm_document").some((document) => /deploy\.sh/.test(document.text("content"))),
      }),
      ...(tool === undefined && signs === undefined && sbom === undefined ? [byHand(stated, evidence)] : []),
    ];
  },
  examples: [
    { text: "Configure CI/CD pipeline", parameters: {} },
    { text: "GitHub Actions pipeline builds and deploys on push to main", parameters: { branch: "main", tool: "github-actions" } },
    { text: "Automatic rollback when smoke tests fail", parameters: {} },
  ],
});

/** A server deploys itself from Git, at its first start and whenever somebody says so. */
function byHand(branch: string | undefined, evidence: Evidence): Claim {
  const server = evidence.server();
  const script = evidence.artifact("deploy.sh") ?? "";
  const pulled = /readonly branch_by_default='([^']*)'/.exec(script)?.[1];
  return {
    wanted: "a script on the server that pulls from Git, and goes back if the new release is not well",
    found: `deploy.sh on the server pulls ${pulled}, and goes back if the new release is not well`,
    resources: [server],
    unless: {
      "no server": server !== undefined,
      "no deploy.sh": !server || script !== "",
      "a server without deploy.sh": !server || server.text("user_data").includes("/usr/local/bin/deploy.sh"),
      [`${pulled} is pulled`]: !server || script === "" || branch === undefined || pulled === branch,
      "no way back": !server || script === "" || script.includes("--rollback"),
    },
    files: script === "" ? [] : ["deploy.sh"],
  };
}

function triggersOn(workflow: string, name: string): boolean {
  return new RegExp(`branches:\\s*(\\[\\s*"?|\\n\\s*-\\s*"?)${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}"?\\s`).test(workflow);
}
