// What must be true of a home and of three platforms once all is done, however often the agent was killed.
import { join } from "node:path";
import Database from "better-sqlite3";

/** What was said in one conversation, in its order, and what was seen there of the agent. */
export interface Conversation {
  readonly name: string;
  readonly platform: string;
  readonly said: readonly Said[];
  readonly seen: readonly string[];
}

export interface Said {
  readonly id: string;
  readonly text: string;
  /** The platform brought it again, for nobody had acknowledged it: what was said later may have come first. */
  readonly isRepeated: boolean;
}

export interface Verdict {
  readonly broken: readonly string[];
  readonly messages: number;
  /** Sent or not, nobody can tell; and of these, those that the platform shows. */
  readonly unknown: number;
  readonly unknownSeen: number;
  /** Failed, for two processes died while their turns ran. */
  readonly suspected: number;
}

interface Row {
  readonly message: string;
  readonly state: string;
  readonly outgoing: string | null;
  readonly reason: string | null;
  readonly answer: string | null;
  readonly answers: number;
}

const ROWS = `SELECT turns.message, turns.state, outgoing.state AS outgoing, outgoing.record ->> '$.reason' AS reason, outgoing.record ->> '$.text' AS answer,
  (SELECT count(*) FROM baseband_outbox WHERE turn = turns.id) AS answers
  FROM baseband_turns AS turns LEFT JOIN baseband_outbox AS outgoing ON outgoing.turn = turns.id WHERE turns.platform = ? ORDER BY turns.id`;

/** Each message has one final turn and one answer, which is seen once or counted as unknown, in the order in which they came: that of what was said, but for what was brought again. */
export function verdictOn(home: string, conversations: readonly Conversation[]): Verdict {
  const database = new Database(join(home, "world.db"), { readonly: true });
  const broken: string[] = [];
  const counts = { messages: 0, unknown: 0, unknownSeen: 0, suspected: 0 };
  try {
    const rows = new Map<string, readonly Row[]>();
    for (const { platform } of conversations) if (!rows.has(platform)) rows.set(platform, database.prepare(ROWS).all(platform) as Row[]);
    for (const [platform, all] of rows) {
      const said = new Set(conversations.filter((each) => each.platform === platform).flatMap((each) => each.said.map(({ id }) => id)));
      for (const { message } of all) if (!said.has(message)) broken.push(`${platform}: there is a turn of ${message}, which nobody said`);
    }
    for (const conversation of conversations) {
      const own = examined(conversation, rows.get(conversation.platform) ?? []);
      broken.push(...own.broken.map((problem) => `${conversation.name}: ${problem}`));
      counts.messages += conversation.said.length;
      counts.unknown += own.unknown;
      counts.unknownSeen += own.unknownSeen;
      counts.suspected += own.suspected;
    }
  } finally {
    database.close();
  }
  return { broken, ...counts };
}

/** What a turn ends with that was running when two processes died, and then its conversation is held. */
const DEATHS = "That failed. deaths: ";
const HELD = "This conversation is held until somebody releases it: deaths: ";

function examined({ said, seen }: Conversation, rows: readonly Row[]): { readonly broken: readonly string[]; readonly unknown: number; readonly unknownSeen: number; readonly suspected: number } {
  const broken: string[] = [];
  const answers: { readonly id: string; readonly text: string; readonly isUnknown: boolean }[] = [];
  let count = 0;
  const place = (id: string): number => rows.findIndex(({ message }) => message === id);
  const came = said.toSorted((one, other) => place(one.id) - place(other.id));
  for (const [index, one] of said.entries())
    for (const other of said.slice(index + 1)) if (!one.isRepeated && place(other.id) < place(one.id)) broken.push(`${other.id} overtook ${one.id}, which came once`);
  for (const { id, text } of came) {
    const turns = rows.filter(({ message }) => message === id);
    const [turn] = turns;
    if (turn === undefined || turns.length > 1) {
      broken.push(`${turns.length} turns of ${id}, one was to be`);
      continue;
    }
    const isSuspected = turn.state === "failed" && turn.answer?.startsWith(DEATHS) === true;
    if (!isSuspected) count++;
    const expected = isSuspected ? String(turn.answer) : `${count} ${text}`;
    if (!isSuspected && turn.state !== "done") broken.push(`the turn of ${id} is ${turn.state}`);
    if (turn.answers !== 1) broken.push(`${turn.answers} answers to ${id}, one was to be`);
    if (turn.answer !== expected) broken.push(`the answer to ${id} is ${turn.answer}, not ${expected}`);
    const isUnknown = turn.outgoing === "unknown";
    if (isUnknown && turn.reason !== "outcome-unknown") broken.push(`the answer to ${id} is unknown for ${turn.reason}`);
    if (!isUnknown && turn.outgoing !== "sent") broken.push(`the answer to ${id} is ${turn.outgoing}`);
    answers.push({ id, text: expected, isUnknown });
  }
  // What is seen is what was answered, in its order, each at most once, and without gaps but for what is unknown.
  const found = new Set<string>();
  let next = 0;
  for (const text of seen.filter((each) => !each.startsWith(HELD))) {
    const index = answers.findIndex((answer, at) => at >= next && answer.text === text);
    const answer = answers[index];
    if (answer === undefined) broken.push(`seen out of its order, or twice, or without a question: ${text}`);
    else {
      next = index + 1;
      found.add(answer.id);
    }
  }
  for (const { id, isUnknown } of answers) if (!isUnknown && !found.has(id)) broken.push(`the answer to ${id} was sent, and is not there`);
  const unknown = answers.filter(({ isUnknown }) => isUnknown);
  return { broken, unknown: unknown.length, unknownSeen: unknown.filter(({ id }) => found.has(id)).length, suspected: said.length - count };
}
