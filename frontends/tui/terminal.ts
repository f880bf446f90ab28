// The terminal itself: what it can show, keys and pastes from it, rows to it, and its old state back whatever happens.
import { writeSync } from "node:fs";
import { createRequire } from "node:module";
import type blessedProgram from "blessed/lib/program.js";
import type { BlessedProgram, Key } from "blessed/lib/program.js";
import { CommandError, type Program } from "../frontend.js";
import type { Look } from "./canvas.js";
import type { Drawn, Size } from "./view.js";

export type Streams = Pick<Program, "input" | "output">;

export interface TerminalEvents {
  key(name: string, text: string): void;
  paste(text: string): void;
  resized(): void;
  /** Nobody can type any more. */
  hungUp(): void;
}

/** Its second screen without wrapping at the edge, letters in the order in which they are written (ECMA-48, BDSM), and pastes marked as such. */
const ENTER = "\u001b[?1049h\u001b[?7l\u001b[8l\u001b[?2004h\u001b[2J";
const LEAVE = "\u001b[0m\u001b[2J\u001b[H\u001b[?2004l\u001b[8h\u001b[?7h\u001b[?25h\u001b[?1049l";
const [PASTE_BEGINS, PASTE_ENDS] = ["\u001b[200~", "\u001b[201~"];
/** Terminals that cannot place a cursor in the way that all others share. */
const UNFIT = /^(|dumb|unknown|vt52|emacs|network|su|dialup)$/;
/** Those that are older than colours and Unicode. */
const OLD = /^vt[123]\d\d/;

/** What the terminal can show. Errors: `no-terminal`, `terminal-unfit`. */
export function lookOf({ input, output }: Streams, environment: Readonly<Record<string, string | undefined>>): Look {
  if (input.isTTY !== true || output.isTTY !== true) throw new CommandError("no-terminal", "the console needs a terminal for its input and its output", "In a pipe, use ouro repl, or ouro send TEXT.");
  const { TERM = "", NO_COLOR = "", LC_ALL = "", LC_CTYPE = "", LANG = "" } = environment;
  if (UNFIT.test(TERM)) throw new CommandError("terminal-unfit", `the console must place the cursor, and the terminal ${TERM === "" ? "has no name (TERM is not set)" : `${TERM} cannot`}`, "Use ouro repl, or set TERM to what the terminal is, such as xterm-256color.");
  const locale = LC_ALL || LC_CTYPE || LANG;
  return { hasColours: NO_COLOR === "" && !OLD.test(TERM), hasUnicode: !OLD.test(TERM) && (locale === "" || /utf-?8/i.test(locale)) };
}

/** Loads what reads the keys, and nothing else of the package: its widgets take four times as long, and are not used. */
export function loadProgram(): typeof blessedProgram {
  // Blessed reads it when it loads: without it, borders are letters on terminals that speak UTF-8.
  process.env["NCURSES_NO_UTF8_ACS"] = "1";
  return createRequire(import.meta.url)("blessed/lib/program.js") as typeof blessedProgram;
}

export class Terminal {
  private readonly program: BlessedProgram;
  private shown: string[] = [];
  private cursor = "";
  private pasted: string | undefined;
  private isOpen = true;

  constructor(load: typeof blessedProgram, private readonly streams: Streams, private readonly look: Look, private readonly events: TerminalEvents) {
    streams.input.setEncoding("utf8");
    this.program = load({ input: streams.input, output: streams.output, terminal: "xterm-256color", tput: false });
    // Blessed keeps to itself what it knows no name for.
    streams.input.on("keypress", this.marked);
    this.program.on("keypress", (text: string | undefined, key: Key) => this.pressed(text ?? "", key));
    this.program.on("resize", () => this.redraw());
    streams.input.once("end", events.hungUp).once("close", events.hungUp);
    process.once("exit", this.leave).once("uncaughtExceptionMonitor", this.leave);
    streams.output.write(ENTER);
  }

  get size(): Size {
    return { columns: this.streams.output.columns || 80, rows: this.streams.output.rows || 24 };
  }

  /** Writes the rows that are not as they were, each from its first column on. */
  show({ canvas, cursor }: Drawn): void {
    if (!this.isOpen) return;
    let out = "";
    for (let y = 0; y < canvas.height; y++) {
      const row = canvas.output(y, this.look);
      if (row === this.shown[y]) continue;
      this.shown[y] = row;
      out += row;
    }
    const place = `\u001b[${cursor.y + 1};${cursor.x + 1}H\u001b[?25h`;
    if (out === "" && place === this.cursor) return;
    this.cursor = place;
    this.streams.output.write(`\u001b[?25l${out}${place}`);
  }

  /** Everything anew. */
  redraw(): void {
    if (!this.isOpen) return;
    this.shown = [];
    this.streams.output.write("\u001b[2J");
    this.events.resized();
  }

  /** Gives the terminal back as it was. Written at once, for the process may be about to end. */
  readonly leave = (): void => {
    if (!this.isOpen) return;
    this.isOpen = false;
    process.off("exit", this.leave).off("uncaughtExceptionMonitor", this.leave);
    this.streams.input.off("end", this.events.hungUp).off("close", this.events.hungUp);
    this.streams.input.off("keypress", this.marked);
    this.program.destroy();
    const { output } = this.streams;
    const { fd } = output as { fd?: number };
    if (output.isTTY && fd !== undefined) writeAtOnce(fd, LEAVE);
    else output.write(LEAVE);
  };

  private readonly marked = (_text: string | undefined, key: Key | undefined): void => {
    if (key?.sequence === PASTE_BEGINS) this.pasted = "";
    if (key?.sequence !== PASTE_ENDS || this.pasted === undefined) return;
    this.events.paste(this.pasted);
    this.pasted = undefined;
  };

  private pressed(text: string, key: Key): void {
    if (this.pasted !== undefined) this.pasted += key.name === "enter" ? "" : text || (key.name === "return" ? "\n" : "");
    // Return comes twice, the second time under its other name.
    else if (key.name !== "return") this.events.key(key.full, text);
  }
}

/** A terminal that is gone takes no last words. */
function writeAtOnce(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch (error) {
    if (!["EIO", "EPIPE", "EBADF", "EAGAIN"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
