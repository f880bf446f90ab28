// Import sets: which bindings an import brings, and under which names (R7RS 5.2).
import { LispSymbol } from "../values/symbol.js";
import type { Binding } from "./environment.js";
import { failAt, type Form } from "./form.js";
import { isIdentifier, nameOf, symbolOf } from "./identifier.js";
import { libraryName } from "./library-name.js";
import { nearest, suggestion } from "./nearest.js";
import type { Position } from "../values/position.js";

export type Bindings = ReadonlyMap<LispSymbol, Binding>;

/** Gives the exports of a library by its printed name. */
export type Exporter = (name: string, position: Position | undefined) => Bindings;

const MOST_NESTING = 100;

/** The bindings that the import set at an index of a form brings. */
export function importSet(form: Form, index: number, exportsOf: Exporter, nesting = 0): Bindings {
  const set = form.part(index).expect(1);
  if (nesting > MOST_NESTING) failAt("nesting-too-deep", "an import set nests too deep", [], set.position);
  const modifier = set.length > 1 && isIdentifier(set.items[0]) && typeof set.items[1] === "object" && "car" in (set.items[1] as object)
    ? MODIFIERS[nameOf(set.items[0])]
    : undefined;
  if (modifier === undefined) return exportsOf(libraryName(form, index), set.position);
  return modifier(importSet(set, 1, exportsOf, nesting + 1), set);
}

type Modifier = (bindings: Bindings, set: Form) => Bindings;

const MODIFIERS: Record<string, Modifier | undefined> = {
  only: (bindings, set) => new Map(namesFrom(set).map((index) => namedEntry(bindings, set, index))),
  except(bindings, set) {
    const left = new Map(bindings);
    for (const index of namesFrom(set)) left.delete(namedEntry(bindings, set, index)[0]);
    return left;
  },
  prefix(bindings, set) {
    const prefix = nameOf(set.expect(3, 3).identifier(2));
    return new Map(Array.from(bindings, ([name, binding]) => [LispSymbol.intern(prefix + name.name), binding]));
  },
  rename(bindings, set) {
    const names = new Map<LispSymbol, LispSymbol>();
    for (const index of namesFrom(set)) {
      const pair = set.part(index).expect(2, 2);
      names.set(namedEntry(bindings, pair, 0)[0], symbolOf(pair.identifier(1)));
    }
    const renamed = new Map<LispSymbol, Binding>();
    for (const [name, binding] of bindings) {
      const given = names.get(name) ?? name;
      if (renamed.has(given) && renamed.get(given) !== binding) failAt("import-error", `${given.name} would mean two things`, [], set.position, "Rename the other one too, or leave it out with except.");
      renamed.set(given, binding);
    }
    return renamed;
  },
};
Object.setPrototypeOf(MODIFIERS, null);

function namesFrom(set: Form): number[] {
  return set.items.slice(2).map((_, index) => index + 2);
}

function namedEntry(bindings: Bindings, set: Form, index: number): [LispSymbol, Binding] {
  const name = symbolOf(set.identifier(index));
  const binding = bindings.get(name);
  if (binding !== undefined) return [name, binding];
  const similar = nearest(name.name, Array.from(bindings.keys(), (symbol) => symbol.name));
  return failAt("import-error", `the imported set has no ${name.name}${suggestion(similar)}`, [], set.positionAt(index));
}
