// The JavaScript text of a unit while it is written: names, constants and positions.
import type { Cell } from "../expander/environment.js";
import { NIL } from "../values/pair.js";
import type { Position } from "../values/position.js";
import { UNSPECIFIED, type Value } from "../values/value.js";
import type { Variable } from "./core.js";

/**
 * Collects the functions of a unit. Names of programs never reach the text unescaped: a JavaScript name is made
 * of the letters of the Lisp name and a number of its own; every other datum is a numbered constant.
 */
export class UnitText {
  readonly constants: Value[] = [];
  readonly cells: Cell[] = [];
  readonly positions: Position[] = [];
  private readonly unwritten: (() => string)[] = [];
  private readonly constantNames = new Map<Value, string>();
  private readonly cellNames = new Map<Cell, string>();
  private readonly variableNames = new Map<Variable, string>();
  private count = 0;

  /** `prefix` makes the names of functions unique among units, so that a name identifies a procedure. */
  constructor(private readonly prefix: string) {}

  /** A new JavaScript name that reminds of a Lisp name. */
  functionName(lispName: string): string {
    return `${letters(lispName)}_${this.prefix}_${this.count++}`;
  }

  variable(variable: Variable): string {
    let name = this.variableNames.get(variable);
    if (name === undefined) this.variableNames.set(variable, (name = `${letters(variable.name)}_${this.count++}`));
    return name;
  }

  constant(value: Value): string {
    if (typeof value === "number") return value < 0 ? `(${value})` : String(value);
    if (typeof value === "boolean") return String(value);
    if (value === NIL) return "NIL";
    if (value === UNSPECIFIED) return "UNSPECIFIED";
    let name = this.constantNames.get(value);
    if (name === undefined) this.constantNames.set(value, (name = `k${this.constants.push(value) - 1}`));
    return name;
  }

  cell(cell: Cell): string {
    let name = this.cellNames.get(cell);
    if (name === undefined) this.cellNames.set(cell, (name = `c${this.cells.push(cell) - 1}`));
    return name;
  }

  /** Adds a function of the unit's own level, to be written once those before it are: a chain of them takes no host stack. */
  addFunction(write: () => string): void {
    this.unwritten.push(write);
  }

  /** Marks the expression with its position: it gets a line of its own, which a host stack trace names. */
  at(position: Position | undefined, expression: string): string {
    return position === undefined ? expression : `(\n/*${this.positions.push(position) - 1}*/${expression})`;
  }

  /**
   * The whole text, ending in the array of the thunks named; `world` are the names of what W brings. Everything is
   * a constant of the outermost function, not a parameter of it: the host folds the value of a constant into its code.
   */
  finish(thunks: readonly string[], world: readonly string[]): string {
    const functions: string[] = [];
    for (const write of this.unwritten) functions.push(write());
    const constants = this.constants.map((_, index) => `k${index}=K[${index}]`);
    const cells = this.cells.map((_, index) => `c${index}=C[${index}]`);
    const head = `const ${[...world.map((name) => `${name}=W.${name}`), ...constants, ...cells].join(",")};\n`;
    // A function that is never called keeps the unit's information alive while any function of the unit is.
    return `"use strict";\n${head}${functions.join("\n")}\nfunction keep(){return I}\nreturn [${thunks.join(",")}];`;
  }
}

/** For each line of the host function made of `text`, counted from 1, the position marked there. */
export function linePositions(text: string, positions: readonly Position[]): (Position | undefined)[] {
  // The Function constructor puts two lines before the body; index 0 stays empty, as lines count from 1.
  const lines: (Position | undefined)[] = [undefined, undefined, undefined];
  let current: Position | undefined;
  for (const line of text.split("\n")) {
    const mark = /^\/\*(\d+)\*\//.exec(line);
    if (mark !== null) current = positions[Number(mark[1])];
    else if (line.startsWith("function ")) current = undefined;
    lines.push(current);
  }
  return lines;
}

function letters(lispName: string): string {
  const safe = lispName.replace(/[^A-Za-z0-9]+/g, "_").slice(0, 30);
  return /^[A-Za-z]/.test(safe) ? safe : `_${safe}`;
}
