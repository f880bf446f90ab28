// What a person's own program may do outside without a home: files of its folder, its environment, the time, leaving.
import { existsSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { ProgramExit } from "../epigenome/session.js";
import {
  Condition, type Environment, fail, fileLibrary, Flonum, Keyword, leavingProcedures, LispError, LispString, listFrom, loadProcedure, nativeProcedure,
  Pair, type Procedures, suspend, UNSPECIFIED, type Value,
} from "../interpreter/index.js";

export interface ProgramPlace {
  /** The folder in which and below which files may be read and written: the current one. */
  readonly folder: string;
  /** Where the program's own file is: `include` and `load` may read there too, and `load` counts from there. */
  readonly programFolder: string;
  /** The name of the program and the words given to it. */
  readonly words: readonly string[];
}

/** The largest file that a program may read, in bytes: about what one string may hold. */
const LARGEST_FILE = 2 ** 24;

/** All that a person's program is granted; also what its own libraries are. */
export interface ProgramGrants {
  readonly native: (name: string) => Procedures | undefined;
  readonly readSource: (file: string, includedFrom: string | undefined) => { file: string; text: string };
  /** The texts read by include and load, for the excerpts of errors. */
  textOf(file: string): string | undefined;
  /** Names the environment that the program's forms are evaluated in. */
  enter(environment: Environment): void;
  /** Of no operands: writes what ports of files still hold back. Undefined if no file was ever granted. */
  saveAll(): Value | undefined;
}

export function personsProgram(place: ProgramPlace): ProgramGrants {
  const sources = new SourceFiles(place);
  let environment: Environment | undefined;
  let libraries: ReadonlyMap<string, Procedures> | undefined;
  let saveAll: Value | undefined;
  const make = () => {
    const files = fileLibrary(fileOperations(place.folder));
    saveAll = files.saveAll;
    const interaction = nativeProcedure("interaction-environment", 0, 0, "(interaction-environment) The environment of this program.", () =>
      environment ?? fail("not-granted", "there is no environment yet"));
    const load = loadProcedure(readProcedure((path) => sources.loaded(path)), interaction);
    return new Map<string, Procedures>([
      ["(scheme file)", files.procedures],
      ["(scheme load)", new Map([["load", load]])],
      ["(scheme repl)", new Map([["interaction-environment", interaction]])],
      ["(scheme r5rs)", new Map([...r5rsFiles(files.procedures), ["load", load], ["interaction-environment", interaction]])],
      ["(scheme process-context)", new Map([...processProcedures(place.words), ...leavingProcedures(LEAVE, files.saveAll)])],
      ["(scheme time)", TIME],
    ]);
  };
  return {
    native(name) {
      if (!OUTSIDE.has(name)) return undefined;
      if (SHARING.has(name) && environment !== undefined) environment.isShared = true;
      return (libraries ??= make()).get(name);
    },
    readSource: (file, includedFrom) => sources.included(file, includedFrom),
    textOf: (file) => sources.texts.get(file),
    enter: (entered) => { environment = entered; },
    saveAll: () => saveAll,
  };
}

const OUTSIDE: ReadonlySet<string> = new Set(
  ["file", "load", "repl", "r5rs", "process-context", "time"].map((name) => `(scheme ${name})`));

/** With these, code that is not in the program's text may define and assign its names. */
const SHARING: ReadonlySet<string> = new Set(["(scheme load)", "(scheme repl)", "(scheme r5rs)"]);

/** R5RS had no binary ports, and neither of these two. */
function r5rsFiles(procedures: Procedures): Procedures {
  return new Map([...procedures].filter(([name]) => !/binary|^delete-file$|^file-exists\?$/.test(name)));
}

/** The files of include and load: those of the current folder, and of the folder of the program. */
class SourceFiles {
  readonly texts = new Map<string, string>();

  constructor(private readonly place: ProgramPlace) {}

  included(file: string, includedFrom: string | undefined): { file: string; text: string } {
    const from = includedFrom === undefined ? this.place.folder : dirname(resolve(this.place.folder, includedFrom));
    const path = resolve(from, file);
    return { file: path, text: this.read(path, file) };
  }

  loaded(path: string): string {
    const text = this.read(resolve(this.place.programFolder, path), path);
    this.texts.set(path, text);
    return text;
  }

  private read(path: string, named: string): string {
    const text = textOf(readFile(confined(path, named, [this.place.folder, this.place.programFolder]), named), named);
    this.texts.set(path, text);
    return text;
  }
}

function fileOperations(folder: string) {
  const located = (value: Value | undefined): [path: string, named: string] => {
    const named = textOperand(value);
    return [confined(resolve(folder, named), named, [folder]), named];
  };
  return {
    read: nativeProcedure("read-file", 2, 2, "(read-file path as) The content of a file.", (path, as) => {
      const [file, named] = located(path);
      const bytes = readFile(file, named);
      return as === Keyword.intern("text") ? new LispString(textOf(bytes, named)) : bytes;
    }),
    write: nativeProcedure("write-file", 2, 2, "(write-file path content) Makes it the whole content of the file.", (path, content) => {
      const [file, named] = located(path);
      translated(named, () => writeFileSync(file, content instanceof LispString ? content.text : (content as Uint8Array)));
      return UNSPECIFIED;
    }),
    delete: nativeProcedure("delete-file", 1, 1, "(delete-file path) Removes the file.", (path) => {
      const [file, named] = located(path);
      translated(named, () => rmSync(file));
      return UNSPECIFIED;
    }),
    exists: nativeProcedure("file-exists?", 1, 1, "(file-exists? path) Whether there is such a file or folder.", (path) => existsSync(located(path)[0])),
  };
}

function readProcedure(read: (path: string) => string): Value {
  return nativeProcedure("read-source", 2, 2, "(read-source path as) The text of a program.", (path) => new LispString(read(textOperand(path))));
}

/** The real path of a file, which may not exist yet. Fails with `file-outside` unless it is in one of the folders, links followed. */
function confined(path: string, named: string, folders: readonly string[]): string {
  const real = realPath(path, named);
  const isInside = folders.some((folder) => {
    const root = realpathSync(folder);
    return real === root || real.startsWith(root.endsWith(sep) ? root : root + sep);
  });
  return isInside ? real : fail("file-outside", `${named} is outside the folder ${folders[0]}`);
}

function realPath(path: string, named: string): string {
  if (path.includes("\0")) fail("file-error", "the name of a file has no character of code 0");
  for (let [known, rest] = [path, ""]; ; [known, rest] = [dirname(known), join(known.slice(dirname(known).length), rest)])
    if (existsSync(known) || known === dirname(known)) return join(translated(named, () => realpathSync(known)), rest);
}

function readFile(path: string, named: string): Uint8Array {
  return translated(named, () => {
    const status = statSync(path);
    if (!status.isFile()) return fail("file-error", `${named} is not a file`);
    if (status.size > LARGEST_FILE) return fail("file-error", `${named} has more than ${LARGEST_FILE} bytes`);
    return Uint8Array.from(readFileSync(path));
  });
}

function textOf(bytes: Uint8Array, named: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return fail("file-error", `${named} is not text in UTF-8; open it as a binary file`);
    throw error;
  }
}

