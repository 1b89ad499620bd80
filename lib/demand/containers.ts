import { capability, type Claim, stated } from "./capability";
import { deliveryOf } from "./delivery";
import { ports } from "./quantities";

export interface ContainersParameters {
  readonly port?: number | readonly number[];
  readonly tool?: "docker" | "compose";
}

/** Images and how containers run on one machine: Dockerfile, Docker Compose. */
export const containers = capability<ContainersParameters>()({
  id: "containers",
  title: "Containers",
  names: [/^(?:the )?container runs as (?:an? )?non-?root\b/,
    /\bdocker[- ]?files?\b/, /\bdocker[- ]?compose\b/, /\bcompose\.ya?ml\b/, /\bmulti-?stage (?:docker ?)?(?:builds?|images?|files?)\b/, /\bcontaineri[sz](?!ed (?:services?|app\w*|workloads?|microservices?|tasks?)\b)\w+/, /\bdistroless\b/, /\b(?:nginx|node|python|golang|openjdk|eclipse-temurin|php|ruby|rust|oven\/bun|bun|debian|dotnet):[\w.-]*(?:alpine|slim|bookworm|bullseye)[\w.-]*/, /\b(?:docker |container )?images? (?:runs?|starts?) as (?:an? )?(?:non-?root|unprivileged|uid|user)\b/, /\bdocker containers?\b/, /\bdocker images?\b/, /\bcontainer images? (?:built|build|builds)\b/,
    /\bcompose[- ](?:environment|stack|file|setup|service|project|datei|deployment|profile|network|health ?check)s?\b/, /\bdocker(?:-compatible)? (?:builds?|engine|deployments?|networks?|volumes?|swarm|runtime|hosts?|konfiguration|stack)\b/, /\bcontainer images? (?:for|of) (?:both|each|every|all|the)\b/, /\b(?:docker|container|compressed|runtime|production) (?:[\w-]+ )?images? sizes?\b/, /コンテナ(?:化|イメージ|で(?:実行|動作|起動|稼働))/, /\b(?:conteineres|containers|contenedores|conteneurs) docker\b/, /\bdocker-?containern\b|\bdockeri[sz]ad[oa]s?\b|\bconteneuris\w+/, /\b(?:imagenes?|imagens?|imagem) (?:de )?(?:docker|contenedor\w*|container)\b/, /\b(?:usando|utilizar|com|con|mit|avec|via) (?:o |a |la |el |ferramenta |contenedores )*docker\b/, /\b(?:minimal )?base images?\b/, /\bcontenedor(?:es|izad\w+)\b/, /\bdockeri[sz]\w+/, /\b(?:image|container)s? (?:(?:shall|must|should) )?(?:listens?|exposes?)\b.{0,20}\bport\b/, /容器化/,
    /\b(?:alpine|slim|distroless|scratch|ubi)[- ](?:based )?(?:image|base)s?\b/, /\bimages? (?:\w+ ){0,3}based on (?:alpine|distroless|debian|ubuntu|slim)\b/, /\b(?:run|runs|running|packaged|deployed|shipped|started?) (?:in|inside|as|within) (?:a |an |the |separate |isolated |their own |individual |lightweight |its own )*containers?\b/,
  ],
  hints: [/\bcontaineri[sz]ed\b/, /\bdocker\b/, /\bcontainers?\b/, /\bpodman\b/],
  otherSenses: [/\bcontainers? (?:class|classes|quer(?:y|ies)|width|element|div|component|max|padding|styl\w+)\b/, /\b(?:flex|grid|scroll\w*|page|card|form|modal|css|layout|map|chart|video|html|dependency[- ]injection|di|ioc) containers?\b/],
  read: (text) => {
    const listed = ports(text);
    return stated<ContainersParameters>({ port: listed.length > 1 ? listed : listed[0], tool: /\bcompose\b/.test(text) ? "compose" : /\bdocker\b|dockerfile/.test(text) ? "docker" : undefined });
  },
  keys: { port: "number", tool: ["docker", "compose"] },
  prove: ({ tool, port }, evidence) => {
    const ports = [port ?? []].flat();
    const files = Object.keys(evidence.synthesized.artifacts).filter((path) => /compose\.ya?ml$/.test(path));
    const composed = files.map((path) => evidence.artifact(path)).join("\n");
    const images = evidence.resources("aws_ecr_repository");
    const [fleet, pod] = [evidence.fleet(), evidence.deployment()];
    const { application, files: chart, unless, value } = deliveryOf(evidence);
    const open = pod?.list("spec.0.template.0.spec.0.container.0.port").map(({ container_port }) => Number(container_port)) ?? [];
    // Told only where there is an Application: what is not deployed from Git lacks more than that.
    const fromGit: readonly Claim[] = !application ? [] : [
      {
        wanted: "containers that Argo CD deploys, from a registry of one's own",
        found: "a chart that Argo CD deploys, ECR",
        resources: [application, ...images],
        unless: {
          ...unless,
          "no registry": images.length > 0,
          "an image from elsewhere": /"?repository"? ?[=:] ?"\$\{[^}]*aws_ecr_repository/.test(application.text("values")),
          [`no port ${ports.join(", ")}`]: ports.every((each) => Number(value("containerPort")) === each),
          "Docker Compose was asked for": tool !== "compose",
        },
        files: chart,
      },
    ];
    return [
      {
        wanted: "a Docker Compose file that the instances and developers run, and a registry for its images",
        found: `${files.join(", ")}, ECR`,
        resources: [fleet, ...images],
        unless: {
          "no Compose file": files.length > 0,
          "no instances that run it": files.length === 0 || fleet !== undefined,
          "no registry": images.length > 0,
          [`no port ${ports.join(", ")}`]: ports.every((each) => new RegExp(`\\b${each}\\b`).test(composed)),
        },
        files,
      },
      {
        wanted: "containers on Kubernetes from a registry of one's own",
        found: "a Deployment, ECR",
        resources: [pod, ...images],
        unless: {
          "no Deployment": pod !== undefined,
          "no registry": images.length > 0,
          "an image from elsewhere": !pod || /aws_ecr_repository|\.dkr\.ecr\./.test(pod.text("spec.template.spec.container.image")),
          [`no port ${ports.join(", ")}`]: ports.every((each) => open.includes(each)),
          "Docker Compose was asked for": tool !== "compose",
        },
      },
      ...fromGit,
    ];
  },
  examples: [
    { text: "Multi-stage Dockerfile builds a minimal production image", parameters: { tool: "docker" } },
    { text: "docker compose up starts the web, admin and api services", parameters: { tool: "compose" } },
  ],
});
