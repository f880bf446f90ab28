// Procedures whose code is made when they are first called: most of a library is never used by one program.
import type { Procedure, Value } from "../values/value.js";
import { aside, unwindThen } from "./machine.js";

const made = new WeakMap<object, () => Procedure>();

/** A procedure that enters what `make` makes, once it is called. Making it is at no program's charge. */
export function deferredProcedure(make: () => Procedure): Procedure {
  let code: Procedure | undefined;
  const ready = () => (code ??= aside(make));
  // Expansion and compilation need the host stack for themselves.
  const procedure: Procedure = (...operands) => (code === undefined ? unwindThen(() => ready()(...operands)) : code(...operands));
  made.set(procedure, ready);
  return procedure;
}

/** The procedure that has the code of this one: the same, unless it was deferred. */
export function withCode(procedure: Value): Value {
  return made.get(procedure)?.() ?? procedure;
}
