// One turn run again from what was recorded of it: every effect is answered as it was, and nothing outside is asked.
import type { RecordedTurn } from "../ports/port.js";
import type { Stand } from "./activity.js";
import { callOf } from "./authorise.js";
import { EffectRequest } from "./capability.js";
import { condition, explain } from "./data.js";
import { digest } from "./digest.js";
import { answerFrom } from "./effect-record.js";
import { WorldError } from "./error.js";
import type { Image } from "./image.js";
import { Turn, type Ending, type Input, type RecordedEffect } from "./turn.js";

/**
 * Runs one turn to its end, every effect answered as recorded; what is asked otherwise, or was never answered, ends it
 * as `quarantined`. `stop`: where it was stopped.
 */
export function runRecorded(
  image: Image, input: Input, state: string, recorded: readonly RecordedEffect[], stop?: Stand,
): { readonly turn: Turn; readonly ending: Ending } {
  const turn = new Turn(input, image, state, recorded, { stop });
  while (turn.computation.step(1_000) === "ready" || turn.computation.status === "waiting") {
    if (turn.computation.status !== "waiting") continue;
    const ending = turn.computation.hasAllAnswers ? STOPPED : answerRecorded(turn, stop !== undefined);
    if (ending !== undefined) return { turn, ending: ended(turn, ending) };
  }
  return { turn, ending: stop === undefined ? turn.ending() : ended(turn, STOPPED) };
}

const STOPPED: Ending = { outcome: "stopped", reason: "as recorded" };

/** As of a live turn that ends where it is: with it all the quarantines that it is in. */
function ended(turn: Turn, ending: Ending): Ending {
  turn.computation.stop(condition("turn-stopped", "the turn has ended"));
  return ending;
}

function answerRecorded(turn: Turn, wasStopped: boolean): Ending | undefined {
  const { computation } = turn;
  if (!(computation.request instanceof EffectRequest)) throw new WorldError("bad-turn-result", "the turn waits for something that no port gives");
  const call = callOf(turn.effects++, computation.request, computation.labels);
  const recorded = turn.recorded[call.index];
  if (recorded !== undefined && recorded.request !== call.text) return fault(`effect ${call.index} was ${recorded.request}, and is ${call.text} now`);
  if (recorded?.answer === undefined) return wasStopped ? STOPPED : fault(`effect ${call.index}, ${call.text}, was never answered`);
  turn.take(call, recorded.answer, recorded.intent !== undefined);
  computation.answer(recorded.answer, call.boxes);
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
