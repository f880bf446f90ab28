// Replay: every committed turn run again from the journal alone, and its state compared with the one that was committed.
import type { Value } from "../interpreter/index.js";
import type { GenomeFiles, Port, RecordedTurn } from "../ports/port.js";
import { callOf } from "./authorise.js";
import { EffectRequest } from "./capability.js";
import { EMPTY_STATE } from "./cells.js";
import type { Entry } from "./chain.js";
import { canonical, condition, datumOf, explain, field, fieldInteger, fieldText } from "./data.js";
import { digest } from "./digest.js";
import { answerFrom, failureCondition, recordedEffects } from "./effect-record.js";
import { WorldError } from "./error.js";
import { filesHash } from "./genomes.js";
import { imageKey, loadImage, type Image } from "./image.js";
import { migrationBody, migrationOf, runMigration } from "./migration.js";
import type { Patch } from "./patches.js";
import { timersData } from "./timers.js";
import { Turn, type Ending, type Input, type RecordedEffect } from "./turn.js";

export interface ReplayReport {
  readonly ok: boolean;
  readonly commits: number;
  /** Sequence of the first commit that came out otherwise, and how. */
  readonly sequence?: number;
  readonly problem?: string;
  /** The states that the cells have at the end, by cell: canonical text. */
  readonly states: ReadonlyMap<string, string>;
}

export interface ReplaySource {
  readonly entries: Iterable<Entry>;
  /** The files of an adopted commit. */
  files(commit: string): GenomeFiles | undefined;
  /** For their schemas and names only: no operation is run. */
  readonly ports: readonly Port[];
}

/** Runs a journal again in memory. Nothing outside is asked: every effect is answered as the journal answered it. */
export function replay(source: ReplaySource): ReplayReport {
  const entries = [...source.entries];
  const run = new Replay(source, recordedEffects(entries));
  for (const entry of entries) {
    const problem = run.take(entry);
    if (problem !== undefined) return { ok: false, commits: run.commits, sequence: entry.sequence, problem, states: run.states };
  }
  return { ok: true, commits: run.commits, states: run.states };
}

class Replay {
  commits = 0;
  readonly states = new Map<string, string>();
  private readonly inputs = new Map<string, Input>();
  private readonly stops = new Map<string, number>();
  private readonly images = new Map<string, Image>();
  private readonly ports: ReadonlyMap<string, Port>;
  /** Key of the image that left the state of a cell as it is. */
  private readonly stateImages = new Map<string, string>();
  private image: Image | undefined;

  constructor(private readonly source: ReplaySource, private readonly effects: ReadonlyMap<string, readonly RecordedEffect[]>) {
    this.ports = new Map(source.ports.map((port) => [`(port ${port.name})`, port]));
  }

  /** Takes the next entry; answers what is wrong, if anything is. */
  take(entry: Entry): string | undefined {
    const body = datumOf(entry.body);
    if (entry.kind === "input") this.inputs.set(fieldText(body, "id"), { ...entry, id: fieldText(body, "id") });
    if (entry.kind === "stop") this.stops.set(fieldText(body, "turn"), fieldInteger(body, "steps") ?? 0);
    if (entry.kind === "genome") return this.adopt(fieldText(body, "commit"), fieldText(body, "files"));
    if (entry.kind === "patch") return this.patch(body);
    return entry.kind === "commit" ? this.commit(entry, body) : undefined;
  }

  private adopt(commit: string, hash: string): string | undefined {
    const files = this.source.files(commit);
    if (files === undefined || filesHash(files) !== hash) return `the files of genome ${commit} are not those that were adopted`;
    this.use(loadImage({ commit, files, patches: [] }, this.ports));
    return undefined;
  }

  private patch(body: ReturnType<typeof datumOf>): string | undefined {
    if (this.image === undefined) return "a patch before any genome";
    const [library, name] = [fieldText(body, "library"), fieldText(body, "name")];
    const { version } = this.image;
    const kept = version.patches.filter((each) => each.library !== library || each.name !== name);
    const patch: Patch = { library, name, source: fieldText(body, "source"), baseHash: fieldText(body, "base-hash") };
    this.use(loadImage({ ...version, patches: field(body, "in-force") === true ? [...kept, patch] : kept }, this.ports));
    return undefined;
  }

  private use(image: Image): void {
    this.image = image;
    this.images.set(imageKey(image.commit, image.version.patches), image);
  }

  private migrate(cell: string, body: Value): string | undefined {
    const image = this.images.get(fieldText(body, "image"));
    if (image === undefined) return `image ${fieldText(body, "image")} was never in force`;
    const state = { text: this.states.get(cell) ?? EMPTY_STATE, image: this.stateImages.get(cell) ?? "" };
    const run = runMigration(image, state);
    if (run === undefined) return "there was nothing to migrate";
    if (migrationBody(state, image, run.result, run.steps) !== canonical(body)) return "the migration came out otherwise than it was committed";
    if ("reason" in run.result) return undefined;
    this.states.set(cell, run.result.stateText);
    this.stateImages.set(cell, image.key);
    return undefined;
  }

