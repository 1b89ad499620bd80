import { APPLICATION_DEFAULTS, argoApplicationValues, argoCdValues, DEFAULTS, speaksSsh, SYNC_WINDOW_DEFAULTS, type ArgoApplicationProps } from "../../lib/render/argo-cd";
import { documentedDefaults } from "../support/documented-defaults";

const repoUrl = "https://github.com/acme/specweave.git";
const application = (props: Partial<ArgoApplicationProps> = {}) => {
  const { applications, projects } = argoApplicationValues({ repoUrl, ...props }, "argocd") as any;
  const name = props.name ?? "api";
  return { application: applications[name], project: projects[name] };
};

describe("argoCdValues", () => {
  test("open nothing to the outside, leave out what nobody asked for, and keep the resource definitions", () => {
    expect(argoCdValues()).toMatchObject({
      crds: { install: true, keep: true },
      global: { networkPolicy: { create: true, defaultDenyIngress: true } },
      configs: { cm: { "admin.enabled": false, "exec.enabled": false, "users.anonymous.enabled": false }, rbac: { "policy.default": "" } },
      server: { service: { type: "ClusterIP" }, ingress: { enabled: false } },
      dex: { enabled: false },
      notifications: { enabled: false },
      applicationSet: { replicas: 0 },
      redisSecretInit: { enabled: false },
    });
  });

  test("have two of what answers and a replicated Redis where it is to outlive a node", () => {
    const values = argoCdValues({ highAvailability: true, applicationSets: true }) as any;
    for (const part of ["server", "repoServer", "applicationSet"]) expect(values[part]).toMatchObject({ replicas: 2, pdb: { enabled: true, maxUnavailable: 1 } });
    expect(values["redis-ha"]).toMatchObject({ enabled: true, hardAntiAffinity: false, haproxy: { hardAntiAffinity: false } });
    expect(values.global.networkPolicy.defaultDenyIngress).toBe(false);
    expect(values.redis).toBeUndefined();
  });

  test("limit the memory of everything that runs", () => {
    for (const highAvailability of [false, true]) {
      const { controller, server, repoServer, redis, "redis-ha": ha } = argoCdValues({ highAvailability }) as any;
      for (const part of highAvailability ? [controller, server, repoServer, ha.redis, ha.sentinel, ha.haproxy] : [controller, server, repoServer, redis]) {
        expect(part.resources).toEqual({ requests: { cpu: expect.any(String), memory: expect.any(String) }, limits: { memory: expect.any(String) } });
      }
    }
  });

  test("throws when the interval cannot be used", () => {
    expect(() => argoCdValues({ pollSeconds: 1 })).toThrow(
      new Error("argoCd: 1 value cannot be used.\n  - pollSeconds is 1: it must be a whole number from 30 to 3600. Choose one."),
    );
  });
});

