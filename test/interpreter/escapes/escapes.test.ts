// Attempts to leave the sandbox: none reaches a host object, a mechanism's inside or a grant of another, and none outlives its limits.
import { afterAll, describe, expect, it } from "vitest";
import {
  Char, Condition, createInterpreter, Environment, EOF, Flonum, Keyword, LispError, LispString, LispSymbol, MultipleValues, nativeProcedure, NIL, Pair, PersistentMap, PersistentSet, PersistentVector,
  Rational, RecordInstance, RecordType, UNSPECIFIED, type Value,
} from "../../../interpreter/index.js";
import { LispPort } from "../../../interpreter/values/text-port.js";
import { answer, interpreter, payloadText, type RunOptions, start } from "../running.js";
import { AUTHORITY } from "./authority.js";
import { CONTROL } from "./control.js";
import { EXHAUSTION } from "./exhaustion.js";
import { TEXT } from "./text.js";
import { VALUES } from "./values.js";

const LIMITS = { steps: 400_000, bytes: 10_000_000, milliseconds: 60_000 };
const CATALOGUES = { ...AUTHORITY, ...VALUES, ...TEXT, ...CONTROL, ...EXHAUSTION };

describe.each(Object.entries(CATALOGUES))("%s", (_, attempts) => {
  it.each(attempts)("%s", (form, outcome) => {
    const options = { ...LIMITS, interpreter: createInterpreter() };
    expect(answer(form, options)).toMatch(outcome);
    for (const source of [form, `(eval '(let () ${form}) (environment '(ouro base)))`]) {
      const result = ending(source, options);
      expect(foreign(result), "a host object came out").toEqual([]);
      expect(payloadText(result)).not.toBe("!internal");
    }
  });
});

/** The value of a text, or what ended it. */
function ending(source: string, options: RunOptions): Value {
  try {
    const computation = start(source, options);
    while (computation.step(100) === "ready");
    expect(computation.steps).toBeLessThanOrEqual(LIMITS.steps);
    return computation.status === "done" ? computation.value : computation.failure;
  } catch (error) {
    if (error instanceof LispError) return error.payload;
    throw error;
  }
}

/** What of a value, or within it, is no Lisp value. */
function foreign(value: unknown): unknown[] {
  const found: unknown[] = [];
  const seen = new Set<unknown>();
  const pending = [value];
  while (pending.length > 0) {
    const each = pending.pop();
    if (seen.has(each)) continue;
    seen.add(each);
    if (each instanceof Pair) pending.push(each.car, each.cdr);
    else if (Array.isArray(each)) pending.push(...each);
    else if (each instanceof MultipleValues) pending.push(...each.items);
    else if (each instanceof Condition) pending.push(...each.irritants);
    else if (each instanceof RecordInstance) pending.push(...each.slots);
    else if (each instanceof PersistentMap) pending.push(...each.keys(), ...each.values());
    else if (!isAtom(each)) found.push(each);
  }
  return found;
}

const ATOMS = [Char, Environment, Flonum, Keyword, LispError, LispString, LispSymbol, PersistentSet, PersistentVector, Rational, RecordType, Uint8Array];

function isAtom(value: unknown): boolean {
  if (["number", "bigint", "boolean"].includes(typeof value) || value === NIL || value === EOF || value === UNSPECIFIED) return true;
  // Procedures of Lisp are functions that we wrote; one of the host's own says that its code is native.
  if (typeof value === "function") return Object.getPrototypeOf(value) === Function.prototype && !Function.prototype.toString.call(value).includes("[native code]");
  return value instanceof LispPort || ATOMS.some((kind) => value instanceof kind);
}

it("are of many kinds", () => {
  expect(Object.keys(CATALOGUES).length).toBeGreaterThanOrEqual(20);
  expect(Object.values(CATALOGUES).flat().length).toBeGreaterThanOrEqual(120);
});

/** What the host's own prototypes and global names are: no attempt may have changed them. */
function hostState(): string[] {
  const owners = { Object, Function, Array, String, Number, Boolean, Symbol, BigInt, Map, Set, RegExp, Error, Promise, Uint8Array };
  const names = Object.entries(owners).flatMap(([owner, { prototype }]) => Reflect.ownKeys(prototype).map((key) => `${owner}.${String(key)}`));
  return [...names, ...Object.getOwnPropertyNames(globalThis)];
}

const before = hostState();

afterAll(() => {
  expect(hostState()).toEqual(before);
});

describe("what a host grants to one library", () => {
  const secret = nativeProcedure("secret", 0, 0, "(secret) The secret.", () => 42);
  const host = createInterpreter({ native: (name, importer) => (name === "(host secrets)" && importer === "(trusted)" ? new Map<string, Value>([["secret", secret]]) : undefined) });
  host.register("(define-library (trusted)\n  (export ask)\n  (import (scheme base) (host secrets))\n  (begin (define (ask) (secret))))", "trusted.scm");
  host.register("(define-library (curious)\n  (export ask)\n  (import (scheme base) (host secrets))\n  (begin (define (ask) (secret))))", "curious.scm");
  const outcome = (source: string) => {
    const environment = host.environment(["(scheme base)", "(scheme eval)"]);
    try {
      const computation = host.start(source, "test", environment, LIMITS);
      while (computation.step(100) === "ready");
      return computation.status === "done" ? computation.value : payloadText(computation.failure);
    } catch (error) {
      return payloadText((error as { payload: Value }).payload);
    }
  };
  it.each<readonly [string, unknown]>([
    ["(import (trusted)) (ask)", 42],
    ["(import (host secrets)) (secret)", "!unknown-library"],
    ["(import (curious)) (ask)", "!unknown-library"],
    ["(import (trusted)) (secret)", "!unbound-variable"],
    ["(define-library (trusted) (export ask) (import (scheme base) (host secrets)) (begin (define ask secret)))\n(eval '(ask) (environment '(trusted)))", "!unknown-library"],
    ["(eval '(secret) (environment '(host secrets)))", "!unknown-library"],
    ["(eval '(ask) (environment '(trusted)))", "!unknown-library"],
  ])("%s", (source, expected) => expect(outcome(source)).toBe(expected));
  it("is not the kernel, even for the libraries of the host", () => {
    host.register("(define-library (inside)\n  (export w)\n  (import (scheme base) (ouro kernel))\n  (begin (define (w) (%winders))))", "inside.scm");
    expect(() => host.load(["(inside)"])).toThrow("(ouro kernel)");
    expect(() => host.exported("(ouro kernel)", "%winders")).toThrow("(ouro kernel)");
    expect(host.libraries()).not.toContain("(ouro kernel)");
    expect(interpreter.exportsOf("(ouro native)").filter((name) => name.startsWith("%"))).toEqual([]);
    expect(host.libraries().filter((name) => /^\((ouro|scheme|srfi) /.test(name)).flatMap((name) => host.exportsOf(name)).filter((name) => name.startsWith("%"))).toEqual([]);
  });
});
