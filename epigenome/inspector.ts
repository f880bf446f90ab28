// The inspector: walks from a value into its numbered parts and back, and puts what it sees into words.
import {
  builtinOf, Char, Condition, Environment, EOF, Flonum, informationOf, Keyword, LispPort, LispString, LispSymbol, MultipleValues, NIL, Pair,
  PersistentMap, PersistentSet, PersistentVector, Rational, RecordInstance, RecordType, UNSPECIFIED, type Value, write,
} from "../interpreter/index.js";

/** One value as it is shown. `parts` are those with numbers 0 to n−1; `more` others exist beyond them. */
export interface Inspection {
  /** How it was come to: the label of each step, outermost first. */
  readonly path: readonly string[];
  readonly type: string;
  readonly text: string;
  readonly parts: readonly { readonly label: string; readonly type: string; readonly text: string }[];
  readonly more: number;
}

interface Part {
  readonly label: string;
  readonly value: Value;
}

const MOST_SHOWN = 30;
/** How far a list is walked before the rest counts as one part. */
const MOST_WALKED = 100_000;
const WIDTH = 70;
const PRINTED_DEPTH = 2_000;

export class Inspector {
  private readonly trail: Part[];

  constructor(value: Value) {
    this.trail = [{ label: "", value }];
  }

  get value(): Value {
    return (this.trail.at(-1) as Part).value;
  }

  /** Goes into a part by its number; false if there is none. */
  down(number: number): boolean {
    const part = partsOf(this.value)[number];
    if (part !== undefined) this.trail.push(part);
    return part !== undefined;
  }

  /** Goes back to the whole; false at the top. */
  up(): boolean {
    if (this.trail.length === 1) return false;
    this.trail.pop();
    return true;
  }

  view(): Inspection {
    const parts = partsOf(this.value);
    return {
      path: this.trail.slice(1).map(({ label }) => label),
      type: typeOf(this.value, parts.length),
      text: brief(this.value, PRINTED_DEPTH),
      parts: parts.slice(0, MOST_SHOWN).map(({ label, value }) => ({ label, type: typeOf(value), text: brief(value, WIDTH) })),
      more: Math.max(0, parts.length - MOST_SHOWN),
    };
  }
}

/** Each kind of value that has parts, and what they are. */
const PARTS: readonly ((value: Value) => readonly Part[] | undefined)[] = [
  (value) => (value instanceof Pair ? listParts(value) : undefined),
  (value) => (Array.isArray(value) ? value.map(numbered) : undefined),
  (value) => (value instanceof Uint8Array ? [...value].map(numbered) : undefined),
  (value) => (value instanceof PersistentVector || value instanceof PersistentSet ? [...value].map(numbered) : undefined),
  (value) => (value instanceof PersistentMap ? [...value.keys()].map((key) => ({ label: brief(key, 30), value: value.get(key) as Value })) : undefined),
  (value) => (value instanceof RecordInstance ? value.type.fields.map(({ name }, index) => ({ label: name, value: value.slots[index] as Value })) : undefined),
  (value) => (value instanceof MultipleValues ? value.items.map(numbered) : undefined),
  (value) => (value instanceof Condition ? conditionParts(value) : undefined),
  (value) => (typeof value === "function" ? procedureParts(value) : undefined),
];

function partsOf(value: Value): readonly Part[] {
  for (const kind of PARTS) {
    const parts = kind(value);
    if (parts !== undefined) return parts;
  }
  return [];
}

function numbered(value: Value, index: number): Part {
  return { label: String(index), value };
}

function listParts(list: Pair): Part[] {
  const [parts, seen]: [Part[], Set<Value>] = [[], new Set()];
  let rest: Value = list;
  for (; rest instanceof Pair && !seen.has(rest) && parts.length < MOST_WALKED; rest = rest.cdr) {
    seen.add(rest);
    parts.push(numbered(rest.car, parts.length));
  }
  if (rest !== NIL) parts.push({ label: rest instanceof Pair ? "and on" : ".", value: rest });
  return parts;
}

function conditionParts({ code, message, irritants, hint }: Condition): Part[] {
  return [
    { label: "code", value: Keyword.intern(code) }, { label: "message", value: new LispString(message) }, { label: "hint", value: new LispString(hint) },
    ...irritants.map((value, index) => ({ label: `irritant ${index}`, value })),
  ];
}

function procedureParts(procedure: Value): Part[] {
  const [builtin, information] = [builtinOf(procedure), informationOf(procedure)];
  const texts = { doc: builtin?.doc ?? information?.doc, parameters: information?.parameters, place: placeOf(information?.position) };
  return Object.entries(texts).flatMap(([label, text]) => (text === undefined ? [] : [{ label, value: new LispString(text) }]));
}

function placeOf(position: { file: string; line: number; column: number } | undefined): string | undefined {
  return position === undefined ? undefined : `${position.file}:${position.line}:${position.column}`;
}

/** The name of each kind of value; the first test that holds. `count` is how many parts it has, where that is known. */
const TYPES: readonly (readonly [(value: Value) => boolean, (value: Value, count?: number) => string])[] = [
  [(value) => value instanceof Pair, (_value, count) => sized("list", count)],
  [(value) => value === NIL, () => "empty list"],
  [Array.isArray, (value) => sized("vector", (value as Value[]).length)],
  [(value) => value instanceof Uint8Array, (value) => sized("bytevector", (value as Uint8Array).length)],
  [(value) => value instanceof PersistentVector, (value) => sized("persistent vector", (value as PersistentVector).size)],
  [(value) => value instanceof PersistentMap, (value) => sized("persistent map", (value as PersistentMap).size)],
  [(value) => value instanceof PersistentSet, (value) => sized("persistent set", (value as PersistentSet).size)],
  [(value) => value instanceof RecordInstance, (value) => `record ${(value as RecordInstance).type.name.name}`],
  [(value) => value instanceof RecordType, () => "record type"],
  [(value) => value instanceof LispString, (value) => `string of ${(value as LispString).text.length}`],
  [(value) => value instanceof LispSymbol, () => "symbol"],
  [(value) => value instanceof Keyword, () => "keyword"],
  [(value) => value instanceof Char, () => "character"],
  [(value) => value instanceof Flonum, () => "inexact number"],
  [(value) => value instanceof Rational, () => "exact ratio"],
  [(value) => typeof value === "number" || typeof value === "bigint", () => "exact integer"],
  [(value) => typeof value === "boolean", () => "boolean"],
  [(value) => typeof value === "function", (value) => (builtinOf(value) === undefined ? "procedure" : "native procedure")],
  [(value) => value instanceof Condition, () => "condition"],
  [(value) => value instanceof MultipleValues, () => "multiple values"],
  [(value) => value instanceof Environment, () => "environment"],
  [(value) => value instanceof LispPort, () => "port"],
  [(value) => value === UNSPECIFIED, () => "unspecified"],
  [(value) => value === EOF, () => "end of file"],
];

function typeOf(value: Value, count?: number): string {
  return TYPES.find(([test]) => test(value))?.[1](value, count) ?? "object";
}

function sized(kind: string, count: number | undefined): string {
  return count === undefined ? kind : `${kind} of ${count}`;
}

function brief(value: Value, length: number): string {
  const text = write(value, { maximumLength: 50, maximumDepth: 10 });
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
