import { DEFAULTS, hostApplication, type HostApplicationProps } from "../../lib/render/host-application";
import { documentedDefaults } from "../support/documented-defaults";
import { messageOf } from "../support/synth";

describe("hostApplication", () => {
  test("needs a repository and nothing else", () => {
    expect(hostApplication({ repository: "acme/shop" })).toEqual({
      repository: "acme/shop",
      remote: "https://github.com/acme/shop.git",
      branch: "main",
      repositoryAccess: "public",
      name: "app",
      runtime: "node24",
      install: [
        ["npm", "ci"],
        ["npm", "run", "build", "--if-present"],
      ],
      migrate: [["npm", "run", "migrate", "--if-present"]],
      start: ["npm", "start"],
      port: 3000,
      healthPath: "/health",
      healthSeconds: 60,
      keepReleases: 3,
      home: "/srv/app",
      logDirectory: "/var/log/app",
      settingsCommand: "/usr/local/bin/app-settings",
    });
  });

  test.each<[Partial<HostApplicationProps>, string, string]>([
    [{ repositoryAccess: "deploy-key" }, "git@github.com:acme/shop.git", "deploy-key"],
    [{ repository: "git@git.example.com:acme/shop.git" }, "git@git.example.com:acme/shop.git", "deploy-key"],
    [{ repository: "https://git.example.com/acme/shop" }, "https://git.example.com/acme/shop", "public"],
  ])("reads %j as %s by %s", (props, remote, access) => {
    expect(hostApplication({ repository: "acme/shop", ...props })).toMatchObject({ remote, repositoryAccess: access });
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/render/host-application.ts", "HostApplicationProps")).toEqual(DEFAULTS);
  });

  test("lets no text become shell, systemd's or nginx's syntax, and tells all faults at once", () => {
    expect(
      messageOf(() =>
        hostApplication({
          repository: "acme/shop; reboot",
          branch: "main$(id)",
          name: "my app",
          runtime: "cobol" as never,
          install: [["sh", "-c", "curl https://x | sh"], []],
          start: ["node", "`id`"],
          port: 80,
          healthPath: "/health\nexit",
          healthSeconds: 0,
          keepReleases: 1,
        }),
      ),
    ).toBe(
      `application: 11 values cannot be used.
  - repository is "acme/shop; reboot": it must be owner/name on GitHub, or an https:// or git@host:path address. Write, for example, "acme/shop".
  - branch is "main$(id)": it must be letters, digits, dots, dashes and slashes. Write, for example, "main".
  - name is "my app": it must be 2 to 31 lower-case letters, digits and dashes, beginning with a letter. Write, for example, "app".
  - runtime is "cobol": it must be one of node24, node22, python3.12, none.
  - install has the word "curl https://x | sh": a word must be letters, digits and _@+=:,./- only, since no shell reads it. Put the rest into a script of the repository.
  - install has a command without words. Remove it.
  - start has the word "\`id\`": a word must be letters, digits and _@+=:,./- only, since no shell reads it. Put the rest into a script of the repository.
  - port is 80: it must be a whole number from 1024 to 65535.
  - healthSeconds is 0: it must be a whole number from 1 to 900.
  - keepReleases is 1: it must be a whole number from 2 to 20.
  - healthPath is "/health\\nexit": it must be a path of letters, digits and ._~/-. Write, for example, "/health".`,
    );
  });

  test("throws when a key is to be used where none can be, and the other way around", () => {
    expect(messageOf(() => hostApplication({ repository: "https://git.example.com/acme/shop", repositoryAccess: "deploy-key" }))).toBe(
      'application: 1 value cannot be used.\n  - repositoryAccess is "deploy-key" and repository is "https://git.example.com/acme/shop": a deploy key works over SSH only. Write git@host:path for it, https:// for public.',
    );
  });

  test("throws when it is not known how to start", () => {
    expect(messageOf(() => hostApplication({ repository: "acme/shop", runtime: "python3.12" }))).toBe(
      'application: 1 value cannot be used.\n  - start is not given, and the runtime "python3.12" has no default for it. Give the words of the command, such as ["python3", "serve.py"].',
    );
  });
});
