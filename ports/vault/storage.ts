// What the vault needs of a place that keeps sealed records.

/** A record as it lies at rest. Names that start with "." are the vault's own. */
export interface Sealed {
  readonly name: string;
  readonly version: number;
  readonly nonce: Uint8Array;
  /** Ciphertext, and after it the 16 bytes of its tag. */
  readonly cipher: Uint8Array;
}

export interface VaultStorage {
  read(name: string): Sealed | undefined;
  names(): string[];
  /** Replaces these records and removes those names: all or nothing, and durable when it returns. */
  write(records: readonly Sealed[], removed: readonly string[]): void;
  close(): void;
}
