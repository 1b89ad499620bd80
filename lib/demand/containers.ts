import { capability, stated } from "./capability";
import { ports } from "./quantities";

export interface ContainersParameters {
  readonly port?: number | readonly number[];
  readonly tool?: "docker" | "compose";
}

/** Images and how containers run on one machine: Dockerfile, Docker Compose. */
export const containers = capability<ContainersParameters>()({
  id: "containers",
  title: "Containers",
  names: [
    /\bdocker[- ]?files?\b/, /\bdocker[- ]?compose\b/, /\bcompose\.ya?ml\b/, /\bmulti-?stage (?:docker ?)?(?:builds?|images?|files?)\b/, /\bcontaineri[sz]\w+/, /\bdistroless\b/, /\bdocker containers?\b/, /\bdocker images?\b/, /\bcontainer images? (?:built|build|builds)\b/,
    /\bcompose (?:environment|stack|file|setup|service)s?\b/, /\b(?:minimal )?base images?\b/, /\bcontenedor(?:es|izad\w+)\b/, /\bdockeri[sz]\w+/, /\b(?:image|container) (?:listens|exposes?)\b.{0,20}\bport\b/, /容器化/,
  ],
  hints: [/\bdocker\b/, /\bcontainers?\b/, /\bpodman\b/],
  read: (text) => {
    const listed = ports(text);
    return stated<ContainersParameters>({ port: listed.length > 1 ? listed : listed[0], tool: /\bcompose\b/.test(text) ? "compose" : /\bdocker\b|dockerfile/.test(text) ? "docker" : undefined });
  },
  keys: { port: "number", tool: ["docker", "compose"] },
  examples: [
    { text: "Multi-stage Dockerfile builds a minimal production image", parameters: { tool: "docker" } },
    { text: "docker compose up starts the web, admin and api services", parameters: { tool: "compose" } },
  ],
});
