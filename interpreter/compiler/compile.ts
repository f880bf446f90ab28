// The compiler's front: a unit of core forms becomes thunks, one for each form, to be run in order.
import { didYouMean } from "../expander/nearest.js";
import { add, divide, greaterOrEqual, greaterThan, lessOrEqual, lessThan, modulo, multiply, numericallyEqual, quotient, remainder, subtract } from "../builtins/arithmetic.js";
import type { Cell } from "../expander/environment.js";
import { informationOf, type ProcedureInformation, UnitInformation } from "../machine/backtrace.js";
import { Frame, type Resume } from "../machine/frame.js";
import { machine, pause, push, UNWIND } from "../machine/machine.js";
import { allocate, burn, burnElements, BYTES, meter, STEPS } from "../machine/meter.js";
import { Box } from "../values/box.js";
import { fail } from "../values/condition.js";
import { equal, eqv } from "../values/equality.js";
import { listFrom, NIL, Pair } from "../values/pair.js";
import type { Position } from "../values/position.js";
import { Flonum } from "../values/number.js";
import { RecordInstance, RecordType } from "../values/record.js";
import { Keyword, LispSymbol } from "../values/symbol.js";
import { Char, LispString } from "../values/text.js";
import { UNINITIALISED, UNSPECIFIED, type Procedure, type Value } from "../values/value.js";
import { analyse } from "./analyse.js";
import type { Core, Lambda } from "./core.js";
import { Emitter } from "./emit.js";
import type { OnKept } from "./live.js";
import { linePositions, UnitText } from "./text.js";

/** Compiled code: call the thunks in order, each to its end, on the machine. */
export interface CompiledUnit {
  readonly thunks: readonly Procedure[];
  /** The JavaScript, for people to look at. */
  readonly text: string;
}

/** A unit as JavaScript, and all that the text refers to: what can be kept, and linked in another process. */
export interface UnitCode {
  /** The part of its functions' names that is theirs alone. */
  readonly unit: string;
  readonly source: string;
  /** Lisp values, and some names as plain JavaScript strings. */
  readonly constants: readonly Value[];
  readonly cells: readonly Cell[];
  /** By JavaScript name. */
  readonly procedures: ReadonlyMap<string, ProcedureInformation>;
  /** Those that the text marks. */
  readonly positions: readonly Position[];
}

let units = 0;

/**
 * Compiles the forms of a library, a program or a REPL line. In a closed unit nothing outside can redefine its
 * names, so that calls among its procedures are direct.
 */
export function compileUnit(body: Core, closed: boolean): CompiledUnit {
  const code = translateUnit(body, closed);
  return { thunks: instantiateUnit(code), text: code.source };
}

/** Variables that the calls of one unit may keep, each call counted. The text grows with them, faster than the source. */
const MOST_KEPT = 500_000;

/**
 * The JavaScript of a unit. A unit that is to be kept is named by its content, and its name begins with 0: no count does.
 * `onKept` is told of the variables that each call keeps. Errors: out-of-range.
 */
export function translateUnit(body: Core, closed: boolean, unit = (units++).toString(36), onKept: OnKept = () => {}): UnitCode {
  const procedures = new Map<string, ProcedureInformation>();
  const text = new UnitText(unit);
  const analysis = analyse(body, closed);
  const forms = body.kind === "sequence" ? body.body : [body];
  const emitter = new Emitter(text, analysis, (name, lambda, position) => procedures.set(name, { ...describe(lambda), position }), definitions(forms), limited(onKept));
  const thunks = forms.map((form) => emitter.closure({ kind: "lambda", name: "top-level", clauses: [{ parameters: [], body: form }] }));
  const source = text.finish(thunks, Object.keys(WORLD));
  return { unit, source, procedures, constants: text.constants, cells: text.cells, positions: text.positions };
}

/** The only way from text to code: the names below, the unit's constants and cells, and nothing else. */
export function instantiateUnit(code: UnitCode): readonly Procedure[] {
  const { unit, source, constants, cells } = code;
  const information = new UnitInformation(unit, code, () => linePositions(source, code.positions));
  const whole = `${source}\n//# sourceURL=ouro:${unit}`;
  const make = new Function("W", "K", "C", "I", whole) as (...world: unknown[]) => Procedure[];
  return make(WORLD, constants, cells, information);
}

