import { Release } from "@cdktf/provider-helm/lib/release";
import { Lazy, Token, Tokenization, type IResolveContext, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { expression, hclExpression, hclString, hclTemplate, type HclValue } from "../render/hcl";

/** A chart of a repository, pinned, or a chart in a directory. */
export type ChartSource =
  | { readonly repository: string; readonly name: string; readonly version: string }
  | { readonly path: string };

export interface HelmReleaseProps {
  readonly name: string;
  readonly namespace: string;
  readonly chart: ChartSource;
  /** The chart's values; strings may contain tokens. */
  readonly values: { readonly [key: string]: HclValue };
  /** Time for everything to become ready. @default 600 */
  readonly timeoutSeconds?: number;
  /** @default - none */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** What is used for whatever is not given. */
export const DEFAULTS = { timeoutSeconds: 600 } as const;

/**
 * A Helm release that either is ready or is not there: it waits for its objects, and a failed installation or upgrade is
 * undone, so that the next apply starts from a known state.
 *
 * The values are written as one `yamlencode(…)`, which says the same in JSON and in HCL whatever the strings contain.
 *
 * @example
 * new HelmRelease(this, "metrics-server", {
 *   name: "metrics-server", namespace: "kube-system",
 *   chart: { repository: "https://kubernetes-sigs.github.io/metrics-server/", name: "metrics-server", version: "3.13.1" },
 *   values: { replicas: 2 },
 * });
 */
export class HelmRelease extends Construct {
  readonly release: Release;

  constructor(scope: Construct, id: string, props: HelmReleaseProps) {
    super(scope, id);
    const { name, namespace, chart, values, dependsOn } = props;
    this.release = new Release(this, "Default", {
      name,
      namespace,
      ...("path" in chart
        ? { chart: chart.path, dependencyUpdate: false }
        : { repository: chart.repository, chart: chart.name, version: chart.version }),
      values: [terraformYaml(values)],
      atomic: true,
      cleanupOnFail: true,
      wait: true,
      timeout: props.timeoutSeconds ?? DEFAULTS.timeoutSeconds,
      maxHistory: 5,
      ...(dependsOn ? { dependsOn: [...dependsOn] } : {}),
    });
  }
}

/** `${yamlencode(…)}` of the value. */
export function terraformYaml(value: HclValue): string {
  return encoded("yamlencode", value);
}

/** `${jsonencode(…)}` of the value: `Fn.jsonencode` of cdktf 0.21 does not escape quotes within strings. */
export function terraformJson(value: HclValue): string {
  return encoded("jsonencode", value);
}

function encoded(encode: "jsonencode" | "yamlencode", value: HclValue): string {
  const text = (from: HclValue) => `\${${encode}(${hclExpression(from)})}`;
  // cdktf takes a token between `${` and `}` for a part of an expression, and leaves out its braces even within quotes.
  // So tokens are resolved first, each on its own, and put between the quoted pieces.
  return hasTokens(value) ? Lazy.stringValue({ produce: (context) => text(resolved(value, context)) }) : text(value);
}

function hasTokens(value: HclValue): boolean {
  if (typeof value !== "object" || value === null) return Token.isUnresolved(value);
  return (Array.isArray(value) ? value : Object.values(value)).some(hasTokens);
}

/** The value with every string that contains tokens as an expression, in which all but the tokens is quoted. */
function resolved(value: HclValue, context: IResolveContext): HclValue {
  if (typeof value === "string") return Token.isUnresolved(value) ? expression(quotedAround(value, context)) : value;
  if (typeof value === "number" && Token.isUnresolved(value)) return expression(hclTemplate(String(context.resolve(value))));
  if (Array.isArray(value)) return (value as readonly HclValue[]).map((each) => resolved(each, context));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, resolved(member, context)]));
}

function quotedAround(text: string, context: IResolveContext): string {
  let quoted = "";
  const add = (piece: string) => {
    quoted += Token.isUnresolved(piece) ? String(context.resolve(piece)) : hclString(piece).slice(1, -1);
  };
  const fragments = Tokenization.reverseString(text);
  if (fragments.length === 1) add(text);
  else {
    fragments.join({
      join(left: string | undefined, right: string) {
        if (left !== undefined) add(left);
        add(right);
        return undefined;
      },
    });
  }
  return `"${quoted}"`;
}
