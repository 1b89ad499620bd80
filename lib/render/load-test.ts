import { Faults, shown } from "./faults";
import { oneLine, type GeneratedHeader } from "./yaml";

export interface LoadTestProps {
  /** Where the file comes from: increment and criterion. */
  readonly header: GeneratedHeader;
  /** What is to hold, in the criterion's words. */
  readonly title: string;
  /** People who use the application at once, each with about a request a second. @default - 10, where no requests a second are given */
  readonly users?: number;
  /** Requests that come each second, however long the answers take. @default - as the users make them */
  readonly requestsPerSecond?: number;
  /** How long the requests of that share may take. @default [] - only that they succeed is looked at */
  readonly latencies?: readonly { readonly percentile: number; readonly milliseconds: number }[];
  /** Where it is sent, as in `https://api.example.com`. @default - whoever runs it says it, in BASE_URL */
  readonly baseUrl?: string;
  /** Paths that are asked for, in turn. @default ["/health"] */
  readonly paths?: readonly string[];
  /** Time for which the whole load is held. @default 5 */
  readonly minutes?: number;
  /** Share of requests that may fail. @default 1 */
  readonly failurePercent?: number;
}

/** What is used for whatever is not given. */
export const DEFAULTS = { latencies: [], paths: ["/health"], minutes: 5, failurePercent: 1 } as const;

/** Who comes where nobody is counted: enough for a percentile to mean something. */
const FEW_USERS = 10;

/** The options of a test, as k6 reads them: what is asked, and what must hold. */
export interface LoadTestOptions {
  readonly scenarios: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
}

/** @throws Error that names every value that cannot be used */
export function loadTestOptions(props: Omit<LoadTestProps, "header" | "title">): LoadTestOptions {
  const { users, requestsPerSecond, latencies, minutes, failurePercent } = check(props);
  const visiting = users ?? (requestsPerSecond === undefined ? FEW_USERS : undefined);
  return {
    scenarios: {
      ...(visiting === undefined
        ? {}
        : { users: { executor: "ramping-vus", exec: "visit", startVUs: 0, stages: [{ duration: "1m", target: visiting }, { duration: `${minutes}m`, target: visiting }, { duration: "30s", target: 0 }], gracefulRampDown: "30s" } }),
      ...(requestsPerSecond === undefined
        ? {}
        : { requests: { executor: "constant-arrival-rate", exec: "ask", rate: requestsPerSecond, timeUnit: "1s", duration: `${minutes}m`, preAllocatedVUs: requestsPerSecond, maxVUs: requestsPerSecond * 4 } }),
    },
    thresholds: {
      http_req_failed: [`rate<${failurePercent / 100}`],
      ...(latencies.length > 0 ? { http_req_duration: latencies.map(({ percentile, milliseconds }) => `p(${percentile})<${milliseconds}`) } : {}),
      // Requests that could not even be sent in time are not carried.
      ...(requestsPerSecond === undefined ? {} : { dropped_iterations: ["count==0"] }),
    },
  };
}

/**
 * The text of a load test for k6 (1.0 and newer): the load that a criterion states, held for some minutes, and the times and failures that it allows as
 * thresholds. k6 ends with an error when one is crossed.
 *
 * @throws Error that names every value that cannot be used
 *
 * Source: https://grafana.com/docs/k6/latest/using-k6/thresholds/
 */
export function loadTest(props: LoadTestProps): string {
  const { baseUrl, paths } = check(props);
  const literal = (value: unknown) => JSON.stringify(value, undefined, 2).replace(/[\u2028\u2029]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
  return `\
// Generated from ${oneLine(props.header.source)}.
// Do not edit: change the source and run \`${oneLine(props.header.regenerate)}\`.
//
// ${oneLine(props.title)}
import http from "k6/http";
import { check, sleep } from "k6";

export const options = ${literal(loadTestOptions(props))};

const BASE_URL = (__ENV.BASE_URL || ${literal(baseUrl ?? "")}).replace(/\\/+$/, "");
const PATHS = __ENV.PATHS ? __ENV.PATHS.split(",") : ${literal(paths)};

export function setup() {
  if (!/^https?:\\/\\//.test(BASE_URL)) throw new Error("Say where the application is, as in BASE_URL=https://api.example.com.");
}

/** One request, to one path after the other. */
export function ask() {
  const path = PATHS[(__VU + __ITER) % PATHS.length];
  const response = http.get(BASE_URL + path, { tags: { name: path } });
  check(response, { "is answered": ({ status }) => status >= 200 && status < 400 });
}

/** A person: a request, and a second of thought. */
export function visit() {
  ask();
  sleep(0.5 + Math.random());
}
`;
}

type Decided = LoadTestProps & Required<Pick<LoadTestProps, keyof typeof DEFAULTS>>;

function check(props: Omit<LoadTestProps, "header" | "title">): Omit<Decided, "header" | "title"> {
  const value = { ...DEFAULTS, ...(Object.fromEntries(Object.entries(props).filter(([, given]) => given !== undefined)) as typeof props) };
  const faults = new Faults("loadTest");
  const whole = (name: string, given: number | undefined, most: number) =>
    faults.unless(given === undefined || (Number.isInteger(given) && given >= 1 && given <= most), `${name} is ${shown(given)}: it must be a whole number from 1 to ${most}. Choose one.`);
  whole("users", value.users, 1_000_000_000);
  whole("requestsPerSecond", value.requestsPerSecond, 1_000_000_000);
  whole("minutes", value.minutes, 60);
  value.latencies.forEach(({ percentile, milliseconds }, index) => {
    faults.unless(percentile > 0 && percentile < 100, `latencies[${index}].percentile is ${shown(percentile)}: it must be more than 0 and less than 100. Choose one such as 95.`);
    faults.unless(Number.isFinite(milliseconds) && milliseconds > 0, `latencies[${index}].milliseconds is ${shown(milliseconds)}: it must be more than 0. Correct it.`);
  });
  faults.unless(value.failurePercent > 0 && value.failurePercent <= 100, `failurePercent is ${shown(value.failurePercent)}: it must be more than 0 and at most 100. Choose one.`);
  faults.unless(value.baseUrl === undefined || /^https?:\/\/[a-z0-9.-]+(:\d{1,5})?$/.test(value.baseUrl), `baseUrl is ${shown(value.baseUrl)}: it must be an address such as https://api.example.com. Correct it.`);
  faults.unless(value.paths.length > 0, "paths is []: nothing would be asked for. Name a path.");
  value.paths.forEach((path, index) => faults.unless(/^\/[\w./-]*$/.test(path), `paths[${index}] is ${shown(path)}: it must be an HTTP path such as /health. Correct it.`));
  faults.throwIfAny();
  return value;
}