describe("argoApplicationValues", () => {
  test("deploy the chart of the repository with the image that a file in it names", () => {
    expect(application({ values: { image: { repository: "registry.example/api" } } }).application).toEqual({
      namespace: "argocd",
      project: "api",
      source: {
        repoURL: repoUrl,
        path: "charts/api",
        targetRevision: "main",
        helm: {
          releaseName: "api",
          valueFiles: ["/deploy/production/image.yaml"],
          ignoreMissingValueFiles: true,
          valuesObject: { image: { repository: "registry.example/api" } },
        },
      },
      destination: { server: "https://kubernetes.default.svc", namespace: "specweave" },
      syncPolicy: {
        automated: { prune: true, selfHeal: false, allowEmpty: false },
        syncOptions: ["CreateNamespace=false", "ServerSideApply=true", "PruneLast=true"],
        retry: { limit: 5, backoff: { duration: "10s", factor: 2, maxDuration: "5m" } },
      },
      revisionHistoryLimit: 10,
    });
  });

  test("prune and heal by choice, and take the application along only if told", () => {
    const { syncPolicy, finalizers } = application({ prune: false, selfHeal: true, onDelete: "cascade" }).application;
    expect(syncPolicy.automated).toEqual({ prune: false, selfHeal: true, allowEmpty: false });
    expect(finalizers).toEqual(["resources-finalizer.argocd.argoproj.io"]);
    expect(application().application.finalizers).toBeUndefined();
  });

  test("allow the project this repository, this namespace and the chart's kinds, and nothing of the whole cluster", () => {
    const { project } = application({ namespace: "shop" });
    expect(project).toMatchObject({ sourceRepos: [repoUrl], destinations: [{ server: "https://kubernetes.default.svc", namespace: "shop" }] });
    expect(project.namespaceResourceWhitelist.map(({ kind }: any) => kind)).toEqual([
      "ServiceAccount", "Service", "Deployment", "HorizontalPodAutoscaler", "PodDisruptionBudget", "Ingress", "ServiceMonitor",
    ]);
    expect(project.clusterResourceWhitelist).toBeUndefined();
    expect(project.syncWindows).toBeUndefined();
  });

  test("sync in windows, in the time zone of those who watch", () => {
    const syncWindows = [
      { kind: "allow", schedule: "0 8 * * MON-FRI", durationMinutes: 480, timeZone: "Europe/Berlin", manualSync: true },
      { kind: "deny", schedule: "*/5 0,12 1 1 *", durationMinutes: 60 },
    ] as const;
    expect(application({ syncWindows }).project.syncWindows).toEqual([
      { kind: "allow", schedule: "0 8 * * MON-FRI", duration: "480m", timeZone: "Europe/Berlin", applications: ["api"], manualSync: true },
      { kind: "deny", schedule: "*/5 0,12 1 1 *", duration: "60m", timeZone: "UTC", applications: ["api"], manualSync: false },
    ]);
  });

  test.each([
    ["https://github.com/acme/specweave", false],
    ["https://git.example:8443/a/b.git", false],
    ["git@github.com:acme/specweave.git", true],
    ["ssh://git@ssh.github.com:443/acme/specweave.git", true],
  ])("takes %s for a repository", (url, ssh) => {
    expect(application({ repoUrl: url }).application.source.repoURL).toBe(url);
    expect(speaksSsh(url)).toBe(ssh);
  });

  test.each(["http://github.com/acme/x", "https://user:secret@github.com/acme/x", "https://github.com/acme/x?y", "--upload-pack=x", "https://github.com/../x y", "ext::sh -c id", "{{ .Values }}"])(
    "refuses %s as a repository",
    (url) => {
      expect(() => application({ repoUrl: url })).toThrow(
        new Error(
          `argoApplication: 1 value cannot be used.\n  - repoUrl is ${JSON.stringify(url)}: it must be the address of a Git repository without a password, such as https://github.com/acme/specweave.git or git@github.com:acme/specweave.git. Correct it.`,
        ),
      );
    },
  );

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() =>
      application({
        name: "{{ x }}",
        path: "../other",
        revision: "--all",
        imageFile: "deploy/image.json",
        namespace: "Shop",
        prune: "yes" as never,
        onDelete: "drop" as never,
        syncWindows: [{ kind: "maybe" as never, schedule: "@daily", durationMinutes: 0, timeZone: "Mars/Olympus" }],
      }),
    ).toThrow(
      new Error(
        [
          "argoApplication: 11 values cannot be used.",
          '  - name is "{{ x }}": it must be 1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Correct it.',
          '  - path is "../other": it must be a path inside the repository. Correct it.',
          '  - revision is "--all": it must be a branch, a tag or a commit, without wildcards. Correct it.',
          '  - imageFile is "deploy/image.json": it must be a path inside the repository that ends in .yaml. Correct it.',
          '  - namespace is "Shop": it must be 1 to 63 lower-case letters, digits and hyphens, with a letter first and no hyphen last. Correct it.',
          '  - prune is "yes": it must be true or false. Choose one.',
          '  - onDelete is "drop": it must be "orphan" or "cascade". Choose one.',
          '  - syncWindows[0].kind is "maybe": it must be "allow" or "deny". Choose one.',
          '  - syncWindows[0].schedule is "@daily": it must be five fields of cron such as 0 22 * * 5. Correct it.',
          "  - syncWindows[0].durationMinutes is 0: it must be a whole number from 1 to 40320, which is four weeks. Choose one.",
          '  - syncWindows[0].timeZone is "Mars/Olympus": it must be the name of a time zone such as Europe/Berlin. Correct it.',
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/argo-cd.ts", "ArgoCdProps")).toEqual(DEFAULTS);
    expect(documentedDefaults("lib/render/argo-cd.ts", "ArgoApplicationProps")).toEqual(APPLICATION_DEFAULTS);
    expect(documentedDefaults("lib/render/argo-cd.ts", "SyncWindow")).toEqual(SYNC_WINDOW_DEFAULTS);
  });
});
