// The machine's registers, and the ways in which running code leaves the host stack.
import { Condition, LispError } from "../values/condition.js";
import { TextInputPort } from "../values/text-port.js";
import type { Procedure, Value } from "../values/value.js";
import { Dynamic, Frame, NO_DYNAMIC, type Resume } from "./frame.js";
import { Clock, exceeded, type Limit } from "./limit.js";
import { meter } from "./meter.js";

/**
 * The sentinel that a procedure returns instead of a value while the host stack is being unwound. Each
 * non-tail call site that sees it pushes a frame and returns it too (generalised stack inspection: Pettyjohn,
 * Clements, Marshall, Krishnamurthi, Felleisen, *Continuations from Generalized Stack Inspection*, 2005).
 */
export const UNWIND: Value = Object.freeze({ unwind: true });

/** What the trampoline does once the host stack is unwound: the whole continuation is then in `machine.frames`. */
export type Action =
  | { readonly kind: "call"; readonly procedure: Procedure; readonly operands: readonly Value[]; readonly weight: number }
  | { readonly kind: "then"; readonly go: () => Value }
  | { readonly kind: "throw"; readonly frames: Frame | null; readonly dynamic: Dynamic; readonly value: Value }
  | { readonly kind: "suspend"; readonly request: unknown }
  | { readonly kind: "fail"; readonly payload: Value };

/** There is one machine for the process; a computation loads its registers while it runs. */
export const machine = {
  /** The frames pushed during this unwinding are a chain from the innermost to the last one pushed. */
  innermost: null as Frame | null,
  lastPushed: null as Frame | null,
  /** The continuation below the host stack. */
  frames: null as Frame | null,
  dynamic: NO_DYNAMIC,
  action: { kind: "suspend", request: undefined } as Action,
  /** Takes what programs write to the standard output port. */
  output: (_text: string): void => {},
  /** Takes what programs write to the standard error port. */
  errors: (_text: string): void => {},
  /** What the standard input port reads. */
  input: new TextInputPort(""),
  /** The library's `raise`: what an error thrown by native code enters. */
  raise: undefined as Procedure | undefined,
  /** The library's rewinding procedure: `(rewind winders)` runs the winders between here and there. */
  rewind: undefined as Procedure | undefined,
  /** What the running computation has used, up to the last settlement. */
  clock: new Clock(),
};

/** Called by a procedure whose fuel has run out, before its body runs: it will be called again with the same operands. */
export function pause(procedure: Procedure, operands: readonly Value[], weight: number): Value {
  meter.fuel += weight;
  machine.action = { kind: "call", procedure, operands, weight };
  return UNWIND;
}

/** Saves what a call site needs to go on, while the stack is unwound. */
export function push(resume: Resume, state: Value): Value {
  const frame = new Frame(resume, state, null);
  const { lastPushed } = machine;
  if (lastPushed === null) machine.innermost = frame;
  else lastPushed.next = frame;
  machine.lastPushed = frame;
  return UNWIND;
}

/** Moves the frames of an unwinding onto the continuation. */
export function link(): void {
  const { innermost, lastPushed, frames } = machine;
  if (lastPushed === null) return;
  let count = 0;
  for (let frame = innermost; frame !== null; frame = frame.next) count++;
  lastPushed.next = frames;
  let depth = (frames === null ? 0 : frames.depth) + count;
  for (let frame = innermost; frame !== null && frame !== frames; frame = frame.next) frame.depth = depth--;
  machine.frames = innermost;
  machine.innermost = machine.lastPushed = null;
}

/** Drops the frames of an unwinding that was given up. */
export function dropPushed(): void {
  machine.innermost = machine.lastPushed = null;
}

/** Unwinds the stack, then runs `go` with the whole continuation in `machine.frames`. */
export function unwindThen(go: () => Value): Value {
  machine.action = { kind: "then", go };
  return UNWIND;
}

/** Abandons the present continuation for another. */
export function throwTo(frames: Frame | null, dynamic: Dynamic, value: Value): Value {
  machine.action = { kind: "throw", frames, dynamic, value };
  return UNWIND;
}

/**
 * Makes the computation wait: the host reads `request`, and later resumes the call with a value or raises
 * in it. A native procedure returns what this returns.
 */
export function suspend(request: unknown): Value {
  machine.action = { kind: "suspend", request };
  return UNWIND;
}

