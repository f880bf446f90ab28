// Parameter lists, and the procedures that have them.
import { type Clause, type Lambda, Variable } from "../../compiler/core.js";
import { NIL } from "../../values/pair.js";
import { expandBody } from "../body.js";
import { describe } from "../describe.js";
import type { Expander } from "../expander.js";
import type { Form } from "../form.js";
import { type Identifier, isIdentifier, nameOf } from "../identifier.js";
import { Scope } from "../scope.js";
import type { Position } from "../../values/position.js";
import { MOST_OPERANDS, type Value } from "../../values/value.js";

export interface Formals {
  readonly required: readonly Identifier[];
  readonly rest: Identifier | undefined;
  /** Where each required name was written, as `Form.writtenAt` has it. */
  readonly written: readonly (Position | undefined)[];
}

/** Reads `(a b . rest)`, `(a b)` or `rest`, as found at an index of the form, leaving out the first `skip` names. */
export function parseFormals(form: Form, index: number, skip = 0): Formals {
  const list = form.element(index);
  const required = list.items.slice(skip).map((item) => requireName(item, form));
  const rest = list.tail === NIL ? undefined : requireName(list.tail, form);
  if (required.length > MOST_OPERANDS) form.bad(`a procedure has at most ${MOST_OPERANDS} parameters`, list.position);
  const all = new Set<Identifier>(required);
  if (rest !== undefined) all.add(rest);
  if (all.size < required.length + (rest === undefined ? 0 : 1)) form.bad("a parameter is named twice", list.position);
  return { required, rest, written: required.map((_, at) => list.writtenAt(skip + at)) };
}

/** Binds a fresh variable in the scope for each identifier. */
export function bindAll(identifiers: readonly Identifier[], scope: Scope, written: readonly (Position | undefined)[] = []): Variable[] {
  return identifiers.map((identifier, index) => {
    const variable = new Variable(nameOf(identifier), written[index]);
    scope.bind(identifier, variable);
    return variable;
  });
}

/** One clause of a procedure, with the elements of the form from an index on as its body. */
export function expandClause(formals: Formals, form: Form, bodyIndex: number, scope: Scope, expander: Expander): Clause {
  const inner = new Scope(scope);
  const parameters = bindAll(formals.required, inner, formals.written);
  const rest = formals.rest === undefined ? undefined : bindAll([formals.rest], inner)[0];
  return { parameters, rest, body: expandBody(form, bodyIndex, inner, expander) };
}

/** A procedure of one clause, whose body may begin with a docstring. */
export function expandLambda(
  name: string, formals: Formals, form: Form, bodyIndex: number, scope: Scope, expander: Expander,
): Lambda {
  const doc = form.docAt(bodyIndex);
  const clause = expandClause(formals, form, doc === undefined ? bodyIndex : bodyIndex + 1, scope, expander);
  return { kind: "lambda", name, doc, clauses: [clause], position: form.position };
}

function requireName(datum: Value, form: Form): Identifier {
  return isIdentifier(datum) ? datum : form.bad(`${describe(datum)} is not a name for a parameter`);
}
