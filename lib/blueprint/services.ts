import { STORAGE_CLASSES } from "../demand/storage-classes";
import { choice, present, type About, type Asked } from "./asked";
import type { Blueprint, ObjectStorageChoice } from "./blueprint";
import { chooseCache } from "./cache";
import { chooseQueues } from "./queues";

/** What the application may use of AWS beside its database. */
export type Services = Pick<Blueprint, "cache" | "objectStorage" | "queues">;

/** Whether the application uses anything of AWS beside its database. */
export function usesServices({ cache, objectStorage, queues }: Services): boolean {
  return [cache, objectStorage, queues].some((service) => service !== undefined);
}

/** What the application uses beside its database. */
export function chooseServices(asked: Asked, { shared }: { readonly shared: boolean }): Services {
  const onBuckets: About = (demand) => demand.kind === "object-storage" && demand.parameters.holds === undefined;
  const buckets = asked.of(onBuckets, "object-storage");
  return present({
    objectStorage: choice(buckets.length > 0, buckets, () => chooseObjectStorage(asked, onBuckets)),
    cache: chooseCache(asked, shared),
    queues: chooseQueues(asked),
  });
}

/** "Retained for 90 days" is no word for deleting: only what says so is. */
const deletes: About = (demand) => demand.kind === "object-storage" && demand.parameters.holds === undefined && demand.parameters.expires === true;

function chooseObjectStorage(asked: Asked, about: About): ObjectStorageChoice {
  const { buckets: named, corsOrigins } = asked.settings.objectStorage;
  const count = Math.max(1, named.length, ...most(asked, about, "buckets"));
  const names = Array.from({ length: count }, (_, index) => named[index] ?? (index === 0 ? "files" : `files-${index + 1}`));
  const transitionDays = asked.stated<number>("object-storage", "transitionDays", about);
  const storageClass = STORAGE_CLASSES[asked.stated<keyof typeof STORAGE_CLASSES>("object-storage", "storageClass", about) ?? "infrequent-access"];
  const expireDays = asked.stated<number>("object-storage", "retentionDays", deletes);
  const last = asked.of(about, "object-storage").at(-1);
  if (transitionDays !== undefined && storageClass === "STANDARD_IA" && transitionDays < 30) {
    asked.fault(last, {
      message: `object-storage is asked to move objects to infrequent access after ${transitionDays} days, which S3 does after 30 at the earliest.`,
      remedy: "Write 30 days or more, or Glacier Instant Retrieval, which takes them on any day.",
    });
  }
  if (transitionDays !== undefined && expireDays !== undefined && expireDays <= transitionDays) {
    asked.fault(last, {
      message: `object-storage is asked to move objects after ${transitionDays} days and to delete them after ${expireDays}.`,
      remedy: "Let them be deleted later than they are moved.",
    });
  }
  const fromBrowsers = asked.stated<true>("object-storage", "cors", about) === true;
  return {
    buckets: names,
    ...present({ transitionDays, expireDays, ...(transitionDays === undefined ? {} : { storageClass }) }),
    corsOrigins: !fromBrowsers ? [] : corsOrigins.length > 0 ? corsOrigins : asked.settings.domain ? [`https://${asked.settings.domain.name}`] : [],
  };
}

/** The numbers that criteria state: of several, each may be met by the most, and none contradicts another. */
function most({ all }: Asked, about: About, parameter: string): readonly number[] {
  return all.filter(({ demand }) => about(demand)).map(({ demand }) => (demand.parameters as Readonly<Record<string, unknown>>)[parameter]).filter((value): value is number => typeof value === "number");
}
