// Server-sent events: bytes in, whole events out (WHATWG HTML, 9.2.6).

export interface ServerEvent {
  /** "message" unless the server names it. */
  readonly name: string;
  readonly data: string;
}

/** An event is longer than it may be. */
export class EventTooLong extends Error {}

/** Takes pieces of a stream cut anywhere; an event whose blank line never comes is none. Each piece is looked through once, however long its line. */
export class EventReader {
  private readonly decoder = new TextDecoder("utf-8");
  private rest = "";
  private name = "";
  private data: string[] = [];
  private dataLength = 0;
  private wasReturn = false;

  /** `mostLength`: characters that an event may have. */
  constructor(private readonly mostLength = Infinity) {}

  /** The events that this piece completes. Throws EventTooLong. */
  take(piece: Uint8Array): ServerEvent[] {
    let text = this.decoder.decode(piece, { stream: true });
    if (text === "") return [];
    // A line's end of two characters may come in two pieces.
    if (this.wasReturn && text.startsWith("\n")) text = text.slice(1);
    this.wasReturn = text.endsWith("\r");
    const lines = text.split(/\r\n|\n|\r/);
    lines[0] = this.rest + (lines[0] ?? "");
    this.rest = lines.pop() ?? "";
    const events = lines.flatMap((line) => this.line(line));
    this.mustFit(this.rest.length);
    return events;
  }

  private mustFit(more: number): void {
    if (this.dataLength + more > this.mostLength) throw new EventTooLong();
  }

  private line(line: string): ServerEvent[] {
    if (line === "") return this.dispatch();
    this.mustFit(line.length);
    const colon = line.indexOf(":");
    const [field, value] = colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
    if (field === "event") this.name = value;
    if (field === "data") {
      this.data.push(value);
      this.dataLength += value.length + 1;
    }
    return [];
  }

  private dispatch(): ServerEvent[] {
    const { name, data } = this;
    [this.name, this.data, this.dataLength] = ["", [], 0];
    return data.length === 0 ? [] : [{ name: name === "" ? "message" : name, data: data.join("\n") }];
  }
}
