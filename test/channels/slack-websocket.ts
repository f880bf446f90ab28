// The server's side of a WebSocket, as far as Slack's Socket Mode needs one: text frames, pings, and closing. RFC 6455.
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

const MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const [TEXT, CLOSE, PING, PONG] = [0x1, 0x8, 0x9, 0xa];

export class ServerSocket {
  private pending: Buffer = Buffer.alloc(0);

  /** `onText` gets each text; `onGone` is called once, when the connection is. */
  constructor(request: IncomingMessage, private readonly stream: Duplex, private readonly onText: (text: string) => void, onGone: () => void) {
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}${MAGIC}`).digest("base64");
    stream.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    stream.on("data", (piece: Buffer) => this.read(piece));
    stream.on("error", () => stream.destroy());
    stream.once("close", onGone);
  }

  text(text: string): void {
    this.frame(TEXT, Buffer.from(text));
  }

  ping(): void {
    this.frame(PING, Buffer.from("Ping from applink"));
  }

  /** Without a word of farewell. */
  cut(): void {
    this.stream.destroy();
  }

  private frame(opcode: number, payload: Buffer): void {
    if (this.stream.destroyed || !this.stream.writable) return;
    const head = Buffer.alloc(payload.length < 126 ? 2 : payload.length < 65_536 ? 4 : 10);
    head[0] = 0x80 | opcode;
    head[1] = payload.length < 126 ? payload.length : payload.length < 65_536 ? 126 : 127;
    if (head.length === 4) head.writeUInt16BE(payload.length, 2);
    if (head.length === 10) head.writeBigUInt64BE(BigInt(payload.length), 2);
    this.stream.write(Buffer.concat([head, payload]));
  }

  private read(piece: Buffer): void {
    this.pending = Buffer.concat([this.pending, piece]);
    for (let frame = this.next(); frame !== undefined; frame = this.next()) this.take(frame.opcode, frame.payload);
  }

  /** The first whole frame, taken off what has come. */
  private next(): { opcode: number; payload: Buffer } | undefined {
    const { pending } = this;
    if (pending.length < 2) return undefined;
    const short = (pending[1] as number) & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (pending.length < start + 4) return undefined;
    const length = short < 126 ? short : short === 126 ? pending.readUInt16BE(2) : Number(pending.readBigUInt64BE(2));
    if (pending.length < start + 4 + length) return undefined;
    const mask = pending.subarray(start, start + 4);
    const payload = Buffer.from(pending.subarray(start + 4, start + 4 + length));
    for (let index = 0; index < length; index++) payload[index] = (payload[index] as number) ^ (mask[index % 4] as number);
    this.pending = pending.subarray(start + 4 + length);
    return { opcode: (pending[0] as number) & 0x0f, payload };
  }

  private take(opcode: number, payload: Buffer): void {
    if (opcode === TEXT) this.onText(payload.toString("utf8"));
    if (opcode === PING) this.frame(PONG, payload);
    if (opcode !== CLOSE) return;
    this.frame(CLOSE, payload);
    this.stream.end();
  }
}
