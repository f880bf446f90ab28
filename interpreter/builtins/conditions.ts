// Conditions: making them, and reading what they tell (R7RS 6.11).
import { BYTES, allocate } from "../machine/meter.js";
import { Condition } from "../values/condition.js";
import { PersistentMap } from "../values/collection.js";
import type { Position } from "../values/position.js";
import { Keyword } from "../values/symbol.js";
import { LispString } from "../values/text.js";
import type { Value } from "../values/value.js";
import { display } from "../printer/print.js";
import { define } from "./builtin.js";
import { checkKeyword, checkList, wrongType } from "./check.js";
import { newList } from "./lists.js";
import { newImmutableString } from "./text.js";
import { rememberHostStack } from "../machine/backtrace.js";
import { machine } from "../machine/machine.js";

/** The codes of what `read` raises. */
const READ_CODES = ["read-error", "unexpected-end", "input-too-large", "nesting-too-deep"];

function checkCondition(procedure: string, value: Value): Condition {
  return value instanceof Condition ? value : wrongType(procedure, 1, "a condition", value);
}

/** R7RS wants a string for a message, but programs give symbols too. */
function messageText(message: Value): string {
  return message instanceof LispString ? message.text : display(message);
}

/** A position as a Lisp map: {:file "…" :line n :column n}, counting from 1. */
function positionMap(position: Position): PersistentMap {
  allocate(BYTES.collection + BYTES.entry * 3);
  return PersistentMap.from([
    [Keyword.intern("file"), newImmutableString(position.file)],
    [Keyword.intern("line"), position.line],
    [Keyword.intern("column"), position.column],
  ]);
}

function backtraceOf(condition: Condition): Value {
  return newList(condition.backtrace.map(({ procedure, position }) =>
    (position === undefined ? PersistentMap.empty : positionMap(position)).put(Keyword.intern("procedure"), newImmutableString(procedure))));
}

function defineReader(name: string, read: (condition: Condition) => Value, doc: string): void {
  define(name, 1, 1, (value: Value) => read(checkCondition(name, value)), doc);
}

define("%make-error", 2, 2, (message: Value, irritants: Value) => {
  allocate(BYTES.condition);
  const made = new Condition("user-error", messageText(message), checkList("%make-error", 2, irritants));
  // The call of `error` may be a tail call, which leaves no frame: what the host stack still shows is where it was.
  rememberHostStack(made, new Error("user-error"), machine.frames);
  return made;
}, "(%make-error message irritants) What error raises: a condition of code :user-error.");
define("condition", 2, Infinity, (code: Value, message: Value, ...irritants: Value[]) => {
  allocate(BYTES.condition);
  return new Condition(checkKeyword("condition", 1, code).name, messageText(message), irritants);
}, "(condition code message irritant ...) A condition to raise; code is a keyword, stable and meant for programs.");
for (const name of ["error-object?", "condition?"])
  define(name, 1, 1, (value: Value) => value instanceof Condition, `(${name} x) Whether x is a condition, such as error raises.`);
for (const name of ["error-object-message", "condition-message"])
  defineReader(name, (condition) => newImmutableString(condition.message), `(${name} condition) Its message, without the irritants.`);
for (const name of ["error-object-irritants", "condition-irritants"])
  defineReader(name, (condition) => newList(condition.irritants), `(${name} condition) A list of the values that it is about.`);
defineReader("condition-code", (condition) => Keyword.intern(condition.code), "(condition-code condition) The keyword that names its kind.");
defineReader("condition-hint", (condition) => newImmutableString(condition.hint), "(condition-hint condition) What to do about it; may be empty.");
defineReader("condition-position", (condition) => (condition.position === undefined ? false : positionMap(condition.position)),
  "(condition-position condition) Where it happened, {:file :line :column}, or #f.");
defineReader("condition-backtrace", backtraceOf,
  "(condition-backtrace condition) A list of {:file :line :column :procedure}, innermost first.");
define("read-error?", 1, 1, (value: Value) => value instanceof Condition && READ_CODES.includes(value.code),
  "(read-error? x) Whether x is a condition that read raises.");
define("file-error?", 1, 1, (value: Value) => value instanceof Condition && /^file\b/.test(value.code),
  "(file-error? x) Whether x is a condition of a file: its code begins with file.");
