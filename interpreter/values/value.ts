// The type of a Lisp value as TypeScript sees it, and the few values that have no class of their own.

/**
 * Any Lisp value. It is never JavaScript's `undefined` or `null`: compiled code reads
 * `(x = pair.car) !== undefined` as "it is a pair".
 *
 * The representation: booleans are JavaScript's; exact integers are numbers within ±(2⁵³−1) and bigints
 * beyond; inexact numbers are `Flonum`; exact ratios are `Rational`; vectors are JavaScript arrays;
 * bytevectors are `Uint8Array`; procedures are JavaScript functions; the rest are classes in this folder.
 */
export type Value = NonNullable<unknown>;

/** A Lisp procedure. It may return `UNWIND` (see `machine/machine.ts`) instead of a value. */
export type Procedure = (...operands: Value[]) => Value;
/** Operands of a call, and parameters of a procedure: the host passes 65,535 at most, and fewer where little is left of its stack. */
export const MOST_OPERANDS = 20_000;

class Singleton {
  constructor(readonly printed: string) {}
}

/** What expressions evaluated for effect return. The REPL prints nothing for it. */
export const UNSPECIFIED: Value = new Singleton("#<unspecified>");

/** What reading past the end of a port returns (R7RS 6.13.2). */
export const EOF: Value = new Singleton("#<eof>");

/** The value of a `letrec` variable before its initialiser has run; reading it is an error. */
export const UNINITIALISED: Value = new Singleton("#<uninitialised>");

/** What a pattern of `match` is given for a key that a map does not have: no program can hold it. */
export const ABSENT: Value = new Singleton("#<absent>");

/** The printed form of a singleton, or undefined if the value is none. */
export function singletonName(value: Value): string | undefined {
  return value instanceof Singleton ? value.printed : undefined;
}

/** The results of `(values …)` when they are not exactly one. A continuation receives it as one object. */
export class MultipleValues {
  constructor(readonly items: readonly Value[]) {}
}
