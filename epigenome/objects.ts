// Content-addressed files: what is too large for a row lies in a file that is named by its SHA-256.
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const NAME = /^[0-9a-f]{64}$/;

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

function nameOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Written beside its place and renamed into it, so that a file with this name is always whole; durable when it returns. */
function writeWhole(path: string, folder: string, bytes: Uint8Array): void {
  const draft = `${path}.${process.pid}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(draft, bytes, { flush: true, mode: 0o600 });
  renameSync(draft, path);
  const file = openSync(folder, "r");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
