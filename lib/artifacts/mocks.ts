import type { TerraformJson } from "../demand/synthesized";
import { expression, type HclBody, type HclValue } from "../render/hcl";

/** An account that nobody has. */
const ACCOUNT = "123456789012";

/** A block of a test file. */
export interface MockBlock {
  readonly type: "mock_provider" | "provider" | "override_data" | "override_resource";
  readonly labels: readonly string[];
  readonly body: HclBody;
}

/** Where JSON is due, a mocked word would not do. */
const DOCUMENTS: HclBody["blocks"] & object = { 'mock_data "aws_iam_policy_document"': [{ attributes: { defaults: { json: document("mock") } } }] };

/** Providers that compute all by themselves: as good as a mock, and their ephemeral resources work. */
const LOCAL = new Set(["random", "tls", "time", "null", "local", "terraform"]);

/**
 * What stands in for the cloud in a test of this stack. Providers are mocked. Terraform cannot mock a provider of which ephemeral
 * resources are used; such a one is given no credentials that work, and every data source that it would ask is overridden, so that
 * planning new resources, which asks nothing, is all that is left to do.
 *
 * @param told which data sources the assertions tell one from the other
 */
export function mocksOf(stack: TerraformJson, told: (address: string) => boolean): readonly MockBlock[] {
  const unmocked = new Set(Object.keys((stack["ephemeral"] ?? {}) as object).map(providerOf));
  const configured = (stack["provider"] ?? {}) as Readonly<Record<string, unknown>>;
  const required = ((stack["terraform"] as { readonly required_providers?: object } | undefined)?.required_providers ?? {}) as object;
  const providers = [...new Set([...Object.keys(configured), ...Object.keys(required)])].filter((name) => !LOCAL.has(name)).sort();
  return [
    ...providers.flatMap((name) => {
      const configs = [configured[name] ?? {}].flat() as Readonly<Record<string, unknown>>[];
      return configs.flatMap((config): MockBlock[] => {
        const alias = typeof config["alias"] === "string" ? { alias: config["alias"] } : {};
        if (!unmocked.has(name)) return [{ type: "mock_provider", labels: [name], body: { attributes: alias, blocks: name === "aws" ? DOCUMENTS : {} } }];
        return name === "aws" ? [{ type: "provider", labels: [name], body: { attributes: { ...alias, ...nowhere(config["region"]) } } }] : [];
      });
    }),
    ...dataOf(stack, unmocked, told),
  ];
}

/** A configuration of AWS that reaches nothing. */
function nowhere(region: unknown): Readonly<Record<string, HclValue>> {
  return {
    region: typeof region === "string" && !region.includes("${") ? region : "us-east-1",
    access_key: "mock",
    secret_key: "mock",
    skip_credentials_validation: true,
    skip_metadata_api_check: true,
    skip_region_validation: true,
    skip_requesting_account_id: true,
  };
}

function dataOf(stack: TerraformJson, unmocked: ReadonlySet<string>, told: (address: string) => boolean): readonly MockBlock[] {
  const data = (stack["data"] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const region = regionOf(stack);
  return Object.keys(data)
    .sort()
    .flatMap((type) =>
      Object.keys(data[type]!)
        .sort()
        .flatMap((id): MockBlock[] => {
          const values = type === "terraform_remote_state" ? { outputs: outputsOf(stack, id) } : valuesOf(type, id, region);
          const general = values === undefined || (type === "aws_iam_policy_document" && !told(`data.${type}.${id}`));
          if (general && !unmocked.has(providerOf(type))) return [];
          return [{ type: "override_data", labels: [], body: { attributes: { target: expression(`data.${type}.${id}`), values: values ?? {} } } }];
        }),
    );
}

/** What stacks compute with, where a mock would give an empty list, or a word where JSON is due. */
function valuesOf(type: string, id: string, region: string): HclValue | undefined {
  switch (type) {
    case "aws_availability_zones":
      return { names: ["a", "b", "c", "d"].map((zone) => `${region}${zone}`) };
    case "aws_caller_identity":
      return { account_id: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/mock` };
    case "aws_iam_policy_document":
      return { json: document(id) };
    case "aws_iam_session_context":
      return { issuer_arn: `arn:aws:iam::${ACCOUNT}:role/mock` };
    case "aws_partition":
      return { partition: "aws", dns_suffix: "amazonaws.com" };
    case "aws_region":
      return { id: region, name: region, region };
    case "aws_ami":
      return { id: "ami-0123456789abcdef0" };
    case "aws_ssm_parameter":
      return { value: "ami-0123456789abcdef0", insecure_value: "ami-0123456789abcdef0" };
    default:
      return undefined;
  }
}

function document(id: string): string {
  return JSON.stringify({ Version: "2012-10-17", Id: id, Statement: [] });
}

function regionOf(stack: TerraformJson): string {
  const provider = (stack["provider"] as Readonly<Record<string, unknown>> | undefined)?.["aws"];
  const region = ([provider ?? {}].flat() as Readonly<Record<string, unknown>>[])[0]?.["region"];
  return typeof region === "string" && !region.includes("${") ? region : "us-east-1";
}

/** The outputs of another stack that this one uses. */
function outputsOf(stack: TerraformJson, id: string): HclValue {
  const text = JSON.stringify(stack);
  const names = [...text.matchAll(new RegExp(`data\\.terraform_remote_state\\.${id}\\.outputs\\.([\\w-]+)`, "g"))].map(([, name = ""]) => name);
  return Object.fromEntries(
    [...new Set(names)].sort().map((name) => {
      const value = mockValue("output", id, name);
      return [name, text.includes(`base64decode(data.terraform_remote_state.${id}.outputs.${name})`) ? Buffer.from(value).toString("base64") : value];
    }),
  );
}

/** A value for an attribute that is known only after a real apply; another one for each attribute. */
export function mockValue(type: string, id: string, attribute: string): string {
  if (/(?:^|_)arn$/.test(attribute)) return `arn:aws:mock:us-east-1:${ACCOUNT}:${type}/${id}${attribute === "arn" ? "" : `/${attribute}`}`;
  // A text that is a number, too, is right for both.
  if (/version|port|count|number|size|capacity|index|ordinal/.test(attribute)) return "1";
  return `mock-${type}-${id}-${attribute}`;
}

function providerOf(type: string): string {
  return type.split("_")[0]!;
}
