import { choice, type Asked } from "./asked";
import type { Blueprint, Chosen, FirewallChoice } from "./blueprint";

/** WAF counts over so many minutes and over no others. */
const WINDOWS = [1, 2, 5, 10];

/** AWS' own example, and many times what a person does. */
const RATE = { requests: 2000, windowMinutes: 5 } as const;

/** WAF, where there is a load balancer for it to stand before. */
export function chooseFirewall(asked: Asked, { fleet, ingress }: Pick<Blueprint, "fleet" | "ingress">): Chosen<FirewallChoice> | undefined {
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
  return choice(because.length > 0 && (fleet !== undefined || ingress !== undefined), because, () => ({
    requests: requests ?? RATE.requests,
    windowMinutes: (requests === undefined ? RATE.windowMinutes : (windowMinutes ?? RATE.windowMinutes)) as FirewallChoice["windowMinutes"],
  }));
}
