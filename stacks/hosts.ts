import type { Blueprint, Removable } from "../lib/blueprint/blueprint";
import type { RetentionDays } from "../lib/blueprint/retention";
import { composeApplication, serverApplication, serverName } from "../lib/blueprint/application";
import { watches } from "../lib/blueprint/monitoring";
import type { AlarmTopic } from "../lib/constructs/alarm-topic";
import type { IApplicationService } from "../lib/constructs/application-service";
import type { AuroraPostgres } from "../lib/constructs/aurora-postgres";
import { AvailabilityAlarms } from "../lib/constructs/availability-alarms";
import { Domain } from "../lib/constructs/domain";
import type { GithubDeployRole } from "../lib/constructs/github-deploy-role";
import { HostMonitoring } from "../lib/constructs/host-monitoring";
import { LoadBalancer } from "../lib/constructs/load-balancer";
import { MetricsHost } from "../lib/constructs/metrics-host";
import { PostgresInstance } from "../lib/constructs/postgres-instance";
import { ReadReplica } from "../lib/constructs/read-replica";
import { ServerFleet } from "../lib/constructs/server-fleet";
import { SingleServer } from "../lib/constructs/single-server";
import { guardOf } from "./guard";
import { tagIncrements } from "./increments";
import type { Shared, SharedDatabase } from "./shared";
import { topicOf } from "./topic";
import { endpointOf, zoneOf } from "./zone";

/**
 * The database, and the servers of the first two phases. A module of its own, loaded where they are demanded: the cluster's phase
 * alone need not pay for loading some sixty kinds of resources.
 */
export function addHosts(
  stack: Shared,
  blueprint: Blueprint,
  deployRole: GithubDeployRole | undefined,
  services: readonly IApplicationService[],
): SharedDatabase | undefined {
  const { settings } = blueprint;
  const { network, encryptionKey, resourceName: name } = stack;
  const topic = blueprint.alarms && topicOf(stack, blueprint);

  const database = addDatabase(stack, blueprint, topic);
  const aurora = addAurora(stack, blueprint, topic);
  const machines: { server?: SingleServer; fleet?: ServerFleet } = {};
  if (blueprint.server) {
    const { instanceType, rootVolumeGb } = blueprint.server.value;
    const server = new SingleServer(stack, "server", {
      name: serverName(settings),
      network,
      encryptionKey,
      application: serverApplication(blueprint),
      ...(instanceType === undefined ? {} : { instanceType }),
      ...(rootVolumeGb === undefined ? {} : { rootVolumeGb }),
      ...(database ? { database } : {}),
      ...(settings.domain && !blueprint.fleet ? { domain: settings.domain.name } : {}),
    });
    machines.server = server;
    if (services.length > 0) server.useServices(services);
    if (deployRole && blueprint.pipeline?.value.on === "server") server.allowDeploy(deployRole);
    tagIncrements(server, blueprint, blueprint.server);
    if (settings.domain && !blueprint.fleet) new Domain(stack, "domain", { domainName: settings.domain.name, zoneId: zoneOf(stack, settings.domain), target: { ipv4: server.publicIp } });
    if (topic) {
      const { objectivePercent: _objective, latencyTargets: _latency, ...thresholds } = blueprint.alarms!.value;
      const monitoring = new HostMonitoring(stack, "host-monitoring", { server, topic, encryptionKey, ...thresholds, ...keptFor(blueprint), ...(database ? { database } : {}) });
      tagIncrements(monitoring, blueprint, blueprint.alarms);
    }
  } else if (topic && database) {
    database.addAlarms(topic);
  }

  if (blueprint.fleet) {
    const { min, desired, max, cpuTargetPercent, instanceType } = blueprint.fleet.value;
    const application = composeApplication(blueprint);
    const measured = watches(blueprint.monitoring, "fleet", "prometheus");
    const edge = blueprint.cdn?.value.application ? (require("./edge") as typeof import("./edge")) : undefined;
    const loadBalancer = new LoadBalancer(stack, "load-balancer", {
      network,
      ...(edge ? edge.behindCloudFront(stack, blueprint, endpointOf(stack, blueprint)) : { endpoint: endpointOf(stack, blueprint), ...guardOf(stack, blueprint) }),
      name,
      targetPort: settings.service.port,
      healthCheckPath: settings.service.healthPath,
      ...protectionOf(blueprint, "fleet"),
      privatePaths: measured ? [settings.service.metricsPath] : [],
    });
    if (edge) edge.addEntryPoint(stack, blueprint, loadBalancer);
    const fleet = new ServerFleet(stack, "fleet", {
      network,
      loadBalancer,
      registry: stack.registry!,
      name,
      size: { min, desired, max },
      ...(cpuTargetPercent === undefined ? {} : { scaling: { cpuTargetPercent } }),
      ...(instanceType === undefined ? {} : { instanceType }),
      application,
      nodeExporter: measured,
      containersUseRole: services.some(({ statements }) => statements.length > 0),
      encryptionKey,
      ...keptFor(blueprint),
    });
    if (database) fleet.useDatabase(database);
    machines.fleet = fleet;
    if (services.length > 0) fleet.useServices(services);
    if (deployRole && blueprint.pipeline?.value.on === "fleet") fleet.allowDeploy(deployRole);
    tagIncrements(loadBalancer, blueprint, blueprint.fleet);
    tagIncrements(fleet, blueprint, blueprint.fleet);
    if (topic) {
      const { objectivePercent: objective, latencyTargets } = blueprint.alarms!.value;
      const availability = new AvailabilityAlarms(stack, "availability", { loadBalancer, topic, name, ...(objective === undefined ? {} : { objectivePercent: objective }), ...(latencyTargets ? { latencyTargets } : {}) });
      tagIncrements(availability, blueprint, blueprint.alarms);
      if (measured) {
        const host = new MetricsHost(stack, "metrics-host", {
          network,
          fleet,
          topic,
          name,
          encryptionKey,
          ...keptFor(blueprint),
          watch: { application: settings.service.name, applicationPort: settings.service.port, metricsPath: settings.service.metricsPath, availabilityPercent: availability.objectivePercent },
        });
        tagIncrements(host, blueprint, blueprint.monitoring);
      }
    }
  }
  if (blueprint.jobs) (require("./jobs") as typeof import("./jobs")).addScheduledCommands(stack, blueprint, machines);
  if (!database || !aurora) return database ?? aurora;
  // The application stays with the data that it has: Aurora begins empty. Who reaches the one reaches the other, so that the data can be moved.
  return {
    port: database.port,
    settings: database.settings,
    allowFrom: (peer) => {
      database.allowFrom(peer);
      aurora.allowFrom(peer);
    },
  };
}

