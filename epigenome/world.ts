// The live world of one home: its journal, its genome, its cells; what the host opens, feeds and asks.
import { EventEmitter } from "node:events";
import { join } from "node:path";
import type { CodeCache, Interpreter, PersistentMap, Value } from "../interpreter/index.js";
import type { ChildService, GenomeFiles, IntrospectionService, Port, RecordedTurn, SignatureService, Stamp, TableService } from "../ports/port.js";
import type { Approval } from "./approvals.js";
import { standingAccounts } from "./authorise.js";
import { type Left, Ledger } from "./budget.js";
import type { EffectRequest } from "./capability.js";
import { Cells, type CellStatus, inputId, type Measures, type Outcome } from "./cells.js";
import type { Base, Entry } from "./chain.js";
import { Children } from "./children.js";
import { type Clock, systemClock } from "./clock.js";
import { canonical, datumOf, keyword, record, recordText } from "./data.js";
import { WorldDatabase } from "./database.js";
import { WorldError } from "./error.js";
import { Genomes } from "./genomes.js";
import { History } from "./history.js";
import { HEAD_FILE, syncHead } from "./heads.js";
import { Journal } from "./journal.js";
import { commitOfImage } from "./image.js";
import { introspection } from "./introspection.js";
import { completeBase, type Kept, prune, type Pruned, takeSnapshot } from "./keeping.js";
import { joined, type Labels, labelsData, TRUSTED } from "./labels.js";
import { lockHome } from "./lock.js";
import { operate } from "./operator.js";
import { definitionText, type Patch } from "./patches.js";
import { mustStem, type Place } from "./provenance.js";
import { Records } from "./records.js";
import { redactedData } from "./redaction.js";
import { replayHome } from "./reading.js";
import type { ReplayReport } from "./replay.js";
import { notedOf } from "./standing.js";
import { givenId, type Timer, Timers } from "./timers.js";
import { why, type Why } from "./why.js";
import { type TailVerdict, verifyTail } from "./tail.js";
import { Turns, type RunningTurn } from "./turns.js";
import type { Verification } from "./verify.js";

export interface WorldOptions {
  /** The home's directory; made if missing. */
  readonly home: string;
  readonly signature: SignatureService;
  /** Made once the world's tables exist; they may use the services. */
  readonly ports: (services: WorldServices) => readonly Port[];
  /** Adopted if the world has none yet. */
  readonly genome?: { readonly commit: string; readonly files: GenomeFiles };
  /** In place of the machine's own. */
  readonly clock?: Clock;
  /** Where the genome's compiled libraries are kept. */
  readonly code?: CodeCache;
  /** Takes secrets out of texts that come from outside, before anything sees them. */
  readonly redact?: (text: string) => string;
  /** Called inside the transaction that commits a turn: rows written to the tables commit with it. */
  readonly committing?: (outcome: Outcome) => void;
  /** Called at named write points, for tests that die there. */
  readonly at?: (point: string) => void;
}

/** What the world gives to ports. */
export interface WorldServices {
  readonly tables: TableService;
  readonly children: ChildService;
  readonly introspection: IntrospectionService;
}

/** Something for a cell to do. */
export interface Incoming {
  readonly cell: string;
  /** As `handle-turn` sees it: `message`, `timer`, `evolve` … */
  readonly kind: string;
  readonly text: string;
  readonly from?: string;
  /** What the sender may do: `operator` or `member`. */
  readonly role?: string;
  /** Names the input; a second one of the same id is the first one again. */
  readonly id?: string;
  /** A datum's canonical text: what `handle-turn` finds as `:data`. */
  readonly data?: string;
  /** What makes its cell a child, or says that the parent sends it: `{:parent … :operations […]}` with bounds, or the parent alone. */
  readonly child?: PersistentMap;
  /** Where it comes from, such as "telegram 42"; absent: an authenticated operator, who is trusted. */
  readonly labels?: Labels;
}

export interface WorldStatus {
  readonly entries: number;
  readonly genome: string;
  readonly genomeProblem?: string;
  readonly patches: number;
  readonly backlog: number;
  readonly cells: number;
  readonly turns: ReturnType<Turns["cellsRunning"]>;
  readonly approvals: number;
}

