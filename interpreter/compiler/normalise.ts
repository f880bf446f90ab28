// From core forms to A-normal form: calls get names, tests become branches, and paths that meet become joins.
import { type Builtin, builtins } from "../builtins/builtin.js";
import { kernelCell } from "../expander/kernel.js";
import { NIL } from "../values/pair.js";
import { UNINITIALISED, UNSPECIFIED } from "../values/value.js";
import { type Analysis, builtinCalled } from "./analyse.js";
import type { Block, Call, Label, Simple } from "./block.js";
import { Variable, type Application, type Binding, type Clause, type Conditional, type Core, type Lambda, type RecursiveBinding } from "./core.js";
import { copyLeaf, Leaves } from "./leaf.js";
import { planLetrec } from "./letrec.js";

/** Where the value of an expression goes. */
type Destination = { readonly kind: "return" } | { readonly kind: "jump"; readonly label: Label };

const RETURN: Destination = { kind: "return" };
const unspecified: Simple = { kind: "constant", value: UNSPECIFIED };

/**
 * The body of a procedure as a block. Operands are evaluated from left to right (R7RS leaves the order open;
 * people expect this one, and replay needs one); a variable in operator position is read last.
 */
export function normalise(body: Core, analysis: Analysis): Block {
  return new Normaliser(analysis).block(body, RETURN);
}

/** Each method appends steps to the block `out`. They recur where expressions nest, never along a sequence or a chain of clauses. */
class Normaliser {
  private readonly simples = new Map<Core, Simple | undefined>();

  private readonly leaves: Leaves;

  constructor(private readonly analysis: Analysis) {
    this.leaves = new Leaves(analysis);
  }

  block(node: Core, to: Destination): Block {
    const out = newBlock();
    this.into(node, to, out);
    return out;
  }

  /** Ends the block with the value of the node going where it is wanted. */
  private into(start: Core, to: Destination, out: Block): void {
    let node = start;
    for (;;) {
      if (this.simple(node) !== undefined) return deliver(this.value(node, out), to, out);
      switch (node.kind) {
        case "if": node = this.fork(node, (path, block) => this.into(path, to, block), out); break;
        case "sequence": node = this.allButLast(node.body, out); break;
        case "let": this.bind(node, out); node = node.body; break;
        case "letrec": this.bindRecursively(node, out); node = node.body; break;
        case "call": {
          const binding = asBinding(node);
          if (binding === undefined) return this.callInto(node, to, out);
          node = binding;
          break;
        }
        default: return deliver(this.value(node, out), to, out);
      }
    }
  }

  private callInto(node: Application, to: Destination, out: Block): void {
    if (to.kind === "jump" || this.staysHere(node)) deliver(this.value(node, out), to, out);
    else out.end = { kind: "tail-call", call: this.call(node, out) };
  }

  /** Appends what must happen before the node has a value, and answers that value. */
  private value(node: Core, out: Block): Simple {
    const simple = this.simple(node);
    if (simple !== undefined) return simple;
    switch (node.kind) {
      case "if": return this.join(node, new Variable("value"), out);
      case "sequence": return this.value(this.allButLast(node.body, out), out);
      case "let": this.bind(node, out); return this.value(node.body, out);
      case "letrec": this.bindRecursively(node, out); return this.value(node.body, out);
      case "call": return this.application(node, out);
      case "set-local": return effect({ kind: "set-local", variable: node.variable, value: this.value(node.value, out) }, out);
      case "set-global": return effect({ ...node, value: this.value(node.value, out) }, out);
      case "define": return effect({ kind: "define", cell: node.cell, value: this.value(node.value, out) }, out);
      default: return unspecified;
    }
  }

  /** Appends the node for its effect alone. */
  private effect(node: Core, out: Block): void {
    if (node.kind === "if" && this.simple(node) === undefined) this.join(node, undefined, out);
    else if (node.kind === "call" && asBinding(node) === undefined && !this.staysHere(node))
      out.steps.push({ kind: "bind", variable: undefined, call: this.call(node, out) });
    else effect(this.value(node, out), out);
  }

  /** Appends all nodes but the last for their effects; answers the last. */
  private allButLast(body: readonly Core[], out: Block): Core {
    for (const node of body.slice(0, -1)) this.effect(node, out);
    return body[body.length - 1] ?? { kind: "constant", value: UNSPECIFIED };
  }

