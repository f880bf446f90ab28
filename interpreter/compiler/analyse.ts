// What a unit's procedures are to one another: which are only ever called, what they capture, what they weigh.
import { builtins, type Builtin } from "../builtins/builtin.js";
import type { Cell } from "../expander/environment.js";
import type { Application, Core, Lambda, Variable } from "./core.js";

/**
 * A procedure that is bound to one unassigned variable and only called, with operands that fit, is *known*: it
 * is lifted out of its closure, and its callers pass what it captures as additional operands (lambda lifting:
 * Johnsson 1985). A known global is a procedure defined once in a closed unit.
 */
export interface Analysis {
  isKnown(variable: Variable): boolean;
  lambdaOf(variable: Variable): Lambda | undefined;
  globalLambda(cell: Cell): Lambda | undefined;
  /** Variables that a procedure needs from outside, lifted ones of its callees included. In a fixed order. */
  captured(lambda: Lambda): readonly Variable[];
  /** The fuel that entering a clause burns: one, and one more for every sixteen variables that it binds and calls that it makes. */
  weight(lambda: Lambda, clause: number): number;
}

export function analyse(unit: Core, closed: boolean): Analysis {
  const uses = collectUses(unit);
  const globals = closed ? definedOnce(uses, definedLate(unit)) : new Map<Cell, Lambda>();
  const known = new Map<Variable, Lambda>();
  for (const [variable, lambda] of uses.lambdas) if (isOnlyCalled(variable, lambda, uses)) known.set(variable, lambda);
  const captures = captureSets(uses.allLambdas, known);
  return {
    isKnown: (variable) => known.has(variable),
    lambdaOf: (variable) => (variable.assigned ? undefined : uses.lambdas.get(variable)),
    globalLambda: (cell) => globals.get(cell),
    captured: (lambda) => captures.get(lambda) ?? [],
    weight: (lambda, clause) => 1 + Math.floor(frameSize(lambda, clause) / 16),
  };
}

/** The direct parts of a node, in order of evaluation. */
function partsOf(node: Core): readonly Core[] {
  switch (node.kind) {
    case "constant": case "local": case "global": return [];
    case "set-local": case "set-global": case "define": return [node.value];
    case "if": return [node.test, node.consequent, node.alternative];
    case "sequence": return node.body;
    case "call": return [node.operator, ...node.operands];
    case "let": case "letrec": return [...node.initialisers, node.body];
    case "lambda": return node.clauses.map((clause) => clause.body);
  }
}

/** Adds the direct parts of a node to those that a pass has yet to visit. */
export function addParts(node: Core, pending: Core[]): void {
  // Not by spreading: a body may have more parts than the host takes operands.
  for (const part of partsOf(node)) pending.push(part);
}

/** True if a single clause without a rest parameter takes just so many operands. */
export function takes(lambda: Lambda, operands: number): boolean {
  const [clause] = lambda.clauses;
  return lambda.clauses.length === 1 && clause?.rest === undefined && clause?.parameters.length === operands;
}

/** The builtin that a call surely reaches, if it may be inlined: an immutable binding, and operands that fit. */
export function builtinCalled(node: Application): Builtin | undefined {
  if (node.operator.kind !== "global") return undefined;
  const { cell } = node.operator;
  const builtin = cell.constant && cell.builtin !== undefined ? builtins.get(cell.builtin) : undefined;
  const count = node.operands.length;
  if (builtin === undefined || builtin.control || count < builtin.minimum || count > builtin.maximum) return undefined;
  return builtin;
}

interface Uses {
  /** Variables bound to a lambda expression by let or letrec. */
  readonly lambdas: Map<Variable, Lambda>;
  readonly references: Map<Variable, number>;
  /** Operand counts of the calls whose operator is the variable. */
  readonly calls: Map<Variable, number[]>;
  readonly definitions: Map<Cell, (Lambda | undefined)[]>;
  readonly assignedCells: Set<Cell>;
  readonly allLambdas: Lambda[];
}

function collectUses(unit: Core): Uses {
  const uses: Uses = {
    lambdas: new Map(), references: new Map(), calls: new Map(), definitions: new Map(), assignedCells: new Set(), allLambdas: [],
  };
  const pending: Core[] = [unit];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    note(node, uses);
    addParts(node, pending);
  }
  return uses;
}

function note(node: Core, uses: Uses): void {
  if (node.kind === "local") uses.references.set(node.variable, (uses.references.get(node.variable) ?? 0) + 1);
  else if (node.kind === "call" && node.operator.kind === "local") append(uses.calls, node.operator.variable, node.operands.length);
  else if (node.kind === "let" || node.kind === "letrec")
    node.initialisers.forEach((initialiser, index) => {
      if (initialiser.kind === "lambda") uses.lambdas.set(node.variables[index] as Variable, initialiser);
    });
  else if (node.kind === "define") append(uses.definitions, node.cell, node.value.kind === "lambda" ? node.value : undefined);
  else if (node.kind === "set-global") uses.assignedCells.add(node.cell);
  else if (node.kind === "lambda") uses.allLambdas.push(node);
}

