// Measures decide expressions on the sealed suites, in a trial child that is kept warm between batches.
import { createHash } from "node:crypto";
import { PortError, type GenomeFiles, type GenomeService, type OperationSchemas, type TrialProcess, type TrialService } from "../port.js";
import { mergedLimits } from "./limits.js";
import { measureAll, type Measure } from "./lockstep.js";
import { deciderOf, policyRequest } from "./policies.js";
import { SUITES } from "./suites/index.js";
import type { Split, Suite } from "./suites/suite.js";

const CHILD = { memoryMb: 256, milliseconds: 30_000 };
/** Candidates after which a child is replaced: what it loaded stays in its memory. */
const CANDIDATES = 2_000;
/** How long a child without work is kept. */
const IDLE_MS = 20_000;
const LIMITS = mergedLimits();
const BOOT_LIMITS = { steps: LIMITS["boot-steps"], bytes: LIMITS["boot-bytes"] };

interface Warm {
  readonly trial: TrialProcess;
  readonly genome: string;
  candidates: number;
}

export function suiteOf(policy: string): Suite {
  const suite = SUITES.find((each) => each.policy === policy);
  if (suite !== undefined) return suite;
  throw new PortError("evolution-unknown-policy", `there is no suite for ${policy}`, { hint: `There are: ${SUITES.map((each) => each.policy).join(", ")}` });
}

export class Bench {
  private warm: Warm | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;
  private loaded = 0;

  constructor(
    private readonly services: { readonly trials: TrialService; readonly genome: GenomeService; readonly operations: OperationSchemas },
  ) {}

  /**
   * Measures each source, a decide expression or a `define-policy` form, in the language of the current genome.
   * A source that does not load scores 0 on every case. Batches run one after another.
   */
  measure(suite: Suite, split: Split, sources: readonly string[]): Promise<Measure[]> {
    const result = this.last.then(() => this.batch(suite, split, sources));
    this.last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    clearTimeout(this.idle);
    const warm = this.warm;
    this.warm = undefined;
    await warm?.trial.close();
  }

  private async batch(suite: Suite, split: Split, sources: readonly string[]): Promise<Measure[]> {
    clearTimeout(this.idle);
    const { trial } = await this.ready(sources.length);
    try {
      return await this.measured(trial, suite, split, sources);
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      this.idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
  }

  private async measured(trial: TrialProcess, suite: Suite, split: Split, sources: readonly string[]): Promise<Measure[]> {
    const ids = sources.map(() => `candidate-${(this.loaded += 1)}`);
    const loads = await Promise.all(sources.map((source, index) => trial.ask(policyRequest(ids[index] as string, GENOME, suite, source))));
    const sound = loads.flatMap((load, index) => (load.ok ? [index] : []));
    const decide = deciderOf(trial, sound.map((index) => ids[index] as string), LIMITS["decision-steps"]);
    const measures = await measureAll(suite, split, sound.length, decide);
    return loads.map((load, index) => (load.ok ? (measures[sound.indexOf(index)] as Measure) : unloaded(suite, split, `${load.code}: ${load.message}`)));
  }

  /** A child that has booted the current genome. */
  private async ready(candidates: number): Promise<Warm> {
    const files = await this.services.genome.files(await this.services.genome.head());
    const genome = digest(files);
    if (this.warm !== undefined && (this.warm.genome !== genome || this.warm.candidates >= CANDIDATES)) await this.close();
    this.warm ??= { trial: await this.booted(files), genome, candidates: 0 };
    this.warm.candidates += candidates;
    return this.warm;
  }

  private async booted(files: GenomeFiles): Promise<TrialProcess> {
    const trial = this.services.trials.start(CHILD);
    const boot = await trial.ask({ kind: "boot", id: GENOME, files, operations: this.services.operations, ...BOOT_LIMITS });
    if (boot.ok) return trial;
    await trial.close();
    throw new PortError("evolution-genome-broken", `the current genome does not boot: ${boot.message}`, { hint: "Go back to an earlier commit." });
  }
}

const GENOME = "head";

function digest(files: GenomeFiles): string {
  return createHash("sha256").update(JSON.stringify(Object.entries(files).sort())).digest("hex");
}

function unloaded(suite: Suite, split: Split, error: string): Measure {
  const count = suite.cases[split];
  return { score: 0, cases: Array.from({ length: count }, () => 0), decisions: 0, steps: 0, errors: count, error };
}
