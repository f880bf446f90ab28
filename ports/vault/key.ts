// The key that locks the vault: a random file that only its owner may read, or a passphrase.
import { createHmac, createSecretKey, type KeyObject, randomBytes, scryptSync } from "node:crypto";
import { closeSync, fsyncSync, linkSync, lstatSync, openSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { PortError } from "../port.js";
import { tampered } from "./seal.js";

/** How the vault is unlocked. The file is made when an empty vault is first used. */
export type Unlock =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "passphrase"; readonly passphrase: string };

/** What lies beside the sealed records in the open, to derive the key again and to tell a wrong one. */
const lockSchema = z.strictObject({
  kind: z.enum(["file", "passphrase"]),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  check: z.string().regex(/^[0-9a-f]{64}$/),
});

const KEY_BYTES = 32;
// Fixed here and not read from the file, so that nobody can make them weaker.
const SCRYPT = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 2 ** 20 };

/** A new lock, as text, and the key that opens it. */
export function makeLock(unlock: Unlock): { lock: string; key: KeyObject } {
  const salt = randomBytes(16).toString("hex");
  if (unlock.kind === "file") makeKeyFile(unlock.path);
  const key = keyOf(unlock, salt);
  return { lock: JSON.stringify({ kind: unlock.kind, salt, check: checkOf(key, salt) }), key };
}

/** Fails with `vault-wrong-key`, or with what is wrong with the key file. */
export function openLock(lock: string, unlock: Unlock): KeyObject {
  const { kind, salt, check } = parseLock(lock);
  if (kind !== unlock.kind) throw wrongKey(`this vault is locked with a ${kind === "file" ? "key file" : "passphrase"}`);
  const key = keyOf(unlock, salt);
  if (checkOf(key, salt) !== check) throw wrongKey(`this is not the ${kind === "file" ? "key file" : "passphrase"} that locks the vault`);
  return key;
}

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

function keyOf(unlock: Unlock, salt: string): KeyObject {
  if (unlock.kind === "file") return readKeyFile(unlock.path);
  if (unlock.passphrase === "") throw wrongKey("the passphrase is empty");
  return createSecretKey(scryptSync(unlock.passphrase.normalize("NFC"), Buffer.from(salt, "hex"), KEY_BYTES, SCRYPT));
}

function checkOf(key: KeyObject, salt: string): string {
  return createHmac("sha256", key).update(`ouro vault check ${salt}`).digest("hex");
}

function readKeyFile(path: string): KeyObject {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) {
    throw new PortError("vault-key-missing", `the vault's key file ${path} is gone`, { hint: "Restore it from a backup; without it the secrets cannot be read." });
  }
  if (!status.isFile() || (status.mode & 0o077) !== 0) {
    throw new PortError("vault-key-exposed", `${path} can be read by others, or is no plain file`, { hint: `Run: chmod 600 ${path}` });
  }
  const key = readFileSync(path);
  if (key.length !== KEY_BYTES) throw new PortError("vault-key-damaged", `${path} does not hold ${KEY_BYTES} bytes`, { hint: "Restore it from a backup." });
  return createSecretKey(key);
}

/** Linked into its place only when whole and durable; a key that is there already stays. */
function makeKeyFile(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  const draft = `${path}.${randomBytes(8).toString("hex")}`;
  writeFileSync(draft, randomBytes(KEY_BYTES), { mode: 0o600, flag: "wx", flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
  const folder = openSync(dirname(path), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function wrongKey(message: string): PortError {
  return new PortError("vault-wrong-key", message, { hint: "Give the passphrase or key file that the vault was made with." });
}
