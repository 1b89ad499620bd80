import { deployScript, EXIT_STATUS } from "../../lib/render/deploy-script";
import { hostApplication } from "../../lib/render/host-application";

const script = deployScript(hostApplication({ repository: "acme/shop", branch: "release/1", name: "shop", port: 8080, healthPath: "/healthz" }));

// What it does is tested by running it: test/integration/deploy-script.test.ts.
describe("deployScript", () => {
  test("says in its head what it is, how it is used and what its exit status means", () => {
    expect(script.slice(0, script.indexOf("set -euo"))).toMatchSnapshot();
  });

  test("names every exit status that it can end with", () => {
    const head = script.slice(0, script.indexOf("set -euo"));
    for (const status of Object.values(EXIT_STATUS)) expect(head).toMatch(new RegExp(`\\b${status}\\b`));
  });

  test("is told what it works on", () => {
    expect(script).toContain("readonly unit='shop.service' app_user='shop' home='/srv/shop'\nreadonly branch_by_default='release/1'\nreadonly health_url='http://127.0.0.1:8080/healthz' health_seconds=60\n");
  });

  test("stops at the first command that fails", () => {
    expect(script).toContain("install_release() {\n  as_app 'npm' 'ci' &&\n  as_app 'npm' 'run' 'build' '--if-present'\n}\n");
  });

  test("migrates with the database's settings", () => {
    expect(script).toContain("migrate_release() {\n  as_app '/usr/local/bin/shop-settings' 'npm' 'run' 'migrate' '--if-present'\n}\n");
  });

  test("does without commands", () => {
    const bare = deployScript(hostApplication({ repository: "acme/shop", runtime: "none", start: ["./serve"] }));
    expect(bare).toContain("install_release() {\n  true\n}\n");
  });
});
