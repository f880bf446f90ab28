// Watches every door to the disk: names each statement that writes, each commit and each file operation, once it is done.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { relative } from "node:path";
import Database from "better-sqlite3";

/** Hears of a write point: at once when it has been reached, so that it may end the process there. */
export type Announce = (point: string) => void;

type Procedure = (this: unknown, ...given: unknown[]) => unknown;
type Methods = Record<string, Procedure>;

/**
 * Announces all that any code of this process does to databases and to files under `home`, until the answer is called.
 * What nobody announced is found like all the rest: a new table is a new point.
 */
export function watchDoors(home: string, announce: Announce): () => void {
  const undo = [...databaseDoors(announce), ...fileDoors(home, announce)];
  return () => {
    for (const each of undo.reverse()) each();
    syncBuiltinESMExports();
  };
}

/** Puts another procedure in the place of a method; answers how to put it back. */
function replace(owner: Methods, name: string, make: (original: Procedure) => Procedure): () => void {
  const original = owner[name] as Procedure;
  owner[name] = make(original);
  return () => void (owner[name] = original);
}

function databaseDoors(announce: Announce): (() => void)[] {
  const probe = new Database(":memory:");
  const statements = Object.getPrototypeOf(probe.prepare("SELECT 1")) as Methods;
  probe.close();
  const journaled = new Set<string>();
  const commit = (work: () => unknown, file: string): unknown => {
    announce(`before commit of ${file}`);
    const result = work();
    announce(`after commit of ${file}`);
    for (const kind of journaled) announce(`durable ${kind}`);
    journaled.clear();
    return result;
  };
  const written: (original: Procedure) => Procedure = (original) => function (...parameters) {
    const { source, readonly, database } = this as Database.Statement;
    if (source === "COMMIT") return commit(() => original.apply(this, parameters), fileName(database));
    const result = original.apply(this, parameters);
    if (readonly || /^(BEGIN|ROLLBACK|SAVEPOINT|RELEASE)/.test(source)) return result;
    const name = statementName(source, parameters);
    if (name.startsWith("insert journal ")) journaled.add(name.slice("insert journal ".length));
    announce(name);
    return result;
  };
  const executed: (original: Procedure) => Procedure = (original) => function (...given) {
    const sql = String(given[0]);
    const work = () => original.apply(this, given);
    if (sql === "COMMIT") return commit(work, fileName(this as Database.Database));
    const result = work();
    if (sql === "ROLLBACK") journaled.clear();
    const [, table] = /CREATE TABLE IF NOT EXISTS (\w+)/.exec(sql) ?? [];
    if (table !== undefined) announce(`tables ${table}`);
    return result;
  };
  const database = Database.prototype as unknown as Methods;
  return [
    ...["run", "all", "get"].map((name) => replace(statements, name, written)),
    replace(database, "exec", executed),
  ];
}

function fileName({ name }: Database.Database): string {
  return name.split("/").at(-1) ?? name;
}

const names = new Map<string, string>();

/** Of an entry of the journal its kind; else verb, table, of an update the columns, and quoted words. */
function statementName(sql: string, parameters: readonly unknown[]): string {
  if (sql.startsWith("INSERT INTO journal ")) return `insert journal ${String(parameters[1])}`;
  let name = names.get(sql);
  if (name === undefined) names.set(sql, (name = nameOf(sql)));
  return name;
}

function nameOf(sql: string): string {
  const text = sql.replace(/\s+/g, " ").trim();
  const [, setting] = /^PRAGMA (\w+)/i.exec(text) ?? [];
  if (setting !== undefined) return `pragma ${setting}`;
  const [, verb, table = ""] = /^(INSERT|UPDATE|DELETE|REPLACE)(?: OR \w+)?(?: INTO| FROM)? (\w+)/i.exec(text) ?? [];
  if (verb === undefined) return text.split(" ").slice(0, 3).join(" ");
  const [, assignments = ""] = /^UPDATE \w+ SET (.*?)(?: WHERE| RETURNING|$)/.exec(text) ?? [];
  const columns = [...assignments.matchAll(/(\w+) =/g)].map(([, column]) => column);
  const words = [...text.matchAll(/'([\w-]+)'/g)].map(([, word]) => word);
  return [verb.toLowerCase(), table, ...columns, ...words].join(" ");
}

/** File operations that change what is on the disk, and which operand names the place. */
const FILE_OPERATIONS: readonly (readonly [name: string, place: number])[] = [
  ["openSync", 0], ["writeSync", 0], ["writeFileSync", 0], ["renameSync", 1], ["linkSync", 1], ["unlinkSync", 0], ["fsyncSync", 0], ["rmSync", 0],
];

function fileDoors(home: string, announce: Announce): (() => void)[] {
  const open = new Map<number, string>();
  const undo = FILE_OPERATIONS.map(([name, place]) => replace(fs as unknown as Methods, name, (original) => (...given) => {
    const result = original(...given);
    const operand = given[place];
    const path = typeof operand === "number" ? open.get(operand) : String(operand);
    if (path === undefined || !path.startsWith(`${home}/`)) return result;
    if (name === "openSync") open.set(result as number, path);
    if (name !== "openSync" || /[wax+]/.test(String(given[1]))) announce(`${name.replace("Sync", "")} ${placeName(relative(home, path))}`);
    return result;
  }));
  undo.push(replace(fs as unknown as Methods, "closeSync", (original) => (...given) => {
    open.delete(given[0] as number);
    return original(...given);
  }));
  syncBuiltinESMExports();
  return undo;
}

/** The path with what differs from run to run folded into one sign. */
function placeName(path: string): string {
  const folded = (token: string): string => (/^(?=.*\d)[0-9a-f]+$/.test(token) ? "#" : token);
  return path.split("/").map((part) => (/^[0-9a-f]{2}$/.test(part) ? "#" : part.split(".").map(folded).join("."))).join("/");
}
