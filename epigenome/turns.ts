// The turns under way: one for each cell at a time, interleaved by slices, ended by one commit each.
import { setImmediate as nextTick } from "node:timers/promises";
import { EffectRequest } from "./capability.js";
import { type Cells, type InboxRow, type Outcome } from "./cells.js";
import { canonical, condition, explain, keyword, record } from "./data.js";
import type { WorldDatabase } from "./database.js";
import { digest } from "./digest.js";
import { EFFECT_KINDS, failureCondition, recordedEffects } from "./effect-record.js";
import { Effects, type EffectsWorld } from "./effects.js";
import { WorldError } from "./error.js";
import type { Genomes } from "./genomes.js";
import type { History } from "./history.js";
import type { Journal } from "./journal.js";
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

export interface TurnsWorld extends Omit<EffectsWorld, "waiting" | "answer" | "fault" | "progress"> {
  readonly database: WorldDatabase;
  readonly journal: Journal;
  readonly cells: Cells;
  readonly genomes: Genomes;
  readonly history: History;
  /** Called within the transaction that commits a turn: rows written here commit with it. */
  committing(outcome: Outcome): void;
  committed(outcome: Outcome): void;
  progress(event: Record<string, unknown>): void;
}

export class Turns {
  readonly effects: Effects;
  private readonly running = new Map<string, Turn>();
  private readonly ready: Turn[] = [];
  private readonly deadlines = new Map<Turn, NodeJS.Timeout>();
  /** Inputs that were under way when the process died; each runs alone at first, so that a further death tells which it was. */
  private readonly suspects: InboxRow[] = [];
  private alone: { readonly turn: Turn; readonly until: number } | undefined;
  private recorded = new Map<string, RecordedEffect[]>();
  private isOpen = true;
  private rouse: () => void = () => undefined;
  private readonly driving: Promise<void>;

  constructor(private readonly world: TurnsWorld) {
    this.effects = new Effects({
      ...world,
      childOperations: (cell) => world.childOperations(cell),
      waiting: (turn, isWaiting) => world.cells.setWaiting(turn.input.id, isWaiting),
      progress: (turn, event) => world.progress({ cell: turn.input.cell, input: turn.input.id, ...event }),
      answer: (turn, answer) => this.answer(turn, answer),
      fault: (turn, message) => this.finish(turn, { outcome: "quarantined", reason: explain(condition("determinism-fault", message)) }),
      failed: (error) => this.fail(error),
    });
    this.driving = this.drive();
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
    this.suspects.push(...known.filter((head) => head.deaths > 0));
    this.world.database.whenDurable(() => {
      this.nextSuspect();
      for (const head of known) if (head.deaths === 0) this.startNext(head.cell);
    });
  }

  /** Notes on which image the oldest input of an idle cell will run: within the caller's transaction. */
  pinNext(cell: string): void {
    if (this.running.has(cell) || this.world.genomes.isEmpty) return;
    const head = this.world.cells.head(cell);
    if (head?.image === "") this.world.cells.pin(head.id, this.world.genomes.current().key);
  }

  /** Begins the oldest input of a cell, unless a turn of it is under way. */
  startNext(cell: string): void {
    if (!this.isOpen || this.running.has(cell)) return;
    const head = this.world.cells.head(cell);
    if (head === undefined || this.suspects.some(({ id }) => id === head.id)) return;
    if (head.image !== "") return this.start(head);
    if (this.world.genomes.isEmpty) return;
    this.world.database.batch(() => this.pinNext(cell));
    this.world.database.whenDurable(() => this.startNext(cell));
  }

  /** Ends the turn of a cell wherever it is; false if there is none. */
  stop(cell: string, reason: string): boolean {
    const turn = this.running.get(cell);
    if (turn === undefined) return false;
    this.end(turn, explain(condition("turn-stopped", reason)));
    return true;
  }

  cellsRunning(): { readonly cell: string; readonly input: string; readonly steps: number; readonly effects: number }[] {
    return [...this.running].map(([cell, turn]) => ({ cell, input: turn.input.id, steps: turn.computation.steps, effects: turn.effects }));
  }

  /** Ends the loop; turns stay unfinished in the journal, and go on when the world is opened again. */
  async close(milliseconds: number): Promise<void> {
    this.isOpen = false;
    this.rouse();
    await this.driving;
    await this.effects.close(milliseconds);
    this.release();
  }

  private release(): void {
    for (const timer of this.deadlines.values()) clearTimeout(timer);
    this.deadlines.clear();
    for (const turn of this.running.values()) turn.isFinished = true;
    for (const turn of this.running.values()) turn.controller.abort();
  }

  /** Drops everything: what was durable is taken up when the world is opened again. */
  abandon(): void {
    this.isOpen = false;
    this.rouse();
    this.release();
  }

  private fail(error: unknown): void {
    this.abandon();
    this.world.failed(error);
  }

  // A turn that got further since the last death is not what kills the process.
  private layDeath({ id, image, deaths, deathsAt }: InboxRow): void {
    if (image === "") return;
    const progress = this.answersOf(id);
    this.world.cells.setDeaths(id, progress > deathsAt ? 1 : deaths + 1, progress);
  }

  private nextSuspect(): void {
    const row = this.suspects.shift();
    if (row === undefined) return;
    this.world.database.batch(() => this.world.cells.setAlone(row.id, true));
    this.world.database.whenDurable(() => {
      this.start(row);
      const turn = this.running.get(row.cell);
      if (turn === undefined) this.nextSuspect();
      else this.alone = { turn, until: performance.now() + ALONE_MS };
    });
  }

