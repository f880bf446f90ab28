// The control builtins: what captures, abandons or extends the continuation. The rest of control is Lisp.
import { type Builtin, builtins, define } from "../builtins/builtin.js";
import { StandardOutputPort } from "../values/text-port.js";
import { PersistentMap } from "../values/collection.js";
import { Condition, fail, LispError } from "../values/condition.js";
import type { Position } from "../values/position.js";
import { itemsOf, listFrom, NIL, Pair } from "../values/pair.js";
import { Keyword } from "../values/symbol.js";
import { MOST_OPERANDS, MultipleValues, UNSPECIFIED, type Procedure, type Value } from "../values/value.js";
import { Dynamic, Frame, ParameterBinding } from "./frame.js";
import { Limit } from "./limit.js";
import { allocate, burn, burnElements, BYTES, meter } from "./meter.js";
import { abandon, checkTime, dropPushed, machine, push, setDynamic, throwTo, UNWIND, unwindThen } from "./machine.js";

const CONTROL = { control: true } as const;

/** Fails unless the value can be called. */
export function checkProcedure(name: string, value: Value): Procedure {
  if (typeof value !== "function") fail("not-a-procedure", `${name}: expected a procedure`, [value]);
  return value as Procedure;
}

/** What a native procedure burns that calls another while it is itself on the host stack. */
const NESTING = 1;

/** Calls `thunk` in another dynamic state, and comes back to the present one when it returns. */
function callWithDynamic(dynamic: Dynamic, thunk: Procedure): Value {
  burn(NESTING);
  const saved = machine.dynamic;
  setDynamic(dynamic);
  const value = thunk();
  return value === UNWIND ? push(restoreDynamic, saved) : restoreDynamic(value, saved);
}

function restoreDynamic(value: Value, saved: Value): Value {
  if (machine.dynamic.limits !== (saved as Dynamic).limits) checkTime();
  setDynamic(saved as Dynamic);
  return value;
}

define("apply", 2, Infinity, (operator: Value, ...operands: Value[]) => {
  const procedure = checkProcedure("apply", operator);
  const last = itemsOf(operands.pop() as Value);
  if (last === undefined) return fail("wrong-type", "apply: the last operand must be a proper list");
  if (operands.length + last.length > MOST_OPERANDS)
    throw new LispError(new Condition("out-of-range", `apply: at most ${MOST_OPERANDS} operands can be given`, [], undefined, "Fold over the list instead."));
  burn(NESTING);
  burnElements(operands.length + last.length);
  return procedure(...operands, ...last);
}, "(apply procedure operand … list) Calls the procedure with the operands and the elements of the list.", CONTROL);

define("%call-gathered", 2, 2, (operator: Value, lists: Value) => {
  const operands = (itemsOf(lists) as Value[]).reverse().flatMap((list) => itemsOf(list) as Value[]);
  if (typeof operator !== "function") return fail("not-a-procedure", "the operator of a call is not a procedure", [operator]);
  burn(NESTING);
  burnElements(operands.length);
  return (operator as Procedure)(...operands);
}, "(%call-gathered procedure lists) Calls the procedure with the elements of the lists, of which the last one comes first.", CONTROL);

define("values", 0, Infinity, (...items: Value[]) => (items.length === 1 ? (items[0] as Value) : new MultipleValues(items)),
  "(values value …) Delivers all the values to the continuation.", CONTROL);

define("call-with-values", 2, 2, (producer: Value, consumer: Value) => {
  const receive = checkProcedure("call-with-values", consumer);
  const produce = checkProcedure("call-with-values", producer);
  burn(NESTING);
  const value = produce();
  return value === UNWIND ? push(deliverValues, receive) : deliver(receive, value);
}, "(call-with-values producer consumer) Calls the consumer with the values of the producer.", CONTROL);

function deliverValues(value: Value, consumer: Value): Value {
  return deliver(consumer as Procedure, value);
}

function deliver(consumer: Procedure, value: Value): Value {
  return value instanceof MultipleValues ? consumer(...value.items) : consumer(value);
}

define("%call/cc", 1, 1, (receiver: Value) => {
  const procedure = checkProcedure("call/cc", receiver);
  return unwindThen(() => procedure(continuation(machine.frames, machine.dynamic)));
}, "(%call/cc receiver) Calls the receiver with the continuation, which runs no winders.", CONTROL);

function continuation(frames: Frame | null, dynamic: Dynamic): Procedure {
  allocate(BYTES.procedure + BYTES.frame * hold(frames));
  return function continuation(...values) {
    // Those that are left were entered, one by one or by such a throw.
    burn(machine.clock.outOfForce(dynamic.limits));
    const value = values.length === 1 ? (values[0] as Value) : new MultipleValues(values);
    return throwTo(frames, dynamic, value);
  };
}

