import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readSettings } from "../../lib/blueprint/settings";
import { FaultsError } from "../../lib/increment/fault";
import { DATADOG_SITES } from "../../lib/render/datadog";

const least = { project: "shop", repository: "acme/shop" };

function faultsOf(input: unknown): string {
  try {
    readSettings(input, "cdktf.json");
  } catch (error) {
    if (error instanceof FaultsError) return error.message;
    throw error;
  }
  return "none";
}

describe("readSettings", () => {
  test("needs a project and a repository, and derives every other name from them", () => {
    const settings = readSettings(least, "cdktf.json");
    expect(settings.environment).toBe("production");
    expect(settings.cluster.name).toBe("shop-production");
    expect(settings.nodes).toEqual({ name: "shop-workers", instanceType: "t3.large", min: 2, desired: 3, max: 10 });
    expect(settings.service).toMatchObject({ name: "api", app: "shop-api", namespace: "shop", port: 3000, replicas: 3 });
  });

  test("reads this project's own cdktf.json", () => {
    const file = JSON.parse(readFileSync(join(__dirname, "../../cdktf.json"), "utf8"));
    const settings = readSettings(file.context.phaseline, "cdktf.json");
    expect([settings.cluster.name, settings.nodes.name, settings.service.app]).toEqual(["specweave-prod", "specweave-workers", "specweave-api"]);
  });

  test("keeps the cluster's API private and the cluster protected unless told otherwise", () => {
    expect(readSettings(least, "cdktf.json").cluster).toMatchObject({ publicAccessCidrs: [], deletionProtection: true });
  });

  test("tells all that is wrong at once, by the setting's full name", () => {
    expect(faultsOf({ project: "Shop", regoin: "eu-west-1", service: { port: 99999 } })).toBe(
      [
        'cdktf.json: context.phaseline.project is "Shop".',
        "    → It must be 2 to 40 lower-case letters, digits and hyphens, beginning with a letter.",
        "cdktf.json: context.phaseline.repository is missing.",
        "    → Write it into cdktf.json; the README shows an example.",
        "cdktf.json: context.phaseline.service.port is 99999.",
        "    → It must be a whole number from 1 to 65535.",
        "cdktf.json: context.phaseline.regoin is no setting that phaseline knows.",
        "    → Remove it or correct its spelling; the README lists all settings.",
      ].join("\n"),
    );
  });

  test("tells of sync windows that Argo CD would not understand", () => {
    const syncWindows = [{ kind: "deny", schedule: "0 22 * * 5", durationMinutes: 3480, timeZone: "Europe/Berlin" }];
    expect(readSettings({ ...least, gitops: { syncWindows, selfHeal: true } }, "cdktf.json").gitops).toEqual({ syncWindows, selfHeal: true, prune: true, highAvailability: false });
    expect(faultsOf({ ...least, gitops: { syncWindows: [{ kind: "never", schedule: "friday", durationMinutes: 0, timeZone: "Berlin" }] } })).toBe(
      [
        'cdktf.json: context.phaseline.gitops.syncWindows.0.kind is "never".',
        '    → It must be "allow" or "deny".',
        'cdktf.json: context.phaseline.gitops.syncWindows.0.schedule is "friday".',
        "    → It must be five fields of cron such as 0 22 * * 5.",
        "cdktf.json: context.phaseline.gitops.syncWindows.0.durationMinutes is 0.",
        "    → It must be a whole number from 1 to 40320.",
        'cdktf.json: context.phaseline.gitops.syncWindows.0.timeZone is "Berlin".',
        "    → It must be the name of a time zone such as Europe/Berlin.",
      ].join("\n"),
    );
  });

  test.each(["0.0.0.0/0", "not-a-range", "10.0.0.0", "999.0.0.0/8"])("refuses %s as a range that may reach the cluster", (range) => {
    expect(faultsOf({ ...least, cluster: { publicAccessCidrs: [range] } })).toContain(`context.phaseline.cluster.publicAccessCidrs.0 is "${range}".`);
  });

  test.each(["acme", "acme/*", "acme/shop/x", "${file(1)}/x", "acme/shop\n"])("refuses %j as a repository", (repository) => {
    expect(faultsOf({ ...least, repository })).toContain("context.phaseline.repository is ");
  });

  test("refuses node counts out of order", () => {
    expect(faultsOf({ ...least, nodes: { min: 4, desired: 3, max: 2 } })).toBe(
      "cdktf.json: context.phaseline.nodes has min 4, desired 3 and max 2: they must not decrease in this order.\n    → Choose sizes with min ≤ desired ≤ max.",
    );
  });

  test("knows every site of Datadog, and none else", () => {
    for (const site of DATADOG_SITES) expect(readSettings({ ...least, datadog: { site } }, "cdktf.json").datadog.site).toBe(site);
    expect(readSettings(least, "cdktf.json").datadog).toEqual({ site: "datadoghq.com", apiKeyRevision: 1, operation: "web.request", notify: [], awsIntegration: true });
    expect(faultsOf({ ...least, datadog: { site: "datadog.example", apiKeySecretId: "${file(1)}", operation: "Web", notify: ["ops"], awsAccountId: "1", apiKey: "0123" } })).toBe(
      [
        'cdktf.json: context.phaseline.datadog.site is "datadog.example".',
        `    → It must be (${DATADOG_SITES.map((site) => `"${site}"`).join(" | ")}).`,
        'cdktf.json: context.phaseline.datadog.apiKeySecretId is "${file(1)}".',
        "    → It must be the name of a secret.",
        'cdktf.json: context.phaseline.datadog.operation is "Web".',
        "    → It must be the name of a span such as express.request.",
        'cdktf.json: context.phaseline.datadog.notify.0 is "ops".',
        "    → It must be whom Datadog can tell, such as @slack-ops or @ops@example.com.",
        'cdktf.json: context.phaseline.datadog.awsAccountId is "1".',
        "    → It must be an AWS account of twelve digits.",
        "cdktf.json: context.phaseline.datadog.apiKey is no setting that phaseline knows.",
        "    → Remove it or correct its spelling; the README lists all settings.",
      ].join("\n"),
    );
  });
});
