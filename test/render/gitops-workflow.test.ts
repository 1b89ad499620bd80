import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { APPLICATION_DEFAULTS } from "../../lib/render/argo-cd";
import { DEFAULTS, gitopsWorkflow, type GitopsWorkflowProps } from "../../lib/render/gitops-workflow";
import { parseYaml } from "../../lib/render/yaml";
import { documentedDefaults } from "../support/documented-defaults";

const header = { source: ".specweave/increments/0012-production-infrastructure/spec.md (AC-US1-04)", regenerate: "npm run synth" };
const required = { header, region: "us-east-1", ecrRepository: "specweave-api" };
const workflow = (props: Partial<GitopsWorkflowProps> = {}) => parseYaml(gitopsWorkflow({ ...required, ...props })) as any;
const sha = "0123456789012345678901234567890123456789";

describe("gitopsWorkflow", () => {
  test("builds and pushes as the deploy role, and never speaks to the cluster", () => {
    const { jobs } = workflow();
    expect(jobs.build.steps.map(({ name }: any) => name)).toEqual([
      "Check out the commit",
      "Take on the deploy role",
      "Log in to the registry",
      "Look whether this commit is built already",
      "Set up the builder",
      "Build and push the image",
    ]);
    expect(jobs.build.steps.at(-1).with.tags).toBe("${{ steps.registry.outputs.registry }}/specweave-api:${{ github.sha }}");
    expect(gitopsWorkflow(required)).not.toMatch(/kubectl|eks/);
  });

  test("lets each job do what it needs: one has AWS, another may write to the repository, tests have neither", () => {
    const { permissions, jobs } = workflow({ testCommand: "npm ci && npm test" });
    expect(permissions).toEqual({ contents: "read" });
    expect(jobs.test.permissions).toBeUndefined();
    expect(jobs.build).toMatchObject({ needs: "test", environment: "production", permissions: { contents: "read", "id-token": "write" } });
    expect(jobs.release).toMatchObject({ needs: "build", permissions: { contents: "write" } });
    expect(jobs.release.environment).toBeUndefined();
    expect(jobs.build.steps[0].with).toEqual({ "persist-credentials": false });
  });

  test("does not start itself again", () => {
    const { on, concurrency, jobs } = workflow({ imageFile: "deploy/eu/image.yaml" });
    expect(on).toEqual({ push: { branches: ["main"], "paths-ignore": ["deploy/eu/image.yaml"] } });
    expect(concurrency).toEqual({ group: "deploy-production", "cancel-in-progress": false });
    expect(jobs.release.steps.at(-1).run).toContain("[skip ci]");
  });

  test("writes the file that the Application reads", () => {
    expect(DEFAULTS.imageFile).toBe(APPLICATION_DEFAULTS.imageFile);
  });

  test("puts no expression into a shell script, and pins every action", () => {
    const text = gitopsWorkflow({ ...required, testCommand: "make test", nodeVersion: "24" });
    const all = Object.values<any>((parseYaml(text) as any).jobs).flatMap((job) => job.steps);
    for (const { run } of all) expect(run ?? "").not.toContain("${{");
    for (const line of text.match(/uses: .*/g) ?? []) expect(line).toMatch(/^uses: [a-z-]+\/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  test("keeps untrusted text of the source out of the workflow", () => {
    const text = gitopsWorkflow({ ...required, header: { ...header, source: 'spec.md"\non: workflow_dispatch\n${{ secrets.X }}' } });
    expect(parseYaml(text)).toEqual(workflow());
  });

  describe("in a repository", () => {
    let home: string;
    const git = (...args: string[]) => sh(`git ${args.map((arg) => `'${arg}'`).join(" ")}`);
    const sh = (command: string, cwd = join(home, "clone")) => {
      const { status, stdout, stderr } = spawnSync("bash", ["-eo", "pipefail", "-c", command], {
        cwd,
        encoding: "utf8",
        env: {
          PATH: process.env["PATH"], HOME: home, GIT_CONFIG_NOSYSTEM: "1", GITHUB_SHA: sha, BRANCH: "main", IMAGE_FILE: DEFAULTS.imageFile, ENVIRONMENT: "production",
          GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
        },
      });
      if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
      return stdout;
    };
    const release = () => workflow().jobs.release.steps.flatMap(({ run }: any) => (run === undefined ? [] : [sh(run)])).join("");

    beforeEach(() => {
      home = mkdtempSync(join(tmpdir(), "phaseline-gitops-"));
      sh("git init -q --bare -b main origin && git clone -q origin clone 2> /dev/null", home);
      sh("git checkout -q -b main && git -c user.name=a -c user.email=a@example.com commit -q --allow-empty -m first && git push -q origin main");
    });
    afterEach(() => rmSync(home, { recursive: true, force: true, maxRetries: 5 }));

    test("commits the tag, quoted, as the bot", () => {
      release();
      expect(parseYaml(git("show", `origin/main:${DEFAULTS.imageFile}`))).toEqual({ image: { tag: sha } });
      expect(git("log", "-1", "--format=%an %s", "origin/main")).toBe(`github-actions[bot] Deploy ${sha} to production [skip ci]\n`);
    });

    test("has nothing to do where the file has the tag already", () => {
      release();
      expect(release()).toBe(`${DEFAULTS.imageFile} has this image already.\n`);
      expect(git("rev-list", "--count", "origin/main")).toBe("2\n");
    });

    test("comes after what somebody pushed meanwhile", () => {
      sh("git clone -q origin other && cd other && git -c user.name=b -c user.email=b@example.com commit -q --allow-empty -m theirs && git push -q origin main", home);
      release();
      git("fetch", "-q");
      expect(git("log", "--format=%s", "origin/main")).toBe(`Deploy ${sha} to production [skip ci]\ntheirs\nfirst\n`);
    });
  });

  test("throws, with all that is wrong, when values could become code", () => {
    expect(() =>
      gitopsWorkflow({ ...required, imageFile: "deploy/**.yaml", branch: "-x", runsOn: [], testCommand: "echo ${{ github.head_ref }}", platform: "windows" as never, nodeVersion: "x", dockerfile: "/etc/passwd" }),
    ).toThrow(
      new Error(
        [
          "gitopsWorkflow: 7 values cannot be used.",
          '  - branch is "-x": it must be the name of a branch such as main, without wildcards. Correct it.',
          '  - imageFile is "deploy/**.yaml": it must be a path inside the repository that ends in .yaml. Correct it.',
          '  - dockerfile is "/etc/passwd": it must be a path inside the repository. Correct it.',
          '  - nodeVersion is "x": it must be a Node.js version such as 24. Correct it.',
          "  - runsOn is []: a job needs a runner. Name its label.",
          '  - testCommand is "echo ${{ github.head_ref }}": it must be one line of shell, of at most 500 characters and without ${{. Put more into a script and call that.',
          '  - platform is "windows": it must be "linux/amd64" or "linux/arm64". Choose that of the nodes.',
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/gitops-workflow.ts", "GitopsWorkflowProps")).toEqual(DEFAULTS);
  });
});
