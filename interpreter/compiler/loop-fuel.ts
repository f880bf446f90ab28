// Which loops keep their fuel in a local variable: the host is slow to read what it has just written.
import type { Block, Call, End, Simple, Step } from "./block.js";
import { rawComparison, rawFlonum, type DoubleNames } from "./flonum.js";

/**
 * Builtins that such a loop may use. Each writes the fuel back before its slow path: with more of them the text
 * grows beyond what the host inlines, and turns of arithmetic on flonums, which are all slow path, get slower.
 */
const MOST_BUILTINS = 6;

/** True for the body of a small loop that calls nothing that comes back. `names` are of the variables that are doubles in it. */
export function keepsFuelLocally(block: Block, names: DoubleNames): boolean {
  return new BuiltinCount(names).inBlock(block) <= MOST_BUILTINS;
}

/** Counts builtins that have a slow path, which arithmetic on doubles has not. */
class BuiltinCount {
  constructor(private readonly names: DoubleNames) {}

  /** Infinity if the block has a call that comes back. */
  inBlock({ steps, end }: Block): number {
    return steps.reduce((sum, step) => sum + this.inStep(step), this.inEnd(end));
  }

  private inStep(step: Step): number {
    switch (step.kind) {
      case "bind": return Infinity;
      case "let": case "effect": return this.inSimple(step.value);
      case "when": return this.inSimple(step.test) + this.inBlock(step.block);
      case "join": return this.inBlock(step.block);
      case "burn": case "procedures": return 0;
    }
  }

  private inEnd(end: End): number {
    if (end.kind === "tail-call") return this.inCall(end.call);
    return end.value === undefined ? 0 : this.inSimple(end.value);
  }

  private inCall({ operator, operands }: Call): number {
    return operands.reduce((sum, operand) => sum + this.inSimple(operand), this.inSimple(operator));
  }

  private inSimple(value: Simple): number {
    if (rawFlonum(value, this.names) !== undefined || rawComparison(value, this.names) !== undefined) return 0;
    switch (value.kind) {
      case "primitive": return value.operands.reduce((sum, operand) => sum + this.inSimple(operand), FREE.has(value.builtin.name) ? 0 : 1);
      case "choose": return this.inSimple(value.test) + this.inSimple(value.consequent) + this.inSimple(value.alternative);
      case "set-local": case "set-global": case "define": return this.inSimple(value.value);
      case "constant": case "local": case "global": case "closure": return 0;
    }
  }
}

/** Builtins without a slow path. */
const FREE: ReadonlySet<string> = new Set(["not", "eq?", "null?", "pair?", "vector?", "string?", "symbol?", "char?", "boolean?", "procedure?", "keyword?", "%record?"]);
