// Signed heads: what vouches for all entries up to one, in the database and in a file beside it.
import { createPublicKey, type KeyObject, verify as verifySignature } from "node:crypto";
import { closeSync, constants, existsSync, fstatSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import type { SignatureService, SqlValue } from "../ports/port.js";
import { headMessage } from "./chain.js";

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
  return { sequence: Number(row["sequence"]), hash: String(row["hash"]), signature: String(row["signature"]) };
}

/** Whether the key of these 64 hexadecimal digits signed the head. */
export function isSigned(head: Head, publicKey: string): boolean {
  return verifySignature(null, headMessage(head.sequence, head.hash), keyOf(publicKey), Buffer.from(head.signature, "hex"));
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

/** The head kept outside the database; undefined if there is no file. */
export function readHead(path: string): Head | "unreadable" | undefined {
  if (!existsSync(path)) return undefined;
  const [, sequence, hash, signature] = /^\(head (\d+) "([0-9a-f]{64})" "([0-9a-f]+)"\)\n$/.exec(readFileSync(path, "utf8")) ?? [];
  return sequence === undefined || hash === undefined || signature === undefined ? "unreadable" : { sequence: Number(sequence), hash, signature };
}

/**
 * Writes over the head that is there: less than a sector, in one call, so that nobody sees half of it. Neither a rename nor
 * a sync at each flush, since either costs as much as the flush: after a power failure an older head is as good as none.
 */
export function writeHead(path: string, head: Head): void {
  const text = `(head ${head.sequence} "${head.hash}" "${head.signature}")\n`;
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600);
  try {
    writeSync(file, text, 0);
    if (fstatSync(file).size > text.length) ftruncateSync(file, text.length);
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