/** The system's errors as conditions of the catalogue. */
function translated<Result>(named: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined) throw error;
    if (code === "ENOENT") return fail("file-missing", `there is no file ${named}`);
    return fail("file-error", `${named}: the system answers ${code}`);
  }
}

/** Leaving: the computation waits, and what answers it ends the session's evaluation with the status. */
const LEAVE = nativeProcedure("leave", 1, 1, "(leave status) Ends the program.", (status) => suspend(new ProgramExit(statusOf(status))));

/** R7RS 6.14: #t is success, #f failure; the system takes integers from 0 to 255. */
function statusOf(value: Value | undefined): number {
  if (value === true) return 0;
  return typeof value === "number" && Number.isInteger(value) ? value & 255 : 1;
}

function processProcedures(words: readonly string[]): Procedures {
  const text = (each: string): Value => new LispString(each, true);
  return new Map<string, Value>([
    ["command-line", nativeProcedure("command-line", 0, 0, "(command-line) The program's name and the words given to it.", () => listFrom(words.map(text)))],
    ["get-environment-variable", nativeProcedure("get-environment-variable", 1, 1, "(get-environment-variable name) Its text, or #f.", (name) => {
      const value = process.env[textOperand(name)];
      return value === undefined ? false : text(value);
    })],
    ["get-environment-variables", nativeProcedure("get-environment-variables", 0, 0, "(get-environment-variables) All, as pairs of strings.", () =>
      listFrom(Object.entries(process.env).map(([name, value]) => new Pair(text(name), text(value ?? "")))))],
  ]);
}

const JIFFIES_PER_SECOND = 1_000_000;

const TIME: Procedures = new Map<string, Value>([
  ["current-second", nativeProcedure("current-second", 0, 0, "(current-second) Seconds since the beginning of 1970.", () => new Flonum(Date.now() / 1000))],
  ["current-jiffy", nativeProcedure("current-jiffy", 0, 0, "(current-jiffy) Microseconds since the program began.", () => Math.round(performance.now() * 1000))],
  ["jiffies-per-second", nativeProcedure("jiffies-per-second", 0, 0, "(jiffies-per-second) A million.", () => JIFFIES_PER_SECOND)],
]);

function textOperand(value: Value | undefined): string {
  if (value instanceof LispString) return value.text;
  throw new LispError(new Condition("wrong-type", "a name is a string, but got", value === undefined ? [] : [value]));
}
