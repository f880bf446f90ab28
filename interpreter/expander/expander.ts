// The expander: from data to core forms, one expression at a time. Keywords bring their own transformers.
import { Variable, type Core } from "../compiler/core.js";
import { allocate, burn, BYTES, STEPS } from "../machine/meter.js";
import { MapLiteral, VectorLiteral } from "../values/literal.js";
import { NIL, Pair } from "../values/pair.js";
import { carPositionOf, positionOf, type Position } from "../values/position.js";
import { Keyword } from "../values/symbol.js";
import { MOST_OPERANDS, type Value } from "../values/value.js";
import { call, callBuiltin, constant, reference } from "./build.js";
import { describe } from "./describe.js";
import { Cell, Syntax } from "./environment.js";
import { failAt, Form } from "./form.js";
import { type Identifier, isIdentifier, nameOf } from "./identifier.js";
import type { LibraryTable } from "./library-table.js";
import { didYouMean } from "./nearest.js";
import { origin, resolve, type Scope } from "./scope.js";
import { isLiteral, stripSyntax } from "./strip.js";
import type { Macro } from "./transformer.js";

/** How deep expressions may nest. Each level takes several host frames, in every pass. */
const MOST_DEPTH = 500;
/** How many nodes and macro uses one program or library may have: an expansion that grows without end stops here. */
const MOST_STEPS = 1_000_000;
/** Nodes are charged for so many at a time. */
const CHARGED_AT_ONCE = 64;

/** Expands the forms of one program or library. It is thrown away after, also when expansion fails. */
export class Expander {
  private depth = 0;
  private steps = 0;
  /** Where the nearest enclosing form that was read stands: what a macro makes counts as being there. */
  private position: Position | undefined;

  constructor(readonly libraries: LibraryTable) {}

  /** Expands one expression. `at` is where it stands, if it has no position of its own. */
  expand(datum: Value, scope: Scope, at?: Position): Core {
    if (isIdentifier(datum)) return this.reference(datum, scope, at ?? this.position);
    if (!(datum instanceof Pair)) return this.selfEvaluating(datum, scope, at);
    const outer = this.position;
    const position = positionOf(datum) ?? at ?? outer;
    this.position = position;
    if (++this.depth > MOST_DEPTH)
      failAt("nesting-too-deep", `expressions nest deeper than ${MOST_DEPTH}`, [], position, "Move the inner expressions into procedures of their own.");
    const core = this.expandPair(datum, scope, position);
    this.depth--;
    this.position = outer;
    return core;
  }

  /** Expands the car of a pair, whose position is kept with the pair. */
  expandCar(cell: Pair, scope: Scope): Core {
    return this.expand(cell.car, scope, carPositionOf(cell));
  }

  /** Expands the element of a form at an index. */
  expandAt(form: Form, index: number, scope: Scope): Core {
    return this.expand(form.item(index), scope, form.positionAt(index));
  }

  /** Expands the elements of a form from an index on, as expressions. */
  expandFrom(form: Form, index: number, scope: Scope): Core[] {
    return form.cells.slice(index).map((cell) => this.expandCar(cell, scope));
  }

  /** The syntax that a form uses, if its first element is a keyword. */
  keywordOf(datum: Value, scope: Scope): Syntax | undefined {
    if (!(datum instanceof Pair) || !isIdentifier(datum.car)) return undefined;
    const meaning = resolve(datum.car, scope);
    return meaning instanceof Syntax ? meaning : undefined;
  }

  /** Rewrites one use of a macro. */
  rewrite(macro: Macro, datum: Pair, scope: Scope, at?: Position): Value {
    const position = positionOf(datum) ?? at ?? this.position;
    this.step(position);
    return macro.rewrite(new Form(datum, position, macro.shape), scope);
  }

