// Hash tables: the kernel of SRFI 69 and 125, to which library/hash-tables.scm adds what calls procedures.
import { BYTES, allocate, burnElements } from "../machine/meter.js";
import { hashOf, isCompound } from "../values/equality.js";
import { ChainedKey, HashTable, type NativeEquivalence } from "../values/hash-table.js";
import { UNSPECIFIED } from "../values/value.js";
import type { Value } from "../values/value.js";
import { builtinOf, define } from "./builtin.js";
import { checkExactInteger, checkString, outOfRange, wrongType } from "./check.js";
import { foldText } from "./characters.js";
import { newList } from "./lists.js";
import { cons } from "./pairs.js";

/** The equivalences that a table follows without calling a procedure. Those of one type agree with a wider one on that type. */
const NATIVE: ReadonlyMap<string, NativeEquivalence> = new Map([
  ["eq?", "identity"], ["symbol=?", "identity"], ["boolean=?", "identity"], ["char=?", "identity"],
  ["eqv?", "number"], ["equal?", "content"], ["string=?", "content"],
]);

function checkTable(procedure: string, operand: number, value: Value): HashTable {
  return value instanceof HashTable ? value : wrongType(procedure, operand, "a hash table", value);
}

/** Where a table has what `find-entry` of the library found: a position, or a key of a chain. */
function checkEntry(procedure: string, table: HashTable, value: Value): number {
  if (value instanceof ChainedKey) return value.position;
  return typeof value === "number" && table.at(value) !== undefined ? value : wrongType(procedure, 2, "an entry", value);
}

function checkChained(procedure: string, value: Value): ChainedKey {
  return value instanceof ChainedKey ? value : wrongType(procedure, 3, "an entry", value);
}

function makeTable(equivalence: Value, hash: Value): HashTable {
  allocate(BYTES.collection);
  return new HashTable(NATIVE.get(builtinOf(equivalence)?.name ?? ""), equivalence, hash);
}

/** What the procedure gives for each entry, and the charge for walking over them. */
function collect(procedure: string, value: Value, item: (key: Value, value: Value) => Value): Value[] {
  const table = checkTable(procedure, 1, value);
  burnElements(table.size);
  return Array.from(table.entries(), ([key, held]) => item(key, held));
}

/** A vector of keys and values that alternate. */
function flatEntries(value: Value): Value {
  const table = checkTable("hash-table->vector", 1, value);
  burnElements(table.size);
  allocate(BYTES.vector + BYTES.element * 2 * table.size);
  const flat: Value[] = [];
  for (const [key, held] of table.entries()) flat.push(key, held);
  return flat;
}

function copyTable(value: Value): HashTable {
  const table = checkTable("hash-table-copy", 1, value);
  burnElements(table.size * 4);
  allocate(BYTES.collection);
  return table.copy();
}

/** A hash that is not negative, and below the bound if there is one. */
function bounded(procedure: string, hash: number, bound: Value | undefined): Value {
  const positive = hash < 0 ? -1 - hash : hash;
  if (bound === undefined) return positive;
  const limit = checkExactInteger(procedure, 2, bound);
  if (limit < 1) return outOfRange(procedure, 2, 1, 2 ** 31, bound);
  return typeof limit === "bigint" ? positive : positive % limit;
}

function textHash(procedure: string, value: Value, bound: Value | undefined, text: (text: string) => string): Value {
  const string = checkString(procedure, 1, value);
  let hash = 0;
  const folded = text(string.text);
  burnElements(folded.length * 4);
  for (let index = 0; index < folded.length; index++) hash = (Math.imul(hash, 31) + folded.charCodeAt(index)) | 0;
  return bounded(procedure, hash, bound);
}

define("%hash-table?", 1, 1, (value: Value) => value instanceof HashTable, "(hash-table? x) Whether x is a hash table.");
define("%make-hash-table", 2, 2, makeTable, "(%make-hash-table equivalence hash) An empty table; hash counts only where the equivalence is not native.");
define("%hash-table-native?", 1, 1, (table: Value) => checkTable("hash-table", 1, table).native !== undefined,
  "(%hash-table-native? table) Whether keys are found without calling a procedure.");
// One call for most tables; the table itself as an answer says that the equivalence is a procedure of the program.
define("%hash-table-get", 3, 3, (table: Value, key: Value, otherwise: Value) => {
  const checked = checkTable("hash-table-ref", 1, table);
  return checked.native === undefined ? checked : checked.at(checked.find(key)) ?? otherwise;
}, "(%hash-table-get table key default) The value of a key, or default; the table itself if it is not native.");
define("%hash-table-put!", 3, 3, (table: Value, key: Value, value: Value) => {
  const checked = checkTable("hash-table-set!", 1, table);
  if (checked.native === undefined) return checked;
  checked.put(key, value);
  return UNSPECIFIED;
}, "(%hash-table-put! table key value) Stores a value; only gives the table itself if it is not native.");
define("%hash-table-add!", 2, 2, (table: Value, key: Value) => checkTable("hash-table-set!", 1, table).put(key, true),
  "(%hash-table-add! table key) Stores #t in a native table; whether the key is new.");
