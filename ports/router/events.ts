// Server-sent events: bytes in, whole events out (WHATWG HTML, 9.2.6).

export interface ServerEvent {
  /** "message" unless the server names it. */
  readonly name: string;
  readonly data: string;
}

/** Takes pieces of a stream cut anywhere; an event whose blank line never comes is none. */
export class EventReader {
  private readonly decoder = new TextDecoder("utf-8");
  private rest = "";
  private name = "";
  private data: string[] = [];
  private wasReturn = false;

  /** The events that this piece completes. */
  take(piece: Uint8Array): ServerEvent[] {
    let text = this.decoder.decode(piece, { stream: true });
    if (text === "") return [];
    // A line's end of two characters may come in two pieces.
    if (this.wasReturn && text.startsWith("\n")) text = text.slice(1);
    this.wasReturn = text.endsWith("\r");
    const lines = (this.rest + text).split(/\r\n|\n|\r/);
    this.rest = lines.pop() ?? "";
    return lines.flatMap((line) => this.line(line));
  }

  private line(line: string): ServerEvent[] {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    const [field, value] = colon < 0 ? [line, ""] : [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
    if (field === "event") this.name = value;
    if (field === "data") this.data.push(value);
    return [];
  }

  private dispatch(): ServerEvent[] {
    const { name, data } = this;
    [this.name, this.data] = ["", []];
    return data.length === 0 ? [] : [{ name: name === "" ? "message" : name, data: data.join("\n") }];
  }
}
