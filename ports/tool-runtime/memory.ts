// Files and pages in memory: the same rules, gone with the process.
import { PortError } from "../port.js";
import { missing, parsePath, readOnly, tooLarge, unknownRoot, wrongKind } from "./path.js";
import type { Bytes, FileEntry, Files, Page, Web } from "./tools.js";

/** Roots by name: whether they may be written. `files` start out with these contents by path. */
export function memoryFiles(roots: Readonly<Record<string, { readonly writable: boolean }>>, files: Readonly<Record<string, string>> = {}): Files {
  const contents = new Map(Object.entries(files).map(([path, text]): [string, Bytes] => [path, new TextEncoder().encode(text)]));
  const checked = (path: string): string => {
    const { root } = parsePath(path);
    if (!Object.hasOwn(roots, root)) throw unknownRoot(root, Object.keys(roots));
    return path;
  };
  const isFolder = (path: string): boolean => !path.includes("/") || [...contents.keys()].some((file) => file.startsWith(`${path}/`));
  return {
    roots: Object.entries(roots).map(([name, { writable }]) => ({ name, writable })),
    read(path, limit) {
      const found = contents.get(checked(path));
      if (found === undefined) throw isFolder(path) ? wrongKind(path, "file") : missing(path);
      if (found.length > limit) throw tooLarge(path, limit);
      return Uint8Array.from(found);
    },
    write(path, bytes) {
      const { root, names } = parsePath(checked(path));
      if (roots[root]?.writable !== true) throw readOnly(root);
      if (isFolder(path)) throw wrongKind(path, "file");
      const parents = names.slice(0, -1).map((_, index) => [root, ...names.slice(0, index + 1)].join("/"));
      if (parents.some((parent) => contents.has(parent))) throw wrongKind(path, "folder");
      contents.set(path, Uint8Array.from(bytes));
    },
    list(path) {
      if (contents.has(checked(path))) throw wrongKind(path, "folder");
      if (!isFolder(path)) throw missing(path);
      return entriesIn(path, contents);
    },
  };
}

function entriesIn(path: string, contents: ReadonlyMap<string, Uint8Array>): FileEntry[] {
  const found = new Map<string, FileEntry>();
  for (const [file, bytes] of contents) {
    if (!file.startsWith(`${path}/`)) continue;
    const [name = "", ...rest] = file.slice(path.length + 1).split("/");
    const entry = { path: `${path}/${name}`, kind: rest.length === 0 ? "file" as const : "folder" as const, size: rest.length === 0 ? bytes.length : 0 };
    found.set(entry.path, entry);
  }
  return [...found.values()].toSorted((left, right) => (left.path < right.path ? -1 : 1));
}

/** A web of these pages and no others. */
export function memoryWeb(pages: Readonly<Record<string, Omit<Page, "url" | "via">>>): Web {
  return {
    async get(url, { bytes }) {
      const found = Object.hasOwn(pages, url) ? pages[url] : undefined;
      if (found === undefined) throw new PortError("tool-runtime-host-refused", `${new URL(url).hostname} may not be asked`, { hint: "The operator opens hosts to tools." });
      if (found.body.length > bytes) throw tooLarge(url, bytes);
      return { url, via: [], ...found };
    },
    close: async () => undefined,
  };
}
