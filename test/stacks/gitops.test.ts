import { SEED, synthesize } from "../support/synthesize";

const platform = (gitops: object = {}): any => synthesize([...SEED, ["gitops", {}]], { gitops }).stacks["production-platform"];
const application = (gitops: object = {}): string => platform(gitops).resource.helm_release.api_release.values[0];

describe("Argo CD on an environment's cluster", () => {
  test("syncs at any time, and leaves alone what was changed on the cluster, unless the settings say otherwise", () => {
    expect(application()).toContain('"automated" = {"prune" = true, "selfHeal" = false,');
    expect(application()).not.toContain("syncWindows");
    const told = application({ prune: false, selfHeal: true, syncWindows: [{ kind: "deny", schedule: "0 22 * * 5", durationMinutes: 3480, timeZone: "Europe/Berlin" }] });
    expect(told).toContain('"automated" = {"prune" = false, "selfHeal" = true,');
    expect(told).toContain('"syncWindows" = [{"kind" = "deny", "schedule" = "0 22 * * 5", "duration" = "3480m", "timeZone" = "Europe/Berlin", "applications" = ["api"], "manualSync" = false}]');
  });

  test("takes over what Terraform made, which is forgotten and not destroyed, and leaves the namespace to Terraform", () => {
    const made = synthesize(SEED).stacks["production-platform"]!.resource!;
    const ofApi = Object.entries(made).flatMap(([type, named]) => Object.keys(named).filter((id) => id.startsWith("api_")).map((id) => `${type}.${id}`));
    const forgotten = platform().removed.map(({ from }: { from: string }) => from);
    expect([...forgotten, "kubernetes_namespace_v1.api_namespace"].sort()).toEqual(ofApi.sort());
    expect(Object.keys(platform().resource.kubernetes_namespace_v1)).toContain("api_namespace");
  });

  test("reads a private repository with the key that its owner renews", () => {
    expect(platform({ credentialsSecretId: "shop/argo-cd", credentialsRevision: 4 }).resource.kubernetes_secret_v1.api_credentials.data_wo_revision).toBe(4);
  });
});
