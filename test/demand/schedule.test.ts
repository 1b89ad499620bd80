import { scheduleOf, schedulerExpression, type Stated } from "../../lib/demand/schedule";

describe("a schedule", () => {
  test.each<[Stated, string, string]>([
    [{ schedule: "06:00 UTC" }, "0 6 * * *", "Etc/UTC"],
    [{ schedule: "02:00" }, "0 2 * * *", "Etc/UTC"],
    [{ schedule: "2 am" }, "0 2 * * *", "Etc/UTC"],
    [{ schedule: "12am" }, "0 0 * * *", "Etc/UTC"],
    [{ schedule: "12:30 pm EST" }, "30 12 * * *", "America/New_York"],
    [{ schedule: "23:15 CET" }, "15 23 * * *", "Europe/Paris"],
    [{ schedule: "03:00", weekday: "sunday" }, "0 3 * * 0", "Etc/UTC"],
    [{ schedule: "03:00", period: "week" }, "0 3 * * 0", "Etc/UTC"],
    [{ schedule: "03:00", period: "month" }, "0 3 1 * *", "Etc/UTC"],
    [{ schedule: "0 3 * * *" }, "0 3 * * *", "Etc/UTC"],
    [{ schedule: "*/15 08-18 ? jan-jun mon-fri" }, "*/15 8-18 * 1-6 1-5", "Etc/UTC"],
    [{ schedule: "0 0 * * 7" }, "0 0 * * 0", "Etc/UTC"],
    [{ schedule: "cron(0/5 9 ? * MON-FRI *)" }, "*/5 9 * * 1-5", "Etc/UTC"],
    [{ schedule: "cron(0 9 ? * 2,4 *)" }, "0 9 * * 1,3", "Etc/UTC"],
    [{ schedule: "noon ET" }, "0 12 * * *", "America/New_York"],
    [{ everyMinutes: 1 }, "* * * * *", "Etc/UTC"],
    [{ everyMinutes: 30 }, "*/30 * * * *", "Etc/UTC"],
    [{ everyMinutes: 60 }, "0 * * * *", "Etc/UTC"],
    [{ everyHours: 6 }, "0 */6 * * *", "Etc/UTC"],
    [{ everyHours: 1 }, "0 * * * *", "Etc/UTC"],
    [{ everyHours: 24 }, "0 0 * * *", "Etc/UTC"],
    [{ period: "hour" }, "0 * * * *", "Etc/UTC"],
    [{ period: "day" }, "0 2 * * *", "Etc/UTC"],
    [{ period: "week" }, "0 2 * * 0", "Etc/UTC"],
    [{ weekday: "friday" }, "0 2 * * 5", "Etc/UTC"],
  ])("%j is %s by the clock of %s", (stated, cron, timeZone) => expect(scheduleOf(stated)).toEqual({ cron, timeZone }));

  test.each<Stated>([
    { everyMinutes: 45 }, { everyMinutes: 90 }, { everyHours: 5 }, { everyHours: 48 }, { schedule: "25:00" }, { schedule: "13 pm" }, { schedule: "soon" },
    { schedule: "60 2 * * *" }, { schedule: "5/10 2 * * *" }, { schedule: "0 2 * * * ; rm" }, { schedule: "0 2 1-2-3 * *" }, { schedule: "$(id) 2 * * *" }, { schedule: "0 2 * * mon-*" }, { schedule: "cron(0 9 L * ? *)" },
    { schedule: "cron(0 9 ? * 2#1 *)" }, { schedule: "cron(0 9 * * ? 2031)" }, { schedule: "cron(0 9 * * *)" }, { schedule: "9:00 XYZ" },
  ])("%j is none that a clock has", (stated) => expect(scheduleOf(stated)).toBe("impossible"));

  test("may not be stated at all", () => expect(scheduleOf({})).toBe("unstated"));

  test.each([
    ["0 2 * * *", "cron(0 2 * * ? *)"],
    ["0 2 1 * *", "cron(0 2 1 * ? *)"],
    ["0 3 * * 0", "cron(0 3 ? * SUN *)"],
    ["*/15 8-18 * 1-6 1-5", "cron(*/15 8-18 ? 1-6 MON-FRI *)"],
    ["0 3 * * 1,3,7", "cron(0 3 ? * MON,WED,SUN *)"],
  ])("%s is %s for EventBridge Scheduler", (cron, expression) => expect(schedulerExpression({ cron, timeZone: "Etc/UTC" })).toBe(expression));

  test.each(["0 2 1 * 1", "0 2 * * */2"])("%s is none that EventBridge Scheduler can say", (cron) => expect(schedulerExpression({ cron, timeZone: "Etc/UTC" })).toBeUndefined());
});
