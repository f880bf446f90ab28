// What writing a builtin in place takes.
import type { Simple } from "./block.js";

/** What an inlined builtin may use to write itself. */
export interface InlineContext {
  /** The operand as a name or literal that may be repeated; `write` is the whole expression then. */
  atom(operand: Simple): string;
  /** The operand as an expression, to be used exactly once. */
  once(operand: Simple): string;
  /** A call of the builtin itself, for the operands that are not handled in place. */
  call(...operands: readonly string[]): string;
  /** A call that may fail, burn or allocate: of a function of the compiled code's world. */
  slow(call: string): string;
  /** What must stand before an expression that may fail without a call: nothing, or an assignment and a comma. */
  readonly sync: string;
  /** A fresh JavaScript variable. */
  temporary(): string;
}

/** Writes a call of one builtin, or answers undefined if it is not done in place with these operands. */
export type Inline = (operands: readonly Simple[], context: InlineContext) => string | undefined;

/** True of a literal number. */
export function isNumber(value: Simple): value is Extract<Simple, { kind: "constant" }> {
  return value.kind === "constant" && typeof value.value === "number";
}
