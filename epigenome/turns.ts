// The turns under way: one for each cell at a time, interleaved by slices, ended by one commit each.
import type { Activity } from "./activity.js";
import { EffectRequest } from "./capability.js";
import { type Cells, type InboxRow, type Outcome } from "./cells.js";
import { type Books, commitMigration, commitTurn } from "./commit.js";
import { canonical, condition, explain, record } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { Deadline } from "./deadline.js";
import { EFFECT_KINDS, recordedEffects, type RecordedEffects } from "./effect-record.js";
import { Effects, type EffectsWorld } from "./effects.js";
import { WorldError } from "./error.js";
import type { Genomes } from "./genomes.js";
import type { History } from "./history.js";
import type { Journal } from "./journal.js";
import type { Labels } from "./labels.js";
import { migrated, migrationOf } from "./migration.js";
import { Ready } from "./ready.js";
import type { Timers } from "./timers.js";
import { Turn, type Answer, type Ending, type RecordedEffect } from "./turn.js";

/** Slices a turn runs before the next one gets its turn. */
const SLICES = 4;
/** Milliseconds of turns between two looks at the event loop. */
const BURST_MS = 10;
/** Deaths of the process that are laid to a turn before it is given up: fewer while it ran than while it waited for the outside. */
const DEATHS_RUNNING = 2;
const DEATHS_WAITING = 5;
/** How long a turn under suspicion runs alone, at most, before it is taken for innocent. */
const ALONE_MS = 1_000;

export interface TurnsWorld extends Omit<EffectsWorld, "answer" | "fault" | "progress">, Pick<Books, "told"> {
  readonly database: WorldDatabase;
  readonly journal: Journal;
  readonly cells: Cells;
  readonly genomes: Genomes;
  readonly history: History;
  readonly timers: Timers;
  /** Called within the transaction that commits a turn: rows written here commit with it. */
  committing(outcome: Outcome): void;
  committed(outcome: Outcome): void;
  progress(event: Record<string, unknown>): void;
}

export class Turns {
  readonly effects: Effects;
  private readonly running = new Map<string, Turn>();
  private readonly ready = new Ready<Turn>();
  /** Inputs that were under way when the process died; each runs alone at first, so that a further death tells which it was. */
  private readonly suspects = new Map<string, InboxRow>();
  private alone: { readonly turn: Turn; readonly until: number; isReady: boolean } | undefined;
  private recorded: RecordedEffects = { turns: new Map(), unreadable: new Map() };
  private isOpen = true;
  private isRoused = false;

  constructor(private readonly world: TurnsWorld) {
    this.effects = new Effects({
      ...world,
      lineage: (cell) => world.lineage(cell),
      progress: (turn, event) => world.progress({ cell: turn.input.cell, input: turn.input.id, ...event }),
      answer: (turn, { boxes }, answer) => this.answer(turn, answer, boxes),
      fault: (turn, message) => this.finish(turn, { outcome: "quarantined", reason: explain(condition("determinism-fault", message)) }),
      failed: (error) => this.fail(error),
    });
    world.database.leaveTo(() => this.isRoused && this.isOpen);
  }

  /** Takes up what the last process left unfinished. `isCrash`: it did not close the world. */
  recover(isCrash: boolean): void {
    const heads = this.world.cells.heads();
    if (heads.length === 0) return;
    const first = Math.min(...heads.map((head) => head.sequence));
    this.recorded = recordedEffects([...this.world.journal.from(first, EFFECT_KINDS)]);
    const blamed = heads.some((head) => head.isAlone) ? heads.filter((head) => head.isAlone) : heads;
    if (isCrash) this.world.database.batch(() => blamed.forEach((head) => this.layDeath(head)));
    const known = this.world.cells.heads();
    for (const head of known) if (head.deaths > 0) this.suspects.set(head.id, head);
    this.world.database.whenDurable(() => {
      this.nextSuspect();
      for (const head of known) if (head.deaths === 0) this.startNext(head.cell);
    });
  }

