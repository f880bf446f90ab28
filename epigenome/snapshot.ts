// Snapshots: all that follows from a journal up to an entry, as one canonical text, and tables made from it again.
import { createHash } from "node:crypto";
import { write } from "../interpreter/index.js";
import type { DerivedTable, Port, SqlValue } from "../ports/port.js";
import { quoted } from "./chain.js";
import { readData, text } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { inParts } from "./objects.js";

/** What was adopted, and is in force. */
export const ADOPTED_TABLES: readonly DerivedTable[] = [
  { name: "world_genomes", columns: ["genome", "hash", "adopted"] },
  { name: "world_images", columns: ["image", "genome", "patches"] },
  { name: "world_force", columns: ["only", "image"] },
];

/**
 * The world's own tables that follow from the journal; those of ports come after them. Columns that are left out are the process's own, or lie
 * elsewhere by their hash, as a genome's files do.
 */
const WORLD_TABLES: readonly DerivedTable[] = [
  { name: "world_cells", columns: ["cell", "state", "hash", "image"] },
  { name: "world_inbox", columns: ["id", "sequence", "cell", "body", "time", "entropy", "image"] },
  { name: "world_outcomes", columns: ["id", "sequence", "cell", "outcome", "answer", "genome", "steps", "failures"] },
  { name: "world_quarantine", columns: ["cell", "reason", "sequence", "time"] },
  { name: "world_timers", columns: ["cell", "id", "due", "sequence", "place", "text", "data", "labels"] },
  { name: "world_budgets", columns: ["account", "period", "dimension", "used"] },
  { name: "world_children", columns: ["child", "parent", "held", "input"] },
  ...ADOPTED_TABLES,
];

/** Tables of the world that no snapshot holds, and why. */
export const LOCAL_TABLES: Readonly<Record<string, string>> = {
  world_settings: "how this process was left",
  world_recorded: "the last turns once more, for shadows",
  world_deliveries: "which await had which answer; the receipts say so too, and a fork has awaits of its own",
};

export function derivedTables(ports: readonly Port[]): readonly DerivedTable[] {
  return [...WORLD_TABLES, ...ports.flatMap(({ derived }) => derived?.tables ?? [])];
}

/** An entry of a turn that is under way: what the turn has been answered so far must be there when it goes on. */
export interface Carried {
  readonly sequence: number;
  readonly hash: string;
}

/**
 * The lines of a snapshot: a head, each table with its rows in the order of its key, and the entries of turns under way.
 * Every line is one datum; integers, reals, strings and bytes are spelled as Scheme spells them, NULL as ().
 */
export function* snapshotLines(database: Pick<WorldDatabase, "rows">, tables: readonly DerivedTable[], carried: readonly Carried[]): Generator<string> {
  yield "(snapshot (version 1))";
  for (const { name, columns, isLater } of tables) {
    let isNamed = false;
    const naming = function* (): Generator<string> {
      if (!isNamed) yield `(table ${name} (${columns.join(" ")}))`;
      isNamed = true;
    };
    if (isLater !== true) yield* naming();
    for (const row of database.rows(`SELECT ${columns.join(", ")} FROM ${name} ORDER BY ${columns.map((_, index) => index + 1).join(", ")}`)) {
      yield* naming();
      yield `(${columns.map((column) => spelled(row[column] ?? null)).join(" ")})`;
    }
  }
  yield "(carried)";
  for (const { sequence, hash } of carried) yield `(${sequence} "${hash}")`;
}

/** SHA-256 over the lines, each with its newline, in hexadecimal. */
export function hashOfLines(lines: Iterable<string>): string {
  const hash = createHash("sha256");
  for (const part of inParts(lines)) hash.update(part);
  return hash.digest("hex");
}

/** The entries that a snapshot carries. */
export function carriedIn(lines: Iterable<string>): Carried[] {
  return Array.from(rowsIn(lines, "(carried)"), ([sequence, hash]) => ({ sequence: Number(sequence), hash: String(hash) }));
}

/** The rows below the line of a snapshot that begins so. */
export function* rowsIn(lines: Iterable<string>, heading: string): Generator<SqlValue[]> {
  let isBelow = false;
  for (const line of lines) {
    if (/^\((?:snapshot|table|carried)\b/.test(line)) isBelow = line.startsWith(heading);
    else if (isBelow) yield rowOf(line);
  }
}

/** Says in which table the rows of two databases part first, and how; undefined if they are the same. */
export function tablesProblem(live: Pick<WorldDatabase, "rows">, derived: Pick<WorldDatabase, "rows">, tables: readonly DerivedTable[]): string | undefined {
  for (const table of tables) {
    const [there, due] = [snapshotLines(live, [table], []), snapshotLines(derived, [table], [])];
    try {
      for (let [one, other] = [there.next(), due.next()]; one.done !== true; [one, other] = [there.next(), due.next()])
        if (one.value !== other.value) return `the table ${table.name} holds ${clipped(one.value)} where the journal gives ${clipped(String(other.value))}`;
    } finally {
      // What was not read to its end would hold the database.
      there.return(undefined);
      due.return(undefined);
    }
  }
  return undefined;
}

function clipped(line: string): string {
  return line === "(carried)" ? "no row" : line.length <= LONGEST_ROW ? line : `${line.slice(0, LONGEST_ROW)}…`;
}

/** Characters of a row that a problem shows. */
const LONGEST_ROW = 160;

/** Fills tables with the rows of a snapshot in place of theirs. Rows of tables that are not listed are passed over. */
export function restore(database: WorldDatabase, tables: readonly DerivedTable[], lines: Iterable<string>): void {
  let take: (row: SqlValue[]) => void = () => undefined;
  for (const line of lines) {
    const [, name] = /^\(table (\w+) /.exec(line) ?? [];
    const table = name === undefined ? undefined : tables.find((each) => each.name === name);
    if (table !== undefined) take = inserting(database, table);
    else if (line === "(carried)") return;
    else if (name !== undefined) take = () => undefined;
    else if (!line.startsWith("(snapshot ")) take(rowOf(line));
  }
}

function inserting(database: WorldDatabase, { name, columns }: DerivedTable): (row: SqlValue[]) => void {
  database.run(`DELETE FROM ${name}`);
  const sql = `INSERT INTO ${name} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
  return (row) => void database.run(sql, ...row);
}

function spelled(value: SqlValue): string {
  if (typeof value === "string") return quoted(value);
  if (value === null) return "()";
  return value instanceof Uint8Array ? write(Uint8Array.from(value)) : String(value);
}

const ATOM = /"((?:[^"\\]|\\.)*)"|(-?[0-9][0-9.e+-]*)|(\(\))|#u8\(([0-9 ]*)\)/gy;

/** The values of a row's line. */
function rowOf(line: string): SqlValue[] {
  const values: SqlValue[] = [];
  ATOM.lastIndex = 1;
  for (let found = ATOM.exec(line); found !== null; found = ATOM.exec(line)) {
    values.push(valueOf(found));
    ATOM.lastIndex += 1;
  }
  return values;
}

function valueOf([whole, characters, number, , bytes]: RegExpExecArray): SqlValue {
  if (characters !== undefined) return characters.includes("\\") ? String((readData(whole)[0] as ReturnType<typeof text>).text) : characters;
  if (number !== undefined) return Number(number);
  return bytes === undefined ? null : Uint8Array.from(bytes.split(" ").filter((byte) => byte !== "").map(Number));
}
