// A process with room: a deep host stack, so that slices are long, and a large nursery, so that new data are rarely copied.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { totalmem } from "node:os";

/**
 * What Node must be told when it starts; nothing sets them later. The stack (KiB) is half of what systems usually grant
 * a process. The nursery (MiB of each half-space) takes memory as a program fills it: data that are still in use when it
 * is full are copied, so that in a small one whatever lives a while is copied twice.
 */
export const ROOM: readonly string[] = ["--stack-size=3900", "--max-semi-space-size=96"];

/** The least memory of a machine, in bytes, for a nursery that large. */
const LARGE_MEMORY = 6 * 2 ** 30;

/** Fuel of a slice where there is room: the usual length, times the usual stack (984 KiB) in the larger one. */
export const LONG_SLICE = 8000;

export function hasRoom(): boolean {
  return ROOM.every((word) => process.execArgv.includes(word));
}

/** Whether the machine has the memory, and the system grants a stack that large: Linux tells, and elsewhere nobody is asked. */
export function mayHaveRoom(): boolean {
  if (totalmem() < LARGE_MEMORY) return false;
  try {
    const [, soft] = /^Max stack size +(\d+|unlimited)/m.exec(readFileSync("/proc/self/limits", "latin1")) ?? [];
    return soft === "unlimited" || Number(soft) >= 8 * 2 ** 20;
  } catch {
    // No such file: another system.
    return false;
  }
}

/** Runs the command again in a process with room, which takes the place of this one: its streams, signals and exit status. */
export function startAgainWithRoom(entry: string, words: readonly string[]): void {
  const child = spawn(process.execPath, [...ROOM, ...process.execArgv, entry, ...words], { stdio: "inherit" });
  // A terminal sends Ctrl-C to both; from elsewhere it comes to this process alone.
  const isWatched = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => { if (signal !== "SIGINT" || !isWatched) child.kill(signal); });
  child.on("exit", (status, signal) => {
    if (signal === null) process.exit(status ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
