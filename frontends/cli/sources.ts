// The Lisp files that `fmt` and `lint` are given: files, and all below folders.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { CommandError, type Program, type SourceFinding, UsageError } from "../frontend.js";

/** The paths, with each folder replaced by the `.scm` files below it, in order. */
export async function sourceFiles(paths: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of paths) {
    if (!(await kindOf(path)).isDirectory()) found.push(path);
    else for (const name of (await readdir(path, { recursive: true })).sort()) if (name.endsWith(".scm")) found.push(join(path, name));
  }
  return found;
}

/** All of standard input. */
export async function standardInput(program: Program): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of program.input) parts.push(Buffer.from(part));
  return decoded(Buffer.concat(parts), "standard input");
}

export async function readSource(path: string): Promise<string> {
  return decoded(await readFile(path), path);
}

/** A program's text. Errors: `file-error` if the bytes are no UTF-8, which every program is written in. */
function decoded(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CommandError("file-error", `${name} is not encoded in UTF-8`, "Save it as UTF-8: iconv -f latin1 -t utf-8 FILE does that for one in Latin-1.");
  }
}

/** `file:line:column: message [code]` and the hint below. */
export function findingText({ file, line, column, message, code, hint }: SourceFinding): string {
  return `${file}:${line}:${column}: ${message} [${code}]${hint === "" ? "" : `\n  hint: ${hint}`}`;
}

async function kindOf(path: string) {
  try {
    return await stat(path);
  } catch {
    throw new UsageError(`there is no file ${path}`);
  }
}
