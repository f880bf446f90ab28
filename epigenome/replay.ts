// Replay: a journal run again into other tables by the code of the live world, every commit compared with the recorded one.
import { createHash } from "node:crypto";
import type { PersistentMap, Value } from "../interpreter/index.js";
import type { DerivedTable, GenomeFiles, Port } from "../ports/port.js";
import type { Stand } from "./activity.js";
import { Ledger } from "./budget.js";
import { Cells, type InboxRow } from "./cells.js";
import type { Entry } from "./chain.js";
import { ChildTable } from "./children.js";
import { type Books, commitMigration, commitTurn, type Figures } from "./commit.js";
import { canonical, datumOf, field, fieldInteger, fieldText, record } from "./data.js";
import { WorldDatabase } from "./database.js";
import { chargesIn, noteEffect, turnTold } from "./effect-record.js";
import { WorldError } from "./error.js";
import { filesHash, Genomes } from "./genomes.js";
import { History } from "./history.js";
import type { Image } from "./image.js";
import { labelsIn } from "./labels.js";
import { migrationOf, runMigration } from "./migration.js";
import { Rerun } from "./rerun.js";
import { runRecorded } from "./recorded.js";
import { type Carried, derivedTables, hashOfLines, restore, snapshotLines, tablesProblem } from "./snapshot.js";
import { Timers } from "./timers.js";
import type { Ending, RecordedEffect, Turn } from "./turn.js";

export interface ReplayReport {
  readonly ok: boolean;
  readonly commits: number;
  /** Effects that were answered. */
  readonly effects: number;
  /** SHA-256 over the sequence and the state hash of every commit: two replays that agree on it agree on all of them. */
  readonly hash: string;
  /** Sequence of the first entry that came out otherwise, and how; no sequence if all came out, and the tables of the live world are others. */
  readonly sequence?: number;
  readonly problem?: string;
  /** The states that the cells have at the end, by cell: canonical text. */
  readonly states: ReadonlyMap<string, string>;
}

export interface ReplaySource {
  /** In order. After a snapshot: those that it carries, then those from its own entry on. */
  readonly entries: Iterable<Entry>;
  /** The files of an adopted commit. */
  files(commit: string): GenomeFiles | undefined;
  /** For their schemas and names, and for what they keep in tables: nothing outside is asked. */
  readonly ports: readonly Port[];
  /** The snapshot from which the journal goes on, if it does not begin at its origin. */
  readonly base?: { readonly sequence: number; readonly lines: Iterable<string> };
  /** The tables that should hold what follows from the entries. Absent: they are not compared. */
  readonly live?: Pick<WorldDatabase, "rows">;
}

/** Runs a journal again in memory, and compares the tables at its end. Every effect is answered as the journal answered it. */
export function replay(source: ReplaySource): ReplayReport {
  const database = new WorldDatabase(":memory:", undefined, () => undefined);
  try {
    const report = rebuild(source, database);
    const problem = report.ok && source.live !== undefined ? tablesProblem(source.live, database, derivedTables(source.ports)) : undefined;
    return problem === undefined ? report : { ...report, ok: false, problem };
  } finally {
    database.close();
  }
}

/** Runs a journal again into the tables of a database, which then hold what the live world held after the last entry. */
export function rebuild(source: ReplaySource, database: WorldDatabase): ReplayReport {
  const run = new Rebuild(source, database);
  let last = 0;
  for (const entry of source.entries) {
    const problem = run.take(entry);
    if (problem !== undefined) return { ...run.report(), ok: false, sequence: entry.sequence, problem };
    if (++last % ENTRIES_AT_ONCE === 0) database.flush();
  }
  database.flush();
  return run.report();
}

/** Entries whose rows are one transaction. */
const ENTRIES_AT_ONCE = 1_000;

/** What the journal holds of a turn that has not ended. */
interface OpenTurn {
  readonly effects: RecordedEffect[];
  readonly entries: Carried[];
  stop?: Stand & { readonly reason: string };
}

class Rebuild {
  private commits = 0;
  private effects = 0;
  private readonly hash = createHash("sha256");
  private readonly open = new Map<string, OpenTurn>();
  private readonly tables: readonly DerivedTable[];
  private readonly recorder = new Recorder();
  private readonly ledger: Ledger;
  private readonly children: ChildTable;
  private readonly books: Books & { readonly timers: Timers; readonly cells: Cells };
  private readonly genomes: Genomes;
  private readonly rerun: Rerun;

  constructor(private readonly source: ReplaySource, private readonly database: WorldDatabase) {
    this.tables = derivedTables(source.ports);
    this.rerun = new Rerun(source.ports, database);
    if (source.base !== undefined) this.restore(source.base.lines);
    this.ledger = new Ledger(database);
    this.children = new ChildTable(database);
    this.books = this.makeBooks();
    this.genomes = this.makeGenomes();
  }