  /** A conditional whose paths meet again, with its value in the variable if one is wanted. */
  private join(node: Conditional, variable: Variable | undefined, out: Block): Simple {
    const label = newLabel(variable);
    appendJoin(label, this.block(node, { kind: "jump", label }), out);
    return variable === undefined ? unspecified : { kind: "local", variable };
  }

  /** Leaves by a block that `leave` fills if the test comes out as `expected`; else control goes on behind this. */
  private leaveIf(test: Core, expected: boolean, leave: (block: Block) => void, out: Block): void {
    if (test.kind !== "if" || this.simple(test) !== undefined) {
      const value = this.value(test, out);
      const block = newBlock();
      leave(block);
      out.steps.push({ kind: "when", test: expected ? value : not(value), block });
      return;
    }
    const [left, goingOn] = [newLabel(undefined), newLabel(undefined)];
    const [outer, inner] = [newBlock(), newBlock()];
    if (expected) this.branch(test, left, goingOn, inner);
    else this.branch(test, goingOn, left, inner);
    appendJoin(left, inner, outer);
    leave(outer);
    appendJoin(goingOn, outer, out);
  }

  /**
   * Takes one path of a conditional out of line and answers the other, to go on with. The simpler path leaves,
   * so that a chain of `and` is followed as one of `cond` is.
   */
  private fork(node: Conditional, leave: (path: Core, block: Block) => void, out: Block): Core {
    const expected = this.simple(node.consequent) !== undefined || this.simple(node.alternative) === undefined;
    const path = expected ? node.consequent : node.alternative;
    this.leaveIf(node.test, expected, (block) => leave(path, block), out);
    return expected ? node.alternative : node.consequent;
  }

  /** Ends the block with a jump to one label or the other. A test that is itself a conditional goes straight to where its parts decide. */
  private branch(start: Core, yes: Label, no: Label, out: Block): void {
    let test = start;
    while (test.kind === "if" && this.simple(test) === undefined)
      test = this.fork(test, (path, block) => this.branch(path, yes, no, block), out);
    const value = this.value(test, out);
    const isTrue = value.kind === "constant" && value.value !== false;
    if (value.kind !== "constant") out.steps.push({ kind: "when", test: value, block: { steps: [], end: { kind: "jump", label: yes, value: undefined } } });
    out.end = { kind: "jump", label: isTrue ? yes : no, value: undefined };
  }

  private bind({ variables, initialisers }: Binding, out: Block): void {
    variables.forEach((variable, index) => {
      if (!this.analysis.isKnown(variable)) out.steps.push({ kind: "let", variable, value: this.value(initialisers[index] as Core, out) });
    });
  }

  private bindRecursively(node: RecursiveBinding, out: Block): void {
    const { boxed, steps } = planLetrec(node);
    for (const variable of boxed) out.steps.push({ kind: "let", variable, value: { kind: "constant", value: UNINITIALISED } });
    for (const step of steps) {
      if (step.kind === "procedures") {
        const unknown = step.variables.map((variable, index) => ({ variable, lambda: step.lambdas[index] as Lambda }))
          .filter(({ variable }) => !this.analysis.isKnown(variable));
        if (unknown.length > 0)
          out.steps.push({ kind: "procedures", variables: unknown.map((each) => each.variable), lambdas: unknown.map((each) => each.lambda) });
        continue;
      }
      const value = this.value(step.initialiser, out);
      if (step.kind === "value") out.steps.push({ kind: "let", variable: step.variable, value });
      else effect({ kind: "set-local", variable: step.variable, value }, out);
    }
  }

  private application(node: Application, out: Block): Simple {
    const binding = asBinding(node);
    if (binding !== undefined) return this.value(binding, out);
    const builtin = this.gathers(node) ? undefined : builtinCalled(node);
    if (builtin !== undefined) return this.primitive({ kind: "primitive", builtin, operands: this.operands(node.operands, out), position: node.position }, out);
    const leaf = this.leaves.called(node);
    if (leaf !== undefined) return this.inlined(leaf, node.operands, out);
    const variable = new Variable("result");
    out.steps.push({ kind: "bind", variable, call: this.call(node, out) });
    return { kind: "local", variable };
  }

  /** True if the call becomes no call of a procedure that could unwind. */
  private staysHere(node: Application): boolean {
    return (builtinCalled(node) !== undefined && !this.gathers(node)) || this.leaves.called(node) !== undefined;
  }

