// The builtins of pairs, vectors, characters, strings and records that compiled code does in place.
import type { Simple } from "./block.js";
import { isNumber, type Inline, type InlineContext } from "./inline-context.js";
import { BYTES } from "../machine/meter.js";
import { FIELDS } from "../values/record.js";
import { Char } from "../values/text.js";
import { LispSymbol, Keyword } from "../values/symbol.js";
import { NIL, Pair } from "../values/pair.js";
import type { Value } from "../values/value.js";

/** `car`, `cdr` and their compositions: a Lisp value is never undefined, so a missing property means "no pair". */
function accessors(path: string): Inline {
  return ([operand], context) => {
    if (operand === undefined || isNumber(operand)) return undefined;
    const whole = context.atom(operand);
    let expression = whole;
    for (const letter of [...path].reverse()) {
      const result = context.temporary();
      expression = `((${result}=${expression}.${letter === "a" ? "car" : "cdr"})!==undefined?${result}:${context.call(whole)})`;
    }
    return expression;
  };
}

function isInstance(className: string): Inline {
  return ([operand], context) => operand && `(${context.once(operand)} instanceof ${className})`;
}

function hasType(type: string): Inline {
  return ([operand], context) => operand && `(typeof ${context.once(operand)}==="${type}")`;
}

const vectorRef: Inline = ([vector, index], context) => {
  if (vector === undefined || index === undefined) return undefined;
  const [v, k, result] = [context.atom(vector), context.atom(index), context.temporary()];
  return `(Array.isArray(${v})&&typeof ${k}==="number"&&(${result}=${v}[${k}])!==undefined?${result}:${context.call(v, k)})`;
};

const vectorSet: Inline = ([vector, index, value], context) => {
  if (vector === undefined || index === undefined || value === undefined) return undefined;
  const [v, k, x] = [context.atom(vector), context.atom(index), context.atom(value)];
  return `(Array.isArray(${v})&&typeof ${k}==="number"&&${v}[${k}]!==undefined?(${context.sync}${v}[${k}]=${x},UNSPECIFIED):${context.call(v, k, x)})`;
};

function slot(record: string, index: number): string {
  const name = FIELDS[index];
  return name === undefined ? `${record}.more[${index - FIELDS.length}]` : `${record}.${name}`;
}

const recordRef: Inline = ([record, type, index, name], context) => {
  if (record === undefined || type === undefined || index === undefined || name === undefined) return undefined;
  if (isNumber(record) || !isNumber(index)) return undefined;
  const [r, t] = [context.atom(record), context.atom(type)];
  return `(${r} instanceof RecordInstance&&${r}.type===${t}?${slot(r, index.value as number)}:${context.call(r, t, String(index.value), context.once(name))})`;
};

const makeRecord: Inline = ([type, ...fields], context) => {
  if (type === undefined || isNumber(type)) return undefined;
  const t = context.atom(type);
  const names = fields.map((field) => context.atom(field));
  const slots = FIELDS.map((_, index) => names[index] ?? "false");
  const more = names.length > FIELDS.length ? `[${names.slice(FIELDS.length).join(",")}]` : "undefined";
  const made = `(${context.slow(`allocate(${BYTES.record + BYTES.element * fields.length})`)},new RecordInstance(${t},${slots.join(",")},${more}))`;
  return `(${t} instanceof RecordType&&${t}.fields.length===${fields.length}?${made}:${context.call(t, ...names)})`;
};

const recordSet: Inline = ([record, type, index, value, name], context) => {
  if (record === undefined || type === undefined || index === undefined || value === undefined || name === undefined) return undefined;
  if (isNumber(record) || !isNumber(index)) return undefined;
  const [r, t, x] = [context.atom(record), context.atom(type), context.atom(value)];
  return `(${r} instanceof RecordInstance&&${r}.type===${t}?(${slot(r, index.value as number)}=${x},UNSPECIFIED):${context.call(r, t, String(index.value), x, context.once(name))})`;
};

const isRecord: Inline = ([record, type], context) => {
  if (record === undefined || type === undefined || isNumber(record)) return undefined;
  const r = context.atom(record);
  return `(${r} instanceof RecordInstance&&${r}.type===${context.once(type)})`;
};

/** Stores into one field of a pair. */
function pairSetter(field: "car" | "cdr"): Inline {
  return ([pair, value], context) => {
    if (pair === undefined || value === undefined || isNumber(pair)) return undefined;
    const [p, x] = [context.atom(pair), context.atom(value)];
    return `(${p}.${field}!==undefined?(${p}.${field}=${x},UNSPECIFIED):${context.call(p, x)})`;
  };
}

/** `eqv?` and `equal?`: the identity decides if either operand is a literal that has no equal but itself. */
function equivalence(slow: string): Inline {
  return ([left, right], context) => {
    if (left === undefined || right === undefined) return undefined;
    if (isUnique(left) || isUnique(right)) return `(${context.once(left)}===${context.once(right)})`;
    const [a, b] = [context.atom(left), context.atom(right)];
    return `(${a}===${b}||${context.slow(`${slow}(${a},${b})`)})`;
  };
}

function isUnique(operand: Simple): boolean {
  if (operand.kind !== "constant") return false;
  const { value } = operand;
  return typeof value === "number" || typeof value === "boolean" || value === NIL || value instanceof Char || value instanceof LispSymbol || value instanceof Keyword;
}

