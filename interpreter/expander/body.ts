// Bodies and top levels: all definitions are scanned first, their values expanded after (R7RS 5.3.2).
import { type Core, type Definition, Variable } from "../compiler/core.js";
import { Pair } from "../values/pair.js";
import { carPositionOf, positionOf, type Position } from "../values/position.js";
import type { Value } from "../values/value.js";
import { constant, named, sequence } from "./build.js";
import { Cell, type Syntax } from "./environment.js";
import type { Expander } from "./expander.js";
import { failAt, Form } from "./form.js";
import { type Identifier, nameOf, symbolOf } from "./identifier.js";
import { definingEnvironment, resolve, Scope } from "./scope.js";
import type { DefinitionOptions, Definitions, SplicedForm } from "./transformer.js";

/** Expands the elements of a form from an index on as a body: definitions, then expressions. */
export function expandBody(form: Form, index: number, scope: Scope, expander: Expander): Core {
  const definitions = new LocalDefinitions(new Scope(scope), form);
  scan(splicedFrom(form, index), definitions, expander);
  return definitions.finish();
}

/** Expands forms as definitions and expressions of an environment; the result has one node for each. */
export function expandTopLevel(forms: readonly SplicedForm[], scope: Scope, expander: Expander): Core[] {
  const topLevel = new TopLevel(scope, expander);
  for (const form of forms) topLevel.add(form);
  return topLevel.finish();
}

/** The same for forms that come one by one. */
export class TopLevel {
  private readonly definitions: TopLevelDefinitions;

  constructor(scope: Scope, private readonly expander: Expander) {
    this.definitions = new TopLevelDefinitions(scope);
  }

  add(form: SplicedForm): void {
    scan([form], this.definitions, this.expander);
  }

  finish(): Core[] {
    return this.definitions.finish();
  }
}

/** The elements of a form from an index on, each with its position. */
export function splicedFrom(form: Form, index: number): SplicedForm[] {
  return form.cells.slice(index).map((cell) => ({ datum: cell.car, position: carPositionOf(cell) ?? form.position }));
}

abstract class Scan implements Definitions {
  /** Forms still to be scanned, the next one last. */
  readonly waiting: SplicedForm[] = [];
  constructor(readonly scope: Scope) {}
  abstract define(identifier: Identifier, value: () => Core, options?: DefinitionOptions): Variable | Cell;
  abstract defineSyntax(identifier: Identifier, syntax: Syntax): void;
  abstract expression(value: () => Core): void;

  /** Defines the procedure that the form is known to define, without looking at the form; false if that is not done. */
  defineLater(_form: SplicedForm, _expander: Expander): boolean {
    return false;
  }

  splice(forms: readonly SplicedForm[]): void {
    for (let index = forms.length - 1; index >= 0; index--) this.waiting.push(forms[index] as SplicedForm);
  }
}

function scan(forms: readonly SplicedForm[], definitions: Scan, expander: Expander): void {
  definitions.splice(forms);
  for (let next = definitions.waiting.pop(); next !== undefined; next = definitions.waiting.pop())
    if (!definitions.defineLater(next, expander)) scanForm(next, definitions, expander);
}

function scanForm({ datum, position }: SplicedForm, definitions: Scan, expander: Expander): void {
  const { scope } = definitions;
  expander.step();
  const here = positionOf(datum) ?? position;
  let form: Value = datum;
  for (;;) {
    const transformer = expander.keywordOf(form, scope)?.transformer;
    if (transformer?.kind === "macro") form = expander.rewrite(transformer, form as Pair, scope, here);
    else if (transformer?.kind === "definition")
      return transformer.define(new Form(form, positionOf(form) ?? here, transformer.shape), definitions, expander);
    else {
      const expression = form;
      return definitions.expression(() => expander.expand(expression, scope, here));
    }
  }
}

class LocalDefinitions extends Scan {
  private readonly items: { variable: Variable | undefined; value: () => Core }[] = [];

  constructor(scope: Scope, private readonly form: Form) {
    super(scope);
  }

  define(identifier: Identifier, value: () => Core, options: DefinitionOptions = {}): Variable {
    this.refuseSecond(identifier, options.position);
    const variable = new Variable(nameOf(identifier), options.written);
    this.scope.bind(identifier, variable);
    this.items.push({ variable, value: () => named(variable.name, value()) });
    return variable;
  }