  /** A long sum is made operand by operand: expressions nest in the text. */
  private primitive(value: Primitive, out: Block): Simple {
    const [first, ...rest] = value.operands;
    if (first === undefined || !isLongSum(value.builtin, value.operands.length)) return value;
    return rest.reduce((sum, operand) => this.kept({ ...value, operands: [sum, operand] }, out), first);
  }

  private kept(value: Simple, out: Block): Simple {
    const variable = new Variable("kept");
    out.steps.push({ kind: "let", variable, value });
    return { kind: "local", variable };
  }

  /** True of a call with so many operands to wait for that each call among them would have to keep too many values. */
  private gathers({ operator, operands }: Application): boolean {
    if (operands.length <= MOST_WAITING || (operator.kind === "local" && this.analysis.isKnown(operator.variable))) return false;
    return operands.filter((each) => this.simple(each) === undefined).length > MOST_WAITING;
  }

  /** Such a call: what its operands gave is kept in lists, the last one first, which one variable holds. */
  private gathered(node: Application, out: Block): Call {
    const isVariable = node.operator.kind === "global" || node.operator.kind === "local";
    const early = isVariable ? undefined : this.kept(this.value(node.operator, out), out);
    let lists: Simple = { kind: "constant", value: NIL };
    for (let from = 0; from < node.operands.length; from += MOST_WAITING) {
      const items = this.operands(node.operands.slice(from, from + MOST_WAITING), out);
      lists = this.kept(builtinCall("cons", [builtinCall("list", items), lists]), out);
    }
    const operator: Simple = { kind: "global", cell: kernelCell("%call-gathered") };
    return { operator, operands: [early ?? (this.simple(node.operator) as Simple), lists], position: node.position };
  }

  /** The body of a leaf in place of a call of it. It burns what the call would. */
  private inlined(leaf: Lambda, operands: readonly Core[], out: Block): Simple {
    const { parameters, body } = leaf.clauses[0] as Clause;
    const values = this.operands(operands, out);
    const replaced = new Map<Variable, Core>();
    parameters.forEach((parameter, index) => {
      const value = values[index] as Simple;
      if (value.kind === "constant" || (value.kind === "local" && !value.variable.assigned)) return replaced.set(parameter, value);
      const variable = new Variable(parameter.name);
      out.steps.push({ kind: "let", variable, value });
      return replaced.set(parameter, { kind: "local", variable });
    });
    out.steps.push({ kind: "burn", weight: this.analysis.weight(leaf, 0) });
    return this.value(copyLeaf(body, replaced), out);
  }

  private call(node: Application, out: Block): Call {
    if (this.gathers(node)) return this.gathered(node, out);
    const { operator, position } = node;
    if (operator.kind === "global" || operator.kind === "local")
      return { operator: this.simple(operator) as Simple, operands: this.operands(node.operands, out), position };
    const [first, ...operands] = this.operands([operator, ...node.operands], out);
    return { operator: first as Simple, operands, position };
  }

  /** Evaluates operands in order. One that a later call might change, or be changed by, is kept in a variable. */
  private operands(nodes: readonly Core[], out: Block): Simple[] {
    const lastCall = nodes.findLastIndex((node) => this.simple(node) === undefined);
    return nodes.map((node, index) => {
      const value = this.value(node, out);
      if (index >= lastCall || isStable(value)) return value;
      return this.kept(value, out);
    });
  }

  /** The node as one expression without calls, or undefined if it is none. */
  private simple(node: Core): Simple | undefined {
    if (this.simples.has(node)) return this.simples.get(node);
    const simple = this.simplified(node);
    this.simples.set(node, simple);
    return simple;
  }

  private simplified(node: Core): Simple | undefined {
    switch (node.kind) {
      case "constant": return node;
      case "local": return { kind: "local", variable: node.variable, position: node.position };
      case "global": return { kind: "global", cell: node.cell, position: node.position };
      case "lambda": return { kind: "closure", lambda: node };
      case "if": return this.simpleConditional(node);
      case "call": return this.simplePrimitive(node);
      default: return undefined;
    }
  }

  private simpleConditional(node: Conditional): Simple | undefined {
    if (isLongChain(node)) return undefined;
    const test = this.simple(node.test);
    const consequent = test && this.simple(node.consequent);
    const alternative = consequent && this.simple(node.alternative);
    return test && consequent && alternative && { kind: "choose", test, consequent, alternative };
  }

