// A terminal with the command in it, as a person has it: keys go in, and the screen is looked at.
import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { expect } from "vitest";
import { MAIN } from "./command.js";

/** A terminal of 100 by 40 with the command in it. */
export class Terminal {
  private readonly name = `ouro-${randomUUID().slice(0, 8)}`;

  constructor(home: string, words = "") {
    const command = `TERM=xterm HOME=/tmp OURO_HOME=${home} ${process.execPath} ${MAIN} ${words}; echo "left with $?"; sleep 60`;
    this.tmux("new-session", "-d", "-s", this.name, "-x", "100", "-y", "40", command);
  }

  /** Keys by their tmux names, or text. */
  keys(...keys: string[]): void {
    this.tmux("send-keys", "-t", this.name, ...keys);
  }

  type(text: string): void {
    this.tmux("send-keys", "-t", this.name, "-l", text);
    this.keys("Enter");
  }

  screen(): string {
    return this.tmux("capture-pane", "-p", "-S", "-200", "-t", this.name).replace(/[ \t]+$/gm, "").trimEnd();
  }

  /** Waits until the screen ends like this. */
  async shows(text: string | RegExp): Promise<void> {
    await expect.poll(() => this.screen(), { timeout: 30_000, interval: 100 }).toMatch(text);
  }

  close(): void {
    this.tmux("kill-session", "-t", this.name);
  }

  private tmux(...words: string[]): string {
    return execFileSync("tmux", ["-L", "ouro-test", ...words], { encoding: "utf8" });
  }
}
