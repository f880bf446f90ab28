// Homes for the world's tests: a fresh directory, a key that stays, a clock and dice that a seed drives.
import { createHash, createPrivateKey, createPublicKey, sign } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, openWorld, systemClock, type World, type WorldOptions } from "../../epigenome/index.js";
import type { SignatureService } from "../../ports/port.js";
import { testGenome } from "./genome.js";
import { outsidePort } from "./outside.js";

/** A signature by a key from a fixed seed, so that every process of a test signs with the same one. */
function seededSignature(seed: number): SignatureService {
  // RFC 8410: the fixed prefix of an Ed25519 private key.
  const key = createPrivateKey({ key: Buffer.concat([Buffer.from("302e020100300506032b657004220420", "hex"), Buffer.alloc(32, seed)]), format: "der", type: "pkcs8" });
  return { sign: (message) => sign(null, message, key), publicKey: createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32) };
}

export const signature = seededSignature(7);

/** A vault's signature, in memory: each key that follows comes from the next seed. */
export function rotatingSignature(seed = 7): SignatureService {
  let [standing, next] = [seededSignature(seed), seededSignature(++seed)];
  return {
    sign: (message) => standing.sign(message),
    get publicKey() {
      return standing.publicKey;
    },
    rotation: {
      next: () => next.publicKey,
      vouch: (message) => next.sign(message),
      take(publicKey) {
        if (Buffer.from(standing.publicKey).equals(publicKey)) return;
        if (!Buffer.from(next.publicKey).equals(publicKey)) throw new Error("this key was never to follow");
        [standing, next] = [next, seededSignature(++seed)];
      },
    },
  };
}

/** A clock that moves a millisecond with each stamp. */
export function seededClock(seed: number, start = 1_790_000_000_000): Clock {
  let count = 0;
  return { ...systemClock(), stamp: () => ({ timeMs: start + ++count, entropy: createHash("sha256").update(`${seed} ${count}`).digest("hex") }) };
}

/** A clock whose time stands still until a test lets it pass; what it waits for is called in the order of time. */
export class SteppedClock implements Clock {
  /** What is waited for, by its number. */
  readonly waits = new Map<number, { readonly at: number; readonly callback: () => void }>();
  private elapsed = 0;
  private count = 0;

  constructor(private startMs = 1_790_000_000_000) {}

  timeMs(): number {
    return this.startMs + this.elapsed;
  }

  elapsedMs(): number {
    return this.elapsed;
  }

  stamp() {
    return { timeMs: this.timeMs(), entropy: createHash("sha256").update(`stepped ${++this.count}`).digest("hex") };
  }

  soon(callback: () => void): void {
    setImmediate(callback);
  }

  wait(milliseconds: number, callback: () => void): () => void {
    const number = ++this.count;
    this.waits.set(number, { at: this.elapsed + milliseconds, callback });
    return () => void this.waits.delete(number);
  }

  /** Sets the wall clock, forward or back, while no time passes. */
  set(byMs: number): void {
    this.startMs += byMs;
  }

  /** Lets time pass; it stands still each time that something was waited for until `settled`. */
  async pass(milliseconds: number, settled: () => Promise<unknown>): Promise<void> {
    const until = this.elapsed + milliseconds;
    for (let next = this.next(until); next !== undefined; next = this.next(until)) {
      this.elapsed = Math.max(this.elapsed, next.at);
      next.callback();
      await settled();
    }
    this.elapsed = until;
  }

  private next(until: number): { readonly at: number; readonly callback: () => void } | undefined {
    const [first] = [...this.waits].filter(([, { at }]) => at <= until).toSorted(([one, { at }], [other, { at: otherAt }]) => at - otherAt || one - other);
    if (first !== undefined) this.waits.delete(first[0]);
    return first?.[1];
  }
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
