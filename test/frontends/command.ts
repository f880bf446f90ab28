// Runs the built command as a person's shell does: words, an input, an environment of its own.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../house/sources.js";

export const MAIN = join(ROOT, "dist", "frontends", "main.js");

export interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

/** `npm test` builds first; a single test that is run by hand finds the last build, or makes one. */
export function ensureBuilt(): void {
  if (!existsSync(MAIN)) execFileSync("npm", ["run", "--silent", "build"], { cwd: ROOT, stdio: "inherit" });
}

export function freshHome(): string {
  return join(mkdtempSync(join(tmpdir(), "ouro-home-")), "home");
}

export interface RunOptions {
  readonly home?: string;
  readonly input?: string;
  /** Sends the signal, SIGINT unless given, once the output matches. */
  readonly interruptAfter?: RegExp;
  readonly signal?: NodeJS.Signals;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs the command to its end. */
export function ouro(words: readonly string[], options: RunOptions = {}): Promise<Ended> {
  ensureBuilt();
  const child = spawn(process.execPath, [MAIN, ...words], { env: { PATH: process.env["PATH"], HOME: tmpdir(), OURO_HOME: options.home ?? freshHome(), ...options.environment } });
  let [output, errors, isInterrupted] = ["", "", false];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (isInterrupted || options.interruptAfter?.test(output) !== true) return;
    isInterrupted = true;
    child.kill(options.signal ?? "SIGINT");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  child.stdin.on("error", () => child.stdin.destroy());
  child.stdin.end(options.input ?? "");
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, output, errors })));
}