function append<Key, Item>(map: Map<Key, Item[]>, key: Key, item: Item): void {
  const items = map.get(key);
  if (items === undefined) map.set(key, [item]);
  else items.push(item);
}

function definedOnce(uses: Uses, late: ReadonlySet<Cell>): Map<Cell, Lambda> {
  const globals = new Map<Cell, Lambda>();
  for (const [cell, [lambda, ...others]] of uses.definitions)
    if (lambda !== undefined && others.length === 0 && !uses.assignedCells.has(cell) && !late.has(cell)) globals.set(cell, lambda);
  return globals;
}

/** The cells that take the name of an imported one when procedures have run already: to those it meant the imported one. */
function definedLate(unit: Core): Set<Cell> {
  const late = new Set<Cell>();
  let running = false;
  for (const form of unit.kind === "sequence" ? unit.body : [unit]) {
    if (running && form.kind === "define" && form.cell.shadowed !== undefined) late.add(form.cell);
    running ||= callsProcedure(form);
  }
  return late;
}

/** True if the node, when it is evaluated, may enter a procedure that is no builtin. */
function callsProcedure(node: Core): boolean {
  const pending: Core[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (next.kind === "call" && builtinCalled(next) === undefined) return true;
    if (next.kind !== "lambda") addParts(next, pending);
  }
  return false;
}

function isOnlyCalled(variable: Variable, lambda: Lambda, uses: Uses): boolean {
  const calls = uses.calls.get(variable) ?? [];
  return !variable.assigned && calls.length === (uses.references.get(variable) ?? 0) && calls.every((count) => takes(lambda, count));
}

/** Free variables of every procedure, with a known callee replaced by what it captures, to a fixed point. */
function captureSets(lambdas: readonly Lambda[], known: ReadonlyMap<Variable, Lambda>): Map<Lambda, readonly Variable[]> {
  const free = new Map<Lambda, ReadonlySet<Variable>>();
  // Inner procedures come after outer ones in the list, so that going backwards finds the inner sets ready.
  for (const lambda of [...lambdas].reverse()) freeVariables(lambda, free);
  const extra = new Map<Variable, Set<Variable>>();
  for (const [variable, lambda] of known) extra.set(variable, new Set([...(free.get(lambda) ?? [])].filter((each) => !known.has(each))));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [variable, lambda] of known) {
      const mine = extra.get(variable) as Set<Variable>;
      const size = mine.size;
      for (const each of free.get(lambda) ?? []) for (const theirs of extra.get(each) ?? []) mine.add(theirs);
      changed ||= mine.size > size;
    }
  }
  const result = new Map<Lambda, readonly Variable[]>();
  for (const lambda of lambdas) {
    const captured = new Set<Variable>();
    for (const each of free.get(lambda) ?? []) for (const needed of extra.get(each) ?? [each]) captured.add(needed);
    result.set(lambda, [...captured]);
  }
  return result;
}

function freeVariables(lambda: Lambda, memo: Map<Lambda, ReadonlySet<Variable>>): ReadonlySet<Variable> {
  const ready = memo.get(lambda);
  if (ready !== undefined) return ready;
  const mentioned = new Set<Variable>();
  const bound = new Set<Variable>();
  for (const clause of lambda.clauses) {
    for (const parameter of clause.parameters) bound.add(parameter);
    if (clause.rest !== undefined) bound.add(clause.rest);
  }
  const pending: Core[] = lambda.clauses.map((clause) => clause.body);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === "lambda") {
      for (const variable of freeVariables(node, memo)) mentioned.add(variable);
      continue;
    }
    if (node.kind === "local" || node.kind === "set-local") mentioned.add(node.variable);
    if (node.kind === "let" || node.kind === "letrec") for (const variable of node.variables) bound.add(variable);
    addParts(node, pending);
  }
  for (const variable of bound) mentioned.delete(variable);
  memo.set(lambda, mentioned);
  return mentioned;
}

/** What a host frame of the clause holds at most: its variables, and the results of its calls. */
function frameSize(lambda: Lambda, index: number): number {
  const clause = lambda.clauses[index];
  if (clause === undefined) return 0;
  let size = clause.parameters.length + (clause.rest === undefined ? 0 : 1);
  const pending: Core[] = [clause.body];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.kind === "lambda") continue;
    if (node.kind === "let" || node.kind === "letrec") size += node.variables.length;
    if (node.kind === "call") size += node.operator.kind === "lambda" ? node.operands.length : 1;
    addParts(node, pending);
  }
  return size;
}
