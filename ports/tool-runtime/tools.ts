// What the tool runtime needs of a place with files and of a way to the web.

export type Bytes = Uint8Array<ArrayBuffer>;

export interface FileEntry {
  /** From the root's name on: "notes/2026/plan.md". */
  readonly path: string;
  readonly kind: "file" | "folder" | "link" | "other";
  readonly size: number;
}

/** Files below named roots. Paths start with a root's name; nothing outside is ever read or written. Throws PortErrors. */
export interface Files {
  readonly roots: readonly { readonly name: string; readonly writable: boolean }[];
  /** Throws tool-runtime-too-large above the limit in bytes. */
  read(path: string, limit: number): Bytes;
  /** Whole or not at all; makes the folders that lead there. */
  write(path: string, bytes: Uint8Array): void;
  /** What a folder holds, by name; links are named, not followed. */
  list(path: string): FileEntry[];
}

export interface Page {
  /** Where the last redirect led. */
  readonly url: string;
  /** The addresses that led there, in order; none if it was asked for itself. */
  readonly via: readonly string[];
  readonly status: number;
  readonly type: string;
  readonly body: Bytes;
}

/** The label of what an address says. */
export function webLabel(url: string): string {
  return `web ${URL.canParse(url) ? new URL(url).host : url}`;
}

/** The web, read only. Throws PortErrors, with the labels of all addresses that were asked. */
export interface Web {
  get(url: string, limits: { readonly bytes: number; readonly milliseconds: number; readonly signal: AbortSignal }): Promise<Page>;
  close(): Promise<void>;
}
