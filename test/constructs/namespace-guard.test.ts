import { TerraformStack, Testing } from "cdktf";
import { NamespaceGuard } from "../../lib/constructs/namespace-guard";
import type { NamespaceGuardProps } from "../../lib/render/namespace-guard";

const props: NamespaceGuardProps = {
  namespace: "shop",
  app: "shop-api",
  ingressCidrs: ["10.0.0.0/20"],
  ingressNamespaces: ["monitoring"],
  exits: [{ name: "database", cidrs: ["10.0.192.0/24"], ports: [5432] }],
};

/** As the API has them: Terraform names lists in the singular, and writes ports as strings. */
function objects(stack: TerraformStack): any[] {
  const { resource } = JSON.parse(Testing.synth(stack));
  const plain = (value: any): any => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== "//" && key !== "depends_on")
        .map(([key, member]) => [key.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()), key === "port" ? Number(member) : ["match_labels", "hard", "labels"].includes(key) ? member : plain(member)]),
    );
  };
  return ["kubernetes_network_policy_v1", "kubernetes_resource_quota_v1", "kubernetes_limit_range_v1"].flatMap((type) => Object.values(resource[type]).map(plain));
}

describe("NamespaceGuard", () => {
  test("makes in Terraform what its model says", () => {
    const stack = new TerraformStack(Testing.app(), "production-platform");
    const { model } = new NamespaceGuard(stack, "guard", props);
    const inModel = [...model.networkPolicies, model.quota].map(({ metadata, spec }) => ({ metadata, spec }));
    const { limits } = model.limits.spec;
    const found = objects(stack);
    expect(found).toHaveLength(inModel.length + 1);
    for (const object of inModel) expect(found).toContainEqual(object);
    expect(found).toContainEqual({ metadata: model.limits.metadata, spec: { limit: limits } });
  });

  test("waits for the namespace", () => {
    const stack = new TerraformStack(Testing.app(), "production-platform");
    const first = new NamespaceGuard(stack, "first", props);
    new NamespaceGuard(stack, "guard", { ...props, dependsOn: [first.quota] });
    const { resource } = JSON.parse(Testing.synth(stack));
    const waiting = Object.values<any>(resource.kubernetes_network_policy_v1).filter((policy) => policy.depends_on);
    expect(waiting).toHaveLength(6);
  });
});
