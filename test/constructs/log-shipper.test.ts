import { TerraformStack, Testing } from "cdktf";
import { LogShipper, PodLogs } from "../../lib/constructs/log-shipper";
import { awsStack, resourceOf, resourcesOf } from "../support/synth";

const cluster = { clusterName: "shop-prod" };
const encryptionKey = { keyArn: "arn:key" } as any;

describe("PodLogs", () => {
  test("is an encrypted log group, to which the service account of Fluent Bit may write, and nothing else", () => {
    const stack = awsStack();
    new PodLogs(stack, "pod-logs", { cluster, encryptionKey, logGroupName: "/aws/eks/shop-prod/pods", retentionDays: 30 });
    expect(resourceOf(stack, "aws_cloudwatch_log_group")).toMatchObject({ name: "/aws/eks/shop-prod/pods", kms_key_id: "arn:key", retention_in_days: 30 });
    expect(resourceOf(stack, "aws_eks_pod_identity_association")).toMatchObject({ cluster_name: "shop-prod", namespace: "logging", service_account: "fluent-bit" });
    const statements = resourcesOf(stack, "aws_iam_policy_document", "data").flatMap(({ statement }) => statement).filter(({ actions }) => !actions.includes("sts:AssumeRole"));
    expect(statements).toEqual([
      { sid: "WriteLogs", actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], resources: [expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.[\w-]+\.arn\}:\*$/)] },
    ]);
  });

  test("forgets after a year unless told otherwise", () => {
    const stack = awsStack();
    new PodLogs(stack, "pod-logs", { cluster, encryptionKey, logGroupName: "/pods" });
    expect(resourceOf(stack, "aws_cloudwatch_log_group")["retention_in_days"]).toBe(365);
    expect(resourceOf(stack, "aws_iam_role")["name"]).toBe("test-pod-logs");
  });
});

describe("LogShipper", () => {
  test("installs the pinned chart into a namespace of its own, with the role's service account", () => {
    const stack = new TerraformStack(Testing.app(), "production-platform");
    new LogShipper(stack, "log-shipper", { logGroupName: "/aws/eks/shop-prod/pods", region: "eu-central-1" });
    const { helm_release, kubernetes_namespace_v1 } = JSON.parse(Testing.synth(stack)).resource;
    const [release] = Object.values<any>(helm_release);
    expect(release).toMatchObject({ name: "fluent-bit", namespace: "logging", repository: "https://fluent.github.io/helm-charts", chart: "fluent-bit", version: "0.58.1" });
    expect(release.values[0]).toContain('"serviceAccount" = {"create" = true, "name" = "fluent-bit"}');
    expect(release.depends_on).toEqual([expect.stringMatching(/^kubernetes_namespace_v1\./)]);
    expect(Object.values<any>(kubernetes_namespace_v1)[0].metadata.labels).toMatchObject({ "pod-security.kubernetes.io/enforce": "privileged" });
  });
});
