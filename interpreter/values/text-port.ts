// Ports (R7RS 6.13) over memory: text and bytes, in and out. The interpreter itself does no I/O; a host supplies a sink.
import { EOF } from "./value.js";
import type { Value } from "./value.js";

/** What all ports share. A closed port refuses reading or writing. */
export abstract class LispPort {
  isOpen = true;
  /** A Lisp procedure that takes what was written, when the port is flushed or closed; undefined if it stays here. */
  delivery: Value | undefined = undefined;
  /** How much was written when it was delivered last, in UTF-16 units or bytes. */
  delivered = 0;

  constructor(
    readonly direction: "input" | "output",
    readonly content: "text" | "bytes",
  ) {}

  close(): void {
    this.isOpen = false;
  }
}

/** Reads text that is wholly in memory. `offset` counts UTF-16 units from 0 and stands between code points. */
export class TextInputPort extends LispPort {
  offset = 0;

  /** `name` stands for the file in the positions of what is read. */
  constructor(
    public text: string,
    readonly name = "port",
  ) {
    super("input", "text");
  }

  /** The next code point without taking it, or undefined at the end. */
  peek(): number | undefined {
    return this.text.codePointAt(this.offset);
  }

  /** Takes the next code point. */
  take(): number | undefined {
    const codePoint = this.peek();
    if (codePoint !== undefined) this.offset += codePoint > 0xffff ? 2 : 1;
    return codePoint;
  }

  /** Takes the rest of the line and its end; answers it without the end. `\n`, `\r` and `\r\n` end lines. */
  takeLine(): string | undefined {
    if (this.offset >= this.text.length) return undefined;
    LINE_END.lastIndex = this.offset;
    const end = LINE_END.exec(this.text);
    const line = this.text.slice(this.offset, end === null ? undefined : end.index);
    this.offset = end === null ? this.text.length : LINE_END.lastIndex;
    return line;
  }

  /** Takes up to `count` code points; undefined if none is left and some are wanted. */
  takeText(count: number): string | undefined {
    if (this.offset >= this.text.length && count > 0) return undefined;
    const start = this.offset;
    for (let taken = 0; taken < count && this.take() !== undefined; taken++);
    return this.text.slice(start, this.offset);
  }
}

/** Reads what a person has given so far. Until it is over, a reader that finds too little waits for more. */
export class ConsoleInputPort extends TextInputPort {
  /** True once nothing more will come: its end is the end of the file. */
  isOver = false;

  constructor() {
    super("", "standard input");
  }

  feed(text: string): void {
    this.text = this.text.slice(this.offset) + text;
    this.offset = 0;
  }
}

/** What a computation asks of its host when it reads from a console that has too little: to feed it, or to end it. */
export class InputRequest {
  constructor(readonly port: ConsoleInputPort) {}
}

/** Stands for the input, or the output, of whatever computation uses it, so closing it means nothing. */
export class StandardInputPort extends TextInputPort {
  override close(): void {
    this.isOpen = true;
  }
}

const LINE_END = /\r\n|\n|\r/g;

/** Writes text to a sink that the host, or a subclass, supplies. */
export class TextOutputPort extends LispPort {
  /** Whether the last text written ended a line: true at the start. */
  atLineStart = true;

  constructor(private readonly sink: (text: string) => void) {
    super("output", "text");
  }

  write(text: string): void {
    if (text === "") return;
    this.atLineStart = text.endsWith("\n");
    this.sink(text);
  }
}

/** The same for output: see StandardInputPort. */
export class StandardOutputPort extends TextOutputPort {
  override close(): void {
    this.isOpen = true;
  }
}

/**
 * Keeps the text written, for `get-output-string`: as UTF-16 units in a buffer that doubles as it fills, since a
 * string that grows by a character at a time is to the host a chain of as many parts.
 */
export class StringOutputPort extends TextOutputPort {
  private units = new Uint16Array(32);
  private length = 0;

  constructor() {
    super((text) => this.keep(text));
  }

  get text(): string {
    let text = "";
    for (let start = 0; start < this.length; start += UNITS_AT_ONCE)
      text += Reflect.apply(String.fromCharCode, undefined, this.units.subarray(start, Math.min(start + UNITS_AT_ONCE, this.length))) as string;
    return text;
  }

  /** How much was written, in UTF-16 units. */
  get size(): number {
    return this.length;
  }

  private keep(text: string): void {
    const end = this.length + text.length;
    if (end > this.units.length) {
      const larger = new Uint16Array(Math.max(end, this.units.length * 2));
      larger.set(this.units.subarray(0, this.length));
      this.units = larger;
    }
    for (let index = 0; index < text.length; index++) this.units[this.length + index] = text.charCodeAt(index);
    this.length = end;
  }
}

/** The host takes that many operands in a call, also where its stack is small. */
const UNITS_AT_ONCE = 4096;

/** Reads bytes that are wholly in memory. */
export class BytesInputPort extends LispPort {
  offset = 0;

  constructor(readonly bytes: Uint8Array) {
    super("input", "bytes");
  }

  peek(): Value {
    return this.bytes[this.offset] ?? EOF;
  }

  take(): Value {
    return this.bytes[this.offset] === undefined ? EOF : (this.bytes[this.offset++] as number);
  }

  /** Takes up to `count` bytes; undefined if none is left and some are wanted. */
  takeBytes(count: number): Uint8Array | undefined {
    if (this.offset >= this.bytes.length && count > 0) return undefined;
    const taken = this.bytes.slice(this.offset, this.offset + count);
    this.offset += taken.length;
    return taken;
  }
}

/** Keeps the bytes written, for `get-output-bytevector`. The buffer doubles as it fills. */
export class BytesOutputPort extends LispPort {
  private buffer = new Uint8Array(64);
  private length = 0;

  constructor() {
    super("output", "bytes");
  }

  write(bytes: Uint8Array): void {
    const needed = this.length + bytes.length;
    if (needed > this.buffer.length) {
      const larger = new Uint8Array(Math.max(needed, this.buffer.length * 2));
      larger.set(this.buffer.subarray(0, this.length));
      this.buffer = larger;
    }
    this.buffer.set(bytes, this.length);
    this.length = needed;
  }

  /** How many bytes were written. */
  get size(): number {
    return this.length;
  }

  /** A copy of what was written. */
  get bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }
}
