// Authenticated encryption of one record: AES-256-GCM, bound to the record's name and version.
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import { PortError } from "../port.js";
import type { Sealed } from "./storage.js";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** `also` is further data that must be the same when the record is opened. Nonces are the system's randomness: they are no result. */
export function seal(key: KeyObject, name: string, version: number, plain: Uint8Array, also = ""): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(associated(name, version, also));
  const body = Buffer.concat([cipher.update(plain), cipher.final()]);
  return { name, version, nonce, cipher: Buffer.concat([body, cipher.getAuthTag()]) };
}

/** Fails with `vault-tampered` if a byte of the record, its name, its version, or `also` differs. */
export function unseal(key: KeyObject, name: string, record: Sealed | undefined, also = ""): Buffer {
  if (record === undefined || record.nonce.length !== NONCE_BYTES || record.cipher.length < TAG_BYTES) throw tampered(name);
  const split = record.cipher.length - TAG_BYTES;
  const decipher = createDecipheriv("aes-256-gcm", key, record.nonce, { authTagLength: TAG_BYTES })
    .setAAD(associated(name, record.version, also))
    .setAuthTag(record.cipher.subarray(split));
  const plain = decipher.update(record.cipher.subarray(0, split));
  try {
    return Buffer.concat([plain, decipher.final()]);
  } catch {
    // The library says only "unable to authenticate"; there is nothing more to tell.
    throw tampered(name);
  }
}

export function tampered(name: string): PortError {
  return new PortError("vault-tampered", `the vault's record ${name} was changed from outside`, {
    hint: "Restore vault.db from a backup, or delete it with its key and put the secrets again.",
  });
}

function associated(name: string, version: number, also: string): Buffer {
  return Buffer.from(JSON.stringify(["ouro vault 1", name, version, also]));
}
