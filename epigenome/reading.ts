// A home read as it stands, whether or not another process has it open: shown, verified, replayed and exported, never changed.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { GenomeFiles, Port } from "../ports/port.js";
import { entryText, quoted } from "./chain.js";
import { WorldDatabase } from "./database.js";
import { Entries, objectOf, storedEntry } from "./entries.js";
import { WorldError } from "./error.js";
import { journalOf, type Kept } from "./keeping.js";
import { objectsOf } from "./objects.js";
import { notesProblem } from "./provenance.js";
import { replay, type ReplayReport } from "./replay.js";
import { notedOf } from "./standing.js";

export interface HomeView {
  /**
   * The whole journal as canonical S-expressions, one a line: `(entry …)` as its hash covers it and with its hash at the
   * end, a body that lies in an object before it as `(object hash text)`, and each signed head as `(head sequence hash signature)`.
   */
  lines(): Iterable<string>;
  /** The same as objects for JSON. */
  records(): Iterable<Record<string, unknown>>;
  files(commit: string): GenomeFiles | undefined;
  replay(ports: readonly Port[]): ReplayReport;
  close(): void;
}

/** Errors: `no-world`. */
export function readHome(home: string): HomeView {
  const path = join(home, "world.db");
  if (!existsSync(path)) throw new WorldError("no-world", `there is no world in ${home}`);
  const database = WorldDatabase.reading(path);
  const objects = objectsOf(home);
  const files = (commit: string): GenomeFiles | undefined => {
    const text = database.all("SELECT files FROM world_genomes WHERE genome = ?", commit)[0]?.["files"];
    return typeof text === "string" && text !== "" ? (JSON.parse(text) as GenomeFiles) : undefined;
  };
  return {
    lines: () => journalLines(database, home),
    *records() {
      for (const { stamp, ...entry } of new Entries(database, objects).from(1)) yield { ...entry, ...stamp };
    },
    files,
    replay: (ports) => replayHome({ database, home, ports }, files),
    close: () => database.close(),
  };
}

/** Runs a home's whole journal again, and compares the state at every commit, all tables at the end, and what follows from notes. */
export function replayHome({ database, home, ports }: Pick<Kept, "database" | "home" | "ports">, files: HomeView["files"]): ReplayReport {
  const report = replay({ ...journalOf(database, home), files, ports, live: database });
  const problem = report.ok ? notesProblem({ database, home, noted: notedOf(ports) }) : undefined;
  return problem === undefined ? report : { ...report, ok: false, problem };
}

const ENTRIES_AND_HEADS = `
  SELECT journal.*, journal_heads.signature
  FROM journal LEFT JOIN journal_heads USING (sequence) ORDER BY sequence`;

function* journalLines(database: WorldDatabase, home: string): Generator<string> {
  const objects = objectsOf(home);
  for (const row of database.rows(ENTRIES_AND_HEADS)) {
    const entry = storedEntry(row);
    const name = objectOf(entry.body);
    const bytes = name === undefined ? undefined : objects.load(name);
    if (typeof bytes === "string") throw new WorldError("journal-damaged", `the body of entry ${entry.sequence}, object ${name}, is ${bytes}`);
    if (bytes !== undefined) yield `(object "${name}" ${quoted(Buffer.from(bytes).toString("utf8"))})`;
    yield `${entryText(entry).slice(0, -1)} "${entry.hash}")`;
    if (row["signature"] !== null) yield `(head ${entry.sequence} "${entry.hash}" "${String(row["signature"])}")`;
  }
}
