// Reading from ports (R7RS 6.13.2). Each takes its port explicitly; the library adds the current one.
import { allocate, burn, burnElements, BYTES } from "../machine/meter.js";
import { machine, push, suspend } from "../machine/machine.js";
import { DatumReader, isComplete } from "../reader/datum.js";
import { DEFAULT_LIMITS, type ReaderLimits } from "../reader/source.js";
import { Char } from "../values/text.js";
import { BytesInputPort, ConsoleInputPort, InputRequest, StandardInputPort, TextInputPort } from "../values/text-port.js";
import { EOF } from "../values/value.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { chargeBytes } from "./bytevectors.js";
import { checkBytevector, checkEnd, checkLength, checkStart, wrongType } from "./check.js";
import { newString } from "./text.js";

/** Readers keep what they know of lines and of `#!fold-case` from one datum to the next. */
const readers = new WeakMap<TextInputPort, DatumReader>();

/** Steps for each token, and for so many characters of it one more: about what the reader takes beside compiled code. */
const STEPS_PER_TOKEN = 32;
const CHARACTERS_PER_STEP = 4;

/** Limits under which reading is charged to the program that asks for it. */
export const METERED: ReaderLimits = {
  ...DEFAULT_LIMITS,
  spend(length) {
    burn(STEPS_PER_TOKEN + Math.floor(length / CHARACTERS_PER_STEP));
    allocate(BYTES.pair + BYTES.character * length);
  },
};

const standardInput = new StandardInputPort("");

function textPort(procedure: string, operand: number, value: Value): TextInputPort {
  if (value === standardInput) return machine.input;
  return value instanceof TextInputPort && value.isOpen ? value : wrongType(procedure, operand, "an open input port of characters", value);
}

function bytesPort(procedure: string, operand: number, value: Value): BytesInputPort {
  return value instanceof BytesInputPort && value.isOpen ? value : wrongType(procedure, operand, "an open input port of bytes", value);
}

function charOrEnd(codePoint: number | undefined): Value {
  return codePoint === undefined ? EOF : Char.of(codePoint);
}

function textOrEnd(text: string | undefined): Value {
  return text === undefined ? EOF : newString(text);
}

/** Reads once there is enough to read: a console's reader waits, and looks again when the host has fed it. */
function whenEnough(port: TextInputPort, isEnough: (ahead: string) => boolean, read: () => Value): Value {
  if (!(port instanceof ConsoleInputPort) || port.isOver) return read();
  burnElements(port.text.length - port.offset);
  if (isEnough(port.text.slice(port.offset))) return read();
  suspend(new InputRequest(port));
  return push(lookAgain, () => whenEnough(port, isEnough, read));
}

function lookAgain(_fed: Value, look: Value): Value {
  return (look as () => Value)();
}

function hasAny(ahead: string): boolean {
  return ahead !== "";
}

function hasLine(ahead: string): boolean {
  return ahead.includes("\n");
}

function hasDatum(ahead: string): boolean {
  // An atom at the very end may go on.
  return ahead.trim() !== "" && /[\s)\]}"]$/.test(ahead) && isComplete(ahead);
}

function readDatum(port: TextInputPort): Value {
  let reader = readers.get(port);
  if (reader === undefined || port instanceof ConsoleInputPort) {
    burnElements(port.text.length);
    readers.set(port, (reader = new DatumReader(port.text, port.name, METERED)));
  }
  const result = reader.read(port.offset);
  port.offset = result === undefined ? port.text.length : result.endOffset;
  return result === undefined ? EOF : result.datum;
}

function readInto(target: Value, source: Value, start?: Value, end?: Value): Value {
  const bytes = checkBytevector("read-bytevector!", 1, target);
  const port = bytesPort("read-bytevector!", 2, source);
  const last = checkEnd("read-bytevector!", 4, end, bytes.length);
  const first = checkStart("read-bytevector!", 3, start, last);
  const taken = port.takeBytes(last - first);
  if (taken === undefined) return EOF;
  burnElements(taken.length);
  bytes.set(taken, first);
  return taken.length;
}

/** What reads from a console may wait. */
const WAITS = { control: true } as const;

define("%standard-input", 0, 0, () => standardInput, "(%standard-input) The port that reads what the host gives.");
define("%read", 1, 1, (value: Value) => {
  const port = textPort("read", 1, value);
  return whenEnough(port, hasDatum, () => readDatum(port));
}, "(%read port) The next datum, or the end-of-file object.", WAITS);
define("%read-char", 1, 1, (value: Value) => {
  const port = textPort("read-char", 1, value);
  return whenEnough(port, hasAny, () => charOrEnd(port.take()));
}, "(%read-char port) Takes the next character.", WAITS);
define("%peek-char", 1, 1, (value: Value) => {
  const port = textPort("peek-char", 1, value);
  return whenEnough(port, hasAny, () => charOrEnd(port.peek()));
}, "(%peek-char port) The next character, left in the port.", WAITS);
define("%read-line", 1, 1, (value: Value) => {
  const port = textPort("read-line", 1, value);
  return whenEnough(port, hasLine, () => textOrEnd(port.takeLine()));
}, "(%read-line port) Takes the next line, without its end.", WAITS);
define("%read-string", 2, 2, (length: Value, value: Value) => {
  const [count, port] = [checkLength("read-string", 1, length), textPort("read-string", 2, value)];
  return whenEnough(port, (ahead) => ahead.length >= 2 * count || [...ahead].length >= count, () => textOrEnd(port.takeText(count)));
}, "(%read-string k port) Takes up to k characters.", WAITS);
define("%char-ready?", 1, 1, (value: Value) => {
  const port = textPort("char-ready?", 1, value);
  return !(port instanceof ConsoleInputPort) || port.isOver || port.peek() !== undefined;
}, "(%char-ready? port) Whether a character can be taken without waiting.");
define("%read-u8", 1, 1, (port: Value) => bytesPort("read-u8", 1, port).take(), "(%read-u8 port) Takes the next byte.");
define("%peek-u8", 1, 1, (port: Value) => bytesPort("peek-u8", 1, port).peek(), "(%peek-u8 port) The next byte, left in the port.");
define("%u8-ready?", 1, 1, (port: Value) => bytesPort("u8-ready?", 1, port).isOpen, "(%u8-ready? port) Whether a byte can be taken without waiting.");
define("%read-bytevector", 2, 2, (count: Value, port: Value) => {
  const wanted = checkLength("read-bytevector", 1, count);
  const source = bytesPort("read-bytevector", 2, port);
  chargeBytes("read-bytevector", Math.min(wanted, source.bytes.length - source.offset));
  return source.takeBytes(wanted) ?? EOF;
}, "(%read-bytevector k port) Takes up to k bytes.");
define("%read-bytevector!", 2, 4, readInto, "(%read-bytevector! bytevector port [start [end]]) Takes bytes into the range; gives their number.");
