// Bencode, the encoding of nREPL's messages (BEP 3): read piece by piece as bytes arrive, within fixed bounds, and written.

/** What a message is made of. Byte strings are read as UTF-8. */
export type Bencoded = string | number | readonly Bencoded[] | ReadonlyMap<string, Bencoded>;

/** What can be written: undefined entries of a record are left out. */
export type Encodable = string | number | readonly Encodable[] | { readonly [key: string]: Encodable | undefined };

/** The bytes are no bencode, or beyond a bound: nothing that follows on this connection can be understood. */
export class BencodeError extends Error {
  override readonly name = "BencodeError";
}

const MOST_BYTES = 16 * 1024 * 1024;
const MOST_DEPTH = 32;
const MOST_ITEMS = 100_000;
/** A length has no more digits than the largest that is allowed. */
const MOST_DIGITS = 8;
const FIRST_BUFFER = 4096;

interface List { readonly kind: "list"; readonly items: Bencoded[] }
interface Dictionary { readonly kind: "dictionary"; readonly entries: Map<string, Bencoded>; key: string | undefined }

/**
 * Reads messages from bytes that come in pieces of any size. Work and memory are linear in what has come: a length
 * that is announced reserves nothing. One message has at most 16 MiB, 100,000 items, and 32 levels.
 */
export class Decoder {
  private readonly open: (List | Dictionary)[] = [];
  /** Digits of a length or an integer that is being read. */
  private digits = "";
  private state: "value" | "length" | "integer" | "string" = "value";
  private string = Buffer.alloc(0);
  private filled = 0;
  private wanted = 0;
  private bytes = 0;
  private items = 0;

  /** Answers the messages that these bytes complete. Errors: BencodeError, after which it is not to be used. */
  feed(chunk: Uint8Array): Bencoded[] {
    const messages: Bencoded[] = [];
    const take = (value: Bencoded) => {
      [this.bytes, this.items] = [0, 0];
      messages.push(value);
    };
    for (let at = 0; at < chunk.length;) {
      const used = this.state === "string" ? this.fill(chunk.subarray(at), take) : this.byte(chunk[at] as number, take);
      at += used;
      if ((this.bytes += used) > MOST_BYTES) refuse("the message is longer than 16 MiB");
    }
    return messages;
  }

  private byte(byte: number, take: (value: Bencoded) => void): number {
    const character = String.fromCharCode(byte);
    if (this.state === "length") this.lengthDigit(character, take);
    else if (this.state === "integer") this.integerDigit(character, take);
    else if (character >= "0" && character <= "9") [this.state, this.digits] = ["length", character];
    else if (character === "i") [this.state, this.digits] = ["integer", ""];
    else if (character === "l") this.begin({ kind: "list", items: [] });
    else if (character === "d") this.begin({ kind: "dictionary", entries: new Map(), key: undefined });
    else if (character === "e") this.finish(take);
    else refuse(`byte ${byte} begins no value`);
    return 1;
  }

  private lengthDigit(character: string, take: (value: Bencoded) => void): void {
    if (character >= "0" && character <= "9") {
      this.digits += character;
      if (this.digits.startsWith("0") || this.digits.length > MOST_DIGITS) refuse(`${this.digits}… is no length`);
      return;
    }
    if (character !== ":") refuse("a length ends in a colon");
    this.wanted = Number(this.digits);
    if (this.wanted > MOST_BYTES) refuse("a string is longer than 16 MiB");
    this.filled = 0;
    this.state = "string";
    if (this.wanted === 0) this.endString(take);
  }

  private integerDigit(character: string, take: (value: Bencoded) => void): void {
    if (character !== "e") {
      this.digits += character;
      if (!/^-?\d{0,16}$/.test(this.digits)) refuse(`${this.digits} begins no integer`);
      return;
    }
    if (!/^(0|-?[1-9]\d*)$/.test(this.digits) || !Number.isSafeInteger(Number(this.digits))) refuse(`${this.digits} is no integer`);
    this.state = "value";
    this.add(Number(this.digits), take);
  }

  /** Takes what belongs to the string; answers how many bytes that was. The buffer grows with what has really come. */
  private fill(chunk: Uint8Array, take: (value: Bencoded) => void): number {
    const part = chunk.subarray(0, this.wanted - this.filled);
    const needed = this.filled + part.length;
    if (needed > this.string.length) {
      const larger = Buffer.alloc(Math.min(this.wanted, Math.max(needed, 2 * this.string.length, FIRST_BUFFER)));
      larger.set(this.string.subarray(0, this.filled));
      this.string = larger;
    }
    this.string.set(part, this.filled);
    this.filled = needed;
    if (this.filled === this.wanted) this.endString(take);
    return part.length;
  }

  private endString(take: (value: Bencoded) => void): void {
    const text = this.string.toString("utf8", 0, this.wanted);
    if (this.string.length > FIRST_BUFFER) this.string = Buffer.alloc(0);
    this.state = "value";
    this.add(text, take);
  }

  private begin(container: List | Dictionary): void {
    if (this.open.length === MOST_DEPTH) refuse(`a message nests deeper than ${MOST_DEPTH}`);
    const outer = this.open.at(-1);
    if (outer?.kind === "dictionary" && outer.key === undefined) refuse("a key is a string");
    this.open.push(container);
  }

  private finish(take: (value: Bencoded) => void): void {
    const container = this.open.pop() ?? refuse("there is nothing to end");
    if (container.kind === "dictionary" && container.key !== undefined) refuse(`the key ${container.key.slice(0, 40)} has no value`);
    this.add(container.kind === "list" ? container.items : container.entries, take);
  }

  private add(value: Bencoded, take: (value: Bencoded) => void): void {
    if (++this.items > MOST_ITEMS) refuse(`a message has more than ${MOST_ITEMS} items`);
    const container = this.open.at(-1);
    if (container === undefined) take(value);
    else if (container.kind === "list") container.items.push(value);
    else if (container.key !== undefined) {
      container.entries.set(container.key, value);
      container.key = undefined;
    } else if (typeof value === "string") container.key = value;
    else refuse("a key is a string");
  }
}

function refuse(problem: string): never {
  throw new BencodeError(problem);
}

/** The bytes of a value; keys of records in the order of their bytes. Numbers must be whole. */
export function encode(value: Encodable): Buffer {
  const parts: Buffer[] = [];
  write(value, parts);
  return Buffer.concat(parts);
}

function write(value: Encodable, parts: Buffer[]): void {
  if (typeof value === "string") writeString(value, parts);
  else if (typeof value === "number") parts.push(Buffer.from(`i${Math.trunc(value)}e`));
  else if (isList(value)) {
    parts.push(Buffer.from("l"));
    for (const item of value) write(item, parts);
    parts.push(Buffer.from("e"));
  } else {
    const entries = Object.entries(value).map(([key, item]) => [Buffer.from(key), item] as const).sort(([one], [other]) => one.compare(other));
    parts.push(Buffer.from("d"));
    for (const [key, item] of entries) {
      if (item === undefined) continue;
      writeString(key.toString(), parts);
      write(item, parts);
    }
    parts.push(Buffer.from("e"));
  }
}

function writeString(text: string, parts: Buffer[]): void {
  const bytes = Buffer.from(text);
  parts.push(Buffer.from(`${bytes.length}:`), bytes);
}

function isList(value: Encodable): value is readonly Encodable[] {
  return Array.isArray(value);
}
