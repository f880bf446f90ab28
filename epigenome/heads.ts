// Signed heads: what vouches for all entries up to one, in the database and in a file beside it.
import { createPublicKey, type KeyObject, verify as verifySignature } from "node:crypto";
import { closeSync, constants, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import type { SignatureService, SqlValue } from "../ports/port.js";
import { type Entry, headMessage, type KeyChange, presentMessage, vouchMessage } from "./chain.js";
import { textIn } from "./entries.js";

export interface Head {
  readonly sequence: number;
  readonly hash: string;
  /** Ed25519 in hexadecimal: over `headMessage` in the database, over `presentMessage` beside it. */
  readonly signature: string;
}

/** The file beside the database that holds the last signed head. */
export const HEAD_FILE = "journal.head";

export function signedHead(signature: SignatureService, sequence: number, hash: string): Head {
  return { sequence, hash, signature: Buffer.from(signature.sign(headMessage(sequence, hash))).toString("hex") };
}

/** The head to be kept beside the database, which says that there is nothing after it. */
export function presentHead(signature: SignatureService, sequence: number, hash: string): Head {
  return { sequence, hash, signature: Buffer.from(signature.sign(presentMessage(sequence, hash))).toString("hex") };
}

export function headOf(row: Record<string, SqlValue>): Head {
  return { sequence: Number(row["sequence"]), hash: textIn(row["hash"]), signature: textIn(row["signature"]) };
}

/** Whether the key of these 64 hexadecimal digits signed the head. */
export function isSigned(head: Head, publicKey: string): boolean {
  return isSignature(head.signature, headMessage(head.sequence, head.hash), publicKey);
}

/** Whether the key signed that the journal ends there. */
export function isPresent(head: Head, publicKey: string): boolean {
  return isSignature(head.signature, presentMessage(head.sequence, head.hash), publicKey);
}

/** Whether the key that an entry introduces vouches for what comes before it: where it did not, somebody else gave it that past. */
export function isVouched(change: KeyChange, entry: Pick<Entry, "sequence" | "previous">): boolean {
  const isPlace = change.fork === undefined || (change.fork.sequence === entry.sequence - 1 && change.fork.hash === entry.previous);
  return isPlace && isSignature(change.vouched, vouchMessage(change, entry), change.to);
}

function isSignature(signature: string, message: Uint8Array, publicKey: string): boolean {
  return verifySignature(null, message, keyOf(publicKey), Buffer.from(signature, "hex"));
}

/** A raw public key, or one in SubjectPublicKeyInfo, as 64 hexadecimal digits. */
export function hexOf(publicKey: Uint8Array): string {
  return Buffer.from(publicKey.slice(-32)).toString("hex");
}

// RFC 8410: the fixed prefix of an Ed25519 public key in SubjectPublicKeyInfo.
const ED25519_PREFIX = "302a300506032b6570032100";
let lastKey: { readonly publicKey: string; readonly key: KeyObject } | undefined;

function keyOf(publicKey: string): KeyObject {
  if (lastKey?.publicKey !== publicKey)
    lastKey = { publicKey, key: createPublicKey({ key: Buffer.from(ED25519_PREFIX + publicKey, "hex"), format: "der", type: "spki" }) };
  return lastKey.key;
}

/** The file is one sector, which is written as a whole. */
const FILE_BYTES = 512;

/** The head that is kept outside the database; undefined if there is no file. */
export function readHead(path: string): Head | "unreadable" | undefined {
  if (!existsSync(path)) return undefined;
  const [, sequence, hash, signature] = /^\(head (\d+) "([0-9a-f]{64})" "([0-9a-f]+)"\)\n/.exec(readFileSync(path, "latin1")) ?? [];
  if (sequence === undefined || hash === undefined || signature === undefined) return "unreadable";
  return { sequence: Number(sequence), hash, signature };
}

/**
 * Over the head before, of which nothing stays: that would vouch for a journal that ends there. Neither a rename nor a sync at each
 * flush, since either costs as much as the flush: after a power failure an older head is as good as none.
 */
export function writeHead(path: string, head: Head): void {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    writeSync(file, `(head ${head.sequence} "${head.hash}" "${head.signature}")\n`.padEnd(FILE_BYTES - 1).concat("\n"), 0);
  } finally {
    closeSync(file);
  }
}

/** Makes the head outside the database durable: when the world closes. */
export function syncHead(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}
