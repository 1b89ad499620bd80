import { TerraformStack, Testing } from "cdktf";
import { ApiIngress, type ApiIngressConfig } from "../../lib/constructs/api-ingress";
import { LoadBalancerController } from "../../lib/constructs/load-balancer-controller";

const certificateArn = "arn:aws:acm:eu-central-1:123456789012:certificate/1";

function platform(props: Partial<ApiIngressConfig> = {}): TerraformStack {
  const stack = new TerraformStack(Testing.app(), "production-platform");
  const controller = new LoadBalancerController(stack, "controller", {
    cluster: { clusterName: "shop-prod" },
    network: { vpcId: "vpc-1" },
    region: "eu-central-1",
    ingressClass: "shop",
  });
  new ApiIngress(stack, "ingress", { controller, namespace: "shop", host: "api.example.com", tls: { kind: "certificate", certificateArn }, ...props });
  return stack;
}
const ingressOf = (stack: TerraformStack) => JSON.parse(Testing.synth(stack)).resource.kubernetes_ingress_v1.ingress;

describe("ApiIngress", () => {
  test("is of the controller's class, and goes before the controller, which alone can take its load balancer away", () => {
    expect(ingressOf(platform())).toMatchObject({ spec: { ingress_class_name: "shop" }, depends_on: ["helm_release.controller"], wait_for_load_balancer: false });
  });

  test("leads the host to the Service", () => {
    expect(ingressOf(platform()).spec.rule).toEqual([
      {
        host: "api.example.com",
        http: {
          path: [
            { path: "/metrics", path_type: "Prefix", backend: { service: { name: "not-here", port: { name: "use-annotation" } } } },
            { path: "/", path_type: "Prefix", backend: { service: { name: "api", port: { name: "http" } } } },
          ],
        },
      },
    ]);
  });

  test("keeps the quotes of its annotations in JSON and in HCL", () => {
    const ports = '[{\\"HTTP\\":80},{\\"HTTPS\\":443}]';
    expect(ingressOf(platform()).metadata.annotations["alb.ingress.kubernetes.io/listen-ports"]).toBe(`\${"${ports}"}`);
    expect(String(platform().toHclTerraform()["hcl"])).toContain(`"alb.ingress.kubernetes.io/listen-ports" = "\${"${ports}"}"`);
  });

  test("takes a certificate that Terraform makes", () => {
    const stack = platform({ tls: { kind: "certificate", certificateArn: "${aws_acm_certificate.api.arn}" } });
    expect(ingressOf(stack).metadata.annotations["alb.ingress.kubernetes.io/certificate-arn"]).toBe("${aws_acm_certificate.api.arn}");
  });
});
