// The tokens of the language: a Chevrotain lexer that accepts every text, so that errors are the grammar's to explain.
import { createToken, Lexer, type CustomPatternMatcherFunc, type TokenType } from "chevrotain";

/** What a token is. The three unterminated kinds reach to the end of the text. */
export type TokenKind =
  | "whitespace" | "comment" | "directive"
  | "openList" | "openVector" | "openBytevector" | "openVectorLiteral" | "openMapLiteral" | "openSetLiteral" | "close"
  | "quote" | "quasiquote" | "unquote" | "unquoteSplicing" | "label" | "datumComment" | "dot"
  | "atom" | "keyword" | "barSymbol" | "barKeyword" | "string" | "character" | "hash" | "reference"
  | "unterminatedString" | "unterminatedBar" | "unterminatedComment";

export interface Token {
  readonly kind: TokenKind;
  /** Never empty. */
  readonly text: string;
  /** Where it begins in the source, in UTF-16 units. */
  readonly offset: number;
}

// What ends an identifier, number or name (R7RS 7.1.1), with the brackets that Ouro adds.
const DELIMITER = String.raw`\s()\[\]{}";|`;
const REST = `[^${DELIMITER}]*`;
const END = `(?=[${DELIMITER}]|$)`;

/** In the order in which they are tried, the frequent ones first where more than one could match. */
const PATTERNS: readonly (readonly [TokenKind, string | RegExp | CustomPatternMatcherFunc])[] = [
  ["whitespace", /\s+/],
  ["openList", "("],
  ["close", /[)\]}]/],
  ["atom", new RegExp(String.raw`(?!\.${END})(?::(?!\|)${END}|[^${DELIMITER}#',:${"`"}]${REST})`)],
  ["comment", /;[^\n\r]*/],
  ["string", quoted('"')],
  ["quote", "'"],
  ["keyword", new RegExp(`:[^${DELIMITER}]${REST}`)],
  ["openVectorLiteral", "["],
  ["openMapLiteral", "{"],
  ["quasiquote", "`"],
  ["unquoteSplicing", ",@"],
  ["unquote", ","],
  ["dot", "."],
  ["barSymbol", quoted("|")],
  ["barKeyword", quoted(":|")],
  ["character", new RegExp(String.raw`#\\(?:[${DELIMITER}]|[\ud800-\udbff][\udc00-\udfff]${REST}|[^]${REST}|$)`)],
  ["openVector", "#("],
  ["openSetLiteral", "#{"],
  ["openBytevector", /#[uU]8\(/],
  ["datumComment", "#;"],
  ["comment", blockComment],
  ["directive", new RegExp(`#!(?:no-)?fold-case${END}`, "i")],
  ["label", /#\d+=/],
  ["reference", /#\d+#/],
  ["unterminatedString", fromHere('"')],
  ["unterminatedBar", fromHere("|")],
  ["unterminatedBar", fromHere(":|")],
  ["unterminatedComment", fromHere("#|")],
  ["hash", new RegExp(`#${REST}`)],
];

/** The tokens of one character that nothing else begins with: most of a text, and no lexer need be asked about them. */
const MARKS: ReadonlyMap<number, Omit<Token, "offset">> = new Map(
  ([["openList", "("], ["close", ")"], ["close", "]"], ["close", "}"], ["openVectorLiteral", "["], ["openMapLiteral", "{"]] as const)
    .map(([kind, text]) => [text.charCodeAt(0), { kind, text }]));
const SPACE = /\s+/y;

let lexer: Lexer | undefined;

/** The token that begins at an offset, which must be below the length of the text. Takes time in proportion to its own length. */
export function tokenAt(text: string, offset: number): Token {
  const unit = text.charCodeAt(offset);
  if (unit <= 0x20) {
    SPACE.lastIndex = offset;
    const space = SPACE.exec(text);
    if (space !== null) return { kind: "whitespace", text: space[0], offset };
  }
  const mark = MARKS.get(unit);
  if (mark !== undefined) return { kind: mark.kind, text: mark.text, offset };
  lexer ??= oneTokenLexer();
  const [found] = lexer.tokenize(offset === 0 ? text : text.slice(offset), offset === 0 ? "start" : "within").tokens;
  return { kind: found?.tokenType.name as TokenKind, text: found?.image as string, offset };
}

/**
 * A lexer that stops behind its first token, so that reading a datum from a port looks at no more of the text than the
 * datum takes: each token leads to a mode in which nothing matches, and the lexer ends at what it cannot match.
 */
function oneTokenLexer(): Lexer {
  // A token may span lines; lines are counted by Source, so Chevrotain need not look for them.
  const token = (name: string, pattern: string | RegExp | CustomPatternMatcherFunc): TokenType =>
    createToken({ name, pattern, line_breaks: true, push_mode: "behind" });
  const within = PATTERNS.map(([name, pattern]) => token(name, pattern));
  const modes = { start: [token("comment", /#![ /][^\n\r]*/), ...within], within, behind: [token("nothing", /(?!)/)] };
  // Validation and first-character analysis cost more at start than they save on a program's text.
  return new Lexer({ modes, defaultMode: "start" }, { positionTracking: "onlyOffset", skipValidations: true, safeMode: true, recoveryEnabled: false });
}

/** Matches from the opening to the next unescaped mark like its last character. By hand: a regular expression overflows on a long text. */
function quoted(opening: string): CustomPatternMatcherFunc {
  const closing = opening.charCodeAt(opening.length - 1);
  return (text, offset) => {
    if (!text.startsWith(opening, offset)) return null;
    for (let index = offset + opening.length; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (unit === closing) return [text.slice(offset, index + 1)];
      if (unit === 0x5c) index++;
    }
    return null;
  };
}

/** Matches `#| … |#`, which nests. */
function blockComment(text: string, offset: number): [string] | null {
  if (!text.startsWith("#|", offset)) return null;
  const mark = /#\||\|#/g;
  mark.lastIndex = offset + 2;
  let depth = 1;
  for (let found = mark.exec(text); found !== null; found = mark.exec(text)) {
    depth += found[0] === "#|" ? 1 : -1;
    if (depth === 0) return [text.slice(offset, mark.lastIndex)];
  }
  return null;
}

/** Matches all the rest of the text, if it begins so. */
function fromHere(opening: string): CustomPatternMatcherFunc {
  return (text, offset) => (text.startsWith(opening, offset) ? [text.slice(offset)] : null);
}
