import { CAPABILITY } from "./capabilities";
import type { ValueKind } from "./capability";
import type { Demand, Reading } from "./demand";
import { CAPABILITIES, type CapabilityId, type ParameterValue } from "./vocabulary";

/**
 * Reads what an author wrote beside a criterion in `<!-- phaseline: … -->`; it settles the matter, whatever the text says:
 * `not-infrastructure`, or capabilities with a comma between, each with its parameters: `autoscaling min=2 max=10, metrics tool=prometheus`.
 */
export function annotated(annotation: string): Reading {
  const text = annotation.trim();
  if (text === "not-infrastructure") return { status: "not-infrastructure", demands: [], message: "It is annotated as no matter of infrastructure." };
  const problems: string[] = [];
  const demands: Demand[] = [];
  for (const part of split(text)) {
    const [id = "", ...settings] = part.match(/[^\s=]+=(?:"[^"]*"|\S*)|\S+/g) ?? [];
    if (!isCapability(id)) {
      problems.push(`"${id}" is no capability; write not-infrastructure or one of ${CAPABILITIES.join(", ")}`);
      continue;
    }
    demands.push({ kind: id, parameters: parametersOf(id, settings, problems), words: [part] } as Demand);
  }
  if (demands.length === 0 && problems.length === 0) problems.push("it is empty");
  if (problems.length > 0) return { status: "unsupported", demands: [], message: `The annotation "${text}" cannot be read: ${problems.join("; ")}.` };
  demands.sort((a, b) => CAPABILITIES.indexOf(a.kind) - CAPABILITIES.indexOf(b.kind));
  return { status: "understood", demands };
}

function split(text: string): string[] {
  return text.split(/,\s*(?=[a-z-]+(?:\s|,|$))/).map((part) => part.trim().replace(/,$/, "")).filter((part) => part !== "");
}

function isCapability(id: string): id is CapabilityId {
  return (CAPABILITIES as readonly string[]).includes(id);
}

function parametersOf(id: CapabilityId, settings: readonly string[], problems: string[]): Readonly<Record<string, ParameterValue>> {
  const keys: Readonly<Record<string, ValueKind>> = CAPABILITY[id].keys;
  const parameters: Record<string, ParameterValue> = {};
  for (const setting of settings) {
    const [, key = setting, written = ""] = /^([^=]+)=(.*)$/.exec(setting) ?? [];
    const kind = key === "region" ? "string" : Object.hasOwn(keys, key) ? keys[key] : undefined;
    if (kind === undefined) {
      problems.push(`${id} has no parameter "${key}"; it has ${Object.keys(keys).join(", ")}`);
      continue;
    }
    const values = written.replace(/^"(.*)"$/, "$1").split("|").map((value) => valueOf(kind, value));
    if (values.some((value) => value === undefined)) {
      problems.push(`${id} ${key}=${written}: ${key} is ${typeof kind === "string" ? `a ${kind}` : `one of ${kind.join(", ")}`}`);
      continue;
    }
    parameters[key] = values.length > 1 ? (values as (string | number)[]) : (values[0] as ParameterValue);
  }
  return parameters;
}

function valueOf(kind: ValueKind, written: string): ParameterValue | undefined {
  if (kind === "string") return written === "" ? undefined : written;
  if (kind === "boolean") return written === "true" ? true : written === "false" ? false : undefined;
  if (kind === "number") return /^-?\d+(?:\.\d+)?$/.test(written) ? Number(written) : undefined;
  return kind.includes(written) ? written : undefined;
}
