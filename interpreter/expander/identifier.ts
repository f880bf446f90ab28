// Identifiers: symbols, and the aliases that macros insert in their stead.
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import type { Scope } from "./scope.js";

/**
 * What a macro inserts for a symbol of its template: a fresh name for each expansion. Where nothing binds
 * the alias itself, it means what `identifier` means in `scope`, where the macro was defined.
 */
export class Alias {
  constructor(
    readonly identifier: Identifier,
    readonly scope: Scope,
  ) {}
}

export type Identifier = LispSymbol | Alias;

export function isIdentifier(datum: Value | undefined): datum is Identifier {
  return datum instanceof LispSymbol || datum instanceof Alias;
}

/** The symbol that was written, however many macros it has passed through. */
export function symbolOf(identifier: Identifier): LispSymbol {
  let current = identifier;
  while (current instanceof Alias) current = current.identifier;
  return current;
}

/** The spelling of an identifier. */
export function nameOf(identifier: Identifier): string {
  return symbolOf(identifier).name;
}
