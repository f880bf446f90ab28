// Hashes: identities, and the entropy that children derive instead of sampling their own.
import { createHash } from "node:crypto";

/** SHA-256 of a text in UTF-8, as 64 hexadecimal digits. */
export function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** What follows from a parent's entropy (or identity) and the child's place under it: the same in every replay. */
export function derive(parent: string, ...place: readonly (string | number)[]): string {
  return digest([parent, ...place].join("\n"));
}
