// The outline of a library's text: its declarations, and its body form by form, each to be read when it is wanted.
import { readAll } from "../reader/datum.js";
import { LispSymbol } from "../values/symbol.js";
import type { Value } from "../values/value.js";
import type { Form } from "./form.js";
import { declarationOf, definesLibrary } from "./library-declaration.js";
import type { SplicedForm } from "./transformer.js";

export interface LibraryOutline {
  /** The `define-library` form without its body. */
  readonly form: Form;
  readonly body: readonly SplicedForm[];
}

/**
 * Finds a library in a text that keeps to a layout: libraries begin at the left margin, their bodies are all
 * that follows a line `  (begin`, and each form of a body begins four columns in. Undefined if there is none.
 */
export function outlineOf(file: string, text: string, name: string): LibraryOutline | undefined {
  for (const piece of pieces({ text, line: 1 }, /^(?=\(define-library )/m)) {
    const [declarations, body] = divide(piece);
    const form = readAt(file, declarations).map(definesLibrary).find((each) => each !== undefined);
    if (form !== undefined && declarationOf(form).name === name) return { form, body: body.map((each) => new OutlinedForm(file, each)) };
  }
  return undefined;
}

/** A part of a text, and the line that it begins in. */
interface Piece {
  readonly text: string;
  readonly line: number;
}

const BODY = "\n  (begin\n";

/** The declarations as one whole form, and the forms of the body. */
function divide(library: Piece): readonly [declarations: Piece, body: readonly Piece[]] {
  const start = library.text.indexOf(BODY);
  if (start < 0) return [library, []];
  const [head, tail] = [library.text.slice(0, start), library.text.slice(start + BODY.length)];
  const text = tail.trimEnd().replace(/\)\)$/, "");
  const body = pieces({ text, line: library.line + linesIn(head) + linesIn(BODY) }, /^(?= {4}[^\s;])/m);
  return [{ text: `${head})`, line: library.line }, body.filter((each) => /^ {4}[^\s;]/.test(each.text))];
}

function pieces({ text, line }: Piece, boundary: RegExp): Piece[] {
  let next = line;
  return text.split(boundary).map((part) => {
    const piece = { text: part, line: next };
    next += linesIn(part);
    return piece;
  });
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}

/** Reads a piece, with the positions that it has in its file. */
function readAt(file: string, { text, line }: Piece): Value[] {
  return readAll("\n".repeat(line - 1) + text, file);
}

const PROCEDURE = /^ {4}\(define (?:\(([^\s()]+)|([^\s()]+)\s+(?:"(?:[^"\\]|\\.)*"\s+)?\((?:case-)?lambda\s)/;

class OutlinedForm implements SplicedForm {
  readonly position = undefined;
  readonly defines: LispSymbol | undefined;

  constructor(private readonly file: string, private readonly piece: Piece) {
    const [, name = undefined, other = name] = PROCEDURE.exec(piece.text) ?? [];
    this.defines = other === undefined ? undefined : LispSymbol.intern(other);
  }

  get datum(): Value {
    return readAt(this.file, this.piece)[0] as Value;
  }
}