/** Marks the frames as held by a program; answers how many were not before. */
function hold(frames: Frame | null): number {
  let count = 0;
  for (let frame = frames; frame !== null && !frame.isHeld; frame = frame.next) {
    frame.isHeld = true;
    count++;
  }
  return count;
}

define("%winders", 0, 0, () => machine.dynamic.winders, "(%winders) The list of winders in force, innermost first.");

define("%set-winders!", 1, 1, (winders: Value) => {
  const { handlers, parameters, limits } = machine.dynamic;
  machine.dynamic = new Dynamic(winders, handlers, parameters, limits);
  return UNSPECIFIED;
}, "(%set-winders! list) Makes these the winders in force.");

define("%dynamic", 0, 0, () => machine.dynamic, "(%dynamic) The dynamic state, to be given to %with-dynamic.");

define("%with-dynamic", 2, 2, (state: Value, thunk: Value) => {
  if (!(state instanceof Dynamic)) return fail("wrong-type", "%with-dynamic: expected a dynamic state", [state]);
  const { winders, limits } = machine.dynamic;
  // What an after-thunk raises within its grace is for no handler outside it.
  const { handlers } = graceInForce() === undefined ? state : machine.dynamic;
  return callWithDynamic(new Dynamic(winders, handlers, state.parameters, limits), checkProcedure("%with-dynamic", thunk));
}, "(%with-dynamic state thunk) Calls the thunk with the handlers and parameters of that state, the winders and limits of this one.", CONTROL);

define("%handlers", 0, 0, () => machine.dynamic.handlers, "(%handlers) The list of exception handlers in force, innermost first.");

define("%with-handlers", 2, 2, (handlers: Value, thunk: Value) => {
  const { winders, parameters, limits } = machine.dynamic;
  return callWithDynamic(new Dynamic(winders, handlers, parameters, limits), checkProcedure("with-exception-handler", thunk));
}, "(%with-handlers list thunk) Calls the thunk with these exception handlers.", CONTROL);

define("%make-parameter", 1, 1, (initial: Value) => {
  allocate(BYTES.procedure);
  const parameter: Procedure = function parameter() {
    let passed = 0;
    let binding = machine.dynamic.parameters;
    for (; binding !== null && binding.parameter !== parameter; binding = binding.next) passed++;
    burnElements(passed);
    return binding === null ? initial : binding.value;
  };
  meter.kept?.set(parameter, [initial]);
  return parameter;
}, "(%make-parameter value) A procedure of no operands that gives the value bound to it.");

define("%with-parameters", 2, 2, (bindings: Value, thunk: Value) => {
  const { winders, handlers, limits } = machine.dynamic;
  let parameters = machine.dynamic.parameters;
  for (const binding of itemsOf(bindings) ?? [])
    if (binding instanceof Pair) parameters = new ParameterBinding(binding.car, binding.cdr, parameters);
  return callWithDynamic(new Dynamic(winders, handlers, parameters, limits), checkProcedure("%with-parameters", thunk));
}, "(%with-parameters ((parameter . value) …) thunk) Calls the thunk with the parameters so bound.", CONTROL);

define("error", 1, Infinity, (message: Value, ...irritants: Value[]) => {
  const made = (builtins.get("%make-error") as Builtin).raw(message, listFrom(irritants));
  return machine.raise === undefined ? abandon(made) : machine.raise(made);
}, "(error message irritant …) Raises a new condition of code :user-error.", CONTROL);

define("%uncaught", 1, 1, (payload: Value) => {
  // An after-thunk that fails while a limit is being left gives up the rest of its grace, and no more.
  const grace = graceInForce();
  return grace?.dynamic ? throwTo(grace.frames, grace.dynamic, UNSPECIFIED) : abandon(payload);
},
  "(%uncaught object) Ends the computation with an object that no handler took.", CONTROL);

define("%set-raise!", 1, 1, (procedure: Value) => {
  machine.raise = checkProcedure("%set-raise!", procedure);
  return UNSPECIFIED;
}, "(%set-raise! procedure) Errors of native code enter this procedure.");

define("%set-rewind!", 1, 1, (procedure: Value) => {
  machine.rewind = checkProcedure("%set-rewind!", procedure);
  return UNSPECIFIED;
}, "(%set-rewind! procedure) A program that exceeds a limit leaves by this procedure of one list of winders.");

