// What the linter finds in core forms: unused and hidden variables, wrong numbers of operands, code that nothing reaches.
import type { Application, Clause, Core, Lambda, Variable } from "../compiler/core.js";
import { builtinOf } from "../builtins/builtin.js";
import { informationOf } from "../machine/backtrace.js";
import { Cell } from "../expander/environment.js";
import type { Position } from "../values/position.js";
import { UNSPECIFIED } from "../values/value.js";
import { finding, type Finding } from "./finding.js";
import { partsOf } from "./parts.js";

/** What is known of one library or program while its core forms are walked. */
export class CoreFindings {
  readonly findings: Finding[] = [];
  /** Cells referred to, other than from their own definitions. */
  readonly referenced = new Set<Cell>();
  /** Where cells are referred to that nothing defined beforehand. */
  readonly forward: { cell: Cell; position: Position | undefined }[] = [];
  readonly definitions = new Map<Cell, Core>();
  private readonly assigned = new Set<Cell | Variable>();
  private readonly used = new Set<Variable>();
  private readonly bound: Variable[] = [];
  private readonly values = new Map<Variable, Core>();
  private readonly calls: Application[] = [];

  /** Walks all forms, then judges what only the whole shows. */
  walk(forms: readonly Core[]): void {
    for (const form of forms) this.visit(form, { names: new Map(), definition: undefined });
    this.judgeVariables();
    for (const call of this.calls) this.judgeCall(call);
  }

  visit(core: Core, context: Context): void {
    (PASS[core.kind] as (node: Core, context: Context, findings: CoreFindings) => void)(core, context, this);
  }

  refer(target: Cell | Variable, position: Position | undefined, context: Context): void {
    if (!(target instanceof Cell)) this.used.add(target);
    else if (target !== context.definition) this.referenced.add(target);
    if (target instanceof Cell && target.forwardIn !== undefined) this.forward.push({ cell: target, position });
  }

  assign(target: Cell | Variable): void {
    this.assigned.add(target);
  }

  noteCall(call: Application): void {
    this.calls.push(call);
  }

  /** The context with the variables of a let or letrec bound, each to its initialiser. */
  bindValues(variables: readonly Variable[], initialisers: readonly Core[], context: Context): Context {
    variables.forEach((variable, index) => {
      this.values.set(variable, initialisers[index] as Core);
      this.bound.push(variable);
    });
    return this.bind(variables, context, initialisers);
  }

  /** The context with variables bound. If `sources` mention what one hides, its value is made from that: then it refines, and hides nothing. */
  bind(variables: readonly Variable[], context: Context, sources: readonly Core[]): Context {
    const names = new Map(context.names);
    for (const variable of variables) {
      const { written, name } = variable;
      if (written === undefined) continue;
      const hidden = context.names.get(name);
      if (hidden !== undefined && !sources.some((source) => mentions(source, hidden)))
        this.findings.push(finding("shadowed", `${name} hides the ${name} of line ${hidden.written?.line}`, written));
      names.set(name, variable);
    }
    return { ...context, names };
  }

  unreachable(code: Core, why: string): void {
    const position = positionIn(code);
    if (position !== undefined) this.findings.push(finding("unreachable", `nothing reaches this: ${why}`, position));
  }

  /** One binding in the source may have become several variables, where a macro repeats what it is given. */
  private judgeVariables(): void {
    const usedAt = new Set(Array.from(this.used, ({ written }) => written?.offset));
    const told = new Set<number>();
    for (const { name, written } of this.bound) {
      if (written === undefined || name.startsWith("_") || usedAt.has(written.offset) || told.has(written.offset)) continue;
      told.add(written.offset);
      this.findings.push(finding("unused-variable", `${name} is never used`, written));
    }
  }

  private judgeCall({ operator, operands, position }: Application): void {
    const known = operator.kind === "lambda" ? undefined : this.aritiesOf(operator);
    if (known === undefined || position === undefined) return;
    const { name, arities } = known;
    if (arities.length === 0 || arities.some(({ least, most }) => operands.length >= least && operands.length <= most)) return;
    const wanted = arities.map(({ least, most }) => (most === Infinity ? `at least ${least}` : least === most ? `${least}` : `${least} to ${most}`)).join(" or ");
    this.findings.push(finding("wrong-arity", `${name} takes ${wanted} operand${wanted === "1" ? "" : "s"}, but gets ${operands.length}`, position));
  }

  private aritiesOf(operator: Core): { name: string; arities: Arity[] } | undefined {
    if (operator.kind === "local") {
      const value = this.values.get(operator.variable);
      return value?.kind === "lambda" && !operator.variable.assigned ? { name: operator.variable.name, arities: value.clauses.map(arityOf) } : undefined;
    }
    if (operator.kind !== "global" || this.assigned.has(operator.cell)) return undefined;
    const { cell } = operator;
    const value = this.definitions.get(cell);
    if (value !== undefined) return value.kind === "lambda" ? { name: cell.name.name, arities: value.clauses.map(arityOf) } : undefined;
    const builtin = cell.value === undefined ? undefined : builtinOf(cell.value);
    if (builtin !== undefined) return { name: cell.name.name, arities: [{ least: builtin.minimum, most: builtin.maximum }] };
    const information = cell.value === undefined ? undefined : informationOf(cell.value);
    return information && { name: cell.name.name, arities: distinct(information.parameters.split(" | ").map(arityOfShape)) };
  }
}

