import type { Construct } from "constructs";
import type { ContainerRegistry } from "../lib/constructs/container-registry";
import type { EncryptionKey } from "../lib/constructs/encryption-key";
import type { Network } from "../lib/constructs/network";

/** What everything on AWS is built upon: the scope, and what stands in it before servers, clusters and databases. */
export interface Shared extends Construct {
  /** First part of the names of all that has no name of its own. */
  readonly resourceName: string;
  readonly encryptionKey: EncryptionKey;
  readonly network: Network;
  readonly registry?: ContainerRegistry;
}
