// The core forms directly inside a core form.
import type { Core } from "../compiler/core.js";

/** The parts of a node that are nodes themselves, in the order of their evaluation. */
export function partsOf(core: Core): readonly Core[] {
  switch (core.kind) {
    case "constant": case "local": case "global": return [];
    case "set-local": case "set-global": case "define": return [core.value];
    case "if": return [core.test, core.consequent, core.alternative];
    case "sequence": return core.body;
    case "call": return [core.operator, ...core.operands];
    case "let": case "letrec": return [...core.initialisers, core.body];
    case "lambda": return core.clauses.map(({ body }) => body);
  }
}
