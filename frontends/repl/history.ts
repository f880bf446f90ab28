// The REPL's history: a file of lines in the home, newest last.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Soon } from "../frontend.js";

const LINES = 1000;

export interface History {
  /** Newest first, as readline wants them. */
  read(): Promise<string[]>;
  write(lines: readonly string[]): void;
  flush(): Promise<void>;
}

/** A missing file is an empty history. `redact` takes secrets out of what is kept. Lines are written when the REPL ends, or after each change at the latest by `flush`. */
export function historyOf(home: string, redact: (text: string) => Soon<string>): History {
  const file = join(home, "repl-history");
  let last: readonly string[] | undefined;
  return {
    async read() {
      try {
        return (await readFile(file, "utf8")).split("\n").filter((line) => line !== "").reverse();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
        throw error;
      }
    },
    write(lines) {
      last = lines;
    },
    async flush() {
      if (last === undefined) return;
      const lines = last.slice(0, LINES).reverse().join("\n");
      await writeFile(file, `${await redact(lines)}\n`, { mode: 0o600 });
    },
  };
}
