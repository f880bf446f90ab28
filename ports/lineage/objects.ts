// Git's objects as bytes: their encoding, their names, and packs of them.
import { createHash } from "node:crypto";
import { deflateSync } from "node:zlib";

export interface GitObject {
  readonly kind: "blob" | "tree" | "commit";
  readonly body: Uint8Array;
}

/** A file of a tree. Git's mode says whether it is plain ("100644"), executable ("100755") or something a genome may not hold. */
export interface Entry {
  readonly blob: string;
  readonly mode: string;
}

/** All files of a commit by path, "/" between folders. */
export type Tree = ReadonlyMap<string, Entry>;

export interface Commit {
  /** 40 hexadecimal digits, as are the tree and the parents. */
  readonly commit: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: string;
  readonly timeMs: number;
  readonly message: string;
}

export type Draft = Omit<Commit, "commit">;

/** The object's name: SHA-1 over its kind, its size and its body. */
export function nameOf({ kind, body }: GitObject): string {
  return createHash("sha1").update(`${kind} ${body.length}\0`).update(body).digest("hex");
}

export function blobOf(text: string | Uint8Array): GitObject {
  return { kind: "blob", body: typeof text === "string" ? Buffer.from(text) : text };
}

/** The tree objects of the files, the root last. Equal files give equal objects, in whatever order they come. */
export function treesOf(files: Tree): GitObject[] {
  const folders = new Map<string, Map<string, Entry>>();
  const lines: { name: string; sort: string; mode: string; id: string }[] = [];
  for (const [path, entry] of files) {
    const slash = path.indexOf("/");
    if (slash < 0) lines.push({ name: path, sort: path, mode: entry.mode, id: entry.blob });
    else within(folders, path.slice(0, slash)).set(path.slice(slash + 1), entry);
  }
  const inner = [...folders].flatMap(([name, content]) => {
    const objects = treesOf(content);
    // Git sorts a folder as if its name ended in a slash.
    lines.push({ name, sort: `${name}/`, mode: "40000", id: nameOf(objects.at(-1)!) });
    return objects;
  });
  lines.sort((left, right) => Buffer.compare(Buffer.from(left.sort), Buffer.from(right.sort)));
  const body = Buffer.concat(lines.flatMap(({ mode, name, id }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(id, "hex")]));
  return [...inner, { kind: "tree", body }];
}

export function commitOf({ tree, parents, author, timeMs, message }: Draft): GitObject {
  const who = `${author} ${Math.floor(timeMs / 1_000)} +0000`;
  const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`];
  return { kind: "commit", body: Buffer.from(`${head.join("\n")}\n\n${message}`) };
}

export function parseCommit(commit: string, body: Uint8Array): Commit {
  const text = Buffer.from(body).toString("utf8");
  const split = text.indexOf("\n\n");
  const fields = text.slice(0, split).split("\n").map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)]);
  const values = (name: string): string[] => fields.filter(([field]) => field === name).map(([, value]) => value ?? "");
  const [, author = "", seconds = "0"] = /^(.*) (\d+) [+-]\d{4}$/.exec(values("author")[0] ?? "") ?? [];
  return { commit, tree: values("tree")[0] ?? "", parents: values("parent"), author, timeMs: Number(seconds) * 1_000, message: text.slice(split + 2) };
}

/** A pack, version 2, as `git unpack-objects` reads it. */
export function packOf(objects: readonly GitObject[]): Uint8Array {
  const header = Buffer.alloc(12);
  header.write("PACK");
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const body = Buffer.concat([header, ...objects.flatMap((object) => [packHeader(object), deflateSync(object.body)])]);
  return Buffer.concat([body, createHash("sha1").update(body).digest()]);
}

const PACK_KIND = { commit: 1, tree: 2, blob: 3 } as const;

/** The kind in three bits, then the size in groups of four and seven bits, least first. */
function packHeader({ kind, body }: GitObject): Uint8Array {
  const header: number[] = [];
  let size = Math.floor(body.length / 16);
  header.push((PACK_KIND[kind] << 4) | (body.length & 15) | (size > 0 ? 128 : 0));
  while (size > 0) {
    const rest = Math.floor(size / 128);
    header.push((size & 127) | (rest > 0 ? 128 : 0));
    size = rest;
  }
  return Uint8Array.from(header);
}

function within(folders: Map<string, Map<string, Entry>>, name: string): Map<string, Entry> {
  const found = folders.get(name) ?? new Map<string, Entry>();
  folders.set(name, found);
  return found;
}
