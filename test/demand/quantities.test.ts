import fc from "fast-check";
import { branch, cidrs, clock, countOf, durations, inDays, inGb, inSeconds, instanceTypes, money, percentages, ports, range, regions, sizes, toNumber, versionOf } from "../../lib/demand/quantities";
import { fold } from "../../lib/demand/text";

const count = fc.integer({ min: 1, max: 999 });

describe("ranges", () => {
  const pairs: readonly ((min: number, max: number) => string)[] = [
    (min, max) => `${min}-${max}`, (min, max) => `(${min}-${max} pods)`, (min, max) => `${min}–${max}`, (min, max) => `${min}..${max}`, (min, max) => `${min} to ${max}`, (min, max) => `from ${min} to ${max}`, (min, max) => `from ${min} up to ${max} pods`,
    (min, max) => `from ${min} pods to ${max} pods`, (min, max) => `between ${min} and ${max}`, (min, max) => `min ${min} max ${max}`, (min, max) => `min ${min}, max ${max}`, (min, max) => `min: ${min}, max: ${max}`, (min, max) => `min=${min} max=${max}`,
    (min, max) => `minReplicas: ${min}, maxReplicas: ${max}`, (min, max) => `a minimum of ${min} and a maximum of ${max}`, (min, max) => `maximum ${max}, minimum ${min}`, (min, max) => `at least ${min} and at most ${max}`, (min, max) => `at least ${min}, up to ${max}`,
    (min, max) => `${min} min / ${max} max`, (min, max) => `zwischen ${min} und ${max}`, (min, max) => `von ${min} bis ${max}`, (min, max) => `entre ${min} y ${max}`, (min, max) => `de ${min} a ${max}`, (min, max) => `${min}到${max}`, (min, max) => `最少${min}个，最多${max}个`,
  ];
  test.each(pairs.map((write) => [write(2, 10), write] as const))("%s and all of its form give both bounds", (_, write) => {
    fc.assert(fc.property(count, count, (min, max) => {
      expect(range(fold(`scale ${write(min, max)}`))).toEqual({ min, max });
    }));
  });
  test.each([["at least 3", { min: 3 }], ["3 or more", { min: 3 }], ["3+ pods", { min: 3 }], ["no fewer than 3", { min: 3 }], ["minimum 3 replicas", { min: 3 }], ["up to 10", { max: 10 }], ["at most 10", { max: 10 }], ["maximum of 10", { max: 10 }], ["no more than 10", { max: 10 }]])("%s gives one bound", (text, expected) => {
    expect(range(text)).toEqual(expected);
  });
  test.each(["2024-10-12", "us-east-1", "10.0.0.0/16", "from the start", "70-80%", "p95", "a 50-60 % share"])("%s is no range", (text) => {
    expect(range(text)).toEqual({});
  });
});

describe("counts", () => {
  test("stand before what they count, in digits or as a word", () => {
    fc.assert(fc.property(count, (replicas) => {
      expect(countOf(`${replicas} healthy api replicas`, "replicas?")).toBe(replicas);
    }));
    expect(countOf("three private subnets", "private subnets?")).toBe(3);
    expect(countOf("replicas: 4", "replicas?")).toBe(4);
    expect(countOf("version 1.2 pods", "pods")).toBeUndefined();
  });
  test("are read with thousands and multiples", () => {
    expect(["1,000", "10 k", "2 million", "100 thousand", "two", "1.5 m"].map(toNumber)).toEqual([1000, 10_000, 2_000_000, 100_000, 2, 1_500_000]);
  });
});

