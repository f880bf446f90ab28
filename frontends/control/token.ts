// The token of the control API: whoever can read this file of the home may ask the home anything.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { lstatSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FORM = /^[A-Za-z0-9_-]{43}$/;

/** The home's token. One that is missing, malformed or readable by others is made anew. */
export function ownToken(home: string): string {
  const path = tokenPath(home);
  const status = lstatSync(path, { throwIfNoEntry: false });
  const isPrivate = status?.isFile() === true && (status.mode & 0o077) === 0;
  const standing = isPrivate ? readFileSync(path, "utf8").trim() : "";
  return FORM.test(standing) ? standing : newToken(path);
}

/** The token as a client finds it; "" if there is none. */
export function foundToken(home: string): string {
  return lstatSync(tokenPath(home), { throwIfNoEntry: false }) === undefined ? "" : readFileSync(tokenPath(home), "utf8").trim();
}

export function tokenPath(home: string): string {
  return join(home, "control.token");
}

/** In a time that tells nothing of where they differ. */
export function isSameToken(given: string, token: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

function newToken(path: string): string {
  const token = randomBytes(32).toString("base64url");
  writeFileSync(`${path}.new`, `${token}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  return token;
}