interface Context {
  /** The innermost written variable of each name. */
  readonly names: ReadonlyMap<string, Variable>;
  /** The cell whose definition this is. */
  readonly definition: Cell | undefined;
}

interface Arity {
  readonly least: number;
  readonly most: number;
}

const PASS: { [Kind in Core["kind"]]: (node: Extract<Core, { kind: Kind }>, context: Context, to: CoreFindings) => void } = {
  constant: () => {},
  local: ({ variable, position }, context, to) => to.refer(variable, position, context),
  global: ({ cell, position }, context, to) => to.refer(cell, position, context),
  "set-local": ({ variable, value }, context, to) => {
    to.assign(variable);
    to.visit(value, context);
  },
  "set-global": ({ cell, value, position }, context, to) => {
    to.assign(cell);
    to.refer(cell, position, context);
    to.visit(value, context);
  },
  define: ({ cell, value }, context, to) => {
    if (to.definitions.has(cell)) to.assign(cell);
    to.definitions.set(cell, value);
    to.visit(value, { ...context, definition: cell });
  },
  if: ({ test, consequent, alternative }, context, to) => {
    if (test.kind === "constant") to.unreachable(test.value === false ? consequent : alternative, `the test is always ${test.value === false ? "#f" : "true"}`);
    for (const part of [test, consequent, alternative]) to.visit(part, context);
  },
  sequence: ({ body }, context, to) => {
    const end = body.findIndex(neverReturns);
    const next = end < 0 ? undefined : body[end + 1];
    if (next !== undefined && !(next.kind === "constant" && next.value === UNSPECIFIED)) to.unreachable(next, "what stands before it never returns");
    for (const part of body) to.visit(part, context);
  },
  call: (node, context, to) => {
    to.noteCall(node);
    to.visit(node.operator, context);
    for (const operand of node.operands) {
      // What a procedure is given beside a lambda expression, its parameters may be made from: (fold (lambda (item sum) …) sum items).
      if (operand.kind === "lambda") visitLambda(operand, node.operands.filter((other) => other !== operand), context, to);
      else to.visit(operand, context);
    }
  },
  let: ({ variables, initialisers, body }, context, to) => {
    for (const initialiser of initialisers) to.visit(initialiser, context);
    to.visit(body, to.bindValues(variables, initialisers, context));
  },
  letrec: ({ variables, initialisers, body }, context, to) => {
    const inner = to.bindValues(variables, initialisers, context);
    // The parameters of a loop are bound like those of let: their first values may mention what they hide.
    const loop = body.kind === "call" && body.operator.kind === "local" && body.operator.variable === variables[0] ? body.operands : [];
    for (const initialiser of initialisers) {
      if (initialiser.kind === "lambda") visitLambda(initialiser, loop, inner, to);
      else to.visit(initialiser, inner);
    }
    to.visit(body, inner);
  },
  lambda: (node, context, to) => visitLambda(node, [], context, to),
};

function visitLambda({ clauses }: Lambda, sources: readonly Core[], context: Context, to: CoreFindings): void {
  for (const { parameters, rest, body } of clauses)
    to.visit(body, to.bind(rest === undefined ? parameters : [...parameters, rest], context, sources));
}

const ENDING = new Set(["raise", "error", "exit", "emergency-exit"]);

/** A call of a procedure of the standard libraries that never comes back. */
function neverReturns(core: Core): boolean {
  return core.kind === "call" && core.operator.kind === "global" && ENDING.has(core.operator.cell.name.name) && core.operator.cell.constant;
}

function arityOf({ parameters, rest }: Clause): Arity {
  return { least: parameters.length, most: rest === undefined ? parameters.length : Infinity };
}

/** Without those that others include. */
function distinct(arities: readonly Arity[]): Arity[] {
  return arities.filter((one) => !arities.some((other) => other !== one && other.least <= one.least && other.most >= one.most && (other.least < one.least || other.most > one.most)));
}

/** The arity of a parameter list as text, `(a b . rest)`. */
function arityOfShape(shape: string): Arity {
  const names = shape.replace(/[()]/g, " ").trim().split(/\s+/).filter(Boolean);
  const dot = names.indexOf(".");
  return dot < 0 ? { least: names.length, most: names.length } : { least: dot, most: Infinity };
}

function mentions(core: Core, variable: Variable): boolean {
  return (core.kind === "local" && core.variable === variable) || partsOf(core).some((part) => mentions(part, variable));
}

function positionIn(core: Core): Position | undefined {
  if ("position" in core && core.position !== undefined) return core.position;
  for (const part of partsOf(core)) {
    const position = positionIn(part);
    if (position !== undefined) return position;
  }
  return undefined;
}
