// A terminal in this process: the console writes to it, its screen is read, and keys are typed into it.
import { createRequire } from "node:module";
import { PassThrough } from "node:stream";
import { expect } from "vitest";

interface Cell {
  getChars(): string;
  getWidth(): number;
}
/** What of @xterm/headless is used here. */
interface Headless {
  readonly buffer: { readonly active: { readonly type: string; readonly cursorX: number; readonly cursorY: number; getLine(y: number): { translateToString(trim: boolean): string; getCell(x: number): Cell | undefined } | undefined } };
  write(text: string, done?: () => void): void;
  resize(columns: number, rows: number): void;
}
const { Terminal } = createRequire(import.meta.url)("@xterm/headless") as { Terminal: new (options: { cols: number; rows: number; allowProposedApi: boolean }) => Headless };

export class Screen {
  readonly input = Object.assign(new PassThrough(), { isTTY: true, isRaw: false, setRawMode: (raw: boolean) => void (this.input.isRaw = raw) });
  readonly output: PassThrough & { columns: number; rows: number; isTTY: boolean };
  /** All that was ever written. */
  written = "";
  private readonly terminal: Headless;

  constructor(public columns: number, public rows: number) {
    this.terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
    this.output = Object.assign(new PassThrough(), { columns, rows, isTTY: true });
    this.output.on("data", (part: Buffer) => {
      this.written += part.toString("utf8");
      this.terminal.write(part.toString("utf8"));
    });
  }

  keys(text: string): void {
    this.input.write(text);
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
    Object.assign(this, { columns, rows });
    Object.assign(this.output, { columns, rows });
    this.output.emit("resize");
  }

  write(text: string): Promise<void> {
    return new Promise((resolve) => this.terminal.write(text, resolve));
  }

  /** "alternate" while the console has the terminal. */
  get buffer(): string {
    return this.terminal.buffer.active.type;
  }

  get cursor(): { readonly x: number; readonly y: number } {
    return { x: this.terminal.buffer.active.cursorX, y: this.terminal.buffer.active.cursorY };
  }

  /** What stands in a column. */
  at(x: number, y: number): string {
    return this.terminal.buffer.active.getLine(y)?.getCell(x)?.getChars() ?? "";
  }

  get text(): string {
    return Array.from({ length: this.rows }, (_, y) => this.terminal.buffer.active.getLine(y)?.translateToString(true) ?? "").join("\n");
  }

  async shows(text: string | RegExp): Promise<void> {
    await expect.poll(() => this.text, { timeout: 60_000, interval: 20 }).toMatch(text);
  }
}

/** Where lines of borders stand on a screen, by rows and columns of their cells. */
export function borderCells(screen: Pick<Screen, "at" | "columns" | "rows">): string[] {
  const cells: string[] = [];
  for (let y = 0; y < screen.rows; y++) for (let x = 0; x < screen.columns; x++) if (/[│┌┐└┘├┤┬┴┼]/.test(screen.at(x, y))) cells.push(`${x},${y} ${screen.at(x, y)}`);
  return cells;
}
