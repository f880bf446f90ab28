// A computation with its labels: what it asks of those is answered here, what it asks of the outside waits for an answer.
import {
  type Computation, type ComputationOptions, type Condition, fail, type Interpreter, LabelledBox, LispError, type Status, type Value,
} from "../interpreter/index.js";
import { EffectRequest } from "./capability.js";
import { canonical, condition, datumOf } from "./data.js";
import { failureCondition } from "./effect-record.js";
import { WorldError } from "./error.js";
import { isLabelRequest, Keep, type LabelRequest, Quarantine, Reveal } from "./label-procedures.js";
import { type Kept, labelledState } from "./labelled-state.js";
import { boxed, joined, type Labels, labelsData, TRUSTED } from "./labels.js";
import type { Answer } from "./turn.js";

/** One computation, and the labels of what it has read. */
interface Level {
  readonly computation: Computation;
  labels: Labels;
}

/** The limits of a whole activity. */
export type Limits = Pick<ComputationOptions, "output"> & { readonly steps: number; readonly bytes: number } & Partial<Pick<Stand, "answers">>;

/** How far an activity has come: steps burned, and answers got, to effects and about labels, each end of a quarantine being one. */
export interface Stand {
  readonly steps: number;
  readonly answers: number;
}

/**
 * Runs a computation, and the quarantines inside it one at a time. `labels` are of what was read so far: nothing takes
 * one away but the end of the quarantine that took it on.
 */
export class Activity {
  /** As the last step or answer left it. */
  status: Status = "ready";
  /** See `Stand`. Labels change with an answer alone, and several may come at the same step. */
  answers = 0;
  private readonly levels: [Level, ...Level[]];

  /** What it keeps of the state that it begins with. */
  kept: Kept;

  /** `state` is the canonical text of the state that the computation begins with. */
  constructor(private readonly interpreter: Interpreter, computation: Computation, private readonly limits: Limits, state: string) {
    this.kept = { text: state };
    this.levels = [{ computation, labels: TRUSTED }];
  }

  /** As `Computation.step`. Requests about labels are answered before it returns, and then it is ready. One answer too many ends it. */
  step(slices: number): Status {
    const { computation } = this.top;
    this.status = computation.step(slices);
    const asked = this.status === "waiting" && isLabelRequest(computation.request) ? computation.request : undefined;
    const isLeaving = (this.status === "done" || this.status === "failed") && this.isQuarantined;
    if ((asked !== undefined || isLeaving) && this.hasAllAnswers) this.stop(condition("turn-stopped", "it has got all the answers that it may"));
    else if (asked !== undefined) this.answerAboutLabels(asked);
    else if (isLeaving) this.leave();
    return this.status;
  }

  /** True if it may get no further answer: where it runs again, it fell before the next one. */
  get hasAllAnswers(): boolean {
    return this.answers >= (this.limits.answers ?? Infinity);
  }

  get labels(): Labels {
    return this.top.labels;
  }

  /** True within a call of `quarantined`. */
  get isQuarantined(): boolean {
    return this.levels.length > 1;
  }

  /** Of what was read where no quarantine is: what its turn is seen to depend on. */
  get outerLabels(): Labels {
    return this.levels[0].labels;
  }

  /** What it waits for. */
  get request(): unknown {
    return this.top.computation.request;
  }

  /** Burned so far, quarantines included. */
  get steps(): number {
    return this.levels.reduce((sum, { computation }) => sum + computation.steps, 0);
  }

  /** The value, once it is done. */
  get value(): Value {
    return this.levels[0].computation.value;
  }

  /** What ended it, if it failed. */
  get failure(): Value {
    return this.levels[0].computation.failure;
  }

