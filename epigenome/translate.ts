// Lisp values to plain data and back: the operation's schema decides, value by value.
import type { z } from "zod";
import {
  Flonum, itemsOf, Keyword, LabelledBox, LispError, LispString, PersistentMap, PersistentVector, Rational, type Value, write,
} from "../interpreter/index.js";
import { canonical, condition, datumGiven, keyword, text, vector } from "./data.js";
import { boxed, type Labels } from "./labels.js";

/** Opens a labelled box where data are taken out of it. */
export type OpenBox = (box: LabelledBox) => Value;

/**
 * The plain data that a Lisp value stands for under a schema. A labelled box is opened by `open`, or refused without it. Integers must be exact, numbers may be any real, objects
 * are maps with keyword keys, records maps with string or keyword keys, arrays persistent vectors (a list or a vector
 * is copied), enums and literals strings, a `datum` any immutable data. Errors: `invalid-parameters`, `not-data`.
 * Ranges and patterns are the schema's own business, checked by whoever takes the data.
 */
export function toPlain(value: Value, schema: z.ZodType, path: string, open?: OpenBox): unknown {
  if (value instanceof LabelledBox) return open === undefined ? refuse(path, "data that are not boxed", value) : toPlain(open(value), schema, path, open);
  return TO_PLAIN[typeOf(schema)](value, schema, path, open);
}

/** The Lisp value of plain data that the schema admits. Numbers become inexact unless the schema says integer. */
export function toLisp(plain: unknown, schema: z.ZodType): Value {
  return TO_LISP[typeOf(schema)](plain, schema);
}

/** Plain data from JSON, where bytes are texts in base64. What does not fit is left for the schema to refuse. */
export function fromJson(json: unknown, schema: z.ZodType): unknown {
  const kind = typeOf(schema);
  if (kind === "bytes" && typeof json === "string") return new Uint8Array(Buffer.from(json, "base64"));
  if (kind === "bigint" && Number.isInteger(json)) return BigInt(json as number);
  if (kind === "inner") return fromJson(json, innerOf(schema));
  if (kind === "array" && Array.isArray(json)) return json.map((item) => fromJson(item, definitionOf(schema).element as z.ZodType));
  if (typeof json !== "object" || json === null || (kind !== "object" && kind !== "record")) return json;
  const { shape = {}, valueType } = definitionOf(schema);
  return Object.fromEntries(Object.entries(json).map(([name, item]) => {
    const part = kind === "record" ? valueType : shape[name];
    return [name, part === undefined ? item : fromJson(item, part)];
  }));
}

/** The parameters of a call, by name: required ones in the order of the shape, then `:name value` for optional ones. */
export function parametersOf(
  operands: readonly Value[], shape: Readonly<Record<string, z.ZodType>>, call: string, open?: OpenBox,
): Record<string, unknown> {
  const pairs = [...operandsByName(operands, shape, call)];
  return Object.fromEntries(pairs.map(([name, value]) => [name, toPlain(value, shape[name] as z.ZodType, `${call}: ${name}`, open)]));
}

/** The operands of a call by the names of its parameters. */
export function operandsByName(operands: readonly Value[], shape: Readonly<Record<string, z.ZodType>>, call = ""): ReadonlyMap<string, Value> {
  const required = Object.keys(shape).filter((name) => !isOptional(shape[name] as z.ZodType));
  if (operands.length < required.length) return refuse(call, `${required.length} operands (${required.join(" ")})`, vector(operands));
  const pairs: [string, Value][] = required.map((name, index) => [name, operands[index] as Value]);
  for (let index = required.length; index < operands.length; index += 2) pairs.push(optionalPair(operands, index, shape, call));
  return new Map(pairs);
}

/** True if the parameter may be left out. */
export function isOptional(schema: z.ZodType): boolean {
  return ["optional", "default", "prefault"].includes(schema.def.type);
}

/** What a value of a schema is in Lisp, in a few words, such as `vector of strings` or `"text" or "bytes"`. */
export function lispType(schema: z.ZodType): string {
  return LISP_TYPE[typeOf(schema)](schema);
}

/** The default that is taken where an optional parameter is left out. */
export function defaultOf(schema: z.ZodType): unknown {
  const { defaultValue } = definitionOf(schema);
  return typeof defaultValue === "function" ? (defaultValue as () => unknown)() : defaultValue;
}

type Kind = "datum" | "bytes" | "labelled" | "string" | "integer" | "number" | "boolean" | "bigint" | "object" | "record" | "array" | "choice" | "union" | "inner";

// Zod describes its schemas by `def`; only what ports may use is known here (test/ports/contract.ts checks it).
interface Definition {
  readonly type: string;
  readonly shape?: Record<string, z.ZodType>;
  readonly element?: z.ZodType;
  readonly valueType?: z.ZodType;
  readonly options?: readonly z.ZodType[];
  readonly innerType?: z.ZodType;
  readonly getter?: () => z.ZodType;
  readonly values?: readonly unknown[];
  readonly entries?: Readonly<Record<string, unknown>>;
  readonly defaultValue?: unknown;
}

