// Random programs of table and collection operations, against a JavaScript map or array that does the same.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answer, type RunOptions } from "./running.js";

const SEED = 20_261_120;
const RUNS = Number(process.env.OURO_MODEL_RUNS ?? 15);

/** Keys of every kind; each text is also what identifies the key in the model. */
const KEYS = ["0", "1", "1.0", "-0.0", "0.0", "1/2", '"1"', "a", "|1|", "#\\a", "(1 2)", "(1 . 2)", "()", "#t", ":k", "100000000000000000000", "[1 2]", "#{1}"];
/** Keys of a table by a hash of two values, so that most share a chain. */
const NUMBERS = Array.from({ length: 40 }, (_, index) => String(index));

type Change = { readonly kind: "set" | "delete" | "update" | "clear"; readonly key: string; readonly value: number };

function changes(keys: readonly string[]): fc.Arbitrary<Change[]> {
  return fc.array(fc.record({
    kind: fc.constantFrom<Change["kind"][]>("set", "set", "set", "delete", "delete", "delete", "update", "clear"),
    key: fc.constantFrom(...keys),
    value: fc.nat(99),
  }), { maxLength: 150, size: "max" }).map((list) => list.filter(({ kind, value }) => kind !== "clear" || value < 5));
}

/** What a JavaScript map holds after the changes, as an association list. */
function model(list: readonly Change[]): string {
  const map = new Map<string, number>();
  for (const { kind, key, value } of list) {
    if (kind === "set") map.set(key, value);
    else if (kind === "delete") map.delete(key);
    else if (kind === "update") map.set(key, (map.get(key) ?? 0) + value);
    else map.clear();
  }
  return `(${Array.from(map, ([key, value]) => `(${key} . ${value})`).join(" ")})`;
}

function tableProgram(make: string, list: readonly Change[]): string {
  const steps = list.map(({ kind, key, value }) => ({
    set: `(hash-table-set! t '${key} ${value})`,
    delete: `(hash-table-delete! t '${key})`,
    update: `(hash-table-update!/default t '${key} (lambda (x) (+ x ${value})) 0)`,
    clear: "(hash-table-clear! t)",
  })[kind]);
  return `(import (srfi 125)) (define t ${make}) ${steps.join(" ")} (hash-table->alist (hash-table-copy t))`;
}

function mapProgram(list: readonly Change[]): string {
  const steps = list.map(({ kind, key, value }) => ({
    set: `(put m '${key} ${value})`,
    delete: `(remove-key m '${key})`,
    update: `(update m '${key} (lambda (x) (+ x ${value})) 0)`,
    clear: "{}",
  })[kind]);
  return `(let* ((m {}) ${steps.map((step) => `(m ${step})`).join(" ")}) (map (lambda (e) (cons (nth e 0) (nth e 1))) (entries m)))`;
}

function check(list: fc.Arbitrary<Change[]>, program: (list: readonly Change[]) => string, options: RunOptions = {}): void {
  fc.assert(fc.property(list, (each) => {
    expect(answer(program(each), options)).toBe(model(each));
  }), { seed: SEED, numRuns: RUNS, endOnFailure: true });
}

describe(`seed ${SEED}: a hash table holds what a JavaScript map does, in the same order`, () => {
  it("by equal?", () => check(changes(KEYS), (list) => tableProgram("(make-hash-table equal?)", list)));
  it("by eqv?, for numbers", () => check(changes(["0", "1", "1.0", "0.0", "-0.0", "1/2", "100000000000000000000"]), (list) => tableProgram("(make-hash-table eqv?)", list)));
  it("by an equivalence of the program", () =>
    check(changes(NUMBERS), (list) => tableProgram("(make-hash-table (lambda (x y) (eqv? x y)) (lambda (x) (modulo x 2)))", list)));
  it("with the stack unwound every few calls", () =>
    check(changes(NUMBERS), (list) => tableProgram("(make-hash-table =)", list), { slice: 3 }));
});

it(`seed ${SEED}: a persistent map holds what a JavaScript map does, in the same order`, () => check(changes(KEYS), mapProgram));

it(`seed ${SEED}: a persistent vector holds what a JavaScript array does`, () => {
  const operation = fc.record({ kind: fc.constantFrom("conj", "pop", "put", "insert", "remove", "concat", "slice"), at: fc.nat(1000), value: fc.nat(99) });
  fc.assert(fc.property(fc.array(operation, { maxLength: 80, size: "max" }), (list) => {
    let array: number[] = [];
    const steps: string[] = [];
    for (const { kind, at, value } of list) {
      const index = at % (array.length + 1);
      const inside = at % Math.max(1, array.length);
      if (array.length === 0 && ["pop", "put", "remove"].includes(kind)) continue;
      if (kind === "conj") [array, steps[steps.length]] = [[...array, value], `(conj v ${value})`];
      if (kind === "pop") [array, steps[steps.length]] = [array.slice(0, -1), "(pop v)"];
      if (kind === "put") [array, steps[steps.length]] = [array.with(inside, value), `(put v ${inside} ${value})`];
      if (kind === "insert") [array, steps[steps.length]] = [array.toSpliced(index, 0, value), `(insert-at v ${index} ${value})`];
      if (kind === "remove") [array, steps[steps.length]] = [array.toSpliced(inside, 1), `(remove-at v ${inside})`];
      if (kind === "concat" && array.length < 200) [array, steps[steps.length]] = [[...array, ...array], "(concat v v)"];
      if (kind === "slice") [array, steps[steps.length]] = [array.slice(index), `(subvec v ${index})`];
    }
    expect(answer(`(let* ((v []) ${steps.map((step) => `(v ${step})`).join(" ")}) v)`)).toBe(`[${array.join(" ")}]`);
  }), { seed: SEED, numRuns: RUNS, endOnFailure: true });
});

it(`seed ${SEED}: set operations are those of mathematics`, () => {
  const set = fc.uniqueArray(fc.nat(12), { maxLength: 10, size: "max" });
  fc.assert(fc.property(set, set, (a, b) => {
    const [one, other] = [`#{${a.join(" ")}}`, `#{${b.join(" ")}}`];
    const expected = [
      `#{${[...a, ...b.filter((x) => !a.includes(x))].join(" ")}}`,
      `#{${a.filter((x) => b.includes(x)).join(" ")}}`,
      `#{${a.filter((x) => !b.includes(x)).join(" ")}}`,
      a.every((x) => b.includes(x)) ? "#t" : "#f",
      a.some((x) => b.includes(x)) ? "#f" : "#t",
    ];
    expect(answer(`(let ((a ${one}) (b ${other})) (list (union a b) (intersection a b) (difference a b) (subset? a b) (disjoint? a b)))`)).toBe(`(${expected.join(" ")})`);
  }), { seed: SEED, numRuns: RUNS, endOnFailure: true });
});
