// One metered run of a procedure: the trampoline, and how a host steps, suspends, resumes and stops it.
import { Condition, LispError } from "../values/condition.js";
import type { BacktraceLine } from "../values/condition.js";
import { TextInputPort } from "../values/text-port.js";
import { UNSPECIFIED, type Procedure, type Value } from "../values/value.js";
import type { Position } from "../values/position.js";
import { backtraceOf, informationOf, rememberHostStack } from "./backtrace.js";
import { leaveLimit, limitCondition } from "./control.js";
import { Dynamic, Frame, NO_DYNAMIC } from "./frame.js";
import { Clock, exceeded, type HasMemory, Limit } from "./limit.js";
import {
  abandon, aside, checkTime, dropPushed, LimitSignal, link, machine, payloadOf, setDynamic, settle, startSlice, UNWIND, type Action,
} from "./machine.js";
import { BYTES, meter } from "./meter.js";

export type Status = "ready" | "waiting" | "done" | "failed";

export interface ComputationOptions {
  /** Fuel that the computation may burn in all. Exceeding a limit of its own fails it; it cannot catch that. */
  readonly steps?: number;
  readonly bytes?: number;
  readonly milliseconds?: number;
  /** Asked from time to time, before more is allocated: what the program holds fails it as soon as there is no room. Garbage is the host's matter. */
  readonly hasMemory?: HasMemory;
  /** Takes what is written to the standard output port; dropped if absent. */
  readonly output?: (text: string) => void;
  /** Takes what is written to the standard error port; if absent, `output` does. */
  readonly errors?: (text: string) => void;
  /** What the standard input port reads; empty if absent. A console that has too little makes the computation wait with an InputRequest. */
  readonly input?: TextInputPort;
}

/**
 * Fuel of one slice. It bounds the depth of the host stack, so it is a compromise: longer slices move fewer
 * frames to the heap. Tests set it low, to unwind everywhere.
 */
export const slice = { length: 2000 };

/** Frames that a recursion may hold before it is taken for runaway. */
const DEEPEST = 5_000_000;

/**
 * Steps between two looks at the depth of the recursion. They fall on the same steps whatever the slice length,
 * so that a program that recurs too deep fails at the same step everywhere.
 */
const INSPECTION = 16_000;

const START: Action = { kind: "suspend", request: undefined };

/** A run of one procedure call. Between calls of `step` it holds its whole state; many may be interleaved. */
export class Computation {
  status: Status = "ready";
  value: Value = UNSPECIFIED;
  /** The object that ended the computation, when it failed: mostly a Condition. */
  failure: Value = UNSPECIFIED;
  /** What `suspend` was given, while the computation waits. */
  request: unknown = undefined;
  /** True if it failed by a `raise` whose call `useValue` can still answer. */
  canUseValue = false;

  private frames: Frame | null = null;
  private readonly clock = new Clock();
  private dynamic: Dynamic;
  private action: Action;
  private readonly output: (text: string) => void;
  private readonly errors: (text: string) => void;
  private readonly input: TextInputPort;
  private readonly root: Limit;
  private readonly mostBytes: number;

  constructor(procedure: Procedure, operands: readonly Value[], options: ComputationOptions = {}) {
    const { steps = Number.MAX_SAFE_INTEGER, bytes = Number.MAX_SAFE_INTEGER, milliseconds } = options;
    const deadline = milliseconds === undefined ? Infinity : performance.now() + milliseconds;
    const memory = options.hasMemory === undefined ? null : Limit.ofMemory(options.hasMemory);
    this.root = new Limit(memory, steps, bytes, deadline, null, null);
    this.clock.checkpoint = INSPECTION;
    this.mostBytes = bytes;
    this.dynamic = new Dynamic(NO_DYNAMIC.winders, NO_DYNAMIC.handlers, null, this.root);
    this.action = { kind: "call", procedure, operands, weight: 0 };
    this.output = options.output ?? (() => {});
    this.errors = options.errors ?? this.output;
    this.input = options.input ?? new TextInputPort("");
  }

