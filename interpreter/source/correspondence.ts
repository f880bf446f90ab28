// Whether two expansions of a text are one but for the name of a binding, and which binding that is.
import type { Binding, Clause, Core, RecursiveBinding, Variable } from "../compiler/core.js";
import { Cell, Syntax } from "../expander/environment.js";
import { equal } from "../values/equality.js";
import type { Position } from "../values/position.js";
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import type { SourceUnit } from "./units.js";

/** A binding of a text. */
export type Target = Variable | Cell;

/** Where two expansions part: `isStructural` if not only names and data differ. */
export interface Difference {
  readonly why: string;
  readonly position: Position | undefined;
}

/**
 * Walks two expansions side by side: that of a text, and that of the same text with `to` in some places where it has
 * `from`. Bindings correspond one to one, whatever their names.
 */
export class Correspondence {
  /** The bindings of the first whose counterpart is named `to`. */
  readonly renamed = new Set<Target>();
  /** The first place where the two do not mean the same. */
  difference: Difference | undefined;
  /** True if they differ in more than names and data, as when a keyword was taken away. */
  isStructural = false;
  private readonly forward = new Map<Target, Target>();
  private readonly backward = new Map<Target, Target>();
  private readonly own: ReadonlySet<string>;

  constructor(private readonly from: LispSymbol, private readonly to: LispSymbol, first: readonly SourceUnit[], second: readonly SourceUnit[]) {
    this.own = new Set(first.map(({ environment }) => environment.name));
    if (first.length !== second.length) this.differ("the text has other parts", undefined, true);
    first.forEach((unit, index) => this.units(unit, second[index]));
  }

  private units(first: SourceUnit, second: SourceUnit | undefined): void {
    if (second === undefined) return;
    this.all(first.forms, second.forms, undefined);
    first.exports.forEach(({ binding, external, position }, index) => {
      const other = second.exports[index];
      if (binding instanceof Cell && other !== undefined && other.binding === undefined) this.renamed.add(binding);
      const isSame = external === other?.external || (external === this.from.name && this.isNew(other?.external));
      if (binding instanceof Cell && other?.binding instanceof Cell && isSame) this.targets(binding, other.binding, position);
      else if (!isSame || !(binding instanceof Syntax && other?.binding instanceof Syntax)) this.differ(`${external} would not be exported`, position, binding instanceof Syntax);
    });
  }

  all(first: readonly Core[], second: readonly Core[], at: Position | undefined): void {
    if (first.length !== second.length) return this.differ("a form would mean another thing", at, true);
    first.forEach((core, index) => this.cores(core, second[index] as Core, at));
  }

  cores(first: Core, second: Core, at: Position | undefined): void {
    const position = ("position" in first ? first.position : undefined) ?? at;
    if (isReference(first) && isReference(second)) return this.targets(targetOf(first), targetOf(second), position);
    if (isAssignment(first) && isAssignment(second)) {
      this.targets(targetOf(first), targetOf(second), position);
      return this.cores(first.value, second.value, position);
    }
    if (first.kind !== second.kind) return this.differ("a form would mean another thing", position, true);
    (COMPARE[first.kind] as (first: Core, second: Core, walk: Correspondence, at: Position | undefined) => void)(first, second, this, position);
  }

  variables(first: readonly (Variable | undefined)[], second: readonly (Variable | undefined)[], at: Position | undefined): void {
    if (first.length !== second.length) return this.differ("a form would bind other variables", at, true);
    first.forEach((variable, index) => {
      const other = second[index];
      if (variable !== undefined && other !== undefined) this.targets(variable, other, variable.written ?? at);
      else if (variable !== other) this.differ("a form would bind other variables", at, true);
    });
  }

  /** `isName`: the constant is the name that a definition gives to what it makes. */
  constants(first: Value, second: Value, isName: boolean, at: Position | undefined): void {
    if (equal(first, second) || (isName && first === this.from && second === this.to)) return;
    this.differ("data would change", at, false);
  }

