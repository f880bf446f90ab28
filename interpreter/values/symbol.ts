// Symbols and keywords: interned names, so that identity is equality.

/** A symbol (R7RS 6.5). Build with `LispSymbol.intern`; a directly constructed one is uninterned. */
export class LispSymbol {
  private static readonly table = new Map<string, LispSymbol>();
  constructor(readonly name: string) {}

  static intern(name: string): LispSymbol {
    let symbol = LispSymbol.table.get(name);
    if (symbol === undefined) LispSymbol.table.set(name, (symbol = new LispSymbol(name)));
    return symbol;
  }
}

/** A keyword `:name`, self-evaluating. `name` has no colon. */
export class Keyword {
  private static readonly table = new Map<string, Keyword>();
  private constructor(readonly name: string) {}

  static intern(name: string): Keyword {
    let keyword = Keyword.table.get(name);
    if (keyword === undefined) Keyword.table.set(name, (keyword = new Keyword(name)));
    return keyword;
  }
}