  /** Steps burned so far, the same on every machine and for every slice length. */
  get steps(): number {
    return this.clock.steps;
  }

  /** Bytes charged so far by the machine's fixed table, the same on every machine. Garbage is not given back. */
  get bytes(): number {
    return this.mostBytes - this.root.bytes;
  }

  /** Runs at most so many slices; answers the status then. */
  step(slices = 1): Status {
    if (this.status === "ready") aside(() => {
      this.load();
      try {
        this.run(slices);
      } finally {
        this.save();
      }
    });
    return this.status;
  }

  /** Steps to the end. Throws LispError with what ended it, if it failed; a computation that waits is a failure. */
  finish(): Value {
    while (this.step(1_000) === "ready");
    if (this.status === "waiting")
      this.stop(new Condition("not-representable", "the computation asked for something outside, and nothing here answers"));
    if (this.status === "failed") throw new LispError(this.failure);
    return this.value;
  }

  /** The suspended call returns `value`. */
  resume(value: Value): void {
    this.goOn("waiting", { kind: "then", go: () => value });
  }

  /** The suspended call raises `payload`, which the program may catch. */
  raise(payload: Value): void {
    this.goOn("waiting", { kind: "then", go: () => raiseHere(payload) });
  }

  /** After a failure with `canUseValue`: the call of `raise` returns `value`. */
  useValue(value: Value): void {
    this.goOn("failed", { kind: "then", go: () => value });
  }

  /** Ends the computation as failed, wherever it is, or at the end of its slice if it runs. The program cannot catch it. */
  stop(condition: Condition): void {
    if (this.action.kind === "call") condition.position ??= positionIn(this.action.procedure);
    this.end("failed", condition);
  }

  /** Takes from the limits in force what another computation burned on its behalf. */
  charge({ steps, bytes }: Computation): void {
    this.clock.steps += steps;
    this.clock.bytes += bytes;
  }

  /** The Lisp calls that were under way when it failed, innermost first. */
  backtrace(): BacktraceLine[] {
    return this.lines ?? backtraceOf(this.failure, this.frames);
  }

  private goOn(from: Status, action: Action): void {
    if (this.status !== from) throw new LispError(new Condition("internal", `the computation is ${this.status}, not ${from}`));
    this.status = "ready";
    this.canUseValue = false;
    this.action = action;
    this.request = undefined;
  }

  private load(): void {
    machine.frames = this.frames;
    machine.dynamic = this.dynamic;
    machine.action = this.action;
    machine.output = this.output;
    machine.errors = this.errors;
    machine.input = this.input;
    machine.clock = this.clock;
    startSlice(this.action.kind === "call" ? Math.max(slice.length, this.action.weight) : slice.length);
  }

  private save(): void {
    settle();
    this.frames = machine.frames;
    this.dynamic = machine.dynamic;
  }

  private run(slices: number): void {
    this.budget = slices;
    let value: Value = UNWIND;
    while (this.status === "ready" && this.budget > 0) {
      try {
        value = this.trampoline(value);
      } catch (error) {
        value = this.recover(error);
      }
    }
  }

  private budget = 0;
  private lines: BacktraceLine[] | undefined;
  /** What was about to run when a limit was found exceeded. */
  private pending: Procedure | undefined;

  /** Goes on until the computation changes its status or its slices are used up. */
  private trampoline(start: Value): Value {
    let value = start;
    for (;;) {
      if (value === UNWIND) {
        link();
        const action = machine.action;
        if (action.kind === "call") {
          if (meter.fuel < action.weight && !this.nextSlice(action)) return UNWIND;
          value = invoke(action.procedure, action.operands);
        } else if (action.kind === "throw") {
          machine.frames = action.frames;
          setDynamic(action.dynamic);
          value = action.value;
        } else if (action.kind === "then") value = action.go();
        else return this.leave(action);
      } else {
        const frame = machine.frames;
        if (frame === null) {
          checkTime();
          return this.end("done", value);
        }
        machine.frames = frame.next;
        value = frame.resume(value, frame.state);
      }
    }
  }

