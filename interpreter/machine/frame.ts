// What the machine keeps on the heap: frames, the dynamic state of a continuation, and limits.
import { NIL } from "../values/pair.js";
import type { Value } from "../values/value.js";

/**
 * The code that goes on after a call: takes the call's value and what was saved. That is the variable itself if
 * it is one, an array if there are several: deep recursions live from small frames.
 */
export type Resume = (value: Value, state: Value) => Value;

/** One suspended call. Frames form an immutable list once linked, so a continuation may be resumed many times. */
export class Frame {
  depth: number;
  /** True once a continuation that programs hold has it. */
  isHeld = false;

  constructor(
    readonly resume: Resume,
    readonly state: Value,
    public next: Frame | null,
  ) {
    this.depth = next === null ? 1 : next.depth + 1;
  }
}

/**
 * What a program may still use: its own, and a share in what its parent has. `frames` and `dynamic` are the
 * continuation of the `with-limits` that made it, where its `limit-exceeded` is raised; the root limit of a
 * computation has none, and exceeding it fails the computation.
 */
export class Limit {
  /** True once its after-thunks have had their grace: there is no second one. */
  hadGrace = false;
  /** The greatest depth of frames that was charged to it. */
  deepest: number;

  constructor(
    readonly parent: Limit | null,
    public steps: number,
    public bytes: number,
    /** In the milliseconds of `performance.now()`. */
    readonly deadline: number,
    readonly frames: Frame | null,
    readonly dynamic: Dynamic | null,
    readonly isGrace = false,
  ) {
    this.deepest = frames === null ? 0 : frames.depth;
  }
}

/** The dynamic state that travels with a continuation. Immutable; winders, handlers and parameters are Lisp lists. */
export class Dynamic {
  constructor(
    readonly winders: Value,
    readonly handlers: Value,
    readonly parameters: ParameterBinding | null,
    readonly limits: Limit | null,
  ) {}
}

/** A list of what `parameterize` has bound, innermost first. */
export class ParameterBinding {
  constructor(
    readonly parameter: Value,
    readonly value: Value,
    readonly next: ParameterBinding | null,
  ) {}
}

export const NO_DYNAMIC = new Dynamic(NIL, NIL, null, null);
