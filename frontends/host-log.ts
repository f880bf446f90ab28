// The log of a home: lines of JSON in a file of its own, without secrets. Nothing is loaded or written before the first line.
import { existsSync, renameSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type pino from "pino";

export type LogLevel = "info" | "warn" | "error";
export type Log = (level: LogLevel, details: Readonly<Record<string, unknown>>, message: string) => void;

/** A file that has grown beyond this many bytes is put aside when a process begins to write; the one put aside before is gone. */
const LARGEST = 8 << 20;

/** Writes to `ouro.log` in the home, for its owner alone. `redact` is the sink that every text of a line goes through. */
export function openLog(home: string, redact: (text: string) => string): Log {
  let logger: pino.Logger | undefined;
  return (level, details, message) => (logger ??= loggerOf(join(home, "ouro.log"), redact))[level](details, message);
}

function loggerOf(path: string, redact: (text: string) => string): pino.Logger {
  const make = createRequire(import.meta.url)("pino") as typeof pino;
  if (existsSync(path) && statSync(path).size > LARGEST) renameSync(path, `${path}.1`);
  // Synchronous, so that the last words of a process that dies are there.
  const file = make.destination({ dest: path, mode: 0o600, sync: true });
  const without = (_key: string, value: unknown): unknown => (typeof value === "string" ? redact(value) : value);
  return make({ base: { pid: process.pid }, timestamp: make.stdTimeFunctions.isoTime }, {
    write: (line: string) => void file.write(`${JSON.stringify(JSON.parse(line), without)}\n`),
  });
}