  targets(first: Target, second: Target, at: Position | undefined): void {
    if (first === second) return;
    const [name, otherName] = [nameOfTarget(first), nameOfTarget(second)];
    if (name === this.from.name && this.isNew(otherName)) this.renamed.add(first);
    const [known, other] = [this.forward.get(first), this.backward.get(second)];
    if (known === second && other === first) return;
    const fits = known === undefined && other === undefined && this.mayCorrespond(first, second);
    // Another name stands there only if a macro was used, or is used no more.
    const isKeyword = name !== otherName && !(name === this.from.name && this.isNew(otherName));
    if (!fits) return this.differ(`${name} would mean ${name === otherName ? "another" : "the"} ${otherName}`, at, isKeyword);
    this.forward.set(first, second);
    this.backward.set(second, first);
  }

  private mayCorrespond(first: Target, second: Target): boolean {
    if (!(first instanceof Cell) || !(second instanceof Cell)) return !(first instanceof Cell) && !(second instanceof Cell);
    const hasName = first.name === second.name || (first.name === this.from && second.name === this.to);
    return hasName && first.library === second.library && this.own.has(first.library);
  }

  private isNew(name: string | undefined): boolean {
    return name === this.to.name;
  }

  private differ(why: string, position: Position | undefined, isStructural: boolean): void {
    this.difference ??= { why, position };
    this.isStructural ||= isStructural;
  }
}

type Compare<Kind extends Core["kind"]> =
  (first: Extract<Core, { kind: Kind }>, second: Extract<Core, { kind: Kind }>, walk: Correspondence, at: Position | undefined) => void;

/** How the parts of two nodes of one kind are compared. References and assignments are before that. */
const COMPARE: { [Kind in Exclude<Core["kind"], Reference["kind"] | Assignment["kind"]>]: Compare<Kind> } & Record<string, unknown> = {
  constant: (first, second, walk, at) => walk.constants(first.value, second.value, false, at),
  define(first, second, walk, at) {
    walk.targets(first.cell, second.cell, at);
    walk.cores(first.value, second.value, at);
  },
  if: (first, second, walk, at) => walk.all([first.test, first.consequent, first.alternative], [second.test, second.consequent, second.alternative], at),
  sequence: (first, second, walk, at) => walk.all(first.body, second.body, at),
  call(first, second, walk, at) {
    walk.cores(first.operator, second.operator, at);
    if (makesNamed(first.operator)) compareNaming(first.operands, second.operands, walk, at);
    else walk.all(first.operands, second.operands, at);
  },
  let: compareBindings,
  letrec: compareBindings,
  lambda(first, second, walk, at) {
    if (first.clauses.length !== second.clauses.length) return walk.all([first], [], at);
    first.clauses.forEach(({ parameters, rest, body }, index) => {
      const other = second.clauses[index] as Clause;
      walk.variables([...parameters, rest], [...other.parameters, other.rest], at);
      walk.cores(body, other.body, at);
    });
  },
};

function compareBindings(first: Binding | RecursiveBinding, second: Binding | RecursiveBinding, walk: Correspondence, at: Position | undefined): void {
  walk.variables(first.variables, second.variables, at);
  walk.all(first.initialisers, second.initialisers, at);
  walk.cores(first.body, second.body, at);
}

/** A call of the natives behind define-record-type: they are told the names of what they make. */
function makesNamed(operator: Core): boolean {
  return operator.kind === "global" && /^%(make-)?record/.test(operator.cell.builtin ?? "");
}

function compareNaming(first: readonly Core[], second: readonly Core[], walk: Correspondence, at: Position | undefined): void {
  if (first.length !== second.length) return walk.all(first, second, at);
  first.forEach((operand, index) => {
    const other = second[index] as Core;
    if (operand.kind === "constant" && other.kind === "constant") walk.constants(operand.value, other.value, true, at);
    else walk.cores(operand, other, at);
  });
}

type Reference = Extract<Core, { kind: "local" | "global" }>;
type Assignment = Extract<Core, { kind: "set-local" | "set-global" }>;

function isReference(core: Core): core is Reference {
  return core.kind === "local" || core.kind === "global";
}

function isAssignment(core: Core): core is Assignment {
  return core.kind === "set-local" || core.kind === "set-global";
}

function targetOf(core: Reference | Assignment): Target {
  return "variable" in core ? core.variable : core.cell;
}

function nameOfTarget(target: Target): string {
  return target instanceof Cell ? target.name.name : target.name;
}