  private simplePrimitive(node: Application): Simple | undefined {
    const builtin = builtinCalled(node);
    if (builtin === undefined || isLongSum(builtin, node.operands.length)) return undefined;
    const operands = node.operands.map((operand) => this.simple(operand));
    return operands.every(isPresent) ? { kind: "primitive", builtin, operands, position: node.position } : undefined;
  }
}

/** A call of a lambda expression with operands that fit, as the let that it is. */
function asBinding({ operator, operands }: Application): Binding | undefined {
  if (operator.kind !== "lambda") return undefined;
  const [clause, ...others] = operator.clauses;
  if (clause === undefined || others.length > 0 || clause.rest !== undefined) return undefined;
  if (clause.parameters.length !== operands.length) return undefined;
  return { kind: "let", variables: clause.parameters, initialisers: operands, body: clause.body };
}

/** Ends the block with the value going where it is wanted. */
function deliver(value: Simple, to: Destination, out: Block): void {
  if (to.kind === "jump" && to.label.variable === undefined) {
    effect(value, out);
    out.end = { kind: "jump", label: to.label, value: undefined };
  } else if (value.kind === "choose") {
    // It branches, so that each of its ends can return by itself.
    const block = newBlock();
    deliver(value.consequent, to, block);
    out.steps.push({ kind: "when", test: value.test, block });
    deliver(value.alternative, to, out);
  } else out.end = to.kind === "return" ? { kind: "return", value } : { kind: "jump", label: to.label, value };
}

/** Appends an expression for its effect; the value of that is unspecified. */
function effect(value: Simple, out: Block): Simple {
  if (!hasNoEffect(value)) out.steps.push({ kind: "effect", value });
  return unspecified;
}

function newBlock(): Block {
  return { steps: [], end: { kind: "return", value: unspecified } };
}

function newLabel(variable: Variable | undefined): Label {
  return { variable, rest: { block: newBlock(), index: 0 } };
}

/** Appends the block, and sets the label behind it. */
function appendJoin(label: Label, block: Block, out: Block): void {
  out.steps.push({ kind: "join", label, block });
  label.rest = { block: out, index: out.steps.length };
}

function not(value: Simple): Simple {
  return { kind: "choose", test: value, consequent: { kind: "constant", value: false }, alternative: { kind: "constant", value: true } };
}

type Primitive = Extract<Simple, { kind: "primitive" }>;

function builtinCall(name: string, operands: readonly Simple[]): Primitive {
  return { kind: "primitive", builtin: builtins.get(name) as Builtin, operands };
}

/** Results that one call may wait for, each in a variable of its own: every call among its operands keeps those before it. */
const MOST_WAITING = 32;
const LONGEST_SUM = 16;

function isLongSum({ name }: Builtin, operands: number): boolean {
  return operands > LONGEST_SUM && (name === "+" || name === "*" || name === "-");
}

/** Expressions nest in the text: a longer chain of conditionals becomes statements. */
const LONGEST_CHAIN = 16;

function isLongChain(node: Conditional): boolean {
  return chainLength(node, (each) => each.alternative) > LONGEST_CHAIN || chainLength(node, (each) => each.consequent) > LONGEST_CHAIN;
}

function chainLength(start: Core, next: (node: Conditional) => Core): number {
  let length = 0;
  for (let node = start; node.kind === "if" && length <= LONGEST_CHAIN; node = next(node)) length++;
  return length;
}

function isPresent<Item>(item: Item | undefined): item is Item {
  return item !== undefined;
}

function hasNoEffect(value: Simple): boolean {
  return value.kind === "constant" || value.kind === "closure" || (value.kind === "local" && !value.variable.mayBeUninitialised);
}

/** True if the value is the same, and cannot fail, whether it is computed before or after a call. */
function isStable(value: Simple): boolean {
  switch (value.kind) {
    case "constant": case "closure": return true;
    case "local": return !value.variable.assigned;
    case "global": return value.cell.constant && value.cell.value !== undefined;
    case "primitive": return STABLE.has(value.builtin.name) && value.operands.every(isStable);
    default: return false;
  }
}

const STABLE: ReadonlySet<string> = new Set(["not", "eq?", "null?", "pair?"]);