define("%hash-table-remove!", 2, 2, (table: Value, key: Value) => checkTable("hash-table-delete!", 1, table).remove(key),
  "(%hash-table-remove! table key) Removes a key from a native table; whether it was there.");
define("%hash-table-find", 2, 2, (table: Value, key: Value) => {
  const position = checkTable("hash-table-ref", 1, table).find(key);
  return position < 0 ? false : position;
}, "(%hash-table-find table key) The entry of a key of a native table, or #f.");
define("%hash-table-chain", 2, 2, (table: Value, hash: Value) =>
  checkTable("hash-table-ref", 1, table).chain(checkExactInteger("hash-table-ref", 2, hash)) ?? false,
"(%hash-table-chain table hash) The first of the entries of this hash, or #f.");
define("%hash-table-chain-add!", 4, 4, (table: Value, hash: Value, key: Value, value: Value) => {
  checkTable("hash-table-set!", 1, table).addChained(checkExactInteger("hash-table-set!", 2, hash), key, value);
  return UNSPECIFIED;
}, "(%hash-table-chain-add! table hash key value) Stores a value under a key that the table does not have.");
define("%hash-table-chain-remove!", 3, 3, (table: Value, hash: Value, entry: Value) => {
  checkTable("hash-table-delete!", 1, table).removeChained(hash, checkChained("hash-table-delete!", entry));
  return UNSPECIFIED;
}, "(%hash-table-chain-remove! table hash entry) Removes an entry found in the chain of this hash.");
define("%chained-key", 1, 1, (entry: Value) => checkChained("hash-table-ref", entry).key, "(%chained-key entry) The key of an entry of a chain.");
define("%chained-next", 1, 1, (entry: Value) => checkChained("hash-table-ref", entry).next ?? false,
  "(%chained-next entry) The next entry of the chain, or #f.");
define("%entry-value", 2, 2, (table: Value, entry: Value) => {
  const checked = checkTable("hash-table-ref", 1, table);
  return checked.at(checkEntry("hash-table-ref", checked, entry)) ?? false;
}, "(%entry-value table entry) The value of an entry of the table; #f if it was removed meanwhile.");
define("%entry-set-value!", 3, 3, (table: Value, entry: Value, value: Value) => {
  const checked = checkTable("hash-table-set!", 1, table);
  checked.setAt(checkEntry("hash-table-set!", checked, entry), value);
  return UNSPECIFIED;
}, "(%entry-set-value! table entry value) Replaces the value of an entry of the table.");
define("%hash-table->vector", 1, 1, flatEntries, "(%hash-table->vector table) A vector of its keys and values, which alternate, in order of insertion.");
define("%hash-table->alist", 1, 1, (table: Value) => newList(collect("hash-table->alist", table, cons)),
  "(hash-table->alist table) A list of the pairs of its keys and values, in order of insertion.");
define("%hash-table-keys", 1, 1, (table: Value) => newList(collect("hash-table-keys", table, (key) => key)),
  "(hash-table-keys table) A list of its keys, in order of insertion.");
define("%hash-table-values", 1, 1, (table: Value) => newList(collect("hash-table-values", table, (_, value) => value)),
  "(hash-table-values table) A list of its values, in the order of its keys.");
define("%hash-table-size", 1, 1, (table: Value) => checkTable("hash-table-size", 1, table).size, "(hash-table-size table) The number of its keys.");
define("%hash-table-clear!", 1, 1, (table: Value) => {
  const cleared = checkTable("hash-table-clear!", 1, table);
  burnElements(cleared.size);
  cleared.clear();
  return UNSPECIFIED;
}, "(hash-table-clear! table) Removes all its keys.");
define("%hash-table-copy", 1, 1, copyTable, "(%hash-table-copy table) Another table with the same keys and values.");
define("%hash-table-equivalence", 1, 1, (table: Value) => checkTable("hash-table-equivalence-function", 1, table).equivalence,
  "(hash-table-equivalence-function table) The procedure that tells whether two keys are the same.");
define("%hash-table-hash", 1, 1, (table: Value) => checkTable("hash-table-hash-function", 1, table).hash,
  "(hash-table-hash-function table) The procedure that hashes keys.");
define("%hash", 1, 2, (value: Value, bound?: Value) => bounded("hash", hashOf(value), bound),
  "(hash x [bound]) An exact integer from 0 (below bound), the same for all values equal? to x.");
define("%string-hash", 1, 2, (value: Value, bound?: Value) => textHash("string-hash", value, bound, (text) => text),
  "(string-hash string [bound]) An exact integer from 0 (below bound), the same for all strings string=? to it.");
define("%string-ci-hash", 1, 2, (value: Value, bound?: Value) => textHash("string-ci-hash", value, bound, foldText),
  "(string-ci-hash string [bound]) An exact integer from 0 (below bound), the same for all strings string-ci=? to it.");
// What may be mutated hashes by its kind alone: a number of its own for each object would tell programs what ran before them.
define("%identity-hash", 1, 2, (value: Value, bound?: Value) => bounded("hash-by-identity", isCompound(value) ? 17 : hashOf(value), bound),
  "(hash-by-identity x [bound]) An exact integer from 0 (below bound), the same for all values eq? to x.");
