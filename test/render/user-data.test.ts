import { cloudwatchAgent } from "../../lib/render/cloudwatch-agent";
import { DEFAULTS, logGroupsOf, MAX_BYTES, userData, type UserDataProps } from "../../lib/render/user-data";
import { documentedDefaults } from "../support/documented-defaults";
import { messageOf } from "../support/synth";

const secretArn = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf";

function rendered(props: Partial<UserDataProps> = {}): string {
  return userData({ serverName: "shop-prod", application: { repository: "acme/shop" }, ...props });
}

/** The text that the script writes to a path. */
function written(script: string, path: string): string | undefined {
  return new RegExp(`^file '${path}' \\d+ <<'END'\\n([\\s\\S]*?)^END\\n`, "m").exec(script)?.[1];
}

describe("userData", () => {
  test("installs the runtime, git, the proxy and the agent", () => {
    expect(rendered()).toContain("dnf --assumeyes --quiet install git jq nginx logrotate dnf-plugins-core nodejs24 nodejs24-npm amazon-cloudwatch-agent\n");
  });

  test("runs the application as a service that has no more rights than it needs", () => {
    expect(written(rendered(), "/etc/systemd/system/app.service")).toMatchSnapshot();
  });

  test("gives the application the database's settings when it starts, and writes them nowhere", () => {
    const script = rendered({ settingsSecretArn: secretArn });
    expect(written(script, "/etc/systemd/system/app.service")).toContain("ExecStart=/usr/local/bin/app-settings npm start\n");
    expect(written(script, "/usr/local/bin/app-settings")).toMatchSnapshot();
  });

  test("passes requests on without TLS when there is no domain", () => {
    const script = rendered();
    expect(written(script, "/etc/nginx/application.d/http")).toMatchSnapshot();
    expect(script).not.toContain("certbot");
  });

  test("gets a certificate for the domain, serves HTTPS and nothing but HTTPS", () => {
    const script = rendered({ domain: "shop.example.com", certificateEmail: "ops@example.com" });
    expect(written(script, "/usr/local/sbin/certificate")).toMatchSnapshot();
    expect(written(script, "/etc/nginx/application.d/https")).toMatchSnapshot();
  });

  test("makes its own key for a repository that needs one", () => {
    const script = rendered({ application: { repository: "acme/shop", repositoryAccess: "deploy-key" } });
    expect(script).toContain("ssh-keygen -q -t ed25519");
    expect(script).toContain("echo 'github.com ssh-ed25519 ");
    expect(script).not.toContain("PRIVATE KEY");
  });

  test("sends logs to the groups of the server", () => {
    const config = written(rendered(), "/opt/aws/amazon-cloudwatch-agent/etc/host.json");
    const groups = logGroupsOf("shop-prod");
    expect(config).toBe(
      cloudwatchAgent({
        namespace: "shop-prod",
        logs: [
          { path: "/var/log/app/application.log", logGroup: groups.application },
          { path: "/var/log/app/deploy.log", logGroup: groups.deploy },
          { path: "/var/log/nginx/*.log", logGroup: groups.proxy },
          { path: "/var/log/cloud-init-output.log", logGroup: groups.system },
          { path: "/var/log/security-updates.log", logGroup: groups.system },
        ],
      }),
    );
  });

  test("leaves out what is turned off", () => {
    const script = rendered({ swapGb: 0, securityUpdates: false, cloudwatchAgent: false });
    expect(script).not.toMatch(/swapfile|security-updates|cloudwatch-agent/);
  });

  test("fits into what EC2 takes with everything turned on", () => {
    const script = rendered({
      serverName: "a-rather-long-name-of-a-project-in-production",
      application: { repository: "a-long-organisation/a-long-repository", repositoryAccess: "deploy-key", name: "a-long-name" },
      settingsSecretArn: "${TfToken[TOKEN.12]}",
      domain: "a-long-name.of-a-project.example.com",
      certificateEmail: "somebody-on-call@a-project.example.com",
    });
    expect(Buffer.byteLength(script) + 120).toBeLessThan(MAX_BYTES);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/render/user-data.ts", "UserDataProps")).toEqual(DEFAULTS);
  });

  test("lets no text become shell", () => {
    expect(messageOf(() => rendered({ serverName: "a'b", settingsSecretArn: "arn:'$(id)", domain: "example.com; reboot", certificateEmail: "a'@b", swapGb: 99 }))).toBe(
      `userData: 5 values cannot be used.
  - serverName is "a'b": it must be letters, digits and dashes. Write, for example, "shop-prod".
  - settingsSecretArn is "arn:'$(id)": it must be the ARN of a secret.
  - domain is "example.com; reboot": it must be a name of lower-case letters, digits, dashes and dots. Write, for example, "shop.example.com".
  - certificateEmail is "a'@b": it must be a mail address. Write, for example, "ops@example.com".
  - swapGb is 99: it must be a whole number from 0 to 16.`,
    );
  });

  test("throws when it is longer than EC2 takes", () => {
    const install = Array.from({ length: 200 }, (_, i) => ["npm", "run", `step-${i}`]);
    expect(messageOf(() => rendered({ application: { repository: "acme/shop", install } }))).toMatch(
      /^The user data has \d+ bytes: EC2 takes at most 16384\. Move commands of install and migrate into a script of the repository\.$/,
    );
  });
});
