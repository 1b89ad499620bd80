import type { Blueprint } from "../lib/blueprint/blueprint";
import type { AlarmTopic } from "../lib/constructs/alarm-topic";
import type { ServicePrincipal } from "../lib/constructs/encryption-key";
import { tagIncrements } from "./increments";
import type { Shared } from "./shared";

/** The services that publish to the environment's topic. */
export function topicPublishers({ alarms, budget }: Blueprint): readonly ServicePrincipal[] {
  return [...(alarms ? (["cloudwatch.amazonaws.com"] as const) : []), ...(budget?.value.topic ? (["budgets.amazonaws.com"] as const) : [])];
}

/** The environment's topic, to which whoever is told of alarms subscribes; made when it is first asked for. */
export function topicOf(stack: Shared, blueprint: Blueprint): AlarmTopic {
  const { AlarmTopic } = require("../lib/constructs/alarm-topic") as typeof import("../lib/constructs/alarm-topic");
  const there = stack.node.tryFindChild("alarms") as AlarmTopic | undefined;
  if (there) return there;
  const { encryptionKey, resourceName } = stack;
  const topic = new AlarmTopic(stack, "alarms", { name: `${resourceName}-alarms`, encryptionKey, emails: blueprint.settings.alarmEmails, publishers: topicPublishers(blueprint) });
  tagIncrements(topic, blueprint, blueprint.alarms ?? blueprint.budget);
  return topic;
}