  /** The suspect ended, waits for the outside, or has run long enough: the others run again. */
  private acquit(turn: Turn): void {
    this.alone = undefined;
    if (!turn.isFinished) this.world.database.batch(() => this.world.cells.setAlone(turn.input.id, false));
    this.nextSuspect();
    this.rouse();
  }

  private answersOf(id: string): number {
    return (this.recorded.get(id) ?? []).filter((effect) => effect.answer !== undefined).length;
  }

  private start(row: InboxRow): void {
    if (row.deaths >= (row.isWaiting ? DEATHS_WAITING : DEATHS_RUNNING)) {
      const reason = explain(condition("deaths", `the process ended ${row.deaths} times while this turn ran`));
      return this.commit(row, row.image, undefined, { outcome: "quarantined", reason });
    }
    const turn = this.begin(row);
    if (turn === undefined) return;
    this.recorded.delete(row.id);
    this.running.set(row.cell, turn);
    this.deadlines.set(turn, setTimeout(() => this.pastDeadline(turn), turn.image.manifest.limits.milliseconds));
    this.world.progress({ kind: "started", cell: row.cell, input: row.id });
    this.run(turn);
  }

  private begin(row: InboxRow): Turn | undefined {
    try {
      return new Turn(row, this.world.genomes.imageOf(row.image), this.world.cells.state(row.cell), this.recorded.get(row.id) ?? [], {
        output: (text) => this.world.progress({ kind: "output", cell: row.cell, input: row.id, text }),
      });
    } catch (error) {
      if (!(error instanceof WorldError)) throw error;
      this.commit(row, row.image, undefined, { outcome: "quarantined", reason: explain(condition(error.code, error.message)) });
      return undefined;
    }
  }

  private pastDeadline(turn: Turn): void {
    const { milliseconds } = turn.image.manifest.limits;
    if (!turn.isFinished) this.end(turn, explain(condition("turn-deadline", `the turn took longer than ${milliseconds} ms`)));
  }

  /** Journals the step at which the turn fell, and commits it as stopped. */
  private end(turn: Turn, reason: string): void {
    const { input, computation } = turn;
    this.world.database.batch(() => {
      this.world.journal.append("stop", input.cell, canonical(record({ turn: input.id, steps: computation.steps, reason })));
      this.finish(turn, { outcome: "stopped", reason });
    });
  }

  private answer(turn: Turn, answer: Answer): void {
    if (turn.isFinished) return;
    if ("result" in answer) turn.computation.resume(answer.result);
    else turn.computation.raise(failureCondition(answer.failure));
    this.run(turn);
  }

  private run(turn: Turn): void {
    this.ready.push(turn);
    this.rouse();
  }

  private async drive(): Promise<void> {
    try {
      while (this.isOpen) {
        if (this.next() === undefined) await new Promise<void>((resolve) => (this.rouse = resolve));
        else await nextTick();
        this.burst();
        this.world.database.flush();
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** Slices of the turns that are ready, in turn, for about as long as the event loop may wait. */
  private burst(): void {
    const until = performance.now() + BURST_MS;
    for (let turn = this.next(); turn !== undefined && this.isOpen; turn = this.next()) {
      this.ready.splice(this.ready.indexOf(turn), 1);
      if (!turn.isFinished) this.slice(turn);
      if (this.alone?.turn === turn && (!this.ready.includes(turn) || performance.now() > this.alone.until)) this.acquit(turn);
      if (performance.now() > until) return;
    }
  }

  private next(): Turn | undefined {
    const { alone, ready } = this;
    return alone === undefined ? ready[0] : ready.find((turn) => turn === alone.turn);
  }

  private slice(turn: Turn): void {
    const { computation } = turn;
    const status = computation.step(SLICES);
    if (status === "ready") this.ready.push(turn);
    else if (status !== "waiting") this.finish(turn, turn.ending());
    else if (computation.request instanceof EffectRequest) this.effects.perform(turn, computation.request);
    else computation.stop(condition("bad-turn-result", "the turn waits for something that no port gives"));
  }

  private finish(turn: Turn, ending: Ending): void {
    turn.isFinished = true;
    turn.computation.stop(condition("turn-stopped", "the turn has ended"));
    clearTimeout(this.deadlines.get(turn));
    this.deadlines.delete(turn);
    this.running.delete(turn.input.cell);
    this.effects.abandon(turn);
    this.commit(turn.input, turn.image.key, turn, ending);
    if (this.alone?.turn === turn) this.acquit(turn);
  }

  /** State change, answer and outcome in one transaction; the cell's next input begins once it is durable. */
  private commit(input: Turn["input"], image: string, turn: Turn | undefined, ending: Ending): void {
    const { cells, database, journal, history } = this.world;
    const { id, cell } = input;
    const state = ending.outcome === "done" ? ending.result.stateText : undefined;
    const answer = ending.outcome === "done" ? ending.result.answerText : ending.reason;
    const steps = turn?.computation.steps ?? 0;
    const genome = turn?.image.commit ?? image.split("+")[0] ?? "";
    const outcome: Outcome = { id, cell, outcome: ending.outcome, answer };
    database.batch(() => {
      const body = record({
        turn: id, outcome: keyword(ending.outcome), answer: ending.outcome === "done" ? ending.result.answer : answer,
        "state-hash": digest(state ?? cells.state(cell)), steps, image, failures: turn?.failures ?? 0,
      });
      const { sequence } = journal.append("commit", cell, canonical(body));
      cells.finish({ ...outcome, sequence, genome, steps, failures: turn?.failures ?? 0 }, state);
      if (turn !== undefined && ending.outcome === "done") history.keep(sequence, turn, ending.result);
      this.world.committing(outcome);
      this.pinNext(cell);
    });
    database.whenDurable(() => {
      this.world.at("turn-committed");
      this.world.committed(outcome);
      this.startNext(cell);
    });
  }
}
