// Trials: what runs a candidate genome in a child process. `serveTrial` is the child's side, `startTrialService` the parent's.
export { serveTrial } from "./trial-serve.js";
export { type ConfinedTrials, startTrialService, type TrialEntry } from "./trial-process.js";
