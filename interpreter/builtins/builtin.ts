// What a native procedure is: a name, an arity, a doc, and a function that never calls a Lisp procedure.
import { fail } from "../values/condition.js";
import type { Procedure, Value } from "../values/value.js";

/**
 * A native procedure. `raw` trusts its operand count and checks their types; `procedure` is the value that
 * programs see: it checks the count too. A builtin marked `control` may return UNWIND or call what it is
 * given as its very last act (apply, call/cc); all others return a plain value at once.
 */
export interface Builtin {
  readonly name: string;
  readonly minimum: number;
  /** Infinity for a rest parameter. */
  readonly maximum: number;
  readonly raw: Procedure;
  readonly procedure: Procedure;
  readonly doc: string;
  readonly control: boolean;
}

/** Every builtin by its Lisp name. Filled by `define` as the files of this folder load. */
export const builtins = new Map<string, Builtin>();

const ofProcedure = new WeakMap<object, Builtin>();

/**
 * Defines a builtin. `doc` starts with its call shape: "(vector-ref vector k) The element at index k."
 * Operand types are checked by `raw`, by throwing through `fail`.
 */
export function define(
  name: string, minimum: number, maximum: number, raw: (...operands: never[]) => Value, doc: string,
  options: { control?: boolean } = {},
): void {
  builtins.set(name, make(name, minimum, maximum, raw as Procedure, doc, options.control ?? false));
}

/**
 * A native procedure that a host gives to programs. `run` gets a checked number of operands; it may return what
 * `suspend` returns, and never calls a Lisp procedure.
 */
export function nativeProcedure(name: string, minimum: number, maximum: number, doc: string, run: Procedure): Procedure {
  return make(name, minimum, maximum, run, doc, true).procedure;
}

function make(name: string, minimum: number, maximum: number, raw: Procedure, doc: string, control: boolean): Builtin {
  const builtin: Builtin = { name, minimum, maximum, doc, raw, control, procedure: checked(name, minimum, maximum, raw) };
  ofProcedure.set(builtin.procedure, builtin);
  return builtin;
}

/** The builtin behind a procedure value, if it is one: for printing and for `,doc`. */
export function builtinOf(procedure: Value): Builtin | undefined {
  return typeof procedure === "function" ? ofProcedure.get(procedure) : undefined;
}

function checked(name: string, minimum: number, maximum: number, raw: Procedure): Procedure {
  if (minimum === 1 && maximum === 1)
    return function (a: Value) { return arguments.length === 1 ? raw(a) : wrongCount(name, minimum, maximum, arguments.length); };
  if (minimum === 2 && maximum === 2)
    return function (a: Value, b: Value) { return arguments.length === 2 ? raw(a, b) : wrongCount(name, minimum, maximum, arguments.length); };
  return (...operands) =>
    operands.length >= minimum && operands.length <= maximum ? raw(...operands) : wrongCount(name, minimum, maximum, operands.length);
}

function wrongCount(name: string, minimum: number, maximum: number, given: number): never {
  const wanted = maximum === Infinity ? `at least ${minimum}` : minimum === maximum ? `${minimum}` : `${minimum} to ${maximum}`;
  return fail("wrong-arity", `${name} takes ${wanted} operand${wanted === "1" ? "" : "s"}, but got ${given}`);
}