  private expandPair(datum: Pair, scope: Scope, position: Position | undefined): Core {
    let form: Value = datum;
    for (;;) {
      this.step(position);
      if (!(form instanceof Pair)) return this.expand(form, scope, position);
      const syntax = this.keywordOf(form, scope);
      if (syntax === undefined) return this.application(form, scope, position);
      const transformer = syntax.transformer;
      if (transformer.kind === "macro") {
        form = transformer.rewrite(new Form(form, position, transformer.shape), scope);
        continue;
      }
      const use = new Form(form, position, transformer.shape);
      if (transformer.kind === "expression") return transformer.expand(use, scope, this);
      if (transformer.kind === "definition" && transformer.expand !== undefined) return transformer.expand(use, scope, this);
      return use.bad(`${syntax.name.name} may not stand where an expression is wanted`);
    }
  }

  private application(datum: Pair, scope: Scope, position: Position | undefined): Core {
    const form = new Form(datum, position, "(procedure operand ...)").expect(1);
    if (form.length > MOST_OPERANDS + 1)
      failAt("out-of-range", `a call has at most ${MOST_OPERANDS} operands`, [], position, "Make a list of them, and fold over that.");
    if (form.item(0) instanceof Keyword) return this.lookup(form, scope, position);
    const operator = this.expandAt(form, 0, scope);
    return call(operator, this.expandFrom(form, 1, scope), position);
  }

  /** `(:key map default)` is `(get map :key default)`. */
  private lookup(form: Form, scope: Scope, position: Position | undefined): Core {
    const [collection, ...rest] = this.expandFrom(form.expect(2, 3), 1, scope) as [Core, ...Core[]];
    return callBuiltin("get", [collection, constant(form.item(0)), ...rest], position);
  }

  private reference(identifier: Identifier, scope: Scope, position: Position | undefined): Core {
    this.step();
    const meaning = resolve(identifier, scope);
    if (meaning === undefined) return reference(this.forward(identifier, scope, position), position);
    if (meaning instanceof Variable || meaning instanceof Cell) return reference(meaning, position);
    return failAt("bad-syntax", `${nameOf(identifier)} is syntax, not a value. Its shape is ${meaning.transformer.shape}`, [], position);
  }

  /** The cell of a name that nothing binds yet: where definitions may still come, they will fill it. */
  forward(identifier: Identifier, scope: Scope, position: Position | undefined): Cell {
    const { symbol, environment } = origin(identifier, scope);
    if (!environment.open)
      failAt("unbound-variable", `${symbol.name} is not defined in ${environment.name}${didYouMean(symbol.name, environment)}`, [], position);
    const cell = new Cell(symbol, environment.name);
    cell.forwardIn = environment;
    environment.bindOwn(symbol, cell);
    return cell;
  }

  private selfEvaluating(datum: Value, scope: Scope, at: Position | undefined): Core {
    this.step();
    if (datum === NIL) failAt("bad-syntax", "() is not an expression: write '() for the empty list", [], at ?? this.position);
    if (isLiteral(datum)) {
      const form = new Form(datum, positionOf(datum) ?? at, describe(datum));
      const items = datum.items.map((item) => this.expand(item, scope, form.position));
      return callBuiltin(literalConstructor(datum), items, form.position ?? this.position);
    }
    return constant(stripSyntax(datum));
  }

  /** Counts one node, macro use or spliced form. */
  step(position = this.position): void {
    if (++this.steps % CHARGED_AT_ONCE === 0) {
      burn(CHARGED_AT_ONCE * STEPS.node);
      allocate(CHARGED_AT_ONCE * BYTES.node);
    }
    if (this.steps > MOST_STEPS)
      failAt("limit-exceeded", "the expansion does not end", [], position, "Look for a macro that expands to itself.");
  }
}

/** The builtin that makes the collection of a literal from its elements. */
export function literalConstructor(literal: Value): string {
  if (literal instanceof VectorLiteral) return "persistent-vector";
  return literal instanceof MapLiteral ? "persistent-map" : "persistent-set";
}
