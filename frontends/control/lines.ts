// JSON, one value a line, over a connection: how an attached terminal and the agent's process talk.
import type { Duplex } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** Characters of one line. */
const LONGEST = 32 << 20;
/** Bytes that a connection may hold back before what fills it waits. */
const ENOUGH_HELD_BACK = 1 << 20;
/** Beyond this, who does not read is hung up on. */
const MOST_HELD_BACK = 64 << 20;

/** Hands over each value that comes. What is no JSON, or too long, ends the connection. */
export function readLines(wire: Duplex, take: (value: unknown) => void): void {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  wire.on("data", (part: Buffer) => {
    const lines = (rest + decoder.write(part)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST) return void wire.destroy();
    for (const line of lines) {
      const value = parsed(line);
      if (value === undefined) return void wire.destroy();
      take(value);
    }
  });
}

export function writeLine(wire: Duplex, line: string): void {
  if (wire.destroyed || wire.writableEnded) return;
  wire.write(`${line}\n`);
  if (wire.writableLength > MOST_HELD_BACK) wire.destroy();
}

/** Resolves when the connection has room again, or is closed; undefined while it has. */
export function drained(wire: Duplex): Promise<void> | undefined {
  if (wire.destroyed || wire.writableLength < ENOUGH_HELD_BACK) return undefined;
  return new Promise((resolve) => {
    const go = () => {
      wire.off("drain", go).off("close", go);
      resolve();
    };
    wire.on("drain", go).on("close", go);
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // Whoever writes this is no terminal of ours.
    return undefined;
  }
}