/** How long logs are kept, where a criterion says so. */
function keptFor({ logs }: Blueprint): { readonly logRetentionDays?: RetentionDays } {
  return logs ? { logRetentionDays: logs.value.retentionDays as RetentionDays } : {};
}

/** No protection, where a criterion asks for that before it is removed. */
function protectionOf({ unprotected = [] }: Blueprint, ...things: readonly Removable[]): { readonly deletionProtection?: false } {
  return things.some((thing) => unprotected.includes(thing)) ? { deletionProtection: false } : {};
}

function addAurora(stack: Shared, blueprint: Blueprint, topic: AlarmTopic | undefined): AuroraPostgres | undefined {
  if (!blueprint.aurora) return undefined;
  const { network, encryptionKey, resourceName } = stack;
  const { engineVersion, instanceClass, backupRetentionDays, readReplicas, maxReadReplicas, readerCpuPercent } = blueprint.aurora.value;
  const { AuroraPostgres } = require("../lib/constructs/aurora-postgres") as typeof import("../lib/constructs/aurora-postgres");
  const aurora = new AuroraPostgres(stack, "aurora", {
    network,
    // Its own, whether it stands alone or beside an RDS instance: they must not change when that one comes or goes.
    name: `${resourceName}-aurora`,
    address: "aurora",
    encryptionKey,
    ...protectionOf(blueprint, "aurora"),
    backupRetentionDays,
    ...keptFor(blueprint),
    ...(engineVersion === undefined ? {} : { engineVersion }),
    ...(readReplicas === undefined ? {} : { readerCount: readReplicas }),
    ...(maxReadReplicas === undefined ? {} : { maxReaderCount: maxReadReplicas }),
    ...(readerCpuPercent === undefined ? {} : { readerCpuPercent }),
    ...(instanceClass === undefined ? {} : { capacity: { kind: "provisioned" as const, instanceClass } }),
  });
  if (topic) aurora.addAlarms(topic);
  tagIncrements(aurora, blueprint, blueprint.aurora);
  return aurora;
}

function addDatabase(stack: Shared, blueprint: Blueprint, topic: AlarmTopic | undefined): PostgresInstance | undefined {
  if (!blueprint.database) return undefined;
  const { network, encryptionKey, resourceName: name } = stack;
  const { readReplica, engineVersion, instanceClass, storageGb, backupRetentionDays, multiAz } = blueprint.database.value;
  const database = new PostgresInstance(stack, "database", {
    network,
    name,
    encryptionKey,
    multiAz,
    backupRetentionDays,
    ...protectionOf(blueprint, "database"),
    ...keptFor(blueprint),
    ...(engineVersion === undefined ? {} : { engineVersion }),
    ...(instanceClass === undefined ? {} : { instanceClass }),
    ...(storageGb === undefined ? {} : { storageGb }),
  });
  tagIncrements(database, blueprint, blueprint.database);
  if (readReplica) {
    const replica = new ReadReplica(stack, "read-replica", { source: database, network, ...protectionOf(blueprint, "read-replica", "database") });
    if (topic) replica.addAlarms(topic);
    tagIncrements(replica, blueprint, blueprint.database);
  }
  return database;
}
