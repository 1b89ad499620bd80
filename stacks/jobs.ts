import type { Construct } from "constructs";
import { composeApplication, serverApplication } from "../lib/blueprint/application";
import type { Blueprint } from "../lib/blueprint/blueprint";
import type { KubernetesApplication } from "../lib/constructs/kubernetes-application";
import { KubernetesCronJob } from "../lib/constructs/kubernetes-cron-job";
import { type CommandTarget, ScheduledCommand } from "../lib/constructs/scheduled-command";
import type { ServerFleet } from "../lib/constructs/server-fleet";
import type { SingleServer } from "../lib/constructs/single-server";
import { tagIncrements } from "./increments";
import type { Shared } from "./shared";

/** The jobs that run on the machines of the application. */
export function addScheduledCommands(stack: Shared, blueprint: Blueprint, machines: { readonly server?: SingleServer; readonly fleet?: ServerFleet }): void {
  for (const { name, command, schedule, expression, on } of blueprint.jobs?.value ?? []) {
    const target = targetOf(blueprint, on, machines);
    if (!target || expression === undefined) continue;
    const job = new ScheduledCommand(stack, `job-${name}`, { name, command, expression, timeZone: schedule.timeZone, prefix: `${stack.resourceName}-job`, encryptionKey: stack.encryptionKey, target });
    tagIncrements(job, blueprint, blueprint.jobs);
  }
}

function targetOf(blueprint: Blueprint, on: string, { server, fleet }: { readonly server?: SingleServer; readonly fleet?: ServerFleet }): CommandTarget | undefined {
  if (on === "server" && server) return { kind: "server", server, application: serverApplication(blueprint) };
  return on === "fleet" && fleet ? { kind: "fleet", fleet, service: composeApplication(blueprint).service } : undefined;
}

/** The jobs that run on the cluster, where Terraform has the Deployment; with Argo CD they stand in the chart. */
export function addCronJobs(stack: Construct, blueprint: Blueprint, api: KubernetesApplication): void {
  for (const { name, command, schedule, on } of blueprint.jobs?.value ?? []) {
    if (on !== "cluster") continue;
    new KubernetesCronJob(stack, `job-${name}`, { application: api.model, name, command, schedule: schedule.cron, timeZone: schedule.timeZone, dependsOn: [api.namespace, api.serviceAccount] });
  }
}
