import { FaultsError } from "../increment/fault";
import { Asked, choice, present } from "./asked";
import type { Blueprint } from "./blueprint";
import { chooseBudget } from "./budget";
import { chooseCapacity } from "./capacity";
import { chooseClusterParts } from "./cluster-parts";
import { chooseCompute } from "./compute";
import { chooseDatabases } from "./databases";
import { choosePipeline } from "./delivery";
import type { Layer } from "./layer";
import { chooseNetwork } from "./network";
import { chooseObservability } from "./observability";
import { chooseJobs } from "./jobs";
import { chooseServices } from "./services";
import { chooseCdn, chooseFirewall } from "./edge";
import { nothingLeft, withoutRemoved } from "./removals";
import type { Settings } from "./settings";
import { chooseState } from "./state";

/**
 * Folds increments, in order, into what the environment is to be: one axis after the other, each in a file of its own. A later increment
 * supersedes an earlier one's value; two criteria of one increment that contradict each other are faults.
 *
 * @param beside settings of the environment that this one stands beside, if it is not the first of its account
 * @throws FaultsError with every contradiction, and every demand that another choice rules out
 */
export function fold(layers: readonly Layer[], settings: Settings, beside?: Settings): Blueprint {
  const standing = withoutRemoved(layers);
  const asked = new Asked(standing.layers, settings, standing.platforms);
  asked.faults.push(...standing.faults);
  const compute = chooseCompute(asked);
  const { fleet, cluster, workload } = compute;
  const databases = chooseDatabases(asked, { shared: fleet !== undefined || cluster !== undefined });
  const database = databases.database !== undefined || databases.aurora !== undefined;
  const services = chooseServices(asked, { shared: fleet !== undefined || cluster !== undefined });
  const jobs = chooseJobs(asked, compute);
  const observability = chooseObservability(asked, { cluster: cluster !== undefined, watched: database || services.queues !== undefined || services.cache !== undefined });
  const pipeline = choosePipeline(asked);
  const parts = cluster ? chooseClusterParts(asked, { database }) : {};
  const cdn = chooseCdn(asked, compute);
  const firewall = chooseFirewall(asked, { ...compute, ...parts, ...present({ cdn }) });
  const network = chooseNetwork(asked, { ...compute, ...databases, ...services });
  const registry = choice(workload !== undefined || fleet !== undefined || asked.because("registry").length > 0, asked.because("registry", "containers"), () => ({}));
  const budget = chooseBudget(asked);
  const capacity = chooseCapacity(asked);
  const state = chooseState(asked);
  if (!network && standing.superseded.length > 0) asked.faults.push(nothingLeft(standing.superseded));
  if (asked.faults.length > 0) throw new FaultsError(asked.faults);
  return {
    settings: asServed(asked),
    ...present({ beside }),
    increments: layers.map((layer) => layer.increment),
    superseded: [...asked.superseded, ...standing.superseded],
    ...(standing.unprotected.size > 0 && { unprotected: [...standing.unprotected] }),
    ...(standing.removed.size > 0 && { removed: [...standing.removed] }),
    ...present({ network, registry, pipeline, budget, cdn, firewall, capacity, state }),
    ...compute,
    ...databases,
    ...observability,
    ...parts,
    ...services,
    ...present({ jobs }),
  };
}

/** The settings with what criteria say of the application itself: wherever it runs, it listens there and is asked there whether it is well. */
function asServed(asked: Asked): Settings {
  const { settings } = asked;
  const said = present({ port: asked.stated<number>("workload", "port"), healthPath: asked.stated<string>("health-check", "path") });
  return Object.keys(said).length === 0 ? settings : { ...settings, service: { ...settings.service, ...said } };
}
