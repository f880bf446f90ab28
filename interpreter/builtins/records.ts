// Records (R7RS 5.5): what define-record-type expands to.
import { BYTES, allocate } from "../machine/meter.js";
import { fail } from "../values/condition.js";
import { RecordInstance, RecordType } from "../values/record.js";
import { UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { define } from "./builtin.js";
import { checkIndex, checkList, checkSymbol, wrongType } from "./check.js";
import { newList } from "./lists.js";

/** A record type operand. */
function checkType(procedure: string, operand: number, value: Value): RecordType {
  return value instanceof RecordType ? value : wrongType(procedure, operand, "a record type", value);
}

/** An instance of the type; fails naming the accessor or modifier that was called. */
function instanceOf(value: Value, type: Value, caller: Value): RecordInstance {
  if (value instanceof RecordInstance && value.type === type) return value;
  const wanted = checkType("%record-ref", 2, type).name.name;
  return wrongType(checkSymbol("%record-ref", 4, caller).name, 1, `a record of type ${wanted}`, value);
}

function slotIndex(record: RecordInstance, index: Value): number {
  return checkIndex("%record-ref", 3, index, 0, record.type.fields.length - 1);
}

function typeOf(procedure: string, value: Value): RecordType {
  if (value instanceof RecordType) return value;
  return value instanceof RecordInstance ? value.type : wrongType(procedure, 1, "a record or a record type", value);
}

define("%make-record-type", 2, 2, (name: Value, fields: Value) => {
  const names = checkList("%make-record-type", 2, fields).map((field) => checkSymbol("%make-record-type", 2, field));
  return new RecordType(checkSymbol("%make-record-type", 1, name), names);
}, "(%make-record-type name fields) A new record type; fields is a list of symbols.");
define("%record", 1, Infinity, (type: Value, ...slots: Value[]) => {
  const record = checkType("%record", 1, type);
  if (slots.length !== record.fields.length)
    return fail("wrong-arity", `${record.name.name} has ${record.fields.length} fields, but got ${slots.length}`);
  allocate(BYTES.record + BYTES.element * slots.length);
  return RecordInstance.of(record, slots);
}, "(%record type field ...) A new record with a value for each field of its type, in order.");
define("%record?", 2, 2, (value: Value, type: Value) => value instanceof RecordInstance && value.type === type,
  "(%record? x type) Whether x is a record of the type.");
define("%record-ref", 4, 4, (value: Value, type: Value, index: Value, caller: Value) => {
  const record = instanceOf(value, type, caller);
  return record.slots[slotIndex(record, index)] as Value;
}, "(%record-ref record type index accessor) The field at an index; accessor is the symbol that errors name.");
define("%record-set!", 5, 5, (value: Value, type: Value, index: Value, field: Value, caller: Value) => {
  const record = instanceOf(value, type, caller);
  record.set(slotIndex(record, index), field);
  return UNSPECIFIED;
}, "(%record-set! record type index x modifier) Stores x in the field at an index.");
define("record?", 1, 1, (value: Value) => value instanceof RecordInstance, "(record? x) Whether x is a record of any type.");
define("record-type", 1, 1, (value: Value) => typeOf("record-type", value), "(record-type record) The type of a record.");
define("record-type-name", 1, 1, (value: Value) => typeOf("record-type-name", value).name, "(record-type-name record-or-type) The symbol that names the type.");
define("record-type-fields", 1, 1, (value: Value) => newList(typeOf("record-type-fields", value).fields),
  "(record-type-fields record-or-type) A list of the symbols that name the fields.");
define("record->list", 1, 1, (value: Value) =>
  value instanceof RecordInstance ? newList(value.slots) : wrongType("record->list", 1, "a record", value),
"(record->list record) A list of the values of its fields, in order.");
