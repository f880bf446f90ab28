// Which variables of a loop hold flonums in every turn, if those that come in from outside do in the first.
import { Flonum } from "../values/number.js";
import type { Analysis } from "./analyse.js";
import type { Block, Call, Simple } from "./block.js";
import type { Lambda, Variable } from "./core.js";
import { hostOperator, rawFlonum } from "./flonum.js";

export interface FlonumLoop {
  /** Parameters and captured variables: if these are flonums at first, `doubles` always are. */
  readonly entry: readonly Variable[];
  readonly doubles: ReadonlySet<Variable>;
}

/** What is put into a variable of the loop: by a `let`, or by the next turn. */
interface Flow { readonly variable: Variable; readonly value: Simple; readonly isNextTurn: boolean }

/** Larger bodies are not written twice. */
const MOST_PARTS = 200;

/**
 * The flonums of a loop: the greatest set of variables such that all that flows into them are flonums if they
 * are. Taken are only those that arithmetic connects with a literal flonum: sums of exact integers would do as well.
 */
export function flonumLoop(block: Block, parameters: readonly Variable[], captured: readonly Variable[], analysis: Analysis, isNextTurn: (call: Call) => boolean): FlonumLoop | undefined {
  const facts = new Facts(analysis, parameters, isNextTurn);
  facts.block(block);
  if (facts.parts > MOST_PARTS) return undefined;
  const evident = facts.evident();
  const taken = (variable: Variable) => evident.has(variable) && !variable.assigned && !variable.mayBeUninitialised && !facts.closedOver.has(variable);
  let entry = [...parameters, ...captured].filter(taken);
  for (;;) {
    const doubles = facts.doublesGiven(entry, taken);
    const kept = entry.filter((variable) => facts.flows.every((flow) => flow.variable !== variable || isFlonum(flow.value, doubles)));
    if (kept.length === entry.length) return doubles.size === 0 ? undefined : { entry, doubles };
    entry = kept;
  }
}

function isFlonum(value: Simple, doubles: ReadonlySet<Variable>): boolean {
  return rawFlonum(value, (variable) => (doubles.has(variable) ? "x" : undefined)) !== undefined;
}

class Facts {
  readonly flows: Flow[] = [];
  readonly closedOver = new Set<Variable>();
  parts = 0;
  /** Each holds operands of one operation, and where its result goes. */
  private readonly groups: { readonly variables: Set<Variable>; hasFlonum: boolean }[] = [];

  constructor(
    private readonly analysis: Analysis,
    private readonly parameters: readonly Variable[],
    private readonly isNextTurn: (call: Call) => boolean,
  ) {}

  block({ steps, end }: Block): void {
    for (const step of steps) {
      switch (step.kind) {
        case "bind": this.call(step.call); break;
        case "let": this.flow({ variable: step.variable, value: step.value, isNextTurn: false }); break;
        case "effect": this.simple(step.value); break;
        case "when": this.simple(step.test); this.block(step.block); break;
        case "join": this.block(step.block); break;
        case "procedures": for (const lambda of step.lambdas) this.closed(lambda); break;
        case "burn": break;
      }
    }
    if (end.kind === "tail-call") this.tailCall(end.call);
    else if (end.value !== undefined) this.simple(end.value);
  }

  /** The variables that arithmetic connects with a literal flonum. */
  evident(): ReadonlySet<Variable> {
    const found = new Set<Variable>();
    for (let size = -1; size < found.size; ) {
      size = found.size;
      for (const { variables, hasFlonum } of this.groups)
        if (hasFlonum || [...variables].some((each) => found.has(each))) for (const each of variables) found.add(each);
    }
    for (const { variable, value, isNextTurn } of this.flows) if (isNextTurn && isCount(variable, value)) found.delete(variable);
    return found;
  }

  /** Those that come in, and the variables of `let` that are flonums then. An alias shares its box, so it is none. */
  doublesGiven(entry: readonly Variable[], taken: (variable: Variable) => boolean): ReadonlySet<Variable> {
    const doubles = new Set(entry);
    for (const { variable, value, isNextTurn } of this.flows)
      if (!isNextTurn && value.kind !== "local" && taken(variable) && isFlonum(value, doubles)) doubles.add(variable);
    return doubles;
  }

  private tailCall(call: Call): void {
    if (!this.isNextTurn(call)) return this.call(call);
    call.operands.forEach((value, index) => this.flow({ variable: this.parameters[index] as Variable, value, isNextTurn: true }));
  }

  private call({ operator, operands }: Call): void {
    this.simple(operator);
    for (const operand of operands) this.simple(operand);
  }

  private flow(flow: Flow): void {
    this.flows.push(flow);
    if (!(flow.isNextTurn && isCount(flow.variable, flow.value))) {
      const group = { variables: new Set([flow.variable]), hasFlonum: false };
      this.gather(flow.value, group);
      if (group.variables.size > 1 || group.hasFlonum) this.groups.push(group);
    }
    this.simple(flow.value);
  }

  private simple(value: Simple): void {
    this.parts++;
    switch (value.kind) {
      case "primitive": {
        if (hostOperator(value.builtin.name) !== undefined) {
          const group = { variables: new Set<Variable>(), hasFlonum: false };
          for (const operand of value.operands) this.gather(operand, group);
          this.groups.push(group);
        }
        for (const operand of value.operands) this.simple(operand);
        return;
      }
      case "choose": for (const part of [value.test, value.consequent, value.alternative]) this.simple(part); return;
      case "set-local": case "set-global": case "define": this.simple(value.value); return;
      case "closure": this.closed(value.lambda); return;
      case "constant": case "local": case "global": return;
    }
  }

  /** Adds what the value is computed from by arithmetic alone. */
  private gather(value: Simple, group: { readonly variables: Set<Variable>; hasFlonum: boolean }): void {
    if (value.kind === "local") group.variables.add(value.variable);
    else if (value.kind === "constant") group.hasFlonum ||= value.value instanceof Flonum;
    else if (value.kind === "primitive" && hostOperator(value.builtin.name) !== undefined)
      for (const operand of value.operands) this.gather(operand, group);
  }

  private closed(lambda: Lambda): void {
    for (const variable of this.analysis.captured(lambda)) this.closedOver.add(variable);
  }
}

/** True of `(+ i 1)` and the like: a variable that counts by an exact number is seldom inexact. */
function isCount(variable: Variable, value: Simple): boolean {
  return value.kind === "primitive" && (value.builtin.name === "+" || value.builtin.name === "-")
    && value.operands.some((each) => each.kind === "local" && each.variable === variable)
    && value.operands.some((each) => each.kind === "constant" && typeof each.value === "number");
}
