// What the machine keeps on the heap: frames, and the dynamic state of a continuation.
import { NIL } from "../values/pair.js";
import type { Value } from "../values/value.js";
import type { Limit } from "./limit.js";

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
