// Why, by any id that a person meets: the world's own, or that of a message which the queue holds, or gave up, or sent.
import type { Why, World } from "../epigenome/index.js";
import type { BasebandStorage, Outgoing, OutgoingState, Turn, TurnState } from "../ports/baseband/index.js";
import type { WhyReport } from "./frontend.js";
import { inputOf } from "./host-conversation.js";
import { entryReport } from "./host-desk.js";
import { queuedNamed } from "./host-queue.js";

/** Of a message that came in: the turn of its input, or why it has none. Of one that goes out: its sending, and the turn that it answers. */
export function whyOf(world: Pick<World, "why">, storage: BasebandStorage, id: string): WhyReport {
  const { turn, message } = queuedNamed(storage, id) ?? {};
  if (turn !== undefined) return ofTurn(world, turn);
  return message === undefined ? report(world.why(id)) : ofMessage(world, storage, message);
}

function report({ entry, ...told }: Why): WhyReport {
  return { ...told, ...(entry === undefined ? {} : { entry: entryReport(entry) }) };
}

function ofTurn(world: Pick<World, "why">, { id, state, lane, reason, envelope }: Turn): WhyReport {
  const told = world.why(inputOf(envelope));
  if (told.about !== "nothing") return { ...report(told), id: `in-${id}` };
  const said = reason === "" ? "" : `: ${reason}`;
  const ground = lane === "command" && state === "done" ? "A command, which was obeyed at once and asked for no turn." : `${TURN_GROUNDS[state]}${said}.`;
  return { id: `in-${id}`, about: "message", outcome: state, ground, next: turnHint(`in-${id}`, state), effects: [] };
}

function ofMessage(world: Pick<World, "why">, storage: BasebandStorage, { id, turn, state, reason, attempts, parts, partsSent }: Outgoing): WhyReport {
  const asked = turn === 0 ? undefined : storage.turn(turn);
  const { input, end, effects } = asked === undefined ? { effects: [] } : ofTurn(world, asked);
  const tried = attempts === 0 ? "" : ` It was tried ${attempts === 1 ? "once" : `${attempts} times`}${parts.length < 2 ? "" : `, and ${partsSent} of ${parts.length} parts have left`}.`;
  const answers = turn === 0 ? " It answers no message." : ` It answers in-${turn}.`;
  const ground = `${MESSAGE_GROUNDS[state]}${reason === "" ? "" : `: ${reason}`}.${tried}${answers}`;
  return { id: `out-${id}`, about: "message", outcome: state, ground, next: messageHint(`out-${id}`, state), input, end, effects };
}

const TURN_GROUNDS: Readonly<Record<TurnState, string>> = {
  queued: "It waits in the queue for its turn", leased: "Its turn is about to begin", running: "Its turn is about to begin", waiting: "It waits to be taken up again",
  done: "The queue says that it was done, and the journal does not tell of it", failed: "It failed", stopped: "It was ended before its turn began", dead: "It was given up before its turn began",
};

const MESSAGE_GROUNDS: Readonly<Record<OutgoingState, string>> = {
  pending: "It has not left yet", sending: "It is on its way", sent: "It was sent", failed: "It was not delivered", dead: "It was given up",
  unknown: "It may have arrived, nobody can tell, and it is never sent again",
};

function turnHint(id: string, state: TurnState): string {
  if (state === "queued") return `ouro queue show ${id} tells what was said; ouro queue drop ${id} takes it out.`;
  return ["failed", "stopped", "dead"].includes(state) ? `ouro queue show ${id} tells what was said; ouro queue retry ${id} asks it once more.` : "";
}

function messageHint(id: string, state: OutgoingState): string {
  return ["failed", "dead", "pending"].includes(state) ? `ouro queue retry ${id} tries it again.` : "";
}
