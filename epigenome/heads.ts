// Signed heads: what vouches for all entries up to one, in the database and in a file beside it.
import { createPublicKey, type KeyObject, verify as verifySignature } from "node:crypto";
import { closeSync, constants, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import type { SignatureService, SqlValue } from "../ports/port.js";
import { type Entry, headMessage, type KeyChange, vouchMessage } from "./chain.js";
import { drawEntropy } from "./clock.js";
import { digest } from "./digest.js";
import { textIn } from "./entries.js";

export interface Head {
  readonly sequence: number;
  readonly hash: string;
  /** Ed25519 over `headMessage`, 128 hexadecimal digits; after them, 64 digits: in the database the seal, beside it the seal's key. */
  readonly signature: string;
}

/**
 * One signature for both places. What is signed has in it a seal, the hash of a random key; the key itself stands only in the file that says
 * where the journal ends, and the next head overwrites it. So no row of the database can be made into a word on where it ends.
 */
export interface SignedHead {
  readonly row: Head;
  readonly present: Head;
}

/** The file beside the database that holds the last signed head. */
export const HEAD_FILE = "journal.head";

export function signHead(signature: SignatureService, sequence: number, hash: string): SignedHead {
  const key = drawEntropy();
  const seal = digest(key);
  const signed = Buffer.from(signature.sign(headMessage(sequence, hash, seal))).toString("hex");
  return { row: { sequence, hash, signature: signed + seal }, present: { sequence, hash, signature: signed + key } };
}

export function headOf(row: Record<string, SqlValue>): Head {
  return { sequence: Number(row["sequence"]), hash: textIn(row["hash"]), signature: textIn(row["signature"]) };
}

/** Whether the key of these 64 hexadecimal digits signed the head. Those from before there were seals have none. */
export function isSigned({ sequence, hash, signature }: Head, publicKey: string): boolean {
  return isSignature(signature.slice(0, SIGNATURE_DIGITS), headMessage(sequence, hash, signature.slice(SIGNATURE_DIGITS)), publicKey);
}

/** Whether the key signed the head, and the head opens the seal: the journal ends there. */
export function isPresent({ sequence, hash, signature }: Head, publicKey: string): boolean {
  const seal = digest(signature.slice(SIGNATURE_DIGITS));
  return isSignature(signature.slice(0, SIGNATURE_DIGITS), headMessage(sequence, hash, seal), publicKey);
}

const SIGNATURE_DIGITS = 128;

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
