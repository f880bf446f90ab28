// Plays many candidates on many cases at once, so that one question to the trial child carries a step of them all.
import { Random } from "./random.js";
import { mean, scoreOf, shippedCostsOf } from "./score.js";
import { seedOf, type Episode, type Facts, type Split, type Suite } from "./suites/suite.js";

/** What one candidate is asked in a step. */
export interface Question {
  readonly candidate: number;
  readonly facts: readonly Facts[];
}
/** One decision for each facts: NaN where the policy raised an error, or gave what is not a finite number. */
export interface Answer {
  readonly decisions: ArrayLike<number>;
  readonly steps: number;
  /** The first error's text. */
  readonly error?: string;
}
export type Decide = (questions: readonly Question[]) => Promise<readonly Answer[]>;

export interface Measure {
  /** Mean of the cases' scores. */
  readonly score: number;
  readonly cases: readonly number[];
  readonly decisions: number;
  /** Fuel burned by all decisions. */
  readonly steps: number;
  /** Cases that ended by an error. */
  readonly errors: number;
  readonly error?: string;
}

/** Measures each candidate on every case of a split. A case in which any decision fails scores 0. */
export async function measureAll(suite: Suite, split: Split, candidates: number, decide: Decide): Promise<Measure[]> {
  const runs = Array.from({ length: candidates }, (_, candidate) => new Run(suite, split, candidate));
  let open = runs;
  while ((open = open.filter((run) => run.isOpen)).length > 0) {
    const answers = await decide(open.map((run) => run.question()));
    open.forEach((run, index) => run.take(answers[index] as Answer));
  }
  return runs.map((run) => run.measure());
}

interface Case {
  readonly episode: Episode;
  readonly index: number;
  pending: readonly Facts[];
}

/** One candidate on all cases of a split. */
class Run {
  private open: Case[] = [];
  private readonly costs: (number | undefined)[];
  private decisions = 0;
  private steps = 0;
  private errors = 0;
  private error: string | undefined;

  constructor(
    private readonly suite: Suite,
    private readonly split: Split,
    private readonly candidate: number,
  ) {
    this.costs = Array.from({ length: suite.cases[split] });
    for (const index of this.costs.keys()) {
      const episode = suite.play(new Random(seedOf(suite, split, index)));
      this.advance({ episode, index, pending: [] });
    }
  }

  get isOpen(): boolean {
    return this.open.length > 0;
  }

  question(): Question {
    return { candidate: this.candidate, facts: this.open.flatMap((each) => each.pending) };
  }

  take(answer: Answer): void {
    const cases = this.open;
    this.open = [];
    this.steps += answer.steps;
    this.decisions += answer.decisions.length;
    this.error ??= answer.error;
    const all = Array.from(answer.decisions);
    let start = 0;
    for (const each of cases) {
      const decisions = all.slice(start, (start += each.pending.length));
      if (decisions.length === each.pending.length && decisions.every(Number.isFinite)) this.advance(each, decisions);
      else this.errors += 1;
    }
  }

  measure(): Measure {
    const shipped = shippedCostsOf(this.suite, this.split);
    const cases = this.costs.map((cost, index) => scoreOf(shipped[index] as number, cost));
    const error = this.errors === 0 ? {} : { error: this.error ?? "a decision is not a finite number" };
    return { score: mean(cases), cases, decisions: this.decisions, steps: this.steps, errors: this.errors, ...error };
  }

  private advance(each: Case, decisions: readonly number[] = []): void {
    const step = each.episode.next(decisions);
    if (step.done) this.costs[each.index] = step.value;
    else this.open.push({ ...each, pending: step.value });
  }
}
