import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import { HANDED_OVER } from "../../lib/constructs/argo-application";
import { ScalePhase, type ScalePhaseProps } from "../../lib/constructs/scale-phase";
import { apiIngress } from "../../lib/render/api-ingress";
import { applicationSecretsChart, applicationSecretsValues, databaseKeys } from "../../lib/render/external-secrets";
import { kubernetesApplication } from "../../lib/render/kubernetes-application";
import { kubernetesFiles } from "../../lib/render/kubernetes-yaml";
import { namespaceGuard } from "../../lib/render/namespace-guard";
import { parseYaml } from "../../lib/render/yaml";
import { ControlPlane } from "./support/control-plane";
import { describeWith } from "./support/shared";
import { effective, left, plan, scratch, terraform, type Change } from "./support/terraform";

const STACKS = ["production", "production-platform"] as const;
const endpoint = { kind: "domain", domainName: "api.example.com", hostedZoneId: "Z0123456789ABCDEFGHIJ" } as const;
const certificate = { kind: "certificate", certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/0" } as const;

/** The phase in someone's own app, written to `<home>/out`, with their states in `home`, where such an app is run. */
function write(home: string, form: "json" | "hcl", props: Partial<ScalePhaseProps> = {}): void {
  const before = process.cwd();
  process.chdir(home);
  // The form that the CLI asks for; stacks read it when they are made.
  process.env["SYNTH_HCL_OUTPUT"] = String(form === "hcl");
  try {
    const app = new App({ outdir: join(home, "out"), hclOutput: form === "hcl" });
    new ScalePhase(app, STACKS[0], {
      partId: "shop",
      name: "shop-prod",
      region: "us-east-1",
      endpoint,
      pipeline: { repository: "example/shop" },
      alarmEmails: ["ops@example.com"],
      delivery: { kind: "pipeline" },
      ...props,
    });
    app.synth();
  } finally {
    delete process.env["SYNTH_HCL_OUTPUT"];
    process.chdir(before);
  }
}

describeWith("terraform", "the Scale phase in real Terraform", () => {
  const plans: Record<string, Record<string, readonly Change[]>> = { json: {}, hcl: {} };
  const homes: Record<string, string> = {};
  const at = (form: string, stack: string) => join(homes[form] ?? "", "out/stacks", stack);

  describe.each(["json", "hcl"] as const)("synthesized as %s", (form) => {
    beforeAll(() => {
      homes[form] = scratch(`scale-${form}`);
      write(homes[form], form);
    });

    test.each(STACKS)("stack %s initialises, validates, plans and applies; a second plan is empty", (stack) => {
      const directory = at(form, stack);
      terraform(directory, "init", "-input=false");
      terraform(directory, "validate");
      const changes = plan(directory);
      plans[form]![stack] = changes;
      expect(changes.length).toBeGreaterThan(stack === "production" ? 90 : 20);
      expect(changes.every(({ actions }) => actions.join() === "create")).toBe(true);
      terraform(directory, "apply", "-input=false", "-auto-approve", "plan.bin");
      expect(left(directory)).toEqual([]);
    });
  });

  test.each(STACKS)("the two forms of stack %s plan the same resources with the same values", (stack) => {
    expect(plans["hcl"]?.[stack]?.length).toBeGreaterThan(0);
    expect(plans["hcl"]?.[stack]).toEqual(plans["json"]?.[stack]);
  });

  test("no password stands in a state", () => {
    const state = JSON.parse(readFileSync(stateOf(homes["json"] ?? "", "production"), "utf8"));
    const of = (type: string) => state.resources.filter((resource: any) => resource.type === type).flatMap((resource: any) => resource.instances.map((instance: any) => instance.attributes));
    expect(of("aws_rds_cluster").map(({ master_password, master_password_wo }: any) => [master_password ?? null, master_password_wo ?? null])).toEqual([[null, null]]);
    expect(of("aws_secretsmanager_secret_version").map(({ secret_string_wo }: any) => secret_string_wo ?? null)).toEqual([null, null]);
  });

  test("another reader is another instance, and changes nothing else", () => {
    write(homes["json"] ?? "", "json", { database: { readerCount: 3 } });
    expect(effective(plan(at("json", "production")))).toEqual(["create aws_rds_cluster_instance.database-4"]);
  });

  test("Argo CD in place of a pipeline takes the Deployment over, and keeps the namespace and its guard", () => {
    const home = homes["json"] ?? "";
    write(home, "json", { delivery: { kind: "gitops", repoUrl: "https://github.com/example/shop.git" } });
    terraform(at("json", "production-platform"), "init", "-input=false");
    const changes = effective(plan(at("json", "production-platform")));
    expect(changes.filter((change) => /namespace_v1|network_policy|resource_quota|ingress|secrets/.test(change) && !change.includes("argo-cd"))).toEqual([]);
    const handedOver = HANDED_OVER.map(([id, type]) => expect.stringMatching(new RegExp(`^forget ${type}\\.shop_api_${id}_`)));
    expect(changes.filter((change) => /^(delete|forget)/.test(change))).toEqual(expect.arrayContaining(handedOver));
    expect(changes.filter((change) => change.startsWith("delete"))).toEqual([]);
  });

  test("a protected cluster is not destroyed, and the message says by what it is kept", () => {
    write(homes["json"] ?? "", "json");
    expect(() => terraform(at("json", "production"), "plan", "-destroy", "-input=false")).toThrow(/Resource aws_rds_cluster\.database[\s\S]*lifecycle\.prevent_destroy/);
  });

  test("both stacks are destroyed in the order back, once protection is taken away on purpose", () => {
    const home = homes["hcl"] ?? "";
    write(home, "hcl", { deletionProtection: false });
    const unprotected = effective(plan(at("hcl", "production")));
    // A policy that names the cluster is read again when the cluster changes.
    expect(unprotected.filter((change) => !change.startsWith("update aws_iam_role_policy."))).toEqual([
      expect.stringMatching(/^update aws_eks_cluster\./),
      "update aws_rds_cluster.database",
    ]);
    terraform(at("hcl", "production"), "apply", "-input=false", "-auto-approve", "plan.bin");
    for (const stack of [...STACKS].reverse()) {
      const output = terraform(at("hcl", stack), "destroy", "-input=false", "-auto-approve");
      if (stack === "production-platform") {
        const gone = (address: string) => output.search(new RegExp(`^${address}\\S*: Destruction complete`, "m"));
        const begun = (address: string) => output.search(new RegExp(`^${address}\\S*: Destroying`, "m"));
        expect(gone("kubernetes_ingress_v1.shop_ingress")).toBeGreaterThan(-1);
        expect(gone("kubernetes_ingress_v1.shop_ingress")).toBeLessThan(begun("helm_release.shop_load-balancer-controller"));
        expect(gone("kubernetes_ingress_v1.shop_ingress")).toBeLessThan(begun("terraform_data.shop_external-dns_farewell"));
        expect(gone("terraform_data.shop_external-dns_farewell")).toBeLessThan(begun("helm_release.shop_external-dns"));
        expect(gone("helm_release.shop_secrets")).toBeLessThan(begun("helm_release.shop_external-secrets"));
      }
      expect(JSON.parse(readFileSync(stateOf(home, stack), "utf8")).resources).toEqual([]);
    }
  });
});

function stateOf(home: string, stack: string): string {
  return join(home, readdirSync(home).find((file) => file === `terraform.${stack}.tfstate`) ?? "no state");
}

describeWith("kubernetes", "what the platform creates, on a real control plane", () => {
  const namespace = "specweave";
  const image = "registry.example/specweave-api:1.0.0";
  const header = { source: "test/integration/scale.test.ts", regenerate: "npm run test:integration" };
  const guard = namespaceGuard({
    namespace,
    app: "specweave-api",
    ingressCidrs: ["10.0.128.0/22"],
    ingressNamespaces: ["monitoring"],
    exits: [
      { name: "https", cidrs: ["0.0.0.0/0"], ports: [443] },
      { name: "database", cidrs: ["10.0.144.0/24"], ports: [5432] },
    ],
  });
  const ingress = apiIngress({ namespace, host: "api.example.com", tls: certificate });
  let cluster: ControlPlane;
  let directory: string;

  beforeAll(async () => {
    cluster = await ControlPlane.start();
    directory = join(cluster.directory, "scale");
    mkdirSync(directory);
    for (const { path, text } of kubernetesFiles(kubernetesApplication({ image, environmentSecrets: ["database"] }), header)) writeFileSync(join(directory, path), text);
    // After the namespace, whose file comes first.
    const objects = [...guard.networkPolicies, guard.quota, guard.limits, ingress];
    objects.forEach((object, index) => writeFileSync(join(directory, `05-${String(index).padStart(2, "0")}.json`), JSON.stringify(object)));
  });
  afterAll(() => cluster?.stop());

  test("passes kubeconform -strict", () => {
    expect(cluster.kubeconform(directory)).toEqual({ status: 0, output: expect.stringMatching(/Valid: 16, Invalid: 0, Errors: 0, Skipped: 0\n$/) });
  });

  test("applies without a warning, rolls out within its share, and is then as it was written", () => {
    expect(cluster.kubectl("apply", "-f", directory)).not.toMatch(/warning/i);
    expect(cluster.kubectl("rollout", "status", "deployment/api", "-n", namespace, "--timeout", "120s")).toContain("successfully rolled out");
    expect(cluster.try("kubectl", ["diff", "-f", directory])).toEqual({ status: 0, output: "" });
    expect(cluster.kubectl("get", "resourcequota", "share-of-the-cluster", "-n", namespace, "-o", "jsonpath={.status.used.pods} {.status.used.requests\\.cpu}")).toBe("3 300m");
  });

  test("refuses a node port, and a pod that asks for more than the share", () => {
    const service = cluster.try("kubectl", ["create", "service", "nodeport", "open", "-n", namespace, "--tcp", "80"]);
    expect(service).toMatchObject({ status: 1, output: expect.stringContaining("exceeded quota: share-of-the-cluster, requested: services.nodeports=1") });
    const greedy = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "greedy", namespace },
      spec: {
        securityContext: { runAsNonRoot: true, runAsUser: 1, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "a",
            image,
            resources: { requests: { cpu: "11", memory: "1Gi" }, limits: { cpu: "11", memory: "1Gi" } },
            securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
          },
        ],
      },
    };
    expect(cluster.try("kubectl", ["apply", "-f", "-"], {}, JSON.stringify(greedy))).toMatchObject({ status: 1, output: expect.stringContaining("exceeded quota") });
  });

  test("carries secrets by a chart that helm lints and renders as data", () => {
    const chart = join(cluster.directory, "chart");
    for (const { path, text } of applicationSecretsChart()) {
      mkdirSync(join(chart, path, ".."), { recursive: true });
      writeFileSync(join(chart, path), text);
    }
    const values = join(cluster.directory, "values.json");
    writeFileSync(values, JSON.stringify(applicationSecretsValues({ region: "us-east-1", secrets: [{ name: "database", secretArn: 'arn: "{{ .Values }}"', keys: databaseKeys() }] })));
    cluster.run("helm", ["lint", "--strict", chart, "-f", values]);
    const [external, store] = cluster
      .run("helm", ["template", "application-secrets", chart, "-n", namespace, "-f", values])
      .split(/^---\n/m)
      .slice(1)
      .map((text) => parseYaml(text) as any);
    expect([external.kind, store.kind]).toEqual(["ExternalSecret", "SecretStore"]);
    expect(external.spec.dataFrom).toEqual([{ extract: { key: 'arn: "{{ .Values }}"' } }]);
    expect(external.spec.target.template.data).toEqual(databaseKeys());
    rmSync(chart, { recursive: true });
  });
});
