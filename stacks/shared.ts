import type { Construct } from "constructs";
import type { IRegistry } from "../lib/constructs/container-registry";
import type { EncryptionKey } from "../lib/constructs/encryption-key";
import type { Network } from "../lib/constructs/network";
import type { IConnectable } from "../lib/constructs/security-group";
import type { ApiIngressProps } from "../lib/render/api-ingress";

/** What everything on AWS is built upon: the scope, and what stands in it before servers, clusters and databases. */
export interface Shared extends Construct {
  /** First part of the names of all that has no name of its own. */
  readonly resourceName: string;
  readonly encryptionKey: EncryptionKey;
  readonly network: Network;
  readonly registry?: IRegistry;
}

/** A database, whichever it is, as applications see it. */
export interface SharedDatabase {
  readonly port: number;
  readonly settings: { readonly secretArn: string };
  allowFrom(peer: IConnectable): void;
}

/** What the controllers on a cluster need to know of AWS. */
export interface Surroundings {
  /** How the ingress does TLS, for which name, and what guards it. */
  readonly ingress: Pick<ApiIngressProps, "tls" | "host" | "webAclArn">;
  /** The zone of that name; absent where there is no name, or its zone is not known. */
  readonly hostedZoneId?: string;
  readonly publicCidrs: readonly string[];
  readonly dataCidrs: readonly string[];
  readonly database?: SharedDatabase;
}

/** What the application's pods are told of what they use beside the database. */
export interface PodServices {
  readonly environment: Readonly<Record<string, string>>;
  /** Ports in the data subnets that they go to. */
  readonly ports: readonly number[];
}