  /** Takes the next entry; answers what is wrong, if anything is. */
  take(entry: Entry): string | undefined {
    this.recorder.entry = entry;
    try {
      const body = datumOf(entry.body);
      if (entry.sequence < (this.source.base?.sequence ?? 0)) this.carry(entry, body);
      else this.database.batch(() => this.apply(entry, body));
      return undefined;
    } catch (error) {
      if (error instanceof Divergence) return error.message;
      if (error instanceof WorldError) return `${error.code}: ${error.message}`;
      throw error;
    }
  }

  report(): ReplayReport {
    const { cells } = this.books;
    const states = new Map(cells.statuses().filter(({ stateHash }) => stateHash !== "").map(({ cell }) => [cell, cells.state(cell).text]));
    return { ok: true, commits: this.commits, effects: this.effects, hash: this.hash.copy().digest("hex"), states };
  }

  private apply(entry: Entry, body: Value): void {
    this.note(entry, body);
    if (entry.kind === "input") this.accept(entry, body);
    else if (entry.kind === "genome") this.adopt(body);
    else if (entry.kind === "patch") this.patch(body);
    else if (entry.kind === "commit") this.commit(entry, body);
    else if (entry.kind === "operator") this.operate(entry, body);
    else if (entry.kind === "snapshot") this.compare(fieldText(body, "hash"));
    else this.effect(entry, body);
  }

  /** An entry before the snapshot: what it did is in the tables already. */
  private carry(entry: Entry, body: Value): void {
    this.note(entry, body);
    if (entry.kind === "intent") this.rerun.begin(fieldText(body, "intent"), entry, entry.stamp, field(body, "request"), labelsIn(body, "flow"));
  }

  /** Keeps what tells of a turn that has not ended. */
  private note(entry: Entry, body: Value): void {
    const id = turnTold(entry, body);
    if (entry.kind === "commit" || id === "") return;
    if (entry.kind === "input") this.open.set(id, { effects: [], entries: [] });
    const turn = this.open.get(id);
    turn?.entries.push({ sequence: entry.sequence, hash: entry.hash });
    if (turn !== undefined) noteEffect(turn.effects, entry, body);
    if (turn !== undefined && entry.kind === "stop") turn.stop = { steps: fieldInteger(body, "steps") ?? 0, answers: fieldInteger(body, "answers") ?? Infinity, reason: fieldText(body, "reason") };
  }

  private accept({ sequence, cell, stamp, body: text }: Entry, body: Value): void {
    const id = fieldText(body, "id");
    if (field(body, "timer") !== undefined) this.books.timers.remove(cell, fieldText(body, "timer"));
    this.books.cells.add({ id, sequence, cell, body: text, stamp }, "");
    this.children.accepted(cell, id, field(body, "child"));
    this.pin(cell);
  }

  private adopt(body: Value): void {
    const commit = fieldText(body, "commit");
    const files = this.source.files(commit);
    if (files === undefined || filesHash(files) !== fieldText(body, "files")) throw new Divergence(`the files of genome ${commit} are not those that were adopted`);
    this.genomes.adopt(commit, files);
    for (const { cell } of this.books.cells.heads()) this.pin(cell);
  }

  private patch(body: Value): void {
    const [library, name] = [fieldText(body, "library"), fieldText(body, "name")];
    if (field(body, "in-force") === true) this.genomes.patch(library, name, fieldText(body, "source"));
    else this.genomes.unpatch(library, name);
  }

  private effect(entry: Entry, body: Value): void {
    this.ledger.charge(chargesIn(body));
    if (entry.kind === "intent") this.rerun.begin(fieldText(body, "intent"), entry, entry.stamp, field(body, "request"), labelsIn(body, "flow"));
    if (entry.kind !== "receipt") return;
    this.effects += 1;
    this.rerun.end(fieldText(body, "intent"), field(body, "result"));
  }

  private operate(entry: Entry, body: Value): void {
    const released = field(body, "release");
    if (released !== undefined) {
      this.books.cells.release(entry.cell);
      this.pin(entry.cell);
    }
    const act = fieldText(body, "act");
    if (act === "") return;
    if (field(body, "request") === undefined) this.rerun.end(act, field(body, "result"));
    else this.rerun.act(act, entry, field(body, "request"));
  }

  private commit(entry: Entry, body: Value): void {
    this.commits += 1;
    this.hash.update(`${entry.sequence} ${fieldText(body, "state-hash")}\n`);
    if (field(body, "migration") !== undefined) return this.migrate(entry.cell, fieldText(body, "image"));
    const id = fieldText(body, "turn");
    const row = this.books.cells.pending(id);
    if (row === undefined) throw new Divergence(`no input ${id} was accepted`);
    const image = fieldText(body, "image");
    const { ending, figures, turn } = this.ended(row, image, body);
    commitTurn(this.books, row, image, figures, ending, turn);
    this.open.delete(id);
    this.pin(row.cell);
  }

  private migrate(cell: string, key: string): void {
    const { cells } = this.books;
    const [image, next] = [this.image(key), cells.head(cell)];
    const run = runMigration(image, cells.state(cell));
    if (run === undefined || next === undefined) throw new Divergence("there was nothing to migrate");
    commitMigration(this.books, next, image, run.result, run.steps);
  }

