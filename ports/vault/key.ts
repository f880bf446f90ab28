// The key that locks the vault: in a file that only its owner may read, in the system's keyring, or made of a passphrase.
import { createHmac, createSecretKey, type KeyObject, randomBytes, scryptSync } from "node:crypto";
import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { PortError } from "../port.js";
import type { Keyring } from "./keyring.js";
import { tampered } from "./seal.js";

export const LOCK_KINDS = ["file", "passphrase", "keyring"] as const;
export type LockKind = (typeof LOCK_KINDS)[number];

/** Where the key that opens the vault comes from. */
export type Unlock =
  /** 32 random bytes; made when an empty vault is first used. */
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "passphrase"; readonly passphrase: string }
  /** 32 random bytes, under the lock's salt as the account. */
  | { readonly kind: "keyring"; readonly keyring: Keyring };

/** What lies beside the sealed records in the open, to find or derive the key again and to tell a wrong one. */
const lockSchema = z.strictObject({
  kind: z.enum(LOCK_KINDS),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  check: z.string().regex(/^[0-9a-f]{64}$/),
});

const KEY_BYTES = 32;
// OWASP Password Storage Cheat Sheet, scrypt: N = 2^17, r = 8, p = 1, which takes 128 MiB and a good part of a second.
// Fixed here and not read from the file, so that nobody can make them weaker.
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 };
/** NIST SP 800-63B, 5.1.1.2: no memorised secret is shorter. */
const PASSPHRASE_CHARACTERS = 8;

/*
 * A new lock replaces another in three steps: its key is made durable beside the old one, the records are sealed and
 * written with the new lock in one transaction, and then the old key is forgotten. A crash between them leaves one key
 * too many, never one too few. Opening tells by the lock's check which one of a key file is meant, and forgets the other;
 * a key file that does not lock the vault any more, or not yet, is forgotten by the owner of the home when it opens. A key
 * that stays in the keyring opens nothing, under a name that is not used again.
 */

/** A new lock, as text, and the key that opens it: durable. An empty vault takes a key file that is there already. */
export function makeLock(unlock: Unlock, isEmpty: boolean): { readonly lock: string; readonly key: KeyObject } {
  const salt = randomBytes(16).toString("hex");
  const key = newKey(unlock, salt, isEmpty);
  return { lock: JSON.stringify({ kind: unlock.kind, salt, check: checkOf(key, salt) }), key };
}

/** Fails with `vault-wrong-key`, or with what is wrong with the place of the key. */
export function openLock(lock: string, unlock: Unlock): KeyObject {
  const { kind, salt, check } = parseLock(lock);
  if (kind !== unlock.kind) throw wrongKey(`this vault is locked with ${NAMES[kind]}, not with ${NAMES[unlock.kind]}`);
  const key = candidates(unlock, salt).find((candidate) => checkOf(candidate, salt) === check);
  if (key === undefined) throw wrongKey(`this is not ${NAMES[kind].replace(/^an? /, "the ")} that locks the vault`);
  if (unlock.kind === "file") writeKeys(unlock.path, [key.export()]);
  return key;
}

/** Once another lock is durable: no key of the former one is left, unless they have one place. */
export function forgetLock(former: string, formerly: Unlock, key: KeyObject, now: Unlock): void {
  if (formerly.kind === "keyring") formerly.keyring.remove(parseLock(former).salt);
  if (formerly.kind === "file" && now.kind !== "file") forgetKeyFile(formerly.path);
  if (now.kind === "file") writeKeys(now.path, [key.export()]);
}

/** With the draft of one. Nobody else may be changing the lock meanwhile. */
export function forgetKeyFile(path: string): void {
  for (const file of [path, draftOf(path)]) rmSync(file, { force: true });
}

export function lockKind(lock: string): LockKind {
  return parseLock(lock).kind;
}

const NAMES: Readonly<Record<LockKind, string>> = { file: "a key file", passphrase: "a passphrase", keyring: "a key of the system's keyring" };

function parseLock(lock: string): z.output<typeof lockSchema> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(lock);
  } catch {
    throw tampered(".lock");
  }
  const checked = lockSchema.safeParse(parsed);
  if (!checked.success) throw tampered(".lock");
  return checked.data;
}

function newKey(unlock: Unlock, salt: string, isEmpty: boolean): KeyObject {
  if (unlock.kind === "passphrase") return derive(checkedPassphrase(unlock.passphrase), salt);
  const standing = unlock.kind === "file" && isThere(unlock.path) ? readKeys(unlock.path) : [];
  if (isEmpty && standing[0] !== undefined) return createSecretKey(standing[0]);
  const fresh = randomBytes(KEY_BYTES);
  if (unlock.kind === "file") writeKeys(unlock.path, [...standing.slice(0, 1), fresh]);
  else unlock.keyring.write(salt, fresh);
  return createSecretKey(fresh);
}

function candidates(unlock: Unlock, salt: string): KeyObject[] {
  if (unlock.kind === "passphrase") return unlock.passphrase === "" ? [] : [derive(unlock.passphrase, salt)];
  if (unlock.kind === "file") return readKeys(unlock.path).map((key) => createSecretKey(key));
  const found = unlock.keyring.read(salt);
  if (found === undefined) throw new PortError("vault-key-missing", "the system's keyring has no key for this vault", { hint: "Unlock the keyring of the person who made the vault." });
  return [createSecretKey(found)];
}

function checkedPassphrase(passphrase: string): string {
  if (passphrase.length < PASSPHRASE_CHARACTERS) throw new PortError("vault-weak-passphrase", `a passphrase has at least ${PASSPHRASE_CHARACTERS} characters`, { hint: "Several words that belong to no sentence are long and easy to keep." });
  return passphrase;
}

function derive(passphrase: string, salt: string): KeyObject {
  return createSecretKey(scryptSync(passphrase.normalize("NFC"), Buffer.from(salt, "hex"), KEY_BYTES, SCRYPT));
}

function checkOf(key: KeyObject, salt: string): string {
  return createHmac("sha256", key).update(`ouro vault check ${salt}`).digest("hex");
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** One key, or two where a crash fell into a change of keys: the former and the new one. */
function readKeys(path: string): Buffer[] {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    throw new PortError("vault-key-missing", `the vault's key file ${path} is gone`, { hint: "Restore it from a backup; without it the secrets cannot be read." });
  }
  if (!status.isFile() || (status.mode & 0o077) !== 0) {
    throw new PortError("vault-key-exposed", `${path} can be read by others, or is no plain file`, { hint: `Run: chmod 600 ${path}` });
  }
  const keys = readFileSync(path);
  if (keys.length !== KEY_BYTES && keys.length !== 2 * KEY_BYTES)
    throw new PortError("vault-key-damaged", `${path} does not hold ${KEY_BYTES} bytes`, { hint: "Restore it from a backup." });
  return [keys.subarray(0, KEY_BYTES), keys.subarray(KEY_BYTES)].filter((key) => key.length > 0);
}

/** Moved into its place only when whole and durable; what the file holds already is not written again. */
function writeKeys(path: string, keys: readonly Buffer[]): void {
  const whole = Buffer.concat(keys);
  if (isThere(path) && readFileSync(path).equals(whole)) return;
  const draft = draftOf(path);
  rmSync(draft, { force: true });
  writeFileSync(draft, whole, { mode: 0o600, flag: "wx", flush: true });
  renameSync(draft, path);
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function draftOf(path: string): string {
  return `${path}.new`;
}

function wrongKey(message: string): PortError {
  return new PortError("vault-wrong-key", message, { hint: "Give the passphrase or key that the vault was last locked with." });
}