const KINDS: Readonly<Record<string, Kind>> = {
  string: "string", boolean: "boolean", bigint: "bigint", object: "object", record: "record", array: "array",
  enum: "choice", literal: "choice", union: "union", optional: "inner", default: "inner", prefault: "inner", lazy: "inner",
};

function definitionOf(schema: z.ZodType): Definition {
  return schema.def as Definition;
}

function typeOf(schema: z.ZodType): Kind {
  const mark = schema.meta()?.["lisp"];
  if (mark === "datum" || mark === "bytes" || mark === "labelled") return mark;
  const { type } = definitionOf(schema);
  if (type === "number") return "isInt" in schema && schema.isInt === true ? "integer" : "number";
  return KINDS[type] ?? "bytes";
}

function innerOf(schema: z.ZodType): z.ZodType {
  const { innerType, getter } = definitionOf(schema);
  return (innerType ?? getter?.()) as z.ZodType;
}

const TO_PLAIN: Readonly<Record<Kind, (value: Value, schema: z.ZodType, path: string, open?: OpenBox) => unknown>> = {
  datum: (value) => canonical(value),
  labelled: (value, schema, path, open) => toPlain(value, contentOf(schema), path, open),
  bytes: (value, _schema, path) => (value instanceof Uint8Array ? Uint8Array.from(value) : refuse(path, "a bytevector", value)),
  string: (value, _schema, path) => (value instanceof LispString ? value.text : refuse(path, "a string", value)),
  boolean: (value, _schema, path) => (typeof value === "boolean" ? value : refuse(path, "#t or #f", value)),
  integer: (value, _schema, path) => (typeof value === "number" ? value : refuse(path, "an exact integer within 2^53", value)),
  bigint: (value, _schema, path) =>
    (typeof value === "number" || typeof value === "bigint" ? BigInt(value) : refuse(path, "an exact integer", value)),
  number: (value, _schema, path) => realOf(value) ?? refuse(path, "a finite number", value),
  object: (value, schema, path, open) => objectOf(value, schema, path, open),
  record: (value, schema, path, open) => recordOf(value, definitionOf(schema).valueType as z.ZodType, path, open),
  array: (value, schema, path, open) => elementsOf(value, path).map((item, index) =>
    toPlain(item, definitionOf(schema).element as z.ZodType, `${path}[${index}]`, open)),
  choice: (value, schema, path) => choiceOf(value, schema, path),
  union: (value, schema, path, open) => unionOf(value, definitionOf(schema).options ?? [], path, open),
  inner: (value, schema, path, open) => toPlain(value, innerOf(schema), path, open),
};

const TO_LISP: Readonly<Record<Kind, (plain: unknown, schema: z.ZodType) => Value>> = {
  datum: (plain) => datumGiven(String(plain)),
  labelled: (plain, schema) => labelledOf(plain, contentOf(schema)),
  bytes: (plain) => Uint8Array.from(plain as Uint8Array),
  string: (plain) => text(String(plain)),
  boolean: (plain) => plain === true,
  integer: (plain) => Number(plain),
  bigint: (plain) => integerOf(plain as bigint),
  number: (plain) => new Flonum(Number(plain)),
  object: (plain, schema) => mapOf(plain, keyword, (name) => definitionOf(schema).shape?.[name]),
  record: (plain, schema) => mapOf(plain, text, () => definitionOf(schema).valueType),
  array: (plain, schema) => vector((plain as unknown[]).map((item) => toLisp(item, definitionOf(schema).element as z.ZodType))),
  choice: (plain) => (typeof plain === "string" ? text(plain) : (plain as Value)),
  union: (plain, schema) => {
    const fits = (definitionOf(schema).options ?? []).find((option) => option.safeParse(plain).success);
    return toLisp(plain, fits as z.ZodType);
  },
  inner: (plain, schema) => toLisp(plain, innerOf(schema)),
};

const LISP_TYPE: Readonly<Record<Kind, (schema: z.ZodType) => string>> = {
  datum: () => "any data", labelled: (schema) => `${lispType(contentOf(schema))}, boxed if it has labels`, bytes: () => "bytevector", string: () => "string", integer: () => "integer", bigint: () => "integer",
  number: () => "number", boolean: () => "boolean",
  object: (schema) => {
    const parts = Object.entries(definitionOf(schema).shape ?? {}).map(([name, part]) => `:${name}${isOptional(part) ? "?" : ""} ${lispType(part)}`);
    return `{${parts.join(", ")}}`;
  },
  record: (schema) => `map of string to ${lispType(definitionOf(schema).valueType as z.ZodType)}`,
  array: (schema) => `vector of ${lispType(definitionOf(schema).element as z.ZodType)}`,
  choice: (schema) => {
    const { values, entries } = definitionOf(schema);
    return (values ?? Object.values(entries ?? {})).map((value) => (typeof value === "boolean" ? (value ? "#t" : "#f") : JSON.stringify(value))).join(" or ");
  },
  union: (schema) => (definitionOf(schema).options ?? []).map(lispType).join(" or "),
  inner: (schema) => (definitionOf(schema).getter === undefined ? lispType(innerOf(schema)) : "any of its own kind"),
};

