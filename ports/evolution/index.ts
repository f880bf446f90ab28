// The evolution port: sealed suites, a scorer, the gates, an archive and probation. What it judges cannot see inside.
import type { LiveMeasureService, Port } from "../port.js";
import { Bench } from "./bench.js";
import { GATES } from "./gates/index.js";
import type { Gate } from "./gates/gate.js";
import { evolutionOperations } from "./operations.js";
import type { EvolutionStorage, Report } from "./storage.js";
import { validate, type ValidationServices } from "./validation.js";

export { GATES } from "./gates/index.js";
export type { Gate, Verdict } from "./gates/gate.js";
export { LIMITS } from "./limits.js";
export { memoryEvolution } from "./memory.js";
export { sqliteEvolution } from "./sqlite.js";
export type { EvolutionStorage, Report } from "./storage.js";
export { SUITES } from "./suites/index.js";

export interface EvolutionServices extends ValidationServices {
  readonly storage: EvolutionStorage;
  readonly live: LiveMeasureService;
}

export interface Evolution {
  readonly port: Port;
  /** Scores on the report-only cases: for the host to show, in no operation's reach. */
  reports(): readonly Report[];
}

/** `gates` is for tests of the gates: everywhere else all of them run. */
export function evolutionPort(services: EvolutionServices, gates: readonly Gate[] = GATES): Evolution {
  const bench = new Bench(services);
  const { storage, live } = services;
  return {
    port: {
      name: "evolution",
      doc: "The judge of changes to the genome: sealed suites, gates, an archive of candidates, and probation of what was adopted.",
      operations: evolutionOperations({ storage, live, bench, validate: (request, limits) => validate(services, gates, limits, request) }),
      close: () => bench.close(),
    },
    reports: () => storage.reports(),
  };
}
