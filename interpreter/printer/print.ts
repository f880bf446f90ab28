// Values to text: write, display and their kin (R7RS 6.13.3), and the pretty form of the REPL.
import { fail } from "../values/condition.js";
import type { Value } from "../values/value.js";
import { flatText, type PrintOptions } from "./flat.js";
import { Labels, type Labelling } from "./labels.js";
import { prettyText } from "./pretty.js";

export type { PrintOptions } from "./flat.js";

/** The longest text that is made unless asked otherwise, in UTF-16 units: data that share much are small, yet print hugely. */
export const MAXIMUM_TEXT = 2 ** 25;

/** The text that reads back as an equal value; datum labels only for cycles. Fails with `not-representable` beyond MAXIMUM_TEXT. */
export function write(value: Value, options: PrintOptions = {}): string {
  return print(value, "cycles", false, options);
}

/** As `write`, with datum labels for everything that occurs more than once. */
export function writeShared(value: Value, options: PrintOptions = {}): string {
  return print(value, "shared", false, options);
}

/** As `write`, without datum labels: of cyclic data it fails with `not-representable`. */
export function writeSimple(value: Value, options: PrintOptions = {}): string {
  return print(value, "none", false, options);
}

/** The text for people: strings and characters as they are. */
export function display(value: Value, options: PrintOptions = {}): string {
  return print(value, "cycles", true, options);
}

/** As `write`, broken into indented lines of at most `width` columns where that can be done. For data and for code. */
export function pretty(value: Value, width = 80, options: PrintOptions = {}): string {
  const limit = options.maximumText ?? MAXIMUM_TEXT;
  return prettyText(value, Labels.of(value, "cycles"), { ...options, plain: false }, width, limit) ?? tooLong(limit);
}

function print(value: Value, labelling: Labelling, plain: boolean, options: PrintOptions): string {
  const limit = options.maximumText ?? MAXIMUM_TEXT;
  return flatText(value, Labels.of(value, labelling), { ...options, plain }, limit) ?? tooLong(limit);
}

function tooLong(limit: number): never {
  return fail("not-representable", `the printed text would be longer than ${limit} characters`);
}
