import { choice, type Asked } from "./asked";
import type { Blueprint, CdnChoice, Chosen, FirewallChoice } from "./blueprint";

/** WAF counts over so many minutes and over no others. */
const WINDOWS = [1, 2, 5, 10];

/** AWS' own example, and many times what a person does. */
const RATE = { requests: 2000, windowMinutes: 5 } as const;

/**
 * CloudFront before the application, where it runs behind a load balancer that Terraform makes and has a domain for both certificates; otherwise before a bucket of
 * files, unless the application is asked for.
 */
export function chooseCdn(asked: Asked, { fleet }: Pick<Blueprint, "fleet">): Chosen<CdnChoice> | undefined {
  const because = asked.because("cdn");
  const says = (parameter: string, value: unknown) => asked.of(({ parameters }) => (parameters as Readonly<Record<string, unknown>>)[parameter] === value, "cdn").length > 0;
  const possible = fleet !== undefined && asked.settings.domain !== undefined;
  const nothingSaid = !says("origin", "assets") && !says("origin", "application");
  const application = possible && (nothingSaid || says("origin", "application"));
  const assets = says("origin", "assets") || (nothingSaid && !possible);
  return choice(because.length > 0 && (assets || application), because, () => ({ assets, application, indexForAll: says("indexForAll", true) }));
}

/** WAF, where there is a load balancer or a distribution for it to stand before. */
export function chooseFirewall(asked: Asked, { fleet, ingress, cdn }: Pick<Blueprint, "fleet" | "ingress" | "cdn">): Chosen<FirewallChoice> | undefined {
  const because = asked.because("waf");
  const perMinute = asked.stated<number>("waf", "requestsPerMinute");
  const requests = perMinute ?? asked.stated<number>("waf", "requests");
  const windowMinutes = perMinute !== undefined ? 1 : asked.stated<number>("waf", "minutes");
  if ((windowMinutes !== undefined && !WINDOWS.includes(windowMinutes)) || (requests !== undefined && requests < 10)) {
    asked.fault(because.at(-1), {
      message: `one address is to make at most ${requests ?? RATE.requests} requests in ${windowMinutes ?? RATE.windowMinutes} minutes; WAF counts at least 10, over 1, 2, 5 or 10 minutes.`,
      remedy: "State the limit for one of these times, as in `100 requests per 5 minutes`.",
    });
  }
  if (because.length > 0 && cdn && asked.settings.region !== "us-east-1") {
    asked.fault(because.at(-1), {
      message: `CloudFront is to be guarded by WAF, which then lies in us-east-1 with its logs and their key; this environment is in ${asked.settings.region}.`,
      remedy: "Set context.phaseline.region to us-east-1, or leave out either CloudFront or WAF.",
    });
  }
  return choice(because.length > 0 && (fleet !== undefined || ingress !== undefined || cdn !== undefined), because, () => ({
    requests: requests ?? RATE.requests,
    windowMinutes: (requests === undefined ? RATE.windowMinutes : (windowMinutes ?? RATE.windowMinutes)) as FirewallChoice["windowMinutes"],
  }));
}
