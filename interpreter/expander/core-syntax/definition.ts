// define, define-values, define-record-type, begin and set!.
import { type Core, Variable } from "../../compiler/core.js";
import { listFrom } from "../../values/pair.js";
import { assignmentTarget, splicedFrom } from "../body.js";
import { callBuiltin, constant, named, procedure, reference, sequence, unspecified } from "../build.js";
import { Cell } from "../environment.js";
import type { Expander } from "../expander.js";
import type { Form } from "../form.js";
import { Alias, type Identifier, isIdentifier, nameOf, symbolOf } from "../identifier.js";
import type { Definitions, DefinitionSyntax, ExpressionSyntax, Target } from "../transformer.js";
import { LispSymbol } from "../../values/symbol.js";
import { bindAll, expandLambda, type Formals, parseFormals } from "./formals.js";
import { receive } from "./binding.js";
import { Scope } from "../scope.js";

export const define: DefinitionSyntax = {
  kind: "definition",
  shape: "(define name [doc] value) or (define (name parameter ... [. rest]) [doc] body ...)",
  define(form, definitions, expander) {
    if (isIdentifier(form.expect(2).item(1))) return defineValue(form, definitions, expander);
    const name = form.element(1).items[0];
    if (name === undefined || !isIdentifier(name)) return form.bad("the procedure has no name", form.positionAt(1));
    const formals = parseFormals(form.expect(3), 1, 1);
    definitions.define(name, () => expandLambda(nameOf(name), formals, form, 2, definitions.scope, expander), { position: form.position, written: form.element(1).writtenAt(0) });
  },
};

export const defineValues: DefinitionSyntax = {
  kind: "definition",
  shape: "(define-values (name ... [. rest]) expression)",
  define(form, definitions, expander) {
    const formals = parseFormals(form.expect(3, 3), 1);
    const all = formals.rest === undefined ? formals.required : [...formals.required, formals.rest];
    const results = definitions.define(hiddenName("results", definitions), () => resultsVector(form, formals, definitions, expander));
    all.forEach((name, index) =>
      definitions.define(name, () => callBuiltin("vector-ref", [reference(results), constant(index)]), { position: form.positionAt(1) }));
  },
};

export const defineRecordType: DefinitionSyntax = {
  kind: "definition",
  shape: "(define-record-type type (constructor field ...) predicate (field accessor [modifier]) ...)",
  define(form, definitions) {
    form.expect(4);
    const fields = form.items.slice(4).map((_, index) => form.part(4 + index).expect(1, 3));
    const names = fields.map((field) => field.identifier(0));
    if (new Set(names).size < names.length) form.bad("a field is named twice");
    const type = defineType(form, names, definitions);
    const record: RecordShape = { type, name: nameOf(form.identifier(1)).replace(/^<(.+)>$/, "$1"), names };
    defineConstructor(form, record, definitions);
    definePredicate(form, record, definitions);
    fields.forEach((field, index) => {
      if (field.length > 1) defineAccessor(field, index, record, definitions);
      if (field.length > 2) defineModifier(field, index, record, definitions);
    });
  },
};

export const begin: DefinitionSyntax = {
  kind: "definition",
  shape: "(begin form ...)",
  define(form, definitions) {
    definitions.splice(splicedFrom(form.expect(1), 1));
  },
  expand: (form, scope, expander) => sequence(expander.expandFrom(form.expect(1), 1, scope)),
};

export const set: ExpressionSyntax = {
  kind: "expression",
  shape: "(set! name value)",
  expand(form, scope, expander) {
    const target = assignmentTarget(form.expect(3, 3), 1, scope, expander);
    const value = named(target instanceof Cell ? target.name.name : target.name, expander.expandAt(form, 2, scope));
    return target instanceof Cell
      ? { kind: "set-global", cell: target, value, position: form.position }
      : { kind: "set-local", variable: target, value };
  },
};

/** A name that nothing else can refer to. */
export function hiddenName(name: string, definitions: Definitions): Identifier {
  return new Alias(LispSymbol.intern(name), definitions.scope);
}

