// The front door of the live world: one deterministic, journaled runtime for each home.
export { type CellView, openWorld, type Incoming, type World, type WorldOptions, type WorldServices, type WorldStatus } from "./world.js";
export type { CellStatus, Measures, Outcome, OutcomeKind, Quarantine } from "./cells.js";
export { capabilityOf, EffectRequest, FILE_LIBRARY, fileLibraryOf, portLibrary } from "./capability.js";
export { type Clock, systemClock } from "./clock.js";
export { datumOf, field, fieldInteger, fieldText, record, vector } from "./data.js";
export { ENTRY_KINDS, type Entry, type EntryKind } from "./chain.js";
export type { Approval } from "./effects.js";
export { WORLD_HINTS, WorldError, type WorldCode } from "./error.js";
export { parseManifest, type Manifest } from "./grants.js";
export { loadImage, type Image, type Version } from "./image.js";
export { lockHome } from "./lock.js";
export { OPERATOR } from "./operator.js";
export { patchedFiles, type Patch } from "./patches.js";
export { operationsOf, referencePage, toolSchema, type NamedOperation, type ToolSchema } from "./reference.js";
export { replay, shadowDifferences, type ReplayReport, type ReplaySource } from "./replay.js";
export { toLisp, toPlain } from "./translate.js";
export { type Verification, verifyHome } from "./verify.js";
