// The grammar: tokens to nodes, with an error that says what was expected where.
import { fail, type ConditionCode } from "../values/condition.js";
import type { Value } from "../values/value.js";
import { Misspelling, readAtom, readBarKeyword, readBarSymbol, readCharacter, readHash, readKeyword, readString } from "./atoms.js";
import { endOf, isDatum, type BracketKind, type Branch, type Node, type PrefixKind, type Reference, type Trivia } from "./node.js";
import type { Source } from "./source.js";
import { tokenAt, type Token, type TokenKind } from "./tokens.js";

// A loop with its own stack, not rules that call each other on the host's, which overflows at some hundreds of nested
// lists. It asks for one token at a time: reading a datum from a port looks at no more of the text than the datum takes.

const BRACKETS: Partial<Record<TokenKind, { kind: BracketKind; close: string }>> = {
  openList: { kind: "list", close: ")" },
  openVector: { kind: "vector", close: ")" },
  openBytevector: { kind: "bytevector", close: ")" },
  openVectorLiteral: { kind: "vector-literal", close: "]" },
  openMapLiteral: { kind: "map-literal", close: "}" },
  openSetLiteral: { kind: "set-literal", close: "}" },
};

const PREFIXES: Partial<Record<TokenKind, PrefixKind>> = {
  quote: "quote", quasiquote: "quasiquote", unquote: "unquote", unquoteSplicing: "unquote-splicing",
  label: "label", datumComment: "datum-comment",
};

const ATOMS: Partial<Record<TokenKind, (text: string, foldCase: boolean) => Value | Misspelling>> = {
  atom: readAtom, keyword: readKeyword, barSymbol: readBarSymbol, barKeyword: readBarKeyword,
  string: readString, character: readCharacter, hash: readHash,
};

const TRIVIA: Partial<Record<TokenKind, Trivia["kind"]>> = {
  whitespace: "whitespace", comment: "comment", directive: "directive",
};

const UNTERMINATED: Partial<Record<TokenKind, string>> = {
  unterminatedString: 'expected " to close the string',
  unterminatedBar: "expected | to close the identifier",
  unterminatedComment: "expected |# to close the comment",
};

/** An open form: its closing bracket is still to come, or, for a prefix (`close` empty), its datum. */
interface Frame {
  readonly kind: BracketKind | PrefixKind;
  readonly open: string;
  readonly close: string;
  readonly offset: number;
  readonly parts: Node[];
  count: number;
  dot: "none" | "waiting" | "filled";
}

/** Where reading stands: the offset of the next token, and whether `#!fold-case` is in force. Kept from one datum to the next. */
export interface ReadingState {
  offset: number;
  foldCase: boolean;
}

/**
 * Parses from `state.offset` to the end of the text, or just past the first datum if `one` is asked for, and moves
 * `state` there. Of each token, the source's limits are told before anything is made of it.
 * Errors: `read-error`, `unexpected-end`, `nesting-too-deep`, `input-too-large`, each with its position.
 */
export function parseNodes(source: Source, state: ReadingState, one = false): Node[] {
  return new Parser(source, state).run(one);
}

class Parser {
  private readonly nodes: Node[] = [];
  private readonly stack: Frame[] = [];
  private complete = false;

  constructor(
    private readonly source: Source,
    private readonly state: ReadingState,
  ) {}

  run(one: boolean): Node[] {
    const { text, limits } = this.source;
    for (let count = 0; this.state.offset < text.length; count++) {
      const token = tokenAt(text, this.state.offset);
      if (count === limits.tokens) this.fail(`expected at most ${limits.tokens} tokens, but there are more`, token.offset, "", "input-too-large");
      limits.spend?.(token.text.length);
      this.take(token);
      this.state.offset += token.text.length;
      if (one && this.complete) break;
    }
    const open = this.stack.at(-1);
    if (open !== undefined) this.failAtEnd(`expected ${this.missing(open)}, but the text ends`);
    return this.nodes;
  }

  private take(token: Token): void {
    const { kind, text, offset } = token;
    const trivia = TRIVIA[kind];
    if (trivia !== undefined) return this.addTrivia({ kind: trivia, text, offset });
    const read = ATOMS[kind];
    if (read !== undefined) return this.add({ kind: "atom", text, offset, value: this.valueOf(read(text, this.state.foldCase), token) });
    const bracket = BRACKETS[kind];
    if (bracket !== undefined) return this.open(bracket.kind, bracket.close, token);
    const prefix = PREFIXES[kind];
    if (prefix !== undefined) return this.open(prefix, "", token);
    if (kind === "reference") return this.add({ kind, text, offset, label: labelOf(text) });
    if (kind === "dot") return this.addDot(token);
    const unterminated = UNTERMINATED[kind];
    if (unterminated !== undefined) this.failAtEnd(`${unterminated} opened at ${this.source.describe(offset)}, but the text ends`);
    this.closeFrame(token);
  }

