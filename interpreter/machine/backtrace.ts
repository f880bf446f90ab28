// Backtraces: from the names in the host's stack and in the frames to Lisp procedures and positions.
import type { BacktraceLine } from "../values/condition.js";
import type { Position } from "../values/position.js";
import type { Procedure, Value } from "../values/value.js";
import { withCode } from "./deferred.js";
import type { Frame } from "./frame.js";

/** What is known of a compiled function, found by its JavaScript name, so that making a closure records nothing. */
export interface ProcedureInformation {
  readonly name: string;
  readonly parameters: string;
  readonly doc: string | undefined;
  readonly position: Position | undefined;
}

/** What is known of a compiled unit. The unit's code holds it, so that it lives as long as that. */
export class UnitInformation {
  private known: readonly (Position | undefined)[] | undefined;

  constructor(
    /** The part of its functions' names that is theirs alone: `name_unit_number`. */
    unit: string,
    /** By JavaScript name; asked for when somebody asks. */
    private readonly code: { readonly procedures: ReadonlyMap<string, ProcedureInformation> },
    private readonly readLines: () => readonly (Position | undefined)[],
  ) {
    units.set(unit, new WeakRef(this));
    collected.register(this, unit);
  }

  get procedures(): ReadonlyMap<string, ProcedureInformation> {
    return this.code.procedures;
  }

  /** The position behind each line of the text: found when somebody asks. */
  get lines(): readonly (Position | undefined)[] {
    return (this.known ??= this.readLines());
  }
}

const units = new Map<string, WeakRef<UnitInformation>>();
// The same text may be linked twice: what is known of the later one stays.
const collected = new FinalizationRegistry<string>((unit) => void (units.get(unit)?.deref() === undefined && units.delete(unit)));
const origins = new WeakMap<object, { readonly error: Error; readonly frames: Frame | null }>();

/** What is known of a compiled procedure. */
export function informationOf(procedure: Value): ProcedureInformation | undefined {
  return typeof procedure === "function" ? informationNamed((withCode(procedure) as Procedure).name) : undefined;
}

/** The JavaScript that a compiled procedure was made of; undefined for a native one. */
export function compiledText(procedure: Value): string | undefined {
  return informationOf(procedure) === undefined ? undefined : String(withCode(procedure));
}

function informationNamed(functionName: string): ProcedureInformation | undefined {
  const unit = /_([0-9a-z]+)_\d+$/.exec(functionName)?.[1];
  return unit === undefined ? undefined : units.get(unit)?.deref()?.procedures.get(functionName);
}

/**
 * Keeps where a payload was thrown or made, until somebody asks for a backtrace: reading a stack is slow. `frames` is
 * the continuation below that stack.
 */
export function rememberHostStack(payload: Value, error: unknown, frames: Frame | null): void {
  if (typeof payload === "object" && error instanceof Error && !origins.has(payload)) origins.set(payload, { error, frames });
}

/** The Lisp calls behind a failure, innermost first: those on the host stack when it was thrown, then the frames. */
export function backtraceOf(payload: Value, frames: Frame | null): BacktraceLine[] {
  const origin = typeof payload === "object" ? origins.get(payload) : undefined;
  const lines = origin === undefined ? [] : withoutRaising(hostLines(origin.error.stack ?? ""));
  for (let frame = origin === undefined ? frames : origin.frames; frame !== null && lines.length < LONGEST; frame = frame.next) {
    const information = informationNamed(frame.resume.name);
    if (information !== undefined) lines.push({ procedure: information.name, position: information.position });
  }
  return lines.slice(0, LONGEST);
}

const LONGEST = 40;
const HOST_LINE = /at (?:Object\.)?(\S+) \((?:eval at .*?, )?ouro:([^:)]+):(\d+):\d+\)/g;

/** Without the library's own `error` and `raise` at the top: the place is where the program called them. */
function withoutRaising(lines: readonly BacktraceLine[]): BacktraceLine[] {
  const first = lines.findIndex(({ position }) => position?.file !== "library/control.scm");
  return first < 0 ? [] : lines.slice(first);
}

/** A line without a position of its own is a function that only passes a call on. */
function hostLines(stack: string): BacktraceLine[] {
  const lines: BacktraceLine[] = [];
  for (const [, name = "", unit = "", line = ""] of stack.matchAll(HOST_LINE)) {
    const information = informationNamed(name);
    const position = units.get(unit)?.deref()?.lines[Number(line)];
    if (information !== undefined && position !== undefined) lines.push({ procedure: information.name, position });
  }
  return lines;
}
