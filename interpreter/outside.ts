// The standard libraries that reach outside, made of what a host grants one importer (R7RS 6.12 to 6.14).
import { createInterpreter } from "./interpreter.js";
import { PersistentMap } from "./values/collection.js";
import { Keyword } from "./values/symbol.js";
import { LispString } from "./values/text.js";
import type { Value } from "./values/value.js";

/** Procedures by external name: what the `native` hook of an interpreter answers. */
export type Procedures = ReadonlyMap<string, Value>;

/** What a host lets programs do to files, each a Lisp procedure. They raise conditions of the codes `file-…`. */
export interface FileOperations {
  /** `(read path as)`: the content, a string for `:text`, a bytevector for `:bytes`. */
  readonly read: Value;
  /** `(write! path content)`: makes it the whole content of the file. */
  readonly write: Value;
  /** `(delete! path)` */
  readonly delete: Value;
  /** `(exists? path)`: true for folders too. */
  readonly exists: Value;
}

/** The operations of the port of tools that files need, as one importer has them. */
export interface FileTools {
  readonly readFile: Value;
  readonly writeFile: Value;
  readonly listFiles: Value;
}

export interface FileLibrary {
  readonly procedures: Procedures;
  /** Of no operands: hands over what open ports still hold back. */
  readonly saveAll: Value;
}

/** `(scheme file)` over a host's files. */
export function fileLibrary({ read, write, delete: remove, exists }: FileOperations): FileLibrary {
  const made = make("make-file-library", read, write, remove, exists) as PersistentMap;
  return { procedures: named(made), saveAll: made.get(Keyword.intern("save-all")) as Value };
}

/** `(scheme file)` over the port of tools: what an importer may do is what it was granted of that. */
export function toolFileLibrary({ readFile, writeFile, listFiles }: FileTools): Procedures {
  return named(make("tool-files", readFile, writeFile, listFiles) as PersistentMap);
}

/** `load`: `(read path :text)` gives a text, `(environment)` where it is evaluated unless a program says. */
export function loadProcedure(read: Value, environment: Value): Value {
  return make("make-load", read, environment);
}

/** `exit` and `emergency-exit`. `(leave! status)` gets what the program said, #t if nothing, and does not return. */
export function leavingProcedures(leave: Value, saveAll: Value): Procedures {
  return named(make("make-process-library", leave, saveAll) as PersistentMap);
}

function make(maker: string, ...operands: Value[]): Value {
  const interpreter = createInterpreter();
  return interpreter.call(interpreter.exported("(ouro files)", maker) as Value, operands).finish();
}

function named(map: PersistentMap): Procedures {
  return new Map(map.keys().filter((key) => key instanceof LispString).map((key) => [key.text, map.get(key) as Value]));
}
