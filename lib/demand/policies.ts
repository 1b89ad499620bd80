import type { Evidence, Resource } from "./synthesized";

/** Whether the policy of a bucket or a queue refuses what does not come by TLS. */
export function refusesPlainHttp(evidence: Evidence, policy: Resource): boolean {
  const document = evidence.data("aws_iam_policy_document").find((found) => policy.refersTo(found, "policy"));
  const statements = document?.list("statement") ?? [];
  return statements.some(({ effect, condition }) => effect === "Deny" && [condition].flat().some((each) => (each as { variable?: string } | undefined)?.variable === "aws:SecureTransport" && JSON.stringify(each).includes('"false"')));
}
