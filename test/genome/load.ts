// The shipped genome in an interpreter, with whatever ports a test gives it.
import { readdirSync, readFileSync } from "node:fs";
import { AUTHORITY_LIBRARY, authorityLibrary } from "../../epigenome/capability.js";
import { createInterpreter, type Interpreter, type Value } from "../../interpreter/index.js";

const FOLDER = new URL("../../genome/", import.meta.url).pathname;
const DATA_FILES = new Set(["manifest.scm", "constitution.scm"]);

/** Every file of the shipped genome by its path within it. */
export function genomeFiles(): Record<string, string> {
  const paths = readdirSync(FOLDER, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".scm")).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(FOLDER + path, "utf8")]));
}

/** An interpreter that knows all libraries of the genome; `ports` are native libraries by printed name. */
export function loadGenome(ports: Readonly<Record<string, ReadonlyMap<string, Value>>>): Interpreter {
  const authority = authorityLibrary();
  const interpreter = createInterpreter({ native: (name) => (name === AUTHORITY_LIBRARY ? authority : ports[name]) });
  for (const [path, text] of Object.entries(genomeFiles())) if (!DATA_FILES.has(path)) interpreter.register(text, `genome/${path}`);
  return interpreter;
}

/** Printed names of the libraries that the manifest loads, in order. */
export function manifestLibraries(): string[] {
  const text = genomeFiles()["manifest.scm"] as string;
  const clause = text.slice(text.indexOf("(libraries"), text.indexOf("(turn ("));
  return Array.from(clause.replace("(libraries", "").matchAll(/\(genome [^()]+\)/g), ([name]) => name);
}