  /** Key of the image that an input will run on if it is accepted now; "" if others are before it, or none can run. */
  imageForNext(cell: string): string {
    return this.canBegin(cell) && this.world.cells.isIdle(cell) ? this.world.genomes.current().key : "";
  }

  /** Notes on which image the oldest input of an idle cell will run, and answers it: within the caller's transaction. */
  pinNext(cell: string): InboxRow | undefined {
    return this.canBegin(cell) ? this.world.cells.pinNext(cell, this.world.genomes.current().key) : undefined;
  }

  /** Begins the oldest input of a cell, unless a turn of it is under way: once it is durable, and pinned. */
  startNext(cell: string): void {
    const { cells, database, journal } = this.world;
    const head = this.isOpen && this.canBegin(cell) ? cells.head(cell) : undefined;
    if (head === undefined) return;
    if (head.image !== "" && head.sequence <= journal.durable) return this.startPinned(head);
    if (head.image === "") database.batch(() => this.pinNext(cell));
    database.whenDurable(() => this.startNext(cell));
  }

  /** Begins an input that is pinned durably; of one that is not, the turn before it will see to that. */
  startPinned(row: InboxRow): void {
    if (!this.isOpen || row.image === "" || this.running.has(row.cell) || this.suspects.has(row.id)) return;
    const turn = this.start(row);
    if (turn !== undefined) this.run(turn);
  }

  /** Ends the turn of a cell wherever it is; false if there is none. */
  stop(cell: string, reason: string): boolean {
    const turn = this.running.get(cell);
    if (turn === undefined) return false;
    this.end(turn, explain(condition("turn-stopped", reason)));
    return true;
  }

  cellsRunning(): RunningTurn[] {
    return [...this.running.values()].map(runningTurn);
  }

  /** The turn of a cell that is under way, if there is one. */
  turnOf(cell: string): RunningTurn | undefined {
    const turn = this.running.get(cell);
    return turn === undefined ? undefined : runningTurn(turn);
  }

  /** Ends the loop; turns stay unfinished in the journal, and go on when the world is opened again. */
  async close(milliseconds: number): Promise<void> {
    this.isOpen = false;
    await this.effects.close(milliseconds);
    this.abandon();
  }

  /** Drops everything: what was durable is taken up when the world is opened again. */
  abandon(): void {
    this.isOpen = false;
    for (const turn of this.running.values()) turn.abort();
  }

  private canBegin(cell: string): boolean {
    return !this.running.has(cell) && !this.world.genomes.isEmpty && this.world.cells.quarantine(cell) === undefined;
  }

  private fail(error: unknown): void {
    this.abandon();
    this.world.failed(error);
  }

  // A turn that got further since the last death is not what kills the process, nor is one that waits for a person, for days maybe.
  private layDeath({ id, image, deaths, deathsAt }: InboxRow): void {
    if (image === "" || this.waitsFor(id) === "person") return;
    const progress = this.answersOf(id);
    this.world.cells.setDeaths(id, progress > deathsAt ? 1 : deaths + 1, progress);
  }

  private nextSuspect(): void {
    const [row] = this.suspects.values();
    if (row === undefined || !this.isOpen) return;
    this.world.database.batch(() => this.world.cells.setAlone(row.id, true));
    this.world.database.whenDurable(() => {
      // Not before: a suspect that nobody holds is begun by the next input of its cell, too.
      this.suspects.delete(row.id);
      const turn = this.start(row);
      if (turn === undefined) return this.nextSuspect();
      this.alone = { turn, until: this.world.clock.elapsedMs() + ALONE_MS, isReady: false };
      this.run(turn);
    });
  }

