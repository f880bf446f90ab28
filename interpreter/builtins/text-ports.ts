// Ports: opening, closing and asking (R7RS 6.13.1). Reading and writing are in input.ts and output.ts.
import { BYTES, allocate } from "../machine/meter.js";
import { BytesInputPort, BytesOutputPort, LispPort, StringOutputPort, TextInputPort } from "../values/text-port.js";
import { EOF, UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { bytesOfRange } from "./bytevectors.js";
import { checkString, wrongType } from "./check.js";
import { Keyword } from "../values/symbol.js";
import { newString } from "./text.js";

function checkPort(procedure: string, value: Value): LispPort {
  return value instanceof LispPort ? value : wrongType(procedure, 1, "a port", value);
}

function checkDirection(procedure: string, value: Value, direction: "input" | "output"): LispPort {
  const port = checkPort(procedure, value);
  return port.direction === direction ? port : wrongType(procedure, 1, `an ${direction} port`, value);
}

function opened<T extends LispPort>(port: T): T {
  allocate(BYTES.port);
  return port;
}

define("open-input-string", 1, 1, (string: Value) => opened(new TextInputPort(checkString("open-input-string", 1, string).text)),
  "(open-input-string string) A port that reads the characters of the string.");
define("open-output-string", 0, 0, () => opened(new StringOutputPort()), "(open-output-string) A port that keeps what is written to it.");
define("get-output-string", 1, 1, (port: Value) =>
  port instanceof StringOutputPort && port.delivery === undefined ? newString(port.text) : wrongType("get-output-string", 1, "a port made by open-output-string", port),
"(get-output-string port) What was written to the port so far.");
define("open-input-bytevector", 1, 1, (bytes: Value) => opened(new BytesInputPort(bytesOfRange("open-input-bytevector", 1, bytes, undefined, undefined))),
  "(open-input-bytevector bytevector) A port that reads the bytes.");
define("open-output-bytevector", 0, 0, () => opened(new BytesOutputPort()), "(open-output-bytevector) A port that keeps the bytes written to it.");
define("get-output-bytevector", 1, 1, (port: Value) =>
  port instanceof BytesOutputPort && port.delivery === undefined ? port.bytes : wrongType("get-output-bytevector", 1, "a port made by open-output-bytevector", port),
"(get-output-bytevector port) The bytes written to the port so far.");
define("port?", 1, 1, (value: Value) => value instanceof LispPort, "(port? x) Whether x is a port.");
for (const direction of ["input", "output"] as const) {
  define(`${direction}-port?`, 1, 1, (value: Value) => value instanceof LispPort && value.direction === direction,
    `(${direction}-port? x) Whether x is an ${direction} port.`);
  define(`${direction}-port-open?`, 1, 1, (port: Value) => checkDirection(`${direction}-port-open?`, port, direction).isOpen,
    `(${direction}-port-open? port) Whether the ${direction} port is open.`);
  define(`%close-${direction}-port`, 1, 1, (port: Value) => {
    checkDirection(`close-${direction}-port`, port, direction).close();
    return UNSPECIFIED;
  }, `(%close-${direction}-port port) Closes an ${direction} port.`);
}
define("textual-port?", 1, 1, (value: Value) => value instanceof LispPort && value.content === "text", "(textual-port? x) Whether x is a port of characters.");
define("binary-port?", 1, 1, (value: Value) => value instanceof LispPort && value.content === "bytes", "(binary-port? x) Whether x is a port of bytes.");
define("%close-port", 1, 1, (port: Value) => {
  checkPort("close-port", port).close();
  return UNSPECIFIED;
}, "(%close-port port) Closes a port.");
define("eof-object", 0, 0, () => EOF, "(eof-object) What reading past the end of a port gives.");
define("eof-object?", 1, 1, (value: Value) => value === EOF, "(eof-object? x) Whether x is the end-of-file object.");
define("%open-named-string", 2, 2, (string: Value, name: Value) =>
  opened(new TextInputPort(checkString("open-input-file", 1, string).text, checkString("open-input-file", 1, name).text)),
"(%open-named-string string name) A port that reads the characters of the string; the name stands in the positions of what is read.");
define("%open-delivering", 2, 2, (kind: Value, deliver: Value) => {
  const port = opened(kind === Keyword.intern("text") ? new StringOutputPort() : new BytesOutputPort());
  port.delivery = deliver;
  return port;
}, "(%open-delivering kind deliver) A port of :text or :bytes; flushing it calls (deliver content is-last).");
define("%delivery", 1, 1, (port: Value) => (port instanceof LispPort && port.isOpen ? port.delivery ?? false : false),
  "(%delivery port) The procedure that takes what is written to the port, or #f.");
define("%is-undelivered", 1, 1, (port: Value) => sizeOf(port) !== checkPort("flush-output-port", port).delivered,
  "(%is-undelivered port) Whether more was written than was delivered.");
define("%delivered!", 1, 1, (port: Value) => {
  checkPort("flush-output-port", port).delivered = sizeOf(port);
  return UNSPECIFIED;
}, "(%delivered! port) Notes that all that was written was delivered.");
define("%content", 1, 1, (port: Value) => {
  if (port instanceof StringOutputPort) return newString(port.text);
  if (!(port instanceof BytesOutputPort)) return wrongType("flush-output-port", 1, "a port that keeps what is written", port);
  allocate(BYTES.bytevector + BYTES.byte * port.size);
  return port.bytes;
}, "(%content port) A copy of what was written to the port.");

function sizeOf(port: Value): number {
  return port instanceof StringOutputPort || port instanceof BytesOutputPort ? port.size : 0;
}
