// The commonest data to text and back in one pass. What it does not know it leaves to the interpreter's printer and reader.
import { boxFrom, Keyword, listFrom, LispString, LispSymbol, NIL, Pair, PersistentMap, PersistentVector, spellsBox, type Value } from "../interpreter/index.js";

/*
 * Every input, state, effect and commit is data that is written and read again, mostly maps and vectors of keywords, short
 * texts and whole numbers. Both functions answer undefined wherever they are not certain to do what the general ones do.
 */

const DEEPEST = 64;
/** Neither escapes nor anything that a text could hold in two ways. */
const STRING = /^[ !#-[\]-~]*$/;
const NAME = /^[a-z][a-z0-9!?*<>=/-]*$/;
/** What `'x` and its kin stand for is printed in short. */
const QUOTES: ReadonlySet<string> = new Set(["quote", "quasiquote", "unquote", "unquote-splicing"]);

/** The canonical text of a datum, if it is plain. */
export function plainText(value: Value, depth = 0): string | undefined {
  if (typeof value === "number") return String(value);
  if (typeof value === "boolean") return value ? "#t" : "#f";
  if (value instanceof Keyword) return NAME.test(value.name) ? `:${value.name}` : undefined;
  if (value instanceof LispString) return STRING.test(value.text) ? `"${value.text}"` : undefined;
  if (depth > DEEPEST) return undefined;
  if (value instanceof PersistentMap) return mapText(value, depth);
  if (value instanceof PersistentVector) return enclosed("[", value, "]", depth);
  if (value instanceof Pair) return listText(value, depth);
  if (value === NIL) return "()";
  return value instanceof LispSymbol && NAME.test(value.name) && LispSymbol.intern(value.name) === value ? value.name : undefined;
}

function mapText(map: PersistentMap, depth: number): string | undefined {
  if (spellsBox(map)) return undefined;
  let text = "{";
  for (const [key, item] of map) {
    const [keyText, itemText] = [plainText(key, depth + 1), plainText(item, depth + 1)];
    if (keyText === undefined || itemText === undefined) return undefined;
    text += `${text === "{" ? "" : " "}${keyText} ${itemText}`;
  }
  return `${text}}`;
}

function enclosed(open: string, items: Iterable<Value>, close: string, depth: number): string | undefined {
  let text = open;
  for (const item of items) {
    const itemText = plainText(item, depth + 1);
    if (itemText === undefined) return undefined;
    text += text === open ? itemText : ` ${itemText}`;
  }
  return text + close;
}

const LONGEST_LIST = 10_000;

// A list may be a circle, which only the general printer tells from a long one.
function listText(list: Pair, depth: number): string | undefined {
  const items: Value[] = [];
  let rest: Value = list;
  for (; rest instanceof Pair && items.length < LONGEST_LIST; rest = rest.cdr) items.push(rest.car);
  if (rest !== NIL || (list.car instanceof LispSymbol && QUOTES.has(list.car.name))) return undefined;
  return enclosed("(", items, ")", depth);
}

/** The one datum of a text, if it is plain. */
export function readPlain(text: string): Value | undefined {
  const reader = new PlainReader(text);
  const value = reader.datum(0);
  return reader.isAtEnd ? value : undefined;
}

const SPACE = 32;
const TOKEN = /[^ ()[\]{}"]+/y;
const INTEGER = /^(0|-?[1-9][0-9]{0,14})$/;

class PlainReader {
  private offset = 0;

  constructor(private readonly text: string) {}

  get isAtEnd(): boolean {
    return this.offset === this.text.length;
  }

  datum(depth: number): Value | undefined {
    if (depth > DEEPEST) return undefined;
    switch (this.text[this.offset]) {
      case "{": return this.map(depth);
      case "[": return this.compound("]", depth, (items) => PersistentVector.from(items));
      case "(": return this.compound(")", depth, (items) => listFrom(items));
      case '"': return this.string();
      default: return this.atom();
    }
  }

  private map(depth: number): Value | undefined {
    return this.compound("}", depth, (items) => {
      if (items.length % 2 !== 0) return undefined;
      const pairs: [Value, Value][] = [];
      for (let index = 0; index < items.length; index += 2) pairs.push([items[index] as Value, items[index + 1] as Value]);
      const map = PersistentMap.from(pairs);
      return boxFrom(map) ?? map;
    });
  }

  /** What stands between brackets, with one space between two data. */
  private compound(close: string, depth: number, make: (items: Value[]) => Value | undefined): Value | undefined {
    const items: Value[] = [];
    this.offset += 1;
    while (this.text[this.offset] !== close) {
      if (items.length > 0 && this.text.charCodeAt(this.offset++) !== SPACE) return undefined;
      const item = this.datum(depth + 1);
      if (item === undefined) return undefined;
      items.push(item);
    }
    this.offset += 1;
    return make(items);
  }

  private string(): Value | undefined {
    const end = this.text.indexOf('"', this.offset + 1);
    const content = this.text.slice(this.offset + 1, end);
    if (end < 0 || !STRING.test(content)) return undefined;
    this.offset = end + 1;
    return new LispString(content, true);
  }

  private atom(): Value | undefined {
    TOKEN.lastIndex = this.offset;
    const token = TOKEN.exec(this.text)?.[0];
    if (token === undefined) return undefined;
    this.offset += token.length;
    if (token.startsWith(":")) return NAME.test(token.slice(1)) ? Keyword.intern(token.slice(1)) : undefined;
    if (INTEGER.test(token)) return Number(token);
    if (token === "#t" || token === "#f") return token === "#t";
    return NAME.test(token) ? LispSymbol.intern(token) : undefined;
  }
}
