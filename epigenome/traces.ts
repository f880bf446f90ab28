// Traced procedures: each call and its results are shown, indented by how deep it is, until the trace is removed.
import { type Cell, LispSymbol, type Value } from "../interpreter/index.js";
import type { Workspace } from "./workspace.js";

interface Traced {
  readonly original: Value;
  /** What held it: the person's own cell, or an imported one that is shadowed while the trace lasts. */
  readonly cell: Cell;
}

/**
 * Only calls by the person's own code and definitions are seen: those inside a library are direct, and the agent's
 * turns go on as they were. A call that is traced waits for its results, so it is no tail call while it is.
 */
export class Traces {
  private readonly traced = new Map<string, Traced>();
  private tracer: Value | undefined;

  constructor(private readonly workspace: Workspace) {}

  /** False if the name means no procedure. */
  add(name: string): boolean {
    if (this.traced.has(name)) return true;
    const cell = this.workspace.cellOf(name);
    const original = cell?.value;
    if (cell === undefined || typeof original !== "function") return false;
    const own = cell.constant ? this.workspace.shadow(name) : cell;
    this.traced.set(name, { original, cell });
    own.value = this.wrapped(name, original);
    return true;
  }

  /** Gives a traced name back what it meant. False if it was not traced. */
  remove(name: string): boolean {
    const traced = this.traced.get(name);
    if (traced === undefined) return false;
    this.traced.delete(name);
    if (traced.cell.constant) this.workspace.unshadow(name, traced.cell);
    else traced.cell.value = traced.original;
    return true;
  }

  /** The name was defined anew: what it meant before is gone. */
  forget(name: string): void {
    this.traced.delete(name);
  }

  has(name: string): boolean {
    return this.traced.has(name);
  }

  names(): string[] {
    return [...this.traced.keys()];
  }

  originalOf(name: string): Value | undefined {
    return this.traced.get(name)?.original;
  }

  private wrapped(name: string, procedure: Value): Value {
    const { interpreter } = this.workspace;
    this.tracer ??= interpreter.start(TRACER, "tracer", interpreter.environment(["(ouro base)"])).finish();
    return interpreter.call(this.tracer, [LispSymbol.intern(name), procedure]).finish();
  }
}

// The depth is a parameter: whatever leaves a call, an error or a continuation, leaves its depth too.
const TRACER = `
(define depth (make-parameter 0))
(define (show mark object)
  (write-string (make-string (* 2 (depth)) #\\space))
  (write-string mark)
  (write object)
  (newline))
(lambda (name procedure)
  (lambda operands
    (show "> " (cons name operands))
    (call-with-values
      (lambda () (parameterize ((depth (+ 1 (depth)))) (apply procedure operands)))
      (lambda results
        (for-each (lambda (result) (show "< " result)) results)
        (apply values results)))))`;
