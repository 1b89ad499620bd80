import { capability, stated } from "./capability";
import { ports } from "./quantities";

export interface HealthCheckParameters {
  readonly path?: string;
  readonly port?: number;
  readonly probes?: readonly ("liveness" | "readiness" | "startup")[];
}

/** The platform asks whether the service is well: probes, health checks of a load balancer. */
export const healthCheck = capability<HealthCheckParameters>()({
  id: "health-check",
  title: "Health check",
  names: [
    /\b(?:liveness|readiness|startup)(?:\/| and |, | & )?(?:liveness|readiness|startup)? (?:and (?:liveness|readiness|startup) )?(?:probes?|checks?)\b/, /\bhealth[- ]?(?:check|probe)s?\b/, /\/(?:v\d\/)?(?:health|healthz|readyz|livez|ready|health\/\w+)\b/, /\bhealth endpoints?\b/, /\bprobes?\b(?=.*\b(?:pod|container|kubernetes|liveness|readiness))/,
    /\bpods? (?:running and )?healthy\b/, /\brunning and healthy\b/, /健康检查/, /\bgesundheitspruf\w+/,
  ],
  hints: [/\bhealthy\b/],
  otherSenses: [/\bloading skeleton\b/, /\bhealth[- ]?check (?:is in flight|page|ui|command|script|report|tool|appointment|form)s?\b/, /\b(?:medical|annual|pet|patient|link) health checks?\b/],
  read: (text) => {
    const probes = (["liveness", "readiness", "startup"] as const).filter((probe) => new RegExp(`\\b${probe}\\b`).test(text));
    return stated<HealthCheckParameters>({ path: /(?<![\w.])(\/(?:[\w-]+\/)*(?:health\w*|ready\w*|livez?|ping)(?:\/[\w-]+)*)\b/.exec(text)?.[1], port: ports(text)[0], probes: probes.length > 0 ? probes : undefined });
  },
  keys: { path: "string", port: "number", probes: "string" },
  examples: [
    { text: "Configure liveness and readiness probes", parameters: { probes: ["liveness", "readiness"] } },
    { text: "Performs health checks on /health endpoint", parameters: { path: "/health" } },
  ],
});