const standardOutput = new StandardOutputPort((text: string) => machine.output(text));
const standardErrors = new StandardOutputPort((text: string) => machine.errors(text));

define("%standard-output", 0, 0, () => standardOutput, "(%standard-output) The port that writes where the host decides.");
define("%standard-error", 0, 0, () => standardErrors, "(%standard-error) The port for messages, where the host decides.");

define("with-limits", 2, 2, (map: Value, thunk: Value) => {
  const limits = checkLimits(map);
  const procedure = checkProcedure("with-limits", thunk);
  const steps = limitOf(limits, "steps");
  const bytes = limitOf(limits, "bytes");
  const deadline = limitOf(limits, "ms") + performance.now();
  return unwindThen(() => {
    const { winders, handlers, parameters, limits: parent } = machine.dynamic;
    const limit = new Limit(parent, steps, bytes, deadline, machine.frames, machine.dynamic);
    return callWithDynamic(new Dynamic(winders, handlers, parameters, limit), procedure);
  });
}, "(with-limits {:steps n :ms n :bytes n} thunk) Calls the thunk; beyond a limit, limit-exceeded is raised here, where the thunk cannot catch it.", CONTROL);

function graceInForce(): Limit | undefined {
  return machine.dynamic.limits?.grace;
}

const LIMITS: ReadonlySet<string> = new Set(["steps", "bytes", "ms"]);

function checkLimits(limits: Value): PersistentMap {
  if (!(limits instanceof PersistentMap)) return fail("wrong-type", "with-limits: expected a map such as {:steps 100000}", [limits]);
  for (const name of limits.keys())
    if (!(name instanceof Keyword && LIMITS.has(name.name))) fail("wrong-type", "with-limits: a limit is :steps, :bytes or :ms, but got", [name]);
  return limits;
}

function limitOf(limits: PersistentMap, name: string): number {
  const value = limits.get(Keyword.intern(name)) ?? Number.MAX_SAFE_INTEGER;
  if (typeof value !== "number" || value < 0) return fail("wrong-type", `with-limits: :${name} must be an exact non-negative integer`, [value]);
  return value;
}

/** Fuel that the after-thunks of a program get in all, once it has exceeded its limit. */
const GRACE_STEPS = 10_000;
const GRACE_BYTES = 1_000_000;
const GRACE_MS = 1000;

/**
 * Leaves a program that has exceeded a limit: its after-thunks run within a fixed grace, then `limit-exceeded`
 * is raised in the continuation of the `with-limits`. Answers the value to go on with, or undefined if the
 * limit is the computation's own.
 */
export function leaveLimit(limit: Limit, position?: Position): Value | undefined {
  if (limit.dynamic === null) return undefined;
  if (limit.isGrace) return throwTo(limit.frames, limit.dynamic, UNSPECIFIED);
  const home = limit.dynamic;
  const raiseHere = new Frame(raiseLimit, limitCondition(limit, position), limit.frames);
  const afterGrace = new Dynamic(home.winders, home.handlers, home.parameters, home.limits);
  if (limit.hadGrace) return throwTo(raiseHere, afterGrace, UNSPECIFIED);
  limit.hadGrace = true;
  const grace = new Limit(home.limits, GRACE_STEPS, GRACE_BYTES, performance.now() + GRACE_MS, raiseHere, afterGrace, true);
  const giveUp: Procedure = () => throwTo(raiseHere, afterGrace, UNSPECIFIED);
  const winders = machine.dynamic.winders;
  dropPushed();
  machine.frames = new Frame(restoreDynamic, afterGrace, raiseHere);
  setDynamic(new Dynamic(winders, new Pair(giveUp, NIL), home.parameters, grace));
  return winders === home.winders || machine.rewind === undefined ? UNSPECIFIED : unwindThen(() => (machine.rewind as Procedure)(home.winders));
}

const NO_ROOM = "Hold less data at once: let go of what is no longer needed, or take it piece by piece.";

/** The condition that tells which limit was exceeded, and in what. */
export function limitCondition(limit: Limit, position?: Position): Condition {
  if (limit.isMemory) return new Condition("limit-exceeded", "the process has no memory left for more data", [Keyword.intern("bytes")], position, NO_ROOM);
  const what = limit.bytes < 0 ? "memory" : limit.deadline < performance.now() ? "time" : "step";
  return new Condition("limit-exceeded", `the ${what} limit is used up`, [Keyword.intern(what === "memory" ? "bytes" : what === "time" ? "ms" : "steps")], position);
}

function raiseLimit(_value: Value, condition: Value): Value {
  const raise = machine.raise;
  return raise === undefined ? abandon(condition) : raise(condition);
}
