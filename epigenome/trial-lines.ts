// JSON lines: the wire between a trial's two sides.
import type { Readable } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** JSON data as one line. A Float64Array travels as its bytes: numbers are most of what trials say, and their digits cost. */
export function toLine(data: unknown): string {
  return `${JSON.stringify(data, (_key, value: unknown) => (value instanceof Float64Array ? { [NUMBERS]: bytesOf(value).toString("base64") } : value))}\n`;
}

/** The data of a line. Throws SyntaxError. */
export function fromLine(line: string): unknown {
  return JSON.parse(line, (_key, value: unknown) => {
    const text = typeof value === "object" && value !== null && NUMBERS in value ? value[NUMBERS] : undefined;
    return typeof text === "string" ? numbersOf(text) : value;
  });
}

const NUMBERS = "float64";

function bytesOf(numbers: Float64Array): Buffer {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function numbersOf(text: string): Float64Array {
  const bytes = Buffer.from(text, "base64");
  return new Float64Array(Uint8Array.from(bytes).buffer, 0, bytes.length >> 3);
}

/** The lines of a stream of UTF-8. */
export async function* linesOf(input: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder("utf8");
  let pending: string[] = [];
  for await (const chunk of input) {
    const [first, ...rest] = decoder.write(chunk as Buffer).split("\n");
    pending.push(first as string);
    for (const part of rest) {
      yield pending.join("");
      pending = [part];
    }
  }
}
