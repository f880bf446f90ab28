// What the linter may say: its codes, each with what to do about it.
import type { Position } from "../values/position.js";

/** Every code of the linter's own. Errors of the reader and the expander keep theirs. */
export const LINT_HINTS = {
  "unbound": "Define it, import the library that exports it, or mend the spelling.",
  "unused-variable": "Remove it, or begin its name with _ if it must be there.",
  "unused-definition": "Remove it, or export it.",
  "unused-import": "Remove the import.",
  "shadowed": "Give one of the two another name.",
  "wrong-arity": "Compare the call with the procedure's parameters.",
  "unreachable": "Remove it, or mend what stands before it.",
  "missing-doc": "Begin the body with a string that says what it gives.",
} as const satisfies Record<string, string>;

export interface Finding {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly position: Position;
}

/** A finding of the linter's own. */
export function finding(code: keyof typeof LINT_HINTS, message: string, position: Position): Finding {
  return { code, message, hint: LINT_HINTS[code], position };
}
