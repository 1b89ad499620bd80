import { cloudwatchAgent, DEFAULTS, diskDimensions } from "../../lib/render/cloudwatch-agent";
import { documentedDefaults } from "../support/documented-defaults";
import { messageOf } from "../support/synth";

describe("cloudwatchAgent", () => {
  test("measures memory, swap and disks under dimensions that an alarm can name", () => {
    expect(JSON.parse(cloudwatchAgent({ namespace: "shop-prod" }))).toEqual({
      agent: { metrics_collection_interval: 60 },
      metrics: {
        namespace: "shop-prod",
        append_dimensions: { InstanceId: "${aws:InstanceId}" },
        metrics_collected: {
          mem: { measurement: ["mem_used_percent"] },
          swap: { measurement: ["swap_used_percent"] },
          disk: { measurement: ["used_percent"], resources: ["/"], drop_device: true },
        },
      },
    });
    expect(diskDimensions("i-1")).toEqual({ InstanceId: "i-1", path: "/", fstype: "xfs" });
  });

  test("follows log files, one stream an instance", () => {
    const { logs } = JSON.parse(cloudwatchAgent({ namespace: "shop-prod", logs: [{ path: "/var/log/app/*.log", logGroup: "/shop-prod/app" }] }));
    expect(logs.logs_collected.files.collect_list).toEqual([{ file_path: "/var/log/app/*.log", log_group_name: "/shop-prod/app", log_stream_name: "{instance_id}" }]);
  });

  test("has the defaults that its documentation names", () => {
    expect(documentedDefaults("lib/render/cloudwatch-agent.ts", "CloudwatchAgentProps")).toEqual(DEFAULTS);
  });

  test("throws when a value would not be what it says", () => {
    expect(messageOf(() => cloudwatchAgent({ namespace: "AWS/EC2", disks: ["/ x"], logs: [{ path: "app.log", logGroup: "a b" }] }))).toBe(
      `cloudwatchAgent: 4 values cannot be used.
  - namespace is "AWS/EC2": it must be 1 to 255 letters, digits and /_.#-, not beginning with AWS/. Write, for example, "shop-prod".
  - disks has "/ x": it must be the path of a mount point. Write, for example, "/".
  - logs has the path "app.log": it must be absolute, of letters, digits and _./*-. Write, for example, "/var/log/app/*.log".
  - logs has the log group "a b": it must be 1 to 512 letters, digits and _./#-. Write, for example, "/shop-prod/app".`,
    );
  });
});
