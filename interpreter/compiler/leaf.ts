// Small procedures that call only builtins: which they are, and their bodies with operands for parameters.
import { builtinCalled, takes, type Analysis } from "./analyse.js";
import { Variable, type Application, type Clause, type Core, type Lambda } from "./core.js";

/** The nodes that a body may have, those of the leaves that it calls included: so the text grows no faster than the source. */
const LARGEST = 24;
/** How deep leaves may call leaves; what calls itself is deeper. */
const DEEPEST = 5;

/** Finds the calls that may be replaced by the body of what they call: of known procedures that cannot unwind. */
export class Leaves {
  private readonly sizes = new Map<Lambda, number>();

  constructor(private readonly analysis: Analysis) {}

  /** The leaf that the call surely reaches, with operands that fit. */
  called(node: Application): Lambda | undefined {
    const lambda = this.callee(node);
    return lambda !== undefined && takes(lambda, node.operands.length) && this.sizeOf(lambda) <= LARGEST ? lambda : undefined;
  }

  private callee({ operator }: Application): Lambda | undefined {
    if (operator.kind === "global") return this.analysis.globalLambda(operator.cell);
    return operator.kind === "local" && this.analysis.isKnown(operator.variable) ? this.analysis.lambdaOf(operator.variable) : undefined;
  }

  private sizeOf(lambda: Lambda): number {
    let size = this.sizes.get(lambda);
    if (size === undefined) this.sizes.set(lambda, (size = this.bodySize(lambda, LARGEST, DEEPEST)));
    return size;
  }

  private bodySize(lambda: Lambda, most: number, depth: number): number {
    const { parameters, body } = lambda.clauses[0] as Clause;
    return depth === 0 || parameters.some((each) => each.assigned) ? Infinity : this.size(body, most, depth);
  }

  /** The number of nodes, or Infinity if there are more than `most` or one that no leaf has. */
  private size(node: Core, most: number, depth: number): number {
    if (most <= 0) return Infinity;
    switch (node.kind) {
      case "constant": case "global": return 1;
      case "local": return node.variable.assigned ? Infinity : 1;
      case "if": return this.sum([node.test, node.consequent, node.alternative], 1, most, depth);
      case "let": return node.variables.some((each) => each.assigned) ? Infinity : this.sum([...node.initialisers, node.body], 1, most, depth);
      case "call": {
        if (builtinCalled(node) !== undefined) return this.sum(node.operands, 1, most, depth);
        const callee = this.callee(node);
        if (callee === undefined || !takes(callee, node.operands.length)) return Infinity;
        return this.sum(node.operands, this.bodySize(callee, most, depth - 1), most, depth);
      }
      default: return Infinity;
    }
  }

  private sum(nodes: readonly Core[], start: number, most: number, depth: number): number {
    let sum = start;
    for (const node of nodes) sum += this.size(node, most - sum, depth);
    return sum <= most ? sum : Infinity;
  }
}

/** A copy of a leaf's body with variables of its own; those in the map are replaced. */
export function copyLeaf(node: Core, replaced: Map<Variable, Core>): Core {
  const copy = (part: Core) => copyLeaf(part, replaced);
  switch (node.kind) {
    case "local": return replaced.get(node.variable) ?? node;
    case "if": return { kind: "if", test: copy(node.test), consequent: copy(node.consequent), alternative: copy(node.alternative) };
    case "call": return { ...node, operands: node.operands.map(copy) };
    case "let": {
      const initialisers = node.initialisers.map(copy);
      const variables = node.variables.map((variable) => new Variable(variable.name));
      node.variables.forEach((variable, index) => replaced.set(variable, { kind: "local", variable: variables[index] as Variable }));
      return { kind: "let", variables, initialisers, body: copy(node.body) };
    }
    default: return node;
  }
}