describe("durations", () => {
  test.each([["7 days", 7], ["35-day retention", 35], ["two weeks", 14], ["1 year", 365], ["3 months", 90], ["12h", 0.5], ["14 Tage", 14], ["30 días", 30], ["7天", 7]])("%s is %d days", (text, days) => {
    expect(durations(fold(text)).map(({ value }) => inDays(value))).toEqual([days]);
  });
  test.each([["300 seconds", 300], ["5 min", 300], ["250ms", 0.25], ["30s", 30], ["1.5 hours", 5400]])("%s is %d seconds", (text, seconds) => {
    expect(durations(text).map(({ value }) => inSeconds(value))).toEqual([seconds]);
  });
  test("are no parts of words, versions or sizes", () => {
    expect(durations("db.t3.medium 512Mi 5GB v1.2 h2o 3monkeys")).toEqual([]);
  });
  test("stand where they say they stand", () => {
    const text = "keep 7 days, alert after 5 minutes";
    expect(durations(text).map(({ start, end }) => text.slice(start, end))).toEqual(["7 days", "5 minutes"]);
  });
});

test("percentages are read with a point or a comma", () => {
  expect(percentages("70%, 99.95 %, 99,9 %, 80 percent").map(({ value }) => value)).toEqual([70, 99.95, 99.9, 80]);
});

test("sizes are read in their units", () => {
  expect(sizes("20 gb, 512mi, 50 gib, 1tb").map(({ value }) => inGb(value))).toEqual([20, 0.5, 50, 1024]);
});

test("money is read in dollars, with its period", () => {
  expect(money("$200 per month, usd 10.00, 1,500 usd/month, $1/month, $5 daily, $2k per year").map(({ value }) => value)).toEqual([
    { usd: 200, period: "month" }, { usd: 10, period: "month" }, { usd: 1500, period: "month" }, { usd: 1, period: "month" }, { usd: 5, period: "day" }, { usd: 2000, period: "year" },
  ]);
  expect(money("200 euros")).toEqual([]);
});

test("instance types are read with their family", () => {
  expect(instanceTypes("db.t4g.micro, t3.medium, m5.2xlarge, cache.r6g.large, readme.md, v1.2").map(({ value }) => value)).toEqual(["db.t4g.micro", "t3.medium", "m5.2xlarge", "cache.r6g.large"]);
});

test("ports are read where they are called ports, each once", () => {
  expect(ports("port 443, ports 80 and 8080, tcp 5432, port 443, 9999 users, port 70000")).toEqual([443, 80, 8080, 5432]);
});

test("address blocks and regions", () => {
  expect(cidrs("10.0.0.0/16 and 192.168.1.0/24, not 1.2.3.4")).toEqual(["10.0.0.0/16", "192.168.1.0/24"]);
  expect(regions("in eu-central-1, us-east-1 and eu-central-1")).toEqual(["eu-central-1", "us-east-1"]);
});

test("versions stand behind a name, and are no other number", () => {
  expect(versionOf("postgresql 16 instance", "postgresql")).toBe("16");
  expect(versionOf("postgresql version 15.3", "postgresql")).toBe("15.3");
  expect(versionOf("kubernetes v1.33", "kubernetes")).toBe("1.33");
  expect(versionOf("postgresql 20 gb", "postgresql")).toBeUndefined();
  expect(versionOf("redis 3 replicas", "redis")).toBeUndefined();
});

test("the branch is the one that triggers, not the environment that is deployed to", () => {
  expect(["on push to main", "merge to `develop` branch", "when code is pushed to the main branch", "on main merge", "deploys to staging"].map((text) => branch(fold(text)))).toEqual(["main", "develop", "main", "main", undefined]);
  expect(branch("deploys to dev environment on merge to main")).toBe("main");
});

test("schedules are read as they are written", () => {
  expect(["daily at 06:00 utc", "0 3 * * *", "at 2 am", "*/15 * * * *", "every day at midnight ist", "9:00 am et (14:00 utc)", "a 14:00 et 16:00", "cron(0 9 ? * mon-fri *)", "twice"].map(clock))
    .toEqual(["06:00 UTC", "0 3 * * *", "2 AM", "*/15 * * * *", "midnight IST", "14:00 UTC", "14:00", "cron(0 9 ? * mon-fri *)", undefined]);
});