  private open(kind: Frame["kind"], close: string, token: Token): void {
    const { depth } = this.source.limits;
    if (this.stack.length >= depth) this.fail(`expected at most ${depth} forms inside each other`, token.offset, token.text, "nesting-too-deep");
    this.stack.push({ kind, open: token.text, close, offset: token.offset, parts: [], count: 0, dot: "none" });
  }

  private closeFrame(token: Token): void {
    const frame = this.stack.pop();
    const { text, offset } = token;
    if (frame === undefined) return this.fail(`expected a datum, but found ${text}, which closes nothing`, offset, text);
    if (frame.close !== text || frame.dot === "waiting") return this.fail(`expected ${this.missing(frame)}, but found ${text}`, offset, text);
    if (frame.kind === "map-literal") this.checkMap(frame, token);
    if (frame.kind === "bytevector") this.checkBytes(frame);
    this.add(branch(frame, offset + 1));
  }

  /** Adds a datum or datum comment to the innermost open form, and closes every prefix that waited for it. */
  private add(datum: Node): void {
    let node = datum;
    for (;;) {
      const frame = this.stack.at(-1);
      if (frame === undefined) {
        this.complete = isDatum(node);
        this.nodes.push(node);
        return;
      }
      this.push(frame, node);
      if (frame.close !== "" || !isDatum(node)) return;
      this.stack.pop();
      node = branch(frame, endOf(node));
    }
  }

  private push(frame: Frame, node: Node): void {
    frame.parts.push(node);
    if (!isDatum(node)) return;
    frame.count++;
    if (frame.dot === "filled") this.fail("expected ) after the datum that follows the dot", node.offset, openingText(node));
    if (frame.dot === "waiting") frame.dot = "filled";
  }

  private addTrivia(node: Trivia): void {
    if (node.kind === "directive") this.state.foldCase = !/^#!no/i.test(node.text);
    const parts = this.stack.at(-1)?.parts ?? this.nodes;
    parts.push(node);
  }

  private addDot(token: Token): void {
    const frame = this.stack.at(-1);
    if (frame?.kind !== "list" || frame.count === 0 || frame.dot !== "none")
      return this.fail("expected a datum, but found a dot, which stands only before the last datum of a list", token.offset, ".");
    frame.dot = "waiting";
    frame.parts.push({ kind: "dot", text: token.text, offset: token.offset });
  }

  private valueOf(read: Value | Misspelling, token: Token): Value {
    if (!(read instanceof Misspelling)) return read;
    return this.fail(read.message, token.offset + read.offset, token.text.slice(read.offset));
  }

  private checkMap(frame: Frame, token: Token): void {
    const last = frame.parts.findLast(isDatum);
    if (frame.count % 2 === 1 && last !== undefined)
      this.fail(`expected a value after the key ${excerptOf(last)}: a map literal holds keys and values in pairs`, token.offset, token.text);
  }

  private checkBytes(frame: Frame): void {
    for (const part of frame.parts)
      if (isDatum(part) && !isByte(part))
        this.fail(`expected an exact integer from 0 to 255 in a bytevector, but found ${excerptOf(part)}`, part.offset, openingText(part));
  }

  private missing(frame: Frame): string {
    if (frame.close === "" || frame.dot === "waiting") return `a datum after ${frame.close === "" ? frame.open : "the dot"}`;
    return `${frame.close} to close ${frame.open} at ${this.source.describe(frame.offset)}`;
  }

  private failAtEnd(message: string): never {
    const end = this.source.text.length;
    return this.fail(message + this.suspect(), end, "", "unexpected-end");
  }

  /** By custom only top-level forms start at the left margin, so one that stands inside another betrays where a bracket is missing. */
  private suspect(): string {
    const [outer, ...inner] = this.stack;
    if (outer === undefined) return "";
    const inside = [...outer.parts, ...inner].filter((node) => "open" in node && node.open === "(");
    const marginal = inside.find((node) => this.source.position(node.offset, node.offset).column === 1);
    return marginal === undefined ? ""
      : `; the form opened at ${this.source.describe(outer.offset)} is still open where another starts, at ${this.source.describe(marginal.offset)}`;
  }

  private fail(message: string, offset: number, text: string, code: ConditionCode = "read-error"): never {
    return fail(code, message, [], this.source.position(offset, offset + text.length));
  }
}

function branch(frame: Frame, endOffset: number): Branch {
  const { kind, open, close, parts, offset } = frame;
  return { kind, open, close, parts, offset, endOffset };
}

/** The label in `#12=` or `#12#`. Text, so that a long one needs no number. */
export function labelOf(text: string): Reference["label"] {
  return text.slice(1, -1).replace(/^0+(?=\d)/, "");
}

function isByte(node: Node): boolean {
  return node.kind === "atom" && typeof node.value === "number" && node.value >= 0 && node.value <= 255;
}

function openingText(node: Node): string {
  return "parts" in node ? node.open : node.text;
}

function excerptOf(node: Node): string {
  const text = "parts" in node ? `${node.open}…` : node.text;
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
