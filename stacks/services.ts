import type { Blueprint } from "../lib/blueprint/blueprint";
import type { RetentionDays } from "../lib/blueprint/retention";
import { environmentOf, type IApplicationService } from "../lib/constructs/application-service";
import { ControllerRole } from "../lib/constructs/controller-role";
import type { KubernetesCluster } from "../lib/constructs/kubernetes-cluster";
import { ObjectStore } from "../lib/constructs/object-store";
import { WorkQueue } from "../lib/constructs/work-queue";
import { tagIncrements } from "./increments";
import type { PodServices, Shared } from "./shared";
import { topicOf } from "./topic";

/** What the application uses beside its database. A module of its own, loaded where that is demanded. */
export function addServices(stack: Shared, blueprint: Blueprint): readonly IApplicationService[] {
  return [...addBuckets(stack, blueprint), ...addQueues(stack, blueprint), ...addCache(stack, blueprint)];
}

function addBuckets(stack: Shared, blueprint: Blueprint): readonly IApplicationService[] {
  if (!blueprint.objectStorage) return [];
  const { buckets, corsOrigins, ...ages } = blueprint.objectStorage.value;
  return buckets.map((holds) => {
    const bucket = new ObjectStore(stack, `${holds}-bucket`, {
      name: stack.resourceName,
      holds,
      encryptionKey: stack.encryptionKey,
      ...ages,
      ...(corsOrigins.length > 0 ? { cors: { origins: corsOrigins } } : {}),
    });
    tagIncrements(bucket, blueprint, blueprint.objectStorage);
    return bucket;
  });
}

function addQueues(stack: Shared, blueprint: Blueprint): readonly IApplicationService[] {
  const { queues, beside, settings } = blueprint;
  return (queues?.value ?? []).map(({ name, fifo, alarmMessages, ...numbers }) => {
    const kind = fifo ? "queue-fifo" : "queue";
    const queue = new WorkQueue(stack, name === undefined ? kind : `queue-${name}`, {
      // A name that a criterion gives is the first environment's.
      name: name === undefined ? `${stack.resourceName}-${kind}` : beside ? `${name}-${settings.environment}` : name,
      address: name ?? kind,
      ...(name === undefined ? {} : { variable: `${name.replace(/-queue$/, "").toUpperCase().replace(/-/g, "_")}_QUEUE_URL` }),
      fifo,
      encryptionKey: stack.encryptionKey,
      ...numbers,
    });
    if (blueprint.alarms) queue.addAlarms(topicOf(stack, blueprint), alarmMessages === undefined ? {} : { messages: alarmMessages });
    tagIncrements(queue, blueprint, queues);
    return queue;
  });
}

function addCache(stack: Shared, blueprint: Blueprint): readonly IApplicationService[] {
  if (!blueprint.cache) return [];
  const { RedisCache } = require("../lib/constructs/redis-cache") as typeof import("../lib/constructs/redis-cache");
  const { network, encryptionKey, resourceName } = stack;
  const cache = new RedisCache(stack, "cache", {
    network,
    // ElastiCache takes 40 characters, some of them for its nodes.
    name: `${resourceName.slice(0, 28).replace(/-+$/, "")}-cache`,
    encryptionKey,
    access: blueprint.settings.cache.access,
    ...(blueprint.logs ? { logRetentionDays: blueprint.logs.value.retentionDays as RetentionDays } : {}),
    ...blueprint.cache.value,
  });
  if (blueprint.alarms) cache.addAlarms(topicOf(stack, blueprint));
  tagIncrements(cache, blueprint, blueprint.cache);
  return [cache];
}

/** Lets the pods of the application use them, and nobody else on the cluster: by a role of its service account. */
export function letPodsUse(stack: Shared, cluster: KubernetesCluster, blueprint: Blueprint, services: readonly IApplicationService[]): PodServices {
  const { service } = blueprint.settings;
  const statements = services.flatMap((each) => each.statements);
  if (statements.length > 0) {
    const role = new ControllerRole(stack, "application-role", {
      cluster,
      name: `${stack.resourceName}-application`,
      description: `Lets ${service.name} use its buckets, queues and caches`,
      namespace: service.namespace,
      serviceAccount: service.name,
      statements,
    });
    tagIncrements(role, blueprint, blueprint.objectStorage ?? blueprint.queues ?? blueprint.cache);
  }
  for (const each of services) each.allowFrom?.({ securityGroup: { securityGroupId: cluster.clusterSecurityGroupId, groupName: `${stack.resourceName}-cluster` } });
  return { environment: environmentOf(stack, services), ports: [...new Set(services.flatMap(({ port }) => port ?? []))] };
}