function optionalPair(operands: readonly Value[], index: number, shape: Readonly<Record<string, z.ZodType>>, call: string): [string, Value] {
  const [name, value] = [operands[index] as Value, operands[index + 1]];
  const optional = Object.keys(shape).filter((key) => isOptional(shape[key] as z.ZodType));
  if (!(name instanceof Keyword) || !optional.includes(name.name))
    return refuse(call, optional.length === 0 ? "no further operands" : `one of ${optional.map((key) => `:${key}`).join(" ")}`, name);
  return value === undefined ? refuse(call, "a value after its name", name) : [name.name, value];
}

function objectOf(value: Value, schema: z.ZodType, path: string, open: OpenBox | undefined): Record<string, unknown> {
  const shape = definitionOf(schema).shape ?? {};
  const entries = entriesOf(value, path).map(([name, item]) => {
    const part = shape[name];
    return [name, part === undefined ? refuse(path, `one of the keys ${Object.keys(shape).join(" ")}`, keyword(name)) : toPlain(item, part, `${path}.${name}`, open)];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

function recordOf(value: Value, part: z.ZodType, path: string, open: OpenBox | undefined): Record<string, unknown> {
  return Object.fromEntries(entriesOf(value, path).map(([name, item]) => [name, toPlain(item, part, `${path}.${name}`, open)]));
}

function entriesOf(value: Value, path: string): [string, Value][] {
  if (!(value instanceof PersistentMap)) return refuse(path, "a map", value);
  return Array.from(value, ([key, item]) => {
    if (key instanceof Keyword) return [key.name, item];
    return key instanceof LispString ? [key.text, item] : refuse(path, "keywords or strings as keys", key);
  });
}

function elementsOf(value: Value, path: string): readonly Value[] {
  if (value instanceof PersistentVector) return Array.from(value);
  return (Array.isArray(value) ? (value as Value[]) : itemsOf(value)) ?? refuse(path, "a vector", value);
}

function choiceOf(value: Value, schema: z.ZodType, path: string): unknown {
  const plain = value instanceof LispString ? value.text : value;
  return schema.safeParse(plain).success ? plain : refuse(path, "one of the schema's own values, as a string", value);
}

function unionOf(value: Value, options: readonly z.ZodType[], path: string, open: OpenBox | undefined): unknown {
  for (const option of options) {
    const plain = attempt(() => toPlain(value, option, path, open));
    if (plain !== undefined && option.safeParse(plain).success) return plain;
  }
  return refuse(path, "a value that one of the schema's alternatives admits", value);
}

// Alternatives are tried in order, as zod does; only a refusal means "try the next".
function attempt(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof LispError) return undefined;
    throw error;
  }
}

function contentOf(schema: z.ZodType): z.ZodType {
  return definitionOf(schema).options?.[1] as z.ZodType;
}

function labelledOf(plain: unknown, schema: z.ZodType): Value {
  if (typeof plain !== "object" || plain === null || !("labels" in plain) || !("content" in plain)) return toLisp(plain, schema);
  return boxed(toLisp(plain.content, schema), plain.labels as Labels);
}

function mapOf(plain: unknown, key: (name: string) => Value, part: (name: string) => z.ZodType | undefined): Value {
  const present = Object.entries(plain as Record<string, unknown>).filter(([name, item]) => item !== undefined && part(name) !== undefined);
  return PersistentMap.from(present.map(([name, item]) => [key(name), toLisp(item, part(name) as z.ZodType)]));
}

function realOf(value: Value): number | undefined {
  const real = value instanceof Flonum ? value.value
    : value instanceof Rational ? Number(value.numerator) / Number(value.denominator)
    : typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
  return Number.isFinite(real) ? real : undefined;
}

function integerOf(integer: bigint): Value {
  return integer >= BigInt(Number.MIN_SAFE_INTEGER) && integer <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(integer) : integer;
}

/** What cannot be written, such as a procedure or a cycle, is refused as `not-data` by `write` itself or named here. */
function refuse(path: string, expected: string, value: Value): never {
  const code = typeof value === "function" ? "a procedure, which cannot cross to a port" : write(value);
  throw new LispError(condition("invalid-parameters", `${path}: expected ${expected}, but got ${code}`));
}
