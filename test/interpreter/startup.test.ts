// The standard library is read and expanded as it is used: no program can tell, and a process starts fast.
import { describe, expect, it } from "vitest";
import type { Core } from "../../interpreter/compiler/core.js";
import { outlineOf } from "../../interpreter/expander/outline.js";
import { libraryNamesIn, LibraryTable, standardLibraries } from "../../interpreter/expander/index.js";
import { createInterpreter, documentation, itemsOf, LispSymbol, Pair, positionOf, readAll, type Value, write } from "../../interpreter/index.js";
import { librarySources } from "../../interpreter/library/index.js";
import { answer, run } from "./running.js";

const sources = librarySources.flatMap(({ file, text }) => libraryNamesIn(text).map((name) => ({ name, file, text })));

/** The forms of a library as a whole reading of its text gives them. */
function readWhole(text: string, name: string): { declarations: Value[]; body: Value[] } {
  const whole = readAll(text, "test").map((form) => itemsOf(form) as Value[]).find(([, each]) => write(each as Value) === name) as Value[];
  const body = whole.findIndex((each) => each instanceof Pair && each.car === LispSymbol.intern("begin"));
  return body < 0 ? { declarations: whole, body: [] } : { declarations: whole.slice(0, body), body: (itemsOf(whole[body] as Value) as Value[]).slice(1) };
}

describe("the outline of a library", () => {
  it.each(sources)("$name is the whole text, form by form", ({ name, file, text }) => {
    const outline = outlineOf(file, text, name);
    const { declarations, body } = readWhole(text, name);
    expect(write(outline?.form.datum as Value)).toBe(listText(declarations));
    expect(outline?.body.map(({ datum }) => write(datum))).toEqual(body.map((each) => write(each)));
  });
  it("knows the procedures that it defines, so that they can wait", () => {
    const forms = sources.flatMap(({ name, file, text }) => outlineOf(file, text, name)?.body ?? []);
    const waiting = forms.filter(({ defines }) => defines !== undefined);
    expect(waiting.length).toBeGreaterThan(forms.length / 2);
    for (const { datum } of waiting) expect(write(datum)).toMatch(/^\(define (\([^ )]+|[^ (]+ ("([^"\\]|\\.)*" )?\((case-)?lambda)/);
    for (const { datum, defines } of waiting) expect(write(datum).split(/[ ()]+/)[2]).toBe(defines?.name);
  });
  it("gives the positions that the whole text gives", () => {
    const places = (forms: readonly Value[]) => forms.map((form) => `${positionOf(form)?.line}:${positionOf(form)?.column}`);
    for (const { name, file, text } of sources) expect(places(outlineOf(file, text, name)?.body.map(({ datum }) => datum) ?? [])).toEqual(places(readWhole(text, name).body));
  });
  it("is of libraries that assign none of their top-level names: who assigns what must be known when they load", () => {
    const table = standardLibraries();
    for (const { name } of sources) table.exportsOf(name);
    const pending: Core[] = table.takeUnits().map(({ body }) => body);
    expect(pending.length).toBeGreaterThan(10);
    const kinds = new Set<string>();
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      kinds.add(node.kind);
      for (const part of Object.values(node)) for (const each of [part].flat()) if (isCore(each)) pending.push(each);
      if (node.kind === "lambda") pending.push(...node.clauses.map(({ body }) => body));
    }
    expect(kinds).toContain("letrec");
    expect(kinds).not.toContain("set-global");
  });
});

describe("a procedure whose code is made later", () => {
  it("is the same object before and after, wherever it is held", () => {
    const before = "(define held append-map) (define also (list append-map))";
    expect(answer(`${before} (append-map list '(1)) (list (eq? held append-map) (eq? (car also) append-map) (held list '(2)) held)`)).toBe("(#t #t (2) #<procedure append-map>)");
  });
  it("checks its operands, and can be documented before it is called", () => {
    expect(answer("(span)")).toBe("!wrong-arity");
    expect(answer("(apply span '(1))")).toBe("!wrong-arity");
    expect(documentation(createInterpreter().environment(["(ouro base)"]), "reduce-right")).toContain("(reduce-right procedure default items)");
  });
  it("costs the program that calls it first no more than the others", () => {
    const program = "(list (delete-duplicates '(1 2 1)) (string-map char-upcase \"ab\") (vector-map + #(1) #(2)))";
    expect(new Set([1, 2, 3].map(() => run(program).steps)).size).toBe(1);
  });
  it("is made with the whole host stack to itself, however deep the recursion that calls it", () => {
    expect(answer("(define (f n) (if (= n 0) (length (partition even? '(1 2))) (+ 1 (f (- n 1))))) (guard (e (#t (condition-code e))) (f 1999))")).toMatch(/^(\d+|:wrong-type)$/);
  });
});

it("a process with the standard library ready has spent little on it", () => {
  createInterpreter().environment(["(ouro base)"]);
  const before = process.cpuUsage();
  const table = standardLibraries({ instantiate: (expand) => expand(), deferProcedure: () => 5 });
  table.exportsOf("(ouro base)");
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(150);
});

function isCore(value: unknown): value is Core {
  return typeof value === "object" && value !== null && "kind" in value && !(value instanceof LibraryTable);
}

function listText(items: readonly Value[]): string {
  return `(${items.map((each) => write(each)).join(" ")})`;
}
