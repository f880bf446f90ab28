// What the store port needs of a place that keeps records, their text and blobs.
import type { DerivedTable, Receipts, TableService } from "../port.js";

export interface Entry {
  readonly key: string;
  /** A datum's text. */
  readonly value: string;
  /** Greater than every version given out before, so that no version ever comes back. */
  readonly version: number;
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
}

export interface StoreStorage {
  readonly receipts: Receipts;
  read(key: string): Entry | undefined;
  /** Replaces the record and the text it is found by; answers its new version. */
  write(key: string, value: string, text: string | undefined): number;
  remove(key: string): boolean;
  list(page: Page): Entry[];
  search(words: readonly string[], page: Page): Match[];
  /** Durable when it returns. Saving the same hash again changes nothing. */
  saveBlob(hash: string, bytes: Uint8Array): void;
  loadBlob(hash: string): Uint8Array | undefined;
  /** Where records are kept in tables: which, and the same storage over other ones. Blobs are the same. */
  readonly derived?: { readonly tables: readonly DerivedTable[]; over(tables: TableService): StoreStorage };
  close(): void;
}
