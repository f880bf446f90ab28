// A terminal with the command in it, as a person has it: keys go in, and the screen is looked at.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { MAIN } from "./command.js";

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Beside what every terminal has; undefined takes a name away. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** A terminal, of 100 by 40 unless told otherwise, with the command in it. */
export class Terminal {
  /** A server of its own: one that others leave may end while this one is begun. */
  private readonly name = `ouro-${randomUUID().slice(0, 8)}`;
  private readonly pidFile = join(tmpdir(), `${this.name}.pid`);

  constructor(home: string, words = "", { columns = 100, rows = 40, environment = {} }: TerminalOptions = {}) {
    const given = { TERM: "xterm", HOME: "/tmp", OURO_HOME: home, ...environment };
    const gone = Object.entries(given).filter(([, value]) => value === undefined).map(([name]) => `-u ${name}`).join(" ");
    const set = Object.entries(given).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}='${value}'`).join(" ");
    // The process tells its number, to be sent signals; afterwards, what it left of the terminal's modes is told.
    const command = `env ${gone} ${set} sh -c 'echo $$ > ${this.pidFile}; exec ${process.execPath} ${MAIN} ${words}'; echo "left with $?"; stty -a | grep -o -- '-*icanon'; sleep 600`;
    this.tmux("-u", "new-session", "-d", "-s", this.name, "-x", String(columns), "-y", String(rows), command);
  }

  /** Keys by their tmux names, or text. */
  keys(...keys: string[]): void {
    this.tmux("send-keys", "-t", this.name, ...keys);
  }

  type(text: string): void {
    this.tmux("send-keys", "-t", this.name, "-l", text);
    this.keys("Enter");
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(Number(readFileSync(this.pidFile, "utf8")), signal);
  }

  resize(columns: number, rows: number): void {
    this.tmux("resize-window", "-t", this.name, "-x", String(columns), "-y", String(rows));
  }

  /** What was ever on it, as far as it goes back. */
  screen(): string {
    return this.tmux("capture-pane", "-p", "-S", "-200", "-t", this.name).replace(/[ \t]+$/gm, "").trimEnd();
  }

  /** What is on it now, row by row; with the sequences that style it, if asked. */
  rows(isStyled = false): string[] {
    return this.tmux("capture-pane", "-p", ...(isStyled ? ["-e"] : []), "-t", this.name).split("\n").slice(0, -1).map((row) => row.trimEnd());
  }

  /** A variable of the terminal's, such as alternate_on or cursor_flag. */
  variable(name: string): string {
    return this.tmux("display-message", "-p", "-t", this.name, `#{${name}}`).trim();
  }

  /** Waits until the screen ends like this. */
  async shows(text: string | RegExp): Promise<void> {
    await expect.poll(() => this.screen(), { timeout: 60_000, interval: 100 }).toMatch(text);
  }

  close(): void {
    this.tmux("kill-server");
  }

  private tmux(...words: string[]): string {
    return execFileSync("tmux", ["-L", this.name, ...words], { encoding: "utf8" });
  }
}
