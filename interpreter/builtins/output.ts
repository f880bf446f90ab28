// Writing to ports (R7RS 6.13.3). Each takes its port explicitly; the library adds the current one.
import { BYTES, allocate, burnElements } from "../machine/meter.js";
import { display, pretty, type PrintOptions, write, writeShared, writeSimple } from "../printer/print.js";
import { BytesOutputPort, LispPort, TextOutputPort } from "../values/text-port.js";
import { UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { bytesOfRange } from "./bytevectors.js";
import { checkByte, checkChar, wrongType } from "./check.js";
import { textOfRange } from "./strings.js";

function textPort(procedure: string, operand: number, value: Value): TextOutputPort {
  return value instanceof TextOutputPort && value.isOpen ? value : wrongType(procedure, operand, "an open output port of characters", value);
}

function bytesPort(procedure: string, operand: number, value: Value): BytesOutputPort {
  return value instanceof BytesOutputPort && value.isOpen ? value : wrongType(procedure, operand, "an open output port of bytes", value);
}

function charge(units: number): void {
  burnElements(units);
  allocate(BYTES.character * units);
}

function emit(port: TextOutputPort, text: string): Value {
  charge(text.length);
  port.write(text);
  return UNSPECIFIED;
}

function emitBytes(port: BytesOutputPort, bytes: Uint8Array): Value {
  allocate(BYTES.byte * bytes.length);
  port.write(bytes);
  return UNSPECIFIED;
}

type Print = (value: Value, options: PrintOptions) => string;

/** What is printed is charged while it is made: data that share much are small, yet print hugely. */
function definePrinter(name: string, print: Print, how: string): void {
  define(`%${name}`, 2, 2, (value: Value, operand: Value) => {
    const port = textPort(name, 2, operand);
    port.write(print(value, { charge }));
    return UNSPECIFIED;
  }, `(%${name} x port) Writes x ${how}.`);
}

definePrinter("write", write, "so that read gives an equal value; with labels if it is circular");
definePrinter("write-shared", writeShared, "with labels for all that is shared");
definePrinter("write-simple", writeSimple, "without labels");
definePrinter("display", display, "for people: strings and characters as they are");
definePrinter("pretty-print", (value, options) => `${pretty(value, undefined, options)}\n`, "over several indented lines");
define("%newline", 1, 1, (port: Value) => emit(textPort("newline", 1, port), "\n"), "(%newline port) Ends a line.");
define("%fresh-line", 1, 1, (value: Value) => {
  const port = textPort("fresh-line", 1, value);
  return port.atLineStart ? UNSPECIFIED : emit(port, "\n");
}, "(%fresh-line port) Ends the line, unless nothing stands in it.");
define("%write-char", 2, 2, (char: Value, port: Value) => emit(textPort("write-char", 2, port), checkChar("write-char", 1, char).toString()),
  "(%write-char char port) Writes the character.");
define("%write-string", 2, 4, (string: Value, port: Value, start?: Value, end?: Value) => {
  const target = textPort("write-string", 2, port);
  return emit(target, textOfRange("write-string", 1, string, start, end));
}, "(%write-string string port [start [end]]) Writes the characters of the range.");
define("%write-u8", 2, 2, (byte: Value, port: Value) => emitBytes(bytesPort("write-u8", 2, port), Uint8Array.of(checkByte("write-u8", 1, byte))),
  "(%write-u8 byte port) Writes the byte.");
define("%write-bytevector", 2, 4, (bytes: Value, port: Value, start?: Value, end?: Value) => {
  const target = bytesPort("write-bytevector", 2, port);
  return emitBytes(target, bytesOfRange("write-bytevector", 1, bytes, start, end));
}, "(%write-bytevector bytevector port [start [end]]) Writes the bytes of the range.");
define("%flush-output-port", 1, 1, (port: Value) =>
  port instanceof LispPort && port.direction === "output" ? UNSPECIFIED : wrongType("flush-output-port", 1, "an output port", port),
"(%flush-output-port port) Nothing is held back, so nothing is left to flush.");
