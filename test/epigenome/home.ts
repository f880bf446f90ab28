// Homes for the world's tests: a fresh directory, a key that stays, a clock and dice that a seed drives.
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, openWorld, type World, type WorldOptions } from "../../epigenome/index.js";
import type { SignatureService } from "../../ports/port.js";
import { testGenome } from "./genome.js";
import { outsidePort } from "./outside.js";

// RFC 8410: a private key from a fixed seed, so that every process of a test signs with the same one.
const PRIVATE = createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, 7)]), format: "der", type: "pkcs8" });

export const signature: SignatureService = {
  sign: (message) => sign(null, message, PRIVATE),
  publicKey: createPublicKey(PRIVATE).export({ format: "der", type: "spki" }).subarray(-32),
};

/** A clock that moves a millisecond with each stamp. */
export function seededClock(seed: number, start = 1_790_000_000_000): Pick<Clock, "stamp"> {
  let count = 0;
  return { stamp: () => ({ timeMs: start + ++count, entropy: createHash("sha256").update(`${seed} ${count}`).digest("hex") }) };
}

export function freshHome(): string {
  return mkdtempSync(join(tmpdir(), "ouro-world-"));
}

export const COMMIT = "1".repeat(40);

export function openTestWorld(home: string, options: Partial<WorldOptions> = {}): World {
  return openWorld({
    home, signature, genome: { commit: COMMIT, files: testGenome() },
    ports: ({ tables }) => [outsidePort(home, tables)], ...options,
  });
}