  /** Goes on after an effect that was handed boxes of these labels: whether and why it failed tells of them, and an answer of what it says. */
  answer(answer: Answer, handed: Labels): void {
    const { computation } = this.top;
    this.answers += 1;
    this.read(answer.read ?? TRUSTED);
    if ("failure" in answer) {
      this.read(handed);
      computation.raise(failureCondition(answer.failure));
    } else computation.resume(computation.request instanceof EffectRequest && computation.request.reveals ? this.reveal(answer.result) : answer.result);
    this.status = "ready";
  }

  /** Ends all of it as failed, wherever it is: the quarantines that it is in with it, and nothing of what they read is told. */
  stop(reason: Condition): void {
    for (const { computation } of this.levels) computation.stop(reason);
    const [{ computation }, ...inner] = this.levels;
    for (const level of inner) computation.charge(level.computation);
    this.levels.length = 1;
    this.status = computation.status;
  }

  private get top(): Level {
    return this.levels[this.levels.length - 1] as Level;
  }

  private read(labels: Labels): void {
    if (labels.length > 0) this.top.labels = joined(this.top.labels, labels);
  }

  private reveal(value: Value): Value {
    if (!(value instanceof LabelledBox)) return value;
    this.read(value.labels);
    return value.content;
  }

  private answerAboutLabels(request: LabelRequest): void {
    const { computation, labels } = this.top;
    this.answers += 1;
    if (request instanceof Quarantine) this.attempt(computation, () => this.enter(request));
    else if (request instanceof Keep) this.attempt(computation, () => computation.resume(this.keep(request)));
    else computation.resume(request instanceof Reveal ? this.reveal(request.box) : labelsData(labels));
    this.status = "ready";
  }

  private keep({ state, open }: Keep): Value {
    if (this.isQuarantined) return fail("wrong-type", "keep: what runs in quarantine has no state");
    if (open !== undefined && this.labels.length > 0) return fail("wrong-type", "keep: a turn says which keys it leaves open before it has read anything");
    const absent = open?.find((key) => state.get(key) === undefined);
    if (absent !== undefined) return fail("wrong-type", "keep: a key that is left open is in the state, but there is no", [absent]);
    const text = canonical(labelledState(state, this.labels, this.kept, this.interpreter));
    this.kept = { text, open: open === undefined ? this.kept.open : new Set(open.map((key) => canonical(key))) };
    return state;
  }

  // What is called must hold nothing of the turn, nor share anything that can change: else it could tell the turn what it read.
  private enter({ procedure, operands }: Quarantine): void {
    if (!this.interpreter.defines(procedure))
      return fail("wrong-type", "quarantined: expected a procedure that a library defines as operand 1, for another could hold what the turn can see, but got", [procedure]);
    const limits = { ...this.limits, steps: this.limits.steps - this.steps, bytes: this.limits.bytes - this.bytes };
    if (limits.steps <= 0 || limits.bytes <= 0) return fail("limit-exceeded", "quarantined: the turn has used up what it may");
    this.levels.push({ computation: this.interpreter.call(procedure, operands.map(copied), limits), labels: this.labels });
  }

  /** The value goes back in a box; of a failure only that there was one, with its labels. */
  private leave(): void {
    const { computation, labels } = this.levels.pop() as Level;
    this.answers += 1;
    const outer = this.top.computation;
    outer.charge(computation);
    this.attempt(outer, () => {
      if (computation.status === "failed") throw new LispError(condition("quarantine-failed", "what was called in quarantine failed"));
      outer.resume(boxed(copied(computation.value), labels));
    }, labels);
    this.status = "ready";
  }

  /** What `work` throws is raised in the computation that waits; what it tells of has these labels. */
  private attempt(waiting: Computation, work: () => void, labels: Labels = TRUSTED): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof LispError || error instanceof WorldError)) throw error;
      this.read(labels);
      waiting.raise(error instanceof LispError ? error.payload : condition(error.code, error.message));
    }
  }

  private get bytes(): number {
    return this.levels.reduce((sum, { computation }) => sum + computation.bytes, 0);
  }
}

function copied(value: Value): Value {
  return datumOf(canonical(value));
}