/** Ends the computation as failed. Its frames are kept, so that a person may give the call a value and go on. */
export function abandon(payload: Value): Value {
  machine.action = { kind: "fail", payload };
  return UNWIND;
}

/** What host code may burn that runs in no computation, and the registers that it finds. */
const IDLE_FUEL = meter.fuel;
const IDLE = { frames: null, dynamic: NO_DYNAMIC, clock: new Clock() };

let sliceLength = IDLE_FUEL;
let byteAllowance = meter.bytes;

/** Puts what was burned and allocated since the last settlement on the clock, which is what the limits in force go by. */
export function settle(): void {
  machine.clock.steps += sliceLength - meter.fuel;
  machine.clock.bytes += byteAllowance - meter.bytes;
  sliceLength = meter.fuel;
  byteAllowance = meter.bytes;
}

/** Starts a slice of at most `length` fuel, less if a limit is nearer. To be called settled. */
export function startSlice(length: number): void {
  const { clock, dynamic: { limits } } = machine;
  clock.enforce(limits);
  const steps = Math.min(length, clock.checkpoint - clock.steps);
  meter.fuel = sliceLength = Math.max(0, limits === null ? steps : Math.min(steps, limits.firstInSteps.steps));
  meter.bytes = byteAllowance = limits === null ? Number.MAX_SAFE_INTEGER : limits.firstInBytes.bytes;
}

/** Makes another dynamic state current. A change of limits shortens the running slice; it never lengthens it. */
export function setDynamic(dynamic: Dynamic): void {
  if (dynamic.limits === machine.dynamic.limits) {
    machine.dynamic = dynamic;
    return;
  }
  settle();
  machine.dynamic = dynamic;
  startSlice(Math.max(0, meter.fuel));
}

/** Thrown by native code when a charge exceeds a limit. Never seen by programs. */
export class LimitSignal {
  constructor(readonly limit: Limit) {}
}

meter.exhausted = () => {
  settle();
  const limit = exceeded(machine.dynamic.limits, 0, -Infinity);
  if (limit === undefined) startSlice(Math.max(0, meter.fuel));
  else throw new LimitSignal(limit);
};

meter.burnBeyond = (steps) => {
  settle();
  const limit = exceeded(machine.dynamic.limits, steps, performance.now());
  if (limit !== undefined) throw new LimitSignal(limit);
  sliceLength += steps;
  settle();
  // The next call ends the slice, so that a loop of bulk work is as short between two looks at the clock as any other.
  startSlice(0);
};

/** What gives its value too late does not give it: the last work of a program may be one long call of a builtin. */
export function checkTime(): void {
  const limit = exceeded(machine.dynamic.limits, 0, performance.now());
  if (limit !== undefined) throw new LimitSignal(limit);
}

/**
 * Does other work with the registers of its own, and comes back to the running computation: nothing that the
 * work burns, allocates or leaves behind is charged to that.
 */
export function aside<Result>(work: () => Result): Result {
  if (!isBusy) return alone(work);
  settle();
  const kept = { ...machine };
  const { fuel } = meter;
  Object.assign(machine, { innermost: null, lastPushed: null, ...IDLE });
  startSlice(IDLE_FUEL);
  try {
    return work();
  } finally {
    settle();
    // What a library's body installs for the whole process stays.
    const { raise, rewind } = machine;
    Object.assign(machine, kept, { raise, rewind });
    startSlice(fuel);
  }
}

let isBusy = false;

/** The same where nothing is running: there is nothing to keep. */
function alone<Result>(work: () => Result): Result {
  isBusy = true;
  try {
    return work();
  } finally {
    settle();
    Object.assign(machine, IDLE);
    startSlice(IDLE_FUEL);
    isBusy = false;
  }
}

/** What native code threw, as the Lisp object that is raised for it. */
export function payloadOf(error: unknown): Value {
  if (error instanceof LispError) return error.payload;
  if (error instanceof RangeError && error.message.includes("call stack"))
    return new Condition("recursion-too-deep", "the host stack overflowed in native code");
  // Compiled code is strict, so that writing to what is frozen throws.
  if (error instanceof TypeError && error.message.includes("read only")) return new Condition("immutable", "a literal, or what a library keeps, cannot be changed");
  if (error instanceof RangeError) return new Condition("not-representable", `too large: ${error.message}`);
  return new Condition("internal", error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
