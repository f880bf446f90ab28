// The builtins that compiled code does in place: the way to each, and those of numbers.
import type { Simple } from "./block.js";
import { isNumber, type Inline, type InlineContext } from "./inline-context.js";
import { DATA } from "./inline-data.js";

/** Writes a call of the builtin in place, or answers undefined if it is not inlined with these operands. */
export function inline(name: string, operands: readonly Simple[], context: InlineContext): string | undefined {
  return (NUMBERS[name] ?? DATA[name])?.(operands, context);
}

/** True if the builtin, inlined or not, gives a JavaScript boolean: a test needs no comparison with #f then. */
export function isPredicate(name: string): boolean {
  return PREDICATES.has(name);
}

const PREDICATES: ReadonlySet<string> = new Set([
  "not", "eq?", "eqv?", "equal?", "null?", "pair?", "vector?", "string?", "symbol?", "char?", "boolean?", "procedure?", "number?",
  "integer?", "exact-integer?", "=", "<", ">", "<=", ">=", "zero?", "positive?", "negative?", "even?", "odd?", "list?", "keyword?",
  "%record?", "%one-of", "eof-object?", "char=?", "char<?", "char>?", "char<=?", "char>=?", "string=?", "bytevector?",
]);

/** `a + b` and `a − b` of fixnums whose result has 32 bits, which is cheapest to check; the slow path does the others. */
function additive(operator: "+" | "-", slow: string): Inline {
  return (operands, context) => {
    const [left, right] = operands;
    if (left === undefined || right === undefined || operands.length !== 2) return undefined;
    const a = context.atom(left);
    const b = context.atom(right);
    const result = context.temporary();
    const checks = [numberTest(left, a), numberTest(right, b)].filter((check) => check !== "");
    return `(${[...checks, `((${result}=${a}${operator}${b})|0)===${result}`].join("&&")}?${result}:${context.slow(`${slow}(${a},${b})`)})`;
  };
}

const multiply: Inline = (operands, context) => {
  const [left, right] = operands;
  if (left === undefined || right === undefined || operands.length !== 2) return undefined;
  const a = context.atom(left);
  const b = context.atom(right);
  const result = context.temporary();
  // Adding zero turns JavaScript's -0 into 0.
  return `(typeof ${a}==="number"&&typeof ${b}==="number"&&((${result}=${a}*${b})|0)===${result}?${result}+0:${context.slow(`multiply(${a},${b})`)})`;
};

function comparison(operator: string, slow: string): Inline {
  return (operands, context) => {
    const [left, right] = operands;
    if (left === undefined || right === undefined || operands.length !== 2) return undefined;
    const a = context.atom(left);
    const b = context.atom(right);
    const checks = [numberTest(left, a), numberTest(right, b)].filter((check) => check !== "");
    return `(${checks.length === 0 ? "true" : checks.join("&&")}?${a}${operator}${b}:${context.slow(`${slow}(${a},${b})`)})`;
  };
}

/** A test of one number against zero. */
function againstZero(operator: string): Inline {
  return ([operand], context) => {
    if (operand === undefined) return undefined;
    const a = context.atom(operand);
    return `(typeof ${a}==="number"?${a}${operator}0:${context.call(a)})`;
  };
}

/** Evenness: a fixnum's by its remainder. */
function parity(operator: string): Inline {
  return ([operand], context) => {
    if (operand === undefined) return undefined;
    const a = context.atom(operand);
    return `(typeof ${a}==="number"?${a}%2${operator}0:${context.call(a)})`;
  };
}

/**
 * Division of integers of 32 bits by a positive one, which the host does without doubles; the slow path does the
 * others. `fast` may not give -0.
 */
function division(fast: (a: string, b: string) => string, slow: string): Inline {
  return ([left, right], context) => {
    if (left === undefined || right === undefined) return undefined;
    const a = context.atom(left);
    const b = context.atom(right);
    if (isNumber(right) && ((right.value as number) <= 0 || (right.value as number) >= 2 ** 31)) return context.slow(`${slow}(${a},${b})`);
    const divisor = isNumber(right) ? "" : `typeof ${b}==="number"&&(${b}|0)===${b}&&${b}>0&&`;
    return `(${divisor}${numberTest(left, a, "&&")}(${a}|0)===${a}?${fast(a, b)}:${context.slow(`${slow}(${a},${b})`)})`;
  };
}

/** The lesser or the greater of two exact integers. */
function extreme(operator: string): Inline {
  return (operands, context) => {
    const [left, right] = operands;
    if (left === undefined || right === undefined || operands.length !== 2) return undefined;
    const [a, b] = [context.atom(left), context.atom(right)];
    return `(${numberTest(left, a, "&&")}${numberTest(right, b, "&&")}true?${a}${operator}${b}?${a}:${b}:${context.call(a, b)})`;
  };
}

const NUMBERS: Readonly<Record<string, Inline>> = Object.assign(Object.create(null) as Record<string, Inline>, {
  "+": additive("+", "add"),
  "-": additive("-", "subtract"),
  "*": multiply,
  "=": comparison("===", "numericallyEqual"),
  "<": comparison("<", "lessThan"),
  ">": comparison(">", "greaterThan"),
  "<=": comparison("<=", "lessOrEqual"),
  ">=": comparison(">=", "greaterOrEqual"),
  "zero?": againstZero("==="),
  "positive?": againstZero(">"),
  "negative?": againstZero("<"),
  "even?": parity("==="),
  "odd?": parity("!=="),
  "quotient": division((a, b) => `(${a}/${b}|0)`, "quotient"),
  "truncate-quotient": division((a, b) => `(${a}/${b}|0)`, "quotient"),
  "remainder": division((a, b) => `(${a}%${b}|0)`, "remainder"),
  "truncate-remainder": division((a, b) => `(${a}%${b}|0)`, "remainder"),
  "modulo": division((a, b) => `((${a}%${b}+${b})%${b}|0)`, "modulo"),
  "floor-remainder": division((a, b) => `((${a}%${b}+${b})%${b}|0)`, "modulo"),
  "min": extreme("<"),
  "max": extreme(">"),
});

function numberTest(operand: Simple, name: string, and = ""): string {
  return isNumber(operand) ? "" : `typeof ${name}==="number"${and}`;
}
