import { awsLoadBalancerControllerValues, DEFAULTS, type AwsLoadBalancerControllerProps } from "../../lib/render/aws-load-balancer-controller";
import { documentedDefaults } from "../support/documented-defaults";

const names = { clusterName: "shop-prod", vpcId: "vpc-1", region: "eu-central-1", serviceAccount: "aws-load-balancer-controller" };
const values = (props: AwsLoadBalancerControllerProps = {}) => awsLoadBalancerControllerValues(props, names) as any;

describe("awsLoadBalancerControllerValues", () => {
  test("tells it where it is, which nodes do not", () => {
    expect(values()).toMatchObject({ clusterName: "shop-prod", region: "eu-central-1", vpcId: "vpc-1" });
  });

  test("has no webhook that would stop every Service or Ingress while it is away", () => {
    expect(values()).toMatchObject({ enableServiceMutatorWebhook: false, webhookConfig: { disableIngressValidation: true } });
  });

  test("keeps its certificate, so that an upgrade which changes nothing changes nothing", () => {
    expect(values().keepTLSSecret).toBe(true);
  });

  test("sends requests straight to pods", () => {
    expect(values()).toMatchObject({ defaultTargetType: "ip", ingressClass: "alb", createIngressClassResource: true });
  });

  test("tags what it makes", () => {
    expect(values({ tags: { Environment: "production" } }).defaultTags).toEqual({ Environment: "production" });
    expect(values({ tags: {} })).not.toHaveProperty("defaultTags");
  });

  test("has no disruption budget for a single pod, which could then never be moved", () => {
    expect(values().podDisruptionBudget).toEqual({ maxUnavailable: 1 });
    expect(values({ replicas: 1 })).not.toHaveProperty("podDisruptionBudget");
  });

  test("throws, with all that is wrong, when values cannot be used", () => {
    expect(() => values({ replicas: 9, ingressClass: "ALB" })).toThrow(
      new Error(
        [
          "awsLoadBalancerController: 2 values cannot be used.",
          "  - replicas is 9: it must be a whole number from 1 to 5. Choose one.",
          '  - ingressClass is "ALB": it must be 1 to 63 lower-case letters, digits and hyphens. Rename it.',
        ].join("\n"),
      ),
    );
  });

  test("documents each default as the code has it", () => {
    expect(documentedDefaults("lib/render/aws-load-balancer-controller.ts", "AwsLoadBalancerControllerProps")).toEqual(DEFAULTS);
  });
});
