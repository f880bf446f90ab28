// What a person is shown of a failure: message, place, the line with a caret, a hint, the way there.
import { type BacktraceLine, Condition, display, excerpt, type Position, type Value, write } from "../interpreter/index.js";

/** A failure in words. All fields are text for people but `code`, which is stable. */
export interface Report {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly excerpt?: string;
  readonly backtrace: readonly string[];
}

const LONGEST_VALUE = 200;

/** Puts a raised object into words. `sourceOf` gives the text of a file, if it is at hand, for the excerpt. */
export function reportOf(payload: Value, backtrace: readonly BacktraceLine[], sourceOf: (file: string) => string | undefined): Report {
  const lines = backtrace.map(({ procedure, position }) => (position === undefined ? procedure : `${procedure} (${placeOf(position)})`));
  if (!(payload instanceof Condition))
    return { code: "uncaught", message: `raised ${shorten(write(payload))}`, hint: "Catch it with guard, or raise a condition made by error.", backtrace: lines };
  const position = payload.position ?? backtrace.find((line) => line.position !== undefined)?.position;
  const source = position === undefined ? undefined : sourceOf(position.file);
  return {
    code: payload.code,
    message: messageOf(payload),
    hint: payload.hint,
    file: position?.file,
    line: position?.line,
    column: position?.column,
    excerpt: position === undefined || source === undefined ? undefined : excerpt(source, position),
    backtrace: lines,
  };
}

/** The message with its irritants, as `display` would show them after it. */
export function messageOf(condition: Condition): string {
  return [condition.message, ...condition.irritants.map((each) => shorten(write(each)))].join(" ").trim() || display(condition);
}

function placeOf({ file, line, column }: Position): string {
  return `${file}:${line}:${column}`;
}

function shorten(text: string): string {
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
