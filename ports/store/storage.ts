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
  search(words: readonly string[], page: Page): Match[];
  /** Durable when it returns. Saving the same hash again changes nothing but its labels: bytes that were ever trusted stay so. */
  saveBlob(hash: string, bytes: Uint8Array, labels?: Labels): void;
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

/** The labels of bytes that are saved once more: none if they were ever trusted. */
export function mergedLabels(isNew: boolean, before: Labels, now: Labels): Labels {
  if (isNew) return now;
  return before.length === 0 || now.length === 0 ? [] : [...new Set([...before, ...now])].sort();
}
