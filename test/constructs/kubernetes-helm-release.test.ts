import { TerraformStack, TerraformVariable, Testing } from "cdktf";
import { HelmRelease, terraformJson, terraformYaml } from "../../lib/constructs/kubernetes-helm-release";

const stack = () => new TerraformStack(Testing.app(), "production-platform");
const releaseOf = (of: TerraformStack) => JSON.parse(Testing.synth(of)).resource.helm_release.r;

describe("HelmRelease", () => {
  test("takes a chart of a repository, pinned", () => {
    const platform = stack();
    new HelmRelease(platform, "r", { name: "r", namespace: "n", chart: { repository: "https://charts.example", name: "c", version: "1.2.3" }, values: {} });
    expect(releaseOf(platform)).toEqual({
      name: "r",
      namespace: "n",
      repository: "https://charts.example",
      chart: "c",
      version: "1.2.3",
      values: ["${yamlencode({})}"],
      atomic: true,
      cleanup_on_fail: true,
      wait: true,
      timeout: 600,
      max_history: 5,
    });
  });

  test("takes a chart in a directory, whose dependencies are there already", () => {
    const platform = stack();
    new HelmRelease(platform, "r", { name: "r", namespace: "n", chart: { path: "./charts/c" }, values: {} });
    expect(releaseOf(platform)).toMatchObject({ chart: "./charts/c", dependency_update: false });
    expect(releaseOf(platform)).not.toHaveProperty("repository");
  });
});

describe("terraformYaml and terraformJson", () => {
  test("quote what stands around a token, and nothing of the token", () => {
    const platform = stack();
    const name = new TerraformVariable(platform, "name", { type: "string" }).stringValue;
    const count = new TerraformVariable(platform, "count", { type: "number" }).numberValue;
    const values = { count, alone: name, within: `a "b" ${name} \${c} ${name}`, list: [name, 1] };
    new HelmRelease(platform, "r", { name: "r", namespace: "n", chart: { path: "c" }, values });
    const expected = '${yamlencode({"count" = var.count, "alone" = "${var.name}", "within" = "a \\"b\\" ${var.name} $${c} ${var.name}", "list" = ["${var.name}", 1]})}';
    expect(releaseOf(platform).values).toEqual([expected]);
    expect(Testing.synthHcl(platform)).toContain(`"${expected}"`);
  });

  test("are one expression each", () => {
    expect(terraformYaml({ a: "{{ $x }}" })).toBe('${yamlencode({"a" = "{{ $x }}"})}');
    expect(terraformJson(["a", null])).toBe('${jsonencode(["a", null])}');
  });
});
