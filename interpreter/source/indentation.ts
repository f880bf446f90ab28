// How the elements of a form are indented: by a table of special forms, else as a call or as data.
import { Keyword, LispSymbol } from "../values/symbol.js";
import { childrenOf, type Branch, type Node } from "../reader/node.js";

/**
 * Where the elements of a form go that begin a line:
 * - `body`: the first `header` operands by four columns, the rest by two;
 * - `call`: under the first operand, or by two columns if that begins a line itself;
 * - `data`: under the first element; `map`: the same, keys and values together.
 */
export type Style = { readonly kind: "body"; readonly header: number } | { readonly kind: "call" | "data" | "map" };

/** How many operands of a special form stand before its body. */
const HEADERS: ReadonlyMap<string, number> = new Map([
  ["begin", 0], ["case-lambda", 0],
  ["define", 1], ["lambda", 1], ["named-lambda", 1], ["let", 1], ["let*", 1], ["letrec", 1], ["letrec*", 1], ["let-values", 1],
  ["let*-values", 1], ["let-syntax", 1], ["letrec-syntax", 1], ["syntax-rules", 1], ["when", 1], ["unless", 1], ["case", 1],
  ["match", 1], ["guard", 1], ["parameterize", 1], ["with-limits", 1], ["receive", 2], ["do", 2],
]);

const CALL: Style = { kind: "call" };
const DATA: Style = { kind: "data" };

/** The style of a branch. Inside a quotation all is data. `isIndentedAsBody`: its author put the first broken element at two columns. */
export function styleOf(node: Branch, isQuoted: boolean, isIndentedAsBody: () => boolean): Style {
  if (node.kind === "map-literal") return { kind: "map" };
  if (node.kind !== "list" || isQuoted) return DATA;
  const [operator, first] = childrenOf(node);
  if (!isName(operator)) return DATA;
  const name = operator.value instanceof LispSymbol ? operator.value.name : "";
  if (name === "else" || name === "=>") return DATA;
  const header = name === "let" && first?.kind === "atom" ? 2 : (HEADERS.get(name) ?? (name.startsWith("define-") ? 1 : undefined));
  if (header !== undefined) return { kind: "body", header };
  // A macro that the table does not know may have a body too: either layout of it is as good.
  return isIndentedAsBody() ? { kind: "body", header: 0 } : CALL;
}

/** May a line end before the datum with this index, by the formatter's own decision? `previous` is the datum before it. */
export function mayBreak(style: Style, index: number, previous: Node | undefined): boolean {
  // An arrow belongs to what it points at.
  if (previous?.kind === "atom" && previous.text === "=>") return false;
  if (style.kind === "map") return index % 2 === 0 && index > 0;
  if (style.kind === "data") return index > 0;
  // A keyword and what follows it are one argument.
  if (previous?.kind === "atom" && previous.value instanceof Keyword) return false;
  return index > (style.kind === "body" ? style.header : 1);
}

/** Many short things are filled into lines: a line for each would be a waste. */
export function isFilled(style: Style, node: Branch): boolean {
  const data = childrenOf(node);
  const [operator] = data;
  if (style.kind === "call" && isName(operator) && operator.text === "import") return true;
  const isPlain = (datum: Node) => datum.kind === "atom" && (style.kind === "data" || !(datum.value instanceof Keyword));
  return style.kind !== "map" && data.length > 4 && data.every(isPlain);
}

function isName(node: Node | undefined): node is Extract<Node, { kind: "atom" }> {
  return node?.kind === "atom" && (node.value instanceof LispSymbol || node.value instanceof Keyword);
}
