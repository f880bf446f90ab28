// Signed heads: what vouches for all entries up to one, in the database and in a file beside it.
import { createPublicKey, type KeyObject, verify as verifySignature } from "node:crypto";
import { closeSync, constants, existsSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from "node:fs";
import type { SignatureService, SqlValue } from "../ports/port.js";
import { type Entry, headMessage, type KeyChange, vouchMessage } from "./chain.js";
import { textIn } from "./entries.js";

export interface Head {
  readonly sequence: number;
  readonly hash: string;
  /** Ed25519 over `headMessage`, in hexadecimal. */
  readonly signature: string;
}

/** The file beside the database that holds the last signed head. */
export const HEAD_FILE = "journal.head";

export function signedHead(signature: SignatureService, sequence: number, hash: string): Head {
  return { sequence, hash, signature: Buffer.from(signature.sign(headMessage(sequence, hash))).toString("hex") };
}

export function headOf(row: Record<string, SqlValue>): Head {
  return { sequence: Number(row["sequence"]), hash: textIn(row["hash"]), signature: textIn(row["signature"]) };
}

/** Whether the key of these 64 hexadecimal digits signed the head. */
export function isSigned(head: Head, publicKey: string): boolean {
  return isSignature(head.signature, headMessage(head.sequence, head.hash), publicKey);
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

/** The file has two places, each for one head and less than a sector: the new one is written over the older. */
const PLACE_BYTES = 256;

/** The newest head that is kept outside the database; undefined if there is no file. */
export function readHead(path: string): Head | "unreadable" | undefined {
  if (!existsSync(path)) return undefined;
  return newest(headsIn(readFileSync(path, "latin1"))) ?? "unreadable";
}

/**
 * Neither a rename nor a sync at each flush, since either costs as much as the flush: after a power failure an older head is
 * as good as none, and of one that was half written the other place still holds the one before.
 */
export function writeHead(path: string, head: Head): void {
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    const present = Buffer.alloc(2 * PLACE_BYTES);
    readSync(file, present, 0, present.length, 0);
    const heads = headsIn(present.toString("latin1"));
    const text = `(head ${head.sequence} "${head.hash}" "${head.signature}")\n`.padEnd(PLACE_BYTES - 1).concat("\n");
    writeSync(file, text, heads[0] !== undefined && heads[0] === newest(heads) ? PLACE_BYTES : 0);
  } finally {
    closeSync(file);
  }
}

function headsIn(text: string): readonly (Head | undefined)[] {
  return [0, PLACE_BYTES].map((place) => {
    const [, sequence, hash, signature] = /^\(head (\d+) "([0-9a-f]{64})" "([0-9a-f]+)"\)\n/.exec(text.slice(place, place + PLACE_BYTES)) ?? [];
    return sequence === undefined || hash === undefined || signature === undefined ? undefined : { sequence: Number(sequence), hash, signature };
  });
}

function newest([one, other]: readonly (Head | undefined)[]): Head | undefined {
  return other === undefined || (one !== undefined && one.sequence >= other.sequence) ? one : other;
}

/** Makes the head outside the database durable: when the world closes. */
export function syncHead(path: string): void {
  if (!existsSync(path)) return;
  const file = openSync(path, "r");
  fsyncSync(file);
  closeSync(file);
}
