// The built agent as a process, for campaigns that run it, kill it and look at the home that it leaves.
import { execFile, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { EvolveReport } from "../../frontends/frontend.js";

const MAIN = new URL("../../dist/frontends/main.js", import.meta.url).pathname;
const run = promisify(execFile);

export interface Home {
  readonly path: string;
  /** Runs a command to its end; rejects if it fails. */
  ouro(...words: readonly string[]): Promise<string>;
  evolve(...words: readonly string[]): Promise<EvolveReport>;
  /** Starts a command and kills it with SIGKILL after so many milliseconds; true if it was still running. */
  killAfter(milliseconds: number, ...words: readonly string[]): Promise<boolean>;
  git(...words: readonly string[]): string;
  remove(): void;
}

/** A fresh, empty home. */
export function newHome(): Home {
  const path = mkdtempSync(join(tmpdir(), "ouro-campaign-"));
  const ouro = async (...words: readonly string[]) => (await run(process.execPath, [MAIN, "--home", path, ...words], { maxBuffer: 1 << 26 })).stdout;
  return {
    path,
    ouro,
    evolve: async (...words) => JSON.parse(await ouro("evolve", "--json", ...words)) as EvolveReport,
    killAfter: (milliseconds, ...words) => new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [MAIN, "--home", path, ...words], { stdio: "ignore" });
      let isKilled = false;
      const timer = setTimeout(() => { isKilled = true; child.kill("SIGKILL"); }, milliseconds);
      child.once("error", reject);
      child.once("exit", () => { clearTimeout(timer); resolve(isKilled); });
    }),
    git: (...words) => execFileSync("git", ["-C", join(path, "genome"), ...words], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim(),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

/** Seeded numbers in [0, 1) (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
