// The cache of a host: libraries by a hash of all that they are made of, in a store of texts that the host keeps.
import type { Expanded, LibraryCache, LibraryTable, LibraryText } from "../expander/library-table.js";
import { keepLibrary } from "./keep.js";
import { type KeptLibrary, LinkFailure } from "./kept.js";
import { linkLibrary } from "./link.js";

/**
 * A store of texts by key, as a host keeps it. What it answers is trusted as far as its digest is right: a text that was
 * cut or changed by accident is compiled anew, and whoever can write the store can change what runs.
 */
export interface CodeCache {
  /** Tells this interpreter from all that would expand or compile otherwise. */
  readonly version: string;
  /** A cryptographic hash, in lower-case letters and digits, at least 16 of them. */
  digest(text: string): string;
  get(key: string): string | undefined;
  put(key: string, text: string): void;
}

export class KeptLibraries implements LibraryCache {
  constructor(private readonly store: CodeCache) {}

  /** First what the text imports, then, under the identities of that, the library itself. */
  find(library: LibraryText, table: LibraryTable): Expanded | undefined {
    const source = this.sourceKey(library);
    const imports = this.read(source) as readonly string[] | undefined;
    if (imports === undefined || !imports.every((each) => table.knows(each, library.name))) return undefined;
    for (const each of imports) table.exportsOf(each, library.name);
    const identity = this.identity(source, library.name, imports, table);
    const kept = identity === undefined ? undefined : (this.read(identity) as KeptLibrary | undefined);
    if (identity === undefined || kept === undefined) return undefined;
    try {
      return { ...linkLibrary(kept, { name: library.name, table }), identity };
    } catch (error) {
      if (error instanceof LinkFailure) return undefined;
      throw error;
    }
  }

  note(library: LibraryText, expanded: Expanded, imports: readonly string[], table: LibraryTable): Expanded {
    const source = this.sourceKey(library);
    const identity = this.identity(source, library.name, imports, table);
    if (identity === undefined) return expanded;
    const made = { ...expanded, identity };
    const record = {
      unit: `0${identity.slice(0, 15)}`,
      keep: (code: Parameters<typeof keepLibrary>[1]) => {
        const kept = keepLibrary({ name: library.name, expanded, imports, table }, code);
        if (kept === undefined) return;
        this.write(source, imports);
        this.write(identity, kept);
      },
    };
    return { ...made, unit: { ...expanded.unit, record } };
  }

  private sourceKey({ name, file, text }: LibraryText): string {
    return this.store.digest(JSON.stringify([this.store.version, name, file, text]));
  }

  private identity(source: string, name: string, imports: readonly string[], table: LibraryTable): string | undefined {
    const identities = imports.map((each) => table.identityOf(each, name));
    return identities.includes(undefined) ? undefined : this.store.digest(JSON.stringify([source, identities]));
  }

  private write(key: string, data: unknown): void {
    const text = JSON.stringify(data);
    this.store.put(key, `${this.store.digest(text)}\n${text}`);
  }

  private read(key: string): unknown {
    const kept = this.store.get(key);
    if (kept === undefined) return undefined;
    const end = kept.indexOf("\n");
    const text = kept.slice(end + 1);
    return kept.slice(0, end) === this.store.digest(text) ? JSON.parse(text) : undefined;
  }
}