  /** The suspect ended, waits for the outside, or has run long enough: the others run again. */
  private acquit(turn: Turn): void {
    if (this.alone?.isReady === true) this.ready.push(turn);
    this.alone = undefined;
    if (!turn.isFinished) this.world.database.batch(() => this.world.cells.setAlone(turn.input.id, false));
    this.nextSuspect();
    this.rouse();
  }

  private answersOf(id: string): number {
    return (this.recorded.turns.get(id) ?? []).filter((effect) => effect.answer !== undefined).length;
  }

  /** For whom the turn waited when the process ended; undefined if it ran. */
  private waitsFor(id: string): "person" | "outside" | undefined {
    const last = this.recorded.turns.get(id)?.at(-1);
    if (last === undefined || last.answer !== undefined) return undefined;
    return last.intent !== undefined ? "outside" : last.asked !== undefined ? "person" : undefined;
  }

  /** The turn of an input, ready to run; undefined if it is given up. */
  private start(row: InboxRow): Turn | undefined {
    if (row.deaths >= (this.waitsFor(row.id) === undefined ? DEATHS_RUNNING : DEATHS_WAITING)) {
      const reason = explain(condition("deaths", `the process ended ${row.deaths} times while this turn ran`));
      this.commit(row, row.image, undefined, { outcome: "quarantined", reason });
      return undefined;
    }
    const turn = this.begin(row);
    if (turn === undefined) return undefined;
    this.recorded.turns.delete(row.id);
    this.running.set(row.cell, turn);
    turn.deadline = new Deadline(this.world.clock, turn.image.manifest.limits.milliseconds, () => this.pastDeadline(turn));
    this.world.progress({ kind: "started", cell: row.cell, input: row.id });
    return turn;
  }

  private begin(row: InboxRow): Turn | undefined {
    try {
      const [image, state] = [this.world.genomes.imageOf(row.image), this.world.cells.soundState(row.cell)];
      const turn = new Turn(row, image, state.text, this.recordedOf(row) ?? [], {
        output: (text) => this.world.progress({ kind: "output", cell: row.cell, input: row.id, text }),
      });
      turn.migration = migrationOf(image, state);
      return turn;
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      this.commit(row, row.image, undefined, { outcome: "quarantined", reason: explain(condition(error.code, error.message)) });
      return undefined;
    }
  }

  /** What the turn had of effects when the process ended; an entry of its cell since then that cannot be read may be among them. */
  private recordedOf({ id, cell, sequence }: InboxRow): RecordedEffect[] | undefined {
    const unreadable = this.recorded.unreadable.get(cell);
    if (unreadable !== undefined && unreadable.sequence > sequence) throw unreadable.error;
    return this.recorded.turns.get(id);
  }

  private pastDeadline(turn: Turn): void {
    const { milliseconds } = turn.image.manifest.limits;
    if (!turn.isFinished) this.end(turn, explain(condition("turn-deadline", `the turn took longer than ${milliseconds} ms`)));
  }

  /** Journals the step and the answer at which the turn fell, and commits it as stopped. */
  private end(turn: Turn, reason: string): void {
    const { input, computation } = turn;
    this.world.database.batch(() => {
      this.world.journal.append("stop", input.cell, canonical(record({ turn: input.id, steps: computation.steps, answers: computation.answers, reason })));
      this.finish(turn, { outcome: "stopped", reason });
    });
  }

  private answer(turn: Turn, answer: Answer, handed: Labels): void {
    if (turn.isFinished) return;
    turn.computation.answer(answer, handed);
    this.run(turn);
  }

  private run(turn: Turn): void {
    if (this.alone?.turn === turn) this.alone.isReady = true;
    else this.ready.push(turn);
    this.rouse();
  }

  private rouse(): void {
    if (this.isRoused || !this.isOpen) return;
    this.isRoused = true;
    this.world.clock.soon(() => this.tick());
  }

