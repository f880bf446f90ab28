// Short ways to build core forms.
import { type Application, type Core, type Lambda, Variable } from "../compiler/core.js";
import { NIL } from "../values/pair.js";
import type { Position } from "../values/position.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { Char } from "../values/text.js";
import { UNSPECIFIED, type Value } from "../values/value.js";
import { Cell } from "./environment.js";
import { kernelCell } from "./kernel.js";
import type { Target } from "./transformer.js";

export function constant(value: Value): Core {
  return { kind: "constant", value };
}

export function unspecified(): Core {
  return constant(UNSPECIFIED);
}

export function call(operator: Core, operands: Core[], position?: Position): Application {
  return { kind: "call", operator, operands, position };
}

/** A call of a native procedure, whatever its name means in the program. */
export function callBuiltin(name: string, operands: Core[], position?: Position): Core {
  return call({ kind: "global", cell: kernelCell(name), position }, operands, position);
}

/** A reference to a local variable or a cell. */
export function reference(target: Target, position?: Position): Core {
  return target instanceof Cell ? { kind: "global", cell: target, position } : { kind: "local", variable: target, position };
}

export function conditional(test: Core, consequent: Core, alternative: Core): Core {
  return { kind: "if", test, consequent, alternative };
}

/** The forms in order; the one form itself if there is one, the unspecified value if there is none. */
export function sequence(body: Core[]): Core {
  return body.length === 1 ? (body[0] as Core) : body.length === 0 ? unspecified() : { kind: "sequence", body };
}

/** Binds one value to a fresh variable for the body. */
export function bindOne(name: string, value: Core, body: (variable: Core) => Core): Core {
  const variable = new Variable(name);
  return { kind: "let", variables: [variable], initialisers: [value], body: body(reference(variable)) };
}

/** Is the value the datum? By `eq?` where that answers as the wider predicate does: it is faster. */
export function isDatum(value: Core, datum: Value, predicate: "eqv?" | "equal?"): Core {
  const hasIdentity = datum instanceof LispSymbol || datum instanceof Keyword || datum instanceof Char
    || typeof datum === "boolean" || typeof datum === "number";
  return datum === NIL ? callBuiltin("null?", [value]) : callBuiltin(hasIdentity ? "eq?" : predicate, [value, constant(datum)]);
}

/** A procedure of one clause. */
export function procedure(
  parameters: Variable[], body: Core, options: { name?: string; rest?: Variable; doc?: string; position?: Position } = {},
): Lambda {
  const { name = "", rest, doc, position } = options;
  return { kind: "lambda", name, doc, clauses: [{ parameters, rest, body }], position };
}

/** Names a procedure after what it is bound to, unless it has a name. */
export function named(name: string, value: Core): Core {
  if (value.kind === "lambda" && value.name === "") value.name = name;
  return value;
}
