import { TerraformStack, Testing } from "cdktf";
import { TraceCollector, TraceCollectorRole } from "../../lib/constructs/trace-collector";
import { awsStack, resourceOf, resourcesOf } from "../support/synth";

describe("TraceCollectorRole", () => {
  test("gives traces to X-Ray and reads none, as the collector's service account", () => {
    const stack = awsStack();
    new TraceCollectorRole(stack, "trace-collector-role", { cluster: { clusterName: "shop-prod" } });
    expect(resourceOf(stack, "aws_eks_pod_identity_association")).toMatchObject({ cluster_name: "shop-prod", namespace: "tracing", service_account: "otel-collector" });
    const actions = resourcesOf(stack, "aws_iam_policy_document", "data").flatMap(({ statement }) => statement).flatMap((statement) => statement.actions);
    expect(actions.filter((action) => !action.startsWith("sts:"))).toEqual(["xray:PutTelemetryRecords", "xray:PutTraceSegments"]);
    expect(resourceOf(stack, "aws_iam_role")["name"]).toBe("test-trace-collector-role");
  });
});

describe("TraceCollector", () => {
  test("installs the pinned chart into a namespace of its own, whose pods are restricted", () => {
    const stack = new TerraformStack(Testing.app(), "production-platform");
    new TraceCollector(stack, "trace-collector", { region: "eu-central-1", from: ["shop"] });
    const { helm_release, kubernetes_namespace_v1 } = JSON.parse(Testing.synth(stack)).resource;
    const [release] = Object.values<any>(helm_release);
    expect(release).toMatchObject({
      name: "otel-collector",
      namespace: "tracing",
      repository: "https://open-telemetry.github.io/opentelemetry-helm-charts",
      chart: "opentelemetry-collector",
      version: "0.170.0",
    });
    // Read by the collector when it starts, not by Terraform.
    expect(release.values[0]).toContain('"endpoint" = "$${env:MY_POD_IP}:4318"');
    expect(Object.values<any>(kubernetes_namespace_v1)[0].metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "restricted" });
  });
});
