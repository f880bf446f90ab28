// Content-addressed files: what is too large for a row lies in a file that is named by its SHA-256.
import { createHash } from "node:crypto";
import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { StringDecoder } from "node:string_decoder";

const NAME = /^[0-9a-f]{64}$/;
/** With the number of the process that writes it. */
const DRAFT = /^(?:[0-9a-f]{62}|draft)\.\d+$/;

/** Objects of a folder, each in `ab/cdef…` for the hash `abcdef…`: the store's blobs lie there in the same way. */
export class Objects {
  constructor(readonly folder: string) {}

  /** Keeps bytes, or a text in UTF-8, durably; answers the name by which they are read back. */
  save(content: string | Uint8Array): string {
    const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
    const name = nameOf(bytes);
    const path = this.path(name);
    if (!existsSync(path)) writeWhole(path, join(this.folder, name.slice(0, 2)), bytes);
    return name;
  }

  /** Keeps lines, each with its newline, as they come; answers the name. */
  saveLines(lines: Iterable<string>): string {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    const draft = join(this.folder, `draft.${process.pid}`);
    const file = openSync(draft, "w", 0o600);
    const hash = createHash("sha256");
    try {
      for (const part of inParts(lines)) {
        hash.update(part);
        writeSync(file, part);
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    const name = hash.digest("hex");
    moveInto(draft, this.path(name), join(this.folder, name.slice(0, 2)));
    return name;
  }

  /** The lines of a name, as they are read. Throws if there is none. */
  *lines(name: string): Generator<string> {
    const file = openSync(this.path(name), "r");
    const [part, decoder] = [Buffer.alloc(PART_BYTES), new StringDecoder("utf8")];
    let rest = "";
    try {
      for (let size = readSync(file, part); size > 0; size = readSync(file, part)) {
        const lines = (rest + decoder.write(part.subarray(0, size))).split("\n");
        rest = lines.pop() ?? "";
        yield* lines;
      }
    } finally {
      closeSync(file);
    }
    if (rest !== "") yield rest;
  }

  /** What is wrong with an object of any size, if anything is. */
  problem(name: string): "missing" | "changed" | undefined {
    if (!existsSync(this.path(name))) return "missing";
    const hash = createHash("sha256");
    for (const bytes of partsOf(this.path(name))) hash.update(bytes);
    return hash.digest("hex") === name ? undefined : "changed";
  }

  /** The bytes of a name, or what is wrong with them. */
  load(name: string): Uint8Array | "missing" | "changed" {
    if (!existsSync(this.path(name))) return "missing";
    const bytes = readFileSync(this.path(name));
    return nameOf(bytes) === name ? bytes : "changed";
  }

  /** All names, in order. What is named otherwise is no object, such as a draft that a crash left. */
  names(): string[] {
    if (!existsSync(this.folder)) return [];
    return readdirSync(this.folder).filter((start) => start.length === 2)
      .flatMap((start) => readdirSync(join(this.folder, start)).map((rest) => start + rest)).filter((name) => NAME.test(name)).sort();
  }

  /** Removes what a process left half written when it died: nobody of this one is in the midst of writing, for that takes no time between. */
  removeDrafts(): void {
    if (!existsSync(this.folder)) return;
    for (const entry of readdirSync(this.folder, { withFileTypes: true })) {
      const folder = join(this.folder, entry.name);
      const drafts = entry.isDirectory() ? readdirSync(folder).filter((rest) => DRAFT.test(rest)).map((rest) => join(folder, rest)) : DRAFT.test(entry.name) ? [folder] : [];
      for (const draft of drafts) rmSync(draft, { force: true });
    }
  }

  /** Copies an object from another folder. */
  take(name: string, source: Objects): void {
    mkdirSync(join(this.folder, name.slice(0, 2)), { recursive: true, mode: 0o700 });
    copyFileSync(source.path(name), this.path(name));
  }

  size(name: string): number {
    return statSync(this.path(name)).size;
  }

  remove(name: string): void {
    rmSync(this.path(name), { force: true });
  }

  path(name: string): string {
    return join(this.folder, name.slice(0, 2), name.slice(2));
  }
}

/** The objects of a home: large bodies of entries, and blobs. */
export function objectsOf(home: string): Objects {
  return new Objects(join(home, "objects"));
}

/** The snapshots of a home, each by its hash. */
export function snapshotsOf(home: string): Objects {
  return new Objects(join(home, "snapshots"));
}

/** Bytes that are read at once. */
const PART_BYTES = 1 << 18;
/** Lines that are written at once. */
const PART_LINES = 1_000;

/** The text of so many lines at a time. */
export function* inParts(lines: Iterable<string>): Generator<string> {
  let part: string[] = [];
  for (const line of lines) {
    part.push(line);
    if (part.length < PART_LINES) continue;
    yield `${part.join("\n")}\n`;
    part = [];
  }
  if (part.length > 0) yield `${part.join("\n")}\n`;
}

function* partsOf(path: string): Generator<Uint8Array> {
  const [file, part] = [openSync(path, "r"), Buffer.alloc(PART_BYTES)];
  try {
    for (let size = readSync(file, part); size > 0; size = readSync(file, part)) yield part.subarray(0, size);
  } finally {
    closeSync(file);
  }
}

function nameOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Written beside its place and renamed into it, so that a file with this name is always whole; durable when it returns. */
function writeWhole(path: string, folder: string, bytes: Uint8Array): void {
  const draft = `${path}.${process.pid}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(draft, bytes, { flush: true, mode: 0o600 });
  moveInto(draft, path, folder);
}

function moveInto(draft: string, path: string, folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  renameSync(draft, path);
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
