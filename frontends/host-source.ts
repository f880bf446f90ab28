// Source texts laid out and judged, for `ouro fmt` and `ouro lint`: the interpreter's tools with files around them.
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { Condition, createInterpreter, format, LispError, nativeProcedure, type Value } from "../interpreter/index.js";
import type { SourceFinding, SourceTools } from "./frontend.js";

/** What a home reads as data: no name in it means anything. */
const DATA_FILES: ReadonlySet<string> = new Set(["manifest.scm", "constitution.scm"]);

export function sourceTools(): SourceTools {
  return {
    format(text, file) {
      try {
        return { text: format(text, file) };
      } catch (error) {
        return unreadable(error, file);
      }
    },
    lint(text, file) {
      const whole = this.format(text, file);
      if (DATA_FILES.has(basename(file)) || "code" in whole) return "code" in whole ? [whole] : [];
      const sources = withImports(text, file);
      const interpreter = createInterpreter({ native: (name) => portNamed(name, sources), readSource: (name, from) => fileNamed(resolve(dirname(from ?? file), name)) });
      for (const [path, source] of sources) if (path !== file) interpreter.register(source, path);
      return interpreter.lint(text, file).map(({ position, ...finding }) => ({ ...finding, file: position.file, line: position.line, column: position.column }));
    },
  };
}

function fileNamed(path: string): { readonly file: string; readonly text: string } {
  return { file: path, text: readFileSync(path, "utf8") };
}

const LIBRARY_NAME = /\(([a-z][\w!?*<>=/+-]*(?: [\w!?*<>=/+-]+)+)\)/g;

/** The file, and those that its libraries' names lead to: (genome turn act) is genome/turn/act.scm below the same folder. */
function withImports(text: string, file: string): ReadonlyMap<string, string> {
  const sources = new Map([[file, text]]);
  const own = /^\(define-library\s+\(([^()]*)\)/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const root = join(dirname(resolve(file)), ...own.slice(1).map(() => ".."));
  // A map is walked in the order of its growth: what is found is searched as well.
  for (const [, source] of sources)
    for (const [, name] of source.matchAll(LIBRARY_NAME)) {
      const path = `${join(root, ...(name as string).split(" "))}.scm`;
      if (path !== resolve(file) && !sources.has(path) && existsSync(path)) sources.set(path, readFileSync(path, "utf8"));
    }
  return sources;
}

/** Which operations a port has, its home decides: each that the sources name counts as being there. */
function portNamed(library: string, sources: ReadonlyMap<string, string>): ReadonlyMap<string, Value> | undefined {
  if (library === "(ouro authority)") return new Map(AUTHORITY.map(anyCall));
  const port = /^\(port ([a-z-]+)\)$/.exec(library)?.[1];
  if (port === undefined) return undefined;
  const operations = [...sources.values()].flatMap((text) => [...text.matchAll(new RegExp(`(?<![\\w/"])${port}/[^\\s()\\[\\]{}"';|]+`, "g"))]);
  return new Map(operations.map(([name]) => anyCall(name)));
}

/** What the world's library of authority exports; named here so that no world is loaded to lint a file. */
const AUTHORITY = ["attenuate", "call-tool", "keep", "labelled?", "labels-of", "quarantined", "reveal", "tool-arguments", "tool-of", "turn-labels"];

function anyCall(name: string): [string, Value] {
  return [name, nativeProcedure(name, 0, Infinity, `(${name} operand ...)`, () => false)];
}

/** What the reader says of a text as a finding; any other failure is thrown on. */
function unreadable(error: unknown, file: string): SourceFinding {
  if (!(error instanceof LispError && error.payload instanceof Condition)) throw error;
  const { code, message, hint, position } = error.payload;
  return { code, message, hint, file, line: position?.line ?? 1, column: position?.column ?? 1 };
}
