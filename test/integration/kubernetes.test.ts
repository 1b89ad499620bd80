import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deployWorkflow, type DeployWorkflowProps } from "../../lib/render/github-workflow";
import { kubernetesApplication } from "../../lib/render/kubernetes-application";
import { kubernetesFiles } from "../../lib/render/kubernetes-yaml";
import { parseYaml } from "../../lib/render/yaml";
import { ControlPlane, freePorts } from "./support/control-plane";
import { describeWith, setup } from "./support/shared";
import { scratch } from "./support/terraform";

const header = { source: ".specweave/increments/0012-production-infrastructure/spec.md", regenerate: "npm run synth" };
const image = "registry.example/specweave-api:1.0.0";
const workflow = { header, region: "us-east-1", cluster: "specweave-prod", ecrRepository: "specweave-api", namespace: "specweave" };

describeWith("kubernetes", "the API's objects on a real control plane", () => {
  let cluster: ControlPlane;
  let directory: string;

  beforeAll(async () => {
    cluster = await ControlPlane.start();
    directory = join(cluster.directory, "k8s");
    mkdirSync(directory);
    for (const { path, text } of kubernetesFiles(kubernetesApplication({ image, increment: "0012-production-infrastructure" }), header)) {
      writeFileSync(join(directory, path), text);
    }
  });
  afterAll(() => cluster?.stop());

  test("pass kubeconform -strict, which sees a misspelt field", () => {
    expect(cluster.kubeconform(directory)).toEqual({
      status: 0,
      output: "Summary: 6 resources found in 6 files - Valid: 6, Invalid: 0, Errors: 0, Skipped: 0\n",
    });
    const misspelt = join(cluster.directory, "misspelt.yaml");
    writeFileSync(misspelt, readFileSync(join(directory, "20-deployment.yaml"), "utf8").replace("livenessProbe:", "livenesProbe:"));
    expect(cluster.kubeconform(misspelt)).toMatchObject({ status: 1, output: expect.stringContaining("'livenesProbe' not allowed") });
  });

  test("apply without a warning, roll out, and are then as the files say", () => {
    const output = cluster.kubectl("apply", "-f", directory);
    expect(output.trim().split("\n")).toEqual([
      "namespace/specweave created",
      "serviceaccount/api created",
      "deployment.apps/api created",
      "service/api created",
      "horizontalpodautoscaler.autoscaling/api created",
      "poddisruptionbudget.policy/api created",
    ]);
    expect(cluster.kubectl("rollout", "status", "deployment/api", "-n", "specweave", "--timeout", "120s")).toContain("successfully rolled out");
    expect(cluster.try("kubectl", ["diff", "-f", directory])).toEqual({ status: 0, output: "" });
  });

  test("scale from 2 to 10 pods", () => {
    expect(cluster.kubectl("get", "hpa", "api", "-n", "specweave", "-o", "jsonpath={.spec.minReplicas} {.spec.maxReplicas}")).toBe("2 10");
  });

  test("run three pods in a namespace that takes restricted ones only", () => {
    const pods = JSON.parse(cluster.kubectl("get", "pods", "-n", "specweave", "-l", "app=specweave-api", "-o", "json"));
    expect(pods.items.map(({ status }: any) => status.phase)).toEqual(["Running", "Running", "Running"]);
    expect(cluster.try("kubectl", ["run", "other", "-n", "specweave", "--image", image])).toMatchObject({
      status: 1,
      output: expect.stringContaining('violates PodSecurity "restricted:latest"'),
    });
  });

  test("take a new image from the workflow's own scripts, and give the previous one back", () => {
    const outputs = join(cluster.directory, "github-output");
    writeFileSync(outputs, "");
    const step = (name: string, env: NodeJS.ProcessEnv = {}) => runStep(name, { GITHUB_OUTPUT: outputs, ...env });
    const running = () => cluster.kubectl("get", "deployment", "api", "-n", "specweave", "-o", "jsonpath={.spec.template.spec.containers[0].image}");

    step("Set the image", { IMAGE: "registry.example/specweave-api:2.0.0" });
    expect(step("Wait for the roll-out")).toContain("successfully rolled out");
    expect(running()).toBe("registry.example/specweave-api:2.0.0");

    expect(readFileSync(outputs, "utf8")).toBe("previous-revision=1\n");
    step("Put the previous version back", { PREVIOUS_REVISION: "1" });
    expect(running()).toBe(image);
  });

  test("are reached by the workflow through a tunnel, whose far end has to prove who it is", async () => {
    const bin = join(cluster.directory, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "aws"), AWS);
    chmodSync(join(bin, "aws"), 0o755);
    const kubeconfig = join(cluster.directory, "tunnelled");
    const certificate = join(cluster.directory, "certs/apiserver.crt");
    const original = readFileSync(join(cluster.directory, "kubeconfig"), "utf8");
    writeFileSync(kubeconfig, original.replace(/server: "[^"]*", insecure-skip-tls-verify: true/, `server: "https://kubernetes.default", certificate-authority: "${certificate}"`));
    const port = String(await freePorts(1));
    const env = {
      PATH: `${bin}:${cluster.env["PATH"]}`,
      KUBECONFIG: kubeconfig,
      RUNNER_TEMP: cluster.directory,
      TUNNEL_PORT: port,
      TUNNEL_PID: join(cluster.directory, "tunnel.pid"),
      API_PORT: /127\.0\.0\.1:(\d+)/.exec(original)?.[1],
    };
    try {
      runStep("Open a tunnel through a node", env);
      expect(cluster.run("kubectl", ["get", "namespace", "specweave", "-o", "name"], env)).toBe("namespace/specweave\n");
      expect(readFileSync(kubeconfig, "utf8")).toContain("tls-server-name: kubernetes.default");
    } finally {
      // Where the tunnel never stood, what is thrown above says why.
      if (existsSync(env.TUNNEL_PID)) process.kill(Number(readFileSync(env.TUNNEL_PID, "utf8")));
    }
  });

  function runStep(name: string, env: NodeJS.ProcessEnv): string {
    const { jobs } = parseYaml(deployWorkflow(workflow)) as any;
    const { run } = jobs.deploy.steps.find((step: any) => step.name === name);
    return cluster.run("bash", ["-eo", "pipefail", "-c", run], { ...jobs.deploy.env, ...env });
  }
});

