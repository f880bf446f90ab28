// Runs recorded turns under a candidate genome: effects are answered from the record, and nothing goes out.
import { Condition, HINTS, LispError, PersistentMap, type Value } from "../interpreter/index.js";
import type { RecordedTurn, ShadowTurn, TrialRequest, TrialResults } from "../ports/port.js";
import { Activity } from "./activity.js";
import { callOf } from "./authorise.js";
import { EffectRequest } from "./capability.js";
import { canonical, condition, datumOf, explain } from "./data.js";
import { answerFrom, failureData } from "./effect-record.js";
import { WORLD_HINTS, WorldError } from "./error.js";
import { turnResult } from "./image.js";
import type { Labels } from "./labels.js";
import { required, type TrialGenome } from "./trial-genome.js";
import { inputOf } from "./turn.js";

const UNANSWERED = new Condition("shadow-unanswered", "this request was not recorded, and a shadow sends nothing out", [], undefined, "It would be made for the first time by the changed genome.");

type Limits = { readonly steps: number; readonly bytes: number };

/** Runs each turn by itself, from its own recorded state. */
export function shadow({ turns, steps, bytes }: Extract<TrialRequest, { kind: "shadow" }>, genome: TrialGenome): { steps: number; result: TrialResults["shadow"] } {
  const handler = required(genome.interpreter, genome.manifest.turn, "handle-turn");
  const results = turns.map((turn) => shadowTurn(genome, handler, turn, { steps, bytes }));
  return { steps: results.reduce((sum, turn) => sum + turn.steps, 0), result: { turns: results } };
}

function shadowTurn(genome: TrialGenome, handler: Value, turn: RecordedTurn, limits: Limits): ShadowTurn {
  const computation = new Activity(genome.interpreter, genome.interpreter.call(handler, [inputOf(turn.input), datumOf(turn.state)], limits), limits, turn.state);
  const open = [...turn.effects];
  const unanswered = runAnswered(computation, open);
  const common = { unanswered, omitted: open.map((effect) => effect.request), steps: computation.steps };
  const failed = (payload: Value): ShadowTurn => ({ ...common, error: told(payload, computation.labels), lostKeys: [] });
  if (computation.status === "failed") return failed(computation.failure);
  try {
    const { state, answerText } = turnResult(computation.value, computation.labels, computation.kept, genome.interpreter);
    return { ...common, output: answerText, lostKeys: lostKeys(turn, state) };
  } catch (error) {
    if (error instanceof LispError) return failed(error.payload);
    if (error instanceof WorldError) return failed(condition(error.code, error.message));
    throw error;
  }
}

/** Why a turn failed. Once it had read what is not trusted, its words may be that, and the verdict has no labels: then the code alone, if it is one of ours. */
function told(payload: Value, labels: Labels): string {
  if (labels.length === 0) return explain(payload);
  const code = payload instanceof Condition && CODES.some((codes) => Object.hasOwn(codes, payload.code)) ? payload.code : "uncaught";
  return `${code}: told no further, for the turn had read ${labels.join(", ")}`;
}

const CODES = [HINTS, WORLD_HINTS, { [UNANSWERED.code]: "" }];

/** Answers each request by the first recorded effect that asked the same; takes those used out of `open`. */
function runAnswered(computation: Activity, open: RecordedTurn["effects"][number][]): string[] {
  const unanswered: string[] = [];
  while (computation.step(1_000) !== "done" && computation.status !== "failed") {
    if (computation.status !== "waiting" || !(computation.request instanceof EffectRequest)) continue;
    const { text, boxes } = callOf(0, computation.request, computation.labels);
    const index = open.findIndex((effect) => effect.request === text);
    const [effect] = index < 0 ? [] : open.splice(index, 1);
    if (effect === undefined) {
      unanswered.push(text);
      computation.answer({ failure: failureData(UNANSWERED) }, boxes);
    } else computation.answer(answerFrom(effect.receipt), boxes);
  }
  return unanswered;
}

/** Keys that the recorded turn left in the state, and this one did not. */
function lostKeys({ stateAfter }: RecordedTurn, state: PersistentMap): string[] {
  const before = datumOf(stateAfter);
  return before instanceof PersistentMap ? before.keys().filter((key) => state.get(key) === undefined).map(canonical) : [];
}
