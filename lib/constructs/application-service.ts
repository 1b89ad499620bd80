import { DataAwsIamPolicyDocument, type DataAwsIamPolicyDocumentStatement } from "@cdktf/provider-aws/lib/data-aws-iam-policy-document";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { Construct } from "constructs";
import { AwsAccount } from "./aws-account";
import type { IRoleHolder } from "./connection-settings";
import { ConstructError } from "./construct-error";
import type { IConnectable } from "./security-group";

/** Something of AWS that an application uses beside its database: a bucket, a queue, a cache. */
export interface IApplicationService {
  /** Where it is, as environment variables of the application. No secret is among them. */
  readonly environment: Readonly<Record<string, string>>;
  /** What the application may do with it. */
  readonly statements: readonly DataAwsIamPolicyDocumentStatement[];
  /**
   * The port that it listens on in the data subnets.
   * @default - it is reached by HTTPS, as AWS itself is
   */
  readonly port?: number;
  /**
   * Lets a server, a fleet or a cluster reach it over the network.
   * @default - it is reached by HTTPS, as AWS itself is
   */
  allowFrom?(peer: IConnectable): void;
}

/**
 * The environment variables of several services, and the region that they are in, which the SDKs of AWS ask for.
 *
 * @throws ConstructError that names a variable which two of them have.
 */
export function environmentOf(user: Construct, services: readonly IApplicationService[]): Readonly<Record<string, string>> {
  const environment: Record<string, string> = { AWS_REGION: AwsAccount.of(user).region };
  for (const [name, value] of services.flatMap((service) => Object.entries(service.environment))) {
    if (Object.hasOwn(environment, name)) throw new ConstructError(user, `two of the services that it uses have the variable ${name}.`, "Give one of them another name.");
    environment[name] = value;
  }
  return environment;
}

/**
 * Lets a server or a fleet reach services, and its role work with them.
 *
 * @returns the policy of the role, if it needs any
 */
export function letUse(user: IRoleHolder & IConnectable, services: readonly IApplicationService[], statements: readonly DataAwsIamPolicyDocumentStatement[] = []): readonly IamRolePolicy[] {
  for (const service of services) service.allowFrom?.(user);
  const statement = [...statements, ...services.flatMap((service) => service.statements)];
  if (statement.length === 0) return [];
  return [new IamRolePolicy(user, "services", { name: "services", role: user.roleName, policy: new DataAwsIamPolicyDocument(user, "may-use-services", { statement }).json })];
}