/** A cell and what is in it. */
export interface CellView extends CellStatus {
  /** Canonical text. */
  readonly state: string;
  /** Ids of the inputs without an outcome, oldest first. */
  readonly inputs: readonly string[];
  /** Those that wait, in the order in which they are due. */
  readonly timers: readonly Timer[];
  /** The turn under way. */
  readonly turn?: RunningTurn;
}

/** Effects under way may take so long to finish when the world closes; later they follow their declared outcome. */
const CLOSING_MS = 2_000;

/**
 * Opens the world of a home. `release` gives back the home's lock, for a caller that had to take it before; the world
 * calls it when it is closed, or if it cannot be opened. Errors: `home-busy`, `journal-cut`, `journal-damaged`,
 * `lists-altered`, and those of adopting the genome.
 */
export function openWorld(options: WorldOptions, release = lockHome(options.home)): World {
  const made: { database?: WorldDatabase } = {};
  try {
    return new World(options, release, made);
  } catch (error) {
    made.database?.abandon();
    release();
    throw error;
  }
}

/** Events: `progress` with what a turn is doing, `outcome` with each outcome once it is durable, `failed` with the error that ended the world. */
export class World extends EventEmitter {
  readonly tables: TableService;
  readonly children: Children;
  /** What its tables tell. */
  readonly records: Records;
  private readonly database: WorldDatabase;
  private readonly journal: Journal;
  private readonly cellTables: Cells;
  private readonly genomes: Genomes;
  private readonly history: History;
  private readonly turns: Turns;
  private readonly timers: Timers;
  private readonly clock: Clock;
  private readonly redact: (text: string) => string;
  private readonly ports: readonly Port[];
  private readonly waiters = new Map<string, { resolve: (outcome: Outcome) => void; reject: (error: Error) => void; promise: Promise<Outcome> }>();
  private ended: WorldError | undefined;

  /** `made` is told of the database before anything can fail that leaves it open. */
  constructor(private readonly options: WorldOptions, private readonly unlock: () => void, made: { database?: WorldDatabase } = {}) {
    super();
    this.clock = options.clock ?? systemClock();
    this.redact = options.redact ?? ((text) => text);
    const at = options.at ?? (() => undefined);
    this.database = made.database = new WorldDatabase(join(options.home, "world.db"), (error) => this.fail(error), (callback) => this.clock.soon(callback));
    this.tables = this.database.tables;
    this.journal = new Journal(this.database, { signature: options.signature, clock: this.clock, home: options.home, at });
    this.cellTables = new Cells(this.database);
    this.records = new Records(this.database, this.cellTables, this.journal);
    this.history = new History(this.database);
    this.children = new Children(this.database, this);
    this.ports = options.ports({
      tables: this.tables, children: this.children,
      introspection: introspection(() => ({ database: this.database, journal: this.journal, cells: this.cellTables, genomes: this.genomes, turns: this.turns })),
    });
    this.genomes = new Genomes(this.database, this.journal, new Map(this.ports.map((port) => [`(port ${port.name})`, port])), options.code, this.redact);
    mustStem(this.kept());
    completeBase(this.kept());
    this.timers = new Timers({ database: this.database, clock: this.clock, fire: (timer) => this.fire(timer), failed: (error) => this.fail(error) });
    this.turns = new Turns({
      database: this.database, journal: this.journal, cells: this.cellTables, genomes: this.genomes, history: this.history, timers: this.timers,
      ledger: new Ledger(this.database), clock: this.clock, redact: this.redact, told: (told) => redactedData(told, this.redact), at,
      lineage: (cell) => this.children.lineage(cell),
      committing: (outcome) => options.committing?.(outcome),
      committed: (outcome) => this.committed(outcome),
      progress: (event) => void this.emit("progress", event),
      failed: (error) => this.fail(error),
    });
    if (this.genomes.isEmpty && this.genomes.problem === undefined && options.genome !== undefined) this.genomes.adopt(options.genome.commit, options.genome.files);
    this.turns.recover(this.markOpen());
    this.database.flush();
    this.timers.arm();
  }

