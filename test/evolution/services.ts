// The services that the evolution port is given in tests: real children, and genomes by commit from a map.
import { startTrialService } from "../../epigenome/trial.js";
import { type EvolutionServices, memoryEvolution } from "../../ports/evolution/index.js";
import type { GenomeFiles, LiveMeasures, OperationSchemas, RecordedTurn, TrialProcess, TrialService } from "../../ports/port.js";
import { PortError } from "../../ports/port.js";
import { trialEntry } from "../epigenome/trial-entry.js";
import { SMALL_GENOME } from "./small-genome.js";

const string = { type: "string" };
const entry = (properties: Record<string, unknown>) => ({ type: "object", properties, required: Object.keys(properties), additionalProperties: false });

/** Schemas of the operations that test genomes use. */
export const OPERATIONS: OperationSchemas = {
  store: { "put!": entry({ key: string, value: { ...string, lisp: "datum" } }), get: entry({ key: string }) },
};

export const BASE = "b".repeat(40);
export const CANDIDATE = "c".repeat(40);

export interface TestWorld {
  /** Genomes by commit; `head` is BASE. */
  readonly commits: Map<string, GenomeFiles>;
  /** Candidates that a person approved. */
  readonly approved: Set<string>;
  readonly turns: RecordedTurn[];
  before: LiveMeasures;
  after: LiveMeasures;
}

export function testWorld(base: GenomeFiles = SMALL_GENOME): TestWorld {
  const quiet = { turns: 0, errors: 0, steps: 0 };
  return { commits: new Map([[BASE, base]]), approved: new Set(), turns: [], before: quiet, after: quiet };
}

const fresh = startTrialService(trialEntry());

/** One child for many validations, replaced when it dies: starting a child takes longer than most of what the gates ask. */
export const sharedTrials: TrialService & { close(): Promise<void> } = (() => {
  let child: TrialProcess | undefined;
  return {
    confinement: [],
    close: async () => {
      await child?.close();
      child = undefined;
    },
    start: (limits) => {
      const current = (child ??= fresh.start(limits));
      const failed = async (error: unknown): Promise<never> => {
        if (child === current) child = undefined;
        await current.close();
        throw error;
      };
      return { ask: (request) => current.ask(request).catch(failed), close: () => Promise.resolve() };
    },
  };
})();

export function servicesOf(world: TestWorld, operations: OperationSchemas = OPERATIONS, trials: TrialService = fresh): EvolutionServices {
  return {
    trials,
    operations,
    storage: memoryEvolution(),
    genome: {
      head: () => Promise.resolve(BASE),
      files: async (commit) => {
        const files = world.commits.get(commit);
        if (files === undefined) throw new PortError("lineage-unknown-commit", `there is no commit ${commit}`);
        return files;
      },
    },
    approvals: { isApproved: async (_base, candidate) => world.approved.has(candidate) },
    recorded: { recent: async (count) => world.turns.slice(-count) },
    live: { before: () => world.before, after: () => world.after },
  };
}
