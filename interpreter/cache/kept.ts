// The kept form of a compiled library: plain data, as JSON can hold them. Written by keep.ts, read by link.ts.

/** A datum: a fixed letter, and its text or number. */
export type KeptConstant = readonly [kind: "symbol" | "keyword" | "string" | "flonum" | "integer" | "name" | "builtin" | "singleton" | "datum", text: string]
  | readonly [kind: "character" | "deferred", number: number];

/** A location: of a builtin, of the library itself by its index, as a library exports it, or another library's own by its index. */
export type KeptCell =
  | readonly [kind: "builtin", name: string]
  | readonly [kind: "own", index: number]
  | readonly [kind: "exported", library: string, name: string]
  | readonly [kind: "of", library: string, index: number];

/** Line, column, offset, end offset, and the index of the file. */
export type KeptPosition = readonly [line: number, column: number, offset: number, endOffset: number, file: number];

/** A compiled unit. A position is named by its index, -1 for none; an absent doc is null. */
export interface KeptUnit {
  readonly unit: string;
  readonly source: string;
  readonly constants: readonly KeptConstant[];
  readonly cells: readonly KeptCell[];
  readonly procedures: readonly (readonly [functionName: string, name: string, parameters: string, doc: string | null, position: number])[];
  readonly files: readonly string[];
  readonly places: readonly KeptPosition[];
  /** What the text marks, as indexes into `places`. */
  readonly positions: readonly number[];
}

/** What is taken from a library: all of it under its own names if `names` is absent, else under which names. */
export interface KeptBringing {
  readonly library: string;
  readonly names?: readonly (readonly [external: string, name: string])[];
}

export interface KeptLibrary {
  /** The libraries that it imports, in the order in which they are loaded before it. */
  readonly imports: readonly string[];
  /** Its own locations. A hidden one is known to no name. */
  readonly cells: readonly { readonly name: string; readonly doc?: string; readonly constant?: true; readonly hidden?: true }[];
  /** Its own macros, each by the text of its rules. */
  readonly macros: readonly { readonly name: string; readonly doc?: string; readonly shape: string; readonly rules: string }[];
  /** What its environment has from elsewhere: its macros may name that. */
  readonly environment: readonly KeptBringing[];
  readonly exports: readonly KeptBringing[];
  /** The exported among its own: the index of a cell, or of a macro counted from -1 downwards. */
  readonly ownExports: readonly (readonly [external: string, index: number])[];
  readonly body: KeptUnit;
}

/** A procedure of the standard library that waits to be called: its definition as a unit, the index of its cell, its doc. */
export interface KeptProcedure {
  readonly cell: number;
  readonly doc?: string;
  readonly code: KeptUnit;
}

/** Thrown when a kept library refers to what is not there. Never seen outside this folder. */
export class LinkFailure extends Error {}
