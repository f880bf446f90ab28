// Literals of persistent collections as data: forms whose elements are evaluated when the form is.
import type { Value } from "./value.js";

/** The form `[a b]`. */
export class VectorLiteral {
  constructor(readonly items: readonly Value[]) {}
}

/** The form `{:k v}`. `items` alternates keys and values, so its length is even. */
export class MapLiteral {
  constructor(readonly items: readonly Value[]) {}
}

/** The form `#{a b}`. */
export class SetLiteral {
  constructor(readonly items: readonly Value[]) {}
}