  private commit({ cell, stamp }: Entry, body: ReturnType<typeof datumOf>): string | undefined {
    this.commits += 1;
    if (field(body, "migration") !== undefined) return this.migrate(cell, body);
    const id = fieldText(body, "turn");
    const input = this.inputs.get(id);
    const image = this.images.get(fieldText(body, "image"));
    if (input === undefined) return `no input ${id} was accepted`;
    const state = this.states.get(cell) ?? EMPTY_STATE;
    const outcome = fieldText(body, "outcome");
    if (outcome === "quarantined") return compare(digest(state), body);
    if (image === undefined) return `image ${fieldText(body, "image")} was never in force`;
    const { ending } = runRecorded(image, input, state, this.effects.get(id) ?? [], this.stops.get(id));
    this.inputs.delete(id);
    if (ending.outcome !== outcome) return `the turn ended as ${ending.outcome}, and ${outcome} was committed`;
    if (ending.outcome === "done") {
      if (migrationOf(image, { text: state, image: this.stateImages.get(cell) ?? "" }) !== undefined) return "the turn began on a state that was not migrated to its genome";
      this.stateImages.set(cell, image.key);
      this.states.set(cell, ending.result.stateText);
      if (text(timersData(ending.timers, stamp.timeMs)) !== text(field(body, "timers"))) return "the timers are not those that were committed";
    }
    return compare(digest(this.states.get(cell) ?? state), body);
  }
}

function text(data: Value | undefined): string {
  return data === undefined ? "" : canonical(data);
}

function compare(hash: string, body: ReturnType<typeof datumOf>): string | undefined {
  return hash === fieldText(body, "state-hash") ? undefined : "the state is not the one that was committed";
}

/**
 * Runs one turn to its end, every effect answered as recorded; what is asked otherwise, or was never answered, ends it
 * as `quarantined`. `stopAt`: the step at which it was stopped.
 */
export function runRecorded(
  image: Image, input: Input, state: string, recorded: readonly RecordedEffect[], stopAt?: number,
): { readonly turn: Turn; readonly ending: Ending } {
  const turn = new Turn(input, image, state, recorded, { steps: stopAt });
  while (turn.computation.step(1_000) === "ready" || turn.computation.status === "waiting") {
    if (turn.computation.status !== "waiting") continue;
    const ending = answerRecorded(turn, stopAt !== undefined);
    if (ending !== undefined) return { turn, ending };
  }
  if (stopAt !== undefined) return { turn, ending: { outcome: "stopped", reason: "as recorded" } };
  return { turn, ending: turn.ending() };
}

function answerRecorded(turn: Turn, wasStopped: boolean): Ending | undefined {
  const { computation } = turn;
  if (!(computation.request instanceof EffectRequest)) throw new WorldError("bad-turn-result", "the turn waits for something that no port gives");
  const call = callOf(turn.effects++, computation.request);
  const recorded = turn.recorded[call.index];
  if (recorded !== undefined && recorded.request !== call.text) return fault(`effect ${call.index} was ${recorded.request}, and is ${call.text} now`);
  if (recorded?.answer === undefined) return wasStopped ? { outcome: "stopped", reason: "as recorded" } : fault(`effect ${call.index}, ${call.text}, was never answered`);
  turn.answered.push({ request: call.text, answer: recorded.answer });
  if ("result" in recorded.answer) computation.resume(recorded.answer.result);
  else computation.raise(failureCondition(recorded.answer.failure));
  return undefined;
}

function fault(message: string): Ending {
  return { outcome: "quarantined", reason: explain(condition("determinism-fault", message)) };
}

/** What a candidate does otherwise than a recorded turn did: one line for each difference, none if there is none. */
export function shadowDifferences(image: Image, recorded: RecordedTurn): string[] {
  const effects = recorded.effects.map(({ request, receipt }) => ({ request, answer: answerFrom(receipt) }));
  const input: Input = { id: "shadow", sequence: 0, cell: "shadow", body: recorded.input, stamp: { timeMs: 0, entropy: digest(recorded.input) } };
  const { turn, ending } = runRecorded(image, input, recorded.state, effects);
  if (ending.outcome !== "done") return [`ended as ${ending.outcome}: ${ending.reason}`];
  return [
    ...(turn.effects === recorded.effects.length ? [] : [`asked for ${turn.effects} effects instead of ${recorded.effects.length}`]),
    ...(ending.result.answerText === recorded.output ? [] : [`answered ${ending.result.answerText} instead of ${recorded.output}`]),
    ...(ending.result.stateText === recorded.stateAfter ? [] : ["left another state"]),
  ];
}