  defineSyntax(identifier: Identifier, syntax: Syntax): void {
    this.refuseSecond(identifier, undefined);
    this.scope.bind(identifier, syntax);
  }

  expression(value: () => Core): void {
    this.items.push({ variable: undefined, value });
  }

  /** An expression before a definition becomes the initialiser of a variable that nobody sees. */
  finish(): Core {
    const isDefinition = this.items.map((item) => item.variable !== undefined);
    const firstExpression = isDefinition.lastIndexOf(true) + 1;
    if (firstExpression === this.items.length) this.form.bad("the body has no expression after its definitions");
    const cores = this.items.map((item) => item.value());
    const body = sequence(cores.slice(firstExpression));
    if (firstExpression === 0) return body;
    const variables = this.items.slice(0, firstExpression).map((item) => item.variable ?? new Variable("effect"));
    return { kind: "letrec", variables, initialisers: cores.slice(0, firstExpression), body };
  }

  private refuseSecond(identifier: Identifier, position: Position | undefined): void {
    if (this.scope.binds(identifier)) this.form.bad(`${nameOf(identifier)} is defined twice in one body`, position);
  }
}

class TopLevelDefinitions extends Scan {
  private readonly items: (() => Core)[] = [];

  define(identifier: Identifier, value: () => Core, options: DefinitionOptions = {}): Cell {
    const cell = this.cellFor(identifier, options.position);
    this.items.push(() => {
      const core = named(cell.name.name, value());
      cell.doc = options.doc ?? (core.kind === "lambda" ? core.doc : undefined);
      return { kind: "define", cell, value: core, position: options.position };
    });
    return cell;
  }

  override defineLater(form: SplicedForm, expander: Expander): boolean {
    const { deferProcedure } = expander.libraries.hooks;
    const { defines: name, position } = form;
    if (deferProcedure === undefined || name === undefined) return false;
    const cell = this.cellFor(name, position);
    const now = () => expandTopLevel([{ datum: form.datum, position }], this.scope, expander)[0] as Definition;
    this.items.push(() => ({ kind: "define", cell, value: constant(deferProcedure(now)), position }));
    return true;
  }

  defineSyntax(identifier: Identifier, syntax: Syntax): void {
    this.refuseImported(identifier, undefined);
    this.scope.environment.bindOwn(identifier, syntax);
  }

  expression(value: () => Core): void {
    this.items.push(value);
  }

  finish(): Core[] {
    return this.items.map((expand) => expand());
  }

  /** The cell that a definition fills: the environment's own of that name, if it has one already. */
  private cellFor(identifier: Identifier, position: Position | undefined): Cell {
    const { environment } = this.scope;
    const known = environment.lookup(identifier);
    if (known instanceof Cell && environment.owns(known)) {
      environment.noteAssigned(known.name);
      return known;
    }
    this.refuseImported(identifier, position);
    const cell = new Cell(symbolOf(identifier), environment.name);
    if (known instanceof Cell) cell.shadowed = known;
    environment.bindOwn(identifier, cell);
    return cell;
  }

  private refuseImported(identifier: Identifier, position: Position | undefined): void {
    const { environment } = this.scope;
    const known = environment.lookup(identifier);
    if (known === undefined || environment.open || environment.owns(known)) return;
    const name = nameOf(identifier);
    failAt("bad-syntax", `${environment.name} defines ${name}, which it also imports`, [symbolOf(identifier)], position,
      `Import it with (except … ${name}) or (rename …), or define another name.`);
  }
}

/** The variable or cell that `set!` of this identifier changes. */
export function assignmentTarget(form: Form, index: number, scope: Scope, expander: Expander): Variable | Cell {
  const identifier = form.identifier(index);
  const position = form.positionAt(index);
  const meaning = resolve(identifier, scope);
  if (meaning instanceof Variable) {
    meaning.assigned = true;
    return meaning;
  }
  if (meaning !== undefined && !(meaning instanceof Cell)) return form.bad(`${nameOf(identifier)} is syntax, not a variable`, position);
  const cell = meaning ?? expander.forward(identifier, scope, position);
  const environment = definingEnvironment(identifier, scope);
  if (!environment.owns(cell) || cell.constant)
    failAt("immutable", `${nameOf(identifier)} is imported from ${cell.library}, so set! cannot change it`, [cell.name], position);
  environment.noteAssigned(cell.name);
  return cell;
}
