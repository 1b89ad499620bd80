import { composeFiles } from "../../lib/render/compose";
import { COMPOSE_PLUGIN, USER_DATA_MAX_BYTES, writeFile } from "../../lib/render/docker-host";
import { DEFAULTS, fleetUserData } from "../../lib/render/fleet-user-data";

const props = { groupName: "shop-prod", settingsParameter: "/shop-prod/fleet", logGroup: "/shop-prod/app" };

describe("fleetUserData", () => {
  test("without further props is what its defaults say", () => {
    expect(fleetUserData(props)).toBe(fleetUserData({ ...DEFAULTS, ...props }));
  });

  test("writes the Compose file that developers have, to the letter", () => {
    const application = { port: 8080, environment: { GREETING: "$x" }, migrateCommand: ["npm", "run", "migrate"] };
    const forDevelopers = composeFiles(application, { source: "a", regenerate: "b" })[0]!.text.replace(/^(#.*\n)+/, "");
    expect(fleetUserData({ ...props, application })).toContain(`/opt/app/compose.yaml <<'END_OF_FILE'\n${forDevelopers}END_OF_FILE\n`);
  });

  test("is within what EC2 takes, with everything on", () => {
    const script = fleetUserData({ ...props, nodeExporter: true, application: { migrateCommand: ["npm", "run", "migrate"] } });
    expect(Buffer.byteLength(script)).toBeLessThan(USER_DATA_MAX_BYTES - 1500);
  });

  test("says by how much it is too long", () => {
    expect(() => fleetUserData({ ...props, application: { environment: { LONG: "x".repeat(8000) } } })).toThrow(
      /^The user data has \d+ bytes: EC2 takes at most 16384\. Shorten the environment of the application, or move it into a secret\.$/,
    );
  });

  test("takes the Compose plugin only with the checksum that was reviewed", () => {
    const script = fleetUserData(props);
    for (const [architecture, sum] of Object.entries(COMPOSE_PLUGIN.sha256)) {
      expect(sum).toMatch(/^[0-9a-f]{64}$/);
      expect(script).toContain(`  ${architecture}) sum=${sum} ;;`);
    }
    expect(script).toContain('echo "$sum  $plugin" | sha256sum --check --quiet');
  });

  test("starts a node exporter where one is asked for", () => {
    expect(fleetUserData(props)).not.toContain("node-exporter");
    expect(fleetUserData({ ...props, nodeExporter: true })).toContain("image: quay.io/prometheus/node-exporter:");
  });

  test("tells all that cannot stand in a script at once", () => {
    expect(() => fleetUserData({ groupName: "$(reboot)", settingsParameter: "a", logGroup: "a b", deregistrationDelaySeconds: -1 })).toThrow(
      new Error(`fleetUserData: 4 values cannot be used.
  - groupName is "$(reboot)": it must be 1 to 63 letters, digits and hyphens. Correct it.
  - settingsParameter is "a": it must be the path of an SSM parameter such as /specweave/fleet. Correct it.
  - logGroup is "a b": it must be the name of a log group. Correct it.
  - deregistrationDelaySeconds is -1: it must be a whole number from 0 to 3600. Choose one.`),
    );
  });
});

describe("writeFile", () => {
  test("refuses a text that would end it early", () => {
    expect(() => writeFile("/etc/x", "a\nEND_OF_FILE\nreboot\n")).toThrow(new Error('/etc/x: the text has a line "END_OF_FILE", which ends it. Remove that line.'));
  });
});