  /** A burst of slices, and one transaction for all that they wrote. */
  private tick(): void {
    this.isRoused = false;
    if (!this.isOpen) return;
    try {
      if (this.burst()) this.rouse();
      this.world.database.flush();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Slices of the turns that are ready, in turn, for about as long as the event loop may wait. True if some are still ready. */
  private burst(): boolean {
    const { clock } = this.world;
    const until = clock.elapsedMs() + BURST_MS;
    for (let turn = this.next(); turn !== undefined; turn = this.next()) {
      if (!turn.isFinished) this.slice(turn);
      const now = clock.elapsedMs();
      if (this.alone?.turn === turn && (!this.alone.isReady || now > this.alone.until)) this.acquit(turn);
      if (now > until) return true;
    }
    return false;
  }

  private next(): Turn | undefined {
    const { alone } = this;
    if (alone === undefined) return this.ready.take();
    if (!alone.isReady) return undefined;
    alone.isReady = false;
    return alone.turn;
  }

  private slice(turn: Turn): void {
    const { computation, migration } = turn;
    if (migration !== undefined) return this.migrate(turn, migration);
    const status = computation.step(SLICES);
    // Whoever is told of its output may have stopped it meanwhile.
    if (turn.isFinished) return;
    if (status === "ready") this.run(turn);
    else if (status !== "waiting") this.finish(turn, turn.ending());
    else if (computation.request instanceof EffectRequest) this.effects.perform(turn, computation.request);
    else computation.stop(condition("bad-turn-result", "the turn waits for something that no port gives"));
  }

  private finish(turn: Turn, ending: Ending): void {
    this.leave(turn);
    this.commit(turn.input, turn.image.key, turn, ending);
    if (this.alone?.turn === turn) this.acquit(turn);
  }

  private leave(turn: Turn): void {
    turn.isFinished = true;
    turn.computation.stop(condition("turn-stopped", "the turn has ended"));
    this.running.delete(turn.input.cell);
    this.effects.abandon(turn);
  }

  /** A slice of the migration before a turn. At its end the new state is committed; the turn then begins on it, or its cell is quarantined. */
  private migrate(turn: Turn, migration: Activity): void {
    if (migration.step(SLICES) === "ready") return this.run(turn);
    const { cells, database } = this.world;
    const { input: { id, cell }, image } = turn;
    const result = migrated(migration, image);
    this.leave(turn);
    database.batch(() => {
      commitMigration(this.world, turn.input, image, result, migration.steps);
      if (this.alone?.turn === turn) cells.setAlone(id, false);
    });
    database.whenDurable(() => {
      this.world.at("state-migrated");
      if ("reason" in result) this.world.progress({ kind: "quarantined", cell, input: id, reason: result.reason });
      this.startNext(cell);
    });
    if (this.alone?.turn === turn) this.acquit(turn);
  }

  /** State change, answer and outcome in one transaction; the cell's next input begins once it is durable. */
  private commit(input: Turn["input"], image: string, turn: Turn | undefined, ending: Ending): void {
    const { database } = this.world;
    const { id, cell } = input;
    const [outcome, next] = database.whole(() => {
      const figures = { steps: turn?.computation.steps ?? 0, failures: turn?.failures ?? 0 };
      const ended = commitTurn(this.world, input, image, figures, ending, turn);
      this.world.committing(ended);
      return [ended, this.pinNext(cell)] as const;
    });
    database.whenDurable(() => {
      this.world.at("turn-committed");
      this.world.committed(outcome);
      if (outcome.outcome === "quarantined") this.world.progress({ kind: "quarantined", cell, input: id, reason: outcome.answer });
      if (next !== undefined) this.startPinned(next);
    });
  }
}

/** A turn under way, for whoever looks at the world. */
export interface RunningTurn {
  readonly cell: string;
  readonly input: string;
  readonly steps: number;
  readonly effects: number;
}

function runningTurn({ input, computation, effects }: Turn): RunningTurn {
  return { cell: input.cell, input: input.id, steps: computation.steps, effects };
}