function defineValue(form: Form, definitions: Definitions, expander: Expander): void {
  const doc = form.docAt(2);
  const index = doc === undefined ? 2 : 3;
  if (form.expect(2, index + 1).length === 2) {
    definitions.define(form.identifier(1), unspecified, { position: form.position });
    return;
  }
  const value = (): Core => {
    const core = expander.expandAt(form, index, definitions.scope);
    if (core.kind === "lambda") core.doc ??= doc;
    return core;
  };
  definitions.define(form.identifier(1), value, { doc, position: form.position, written: form.writtenAt(1) });
}

/** The values of the expression as a vector, their number checked against the formals. */
function resultsVector(form: Form, formals: Formals, definitions: Definitions, expander: Expander): Core {
  const scope = new Scope(definitions.scope);
  const parameters = bindAll(formals.required, scope);
  const rest = formals.rest === undefined ? undefined : new Variable(nameOf(formals.rest));
  const all = rest === undefined ? parameters : [...parameters, rest];
  const collect = procedure(parameters, callBuiltin("vector", all.map((variable) => reference(variable))), { name: "define-values", rest });
  return receive(expander.expandAt(form, 2, definitions.scope), collect, form);
}

interface RecordShape {
  readonly type: Target;
  /** The type's name without the customary <>, for docs. */
  readonly name: string;
  readonly names: readonly Identifier[];
}

function defineType(form: Form, names: readonly Identifier[], definitions: Definitions): Target {
  const operands = [constant(symbolOf(form.identifier(1))), constant(listFrom(names.map(symbolOf)))];
  return definitions.define(form.identifier(1), () => callBuiltin("%make-record-type", operands), { position: form.position });
}

function defineConstructor(form: Form, record: RecordShape, definitions: Definitions): void {
  if (form.item(2) === false) return;
  const alone = isIdentifier(form.item(2));
  const list = alone ? undefined : form.part(2).expect(1);
  const name = alone ? form.identifier(2) : (list as Form).identifier(0);
  const taken = alone ? record.names : (list as Form).items.slice(1).map((_, index) => (list as Form).identifier(index + 1));
  const stray = taken.find((field) => !record.names.includes(field));
  if (stray !== undefined) form.bad(`${nameOf(stray)} is not a field of ${record.name}`, form.positionAt(2));
  if (new Set(taken).size < taken.length) form.bad("the constructor takes a field twice", form.positionAt(2));
  const parameters = taken.map((field) => new Variable(nameOf(field)));
  const slots = record.names.map((field) => {
    const parameter = parameters[taken.indexOf(field)];
    return parameter === undefined ? constant(false) : reference(parameter);
  });
  defineProcedure(name, parameters, `A new ${record.name}.`, () => callBuiltin("%record", [reference(record.type), ...slots]), form, definitions);
}

function definePredicate(form: Form, record: RecordShape, definitions: Definitions): void {
  if (form.item(3) === false) return;
  const object = new Variable("object");
  defineProcedure(form.identifier(3), [object], `Is the object a ${record.name}?`,
    () => callBuiltin("%record?", [reference(object), reference(record.type)]), form, definitions);
}

function defineAccessor(field: Form, index: number, record: RecordShape, definitions: Definitions): void {
  const object = new Variable(record.name);
  const accessor = field.identifier(1);
  defineProcedure(accessor, [object], `The field ${nameOf(field.identifier(0))} of a ${record.name}.`,
    () => callBuiltin("%record-ref", [reference(object), reference(record.type), constant(index), constant(symbolOf(accessor))], field.position),
    field, definitions);
}

function defineModifier(field: Form, index: number, record: RecordShape, definitions: Definitions): void {
  const [object, value] = [new Variable(record.name), new Variable("value")];
  const modifier = field.identifier(2);
  const operands = (): Core[] => [reference(object), reference(record.type), constant(index), reference(value), constant(symbolOf(modifier))];
  defineProcedure(modifier, [object, value], `Changes the field ${nameOf(field.identifier(0))} of a ${record.name}.`,
    () => callBuiltin("%record-set!", operands(), field.position), field, definitions);
}

function defineProcedure(
  name: Identifier, parameters: Variable[], doc: string, body: () => Core, form: Form, definitions: Definitions,
): void {
  const options = { name: nameOf(name), doc, position: form.position };
  definitions.define(name, () => procedure(parameters, body(), options), { position: form.position });
}
