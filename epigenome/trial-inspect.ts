// What is in a genome's files, found by reading alone: nothing of the candidate runs here.
import { createInterpreter, itemsOf, LispError, LispString, LispSymbol, NIL, Pair, PersistentMap, PersistentSet, PersistentVector, readAll, type Value, write } from "../interpreter/index.js";
import type { GenomeFiles, Inspection } from "../ports/port.js";
import { DATA_FILES } from "./trial-genome.js";
import { failureOf } from "./trial-failure.js";

interface File {
  readonly path: string;
  readonly text: string;
  readonly data: readonly Value[];
}

/** Reads all files. What cannot be read, or is not the library that its path says, is among the problems. */
export function inspect(files: GenomeFiles): Inspection {
  const problems: { code: string; message: string }[] = [];
  const read = Object.entries(files).filter(([path]) => path.endsWith(".scm")).flatMap(([path, text]) => readFile(path, text, problems));
  const libraries = read.filter(({ path }) => !DATA_FILES.has(path));
  problems.push(...libraries.flatMap(misnamed));
  const manifest = clausesOf(read, "manifest.scm", "manifest", problems);
  const constitution = clausesOf(read, "constitution.scm", "constitution", []);
  return {
    problems,
    libraries: libraries.map(({ path, data }) => ({ file: path, name: nameOf(path), imports: importsOf(data), nodes: nodesOf(data) })),
    grants: (manifest.get("grants") ?? []).flatMap(grantsOf),
    manifest: Object.fromEntries([...manifest].map(([name, parts]) => [name, parts.map((part) => write(part)).join(" ")])),
    protected: (constitution.get("protected") ?? []).flatMap((part) => (part instanceof LispString ? [part.text] : [])),
    nodes: read.reduce((sum, { data }) => sum + nodesOf(data), 0),
  };
}

function readFile(path: string, text: string, problems: { code: string; message: string }[]): File[] {
  try {
    return [{ path, text, data: readAll(text, path) }];
  } catch (error) {
    if (!(error instanceof LispError)) throw error;
    problems.push(failureOf(error));
    return [];
  }
}

/** `(genome policy retry)` for "policy/retry.scm". */
function nameOf(path: string): string {
  return `(genome ${path.replace(/\.scm$/, "").replaceAll("/", " ")})`;
}

/** One file is one library, or a candidate could put a second one in the place of another. */
function misnamed({ path, text, data }: File): { code: string; message: string }[] {
  const expected = nameOf(path);
  const registered = createInterpreter().register(text, path);
  const isSound = data.length === 1 && headOf(data[0]) === "define-library" && registered.length === 1 && registered[0] === expected;
  return isSound ? [] : [{ code: "library-name", message: `${path}:1:1: expected the one library ${expected}, but it defines ${registered.join(" ") || "none"}` }];
}

/** The parts of each clause of a file's one form, by the clause's first symbol. */
function clausesOf(files: readonly File[], path: string, head: string, problems: { code: string; message: string }[]): Map<string, Value[]> {
  const form = files.find((file) => file.path === path)?.data;
  if (form?.length !== 1 || headOf(form[0]) !== head) {
    problems.push({ code: "bad-manifest", message: `${path}:1:1: expected the one form (${head} …)` });
    return new Map();
  }
  return new Map((itemsOf(form[0] as Value) ?? []).slice(1).map((clause) => [headOf(clause) ?? "", (itemsOf(clause) ?? []).slice(1)]));
}

function grantsOf(grant: Value): Inspection["grants"] {
  const [, library, ...operations] = itemsOf(grant) ?? [];
  if (library === undefined) return [];
  return operations.map((each) => {
    const [operation, ...restrictions] = itemsOf(each) ?? [each];
    return { library: write(library), operation: write(operation as Value), restrictions: restrictions.map((each) => write(each)) };
  });
}

/** Every library that any declaration imports, in whatever branch of a `cond-expand`. */
function importsOf(data: readonly Value[]): string[] {
  const found = new Set<string>();
  const walk = (declaration: Value): void => {
    const head = headOf(declaration);
    const parts = (itemsOf(declaration) ?? []).slice(1);
    if (head === "import") parts.forEach((part) => found.add(write(importedLibrary(part))));
    else if (head !== "begin") parts.forEach(walk);
  };
  data.forEach(walk);
  return [...found].sort();
}

/** The library inside `only`, `except`, `prefix` and `rename`. */
function importedLibrary(set: Value): Value {
  const [, inner] = itemsOf(set) ?? [];
  const isModified = ["only", "except", "prefix", "rename"].includes(headOf(set) ?? "") && inner instanceof Pair;
  return isModified ? importedLibrary(inner) : set;
}

function headOf(form: Value | undefined): string | undefined {
  return form instanceof Pair && form.car instanceof LispSymbol ? form.car.name : undefined;
}

/** Data in the text, compound and simple; a text counts one for every eight characters. */
function nodesOf(data: readonly Value[]): number {
  let count = 0;
  const open = [...data];
  while (open.length > 0) {
    const datum = open.pop() as Value;
    count += datum instanceof LispString ? 1 + Math.floor(datum.text.length / 8) : 1;
    open.push(...partsOf(datum));
  }
  return count;
}

function partsOf(datum: Value): Value[] {
  if (datum instanceof Pair) return datum.cdr === NIL ? [datum.car] : [datum.car, datum.cdr];
  if (Array.isArray(datum)) return datum as Value[];
  if (datum instanceof PersistentMap) return Array.from(datum).flat();
  if (datum instanceof PersistentVector || datum instanceof PersistentSet) return Array.from(datum);
  return typeof datum === "object" && "items" in datum ? [...(datum.items as readonly Value[])] : [];
}
