// Scopes: the chain of local bindings over an environment, and what an identifier means in one.
import type { Variable } from "../compiler/core.js";
import type { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import type { Cell, Environment, Syntax } from "./environment.js";
import { Alias, isIdentifier, type Identifier } from "./identifier.js";

export type Denotation = Variable | Cell | Syntax;

/** One contour of local bindings. The outermost of a chain has none of its own, only its environment. */
export class Scope {
  private readonly bindings = new Map<Identifier, Variable | Syntax>();
  readonly environment: Environment;

  constructor(private readonly parent: Scope | Environment) {
    this.environment = parent instanceof Scope ? parent.environment : parent;
  }

  /** True if nothing local is bound between here and the environment. */
  get isTopLevel(): boolean {
    return !(this.parent instanceof Scope) && this.bindings.size === 0;
  }

  /** Binds in this contour. */
  bind(identifier: Identifier, denotation: Variable | Syntax): void {
    this.bindings.set(identifier, denotation);
  }

  /** True if this contour itself binds the identifier. */
  binds(identifier: Identifier): boolean {
    return this.bindings.has(identifier);
  }

  /** What binds the identifier itself, here or further out; an alias is not yet seen through. */
  lookup(identifier: Identifier): Denotation | undefined {
    let scope: Scope = this;
    for (;;) {
      const found = scope.bindings.get(identifier);
      if (found !== undefined) return found;
      if (!(scope.parent instanceof Scope)) return scope.parent.lookup(identifier);
      scope = scope.parent;
    }
  }
}

/** What the identifier means in the scope; undefined if nothing binds it. */
export function resolve(identifier: Identifier, scope: Scope): Denotation | undefined {
  for (;;) {
    const found = scope.lookup(identifier);
    if (found !== undefined || !(identifier instanceof Alias)) return found;
    scope = identifier.scope;
    identifier = identifier.identifier;
  }
}

/** The environment at the end of the chain in which `resolve` finds the identifier, or stops looking. */
export function definingEnvironment(identifier: Identifier, scope: Scope): Environment {
  while (identifier instanceof Alias && scope.lookup(identifier) === undefined) {
    scope = identifier.scope;
    identifier = identifier.identifier;
  }
  return scope.environment;
}

/** The symbol and the environment that an identifier bound nowhere stands for. */
export function origin(identifier: Identifier, scope: Scope): { symbol: LispSymbol; environment: Environment } {
  while (identifier instanceof Alias) {
    scope = identifier.scope;
    identifier = identifier.identifier;
  }
  return { symbol: identifier, environment: scope.environment };
}

/** `free-identifier=?`: do the two mean the same, each in its scope? (R7RS 4.3.2) */
export function sameMeaning(first: Identifier, firstScope: Scope, second: Identifier, secondScope: Scope): boolean {
  const meaning = resolve(first, firstScope);
  if (meaning !== resolve(second, secondScope)) return false;
  return meaning !== undefined || origin(first, firstScope).symbol === origin(second, secondScope).symbol;
}

/**
 * Does the identifier mean this auxiliary syntax, such as `else`? An unbound one of the same spelling does
 * too, so that a program that imports `cond` alone may still write `else`.
 */
export function means(identifier: Value | undefined, scope: Scope, syntax: Syntax): boolean {
  if (!isIdentifier(identifier)) return false;
  const meaning = resolve(identifier, scope);
  return meaning === undefined ? origin(identifier, scope).symbol === syntax.name : meaning === syntax;
}
