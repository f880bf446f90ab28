// Conditions: errors as Lisp data, with a stable code, a message, a position, a backtrace and a hint.
import type { Position } from "./position.js";
import type { Value } from "./value.js";

/** The catalogue: every code that the language itself raises, with the hint shown beside the message. */
export const HINTS = {
  "read-error": "Check the parentheses and the spelling near the mark.",
  "unexpected-end": "The text ends inside a form: close what is open.",
  "input-too-large": "Split the text, or raise the reader's limit.",
  "nesting-too-deep": "Data nested this deep is refused; build it with a procedure.",
  "bad-syntax": "See the form's shape with ,doc or in R7RS section 4.",
  "unbound-variable": "Define it first, import the library that exports it, or mend the spelling.",
  "unknown-library": "See ,help libraries for those that exist; a port must be granted in the manifest.",
  "import-error": "The library exists but does not export this name.",
  "not-a-procedure": "The first element of a form is called; quote the form if it is data.",
  "wrong-arity": "Compare the call with the procedure's parameters (,doc shows them).",
  "wrong-type": "Check the value that reaches this call.",
  "out-of-range": "Indexes count from 0 and must be below the length.",
  "missing-key": "Nothing is stored under this key: give a default, or a procedure for this case.",
  "division-by-zero": "Exact division by zero has no value; test the divisor, or use inexact numbers.",
  "not-representable": "The result would be too large, or has no exact value.",
  "no-binding": "Point at a variable or definition of this text, or at a reference to one.",
  "name-captured": "Choose a name that means nothing else in these places.",
  "immutable": "Literals and imported bindings cannot change; copy the value, or define a new name.",
  "uninitialised": "A letrec variable was used before its initialiser ran.",
  "limit-exceeded": "Raise the limit given to with-limits, or make the work smaller.",
  "interrupted": "The evaluation was stopped from outside.",
  "recursion-too-deep": "The recursion holds too many frames; accumulate in a tail call instead.",
  "uncaught": "An object was raised and no handler took it.",
  "not-continuable": "The handler returned from a raise that cannot be continued; use raise-continuable.",
  "no-match": "No clause of the match fits this value; add a clause (_ …).",
  "not-granted": "`ouro run` and `ouro eval` grant it to your own program; in a home, a library has what genome/manifest.scm grants it.",
  "file-missing": "Names count from the current directory; check the spelling.",
  "file-outside": "A program reaches what is in the current directory and below it: start it in a folder that holds the file.",
  "file-error": "Check that it is a file, and who may read or write it.",
  "not-data": "Procedures and other live objects cannot be keys, be stored or cross to a port.",
  "user-error": "The program raised this itself: its message and the place tell what it wants.",
  "internal": "This is a fault in Ouro itself; please report the form that caused it.",
} as const satisfies Record<string, string>;

/** The codes of the language's own conditions. Other layers (ports, world) use codes of their own catalogues. */
export type ConditionCode = keyof typeof HINTS;

/** One line of a Lisp backtrace, innermost first. */
export interface BacktraceLine {
  readonly procedure: string;
  readonly position?: Position;
}

/** An error object (R7RS 6.11). `message` is text without irritants; `code` is stable and meant for programs. */
export class Condition {
  position: Position | undefined;
  backtrace: readonly BacktraceLine[] = [];

  constructor(
    readonly code: string,
    readonly message: string,
    readonly irritants: readonly Value[] = [],
    position?: Position,
    readonly hint: string = hintOf(code),
  ) {
    this.position = position;
  }
}

/** The catalogue's hint. A code may be any name that a program chose, so only the catalogue's own entries count. */
function hintOf(code: string): string {
  return Object.hasOwn(HINTS, code) ? HINTS[code as ConditionCode] : "";
}

/** How a raised Lisp object travels through TypeScript. `payload` is a Condition, or whatever a program raised. */
export class LispError extends Error {
  constructor(readonly payload: Value) {
    super(payload instanceof Condition ? payload.message : "uncaught object");
    this.name = "LispError";
  }
}

/** Throws a condition of the catalogue. Builtins and the expander use this. */
export function fail(code: ConditionCode, message: string, irritants: readonly Value[] = [], position?: Position): never {
  throw new LispError(new Condition(code, message, irritants, position));
}
