import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import { imageFile } from "../lib/blueprint/application";
import type { Blueprint } from "../lib/blueprint/blueprint";
import { podTelemetry } from "../lib/blueprint/telemetry";
import { ArgoApplication } from "../lib/constructs/argo-application";
import { ArgoCd } from "../lib/constructs/argo-cd";
import { incrementOf } from "./increments";

/**
 * Argo CD, and the API as its application: it owns the Deployment, from the chart in Git. What only Terraform knows goes in as values.
 *
 * @returns the namespace of the API.
 */
export function addGitops(
  stack: Construct,
  blueprint: Blueprint,
  repositoryUrl: string,
  { environment, environmentSecrets }: { readonly environment: Readonly<Record<string, string>>; readonly environmentSecrets: readonly string[] },
): ITerraformDependable {
  const { settings } = blueprint;
  const { service, gitops } = settings;
  const { podLabels } = podTelemetry(blueprint);
  // The credentials are read from Secrets Manager in each run, and written to the cluster without passing through the state.
  if (gitops.credentialsSecretId !== undefined) new AwsProvider(stack, "aws", { region: settings.region });
  const argoCd = new ArgoCd(stack, "argo-cd", { highAvailability: gitops.highAvailability, ...incrementOf(blueprint.gitops, blueprint) });
  const application = new ArgoApplication(stack, "api", {
    argoCd,
    name: service.name,
    namespace: service.namespace,
    partOf: settings.project,
    repoUrl: `https://github.com/${settings.repository}.git`,
    path: gitops.path ?? `charts/${service.name}`,
    imageFile: imageFile(settings),
    revision: blueprint.pipeline?.value.branch ?? settings.branch,
    // The Ingress is Terraform's: it knows the certificate, and which Secrets there are.
    values: { ...(podLabels ? { podLabels } : {}), image: { repository: repositoryUrl }, ...(Object.keys(environment).length > 0 ? { environment } : {}), environmentSecrets, ingress: { enabled: false } },
    ...(gitops.credentialsSecretId === undefined ? {} : { credentials: { secretId: gitops.credentialsSecretId, revision: gitops.credentialsRevision ?? 1 } }),
    selfHeal: gitops.selfHeal,
    prune: gitops.prune,
    syncWindows: gitops.syncWindows,
    behindLoadBalancer: blueprint.ingress !== undefined,
    ...incrementOf(blueprint.gitops, blueprint),
  });
  return application.namespace!;
}