/** Two characters, by their code points. */
function charComparison(operator: string): Inline {
  return (operands, context) => {
    const [left, right] = operands;
    if (left === undefined || right === undefined || operands.length !== 2 || isNumber(left) || isNumber(right)) return undefined;
    const [a, b] = [pointOf(left, context), pointOf(right, context)];
    const tests = [a.test, b.test].filter((test) => test !== "");
    return `(${tests.length === 0 ? "true" : tests.join("&&")}?${a.point}${operator}${b.point}:${context.call(a.name, b.name)})`;
  };
}

/** The code point of an operand: of a literal at once, else if the test holds. */
function pointOf(operand: Simple, context: InlineContext): { name: string; test: string; point: string } {
  const name = context.atom(operand);
  if (operand.kind === "constant" && operand.value instanceof Char) return { name, test: "", point: String(operand.value.codePoint) };
  const point = context.temporary();
  return { name, test: `(${point}=${name}.codePoint)!==undefined`, point };
}

/** Whether a key is one of many characters: its code point is within one of the ranges that they fill. */
const oneOf: Inline = ([key, list], context) => {
  if (key === undefined || list?.kind !== "constant" || isNumber(key)) return undefined;
  const chars = [...itemsOf(list.value)];
  if (!chars.every((char) => char instanceof Char)) return undefined;
  const point = context.temporary();
  const within = rangesOf(chars.map((char) => char.codePoint)).map(([low, high]) => (low === high ? `${point}===${low}` : `${point}>=${low}&&${point}<=${high}`));
  return `((${point}=${context.once(key)}.codePoint)!==undefined&&(${within.join("||")}))`;
};

function* itemsOf(list: Value): Generator<Value> {
  for (let rest = list; rest instanceof Pair; rest = rest.cdr) yield rest.car;
}

/** The ranges of whole numbers that these fill, from the lowest to the highest. */
function rangesOf(numbers: readonly number[]): (readonly [low: number, high: number])[] {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && number <= last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges;
}

const charToInteger: Inline = ([char], context) => {
  if (char === undefined || isNumber(char)) return undefined;
  const { name, test, point } = pointOf(char, context);
  return test === "" ? point : `(${test}?${point}:${context.call(name)})`;
};

const vectorLength: Inline = ([vector], context) => {
  if (vector === undefined || isNumber(vector)) return undefined;
  const v = context.atom(vector);
  return `(Array.isArray(${v})?${v}.length:${context.call(v)})`;
};

const byteRef: Inline = ([bytes, index], context) => {
  if (bytes === undefined || index === undefined || isNumber(bytes)) return undefined;
  const [b, k, result] = [context.atom(bytes), context.atom(index), context.temporary()];
  return `(${b} instanceof Uint8Array&&typeof ${k}==="number"&&(${result}=${b}[${k}])!==undefined?${result}:${context.call(b, k)})`;
};

/** A short list, pair by pair. */
const list: Inline = (operands, context) => {
  if (operands.length > LONGEST_LIST) return undefined;
  const items = operands.map((operand) => context.once(operand));
  return context.slow(items.reduceRight((rest, item) => `cons(${item},${rest})`, "NIL"));
};

const LONGEST_LIST = 8;

/** For each builtin by name: what writes it. */
export const DATA: Readonly<Record<string, Inline>> = Object.assign(Object.create(null) as Record<string, Inline>, {
  "cons": ([car, cdr]: readonly Simple[], context: InlineContext) => car && cdr && context.slow(`cons(${context.once(car)},${context.once(cdr)})`),
  "not": ([operand]: readonly Simple[], context: InlineContext) => operand && `(${context.once(operand)}===false)`,
  "eq?": ([a, b]: readonly Simple[], context: InlineContext) => a && b && `(${context.once(a)}===${context.once(b)})`,
  "null?": ([operand]: readonly Simple[], context: InlineContext) => operand && `(${context.once(operand)}===NIL)`,
  "eqv?": equivalence("eqv"),
  "equal?": equivalence("equal"),
  "pair?": isInstance("Pair"),
  "symbol?": isInstance("LispSymbol"),
  "string?": isInstance("LispString"),
  "char?": isInstance("Char"),
  "keyword?": isInstance("Keyword"),
  "boolean?": hasType("boolean"),
  "procedure?": hasType("function"),
  "vector?": ([operand]: readonly Simple[], context: InlineContext) => operand && `Array.isArray(${context.once(operand)})`,
  "vector-ref": vectorRef,
  "vector-set!": vectorSet,
  "%record-ref": recordRef,
  "%record?": isRecord,
  "%record": makeRecord,
  "list": list,
  "set-car!": pairSetter("car"),
  "set-cdr!": pairSetter("cdr"),
  "char=?": charComparison("==="),
  "char<?": charComparison("<"),
  "char>?": charComparison(">"),
  "char<=?": charComparison("<="),
  "char>=?": charComparison(">="),
  "char->integer": charToInteger,
  "%one-of": oneOf,
  "vector-length": vectorLength,
  "bytevector-u8-ref": byteRef,
  "%record-set!": recordSet,
  "bytevector?": isInstance("Uint8Array"),
});
for (const path of ["a", "d", "aa", "ad", "da", "dd", "add", "dda", "dad", "daa", "ada", "aad", "ddd", "aaa", "addd", "dddd"]) {
  (DATA as Record<string, Inline>)[`c${path}r`] = accessors(path);
}
