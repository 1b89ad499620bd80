/**
 * Reading and understanding increments, as data. Constructs are imported by their path, `phaseline/lib/constructs/network`, as
 * those of the CDKTF providers are: an app then loads what it uses, and not two thousand files.
 */
export { explainJson, explainText } from "./artifacts/explain";
export type { Blueprint } from "./blueprint/blueprint";
export { fold } from "./blueprint/fold";
export type { Layer } from "./blueprint/layer";
export { readSettings, type Settings, type SettingsInput } from "./blueprint/settings";
export type { Demand, Origin, Reading, Status } from "./demand/demand";
export { demandsOf, type ReadIncrement, understandIncrement } from "./demand/read-increment";
export { understand } from "./demand/understand";
export { readIncrements, readSpec } from "./increment/directory";
export { type Fault, FaultsError, type Location } from "./increment/fault";
export type { Criterion, Increment, Story } from "./increment/increment";
export { readIncrement } from "./increment/read";
