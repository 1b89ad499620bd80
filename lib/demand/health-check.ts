import { agrees, capability, type Claim, stated } from "./capability";
import { deliveryOf } from "./delivery";
import { ports, timeoutSeconds } from "./quantities";

export interface HealthCheckParameters {
  readonly path?: string;
  readonly port?: number;
  /** How long an answer may take. */
  readonly timeoutSeconds?: number;
  readonly probes?: readonly ("liveness" | "readiness" | "startup")[];
}

/** The platform asks whether the service is well: probes, health checks of a load balancer. */
export const healthCheck = capability<HealthCheckParameters>()({
  id: "health-check",
  title: "Health check",
  names: [
    /\b(?:liveness|readiness|startup)(?:\/| and |, | & )?(?:liveness|readiness|startup)? (?:and (?:liveness|readiness|startup) )?(?:probes?|checks?)\b/, /\bhealth[- ]?(?:check|probe)s?\b/, /(?<!\/(?!api\b|v\d)[a-z-]+)\/(?:v\d\/)?(?:health|healthz|readyz|livez|ready|health\/(?:live|ready|liveness|readiness|startup|db|check)\w*)\b(?![/-]\w)/, /\bhealth endpoints?\b/, /\b(?:health|status) probe endpoints?\b/, /(?<!定期的な)ヘルスチェック/, /\bhalsokontroll\w*/, /\b(?:comprobacion|verificacion|chequeo)(?:es)? de (?:salud|estado)\b/, /\bverificac(?:ao|oes) de saude\b/, /\bcontroles? de sante\b/, /\bzustandsprufung\w*/, /\bprobes?\b(?=.*\b(?:pod|container|kubernetes|liveness|readiness))/,
    /\bpods? (?:running and )?healthy\b/, /\brunning and healthy\b/, /健康检查/, /\bgesundheitspruf\w+/,
    /\bliveness\b/, /\bunhealthy (?:\w+ )?(?:containers?|pods?|tasks?|targets?|instances?|servers?|hosts?|nodes?)\b[^.;]{0,30}\b(?:replac|terminat|recover|restart|recreat|reschedul)\w*/, /\b(?:replac|terminat|recover|restart|recreat|reschedul)\w* (?:any |all |the )?unhealthy (?:\w+ )?(?:containers?|pods?|tasks?|targets?|instances?|servers?|hosts?|nodes?)\b/, /\b(?:instance |system |ec2 )status checks?\b|\bstatus check fails\b/, /\bhealth probes?\b/,
  ],
  hints: [/\bhealthy\b/, /\bprobes\b/, /\bhealth status\b/],
  otherSenses: [/\b(?:makes?|sends?|issues?|fetch(?:es)?) (?:an? )?(?:\w+ )?(?:request )?(?:to )?[^.;]{0,40}\/health\b/, /\bhealth[- ]?check (?:failures? (?:is|are) logged|apis?\b|methods?|functions?|class(?:es)?|logic|interfaces?)/, /\bhealth check, get\b/, /\bloading skeleton\b/, /\bhealth[- ]?check (?:is in flight|page|ui|script|report|tool|appointment|form|result|history|histories)s?\b/, /\b(?:cache|integration|repo\w*|connection|plugin|skill|data|account) health[- ]?checks?\b/, /\b(?:medical|annual|pet|patient|link) health checks?\b/],
  read: (text) => {
    const probes = (["liveness", "readiness", "startup"] as const).filter((probe) => new RegExp(`\\b${probe}\\b`).test(text));
    return stated<HealthCheckParameters>({ path: /(?<![\w.])(\/(?:[\w-]+\/)*(?:health\w*|ready\w*|livez?|ping)(?:\/[\w-]+)*)\b/.exec(text)?.[1], port: ports(text)[0], timeoutSeconds: timeoutSeconds(text), probes: probes.length > 0 ? probes : undefined });
  },
  keys: { path: "string", port: "number", timeoutSeconds: "number", probes: "string" },
  prove: ({ path, port, probes, timeoutSeconds }, evidence) => {
    const { service } = evidence.subject;
    const at = path === undefined ? "" : ` at ${path}`;
    const pod = evidence.deployment();
    const probe = (kind: string, part: "path" | "port") => pod?.get(`spec.template.spec.container.${kind}_probe.http_get.${part}`);
    // One second is what Kubernetes waits where nothing is said.
    const waits = (kind: string) => Number(pod?.get(`spec.template.spec.container.${kind}_probe.timeout_seconds`) ?? 1);
    const asked = probes ?? (["liveness", "readiness"] as const);
    const found = asked.map((kind) => `${kind} at ${String(probe(kind, "path"))}`).join(", ");
    const [targets] = evidence.resources("aws_lb_target_group");
    const fleet = evidence.fleet();
    const checked = targets?.get("health_check.path");
    const onPods: Claim = {
      wanted: `${asked.join(" and ")} probes on deployment/${service}${at}`,
      found,
      resources: [pod],
      unless: {
        [`no Deployment "${service}"`]: pod !== undefined,
        [found]: !pod || asked.every((kind) => probe(kind, "path") !== undefined && agrees(path, probe(kind, "path"))),
        [`a probe on port ${String(probe(asked[0] ?? "liveness", "port"))}`]: !pod || asked.every((kind) => probe(kind, "path") === undefined || agrees(port, probe(kind, "port"))),
        [`a probe that waits ${waits(asked[0] ?? "liveness")} seconds`]: !pod || asked.every((kind) => probe(kind, "path") === undefined || agrees(timeoutSeconds, waits(kind))),
      },
    };
    const { application, files, unless, value, template } = deliveryOf(evidence);
    const written = (kind: string) => (template("deployment").includes(`${kind}Probe:`) ? value(`probes.${kind}.path`) : undefined);
    const inChart = asked.map((kind) => `${kind} at ${String(written(kind))}`).join(", ");
    const fromGit: Claim = {
      wanted: `${asked.join(" and ")} probes${at} in the chart "${service}" that Argo CD deploys`,
      found: `charts/${service}: ${inChart}`,
      resources: [application],
      unless: {
        ...unless,
        [`charts/${service}: ${inChart}`]: !application || asked.every((kind) => written(kind) !== undefined && agrees(path, written(kind))),
        [`probes on port ${String(value("containerPort"))}`]: !application || agrees(port, value("containerPort")),
        [`probes in charts/${service} that wait another time`]: !application || asked.every((kind) => agrees(timeoutSeconds, value(`probes.${kind}.timeoutSeconds`) ?? 1)),
      },
      files,
    };
    const byBalancer: Claim = {
      wanted: `a health check${at} by the load balancer that replaces what fails it`,
      found: `health check at ${String(checked)}, by which the group replaces instances`,
      resources: [targets, fleet],
      unless: {
        "no health check": checked !== undefined,
        [`health check at ${String(checked)}`]: checked === undefined || agrees(path, checked),
        [`health check on port ${String(targets?.get("port"))}`]: !targets || agrees(port, targets.get("health_check.port") ?? targets.get("port")),
        [`a health check that waits ${String(targets?.get("health_check.timeout"))} seconds`]: !targets || agrees(timeoutSeconds, targets.get("health_check.timeout")),
        "instances are not replaced by it": !targets || (fleet?.get("health_check_type") === "ELB" && fleet.refersTo(targets)),
      },
    };
    const server = evidence.server();
    const alarms = evidence.resources("aws_cloudwatch_metric_alarm").filter((alarm) => alarm.refersTo(server, "dimensions") && /^StatusCheckFailed/.test(String(alarm.get("metric_name"))));
    const mended = alarms.filter((alarm) => /ec2:(?:recover|reboot)/.test(JSON.stringify(alarm.list("alarm_actions"))));
    const script = evidence.artifact("deploy.sh") ?? "";
    const onServer: Claim = {
      wanted: `a health check${at} on the server, of each release, and status checks that recover it`,
      found: `${String(/health_url='[^/]*\/\/[^/]*([^']*)'/.exec(script)?.[1])} must answer before a release stays, and status checks recover the server`,
      resources: [server, ...mended],
      unless: {
        "no server": server !== undefined,
        "no status check that recovers it": !server || mended.length > 0,
        "no release is checked": !server || script !== "",
        [`releases are checked elsewhere than at ${path}`]: !server || script === "" || path === undefined || new RegExp(`health_url='http://127\\.0\\.0\\.1:\\d+${path.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}'`).test(script),
        [`no health check of the server waits ${timeoutSeconds} seconds`]: timeoutSeconds === undefined,
        [`the application does not listen on ${port}`]: !server || script === "" || port === undefined || script.includes(`:${port}/`),
      },
      files: script === "" ? [] : ["deploy.sh"],
    };
    return probes === undefined ? [onPods, fromGit, byBalancer, onServer] : [onPods, fromGit];
  },
  examples: [
    { text: "Configure liveness and readiness probes", parameters: { probes: ["liveness", "readiness"] } },
    { text: "Performs health checks on /health endpoint", parameters: { path: "/health" } },
  ],
});
