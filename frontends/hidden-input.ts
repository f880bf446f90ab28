// A line typed in a terminal that does not show it.
import { CommandError } from "./frontend.js";

/** What is typed up to Enter. Ctrl-U starts again; Ctrl-C gives up, which answers undefined. */
export async function readHidden(terminal: NodeJS.ReadStream, screen: NodeJS.WritableStream, prompt: string): Promise<string | undefined> {
  screen.write(prompt);
  terminal.setRawMode(true);
  try {
    const decoder = new TextDecoder();
    let line = "";
    const ended = new Promise<string | undefined>((resolve) => {
      const take = (part: Buffer): void => {
        for (const key of decoder.decode(part, { stream: true })) {
          if (ENDS.has(key) || key === GIVE_UP) {
            terminal.off("data", take);
            return resolve(key === GIVE_UP ? undefined : line);
          }
          line = edited(line, key);
        }
      };
      terminal.on("data", take);
    });
    terminal.resume();
    return await ended;
  } finally {
    terminal.setRawMode(false);
    terminal.pause();
    screen.write("\n");
  }
}

/** Enter, in its two codes, and Ctrl-D. */
const ENDS: ReadonlySet<string> = new Set(["\r", "\n", "\u0004"]);
const GIVE_UP = "\u0003";

function edited(line: string, key: string): string {
  if (key === "\u0015") return "";
  if (key === "\u007f" || key === "\b") return [...line].slice(0, -1).join("");
  return key < " " ? line : line + key;
}

/** Whoever was asked has left by Ctrl-C or Ctrl-D. */
export function givenUp(): never {
  throw new CommandError("given-up", "given up, and nothing was kept", "");
}
