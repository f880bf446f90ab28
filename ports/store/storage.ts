// What the store port needs of a place that keeps records, their text and blobs.
import type { DerivedTable, Labels, Receipts, TableService } from "../port.js";

export interface Entry {
  readonly key: string;
  /** A datum's text. */
  readonly value: string;
  /** Greater than every version given out before, so that no version ever comes back. */
  readonly version: number;
  /** Where the record comes from; absent: trusted. */
  readonly labels?: Labels;
}

export interface Page {
  readonly prefix: string;
  /** Only keys after this one, in order of their UTF-8 bytes. */
  readonly after: string;
  readonly limit: number;
  /** Only records that are trusted. */
  readonly isTrusted?: boolean;
}

export interface Match {
  readonly key: string;
  /** BM25; larger is better. */
  readonly score: number;
  readonly excerpt: string;
  readonly labels?: Labels;
}

export interface StoreStorage {
  readonly receipts: Receipts;
  read(key: string): Entry | undefined;
  /** Replaces the record and the text it is found by; answers its new version. */
  write(key: string, value: string, text: string | undefined, labels?: Labels): number;
  remove(key: string): boolean;
  list(page: Page): Entry[];
  /** What is trusted is ranked without what is not. */
  search(words: readonly string[], page: Page): Match[];
  /** Kinds of labels of records that have text, together. */
  textKinds(): Labels;
  /** Notes for good that somebody who had read what has these labels decided that this key is written or deleted. */
  mark(key: string, labels: Labels): void;
  /** Kinds of the labels noted for the space of a key; for those of all keys that begin so. */
  kindsAt(key: string): Labels;
  kindsBelow(prefix: string): Labels;
  /** Durable when it returns. Saving the same hash again changes nothing but its labels: bytes that were ever trusted stay so. */
  saveBlob(hash: string, bytes: Uint8Array, labels?: Labels): void;
  /** The same for a file that comes in from outside any turn: no entry of the journal tells of that, so it is kept apart from what follows from the journal. */
  saveArrived(hash: string, bytes: Uint8Array, labels: Labels): void;
  blobLabels(hash: string): Labels;
  loadBlob(hash: string): Uint8Array | undefined;
  /** Where records are kept in tables: which, and the same storage over other ones. Blobs are the same. */
  readonly derived?: { readonly tables: readonly DerivedTable[]; over(tables: TableService): StoreStorage };
  close(): void;
}

/** A row with its labels, if it has any. */
export function labelledRow<Row extends object>(row: Row, labels: Labels): Row & { readonly labels?: Labels } {
  return labels.length === 0 ? row : { ...row, labels };
}

/** The labels of bytes that were saved as often: none if they were ever trusted, or never saved. */
export function mergedLabels(...saved: readonly Labels[]): Labels {
  if (saved.length === 1) return saved[0] as Labels;
  return saved.some((labels) => labels.length === 0) ? [] : [...new Set(saved.flat())].sort();
}

/** The space that a key is in: what it begins with up to its first "/", or that of all keys without one. */
export function spaceOf(key: string): string {
  return key.slice(0, key.indexOf("/") + 1);
}

/** True if keys that begin so may be in a space. */
export function meets(space: string, prefix: string): boolean {
  return prefix.includes("/") ? space === spaceOf(prefix) : space === "" || space.startsWith(prefix);
}
