// One turn: an input on its way through the genome, pinned to an image, with the effects it has had.
import { Keyword, LispError, PersistentMap, type Value } from "../interpreter/index.js";
import type { Stamp } from "../ports/port.js";
import { Activity, type Stand } from "./activity.js";
import type { Call } from "./authorise.js";
import type { Amounts, TurnUse } from "./budget.js";
import type { Narrowing } from "./capability.js";
import { canonical, condition, datumOf, DEEPEST, explain, field, vector } from "./data.js";
import type { Deadline } from "./deadline.js";
import { WorldError } from "./error.js";
import { turnResult, type Image, type TurnResult } from "./image.js";
import { boxed, joined, type Labels, labelsIn, opened } from "./labels.js";
import { timerChanges, type TimerChange } from "./timers.js";

/** An accepted input, as the inbox holds it. */
export interface Input {
  readonly id: string;
  readonly sequence: number;
  readonly cell: string;
  /** Canonical text of the map that `handle-turn` is given. */
  readonly body: string;
  readonly stamp: Stamp;
}

/** How an effect ended: a datum, or a failure as the data of a condition; and the labels of what the turn has read with it. */
export type Answer = ({ readonly result: Value } | { readonly failure: PersistentMap }) & { readonly read?: Labels };

/** An effect as the journal holds it: what was asked, and how far it came. */
export interface RecordedEffect {
  /** Canonical text of the request. */
  readonly request: string;
  readonly intent?: { readonly id: string; readonly stamp: Stamp; readonly reserved: Amounts; readonly flow: Labels };
  readonly answer?: Answer;
  readonly cost?: Amounts;
  /** A person was asked, on this ground, and has not answered. */
  readonly asked?: { readonly rule: string; readonly reason: string };
}

export type Ending =
  | { readonly outcome: "done"; readonly result: TurnResult; readonly timers: readonly TimerChange[]; readonly timersLabels: Labels }
  | { readonly outcome: "failed" | "stopped" | "quarantined"; readonly reason: string };

export class Turn {
  /** Number of effects asked for so far. */
  effects = 0;
  /** Those answered, in order. */
  readonly answered: { readonly request: string; readonly answer: Answer }[] = [];
  readonly use: TurnUse = new Map();
  /** Narrowings with a budget, in the order of their first use: their number names their account. */
  readonly narrowings: Narrowing[] = [];
  /** Ports that failed. */
  failures = 0;
  private abortion: AbortController | undefined;
  isFinished = false;
  /** What the cell's state must go through first; the turn itself begins anew once that is committed. */
  migration: Activity | undefined;
  /** Absent where it runs again from the journal. */
  deadline: Deadline | undefined;
  readonly computation: Activity;

  constructor(
    readonly input: Input,
    readonly image: Image,
    /** Canonical text of the cell's state when the turn began. */
    readonly stateText: string,
    readonly recorded: readonly RecordedEffect[],
    options: { output?: (text: string) => void; stop?: Stand } = {},
  ) {
    const { steps, bytes } = image.manifest.limits;
    const limits = { steps: Math.min(steps, options.stop?.steps ?? steps), bytes, output: options.output, answers: options.stop?.answers };
    this.computation = new Activity(image.interpreter, image.turn(inputOf(input.body), datumOf(stateText), limits), limits, stateText);
  }

  /** Tells effects under way that the turn has ended without them. */
  get signal(): AbortSignal {
    return (this.abortion ??= new AbortController()).signal;
  }

  /** The turn is over, and nobody waits for its effects any more. */
  abort(): void {
    this.isFinished = true;
    this.deadline?.end();
    this.abortion?.abort();
  }

  /** Notes an answer to an effect, and counts ports that failed. The computation goes on elsewhere. */
  take({ text }: Call, answer: Answer, isFromPort: boolean): void {
    if (isFromPort && "failure" in answer) this.failures += 1;
    this.answered.push({ request: text, answer });
  }

  /** How the computation ended, once it is done or failed. */
  ending(): Ending {
    if (this.computation.status === "failed") return { outcome: "failed", reason: explain(this.computation.failure) };
    try {
      const { value, labels, kept } = this.computation;
      let timersLabels = labels;
      const wanted = field(value, "timers") ?? vector([]);
      canonical(wanted, DEEPEST);
      const timers = timerChanges(opened(wanted, (more) => void (timersLabels = joined(timersLabels, more))));
      return { outcome: "done", result: turnResult(value, labels, kept, this.image.interpreter), timers, timersLabels };
    } catch (error) {
      if (error instanceof WorldError) return { outcome: "failed", reason: explain(condition(error.code, error.message)) };
      if (error instanceof LispError) return { outcome: "failed", reason: explain(error.payload) };
      throw error;
    }
  }
}

/** What `handle-turn` is given for an input's body: of one with labels, all but who sent it, where, when and as what comes in boxes. */
export function inputOf(body: string): Value {
  const input = datumOf(body);
  const labels = labelsIn(input);
  if (labels.length === 0 || !(input instanceof PersistentMap)) return input;
  return PersistentMap.from(Array.from(input, ([key, value]) => [key, key instanceof Keyword && PUBLIC.has(key.name) ? value : boxed(value, labels)] as const));
}

const PUBLIC: ReadonlySet<string> = new Set(["id", "cell", "kind", "from", "role", "time", "labels"]);