  private image(key: string): Image {
    if (!this.genomes.has(key)) throw new Divergence(`image ${key} was never in force`);
    return this.genomes.imageOf(key);
  }

  /** How a turn ends when it runs again. One that was given up, for deaths or for what it asked otherwise, has its end from the journal. */
  private ended(row: InboxRow, image: string, body: Value): { ending: Ending; figures: Figures; turn?: Turn } {
    const [outcome, reason] = [fieldText(body, "outcome"), fieldText(body, "answer")];
    if (outcome === "quarantined")
      return { ending: { outcome, reason }, figures: { steps: fieldInteger(body, "steps") ?? 0, failures: fieldInteger(body, "failures") ?? 0 } };
    const open = this.open.get(row.id) ?? { effects: [], entries: [] };
    const [pinned, state] = [this.image(image), this.books.cells.state(row.cell)];
    const { turn, ending } = runRecorded(pinned, row, state.text, open.effects, open.stop);
    if (open.stop === undefined && migrationOf(pinned, state) !== undefined) throw new Divergence("the turn began on a state that was not migrated to its genome");
    const isStopped = ending.outcome === "stopped" && open.stop !== undefined;
    return {
      turn, ending: isStopped ? { outcome: "stopped", reason: open.stop?.reason ?? "" } : ending,
      figures: { steps: isStopped ? open.stop?.steps ?? 0 : turn.computation.steps, failures: turn.failures },
    };
  }

  private pin(cell: string): void {
    if (!this.genomes.isEmpty) this.books.cells.pinNext(cell, this.genomes.current().key);
  }

  private compare(recorded: string): void {
    const carried = [...this.open.values()].flatMap(({ entries }) => entries).toSorted((left, right) => left.sequence - right.sequence);
    if (hashOfLines(snapshotLines(this.database, this.tables, carried)) !== recorded)
      throw new Divergence("the tables are not those of the snapshot that was taken here");
  }

  private restore(lines: Iterable<string>): void {
    // For their tables, which they make.
    void [new Ledger(this.database), new ChildTable(this.database), this.makeBooks(), this.makeGenomes()];
    this.database.batch(() => {
      restore(this.database, this.tables, lines);
      for (const row of this.database.all("SELECT genome, hash FROM world_genomes")) this.fill(String(row["genome"]), String(row["hash"]));
    });
  }

  private fill(commit: string, hash: string): void {
    const files = this.source.files(commit);
    if (files !== undefined && filesHash(files) === hash) this.database.run("UPDATE world_genomes SET files = ? WHERE genome = ?", JSON.stringify(files), commit);
  }

  private makeBooks(): Books & { readonly timers: Timers; readonly cells: Cells } {
    const { database, recorder } = this;
    const clock = { stamp: () => recorder.entry.stamp, timeMs: () => 0, elapsedMs: () => 0, wait: () => () => undefined, soon: () => undefined };
    const timers = new Timers({ database, clock, fire: () => undefined, failed: () => undefined });
    const told = (now: PersistentMap): PersistentMap => recorder.told(now);
    return { journal: recorder, clock, told, cells: new Cells(database), history: new History(database), timers };
  }

  private makeGenomes(): Genomes {
    const ports = new Map(this.source.ports.map((port) => [`(port ${port.name})`, port]));
    return new Genomes(this.database, this.recorder, ports, undefined);
  }
}

/** In place of the journal: what the code of the live world appends must be the entry that is there. */
class Recorder {
  entry!: Entry;

  append(kind: string, cell: string, body: string): Entry {
    const { entry } = this;
    if (entry.kind !== kind || entry.cell !== cell || entry.body !== body) throw new Divergence(differenceOf(body, entry));
    return entry;
  }

  /** Secrets were taken out with the vault of that time, so what stood in their place is what was recorded. */
  told(now: PersistentMap): PersistentMap {
    const body = datumOf(this.entry.body);
    return field(body, "redacted") === true ? record({ answer: field(body, "answer"), timers: field(body, "timers") }) : now;
  }
}

/** What came out otherwise than it was recorded. */
class Divergence extends Error {}

/** Fields of an entry in the order in which a difference tells the most. */
const TELLING = ["migration", "outcome", "state-hash", "labels", "timers", "answer", "image", "steps", "failures"];

function differenceOf(body: string, entry: Entry): string {
  const [now, then] = [datumOf(body), datumOf(entry.body)];
  const name = TELLING.find((each) => textOf(field(now, each)) !== textOf(field(then, each)));
  if (name === "outcome") return `the turn ended as ${fieldText(now, name)} (${fieldText(now, "answer")}), and ${fieldText(then, name)} was committed`;
  if (name === "state-hash") return "the state is not the one that was committed";
  if (name === "timers") return "the timers are not those that were committed";
  return name === undefined ? `${body} came out, and ${entry.body} was journaled` : `${name} is ${textOf(field(now, name))}, and ${textOf(field(then, name))} was committed`;
}

function textOf(data: Value | undefined): string {
  return data === undefined ? "" : canonical(data);
}