/** Stands for the AWS CLI: a cluster, a node, and a session that forwards a port, if it is asked for as AWS wants it. */
const AWS = `#!/usr/bin/env node
const net = require("node:net");
const [service, command, ...rest] = process.argv.slice(2);
const option = (name) => rest[rest.indexOf(name) + 1];
if (command === "describe-cluster") console.log("https://kubernetes.default");
if (command === "describe-instances") console.log("i-0123456789abcdef0");
if (command === "start-session") {
  const { host, portNumber, localPortNumber } = JSON.parse(option("--parameters"));
  const asked = [option("--target"), option("--document-name"), host, portNumber].join(" ");
  if (asked !== "i-0123456789abcdef0 AWS-StartPortForwardingSessionToRemoteHost kubernetes.default 443") throw new Error(asked);
  require("node:fs").writeFileSync(process.env.TUNNEL_PID, String(process.pid));
  net.createServer((near) => {
    const far = net.connect(Number(process.env.API_PORT), "127.0.0.1");
    near.pipe(far).pipe(near);
    for (const end of [near, far]) end.on("error", () => end.destroy());
  }).listen(Number(localPortNumber[0]), "127.0.0.1");
}
`;

describeWith("kubernetes", "the deploy workflow", () => {
  test.each<[string, Partial<DeployWorkflowProps>]>([
    ["through a tunnel", {}],
    ["directly, after tests", { reach: "direct", testCommand: "npm ci && npm test", nodeVersion: "24", runsOn: ["self-hosted", "linux"] }],
  ])("passes actionlint %s", (_, props) => {
    const directory = scratch("workflow");
    const file = join(directory, "deploy.yml");
    writeFileSync(file, deployWorkflow({ ...workflow, ...props }));
    const { status, stdout, stderr } = spawnSync("actionlint", ["-no-color", file], { cwd: directory, env: setup("kubernetes"), encoding: "utf8" });
    expect({ status, output: `${stdout}${stderr}` }).toEqual({ status: 0, output: "" });
    rmSync(directory, { recursive: true });
  });
});