  /** Between slices: limits are checked, and the host gets its turn. False if the trampoline must not go on. */
  private nextSlice(pending: Extract<Action, { kind: "call" }>): boolean {
    settle();
    this.pending = pending.procedure;
    if (this.clock.steps + pending.weight > this.clock.checkpoint) inspect(this.clock, pending.weight);
    const limit = exceeded(machine.dynamic.limits, pending.weight, performance.now());
    if (limit !== undefined) throw new LimitSignal(limit);
    this.pending = undefined;
    if (--this.budget > 0 && this.status === "ready") {
      startSlice(Math.max(slice.length, pending.weight));
      return true;
    }
    this.action = pending;
    return false;
  }

  /** Turns what native code threw into a raise of it, or into the end of the computation. */
  private recover(error: unknown): Value {
    dropPushed();
    if (error instanceof LimitSignal) {
      settle();
      const position = positionIn(this.pending);
      return leaveLimit(error.limit, position) ?? this.giveUp(limitCondition(error.limit, position));
    }
    const payload = payloadOf(error);
    rememberHostStack(payload, error, machine.frames);
    // The calls that were on the host stack are lost: the handler runs, but it cannot return to them.
    machine.frames = new Frame(neverReturns, UNSPECIFIED, machine.frames);
    machine.action = { kind: "then", go: () => raiseHere(payload) };
    return UNWIND;
  }

  /** Ends it for good: it lets go of all that it held, and keeps the backtrace alone. */
  private giveUp(condition: Condition): Value {
    this.lines = backtraceOf(condition, machine.frames);
    this.pending = undefined;
    machine.frames = null;
    setDynamic(NO_DYNAMIC);
    return this.end("failed", condition);
  }

  private leave(action: Extract<Action, { kind: "suspend" | "fail" }>): Value {
    if (action.kind === "fail") {
      this.canUseValue = machine.frames?.resume !== neverReturns;
      return this.end("failed", action.payload);
    }
    if (this.status === "ready") this.status = "waiting";
    this.request = action.request;
    return UNWIND;
  }

  /** Sets how it ended, unless it has ended already: it may be stopped while it runs. */
  private end(status: "done" | "failed", result: Value): Value {
    if (this.status === "done" || this.status === "failed") return UNWIND;
    this.status = status;
    this.action = START;
    if (status === "done") this.value = result;
    else this.failure = result;
    return UNWIND;
  }
}

/** Where a procedure stands, or the code that goes on in one. */
function positionIn(procedure: Procedure | undefined): Position | undefined {
  return procedure === undefined ? undefined : informationOf(procedure)?.position;
}

function neverReturns(_value: Value): Value {
  return raiseHere(new Condition("not-continuable", "a call that failed in native code cannot be given a value"));
}

function raiseHere(payload: Value): Value {
  return machine.raise === undefined ? abandon(payload) : machine.raise(payload);
}

/** At a checkpoint: refuses a runaway recursion, and charges what the frames of a deep one take. */
function inspect(clock: Clock, weight: number): void {
  const { limits } = machine.dynamic;
  // What follows goes through all the limits in force: not more than one for each step.
  const pause = INSPECTION * (1 + Math.floor((limits?.nesting ?? 0) / INSPECTION));
  clock.checkpoint = pause + INSPECTION * Math.floor((clock.steps + weight) / INSPECTION);
  if (machine.frames !== null && machine.frames.depth > DEEPEST) {
    machine.frames = null;
    throw new LispError(new Condition("recursion-too-deep", `more than ${DEEPEST} calls are waiting for a result`));
  }
  limits?.chargeDepth(machine.frames?.depth ?? 0, BYTES.frame);
}

function invoke(procedure: Procedure, operands: readonly Value[]): Value {
  switch (operands.length) {
    case 0: return procedure();
    case 1: return procedure(operands[0] as Value);
    case 2: return procedure(operands[0] as Value, operands[1] as Value);
    case 3: return procedure(operands[0] as Value, operands[1] as Value, operands[2] as Value);
    default: return procedure(...operands);
  }
}
