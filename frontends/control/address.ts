// Where the control API of a home is met: a Unix socket in the home, by a path that the system takes.
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";

/** What fits into a socket's address on every system: 104 bytes with the end on macOS, 108 on Linux. */
const LONGEST = 103;

export interface SocketAddress {
  readonly path: string;
  /** Lets go of what the path needed. */
  release(): void;
}

/** A home whose own path is too long is reached by an open folder, where the system knows such paths. */
export function socketAddress(home: string): SocketAddress {
  const path = join(home, "control.sock");
  if (Buffer.byteLength(path) <= LONGEST || process.platform !== "linux") return { path, release: () => undefined };
  const folder = openSync(home, "r");
  return { path: `/proc/self/fd/${folder}/control.sock`, release: () => closeSync(folder) };
}
