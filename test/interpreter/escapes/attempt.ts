// What an attempt to leave the sandbox is, and what may come of one.

/** A form, and the pattern of what comes of it: a harmless value as `write` shows it, or `!` and a code. */
export type Attempt = readonly [form: string, outcome: RegExp];

/** Attempts by kind. */
export type Catalogue = Readonly<Record<string, readonly Attempt[]>>;

/** Any refusal that a program may see. */
export const REFUSED = /^!(unknown-library|import-error|unbound-variable|not-granted|bad-syntax|immutable|wrong-type|out-of-range|not-a-procedure|not-data|not-representable|limit-exceeded|wrong-arity|read-error|nesting-too-deep|user-error)$/;