function limited(onKept: OnKept): OnKept {
  let kept = 0;
  return (count) => {
    if ((kept += count) > MOST_KEPT) fail("out-of-range", "too many calls wait for each other, and keep too many variables meanwhile; move parts of them into procedures of their own");
    onKept(count);
  };
}

function definitions(forms: readonly Core[]): Map<Lambda, Cell> {
  const found = new Map<Lambda, Cell>();
  for (const form of forms) if (form.kind === "define" && form.value.kind === "lambda") found.set(form.value, form.cell);
  return found;
}

function describe(lambda: Lambda) {
  const parameters = lambda.clauses
    .map(({ parameters: names, rest }) => `(${[...names.map((each) => each.name), ...(rest === undefined ? [] : [".", rest.name])].join(" ")})`)
    .join(" | ");
  return { name: lambda.name === "" ? "lambda" : lambda.name, parameters, doc: lambda.doc };
}

function cons(car: Value, cdr: Value): Pair {
  if ((meter.bytes -= BYTES.pair) < 0) meter.exhausted();
  return new Pair(car, cdr);
}

function restList(items: Value[]): Value {
  // The operands are on the host stack, which fuel bounds.
  burnElements(items.length);
  allocate(BYTES.pair * items.length);
  return listFrom(items);
}

function enter(resume: Resume, state: Value): void {
  machine.frames = new Frame(resume, state, machine.frames);
}

/** Burns the fuel that a slice did not have for what goes on without a call. */
function overdraw(weight: number): void {
  meter.fuel += weight;
  meter.burnBeyond(weight);
}

/** Charges again for flonums that were charged for at once and too many: each by itself. */
function overspend(results: number): void {
  meter.bytes += results * BYTES.flonum;
  for (let result = 0; result < results; result++) allocate(BYTES.flonum);
}

function reference(cell: Cell): Value {
  return cell.value ?? cell.shadowed?.value ?? notDefined(cell);
}

function notDefined({ name: { name }, forwardIn }: Cell): never {
  burn(STEPS.unknown);
  return fail("unbound-variable", `${name} is not defined${forwardIn === undefined ? "" : didYouMean(name, forwardIn)}`);
}

function define(cell: Cell, value: Value): Value {
  cell.define(value);
  return UNSPECIFIED;
}

function assign(cell: Cell, value: Value): Value {
  if (cell.constant) fail("immutable", `${cell.name.name} is imported from ${cell.library} and cannot be assigned`, [cell.name]);
  reference(cell);
  cell.value = value;
  return UNSPECIFIED;
}

function initialised(box: Box, name: string): Value {
  return box.value === UNINITIALISED ? fail("uninitialised", `${name} is used before it has a value`) : box.value;
}

function notProcedure(value: Value): never {
  return fail("not-a-procedure", "the operator of a call is not a procedure", [value]);
}

/** What a call enters whose operator's cell holds no procedure: what it shadows, if its definition has not run. */
function notCallable(cell: Cell): Procedure {
  const value = reference(cell);
  return typeof value === "function" ? (value as Procedure) : fail("not-a-procedure", `${cell.name.name} is not a procedure`, [value]);
}

function wrongCount(procedure: Procedure, given: number): never {
  const known = informationOf(procedure);
  return fail("wrong-arity", `${known?.name ?? "a procedure"} takes ${known?.parameters || "other operands"}, but got ${given} operand${given === 1 ? "" : "s"}`);
}

const WORLD: Readonly<Record<string, unknown>> = Object.assign(Object.create(null) as Record<string, unknown>, {
  m: meter, UNWIND, UNSPECIFIED, NIL, pause, push, enter, overdraw, overspend, Flonum, RecordType, allocate, Box, Pair, Keyword, LispSymbol, LispString, Char, RecordInstance,
  cons, restList, reference, define, assign, initialised, notProcedure, notCallable, wrongCount,
  add, subtract, multiply, divide, lessThan, greaterThan, lessOrEqual, greaterOrEqual, numericallyEqual, quotient, remainder, modulo, eqv, equal, Uint8Array,
});
