// Hashes: identities, and the entropy that children derive instead of sampling their own.
import * as crypto from "node:crypto";

// Twice as fast on short texts; the first versions of Node 20 do not have it.
const inOneCall = (crypto as Partial<typeof crypto>).hash;

/** SHA-256 of a text in UTF-8, as 64 hexadecimal digits. */
export function digest(text: string): string {
  return inOneCall === undefined ? crypto.createHash("sha256").update(text).digest("hex") : inOneCall("sha256", text, "hex");
}

/** What follows from a parent's entropy (or identity) and the child's place under it: the same in every replay. */
export function derive(parent: string, ...place: readonly (string | number)[]): string {
  return digest([parent, ...place].join("\n"));
}