  /** Accepts an input durably, and wakes its cell. Answers its id. */
  async accept(incoming: Incoming): Promise<string> {
    const id = this.enqueue(incoming);
    await this.durable();
    return id;
  }

  /** Accepts an input within the caller's transaction over the tables: durable with it. Its turn begins only then. Errors: `reserved-id`. */
  enqueue(incoming: Incoming): string {
    this.mustLive();
    const stamp = this.clock.stamp();
    const id = incoming.id === undefined ? inputId(stamp) : givenId(incoming.id);
    if (incoming.id !== undefined && this.cellTables.has(id)) return id;
    const { role, data } = incoming;
    this.add(id, incoming.cell, stamp, incoming.labels ?? TRUSTED, {
      kind: keyword(incoming.kind), text: this.redact(incoming.text), from: incoming.from, role: role && keyword(role), time: stamp.timeMs,
      child: incoming.child, data: data === undefined ? undefined : redactedData(datumOf(data), this.redact),
    });
    return id;
  }

  /** Resolves once all that was written so far is durable. */
  durable(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.ended !== undefined) return reject(this.ended);
      this.database.whenDurable(resolve);
    });
  }

  /** Resolves with what became of an input, once that is durable. Rejects if the id was never accepted, or the world ends first. */
  async outcome(id: string): Promise<Outcome> {
    this.mustLive();
    const known = this.cellTables.outcome(id);
    if (known !== undefined) return this.durable().then(() => known);
    if (this.cellTables.pending(id) === undefined) throw new WorldError("no-input", `no input ${id} was accepted`);
    return this.waiterOf(id).promise;
  }

  /** Accepts an input and waits for its outcome. */
  async ask(incoming: Incoming): Promise<Outcome> {
    return this.outcome(await this.accept(incoming));
  }

  /** Ends the turn of a cell between two slices, wherever it is; false if none is under way. Works without a genome. */
  stop(cell: string, reason: string): boolean {
    this.mustLive();
    const isStopped = this.turns.stop(cell, reason);
    this.database.flush();
    return isStopped;
  }

  /** The cells that there are, by name: all of them, or so many after a name. */
  cells(page: { readonly after?: string; readonly limit?: number } = {}): CellStatus[] {
    return this.cellTables.statuses(page);
  }

  /** One cell with what is in it; undefined if there is none of this name. */
  cell(name: string): CellView | undefined {
    const status = this.cellTables.status(name);
    return status && { ...status, state: this.cellTables.state(name).text, inputs: this.cellTables.mailbox(name), timers: this.timers.of(name), turn: this.turns.turnOf(name) };
  }

  /** What happened to an input, an effect or an entry, and on what ground. */
  why(id: string): Why {
    const live = { isOpen: true, steps: (cell: string) => this.turns.turnOf(cell)?.steps, quarantine: (cell: string) => this.cellTables.quarantine(cell) };
    return why(this.records, live, id);
  }

  /** Lets a quarantined cell run again, from the next input in its mailbox. Errors: `not-quarantined`. */
  release(cell: string, by: string): void {
    this.mustLive();
    if (this.cellTables.quarantine(cell) === undefined) throw new WorldError("not-quarantined", `the cell ${cell} is not quarantined`);
    this.database.batch(() => {
      this.journal.append("operator", cell, canonical(record({ release: cell, by })));
      this.cellTables.release(cell);
      this.turns.pinNext(cell);
    });
    this.database.whenDurable(() => this.turns.startNext(cell));
    this.database.flush();
  }

  approvals(): Approval[] {
    return this.turns.effects.approvals();
  }

  /** What is left of the budgets that outlive turns and cells. */
  budgets(): readonly Left[] {
    return this.genomes.isEmpty ? [] : new Ledger(this.database).left(standingAccounts(this.genomes.current().manifest), this.clock.timeMs(), new Map());
  }

  /** A person's word on an effect that waits for one. Errors: `no-approval`. */
  resolve(approval: string, isAllowed: boolean, by: string): void {
    this.mustLive();
    this.turns.effects.resolve(approval, isAllowed, by);
  }

  /** Runs what a capability of the operator's session asks for: journaled, but above grants and policy. Throws LispError. */
  operate(request: EffectRequest, signal: AbortSignal): Promise<Value> {
    this.mustLive();
    return operate({ database: this.database, journal: this.journal, clock: this.clock, redact: this.redact }, request, signal);
  }

  /** Journals that the operator did something natively. `note` is a datum's canonical text. */
  note(note: string): void {
    this.mustLive();
    this.journal.append("operator", "", canonical(record({ note: datumOf(note) })));
  }

  /** Takes a genome commit into force for turns that begin from now on. Hot patches are gone. Errors: `bad-manifest`, `genome-refused`. */
  adopt(commit: string, files: GenomeFiles): void {
    this.mustLive();
    this.genomes.adopt(commit, files);
    this.database.flush();
    for (const { cell } of this.cellTables.heads()) this.turns.startNext(cell);
  }

  /** The commit in force. Errors: `no-genome`. */
  get genome(): string { return this.genomes.current().commit; }

  /** Commits that turns under way began on: each runs to its end on its own. */
  pinnedCommits(): string[] {
    return [...new Set(this.cellTables.pinned().map(commitOfImage))];
  }

  /** The loaded genome, for sessions to share as their parent. */
  get interpreter(): Interpreter {
    return this.genomes.current().interpreter;
  }

  get portList(): readonly Port[] { return this.ports; }

  /** The files of a commit that was adopted once. */
  genomeFiles(commit: string): GenomeFiles | undefined {
    return this.genomes.files(commit);
  }

  patches(): readonly Patch[] {
    return this.genomes.patches();
  }

  /** The text of a definition in force, hot patches included. Errors: `patch-refused` if there is none. */
  definition(library: string, name: string): string {
    return definitionText(this.genomes.patchedFiles(), library, name);
  }

  /** Takes a hot patch into force for turns that begin from now on. Errors: `patch-refused`, `genome-refused`, `secret-in-text`. */
  patch(library: string, name: string, source: string): Patch {
    this.mustLive();
    const patch = this.genomes.patch(library, name, source);
    this.database.flush();
    return patch;
  }

  /** Errors: `no-patch`. */
  unpatch(library: string, name: string): void {
    this.mustLive();
    this.genomes.unpatch(library, name);
    this.database.flush();
  }

  /** What the turns of a genome commit did, with whichever patches. */
  measures(commit: string): Measures {
    return this.cellTables.measures(commit);
  }

  /** What turns did before and since a commit was first adopted; before that, none is since. `without`: a cell that does not count. */
  measuresAround(commit: string, without: string): { readonly before: Measures; readonly after: Measures } {
    return this.cellTables.measuresAround(commit, without);
  }

  /** The last turns that were done, oldest first, for a candidate to run in its shadow. */
  recordedTurns(count: number): RecordedTurn[] {
    return this.history.last(count);
  }

  /** Canonical text of a cell's state. */
  state(cell: string): string {
    return this.cellTables.state(cell).text;
  }

  /** The body of the `commit` entry that ended an input, if it has ended. */
  commitBody(input: string): string | undefined {
    const sequence = this.cellTables.commitSequence(input);
    return sequence === undefined ? undefined : this.journal.at(sequence)?.body;
  }

  /** The last entries of the journal, oldest first. */
  entries(last: number): Entry[] {
    return this.journal.last(last);
  }

  /** Signs with a new key from now on; answers its public half in hexadecimal. Errors: `key-fixed`. */
  rotateKey(): string {
    this.mustLive();
    return this.journal.rotateKey();
  }

  verify(): Verification {
    this.database.flush();
    return this.journal.verify(notedOf(this.ports));
  }

  /** Checks the last entries and the newest signatures alone. */
  verifyTail(count: number): TailVerdict {
    this.database.flush();
    return verifyTail(this.kept(), this.options.signature.publicKey, count);
  }

  /** Runs the whole journal again in memory, and compares the state at every commit and all tables at the end. Holds the thread while it runs. */
  replay(): ReplayReport {
    this.database.flush();
    return replayHome(this.kept(), (commit) => this.genomes.files(commit));
  }

  /** Journals a snapshot of all that follows from the entries so far, for a replay or a fork to begin with. */
  snapshot(): Base {
    this.mustLive();
    return takeSnapshot(this.kept());
  }

  /** Makes a new snapshot the journal's beginning, and removes what nothing names any more. */
  async prune(): Promise<Pruned> {
    // Whatever an effect has just kept is named by its receipt when everything that is ready has run.
    await new Promise<void>((resolve) => this.clock.soon(resolve));
    this.mustLive();
    mustStem(this.kept());
    return prune(this.kept());
  }

  private kept = (): Kept & Place => ({ database: this.database, journal: this.journal, home: this.options.home, ports: this.ports, noted: notedOf(this.ports) });

  status(): WorldStatus {
    return {
      entries: this.journal.length, genome: this.genomes.isEmpty ? "" : this.genome, genomeProblem: this.genomes.problem,
      patches: this.patches().length, backlog: this.cellTables.backlog(), cells: this.cellTables.count(),
      turns: this.turns.cellsRunning(), approvals: this.approvals().length,
    };
  }

  /** Closes ports and database and gives the home free. Unfinished turns go on when it is opened again. */
  async close(milliseconds = CLOSING_MS): Promise<void> {
    if (this.ended === undefined) {
      this.timers.close();
      await this.turns.close(milliseconds);
      this.end(new WorldError("world-closed", "the world was closed"));
      this.tables.run("UPDATE world_settings SET value = 'closed' WHERE name = 'process'");
    }
    for (const port of this.ports) await port.close?.();
    this.database.close();
    syncHead(join(this.options.home, HEAD_FILE));
    this.unlock();
  }

  /** A due timer is an input of its cell; what the cell had read when it set it comes back as a label. */
  private fire({ cell, id, input, due, text, data, labels }: Timer): void {
    const stamp = this.clock.stamp();
    this.add(input, cell, stamp, labels, {
      kind: keyword("timer"), text, timer: id, due, time: stamp.timeMs,
      data: data === "" ? undefined : datumOf(data),
    });
  }

  /** Journals an input and puts it into its cell's mailbox; its turn begins once both are durable. */
  private add(id: string, cell: string, stamp: Stamp, labels: Labels, fields: Parameters<typeof recordText>[0]): void {
    const body = recordText({ id, cell, ...fields, labels: labels.length === 0 ? undefined : labelsData(joined(labels)) });
    const row = this.database.batch(() => {
      const image = this.turns.imageForNext(cell);
      const { sequence } = this.journal.append("input", cell, body, stamp);
      this.children.table.accepted(cell, id, fields["child"]);
      return this.cellTables.add({ id, sequence, cell, body, stamp }, image);
    });
    this.database.whenDurable(() => {
      this.options.at?.("accepted");
      this.turns.startPinned(row);
    });
  }

  private mustLive(): void {
    if (this.ended !== undefined) throw this.ended;
  }

  /** Notes that a process has the world open; true if the last one did not close it. */
  private markOpen(): boolean {
    const wasOpen = this.database.all("SELECT value FROM world_settings WHERE name = 'process'")[0]?.["value"] === "open";
    this.tables.run("INSERT INTO world_settings VALUES ('process', 'open') ON CONFLICT (name) DO UPDATE SET value = 'open'");
    return wasOpen;
  }

  private committed(outcome: Outcome): void {
    this.waiters.get(outcome.id)?.resolve(outcome);
    this.waiters.delete(outcome.id);
    this.emit("outcome", outcome);
  }

  private waiterOf(id: string) {
    let waiter = this.waiters.get(id);
    if (waiter === undefined) {
      let [resolve, reject]: [(outcome: Outcome) => void, (error: Error) => void] = [() => undefined, () => undefined];
      const promise = new Promise<Outcome>((...settle) => ([resolve, reject] = settle));
      this.waiters.set(id, (waiter = { resolve, reject, promise }));
    }
    return waiter;
  }

  private fail(error: unknown): void {
    if (this.ended !== undefined) return;
    this.end(new WorldError("world-failed", error instanceof Error ? `${error.name}: ${error.message}` : String(error)));
    this.timers.close();
    this.turns.abandon();
    this.emit("failed", error);
  }

  private end(error: WorldError): void {
    this.ended = error;
    for (const waiter of this.waiters.values()) waiter.reject(error);
    this.waiters.clear();
  }
}
