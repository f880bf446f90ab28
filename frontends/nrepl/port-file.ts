// The file `.nrepl-port`: where editors that are started in a folder find the port of its server.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes the file, in place of one that a server before has left; answers its path. */
export function writePortFile(folder: string, port: number): string {
  const file = join(folder, ".nrepl-port");
  writeFileSync(file, String(port));
  return file;
}

/** Removes the file, unless another server has written it anew. */
export function removePortFile(file: string, port: number): void {
  try {
    if (readFileSync(file, "utf8").trim() === String(port)) rmSync(file, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
