// The cells of the native procedures: made once, constant, shared by every library table of the process.
import { builtins } from "../builtins/index.js";
import { Condition, LispError } from "../values/condition.js";
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import { Cell } from "./environment.js";

/** The printed name of the native library under all others. */
export const KERNEL = "(ouro kernel)";

const cells = new Map<string, Cell>();

/** The cell of a builtin. What core forms expand to refers to these, whatever the program calls its own. */
export function kernelCell(name: string): Cell {
  let cell = cells.get(name);
  if (cell === undefined) {
    const builtin = builtins.get(name);
    if (builtin === undefined) throw new LispError(new Condition("internal", `there is no builtin ${name}`));
    cell = constantCell(name, KERNEL, builtin.procedure, builtin.doc);
    cell.builtin = name;
    cells.set(name, cell);
  }
  return cell;
}

/** A location that holds this value for good. */
export function constantCell(name: string, library: string, value: Value, doc?: string): Cell {
  const cell = new Cell(LispSymbol.intern(name), library);
  cell.define(value);
  cell.constant = true;
  cell.doc = doc;
  return cell;
}
