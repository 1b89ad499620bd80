import type { Evidence, Resource } from "./synthesized";

/** A platform that runs the application, as one that uses buckets, queues and the like. */
export interface User {
  /** For people: "the server". */
  readonly what: string;
  /** Whether the application finds the resource's place in its environment. */
  told(resource: Resource): boolean;
  /** Whether its role may do this with the resource. */
  allowed(resource: Resource, ...actions: readonly string[]): boolean;
  /** Whether its security group is let in by that of the resource, and may go there. */
  reaches(resource: Resource, port: number): boolean;
  /** What keeps the application from the role. */
  readonly hindrance?: string;
}

/** Every platform that runs the application: an older one may stand beside a newer one, and both use the same. */
export function usersOf(evidence: Evidence): readonly User[] {
  return [...server(evidence), ...fleet(evidence), ...pods(evidence)];
}

/** What none of them may lack, said for each that lacks it. */
export function unused(evidence: Evidence, resources: readonly Resource[], ...actions: readonly string[]): Readonly<Record<string, boolean>> {
  return Object.fromEntries(
    usersOf(evidence).flatMap((user) => [
      [`the application on ${user.what} is not told of it`, resources.every((resource) => user.told(resource))],
      [`the application on ${user.what} may not use it`, resources.every((resource) => user.allowed(resource, ...actions))],
      ...(user.hindrance === undefined || resources.length === 0 || actions.length === 0 ? [] : [[user.hindrance, false] as const]),
    ]),
  );
}

/** What lies in the network must be reached, too. */
export function reached(evidence: Evidence, resource: Resource, port: number): Readonly<Record<string, boolean>> {
  return Object.fromEntries(usersOf(evidence).map((user) => [`the application on ${user.what} does not reach it`, user.reaches(resource, port)]));
}

/** Whether it stands in the environment; an expression names it without braces of its own. */
function tells(environment: string | undefined): User["told"] {
  return (resource) => environment?.includes(`${resource.address}.`) === true;
}

function server(evidence: Evidence): readonly User[] {
  const instance = evidence.server();
  if (!instance) return [];
  const script = instance.text("user_data");
  const told = evidence.resources("aws_ssm_parameter").find((parameter) => script.includes(`'${String(parameter.get("name"))}'`));
  return [{ what: "the server", told: tells(told?.text("insecure_value")), allowed: allowedTo(evidence, roleBehind(evidence, instance)), reaches: reachesFrom(evidence, instance) }];
}

function fleet(evidence: Evidence): readonly User[] {
  const template = evidence.templateOf(evidence.fleet());
  if (!template) return [];
  const script = template.text("user_data");
  const told = evidence.resources("aws_ssm_parameter").find((parameter) => script.includes(`settings_parameter=${String(parameter.get("name"))}\\n`));
  return [
    {
      what: "the fleet",
      told: tells(told?.text("insecure_value")),
      allowed: allowedTo(evidence, roleBehind(evidence, template)),
      reaches: reachesFrom(evidence, template),
      // A container is the second hop to the credentials.
      ...(Number(template.get("metadata_options.http_put_response_hop_limit")) >= 2 ? {} : { hindrance: "containers of the fleet get no credentials" }),
    },
  ];
}

function pods(evidence: Evidence): readonly User[] {
  const deployment = evidence.deployment();
  const application = evidence.releases(/^argocd-apps$/)[0];
  if (!deployment && !application) return [];
  const environment = evidence.followed(deployment ? JSON.stringify(deployment.get("spec.template.spec.container.env") ?? "") : environmentIn(application?.text("values") ?? ""));
  const policies = evidence.resources("kubernetes_network_policy_v1").filter((policy) => policy.list("spec.policy_types").map(String).includes("Egress"));
  const association = evidence.resources("aws_eks_pod_identity_association").find((found) => found.get("service_account") === evidence.subject.service);
  const role = evidence.resources("aws_iam_role").find((found) => association?.refersTo(found));
  return [
    {
      what: "the cluster",
      told: tells(environment),
      allowed: allowedTo(evidence, role),
      reaches: (resource, port) => letIn(evidence, resource, port, evidence.cluster()) && (policies.length === 0 || policies.some((policy) => leadsTo(policy, port))),
    },
  ];
}

/** What the Application's values say of the environment, up to the end of that object. */
function environmentIn(values: string): string {
  return /\benvironment\\?"? ?[=:] ?\{((?:[^{}]|\$\{[^{}]*\})*)\}/.exec(values)?.[1] ?? "";
}

/** Whether a network policy lets pods go to that port. */
function leadsTo(policy: Resource, port: number): boolean {
  return policy.list("spec.egress").some((rule) => [rule["ports"]].flat().some((each) => Number((each as { port?: unknown } | undefined)?.port) === port));
}

/** From a machine: both ends are closed until opened. */
function reachesFrom(evidence: Evidence, machine: Resource): User["reaches"] {
  const own = evidence.resources("aws_security_group").find((group) => machine.refersTo(group));
  return (resource, port) =>
    letIn(evidence, resource, port, own) &&
    evidence.resources("aws_vpc_security_group_egress_rule").some((rule) => rule.refersTo(own, "security_group_id") && goesTo(evidence, rule, "referenced_security_group_id", resource) && rule.get("from_port") === port);
}

function letIn(evidence: Evidence, resource: Resource, port: number, from: Resource | undefined): boolean {
  return evidence
    .resources("aws_vpc_security_group_ingress_rule")
    .some((rule) => goesTo(evidence, rule, "security_group_id", resource) && rule.refersTo(from, "referenced_security_group_id") && rule.get("from_port") === port && rule.get("to_port") === port);
}

/** Whether a rule is about one of the resource's groups. */
function goesTo(evidence: Evidence, rule: Resource, path: string, resource: Resource): boolean {
  return evidence.resources("aws_security_group").some((group) => resource.refersTo(group) && rule.refersTo(group, path));
}

function roleBehind(evidence: Evidence, machine: Resource): Resource | undefined {
  const profile = evidence.resources("aws_iam_instance_profile").find((found) => machine.refersTo(found));
  return evidence.resources("aws_iam_role").find((found) => profile?.refersTo(found));
}

function allowedTo(evidence: Evidence, role: Resource | undefined): User["allowed"] {
  const policies = evidence.resources("aws_iam_role_policy").filter((policy) => role !== undefined && policy.refersTo(role, "role"));
  const documents = evidence.data("aws_iam_policy_document").filter((document) => policies.some((policy) => policy.refersTo(document, "policy")));
  const statements = documents.flatMap((document) => document.list("statement")).filter(({ effect }) => effect === undefined || effect === "Allow");
  return (resource, ...actions) =>
    actions.every((action) => statements.some((statement) => [statement["actions"]].flat().includes(action) && JSON.stringify(statement["resources"] ?? "").includes(`\${${resource.address}.`)));
}
